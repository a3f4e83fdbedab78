/**
 * What a command about a lineage is asked for: a statement's id, or the file that came out of it.
 */
import { existsSync } from 'node:fs'
import { toHex } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import { portableSha256 } from '../ledger/core/hash.js'
import type { Job } from './command.js'
import { readBytes, STDIO } from './files.js'
import { parseIdPrefix } from './identity.js'
import type { LedgerSource } from './ledger-source.js'

/** An id, or the digest of a file. */
export type Wanted = { readonly id: string } | { readonly digest: string; readonly file: string }

/** An argument that names a file is a file, even if it looks like an id. */
export async function readWanted(text: string, job: Job): Promise<Wanted> {
  if (text === STDIO || existsSync(text)) {
    return { digest: toHex(portableSha256(await readBytes(text, job.io))), file: text }
  }
  if (!/^[0-9a-fA-F]+$/.test(text)) throw new LedgerError('INPUT_NOT_FOUND', { file: text })
  return { id: parseIdPrefix(text) }
}

export function digestOf(wanted: Wanted): string | undefined {
  return 'digest' in wanted ? wanted.digest : undefined
}

export function nothingCarries(where: string): LedgerError {
  return new LedgerError('NOTHING_TO_VERIFY', {
    reason: `no such statement, or no outcome with this file's digest, that you may read in ${where}`,
  })
}

/** The one statement that is wanted: a bundle or report is of one lineage; a file that several outcomes carry is asked for by id. */
export async function oneId(wanted: Wanted, source: LedgerSource): Promise<string> {
  if ('id' in wanted) return wanted.id
  const [id, ...others] = await source.outcomes(wanted.digest)
  if (id === undefined) throw nothingCarries(source.flag)
  if (others.length > 0) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
  return id
}
