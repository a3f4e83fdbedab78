/** Any MessagePack decoder reads an entry's six values: DESIGN 4.4. */
import { decode, encode } from '@msgpack/msgpack'
import { pack, unpack } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../ledger/core/bytes.js'
import { ENTRY_TIME_MAX, type Entry, encodeEntry, parseEntry } from '../../ledger/core/entry.js'
import { parseStatementId } from '../../ledger/core/statement.js'
import { digestOf, NOW } from '../core/support/statements.js'

const ENTRY: Entry = {
  previous: fromHex(digestOf('previous')),
  time: NOW,
  id: parseStatementId(digestOf('id')),
  envelopeDigest: fromHex(digestOf('envelope')),
  registryRoot: fromHex(digestOf('registry')),
}

const decoders = [
  ['@msgpack/msgpack', (bytes: Uint8Array): unknown => decode(bytes)],
  ['msgpackr', (bytes: Uint8Array): unknown => unpack(bytes)],
] as const

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? toHex(value) : value
}

describe.each(decoders)('%s', (_, read) => {
  test.each([0, 1, 127, 128, 65_535, 2 ** 31 - 1, 2 ** 31, NOW, ENTRY_TIME_MAX])(
    'reads the six values at time %i',
    (time) => {
      const values = read(encodeEntry({ ...ENTRY, time })) as readonly unknown[]

      expect(values.map(plain)).toEqual([
        1,
        toHex(ENTRY.previous),
        time,
        ENTRY.id,
        toHex(ENTRY.envelopeDigest),
        toHex(ENTRY.registryRoot),
      ])
    },
  )
})

test.each([
  ['@msgpack/msgpack', (value: unknown): Uint8Array => encode(value)],
  ['msgpackr', (value: unknown): Uint8Array => pack(value)],
])('what %s writes for a time of today is an entry, byte for byte', (_, write) => {
  const values = [
    1,
    ENTRY.previous,
    NOW,
    fromHex(ENTRY.id),
    ENTRY.envelopeDigest,
    ENTRY.registryRoot,
  ]

  expect(
    toHex(write(values.map((value) => (typeof value === 'number' ? value : Buffer.from(value))))),
  ).toBe(toHex(encodeEntry(ENTRY)))
})

test('a small time that an encoder writes in fewer bytes is not an entry', () => {
  const bytes = encode([
    1,
    ENTRY.previous,
    5,
    fromHex(ENTRY.id),
    ENTRY.envelopeDigest,
    ENTRY.registryRoot,
  ])

  expect(() => parseEntry(bytes)).toThrow(expect.objectContaining({ code: 'ENTRY_MALFORMED' }))
})
