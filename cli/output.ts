/**
 * What commands print: the result on stdout, as words or as JSON and never both; the rest on stderr.
 *
 * Recorded strings pass `clean` on their way out, so that nobody's data can move a cursor, ring a
 * bell or reverse a line in a terminal. Ids are cut to 12 digits and times are UTC. DESIGN 7.1.
 */
import type { Json, JsonObject } from '../ledger/core/json.js'
import type { Shape } from '../ledger/core/schema.js'
import { termOf } from '../ledger/rules/vocabulary-terms.js'
import type { CliIo } from './io.js'

export type Tone = 'good' | 'bad' | 'warn' | 'strong' | 'dim'

export type Output = {
  readonly json: boolean
  /** The command's result, once: `human` is only called when JSON was not asked for. */
  readonly result: (json: Json, human: () => readonly string[]) => void
  /** Bytes as they are, for files on stdout. */
  readonly raw: (data: string | Uint8Array) => void
  /** Prose for the person, on stderr. */
  readonly note: (line: string) => void
  /** A line that the next one replaces on a terminal; in a log file, one line every ten seconds. */
  readonly progress: (line: string) => void
  /** Ends the progress line. */
  readonly progressDone: () => void
  /** Colours a word for stdout where a person looks at it. */
  readonly paint: (tone: Tone, text: string) => string
}

const SGR: Readonly<Record<Tone, string>> = {
  good: '32',
  bad: '31',
  warn: '33',
  strong: '1',
  dim: '2',
}
const PROGRESS_TTY_MS = 100
const PROGRESS_LOG_MS = 10_000
/** What is done before this needs no progress. */
const PROGRESS_FIRST_MS = 500
/** Digits of an id that people see. */
export const ID_DIGITS = 12

// Everything that has no glyph of its own or changes how others are shown.
const DECEPTIVE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Surrogate}]/gu

export function outputOf(io: CliIo, json: boolean): Output {
  const colours = io.stdout.isTty && !io.environment.noColor && !json
  // As if a line had been shown, so that the first one comes after PROGRESS_FIRST_MS; in a log file
  // after a whole gap, or a command of seconds would leave a stray line there.
  let shownAt = io.now() + (io.stderr.isTty ? PROGRESS_FIRST_MS - gapOf(io) : 0)
  let open = false
  const clearLine = (): void => {
    if (open) io.stderr.write('\r\u001b[K')
    open = false
  }
  return {
    json,
    result: (value, human) => {
      clearLine()
      io.stdout.write(
        json
          ? `${JSON.stringify(value, null, 2)}\n`
          : human()
              .map((line) => `${line}\n`)
              .join(''),
      )
    },
    raw: (data) => io.stdout.write(data),
    note: (line) => {
      clearLine()
      io.stderr.write(`${line}\n`)
    },
    progress: (line) => {
      if (io.now() - shownAt < gapOf(io)) return
      shownAt = io.now()
      if (io.stderr.isTty) io.stderr.write(`\r\u001b[K${line}`)
      else io.stderr.write(`${line}\n`)
      open = io.stderr.isTty
    },
    progressDone: clearLine,
    paint: (tone, text) => (colours ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text),
  }
}

function gapOf({ stderr }: CliIo): number {
  return stderr.isTty ? PROGRESS_TTY_MS : PROGRESS_LOG_MS
}

/** A recorded string made safe to show: what would steer a terminal is written as its code point. */
export function clean(text: string): string {
  return text.replaceAll(DECEPTIVE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
}

/** The digits of an id that people see; all of it is in JSON. */
export function shortId(id: string): string {
  return clean(id.slice(0, ID_DIGITS))
}

/** `2026-11-22 10:00:03Z` of seconds since 1970. */
export function utc(seconds: number): string {
  const time = new Date(seconds * 1000)
  // Times from outside may be no times at all.
  return Number.isNaN(time.getTime())
    ? `second ${seconds}`
    : time.toISOString().replace('T', ' ').replace('.000Z', 'Z')
}

/** `2 days`, `3 h`, `40 s` … of seconds; the largest unit that is at least two. */
export function span(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const
  for (const [size, name] of units) {
    if (seconds >= 2 * size) return `${Math.floor(seconds / size)} ${name}`
  }
  return `${Math.max(0, Math.floor(seconds))} s`
}

/** Columns of words, two spaces apart, without trailing spaces. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** A claim's value on one line: strings bare, terms with their label, members in the schema's order. */
export function valueText(value: Json, shape?: Shape): string {
  if (typeof value === 'string') return `${clean(value)}${labelOf(value)}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) {
    const of = shape?.kind === 'list' ? shape.of : undefined
    return `[${value.map((item: Json) => valueText(item, of)).join(', ')}]`
  }
  const members = membersOf(value as JsonObject, shape)
  return `{ ${members.map(([name, item, inner]) => `${clean(name)}: ${valueText(item, inner)}`).join(', ')} }`
}

/** As valueText; an object that is too long for a line has one for each member. */
export function valueLines(value: Json, shape?: Shape): readonly string[] {
  const line = valueText(value, shape)
  if (line.length <= LINE_CHARS || typeof value !== 'object' || value === null) return [line]
  if (Array.isArray(value)) {
    const of = shape?.kind === 'list' ? shape.of : undefined
    return value.flatMap((item: Json) => bulleted(valueLines(item, of)))
  }
  return membersOf(value as JsonObject, shape).flatMap(([name, item, inner]) => {
    const [first = '', ...rest] = valueLines(item, inner)
    if (rest.length === 0) return [`${clean(name)}: ${first}`]
    return [`${clean(name)}:`, ...[first, ...rest].map((text) => `  ${text}`)]
  })
}

/** Longest claim value shown on one line, in UTF-16 units. */
const LINE_CHARS = 88

function bulleted([first = '', ...rest]: readonly string[]): readonly string[] {
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)]
}

function membersOf(
  value: JsonObject,
  shape: Shape | undefined,
): readonly (readonly [string, Json, Shape | undefined])[] {
  const members = shape?.kind === 'object' ? shape.members : {}
  const order = [...Object.keys(members), ...Object.keys(value)]
  return [...new Set(order)].flatMap((name) => {
    const item = Object.hasOwn(value, name) ? value[name] : undefined
    return item === undefined
      ? []
      : [[name, item, Object.hasOwn(members, name) ? members[name]?.shape : undefined] as const]
  })
}

const COUNTRY_NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** `Germany (DE)`; the code alone where it has no name. */
export function countryText(code: string): string {
  const name = /^[A-Z]{2}$/.test(code) ? COUNTRY_NAMES.of(code) : undefined
  return name === undefined ? clean(code) : `${name} (${code})`
}

/** A term's label beside it: `… (service provision)`. */
function labelOf(text: string): string {
  return /^https:\/\/[^#]+#[A-Za-z][A-Za-z0-9-]*$/.test(text) ? ` (${termLabel(text)})` : ''
}

/**
 * A term in words: `service provision`, `Art 6(1-a) consent`. By the vocabulary's label, in small letters
 * but for abbreviations and articles of the law; without one, from the last part of its IRI.
 */
export function termLabel(term: string): string {
  const label = termOf(term)?.label
  if (label?.startsWith('Art') === true && /\d/.test(label)) return label
  if (label !== undefined)
    return label.replaceAll(/\b\p{Lu}\p{Ll}+/gu, (word) => word.toLowerCase())
  const name = /[#/]([^#/]+)$/.exec(term)?.[1] ?? term
  return clean(name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase())
}
