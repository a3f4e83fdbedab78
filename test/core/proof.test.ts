/** Verification of proofs: probes by attack, every mutation of small trees. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../ledger/core/bytes.js'
import { LedgerError } from '../../ledger/core/errors.js'
import {
  emptyRoot,
  hashChildren,
  hashLeaf,
  type LeafHash,
  type NodeHash,
  parseNodeHash,
  parseRootHash,
  portableSha256,
  type RootHash,
} from '../../ledger/core/hash.js'
import {
  buildConsistencyProof,
  buildInclusionProof,
  type NodeId,
  rootFromNodes,
} from '../../ledger/core/merkle.js'
import {
  rootFromInclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../ledger/core/proof.js'
import { nodeCrypto } from '../../ledger/crypto/native.js'
import { byteLeaves, growTree } from '../reference/grown-tree.js'
import { referenceTree, type Step } from '../reference/merkle.js'

const SIZE_MAX = 130
/** Larger ones are sampled in proof-exhaustive.test.ts. */
const MUTATED_SIZE_MAX = 64
/** Each proof of a size to this one is also tried in every other place to this size. */
const CROSSED_SIZE_MAX = process.env['SLOW'] === '1' ? MUTATED_SIZE_MAX : 20
/** Seconds of work, and perhaps a busy machine. */
const PATIENT = { timeout: 120_000 }
const LARGEST = Number.MAX_SAFE_INTEGER
/** Native, because there are hundreds of thousands of proofs; the probes use the portable one. */
const { sha256: sha } = nodeCrypto()
const leaves = byteLeaves(SIZE_MAX)
const leafHashes = leaves.map((leaf) => hashLeaf(leaf))
const tree = growTree(leaves)
const reference = referenceTree(leaves)
const STRANGER = parseNodeHash(portableSha256(Uint8Array.of(1, 2, 3)))

describe('probes', () => {
  type Probe<T> = { readonly description: string; readonly input: T; readonly expect: string }
  type Inclusion = { leaf: string; index: number; size: number; path: string[]; root: string }
  type Consistency = { size1: number; size2: number; path: string[]; root1: string; root2: string }

  test.each(probes<Probe<Inclusion>>('inclusion'))('inclusion: %s', (_, probe) => {
    const { index, leaf, path, root, size } = probe.input
    const outcome = outcomeOf(() =>
      verifyInclusion(hashLeaf(fromHex(leaf)), index, size, parsePath(path), parseRoot(root)),
    )

    expect(outcome, probe.description).toBe(probe.expect)
  })

  test.each(probes<Probe<Consistency>>('consistency'))('consistency: %s', (_, probe) => {
    const { path, root1, root2, size1, size2 } = probe.input
    const outcome = outcomeOf(() =>
      verifyConsistency(size1, size2, parsePath(path), parseRoot(root1), parseRoot(root2)),
    )

    expect(outcome, probe.description).toBe(probe.expect)
  })
})

