/**
 * The shape of the RFC 6962 tree: which nodes make a root or a proof, and how a tree grows.
 *
 * Plans are made of numbers only; whoever has the hashes (a store, tiles, a map) hands in a reader.
 * Only perfect subtrees are named, because only they never change once they are complete; the
 * ragged right edge is folded from them. Verification is elsewhere (proof.ts) and shares no code
 * with this file, so that a mistake here cannot hide there.
 *
 * Sizes and indices are safe integers (0 to 2^53-1). They pass 2^31, so there are no bit operators.
 */
import { invariant, LedgerError } from './errors.js'
import {
  emptyRoot,
  hashChildren,
  type LeafHash,
  type NodeHash,
  portableSha256,
  type RootHash,
  rootFromNode,
  type Sha256,
} from './hash.js'

/** A perfect subtree: the leaves from index*2^level up to, not including, (index+1)*2^level. */
export type NodeId = { readonly level: number; readonly index: number }

/** Reads the hash of a perfect subtree that exists at the tree size in question. */
export type NodeReader = (id: NodeId) => NodeHash

/**
 * How to make the hashes of a proof, in proof order. Each step lists the perfect subtrees of one
 * proof hash from left to right; `foldNodes` makes the hash. All but one step have a single node.
 */
export type ProofPlan = readonly (readonly NodeId[])[]

/**
 * The tree of `size` leaves as the hashes of its perfect subtrees, largest (leftmost) first: one
 * for each binary digit 1 of the size. All that appending needs. The stack of RFC 9162 §2.1.2.
 */
export type CompactRange = { readonly size: number; readonly nodes: readonly NodeHash[] }

/** The perfect subtrees that make the tree of `size` leaves, largest first; none for size 0. */
export function subtreeNodes(size: number): readonly NodeId[] {
  checkSize(size)
  return coverRange(0, size)
}

/**
 * Plan of the inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf upwards.
 * PATH of RFC 6962 §2.1.1.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 <= index < size, both safe integers.
 */
export function inclusionNodes(index: number, size: number): ProofPlan {
  checkSize(size)
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { index, size })
  }
  const steps: (readonly NodeId[])[] = []
  let begin = 0
  let end = size
  // From the root down to the leaf; at each fork the half without the leaf belongs to the proof.
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin)
    if (index < middle) {
      steps.push(coverRange(middle, end))
      end = middle
    } else {
      steps.push(coverRange(begin, middle))
      begin = middle
    }
  }
  return steps.reverse()
}

/**
 * Plan of the proof that the tree of `size1` leaves is the beginning of the tree of `size2`.
 * PROOF of RFC 6962 §2.1.2; empty where the sizes are equal.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 < size1 <= size2, both safe integers.
 */
export function consistencyNodes(size1: number, size2: number): ProofPlan {
  checkSize(size2)
  if (!(Number.isSafeInteger(size1) && size1 > 0 && size1 <= size2)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { size1, size2 })
  }
  const steps: (readonly NodeId[])[] = []
  let begin = 0
  let end = size2
  // Follow the right edge of the older tree down to the largest subtree that both trees have whole.
  while (size1 < end) {
    const middle = begin + splitPoint(end - begin)
    if (size1 <= middle) {
      steps.push(coverRange(middle, end))
      end = middle
    } else {
      steps.push(coverRange(begin, middle))
      begin = middle
    }
  }
  // That subtree is left out only where it is the whole older tree: the verifier has its root.
  if (begin > 0) steps.push(coverRange(begin, end))
  return steps.reverse()
}

/** The hash over adjacent perfect subtrees, given from left to right. Requires at least one. */
export function foldNodes(
  ids: readonly NodeId[],
  getNode: NodeReader,
  sha: Sha256 = portableSha256,
): NodeHash {
  return foldHashes(ids.map(getNode), sha)
}

/**
 * Inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf upwards.
 * RFC 6962 §2.1.1.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 <= index < size, both safe integers.
 */
