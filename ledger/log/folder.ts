/**
 * A ledger folder: `waybill.json`, `keys/`, `store/`, `checkpoint`. DESIGN 7.1.
 *
 * Makes one, opens one. The log's, the registrar's and the operator's API key differ; all three are
 * made here, with mode 0600.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  buildStatement,
  countersignEnvelope,
  type SigningKey,
  type StatementDraft,
  signStatement,
} from '../core/build.js'
import type { Crypto } from '../core/ed25519.js'
import { envelopeJson } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { isObject, type Json, parseJson } from '../core/json.js'
import { jwkOf } from '../core/jwk.js'
import type { PartyId } from '../core/key-state.js'
import { ed25519NoteKey, formatVkey, TYPE_ED25519 } from '../core/note.js'
import { formatPolicy, type Policy, policyOfLogs } from '../core/policy.js'
import { isOrigin, type StatementId } from '../core/statement.js'
import { bestCrypto } from '../crypto/native.js'
import {
  generateKeyPem,
  readKeyFile,
  type Signer,
  signerFromPem,
  writeKeyFile,
} from '../crypto/signer.js'
import { openHeadFile } from '../store/head-file.js'
import { openLevelStore } from '../store/level.js'
import { openPublishedFile } from '../store/published-file.js'
import type { Store } from '../store/store.js'
import { type AuditOptions, type AuditReport, auditLog } from './audit.js'
import { folderPublishing, makeSecondKey } from './folder-publishing.js'
import { type Ledger, openLedger } from './ledger.js'
import { logKeyFile, logKeysOf, logNoteKeys } from './log-key.js'
import { parseRuleActions, type RuleActions } from './refusing-rules.js'

/** `waybill.json`. */
export type LedgerConfig = {
  /** Name of the log; stands in every statement and checkpoint and can never change. */
  readonly origin: string
  readonly listen: { readonly host: string; readonly port: number }
  /** Party ids that may read everything, until mandates exist. */
  readonly auditors: readonly PartyId[]
  /** Rules that do something else than being recorded when they are not met. */
  readonly rules?: RuleActions
}

export type FolderOptions = {
  /** Check workers; default one per core when compiled, none when run from source. */
  readonly workers?: number
  /** Also opens a copy without `keys/`, for reading only. */
  readonly readable?: boolean
  /** Publish by itself, and ask the witnesses first whether they have seen more: for servers. */
  readonly publish?: boolean
  readonly now?: () => number
  readonly onFailure?: (error: unknown) => void
  /** Signed checkpoints of this log that witnesses, mirrors or clients hold: it must not be behind them. */
  readonly seenElsewhere?: readonly string[]
}

export const CONFIG_FILE = 'waybill.json'
export const STORE_FOLDER = 'store'
const KEYS_FOLDER = 'keys'
const LOG_KEY = 'log.pem'
const REGISTRAR_KEY = 'registrar.pem'
const API_KEY = 'api.pem'
const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8080 }
const CONFIG_MEMBERS = ['auditors', 'listen', 'origin', 'rules']
/** A registry statement of the operator waits for nobody, but its type has a deadline. */
export const SELF_ADMITTED_S = 3_600

export type InitOptions = {
  readonly origin: string
  /** Legal name of the operator. */
  readonly name: string
  /** ISO 3166-1 alpha-2 code of the country where the operator is established. */
  readonly country: string
  readonly listen?: { readonly host: string; readonly port: number }
  readonly now?: () => number
}

export type InitResult = {
  readonly config: LedgerConfig
  readonly vkey: string
  /** The post-quantum key's. */
  readonly secondVkey: string
  readonly registrar: PartyId
  /** Text of a policy file that trusts this log. */
  readonly policy: string
}

/** One worker per core; none when run from source, for workers run compiled files only. */
export function defaultWorkers(): number {
  return import.meta.url.endsWith('.ts') ? 0 : availableParallelism()
}

/** Seconds since 1970 by the machine's clock. */
export function systemNow(): number {
  return Math.floor(Date.now() / 1000)
}

/**
 * Makes a ledger: keys, configuration, store, and the operator's own two registry statements.
 *
 * @throws LedgerError LEDGER_EXISTS, CONFIG_INVALID, INPUT_IO
 */
