/**
 * The state file: an append-only journal of what an import has made. DESIGN 4.1 (ids are not
 * guessable), so this is what makes an import repeatable.
 *
 * Order: a statement's line is on disk (write, fsync) before the statement is submitted. A crash
 * before that leaves at most a torn last line, and a torn line was never submitted: it is cut off. A
 * crash after it leaves the very bytes to be submitted again, which a ledger answers with what it has.
 *
 * Two imports at once would make everything twice. Whoever appends looks at the size before and after:
 * if another wrote in between, nobody submits. Of two lines about one statement the first counts.
 */
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { utf8Encode } from '../../ledger/core/bytes.js'
import type { Crypto } from '../../ledger/core/ed25519.js'
import { LedgerError } from '../../ledger/core/errors.js'
import {
  formatLine,
  type Kept,
  parseLine,
  STATE_FORMAT,
  type StateLine,
  settledKept,
} from './state.js'
import type { Version } from './version.js'

const LF = 0x0a
/** It holds every claim in clear. */
const FILE_MODE = 0o600

export class Journal {
  readonly path: string
  readonly #kept = new Map<string, Kept>()
  #origin: string | undefined
  #files: readonly string[] = []
  #size = 0
  /** Bytes of the file that hold whole lines. */
  #sound = 0
  #file: FileHandle | undefined

  /** Use `openJournal`. */
  constructor(path: string) {
    this.path = path
  }

  /** Nothing was ever written. */
  get empty(): boolean {
    return this.#origin === undefined
  }

  /** Files of the last import, as absolute paths; without stdin. */
  get files(): readonly string[] {
    return this.#files
  }

  kept(key: string): Kept | undefined {
    return this.#kept.get(key)
  }

  /** In the order in which they were built: parents before children. */
  all(): readonly Kept[] {
    return [...this.#kept.values()]
  }

  /** Dataset versions that are in the log. What is not yet may still be built anew. */
  versions(): readonly Version[] {
    return this.all().flatMap(({ made, settled }) => (settled ? made : []))
  }

  /**
   * Prepares for writing: from here on, the file belongs to this ledger.
   *
   * Rejects with IMPORT_STATE_INVALID when it belongs to another one.
   */
  async begin(origin: string, files: readonly string[]): Promise<void> {
    if (this.#origin !== undefined && this.#origin !== origin) {
      throw new LedgerError('IMPORT_STATE_INVALID', {
        file: this.path,
        reason: 'it is of another ledger',
      })
    }
    const lines: StateLine[] = []
    if (this.#origin === undefined) lines.push({ event: 'opened', format: STATE_FORMAT, origin })
    if (files.join('\n') !== this.#files.join('\n')) lines.push({ event: 'input', files })
    if (lines.length > 0) await this.append(lines)
  }

  /**
   * Writes lines; resolves when they survive a power cut.
   *
   * Rejects with IMPORT_STATE_BUSY when another import writes to the file, INPUT_IO.
   */
  async append(lines: readonly StateLine[]): Promise<void> {
    if (lines.length === 0) return
    const bytes = utf8Encode(lines.map((line) => `${formatLine(line)}\n`).join(''))
    try {
      this.#file ??= await this.#open()
      const file = this.#file
      await this.#expectSize(file)
      await file.appendFile(bytes)
      await file.datasync()
      this.#size += bytes.length
      await this.#expectSize(file)
    } catch (error) {
      if (error instanceof LedgerError) throw error
      throw new LedgerError('INPUT_IO', { file: this.path }, error)
    }
    this.#sound = this.#size
    for (const line of lines) this.#take(line)
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  /** Reads the whole file; what is there counts. */
  async load(crypto: Pick<Crypto, 'sha256'>): Promise<void> {
    const bytes = await readFile(this.path).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw new LedgerError('INPUT_IO', { file: this.path }, error)
    })
    if (bytes === undefined) return
    this.#size = bytes.length
    let line = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, this.#sound)) {
      line += 1
      const text = Uint8Array.from(bytes.subarray(this.#sound, end))
      this.#take(this.#read(parseLine(text, { file: this.path, line }, crypto), line))
      this.#sound = end + 1
    }
  }

  /** The first line says what the file is, and no other does. */
  #read(read: StateLine, line: number): StateLine {
    const first = read.event === 'opened'
    if (first !== (line === 1) || (first && read.format !== STATE_FORMAT)) {
      throw new LedgerError('IMPORT_STATE_INVALID', { file: this.path, line })
    }
    return read
  }

  #take(line: StateLine): void {
    if (line.event === 'opened') this.#origin = line.origin
    else if (line.event === 'input') this.#files = line.files
    else if (line.event === 'dropped') this.#kept.delete(line.key)
    else if (line.event === 'settled') {
      const kept = this.#kept.get(line.key)
      if (kept !== undefined) this.#kept.set(line.key, settledKept(kept))
    } else {
      const before = this.#kept.get(line.kept.key)
      // The same statement again has more signatures; another one lost a race and was never sent.
      if (before === undefined || before.id === line.kept.id)
        this.#kept.set(line.kept.key, line.kept)
    }
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.path, 'a', FILE_MODE)
    if (this.#size === 0) await syncFolder(dirname(this.path))
    if (this.#sound < this.#size) {
      // Cut the torn line only if the file is as it was read: it may be another's line, half-way.
      await this.#expectSize(file)
      await truncate(this.path, this.#sound)
      this.#size = this.#sound
    }
    return file
  }

  async #expectSize(file: FileHandle): Promise<void> {
    const { size } = await file.stat()
    if (size !== this.#size) throw new LedgerError('IMPORT_STATE_BUSY', { file: this.path })
  }
}

/**
 * Opens the state file; one that is not there is empty. Nothing is written before `begin`.
 *
 * Rejects with IMPORT_STATE_INVALID, INPUT_IO.
 */
export async function openJournal(path: string, crypto: Pick<Crypto, 'sha256'>): Promise<Journal> {
  const journal = new Journal(path)
  await journal.load(crypto)
  return journal
}

/** A new file's name is durable only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder and needs no such sync.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
