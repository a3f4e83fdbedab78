/**
 * The entry: what the log commits to. DESIGN 4.4, docs/format.md "Entry".
 *
 *     96 01 · c4 20 previous leaf hash · ce time(u32be) · c4 20 statement id · c4 20 envelope digest
 *     · c4 20 registry root                                                    = 143 bytes
 *
 * It is a MessagePack array of six that any decoder reads; a verifier accepts this layout only.
 * The entry reveals a time and four hashes, never a party, a purpose or a country.
 */
import { concatBytes, equalBytes, fromHex, readU32be, toHex, u32be, utf8Encode } from './bytes.js'
import { invariant, LedgerError } from './errors.js'
import { HASH_BYTES, hashLeaf, type LeafHash, portableSha256, type Sha256 } from './hash.js'
import type { StatementId } from './statement.js'

export const ENTRY_BYTES = 143
/** Largest time an entry can carry: u32 seconds, the year 2106. */
export const ENTRY_TIME_MAX = 4_294_967_295

export type Entry = {
  /** Leaf hash of the entry before; of entry 0, `firstPrevious(origin)`. */
  readonly previous: Uint8Array
  /** Seconds since 1970, the same for all entries of one commit; never goes backwards. */
  readonly time: number
  readonly id: StatementId
  /** SHA-256 of the JCS envelope without unprotected headers (DESIGN 4.3). */
  readonly envelopeDigest: Uint8Array
  /** Root of the registry map after this entry (DESIGN 4.5). */
  readonly registryRoot: Uint8Array
}

const HEAD = Uint8Array.of(0x96, 0x01)
const BIN32 = Uint8Array.of(0xc4, 0x20)
const UINT32 = Uint8Array.of(0xce)
/** Offset of each fixed byte run in the layout, so that a parser can compare them. */
const FIXED: readonly (readonly [number, Uint8Array])[] = [
  [0, HEAD],
  [2, BIN32],
  [36, UINT32],
  [41, BIN32],
  [75, BIN32],
  [109, BIN32],
]

/** The 143 bytes of an entry. */
export function encodeEntry(entry: Entry): Uint8Array {
  invariant(
    Number.isInteger(entry.time) && entry.time >= 0 && entry.time <= ENTRY_TIME_MAX,
    'entry time is a u32',
  )
  // One by one: a short hash and a long one could make up for each other.
  for (const hash of [entry.previous, entry.envelopeDigest, entry.registryRoot]) {
    invariant(hash.length === HASH_BYTES, 'every hash of an entry is 32 bytes')
  }
  return concatBytes(
    HEAD,
    BIN32,
    entry.previous,
    UINT32,
    u32be(entry.time),
    BIN32,
    fromHex(entry.id, HASH_BYTES),
    BIN32,
    entry.envelopeDigest,
    BIN32,
    entry.registryRoot,
  )
}

/**
 * Reads an entry; any other byte layout is refused, even where MessagePack would allow it.
 *
 * @throws LedgerError ENTRY_MALFORMED
 */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length !== ENTRY_BYTES)
    throw new LedgerError('ENTRY_MALFORMED', { bytes: bytes.length })
  for (const [offset, run] of FIXED) {
    if (!equalBytes(bytes.subarray(offset, offset + run.length), run)) {
      throw new LedgerError('ENTRY_MALFORMED', { offset })
    }
  }
  return {
    previous: bytes.slice(4, 36),
    time: readU32be(bytes, 37),
    id: toHex(bytes.subarray(43, 75)) as StatementId,
    envelopeDigest: bytes.slice(77, 109),
    registryRoot: bytes.slice(111, 143),
  }
}

/** What stands for the previous leaf hash in entry 0: SHA-256 of `waybill/v1\n` + origin. */
export function firstPrevious(origin: string, sha: Sha256 = portableSha256): Uint8Array {
  return sha(utf8Encode(`waybill/v1\n${origin}`))
}

/** Leaf hash of an entry's bytes. RFC 6962 §2.1. */
export function entryLeaf(bytes: Uint8Array, sha: Sha256 = portableSha256): LeafHash {
  return hashLeaf(bytes, sha)
}

/**
 * The chain's one rule: does this entry extend that one?
 *
 * @throws LedgerError ENTRY_CHAIN_BROKEN when the link or the time is wrong
 */
export function verifyChainLink(
  entry: Entry,
  previousLeaf: Uint8Array,
  previousTime: number,
  index: number,
): void {
  if (!equalBytes(entry.previous, previousLeaf))
    throw new LedgerError('ENTRY_CHAIN_BROKEN', { index, reason: 'link' })
  if (entry.time < previousTime)
    throw new LedgerError('ENTRY_CHAIN_BROKEN', { index, reason: 'time goes backwards' })
}
