/** Disclosures: what opens a placeholder, what never may, and telling withheld from absent. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import { portableCodec } from '../../ledger/core/codec.js'
import {
  disclosureDigest,
  encodeDisclosure,
  listClaim,
  type OpenClaims,
  openClaims,
  scalarClaim,
} from '../../ledger/core/disclosure.js'
import { encodeJcs, type Json } from '../../ledger/core/json.js'
import { DEPTH_MAX, VALUE_BYTES_MAX } from '../../ledger/core/limits.js'
import type { Payload } from '../../ledger/core/statement.js'
import { codeOf, refusalOf, runs } from './support/outcomes.js'
import { countingRandom } from './support/statements.js'
import { FAST } from './support/tiny-log.js'

const random = countingRandom('disclosures')

function salt(): string {
  return toBase64url(random(16))
}

function disclosure(value: Json): string {
  return encodeDisclosure(salt(), value)
}

/** A payload whose claims `one` (scalar) and `many` (list) stand for these disclosures. */
function payloadOf(one: string, many: readonly string[]): Payload {
  const claims = new Map([
    ['many', many.map((text) => disclosureDigest(text))],
    ['one', [disclosureDigest(one)]],
  ])
  return { type: 'collection/1', origin: 'o', iat: 0, nonce: '', claims }
}

function open(payload: Payload, disclosures: readonly string[]): OpenClaims {
  return openClaims(payload, (name) => name === 'many', disclosures)
}

const ONE = disclosure({ a: 1 })
const MANY = [disclosure('x'), disclosure('y'), disclosure('z')]
const PAYLOAD = payloadOf(ONE, MANY)

/** Opens a payload whose claim `one` is opened by exactly this text. */
function openText(text: string): OpenClaims {
  return open(payloadOf(text, MANY), [text, ...MANY])
}

function openJson(json: string): OpenClaims {
  return openText(toBase64url(utf8Encode(json)))
}

describe('opening', () => {
  test('the digest is SHA-256 over the text of the disclosure, as RFC 9901 says', () => {
    // RFC 9901 §4.2.3 "Hashing Disclosures": the example of its §4.2.1.
    const published = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0'
    const expected = createHash('sha256').update(published, 'ascii').digest('base64url')

    expect(expected).toBe('X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0')
    expect(disclosureDigest(published)).toBe(expected)
    expect(disclosureDigest(published, FAST.codec)).toBe(expected)
  })

  test('all disclosures open all claims, in any order', () => {
    for (const disclosures of [[ONE, ...MANY], [...MANY].reverse().concat(ONE)]) {
      const opened = open(PAYLOAD, disclosures)

      expect(scalarClaim(opened, 'one')).toEqual({ a: 1 })
      expect(listClaim(opened, 'many')).toEqual(['x', 'y', 'z'])
      expect(opened.withheld).toEqual([])
      expect(opened.ordered).toEqual([...MANY, ONE])
    }
  })

  test('a withheld element leaves its place open and its list unknown', () => {
    const opened = open(PAYLOAD, [MANY[0] ?? '', MANY[2] ?? ''])

    expect(opened.withheld).toEqual(['many', 'one'])
    expect(opened.claims.get('many')?.values).toEqual(['x', undefined, 'z'])
    expect(opened.ordered).toEqual([MANY[0], undefined, MANY[2], undefined])
    expect(listClaim(opened, 'many')).toBeUndefined()
    expect(scalarClaim(opened, 'one')).toBeUndefined()
  })

  test('absent is told from withheld: null and [] are disclosed', () => {
    const none = disclosure(null)
    const empty = disclosure([])
    const payload = payloadOf(none, [empty])

    const opened = open(payload, [none, empty])
    expect(scalarClaim(opened, 'one')).toBeNull()
    expect(listClaim(opened, 'many')).toEqual([])
    expect(opened.withheld).toEqual([])
    expect(scalarClaim(open(payload, []), 'one')).toBeUndefined()
    expect(listClaim(open(payload, []), 'many')).toBeUndefined()
  })

  test('a claim that the type has not is neither absent nor empty', () => {
    expect(scalarClaim(open(PAYLOAD, []), 'other')).toBeUndefined()
    expect(listClaim(open(PAYLOAD, []), 'other')).toBeUndefined()
  })
})

