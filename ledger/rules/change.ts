/**
 * A change that nobody has made: what the rules would see if an instrument, an adequacy decision or a
 * party fell. domain 6.6. Nothing is appended anywhere; hops, facts and law are shown otherwise.
 */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Facts, InstrumentFact } from './facts.js'
import type { Hop, HopSignature } from './hop.js'
import type { Law } from './law.js'
import type { Subject } from './subject.js'

/** Kinds of change, as they are written in a query. */
export const CHANGE_KINDS = ['revoke', 'drop-adequacy', 'suspend', 'ruleset'] as const

/**
 * `revoke`: as if the instrument had never been in force. `drop-adequacy`: as if no regime had found
 * the country adequate. `suspend`: as if nothing the party signed had counted, and no instrument with
 * it had been in force. `ruleset`: as if every hop were judged by another ruleset.
 */
export type Change =
  | { readonly kind: 'revoke'; readonly instrument: StatementId }
  | { readonly kind: 'drop-adequacy'; readonly country: string }
  | { readonly kind: 'suspend'; readonly party: PartyId }
  | { readonly kind: 'ruleset'; readonly law: Law }

/** The subject whose hops a change may concern directly; undefined: all hops. */
export function subjectOf(change: Change): Subject | undefined {
  switch (change.kind) {
    case 'revoke':
      return { kind: 'instrument', value: change.instrument }
    case 'drop-adequacy':
      return { kind: 'country', value: change.country }
    case 'suspend':
      return { kind: 'party', value: change.party }
    case 'ruleset':
      return undefined
  }
}

/** A hop as it would be. */
export function changedHop(hop: Hop, change: Change): Hop {
  if (change.kind !== 'suspend' || hop.signatures === undefined) return hop
  const claims: Readonly<Record<string, unknown>> = hop.claims
  if (!hop.signatures.some(({ role }) => claims[role] === change.party)) return hop
  const signatures = hop.signatures.map(
    (signature): HopSignature =>
      claims[signature.role] === change.party ? { ...signature, status: 'invalid' } : signature,
  )
  return { ...hop, signatures }
}

/** Facts as they would be. */
export function changedFacts(facts: Facts, change: Change): Facts {
  if (change.kind === 'drop-adequacy' || change.kind === 'ruleset') return facts
  return {
    party: (id) => facts.party(id),
    assessments: (...asked) => facts.assessments(...asked),
    usage: (...asked) => facts.usage(...asked),
    instrument(id) {
      const fact = facts.instrument(id)
      return fact === undefined || !falls(fact, change) ? fact : { ...fact, fallen: true }
    },
  }
}

/** Laws as they would be; the same law gives the same one. */
export function changedLaw(change: Change): (law: Law) => Law {
  if (change.kind === 'ruleset') return () => change.law
  if (change.kind !== 'drop-adequacy') return (law) => law
  const laws = new Map<Law, Law>()
  return (law) => {
    const known = laws.get(law)
    if (known !== undefined) return known
    const { ruleset } = law
    const adequacy = ruleset.adequacy.filter(({ to }) => to !== change.country)
    // Cited as it is recorded: what is asked is what would become of judging by that one.
    const changed = { ...law, ruleset: { ...ruleset, adequacy } }
    laws.set(law, changed)
    return changed
  }
}

function falls({ id, claims }: InstrumentFact, change: Change): boolean {
  if (change.kind === 'revoke') return id === change.instrument
  return change.kind === 'suspend' && [claims.exporter, claims.importer].includes(change.party)
}
