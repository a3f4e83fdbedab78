/** Encodings: the strict forms of DESIGN 4, as laws and as tables of hostile spellings. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64url,
  fromHex,
  readU16be,
  readU32be,
  toBase64,
  toBase64url,
  toHex,
  u16be,
  u32be,
  u64be,
  utf8Decode,
  utf8Encode,
} from '../../ledger/core/bytes.js'
import { type ErrorCode, LedgerError } from '../../ledger/core/errors.js'

const RUNS = { numRuns: process.env['SLOW'] === '1' ? 20_000 : 200 }
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const bytes = fc.uint8Array({ maxLength: 400 })
const refused = (code: ErrorCode) => expect.objectContaining({ code })

type Encoding = {
  readonly name: string
  readonly encode: (bytes: Uint8Array) => string
  readonly decode: (text: string) => Uint8Array
  readonly node: (bytes: Uint8Array) => string
}
const encodings: readonly Encoding[] = [
  { name: 'hex', encode: toHex, decode: fromHex, node: (b) => Buffer.from(b).toString('hex') },
  {
    name: 'base64',
    encode: toBase64,
    decode: fromBase64,
    node: (b) => Buffer.from(b).toString('base64'),
  },
  {
    name: 'base64url',
    encode: toBase64url,
    decode: fromBase64url,
    node: (b) => Buffer.from(b).toString('base64url'),
  },
]

describe.each(encodings)('$name', ({ decode, encode, name, node }) => {
  test('decoding inverts encoding', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(decode(encode(value))).toEqual(value)
      }),
      RUNS,
    )
  })

  test('every length from 0 to 300 has the spelling that Node gives it', () => {
    for (let length = 0; length <= 300; length++) {
      const value = Uint8Array.from({ length }, (_, i) => (i * 167 + length * 31) % 256)

      expect(encode(value)).toBe(node(value))
      expect(decode(node(value))).toEqual(value)
    }
  })

  test('a text of 6,000 characters and one beside it decode to themselves', () => {
    for (const length of [4_499, 4_500, 4_501]) {
      const value = Uint8Array.from({ length }, (_, i) => (i * i + 7 * i) % 256)

      expect(decode(node(value))).toEqual(value)
    }
  })

  test('whatever text is accepted is its own re-encoding', () => {
    const letters = 'ABCDEFabcdef0123456789-_+/= \n\r\té=AQgw'
    const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 })
    fc.assert(
      fc.property(text, (value) => {
        const decoded = attempt(() => decode(value))
        if (decoded !== undefined) expect(encode(decoded)).toBe(value)
      }),
      { numRuns: RUNS.numRuns * 20 },
    )
  })

  test('one foreign character anywhere in a valid text is refused', () => {
    const foreign = name === 'hex' ? 'AFgG-+/=_ \n\0é€\u0130😀' : ' \n\r\t\0.,~éÁ€\u0130\u0141😀'
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.constantFrom(...foreign),
        (value, seed, character) => {
          const text = encode(value).replace(/=+$/, '')
          const place = seed % text.length
          const spoiled = text.slice(0, place) + character + text.slice(place + character.length)
          const padded = name === 'base64' ? spoiled.padEnd(encode(value).length, '=') : spoiled

          expect(() => decode(padded)).toThrow(refused('ENCODING_INVALID'))
        },
      ),
      RUNS,
    )
  })

  test('a text with a character inserted or removed never decodes to the same bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.constantFrom(' ', '\n', '=', 'A', '0'),
        (value, seed, character) => {
          const text = encode(value)
          const place = seed % (text.length + 1)
          const longer = text.slice(0, place) + character + text.slice(place)
          const shorter = text.slice(0, place) + text.slice(place + 1)

          expect(attempt(() => decode(longer))).not.toEqual(value)
          if (shorter !== text) expect(attempt(() => decode(shorter))).not.toEqual(value)
        },
      ),
      RUNS,
    )
  })
})

describe('hex', () => {
  test.each([
    ['upper case', 'AB'],
    ['mixed case', 'aB'],
    ['an odd number of digits', 'abc'],
    ['a leading 0x', '0xab'],
    ['a space between bytes', 'ab cd'],
    ['a newline at the end', 'abcd\n'],
    ['two digits of full width', '１２'],
    ['a letter whose low byte is a digit', '\u0130\u0130'],
  ])('%s is refused as ENCODING_INVALID', (_, text) => {
    expect(() => fromHex(text)).toThrow(refused('ENCODING_INVALID'))
  })

  test('another length than expected is refused as ENCODING_INVALID', () => {
    expect(fromHex('00ff', 2)).toEqual(Uint8Array.of(0, 255))
    expect(() => fromHex('00ff', 1)).toThrow(refused('ENCODING_INVALID'))
    expect(() => fromHex('00ff', 3)).toThrow(refused('ENCODING_INVALID'))
    expect(() => fromHex('', 1)).toThrow(refused('ENCODING_INVALID'))
  })
})

describe('base64', () => {
  test.each([
    ['missing padding', 'QQ'],
    ['half of the padding', 'QQ='],
    ['padding of three', 'Q==='],
    ['padding alone', '===='],
    ['padding after a whole group', 'QUJD===='],
    ['padding before the end', 'QQ==QUJD'],
    ['a padding sign inside', 'Q=JD'],
    ['trailing bits after one byte', 'QR=='],
    ['trailing bits after two bytes', 'QUJ='],
    ['the url alphabet', '-_-_'],
    ['both alphabets', '+_/-'],
    ['a newline in the middle', 'QUJD\nQUJD'],
    ['a newline at the end', 'QUI=\n'],
    ['a space before', ' QUI'],
    ['an impossible length', 'QUJDQ'],
    ['a letter whose low byte is in the alphabet', '\u0141\u0141\u0141\u0141'],
  ])('%s is refused as ENCODING_INVALID', (_, text) => {
    expect(() => fromBase64(text)).toThrow(refused('ENCODING_INVALID'))
  })

  test('of all spellings of the last group exactly the canonical ones are accepted', () => {
    expect(acceptedTails(fromBase64, `${LETTERS}+/`, ['QUJD', '=='])).toBe(64 * 4)
    expect(acceptedTails(fromBase64, `${LETTERS}+/`, ['Q', '='])).toBe(64 * 16)
  })
})

describe('base64url', () => {
  test.each([
    ['padding of two', 'QQ=='],
    ['padding of one', 'QUI='],
    ['trailing bits after one byte', 'QR'],
    ['trailing bits after two bytes', 'QUJ'],
    ['the standard alphabet', '+/+/'],
    ['both alphabets', '-/_+'],
    ['white space inside', 'QU JD'],
    ['a newline at the end', 'QUI\n'],
    ['a single letter', 'Q'],
    ['an impossible length', 'QUJDQ'],
    ['a letter whose low byte is in the alphabet', '\u0141\u0141\u0141\u0141'],
    ['a byte order mark', '\uFEFFQUJD'],
  ])('%s is refused as ENCODING_INVALID', (_, text) => {
    expect(() => fromBase64url(text)).toThrow(refused('ENCODING_INVALID'))
  })

  test('of all spellings of the last group exactly the canonical ones are accepted', () => {
    expect(acceptedTails(fromBase64url, `${LETTERS}-_`, ['QUJD', ''])).toBe(64 * 4)
    expect(acceptedTails(fromBase64url, `${LETTERS}-_`, ['Q', ''])).toBe(64 * 16)
  })

  test('the place of the first foreign character is told, in short and in long texts', () => {
    for (const length of [8, 400]) {
      const text = `${'A'.repeat(length / 2)}*${'A'.repeat(length / 2 - 1)}`

      expect(() => fromBase64url(text)).toThrow(
        expect.objectContaining({ details: { encoding: 'base64url', at: length / 2 } }),
      )
    }
  })

  test('the refused text is not in the error', () => {
    const text = 'c2VjcmV0IHZhbHVl!'

    expect(() => fromBase64url(text)).not.toThrow(/c2Vjcm/)
    expect(() => fromBase64url(text)).toThrow(refused('ENCODING_INVALID'))
  })
})

describe('UTF-8', () => {
  test('decoding inverts encoding for every well-formed text', () => {
    const scalar = fc.integer({ max: 0x10ffff, min: 0 }).filter((n) => n < 0xd800 || n > 0xdfff)
    const text = fc.array(scalar, { maxLength: 40 }).map((all) => String.fromCodePoint(...all))
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8Decode(utf8Encode(value))).toBe(value)
        expect(utf8Encode(value)).toEqual(new Uint8Array(Buffer.from(value, 'utf8')))
      }),
      RUNS,
    )
  })

  test('whatever bytes are accepted are their own re-encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (value) => {
        const text = attempt(() => utf8Decode(value))
        if (text !== undefined) expect(utf8Encode(text)).toEqual(value)
      }),
      { numRuns: RUNS.numRuns * 10 },
    )
  })

  test.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a lone continuation byte', [0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['the byte FF', [0x41, 0xff]],
  ])('%s is refused as UTF8_INVALID', (_, octets) => {
    expect(() => utf8Decode(Uint8Array.from(octets))).toThrow(refused('UTF8_INVALID'))
  })

  test.each([
    ['a high half alone', 'a\ud800'],
    ['a low half alone', '\udc00b'],
    ['halves in the wrong order', '\udc00\ud800'],
    ['a high half before a whole pair', '\ud83d\ud83d\ude00'],
  ])('%s is refused as UTF8_INVALID and not replaced', (_, text) => {
    expect(() => utf8Encode(text)).toThrow(refused('UTF8_INVALID'))
  })

  test('a byte order mark is kept, so that the caller sees it', () => {
    expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\uFEFFA')
  })
})

describe('byte arrays', () => {
  test('joining copies the parts in order', () => {
    const first = Uint8Array.of(1, 2)
    const joined = concatBytes(first, new Uint8Array(), Uint8Array.of(3))
    first[0] = 9

    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
    expect(concatBytes()).toEqual(new Uint8Array())
  })

  test('equality and order agree with those of Node', () => {
    const few = fc.uint8Array({ maxLength: 4, max: 3 })
    fc.assert(
      fc.property(few, few, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
      }),
      { numRuns: RUNS.numRuns * 5 },
    )
  })

  test('bytes are compared as unsigned, and a prefix comes first', () => {
    expect(compareBytes(Uint8Array.of(0x7f), Uint8Array.of(0x80))).toBeLessThan(0)
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0)
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false)
  })
})

describe('big-endian integers', () => {
  test('are written as Node writes them, up to their largest value', () => {
    for (const n of [0, 1, 255, 256, 65_535]) {
      const node = Buffer.alloc(2)
      node.writeUInt16BE(n)
      expect(u16be(n)).toEqual(new Uint8Array(node))
    }
    for (const n of [0, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
      const node = Buffer.alloc(4)
      node.writeUInt32BE(n)
      expect(u32be(n)).toEqual(new Uint8Array(node))
    }
    for (const n of [0, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER]) {
      const node = Buffer.alloc(8)
      node.writeBigUInt64BE(BigInt(n))
      expect(u64be(n)).toEqual(new Uint8Array(node))
    }
  })

  test('are read back at any offset, without a sign', () => {
    const value = concatBytes(u16be(7), u32be(0xfedcba98), u16be(0xffff))

    expect(readU16be(value, 0)).toBe(7)
    expect(readU32be(value, 2)).toBe(0xfedcba98)
    expect(readU16be(value, 6)).toBe(0xffff)
  })

  test('reading behind the end is refused as ENCODING_INVALID', () => {
    expect(() => readU16be(new Uint8Array(3), 2)).toThrow(refused('ENCODING_INVALID'))
    expect(() => readU32be(new Uint8Array(3), 0)).toThrow(refused('ENCODING_INVALID'))
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('writing %d is our own mistake', (n) => {
    for (const write of [u16be, u32be, u64be]) expect(() => write(n)).toThrow(TypeError)
  })
})

/** How many texts of `prefix`, every choice of two letters and `suffix` decode. */
function acceptedTails(
  decode: (text: string) => Uint8Array,
  letters: string,
  [prefix, suffix]: readonly [string, string],
): number {
  let accepted = 0
  for (const first of letters) {
    for (const second of letters) {
      if (attempt(() => decode(prefix + first + second + suffix)) !== undefined) accepted += 1
    }
  }
  return accepted
}

/** The result, or undefined where the work is refused. A broken invariant is not a refusal. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
