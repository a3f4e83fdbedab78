import { describe, expect, test } from 'vitest'
import { EVENT_DEPTH_MAX, splitEvents } from '../../import/openlineage/event-text.js'
import { EVENT_CHARS_MAX, readStream } from '../../import/openlineage/stream.js'
import { bytesOf, event, ndjson } from './events.js'
import { crypto } from './world.js'

const ONE = event({ at: '09:00', run: 'a', out: ['x'] })
const TWO = event({ at: '09:01', run: 'b', out: ['y'] })
const [one, two] = [JSON.stringify(ONE), JSON.stringify(TWO)]

/** `line: what` of each event, or of why there is none. */
function shape(text: string | Uint8Array): readonly string[] {
  const bytes = typeof text === 'string' ? bytesOf(text) : text
  return splitEvents('f', bytes).map((piece) => {
    const what = 'reason' in piece ? piece.reason : piece.text.trim()
    return `${piece.place.event}@${piece.place.line} ${what}`
  })
}

describe('a file', () => {
  test.each([
    ['one event', one, [`1@1 ${one}`]],
    [
      'one event over many lines',
      `\n${JSON.stringify(ONE, null, 2)}\n`,
      [`1@2 ${JSON.stringify(ONE, null, 2)}`],
    ],
    ['one event a line', `${one}\n\n${two}\r\n`, [`1@1 ${one}`, `2@3 ${two}`]],
    ['an array', `[${one},\n ${two}]\n`, [`1@1 ${one}`, `2@2 ${two}`]],
    [
      'an array over many lines',
      JSON.stringify([ONE, TWO], null, 2),
      [
        `1@2 ${JSON.stringify(ONE, null, 2).replaceAll('\n', '\n  ')}`,
        `2@20 ${JSON.stringify(TWO, null, 2).replaceAll('\n', '\n  ')}`,
      ],
    ],
    ['an empty array', ' [ ] ', []],
    ['nothing', ' \n\t', []],
    [
      'brackets and commas inside of strings',
      '[{"a":"],[{\\"\\\\"},{"b":1}]',
      ['1@1 {"a":"],[{\\"\\\\"}', '2@1 {"b":1}'],
    ],
  ])('with %s is cut into its events', (_, text, expected) => {
    expect(shape(text)).toEqual(expected)
  })

  test.each([
    [
      'a line that is not JSON',
      `${one}\n{"broken": \n${two}`,
      [`1@1 ${one}`, '2@2 {"broken":', `3@3 ${two}`],
    ],
    [
      'an element that is not JSON',
      `[${one},{"a" 1},${two}]`,
      [`1@1 ${one}`, '2@1 {"a" 1}', `3@1 ${two}`],
    ],
    [
      'a comma too many',
      `[${one},,${two},]`,
      [
        `1@1 ${one}`,
        '2@1 nothing where an event should be',
        `3@1 ${two}`,
        '4@1 nothing where an event should be',
      ],
    ],
    [
      'an array that does not end',
      `[${one},\n${two}`,
      [`1@1 ${one}`, '2@2 the array does not end'],
    ],
    [
      'a string that does not end',
      `[${one},\n{"a": "b]`,
      [`1@1 ${one}`, '2@2 the array does not end'],
    ],
    [
      'text after the array',
      `[${one}]\n${two}`,
      [`1@1 ${one}`, '2@2 text after the end of the array'],
    ],
    [
      'one broken event over many lines',
      '{\n"a": 1,\n"b"\n}',
      ['1@1 neither an event, an array of events nor one event a line'],
    ],
    ['a byte order mark', `\ufeff${one}`, ['1@1 the file begins with a byte order mark']],
  ])('with %s loses nothing else', (_, text, expected) => {
    expect(shape(text)).toEqual(expected)
  })

  test('with a line that is not UTF-8 loses that line only', () => {
    const bytes = Uint8Array.from([...bytesOf(`${one}\n`), 0xff, 0xfe, 0x0a, ...bytesOf(two)])

    expect(shape(bytes)).toEqual([`1@1 ${one}`, '2@2 not UTF-8', `3@3 ${two}`])
  })
})

describe('a stream', () => {
  const read = (...texts: readonly string[]) =>
    readStream(
      texts.map((text, at) => ({ name: `f${at}`, bytes: bytesOf(text) })),
      crypto.sha256,
    )

  test('is in order of time; what has the same time stays as it was given', () => {
    const late = event({ at: '08:00', run: 'c', out: ['z'] })
    const same = event({ at: '09:00', run: 'd', out: ['w'] })
    const { runs } = read(ndjson([ONE, TWO]), ndjson([late, same]))

    expect(runs.map(({ runId }) => runId.slice(0, 2))).toEqual(['63', '61', '64', '62'])
  })

  test('counts an event that comes twice once, however it is written', () => {
    const reordered = Object.fromEntries(Object.entries(ONE).reverse())
    const { runs, duplicates } = read(ndjson([ONE, TWO]), JSON.stringify(reordered, null, 1))

    expect(runs).toHaveLength(2)
    expect(duplicates).toEqual([{ file: 'f1', event: 1, line: 1 }])
  })

  test.each([
    ['a name twice', '{"eventTime":"a","eventTime":"b"}', 'a name is repeated'],
    ['half of a surrogate pair', '{"eventTime":"\\ud800"}', 'half of a surrogate pair'],
    [
      'deeper nesting than allowed',
      `${'{"a":'.repeat(EVENT_DEPTH_MAX + 1)}1${'}'.repeat(EVENT_DEPTH_MAX + 1)}`,
      'nested too deep',
    ],
    [
      'an event that is none',
      '{"secret-name":"secret value"}',
      'eventTime: expected a text that is not empty',
    ],
    ['a number', '42', 'event: expected an object'],
  ])('reports %s with its reason and without its words', (_, text, reason) => {
    const { malformed, runs } = read(`${one}\n${text}\n${two}\n`)

    expect(runs).toHaveLength(2)
    expect(malformed).toEqual([{ place: { file: 'f0', event: 2, line: 2 }, reason }])
  })

  test('reports an event that is longer than allowed', () => {
    const long = JSON.stringify({ ...ONE, padding: 'x'.repeat(EVENT_CHARS_MAX) })

    expect(read(`${long}\n${two}`).malformed).toEqual([
      {
        place: { file: 'f0', event: 1, line: 1 },
        reason: `longer than ${EVENT_CHARS_MAX} characters`,
      },
    ])
  })
})
