/**
 * What the log needs of a store: ordered keys, atomic batches, synced when asked. DESIGN 8, 9.
 *
 * The guarantees stand on the interface; test/store/contract.ts holds every backend to them. Which
 * keys exist and what their values mean is layout.ts; nothing here knows about entries.
 *
 * What a store does NOT promise: that it gives back what it was given. LevelDB can lose or alter a
 * synced record after one flipped bit on disk without an error. So the log believes a record only
 * after it hashes to what the signed head commits to (DESIGN 9), and compares derived records with
 * what they are derived from.
 */

/** One record. Neither the key nor the value may be changed until the write has settled. */
export type Put = { readonly key: Uint8Array; readonly value: Uint8Array }

/** Records to write together. Deletes are applied before puts; deleting an absent key is nothing. */
export type WriteBatch = { readonly puts: readonly Put[]; readonly deletes?: readonly Uint8Array[] }

/** Keys from `from` up to, not including, `to`, in the order of their bytes. */
export type Range = {
  readonly from: Uint8Array
  /** Exclusive. */
  readonly to: Uint8Array
  /** From the greatest key down. */
  readonly reverse?: boolean
  /** Most records to give. */
  readonly limit?: number
}

export type StoreRecord = readonly [key: Uint8Array, value: Uint8Array]
/** A record whose value was read as UTF-8 text. */
export type TextRecord = readonly [key: Uint8Array, text: string]

/** Most records of one chunk of a scan. */
export const SCAN_RECORDS_MAX = 1_000
/** Bytes after which a chunk of a scan ends; one record more may pass it. */
export const SCAN_BYTES = 1_048_576

/** A store as whoever only reads sees it. */
export interface StoreReader {
  /**
   * The value of a key, or undefined. The bytes are the caller's own. Synchronous: a few
   * microseconds from memory; it may wait for the disk, so not for bulk reading.
   *
   * @throws LedgerError STORE_UNREADABLE, LEDGER_CLOSED
   */
  get(key: Uint8Array): Uint8Array | undefined

  /**
   * Values in the order of the keys; undefined where there is none. As `get`.
   *
   * @throws LedgerError STORE_UNREADABLE, LEDGER_CLOSED
   */
  getMany(keys: readonly Uint8Array[]): (Uint8Array | undefined)[]

  /**
   * Records of a range in chunks, as the store was when the first chunk was asked for; later writes
   * are not seen. Never an empty chunk. Stopping early is fine.
   *
   * Records that cannot be read may be missing from the chunks; the error comes at the latest after
   * the last one. A reader that stops early must notice gaps by itself.
   *
   * @throws LedgerError STORE_UNREADABLE, LEDGER_CLOSED
   */
  scan(range: Range): AsyncIterable<readonly StoreRecord[]>

  /**
   * As `scan`, for values that are text: a string costs a fraction of what a byte array does. A value
   * that is not UTF-8 has U+FFFD in it where it is not; `get` gives its bytes.
   *
   * @throws LedgerError STORE_UNREADABLE, LEDGER_CLOSED
   */
  scanTexts(range: Range): AsyncIterable<readonly TextRecord[]>

  /** Gives it back. A second call does nothing. */
  close(): Promise<void>
}

export interface Store extends StoreReader {
  /**
   * Writes a batch: all of it or nothing, whatever happens in between.
   *
   * Once it resolves, every read sees it. With `sync` it has then also reached the disk: it
   * survives `kill -9` and power loss. Without, a power loss may take it, even when a later synced
   * write survives; so unsynced records must be derivable from synced ones. Writes are applied one
   * after another in the order of the calls.
   *
   * After an error nobody knows what is on disk: this batch may be there at the next opening, or
   * not. So the store takes no more writes until it is opened again; reads go on.
   *
   * @throws LedgerError STORE_FAILED for the write that failed and every later one; LEDGER_CLOSED
   */
  write(batch: WriteBatch, options: { readonly sync: boolean }): Promise<void>

  /**
   * Where other threads of this process may open the same store for reading (`openLevelBeside`);
   * undefined for a store that is its thread's own. They close theirs before this one is closed.
   */
  readonly sharedAt?: string

  /** Waits for writes under way, then gives the store back. A second call does nothing. */
  close(): Promise<void>
}

/** As text what `scan` gives, for stores that hold bytes anyhow. */
export async function* textsOf(
  chunks: AsyncIterable<readonly StoreRecord[]>,
): AsyncGenerator<readonly TextRecord[]> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for await (const chunk of chunks)
    yield chunk.map(([key, value]) => [key, decoder.decode(value)] as const)
}
