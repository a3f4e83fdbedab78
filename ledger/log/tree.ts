/**
 * The log's Merkle tree over a store: appends leaves, answers node hashes for proofs.
 *
 * Hashes are kept in tiles of 256 (c2sp.org/tlog-tiles): level k holds the hashes of perfect subtrees
 * of 256^k leaves. Full tiles are stored; the unfinished one of each level (the edge) is in memory
 * and is rebuilt at opening. A stored tile is believed only after it hashes to its place in the tile
 * above, up to the edge, and the edge hashes to the signed root: so a proof or a root is only ever
 * computed from nodes that chain to the last checkpoint.
 */
import { concatBytes, equalBytes } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import {
  HASH_BYTES,
  hashChildren,
  type LeafHash,
  type NodeHash,
  parseNodeHash,
  type RootHash,
  type Sha256,
} from '../core/hash.js'
import {
  appendLeaf,
  buildConsistencyProof,
  buildInclusionProof,
  type CompactRange,
  emptyRange,
  type NodeId,
  rangeFromNodes,
  rangeRoot,
} from '../core/merkle.js'
import {
  decodeTile,
  foldPerfect,
  TILE_HASHES,
  TILE_HEIGHT,
  type TileName,
  tileWidth,
} from '../core/tile.js'

/** Verified tiles kept in memory: 8 KiB each. */
const CACHE_TILES_MAX = 1_024
/** Nodes between tile levels kept in memory: some 150 bytes each. */
const INNER_NODES_MAX = 32_768

/** A full tile that an append completed and that must be stored with its entries. */
export type FullTile = {
  readonly level: number
  readonly number: number
  readonly bytes: Uint8Array
}

/** Reads a stored full tile, unverified. */
export type TileReader = (level: number, number: number) => Uint8Array | undefined

/** A tree of some size; a value: appending gives a new one and leaves this one as it was. */
export type TreeState = {
  readonly range: CompactRange
  /** Per tile level, the hashes of the unfinished tile. */
  readonly edges: readonly (readonly NodeHash[])[]
}

export const EMPTY_TREE: TreeState = { range: emptyRange(), edges: [] }

export function treeRoot(state: TreeState, sha: Sha256): RootHash {
  return rangeRoot(state.range, sha)
}

/** The tree with more leaves, and the tiles that became full on the way. */
export function appendLeaves(
  state: TreeState,
  leaves: readonly LeafHash[],
  sha: Sha256,
): { readonly state: TreeState; readonly tiles: readonly FullTile[] } {
  const edges = state.edges.map((edge) => [...edge])
  const tiles: FullTile[] = []
  const keep = ({ level, index }: NodeId, hash: NodeHash): void => {
    if (level % TILE_HEIGHT !== 0) return
    const tileLevel = level / TILE_HEIGHT
    const edge = edges[tileLevel] ?? []
    edges[tileLevel] = edge
    edge.push(hash)
    if (edge.length < TILE_HASHES) return
    tiles.push({
      level: tileLevel,
      number: Math.floor(index / TILE_HASHES),
      bytes: concatBytes(...edge),
    })
    edges[tileLevel] = []
  }
  let { range } = state
  for (const leaf of leaves) range = appendLeaf(range, leaf, keep, sha)
  return { state: { range, edges }, tiles }
}

/**
 * Rebuilds the edge of a tree of `size` leaves from the store and checks it against `root`.
 *
 * @throws LedgerError LEDGER_BEHIND_HEAD when entries or tiles are missing or give another root
 */
export function openTree(
  { size, root }: { readonly size: number; readonly root: RootHash },
  readLeaf: (index: number) => LeafHash,
  readTile: TileReader,
  sha: Sha256,
): TreeState {
  const edges: NodeHash[][] = []
  for (let level = 0, unit = 1; unit <= size; level += 1, unit *= TILE_HASHES) {
    const end = Math.floor(size / unit)
    const begin = end - (end % TILE_HASHES)
    const edge: NodeHash[] = []
    for (let at = begin; at < end; at += 1) {
      edge.push(level === 0 ? readLeaf(at) : tileRoot(fullTile(readTile(level - 1, at)), sha))
    }
    edges.push(edge)
  }
  const state = { range: emptyRange(), edges }
  const range = rangeFromNodes(size, (id) => edgeNode(state, id, sha) ?? missingNode(id))
  if (!equalBytes(rangeRoot(range, sha), root)) {
    throw new LedgerError('LEDGER_BEHIND_HEAD', {
      size,
      reason: 'another root at the size of the head',
    })
  }
  return { range, edges }
}

/** Reads nodes of committed trees with verification; one per ledger, told of each commit. */
export class TreeNodes {
  #state: TreeState
  readonly #readTile: TileReader
  readonly #sha: Sha256
  /** Verified tiles by `level/number`, oldest use first. */
  readonly #cache = new Map<string, Uint8Array>()
  /** Hashes between the levels of tiles, by `level/index`. */
  readonly #inner = new Map<string, NodeHash>()

  constructor(state: TreeState, readTile: TileReader, sha: Sha256) {
    this.#state = state
    this.#readTile = readTile
    this.#sha = sha
  }