describe(`every mutation of every proof to size ${MUTATED_SIZE_MAX} is refused`, PATIENT, () => {
  // Hundreds of thousands of refusals: collecting a stack for each would be most of the time.
  const stackTraceLimit = Error.stackTraceLimit
  beforeAll(() => {
    Error.stackTraceLimit = 0
  })
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit
  })

  test('inclusion: a hash dropped, added, swapped or flipped, another leaf or root', () => {
    const accepted: string[] = []
    for (let size = 1; size <= MUTATED_SIZE_MAX; size++) {
      for (let index = 0; index < size; index++) {
        const path = buildInclusionProof(index, size, tree.getNode)
        const leaf = leafAt(index)
        const root = rootAt(size)
        const check = (name: string, claim: Partial<InclusionClaim>) => {
          const all = { leaf, index, size, path, root, ...claim }
          if (isIncluded(all)) accepted.push(`${index} of ${size}: ${name}`)
        }
        const bytes = flippedBytes(size)
        for (const [name, other] of mutatedPaths(path, bytes)) check(name, { path: other })
        for (const [name, other] of flips(leaf, bytes)) {
          check(`leaf ${name}`, { leaf: other as LeafHash })
        }
        for (const [name, other] of flips(root, bytes)) {
          check(`root ${name}`, { root: parseRootHash(other) })
        }
        check('root empty', { root: emptyRoot() })
      }
    }

    expect(accepted).toEqual([])
  })

  test('inclusion: any other index of the same tree', () => {
    const accepted: string[] = []
    for (const { index, path, size } of smallInclusions()) {
      for (let other = 0; other <= size; other++) {
        const claim = { leaf: leafAt(index), index: other, size, path, root: rootAt(size) }
        if (other !== index && isIncluded(claim)) accepted.push(`${index} as ${other} of ${size}`)
      }
    }

    expect(accepted).toEqual([])
  })

  test('inclusion: any other size with the root of that size', () => {
    const accepted: string[] = []
    for (const { index, path, size } of smallInclusions()) {
      for (let other = 1; other <= MUTATED_SIZE_MAX + 1; other++) {
        const claim = { leaf: leafAt(index), index, size: other, path, root: rootAt(other) }
        if (other !== size && isIncluded(claim)) accepted.push(`${index} of ${size} as ${other}`)
      }
    }

    expect(accepted).toEqual([])
  })

  test('inclusion: another place with the true root, except where the path has the same form', () => {
    const wrong: string[] = []
    const places = smallInclusions().filter(({ size }) => size <= CROSSED_SIZE_MAX)
    const formOf = new Map(
      places.map((place) => [place, sidesOf(reference.path(place.index, 0, place.size))]),
    )
    for (const place of places) {
      const { index, path, size } = place
      for (const other of places) {
        const claim = { leaf: leafAt(index), index: other.index, size: other.size, path }
        const same = formOf.get(place) === formOf.get(other)
        if (isIncluded({ ...claim, root: rootAt(size) }) !== same) {
          wrong.push(`${index} of ${size} as ${other.index} of ${other.size}`)
        }
      }
    }

    expect(wrong).toEqual([])
  })

  test('consistency: a hash dropped, added, swapped or flipped, another root', () => {
    const accepted: string[] = []
    for (const { path, size1, size2 } of smallConsistencies()) {
      const root1 = rootAt(size1)
      const root2 = rootAt(size2)
      const check = (name: string, claim: Partial<ConsistencyClaim>) => {
        const all = { size1, size2, path, root1, root2, ...claim }
        if (isConsistent(all)) accepted.push(`${size1} to ${size2}: ${name}`)
      }
      const bytes = flippedBytes(size2)
      for (const [name, other] of mutatedPaths(path, bytes)) check(name, { path: other })
      for (const [name, other] of flips(root1, bytes)) {
        check(`older ${name}`, { root1: parseRootHash(other) })
      }
      for (const [name, other] of flips(root2, bytes)) {
        check(`newer ${name}`, { root2: parseRootHash(other) })
      }
      if (size1 !== size2) check('roots swapped', { root1: root2, root2: root1 })
    }

    expect(accepted).toEqual([])
  })

  test('consistency: another older or newer size with the root of that size', () => {
    const accepted: string[] = []
    for (const { path, size1, size2 } of smallConsistencies()) {
      for (let other = 0; other <= MUTATED_SIZE_MAX + 1; other++) {
        const older = { size1: other, size2, path, root1: rootAt(other), root2: rootAt(size2) }
        const newer = { size1, size2: other, path, root1: rootAt(size1), root2: rootAt(other) }
        // The empty proof of equal sizes is rightly the proof from size 0 too.
        const isFree = path.length === 0 && other === 0
        if (other !== size1 && isConsistent(older) !== isFree) accepted.push(nameOf(older))
        if (other !== size2 && isConsistent(newer)) accepted.push(nameOf(newer))
      }
    }

    expect(accepted).toEqual([])
  })

  test('consistency: any other two sizes with the roots of those sizes', () => {
    const accepted: string[] = []
    const pairs = smallConsistencies().filter(({ size1, size2 }) => size1 < size2)
    const crossed = pairs.filter(({ size2 }) => size2 <= CROSSED_SIZE_MAX)
    for (const { path, size1, size2 } of crossed) {
      for (const other of crossed) {
        if (other.size1 === size1 && other.size2 === size2) continue
        const sizes = { size1: other.size1, size2: other.size2 }
        const roots = { root1: rootAt(other.size1), root2: rootAt(other.size2) }
        if (isConsistent({ ...sizes, ...roots, path })) accepted.push(nameOf(other))
      }
    }

    expect(accepted).toEqual([])
  })
})

