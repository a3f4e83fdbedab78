/** Who has to do with a key or a statement, by the registry of the log. */
import type { StatementFacts } from '../core/facts.js'
import type { KeyId } from '../core/jwk.js'
import type { KeyState, PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { RegistryView } from './registry-state.js'

type Registry = Pick<RegistryView, 'ownerOf' | 'party'>

/** The party that a key was enrolled for, and the key's state. */
export function ownerOf(
  kid: KeyId,
  registry: Registry,
): { readonly party: PartyId; readonly key: KeyState } | undefined {
  const party = registry.ownerOf(kid)
  const key = party === undefined ? undefined : registry.party(party)?.state.keys.get(kid)
  return party === undefined || key === undefined ? undefined : { party, key }
}

/** Who is involved in a statement: those its claims name in a role, and those who signed it. */
export function partiesOf(
  facts: StatementFacts,
  registry: Registry,
  proposal: (id: StatementId) => StatementFacts | undefined,
): readonly PartyId[] {
  const signers = facts.signers.flatMap(({ kid }) => registry.ownerOf(kid) ?? [])
  // A refusal concerns both sides of what it refuses.
  const about = facts.about === undefined ? undefined : proposal(facts.about)
  const sides = Object.values(about?.parties ?? {})
  return [...new Set([...Object.values(facts.parties), ...signers, ...sides])]
}
