/**
 * Keys of the store: which records exist, under which bytes, and what each is derived from.
 *
 * A key is one prefix byte and then fixed-length parts; numbers are big-endian, so the order of the
 * keys is the order of the numbers. u48 holds tree indexes beyond 2^32; no record is ever moved.
 *
 *     00                        meta        [schema version, origin], MessagePack
 *   what was received or decided; cannot be derived from anything else
 *     10 index u48              entry       the 143 bytes of an entry (DESIGN 4.4)
 *     11 index u48              body        [payload, [[protected, signature], ...]], MessagePack
 *     12 index u48 ordinal u16  disclosure  bytes of one disclosure; its own record, so that it can
 *                                           be erased. Ordinal = position of its placeholder
 *   derived from entries and bodies, written in the same batch; the audit builds them again. The
 *   values of id, holder, refused, edges, inbox and declined end in a seal of eight bytes
 *   (ledger/log/records.ts)
 *     20 id                     id          index u48 of the entry that admitted a statement
 *     21 id n u16               holder      [party id, digest] of dataset n, MessagePack
 *     22 id                     refused     index u48 of the entry that refused a proposal
 *     23 index u48              registry    marks an entry that is a registry statement
 *     24 level u8 number u48    tile        256 hashes of a full tile (c2sp.org/tlog-tiles), from
 *                                           entries (level 0) or from the tiles below
 *     25 index u48              edges       parents of a statement: entry index u48, dataset u16 each
 *   the inbox; pinned by the head (DESIGN 9)
 *     30 seq u48                inbox       one inbox event, MessagePack (ledger/log/inbox.ts)
 *     31 digest                 proposal    envelope of a proposal, only while it waits, under its SHA-256
 *     32 id                     declined    time it was received u48, then the envelope of a refused
 *                                           proposal; sealed (ledger/log/records.ts)
 *   derived as well; nothing that is signed depends on it
 *     40 ...                    search      search index; what follows is its own
 *     41 ...                    rules       rules index (ledger/log/rules-records.ts); likewise
 *
 * `id` is the 32 bytes of a statement id. Numbers given to the builders are our own: one that does
 * not fit is a bug. Bytes given to the parsers come from disk: what is wrong is refused.
 */
import { concatBytes, fromHex } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import { HASH_BYTES } from '../core/hash.js'
import { decodeRecord, encodeRecord } from './codec.js'
import type { Range } from './store.js'

/** Version of this layout. Another one is refused at opening, never guessed at. */
export const SCHEMA_VERSION = 1

/** First byte of each kind of key. */
export const PREFIX = {
  meta: 0x00,
  entry: 0x10,
  body: 0x11,
  disclosure: 0x12,
  id: 0x20,
  holder: 0x21,
  refused: 0x22,
  registry: 0x23,
  tile: 0x24,
  edges: 0x25,
  inbox: 0x30,
  proposal: 0x31,
  declined: 0x32,
  search: 0x40,
  rules: 0x41,
} as const

export type KeyKind = keyof typeof PREFIX

/** A key taken apart. */
export type StoreKey =
  | { readonly kind: 'meta' }
  | { readonly kind: 'entry' | 'body' | 'registry' | 'edges'; readonly index: number }
  | { readonly kind: 'disclosure'; readonly index: number; readonly ordinal: number }
  | { readonly kind: 'id' | 'refused' | 'proposal' | 'declined'; readonly id: Uint8Array }
  | { readonly kind: 'holder'; readonly id: Uint8Array; readonly n: number }
  | { readonly kind: 'tile'; readonly level: number; readonly number: number }
  | { readonly kind: 'inbox'; readonly seq: number }
  | { readonly kind: 'search' | 'rules'; readonly suffix: Uint8Array }

const U48_END = 2 ** 48
const U16_END = 2 ** 16
/** Levels of tiles of 256 over 2^48 leaves. */
const TILE_LEVELS = 6

const KINDS: ReadonlyMap<number, KeyKind> = new Map(
  Object.entries(PREFIX).map(([kind, prefix]) => [prefix, kind as KeyKind]),
)

/** Key of the one meta record. */
export const META_KEY: Uint8Array = Uint8Array.of(PREFIX.meta)

export function entryKey(index: number): Uint8Array {
  return numberKey(PREFIX.entry, index)
}

export function bodyKey(index: number): Uint8Array {
  return numberKey(PREFIX.body, index)
}

/** `ordinal`: position of the disclosure's placeholder in the payload, from 0. */
export function disclosureKey(index: number, ordinal: number): Uint8Array {
  const key = new Uint8Array(9)
  key[0] = PREFIX.disclosure
  writeU48(key, 1, index)
  writeU16(key, 7, ordinal)
  return key
}

export function idKey(id: Uint8Array): Uint8Array {
  return hashKey(PREFIX.id, id)
}

/** `n`: number of the dataset in its statement. */
export function holderKey(id: Uint8Array, n: number): Uint8Array {
  invariant(id.length === HASH_BYTES, 'a statement id is 32 bytes')
  const key = new Uint8Array(35)
  key[0] = PREFIX.holder
  key.set(id, 1)
  writeU16(key, 33, n)
  return key
}

