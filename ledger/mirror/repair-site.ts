/**
 * A damaged ledger folder as a repair finds it: what can be opened of it, and the mirrors beside it.
 */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type OpenedCheckpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { ed25519NoteKey, type NoteKey } from '../core/note.js'
import { type Policy, policyOfLogs } from '../core/policy.js'
import { bestCrypto } from '../crypto/native.js'
import { readKeyFile, type Signer, signerFromPem } from '../crypto/signer.js'
import { readLedgerConfig, STORE_FOLDER } from '../log/folder.js'
import { checkLogKey, logKeyFile, nextLogKey } from '../log/log-key.js'
import { Records } from '../log/records.js'
import { type Head, openHeadFile } from '../store/head-file.js'
import { openLevelStore, openSalvagedStore } from '../store/level.js'
import { openPublishedFile, PUBLISHED_FILE_NAME } from '../store/published-file.js'
import type { Store } from '../store/store.js'
import { type InboxCopy, readInboxCopy } from './inbox-copy.js'
import { MirrorFolder } from './mirror-folder.js'
import { MirrorReader } from './mirror-reader.js'
import { publishedNote } from './repair-notes.js'

/** A signed tree: its note, opened. */
export type Signed = { readonly opened: OpenedCheckpoint; readonly note: string }

export type RepairMirror = Signed & {
  readonly reader: MirrorReader
  /** What it has of what waits. */
  readonly inbox: InboxCopy
}

export type RepairSite = {
  readonly folder: string
  readonly origin: string
  /** The log's own keys, or those of the policy that was given; no witnesses: a head has none. */
  readonly policy: Policy
  readonly signer: Signer | undefined
  readonly crypto: Crypto
  /** Undefined when the file is missing, damaged or not signed by the log. */
  readonly head: (Signed & { readonly file: Head }) | undefined
  /** `salvaged`: a copy, of which records may be missing. */
  readonly own:
    | { readonly store: Store; readonly records: Records; readonly salvaged: boolean }
    | undefined
  readonly mirrors: readonly RepairMirror[]
  /** What was published last, if its file can be read. */
  readonly published: Signed | undefined
  /** There is such a file, and it cannot be read. */
  readonly publishedDamaged: boolean
  /** What a mirror shows as published last, where the file is lost or damaged and there must have been one. */
  readonly publishedLost: string | undefined
}

/** Where a new store is built, and where it waits for its place once it has passed the audit. */
const BUILDING = 'store.building'
const REPAIRED = 'store.repaired'
const SALVAGE = 'store.salvage'

/**
 * Opens what there is. Close it with `closeSite`.
 *
 * Rejects with LEDGER_NOT_FOUND, LEDGER_CONFIG_MISSING, LEDGER_LOCKED, CONFIG_INVALID, KEY_FILE_MODE,
 * LOG_KEY_UNUSABLE (no key that signed the head, and no policy), INPUT_NOT_FOUND and CHECKPOINT_… for a mirror that is none of this log.
 */
export async function openSite(
  folder: string,
  mirrors: readonly string[],
  given: Policy | undefined,
): Promise<RepairSite> {
  const { origin } = await readLedgerConfig(folder)
  await finishSwap(folder)
  const crypto = bestCrypto()
  if (given === undefined) await checkLogKey({ folder, origin }, crypto)
  const signer = await ownSigner(folder)
  const keys = given?.logs.map(({ key }) => key) ?? (await ownKeys(folder, origin, signer))
  const policy = policyOfLogs(...keys)
  const opened = mirrors.map((path) => openMirror(path, origin, policy, crypto))
  const head = openHead(folder, origin, policy, crypto)
  const { published, publishedDamaged } = openPublished(folder, origin, policy, crypto)
  const own = await openOwn(folder, crypto)
  const [newest] = bySize(opened)
  const publishedLost =
    published === undefined && newest !== undefined
      ? await publishedNote(folder, newest.note, policy, crypto)
      : undefined
  return {
    folder,
    origin,
    policy,
    signer,
    crypto,
    head,
    own,
    mirrors: opened,
    published,
    publishedDamaged,
    publishedLost,
  }
}

/** The largest first. */
export function bySize<Tree extends Signed>(signed: readonly Tree[]): readonly Tree[] {
  return [...signed].sort((a, b) => b.opened.checkpoint.size - a.opened.checkpoint.size)
}

/** The log's key; none where a policy says whom to believe, and the file is missing or damaged. */
async function ownSigner(folder: string): Promise<Signer | undefined> {
  const path = logKeyFile(folder)
  if (!existsSync(path)) return undefined
  try {
    return signerFromPem(await readKeyFile(path))
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'KEY_FILE_INVALID') return undefined
    throw error
  }
}

