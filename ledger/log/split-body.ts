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
const OPEN = [0x5b, 0x7b]
const CLOSE = [0x5d, 0x7d]

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
  if (texts.length > BULK_ITEMS_MAX) {
    throw new LedgerError('BODY_TOO_LARGE', { items: texts.length, itemsMax: BULK_ITEMS_MAX })
  }
  return texts
}

function splitLines(body: Uint8Array): readonly Uint8Array[] {
  const texts: Uint8Array[] = []
  let start = 0
  while (start < body.length) {
    const end = body.indexOf(LF, start)
    const stop = end < 0 ? body.length : end
    const line = trim(body.subarray(start, stop))
    if (line.length > 0) texts.push(line)
    start = stop + 1
  }
  return texts
}

/** Items of a top-level array: cut at commas of depth one. Whether each is JSON is found out by its check. */
function splitArray(body: Uint8Array): readonly Uint8Array[] {
  const text = trim(body)
  if (text[0] !== OPEN[0] || text.at(-1) !== CLOSE[0])
    throw new LedgerError('JSON_INVALID', { reason: 'not an array' })
  const texts: Uint8Array[] = []
  let depth = 0
  let start = 1
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0
    if (byte === QUOTE) at = endOfString(text, at)
    else if (OPEN.includes(byte)) depth += 1
    else if (CLOSE.includes(byte)) {
      depth -= 1
      if (depth === 0 && at !== text.length - 1)
        throw new LedgerError('JSON_INVALID', { reason: 'text after the array' })
    } else if (byte === COMMA && depth === 1) {
      texts.push(trim(text.subarray(start, at)))
      start = at + 1
    }
  }
  if (depth !== 0) throw new LedgerError('JSON_INVALID', { reason: 'an array does not end' })
  const last = trim(text.subarray(start, text.length - 1))
  // `[]` has no items; a trailing comma leaves an empty one, which its check refuses.
  if (last.length > 0 || texts.length > 0) texts.push(last)
  return texts
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
