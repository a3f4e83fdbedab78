/**
 * A witness folder: `witness.json`, `keys/`, `logs`, `store/`, `heads/`, `evidence/`.
 *
 * A witness is its name and its keys. One that lost its memory must not go on under them, so opening
 * never makes what is missing.
 */
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, parseJson } from '../ledger/core/json.js'
import { formatVkey, type NoteKey } from '../ledger/core/note.js'
import {
  bestCrypto,
  generateKeyPem,
  generateMlDsaPem,
  mlDsaSignerFromPem,
  readKeyFile,
  signerFromPem,
  writeKeyFile,
} from '../ledger/index.js'
import { type Cosigner, ed25519Cosigner, mlDsaCosigner } from './cosigner.js'
import { evidenceFolder } from './evidence.js'
import { formatLogLine, type LogList, parseLogList } from './log-list.js'
import { openWitnessMemory } from './memory.js'
import { Witness } from './witness.js'

export type WitnessListen = { readonly host: string; readonly port: number }

/** `witness.json`. */
export type WitnessConfig = {
  /** Name of its keys: a URL without scheme is the custom. Stands in every cosignature. */
  readonly name: string
  readonly listen: WitnessListen
}

/** What others need of a witness: its verifier keys, Ed25519 first. */
export type WitnessKeys = { readonly name: string; readonly vkeys: readonly string[] }

const CONFIG_FILE = 'witness.json'
const LOGS_FILE = 'logs'
const KEYS_FOLDER = 'keys'
const ED25519_KEY = 'ed25519.pem'
const ML_DSA_KEY = 'ml-dsa.pem'
const CONFIG_MEMBERS = ['listen', 'name']
const LOGS_HEAD = `# Logs that this witness cosigns: log <vkey> [origin, where it is not the key's name]
`

/**
 * Makes a witness: two keys, an empty list of logs, an empty memory.
 *
 * @throws LedgerError WITNESS_EXISTS, VKEY_INVALID for a name that cannot be a key's, KEY_FILE_IO
 */
