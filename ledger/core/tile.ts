/**
 * Tiles: the public form of the log. c2sp.org/tlog-tiles, docs/format.md "Tiles".
 *
 *     tile/<level>/<index>[.p/<width>]      up to 256 hashes of perfect subtrees of 256^level leaves
 *     tile/entries/<index>[.p/<width>]      up to 256 entries, each behind its length in two bytes
 *
 * What is named and how it is laid out; no reading, no serving. A tile narrower than 256 is a prefix
 * of the full one. Nothing read from tiles is trusted here: whoever reads computes a root from them
 * and compares it with a signed one.
 */
import { concatBytes, readU16be, u16be } from './bytes.js'
import { invariant, LedgerError } from './errors.js'
import {
  HASH_BYTES,
  hashChildren,
  type NodeHash,
  parseNodeHash,
  portableSha256,
  type Sha256,
} from './hash.js'
import type { NodeReader } from './merkle.js'

/** Hashes of a full tile, entries of a full bundle. */
export const TILE_HASHES = 256
/** Tree levels from one tile level to the next: 2^8 is 256. */
export const TILE_HEIGHT = 8
/** Highest tile level that a path may name; trees of 2^53 leaves end far below. */
const TILE_LEVEL_MAX = 63
/** Longest path of an index below 2^53: six groups of three digits. */
const GROUPS_MAX = 6
/** Longest entry that two bytes can announce. */
const ENTRY_BYTES_MAX = 65_535

/** Stands in the place of a level: the bundle of the entries themselves. */
export const ENTRIES = 'entries'

/** A tile of hashes, or a bundle of entries, of any width. */
export type TileName = {
  /** 0 for leaf hashes; level k for subtrees of 256^k leaves. */
  readonly level: number | typeof ENTRIES
  /** Position among the tiles of its level, from 0. */
  readonly index: number
  /** Hashes or entries in it, 1 to 256; below 256 it is partial. */
  readonly width: number
}

/** Reads the bytes of a tile of hashes: 32 for each of its `width`. Throws where there is none. */
export type ReadTile = (level: number, index: number, width: number) => Uint8Array

const GROUP = /^x?[0-9]{3}$/
const WIDTH = /^[1-9][0-9]{0,2}$/
const LEVEL = /^(?:0|[1-9][0-9]?)$/