describe('what is refused', () => {
  test('a disclosure that matches no placeholder', () => {
    expect(codeOf(() => open(PAYLOAD, [ONE, ...MANY, disclosure('w')]))).toBe(
      'DISCLOSURE_UNMATCHED',
    )
    expect(codeOf(() => open(PAYLOAD, [disclosure({ a: 1 })]))).toBe('DISCLOSURE_UNMATCHED')
  })

  test('the same disclosure twice', () => {
    expect(codeOf(() => open(PAYLOAD, [ONE, ...MANY, ONE]))).toBe('DISCLOSURE_REPEATED')
  })

  test('one salt for two values', () => {
    const shared = salt()
    const one = encodeDisclosure(shared, 1)
    const two = encodeDisclosure(shared, 2)

    const error = refusalOf(() => open(payloadOf(one, [two]), [one, two]))
    expect(error.code).toBe('DISCLOSURE_REPEATED')
    expect(error.details).toEqual({ at: 'claims.one', reason: 'salt' })
    expect(codeOf(() => open(payloadOf(one, [two]), [two]))).toBe('OK')
  })

  const S = 'AAAAAAAAAAAAAAAAAAAAAA'
  test.each([
    ['not an array', `{"0":"${S}","1":1}`, 'DISCLOSURE_INVALID'],
    ['a bare value', '1', 'DISCLOSURE_INVALID'],
    ['a salt alone', `["${S}"]`, 'DISCLOSURE_INVALID'],
    ['the form of an object member, with a name', `["${S}","name",1]`, 'DISCLOSURE_INVALID'],
    ['a salt of 15 bytes', '["AAAAAAAAAAAAAAAAAAAA",1]', 'DISCLOSURE_INVALID'],
    ['a salt of 17 bytes', '["AAAAAAAAAAAAAAAAAAAAAAA",1]', 'DISCLOSURE_INVALID'],
    ['a salt with trailing bits', '["AAAAAAAAAAAAAAAAAAAAAB",1]', 'DISCLOSURE_INVALID'],
    ['a salt with padding', `["${S}==",1]`, 'DISCLOSURE_INVALID'],
    ['a salt that is a number', '[1,1]', 'DISCLOSURE_INVALID'],
    ['an empty salt', '["",1]', 'DISCLOSURE_INVALID'],
    ['white space, as the examples of RFC 9901 have', `["${S}", 1]`, 'JSON_NOT_CANONICAL'],
    ['a fraction', `["${S}",1.5]`, 'JSON_NOT_CANONICAL'],
    ['minus zero', `["${S}",-0]`, 'JSON_NOT_CANONICAL'],
    ['2^53', `["${S}",9007199254740992]`, 'JSON_NOT_CANONICAL'],
    ['a repeated name', `["${S}",{"a":1,"a":2}]`, 'JSON_NOT_CANONICAL'],
    ['names out of order', `["${S}",{"b":1,"a":2}]`, 'JSON_NOT_CANONICAL'],
    ['an escape that is not needed', `["${S}","\\u0061"]`, 'JSON_NOT_CANONICAL'],
    ['half a surrogate pair', `["${S}","\\ud800"]`, 'JSON_INVALID'],
    ['a byte order mark', `\ufeff["${S}",1]`, 'JSON_INVALID'],
    ['text behind it', `["${S}",1]1`, 'JSON_INVALID'],
    ['nothing', '', 'JSON_INVALID'],
  ])('%s', (_, json, code) => {
    expect(codeOf(() => openJson(json))).toBe(code)
  })

  test.each([
    ['padding', `${ONE}=`],
    ['white space', ` ${ONE}`],
    ['the other alphabet', '+/+/'],
    ['an impossible length', 'AAAAA'],
    ['trailing bits', 'AB'],
  ])('base64url with %s, although its digest matches', (_, text) => {
    expect(codeOf(() => openText(text))).toBe('ENCODING_INVALID')
  })

  test('bytes that are not UTF-8', () => {
    const bytes = Uint8Array.of(...utf8Encode(`["${S}","`), 0xff, ...utf8Encode('"]'))

    expect(codeOf(() => openText(toBase64url(bytes)))).toBe('UTF8_INVALID')
  })

  test('no refusal repeats the value', () => {
    const error = refusalOf(() => openJson(`["${S}",{"card":"4111111111111111","card":1}]`))

    expect(JSON.stringify([error.message, error.details])).not.toContain('4111')
  })
})

