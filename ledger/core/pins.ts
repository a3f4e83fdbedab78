/**
 * Pins: parties whose ids a reader has from the parties themselves. DESIGN 2 "operator as registrar".
 *
 * A name is the registrar's word. Where it contradicts a pin, the reader is shown a stranger under a
 * known name, and no signature of that stranger is what the reader takes it for.
 */
import { scalarClaim } from './disclosure.js'
import type { Finding } from './finding.js'
import type { PartyId } from './key-state.js'
import type { VerifiedParty } from './verify-registry.js'

/** Name that the reader gives to each pinned party; empty for one pinned without a name. */
export type Pins = ReadonlyMap<PartyId, string>

/** Parties that are enrolled under a name that the reader has pinned to another party. */
export function pinFindings(
  parties: ReadonlyMap<PartyId, VerifiedParty>,
  pins: Pins,
): readonly Finding[] {
  const byName = new Map<string, PartyId>()
  for (const [party, name] of pins) if (name !== '') byName.set(folded(name), party)
  return [...parties.values()].flatMap(({ party, opened, states }): readonly Finding[] => {
    const name = opened[0] === undefined ? undefined : scalarClaim(opened[0].open, 'name')
    const meant = typeof name === 'string' ? byName.get(folded(name)) : undefined
    if (meant === undefined || pins.has(party)) return []
    // Its successor may be who it says it is: that is for the party to confirm, with a new pin.
    const continued = states.at(-1)?.continues === meant
    return [
      {
        severity: continued ? 'incomplete' : 'failed',
        code: 'PARTY_NAME_PINNED',
        at: `party ${party}`,
        detail: `you pinned that name to party ${meant}${continued ? ', which it says it continues' : ''}`,
        settle: 'the party whose name it is, by another way',
      },
    ]
  })
}

/** Names are compared without case, spaces and marks: none of them tells two firms apart. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
