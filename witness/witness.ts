/**
 * The witness: checks that a log only grows, remembers, and says so by a cosignature.
 * c2sp.org/tlog-witness, c2sp.org/tlog-cosignature.
 *
 *   read → origin known → signed by a key of that log → old ≤ new → old is what we hold →
 *   same root, or a proof to the new one → remember, durably → answer
 *
 * From "old is what we hold" to "remember" one request of a log has its turn alone: two that were
 * both right when they came could otherwise take the memory back. A cosignature leaves the process
 * only after the checkpoint under it is on disk. A log caught with two histories is kept as evidence.
 */
import { type AddCheckpoint, parseAddCheckpoint } from '../ledger/core/add-checkpoint.js'
import { equalBytes, utf8Decode } from '../ledger/core/bytes.js'
import type { Checkpoint } from '../ledger/core/checkpoint.js'
import { cosignatureTime } from '../ledger/core/cosignature.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import { emptyRoot } from '../ledger/core/hash.js'
import {
  formatNote,
  formatSignatureLine,
  type Note,
  type NoteSignature,
  parseNote,
} from '../ledger/core/note.js'
import { verifyConsistency } from '../ledger/core/proof.js'
import type { Cosigner } from './cosigner.js'
import type { EvidenceKeeper } from './evidence.js'
import type { LogList } from './log-list.js'
import type { Remembered, WitnessMemory } from './memory.js'
import { claimedOrigin, parseSeen, verifySeen } from './seen.js'

/** What became of a request. */
export type AddOutcome =
  /** The witness's cosignature lines, each ending in LF. */
  | { readonly kind: 'cosigned'; readonly lines: string }
  /** The size that the witness holds. */
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404 | 422; readonly code: ErrorCode }

export type WitnessParts = {
  readonly logs: LogList
  /** One per key of the witness. */
  readonly cosigners: readonly Cosigner[]
  readonly memory: WitnessMemory
  readonly evidence: EvidenceKeeper
  readonly crypto: Crypto
  /** Seconds since 1970. */
  readonly now: () => number
}

/** A checkpoint that a trusted key of its log signed. */
type Signed = {
  readonly request: AddCheckpoint
  readonly note: Note
  readonly checkpoint: Checkpoint
  /** The log's own lines that verified: nobody else's are repeated. */
  readonly logLines: readonly NoteSignature[]
}

/** Statuses of what is refused before the memory is asked. Codes that are not here are bugs. */
const REFUSALS: Partial<Record<ErrorCode, 400 | 403 | 404 | 422>> = {
  UTF8_INVALID: 400,
  ADD_CHECKPOINT_MALFORMED: 400,
  ADD_CHECKPOINT_OLD_SIZE: 400,
  NOTE_MALFORMED: 400,
  CHECKPOINT_MALFORMED: 400,
  NOTE_SIGNATURE_INVALID: 403,
  CHECKPOINT_UNTRUSTED: 403,
  WITNESS_ORIGIN_UNKNOWN: 404,
  WITNESS_PROOF: 422,
}

export class Witness {
  readonly #parts: WitnessParts
  /** By origin: what settles, without an error, when the last request of that log has had its turn. */
  readonly #turns = new Map<string, Promise<unknown>>()
  /** By origin, as on disk. */
  readonly #remembered = new Map<string, Remembered>()

  constructor(parts: WitnessParts) {
    this.#parts = parts
  }

  /**
   * Answers one `add-checkpoint` body.
   *
   * @throws LedgerError WITNESS_STATE_DAMAGED, WITNESS_FAILED: the witness cannot answer for itself
   */
  async addCheckpoint(body: Uint8Array): Promise<AddOutcome> {
    try {
      const signed = this.#open(body)
      return await this.#inTurn(signed.checkpoint.origin, () => this.#cosign(signed))
    } catch (error) {
      const status = error instanceof LedgerError ? REFUSALS[error.code] : undefined
      if (!(error instanceof LedgerError) || status === undefined) throw error
      return { kind: 'refused', status, code: error.code }
    }
  }

  /**
   * The newest cosigned checkpoint of a log, for monitors; undefined when there is none.
   *
   * @throws LedgerError WITNESS_STATE_DAMAGED, WITNESS_FAILED
   */
  latest(origin: string): string | undefined {
    return this.#read(origin)?.note
  }

  /** Origins that are served. */
  origins(): Iterable<string> {
    return this.#parts.logs.keys()
  }

