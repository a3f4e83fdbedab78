/**
 * Bytes and their text forms: UTF-8, hex, base64 and base64url (RFC 4648), big-endian integers.
 *
 * DESIGN 4: every decoder is strict. It accepts exactly the text that its encoder writes: hex in
 * lower case, base64 with padding, base64url without, trailing bits zero. So one value has one
 * spelling and no hash can be dodged by respelling. Nothing here knows what the bytes mean.
 *
 * Statements of several KB pass through here many thousand times a second, hence tables and loops;
 * `Buffer` does not exist in the core. Bit operators here work on bytes, never on tree indices.
 */
// biome-ignore-all lint/suspicious/noBitwiseOperators: base64 packs bits, all values below 2^31
import { invariant, LedgerError } from './errors.js'

const UTF8_ENCODER = new TextEncoder()
// ignoreBOM keeps a byte order mark as U+FEFF in the text, where callers refuse it.
const UTF8_DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ASCII_DECODER = new TextDecoder()

/** Longest string that is encoded through the scratch buffer; a character has at most three bytes. */
const SCRATCH_CHARS = 1_024
const SCRATCH = new Uint8Array(3 * SCRATCH_CHARS)

/** Up to this many characters a loop is faster than a call of TextEncoder. */
const SHORT_TEXT_MAX = 96
/** What a value table holds for a character outside the alphabet: above every value of six bits. */
const INVALID = 64

/**
 * UTF-8 bytes of a string.
 *
 * @throws LedgerError UTF8_INVALID when the string holds half of a surrogate pair, which
 * TextEncoder would silently replace: two different strings would then have the same bytes.
 */
export function utf8Encode(text: string): Uint8Array {
  // Into a buffer of our own and copied out: a tenth of the cost of a new array per call.
  const bytes =
    text.length <= SCRATCH_CHARS
      ? SCRATCH.slice(0, UTF8_ENCODER.encodeInto(text, SCRATCH).written)
      : UTF8_ENCODER.encode(text)
  // Equal lengths mean ASCII only, the usual case; only other strings pay for the search.
  if (bytes.length !== text.length && !text.isWellFormed()) {
    throw new LedgerError('UTF8_INVALID', { reason: 'lone surrogate' })
  }
  return bytes
}

/**
 * The string of UTF-8 bytes. A byte order mark is kept as U+FEFF, not stripped.
 *
 * @throws LedgerError UTF8_INVALID for anything that is not well-formed UTF-8.
 */
export function utf8Decode(bytes: Uint8Array): string {
  try {
    return UTF8_DECODER.decode(bytes)
  } catch {
    throw new LedgerError('UTF8_INVALID', { length: bytes.length })
  }
}

const HEX_DIGITS = '0123456789abcdef'
const HEX_LETTERS = UTF8_ENCODER.encode(HEX_DIGITS)
const HEX_VALUES = valueTable(HEX_DIGITS)

/** Lower-case hex, two digits for each byte. RFC 4648 §8, but lower-case. */
export function toHex(bytes: Uint8Array): string {
  const text = new Uint8Array(bytes.length * 2)
  for (let i = 0; i < bytes.length; i++) {
    const byte = at(bytes, i)
    text[2 * i] = at(HEX_LETTERS, byte >> 4)
    text[2 * i + 1] = at(HEX_LETTERS, byte & 15)
  }
  // Not `+=` letter by letter: that builds a rope, flattened at the first look-up in a map.
  return ASCII_DECODER.decode(text)
}

/**
 * Bytes of lower-case hex; with `length`, exactly that many bytes.
 *
 * @throws LedgerError ENCODING_INVALID for upper case, an odd number of digits, white space,
 * any other character, or another length than expected.
 */
export function fromHex(text: string, length?: number): Uint8Array {
  if (text.length % 2 !== 0) throw invalid('hex', { length: text.length })
  if (length !== undefined && text.length !== length * 2) {
    throw invalid('hex', { expected: length * 2, length: text.length })
  }
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = valueAt(HEX_VALUES, text, 2 * i)
    const low = valueAt(HEX_VALUES, text, 2 * i + 1)
    if ((high | low) >= INVALID) throw invalid('hex', { at: high >= INVALID ? 2 * i : 2 * i + 1 })
    bytes[i] = (high << 4) | low
  }
  return bytes
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const PADDING = 61 // '='