describe('what a proof does not say', () => {
  test('leaf 0 of 3 and leaf 0 of 4 have paths of one form: the size is the checkpoint’s word', () => {
    const path = buildInclusionProof(0, 3, tree.getNode)

    expect(toHex(rootFromInclusionProof(leafAt(0), 0, 4, path))).toBe(toHex(rootAt(3)))
    expect(outcomeOf(() => verifyInclusion(leafAt(0), 0, 4, path, rootAt(4)))).toBe(
      'PROOF_ROOT_MISMATCH',
    )
  })
})

describe('refusals say what is wrong', () => {
  test('a wrong length is told with the right one, before anything is hashed', () => {
    const path = [...buildInclusionProof(5, 7, tree.getNode), STRANGER]
    const never = () => {
      throw new TypeError('hashed')
    }

    expect(() => verifyInclusion(leafAt(5), 5, 7, path, rootAt(7), never)).toThrow(
      expect.objectContaining({
        code: 'PROOF_LENGTH',
        details: { index: 5, size: 7, expected: 3, received: 4 },
      }),
    )
    expect(() => verifyConsistency(4, 7, path, rootAt(4), rootAt(7), never)).toThrow(
      expect.objectContaining({
        code: 'PROOF_LENGTH',
        details: { size1: 4, size2: 7, expected: 1, received: 4 },
      }),
    )
  })

  test('a consistency mismatch names the tree that does not fit, older first', () => {
    const path = buildConsistencyProof(3, 7, tree.getNode)
    const older = expect.objectContaining({ details: { size1: 3, size2: 7, tree: 'older' } })
    const newer = expect.objectContaining({ details: { size1: 3, size2: 7, tree: 'newer' } })

    expect(() => verifyConsistency(3, 7, path, rootAt(2), rootAt(6))).toThrow(older)
    expect(() => verifyConsistency(3, 7, path, rootAt(3), rootAt(6))).toThrow(newer)
  })
})

describe('sizes up to 2^53-1', () => {
  const runs = { numRuns: process.env['SLOW'] === '1' ? 5_000 : 100 }
  const uniform = uniformNodes()
  const size = fc.oneof(
    fc.maxSafeNat().map((n) => Math.max(1, n)),
    fc.integer({ min: 30, max: 53 }).map((bits) => 2 ** bits - 1),
    fc.integer({ min: 30, max: 52 }).map((bits) => 2 ** bits + 1),
  )

  test('inclusion proofs are accepted, and refused with a hash less', () => {
    fc.assert(
      fc.property(size, fc.maxSafeNat(), (n, seed) => {
        const index = seed % n
        const path = buildInclusionProof(index, n, uniform)
        const leaf = hashLeaf(new Uint8Array())
        const root = rootFromNodes(n, uniform)

        expect(outcomeOf(() => verifyInclusion(leaf, index, n, path, root))).toBe('OK')
        expect(outcomeOf(() => verifyInclusion(leaf, index, n, path.slice(1), root))).toBe(
          n === 1 ? 'OK' : 'PROOF_LENGTH',
        )
      }),
      runs,
    )
  })

  test('consistency proofs are accepted, and refused with a hash more', () => {
    fc.assert(
      fc.property(size, fc.maxSafeNat(), (n, seed) => {
        const size1 = 1 + (seed % n)
        const path = buildConsistencyProof(size1, n, uniform)
        const roots = [rootFromNodes(size1, uniform), rootFromNodes(n, uniform)] as const
        const longer = [...path, STRANGER]

        expect(outcomeOf(() => verifyConsistency(size1, n, path, ...roots))).toBe('OK')
        expect(outcomeOf(() => verifyConsistency(size1, n, longer, ...roots))).toBe('PROOF_LENGTH')
      }),
      runs,
    )
  })

  test('the last leaf of the largest tree', () => {
    const path = buildInclusionProof(LARGEST - 1, LARGEST, uniform)
    const root = rootFromNodes(LARGEST, uniform)
    const leaf = hashLeaf(new Uint8Array())

    expect(outcomeOf(() => verifyInclusion(leaf, LARGEST - 1, LARGEST, path, root))).toBe('OK')
    expect(outcomeOf(() => verifyInclusion(leaf, LARGEST, LARGEST, path, root))).toBe(
      'PROOF_INDEX_RANGE',
    )
  })
})

