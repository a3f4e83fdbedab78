/**
 * Merkle tree hashing. RFC 6962 §2.1 with SHA-256.
 *
 * Leaves and nodes are hashed under different prefixes so that neither can be passed off as the
 * other. This file knows nothing about entries; it sees bytes. The brands keep the three kinds of
 * 32 bytes apart: a leaf may stand where a node is expected, never the other way round.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { invariant, LedgerError } from './errors.js'

declare const kind: unique symbol

/** Hash of a leaf under the leaf prefix: 32 bytes. */
export type LeafHash = Uint8Array & { readonly [kind]: 'leaf' }
/** Hash of any perfect or ragged subtree: 32 bytes. A leaf is a node, a node is not a leaf. */
export type NodeHash = Uint8Array & { readonly [kind]: 'leaf' | 'node' }
/** Hash of a whole tree, of one size only: 32 bytes. */
export type RootHash = Uint8Array & { readonly [kind]: 'root' }

/** SHA-256: any bytes in, 32 new bytes out. Native implementations are handed in from outside. */
export type Sha256 = (data: Uint8Array) => Uint8Array

/** SHA-256 in portable code (noble), for browsers and as the default everywhere. */
export const portableSha256: Sha256 = sha256

/** Length of every hash here, in bytes. */
export const HASH_BYTES = 32

const LEAF_PREFIX = 0x00
const NODE_PREFIX = 0x01

/** Leaf hash: SHA-256(0x00 ‖ leaf). RFC 6962 §2.1. */
export function hashLeaf(leaf: Uint8Array, sha: Sha256 = portableSha256): LeafHash {
  const input = new Uint8Array(1 + leaf.length)
  input[0] = LEAF_PREFIX
  input.set(leaf, 1)
  return sha(input) as Uint8Array as LeafHash
}

/** Node hash: SHA-256(0x01 ‖ left ‖ right). RFC 6962 §2.1. */
export function hashChildren(
  left: NodeHash,
  right: NodeHash,
  sha: Sha256 = portableSha256,
): NodeHash {
  // A shorter hash would leave zeros in the input: two different pairs with one hash.
  invariant(left.length === HASH_BYTES && right.length === HASH_BYTES, 'a node hash is 32 bytes')
  const input = new Uint8Array(1 + 2 * HASH_BYTES)
  input[0] = NODE_PREFIX
  input.set(left, 1)
  input.set(right, 1 + HASH_BYTES)
  return sha(input) as Uint8Array as NodeHash
}

/** Root of the tree without leaves: SHA-256 of no bytes. RFC 6962 §2.1. A new copy each time. */
export function emptyRoot(): RootHash {
  return portableSha256(new Uint8Array()) as Uint8Array as RootHash
}

/** The node that covers all leaves is the root. A copy: roots are kept, nodes are shared. */
export function rootFromNode(node: NodeHash): RootHash {
  return copyOf(node) as RootHash
}

/**
 * Accepts a leaf hash from outside. Copies, so that later changes by the caller cannot reach us.
 *
 * @throws LedgerError HASH_LENGTH unless it is 32 bytes.
 */
export function parseLeafHash(bytes: Uint8Array): LeafHash {
  return copyOf(bytes) as LeafHash
}

/**
 * Accepts a node hash from outside, as a copy.
 *
 * @throws LedgerError HASH_LENGTH unless it is 32 bytes.
 */
export function parseNodeHash(bytes: Uint8Array): NodeHash {
  return copyOf(bytes) as NodeHash
}

/**
 * Accepts a root hash from outside, as a copy.
 *
 * @throws LedgerError HASH_LENGTH unless it is 32 bytes.
 */
export function parseRootHash(bytes: Uint8Array): RootHash {
  return copyOf(bytes) as RootHash
}

/** Uint8Array.from and not slice: a Buffer's slice would share its memory. */
function copyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== HASH_BYTES) {
    throw new LedgerError('HASH_LENGTH', { expected: HASH_BYTES, received: bytes.length })
  }
  return Uint8Array.from(bytes)
}