type Alphabet = {
  readonly name: 'base64' | 'base64url'
  readonly letters: Uint8Array
  readonly values: Uint8Array
}
const STANDARD: Alphabet = {
  name: 'base64',
  letters: UTF8_ENCODER.encode(BASE64),
  values: valueTable(BASE64),
}
const URL_SAFE: Alphabet = {
  name: 'base64url',
  letters: UTF8_ENCODER.encode(BASE64URL),
  values: valueTable(BASE64URL),
}

/** Base64 with padding. RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  text.fill(PADDING, encodeGroups(STANDARD.letters, bytes, text))
  return ASCII_DECODER.decode(text)
}

/** Base64url without padding. RFC 4648 §5. */
export function toBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  encodeGroups(URL_SAFE.letters, bytes, text)
  return ASCII_DECODER.decode(text)
}

/**
 * Bytes of padded, canonical base64. RFC 4648 §4 with the strictness of §3.5.
 *
 * @throws LedgerError ENCODING_INVALID for missing or extra padding, the url alphabet,
 * white space, or trailing bits that are not zero.
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw invalid('base64', { length: text.length })
  let end = text.length
  if (text.charCodeAt(end - 1) === PADDING) end -= 1
  if (text.charCodeAt(end - 1) === PADDING) end -= 1
  return decodeGroups(STANDARD, end === text.length ? text : text.slice(0, end))
}

/**
 * Bytes of strict base64url: no padding, zero trailing bits, equal to its own re-encoding.
 *
 * @throws LedgerError ENCODING_INVALID for padding, the standard alphabet, white space,
 * an impossible length, or trailing bits that are not zero.
 */
export function fromBase64url(text: string): Uint8Array {
  return decodeGroups(URL_SAFE, text)
}

/** One new array with all parts in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** Whether both hold the same bytes. Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Order of unsigned bytes, a prefix before what it begins: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length)
  for (let i = 0; i < common; i++) {
    const difference = at(a, i) - at(b, i)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Two bytes, big-endian. Requires 0 <= n < 2^16. */
export function u16be(n: number): Uint8Array {
  invariant(Number.isInteger(n) && n >= 0 && n < 2 ** 16, 'a u16 is below 2^16')
  return Uint8Array.of(n >>> 8, n)
}

/** Four bytes, big-endian. Requires 0 <= n < 2^32. */
export function u32be(n: number): Uint8Array {
  invariant(Number.isInteger(n) && n >= 0 && n < 2 ** 32, 'a u32 is below 2^32')
  return Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)
}

/** Eight bytes, big-endian. Requires a safe integer, 0 <= n < 2^53. */
export function u64be(n: number): Uint8Array {
  invariant(Number.isSafeInteger(n) && n >= 0, 'a u64 is written from a safe integer')
  return concatBytes(u32be(Math.floor(n / 2 ** 32)), u32be(n % 2 ** 32))
}

/**
 * Reads two bytes at `offset`, big-endian.
 *
 * @throws LedgerError ENCODING_INVALID when the bytes end before.
 */
export function readU16be(bytes: Uint8Array, offset: number): number {
  if (offset + 2 > bytes.length) throw invalid('u16be', { at: offset, length: bytes.length })
  return at(bytes, offset) * 2 ** 8 + at(bytes, offset + 1)
}

/**
 * Reads four bytes at `offset`, big-endian.
 *
 * @throws LedgerError ENCODING_INVALID when the bytes end before.
 */
export function readU32be(bytes: Uint8Array, offset: number): number {
  if (offset + 4 > bytes.length) throw invalid('u32be', { at: offset, length: bytes.length })
  return readU16be(bytes, offset) * 2 ** 16 + readU16be(bytes, offset + 2)
}

