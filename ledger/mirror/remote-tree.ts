/**
 * A tree read from somebody else's tiles: no hash is answered before it chains to the signed root.
 *
 * The unfinished tile of each level is fetched first; together they give the root, which must be the
 * checkpoint's. A full tile is believed once it hashes to its place in the tile above.
 */
import { equalBytes } from '../core/bytes.js'
import type { Checkpoint } from '../core/checkpoint.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { NodeHash, Sha256 } from '../core/hash.js'
import { consistencyNodes, foldNodes, type NodeId, rootFromNodes } from '../core/merkle.js'
import { isPowerOfTwo } from '../core/split-view.js'
import {
  decodeTile,
  foldPerfect,
  TILE_HASHES,
  TILE_HEIGHT,
  tileNodes,
  tilePath,
  tileWidth,
} from '../core/tile.js'

/** Fetches a tile by its path; unverified. */
export type FetchTile = (path: string) => Promise<Uint8Array>

/** Verified full tiles kept in memory: 8 KiB each. */
const CACHE_TILES_MAX = 128

export class RemoteTree {
  readonly size: number
  readonly #fetch: FetchTile
  readonly #sha: Sha256
  /** Per tile level, the bytes of the unfinished tile. */
  readonly #edges: readonly Uint8Array[]
  /** Verified full tiles, or those on the way, by `level/index`; oldest use first. */
  readonly #cache = new Map<string, Promise<readonly NodeHash[]>>()

  private constructor(size: number, edges: readonly Uint8Array[], fetch: FetchTile, sha: Sha256) {
    this.size = size
    this.#edges = edges
    this.#fetch = fetch
    this.#sha = sha
  }

  /** Rejects with MIRROR_MISMATCH when the tiles do not give the checkpoint's root. */
  static async open(
    { size, root }: Pick<Checkpoint, 'size' | 'root'>,
    fetch: FetchTile,
    sha: Sha256,
  ): Promise<RemoteTree> {
    const edges: Uint8Array[] = []
    for (let level = 0; TILE_HASHES ** level <= size; level += 1) {
      const index = Math.floor(size / TILE_HASHES ** (level + 1))
      const width = tileWidth({ level, index }, size)
      const path = width === 0 ? undefined : tilePath({ level, index, width })
      const bytes = path === undefined ? new Uint8Array(0) : await fetch(path)
      if (path !== undefined) refuse(path, () => decodeTile(bytes, width))
      edges.push(bytes)
    }
    const tree = new RemoteTree(size, edges, fetch, sha)
    const found = rootFromNodes(
      size,
      tileNodes(size, (level) => tree.edge(level), sha),
      sha,
    )
    if (!equalBytes(found, root)) throw mismatch('tile')
    return tree
  }

  /** Bytes of the unfinished tile of a level; empty where there is none. */
  edge(level: number): Uint8Array {
    return this.#edges[level] ?? new Uint8Array(0)
  }

  /**
   * The hash of a perfect subtree that is complete at this size.
   *
   * Rejects with MIRROR_MISMATCH.
   */
  async node({ level, index }: NodeId): Promise<NodeHash> {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const count = 2 ** (level % TILE_HEIGHT)
    const tile = Math.floor((index * count) / TILE_HASHES)
    const begin = (index * count) % TILE_HASHES
    const hashes = await this.hashes(tileLevel, tile)
    invariant(begin + count <= hashes.length, 'the node is complete in the tree')
    return foldPerfect(hashes.slice(begin, begin + count), this.#sha)
  }

  /** All hashes of a tile of this tree. Rejects with MIRROR_MISMATCH. */
  hashes(level: number, index: number): Promise<readonly NodeHash[]> {
    const width = tileWidth({ level, index }, this.size)
    if (width < TILE_HASHES) return Promise.resolve(decodeTile(this.edge(level), width))
    const name = `${level}/${index}`
    const known = this.#cache.get(name) ?? this.#full(level, index)
    this.#cache.delete(name)
    this.#cache.set(name, known)
    // One that failed is asked for again when it is needed again.
    known.catch(() => this.#cache.delete(name))
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > CACHE_TILES_MAX && oldest !== undefined) this.#cache.delete(oldest)
    return known
  }

  async #full(level: number, index: number): Promise<readonly NodeHash[]> {
    const path = tilePath({ level, index, width: TILE_HASHES })
    const [bytes, above] = await Promise.all([
      this.#fetch(path),
      this.node({ level: (level + 1) * TILE_HEIGHT, index }),
    ])
    const hashes = refuse(path, () => decodeTile(bytes, TILE_HASHES))
    if (!equalBytes(foldPerfect(hashes, this.#sha), above)) throw mismatch(path)
    return hashes
  }

  /**
   * The consistency proof from `size1` leaves to this tree, its first hash always there, as
   * rootsFromConsistencyProof takes it. Requires 0 < size1 < size.
   */
  consistency(size1: number): Promise<readonly NodeHash[]> {
    const plan = [...consistencyNodes(size1, this.size)]
    if (isPowerOfTwo(size1)) plan.unshift([{ level: Math.round(Math.log2(size1)), index: 0 }])
    return Promise.all(
      plan.map(async (ids) => {
        const hashes = await Promise.all(ids.map((id) => this.node(id)))
        return foldNodes(ids, (id) => hashes[ids.indexOf(id)] ?? missing(), this.#sha)
      }),
    )
  }
}

/** Runs `read` on what was served; a refusal is the server's fault. */
function refuse<T>(at: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError('MIRROR_MISMATCH', { at, reason: error.code }, error)
  }
}

function mismatch(at: string): LedgerError {
  return new LedgerError('MIRROR_MISMATCH', { at })
}

function missing(): never {
  throw new LedgerError('INTERNAL')
}
