/**
 * Files beside the map: artefacts that are read, unsigned statements that are written.
 */
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { toHex } from '../../ledger/core/bytes.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Sha256 } from '../../ledger/core/hash.js'
import { encodeJcs } from '../../ledger/core/json.js'
import type { Parties } from './party.js'
import type { FileDigest } from './plan-outcomes.js'
import type { Kept } from './state.js'

/** Digests of files named relative to a folder; a file that cannot be read throws INPUT_IO. */
export function fileDigests(folder: string, sha: Sha256): FileDigest {
  return (name) => {
    const path = resolve(folder, name)
    try {
      const bytes = readFileSync(path)
      return { digest: toHex(sha(bytes)), bytes: bytes.length }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw new LedgerError('INPUT_IO', { file: path }, error)
    }
  }
}

/**
 * Writes statements that nobody here can sign, for `waybill sign`: one folder per party under
 * `STATE.to-sign`. Answers the paths by id. Rejects with INPUT_IO.
 */
export async function writeHandedOver(
  handedOver: readonly Kept[],
  state: string,
  parties: Parties,
): Promise<ReadonlyMap<string, string>> {
  const aliases = new Map([...parties.values()].map(({ id, alias }) => [id, alias]))
  const files = new Map<string, string>()
  for (const { id, roles, envelope } of handedOver) {
    const party = roles[0]?.party ?? 'nobody'
    const folder = join(`${state}.to-sign`, folderName(aliases.get(party)) ?? party)
    const path = join(folder, `${id.slice(0, 12)}.json`)
    const text = encodeJcs({ disclosures: [...envelope.disclosures], payload: envelope.payload })
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Every claim is in it, in clear.
      await writeFile(path, `${text}\n`, { mode: 0o600 })
    } catch (error) {
      throw new LedgerError('INPUT_IO', { file: path }, error)
    }
    files.set(id, path)
  }
  return files
}

/** A party's name is what the map's author chose: a folder's name only if it can be one. */
function folderName(alias: string | undefined): string | undefined {
  return alias !== undefined && /^[\w-][\w.-]*$/.test(alias) ? alias : undefined
}