export function refusedKey(id: Uint8Array): Uint8Array {
  return hashKey(PREFIX.refused, id)
}

export function registryKey(index: number): Uint8Array {
  return numberKey(PREFIX.registry, index)
}

/** `level` and `number` of a tile as in c2sp.org/tlog-tiles. */
export function tileKey(level: number, number: number): Uint8Array {
  invariant(Number.isInteger(level) && level >= 0 && level < TILE_LEVELS, 'a tile level is below 6')
  const key = new Uint8Array(8)
  key[0] = PREFIX.tile
  key[1] = level
  writeU48(key, 2, number)
  return key
}

/** Parents of the statement of an entry. */
export function edgesKey(index: number): Uint8Array {
  return numberKey(PREFIX.edges, index)
}

export function inboxKey(seq: number): Uint8Array {
  return numberKey(PREFIX.inbox, seq)
}

export function proposalKey(id: Uint8Array): Uint8Array {
  return hashKey(PREFIX.proposal, id)
}

/** A refused proposal. */
export function declinedKey(id: Uint8Array): Uint8Array {
  return hashKey(PREFIX.declined, id)
}

export function searchKey(suffix: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.search), suffix)
}

export function rulesKey(suffix: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.rules), suffix)
}

/** All keys of one kind. */
export function kindRange(kind: KeyKind): Range {
  return { from: Uint8Array.of(PREFIX[kind]), to: Uint8Array.of(PREFIX[kind] + 1) }
}

/** Kinds whose keys are one number. */
export type NumberKind = 'entry' | 'body' | 'registry' | 'inbox'

/** Records numbered `from` up to, not including, `to`. Requires 0 <= from <= to <= 2^48. */
export function numberRange(kind: NumberKind, from: number, to: number = U48_END): Range {
  const prefix = Uint8Array.of(PREFIX[kind])
  return { from: numberBound(prefix, from), to: numberBound(prefix, to) }
}

/** Disclosures of the entries `from` up to, not including, `to`. */
export function disclosureRange(from: number, to: number = from + 1): Range {
  const prefix = Uint8Array.of(PREFIX.disclosure)
  return { from: numberBound(prefix, from), to: numberBound(prefix, to) }
}

/** All datasets of one statement. */
export function holderRange(id: Uint8Array): Range {
  return { from: holderKey(id, 0), to: concatBytes(holderKey(id, U16_END - 1), ZERO) }
}

/** Full tiles of one level, `from` up to, not including, `to`. */
export function tileRange(level: number, from = 0, to: number = U48_END): Range {
  const prefix = tileKey(level, 0).subarray(0, 2)
  return { from: numberBound(prefix, from), to: numberBound(prefix, to) }
}

/** Kinds whose keys are one statement id. */
export type IdKind = 'id' | 'refused' | 'proposal' | 'declined'

/**
 * Statement ids that begin with some lower-case hex digits, at most 64.
 *
 * @throws LedgerError ENCODING_INVALID for other characters
 */
export function idRange(kind: IdKind, digits: string): Range {
  invariant(digits.length <= 2 * HASH_BYTES, 'an id has at most 64 digits')
  const first = fromHex(digits.padEnd(2 * HASH_BYTES, '0'), HASH_BYTES)
  const last = fromHex(digits.padEnd(2 * HASH_BYTES, 'f'), HASH_BYTES)
  const prefix = PREFIX[kind]
  return { from: hashKey(prefix, first), to: concatBytes(hashKey(prefix, last), ZERO) }
}

/** Search records whose suffix begins with some bytes. */
export function searchRange(begin: Uint8Array): Range {
  const from = searchKey(begin)
  return { from, to: successor(from) }
}

/** Records of the rules index whose suffix begins with some bytes. */
export function rulesRange(begin: Uint8Array): Range {
  const from = rulesKey(begin)
  return { from, to: successor(from) }
}

/**
 * Takes a key apart.
 *
 * @throws LedgerError STORE_RECORD_MALFORMED for a key that no builder makes
 */
export function parseKey(key: Uint8Array): StoreKey {
  const kind = kindOf(key)
  switch (kind) {
    case 'meta':
      return { kind }
    case 'entry':
    case 'body':
    case 'registry':
    case 'edges':
      return { kind, index: readU48(key, 1) }
    case 'disclosure':
      return { kind, index: readU48(key, 1), ordinal: readU16(key, 7) }
    case 'id':
    case 'refused':
    case 'proposal':
    case 'declined':
      return { kind, id: key.slice(1) }
    case 'holder':
      return { kind, id: key.slice(1, 33), n: readU16(key, 33) }
    case 'tile':
      if (byteAt(key, 1) >= TILE_LEVELS) throw malformedKey(key, 'a tile level that cannot be')
      return { kind, level: byteAt(key, 1), number: readU48(key, 2) }
    case 'inbox':
      return { kind, seq: readU48(key, 1) }
    case 'search':
    case 'rules':
      return { kind, suffix: key.slice(1) }
  }
}

