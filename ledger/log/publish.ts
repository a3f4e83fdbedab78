/**
 * Publishing a log as a folder of files (published-folder.ts), again and again as it grows. DESIGN 4.7.
 *
 * Order is everything: tiles are written aside, synced and renamed into place, their folders are
 * synced, and only then does the checkpoint that needs them replace the older one, by rename too. So
 * after a crash at any point the folder is the older log, whole, and perhaps some tiles that nobody
 * asks for yet; doing it again completes them. Partial tiles of older checkpoints stay, because
 * somebody may be reading under one.
 *
 * A folder is never turned into another log: what its checkpoint promised must be the beginning of
 * what is published now.
 */
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { equalBytes, utf8Decode, utf8Encode } from '../core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import type { RootHash } from '../core/hash.js'
import { rootFromNodes } from '../core/merkle.js'
import type { Policy } from '../core/policy.js'
import { ENTRIES, type TileName, tileNodes, tilePath, tilesBetween } from '../core/tile.js'
import type { PublicLog } from './public-log.js'
import { CHECKPOINT_FILE, readIfThere } from './published-folder.js'

/** Where files are written before they are renamed: in the folder itself, so on the same disk. */
const WRITING_FOLDER = '.publishing'
/** What an interrupted first publication leaves behind, and nothing else may be there then. */
const OWN_NAMES: readonly string[] = ['tile', WRITING_FOLDER]
/** Files that are written and synced at the same time. */
const WRITES_MAX = 8

