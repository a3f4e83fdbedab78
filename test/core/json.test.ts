/** Strict JSON and its canonical form: RFC 8785's vectors, hostile texts one by one, laws. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import {
  encodeJcs,
  encodeJcsBytes,
  isObject,
  JSON_DEPTH_MAX,
  type Json,
  parseCanonical,
  parseCanonicalText,
  parseJson,
} from '../../ledger/core/json.js'
import { codeOf, refusalOf, runs, sharedFolder } from './support/outcomes.js'

const LARGEST = Number.MAX_SAFE_INTEGER

/** JSON values of every kind, with names that JavaScript treats in its own way. */
const names = fc.oneof(
  fc.string({ maxLength: 6, unit: 'grapheme' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '10',
    '9',
    '',
    '...',
    '_sd',
    'é',
    '\u{1f600}',
    '\uffff',
  ),
)
const integers = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom(null, true, false, 0, -1, LARGEST, -LARGEST),
    fc.integer(),
    fc.string({ maxLength: 8, unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
})).value as fc.Arbitrary<Json>

describe('RFC 8785 vectors', () => {
  test('every published input becomes its published bytes', (context) => {
    const folder = sharedFolder(context, 'vectors/jcs-rfc8785')
    const files = readdirSync(`${folder}input`)

    expect(files.length).toBeGreaterThanOrEqual(6)
    for (const file of files) {
      const value = parseJson(readFileSync(`${folder}input/${file}`, 'utf8'))
      const hex = readFileSync(`${folder}outhex/${file.replace('.json', '.txt')}`, 'utf8')

      expect(encodeJcs(value), file).toBe(readFileSync(`${folder}output/${file}`, 'utf8'))
      expect(toHex(encodeJcsBytes(value)), file).toBe(hex.replaceAll(/\s/g, ''))
    }
  })

  test('their outputs are canonical unless they hold a fraction', (context) => {
    const folder = sharedFolder(context, 'vectors/jcs-rfc8785')

    for (const file of readdirSync(`${folder}output`)) {
      const text = readFileSync(`${folder}output/${file}`, 'utf8')
      const expected = file === 'values.json' ? 'JSON_NOT_CANONICAL' : 'OK'

      expect(
        codeOf(() => parseCanonicalText(text)),
        file,
      ).toBe(expected)
    }
  })
})

describe('texts that are refused wherever they come from', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

  test.each([
    ['nothing', ''],
    ['white space alone', ' \n'],
    ['a byte order mark', '\ufeff{}'],
    ['text after the value', '{}x'],
    ['a second value', '{}{}'],
    ['a closing bracket too many', '[]]'],
    ['closing brackets alone', ']]]]'],
    ['a string that does not end', '"abc'],
    ['a string that ends in an escape', '"abc\\'],
    ['a string that ends in an escaped quote', '"abc\\"'],
    ['a control character in a string', '"\u0001"'],
    ['a newline in a string', '"a\nb"'],
    ['an unknown escape', '"\\x41"'],
    ['single quotes', "{'a':1}"],
    ['a name without quotes', '{a:1}'],
    ['a comma at the end', '[1,]'],
    ['a comment', '[1/* */]'],
    ['NaN', 'NaN'],
    ['Infinity', '-Infinity'],
    ['a hexadecimal number', '0x10'],
    ['a leading zero', '01'],
    ['a leading plus', '+1'],
    ['a bare dot', '.5'],
    ['a number that ends in a dot', '1.'],
    ['undefined', 'undefined'],
    ['a repeated name', '{"a":1,"a":2}'],
    ['a repeated name with equal values', '{"a":1,"a":1}'],
    ['a repeated name, spelled with an escape', '{"a":1,"\\u0061":2}'],
    ['a repeated name inside an array', '[1,[{"a":1,"b":{"c":[{"d":1,"d":1}]}}]]'],
    ['a repeated __proto__', '{"__proto__":1,"__proto__":2}'],
    ['a repeated empty name', '{"":1,"":2}'],
    ['a repeated name that looks like an index', '{"1":1,"1":2}'],
    ['a name repeated as surrogate pair escapes', '{"\u{1f600}":1,"\\ud83d\\ude00":2}'],
    ['half a surrogate pair', '"\\ud800"'],
    ['the other half', '"\\udc00"'],
    ['halves in the wrong order', '"\\udc00\\ud800"'],
    ['half a pair in a name', '{"\\ud800":1}'],
    ['half a pair deep inside', '[[[{"a":["x","\\uDBFF"]}]]]'],
    ['half a pair without an escape', '"\ud800"'],
    ['half a pair without an escape in a name', '{"\udfff":1}'],
    ['arrays one deeper than allowed', nested(JSON_DEPTH_MAX + 1)],
    ['arrays 30,000 deep', nested(30_000)],
    ['objects 30,000 deep', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`],
    ['arrays 30,000 deep that never close', '['.repeat(30_000)],
  ])('%s', (_, text) => {
    expect(codeOf(() => parseJson(text))).toBe('JSON_INVALID')
    expect(codeOf(() => parseCanonicalText(text))).toMatch(/^JSON_(INVALID|NOT_CANONICAL)$/)
  })

  test('depth is counted exactly, and brackets in strings do not count', () => {
    expect(codeOf(() => parseJson(nested(JSON_DEPTH_MAX)))).toBe('OK')
    expect(codeOf(() => parseJson(nested(3), 2))).toBe('JSON_INVALID')
    expect(codeOf(() => parseCanonicalText(nested(3), 2))).toBe('JSON_INVALID')
    expect(codeOf(() => parseCanonicalText(nested(2), 2))).toBe('OK')
    expect(parseJson('{"[[[[":"]]]]{{{{","\\"[":1}', 1)).toEqual({ '[[[[': ']]]]{{{{', '"[': 1 })
  })

  test('bytes that are not UTF-8 are refused before anything is parsed', () => {
    const overlong = Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)
    const surrogate = Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)

    expect(codeOf(() => parseCanonical(overlong))).toBe('UTF8_INVALID')
    expect(codeOf(() => parseCanonical(surrogate))).toBe('UTF8_INVALID')
    expect(codeOf(() => parseCanonical(utf8Encode('\ufeff1')))).toBe('JSON_INVALID')
  })

  test('a refusal says the place or the reason and never repeats the text', () => {
    const secret = 'IBAN-DE02120300000000202051'
    for (const text of [`{"${secret}":1,"${secret}":2}`, `"${secret}`, `["${secret}" x]`]) {
      const error = refusalOf(() => parseJson(text))

      expect(JSON.stringify([error.message, error.details])).not.toContain('DE0212')
    }
  })

  test('a megabyte of escapes and quotes takes no more than linear time', () => {
    const quotes = `"${'\\"'.repeat(500_000)}"`
    const slashes = `"${'\\\\'.repeat(500_000)}"`
    const names = `{${Array.from({ length: 60_000 }, (_, n) => `"\\\\${n}":"\\""`).join(',')}}`

    expect(parseJson(quotes)).toBe('"'.repeat(500_000))
    expect(parseJson(slashes)).toBe('\\'.repeat(500_000))
    expect(Object.keys(parseJson(names) as object)).toHaveLength(60_000)
  })
})

