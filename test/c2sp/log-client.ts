/**
 * A client of tiled logs, written from c2sp.org/tlog-tiles, tlog-checkpoint, signed-note and RFC 6962
 * alone: it imports nothing of this project outside its own folder (.dependency-cruiser.mjs sees to
 * it), so that what it accepts any such client accepts.
 */
import {
  leafHash,
  nodeHash,
  rootFromInclusion,
  rootsFromConsistency,
  split,
  treeHash,
} from './merkle.js'
import { openCheckpoint, readVkey, type TreeHead, type Vkey } from './signed-note.js'

/** Fetches what stands at a path below the log's prefix; undefined when there is nothing. */
export type Fetch = (path: string) => Promise<Uint8Array | undefined>

export type Tile = { readonly path: string; readonly width: number }

const FULL = 256
const HASH = 32

/** `x001/x234/067` for 1234067. */
function indexPath(index: number): string {
  const last = String(index % 1000).padStart(3, '0')
  const groups = [last]
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}

function tileAt(kind: number | 'entries', index: number, inRow: number): Tile {
  const width = Math.min(FULL, inRow - index * FULL)
  const suffix = width < FULL ? `.p/${width}` : ''
  return { path: `tile/${kind}/${indexPath(index)}${suffix}`, width }
}

/** Everything that the specification says is there for a tree of this size. */
export function tilesOf(size: number): readonly Tile[] {
  const tiles = row('entries', size)
  for (let level = 0, inRow = size; inRow > 0; level += 1, inRow = Math.floor(inRow / FULL))
    tiles.push(...row(level, inRow))
  return tiles
}

function row(kind: number | 'entries', inRow: number): Tile[] {
  return Array.from({ length: Math.ceil(inRow / FULL) }, (_, index) => tileAt(kind, index, inRow))
}

export class LogClient {
  readonly #vkey: Vkey
  readonly #fetch: Fetch
  readonly #tiles = new Map<string, Promise<readonly Buffer[]>>()

  constructor(vkey: string, fetch: Fetch) {
    this.#vkey = readVkey(vkey)
    this.#fetch = fetch
  }

  async checkpoint(): Promise<TreeHead> {
    const note = await this.#fetch('checkpoint')
    if (note === undefined) throw new Error('no checkpoint')
    return openCheckpoint(Buffer.from(note).toString('utf8'), this.#vkey)
  }

  /** Reads every tile and every entry of the tree and holds each against the signed root. */
  async readAll({ size, root }: TreeHead): Promise<readonly Uint8Array[]> {
    const leaves = await this.#hashes(0, size)
    let [below, inRow] = [leaves, Math.floor(size / FULL)]
    for (let level = 1; inRow > 0; level += 1) {
      const hashes = await this.#hashes(level, inRow)
      for (const [at, hash] of hashes.entries()) {
        if (!treeHash(below.slice(at * FULL, (at + 1) * FULL)).equals(hash))
          throw new Error(`level ${level} does not fit the one below`)
      }
      ;[below, inRow] = [hashes, Math.floor(inRow / FULL)]
    }
    // Every full tile is what the one above says of it, so the highest hashes speak for all leaves.
    if (!(await this.#range(0, size, size)).equals(root)) throw new Error('another root')
    const entries = (await inBatches(row('entries', size), (tile) => this.#bundle(tile))).flat()
    for (const [at, entry] of entries.entries()) {
      if (!leafHash(entry).equals(leaves[at] ?? Buffer.of()))
        throw new Error(`entry ${at} is not the leaf`)
    }
    if (entries.length !== size) throw new Error('entries are missing')
    return entries
  }

  /** Makes an inclusion proof from tiles and verifies it. */
  async checkInclusion(entry: Uint8Array, index: number, { size, root }: TreeHead): Promise<void> {
    const path: Buffer[] = []
    let [begin, end] = [0, size]
    while (end - begin > 1) {
      const middle = begin + split(end - begin)
      const isLeft = index < middle
      path.unshift(await this.#range(isLeft ? middle : begin, isLeft ? end : middle, size))
      ;[begin, end] = isLeft ? [begin, middle] : [middle, end]
    }
    if (!rootFromInclusion(leafHash(entry), index, size, path).equals(root))
      throw new Error(`entry ${index} is not in the tree of ${size}`)
  }

  /** Makes a consistency proof from tiles and verifies it. Requires 0 < first.size < second.size. */
  async checkConsistency(first: TreeHead, second: TreeHead): Promise<void> {
    const proof: Buffer[] = []
    let [begin, end] = [0, second.size]
    while (first.size < end) {
      const middle = begin + split(end - begin)
      const isLeft = first.size <= middle
      proof.unshift(await this.#range(isLeft ? middle : begin, isLeft ? end : middle, second.size))
      ;[begin, end] = isLeft ? [begin, middle] : [middle, end]
    }
    if (begin > 0) proof.unshift(await this.#range(begin, end, second.size))
    const [older, newer] = rootsFromConsistency(first, second.size, proof)
    if (!older.equals(first.root) || !newer.equals(second.root))
      throw new Error(`${first.size} is not the beginning of ${second.size}`)
  }

  /** MTH of leaves begin to end, from the highest hashes that tiles have. */
  async #range(begin: number, end: number, size: number): Promise<Buffer> {
    const width = end - begin
    const level = Math.floor(Math.log2(width) / 8)
    if (Number.isInteger(Math.log2(width)) && begin % width === 0) {
      const unit = FULL ** level
      const [first, count] = [begin / unit, width / unit]
      const tile = await this.#tile(level, Math.floor(first / FULL), Math.floor(size / unit))
      return treeHash(tile.slice(first % FULL, (first % FULL) + count))
    }
    const middle = begin + split(width)
    return nodeHash(await this.#range(begin, middle, size), await this.#range(middle, end, size))
  }

  async #hashes(level: number, inRow: number): Promise<readonly Buffer[]> {
    const indexes = Array.from({ length: Math.ceil(inRow / FULL) }, (_, index) => index)
    return (await inBatches(indexes, (index) => this.#tile(level, index, inRow))).flat()
  }

  #tile(level: number, index: number, inRow: number): Promise<readonly Buffer[]> {
    const { path, width } = tileAt(level, index, inRow)
    const known = this.#tiles.get(path) ?? this.#readTile(path, width)
    this.#tiles.set(path, known)
    return known
  }

  async #readTile(path: string, width: number): Promise<readonly Buffer[]> {
    const bytes = await this.#need(path)
    if (bytes.length !== width * HASH) throw new Error(`${path} has ${bytes.length} bytes`)
    return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH, (at + 1) * HASH))
  }

  async #bundle({ path, width }: Tile): Promise<readonly Buffer[]> {
    const bytes = await this.#need(path)
    const entries: Buffer[] = []
    for (let at = 0; at < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at)
      if (end > bytes.length) throw new Error(`${path} ends within an entry`)
      entries.push(bytes.subarray(at + 2, end))
      at = end
    }
    if (entries.length !== width) throw new Error(`${path} has ${entries.length} entries`)
    return entries
  }

  async #need(path: string): Promise<Buffer> {
    const bytes = await this.#fetch(path)
    if (bytes === undefined) throw new Error(`${path} is not there`)
    return Buffer.from(bytes)
  }
}

/** In parallel, but not all of a large log at once; in order. */
async function inBatches<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += 16)
    results.push(...(await Promise.all(items.slice(at, at + 16).map(read))))
  return results
}
