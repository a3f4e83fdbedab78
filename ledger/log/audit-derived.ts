/**
 * Derived records beside the expected ones: an audit makes every expected record again and compares
 * it, so more of a kind than expected means that something else is there.
 */
import { equalBytes, toHex } from '../core/bytes.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError, orNone } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { Finding } from '../core/finding.js'
import type { Sha256 } from '../core/hash.js'
import type { StatementId } from '../core/statement.js'
import { TILE_HASHES } from '../core/tile.js'
import { decodeIndex, kindRange, parseKey } from '../store/layout.js'
import type { Put, Range, Store, StoreReader } from '../store/store.js'
import type { KnownStatements } from './audit-lookup.js'
import { openRecord } from './reader.js'
import { artefactRange, derivedPuts, type Records } from './records.js'

/**
 * Kinds of records that are derived from entries and bodies, and how many there are; and the refused
 * proposals, one for each refusal. Of the search index only what leads from an artefact to its outcomes
 * counts: the rest is built when it is asked for.
 */
export type DerivedKind =
  | 'id'
  | 'holder'
  | 'refused'
  | 'registry'
  | 'tile'
  | 'edges'
  | 'search'
  | 'declined'
export type DerivedCounts = { [kind in DerivedKind]: number }

const DERIVED: readonly DerivedKind[] = [
  'id',
  'holder',
  'refused',
  'registry',
  'tile',
  'edges',
  'search',
  'declined',
]

/** Records that nothing gives, of one kind, that a report names. */
const STRAYS_NAMED_MAX = 100

export function noDerived(): DerivedCounts {
  return { id: 0, holder: 0, refused: 0, registry: 0, tile: 0, edges: 0, search: 0, declined: 0 }
}

/** Which kind of derived record a key is of. */
export function derivedKind(key: Uint8Array): DerivedKind {
  const { kind } = parseKey(key)
  const found = DERIVED.find((derived) => derived === kind)
  if (found === undefined) throw new LedgerError('STORE_RECORD_MALFORMED', { reason: kind })
  return found
}

/** Makes the derived records of statements again and compares them with what is stored. */
export class DerivedComparison {
  readonly #store: StoreReader
  readonly #known: KnownStatements
  readonly #sha: Sha256
  #given = noDerived()

  constructor(store: StoreReader, known: KnownStatements, sha: Sha256) {
    this.#store = store
    this.#known = known
    this.#sha = sha
  }

  /** How many records the statements gave that were compared since this was last asked. */
  takeGiven(): DerivedCounts {
    const given = this.#given
    this.#given = noDerived()
    return given
  }

  /** What a statement gives and the store does not have so. */
  lost(index: number, facts: StatementFacts): readonly Put[] {
    const indexOf = (parent: StatementId): number | undefined =>
      orNone(() => this.#known.indexOf(parent))
    const puts = derivedPuts(index, facts, indexOf, this.#sha)
    for (const { key } of puts) this.#given[derivedKind(key)] += 1
    return puts.filter((put) => !isStored(put, this.#store))
  }
}

/** Whether a store has a record word for word. */
export function isStored({ key, value }: Put, store: StoreReader): boolean {
  const stored = orNone(() => store.get(key))
  return stored !== undefined && equalBytes(stored, value)
}

export function addCounts(to: DerivedCounts, more: DerivedCounts): void {
  for (const kind of DERIVED) to[kind] += more[kind]
}

function rangeOf(kind: DerivedKind): Range {
  return kind === 'search' ? artefactRange() : kindRange(kind)
}

/**
 * Counts what is stored and names what is more than expected. `unjudged`: some statement could not be
 * judged, so that what it gives is not known.
 *
 * Rejects with STORE_UNREADABLE.
 */
export async function countedFindings(
  expected: DerivedCounts,
  unjudged: boolean,
  parts: StrayParts,
): Promise<{ readonly derived: number; readonly findings: readonly Finding[] }> {
  const found = await countDerived(parts.store)
  const findings: Finding[] = []
  let derived = 0
  for (const kind of DERIVED) {
    derived += found[kind]
    if (found[kind] <= expected[kind]) continue
    const strays = await findStrays(kind, parts)
    findings.push(...strays)
    if (strays.length > 0 || unjudged) continue
    const at = `derived ${kind} records`
    const detail = `${found[kind]} ${kind} records, the entries give ${expected[kind]}`
    findings.push({ severity: 'failed', code: 'ENTRY_MISMATCH', at, detail })
  }
  return { derived, findings }
}

/** Counts what is stored. Rejects with STORE_UNREADABLE. */
async function countDerived(store: Store): Promise<DerivedCounts> {
  const counts = noDerived()
  for (const kind of DERIVED) {
    for await (const chunk of store.scan(rangeOf(kind))) counts[kind] += chunk.length
  }
  return counts
}

export type StrayParts = {
  readonly store: Store
  readonly records: Records
  readonly crypto: Crypto
  /** Entries that were audited. */
  readonly entries: number
}

/**
 * Records of a kind that no entry gives, each with the entry that it points at, where there is one.
 * A record whose entry cannot be read is left out: that entry has its own finding.
 */
async function findStrays(kind: DerivedKind, parts: StrayParts): Promise<readonly Finding[]> {
  const strays: Finding[] = []
  for await (const chunk of parts.store.scan(rangeOf(kind))) {
    for (const [key] of chunk) {
      const index = strayEntry(key, parts)
      if (index === undefined) continue
      const place =
        index === 'none' ? { at: `derived ${kind} records` } : { at: `entry ${index}`, index }
      const detail = `a ${kind} record that nothing in the log gives`
      strays.push({ ...place, severity: 'failed', code: 'ENTRY_MISMATCH', detail })
      if (strays.length === STRAYS_NAMED_MAX) return strays
    }
  }
  return strays
}

/** The entry that a stray record points at, `none` when at none; undefined for a record that belongs. */
function strayEntry(key: Uint8Array, parts: StrayParts): number | 'none' | undefined {
  try {
    const parsed = parseKey(key)
    if (parsed.kind === 'tile') {
      const leaves = (parsed.number + 1) * TILE_HASHES ** (parsed.level + 1)
      return leaves <= parts.entries ? undefined : 'none'
    }
    const index = entryOf(key, parts.records)
    if (index === undefined || index >= parts.entries) return 'none'
    // One refusal is one proposal; what the record says of it was compared at the entry.
    if (parsed.kind === 'declined') return undefined
    return isGiven(key, index, parts) ? undefined : index
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return undefined
  }
}

/** The entry that a record is derived from, as the record itself says. */
function entryOf(key: Uint8Array, records: Records): number | undefined {
  const parsed = parseKey(key)
  switch (parsed.kind) {
    case 'id':
    case 'holder':
      return records.indexOf(toHex(parsed.id) as StatementId)
    case 'refused':
    case 'declined':
      return records.refusedBy(toHex(parsed.id) as StatementId)
    case 'registry':
    case 'edges':
      return parsed.index
    case 'search':
      return decodeIndex(parsed.suffix.subarray(-6))
    default:
      return undefined
  }
}

function isGiven(
  key: Uint8Array,
  index: number,
  { records, crypto }: Pick<StrayParts, 'records' | 'crypto'>,
): boolean {
  const entry = records.entry(index)
  const record = records.statement(index)
  if (entry === undefined || record === undefined) return true
  const { facts } = openRecord(index, entry, record, crypto)
  const name = toHex(key)
  const given = derivedPuts(index, facts, () => undefined, crypto.sha256)
  return given.some((put) => toHex(put.key) === name)
}
