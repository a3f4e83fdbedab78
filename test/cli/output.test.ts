/**
 * What leaves for a terminal: nothing recorded may steer it, ids are short, times are UTC.
 */
import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../cli/config.js'
import type { CliIo } from '../../cli/io.js'
import {
  clean,
  countryText,
  outputOf,
  shortId,
  span,
  table,
  termLabel,
  utc,
  valueText,
} from '../../cli/output.js'
import { streamOf } from './harness.js'

function ioOf(tty: boolean, variables: Readonly<Record<string, string>> = {}) {
  const written = { out: '', err: '', nowMs: 0 }
  const io: CliIo = {
    stdin: { bytes: streamOf(''), isTty: false },
    stdout: {
      write: (text) => {
        written.out += String(text)
      },
      isTty: tty,
    },
    stderr: {
      write: (text) => {
        written.err += text
      },
      isTty: tty,
    },
    environment: readEnvironment({ HOME: '/nowhere', ...variables }),
    ownProcess: false,
    now: () => written.nowMs,
    random: (count) => new Uint8Array(count),
    untilInterrupted: () => new AbortController().signal,
  }
  return { io, written }
}

describe('recorded strings', () => {
  test.each([
    ['an escape sequence', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['a line feed', 'a\nb', 'a\\u{a}b'],
    ['a carriage return', 'VERIFIED\rFAILED', 'VERIFIED\\u{d}FAILED'],
    ['a bell', '\u0007', '\\u{7}'],
    ['an eight-bit control', '\u009b31m', '\\u{9b}31m'],
    ['a direction override', '\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['an isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
    ['a tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['letters of many languages', 'Räder 東京 कावेरी 😀', 'Räder 東京 कावेरी 😀'],
  ])('%s', (_name, text, shown) => {
    expect(clean(text)).toBe(shown)
    expect(valueText(text)).toBe(shown)
  })

  test('are cleaned inside lists and objects, names included', () => {
    expect(valueText({ 'a\u001b': ['x\u0007', 1, true] })).toBe('{ a\\u{1b}: [x\\u{7}, 1, true] }')
  })
})

describe('words', () => {
  test('times, ids, spans, countries and terms', () => {
    expect(utc(1_795_341_603)).toBe('2026-11-22 10:00:03Z')
    expect(utc(Number.MAX_SAFE_INTEGER)).toBe('second 9007199254740991')
    expect(shortId('0123456789abcdef')).toBe('0123456789ab')
    expect([span(59), span(150), span(7_300), span(260_000), span(-5)]).toEqual([
      '59 s',
      '2 min',
      '2 h',
      '3 days',
      '0 s',
    ])
    expect(countryText('JP')).toBe('Japan (JP)')
    expect(countryText('j\u001b')).toBe('j\\u{1b}')
    expect(termLabel('https://w3id.org/dpv#ServiceProvision')).toBe('service provision')
    expect(valueText('https://w3id.org/dpv#Marketing')).toBe(
      'https://w3id.org/dpv#Marketing (marketing)',
    )
    expect(valueText('https://acme.example/about')).toBe('https://acme.example/about')
  })

  test('columns line up and lines have no trailing spaces', () => {
    expect(
      table([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toEqual(['a    bb', 'ccc  d   e'])
  })
})

describe('streams', () => {
  test('the result is words or JSON, never both', () => {
    const words = ioOf(false)
    outputOf(words.io, false).result({ a: 1 }, () => ['one', 'two'])
    const json = ioOf(false)
    outputOf(json.io, true).result({ a: 1 }, () => {
      throw new Error('not asked for')
    })

    expect(words.written.out).toBe('one\ntwo\n')
    expect(JSON.parse(json.written.out)).toEqual({ a: 1 })
  })

  test('colours appear on a terminal only, and not with NO_COLOR or --json', () => {
    expect(outputOf(ioOf(true).io, false).paint('good', 'x')).toBe('\u001b[32mx\u001b[0m')
    expect(outputOf(ioOf(true, { NO_COLOR: '1' }).io, false).paint('good', 'x')).toBe('x')
    expect(outputOf(ioOf(true).io, true).paint('good', 'x')).toBe('x')
    expect(outputOf(ioOf(false).io, false).paint('good', 'x')).toBe('x')
  })

  test('progress comes after half a second, replaces itself on a terminal, and stays off stdout', () => {
    const { io, written } = ioOf(true)
    const out = outputOf(io, false)

    out.progress('too early')
    written.nowMs = 600
    out.progress('1 of 3')
    out.progress('too soon')
    written.nowMs = 800
    out.progress('2 of 3')
    out.result({}, () => ['done'])

    expect(written.err).toBe('\r\u001b[K1 of 3\r\u001b[K2 of 3\r\u001b[K')
    expect(written.out).toBe('done\n')
  })

  test('in a log file progress is a line every ten seconds', () => {
    const { io, written } = ioOf(false)
    const out = outputOf(io, false)

    for (const nowMs of [0, 600, 5_000, 10_700, 20_800]) {
      written.nowMs = nowMs
      out.progress(`at ${nowMs}`)
    }

    expect(written.err).toBe('at 10700\nat 20800\n')
  })
})
