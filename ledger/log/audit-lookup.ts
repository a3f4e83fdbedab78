/** What a log knew just before one of its entries, for an audit that looks back. */
import type { Crypto } from '../core/ed25519.js'
import { factsOf as factsOfStatement, type StatementFacts } from '../core/facts.js'
import type { StatementId } from '../core/statement.js'
import type { Lookup } from './admission.js'
import { openDeclined } from './proposal.js'
import { openRecord } from './reader.js'
import type { Records } from './records.js'
import type { RegistryDraft } from './registry-state.js'

export type LookupParts = {
  readonly records: Records
  readonly crypto: Crypto
  /** The registry of the entry before, which `registry` is laid over, had this registrar. */
  readonly registrar: Lookup['registrar']
  /** Proposals that were refused so far: a second refusal would hide the first one's record. */
  readonly refused: ReadonlySet<StatementId>
  /** Facts of the instruments so far: transfers cite the same ones again and again. */
  readonly instruments: ReadonlyMap<StatementId, StatementFacts>
}

/** The log as of the entry before `index`; of a refused proposal, what was kept of it. */
export function lookupBefore(
  index: number,
  registry: RegistryDraft,
  { records, crypto, registrar, refused, instruments }: LookupParts,
): Lookup {
  const before = (found: number | undefined): number | undefined =>
    found !== undefined && found < index ? found : undefined
  const factsOf = (id: StatementId): StatementFacts | undefined => {
    const instrument = instruments.get(id)
    if (instrument !== undefined) return instrument
    const at = before(records.indexOf(id))
    const bytes = at === undefined ? undefined : records.entry(at)
    const record = at === undefined ? undefined : records.statement(at)
    if (at === undefined || bytes === undefined || record === undefined) return undefined
    return openRecord(at, bytes, record, crypto).facts
  }
  return {
    registrar,
    registry,
    indexOf: (id) => before(records.indexOf(id)),
    holding: (parent) =>
      before(records.indexOf(parent.id)) === undefined ? undefined : records.holding(parent),
    isRefused: (id) => refused.has(id),
    factsOf,
    proposalFacts: (id) => factsOfStatement(openDeclined(records, id, crypto).opened),
  }
}
