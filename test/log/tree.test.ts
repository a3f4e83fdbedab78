/** The tree over tiles: every root and proof from what was stored, and nothing from what was changed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes } from '../../ledger/core/bytes.js'
import { hashLeaf, type LeafHash, type RootHash } from '../../ledger/core/hash.js'
import { verifyConsistency, verifyInclusion } from '../../ledger/core/proof.js'
import { nodeCrypto } from '../../ledger/crypto/native.js'
import {
  appendLeaves,
  EMPTY_TREE,
  openTree,
  type TileReader,
  TreeNodes,
  type TreeState,
  treeRoot,
} from '../../ledger/log/tree.js'
import { referenceTree } from '../reference/merkle.js'
import { codeOf } from './support/site.js'

const { sha256: sha } = nodeCrypto()
/** Sizes around which tiles of level 0 and 1 begin and become full. */
const EDGES = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537]
const MOST = 66_000
const RUNS = process.env['SLOW'] === '1' ? 1_000 : 60

/** A tree with its full tiles in a map, as a store holds them, and its state at some sizes. */
class Grown {
  readonly leaves: LeafHash[] = []
  readonly tiles = new Map<string, Uint8Array>()
  readonly states = new Map<number, TreeState>([[0, EMPTY_TREE]])
  state: TreeState = EMPTY_TREE

  /** Grows to `size` in one batch and keeps the state there. */
  growTo(size: number): this {
    const count = size - this.leaves.length
    const added = Array.from({ length: count }, (_, at) => leafAt(this.leaves.length + at))
    const { state, tiles } = appendLeaves(this.state, added, sha)
    this.leaves.push(...added)
    for (const { level, number, bytes } of tiles) this.tiles.set(`${level}/${number}`, bytes)
    this.state = state
    this.states.set(size, state)
    return this
  }

  at(size: number): TreeState {
    return this.states.get(size) ?? fail(`the state at ${size} was not kept`)
  }

  root(size: number): RootHash {
    return treeRoot(this.at(size), sha)
  }

  readonly readLeaf = (index: number): LeafHash => this.leaves[index] ?? fail('no such leaf')
  readonly readTile: TileReader = (level, number) => this.tiles.get(`${level}/${number}`)

  open(size: number, readTile: TileReader = this.readTile): TreeState {
    return openTree({ size, root: this.root(size) }, this.readLeaf, readTile, sha)
  }
}

function leafBytes(index: number): Uint8Array {
  return new TextEncoder().encode(`leaf ${index}`)
}

function leafAt(index: number): LeafHash {
  return hashLeaf(leafBytes(index), sha)
}

function fail(reason: string): never {
  throw new Error(reason)
}

const grown = new Grown()
for (const size of [...EDGES, MOST]) grown.growTo(size)

test('the root is that of RFC 6962, at every size to 600', () => {
  const small = new Grown()
  const reference = referenceTree(Array.from({ length: 600 }, (_, at) => leafBytes(at)))

  for (let size = 0; size <= 600; size += 1) {
    expect(equalBytes(small.growTo(size).root(size), reference.hash(0, size))).toBe(true)
  }
})

test('growing in batches of any sizes gives the same tree and tiles as one batch', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 6 }), (steps) => {
      const inBatches = new Grown()
      for (const step of steps) inBatches.growTo(inBatches.leaves.length + step)
      const atOnce = new Grown().growTo(inBatches.leaves.length)

      expect(inBatches.state).toEqual(atOnce.state)
      expect(inBatches.tiles).toEqual(atOnce.tiles)
    }),
    { numRuns: RUNS / 4 },
  )
})

describe.each([0, ...EDGES])('at size %i', (size) => {
  test('opening from leaves and tiles gives the state that growing gave', () => {
    expect(grown.open(size)).toEqual(grown.at(size))
  })

  test('opening refuses another root', () => {
    const root = grown.root(size === 1 ? 2 : 1)
    const open = () => openTree({ size, root }, grown.readLeaf, grown.readTile, sha)

    expect(open).toThrow(expect.objectContaining({ code: 'LEDGER_BEHIND_HEAD' }))
  })

  test('leaves at the edges of tiles are proven from tiles read anew', () => {
    const nodes = new TreeNodes(grown.open(size), grown.readTile, sha)

    for (const index of [0, 1, 254, 255, 256, 257, 65_279, 65_280, size - 2, size - 1]) {
      if (index < 0 || index >= size) continue
      const path = nodes.inclusionProof(index, size)
      verifyInclusion(leafAt(index), index, size, path, grown.root(size))
    }
  })

  test('every smaller edge size is proven to be its beginning', () => {
    const nodes = new TreeNodes(grown.state, grown.readTile, sha)

    for (const older of EDGES.filter((other) => other <= size)) {
      const path = nodes.consistencyProof(older, size)
      verifyConsistency(older, size, path, grown.root(older), grown.root(size))
    }
  })
})

