/** What a log knew just before one of its entries, for an audit that looks back. */
import type { Crypto } from '../core/ed25519.js'
import { factsOf as factsOfStatement, type StatementFacts } from '../core/facts.js'
import type { ParentRef, StatementId } from '../core/statement.js'
import type { Holding, Lookup } from './admission.js'
import { openDeclined } from './proposal.js'
import { openRecord } from './reader.js'
import type { Records } from './records.js'
import type { RegistryDraft } from './registry-state.js'

/** Statements of which an audit remembers where they are and who holds their datasets. */
const KNOWN_MAX = 4_096

/**
 * What derived records say of admitted statements, remembered: parents and instruments are cited again
 * and again. Each record was compared with what its own entry gives before any later entry asks.
 */
export class KnownStatements {
  readonly #records: Records
  readonly #indexes = new Map<StatementId, number>()
  readonly #holdings = new Map<string, Holding>()

  constructor(records: Records) {
    this.#records = records
  }

  /** @throws LedgerError ENTRY_MISMATCH */
  indexOf(id: StatementId): number | undefined {
    return remembered(this.#indexes, id, () => this.#records.indexOf(id))
  }

  /** @throws LedgerError ENTRY_MISMATCH */
  holding(parent: ParentRef): Holding | undefined {
    const name = `${parent.id}/${parent.n}`
    return remembered(this.#holdings, name, () => this.#records.holding(parent))
  }
}

function remembered<Name, Value>(
  known: Map<Name, Value>,
  name: Name,
  read: () => Value | undefined,
): Value | undefined {
  const before = known.get(name)
  if (before !== undefined) return before
  const value = read()
  if (value === undefined) return undefined
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(name, value)
  return value
}

export type LookupParts = {
  readonly known: KnownStatements
  readonly records: Records
  readonly crypto: Crypto
  /** The registry of the entry before, which `registry` is laid over, had this registrar. */
  readonly registrar: Lookup['registrar']
  /** Whether a proposal was refused so far: a second refusal would hide the first one's record. */
  readonly isRefused: (id: StatementId) => boolean
  /** Facts of the instruments so far: transfers cite the same ones again and again. */
  readonly instruments: ReadonlyMap<StatementId, StatementFacts>
}

/** The log as of the entry before `index`; of a refused proposal, what was kept of it. */
export function lookupBefore(
  index: number,
  registry: RegistryDraft,
  { known, records, crypto, registrar, isRefused, instruments }: LookupParts,
): Lookup {
  const before = (found: number | undefined): number | undefined =>
    found !== undefined && found < index ? found : undefined
  const factsOf = (id: StatementId): StatementFacts | undefined => {
    const instrument = instruments.get(id)
    if (instrument !== undefined) return instrument
    const at = before(known.indexOf(id))
    const bytes = at === undefined ? undefined : records.entry(at)
    const record = at === undefined ? undefined : records.statement(at)
    if (at === undefined || bytes === undefined || record === undefined) return undefined
    return openRecord(at, bytes, record, crypto).facts
  }
  return {
    registrar,
    registry,
    indexOf: (id) => before(known.indexOf(id)),
    holding: (parent) =>
      before(known.indexOf(parent.id)) === undefined ? undefined : known.holding(parent),
    isRefused,
    factsOf,
    proposalFacts: (id) => factsOfStatement(openDeclined(records, id, crypto).opened),
  }
}
