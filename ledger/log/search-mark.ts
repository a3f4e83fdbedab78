/**
 * The mark of the search index: how far it goes, and a sum over its keys. A key that the disk lost or
 * altered makes a search find less without an error; the audit counts and adds them up again.
 *
 *     40 03   u48 each: statements indexed; their terms; the first six bytes of SHA-256 over each
 *             term's key, added modulo 2^48. Then eight bytes of SHA-256 over key and these
 */
import { concatBytes, equalBytes } from '../core/bytes.js'
import type { Finding } from '../core/finding.js'
import type { Sha256 } from '../core/hash.js'
import { decodeIndex, encodeIndex, searchKey, searchRange } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'

/** What stands between the prefix of a search record and a term. */
export const TERM = Uint8Array.of(0x02)
const MARK_KEY = searchKey(Uint8Array.of(0x03))
const NUMBER_BYTES = 6
const NUMBERS_BYTES = 3 * NUMBER_BYTES
const SEAL_BYTES = 8
const SUM_END = 2 ** 48

export type SearchMark = {
  /** Statements indexed so far: those below this index. */
  readonly indexed: number
  /** Terms that they gave. */
  readonly terms: number
  /** Sum over the keys of those terms, below 2^48. */
  readonly sum: number
}

/** Nothing is indexed. */
const NO_MARK: SearchMark = { indexed: 0, terms: 0, sum: 0 }

/** The mark as it was written; `NO_MARK` when there is none, or another. @throws LedgerError STORE_UNREADABLE */
export function readMark(store: Store, sha: Sha256): SearchMark {
  const value = store.get(MARK_KEY)
  const numbers = value?.subarray(0, NUMBERS_BYTES)
  if (value === undefined || numbers?.length !== NUMBERS_BYTES) return NO_MARK
  if (!equalBytes(value.subarray(NUMBERS_BYTES), sealOf(numbers, sha))) return NO_MARK
  const at = (place: number): number =>
    decodeIndex(numbers.subarray(place * NUMBER_BYTES, (place + 1) * NUMBER_BYTES))
  return { indexed: at(0), terms: at(1), sum: at(2) }
}

/** The mark once the statements below `indexed` have given these terms, too. */
export function nextMark(
  { terms, sum }: SearchMark,
  indexed: number,
  keys: readonly Uint8Array[],
  sha: Sha256,
): SearchMark {
  return { indexed, terms: terms + keys.length, sum: addKeys(sum, keys, sha) }
}

/** Goes into the batch of the terms. */
export function putMark({ indexed, terms, sum }: SearchMark, sha: Sha256): Put {
  const numbers = concatBytes(encodeIndex(indexed), encodeIndex(terms), encodeIndex(sum))
  return { key: MARK_KEY, value: concatBytes(numbers, sealOf(numbers, sha)) }
}

/**
 * What is wrong with the index as far as its mark goes. Without a mark it is built again by the next
 * search, so there is nothing to find.
 *
 * Rejects with STORE_UNREADABLE, STORE_RECORD_MALFORMED.
 */
export async function searchFinding(store: Store, sha: Sha256): Promise<Finding | undefined> {
  const mark = readMark(store, sha)
  let { terms, sum } = NO_MARK
  for await (const chunk of store.scan(searchRange(TERM))) {
    const keys = chunk.map(([key]) => key).filter((key) => indexOfKey(key) < mark.indexed)
    terms += keys.length
    sum = addKeys(sum, keys, sha)
  }
  if (terms === mark.terms && sum === mark.sum) return undefined
  const detail = `${terms} search terms, and not those that ${mark.terms} were made of`
  return { severity: 'failed', code: 'ENTRY_MISMATCH', at: 'search index', detail }
}

function indexOfKey(key: Uint8Array): number {
  return decodeIndex(key.subarray(-NUMBER_BYTES))
}

function addKeys(sum: number, keys: readonly Uint8Array[], sha: Sha256): number {
  let total = sum
  for (const key of keys)
    total = (total + decodeIndex(sha(key).subarray(0, NUMBER_BYTES))) % SUM_END
  return total
}

function sealOf(numbers: Uint8Array, sha: Sha256): Uint8Array {
  return sha(concatBytes(MARK_KEY, numbers)).subarray(0, SEAL_BYTES)
}
