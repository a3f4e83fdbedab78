/**
 * Proofs of all small trees against a naive reference: inclusion of every leaf of every size, consistency
 * of every pair of sizes; and mutations of larger ones, sampled. Every mutation of the small ones is in
 * proof.test.ts.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LedgerError } from '../../ledger/core/errors.js'
import {
  emptyRoot,
  hashLeaf,
  type LeafHash,
  type NodeHash,
  parseNodeHash,
  type RootHash,
} from '../../ledger/core/hash.js'
import { buildConsistencyProof, buildInclusionProof } from '../../ledger/core/merkle.js'
import { verifyConsistency, verifyInclusion } from '../../ledger/core/proof.js'
import { nodeCrypto } from '../../ledger/crypto/native.js'
import { growTree } from '../reference/grown-tree.js'
import { referenceTree, type Step } from '../reference/merkle.js'

const INCLUSION_SIZE_MAX = 512
const CONSISTENCY_SIZE_MAX = 256
/** Smallest size above what proof.test.ts mutates exhaustively. */
const SAMPLED_SIZE_MIN = 65
const RUNS = process.env['SLOW'] === '1' ? 20_000 : 400
/** Some seconds of work, and perhaps a busy machine. */
const PATIENT = { timeout: 120_000 }
const { sha256: sha } = nodeCrypto()

const leaves = Array.from({ length: INCLUSION_SIZE_MAX }, (_, at) =>
  Uint8Array.of(at % 256, Math.floor(at / 256)),
)
const leafHashes = leaves.map((leaf) => hashLeaf(leaf, sha))
const tree = growTree(leaves)
const reference = referenceTree(leaves)

function leafAt(index: number): LeafHash {
  return leafHashes[index] ?? hashLeaf(new Uint8Array(), sha)
}

function rootAt(size: number): RootHash {
  return tree.roots[size] ?? emptyRoot()
}

function isSame(path: readonly Uint8Array[], steps: readonly Step[]): boolean {
  return (
    path.length === steps.length &&
    path.every((hash, at) => Buffer.compare(hash, steps[at]?.hash ?? new Uint8Array()) === 0)
  )
}

function isAccepted(verify: () => void): boolean {
  try {
    verify()
    return true
  } catch (error) {
    if (error instanceof LedgerError) return false
    throw error
  }
}

test(`inclusion of every leaf of every size to ${INCLUSION_SIZE_MAX}`, PATIENT, () => {
  const wrong: string[] = []
  let proofs = 0
  for (let size = 1; size <= INCLUSION_SIZE_MAX; size++) {
    for (let index = 0; index < size; index++) {
      const path = buildInclusionProof(index, size, tree.getNode, sha)
      const accepted = isAccepted(() =>
        verifyInclusion(leafAt(index), index, size, path, rootAt(size), sha),
      )
      if (!accepted || !isSame(path, reference.path(index, 0, size)))
        wrong.push(`${index} of ${size}`)
      proofs += 1
    }
  }

  expect(wrong).toEqual([])
  expect(proofs).toBe(131_328)
})

test(`consistency of every pair of sizes to ${CONSISTENCY_SIZE_MAX}`, PATIENT, () => {
  const wrong: string[] = []
  let proofs = 0
  for (let size2 = 0; size2 <= CONSISTENCY_SIZE_MAX; size2++) {
    for (let size1 = 0; size1 <= size2; size1++) {
      const path = size1 === 0 ? [] : buildConsistencyProof(size1, size2, tree.getNode, sha)
      const accepted = isAccepted(() =>
        verifyConsistency(size1, size2, path, rootAt(size1), rootAt(size2), sha),
      )
      const expected = size1 === 0 ? [] : reference.proof(size1, size2)
      if (!accepted || !isSame(path, expected)) wrong.push(`${size1} to ${size2}`)
      proofs += 1
    }
  }

  expect(wrong).toEqual([])
  expect(proofs).toBe(33_153)
})

test('roots of all sizes are those of the reference', () => {
  for (let size = 0; size <= INCLUSION_SIZE_MAX; size++)
    expect(Buffer.compare(rootAt(size), reference.hash(0, size))).toBe(0)
})

