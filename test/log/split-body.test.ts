/** Cutting the body of a bulk call: the same items as JSON.parse finds, without parsing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BULK_BYTES_MAX, BULK_ITEMS_MAX } from '../../ledger/core/limits.js'
import { splitBody } from '../../ledger/log/split-body.js'
import { codeOf } from './support/site.js'

const RUNS = process.env['SLOW'] === '1' ? 100_000 : 3_000
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function items(text: string, format: 'json' | 'ndjson'): readonly string[] {
  return splitBody(encode(text), format).map(decode)
}

/** What a careful reader would say: the items' values, or that it is no list of JSON values. */
function parsed(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What the pieces say, each parsed for itself; undefined when one is no JSON, or cutting failed. */
function parsedPieces(text: string): readonly unknown[] | undefined {
  try {
    return items(text, 'json').map((item) => JSON.parse(item) as unknown)
  } catch {
    return undefined
  }
}

describe('a JSON array', () => {
  test('is cut into the items that JSON.parse finds, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(undefined, 1, '\t'),
        (values, indent) => {
          const text = JSON.stringify(values, undefined, indent)

          expect(parsedPieces(text)).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: RUNS / 3 },
    )
  })

  // Pieces of syntax in any order: most is no JSON, some is, and no text may be read in two ways.
  const soup = fc
    .array(
      fc.constantFrom(
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '"',
        '\\',
        ' ',
        '\n',
        '1',
        'a',
        '"a"',
        '"\\""',
        '{"a":1}',
        '\\u0022',
        'null',
        '""',
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(''))

  test('is read as JSON.parse reads it, or refused; nothing else is taken for one', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          soup.map((text) => `[${text}]`),
        ),
        (text) => {
          const expected = parsed(text)

          expect(parsedPieces(text)).toEqual(expected?.length === 0 ? undefined : expected)
        },
      ),
      { numRuns: RUNS },
    )
  })

  test.each([
    ['', 'JSON_INVALID'],
    ['{}', 'JSON_INVALID'],
    ['{"a":[1,2]}', 'JSON_INVALID'],
    ['[1', 'JSON_INVALID'],
    ['[1]]', 'JSON_INVALID'],
    ['[1][2]', 'JSON_INVALID'],
    ['[1],[2]', 'JSON_INVALID'],
    ['["a]', 'JSON_INVALID'],
    ['["a\\"]', 'JSON_INVALID'],
    ['[]', 'REQUEST_INVALID'],
    [' [ \n ] ', 'REQUEST_INVALID'],
  ])('%j is refused with %s', async (text, code) => {
    expect(await codeOf(() => items(text, 'json'))).toBe(code)
  })

  test('with a trailing comma has an empty last item, which no check takes', () => {
    expect(items('[1,]', 'json')).toEqual(['1', ''])
    expect(items('[,]', 'json')).toEqual(['', ''])
  })

  test('nested thirty thousand deep is cut without recursion', () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`

    expect(items(`[${deep},1]`, 'json')).toEqual([deep, '1'])
  })

  test('keeps brackets, quotes and backslashes inside strings', () => {
    expect(items('["],[", "\\\\", "\\\\\\"]", {"\\"}":1}]', 'json')).toEqual([
      '"],["',
      '"\\\\"',
      '"\\\\\\"]"',
      '{"\\"}":1}',
    ])
  })
})

describe('NDJSON', () => {
  test('is cut at line feeds; lines of nothing are passed over', () => {
    expect(items('\n1\r\n \t\r\n {"a":2} \n\n3', 'ndjson')).toEqual(['1', '{"a":2}', '3'])
  })

  test('gives back the values that were written, one per line', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 }), (values) => {
        const text = values.map((value) => JSON.stringify(value)).join('\n')

        expect(items(text, 'ndjson').map((item) => JSON.parse(item))).toEqual(
          values.map((value) => JSON.parse(JSON.stringify(value))),
        )
      }),
      { numRuns: RUNS / 3 },
    )
  })

  test.each(['', '\n\n', ' \r\n\t'])('%j has no statements', async (text) => {
    expect(await codeOf(() => items(text, 'ndjson'))).toBe('REQUEST_INVALID')
  })
})

describe('limits', () => {
  test.each(['json', 'ndjson'] as const)('as many items as allowed are taken as %s', (format) => {
    const lines = Array.from({ length: BULK_ITEMS_MAX }, (_, n) => String(n))
    const text = format === 'json' ? `[${lines.join(',')}]` : lines.join('\n')

    expect(items(text, format)).toEqual(lines)
  })

  test.each(['json', 'ndjson'] as const)('one item more is refused as %s', async (format) => {
    const lines = Array.from({ length: BULK_ITEMS_MAX + 1 }, () => '0')
    const text = format === 'json' ? `[${lines.join(',')}]` : lines.join('\n')

    expect(await codeOf(() => items(text, format))).toBe('BODY_TOO_LARGE')
  })

  test('a body of one byte too many is refused before it is looked at', async () => {
    const body = new Uint8Array(BULK_BYTES_MAX + 1)

    expect(await codeOf(() => splitBody(body, 'json'))).toBe('BODY_TOO_LARGE')
  })

  const whole = (unit: string): Uint8Array => encode(unit.repeat(BULK_BYTES_MAX / unit.length))
  test.each<readonly [string, 'json' | 'ndjson', Uint8Array, string]>([
    ['commas', 'json', encode(`[${','.repeat(BULK_BYTES_MAX - 2)}]`), 'BODY_TOO_LARGE'],
    ['lines', 'ndjson', whole('1\n'), 'BODY_TOO_LARGE'],
    ['empty lines', 'ndjson', whole('\n'), 'REQUEST_INVALID'],
    ['brackets', 'json', encode(`${'['.repeat(BULK_BYTES_MAX - 1)}]`), 'JSON_INVALID'],
    ['backslashes', 'json', encode(`["${'\\'.repeat(BULK_BYTES_MAX - 5)}"]`), 'JSON_INVALID'],
    [
      'escaped quotes',
      'json',
      encode(`["${'\\"'.repeat(BULK_BYTES_MAX / 2 - 3)}]`),
      'JSON_INVALID',
    ],
  ])('a full body of %s is refused soon, and in little memory', async (_, format, body, code) => {
    const before = process.memoryUsage().rss
    // Processor time: a busy machine must not make this fail.
    const began = process.cpuUsage()

    expect(await codeOf(() => splitBody(body, format))).toBe(code)

    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1_000).toBeLessThan(1_500)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576)
  })
})
