/** Store records: one form for each value, checked against another decoder. */
import { decode, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../ledger/core/bytes.js'
import {
  decodeBody,
  decodeHolder,
  decodeRecord,
  encodeBody,
  encodeHolder,
  encodeRecord,
  type RecordValue,
} from '../../ledger/store/codec.js'
import { withBitFlipped } from './flip.js'

const RUNS = process.env['SLOW'] === '1' ? 20_000 : 500
const malformed = expect.objectContaining({ code: 'STORE_RECORD_MALFORMED' })

/** Any record, up to three levels deep. */
const anyRecord = fc.letrec<{ value: RecordValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.constantFrom(0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
    fc.constantFrom(-1, -32, -33, -128, -129, -32_769, -(2 ** 31), -(2 ** 31) - 1, 1 - 2 ** 53),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
  ),
})).value

describe('records', () => {
  test('decoding inverts encoding', () => {
    fc.assert(
      fc.property(anyRecord, (value) => {
        expect(decodeRecord(encodeRecord(value))).toEqual(value)
      }),
      { numRuns: RUNS },
    )
  })

  test('another MessagePack decoder reads the same values', () => {
    fc.assert(
      fc.property(anyRecord, (value) => {
        expect(decode(encodeRecord(value))).toEqual(value)
      }),
      { numRuns: RUNS },
    )
  })

  test('whatever bytes decode are what their value encodes to', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        let value: RecordValue
        try {
          value = decodeRecord(bytes)
        } catch (error) {
          expect(error).toEqual(malformed)
          return
        }
        expect(encodeRecord(value)).toEqual(bytes)
      }),
      { numRuns: 10 * RUNS },
    )
  })

  test('a changed bit changes the value or is refused', () => {
    const record = encodeRecord(['party', fromHex('00ff10'), [7, 2 ** 40], -3, 'é'])
    const before = decodeRecord(record)
    for (let bit = 0; bit < record.length * 8; bit++) {
      const changed = withBitFlipped(record, bit)

      let value: RecordValue | undefined
      try {
        value = decodeRecord(changed)
      } catch (error) {
        expect(error).toEqual(malformed)
      }

      expect(value).not.toEqual(before)
    }
  })

  test.each([
    ['nothing', ''],
    ['a cut array', '9201'],
    ['bytes after the record', '0100'],
    ['an integer of two bytes where one will do', 'cc01'],
    ['an integer of three bytes where one will do', 'cd0001'],
    ['an int64 where a byte will do', 'd30000000000000001'],
    ['a uint64', 'cf0000000100000000'],
    ['a float of a whole number', 'cb3ff0000000000000'],
    ['a float', 'cb3ff8000000000000'],
    ['NaN', 'cb7ff8000000000000'],
    ['an integer beyond 2^53', 'd30020000000000000'],
    ['nil', 'c0'],
    ['nil in an array', '91c0'],
    ['true', 'c3'],
    ['a map', '81a16101'],
    ['an empty map', '80'],
    ['a long header of a short string', 'd90161'],
    ['a long header of a short array', 'dc000101'],
    ['a long header of short bytes', 'c5000100'],
    ['invalid UTF-8', 'a2c328'],
    ['half of a surrogate pair', 'a3eda080'],
    ['a time', 'd6ff00000000'],
    ["msgpackr's record extension", 'd4724091a16101'],
    ['an undefined of msgpackr', 'd40000'],
    ['a reserved byte', 'c1'],
    ['a length beyond the end', 'c6ffffffff00'],
  ])('%s is STORE_RECORD_MALFORMED', (_, hex) => {
    expect(() => decodeRecord(fromHex(hex))).toThrow(malformed)
  })

  test('a record definition in one record does not change how the next is read', () => {
    expect(() => decodeRecord(fromHex('d4724091a161'))).toThrow(malformed)

    expect(decodeRecord(fromHex('40'))).toBe(64)
  })

  test('nesting of any depth is refused, not followed', () => {
    for (const depth of [9, 100, 200_000]) {
      const nested = new Uint8Array(depth + 1).fill(0x91)
      nested[depth] = 0x01

      expect(() => decodeRecord(nested)).toThrow(malformed)
    }
  })

  test('details of a refusal hold no stored values', () => {
    const error = captured(() => decodeRecord(encode({ secret: 'value' })))

    expect(JSON.stringify(error)).not.toContain('secret')
    expect(String(error)).not.toContain('secret')
  })

  test('what would not come back the same is a bug of the caller', () => {
    for (const value of [0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, '\ud800']) {
      expect(() => encodeRecord([value])).toThrow('invariant broken')
    }
  })

  test('encoded and decoded bytes are nobody else’s', () => {
    const input = fromHex('0102')
    const record = encodeRecord([input])
    const [first] = decodeRecord(record) as Uint8Array[]
    input.fill(9)
    record.fill(9)

    expect(first).toEqual(fromHex('0102'))
    expect(record.byteOffset).toBe(0)
    expect(record.buffer.byteLength).toBe(record.length)
    expect([first?.constructor, record.constructor]).toEqual([Uint8Array, Uint8Array])
  })
})