/** Path of a tile below the log's prefix, without a slash in front: `tile/0/x001/x234/067.p/8`. */
export function tilePath({ level, index, width }: TileName): string {
  invariant(Number.isSafeInteger(index) && index >= 0, 'a tile index is a safe integer')
  invariant(Number.isInteger(width) && width >= 1 && width <= TILE_HASHES, 'a width is 1 to 256')
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.../g) ?? []
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${path}${width < TILE_HASHES ? `.p/${width}` : ''}`
}

/**
 * The tile that a path names, read as strictly as `tilePath` writes: integers of one spelling and
 * nothing else, so that no path leads out of the tree of tiles. Undefined for any other text.
 */
export function parseTilePath(path: string): TileName | undefined {
  const [head, levelText, ...rest] = path.split('/', 4 + GROUPS_MAX)
  if (head !== 'tile' || levelText === undefined) return undefined
  const level = parseLevel(levelText)
  const { groups, width } = splitWidth(rest)
  if (level === undefined || width === undefined) return undefined
  if (groups.length > GROUPS_MAX || !groups.every((group) => GROUP.test(group))) return undefined
  const index = Number(groups.join('').replaceAll('x', ''))
  if (groups.length === 0 || !Number.isSafeInteger(index)) return undefined
  const name = { level, index, width }
  // Writing it again refuses leading groups of zeros and every misplaced x.
  return tilePath(name) === path ? name : undefined
}

/** How many hashes (or entries) a tile has in the tree of `size` leaves, 0 to 256; 0: it is not there. */
export function tileWidth({ level, index }: Omit<TileName, 'width'>, size: number): number {
  const inTree = hashesAt(level, size)
  const full = Math.floor(inTree / TILE_HASHES)
  if (index < full) return TILE_HASHES
  return index === full ? inTree % TILE_HASHES : 0
}

/**
 * Names of everything that the tree of `size2` leaves has and the tree of `size1` has not, partial
 * tiles of `size2` included: bundles before hashes, lower levels first. Requires size1 <= size2.
 */
export function* tilesBetween(size1: number, size2: number): Generator<TileName> {
  yield* tilesOfLevel(ENTRIES, size1, size2)
  for (let level = 0; hashesAt(level, size2) > 0; level += 1) {
    yield* tilesOfLevel(level, size1, size2)
  }
}

/** The bytes of a bundle. Requires 1 to 256 entries of at most 65,535 bytes. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  invariant(entries.length >= 1 && entries.length <= TILE_HASHES, 'a bundle has 1 to 256 entries')
  const parts = entries.flatMap((entry) => {
    invariant(entry.length <= ENTRY_BYTES_MAX, 'two bytes hold the length of an entry')
    return [u16be(entry.length), entry]
  })
  return concatBytes(...parts)
}

/**
 * The entries of a bundle, as copies. Not compared with any hash.
 *
 * @throws LedgerError TILE_MALFORMED unless it holds exactly `width` entries and nothing after them
 */
export function decodeEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  let offset = 0
  while (entries.length < width) {
    if (offset + 2 > bytes.length) throw malformed('cut', width, bytes)
    const begin = offset + 2
    const end = begin + readU16be(bytes, offset)
    if (end > bytes.length) throw malformed('cut', width, bytes)
    entries.push(Uint8Array.from(bytes.subarray(begin, end)))
    offset = end
  }
  if (offset !== bytes.length) throw malformed('more than its width', width, bytes)
  return entries
}

/**
 * The hashes of a tile, as copies. Not compared with any root.
 *
 * @throws LedgerError TILE_MALFORMED unless it holds exactly `width` hashes
 */
export function decodeTile(bytes: Uint8Array, width: number): readonly NodeHash[] {
  if (bytes.length !== width * HASH_BYTES) throw malformed('length', width, bytes)
  return Array.from({ length: width }, (_, at) =>
    parseNodeHash(bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
  )
}

/**
 * Reads nodes of the tree of `size` leaves from its tiles, for roots and proofs. Unverified: a wrong
 * tile gives a wrong root.
 */
export function tileNodes(size: number, read: ReadTile, sha: Sha256 = portableSha256): NodeReader {
  return ({ level, index }) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const count = 2 ** (level % TILE_HEIGHT)
    const number = Math.floor((index * count) / TILE_HASHES)
    const begin = (index * count) % TILE_HASHES
    const width = tileWidth({ level: tileLevel, index: number }, size)
    invariant(begin + count <= width, 'the node is complete in the tree')
    const hashes = decodeTile(read(tileLevel, number, width), width)
    return foldPerfect(hashes.slice(begin, begin + count), sha)
  }
}

/** Hash over sibling hashes, a power of two of them. */
export function foldPerfect(hashes: readonly NodeHash[], sha: Sha256 = portableSha256): NodeHash {
  const [first] = hashes
  invariant(first !== undefined, 'there is something to fold')
  if (hashes.length === 1) return first
  const middle = hashes.length / 2
  invariant(Number.isInteger(middle), 'a perfect subtree has a power of two of hashes')
  return hashChildren(
    foldPerfect(hashes.slice(0, middle), sha),
    foldPerfect(hashes.slice(middle), sha),
    sha,
  )
}

function parseLevel(text: string): TileName['level'] | undefined {
  if (text === ENTRIES) return ENTRIES
  const level = LEVEL.test(text) ? Number(text) : Number.NaN
  return level <= TILE_LEVEL_MAX ? level : undefined
}

/** Takes `.p/<width>` off the end. Without it the width is 256; width undefined: malformed. */
function splitWidth(parts: readonly string[]): {
  readonly groups: readonly string[]
  readonly width: number | undefined
} {
  const last = parts.at(-2)
  if (last === undefined || !last.endsWith('.p')) return { groups: parts, width: TILE_HASHES }
  const text = parts.at(-1) ?? ''
  const width = WIDTH.test(text) ? Number(text) : Number.NaN
  return {
    groups: [...parts.slice(0, -2), last.slice(0, -2)],
    width: width < TILE_HASHES ? width : undefined,
  }
}

/** Hashes (or entries) of one level in the tree of `size` leaves: its perfect subtrees. */
function hashesAt(level: TileName['level'], size: number): number {
  return level === ENTRIES ? size : Math.floor(size / TILE_HASHES ** level)
}

function* tilesOfLevel(
  level: TileName['level'],
  size1: number,
  size2: number,
): Generator<TileName> {
  const [before, after] = [hashesAt(level, size1), hashesAt(level, size2)]
  if (after === before) return
  for (let index = Math.floor(before / TILE_HASHES); index * TILE_HASHES < after; index += 1) {
    yield { level, index, width: Math.min(after - index * TILE_HASHES, TILE_HASHES) }
  }
}

function malformed(reason: string, width: number, bytes: Uint8Array): LedgerError {
  return new LedgerError('TILE_MALFORMED', { reason, width, bytes: bytes.length })
}