export async function initWitnessFolder(
  folder: string,
  config: WitnessConfig,
): Promise<WitnessKeys> {
  if (existsSync(join(folder, CONFIG_FILE)) || existsSync(join(folder, KEYS_FOLDER))) {
    throw new LedgerError('WITNESS_EXISTS')
  }
  const ed25519 = generateKeyPem()
  const mlDsa = generateMlDsaPem()
  const cosigners = [
    ed25519Cosigner(config.name, signerFromPem(ed25519.pem)),
    mlDsaCosigner(config.name, mlDsaSignerFromPem(mlDsa.pem)),
  ]
  await mkdir(join(folder, KEYS_FOLDER), { recursive: true, mode: 0o700 })
  await writeKeyFile(join(folder, KEYS_FOLDER, ED25519_KEY), ed25519.pem)
  await writeKeyFile(join(folder, KEYS_FOLDER, ML_DSA_KEY), mlDsa.pem)
  await writeFile(join(folder, LOGS_FILE), LOGS_HEAD, { flag: 'wx' })
  const memory = await openWitnessMemory(folder, {
    keys: cosigners.map(({ key }) => key),
    crypto: bestCrypto(),
    create: true,
  })
  await memory.close()
  // Written last: a folder without it is no witness yet.
  await writeFile(join(folder, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`, { flag: 'wx' })
  return { name: config.name, vkeys: cosigners.map(({ key }) => vkeyOf(key)) }
}

/**
 * Adds a log's key to the list; a running witness sees it when it is started again.
 *
 * @throws LedgerError WITNESS_NOT_FOUND, VKEY_INVALID, CONFIG_INVALID when it is there already
 */
export async function addLog(folder: string, vkey: string, origin?: string): Promise<LogList> {
  await readWitnessConfig(folder)
  const path = join(folder, LOGS_FILE)
  const line = formatLogLine(vkey, origin)
  const text = await readFile(path, 'utf8')
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  const logs = parseLogList(`${text}${before}${line}`)
  await appendFile(path, `${before}${line}`)
  return logs
}

/** The verifier keys and the logs of a witness. @throws LedgerError WITNESS_NOT_FOUND, CONFIG_INVALID */
export async function describeWitness(
  folder: string,
): Promise<WitnessKeys & { readonly logs: readonly string[] }> {
  const { name } = await readWitnessConfig(folder)
  const cosigners = await readCosigners(folder, name)
  const logs = parseLogList(await readFile(join(folder, LOGS_FILE), 'utf8'))
  return { name, vkeys: cosigners.map(({ key }) => vkeyOf(key)), logs: [...logs.keys()] }
}

export type OpenWitnessOptions = {
  /** Seconds since 1970. */
  readonly now: () => number
  /** Told of each new file of evidence against a log. */
  readonly onEvidence: (path: string) => void
}

/**
 * Opens a witness; no other process may have it open.
 *
 * @throws LedgerError WITNESS_NOT_FOUND, WITNESS_LOCKED, WITNESS_STATE_DAMAGED, CONFIG_INVALID,
 * KEY_FILE_INVALID, KEY_FILE_MODE
 */
export async function openWitnessFolder(
  folder: string,
  { now, onEvidence }: OpenWitnessOptions,
): Promise<{ readonly witness: Witness; readonly config: WitnessConfig } & WitnessKeys> {
  const config = await readWitnessConfig(folder)
  const cosigners = await readCosigners(folder, config.name)
  const logs = parseLogList(await readFile(join(folder, LOGS_FILE), 'utf8'))
  const crypto = bestCrypto()
  const keys = cosigners.map(({ key }) => key)
  const memory = await openWitnessMemory(folder, { keys, crypto })
  const evidence = evidenceFolder(folder, onEvidence)
  const witness = new Witness({ logs, cosigners, memory, evidence, crypto, now })
  return { witness, config, name: config.name, vkeys: keys.map(vkeyOf) }
}

/** @throws LedgerError WITNESS_NOT_FOUND, CONFIG_INVALID */
async function readWitnessConfig(folder: string): Promise<WitnessConfig> {
  let text: string
  try {
    text = await readFile(join(folder, CONFIG_FILE), 'utf8')
  } catch (error) {
    throw new LedgerError('WITNESS_NOT_FOUND', {}, error)
  }
  return parseConfig(configJson(text))
}

function configJson(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new LedgerError('CONFIG_INVALID', { at: CONFIG_FILE, reason: 'not JSON' }, error)
  }
}

function parseConfig(value: Json): WitnessConfig {
  if (!isObject(value) || !Object.keys(value).every((name) => CONFIG_MEMBERS.includes(name))) {
    throw new LedgerError('CONFIG_INVALID', { at: CONFIG_FILE })
  }
  const { name, listen } = value
  if (typeof name !== 'string') throw new LedgerError('CONFIG_INVALID', { at: 'name' })
  const host = isObject(listen) ? listen['host'] : undefined
  const port = isObject(listen) ? listen['port'] : undefined
  if (typeof host !== 'string' || typeof port !== 'number' || !isPort(port)) {
    throw new LedgerError('CONFIG_INVALID', { at: 'listen' })
  }
  return { name, listen: { host, port } }
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65_535
}

/** The keys that are there, at least one: an operator may take one away, never both. */
async function readCosigners(folder: string, name: string): Promise<readonly Cosigner[]> {
  const pemOf = (file: string): Promise<string> => readKeyFile(join(folder, KEYS_FOLDER, file))
  const has = (file: string): boolean => existsSync(join(folder, KEYS_FOLDER, file))
  const cosigners: Cosigner[] = []
  if (has(ED25519_KEY))
    cosigners.push(ed25519Cosigner(name, signerFromPem(await pemOf(ED25519_KEY))))
  if (has(ML_DSA_KEY))
    cosigners.push(mlDsaCosigner(name, mlDsaSignerFromPem(await pemOf(ML_DSA_KEY))))
  if (cosigners.length === 0) {
    throw new LedgerError('INPUT_NOT_FOUND', { path: join(folder, KEYS_FOLDER) })
  }
  return cosigners
}

function vkeyOf({ name, type, key }: NoteKey): string {
  return formatVkey(name, type, key)
}