describe('limits', () => {
  test('a value of 16,384 bytes and not one more, and the longer one is not even hashed', () => {
    const text = (bytes: number): string => 'x'.repeat(bytes - 2)
    const longest = disclosure(text(VALUE_BYTES_MAX))
    const longer = disclosure(text(VALUE_BYTES_MAX + 1))

    expect(codeOf(() => openText(longest))).toBe('OK')
    expect(refusalOf(() => open(PAYLOAD, [longer])).details).toEqual({ bytesMax: 16_384 })
    expect(codeOf(() => open(PAYLOAD, [longer]))).toBe('VALUE_TOO_LARGE')
  })

  test('a value nested as deep as allowed and one level more', () => {
    const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)])

    expect(codeOf(() => openText(disclosure(nested(DEPTH_MAX))))).toBe('OK')
    expect(codeOf(() => openText(disclosure(nested(DEPTH_MAX + 1))))).toBe('JSON_INVALID')
    expect(codeOf(() => openJson('['.repeat(10_000)))).toBe('JSON_INVALID')
  })
})

describe('laws', () => {
  const values = fc
    .jsonValue({ maxDepth: 3 })
    .filter((value) => !hasFraction(value as Json)) as fc.Arbitrary<Json>

  test('any value comes back from its disclosure, with both codecs alike', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = disclosure(value)
        for (const codec of [portableCodec, FAST.codec ?? portableCodec]) {
          const opened = openClaims(payloadOf(text, []), () => false, [text], { codec })

          expect(encodeJcs(scalarClaim(opened, 'one') ?? null)).toBe(encodeJcs(value))
        }
      }),
      { numRuns: runs(200) },
    )
  })

  test('any choice of disclosures opens exactly the chosen places', () => {
    fc.assert(
      fc.property(fc.subarray([ONE, ...MANY]), fc.nat(), (chosen, turn) => {
        const rotated = [...chosen.slice(turn % 4), ...chosen.slice(0, turn % 4)]
        const opened = open(PAYLOAD, rotated)

        expect(opened.ordered).toEqual(
          [...MANY, ONE].map((text) => (chosen.includes(text) ? text : undefined)),
        )
        expect(opened.withheld.includes('one')).toBe(!chosen.includes(ONE))
      }),
      { numRuns: runs(50) },
    )
  })

  test('a disclosure with any one character changed opens nothing', () => {
    fc.assert(
      fc.property(fc.nat(ONE.length - 1), fc.constantFrom(...'ABab01-_=é'), (place, character) => {
        const other = ONE.slice(0, place) + character + ONE.slice(place + 1)
        if (other !== ONE)
          expect(codeOf(() => open(PAYLOAD, [other, ...MANY]))).toBe('DISCLOSURE_UNMATCHED')
      }),
      { numRuns: runs(200) },
    )
  })
})

function hasFraction(value: Json): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value) || Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((item: Json) => hasFraction(item))
}