test('decoding leaves the array it is given as it was', () => {
  const record = encodeRecord(['a', 1])
  const names = Reflect.ownKeys(record)

  decodeRecord(record)

  expect(Reflect.ownKeys(record)).toEqual(names)
})

describe('bodies', () => {
  const body = {
    payload: fromHex('7b7d'),
    signatures: [
      { protected: fromHex('7b'), signature: new Uint8Array(64).fill(1) },
      { protected: fromHex('7d'), signature: new Uint8Array(64).fill(2) },
    ],
  }

  test('a body is [payload, [[protected, signature], ...]]', () => {
    const [one, two] = ['01', '02'].map((byte) => byte.repeat(64))

    expect(toHex(encodeBody(body))).toBe(`92c4027b7d9292c4017bc440${one}92c4017dc440${two}`)
    expect(decodeBody(encodeBody(body))).toEqual(body)
  })

  test('a body as large as the limits allow is read back', () => {
    const large = { payload: new Uint8Array(65_536).fill(0x61), signatures: body.signatures }

    const { payload, signatures } = decodeBody(encodeBody(large))

    expect(toHex(payload)).toBe(toHex(large.payload))
    expect(signatures).toEqual(large.signatures)
  })

  test('whatever bytes decode as a body are what that body encodes to', () => {
    const good = encodeBody({ ...body, payload: new Uint8Array(300).fill(7) })
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length))
      .map(([at, byte, length]) => {
        const bytes = Uint8Array.from(good)
        bytes[at] = byte
        return at % 2 === 0 ? bytes : bytes.slice(0, length)
      })
    const longer = fc.constantFrom(
      '92c5000090',
      '92c50001aa90',
      '92c60000000090',
      '92c6000000ff90',
      '92c40090',
      '92c400dc0000',
      'dc0002c40090',
      '92c4ff',
      '92c502',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          changed,
          longer.map((hex) => fromHex(hex)),
        ),
        (bytes) => {
          let decoded: ReturnType<typeof decodeBody>
          try {
            decoded = decodeBody(bytes)
          } catch (error) {
            expect(error).toEqual(malformed)
            return
          }
          expect(toHex(encodeBody(decoded))).toBe(toHex(bytes))
        },
      ),
      { numRuns: 4 * RUNS },
    )
  })

  test.each([
    ['no list', 1],
    ['no signatures', [fromHex('00')]],
    ['signatures that are no list', [fromHex('00'), 1]],
    ['a payload of text', ['{}', []]],
    ['a member too many', [fromHex('00'), [], 1]],
    ['a signature of one part', [fromHex('00'), [[fromHex('00')]]]],
    ['a signature of three parts', [fromHex('00'), [[fromHex('00'), fromHex('00'), 1]]]],
    ['a signature of text', [fromHex('00'), [[fromHex('00'), 'x']]]],
    ['a signature that is no list', [fromHex('00'), [1]]],
  ] as [string, RecordValue][])('a body with %s is STORE_RECORD_MALFORMED', (_, record) => {
    expect(() => decodeBody(encodeRecord(record))).toThrow(malformed)
  })
})

describe('holders', () => {
  const holder = { party: 'p', digest: fromHex('0102') }

  test('a holder is [party id, digest]', () => {
    expect(toHex(encodeHolder(holder))).toBe('92a170c4020102')
    expect(decodeHolder(encodeHolder(holder))).toEqual(holder)
  })

  test.each([
    ['no list', 'p'],
    ['no digest', ['p']],
    ['a digest of text', ['p', '0102']],
    ['a party of bytes', [fromHex('01'), fromHex('01')]],
    ['a member too many', ['p', fromHex('01'), 1]],
  ] as [string, RecordValue][])('a holder with %s is STORE_RECORD_MALFORMED', (_, record) => {
    expect(() => decodeHolder(encodeRecord(record))).toThrow(malformed)
  })
})

function captured(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
