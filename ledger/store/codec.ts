/**
 * Store records as MessagePack, and the only user of msgpackr.
 *
 * A record holds arrays, bytes, strings and integers, nothing else. Each value has exactly one form:
 * msgpackr accepts several (long integers, floats, its own record extension, invalid UTF-8), so a
 * decoded record is encoded again and must give the same bytes. msgpackr writes integers beyond 32
 * bits as floats; here they go as int64.
 *
 * Entries are not written by this codec: their 143 bytes have one layout, in core/entry.ts.
 */
import { Packr } from 'msgpackr'
import { equalBytes } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'

export type RecordValue = string | number | Uint8Array | readonly RecordValue[]

/** The stored form of a statement without its disclosures: what its signatures cover. */
export type Body = {
  readonly payload: Uint8Array
  readonly signatures: readonly BodySignature[]
}
/** Protected header as JSON bytes, and the 64 bytes of the signature. */
export type BodySignature = { readonly protected: Uint8Array; readonly signature: Uint8Array }

/** Deepest nesting of a record: a body has three levels. */
const RECORD_DEPTH_MAX = 8
const UINT32_END = 2 ** 32
const INT32_MIN = -(2 ** 31)

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' })

type Packable = string | number | bigint | Uint8Array | readonly Packable[]

/**
 * Bytes of a record; the caller's own. Requires integers within ±(2^53−1) and well-formed strings.
 */
export function encodeRecord(value: RecordValue): Uint8Array {
  // A copy: msgpackr returns a piece of a large buffer that it shares between records.
  return new Uint8Array(packr.pack(packable(value, 0)))
}

/**
 * The record of some bytes. Byte strings in it are copies.
 *
 * @throws LedgerError STORE_RECORD_MALFORMED for anything that `encodeRecord` does not write
 */
export function decodeRecord(bytes: Uint8Array): RecordValue {
  let decoded: unknown
  try {
    // A view of its own: msgpackr hangs a property on the array that it is given.
    decoded = packr.unpack(bytes.subarray())
  } catch (cause) {
    throw malformed('not MessagePack', bytes, cause)
  }
  const value = recordValue(decoded, 0)
  if (value === undefined) throw malformed('holds another kind of value', bytes)
  if (!equalBytes(encodeRecord(value), bytes)) throw malformed('not in its one form', bytes)
  return value
}

/** MessagePack [payload, [[protected, signature], ...]], in the order of the signatures. */
export function encodeBody(body: Body): Uint8Array {
  const signatures = body.signatures.map((item) => [item.protected, item.signature])
  return encodeRecord([body.payload, signatures])
}

/**
 * The body of some bytes. What it gives are views of them.
 *
 * Read by hand, as an audit does it for every entry: to decode it with the library and encode it again
 * costs as much as to hash it. Every length must be in its shortest form, so the form is the one.
 *
 * @throws LedgerError STORE_RECORD_MALFORMED
 */
export function decodeBody(bytes: Uint8Array): Body {
  const body = new BodyReader(bytes)
  if (body.list() !== 2) throw malformed('body', bytes)
  const payload = body.binary()
  const signatures = Array.from({ length: body.list() }, () => {
    if (body.list() !== 2) throw malformed('body', bytes)
    return { protected: body.binary(), signature: body.binary() }
  })
  if (!body.ended) throw malformed('body', bytes)
  return { payload, signatures }
}

/** Shortest length that bin 8, bin 16 and bin 32 are for. */
const BINARY_MIN = [0, 2 ** 8, 2 ** 16]

/** Fixed lists and byte strings, in MessagePack. */
class BodyReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length
  }

  /** Elements of the list that begins here. */
  list(): number {
    const head = this.#byte()
    if (head < 0x90 || head > 0x9f) throw malformed('body', this.#bytes)
    return head - 0x90
  }

  binary(): Uint8Array {
    const width = this.#byte() - 0xc4
    const min = BINARY_MIN[width]
    if (min === undefined) throw malformed('body', this.#bytes)
    let length = 0
    for (let left = 2 ** width; left > 0; left -= 1) length = length * 256 + this.#byte()
    const start = this.#at
    this.#at += length
    if (length < min || this.#at > this.#bytes.length) throw malformed('body', this.#bytes)
    return this.#bytes.subarray(start, this.#at)
  }

  /** At the end -1, which is neither a list nor a byte string and makes any length too short. */
  #byte(): number {
    const byte = this.#bytes[this.#at] ?? -1
    this.#at += 1
    return byte
  }
}

/** Who holds a dataset, and its digest. MessagePack [party id, digest bytes]. */
export type Holder = { readonly party: string; readonly digest: Uint8Array }

export function encodeHolder({ party, digest }: Holder): Uint8Array {
  return encodeRecord([party, digest])
}

/** @throws LedgerError STORE_RECORD_MALFORMED */
export function decodeHolder(bytes: Uint8Array): Holder {
  const [party, digest, ...rest] = listOf(decodeRecord(bytes))
  if (typeof party !== 'string' || !isBytes(digest) || rest.length > 0) {
    throw malformed('holder', bytes)
  }
  return { party, digest }
}

/** Narrows a record to a list; anything else is an empty one, which every caller refuses. */
function listOf(value: RecordValue): readonly RecordValue[] {
  return isList(value) ? value : []
}

function isList(value: RecordValue | undefined): value is readonly RecordValue[] {
  return Array.isArray(value)
}

function isBytes(value: RecordValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array
}

/** The value as msgpackr must be given it; refuses what would not come back the same. */
function packable(value: RecordValue, depth: number): Packable {
  invariant(depth <= RECORD_DEPTH_MAX, 'a record is shallow')
  if (typeof value === 'number') {
    invariant(Number.isSafeInteger(value), 'a record holds safe integers only')
    return value < UINT32_END && value >= INT32_MIN ? value : BigInt(value)
  }
  if (typeof value === 'string') {
    invariant(!/\p{Surrogate}/u.test(value), 'a record holds well-formed strings')
    return value
  }
  return isList(value) ? value.map((item) => packable(item, depth + 1)) : value
}

/** A decoded value with its kinds checked and Buffers copied; undefined for a foreign kind. */
function recordValue(decoded: unknown, depth: number): RecordValue | undefined {
  if (typeof decoded === 'string') return /\p{Surrogate}/u.test(decoded) ? undefined : decoded
  if (typeof decoded === 'number') return Number.isSafeInteger(decoded) ? decoded : undefined
  if (decoded instanceof Uint8Array) return new Uint8Array(decoded)
  if (!Array.isArray(decoded) || depth >= RECORD_DEPTH_MAX) return undefined
  const items: RecordValue[] = []
  for (const item of decoded) {
    const value = recordValue(item, depth + 1)
    if (value === undefined) return undefined
    items.push(value)
  }
  return items
}

function malformed(reason: string, bytes: Uint8Array, cause?: unknown): LedgerError {
  return new LedgerError('STORE_RECORD_MALFORMED', { reason, length: bytes.length }, cause)
}
