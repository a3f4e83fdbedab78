/**
 * Strict JSON in, canonical JSON out. RFC 8259 and RFC 8785 (JCS).
 *
 * `JSON.parse` alone is not enough for signed bytes: it keeps the last of two equal names, accepts
 * half surrogate pairs and recurses as deep as the text says. The text is scanned first, without
 * recursion; only then is it parsed. This file knows nothing about statements.
 */
import { utf8Decode, utf8Encode } from './bytes.js'
import { LedgerError } from './errors.js'

export type JsonObject = { readonly [name: string]: Json }
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** Deepest nesting that any text we read may have. A statement's own limit is lower (DESIGN 4.1). */
export const JSON_DEPTH_MAX = 32

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const BRACE_OPEN = 0x7b
const BRACE_CLOSE = 0x7d
const BRACKET_OPEN = 0x5b
const BRACKET_CLOSE = 0x5d

/** True for an object that is neither null nor an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Parses text in which no name is repeated, nothing is nested deeper than `depthMax` and every
 * string is well-formed Unicode.
 *
 * @throws LedgerError JSON_INVALID
 */
export function parseJson(text: string, depthMax: number = JSON_DEPTH_MAX): Json {
  const members = scan(text, depthMax)
  const value = parse(text)
  // A repeated name leaves fewer members in the value than colons in the text.
  if (countMembers(value) !== members)
    throw new LedgerError('JSON_INVALID', { reason: 'a name is repeated' })
  if (text.includes('\\u')) refuseLoneSurrogates(value)
  return value
}

/**
 * Parses signed bytes: UTF-8 JSON that equals its own JCS form byte for byte, with integers only.
 *
 * @throws LedgerError UTF8_INVALID, JSON_INVALID, JSON_NOT_CANONICAL
 */
export function parseCanonical(bytes: Uint8Array, depthMax: number = JSON_DEPTH_MAX): Json {
  return parseCanonicalText(utf8Decode(bytes), depthMax)
}

/** As `parseCanonical`, for text that is already decoded. */
export function parseCanonicalText(text: string, depthMax: number = JSON_DEPTH_MAX): Json {
  refuseLoneSurrogates(text)
  const value = parse(text)
  const measured = measure(value, depthMax, depthMax)
  if (measured === text.length && !text.includes('\\')) return value
  if (text.includes('\\u')) refuseLoneSurrogates(value)
  if (encodeJcs(value) !== text)
    throw new LedgerError('JSON_NOT_CANONICAL', { reason: 're-encoding gives other bytes' })
  return value
}

/**
 * The JCS form of a value as text. RFC 8785 §3.2. Numbers as ECMAScript prints them.
 *
 * @throws LedgerError JSON_INVALID for what has no JCS form: NaN, infinities, half of a surrogate pair
 */
export function encodeJcs(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => encodeJcs(item)).join(',')}]`
  if (!isObject(value)) return encodeScalar(value)
  const members = Object.keys(value)
    .sort(compareNames)
    .map((name) => `${encodeScalar(name)}:${encodeJcs(value[name] ?? null)}`)
  return `{${members.join(',')}}`
}

/** The JCS form as UTF-8 bytes. */
export function encodeJcsBytes(value: Json): Uint8Array {
  return utf8Encode(encodeJcs(value))
}

/** `JSON.stringify` alone would write null for NaN and an escape for half a character. */
function encodeScalar(value: Json): string {
  if (typeof value === 'string') refuseLoneSurrogates(value)
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new LedgerError('JSON_INVALID', { reason: 'not a finite number' })
  }
  return JSON.stringify(value)
}

function compareNames(a: string, b: string): number {
  // UTF-16 code units, as RFC 8785 §3.2.3 wants: the engine's own order.
  if (a === b) return 0
  return a < b ? -1 : 1
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    // The engine's message quotes the text; ours must not.
    throw new LedgerError('JSON_INVALID', { reason: 'not JSON' })
  }
}

/**
 * Counts colons outside strings; refuses deep nesting, and half a character where it stands without
 * an escape. Strings are jumped over with indexOf.
 */
function scan(text: string, depthMax: number): number {
  refuseLoneSurrogates(text)
  let depth = 0
  let members = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case COLON:
        members += 1
        break
      case BRACE_OPEN:
      case BRACKET_OPEN:
        depth += 1
        if (depth > depthMax) throw tooDeep(depthMax)
        break
      case BRACE_CLOSE:
      case BRACKET_CLOSE:
        depth -= 1
        break
    }
  }
  return members
}

function tooDeep(depthMax: number): LedgerError {
  return new LedgerError('JSON_INVALID', { reason: 'nested too deep', depthMax })
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0 && escaped(text, end)) end = text.indexOf('"', end + 1)
  if (end < 0) throw new LedgerError('JSON_INVALID', { reason: 'a string does not end' })
  return end
}

function escaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before -= 1
  return (at - before) % 2 === 0
}

// The walks below recurse no deeper than the scan allowed.

function countMembers(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item)
    return count
  }
  for (const item of Object.values(value)) count += 1 + countMembers(item)
  return count
}

function refuseLoneSurrogates(value: Json): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      throw new LedgerError('JSON_INVALID', { reason: 'half of a surrogate pair' })
  } else if (Array.isArray(value)) for (const item of value) refuseLoneSurrogates(item)
  else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      refuseLoneSurrogates(name)
      refuseLoneSurrogates(item)
    }
  }
}

/** What `measure` answers when the length alone would not decide: more than any text has. */
const UNDECIDED = Number.POSITIVE_INFINITY

/**
 * Length of the JCS form in UTF-16 units, for values read from a text without a backslash.
 *
 * Such a text equals its JCS form exactly when it is as long: without escapes its strings stand in the
 * JCS form as they are, and what JCS forbids only adds to it (white space, names twice, `-0`, `1.0`).
 * Three things may not: names out of order, names that look like array indexes, which the engine
 * moves, and exponents, which write no number shorter than its digits or as short unless it ends in
 * two zeros. For those it answers UNDECIDED, and the caller re-encodes. Recurses no deeper than `left`.
 *
 * @throws LedgerError JSON_NOT_CANONICAL for a number that is no integer in range; JSON_INVALID too deep
 */
function measure(value: Json, left: number, depthMax: number): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value === 'number') return measureInteger(value)
  if (typeof value !== 'object' || value === null) return value === false ? 5 : 4
  if (left === 0) throw tooDeep(depthMax)
  if (isObject(value)) return measureMembers(value, left - 1, depthMax)
  // Brackets, and a comma for each element but the first. No early way out: every number is looked at.
  let length = value.length === 0 ? 2 : value.length + 1
  for (const item of value) length += measure(item, left - 1, depthMax)
  return length
}

function measureMembers(value: JsonObject, left: number, depthMax: number): number {
  let length = 1
  let before = ''
  for (const name of Object.keys(value)) {
    // Quotes, colon, and the comma or brace after it. The empty name, first if anywhere, goes the slow way.
    length += before < name && !isDigit(name.charCodeAt(0)) ? name.length + 4 : UNDECIDED
    before = name
    length += measure(value[name] ?? null, left, depthMax)
  }
  return length === 1 ? 2 : length
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function measureInteger(value: number): number {
  if (!Number.isSafeInteger(value))
    throw new LedgerError('JSON_NOT_CANONICAL', { reason: 'a number is not an integer in range' })
  if (value >= 0 && value < 100) return value < 10 ? 1 : 2
  return value % 100 === 0 ? UNDECIDED : String(value).length
}
