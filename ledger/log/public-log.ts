/**
 * The log as everybody may read it: the published checkpoint and the tiles under it.
 * c2sp.org/tlog-tiles, DESIGN 4.7.
 *
 * Nothing confidential is in it: hashes, and entries of 143 bytes. What is committed but not yet
 * published is not there: a reader never meets a tile that no checkpoint covers.
 */
import { parseCheckpoint } from '../core/checkpoint.js'
import { LedgerError } from '../core/errors.js'
import { parseNote } from '../core/note.js'
import { ENTRIES, encodeEntryBundle, TILE_HASHES, type TileName, tileWidth } from '../core/tile.js'

/** A log by its tiles; of a ledger, of a published folder, or of a mirror. */
export type PublicLog = {
  readonly origin: string
  /** The published checkpoint, a signed note. */
  checkpoint(): string
  /**
   * The hashes of a tile, 32 bytes each. Every width up to what the published tree has is there.
   *
   * @throws LedgerError TILE_NOT_FOUND, ENTRY_MISMATCH
   */
  tile(level: number, index: number, width: number): Uint8Array
  /**
   * A bundle of entries, each behind its length in two bytes.
   *
   * @throws LedgerError TILE_NOT_FOUND, ENTRY_MISMATCH
   */
  entries(index: number, width: number): Uint8Array
}

/** What is needed of a ledger; reading is verified by it. */
type PublicSource = {
  readonly origin: string
  publishedCheckpoint(): string
  entry(index: number): Uint8Array
}

/**
 * The public side of an open ledger.
 *
 * @param readTile the tile's bytes; requires that the tree has them
 */
export function publicLogOf(
  source: PublicSource,
  readTile: (name: TileName & { readonly level: number }) => Uint8Array,
): PublicLog {
  const sizeOf = rememberSize()
  const checkPublished = (name: TileName): void => {
    if (!isThere(name, sizeOf(source.publishedCheckpoint())))
      throw new LedgerError('TILE_NOT_FOUND')
  }
  return {
    origin: source.origin,
    checkpoint: () => source.publishedCheckpoint(),
    tile: (level, index, width) => {
      checkPublished({ level, index, width })
      return readTile({ level, index, width })
    },
    entries: (index, width) => {
      checkPublished({ level: ENTRIES, index, width })
      const first = index * TILE_HASHES
      return encodeEntryBundle(Array.from({ length: width }, (_, at) => source.entry(first + at)))
    },
  }
}

/** Tree size that a signed checkpoint names. Requires one of our own: its signature is not checked. */
function publishedSize(checkpoint: string): number {
  return parseCheckpoint(parseNote(checkpoint).text).size
}

/** The same checkpoint is asked for again and again, once for each tile. */
function rememberSize(): (checkpoint: string) => number {
  let last = { checkpoint: '', size: 0 }
  return (checkpoint) => {
    if (checkpoint !== last.checkpoint) last = { checkpoint, size: publishedSize(checkpoint) }
    return last.size
  }
}

function isThere({ level, index, width }: TileName, size: number): boolean {
  const isWidth = Number.isInteger(width) && width >= 1
  const isPlace = Number.isSafeInteger(index) && index >= 0
  return isWidth && isPlace && width <= tileWidth({ level, index }, size)
}
