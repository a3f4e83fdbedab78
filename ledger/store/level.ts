/**
 * The default store: LevelDB, through `level`. The only file that imports it, and the only one that
 * sees its Buffers.
 *
 * What LevelDB leaves out is done here:
 *
 * - Calls of `batch` race for a thread. Writes are queued.
 * - After a failed write it may take the next one, behind a torn record at which recovery stops.
 *   Nothing is written after an error.
 * - It never syncs its folder for a new log file. A synced write ends with that: 0.15 ms measured;
 *   ext4 does not need it, other file systems may.
 * - A second `open` in one process, though refused, lets go of the lock that keeps other processes
 *   out. It is refused here, before LevelDB sees it. For the same reason nothing in this process may
 *   read the file LOCK while the store is open.
 * - Where CURRENT is missing, it begins a new store and deletes the files of the old one. That is
 *   damage, and refused.
 *
 * Not done: blocks are not checked against their checksums when they are read (the binding does not
 * let us ask for it), so a flipped bit may come back as other bytes; see store.ts. And `repair()` is
 * never called on a store: it drops what it cannot read without saying what. A copy may be salvaged
 * with it by whoever holds each record against a hash afterwards (ledger/mirror/repair.ts).
 */
import { cp, type FileHandle, mkdir, open, readdir, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Level } from 'level'
import { LedgerError } from '../core/errors.js'
import type { Range, Store, StoreReader, StoreRecord, TextRecord, WriteBatch } from './store.js'
import { SCAN_BYTES, SCAN_RECORDS_MAX } from './store.js'

type Database = Level<Uint8Array, Uint8Array>

/**
 * Measured with 200,000 statements of 7 KB (entry, body, 20 disclosures, 2 index records), synced
 * batches of 200, on 2 cores with Node 20.20.2 and level 10.0.0:
 *
 * - maxOpenFiles 74, the least LevelDB takes: it maps its open tables of 2 MiB into memory, and what
 *   was touched counts as resident. A scan of the whole store ends at 300 MB; at 1,240 MB with the
 *   default of 1,000. A random body costs 50 µs of CPU instead of 15; entries and indexes nothing.
 * - writeBufferSize 16 MiB: half of the keys begin with a hash, so that every merge writes all of its
 *   level again. With 80,000 statements as of today (some 36 records each) merging takes 21 s of CPU;
 *   30 s with 8 MiB, 15 s with 32. Two buffers are held, and reopening replays up to one (0.2 s).
 * - compression on: disk 0.8 of the statements' bytes, 1.08 without, for the same CPU.
 * - blockSize stays 4 KiB: 16 KiB saves 3 % of disk and CPU, but one bad block loses four times as
 *   much. cacheSize stays 8 MiB: with 32 MiB random reads were not faster.
 */
const OPTIONS = {
  keyEncoding: 'view',
  valueEncoding: 'view',
  maxOpenFiles: 74,
  writeBufferSize: 16 * 1_048_576,
  compression: true,
} as const

/** Names of files that hold records. Their presence without CURRENT is damage, not an empty folder. */
const RECORD_FILES = /\.(ldb|sst|log)$/

/** Folders open in this process. */
const openFolders = new Set<string>()

/**
 * Opens the LevelDB store in `folder`, which holds nothing else.
 *
 * With `create`, a missing store is made, with its folder (mode 0700, as it holds confidential
 * claims); an existing one is opened all the same. With `shared`, other threads of this process may
 * open it beside (`openLevelBeside`); without, LevelDB's own lock keeps them out too.
 *
 * @throws LedgerError LEDGER_NOT_FOUND, LEDGER_LOCKED (this or another process has it open),
 * STORE_UNREADABLE (LevelDB's own files are damaged, or the operating system refuses)
 */