function kindOf(key: Uint8Array): KeyKind {
  const kind = KINDS.get(key[0] ?? -1)
  if (kind === undefined) throw malformedKey(key, 'an unknown prefix')
  const length = KEY_BYTES[kind]
  if (length !== undefined && key.length !== length) throw malformedKey(key, 'a wrong length')
  return kind
}

const KEY_BYTES: { readonly [kind in KeyKind]: number | undefined } = {
  meta: 1,
  entry: 7,
  body: 7,
  disclosure: 9,
  id: 33,
  holder: 35,
  refused: 33,
  registry: 7,
  tile: 8,
  edges: 7,
  inbox: 7,
  proposal: 33,
  declined: 33,
  search: undefined,
  rules: undefined,
}

/** Value of an `id` or `refused` record: an entry index, six bytes. */
export function encodeIndex(index: number): Uint8Array {
  const bytes = new Uint8Array(6)
  writeU48(bytes, 0, index)
  return bytes
}

/** @throws LedgerError STORE_RECORD_MALFORMED */
export function decodeIndex(bytes: Uint8Array): number {
  if (bytes.length === 6) return readU48(bytes, 0)
  throw new LedgerError('STORE_RECORD_MALFORMED', { reason: 'index', length: bytes.length })
}

/** Value of the meta record. */
export function encodeMeta(origin: string): Uint8Array {
  return encodeRecord([SCHEMA_VERSION, origin])
}

/**
 * The origin of the ledger that a store belongs to.
 *
 * @throws LedgerError STORE_SCHEMA_UNKNOWN, STORE_RECORD_MALFORMED
 */
export function decodeMeta(bytes: Uint8Array): { readonly origin: string } {
  const record = decodeRecord(bytes)
  const [version, origin, ...rest] = Array.isArray(record) ? record : []
  if (typeof version === 'number' && version !== SCHEMA_VERSION) {
    throw new LedgerError('STORE_SCHEMA_UNKNOWN', { version, known: SCHEMA_VERSION })
  }
  if (version === SCHEMA_VERSION && typeof origin === 'string' && rest.length === 0) {
    return { origin }
  }
  throw new LedgerError('STORE_RECORD_MALFORMED', { reason: 'meta', length: bytes.length })
}

const ZERO = Uint8Array.of(0)

function numberKey(prefix: number, n: number): Uint8Array {
  const key = new Uint8Array(7)
  key[0] = prefix
  writeU48(key, 1, n)
  return key
}

function hashKey(prefix: number, id: Uint8Array): Uint8Array {
  invariant(id.length === HASH_BYTES, 'a statement id is 32 bytes')
  const key = new Uint8Array(33)
  key[0] = prefix
  key.set(id, 1)
  return key
}

/** First key of number `n` under a prefix; behind all of them for 2^48. */
function numberBound(prefix: Uint8Array, n: number): Uint8Array {
  if (n === U48_END) return successor(prefix)
  const key = new Uint8Array(prefix.length + 6)
  key.set(prefix)
  writeU48(key, prefix.length, n)
  return key
}

/** Least key greater than every key that begins with `prefix`. Prefix bytes 0xff only cannot be. */
function successor(prefix: Uint8Array): Uint8Array {
  let end = prefix.length
  while (end > 0 && byteAt(prefix, end - 1) === 0xff) end -= 1
  invariant(end > 0, 'a prefix begins below 0xff')
  const after = prefix.slice(0, end)
  after[end - 1] = byteAt(prefix, end - 1) + 1
  return after
}

/** A Uint8Array keeps the last eight bits of what is assigned: no bit operators on indexes. */
function writeU48(bytes: Uint8Array, offset: number, n: number): void {
  invariant(Number.isSafeInteger(n) && n >= 0 && n < U48_END, 'a u48 is below 2^48')
  bytes[offset] = n / 2 ** 40
  bytes[offset + 1] = n / 2 ** 32
  bytes[offset + 2] = n / 2 ** 24
  bytes[offset + 3] = n / 2 ** 16
  bytes[offset + 4] = n / 2 ** 8
  bytes[offset + 5] = n
}

function readU48(bytes: Uint8Array, offset: number): number {
  let n = 0
  for (let i = offset; i < offset + 6; i++) n = n * 2 ** 8 + byteAt(bytes, i)
  return n
}

function writeU16(bytes: Uint8Array, offset: number, n: number): void {
  invariant(Number.isInteger(n) && n >= 0 && n < U16_END, 'a u16 is below 2^16')
  bytes[offset] = n / 2 ** 8
  bytes[offset + 1] = n
}

function readU16(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) * 2 ** 8 + byteAt(bytes, offset + 1)
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  invariant(byte !== undefined, 'the length of a key is checked before it is read')
  return byte
}

function malformedKey(key: Uint8Array, reason: string): LedgerError {
  return new LedgerError('STORE_RECORD_MALFORMED', {
    reason: `key of ${reason}`,
    length: key.length,
  })
}
