/**
 * A published log as files: `checkpoint`, `tile/...`, `tile/entries/...`, the layout that
 * c2sp.org/tlog-tiles lets any web server or object store serve. Read here; written by publish.ts.
 *
 * Nothing that is read is believed here: whoever reads computes roots and compares them with a
 * checkpoint that its policy accepts.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { utf8Decode } from '../core/bytes.js'
import { parseCheckpoint } from '../core/checkpoint.js'
import { LedgerError } from '../core/errors.js'
import { HASH_BYTES } from '../core/hash.js'
import { parseNote } from '../core/note.js'
import {
  decodeEntryBundle,
  ENTRIES,
  encodeEntryBundle,
  TILE_HASHES,
  type TileName,
  tilePath,
} from '../core/tile.js'
import type { PublicLog } from './public-log.js'

/** Name of the signed note in the folder. */
export const CHECKPOINT_FILE = 'checkpoint'

/**
 * The log of a published folder or mirror, read file by file as it is asked for. Where a partial tile
 * is gone and the full one is there, the beginning of the full one serves.
 *
 * @throws LedgerError INPUT_NOT_FOUND when the folder has no checkpoint, INPUT_IO, UTF8_INVALID,
 * NOTE_MALFORMED, CHECKPOINT_MALFORMED
 */
export function openPublishedFolder(folder: string): PublicLog {
  const readNote = (): string => {
    const bytes = readIfThere(join(folder, CHECKPOINT_FILE))
    if (bytes === undefined) throw new LedgerError('INPUT_NOT_FOUND', { file: CHECKPOINT_FILE })
    return utf8Decode(bytes)
  }
  return {
    origin: parseCheckpoint(parseNote(readNote()).text).origin,
    checkpoint: readNote,
    tile: (level, index, width) => {
      const { bytes, isWhole } = readTile(folder, { level, index, width })
      return isWhole ? bytes : bytes.slice(0, width * HASH_BYTES)
    },
    entries: (index, width) => {
      const { bytes, isWhole } = readTile(folder, { level: ENTRIES, index, width })
      if (isWhole) return bytes
      return encodeEntryBundle(decodeEntryBundle(bytes, TILE_HASHES).slice(0, width))
    },
  }
}

/** The bytes of a file, or undefined when there is none. @throws LedgerError INPUT_IO */
export function readIfThere(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new LedgerError('INPUT_IO', { errno: String(code) }, error)
  }
}

/** @throws LedgerError TILE_NOT_FOUND, INPUT_IO */
function readTile(
  folder: string,
  name: TileName,
): { readonly bytes: Uint8Array; readonly isWhole: boolean } {
  const exact = readIfThere(join(folder, tilePath(name)))
  if (exact !== undefined) return { bytes: exact, isWhole: true }
  const full = readIfThere(join(folder, tilePath({ ...name, width: TILE_HASHES })))
  if (full === undefined) throw new LedgerError('TILE_NOT_FOUND', { file: tilePath(name) })
  return { bytes: full, isWhole: false }
}
