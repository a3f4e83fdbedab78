/**
 * A new key for a log: added by a statement of the operator, signing beside the old one for a while,
 * then alone. DESIGN 2, 5 "Parties".
 *
 *     rotate   log-next.pem is made; key/1 adds both keys for `log`; both sign every checkpoint
 *     finish   key/1 ends the old one; log-next.pem becomes log.pem
 *
 * Each step can be run again after a crash: what is done is not done twice. A key is on disk before a
 * statement names it, and a statement ends a key before its file goes.
 */
import { link, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import { jwkOf } from '../core/jwk.js'
import type { KeyStatus } from '../core/key-state.js'
import { ed25519NoteKey } from '../core/note.js'
import { formatPolicy, policyOfLogs } from '../core/policy.js'
import type { StatementId } from '../core/statement.js'
import {
  generateKeyPem,
  readKeyFile,
  type Signer,
  signerFromPem,
  writeKeyFile,
} from '../crypto/signer.js'
import {
  openLedgerFolder,
  operatorSigners,
  SELF_ADMITTED_S,
  submitSigned,
  systemNow,
} from './folder.js'
import { readPublishingPolicy } from './folder-publishing.js'
import type { Ledger } from './ledger.js'
import { logKeyFile, nextLogKey, nextLogKeyFile } from './log-key.js'

export type LogKeyChange = {
  readonly origin: string
  /** The key that will go on signing. */
  readonly vkey: string
  /** Statements that were made, in order; none when it had been done before. */
  readonly statements: readonly StatementId[]
  /** Text of a policy file that accepts the log's checkpoints now and after the change. */
  readonly policy: string
  /** Where the old private key is kept after the change. */
  readonly oldKeyFile?: string
}

export type RotationOptions = { readonly now?: () => number }

export type FinishOptions = RotationOptions & {
  /** The old key is declared compromised from this entry on, instead of retired. */
  readonly compromisedSince?: number
}

/**
 * Adds a new log key. From then on both sign. No server may be running on the folder.
 *
 * @throws LedgerError LEDGER_NOT_FOUND, LEDGER_LOCKED, and as openLedgerFolder
 */
export async function rotateLogKey(
  folder: string,
  options: RotationOptions = {},
): Promise<LogKeyChange> {
  const now = options.now ?? systemNow
  const statements = await withLedger(folder, now, async (ledger) => {
    const old = signerFromPem(await readKeyFile(logKeyFile(folder)))
    const next = (await nextLogKey(folder)) ?? (await makeNext(folder))
    const made: StatementId[] = []
    // The old one too: only a key that stands in the registry can be ended there.
    for (const signer of [old, next]) {
      if (statusOf(signer, ledger) !== undefined) continue
      made.push(await addKey(ledger, folder, signer, now()))
    }
    return made
  })
  // Opening signs the head with the key that has joined in.
  return withLedger(folder, now, async ({ origin, vkey }) => {
    const old = signerFromPem(await readKeyFile(logKeyFile(folder)))
    const next = await nextLogKey(folder)
    const keys = next === undefined ? [old] : [old, next]
    return { origin, vkey, statements, policy: policyText(origin, keys) }
  })
}

/**
 * Ends the old log key: the new one signs alone. No server may be running on the folder.
 *
 * @throws LedgerError USAGE when no rotation is going on; CONFIG_INVALID when the folder's own policy
 * does not name the new key; and as rotateLogKey
 */
export async function finishLogKeyRotation(
  folder: string,
  options: FinishOptions = {},
): Promise<LogKeyChange> {
  const now = options.now ?? systemNow
  const next = await nextLogKey(folder)
  if (next === undefined) throw noRotation()
  const old = signerFromPem(await readKeyFile(logKeyFile(folder)))
  const statements = await withLedger(folder, now, async (ledger) => {
    await checkOwnPolicy(folder, next)
    if (statusOf(next, ledger) !== 'active') throw noRotation()
    if (statusOf(old, ledger) !== 'active') return []
    return [await endKey(ledger, folder, old, { ...options, atS: now() })]
  })
  const oldKeyFile = join(folder, 'keys', `log-ended-${old.kid.slice(0, 12)}.pem`)
  await replaceKey(folder, oldKeyFile)
  return withLedger(folder, now, async ({ origin, vkey }) => ({
    origin,
    vkey,
    statements,
    policy: policyText(origin, [next]),
    oldKeyFile,
  }))
}

/** The ledger's own policy, where it has one, must know who will sign: else it would publish nothing. */
async function checkOwnPolicy(folder: string, { publicKey }: Signer): Promise<void> {
  const policy = await readPublishingPolicy(folder)
  if (policy === undefined) return
  const known = policy.logs.some(({ key }) => {
    return key.publicKey !== undefined && equalBytes(key.publicKey, publicKey)
  })
  if (!known)
    throw new LedgerError('CONFIG_INVALID', {
      at: 'policy',
      reason: 'it does not name the new log key; add its `log` line first',
    })
}

function noRotation(): LedgerError {
  return new LedgerError('USAGE', {
    reason: 'no new log key has been added: waybill log-key rotate comes first',
  })
}

async function withLedger<Result>(
  folder: string,
  now: () => number,
  work: (ledger: Ledger) => Promise<Result>,
): Promise<Result> {
  const { ledger } = await openLedgerFolder(folder, { workers: 0, now })
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}

function statusOf({ kid }: Signer, ledger: Ledger): KeyStatus | undefined {
  return ledger.ownerOf(kid)?.key.status
}

async function makeNext(folder: string): Promise<Signer> {
  const { pem } = generateKeyPem()
  await writeKeyFile(nextLogKeyFile(folder), pem)
  return signerFromPem(pem)
}

async function addKey(
  ledger: Ledger,
  folder: string,
  signer: Signer,
  atS: number,
): Promise<StatementId> {
  const { registrar } = await operatorSigners(folder)
  const claims = {
    party: ledger.registrar ?? '',
    key: { ...jwkOf(signer.publicKey) },
    action: 'add',
    use: ['log'],
  }
  return submitSigned(
    ledger,
    { ...deadline(ledger, atS), type: 'key/1', claims },
    [
      ['holder', registrar],
      ['registrar', registrar],
      ['subject', signer],
    ],
    atS,
  )
}

async function endKey(
  ledger: Ledger,
  folder: string,
  { publicKey }: Signer,
  { compromisedSince, atS }: FinishOptions & { readonly atS: number },
): Promise<StatementId> {
  const { registrar } = await operatorSigners(folder)
  const claims = {
    party: ledger.registrar ?? '',
    key: { ...jwkOf(publicKey) },
    ...(compromisedSince === undefined
      ? { action: 'retire' }
      : { action: 'compromised', since: compromisedSince }),
  }
  return submitSigned(
    ledger,
    { ...deadline(ledger, atS), type: 'key/1', claims },
    [
      ['holder', registrar],
      ['registrar', registrar],
    ],
    atS,
  )
}

function deadline({ origin }: Ledger, atS: number) {
  return { origin, iat: atS, countersignBy: atS + SELF_ADMITTED_S }
}

/** The old key stays under another name; its place is taken in one step, so that there always is a key. */
async function replaceKey(folder: string, oldKeyFile: string): Promise<void> {
  await link(logKeyFile(folder), oldKeyFile).catch((error: unknown) => {
    // A crash may have come between the two steps.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  await rename(nextLogKeyFile(folder), logKeyFile(folder))
  // Windows cannot open a folder and needs no such sync.
  if (process.platform === 'win32') return
  const keys = await open(join(folder, 'keys'), 'r')
  try {
    await keys.sync()
  } finally {
    await keys.close()
  }
}

function policyText(origin: string, signers: readonly Signer[]): string {
  const keys = signers.map(({ publicKey }) => ed25519NoteKey(origin, publicKey))
  return formatPolicy(policyOfLogs(...keys))
}