const SHARED = new URL(
  '../../../shared/vectors/rfc6962-reference-transcribed/reference.json',
  import.meta.url,
)
describe('the transcribed constants of transparency-dev/merkle', () => {
  test.skipIf(!existsSync(SHARED))('hashes, roots and proofs (skipped: no shared data)', () => {
    type Shared = {
      readonly leaf_inputs_hex: readonly string[]
      readonly root_hash_by_size: readonly string[]
      readonly node_hashes_by_level: readonly (readonly string[])[]
    }
    const shared = JSON.parse(readFileSync(SHARED, 'utf8')) as Shared
    const inputs = shared.leaf_inputs_hex.map((text) => fromHex(text))
    const grown = growTree(inputs)
    const levels = shared.node_hashes_by_level.map((row, level) =>
      row.map((_, index) => toHex(grown.getNode({ level, index }))),
    )

    expect(inputs).toHaveLength(8)
    expect(grown.roots.map(toHex)).toEqual(shared.root_hash_by_size)
    expect(levels).toEqual(shared.node_hashes_by_level)
    for (let size = 1; size <= 8; size++) {
      const root = parseRoot(shared.root_hash_by_size[size] ?? '')
      inputs.slice(0, size).forEach((input, index) => {
        verifyInclusion(
          hashLeaf(input),
          index,
          size,
          buildInclusionProof(index, size, grown.getNode),
          root,
        )
      })
      for (let size1 = 1; size1 <= size; size1++) {
        const root1 = parseRoot(shared.root_hash_by_size[size1] ?? '')
        const path = buildConsistencyProof(size1, size, grown.getNode)
        verifyConsistency(size1, size, path, root1, root)
      }
    }
  })
})

type InclusionClaim = {
  readonly leaf: LeafHash
  readonly index: number
  readonly size: number
  readonly path: readonly NodeHash[]
  readonly root: RootHash
}
type ConsistencyClaim = {
  readonly size1: number
  readonly size2: number
  readonly path: readonly NodeHash[]
  readonly root1: RootHash
  readonly root2: RootHash
}

function isIncluded({ index, leaf, path, root, size }: InclusionClaim): boolean {
  return outcomeOf(() => verifyInclusion(leaf, index, size, path, root, sha)) === 'OK'
}

function isConsistent({ path, root1, root2, size1, size2 }: ConsistencyClaim): boolean {
  return outcomeOf(() => verifyConsistency(size1, size2, path, root1, root2, sha)) === 'OK'
}

/** 'OK' or the code of the refusal; anything else that is thrown is a broken test. */
function outcomeOf(work: () => void): string {
  try {
    work()
    return 'OK'
  } catch (error) {
    if (error instanceof LedgerError) return error.code
    throw error
  }
}

