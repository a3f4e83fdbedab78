/** Keys of the store: inverse parsers, numeric order, ranges that hold what they say. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes, concatBytes, fromHex, toHex } from '../../ledger/core/bytes.js'
import { encodeRecord } from '../../ledger/store/codec.js'
import {
  bodyKey,
  decodeIndex,
  decodeMeta,
  disclosureKey,
  disclosureRange,
  encodeIndex,
  encodeMeta,
  entryKey,
  holderKey,
  holderRange,
  idKey,
  idRange,
  inboxKey,
  type KeyKind,
  kindRange,
  META_KEY,
  numberRange,
  PREFIX,
  parseKey,
  proposalKey,
  refusedKey,
  registryKey,
  SCHEMA_VERSION,
  searchKey,
  searchRange,
  tileKey,
  tileRange,
} from '../../ledger/store/layout.js'
import type { Range } from '../../ledger/store/store.js'

const RUNS = process.env['SLOW'] === '1' ? 20_000 : 500
const U48_MAX = 2 ** 48 - 1
const malformed = expect.objectContaining({ code: 'STORE_RECORD_MALFORMED' })

const u16 = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 255, 256, 0xffff))
const u48 = fc.oneof(
  fc.nat(1_000),
  fc.integer({ min: 0, max: U48_MAX }),
  fc.constantFrom(255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, U48_MAX),
)
const id = fc.uint8Array({ minLength: 32, maxLength: 32 })
const ID = new Uint8Array(32).fill(0xab)

/** A key with what it was built from. */
const anyKey = fc.oneof(
  fc.constant({ kind: 'meta' }).map((parsed) => ({ parsed, key: META_KEY })),
  u48.map((index) => ({ parsed: { kind: 'entry', index }, key: entryKey(index) })),
  u48.map((index) => ({ parsed: { kind: 'body', index }, key: bodyKey(index) })),
  u48.map((index) => ({ parsed: { kind: 'registry', index }, key: registryKey(index) })),
  u48.map((seq) => ({ parsed: { kind: 'inbox', seq }, key: inboxKey(seq) })),
  fc.tuple(u48, u16).map(([index, ordinal]) => ({
    parsed: { kind: 'disclosure', index, ordinal },
    key: disclosureKey(index, ordinal),
  })),
  id.map((value) => ({ parsed: { kind: 'id', id: value }, key: idKey(value) })),
  id.map((value) => ({ parsed: { kind: 'refused', id: value }, key: refusedKey(value) })),
  id.map((value) => ({ parsed: { kind: 'proposal', id: value }, key: proposalKey(value) })),
  fc.tuple(id, u16).map(([value, n]) => ({
    parsed: { kind: 'holder', id: value, n },
    key: holderKey(value, n),
  })),
  fc.tuple(fc.nat(5), u48).map(([level, number]) => ({
    parsed: { kind: 'tile', level, number },
    key: tileKey(level, number),
  })),
  fc.uint8Array({ maxLength: 40 }).map((suffix) => ({
    parsed: { kind: 'search', suffix },
    key: searchKey(suffix),
  })),
)

function holds(range: Range, key: Uint8Array): boolean {
  return compareBytes(range.from, key) <= 0 && compareBytes(key, range.to) < 0
}