  /** Waits for what is being answered, then lets go of the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#turns.values())
    await this.#parts.memory.close()
  }

  #open(body: Uint8Array): Signed {
    const request = parseAddCheckpoint(utf8Decode(body))
    const note = parseNote(request.note)
    const keys = this.#parts.logs.get(claimedOrigin(note))
    if (keys === undefined) throw new LedgerError('WITNESS_ORIGIN_UNKNOWN')
    const logLines = verifySeen(note, keys, this.#parts.crypto)
    if (logLines.length === 0) throw new LedgerError('CHECKPOINT_UNTRUSTED')
    const checkpoint = parseSeen(note.text)
    if (request.old > checkpoint.size) throw new LedgerError('ADD_CHECKPOINT_OLD_SIZE')
    return { request, note, checkpoint, logLines }
  }

  /** Alone for its origin: nothing of another request of this log happens between check and store. */
  async #cosign(signed: Signed): Promise<AddOutcome> {
    const { request, checkpoint } = signed
    const held = this.#read(checkpoint.origin)
    const size = held?.checkpoint.size ?? 0
    if (held !== undefined)
      await this.#parts.evidence.compare(held, sentNote(signed), request.proof)
    if (request.old !== size) return { kind: 'conflict', size }
    if (held !== undefined && checkpoint.size === size) {
      const same = equalBytes(held.checkpoint.root, checkpoint.root)
      if (!same) return { kind: 'conflict', size }
    }
    this.#checkProof(signed, held)
    const lines = this.#repeated(signed, held) ?? (await this.#remember(signed))
    return { kind: 'cosigned', lines: lines.map((line) => formatSignatureLine(line)).join('') }
  }

  #checkProof({ request, checkpoint }: Signed, held: Remembered | undefined): void {
    const { size, root } = checkpoint
    const older = held?.checkpoint.root ?? emptyRoot()
    try {
      verifyConsistency(request.old, size, request.proof, older, root)
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      throw new LedgerError('WITNESS_PROOF', {}, error)
    }
  }

  async #remember({ note, checkpoint, logLines }: Signed): Promise<readonly NoteSignature[]> {
    const { cosigners, memory, now } = this.#parts
    const time = now()
    const what = { checkpoint, text: note.text }
    const able = cosigners.filter((cosigner) => cosigner.able(checkpoint.origin))
    const lines = await Promise.all(able.map((cosigner) => cosigner.cosign(what, time)))
    const signatures = [...logLines.map(plainLine), ...lines]
    const kept = { note: formatNote({ text: note.text, signatures }), checkpoint }
    await memory.write(checkpoint.origin, kept.note)
    this.#remembered.set(checkpoint.origin, kept)
    return lines
  }

  /** The lines given for this very text in this very second: a burst of copies costs one write. */
  #repeated(
    { note, checkpoint }: Signed,
    held: Remembered | undefined,
  ): readonly NoteSignature[] | undefined {
    if (held === undefined) return undefined
    const known = parseNote(held.note)
    if (known.text !== note.text) return undefined
    const able = this.#parts.cosigners.filter((cosigner) => cosigner.able(checkpoint.origin))
    const labels = new Set(able.map(({ key }) => labelOf(key)))
    const own = known.signatures.filter((line) => labels.has(labelOf(line)))
    const now = this.#parts.now()
    const fresh = own.every(({ signature }) => cosignatureTime(signature) === now)
    return own.length === labels.size && fresh ? own : undefined
  }

  #read(origin: string): Remembered | undefined {
    const known = this.#remembered.get(origin) ?? this.#parts.memory.read(origin)
    if (known !== undefined) this.#remembered.set(origin, known)
    return known
  }

  #inTurn<Result>(origin: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(origin) ?? Promise.resolve()).then(work)
    const settled = turn.then(
      () => undefined,
      () => undefined,
    )
    this.#turns.set(origin, settled)
    return turn
  }
}

/** What was sent, with the log's own lines only: nobody else's are judged here. */
function sentNote({ note, checkpoint, logLines }: Signed): Remembered {
  return {
    note: formatNote({ text: note.text, signatures: logLines.map(plainLine) }),
    checkpoint,
  }
}

function plainLine({ name, keyId, signature }: NoteSignature): NoteSignature {
  return { name, keyId, signature }
}

function labelOf({ name, keyId }: Pick<NoteSignature, 'name' | 'keyId'>): string {
  return `${name}+${keyId.join('.')}`
}