function smallInclusions() {
  const all: { index: number; size: number; path: readonly NodeHash[] }[] = []
  for (let size = 1; size <= MUTATED_SIZE_MAX; size++) {
    for (let index = 0; index < size; index++) {
      all.push({ index, size, path: buildInclusionProof(index, size, tree.getNode) })
    }
  }
  return all
}

function smallConsistencies() {
  const all: { size1: number; size2: number; path: readonly NodeHash[] }[] = []
  for (let size2 = 1; size2 <= MUTATED_SIZE_MAX; size2++) {
    for (let size1 = 1; size1 <= size2; size1++) {
      all.push({ size1, size2, path: buildConsistencyProof(size1, size2, tree.getNode) })
    }
  }
  return all
}

/** Every hash dropped, repeated, preceded by a stranger, swapped with each other, flipped. */
function mutatedPaths(
  path: readonly NodeHash[],
  bytes: readonly number[],
): readonly (readonly [string, NodeHash[]])[] {
  const all: [string, NodeHash[]][] = []
  for (let cut = 0; cut < path.length; cut++) all.push([`cut to ${cut}`, path.slice(0, cut)])
  for (let i = 0; i <= path.length; i++) {
    all.push([`stranger at ${i}`, [...path.slice(0, i), STRANGER, ...path.slice(i)]])
  }
  path.forEach((hash, i) => {
    all.push([`${i} dropped`, [...path.slice(0, i), ...path.slice(i + 1)]])
    all.push([`${i} repeated`, [...path.slice(0, i), hash, ...path.slice(i)]])
    for (const [name, other] of flips(hash, bytes)) all.push([`${i} ${name}`, path.with(i, other)])
    path.slice(0, i).forEach((earlier, j) => {
      all.push([`${j} and ${i} swapped`, path.with(i, earlier).with(j, hash)])
    })
  })
  return all
}

/** The hash with one bit flipped: another bit in each of the bytes named. */
function flips(
  hash: Uint8Array,
  places: readonly number[],
): readonly (readonly [string, NodeHash])[] {
  return places.map((place) => {
    const flipped = parseNodeHash(hash)
    // biome-ignore lint/suspicious/noBitwiseOperators: a bit of a byte
    flipped[place] = (hash[place] ?? 0) ^ (2 ** (place % 8))
    return [`byte ${place} flipped`, flipped] as const
  })
}

/** Every byte in small trees; first, last and two others in larger ones, unless there is time. */
function flippedBytes(size: number): readonly number[] {
  return size <= 12 || process.env['SLOW'] === '1' ? [...Array(32).keys()] : [0, 9, 22, 31]
}

function nameOf({ size1, size2 }: { readonly size1: number; readonly size2: number }): string {
  return `as ${size1} to ${size2}`
}

function sidesOf(steps: readonly Step[]): string {
  return steps.map((step) => step.side).join()
}

function leafAt(index: number): LeafHash {
  return leafHashes[index] ?? hashLeaf(new Uint8Array())
}

function rootAt(size: number): RootHash {
  return tree.roots[size] ?? emptyRoot()
}

function parsePath(path: readonly string[]): readonly NodeHash[] {
  return path.map((text) => parseNodeHash(fromHex(text)))
}

function parseRoot(text: string): RootHash {
  return parseRootHash(fromHex(text))
}

/** Name and content of each vector file of one folder. */
function probes<T>(folder: 'inclusion' | 'consistency'): readonly (readonly [string, T])[] {
  const place = new URL(`../vectors/rfc6962/${folder}/`, import.meta.url)
  return readdirSync(place)
    .sort()
    .map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(new URL(file, place), 'utf8')) as T,
    ])
}

/** Nodes of a tree of any size whose leaves are all empty: one hash for each level. */
function uniformNodes(): (id: NodeId) => NodeHash {
  const levels: NodeHash[] = [hashLeaf(new Uint8Array())]
  return ({ level }) => {
    for (let last = levels.at(-1); levels.length <= level && last !== undefined; ) {
      last = hashChildren(last, last)
      levels.push(last)
    }
    return levels[level] ?? STRANGER
  }
}