export async function initLedgerFolder(folder: string, options: InitOptions): Promise<InitResult> {
  if (existsSync(join(folder, CONFIG_FILE)) || existsSync(join(folder, STORE_FOLDER))) {
    throw new LedgerError('LEDGER_EXISTS')
  }
  if (!isOrigin(options.origin)) throw new LedgerError('CONFIG_INVALID', { at: 'origin' })
  await mkdir(join(folder, KEYS_FOLDER), { recursive: true, mode: 0o700 })
  const [log, registrar, api] = await Promise.all(
    [LOG_KEY, REGISTRAR_KEY, API_KEY].map((name) => makeKey(join(folder, KEYS_FOLDER, name))),
  )
  if (log === undefined || registrar === undefined || api === undefined)
    throw new LedgerError('INTERNAL')
  const secondVkey = await makeSecondKey(folder, options.origin)
  const config: LedgerConfig = {
    origin: options.origin,
    listen: options.listen ?? DEFAULT_LISTEN,
    auditors: [],
  }
  const store = await openLevelStore(join(folder, STORE_FOLDER), { create: true })
  const now = options.now ?? systemNow
  const ledger = await openLedger({
    origin: config.origin,
    store,
    head: openHeadFile(folder),
    signer: log,
    crypto: bestCrypto(),
    now,
    workers: 0,
  })
  try {
    await enrolOperator(ledger, options, { log, registrar, api }, now())
  } finally {
    await ledger.close()
  }
  // Written last: a folder without it is not a ledger yet, and `init` that failed can be seen to have.
  await writeFile(join(folder, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`, { flag: 'wx' })
  const key = ed25519NoteKey(config.origin, log.publicKey)
  return {
    config,
    vkey: formatVkey(config.origin, TYPE_ED25519, log.publicKey),
    secondVkey,
    registrar: registrar.kid as string as PartyId,
    policy: formatPolicy(policyOfLogs(key)),
  }
}

/**
 * Opens a ledger folder for reading and writing; no other process may have it open.
 *
 * @throws LedgerError LEDGER_NOT_FOUND, LEDGER_LOCKED, CONFIG_INVALID, KEY_FILE_INVALID,
 * LEDGER_ROLLED_BACK, and as openLedger
 */
export async function openLedgerFolder(
  folder: string,
  options: FolderOptions = {},
): Promise<{ readonly ledger: Ledger; readonly config: LedgerConfig }> {
  const config = await readLedgerConfig(folder)
  const crypto = bestCrypto()
  const store = await openLevelStore(join(folder, STORE_FOLDER), { create: false })
  try {
    const keys = await logKeysOf({ folder, origin: config.origin }, store, crypto)
    if (keys.readOnly && options.readable !== true) {
      throw new LedgerError('INPUT_NOT_FOUND', { path: logKeyFile(folder) })
    }
    const publishing = await folderPublishing(folder, config.origin, {
      readOnly: keys.readOnly,
      repeat: options.publish === true,
    })
    const ledger = await openLedger({
      origin: config.origin,
      store,
      head: openHeadFile(folder),
      publishing,
      ...keys,
      crypto,
      now: options.now ?? systemNow,
      workers: options.workers ?? defaultWorkers(),
      rules: config.rules ?? {},
      ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
      ...(options.seenElsewhere === undefined ? {} : { seenElsewhere: options.seenElsewhere }),
    })
    if (options.publish === true) await refuseRollback(ledger)
    return { ledger, config }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Before anything can be signed: what a witness has seen of this log must be in it. */
async function refuseRollback(ledger: Ledger): Promise<void> {
  try {
    await ledger.publisher.refuseRollback()
  } catch (error) {
    await ledger.close()
    throw error
  }
}

/**
 * Audits a folder that no process has open. Without a policy, the folder's own log key is what counts.
 *
 * @throws LedgerError LEDGER_NOT_FOUND, LEDGER_LOCKED, CONFIG_INVALID, STORE_UNREADABLE
 */
export async function auditLedgerFolder(
  folder: string,
  options: Partial<Pick<AuditOptions, 'policy' | 'workers' | 'onProgress' | 'since'>> = {},
): Promise<AuditReport> {
  const { origin } = await readLedgerConfig(folder)
  const crypto = bestCrypto()
  const store = await openLevelStore(join(folder, STORE_FOLDER), { shared: true })
  try {
    const policy = options.policy ?? (await ownPolicy(folder, origin, store, crypto))
    return await auditLog({
      origin,
      store,
      head: openHeadFile(folder),
      published: openPublishedFile(folder),
      policy,
      crypto,
      workers: options.workers ?? defaultWorkers(),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(options.since === undefined ? {} : { since: options.since }),
    })
  } finally {
    await store.close()
  }
}

async function ownPolicy(
  folder: string,
  origin: string,
  store: Store,
  crypto: Crypto,
): Promise<Policy> {
  const keys = await logKeysOf({ folder, origin }, store, crypto)
  return policyOfLogs(...logNoteKeys(keys, origin))
}

/** The registrar's and the operator's API key of a folder. @throws LedgerError KEY_FILE_INVALID, KEY_FILE_MODE */
export async function operatorSigners(
  folder: string,
): Promise<{ readonly registrar: Signer; readonly api: Signer }> {
  const read = async (name: string): Promise<Signer> =>
    signerFromPem(await readKeyFile(join(folder, KEYS_FOLDER, name)))
  return { registrar: await read(REGISTRAR_KEY), api: await read(API_KEY) }
}

/** @throws LedgerError LEDGER_NOT_FOUND, LEDGER_CONFIG_MISSING, CONFIG_INVALID */
export async function readLedgerConfig(folder: string): Promise<LedgerConfig> {
  let text: string
  try {
    text = await readFile(join(folder, CONFIG_FILE), 'utf8')
  } catch (error) {
    const code = existsSync(join(folder, STORE_FOLDER))
      ? 'LEDGER_CONFIG_MISSING'
      : 'LEDGER_NOT_FOUND'
    throw new LedgerError(code, {}, error)
  }
  return parseConfig(parseConfigJson(text))
}

function parseConfigJson(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new LedgerError('CONFIG_INVALID', { at: CONFIG_FILE, reason: 'not JSON' }, error)
  }
}

function parseConfig(value: Json): LedgerConfig {
  if (!isObject(value) || !Object.keys(value).every((name) => CONFIG_MEMBERS.includes(name))) {
    throw new LedgerError('CONFIG_INVALID', { at: CONFIG_FILE })
  }
  const { origin, listen, auditors } = value
  if (!isOrigin(origin)) throw new LedgerError('CONFIG_INVALID', { at: 'origin' })
  if (!isObject(listen) || typeof listen['host'] !== 'string' || !isPort(listen['port'])) {
    throw new LedgerError('CONFIG_INVALID', { at: 'listen' })
  }
  if (!Array.isArray(auditors) || !auditors.every(isPartyId))
    throw new LedgerError('CONFIG_INVALID', { at: 'auditors' })
  return {
    origin,
    listen: { host: listen['host'], port: listen['port'] },
    auditors: auditors as readonly PartyId[],
    ...(value['rules'] === undefined ? {} : { rules: parseRuleActions(value['rules']) }),
  }
}

function isPort(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535
}

function isPartyId(value: Json): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)
}

async function makeKey(path: string): Promise<Signer> {
  const { pem } = generateKeyPem()
  await writeKeyFile(path, pem)
  return signerFromPem(pem)
}

type OperatorKeys = { readonly log: Signer; readonly registrar: Signer; readonly api: Signer }

/** Entry 0, the operator's own enrolment, and entry 1, its API key. */
async function enrolOperator(
  ledger: Ledger,
  options: InitOptions,
  keys: OperatorKeys,
  now: number,
): Promise<void> {
  const { log, registrar, api } = keys
  const vkey = formatVkey(options.origin, TYPE_ED25519, log.publicKey)
  const deadline = { origin: options.origin, iat: now, countersignBy: now + SELF_ADMITTED_S }
  const party: StatementDraft = {
    ...deadline,
    type: 'party/1',
    claims: {
      party: { key: jwkOf(registrar.publicKey), uses: ['statement'] },
      name: options.name,
      country: options.country,
      identifiers: [{ scheme: 'log-vkey', value: vkey }],
      roles: ['operator'],
    },
  }
  await submitSigned(
    ledger,
    party,
    [
      ['party', registrar],
      ['registrar', registrar],
    ],
    now,
  )
  const key: StatementDraft = {
    ...deadline,
    type: 'key/1',
    claims: { party: registrar.kid, key: jwkOf(api.publicKey), action: 'add', use: ['api'] },
  }
  await submitSigned(
    ledger,
    key,
    [
      ['holder', registrar],
      ['registrar', registrar],
      ['subject', api],
    ],
    now,
  )
}

/** Makes, signs and submits a statement of the operator; answers its id. */
export async function submitSigned(
  ledger: Ledger,
  draft: StatementDraft,
  signers: readonly (readonly [string, SigningKey])[],
  now: number,
): Promise<StatementId> {
  const [first, ...rest] = signers
  if (first === undefined) throw new LedgerError('INTERNAL')
  const built = buildStatement(draft, (count) => new Uint8Array(randomBytes(count)))
  let envelope = await signStatement(built, first[0], first[1], now)
  for (const [role, key] of rest) envelope = await countersignEnvelope(envelope, role, key, now)
  return (await ledger.submit(envelopeJson(envelope))).id
}