export function buildInclusionProof(
  index: number,
  size: number,
  getNode: NodeReader,
  sha: Sha256 = portableSha256,
): NodeHash[] {
  return inclusionNodes(index, size).map((ids) => foldNodes(ids, getNode, sha))
}

/**
 * Proof that the tree of `size1` leaves is the beginning of the tree of `size2`. RFC 6962 §2.1.2.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 < size1 <= size2, both safe integers.
 */
export function buildConsistencyProof(
  size1: number,
  size2: number,
  getNode: NodeReader,
  sha: Sha256 = portableSha256,
): NodeHash[] {
  return consistencyNodes(size1, size2).map((ids) => foldNodes(ids, getNode, sha))
}

/** Root of the tree of `size` leaves. MTH of RFC 6962 §2.1. */
export function rootFromNodes(
  size: number,
  getNode: NodeReader,
  sha: Sha256 = portableSha256,
): RootHash {
  return rangeRoot(rangeFromNodes(size, getNode), sha)
}

/** The range of no leaves. */
export function emptyRange(): CompactRange {
  return { size: 0, nodes: [] }
}

/** The range of the first `size` leaves, read from a store: what a writer needs to go on. */
export function rangeFromNodes(size: number, getNode: NodeReader): CompactRange {
  return { size, nodes: subtreeNodes(size).map(getNode) }
}

/**
 * The range with one more leaf. Hashes once per leaf on average, log2(size) times at most.
 *
 * `onNode` hears of the new leaf and then of each perfect subtree that it completes, upwards: every
 * node of the tree is reported exactly once, when its hash has become final.
 */
export function appendLeaf(
  range: CompactRange,
  leaf: LeafHash,
  onNode?: (id: NodeId, hash: NodeHash) => void,
  sha: Sha256 = portableSha256,
): CompactRange {
  invariant(Number.isSafeInteger(range.size + 1), 'a tree has at most 2^53-1 leaves')
  const nodes = range.nodes.slice()
  let hash: NodeHash = leaf
  let level = 0
  let index = range.size
  onNode?.({ level, index }, hash)
  // A right child completes its parent; the left sibling is the last, smallest subtree kept.
  while (index % 2 === 1) {
    const left = nodes.pop()
    invariant(left !== undefined, 'a compact range has one node for each digit 1 of its size')
    hash = hashChildren(left, hash, sha)
    level += 1
    index = (index - 1) / 2
    onNode?.({ level, index }, hash)
  }
  nodes.push(hash)
  return { size: range.size + 1, nodes }
}

/** Root of the tree that a range stands for. MTH of RFC 6962 §2.1. */
export function rangeRoot(range: CompactRange, sha: Sha256 = portableSha256): RootHash {
  return range.size === 0 ? emptyRoot() : rootFromNode(foldHashes(range.nodes, sha))
}

/** Smaller subtrees hang below larger ones on the right edge, so folding begins at the right. */
function foldHashes(hashes: readonly NodeHash[], sha: Sha256): NodeHash {
  let folded = hashes.at(-1)
  invariant(folded !== undefined, 'there is something to fold')
  for (const left of hashes.slice(0, -1).reverse()) folded = hashChildren(left, folded, sha)
  return folded
}

/**
 * The perfect subtrees that cover the leaves from `begin` up to `end`, largest first.
 * Requires `begin` to be a multiple of the smallest power of two that is not below end - begin.
 */
function coverRange(begin: number, end: number): readonly NodeId[] {
  const ids: NodeId[] = []
  let level = 0
  let width = 1
  while (width * 2 <= end - begin) {
    width *= 2
    level += 1
  }
  for (let next = begin; next < end; level -= 1, width /= 2) {
    if (width > end - next) continue
    ids.push({ level, index: next / width })
    next += width
  }
  return ids
}

/** The largest power of two below `count`: the left half of a tree. Requires count > 1. */
function splitPoint(count: number): number {
  let width = 1
  while (width * 2 < count) width *= 2
  return width
}

function checkSize(size: number): void {
  if (!(Number.isSafeInteger(size) && size >= 0)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { size })
  }
}