export type PublishOptions = {
  /** Which log's keys a checkpoint in the folder must be signed with. */
  readonly policy: Policy
  readonly crypto: Crypto
  /** Compares every file with the log and puts back what is missing or changed. */
  readonly full?: boolean
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

export type Published = {
  /** Tree size of the folder before; undefined when it had no checkpoint. */
  readonly previous: number | undefined
  /** Tree size of the folder now. */
  readonly size: number
  /** Files written, and files that were there already. */
  readonly written: number
  readonly kept: number
}

/**
 * Brings a folder up to the log's published checkpoint; makes the folder if it is not there.
 *
 * @throws LedgerError PUBLISH_FOLDER_FOREIGN when it holds something else than an older state of this
 * log; PUBLISH_FOLDER_AHEAD; CHECKPOINT_INCONSISTENT when it holds another history signed with this
 * log's key; CHECKPOINT_UNTRUSTED when the policy does not know the log; INPUT_IO
 */
export async function publishFolder(
  log: PublicLog,
  target: string,
  options: PublishOptions,
): Promise<Published> {
  const { policy, crypto } = options
  const folder = resolve(target)
  const note = log.checkpoint()
  const now = openCheckpoint(note, policy, crypto).checkpoint
  const rootAt = (size: number): RootHash =>
    rootFromNodes(
      size,
      tileNodes(now.size, (level, index, width) => log.tile(level, index, width), crypto.sha256),
      crypto.sha256,
    )
  if (!equalBytes(rootAt(now.size), now.root))
    throw new LedgerError('ENTRY_MISMATCH', { record: 'tiles of the checkpoint' })
  const before = await openTarget(folder, now, options)
  checkExtends(before, now, rootAt)
  const writer = new FolderWriter(folder, before !== undefined)
  const counts = await writer.run(async () => {
    const from = options.full === true ? 0 : (before?.size ?? 0)
    const done = await writeTiles(log, writer, [...tilesBetween(from, now.size)], options)
    await writer.syncFolders()
    // Once more: somebody else may have published here meanwhile.
    checkExtends(await openTarget(folder, now, options), now, rootAt)
    await writer.bring(CHECKPOINT_FILE, utf8Encode(note))
    await writer.syncFolders()
    return done
  })
  return { previous: before?.size, size: now.size, ...counts }
}

/**
 * What the folder promised already; undefined for a new one.
 *
 * @throws LedgerError PUBLISH_FOLDER_FOREIGN, INPUT_IO
 */
async function openTarget(
  folder: string,
  now: Checkpoint,
  { policy, crypto }: PublishOptions,
): Promise<Checkpoint | undefined> {
  const bytes = readIfThere(join(folder, CHECKPOINT_FILE))
  if (bytes === undefined) {
    const names = existsSync(folder) ? await ioErrors(() => readdir(folder)) : []
    if (names.every((name) => OWN_NAMES.includes(name))) return undefined
    throw new LedgerError('PUBLISH_FOLDER_FOREIGN', { reason: 'files and no checkpoint' })
  }
  try {
    const { checkpoint } = openCheckpoint(utf8Decode(bytes), policy, crypto)
    if (checkpoint.origin === now.origin) return checkpoint
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const reason = `its checkpoint: ${error.code}`
    throw new LedgerError('PUBLISH_FOLDER_FOREIGN', { reason }, error)
  }
  throw new LedgerError('PUBLISH_FOLDER_FOREIGN', { reason: 'its checkpoint has another origin' })
}

/** @throws LedgerError PUBLISH_FOLDER_AHEAD, CHECKPOINT_INCONSISTENT */
function checkExtends(
  before: Checkpoint | undefined,
  now: Checkpoint,
  rootAt: (size: number) => RootHash,
): void {
  if (before === undefined) return
  if (before.size > now.size) {
    throw new LedgerError('PUBLISH_FOLDER_AHEAD', { size: now.size, published: before.size })
  }
  if (!equalBytes(rootAt(before.size), before.root)) {
    throw new LedgerError('CHECKPOINT_INCONSISTENT', { size1: before.size, size2: now.size })
  }
}

async function writeTiles(
  log: PublicLog,
  writer: FolderWriter,
  names: readonly TileName[],
  { onProgress }: PublishOptions,
): Promise<Pick<Published, 'written' | 'kept'>> {
  let [written, kept, next] = [0, 0, 0]
  const work = async (): Promise<void> => {
    for (let name = names[next]; name !== undefined; name = names[next]) {
      next += 1
      if (await writer.bring(tilePath(name), bytesOf(log, name))) written += 1
      else kept += 1
      onProgress?.({ done: written + kept, total: names.length })
    }
  }
  const stopping = (error: unknown): never => {
    next = names.length
    throw error
  }
  const works = Array.from({ length: WRITES_MAX }, () => work().catch(stopping))
  // All of them, so that after a failure nothing is written any more.
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return { written, kept }
}

function bytesOf(log: PublicLog, { level, index, width }: TileName): Uint8Array {
  return level === ENTRIES ? log.entries(index, width) : log.tile(level, index, width)
}

/** Writes files so that each is there whole or not at all. One run at a time. */
class FolderWriter {
  readonly #folder: string
  readonly #mayReplace: boolean
  /** Folders in which a name changed since they were last synced. */
  readonly #changed = new Set<string>()
  #count = 0

  /** @param mayReplace whether a file with other bytes is ours to replace */
  constructor(folder: string, mayReplace: boolean) {
    this.#folder = folder
    this.#mayReplace = mayReplace
  }

  /** Clears what an interrupted run left, works, and tidies up. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const writing = join(this.#folder, WRITING_FOLDER)
    return await ioErrors(async () => {
      await rm(writing, { recursive: true, force: true })
      await this.#makeFolder(writing)
      const result = await work()
      await rm(writing, { recursive: true })
      return result
    })
  }

  /**
   * Makes a file have these bytes; false when it has them already.
   *
   * @throws LedgerError PUBLISH_FOLDER_FOREIGN
   */
  async bring(path: string, bytes: Uint8Array): Promise<boolean> {
    const known = readIfThere(join(this.#folder, path))
    if (known !== undefined && equalBytes(known, bytes)) {
      // It may be there since a crash that its folder's name did not survive yet.
      this.#touch(dirname(join(this.#folder, path)))
      return false
    }
    if (known !== undefined && !this.#mayReplace && path !== CHECKPOINT_FILE)
      throw new LedgerError('PUBLISH_FOLDER_FOREIGN', { reason: 'a tile of another log' })
    await this.#replace(path, bytes)
    return true
  }

  async #replace(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.#folder, path)
    await this.#makeFolder(dirname(target))
    this.#count += 1
    const aside = join(this.#folder, WRITING_FOLDER, String(this.#count))
    const file = await open(aside, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, target)
    this.#touch(dirname(target))
  }

  /** After this, every file brought so far is there after a power loss too. */
  async syncFolders(): Promise<void> {
    for (const path of this.#changed) {
      const folder = await open(path, 'r')
      try {
        await folder.sync()
      } finally {
        await folder.close()
      }
    }
    this.#changed.clear()
  }

  async #makeFolder(path: string): Promise<void> {
    const first = await mkdir(path, { recursive: true })
    if (first === undefined) return
    for (let at = dirname(path); at.length >= dirname(first).length; at = dirname(at)) {
      this.#changed.add(at)
      if (at === dirname(at)) return
    }
  }

  /** Remembers a folder and those above it, up to where we publish. */
  #touch(path: string): void {
    for (let at = path; at.length >= this.#folder.length; at = dirname(at)) this.#changed.add(at)
  }
}

/** What the operating system refuses has a code of ours. */
async function ioErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LedgerError || !(error instanceof Error && 'code' in error)) throw error
    throw new LedgerError('INPUT_IO', { errno: String(error.code) }, error)
  }
}
