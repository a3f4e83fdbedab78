/**
 * Reads entries with their statements in bulk, and without trusting that the store says so when it has
 * lost something: what cannot be read is said per index, never skipped. Nothing is verified here.
 */
import { LedgerError } from '../core/errors.js'
import { decodeBody } from '../store/codec.js'
import {
  bodyKey,
  disclosureKey,
  disclosureRange,
  entryKey,
  numberRange,
  parseKey,
  type StoreKey,
} from '../store/layout.js'
import type { StoreReader } from '../store/store.js'
import type { StatementRecord, StoredDisclosure } from './records.js'

/** A statement's records as the store gave them, with the positions that its disclosures are stored under, rising. */
export type StoredParts = {
  readonly body: Uint8Array
  readonly disclosures: readonly StoredDisclosure[]
  readonly ordinals: readonly number[]
}

/** A stored statement with the positions that its disclosures are stored under, rising. */
export type PlacedRecord = StatementRecord & Pick<StoredParts, 'ordinals'>

/** An entry with its statement; `entry` or `stored` is undefined when it, or the body, is missing or unreadable. */
export type StatementRead = {
  readonly index: number
  readonly entry: Uint8Array | undefined
  readonly stored: StoredParts | undefined
}

/** Undefined for a body that no commit wrote. */
export function recordOf({ body, disclosures, ordinals }: StoredParts): PlacedRecord | undefined {
  try {
    return { ...decodeBody(body), disclosures, ordinals }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

/**
 * Reads entries with their statements, chunk after chunk. Its scans stay open in between, because to
 * begin one costs as much as to read a statement. To be closed after use.
 */
export class StatementReader {
  readonly #store: StoreReader
  readonly #entries: Cursor<Uint8Array>
  readonly #bodies: Cursor<Uint8Array>
  readonly #disclosures: Cursor<string>

  /** @param end no entry is read from this one on */
  constructor(store: StoreReader, end: number) {
    this.#store = store
    this.#entries = new Cursor((from) => store.scan(numberRange('entry', from, end)))
    this.#bodies = new Cursor((from) => store.scan(numberRange('body', from, end)))
    this.#disclosures = new Cursor((from) => store.scanTexts(disclosureRange(from, end)))
  }

  /** Entries `from` up to, not including, `to`, in order, one for every index. */
  async read(from: number, to: number): Promise<readonly StatementRead[]> {
    const [first, second, third] = await Promise.all([
      this.#entries.take(from, to),
      this.#bodies.take(from, to),
      this.#disclosures.take(from, to),
    ])
    const [entries, bodies] = [byIndex(first), byIndex(second)]
    const disclosures = disclosuresByIndex(third, this.#store)
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

/** Entries `from` up to, not including, `to`, with their statements, in order, one for every index. */
export async function readStatements(
  store: StoreReader,
  from: number,
  to: number,
): Promise<readonly StatementRead[]> {
  const reader = new StatementReader(store, to)
  try {
    return await reader.read(from, to)
  } finally {
    await reader.close()
  }
}

type IndexedKey = Extract<StoreKey, { readonly index: number }>
type IndexedRecord<Value> = { readonly key: IndexedKey; readonly value: Value }
type Chunk<Value> = readonly (readonly [key: Uint8Array, value: Value])[]

/** A scan over records that are numbered by entry, which goes on where the last take ended. */
class Cursor<Value> {
  readonly #scanFrom: (index: number) => AsyncIterable<Chunk<Value>>
  #chunks: AsyncIterator<Chunk<Value>> | undefined
  /** Read and not yet taken. */
  #left: Chunk<Value> = []
  #at = 0
  #next = -1

  constructor(scanFrom: (index: number) => AsyncIterable<Chunk<Value>>) {
    this.#scanFrom = scanFrom
  }

  /**
   * Records of the entries `from` up to, not including, `to`. A scan that ends early at a damaged
   * block begins anew at the next take: what is missing here is found missing per index.
   */
  async take(from: number, to: number): Promise<readonly IndexedRecord<Value>[]> {
    const taken: IndexedRecord<Value>[] = []
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

  async #takeUntil(to: number, taken: IndexedRecord<Value>[]): Promise<void> {
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
    this.#chunks = this.#scanFrom(from)[Symbol.asyncIterator]()
  }

  /** The next record, when all that was read is taken; undefined at the end. */
  async #more(): Promise<Chunk<Value>[number] | undefined> {
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

function byIndex(records: readonly IndexedRecord<Uint8Array>[]): ReadonlyMap<number, Uint8Array> {
  return new Map(records.map(({ key, value }) => [key.index, value]))
}

/** Stands in a text for what is not UTF-8. */
const REPLACEMENT = '\uFFFD'

function disclosuresByIndex(
  records: readonly IndexedRecord<string>[],
  store: StoreReader,
): ReadonlyMap<number, Disclosures> {
  const found = new Map<number, { disclosures: StoredDisclosure[]; ordinals: number[] }>()
  for (const { key, value } of records) {
    if (key.kind !== 'disclosure') continue
    const { index, ordinal } = key
    let parts = found.get(index)
    if (parts === undefined) {
      parts = { disclosures: [], ordinals: [] }
      found.set(index, parts)
    }
    const lossy = value.includes(REPLACEMENT)
    const bytes = lossy ? readOne(store, disclosureKey(index, ordinal)) : undefined
    parts.disclosures.push(bytes ?? value)
    parts.ordinals.push(ordinal)
  }
  return found
}

function readOne(store: StoreReader, key: Uint8Array): Uint8Array | undefined {
  try {
    return store.get(key)
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'STORE_UNREADABLE') return undefined
    throw error
  }
}
