/** Names, widths and bytes of tiles: against the examples of c2sp.org/tlog-tiles and by brute force. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes, toHex } from '../../ledger/core/bytes.js'
import { rootFromNodes } from '../../ledger/core/merkle.js'
import {
  decodeEntryBundle,
  decodeTile,
  ENTRIES,
  encodeEntryBundle,
  parseTilePath,
  type TileName,
  tileNodes,
  tilePath,
  tilesBetween,
  tileWidth,
} from '../../ledger/core/tile.js'
import { growTree } from '../reference/grown-tree.js'

const LARGEST = Number.MAX_SAFE_INTEGER
const paths = JSON.parse(
  readFileSync(new URL('../vectors/tile/paths.json', import.meta.url), 'utf8'),
) as {
  readonly good: readonly (TileName & { readonly path: string })[]
  readonly bad: readonly string[]
}
const malformed = expect.objectContaining({ code: 'TILE_MALFORMED' })

describe('paths', () => {
  test.each(paths.good)('$path and back', ({ path, ...name }) => {
    expect(tilePath(name)).toBe(path)
    expect(parseTilePath(path)).toEqual(name)
  })

  test('every name has one path', () => {
    const names = fc.record({
      level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant(ENTRIES)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    })

    fc.assert(
      fc.property(names, (name) => {
        expect(parseTilePath(tilePath(name))).toEqual(name)
      }),
    )
  })

  test.each(paths.bad)('%j names nothing', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })
})

describe('widths', () => {
  test('the tree of 70,000 leaves is that of the specification', () => {
    const paths = [...tilesBetween(0, 70_000)].map(tilePath)
    const [bundles, level0, level1, level2] = ['entries', '0', '1', '2'].map((level) =>
      paths.filter((path) => path.startsWith(`tile/${level}/`)),
    )

    expect(level0).toHaveLength(274)
    expect(level0?.slice(-2)).toEqual(['tile/0/272', 'tile/0/273.p/112'])
    expect(bundles?.slice(-2)).toEqual(['tile/entries/272', 'tile/entries/273.p/112'])
    expect(level1).toEqual(['tile/1/000', 'tile/1/001.p/17'])
    expect(level2).toEqual(['tile/2/000.p/1'])
    expect(paths).toHaveLength(274 + 274 + 2 + 1)
  })

  test('a tree of 256 has a full tile and one above it of width 1', () => {
    const paths = [...tilesBetween(0, 256)].map(tilePath)

    expect(paths).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1'])
    expect(tileWidth({ level: 0, index: 1 }, 256)).toBe(0)
  })

  test('no tile is empty, and every tile has the width that the specification computes', () => {
    for (const size of [0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 16_777_217]) {
      for (let level = 0; level <= 4; level++) {
        const hashes = Math.floor(size / 256 ** level)
        const last = Math.floor(hashes / 256)

        expect(tileWidth({ level, index: last }, size)).toBe(hashes % 256)
        expect(tileWidth({ level, index: last + 1 }, size)).toBe(0)
        if (last > 0) expect(tileWidth({ level, index: last - 1 }, size)).toBe(256)
      }
    }
  })

  test('what a tree has more than an older one, counted by brute force', () => {
    const sizes = fc.tuple(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 600 }))
    fc.assert(
      fc.property(sizes, ([size1, more]) => {
        const size2 = size1 + more
        const known = new Set([...tilesBetween(0, size1)].map(tilePath))
        const expected = [...tilesBetween(0, size2)].map(tilePath).filter((p) => !known.has(p))

        expect([...tilesBetween(size1, size2)].map(tilePath)).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  test('the largest tree has seven levels of tiles', () => {
    const levels = Array.from({ length: 64 }, (_, level) => tileWidth({ level, index: 0 }, LARGEST))

    expect(levels.slice(0, 7)).toEqual([256, 256, 256, 256, 256, 256, 31])
    expect(new Set(levels.slice(7))).toEqual(new Set([0]))
  })
})

describe('bundles', () => {
  test('each entry stands behind its length in two bytes', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(7, 8, 9), new Uint8Array(0), Uint8Array.of(1)])

    expect(toHex(bundle)).toBe('00030708090000000101')
    expect(decodeEntryBundle(bundle, 3).map((entry) => toHex(entry))).toEqual(['070809', '', '01'])
  })

  test('one byte less or more, another width: refused', () => {
    const entries = Array.from({ length: 5 }, (_, at) => new Uint8Array(143).fill(at))
    const bundle = encodeEntryBundle(entries)

    for (let length = 0; length < bundle.length; length++)
      expect(() => decodeEntryBundle(bundle.subarray(0, length), 5)).toThrow(malformed)
    expect(() => decodeEntryBundle(Uint8Array.of(...bundle, 0), 5)).toThrow(malformed)
    expect(() => decodeEntryBundle(bundle, 4)).toThrow(malformed)
    expect(() => decodeEntryBundle(bundle, 6)).toThrow(malformed)
  })

  test('an entry of 65,535 bytes fits and one byte more does not', () => {
    const longest = new Uint8Array(65_535).fill(3)

    expect(decodeEntryBundle(encodeEntryBundle([longest]), 1)).toEqual([longest])
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(TypeError)
    expect(() => encodeEntryBundle([])).toThrow(TypeError)
    expect(() => encodeEntryBundle(Array(257).fill(new Uint8Array(1)))).toThrow(TypeError)
  })
})

describe('reading a tree from its tiles', () => {
  const MOST = 700
  const tree = growTree(
    Array.from({ length: MOST }, (_, at) => Uint8Array.of(at % 256, at >= 256 ? 1 : 0)),
  )
  const bytesOf = ({ level, index, width }: TileName & { level: number }): Uint8Array =>
    Uint8Array.from(
      Array.from({ length: width }, (_, at) => [
        ...tree.getNode({ level: level * 8, index: index * 256 + at }),
      ]).flat(),
    )

  test('the root of every size is that of the tree, from the tiles that this size has', () => {
    for (let size = 1; size <= MOST; size += size < 255 ? 13 : 1) {
      const has = new Set([...tilesBetween(0, size)].map(tilePath))
      const read = (level: number, index: number, width: number) => {
        expect(has.has(tilePath({ level, index, width }))).toBe(true)
        return bytesOf({ level, index, width })
      }
      const root = rootFromNodes(size, tileNodes(size, read))
      if (!equalBytes(root, tree.roots[size] ?? new Uint8Array())) throw new Error(`size ${size}`)
    }
  })

  test('a tile of another length is refused', () => {
    const tile = bytesOf({ level: 0, index: 0, width: 3 })

    expect(decodeTile(tile, 3)).toHaveLength(3)
    expect(() => decodeTile(tile, 2)).toThrow(malformed)
    expect(() => decodeTile(tile.subarray(1), 3)).toThrow(malformed)
    expect(() => tileNodes(3, () => tile.subarray(32))({ level: 0, index: 0 })).toThrow(malformed)
  })

  test('a changed hash gives another root', () => {
    const changed = bytesOf({ level: 0, index: 0, width: 3 })
    changed[40] = 255 - (changed[40] ?? 0)
    const root = rootFromNodes(
      3,
      tileNodes(3, () => changed),
    )

    expect(equalBytes(root, tree.roots[3] ?? new Uint8Array())).toBe(false)
  })
})