/** Writes the letters of all bytes into `text`, without padding; returns how many. */
function encodeGroups(letters: Uint8Array, bytes: Uint8Array, text: Uint8Array): number {
  const rest = bytes.length % 3
  const whole = bytes.length - rest
  let o = 0
  for (let i = 0; i < whole; i += 3) {
    const group = (at(bytes, i) << 16) | (at(bytes, i + 1) << 8) | at(bytes, i + 2)
    text[o] = at(letters, group >> 18)
    text[o + 1] = at(letters, (group >> 12) & 63)
    text[o + 2] = at(letters, (group >> 6) & 63)
    text[o + 3] = at(letters, group & 63)
    o += 4
  }
  if (rest === 0) return o
  const last = (at(bytes, whole) << 16) | (rest === 2 ? at(bytes, whole + 1) << 8 : 0)
  text[o++] = at(letters, last >> 18)
  text[o++] = at(letters, (last >> 12) & 63)
  if (rest === 2) text[o++] = at(letters, (last >> 6) & 63)
  return o
}

function decodeGroups(alphabet: Alphabet, text: string): Uint8Array {
  const codes = codesOf(text)
  const values = alphabet.values
  const rest = codes.length % 4
  if (rest === 1) throw invalid(alphabet.name, { length: text.length })
  const whole = codes.length - rest
  const bytes = new Uint8Array((whole / 4) * 3 + (rest === 0 ? 0 : rest - 1))
  let seen = 0
  let o = 0
  for (let i = 0; i < whole; i += 4) {
    const a = at(values, at(codes, i))
    const b = at(values, at(codes, i + 1))
    const c = at(values, at(codes, i + 2))
    const d = at(values, at(codes, i + 3))
    seen |= a | b | c | d
    const group = (a << 18) | (b << 12) | (c << 6) | d
    bytes[o] = group >> 16
    bytes[o + 1] = group >> 8
    bytes[o + 2] = group
    o += 3
  }
  if (rest > 0) seen |= decodeTail(values, codes, bytes)
  if (seen >= INVALID) throw invalid(alphabet.name, { at: firstInvalid(values, text) })
  return bytes
}

/**
 * Decodes the two or three letters after the last whole group. Answers all their values, or
 * INVALID where a bit behind the last byte is set: another spelling of the same bytes.
 */
function decodeTail(values: Uint8Array, codes: Uint8Array, bytes: Uint8Array): number {
  const rest = codes.length % 4
  const start = codes.length - rest
  const a = at(values, at(codes, start))
  const b = at(values, at(codes, start + 1))
  const c = rest === 3 ? at(values, at(codes, start + 2)) : 0
  const end = bytes.length
  bytes[end - rest + 1] = (a << 2) | (b >> 4)
  if (rest === 3) bytes[end - 1] = (b << 4) | (c >> 2)
  const spare = rest === 3 ? c & 3 : b & 15
  return spare === 0 ? a | b | c : INVALID
}

/**
 * One byte for each ASCII character; any other character becomes bytes above 127, outside every
 * alphabet. Measured: TextEncoder wins only where its fixed cost of half a microsecond is small.
 */
function codesOf(text: string): Uint8Array {
  if (text.length > SHORT_TEXT_MAX) return UTF8_ENCODER.encode(text)
  const codes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    codes[i] = code < 128 ? code : 255
  }
  return codes
}

/** Place of the first character outside the alphabet, else of the last one: its spare bits. */
function firstInvalid(values: Uint8Array, text: string): number {
  for (let i = 0; i < text.length; i++) if (valueAt(values, text, i) >= INVALID) return i
  return text.length - 1
}

/** Maps each byte to its letter's position in the alphabet, every other byte to INVALID. */
function valueTable(alphabet: string): Uint8Array {
  const table = new Uint8Array(256).fill(INVALID)
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  return table
}

function valueAt(values: Uint8Array, text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? INVALID
}

/** Reads inside known bounds; the compiler cannot see them and `!` is not our way. */
function at(bytes: Uint8Array, index: number): number {
  return bytes[index] as number
}

function invalid(encoding: string, details: Readonly<Record<string, number>>): LedgerError {
  return new LedgerError('ENCODING_INVALID', { encoding, ...details })
}
