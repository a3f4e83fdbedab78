/**
 * What a witness remembers: per log the last checkpoint it cosigned, with its own lines on it.
 *
 * Kept twice in the witness folder: as a record of a LevelDB store (`store/`, which also keeps other
 * processes out) and as a file (`heads/<hex sha256(origin)>`). A witness that forgets is worse than
 * none: it would cosign a second history. LevelDB can lose a record to one flipped bit without an
 * error, and files get restored one by one; both copies are written and synced before an answer, and
 * reading takes the larger, so that forgetting takes the loss of both. Each copy carries the
 * witness's own signature, so a changed one is told from a true one. A copy of the whole folder that
 * is restored cannot be told: never restore one, docs/operator.md says what to do instead.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex, utf8Decode, utf8Encode } from '../ledger/core/bytes.js'
import type { Checkpoint } from '../ledger/core/checkpoint.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { LedgerError } from '../ledger/core/errors.js'
import { type NoteKey, parseNote } from '../ledger/core/note.js'
import { diskFs, type HeadFs, openLevelStore, replaceSynced, type Store } from '../ledger/index.js'
import { parseSeen, verifySeen } from './seen.js'

/** A checkpoint that this witness cosigned: the note with the log's and the witness's lines. */
export type Remembered = { readonly note: string; readonly checkpoint: Checkpoint }

/** Where a witness keeps what it has cosigned. One process at a time. */
export interface WitnessMemory {
  /**
   * The newest checkpoint cosigned for this log, or undefined when there never was one.
   *
   * @throws LedgerError WITNESS_STATE_DAMAGED when it cannot be told
   */
  read(origin: string): Remembered | undefined

  /**
   * Replaces it; durable once it resolves. After an error nothing is written any more.
   *
   * @throws LedgerError WITNESS_FAILED
   */
  write(origin: string, note: string): Promise<void>

  close(): Promise<void>
}

const STORE_FOLDER = 'store'
const HEADS_FOLDER = 'heads'

export type MemoryParts = {
  /** The witness's own keys: what it remembers bears a line of one of them. */
  readonly keys: readonly NoteKey[]
  readonly crypto: Crypto
  /** For tests: a disk that fails. */
  readonly fs?: HeadFs
  readonly create?: boolean
}

/** @throws LedgerError WITNESS_LOCKED, WITNESS_NOT_FOUND, STORE_UNREADABLE */
export async function openWitnessMemory(
  folder: string,
  { keys, crypto, fs = diskFs, create = false }: MemoryParts,
): Promise<WitnessMemory> {
  await mkdir(join(folder, HEADS_FOLDER), { recursive: true, mode: 0o700 })
  const store = await openStore(join(folder, STORE_FOLDER), create)
  return new DiskMemory({ store, heads: join(folder, HEADS_FOLDER), keys, crypto, fs })
}

async function openStore(path: string, create: boolean): Promise<Store> {
  try {
    return await openLevelStore(path, { create })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    if (error.code === 'LEDGER_LOCKED') throw new LedgerError('WITNESS_LOCKED', {}, error)
    // A witness that starts without its memory would begin again with nothing.
    if (error.code === 'LEDGER_NOT_FOUND') {
      throw new LedgerError('WITNESS_STATE_DAMAGED', { reason: 'its store is missing' }, error)
    }
    throw error
  }
}

type DiskParts = {
  readonly store: Store
  readonly heads: string
  readonly keys: readonly NoteKey[]
  readonly crypto: Crypto
  readonly fs: HeadFs
}

class DiskMemory implements WitnessMemory {
  readonly #parts: DiskParts
  #failure: LedgerError | undefined

  constructor(parts: DiskParts) {
    this.#parts = parts
  }

  read(origin: string): Remembered | undefined {
    if (this.#failure !== undefined) throw this.#failure
    const { store, heads, fs, crypto } = this.#parts
    const name = crypto.sha256(utf8Encode(origin))
    const copies = [store.get(name), fs.read(join(heads, toHex(name)))]
    const [first, second] = copies.map((bytes) =>
      bytes === undefined ? undefined : this.#believed(origin, bytes),
    )
    if (first === undefined || second === undefined) return first ?? second
    const sameSize = first.checkpoint.size === second.checkpoint.size
    if (sameSize && !equalBytes(first.checkpoint.root, second.checkpoint.root)) {
      throw damaged('its two copies name different trees')
    }
    return first.checkpoint.size >= second.checkpoint.size ? first : second
  }

  async write(origin: string, note: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const { store, heads, fs, crypto } = this.#parts
    const key = crypto.sha256(utf8Encode(origin))
    const value = utf8Encode(note)
    try {
      await store.write({ puts: [{ key, value }] }, { sync: true })
      await replaceSynced(heads, toHex(key), value, fs)
    } catch (cause) {
      this.#failure = new LedgerError('WITNESS_FAILED', {}, cause)
      throw this.#failure
    }
  }

  close(): Promise<void> {
    return this.#parts.store.close()
  }

  /** @throws LedgerError WITNESS_STATE_DAMAGED unless this witness cosigned it, for this log */
  #believed(origin: string, bytes: Uint8Array): Remembered {
    const { keys, crypto } = this.#parts
    try {
      const note = utf8Decode(bytes)
      const parsed = parseNote(note)
      if (verifySeen(parsed, keys, crypto).length === 0) throw damaged('not signed by this witness')
      const checkpoint = parseSeen(parsed.text)
      if (checkpoint.origin !== origin) throw damaged('of another log')
      return { note, checkpoint }
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code === 'WITNESS_STATE_DAMAGED') throw error
      throw new LedgerError('WITNESS_STATE_DAMAGED', { reason: 'unreadable' }, error)
    }
  }
}

function damaged(reason: string): LedgerError {
  return new LedgerError('WITNESS_STATE_DAMAGED', { reason })
}
