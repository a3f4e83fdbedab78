/**
 * The registry map: a compact sparse Merkle tree that every entry commits to. DESIGN 4.5.
 *
 *     key    SHA-256(domain ‖ 0x0A ‖ identifier)
 *     value  SHA-256(ids of all registry statements about it, 32 bytes each, oldest first)
 *     leaf   SHA-256(0x00 ‖ key ‖ value)      node  SHA-256(0x01 ‖ left ‖ right)
 *     empty subtree: 32 zero bytes            a subtree with one leaf is that leaf
 *
 * Bits of a key are read from the most significant. Trees are values: an insert shares all it did
 * not touch, so that every root a receipt may ask for stays at hand. Nothing here knows what the
 * statements say.
 */
import { concatBytes, equalBytes, fromHex, utf8Encode } from './bytes.js'
import { LedgerError } from './errors.js'
import { portableSha256, type Sha256 } from './hash.js'
import type { StatementId } from './statement.js'

export type RegistryDomain = 'party' | 'mandate' | 'ruleset'

type Leaf = { readonly kind: 'leaf'; readonly key: Uint8Array; readonly hash: Uint8Array }
type Branch = {
  readonly kind: 'branch'
  readonly left: Tree
  readonly right: Tree
  readonly hash: Uint8Array
}
type Tree = Leaf | Branch | undefined

/** A registry map as of one entry. */
export type RegistryMap = { readonly tree: Tree }

export const EMPTY_REGISTRY: RegistryMap = { tree: undefined }
const EMPTY_HASH = new Uint8Array(32)
const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)
/** A key has 256 bits, so no path is longer. */
export const REGISTRY_PATH_MAX = 256

export function registryKey(
  domain: RegistryDomain,
  identifier: string,
  sha: Sha256 = portableSha256,
): Uint8Array {
  return sha(utf8Encode(`${domain}\n${identifier}`))
}

/** Value of a key: the digest of all statement ids about it, oldest first. */
export function registryValue(
  ids: readonly StatementId[],
  sha: Sha256 = portableSha256,
): Uint8Array {
  return sha(fromHex(ids.join('')))
}

export function registryRoot(map: RegistryMap): Uint8Array {
  return hashOf(map.tree)
}

/** The map with `value` under `key`, whether or not the key was there. */
export function setRegistryValue(
  map: RegistryMap,
  key: Uint8Array,
  value: Uint8Array,
  sha: Sha256 = portableSha256,
): RegistryMap {
  const leaf: Leaf = { kind: 'leaf', key, hash: leafHash(key, value, sha) }
  return { tree: insert(map.tree, leaf, 0, sha) }
}

/** Sibling hashes of a key's leaf, from the leaf upwards; undefined when the key is not there. */
export function registryPath(map: RegistryMap, key: Uint8Array): readonly Uint8Array[] | undefined {
  const path: Uint8Array[] = []
  let tree = map.tree
  for (let depth = 0; tree !== undefined; depth += 1) {
    if (tree.kind === 'leaf') return equalBytes(tree.key, key) ? path.reverse() : undefined
    const right = bit(key, depth)
    path.push(hashOf(right ? tree.left : tree.right))
    tree = right ? tree.right : tree.left
  }
  return undefined
}

/**
 * Checks that `key` has exactly this list of statements under `root`.
 *
 * @throws LedgerError REGISTRY_MISMATCH (a statement left out, added or out of order gives another value)
 */
export function verifyRegistryPath(
  claim: {
    readonly key: Uint8Array
    readonly ids: readonly StatementId[]
    readonly path: readonly Uint8Array[]
  },
  root: Uint8Array,
  sha: Sha256 = portableSha256,
): void {
  if (claim.path.length > REGISTRY_PATH_MAX || claim.ids.length === 0) {
    throw new LedgerError('REGISTRY_MISMATCH', { reason: 'list or path length' })
  }
  let hash = leafHash(claim.key, registryValue(claim.ids, sha), sha)
  for (const [step, sibling] of claim.path.entries()) {
    const right = bit(claim.key, claim.path.length - 1 - step)
    hash = right ? nodeHash(sibling, hash, sha) : nodeHash(hash, sibling, sha)
  }
  if (!equalBytes(hash, root)) throw new LedgerError('REGISTRY_MISMATCH', { reason: 'root' })
}

function insert(tree: Tree, leaf: Leaf, depth: number, sha: Sha256): Tree {
  if (tree === undefined) return leaf
  if (tree.kind === 'leaf')
    return equalBytes(tree.key, leaf.key) ? leaf : split(tree, leaf, depth, sha)
  return bit(leaf.key, depth)
    ? branch(tree.left, insert(tree.right, leaf, depth + 1, sha), sha)
    : branch(insert(tree.left, leaf, depth + 1, sha), tree.right, sha)
}

/** Two different leaves under one node: go down until their bits part. */
function split(old: Leaf, leaf: Leaf, depth: number, sha: Sha256): Branch {
  const right = bit(leaf.key, depth)
  if (bit(old.key, depth) === right) {
    const below = split(old, leaf, depth + 1, sha)
    return right ? branch(undefined, below, sha) : branch(below, undefined, sha)
  }
  return right ? branch(old, leaf, sha) : branch(leaf, old, sha)
}

function branch(left: Tree, right: Tree, sha: Sha256): Branch {
  return { kind: 'branch', left, right, hash: nodeHash(hashOf(left), hashOf(right), sha) }
}

function hashOf(tree: Tree): Uint8Array {
  return tree === undefined ? EMPTY_HASH : tree.hash
}

function leafHash(key: Uint8Array, value: Uint8Array, sha: Sha256): Uint8Array {
  return sha(concatBytes(LEAF_PREFIX, key, value))
}

function nodeHash(left: Uint8Array, right: Uint8Array, sha: Sha256): Uint8Array {
  return sha(concatBytes(NODE_PREFIX, left, right))
}

/** Bit `depth` of a key, 0 being the most significant. Keys are bytes, so bit operators are safe here. */
function bit(key: Uint8Array, depth: number): boolean {
  const byte = key[Math.floor(depth / 8)] ?? 0
  // biome-ignore lint/suspicious/noBitwiseOperators: one bit of one byte
  return (byte & (0x80 >> (depth % 8))) !== 0
}