  get state(): TreeState {
    return this.#state
  }

  get size(): number {
    return this.#state.range.size
  }

  /** Called when a commit is durable. */
  advance(state: TreeState): void {
    invariant(state.range.size >= this.size, 'a tree only grows')
    this.#state = state
  }

  /** @throws LedgerError PROOF_INDEX_RANGE, ENTRY_MISMATCH */
  inclusionProof(index: number, size: number): NodeHash[] {
    return buildInclusionProof(index, size, (id) => this.node(id), this.#sha)
  }

  /** @throws LedgerError PROOF_INDEX_RANGE, ENTRY_MISMATCH */
  consistencyProof(size1: number, size2: number): NodeHash[] {
    return buildConsistencyProof(size1, size2, (id) => this.node(id), this.#sha)
  }

  /** The leaf hash that the tree has at an index: what a stored entry must hash to. */
  leaf(index: number): LeafHash {
    return this.node({ level: 0, index }) as LeafHash
  }

  /** The hash of a perfect subtree that is complete at this size. */
  node(id: NodeId): NodeHash {
    const { level, index } = id
    if (level % TILE_HEIGHT === 0)
      return edgeNode(this.#state, id, this.#sha) ?? this.#stored(level, index)
    // A complete subtree never changes again, so its hash may be kept. The recursion ends in a tile.
    const name = `${level}/${index}`
    const known = this.#inner.get(name)
    if (known !== undefined) return known
    const left = this.node({ level: level - 1, index: 2 * index })
    const hash = hashChildren(
      left,
      this.node({ level: level - 1, index: 2 * index + 1 }),
      this.#sha,
    )
    if (this.#inner.size >= INNER_NODES_MAX) this.#inner.clear()
    this.#inner.set(name, hash)
    return hash
  }

  /**
   * The first `width` hashes of a tile, as their bytes. Requires that this tree has them.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  tile({ level, index, width }: TileName & { readonly level: number }): Uint8Array {
    const isFull = tileWidth({ level, index }, this.size) === TILE_HASHES
    if (isFull) return this.#tile(level, index).slice(0, width * HASH_BYTES)
    return concatBytes(...(this.#state.edges[level] ?? []).slice(0, width))
  }

  #stored(level: number, index: number): NodeHash {
    const tile = this.#tile(level / TILE_HEIGHT, Math.floor(index / TILE_HASHES))
    const offset = (index % TILE_HASHES) * HASH_BYTES
    return parseNodeHash(tile.subarray(offset, offset + HASH_BYTES))
  }

  #tile(level: number, number: number): Uint8Array {
    const name = `${level}/${number}`
    const cached = this.#cache.get(name)
    if (cached !== undefined) {
      this.#cache.delete(name)
      this.#cache.set(name, cached)
      return cached
    }
    const bytes = this.#readTile(level, number)
    const above = this.node({ level: (level + 1) * TILE_HEIGHT, index: number })
    if (!isTile(bytes) || !equalBytes(tileRoot(bytes, this.#sha), above)) {
      throw new LedgerError('ENTRY_MISMATCH', { record: `tile ${level}/${number}` })
    }
    this.#cache.set(name, bytes)
    if (this.#cache.size > CACHE_TILES_MAX) {
      const [oldest] = this.#cache.keys()
      if (oldest !== undefined) this.#cache.delete(oldest)
    }
    return bytes
  }
}

/** A node whose hashes lie in the unfinished tile of its level. */
function edgeNode(state: TreeState, id: NodeId, sha: Sha256): NodeHash | undefined {
  const edge = state.edges[Math.floor(id.level / TILE_HEIGHT)]
  if (edge === undefined) return undefined
  const unit = 256 ** Math.floor(id.level / TILE_HEIGHT)
  const width = 2 ** (id.level % TILE_HEIGHT)
  const size = state.range.size === 0 ? undefined : state.range.size
  const end = size === undefined ? undefined : Math.floor(size / unit)
  const begin = end === undefined ? undefined : end - edge.length
  const first = id.index * width
  // While a tree is being opened its range is not known yet; only nodes of the edge are asked for then.
  const offset = begin === undefined ? first % TILE_HASHES : first - begin
  if (offset < 0 || offset + width > edge.length) return undefined
  return foldPerfect(edge.slice(offset, offset + width), sha)
}

function isTile(bytes: Uint8Array | undefined): bytes is Uint8Array {
  return bytes !== undefined && bytes.length === TILE_HASHES * HASH_BYTES
}

function fullTile(bytes: Uint8Array | undefined): Uint8Array {
  if (isTile(bytes)) return bytes
  throw new LedgerError('LEDGER_BEHIND_HEAD', { reason: 'a tile is missing or cut' })
}

/** The hash that stands for a full tile in the tile above. */
function tileRoot(bytes: Uint8Array, sha: Sha256): NodeHash {
  return foldPerfect(decodeTile(bytes, TILE_HASHES), sha)
}

function missingNode(id: NodeId): never {
  throw new LedgerError('LEDGER_BEHIND_HEAD', { reason: `no node at level ${id.level}` })
}
