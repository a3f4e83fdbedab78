/**
 * The map's parties with their keys opened: who they are, and what can be signed for them.
 */
import { resolve } from 'node:path'
import { execSigner, readKeyFile, type Signer, signerFromPem } from '../../client/index.js'
import { fromBase64url } from '../../ledger/core/bytes.js'
import { parsePublicKey } from '../../ledger/core/ed25519.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { MapParty } from './map.js'

export type Party = {
  readonly alias: string
  /** Party id. */
  readonly id: string
  readonly country?: string
  /** Absent when nothing can be signed for this party here. */
  readonly signer?: Signer
  /** It countersigns elsewhere, even where its other statements are signed here. */
  readonly pending: boolean
}

/** Parties by the name that the map gives them. */
export type Parties = ReadonlyMap<string, Party>

/**
 * Opens every key of a map. `folder` is the map's own.
 *
 * Rejects with KEY_FILE_INVALID, KEY_FILE_MODE, KEY_INVALID, INPUT_NOT_FOUND, and IMPORT_MAP_INVALID
 * when two names stand for one party.
 */
export async function openParties(
  parties: ReadonlyMap<string, MapParty>,
  folder: string,
): Promise<Parties> {
  const opened = new Map<string, Party>()
  const names = new Map<string, string>()
  for (const [alias, entry] of parties) {
    const signer = await openSigner(entry, folder)
    const id = entry.id ?? signer?.kid
    if (id === undefined) throw new LedgerError('IMPORT_MAP_INVALID', { at: `${entry.at}.id` })
    const other = names.get(id)
    if (other !== undefined) {
      const expected = 'another party: a second name for the same one hides its transfers'
      throw new LedgerError('IMPORT_MAP_INVALID', { at: entry.at, expected })
    }
    names.set(id, alias)
    opened.set(alias, {
      alias,
      id,
      pending: entry.pending,
      ...(entry.country === undefined ? {} : { country: entry.country }),
      ...(signer === undefined ? {} : { signer }),
    })
  }
  return opened
}

async function openSigner(
  { key, signer, at }: MapParty,
  folder: string,
): Promise<Signer | undefined> {
  try {
    if (key !== undefined) return signerFromPem(await readKeyFile(resolve(folder, key)))
    if (signer === undefined) return undefined
    return execSigner(signer.command, parsePublicKey(fromBase64url(signer.publicKey)))
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError(error.code, { at, ...error.details }, error)
  }
}
