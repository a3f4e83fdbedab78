import { expect, test } from 'vitest'
import { COUNTRIES } from '../../ledger/core/countries.js'
import {
  FORMATS,
  type Format,
  hasFormat,
  isLongerThan,
  timeKey,
} from '../../ledger/core/formats.js'
import type { Json } from '../../ledger/core/json.js'
import { checkValue, type Shape } from '../../ledger/core/schema.js'

const OPEN = { kind: 'open' } as const
const PAIR: Shape = {
  kind: 'object',
  members: {
    a: { shape: { kind: 'integer', min: 1, max: 3 }, required: true, doc: 'A.' },
    b: {
      shape: {
        kind: 'list',
        of: { kind: 'string', format: 'text', charsMax: 4 },
        min: 1,
        max: 2,
        unique: true,
      },
      required: false,
      doc: 'B.',
    },
  },
}

/** Texts of each form and texts that only look like it. */
const TEXTS: Readonly<Record<Format, { readonly good: string[]; readonly bad: string[] }>> = {
  'party-id': {
    good: ['wd2E7y0yJcNoFDXg-vHrcBI9FblpNkoqCJnBmtIyLuA'],
    bad: [
      '',
      'wd2E7y0yJcNoFDXg-vHrcBI9FblpNkoqCJnBmtIyLuB',
      'wd2E7y0yJcNoFDXg',
      `${'A'.repeat(42)}=`,
    ],
  },
  'statement-id': {
    good: ['0'.repeat(64)],
    bad: ['0'.repeat(63), 'F'.repeat(64), `0x${'0'.repeat(62)}`],
  },
  digest: { good: ['0123456789abcdef'.repeat(4)], bad: ['g'.repeat(64), '0'.repeat(65)] },
  base64url32: { good: ['A'.repeat(43)], bad: [`${'A'.repeat(42)}B`, '+'.repeat(43)] },
  country: {
    good: ['DE', 'BR', 'HK', 'AX', 'GB', 'SS'],
    bad: ['EU', 'UK', 'XK', 'ZZ', 'de', 'DEU', 'AN', 'SU', ''],
  },
  date: {
    good: ['2026-11-22', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'],
    bad: [
      '2026-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-04-31',
      '2026-1-1',
      '0000-01-01',
      '20260101',
      '2026-11-22Z',
    ],
  },
  time: {
    good: ['2026-11-22T00:00:00Z', '2026-11-22T23:59:59.999999999Z'],
    bad: [
      '2026-11-22T24:00:00Z',
      '2026-11-22T23:59:60Z',
      '2026-11-22 00:00:00Z',
      '2026-11-22T00:00:00',
      '2026-11-22T00:00:00+00:00',
      '2026-11-22t00:00:00z',
      '2026-02-30T00:00:00Z',
      '2026-11-22T00:00:00.Z',
      '2026-11-22T00:00Z',
    ],
  },
  duration: {
    good: [
      'P1Y',
      'P1Y6M',
      'PT72H',
      'P2W',
      'P1Y2M3DT4H5M6S',
      'PT0.5H',
      'P1,5Y',
      'P0D',
      'PT36H',
      'P1M',
      'PT1M',
    ],
    bad: [
      'P',
      'PT',
      'P1YT',
      '1Y',
      'P-1Y',
      'P1W2D',
      'P1H',
      'PT1Y',
      'P1.5Y2M',
      'P1S',
      'p1y',
      'P1Y ',
      'P1M1Y',
      '-P1D',
      'P1.Y',
      'P',
      'PT1D',
    ],
  },
  term: {
    good: [
      'https://w3id.org/dpv#Marketing',
      'https://w3id.org/dpv/legal/eu/gdpr#A46-2-c',
      'https://vocab.example/zwecke/Prüfung',
      'https://vocab.example/a%20b?x=1#y',
    ],
    bad: [
      'dpv:Marketing',
      'http://w3id.org/dpv#Marketing',
      'https://w3id.org',
      'https://W3ID.org/dpv#Marketing',
      'https://w3id.org/dpv#Mar keting',
      'https://w3id.org/dpv#Mar\u00a0keting',
      'https://w3id.org/dpv#Mar\u0007keting',
      'https://user@w3id.org/dpv',
      'https://127.0.0.1/dpv',
      'https://w3id.org:443/dpv',
      'https://w3id.org/dpv##A',
      'https://w3id.org/%zz',
      'https://w3id.org/"x"',
      'https://w3id.org/<script>',
      'https://w3id.org/pru\u0308fung',
      'https://w3id.org/\u202e',
      'javascript:alert(1)//https://w3id.org/',
      '',
    ],
  },
  text: {
    good: ['a', 'Prüfung des Bestands', '数据出境', 'with  spaces ', '👩‍🔬'],
    bad: [
      '',
      'a\nb',
      'a\tb',
      'a\u0000',
      'a\u007f',
      'a\u0085b',
      'u\u0308',
      'a\u2028b',
      '\u202eabc',
      '\ufeffa',
      'a\ud800',
      'a\uffff',
    ],
  },
  name: { good: ['rides 2026-09', 'Ipê Seguros S.A.'], bad: [' a', 'a ', '\u00a0a', ''] },
  code: {
    good: ['a', 'A46-2-c', 'eu-gdpr', 'k', '2021', 'v1.2'],
    bad: ['', '-a', 'a-', 'a b', 'ä', 'a/b', 'a'.repeat(65)],
  },
  decimal: {
    good: ['0', '1', '-1', '0.5', '-0.25', '10', '123456789012345678'],
    bad: [
      '',
      '-0',
      '+1',
      '01',
      '1.',
      '.5',
      '1.50',
      '1e3',
      '0x1',
      'NaN',
      'Infinity',
      '1,5',
      '1.0',
      '1234567890123456789',
    ],
  },
  email: {
    good: ['privacy@firm.example', 'data.protection+eu@a-b.example.org'],
    bad: [
      'privacy',
      'privacy@firm',
      'a b@firm.example',
      'ä@firm.example',
      '@firm.example',
      'x@.example',
    ],
  },
  'media-type': {
    good: ['application/pdf', 'application/vnd.oasis.opendocument.text', 'image/svg+xml'],
    bad: ['pdf', 'Application/PDF', 'text/plain; charset=utf-8', 'a/b/c', ''],
  },
  vkey: {
    good: ['ledger.example/log+0a1b2c3d+ATFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6MDEyMzQ1'],
    bad: [
      'ledger.example+0A1B2C3D+AAAA',
      'ledger.example+0a1b2c3d+AAA',
      'led ger+0a1b2c3d+AAAA',
      '+0a1b2c3d+AAAA',
    ],
  },
  lei: {
    // Two LEIs in use.
    good: ['5493001KJTIIGC8Y1R12', '529900T8BM49AURSDO55'],
    bad: ['5493001KJTIIGC8Y1R13', '5493001KJTIIGC8Y1R1', '5493001kjtiigc8y1r12'],
  },
  eori: { good: ['DE123456789012345', 'FR1'], bad: ['DE', 'D1234', 'de123', 'DE1234567890123456'] },
}

const FORMAT_NAMES = Object.keys(FORMATS) as Format[]

test.each(FORMAT_NAMES)(
  'texts of the format %s are told from texts that look like it',
  (format) => {
    const { good, bad } = TEXTS[format]

    expect(good.filter((text) => !hasFormat(text, format))).toEqual([])
    expect(bad.filter((text) => hasFormat(text, format))).toEqual([])
  },
)

test.each(FORMAT_NAMES)('the format %s answers at once for long hostile text', (format) => {
  const hostile = ['a', 'A', '0', '.', '-', 'P1', 'https://a.', '%41', '\u0308', '+AAAA'].map(
    (piece) => `${piece.repeat(200_000 / piece.length)}!`,
  )

  const started = performance.now()
  for (const text of hostile) {
    hasFormat(text, format)
    FORMATS[format].test(text.slice(0, 65_536))
  }

  expect(performance.now() - started).toBeLessThan(500)
})

test('there are 249 countries', () => {
  expect(COUNTRIES.size).toBe(249)
})

test('characters are counted as code points', () => {
  expect(isLongerThan('😀'.repeat(4), 4)).toBe(false)
  expect(isLongerThan('😀'.repeat(5), 4)).toBe(true)
  expect(hasFormat('😀'.repeat(1_024), 'text')).toBe(true)
  expect(hasFormat('😀'.repeat(1_025), 'text')).toBe(false)
})

test('times sort by their key whether or not they have decimals', () => {
  const sorted = [
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.0000001Z',
    '2026-01-01T00:00:00.5Z',
    '2026-01-01T00:00:01Z',
  ]

  const shuffled = [...sorted].reverse().sort((a, b) => (timeKey(a) < timeKey(b) ? -1 : 1))

  expect(shuffled).toEqual(sorted)
  expect(timeKey('2026-01-01T00:00:00Z')).toBe(timeKey('2026-01-01T00:00:00.000Z'))
})

test('a value of its shape has no issue', () => {
  expect(checkValue({ a: 1, b: ['x', 'yz'] }, PAIR, 'claims.x')).toEqual([])
  expect(checkValue({ a: 3 }, PAIR, 'claims.x')).toEqual([])
})

test('every issue is collected, each at its own place', () => {
  const value: Json = { a: 9, b: ['long text', '', 7], c: 1, d: 2 }

  const issues = checkValue({ ...value, b: ['long text', 7] }, PAIR, 'claims.x')

  expect(issues).toEqual([
    { code: 'CLAIM_INVALID', at: 'claims.x.a', details: { reason: 'range', expected: '1 to 3' } },
    {
      code: 'CLAIM_INVALID',
      at: 'claims.x.b[0]',
      details: { reason: 'length', expected: 'at most 4 characters' },
    },
    {
      code: 'CLAIM_INVALID',
      at: 'claims.x.b[1]',
      details: { reason: 'type', expected: 'a string' },
    },
    { code: 'CLAIM_UNKNOWN_MEMBER', at: 'claims.x', details: { unknown: 2 } },
  ])
})

test('a list over its limit is refused without looking at its elements', () => {
  const issues = checkValue({ a: 1, b: ['', '', ''] }, PAIR, 'claims.x')

  expect(issues).toEqual([
    {
      code: 'CLAIM_INVALID',
      at: 'claims.x.b',
      details: { reason: 'count', expected: '1 to 2 elements' },
    },
  ])
})

test.each([
  ['an array', []],
  ['null', null],
  ['a string', 'x'],
  ['a number', 1],
] as const)('%s is no object', (_, value) => {
  for (const shape of [PAIR, OPEN, { kind: 'jwk' } as const]) {
    const [issue] = checkValue(value as Json, shape, 'claims.x')

    expect(issue).toMatchObject({
      code: 'CLAIM_INVALID',
      at: 'claims.x',
      details: { reason: 'type' },
    })
  }
})

test('a member named __proto__ is unknown, and no prototype is touched', () => {
  const value = JSON.parse('{"a":1,"__proto__":{"b":["x"]}}') as Json

  expect(checkValue(value, PAIR, 'claims.x')).toEqual([
    { code: 'CLAIM_UNKNOWN_MEMBER', at: 'claims.x', details: { unknown: 1 } },
  ])
})

test('open values may hold anything JSON has but null and floats', () => {
  const value: Json = { a: [1, true, 'x', { b: {} }], constructor: 'x', '': -5 }

  expect(checkValue(value, OPEN, 'claims.ext')).toEqual([])
})

test('an open value of thirty thousand levels is refused, not followed', () => {
  let value: Json = 'x'
  for (let level = 0; level < 30_000; level += 1) value = [value]

  const issues = checkValue({ value }, OPEN, 'claims.ext')

  expect(issues).toHaveLength(1)
  expect(issues[0]).toMatchObject({ at: 'claims.ext', details: { reason: 'depth' } })
})

test.each([
  ['__proto__', '{"__proto__":1}'],
  ['_sd', '{"a":[{"_sd":1}]}'],
  ['...', '{"...":"x"}'],
])('an open value may not have a member named %s', (_, text) => {
  const [issue] = checkValue(JSON.parse(text) as Json, OPEN, 'claims.ext')

  expect(issue).toMatchObject({
    code: 'CLAIM_INVALID',
    at: 'claims.ext',
    details: { reason: 'name' },
  })
})

test('an open value reports each kind of fault once', () => {
  const value: Json = { a: [null, null, 0.5, 0.25], b: 'x'.repeat(1_025) }

  const reasons = checkValue(value, OPEN, 'claims.ext').map((issue) => issue.details?.['reason'])

  expect(reasons.sort()).toEqual(['length', 'null', 'type'])
})
