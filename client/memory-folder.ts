/**
 * A memory of checkpoints in a folder: one folder of files per ledger.
 *
 *     <folder>/<SHA-256 of the origin>/checkpoint
 *                                      <time>_<size>_<size>.split-view.json
 *
 * Files are replaced whole, so that a crash leaves the old one.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex, utf8Encode } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { encodeJcs } from '../ledger/core/json.js'
import { SPLIT_VIEW_SUFFIX, splitViewJson } from '../ledger/core/split-view.js'
import type { CheckpointMemory } from './memory.js'

const CHECKPOINT = 'checkpoint'

/** A memory in this folder, which is made when needed. Its methods reject with INPUT_IO. */
export function folderMemory(folder: string): CheckpointMemory {
  return {
    recall: (origin) => readRemembered(join(originFolder(folder, origin), CHECKPOINT)),
    remember: (origin, note) => replaceFile(join(originFolder(folder, origin), CHECKPOINT), note),
    keep: async (evidence, name) => {
      const path = join(originFolder(folder, evidence.origin), `${name}${SPLIT_VIEW_SUFFIX}`)
      await replaceFile(path, encodeJcs(splitViewJson(evidence)))
      return path
    },
  }
}

/** The folder of one ledger, by its origin: a name may hold what a path may not. */
export function originFolder(folder: string, origin: string): string {
  return join(folder, toHex(portableSha256(utf8Encode(origin))))
}

/** A text that is remembered; undefined when there is none. Rejects with INPUT_IO. */
export async function readRemembered(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw stateError(path, error)
  }
}

/** Writes a text in place of the one before, and its folder when it is missing. */
export async function replaceFile(path: string, text: string): Promise<void> {
  // Two processes at once must not write into one file.
  const draft = `${path}.${process.pid}`
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
    await writeFile(draft, text, { mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    throw stateError(path, error)
  }
}

/** Whatever the system says of our own folder is about the disk, never about the person's input. */
function stateError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error
  return new LedgerError('INPUT_IO', { file: path, errno: String(error.code) }, error)
}