describe('keys', () => {
  test('parsing inverts building', () => {
    fc.assert(
      fc.property(anyKey, ({ parsed, key }) => {
        expect(parseKey(key)).toEqual(parsed)
      }),
      { numRuns: RUNS },
    )
  })

  test('different records have different keys', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        const same = JSON.stringify(a.parsed) === JSON.stringify(b.parsed)

        expect(compareBytes(a.key, b.key) === 0).toBe(same)
      }),
      { numRuns: RUNS },
    )
  })

  test('keys are ordered as their numbers are', () => {
    fc.assert(
      fc.property(u48, u48, u16, u16, (a, b, m, n) => {
        const order = Math.sign(a - b)
        for (const build of [entryKey, bodyKey, registryKey, inboxKey, encodeIndex]) {
          expect(Math.sign(compareBytes(build(a), build(b)))).toBe(order)
        }
        expect(Math.sign(compareBytes(tileKey(1, a), tileKey(1, b)))).toBe(order)
        expect(compareBytes(tileKey(1, a), tileKey(2, b))).toBeLessThan(0)
        const disclosures = compareBytes(disclosureKey(a, m), disclosureKey(b, n))
        expect(Math.sign(disclosures)).toBe(order || Math.sign(m - n))
      }),
      { numRuns: RUNS },
    )
  })

  test('the bytes of each kind of key are fixed', () => {
    const ab = 'ab'.repeat(32)

    expect(
      [
        META_KEY,
        entryKey(2 ** 32 + 1),
        bodyKey(258),
        disclosureKey(1, 0x0203),
        idKey(ID),
        holderKey(ID, 0x0102),
        refusedKey(ID),
        registryKey(U48_MAX),
        tileKey(2, 3),
        inboxKey(0),
        proposalKey(ID),
        searchKey(fromHex('0102')),
      ].map(toHex),
    ).toEqual([
      '00',
      '10000100000001',
      '11000000000102',
      '120000000000010203',
      `20${ab}`,
      `21${ab}0102`,
      `22${ab}`,
      '23ffffffffffff',
      '2402000000000003',
      '30000000000000',
      `31${ab}`,
      '400102',
    ])
  })

  test('a parsed id does not share memory with its key', () => {
    const key = idKey(ID)
    const parsed = parseKey(key)
    key.fill(0)

    expect(parsed).toEqual({ kind: 'id', id: ID })
  })

  test.each([
    ['no bytes', ''],
    ['an unknown prefix', '50'],
    ['a prefix between two kinds', '13000000000001'],
    ['meta with something after it', '0000'],
    ['an entry cut short', '100000000000'],
    ['an entry with a byte too many', '1000000000000000'],
    ['a disclosure without its ordinal', '12000000000001'],
    ['an id of 31 bytes', `20${'ab'.repeat(31)}`],
    ['an id of 33 bytes', `20${'ab'.repeat(33)}`],
    ['a holder without its number', `21${'ab'.repeat(32)}`],
    ['a tile level beyond the tree', '2406000000000000'],
    ['a tile without its level', '24000000000000'],
  ])('a key of %s is STORE_RECORD_MALFORMED', (_, hex) => {
    expect(() => parseKey(fromHex(hex))).toThrow(malformed)
  })

  test('numbers and ids that do not fit are a bug of the caller', () => {
    const short = ID.subarray(1)
    for (const build of [
      () => entryKey(-1),
      () => entryKey(0.5),
      () => entryKey(2 ** 48),
      () => entryKey(Number.NaN),
      () => disclosureKey(0, 65_536),
      () => disclosureKey(0, -1),
      () => tileKey(6, 0),
      () => tileKey(-1, 0),
      () => idKey(short),
      () => holderKey(short, 0),
      () => numberRange('entry', 0, 2 ** 48 + 1),
    ]) {
      expect(build).toThrow('invariant broken')
    }
  })
})

