/**
 * A file's bytes → the text of each event in it, with its place. Nothing is parsed for good here.
 *
 * A file holds one event, a JSON array of events, or NDJSON (one event a line). One broken event must
 * not hide the others, so an array is cut at its own commas and NDJSON at its line ends.
 */
import { utf8Decode } from '../../ledger/core/bytes.js'
import { isObject, parseJson } from '../../ledger/core/json.js'
import type { Place } from './event.js'

/** An event's text, or why there is none at this place. */
export type EventText = { readonly place: Place } & (
  | { readonly text: string }
  | { readonly reason: string }
)

/** Deepest nesting of one event. Query plans in facets go deep. */
export const EVENT_DEPTH_MAX = 128

const LF = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPENING: readonly number[] = [0x7b, 0x5b]
const CLOSING: readonly number[] = [0x7d, 0x5d]

/** Cuts a file into events. A file that holds nothing but white space holds none. */
export function splitEvents(file: string, bytes: Uint8Array): readonly EventText[] {
  const whole = decode(bytes)
  if (whole?.startsWith('\ufeff') === true) {
    return [
      { place: { file, event: 1, line: 1 }, reason: 'the file begins with a byte order mark' },
    ]
  }
  if (whole === undefined) return splitLines(file, bytes)
  if (whole.trim() === '') return []
  if (whole.trimStart().startsWith('[')) return splitArray(file, whole)
  if (!isEvent(firstLine(whole)) && isEvent(whole)) {
    const line = lineAt(whole, whole.search(/\S/))
    return [{ place: { file, event: 1, line }, text: whole }]
  }
  return splitLines(file, bytes)
}

/** Each line that is not blank. Lines are decoded one by one: one that is not UTF-8 is that one. */
function splitLines(file: string, bytes: Uint8Array): readonly EventText[] {
  const found: EventText[] = []
  let line = 0
  let broken = true
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start)
    const stop = end < 0 ? bytes.length : end
    const text = decode(bytes.subarray(start, stop))
    line += 1
    start = stop + 1
    if (text?.trim() === '') continue
    const place = { file, event: found.length + 1, line }
    if (text === undefined) found.push({ place, reason: 'not UTF-8' })
    else {
      broken &&= !isEvent(text)
      found.push({ place, text })
    }
  }
  // A single event over many lines that is damaged somewhere: one thing is wrong, not every line.
  if (broken && found.length > 1) {
    return [
      {
        place: { file, event: 1, line: 1 },
        reason: 'neither an event, an array of events nor one event a line',
      },
    ]
  }
  return found
}

/** The elements of an array that stands alone in its file. */
function splitArray(file: string, text: string): readonly EventText[] {
  const begin = text.indexOf('[') + 1
  const { commas, end } = topLevel(text, begin)
  const lineOf = lineCounter(text)
  const stops = end === undefined ? commas : [...commas, end]
  const found: EventText[] = []
  let start = begin
  for (const stop of stops) {
    const element = text.slice(start, stop)
    const place = { file, event: found.length + 1, line: lineOf(firstChar(text, start, stop)) }
    if (element.trim() !== '') found.push({ place, text: element })
    else if (stops.length > 1) found.push({ place, reason: 'nothing where an event should be' })
    start = stop + 1
  }
  const line = lineOf(firstChar(text, start, text.length))
  const place = { file, event: found.length + 1, line }
  if (end === undefined) found.push({ place, reason: 'the array does not end' })
  else if (text.slice(start).trim() !== '') {
    found.push({ place, reason: 'text after the end of the array' })
  }
  return found
}

/** Position of the first character that is no white space. */
function firstChar(text: string, start: number, stop: number): number {
  return start + Math.max(0, text.slice(start, stop).search(/\S/))
}

/** Where the commas between elements are, and the bracket that closes the array, if it does. */
function topLevel(
  text: string,
  begin: number,
): { readonly commas: number[]; readonly end?: number } {
  const commas: number[] = []
  let depth = 0
  for (let at = begin; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (OPENING.includes(code)) depth += 1
    else if (CLOSING.includes(code)) depth -= 1
    else if (code === COMMA && depth === 0) commas.push(at)
    if (depth < 0) return { commas, end: at }
  }
  return { commas }
}

/** Position of the closing quote; the end of the text where there is none. */
function endOfString(text: string, start: number): number {
  for (let end = start; ; ) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((end - before) % 2 === 1) return end
  }
}

function isEvent(text: string): boolean {
  try {
    return isObject(parseJson(text, EVENT_DEPTH_MAX))
  } catch {
    return false
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8Decode(bytes)
  } catch {
    return undefined
  }
}

function firstLine(text: string): string {
  const content = text.trimStart()
  const end = content.indexOf('\n')
  return end < 0 ? content : content.slice(0, end)
}

function lineAt(text: string, at: number): number {
  return lineCounter(text)(at)
}

/** Counts lines forward: each call asks for a place no earlier than the one before. */
function lineCounter(text: string): (at: number) => number {
  let line = 1
  let from = 0
  return (at) => {
    for (let end = text.indexOf('\n', from); end >= 0 && end < at; end = text.indexOf('\n', from)) {
      line += 1
      from = end + 1
    }
    return line
  }
}
