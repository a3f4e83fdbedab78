/**
 * The log's key of a folder: its key file, or for a copy without keys, what entry 0 declares.
 *
 * A copy is handed to auditors without `keys/`. Reading it needs the public key only to find its way;
 * what is read is judged by the reader's own policy afterwards, so entry 0's word is enough here.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listClaim } from '../core/disclosure.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { isObject } from '../core/json.js'
import { thumbprint } from '../core/jwk.js'
import { parseVkey } from '../core/note.js'
import { readKeyFile, type Signer, signerFromPem } from '../crypto/signer.js'
import type { Store } from '../store/store.js'
import { openRecord } from './reader.js'
import { Records } from './records.js'

export type LogKey = { readonly signer: Signer; readonly readOnly: boolean }

/**
 * @throws LedgerError KEY_FILE_INVALID, KEY_FILE_MODE; INPUT_NOT_FOUND when there is no key file and
 * entry 0 declares no key
 */
export async function logKeyOf(
  keyFile: string,
  origin: string,
  store: Store,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): Promise<LogKey> {
  if (existsSync(keyFile)) {
    return { signer: signerFromPem(await readKeyFile(keyFile)), readOnly: false }
  }
  const publicKey = declaredKey(origin, new Records(store, crypto.sha256), crypto)
  if (publicKey === undefined) throw new LedgerError('INPUT_NOT_FOUND', { path: keyFile })
  const sign = (): Promise<never> => Promise.reject(new LedgerError('LEDGER_READ_ONLY'))
  return { signer: { publicKey, kid: thumbprint(publicKey), sign }, readOnly: true }
}

/** The operator's first statement lists its log's vkeys. */
function declaredKey(
  origin: string,
  records: Records,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): Signer['publicKey'] | undefined {
  const entry = records.entry(0)
  const record = records.statement(0)
  if (entry === undefined || record === undefined) return undefined
  const { open } = openRecord(0, entry, record, crypto).opened
  for (const item of listClaim(open, 'identifiers') ?? []) {
    if (!isObject(item) || item['scheme'] !== 'log-vkey' || typeof item['value'] !== 'string')
      continue
    const { name, publicKey } = parseVkey(item['value'])
    if (name === origin && publicKey !== undefined) return publicKey
  }
  return undefined
}

/** Where a folder keeps its log's key. */
export function logKeyFile(folder: string): string {
  return join(folder, 'keys', 'log.pem')
}