export async function openLevelStore(
  folder: string,
  { create = false, shared = false }: { readonly create?: boolean; readonly shared?: boolean } = {},
): Promise<Store> {
  const exists = await storeExists(folder)
  if (!exists && !create) throw new LedgerError('LEDGER_NOT_FOUND')
  if (!exists) await reading('create', () => mkdir(folder, { recursive: true, mode: 0o700 }))
  const path = await reading('open', () => realpath(folder))
  if (openFolders.has(path)) throw new LedgerError('LEDGER_LOCKED')
  openFolders.add(path)
  try {
    return await openLevel(path, { create: !exists, shared })
  } catch (error) {
    openFolders.delete(path)
    throw error
  }
}

/**
 * Copies a store that cannot be opened and opens what LevelDB can make of the copy: some records may
 * be missing, some may be older ones. The original is not touched.
 *
 * @throws LedgerError STORE_UNREADABLE when nothing can be made of it
 */
export async function openSalvagedStore(folder: string, copy: string): Promise<Store> {
  await reading('open', async () => {
    await rm(copy, { recursive: true, force: true })
    await cp(folder, copy, { recursive: true })
    await rm(join(copy, 'LOCK'), { force: true })
  })
  try {
    await repairDatabase(copy)
  } catch (error) {
    throw unreadable('its files are damaged beyond salvage', error)
  }
  return openLevelStore(copy)
}

/** The binding has it; the types of `level`, which also runs in browsers, do not. */
async function repairDatabase(path: string): Promise<void> {
  const { repair } = Level as unknown as { readonly repair?: (path: string) => Promise<void> }
  if (repair === undefined) throw new TypeError('this build of level cannot repair')
  await repair.call(Level, path)
}

/**
 * Opens, for reading in this thread, a store that another thread of this process has open as shared.
 *
 * @param path its `sharedAt`
 * @throws LedgerError LEDGER_LOCKED, STORE_UNREADABLE
 */
export async function openLevelBeside(path: string): Promise<StoreReader> {
  const db = await openDatabase(path, { createIfMissing: false, multithreading: true })
  return new LevelReader(db)
}

type Sharing = { readonly createIfMissing: boolean; readonly multithreading: boolean }

async function openDatabase(path: string, sharing: Sharing): Promise<Database> {
  // The binding has `multithreading`; the types of `level`, which also runs in browsers, do not.
  const db: Database = new Level(path, { ...OPTIONS, ...sharing })
  try {
    await db.open()
    return db
  } catch (error) {
    throw openingError(error)
  }
}

async function openLevel(
  path: string,
  { create, shared }: { readonly create: boolean; readonly shared: boolean },
): Promise<Store> {
  const db = await openDatabase(path, { createIfMissing: create, multithreading: shared })
  try {
    const handle = await open(path, 'r')
    // Opening renames CURRENT and starts a log; neither is synced with the folder by LevelDB.
    await handle.sync()
    if (create) await syncFolder(dirname(path))
    return new LevelStore(db, handle, { path, shared })
  } catch (error) {
    await db.close()
    throw unreadable('the operating system refuses', error)
  }
}

/**
 * Whether there is a store to open.
 *
 * @throws LedgerError STORE_UNREADABLE when files of a store are there but not the one that names
 * them
 */
