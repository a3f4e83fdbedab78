/**
 * Reads a store for an audit: entry by entry, in bulk, and without trusting that the store says so
 * when it has lost something. What cannot be read is reported per index, never skipped.
 */
import { LedgerError } from '../core/errors.js'
import {
  bodyKey,
  decodeMeta,
  disclosureRange,
  entryKey,
  kindRange,
  META_KEY,
  numberRange,
  parseKey,
  type StoreKey,
} from '../store/layout.js'
import type { Range, Store, StoreRecord } from '../store/store.js'
import type { AuditItem, StoredParts } from './audit-wire.js'

/** Statements judged at once. More would outlive a young generation's collection before they are done. */
const AUDIT_CHUNK = 32

/** An entry with its statement; `entry` is undefined when it is missing or unreadable. */
export type AuditRead = {
  readonly index: number
  readonly entry: Uint8Array | undefined
  readonly stored: AuditItem['stored']
}

/** The store must say that it is this ledger's. @throws LedgerError LEDGER_DAMAGED, STORE_… */
export function checkStoreOrigin(store: Store, origin: string): void {
  const meta = store.get(META_KEY)
  if (meta === undefined)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'the meta record is missing' })
  if (decodeMeta(meta).origin !== origin)
    throw new LedgerError('LEDGER_DAMAGED', { reason: 'its meta record names another ledger' })
}

/**
 * Reads entries with their statements, chunk after chunk. Its scans stay open in between, because to
 * begin one costs as much as to read a statement. To be closed after use.
 */
export class StatementReader {
  readonly #store: Store
  readonly #entries: Cursor
  readonly #bodies: Cursor
  readonly #disclosures: Cursor

