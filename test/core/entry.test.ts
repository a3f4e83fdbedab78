/** The entry: 143 bytes, one layout, one chain. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../ledger/core/bytes.js'
import {
  ENTRY_BYTES,
  ENTRY_TIME_MAX,
  type Entry,
  encodeEntry,
  entryLeaf,
  firstPrevious,
  parseEntry,
  verifyChainLink,
} from '../../ledger/core/entry.js'
import { parseStatementId } from '../../ledger/core/statement.js'
import { codeOf, refusalOf, runs, type Vector, vectorsIn } from './support/outcomes.js'
import { FAST } from './support/tiny-log.js'

type Output = {
  readonly previous: string
  readonly time: number
  readonly id: string
  readonly envelopeDigest: string
  readonly registryRoot: string
  readonly leaf: string
  readonly origin?: string
}

type EntryVector = Vector<{ readonly hex: string }> & { readonly output: Output }

const VECTORS = vectorsIn<{ readonly hex: string }>('entry') as readonly EntryVector[]
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const entries: fc.Arbitrary<Entry> = fc
  .record({
    previous: hash,
    time: fc.integer({ min: 0, max: ENTRY_TIME_MAX }),
    id: hash,
    envelopeDigest: hash,
    registryRoot: hash,
  })
  .map((entry) => ({ ...entry, id: parseStatementId(toHex(entry.id)) }))

function plain(entry: Entry): Omit<Output, 'leaf' | 'origin'> {
  return {
    previous: toHex(entry.previous),
    time: entry.time,
    id: entry.id,
    envelopeDigest: toHex(entry.envelopeDigest),
    registryRoot: toHex(entry.registryRoot),
  }
}

describe('entry vectors', () => {
  const good = VECTORS.filter((vector) => vector.expect === 'OK')

  test('there are good ones and attacks', () => {
    expect(good.length).toBeGreaterThanOrEqual(4)
    expect(VECTORS.length - good.length).toBeGreaterThanOrEqual(18)
  })

  test.each(VECTORS)('$name: $expect', ({ input, expect: code }) => {
    expect(codeOf(() => parseEntry(fromHex(input.hex)))).toBe(code)
  })

  test.each(good)(
    '$name reads and hashes as in other code, and is written back',
    ({ input, output }) => {
      const { leaf, origin, ...values } = output
      const entry = parseEntry(fromHex(input.hex))

      expect(plain(entry)).toEqual(values)
      expect(toHex(encodeEntry(entry))).toBe(input.hex)
      expect(toHex(entryLeaf(fromHex(input.hex)))).toBe(leaf)
      if (origin !== undefined) expect(toHex(firstPrevious(origin))).toBe(output.previous)
    },
  )
})

describe('layout', () => {
  const bytes = encodeEntry(
    parseEntry(fromHex(VECTORS.find(({ name }) => name === 'first')?.input.hex ?? '')),
  )

  test('every bit of every byte is refused when flipped, or changes exactly one value', () => {
    const before = plain(parseEntry(bytes))
    let refused = 0
    for (let at = 0; at < ENTRY_BYTES * 8; at += 1) {
      const byte = Math.floor(at / 8)
      const weight = 2 ** (at % 8)
      const set = Math.floor((bytes[byte] ?? 0) / weight) % 2 === 1
      const flipped = bytes.with(byte, (bytes[byte] ?? 0) + (set ? -weight : weight))
      if (codeOf(() => parseEntry(flipped)) === 'ENTRY_MALFORMED') {
        refused += 1
        continue
      }
      const after = plain(parseEntry(flipped))
      const changed = Object.entries(after).filter(
        ([name, value]) => before[name as 'id'] !== value,
      )

      expect(changed, `bit ${at}`).toHaveLength(1)
      expect(toHex(encodeEntry(parseEntry(flipped)))).toBe(toHex(flipped))
    }
    // 96 01, four times c4 20, and ce: eleven bytes that say nothing but the layout.
    expect(refused).toBe(11 * 8)
  })

  test('every other length is refused', () => {
    for (let length = 0; length < 2 * ENTRY_BYTES; length += 1) {
      if (length === ENTRY_BYTES) continue
      const other = new Uint8Array(length)
      other.set(bytes.subarray(0, length))
      expect(codeOf(() => parseEntry(other))).toBe('ENTRY_MALFORMED')
    }
  })

  test('what was read does not change when the bytes are changed later', () => {
    const copy = Uint8Array.from(bytes)
    const entry = parseEntry(copy)
    const before = plain(entry)
    copy.fill(0)

    expect(plain(entry)).toEqual(before)
  })

  test.each([
    ['a time below zero', { time: -1 }],
    ['a time above 32 bits', { time: ENTRY_TIME_MAX + 1 }],
    ['a fraction of a second', { time: 0.5 }],
    ['a short hash', { previous: new Uint8Array(31) }],
    [
      'a short hash and a long one, 143 bytes in all',
      { previous: new Uint8Array(31), registryRoot: new Uint8Array(33) },
    ],
  ])('%s is a bug of the caller, not an entry', (_, change) => {
    expect(() => encodeEntry({ ...parseEntry(bytes), ...change })).toThrow()
  })

  test('an id that is no id is not written', () => {
    const entry = { ...parseEntry(bytes), id: 'ab' as Entry['id'] }

    expect(codeOf(() => encodeEntry(entry))).toBe('ENCODING_INVALID')
  })
})

describe('the chain', () => {
  const bytes = fromHex(VECTORS.find(({ name }) => name === 'first')?.input.hex ?? '')
  const entry = parseEntry(bytes)

  test('an entry extends the one whose leaf hash it holds, at the same time or later', () => {
    expect(codeOf(() => verifyChainLink(entry, entry.previous, entry.time, 1))).toBe('OK')
    expect(codeOf(() => verifyChainLink(entry, entry.previous, 0, 1))).toBe('OK')
  })

  test('another link, or a time that goes backwards, breaks it', () => {
    const other = refusalOf(() => verifyChainLink(entry, entryLeaf(bytes), entry.time, 7))
    const earlier = refusalOf(() => verifyChainLink(entry, entry.previous, entry.time + 1, 7))

    expect([other.code, other.details]).toEqual([
      'ENTRY_CHAIN_BROKEN',
      { index: 7, reason: 'link' },
    ])
    expect([earlier.code, earlier.details]).toEqual([
      'ENTRY_CHAIN_BROKEN',
      { index: 7, reason: 'time goes backwards' },
    ])
  })

  test('two ledgers begin apart', () => {
    expect(toHex(firstPrevious('a.example'))).not.toBe(toHex(firstPrevious('b.example')))
    expect(firstPrevious('a.example', FAST.sha256)).toEqual(firstPrevious('a.example'))
  })
})

describe('laws', () => {
  test('parsing gives back what was encoded, in 143 bytes', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const bytes = encodeEntry(entry)

        expect(bytes).toHaveLength(ENTRY_BYTES)
        expect(plain(parseEntry(bytes))).toEqual(plain(entry))
        expect(entryLeaf(bytes, FAST.sha256)).toEqual(entryLeaf(bytes))
      }),
      { numRuns: runs(200) },
    )
  })
})