async function storeExists(folder: string): Promise<boolean> {
  const names = await reading('open', () => namesIn(folder))
  if (names.includes('CURRENT')) return true
  if (names.some((name) => RECORD_FILES.test(name))) throw unreadable('the file CURRENT is missing')
  return false
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

class LevelReader implements StoreReader {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(key: Uint8Array): Uint8Array | undefined {
    try {
      return bytesOf(this.#db.getSync(key))
    } catch (error) {
      throw readingError(error)
    }
  }

  getMany(keys: readonly Uint8Array[]): (Uint8Array | undefined)[] {
    return keys.map((key) => this.get(key))
  }

  async *scan(range: Range): AsyncGenerator<StoreRecord[]> {
    for await (const chunk of this.#chunks<Uint8Array>(range, 'view'))
      yield chunk.map(([key, value]) => [viewOf(key), viewOf(value)] as const)
  }

  async *scanTexts(range: Range): AsyncGenerator<TextRecord[]> {
    for await (const chunk of this.#chunks<string>(range, 'utf8'))
      yield chunk.map(([key, text]) => [viewOf(key), text] as const)
  }

  async close(): Promise<void> {
    await this.#db.close()
  }

  async *#chunks<Value>(
    { from, to, reverse = false, limit = -1 }: Range,
    valueEncoding: string,
  ): AsyncGenerator<readonly (readonly [Uint8Array, Value])[]> {
    try {
      const options = { gte: from, lt: to, reverse, limit, highWaterMarkBytes: SCAN_BYTES }
      const iterator = this.#db.iterator<Uint8Array, Value>({ ...options, valueEncoding })
      try {
        for (;;) {
          const chunk = await iterator.nextv(SCAN_RECORDS_MAX)
          if (chunk.length === 0) return
          yield chunk
        }
      } finally {
        await iterator.close()
      }
    } catch (error) {
      throw readingError(error)
    }
  }
}

class LevelStore extends LevelReader implements Store {
  readonly sharedAt?: string
  readonly #db: Database
  readonly #folder: FileHandle
  readonly #path: string
  /** Settles, without an error, when the last write has. */
  #last: Promise<void> = Promise.resolve()
  #failure: LedgerError | undefined
  #closing: Promise<void> | undefined

  constructor(
    db: Database,
    folder: FileHandle,
    { path, shared }: { readonly path: string; readonly shared: boolean },
  ) {
    super(db)
    if (shared) this.sharedAt = path
    this.#db = db
    this.#folder = folder
    this.#path = path
  }

  write({ puts, deletes = [] }: WriteBatch, { sync }: { readonly sync: boolean }): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new LedgerError('LEDGER_CLOSED'))
    if (puts.length === 0 && deletes.length === 0) return this.#last.then(() => this.#check())
    // A chained batch copies each record as it is given; an array of operations costs 10 times as
    // much on this thread (331 µs for the 24 records of a statement instead of 33).
    const batch = this.#db.batch()
    for (const key of deletes) batch.del(key)
    for (const { key, value } of puts) batch.put(key, value)
    const written = this.#last.then(async () => {
      try {
        this.#check()
        await batch.write({ sync })
        if (sync) await this.#folder.sync()
      } catch (error) {
        throw this.#fail(error)
      } finally {
        await batch.close()
      }
    })
    this.#last = written.catch(() => undefined)
    return written
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#last
    try {
      await this.#db.close()
      await this.#folder.close()
    } finally {
      openFolders.delete(this.#path)
    }
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  #fail(error: unknown): LedgerError {
    this.#failure ??= new LedgerError('STORE_FAILED', { part: 'store' }, error)
    return this.#failure
  }
}

/** LevelDB's bytes as the plain kind. Nobody else has the Buffer, so its memory is the caller's. */
function viewOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function bytesOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : viewOf(bytes)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function reading<T>(act: 'open' | 'create', run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw unreadable(`the operating system refuses to ${act} the folder`, error)
  }
}

function openingError(error: unknown): LedgerError {
  const code = codeOf(error instanceof Error ? error.cause : undefined)
  if (code === 'LEVEL_LOCKED') return new LedgerError('LEDGER_LOCKED', {}, error)
  if (code === 'LEVEL_CORRUPTION') return unreadable('its files are damaged', error)
  return unreadable('its files are missing or cannot be read', error)
}

function readingError(error: unknown): LedgerError {
  const code = codeOf(error)
  if (code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN') {
    return new LedgerError('LEDGER_CLOSED')
  }
  return unreadable('a block is damaged or cannot be read', error)
}

function unreadable(reason: string, cause?: unknown): LedgerError {
  return new LedgerError('STORE_UNREADABLE', { reason }, cause)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