describe(`mutations of proofs of sizes ${SAMPLED_SIZE_MIN} to ${INCLUSION_SIZE_MAX}, sampled`, () => {
  type Mutation = (path: readonly NodeHash[], place: number, bit: number) => readonly NodeHash[]
  const stranger = parseNodeHash(sha(Uint8Array.of(1, 2, 3)))
  const flipped = (hash: NodeHash, bit: number): NodeHash => {
    const copy = parseNodeHash(hash)
    // biome-ignore lint/suspicious/noBitwiseOperators: a bit of a byte
    copy[Math.floor(bit / 8)] = (copy[Math.floor(bit / 8)] ?? 0) ^ (2 ** (bit % 8))
    return copy
  }
  const MUTATIONS: Readonly<Record<string, Mutation>> = {
    drop: (path, place) => path.filter((_, at) => at !== place),
    add: (path, place) => [...path.slice(0, place), stranger, ...path.slice(place)],
    repeat: (path, place) => [...path.slice(0, place + 1), ...path.slice(place)],
    truncate: (path, place) => path.slice(0, place),
    flip: (path, place, bit) => path.map((hash, at) => (at === place ? flipped(hash, bit) : hash)),
    swap: (path, place) => {
      const other = (place + 1) % path.length
      return path.map((hash, at) => path[at === place ? other : at === other ? place : at] ?? hash)
    },
  }
  const size = fc.integer({ min: SAMPLED_SIZE_MIN, max: INCLUSION_SIZE_MAX })
  const bit = fc.integer({ min: 0, max: 255 })
  const runs = { numRuns: RUNS }

  test.each(Object.entries(MUTATIONS))('inclusion: %s', (name, mutate) => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), bit, (n, seed, where, flip) => {
        const index = seed % n
        const path = buildInclusionProof(index, n, tree.getNode, sha)
        fc.pre(name !== 'swap' || path.length > 1)
        const other = mutate(path, where % path.length, flip)
        const verify = (sent: readonly NodeHash[]) => () =>
          verifyInclusion(leafAt(index), index, n, sent, rootAt(n), sha)

        expect(isAccepted(verify(path))).toBe(true)
        expect(isAccepted(verify(other))).toBe(false)
      }),
      runs,
    )
  })

  test.each(Object.entries(MUTATIONS))('consistency: %s', (name, mutate) => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), bit, (n, seed, where, flip) => {
        const first = 1 + (seed % (n - 1))
        const path = buildConsistencyProof(first, n, tree.getNode, sha)
        fc.pre(name !== 'swap' || path.length > 1)
        const other = mutate(path, where % path.length, flip)
        const verify = (sent: readonly NodeHash[]) => () =>
          verifyConsistency(first, n, sent, rootAt(first), rootAt(n), sha)

        expect(isAccepted(verify(path))).toBe(true)
        expect(isAccepted(verify(other))).toBe(false)
      }),
      runs,
    )
  })

  test('another index, another size with its root, another leaf', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), fc.nat(), (n, otherSize, seed, otherSeed) => {
        const [index, otherIndex] = [seed % n, otherSeed % n]
        const path = buildInclusionProof(index, n, tree.getNode, sha)
        const verify = (leaf: number, at: number, of: number) => () =>
          verifyInclusion(leafAt(leaf), at, of, path, rootAt(of), sha)

        expect(isAccepted(verify(index, otherIndex, n))).toBe(otherIndex === index)
        expect(isAccepted(verify(otherIndex, index, n))).toBe(otherIndex === index)
        expect(isAccepted(verify(index, index, otherSize))).toBe(otherSize === n)
      }),
      runs,
    )
  })

  test('other sizes with their roots', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), fc.nat(), (n, otherNewer, seed, otherSeed) => {
        const [first, otherFirst] = [1 + (seed % (n - 1)), 1 + (otherSeed % (n - 1))]
        const path = buildConsistencyProof(first, n, tree.getNode, sha)
        const verify = (older: number, newer: number) => () =>
          verifyConsistency(older, newer, path, rootAt(older), rootAt(newer), sha)

        expect(isAccepted(verify(otherFirst, n))).toBe(otherFirst === first)
        expect(isAccepted(verify(first, otherNewer))).toBe(otherNewer === n)
      }),
      runs,
    )
  })
})
