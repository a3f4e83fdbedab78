/**
 * Cuts the body of a bulk call into the texts of its items, without parsing them: that is the
 * workers' job, and 16 MiB of JSON would hold up the event loop.
 */
import { LedgerError } from '../core/errors.js'
import { BULK_BYTES_MAX, BULK_ITEMS_MAX } from '../core/limits.js'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const BRACKET_OPEN = 0x5b
const BRACKET_CLOSE = 0x5d
const BRACE_OPEN = 0x7b
const BRACE_CLOSE = 0x7d

export type BulkFormat = 'json' | 'ndjson'

/**
 * One text per item, in order. Empty lines of NDJSON are passed over.
 *
 * @throws LedgerError BODY_TOO_LARGE, JSON_INVALID (not an array), REQUEST_INVALID (no items)
 */
export function splitBody(body: Uint8Array, format: BulkFormat): readonly Uint8Array[] {
  if (body.length > BULK_BYTES_MAX)
    throw new LedgerError('BODY_TOO_LARGE', { bytes: body.length, bytesMax: BULK_BYTES_MAX })
  const texts = format === 'ndjson' ? splitLines(body) : splitArray(body)
  if (texts.length === 0) throw new LedgerError('REQUEST_INVALID', { reason: 'no statements' })
  return texts
}

/**
 * Sixteen million commas are a body of a legal size: what is cut off is counted while it is cut.
 *
 * @param count items known so far
 */
function refuseTooMany(count: number): void {
  if (count > BULK_ITEMS_MAX) throw new LedgerError('BODY_TOO_LARGE', { itemsMax: BULK_ITEMS_MAX })
}

function splitLines(body: Uint8Array): readonly Uint8Array[] {
  const texts: Uint8Array[] = []
  let start = 0
  while (start < body.length) {
    // Byte by byte through what is empty: a call for each of sixteen million lines takes seconds.
    if (isSpace(body[start])) {
      start += 1
      continue
    }
    const end = body.indexOf(LF, start)
    const stop = end < 0 ? body.length : end
    texts.push(trim(body.subarray(start, stop)))
    refuseTooMany(texts.length)
    start = stop + 1
  }
  return texts
}

/** Items of a top-level array. Whether each is JSON is found out by its check. */
function splitArray(body: Uint8Array): readonly Uint8Array[] {
  const text = trim(body)
  if (text[0] !== BRACKET_OPEN || text.at(-1) !== BRACKET_CLOSE) throw malformed('not an array')
  const commas = topLevelCommas(text)
  const texts = [...commas, text.length - 1].map((end, position) =>
    trim(text.subarray((commas[position - 1] ?? 0) + 1, end)),
  )
  // `[]` has no items; a trailing comma leaves an empty one, which its check refuses.
  return texts.length === 1 && texts[0]?.length === 0 ? [] : texts
}

/** Positions of the commas at depth one of a text that begins with a bracket. */
function topLevelCommas(text: Uint8Array): readonly number[] {
  const commas: number[] = []
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0
    if (byte === QUOTE) at = endOfString(text, at)
    else depth += nesting(byte)
    if (byte === COMMA && depth === 1) {
      commas.push(at)
      refuseTooMany(commas.length + 1)
    }
    if (depth === 0 && at < text.length - 1) throw malformed('text after the array')
  }
  if (depth !== 0) throw malformed('an array does not end')
  return commas
}

/** What a byte outside a string does to the depth. */
function nesting(byte: number): 1 | 0 | -1 {
  if (byte === BRACKET_OPEN || byte === BRACE_OPEN) return 1
  return byte === BRACKET_CLOSE || byte === BRACE_CLOSE ? -1 : 0
}

function malformed(reason: string): LedgerError {
  return new LedgerError('JSON_INVALID', { reason })
}

function endOfString(text: Uint8Array, start: number): number {
  let end = text.indexOf(QUOTE, start + 1)
  while (end > 0 && escaped(text, end)) end = text.indexOf(QUOTE, end + 1)
  if (end < 0) throw new LedgerError('JSON_INVALID', { reason: 'a string does not end' })
  return end
}

function escaped(text: Uint8Array, at: number): boolean {
  let before = at - 1
  while (text[before] === BACKSLASH) before -= 1
  return (at - before) % 2 === 0
}

function trim(bytes: Uint8Array): Uint8Array {
  let start = 0
  let end = bytes.length
  while (start < end && isSpace(bytes[start])) start += 1
  while (end > start && isSpace(bytes[end - 1])) end -= 1
  return bytes.subarray(start, end)
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB
}