describe('ranges', () => {
  test('the range of a kind holds its keys and no others', () => {
    fc.assert(
      fc.property(anyKey, fc.constantFrom(...Object.keys(PREFIX)), ({ parsed, key }, kind) => {
        expect(holds(kindRange(kind as KeyKind), key)).toBe(parsed.kind === kind)
      }),
      { numRuns: RUNS },
    )
  })

  test('a range of numbers holds those from its first up to its last', () => {
    fc.assert(
      fc.property(u48, u48, u48, (from, to, n) => {
        const inside = from <= n && n < to

        expect(holds(numberRange('entry', from, to), entryKey(n))).toBe(inside)
        expect(holds(numberRange('inbox', from, to), inboxKey(n))).toBe(inside)
        expect(holds(tileRange(3, from, to), tileKey(3, n))).toBe(inside)
        expect(holds(disclosureRange(from, to), disclosureKey(n, 7))).toBe(inside)
        expect(holds(numberRange('entry', from), entryKey(n))).toBe(from <= n)
      }),
      { numRuns: RUNS },
    )
  })

  test('a range without an end holds the greatest number and nothing of the next kind', () => {
    expect(holds(numberRange('entry', 0), entryKey(U48_MAX))).toBe(true)
    expect(holds(numberRange('entry', 0), bodyKey(0))).toBe(false)
    expect(holds(tileRange(0), tileKey(0, U48_MAX))).toBe(true)
    expect(holds(tileRange(0), tileKey(1, 0))).toBe(false)
  })

  test('the disclosures of one entry are all of its ordinals and none of the next entry', () => {
    fc.assert(
      fc.property(u48, u16, (index, ordinal) => {
        const range = disclosureRange(index)

        expect(holds(range, disclosureKey(index, ordinal))).toBe(true)
        if (index < U48_MAX) expect(holds(range, disclosureKey(index + 1, 0))).toBe(false)
        if (index > 0) expect(holds(range, disclosureKey(index - 1, 0xffff))).toBe(false)
      }),
      { numRuns: RUNS },
    )
  })

  test('the holders of one statement are all of its numbers and none of another', () => {
    fc.assert(
      fc.property(id, id, u16, (own, other, n) => {
        const same = toHex(own) === toHex(other)

        expect(holds(holderRange(own), holderKey(own, n))).toBe(true)
        expect(holds(holderRange(own), holderKey(other, n))).toBe(same)
      }),
      { numRuns: RUNS },
    )
  })

  test('a range of ids holds those that begin with its digits, odd counts of digits too', () => {
    fc.assert(
      fc.property(id, id, fc.nat(64), (own, other, length) => {
        const digits = toHex(own).slice(0, length)
        const begins = toHex(other).startsWith(digits)

        expect(holds(idRange('id', digits), idKey(own))).toBe(true)
        expect(holds(idRange('proposal', digits), proposalKey(other))).toBe(begins)
        expect(holds(idRange('id', digits), proposalKey(own))).toBe(false)
      }),
      { numRuns: RUNS },
    )
  })

  test('a range of ids by digits that are no hex is ENCODING_INVALID', () => {
    expect(() => idRange('id', 'ABCD')).toThrow(
      expect.objectContaining({ code: 'ENCODING_INVALID' }),
    )
  })

  test('a search range holds the keys that begin with its bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0x00, 0x7f, 0xfe, 0xff), { maxLength: 3 }),
        fc.array(fc.constantFrom(0x00, 0x7f, 0xfe, 0xff), { maxLength: 4 }),
        (begin, suffix) => {
          const begins = begin.every((byte, at) => suffix[at] === byte)
          const range = searchRange(Uint8Array.from(begin))

          expect(holds(range, searchKey(Uint8Array.from(suffix)))).toBe(begins)
        },
      ),
      { numRuns: RUNS },
    )
  })
})

describe('small values', () => {
  test('an index is six bytes and is read back', () => {
    fc.assert(
      fc.property(u48, (index) => {
        expect(encodeIndex(index).length).toBe(6)
        expect(decodeIndex(encodeIndex(index))).toBe(index)
      }),
    )
  })

  test('an index of another length is STORE_RECORD_MALFORMED', () => {
    expect(() => decodeIndex(new Uint8Array(5))).toThrow(malformed)
    expect(() => decodeIndex(new Uint8Array(7))).toThrow(malformed)
  })

  test('meta is [schema version, origin]', () => {
    expect(toHex(encodeMeta('example.org/log'))).toBe('9201af6578616d706c652e6f72672f6c6f67')
    expect(decodeMeta(encodeMeta('example.org/log'))).toEqual({ origin: 'example.org/log' })
  })

  test('meta of another version is STORE_SCHEMA_UNKNOWN, whatever else it holds', () => {
    for (const rest of [[], ['example.org/log'], ['example.org/log', 1]]) {
      const meta = encodeRecord([SCHEMA_VERSION + 1, ...rest])

      expect(() => decodeMeta(meta)).toThrow(
        expect.objectContaining({ code: 'STORE_SCHEMA_UNKNOWN' }),
      )
    }
  })

  test('meta in another form is STORE_RECORD_MALFORMED', () => {
    const forms = [[SCHEMA_VERSION], [SCHEMA_VERSION, 1], [SCHEMA_VERSION, 'a', 1], 'a', []]

    for (const form of forms) expect(() => decodeMeta(encodeRecord(form))).toThrow(malformed)
    expect(() => decodeMeta(concatBytes(encodeMeta('a'), fromHex('00')))).toThrow(malformed)
  })
})
