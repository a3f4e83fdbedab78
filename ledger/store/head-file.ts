/**
 * The signed head: the last commit checkpoint and the inbox pin, in a file outside the store.
 * DESIGN 9.
 *
 * The file is `checkpoint` in the ledger's folder, UTF-8, exactly this JSON and a line feed:
 *
 *     {"checkpoint":NOTE,"digest":DIGEST,"inbox":{"base":B,"hash":HASH,"seq":S}}
 *
 * NOTE is the signed note of the checkpoint; B and S count inbox events, HASH is their rolling
 * hash in lower-case hex (ledger/log/inbox.ts). DIGEST is lower-case hex SHA-256 of the same text
 * without its member `digest` and without the line feed. Members in this order, no white space:
 * that is RFC 8785, and reading accepts nothing else, so any changed byte is noticed. The digest
 * finds accidents; against a forger stands the note's signature, which the log checks.
 *
 * Writing: (1) the whole text into `checkpoint.tmp`, (2) sync that file, (3) rename it over
 * `checkpoint`, (4) sync the folder. A crash before 3 leaves the old head, and perhaps a torn
 * temporary file that nobody reads and the next write replaces. A rename is atomic and what it
 * brings in was synced by 2, so a crash after 3 leaves the old head or the new one, whole. After 4
 * it is the new one. Who is told of a checkpoint is told after 4, so no head is ever lost that
 * anybody saw. After an error the disk's state is unknown: no write is tried again.
 */
import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex, utf8Decode, utf8Encode } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import { portableSha256 } from '../core/hash.js'

export type Head = {
  /** Signed note of the last commit's checkpoint. */
  readonly checkpoint: string
  readonly inbox: {
    /** Sequence number of the first inbox event that is kept. */
    readonly base: number
    /** Inbox events ever written; the number of the next. */
    readonly seq: number
    /** Rolling hash over the events from `base`, 64 lower-case hex digits. */
    readonly hash: string
  }
}

export interface HeadFile {
  /**
   * The head, or undefined when there is none yet.
   *
   * @throws LedgerError HEAD_UNREADABLE when the file is not as it was written
   */
  read(): Head | undefined

  /**
   * Replaces the head; durable once it resolves. One at a time.
   *
   * @throws LedgerError STORE_FAILED for the write that failed and every later one
   */
  write(head: Head): Promise<void>
}

/** What the head file asks of a file system; tests give one that fails or loses power. */
export type HeadFs = {
  /** Undefined when there is no such file. */
  readonly read: (path: string) => Uint8Array | undefined
  /** Creates or replaces a file and syncs it. */
  readonly writeSynced: (path: string, bytes: Uint8Array) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly syncFolder: (path: string) => Promise<void>
}

/** Name of the file in the ledger's folder. */
export const HEAD_FILE_NAME = 'checkpoint'
/** Largest head file: a note of 64 signatures is far smaller. */
const HEAD_BYTES_MAX = 65_536

/** The head file of a ledger's folder. Nothing is read or created yet. */
export function openHeadFile(folder: string, fs: HeadFs = diskFs): HeadFile {
  return new DiskHead(folder, fs)
}

/** A head in memory, for tests and trials. */
export function memoryHeadFile(initial?: Head): HeadFile {
  let bytes = initial === undefined ? undefined : encodeHead(initial)
  return {
    read: () => (bytes === undefined ? undefined : decodeHead(bytes)),
    write: (head) => {
      bytes = encodeHead(head)
      return Promise.resolve()
    },
  }
}

/** Bytes of the file. */
export function encodeHead({ checkpoint, inbox }: Head): Uint8Array {
  const { base, hash, seq } = inbox
  const pin = { base, hash, seq }
  const digest = toHex(portableSha256(utf8Encode(JSON.stringify({ checkpoint, inbox: pin }))))
  const bytes = utf8Encode(`${JSON.stringify({ checkpoint, digest, inbox: pin })}\n`)
  invariant(bytes.length <= HEAD_BYTES_MAX, 'a head is small enough to be read again')
  return bytes
}

/**
 * The head of the file's bytes.
 *
 * @throws LedgerError HEAD_UNREADABLE unless they are exactly what `encodeHead` writes
 */
export function decodeHead(bytes: Uint8Array): Head {
  if (bytes.length > HEAD_BYTES_MAX) throw unreadable('too long', bytes.length)
  const head = parseHead(bytes)
  // Encoding again covers the digest, the order of the members and every byte between them.
  if (!equalBytes(encodeHead(head), bytes)) throw unreadable('digest or form', bytes.length)
  return head
}

class DiskHead implements HeadFile {
  readonly #folder: string
  readonly #path: string
  readonly #fs: HeadFs
  #failure: LedgerError | undefined

  constructor(folder: string, fs: HeadFs) {
    this.#folder = folder
    this.#path = join(folder, HEAD_FILE_NAME)
    this.#fs = fs
  }

  read(): Head | undefined {
    let bytes: Uint8Array | undefined
    try {
      bytes = this.#fs.read(this.#path)
    } catch (cause) {
      throw new LedgerError('HEAD_UNREADABLE', { reason: 'input or output error' }, cause)
    }
    return bytes === undefined ? undefined : decodeHead(bytes)
  }

  async write(head: Head): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      await replaceSynced(this.#folder, HEAD_FILE_NAME, encodeHead(head), this.#fs)
    } catch (cause) {
      this.#failure = new LedgerError('STORE_FAILED', { part: 'head file' }, cause)
      throw this.#failure
    }
  }
}

/** Replaces a file of a folder by the four steps above; durable once it resolves. */
export async function replaceSynced(
  folder: string,
  name: string,
  bytes: Uint8Array,
  fs: HeadFs = diskFs,
): Promise<void> {
  const path = join(folder, name)
  const temporary = `${path}.tmp`
  await fs.writeSynced(temporary, bytes)
  await fs.rename(temporary, path)
  await fs.syncFolder(folder)
}

/** The machine's own file system. */
export const diskFs: HeadFs = {
  read: (path) => {
    try {
      return new Uint8Array(readFileSync(path))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  },
  writeSynced: async (path, bytes) => {
    const file = await open(path, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  },
  rename,
  syncFolder: async (path) => {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
}

function parseHead(bytes: Uint8Array): Head {
  let value: unknown
  try {
    value = JSON.parse(utf8Decode(bytes))
  } catch (cause) {
    throw unreadable('not JSON', bytes.length, cause)
  }
  const { checkpoint, inbox } = membersOf(value)
  const { base, seq, hash } = membersOf(inbox)
  if (
    typeof checkpoint !== 'string' ||
    !isCount(base) ||
    !isCount(seq) ||
    base > seq ||
    typeof hash !== 'string' ||
    !/^[0-9a-f]{64}$/.test(hash)
  ) {
    throw unreadable('a member is missing or malformed', bytes.length)
  }
  return { checkpoint, inbox: { base, seq, hash } }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0
}

function unreadable(reason: string, length: number, cause?: unknown): LedgerError {
  return new LedgerError('HEAD_UNREADABLE', { reason, length }, cause)
}
