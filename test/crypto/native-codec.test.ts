/** The native codec answers as the portable one does: the same bytes, texts, digests and refusals. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import { type Codec, portableCodec } from '../../ledger/core/codec.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { nodeCodec } from '../../ledger/crypto/native.js'

const RUNS = { numRuns: process.env['SLOW'] === '1' ? 20_000 : 2_000 }

/** What a conversion gives, or the code of its refusal. */
function outcome(codec: Codec, name: 'bytesOf' | 'textOf', text: string): unknown {
  try {
    const value = codec[name](text)
    return typeof value === 'string' ? value : Array.from(value)
  } catch (error) {
    if (error instanceof LedgerError) return error.code
    throw error
  }
}

function agree(text: string): void {
  for (const name of ['bytesOf', 'textOf'] as const) {
    expect([name, text, outcome(nodeCodec, name, text)]).toEqual([
      name,
      text,
      outcome(portableCodec, name, text),
    ])
  }
}

describe('the native codec', () => {
  test('agrees on the base64url of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => agree(toBase64url(bytes))),
      RUNS,
    )
  })

  test('agrees on the base64url of any text', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 100 })

    fc.assert(
      fc.property(texts, (text) => {
        const formed = text.toWellFormed()
        agree(toBase64url(utf8Encode(formed)))
        expect(nodeCodec.encodeText(formed)).toBe(portableCodec.encodeText(formed))
      }),
      RUNS,
    )
  })

  test('agrees on any string at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), agree), RUNS)
  })

  test.each([
    ['padding', 'YQ=='],
    ['trailing bits', 'YR'],
    ['a lone character', 'Y'],
    ['the other alphabet', '+/+/'],
    ['a space', 'Y Q'],
    ['a line feed', 'YQ\n'],
    ['a byte order mark', toBase64url(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))],
    ['a replacement character', toBase64url(utf8Encode('\uFFFD'))],
    ['bytes that are not UTF-8', toBase64url(Uint8Array.of(0x61, 0xff))],
    ['an overlong encoding', toBase64url(Uint8Array.of(0xc0, 0xaf))],
    ['half of a surrogate pair', toBase64url(Uint8Array.of(0xed, 0xa0, 0x80))],
    ['nothing', ''],
  ])('agrees on %s', (_name, text) => agree(text))

  test('gives the same digest of any ASCII text', () => {
    const texts = fc.string({ unit: 'binary-ascii', maxLength: 300 })

    fc.assert(
      fc.property(texts, (text) => {
        expect(nodeCodec.digestOf(text)).toBe(portableCodec.digestOf(text))
      }),
      RUNS,
    )
  })
})
