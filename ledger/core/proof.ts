/**
 * Verifies Merkle proofs: inclusion (RFC 6962 §2.1.1) and consistency (§2.1.2).
 *
 * A proof is accepted in exactly one length, computed from the numbers before anything is hashed,
 * so nothing can be appended, dropped or padded. Hashes arrive parsed (32 bytes). Building proofs
 * is elsewhere (merkle.ts) and shares no code with this file.
 *
 * A proof ties a leaf to a root, not to a tree size: trees of different sizes can have paths of the
 * same form (leaf 0 of 3 and leaf 0 of 4), so size and root must come from one signed checkpoint.
 */
import { equalBytes } from './bytes.js'
import { LedgerError } from './errors.js'
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

/** On which side of the way up a proof's hash stands. */
type Side = 'left' | 'right'

/**
 * The root of the tree in which `path` leads upwards from leaf `index` of `size`. It proves nothing
 * by itself: compare it with a root that somebody signed together with the same size.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 <= index < size, both safe integers.
 * @throws LedgerError PROOF_LENGTH unless the path has exactly as many hashes as the place needs.
 */
// biome-ignore lint/complexity/useMaxParams: the inputs of RFC 9162 §2.1.3.2, each of its own type
export function rootFromInclusionProof(
  leaf: LeafHash,
  index: number,
  size: number,
  path: readonly NodeHash[],
  sha: Sha256 = portableSha256,
): RootHash {
  if (!(isCount(index) && isCount(size) && index < size)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { index, size })
  }
  const sides = siblingSides(index, size - 1)
  if (path.length !== sides.length) {
    throw new LedgerError('PROOF_LENGTH', {
      index,
      size,
      expected: sides.length,
      received: path.length,
    })
  }
  return rootFromNode(climb(leaf, path, sides, sha))
}

/**
 * Leaf `index` of the tree with `size` leaves and root `root` is `leaf`, or it throws.
 *
 * @throws LedgerError PROOF_ROOT_MISMATCH when the path leads to another root, and everything that
 * `rootFromInclusionProof` throws.
 */
// biome-ignore lint/complexity/useMaxParams: the inputs of RFC 9162 §2.1.3.2, each of its own type
export function verifyInclusion(
  leaf: LeafHash,
  index: number,
  size: number,
  path: readonly NodeHash[],
  root: RootHash,
  sha: Sha256 = portableSha256,
): void {
  if (!equalBytes(rootFromInclusionProof(leaf, index, size, path, sha), root)) {
    throw new LedgerError('PROOF_ROOT_MISMATCH', { index, size })
  }
}

/**
 * The tree (`size1`, `root1`) is the beginning of the tree (`size2`, `root2`), or it throws.
 * From size 0, and between equal sizes, the only proof is the empty one.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 <= size1 <= size2, both safe integers.
 * @throws LedgerError PROOF_LENGTH unless the path has exactly as many hashes as the sizes need.
 * @throws LedgerError PROOF_ROOT_MISMATCH when it leads to another older or newer root.
 */
// biome-ignore lint/complexity/useMaxParams: the inputs of RFC 9162 §2.1.4.2, in its order
export function verifyConsistency(
  size1: number,
  size2: number,
  path: readonly NodeHash[],
  root1: RootHash,
  root2: RootHash,
  sha: Sha256 = portableSha256,
): void {
  if (!(isCount(size1) && isCount(size2) && size1 <= size2)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { size1, size2 })
  }
  const { sides, start } = consistencyForm(size1, size2)
  const siblings = start === 'sent' ? path.slice(1) : path
  const first = start === 'sent' ? path[0] : knownStart(start, root1)
  if (siblings.length !== sides.length || first === undefined) {
    const expected = sides.length + (start === 'sent' ? 1 : 0)
    throw new LedgerError('PROOF_LENGTH', { size1, size2, expected, received: path.length })
  }
  // Of all siblings the older tree has only those on the left.
  const left = siblings.filter((_, i) => sides[i] === 'left')
  const leftSides = sides.filter((side) => side === 'left')
  if (!equalBytes(climb(first, left, leftSides, sha), root1)) mismatch(size1, size2, 'older')
  // Every tree begins with nothing: such a proof cannot say which tree the newer one is.
  if (size1 === 0 && size2 > 0) return
  if (!equalBytes(climb(first, siblings, sides, sha), root2)) mismatch(size1, size2, 'newer')
}