/** The log's key, and the next one during a rotation. */
async function ownKeys(
  folder: string,
  origin: string,
  signer: Signer | undefined,
): Promise<readonly NoteKey[]> {
  const next = signer === undefined ? undefined : await nextLogKey(folder)
  return [signer, next].flatMap((one) =>
    one === undefined ? [] : [ed25519NoteKey(origin, one.publicKey)],
  )
}

function openPublished(
  folder: string,
  origin: string,
  policy: Policy,
  crypto: Crypto,
): Pick<RepairSite, 'published' | 'publishedDamaged'> {
  try {
    const note = openPublishedFile(folder).read()
    if (note === undefined) return { published: undefined, publishedDamaged: false }
    const opened = openCheckpoint(note, policy, crypto)
    if (opened.checkpoint.origin !== origin) throw new LedgerError('CHECKPOINT_ORIGIN')
    return { published: { opened, note }, publishedDamaged: false }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return { published: undefined, publishedDamaged: true }
  }
}

/**
 * Moves a published file that cannot be read out of the way, and puts back what a mirror has of it;
 * otherwise the ledger publishes anew.
 */
export async function restorePublished(
  { folder, publishedDamaged, publishedLost }: RepairSite,
  stamp: string,
): Promise<void> {
  const path = join(folder, PUBLISHED_FILE_NAME)
  if (publishedDamaged) await rename(path, `${path}.damaged-${stamp}`)
  if (publishedLost !== undefined) await openPublishedFile(folder).write(publishedLost)
}

export async function closeSite({ folder, own }: RepairSite): Promise<void> {
  await own?.store.close()
  await rm(join(folder, SALVAGE), { recursive: true, force: true })
}

/** An empty store beside the old one. */
export async function openBuilding({ folder }: RepairSite): Promise<Store> {
  await rm(join(folder, BUILDING), { recursive: true, force: true })
  return openLevelStore(join(folder, BUILDING), { create: true })
}

export async function dropBuilding({ folder }: RepairSite): Promise<void> {
  await rm(join(folder, BUILDING), { recursive: true, force: true })
}

/**
 * Puts the new store in the old one's place and keeps the old one; answers where. All stores of the
 * folder must be closed. A crash in between is finished by the next run.
 */
export async function swapStores(
  { folder }: RepairSite,
  stamp: string,
): Promise<string | undefined> {
  const kept = join(folder, `store.damaged-${stamp}`)
  const isThere = existsSync(join(folder, STORE_FOLDER))
  await rename(join(folder, BUILDING), join(folder, REPAIRED))
  if (isThere) await rename(join(folder, STORE_FOLDER), kept)
  await finishSwap(folder)
  return isThere ? kept : undefined
}

async function finishSwap(folder: string): Promise<void> {
  const [repaired, store] = [join(folder, REPAIRED), join(folder, STORE_FOLDER)]
  if (!existsSync(repaired)) return
  // Both are there when the crash came before the old one was moved: it is repaired from anew.
  if (existsSync(store)) await rm(repaired, { recursive: true })
  else await rename(repaired, store)
}

function openMirror(path: string, origin: string, policy: Policy, crypto: Crypto): RepairMirror {
  const folder = new MirrorFolder(path)
  const note = folder.note()
  if (note === undefined)
    throw new LedgerError('INPUT_NOT_FOUND', { file: join(path, 'checkpoint') })
  const opened = openCheckpoint(note, policy, crypto)
  if (opened.checkpoint.origin !== origin) throw new LedgerError('CHECKPOINT_ORIGIN')
  return {
    opened,
    note,
    reader: new MirrorReader(folder, opened.checkpoint.size),
    inbox: readInboxCopy(folder, crypto.sha256),
  }
}

function openHead(
  folder: string,
  origin: string,
  policy: Policy,
  crypto: Crypto,
): RepairSite['head'] {
  try {
    const file = openHeadFile(folder).read()
    if (file === undefined) return undefined
    const opened = openCheckpoint(file.checkpoint, policy, crypto)
    return opened.checkpoint.origin === origin ? { opened, note: file.checkpoint, file } : undefined
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

async function openOwn(folder: string, crypto: Crypto): Promise<RepairSite['own']> {
  const path = join(folder, STORE_FOLDER)
  try {
    const store = await openLevelStore(path, { create: false })
    return { store, records: new Records(store, crypto.sha256), salvaged: false }
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === 'LEDGER_LOCKED') throw error
    if (error.code === 'LEDGER_NOT_FOUND') return undefined
  }
  try {
    const store = await openSalvagedStore(path, join(folder, SALVAGE))
    return { store, records: new Records(store, crypto.sha256), salvaged: true }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
