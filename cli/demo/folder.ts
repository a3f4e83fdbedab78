/** The folder that the demo plays in: a temporary one, or the one that is asked for. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LedgerError } from '../../ledger/core/errors.js'

export type Folder = {
  readonly path: string
  /** It goes when the demo ends. */
  readonly temporary: boolean
  readonly in: (name: string) => string
}

/** @throws LedgerError USAGE when the folder that is asked for holds something already */
export async function openFolder(out: string | undefined): Promise<Folder> {
  if (out === undefined) return folderAt(await mkdtemp(join(tmpdir(), 'waybill-demo-')), true)
  try {
    await mkdir(out, { recursive: true })
    if ((await readdir(out)).length === 0) return folderAt(out, false)
  } catch (error) {
    throw new LedgerError('INPUT_IO', { file: out }, error)
  }
  throw new LedgerError('USAGE', { reason: '--out needs a folder that is empty or not there yet' })
}

export async function closeFolder({ path, temporary }: Folder): Promise<void> {
  if (temporary) await rm(path, { recursive: true, force: true })
}

function folderAt(path: string, temporary: boolean): Folder {
  return { path, temporary, in: (name) => join(path, name) }
}