test('any leaf is proven under any size that has it', () => {
  const nodes = new TreeNodes(grown.state, grown.readTile, sha)
  const sizes = fc.constantFrom(...EDGES, MOST)
  fc.assert(
    fc.property(sizes, fc.nat(), (size, seed) => {
      const index = seed % size
      const path = nodes.inclusionProof(index, size)
      verifyInclusion(leafAt(index), index, size, path, grown.root(size))
    }),
    { numRuns: RUNS },
  )
})

test('a proof for a leaf or a size that is not there is refused', async () => {
  const nodes = new TreeNodes(grown.state, grown.readTile, sha)

  for (const [index, size] of [
    [5, 5],
    [-1, 5],
    [0, 0],
    [0.5, 5],
  ] as const) {
    expect(await codeOf(() => nodes.inclusionProof(index, size))).toBe('PROOF_INDEX_RANGE')
  }
  for (const [size1, size2] of [
    [0, 5],
    [6, 5],
    [-1, 5],
  ] as const) {
    expect(await codeOf(() => nodes.consistencyProof(size1, size2))).toBe('PROOF_INDEX_RANGE')
  }
})

describe('a stored tile that is', () => {
  const damages: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array | undefined])[] = [
    ['missing', () => undefined],
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 32)],
    ['too long', (bytes) => Uint8Array.of(...bytes, 0)],
    ['empty', () => new Uint8Array()],
    ['changed in one bit', (bytes) => bytes.map((byte, at) => (at === 4_000 ? byte + 1 : byte))],
    ['another one', () => grown.tiles.get('0/9')],
  ]

  test.each(damages)('%s gives no proof, only ENTRY_MISMATCH', async (_, damage) => {
    const readTile: TileReader = (level, number) => {
      const bytes = grown.readTile(level, number)
      return level === 0 && number === 3 && bytes !== undefined ? damage(bytes) : bytes
    }
    const nodes = new TreeNodes(grown.state, readTile, sha)

    expect(await codeOf(() => nodes.inclusionProof(800, MOST))).toBe('ENTRY_MISMATCH')
    expect(await codeOf(() => nodes.leaf(1_023))).toBe('ENTRY_MISMATCH')
    expect(nodes.leaf(1_024)).toEqual(leafAt(1_024))
  })

  test.each(damages)('%s and needed for the edge refuses to open', async (_, damage) => {
    const readTile: TileReader = (level, number) => {
      const bytes = grown.readTile(level, number)
      return level === 0 && number === 256 && bytes !== undefined ? damage(bytes) : bytes
    }

    expect(await codeOf(() => grown.open(MOST, readTile))).toBe('LEDGER_BEHIND_HEAD')
  })

  test('of a higher level and changed spoils what is below it only', async () => {
    const readTile: TileReader = (level, number) => {
      const bytes = grown.readTile(level, number)
      return level === 1 ? bytes?.map((byte, at) => (at === 0 ? byte + 1 : byte)) : bytes
    }
    const nodes = new TreeNodes(grown.state, readTile, sha)

    expect(await codeOf(() => nodes.leaf(0))).toBe('ENTRY_MISMATCH')
    expect(nodes.leaf(65_536)).toEqual(leafAt(65_536))
  })
})

test('a tile that was verified once is not read again', () => {
  let reads = 0
  const readTile: TileReader = (level, number) => {
    reads += 1
    return grown.readTile(level, number)
  }
  const nodes = new TreeNodes(grown.state, readTile, sha)
  nodes.leaf(0)
  const first = reads
  for (let index = 0; index < 256; index += 1) nodes.leaf(index)

  expect(reads).toBe(first)
})

test('more tiles than are kept are all read and verified', () => {
  const nodes = new TreeNodes(grown.state, grown.readTile, sha)
  for (let round = 0; round < 3; round += 1) {
    for (let index = 0; index < MOST; index += 100) expect(nodes.leaf(index)).toEqual(leafAt(index))
  }
})