describe('texts that are JSON but not canonical', () => {
  test.each([
    ['white space', '{"a": 1}'],
    ['a newline at the end', '{}\n'],
    ['names out of order', '{"b":1,"a":2}'],
    ['names in the order of numbers', '{"9":1,"10":2}'],
    ['names in the order of code points, not of UTF-16', '{"\uffff":1,"\u{1f600}":2}'],
    ['minus zero', '-0'],
    ['minus zero inside', '{"a":[-0]}'],
    ['an exponent', '1e3'],
    ['a capital exponent', '1E3'],
    ['a fraction of zero', '1.0'],
    ['a fraction', '1.5'],
    ['a fraction after an unsorted name', '{"b":1,"a":1.5}'],
    ['2^53', '9007199254740992'],
    ['2^53 + 1, which a double rounds', '9007199254740993'],
    ['minus 2^53', '-9007199254740992'],
    ['a number that overflows', '1e400'],
    ['an escape that is not needed', '"\\u0061"'],
    ['an escaped slash', '"\\/"'],
    ['an escape in capitals', '"\\u001F"'],
    ['a control character by number where a letter is due', '"\\u000a"'],
    ['a surrogate pair as escapes', '"\\ud83d\\ude00"'],
    ['a repeated name', '{"a":1,"a":1}'],
  ])('%s', (_, text) => {
    expect(codeOf(() => parseCanonicalText(text))).toBe('JSON_NOT_CANONICAL')
  })

  test.each([
    ['the largest integer', '9007199254740991'],
    ['the smallest integer', '-9007199254740991'],
    ['zero', '0'],
    ['names that look like indexes in UTF-16 order', '{"10":2,"9":1}'],
    ['short escapes', '"\\b\\t\\n\\f\\r\\"\\\\\\u001f\u007f"'],
    ['characters beyond the first plane, unescaped', '{"\u{1f600}":"\u{10ffff}","\uffff":1}'],
    ['__proto__ as a plain name', '{"__proto__":{"a":1}}'],
    ['nothing in brackets', '[[],{},"",null,true,false]'],
  ])('but %s is canonical', (_, text) => {
    expect(encodeJcs(parseCanonicalText(text))).toBe(text)
  })
})