  constructor(store: Store) {
    this.#store = store
    this.#entries = new Cursor(store, (from) => numberRange('entry', from))
    this.#bodies = new Cursor(store, (from) => numberRange('body', from))
    this.#disclosures = new Cursor(store, (from) => ({
      ...disclosureRange(from),
      to: kindRange('disclosure').to,
    }))
  }

  /** Entries `from` up to, not including, `to`, in order, one for every index. */
  async read(from: number, to: number): Promise<readonly AuditRead[]> {
    const cursors = [this.#entries, this.#bodies, this.#disclosures]
    const [first = [], second = [], third = []] = await Promise.all(
      cursors.map((cursor) => cursor.take(from, to)),
    )
    const [entries, bodies] = [byIndex(first), byIndex(second)]
    const disclosures = disclosuresByIndex(third)
    return Array.from({ length: to - from }, (_, offset) => {
      const index = from + offset
      const entry = entries.get(index) ?? readOne(this.#store, entryKey(index))
      const body = bodies.get(index) ?? readOne(this.#store, bodyKey(index))
      return { index, entry, stored: partsOf(body, disclosures.get(index)) }
    })
  }

  async close(): Promise<void> {
    for (const cursor of [this.#entries, this.#bodies, this.#disclosures]) await cursor.close()
  }
}

/** Reads a log in chunks, the next one while the last one is being judged. To be closed after use. */
export class ChunkReader {
  readonly #reader: StatementReader
  readonly #bounds: { readonly head: number; readonly end: number }
  #next: number
  #reading: Promise<readonly AuditRead[]> | undefined

  /** @param bounds no chunk goes over `head`, so that the tree is known there; `end` is where to stop */
  constructor(store: Store, from: number, bounds: { readonly head: number; readonly end: number }) {
    this.#reader = new StatementReader(store)
    this.#bounds = bounds
    this.#next = from
    this.#begin()
  }

  /** The next chunk; undefined at the end. */
  async next(): Promise<readonly AuditRead[] | undefined> {
    const reads = await this.#reading
    this.#begin()
    return reads
  }

  async close(): Promise<void> {
    await this.#reading?.catch(() => undefined)
    await this.#reader.close()
  }

  #begin(): void {
    const { head, end } = this.#bounds
    const from = this.#next
    this.#reading = undefined
    if (from >= end) return
    this.#next = Math.min(from + AUDIT_CHUNK, from < head ? head : end)
    this.#reading = this.#reader.read(from, this.#next)
    // One that fails while an earlier one is judged is thrown when its turn comes.
    this.#reading.catch(() => undefined)
  }
}

/** Entries `from` up to, not including, `to`, with their statements, in order, one for every index. */
export async function readStatements(
  store: Store,
  from: number,
  to: number,
): Promise<readonly AuditRead[]> {
  const reader = new StatementReader(store)
  try {
    return await reader.read(from, to)
  } finally {
    await reader.close()
  }
}

type IndexedKey = Extract<StoreKey, { readonly index: number }>
type IndexedRecord = { readonly key: IndexedKey; readonly value: Uint8Array }

/** A scan over records that are numbered by entry, which goes on where the last take ended. */
class Cursor {
  readonly #store: Store
  readonly #rangeFrom: (index: number) => Range
  #chunks: AsyncIterator<readonly StoreRecord[]> | undefined
  /** Read and not yet taken. */
  #left: readonly StoreRecord[] = []
  #at = 0
  #next = -1

  constructor(store: Store, rangeFrom: (index: number) => Range) {
    this.#store = store
    this.#rangeFrom = rangeFrom
  }

  /**
   * Records of the entries `from` up to, not including, `to`. A scan that ends early at a damaged
   * block begins anew at the next take: what is missing here is found missing per index.
   */
  async take(from: number, to: number): Promise<readonly IndexedRecord[]> {
    const taken: IndexedRecord[] = []
    try {
      if (from !== this.#next || this.#chunks === undefined) await this.#begin(from)
      this.#next = to
      await this.#takeUntil(to, taken)
    } catch (error) {
      await this.close()
      if (!(error instanceof LedgerError) || error.code !== 'STORE_UNREADABLE') throw error
    }
    return taken
  }

  async #takeUntil(to: number, taken: IndexedRecord[]): Promise<void> {
    for (;;) {
      const record = this.#left[this.#at] ?? (await this.#more())
      if (record === undefined) return
      const key = parseKey(record[0])
      if (!('index' in key) || key.index >= to) return
      taken.push({ key, value: record[1] })
      this.#at += 1
    }
  }

  async close(): Promise<void> {
    const chunks = this.#chunks
    this.#chunks = undefined
    this.#left = []
    this.#at = 0
    await chunks?.return?.()
  }

  async #begin(from: number): Promise<void> {
    await this.close()
    this.#chunks = this.#store.scan(this.#rangeFrom(from))[Symbol.asyncIterator]()
  }

  /** The next record, when all that was read is taken; undefined at the end. */
  async #more(): Promise<StoreRecord | undefined> {
    const chunk = await this.#chunks?.next()
    this.#at = 0
    this.#left = chunk?.done === false ? chunk.value : []
    return this.#left[0]
  }
}

type Disclosures = Omit<StoredParts, 'body'>

const NO_DISCLOSURES: Disclosures = { disclosures: [], ordinals: [] }

function partsOf(
  body: Uint8Array | undefined,
  found: Disclosures = NO_DISCLOSURES,
): StoredParts | undefined {
  return body === undefined ? undefined : { body, ...found }
}

function byIndex(records: readonly IndexedRecord[]): ReadonlyMap<number, Uint8Array> {
  return new Map(records.map(({ key, value }) => [key.index, value]))
}

function disclosuresByIndex(records: readonly IndexedRecord[]): ReadonlyMap<number, Disclosures> {
  const found = new Map<number, { disclosures: Uint8Array[]; ordinals: number[] }>()
  for (const { key, value } of records) {
    if (key.kind !== 'disclosure') continue
    let parts = found.get(key.index)
    if (parts === undefined) {
      parts = { disclosures: [], ordinals: [] }
      found.set(key.index, parts)
    }
    parts.disclosures.push(value)
    parts.ordinals.push(key.ordinal)
  }
  return found
}

function readOne(store: Store, key: Uint8Array): Uint8Array | undefined {
  try {
    return store.get(key)
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'STORE_UNREADABLE') return undefined
    throw error
  }
}