/**
 * The roots to which a consistency proof leads. `path` begins with the hash of the subtree that it
 * climbs from, also where RFC 6962 leaves it out because the verifier has it: who compares two signed
 * roots must not put one of them in. It proves nothing by itself, as rootFromInclusionProof.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 < size1 < size2, both safe integers.
 * @throws LedgerError PROOF_LENGTH unless the path has exactly as many hashes as the sizes need.
 */
export function rootsFromConsistencyProof(
  size1: number,
  size2: number,
  path: readonly NodeHash[],
  sha: Sha256 = portableSha256,
): { readonly older: RootHash; readonly newer: RootHash } {
  if (!(isCount(size1) && isCount(size2) && size1 > 0 && size1 < size2)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { size1, size2 })
  }
  const { sides } = consistencyForm(size1, size2)
  const [first, ...siblings] = path
  if (first === undefined || siblings.length !== sides.length) {
    const expected = sides.length + 1
    throw new LedgerError('PROOF_LENGTH', { size1, size2, expected, received: path.length })
  }
  const left = siblings.filter((_, i) => sides[i] === 'left')
  const leftSides = sides.filter((side) => side === 'left')
  return {
    older: rootFromNode(climb(first, left, leftSides, sha)),
    newer: rootFromNode(climb(first, siblings, sides, sha)),
  }
}

/**
 * The hashes that stand to the left on the way up from leaf `index`, lowest first: they are the
 * largest subtrees of the first `index` leaves.
 *
 * @throws LedgerError PROOF_INDEX_RANGE unless 0 <= index < size, both safe integers.
 * @throws LedgerError PROOF_LENGTH unless the path has exactly as many hashes as the place needs.
 */
export function leftOfInclusionProof(
  index: number,
  size: number,
  path: readonly NodeHash[],
): readonly NodeHash[] {
  if (!(isCount(index) && isCount(size) && index < size)) {
    throw new LedgerError('PROOF_INDEX_RANGE', { index, size })
  }
  const sides = siblingSides(index, size - 1)
  if (path.length !== sides.length) {
    const expected = sides.length
    throw new LedgerError('PROOF_LENGTH', { index, size, expected, received: path.length })
  }
  return path.filter((_, i) => sides[i] === 'left')
}

/** From which hash a consistency proof climbs: the root of nothing, the older root, or its first. */
type Start = 'empty' | 'older' | 'sent'

/**
 * The form of a consistency proof. It climbs from the largest subtree that ends where the older tree
 * ends. Where that is the whole older tree, its hash is root1 and is not sent.
 * Requires 0 <= size1 <= size2.
 */
function consistencyForm(
  size1: number,
  size2: number,
): { readonly start: Start; readonly sides: readonly Side[] } {
  if (size1 === 0) return { start: 'empty', sides: [] }
  if (size1 === size2) return { start: 'older', sides: [] }
  // Up to that subtree every node on the way is a right child, the last of the older tree.
  let index = size1 - 1
  let last = size2 - 1
  while (index % 2 === 1) {
    index = (index - 1) / 2
    last = Math.floor(last / 2)
  }
  return { start: index === 0 ? 'older' : 'sent', sides: siblingSides(index, last) }
}

function knownStart(start: 'empty' | 'older', root1: RootHash): NodeHash {
  return (start === 'empty' ? emptyRoot() : root1) as Uint8Array as NodeHash
}

/**
 * The sides of all siblings on the way up from `index`; `last` is the last index of its level.
 * A last node without a right sibling moves up unchanged: that level adds nothing to the proof.
 */
function siblingSides(index: number, last: number): readonly Side[] {
  const sides: Side[] = []
  let here = index
  let edge = last
  while (edge > 0) {
    if (here % 2 === 1) sides.push('left')
    else if (here < edge) sides.push('right')
    here = Math.floor(here / 2)
    edge = Math.floor(edge / 2)
  }
  return sides
}

/** Hashes upwards from `start`. Requires one side for each hash of the path. */
function climb(
  start: NodeHash,
  path: readonly NodeHash[],
  sides: readonly Side[],
  sha: Sha256,
): NodeHash {
  let hash = start
  path.forEach((sibling, i) => {
    hash = sides[i] === 'left' ? hashChildren(sibling, hash, sha) : hashChildren(hash, sibling, sha)
  })
  return hash
}

function mismatch(size1: number, size2: number, tree: 'older' | 'newer'): never {
  throw new LedgerError('PROOF_ROOT_MISMATCH', { size1, size2, tree })
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0
}
