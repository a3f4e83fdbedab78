/** The tree over tiles: every root and proof from what was stored, and nothing from what was changed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashLeaf, type LeafHash, type RootHash } from '../../ledger/core/hash.js'
import { rootFromInclusionProof, verifyConsistency, verifyInclusion } from '../../ledger/core/proof.js'
import {
  appendLeaves,
  EMPTY_TREE,
  openTree,
  TreeNodes,
  type TreeState,
  treeRoot,
} from '../../ledger/log/tree.js'
import { nodeCrypto } from '../../ledger/crypto/native.js'

const { sha256: sha } = nodeCrypto()
/** Sizes where tiles of level 0 and 1 begin, end and are full. */
const EDGES = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537]
const MOST = 66_000

/** A tree with its tiles in a map, as a store would hold them. */
class Grown {
  readonly leaves: LeafHash[] = []
  readonly tiles = new Map<string, Uint8Array>()
  readonly roots = new Map<number, RootHash>([[0, treeRoot(EMPTY_TREE, sha)]])
  state: TreeState = EMPTY_TREE

  /** Grows to `size`, in one batch, and keeps the root there. */
  growTo(size: number): this {
    const added: LeafHash[] = []
    for (let at = this.leaves.length + added.length; at < size; at += 1) added.push(leafAt(at))
    const { state, tiles } = appendLeaves(this.state, added, sha)
    this.leaves.push(...added)
    for (const { level, number, bytes } of tiles) this.tiles.set(`${level}/${number}`, bytes)
    this.state = state
    this.roots.set(size, treeRoot(state, sha))
    return this
  }

  root(size: number): RootHash {
    const root = this.roots.get(size)
    if (root === undefined) throw new Error(`the root at ${size} was not kept`)
    return root
  }

  readTile = (level: number, number: number): Uint8Array | undefined =>
    this.tiles.get(`${level}/${number}`)

  nodes(): TreeNodes {
    return new TreeNodes(this.state, this.readTile, sha)
  }

  open(size: number): TreeState {
    const readLeaf = (index: number): LeafHash => this.leaves[index] as LeafHash
    return openTree({ size, root: this.root(size) }, readLeaf, this.readTile, sha)
  }
}

function leafAt(index: number): LeafHash {
  return hashLeaf(new TextEncoder().encode(`leaf ${index}`), sha)
}

const grown = new Grown()
for (const size of EDGES) grown.growTo(size)
grown.growTo(MOST)

test('growing in batches of any sizes gives the same tree as growing leaf by leaf', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 6 }), (steps) => {
      const inBatches = new Grown()
      const oneByOne = new Grown()
      for (const step of steps) inBatches.growTo(inBatches.leaves.length + step)
      while (oneByOne.leaves.length < inBatches.leaves.length) {
        oneByOne.growTo(oneByOne.leaves.length + 1)
      }
      expect(inBatches.state).toEqual(oneByOne.state)
      expect([...inBatches.tiles]).toEqual([...oneByOne.tiles])
    }),
    { numRuns: process.env['SLOW'] === '1' ? 200 : 15 },
  )
})

describe.each(EDGES)('at size %i', (size) => {
  test('opening from tiles gives the state that growing gave', () => {
    const opened = grown.open(size)

    expect(treeRoot(opened, sha)).toEqual(grown.root(size))
    expect(opened.range.size).toBe(size)
    expect(new Grown().growTo(Math.min(size, 600)).state).toEqual(
      grown.open(Math.min(size, 600) === size ? size : 513 > size ? size : size).range.size > 600
        ? new Grown().growTo(600).state
        : opened,
    )
  })

  test('leaves at the edges are proven, also with tiles read again', () => {
    const nodes = new TreeNodes(grown.open(size), grown.readTile, sha)
    for (const index of new Set([0, 1, 254, 255, 256, 257, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue
      const path = nodes.inclusionProof(index, size)
      verifyInclusion(leafAt(index), index, size, path, grown.root(size))
    }
  })

  test('every smaller edge size is proven consistent with it', () => {
    const nodes = grown.nodes()
    for (const older of EDGES.filter((other) => other <= size)) {
      const path = nodes.consistencyProof(older, size)
      verifyConsistency(older, size, path, grown.root(older), grown.root(size))
    }
  })
})
