/**
 * The newest published checkpoint, in a file beside the head. DESIGN 4.7.
 *
 * The file is `published` in the ledger's folder, UTF-8, exactly this JSON and a line feed:
 *
 *     {"checkpoint":NOTE,"digest":DIGEST}
 *
 * NOTE is the signed note with the witnesses' lines; DIGEST is lower-case hex SHA-256 of the text
 * `{"checkpoint":NOTE}`. It is written before anybody is shown the note, in the same four steps as the
 * head (head-file.ts), so a restart shows the same one or a newer one, never an older. The digest
 * finds accidents; what the note says is judged by its signatures.
 */
import { join } from 'node:path'
import { equalBytes, toHex, utf8Decode, utf8Encode } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import { portableSha256 } from '../core/hash.js'
import { diskFs, type HeadFs, replaceSynced } from './head-file.js'

export interface PublishedFile {
  /**
   * The note, or undefined when nothing was published yet.
   *
   * @throws LedgerError PUBLISHED_UNREADABLE when the file is not as it was written
   */
  read(): string | undefined

  /**
   * Replaces the note; durable once it resolves. One at a time.
   *
   * @throws LedgerError STORE_FAILED for the write that failed and every later one
   */
  write(note: string): Promise<void>
}

/** Name of the file in the ledger's folder. */
const PUBLISHED_FILE_NAME = 'published'
/** Twice the longest note, for its escapes. */
const PUBLISHED_BYTES_MAX = 4_194_304

/** The file of a ledger's folder. Nothing is read or created yet. */
export function openPublishedFile(folder: string, fs: HeadFs = diskFs): PublishedFile {
  let failure: LedgerError | undefined
  return {
    read: () => {
      let bytes: Uint8Array | undefined
      try {
        bytes = fs.read(join(folder, PUBLISHED_FILE_NAME))
      } catch (cause) {
        throw new LedgerError('PUBLISHED_UNREADABLE', { reason: 'input or output error' }, cause)
      }
      return bytes === undefined ? undefined : decodePublished(bytes)
    },
    write: async (note) => {
      if (failure !== undefined) throw failure
      try {
        await replaceSynced(folder, PUBLISHED_FILE_NAME, encodePublished(note), fs)
      } catch (cause) {
        failure = new LedgerError('STORE_FAILED', { part: 'published checkpoint' }, cause)
        throw failure
      }
    },
  }
}

/** A file in memory: for logs without a folder, and for tests. */
export function memoryPublishedFile(initial?: string): PublishedFile {
  let note = initial
  return {
    read: () => note,
    write: (next) => {
      note = next
      return Promise.resolve()
    },
  }
}

/** Bytes of the file. */
export function encodePublished(checkpoint: string): Uint8Array {
  const digest = toHex(portableSha256(utf8Encode(JSON.stringify({ checkpoint }))))
  const bytes = utf8Encode(`${JSON.stringify({ checkpoint, digest })}\n`)
  invariant(bytes.length <= PUBLISHED_BYTES_MAX, 'a note is small enough to be read again')
  return bytes
}

/** @throws LedgerError PUBLISHED_UNREADABLE unless they are exactly what `encodePublished` writes */
export function decodePublished(bytes: Uint8Array): string {
  if (bytes.length > PUBLISHED_BYTES_MAX) throw unreadable('too long')
  const checkpoint = noteOf(bytes)
  if (checkpoint === undefined || !equalBytes(encodePublished(checkpoint), bytes)) {
    throw unreadable('digest or form')
  }
  return checkpoint
}

function noteOf(bytes: Uint8Array): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(utf8Decode(bytes))
  } catch (cause) {
    throw unreadable('not JSON', cause)
  }
  const { checkpoint } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly checkpoint?: unknown
  }
  return typeof checkpoint === 'string' ? checkpoint : undefined
}

function unreadable(reason: string, cause?: unknown): LedgerError {
  return new LedgerError('PUBLISHED_UNREADABLE', { reason }, cause)
}
