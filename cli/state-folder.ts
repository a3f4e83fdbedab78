/**
 * What this person's Waybill remembers, per ledger: the first policy and the last checkpoint seen.
 *
 *     <XDG state>/waybill/ledgers/<SHA-256 of the origin>/policy.txt
 *                                                         checkpoint
 *                                                         conflict-<time>/
 *
 * Files are replaced whole, so that a crash leaves the old one. DESIGN 2, 7.1 "State".
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex, utf8Encode } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import { portableSha256 } from '../ledger/core/hash.js'
import type { Environment } from './config.js'

export type StateFile = 'policy.txt' | 'checkpoint'

/** The folder of one ledger, by its origin: a name may hold what a path may not. */
export function ledgerFolder(environment: Environment, origin: string): string {
  return join(environment.stateFolder, 'ledgers', toHex(portableSha256(utf8Encode(origin))))
}

/** What is remembered; undefined when nothing is. Rejects with INPUT_IO when it cannot be read. */
export async function recall(folder: string, name: StateFile): Promise<string | undefined> {
  const path = join(folder, name)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw stateError(path, error)
  }
}

/** Remembers a text in place of the one before. */
export async function remember(folder: string, name: StateFile, text: string): Promise<void> {
  const path = join(folder, name)
  // Two commands at once must not write into one file.
  const draft = `${path}.${process.pid}`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(draft, text, { mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    throw stateError(path, error)
  }
}

/** Keeps files that contradict each other, in a folder of their own; answers its path. */
export async function keepEvidence(
  folder: string,
  stamp: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const kept = join(folder, `conflict-${stamp}`)
  try {
    await mkdir(kept, { recursive: true, mode: 0o700 })
    for (const [name, text] of Object.entries(files)) await writeFile(join(kept, name), text)
  } catch (error) {
    throw stateError(kept, error)
  }
  return kept
}

/** Whatever the system says of our own folder is about the disk, never about the person's input. */
function stateError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error
  return new LedgerError('INPUT_IO', { file: path, errno: String(error.code) }, error)
}