describe('names that JavaScript treats in its own way', () => {
  test('__proto__ becomes a plain member and changes no prototype', () => {
    const value = parseJson('{"__proto__":{"polluted":true},"b":1}')

    expect(isObject(value) && Object.hasOwn(value, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(encodeJcs(value)).toBe('{"__proto__":{"polluted":true},"b":1}')
  })

  test('neither null nor an array is an object', () => {
    expect([null, [], 1, 'a', undefined].map((value) => isObject(value))).not.toContain(true)
    expect(isObject({})).toBe(true)
  })
})

describe('what has no canonical form is refused when it is written', () => {
  test.each([
    ['NaN', Number.NaN],
    ['an infinity', [Number.POSITIVE_INFINITY]],
    ['half a surrogate pair', { a: '\ud800' }],
    ['half a surrogate pair in a name', { '\udc00': 1 }],
  ] as const)('%s', (_, value) => {
    expect(codeOf(() => encodeJcs(value))).toBe('JSON_INVALID')
  })

  test('minus zero is written as zero', () => {
    expect(encodeJcs([-0])).toBe('[0]')
  })
})

describe('laws', () => {
  test('the canonical text of any value reads back as that value', () => {
    fc.assert(
      fc.property(integers, (value) => {
        const text = encodeJcs(value)

        expect(parseCanonicalText(text)).toEqual(value)
        expect(parseJson(text)).toEqual(value)
        expect(encodeJcs(parseCanonicalText(text))).toBe(text)
      }),
      { numRuns: runs(500) },
    )
  })

  test('of all spellings of a value only one is canonical', () => {
    fc.assert(
      fc.property(integers, fc.constantFrom(0, 1, 2), (value, spaces) => {
        const text = JSON.stringify(value, undefined, spaces)
        const canonical = encodeJcs(value)

        expect(codeOf(() => parseCanonicalText(text))).toBe(
          text === canonical ? 'OK' : 'JSON_NOT_CANONICAL',
        )
        expect(encodeJcs(parseJson(text))).toBe(canonical)
      }),
      { numRuns: runs(500) },
    )
  })

  test('a text as long as its canonical form is still refused when it is another text', () => {
    const asLong = [
      '1e2',
      '12e2',
      '-1e2',
      '[1e3 ]',
      '[1e3,1e2 ]',
      '{"a":1e4  }',
      '{"b":1,"1":2}',
      '{"2":1,"1":2}',
      '{"9":1,"10":2}',
      '{"b":1,"a":2}',
      '{"":1,"":2}',
      '{"a":1e9,"a":7}',
      '[0,1e2]',
    ]
    for (const text of asLong)
      expect(codeOf(() => parseCanonicalText(text))).toBe('JSON_NOT_CANONICAL')
    for (const text of [
      '100',
      '-100',
      '[1200,0,99,-1]',
      '{"":1,"a":2}',
      '{"1":1,"2":2}',
      '{}',
      '[[],{}]',
    ])
      expect(encodeJcs(parseCanonicalText(text))).toBe(text)
  })

  test('a text is canonical exactly when re-encoding gives the same text', () => {
    const scalar = fc.constantFrom(
      '0',
      '-0',
      '7',
      '99',
      '100',
      '1e2',
      '1E2',
      '12e2',
      '1.0',
      '"a"',
      '""',
      '"\\n"',
      '"\\/"',
      '"é"',
      'null',
      'true',
      'false',
      '-100',
      '123456',
    )
    const name = fc.constantFrom(
      '"a"',
      '"b"',
      '""',
      '"1"',
      '"10"',
      '"9"',
      '"\\u0061"',
      '"__proto__"',
    )
    const space = fc.constantFrom('', '', '', ' ', '\n')
    const { text: node } = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc
          .array(fc.tuple(tie('text'), space), { maxLength: 4 })
          .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
        fc
          .array(fc.tuple(name, space, tie('text')), { maxLength: 4 })
          .map(
            (items) => `{${items.map(([key, gap, value]) => `${key}:${gap}${value}`).join(',')}}`,
          ),
      ),
    }))
    fc.assert(
      fc.property(node, (text) => {
        const canonical = encodeJcs(JSON.parse(text)) === text
        expect(codeOf(() => parseCanonicalText(text)) === 'OK').toBe(canonical)
      }),
      { numRuns: runs(3_000) },
    )
  })

  test('a member copied anywhere into its own object is a repeated name', () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, integers, { minKeys: 1, maxKeys: 4 }),
        fc.nat(),
        fc.nat(),
        (object, pick, place) => {
          const members = Object.entries(object).map(
            ([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`,
          )
          const copy = members[pick % members.length] ?? ''
          members.splice(place % (members.length + 1), 0, copy)

          expect(codeOf(() => parseJson(`[{"x":{${members.join(',')}}}]`))).toBe('JSON_INVALID')
        },
      ),
      { numRuns: runs(200) },
    )
  })

  test('what is accepted is what JSON.parse accepts, less the refusals, with the same value', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '"\\u0061"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\ud800',
      '\\ud800',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        if (codeOf(() => parseJson(text)) === 'OK')
          expect(parseJson(text)).toEqual(JSON.parse(text))
        if (codeOf(() => parseCanonicalText(text)) === 'OK') {
          expect(encodeJcs(JSON.parse(text) as Json)).toBe(text)
        }
      }),
      { numRuns: runs(3_000) },
    )
  })
})
