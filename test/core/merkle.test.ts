/** The shape of the tree: against vectors, a naive reference, and pure arithmetic for large sizes. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../ledger/core/bytes.js'
import { hashChildren, hashLeaf, type NodeHash, portableSha256 } from '../../ledger/core/hash.js'
import {
  appendLeaf,
  buildConsistencyProof,
  buildInclusionProof,
  consistencyNodes,
  emptyRange,
  foldNodes,
  inclusionNodes,
  type NodeId,
  rangeFromNodes,
  rangeRoot,
  rootFromNodes,
  subtreeNodes,
} from '../../ledger/core/merkle.js'
import { byteLeaves, growTree } from '../reference/grown-tree.js'
import { referenceTree } from '../reference/merkle.js'

const SIZE_MAX = 130
const LARGEST = Number.MAX_SAFE_INTEGER
const leaves = byteLeaves(SIZE_MAX)
const tree = growTree(leaves)
const reference = referenceTree(leaves)
const outOfRange = expect.objectContaining({ code: 'PROOF_INDEX_RANGE' })

type TreeVector = {
  readonly leaves: readonly string[]
  readonly roots: readonly string[]
  readonly nodes: readonly (readonly string[])[]
  readonly inclusion: readonly { index: number; size: number; path: readonly string[] }[]
  readonly consistency: readonly { size1: number; size2: number; path: readonly string[] }[]
}
const vector = JSON.parse(
  readFileSync(new URL('../vectors/rfc6962/tree.json', import.meta.url), 'utf8'),
) as TreeVector

describe('the vectors of the tree of eight leaves', () => {
  test('roots of all sizes', () => {
    expect(tree.roots.slice(0, 9).map(toHex)).toEqual(vector.roots)
  })

  test('hashes of all perfect subtrees', () => {
    const read = (level: number) => (_: string, index: number) =>
      toHex(tree.getNode({ level, index }))

    expect(vector.nodes.map((row, level) => row.map(read(level)))).toEqual(vector.nodes)
  })

  test('all inclusion and consistency proofs', () => {
    for (const { index, path, size } of vector.inclusion) {
      expect(buildInclusionProof(index, size, tree.getNode).map(toHex)).toEqual(path)
    }
    for (const { path, size1, size2 } of vector.consistency) {
      expect(buildConsistencyProof(size1, size2, tree.getNode).map(toHex)).toEqual(path)
    }
  })
})

describe(`against the naive reference, all sizes to ${SIZE_MAX}`, () => {
  test('roots are equal, grown or read from nodes', () => {
    for (let size = 0; size <= SIZE_MAX; size++) {
      const expected = toHex(reference.hash(0, size))

      expect(toHex(tree.roots[size] ?? new Uint8Array())).toBe(expected)
      expect(toHex(rootFromNodes(size, tree.getNode))).toBe(expected)
    }
  })
})

// Accumulated vectors published in the IETF draft "Merkle Tree Certificates" (appendix "Subtree Test
// Vectors"): one SHA-256 over every valid input to size 130, leaf i being the byte i.
describe('the accumulated subtree vectors of draft-ietf-plants-merkle-tree-certs', () => {
  test('hashes of all subtrees', () => {
    const all = createHash('sha256')
    for (const [begin, end] of subtrees()) {
      const ids = subtreeNodes(end - begin).map((id) => moved(id, begin))
      all.update(`[${begin}, ${end}) ${toHex(foldNodes(ids, tree.getNode))}\n`)
    }

    expect(all.digest('hex')).toBe(
      '94a95384a8c69acea9b50d035a58285b3a777cb7a724005faa5e1f1e1190007f',
    )
  })

  test('inclusion proofs of all leaves of all subtrees', () => {
    const all = createHash('sha256')
    for (const [begin, end] of subtrees()) {
      for (let index = begin; index < end; index++) {
        const plan = inclusionNodes(index - begin, end - begin)
        const path = plan.map((ids) =>
          foldNodes(
            ids.map((id) => moved(id, begin)),
            tree.getNode,
          ),
        )
        const line = [`${index} [${begin}, ${end})`, ...path.map(toHex)].join(' ')
        all.update(`${line}\n`)
      }
    }

    expect(all.digest('hex')).toBe(
      'ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f',
    )
  })
})

describe('growing', () => {
  test('every node is reported exactly once, a leaf before the subtrees that it completes', () => {
    const expected: string[] = []
    for (let leaf = 0; leaf < SIZE_MAX; leaf++) {
      for (let level = 0; (leaf + 1) % 2 ** level === 0; level++) {
        expected.push(`${level}/${(leaf + 1) / 2 ** level - 1}`)
      }
    }

    expect(tree.reported.map((id) => `${id.level}/${id.index}`)).toEqual(expected)
  })

  test('a leaf costs one hash on average and log2(size) at most', () => {
    let hashes = 0
    let most = 0
    const counting = (data: Uint8Array): Uint8Array => {
      hashes += 1
      return portableSha256(data)
    }
    const leaf = hashLeaf(new Uint8Array())
    let range = emptyRange()
    for (let size = 0; size < 1_000; size++) {
      const before = hashes
      range = appendLeaf(range, leaf, undefined, counting)
      most = Math.max(most, hashes - before)
    }

    expect(hashes).toBe(1_000 - range.nodes.length)
    expect(most).toBe(9)
  })

  test('appending leaves the older range as it was', () => {
    const three = tree.ranges[3] ?? emptyRange()
    const before = three.nodes.map(toHex)
    appendLeaf(three, hashLeaf(Uint8Array.of(99)))

    expect(three.size).toBe(3)
    expect(three.nodes.map(toHex)).toEqual(before)
  })

  test('a range read back from the nodes goes on like the one that was kept', () => {
    for (let size = 0; size < SIZE_MAX; size++) {
      const reopened = rangeFromNodes(size, tree.getNode)
      const next = appendLeaf(reopened, hashLeaf(leaves[size] ?? new Uint8Array()))

      expect(toHex(rangeRoot(next))).toBe(toHex(tree.roots[size + 1] ?? new Uint8Array()))
    }
  })

  test('a leaf beyond 2^31 completes its subtrees, named by their true index', () => {
    const completed: NodeId[] = []
    const range = rangeFromNodes(2 ** 40 - 1, uniformNode)
    appendLeaf(range, hashLeaf(new Uint8Array()), (id) => completed.push(id))

    expect(completed).toEqual(
      Array.from({ length: 41 }, (_, level) => ({ level, index: 2 ** (40 - level) - 1 })),
    )
  })

  test('the last leaf that a safe integer can count is appended, and no other after it', () => {
    const full = rangeFromNodes(LARGEST - 1, uniformNode)
    const last = appendLeaf(full, hashLeaf(new Uint8Array()))

    expect(last.size).toBe(LARGEST)
    expect(toHex(rangeRoot(last))).toBe(toHex(rootFromNodes(LARGEST, uniformNode)))
    expect(() => appendLeaf(last, hashLeaf(new Uint8Array()))).toThrow(TypeError)
  })
})

describe('sizes up to 2^53-1', () => {
  const size = fc.oneof(
    fc.maxSafeNat().map((n) => Math.max(1, n)),
    fc.integer({ min: 1, max: 53 }).map((bits) => 2 ** bits - 1),
    fc.integer({ min: 30, max: 52 }).map((bits) => 2 ** bits + 1),
  )
  const runs = { numRuns: process.env['SLOW'] === '1' ? 20_000 : 300 }

  test('the subtrees of a tree cover its leaves once, in order, largest first', () => {
    fc.assert(
      fc.property(size, (n) => {
        expect(coverOf(subtreeNodes(n))).toEqual([0n, BigInt(n)])
        const levels = subtreeNodes(n).map((id) => id.level)
        expect(levels).toEqual([...new Set(levels)].sort((a, b) => b - a))
      }),
      runs,
    )
  })

  test('an inclusion proof and its leaf cover the tree once', () => {
    fc.assert(
      fc.property(size, fc.maxSafeNat(), (n, seed) => {
        const index = seed % n
        let covered: Span = [BigInt(index), BigInt(index) + 1n]
        for (const ids of inclusionNodes(index, n)) covered = joined(covered, coverOf(ids))

        expect(covered).toEqual([0n, BigInt(n)])
      }),
      runs,
    )
  })

  test('a consistency proof covers the newer tree once, with the older tree ending at a seam', () => {
    fc.assert(
      fc.property(size, fc.maxSafeNat(), (n, seed) => {
        const size1 = 1 + (seed % n)
        const spans = consistencyNodes(size1, n).map(coverOf)
        const older: Span = [0n, BigInt(size1)]
        // A proof leaves out the hash of the whole older tree where it is one of the nodes.
        const known = size1 === n || subtreeNodes(size1).length === 1
        const whole = (known ? [older, ...spans] : spans).reduce(joined)

        expect(whole).toEqual([0n, BigInt(n)])
        for (const [begin, end] of spans) expect(end <= older[1] || begin >= older[1]).toBe(true)
      }),
      runs,
    )
  })

  test('a proof has at most 53 hashes', () => {
    expect(inclusionNodes(0, LARGEST)).toHaveLength(53)
    expect(inclusionNodes(LARGEST - 1, LARGEST)).toHaveLength(52)
    expect(consistencyNodes(1, LARGEST)).toHaveLength(53)
  })
})

describe('impossible numbers are refused as PROOF_INDEX_RANGE', () => {
  const odd = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]

  test('an index that is not below the size', () => {
    expect(() => inclusionNodes(0, 0)).toThrow(outOfRange)
    expect(() => inclusionNodes(7, 7)).toThrow(outOfRange)
    expect(() => buildInclusionProof(8, 7, tree.getNode)).toThrow(outOfRange)
  })

  test('an older size of 0 or above the newer one', () => {
    expect(() => consistencyNodes(0, 7)).toThrow(outOfRange)
    expect(() => buildConsistencyProof(8, 7, tree.getNode)).toThrow(outOfRange)
  })

  test.each(odd)('%d as an index or as a size', (n) => {
    expect(() => inclusionNodes(n, LARGEST)).toThrow(outOfRange)
    expect(() => inclusionNodes(0, n)).toThrow(outOfRange)
    expect(() => consistencyNodes(n, LARGEST)).toThrow(outOfRange)
    expect(() => consistencyNodes(1, n)).toThrow(outOfRange)
    expect(() => subtreeNodes(n)).toThrow(outOfRange)
    expect(() => rootFromNodes(n, tree.getNode)).toThrow(outOfRange)
  })
})

type Span = readonly [bigint, bigint]

/** The leaves under adjacent nodes, counted in bigint; fails where they are not adjacent. */
function coverOf(ids: readonly NodeId[]): Span {
  return ids
    .map(({ index, level }): Span => {
      const width = 2n ** BigInt(level)
      return [BigInt(index) * width, (BigInt(index) + 1n) * width]
    })
    .reduce(joined)
}

function joined(a: Span, b: Span): Span {
  if (a[1] === b[0]) return [a[0], b[1]]
  if (b[1] === a[0]) return [b[0], a[1]]
  throw new RangeError('not adjacent')
}

/** Every subtree of the draft: begin is a multiple of the least power of two not below its width. */
function subtrees(): readonly (readonly [number, number])[] {
  const all: (readonly [number, number])[] = []
  for (let end = 1; end <= SIZE_MAX; end++) {
    for (let begin = 0; begin < end; begin++) {
      let unit = 1
      while (unit < end - begin) unit *= 2
      if (begin % unit === 0) all.push([begin, end])
    }
  }
  return all
}

/** The same node in a tree whose leaf 0 is leaf `begin`. */
function moved(id: NodeId, begin: number): NodeId {
  return { level: id.level, index: id.index + begin / 2 ** id.level }
}

/** Nodes of a tree of any size whose leaves are all empty: one hash for each level. */
function uniformNode(id: NodeId): NodeHash {
  let hash: NodeHash = hashLeaf(new Uint8Array())
  for (let level = 0; level < id.level; level++) hash = hashChildren(hash, hash)
  return hash
}
