/**
 * The log's keys of a folder: its key files, or for a copy without keys, what the operator declared.
 *
 *     keys/log.pem        signs checkpoints
 *     keys/log-next.pem   signs beside it during a rotation, once the operator's statement says so
 *
 * A copy is handed to auditors without `keys/`. Reading it needs the public keys only to find its way;
 * what is read is judged by the reader's own policy afterwards, so the operator's word is enough here.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint, parseCheckpoint } from '../core/checkpoint.js'
import { listClaim } from '../core/disclosure.js'
import type { Crypto, PublicKey } from '../core/ed25519.js'
import { LedgerError, orNone } from '../core/errors.js'
import { isObject, type Json } from '../core/json.js'
import { thumbprint } from '../core/jwk.js'
import { ed25519NoteKey, type NoteKey, parseNote, parseVkey } from '../core/note.js'
import { policyOfLogs } from '../core/policy.js'
import { readKeyFile, type Signer, signerFromPem } from '../crypto/signer.js'
import { openHeadFile } from '../store/head-file.js'
import type { Store } from '../store/store.js'
import { openRecord, type StoredStatement } from './reader.js'
import { Records } from './records.js'

export type LogKeys = {
  readonly signer: Signer
  /** Further keys of the log: they sign beside it once the operator's statements say so. */
  readonly otherSigners: readonly Signer[]
  readonly readOnly: boolean
}

type Origin = { readonly folder: string; readonly origin: string }
type DigestCrypto = Pick<Crypto, 'sha256' | 'codec'>

/**
 * @throws LedgerError KEY_FILE_INVALID, KEY_FILE_MODE; INPUT_NOT_FOUND when there is no key file and
 * the operator's statements declare no key
 */
export async function logKeysOf(
  { folder, origin }: Origin,
  store: Store,
  crypto: DigestCrypto,
): Promise<LogKeys> {
  const file = logKeyFile(folder)
  if (existsSync(file)) {
    const signer = signerFromPem(await readKeyFile(file))
    const next = await nextLogKey(folder)
    const other = next === undefined || next.kid === signer.kid ? [] : [next]
    return { signer, otherSigners: other, readOnly: false }
  }
  const keys = await declaredKeys(origin, new Records(store, crypto.sha256), crypto)
  const [signer, ...otherSigners] = keys.map(readingSigner)
  if (signer === undefined) throw new LedgerError('INPUT_NOT_FOUND', { path: file })
  return { signer, otherSigners, readOnly: true }
}

/** The keys as a policy names them. */
export function logNoteKeys(
  { signer, otherSigners }: Pick<LogKeys, 'signer' | 'otherSigners'>,
  origin: string,
): readonly NoteKey[] {
  return [signer, ...otherSigners].map(({ publicKey }) => ed25519NoteKey(origin, publicKey))
}

/** The key of a rotation that is going on. */
export async function nextLogKey(folder: string): Promise<Signer | undefined> {
  const file = nextLogKeyFile(folder)
  return existsSync(file) ? signerFromPem(await readKeyFile(file)) : undefined
}

function readingSigner(publicKey: PublicKey): Signer {
  const sign = (): Promise<never> => Promise.reject(new LedgerError('LEDGER_READ_ONLY'))
  return { publicKey, kid: thumbprint(publicKey), sign }
}

/** The log's vkeys in the operator's first statement, and the keys for `log` that it added later. */
async function declaredKeys(
  origin: string,
  records: Records,
  crypto: DigestCrypto,
): Promise<readonly PublicKey[]> {
  const first = statementAt(0, records, crypto)
  if (first === undefined) return []
  const keys = new Map<string, PublicKey>()
  for (const item of listClaim(first.opened.open, 'identifiers') ?? []) {
    const key = identifiedKey(item, origin)
    if (key !== undefined) keys.set(thumbprint(key), key)
  }
  const operator = first.facts.change?.party
  for await (const index of records.registryEntries(await records.entryCount())) {
    const change = statementAt(index, records, crypto)?.facts.change
    if (change?.kind !== 'add' || change.party !== operator) continue
    if (change.key.uses.includes('log')) keys.set(change.key.kid, change.key.key)
  }
  return [...keys.values()]
}

/** An identifier's key, where it is one of this log's. */
function identifiedKey(item: Json, origin: string): PublicKey | undefined {
  if (!isObject(item) || item['scheme'] !== 'log-vkey') return undefined
  const { value } = item
  if (typeof value !== 'string') return undefined
  const { name, publicKey } = parseVkey(value)
  return name === origin ? publicKey : undefined
}

function statementAt(
  index: number,
  records: Records,
  crypto: DigestCrypto,
): Pick<StoredStatement, 'opened' | 'facts'> | undefined {
  const entry = records.entry(index)
  const record = records.statement(index)
  return entry === undefined || record === undefined
    ? undefined
    : openRecord(index, entry, record, crypto)
}

/**
 * Looks whether a folder has the key that signed its head. A head that cannot be read says nothing.
 *
 * @throws LedgerError LOG_KEY_UNUSABLE, KEY_FILE_MODE; CONFIG_INVALID when the head is of another log
 */
export async function checkLogKey({ folder, origin }: Origin, crypto: Crypto): Promise<void> {
  const path = logKeyFile(folder)
  if (!existsSync(path)) throw new LedgerError('LOG_KEY_UNUSABLE', { path, reason: 'missing' })
  const keys = await keysAtHand(folder, path)
  const note = orNone(() => openHeadFile(folder).read()?.checkpoint)
  if (note === undefined) return
  if (orNone(() => parseCheckpoint(parseNote(note).text).origin) !== origin) {
    throw new LedgerError('CONFIG_INVALID', { at: 'origin', reason: 'the head is of another log' })
  }
  const policy = policyOfLogs(...keys.map(({ publicKey }) => ed25519NoteKey(origin, publicKey)))
  if (orNone(() => openCheckpoint(note, policy, crypto)) === undefined) {
    throw new LedgerError('LOG_KEY_UNUSABLE', { path, reason: 'it did not sign the head' })
  }
}

async function keysAtHand(folder: string, path: string): Promise<readonly Signer[]> {
  try {
    const signer = signerFromPem(await readKeyFile(path))
    const next = await nextLogKey(folder)
    return next === undefined ? [signer] : [signer, next]
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'KEY_FILE_INVALID') throw error
    throw new LedgerError('LOG_KEY_UNUSABLE', { path, reason: 'not a key file' }, error)
  }
}

/** Where a folder keeps its log's key. */
export function logKeyFile(folder: string): string {
  return join(folder, 'keys', 'log.pem')
}

/** Where a folder keeps the key that will be its log's. */
export function nextLogKeyFile(folder: string): string {
  return join(folder, 'keys', 'log-next.pem')
}
