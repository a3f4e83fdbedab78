/**
 * The folder of a mirror: a published static folder (c2sp.org/tlog-tiles) and, for auditors, the
 * statements and what waits beside it. docs/format.md, "Mirror".
 *
 *     checkpoint                          the signed note of the tree that is here, whole
 *     tile/<level>/<index>[.p/<width>]    hashes
 *     tile/entries/<index>[.p/<width>]    entries
 *     statements/<index>[.p/<width>]      statement lines of the same entries; confidential, mode 0600
 *     inbox/events                        pin and events of what waits, inbox lines; likewise
 *     inbox/<digest>                      an envelope that waits, under its SHA-256; likewise
 *
 * A file gets its name only once it is whole and on disk, and the checkpoint is replaced last: so a
 * crash leaves the mirror of before, and files that the next run finds good or replaces. What is read
 * is not verified here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { utf8Decode, utf8Encode } from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import { ENTRIES, TILE_HASHES, type TileName, tilePath } from '../core/tile.js'

const CHECKPOINT = 'checkpoint'
const INBOX = 'inbox'
const EVENTS = 'events'
/** Everything that a mirror has at its top; temporary files have the ending of `TEMPORARY`. */
const NAMES: readonly string[] = [CHECKPOINT, 'tile', 'statements', INBOX]
const TEMPORARY = '.tmp'

export class MirrorFolder {
  readonly path: string
  /** Folders in which a name changed and that were not synced yet. */
  readonly #changed = new Set<string>()

  /** Use `openMirrorFolder`. */
  constructor(path: string) {
    this.path = path
  }

  /** The signed note of what is here; undefined before the first one. @throws LedgerError INPUT_IO */
  note(): string | undefined {
    const bytes = this.#read(CHECKPOINT)
    return bytes === undefined ? undefined : utf8Decode(bytes)
  }

  /** Whether a file of this name is there, whatever is in it. */
  hasTile(name: TileName): boolean {
    return existsSync(join(this.path, tilePath(name)))
  }

  /** As `hasTile`, for statement lines. */
  hasLines(index: number, width: number): boolean {
    return existsSync(join(this.path, linesPath(index, width)))
  }

  /** A tile or bundle, as it is stored. @throws LedgerError INPUT_IO */
  tile(name: TileName): Uint8Array | undefined {
    return this.#read(tilePath(name))
  }

  /** Statement lines of a bundle's entries, each ended by a line feed. @throws LedgerError INPUT_IO */
  lines(index: number, width: number): Uint8Array | undefined {
    return this.#read(linesPath(index, width))
  }

  /** @throws LedgerError INPUT_IO */
  async writeTile(name: TileName, bytes: Uint8Array): Promise<void> {
    await this.#write(tilePath(name), bytes, {})
  }

  /** @throws LedgerError INPUT_IO */
  async writeLines(index: number, width: number, text: string): Promise<void> {
    await this.#write(linesPath(index, width), utf8Encode(text), { confidential: true })
  }

  /** Names what is here by a checkpoint. All of it must have been written. @throws LedgerError INPUT_IO */
  async commit(note: string): Promise<void> {
    await this.#syncFolders()
    await this.#write(CHECKPOINT, utf8Encode(note), {})
    await this.#syncFolders()
  }

  /** Deletes statements of a bundle that was narrower before. @throws LedgerError INPUT_IO */
  async dropLines(index: number, width: number): Promise<void> {
    const path = join(this.path, linesPath(index, width))
    await doing(path, () => rm(path, { force: true }))
  }

  /** Pin and events of the inbox. @throws LedgerError INPUT_IO */
  inbox(): Uint8Array | undefined {
    return this.#read(join(INBOX, EVENTS))
  }

  /** An envelope that waits, by its digest in hex. @throws LedgerError INPUT_IO */
  proposal(digest: string): Uint8Array | undefined {
    return this.#read(join(INBOX, digest))
  }

  /** @throws LedgerError INPUT_IO */
  async writeProposal(digest: string, bytes: Uint8Array): Promise<void> {
    await this.#write(join(INBOX, digest), bytes, { confidential: true })
  }

  /**
   * Names what waits; its envelopes must have been written. Those of others are deleted, for nothing is
   * kept of what waits no more.
   *
   * @throws LedgerError INPUT_IO
   */
  async commitInbox(text: string, digests: ReadonlySet<string>): Promise<void> {
    await this.#syncFolders()
    await this.#write(join(INBOX, EVENTS), utf8Encode(text), { confidential: true })
    await this.#syncFolders()
    const folder = join(this.path, INBOX)
    for (const name of namesIn(folder)) {
      const path = join(folder, name)
      if (name !== EVENTS && !digests.has(name)) await doing(path, () => rm(path, { force: true }))
    }
  }

  /** Deletes all that is kept of the inbox. @throws LedgerError INPUT_IO */
  async dropInbox(): Promise<void> {
    const path = join(this.path, INBOX)
    await doing(path, () => rm(path, { recursive: true, force: true }))
  }

  #read(name: string): Uint8Array | undefined {
    const path = join(this.path, name)
    try {
      return new Uint8Array(readFileSync(path))
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw ioError(path, error)
    }
  }

  async #write(
    name: string,
    bytes: Uint8Array,
    { confidential = false }: { readonly confidential?: boolean },
  ): Promise<void> {
    const path = join(this.path, name)
    const folder = dirname(path)
    // Two runs at once must not write into one file; both write the same bytes.
    const draft = `${path}.${process.pid}${TEMPORARY}`
    await doing(path, async () => {
      await mkdir(folder, { recursive: true, mode: confidential ? 0o700 : 0o755 })
      await writeSynced(draft, bytes, confidential ? 0o600 : 0o644)
      await rename(draft, path)
    })
    for (let at = folder; at.length >= this.path.length; at = dirname(at)) this.#changed.add(at)
  }

  /** After this, what was written so far is there after a power loss too. */
  async #syncFolders(): Promise<void> {
    for (const path of this.#changed) await doing(path, () => syncFolder(path))
    this.#changed.clear()
  }
}

/**
 * The mirror in a folder, which need not exist yet.
 *
 * @throws LedgerError MIRROR_FOLDER_INVALID when something else is in it, INPUT_IO
 */
export function openMirrorFolder(path: string): MirrorFolder {
  const foreign = namesIn(path).some((name) => !NAMES.includes(name) && !name.endsWith(TEMPORARY))
  if (foreign) throw new LedgerError('MIRROR_FOLDER_INVALID', { path })
  return new MirrorFolder(path)
}

/** True for a folder that has a mirror's or a published log's checkpoint and tiles. */
export function isMirrorFolder(path: string): boolean {
  const names = namesIn(path)
  return names.includes(CHECKPOINT) && names.includes('tile')
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw ioError(path, error)
  }
}

function linesPath(index: number, width: number): string {
  return tilePath({ level: ENTRIES, index, width }).replace(`tile/${ENTRIES}`, 'statements')
}

/** Entries of a bundle in a tree of `size`: all of it, or what the tree has. */
export function bundleWidth(index: number, size: number): number {
  return Math.min(TILE_HASHES, size - index * TILE_HASHES)
}

async function writeSynced(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file: FileHandle = await open(path, 'w', mode)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function doing(path: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw ioError(path, error)
  }
}

function ioError(path: string, error: unknown): LedgerError {
  return new LedgerError('INPUT_IO', { file: path, errno: String(codeOf(error)) }, error)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
