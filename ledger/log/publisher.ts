/**
 * Published checkpoints: at most one a second, at least one every ten. DESIGN 4.7.
 *
 *   commit checkpoint of the durable head → the log's second line → cosignatures of the witnesses →
 *   enough of them? → the file `published`, durably → shown
 *
 * Ingest never waits for this. Where the policy's quorum is not met, nothing new is shown: who asks
 * for witnesses does not get less when they are away. What was shown once is on disk before, so a
 * restart never shows an older one.
 */
import { parseCheckpoint } from '../core/checkpoint.js'
import { LedgerError } from '../core/errors.js'
import {
  formatNote,
  type NoteSignature,
  parseNote,
  sameNoteKey,
  type VerifiedSignature,
} from '../core/note.js'
import type { Policy } from '../core/policy.js'
import { NO_QUORUM, type Quorum, quorumOf } from '../core/quorum.js'
import type { PublishedFile } from '../store/published-file.js'
import type { Contradiction, WitnessPanel, WitnessStatus } from '../witnesses/panel.js'
import type { Candidate } from '../witnesses/witness-client.js'
import type { SecondLine } from './second-line.js'

/** Whether enough witnesses cosign, for people and machines that look after the ledger. */
export type QuorumHealth = {
  readonly state: 'none' | 'met' | 'missing'
  /** Who is missing, by their names in the policy. */
  readonly missing?: string
  /** Since when, seconds since 1970. */
  readonly since?: number
  readonly witnesses: readonly WitnessStatus[]
}

/** Again and again; when `publish` is called; or not even then. */
export type PublishWhen = 'repeatedly' | 'asked' | 'never'

export type PublisherParts = {
  /** The signed checkpoint of the durable head. */
  readonly head: () => string
  /** What was published last, of this tree; undefined when nothing was, or not enough cosigned it. */
  readonly initial: string | undefined
  readonly file: PublishedFile
  readonly policy: Policy
  readonly second?: SecondLine
  readonly panel?: WitnessPanel
  /** Seconds since 1970. */
  readonly now: () => number
  readonly when: PublishWhen
  /** Told once when the file could not be written: the process should end. */
  readonly onFailure: (error: unknown) => void
  /** Why a note that a witness shows means that this log was rolled back, or undefined. */
  readonly rollbackOf: (note: string) => LedgerError | undefined
  /** Told when a witness was found to have seen more of this log, or another tree. */
  readonly onRollback: (error: LedgerError) => void
}

type Shown = { readonly note: string; readonly size: number; readonly at: number }
type Waiter = { readonly size: number; readonly resolve: () => void }

const PUBLISH_EVERY_MS = 1_000
/** What has not grown is published again after this, for the time in its cosignatures. */
const REFRESH_AFTER_S = 10

export class Publisher {
  readonly #parts: PublisherParts
  readonly #timer: NodeJS.Timeout | undefined
  readonly #waiters = new Set<Waiter>()
  #shown: Shown | undefined
  #round: Promise<void> | undefined
  #triedAt: number
  #missing: { readonly words: string; readonly since: number } | undefined
  /** Why the last try ended without a checkpoint, other than for the quorum; the next may do better. */
  #trouble: LedgerError | undefined
  #failure: LedgerError | undefined
  #closed = false

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#triedAt = parts.now()
    const first = parts.initial ?? (this.#plain ? parts.head() : undefined)
    if (first !== undefined) this.#shown = { note: first, size: sizeOf(first), at: parts.now() }
    if (parts.when !== 'repeatedly') return
    this.#timer = setInterval(() => this.#tick(), PUBLISH_EVERY_MS)
    this.#timer.unref()
  }

  /** @throws LedgerError CHECKPOINT_NOT_PUBLISHED when there is none that may be shown */
  get checkpoint(): string {
    if (this.#shown === undefined) throw new LedgerError('CHECKPOINT_NOT_PUBLISHED')
    return this.#shown.note
  }

  /** The same, or undefined. */
  get shown(): string | undefined {
    return this.#shown?.note
  }

  /** Tree size of what is shown; undefined when nothing is. */
  get size(): number | undefined {
    return this.#shown?.size
  }

  /** When it was last renewed, seconds since 1970; 0 when nothing is shown. */
  get publishedAt(): number {
    return this.#shown?.at ?? 0
  }

  /** When publishing was last tried, seconds since 1970: older than a while means that it hangs. */
  get triedAt(): number {
    return this.#timer === undefined ? this.#parts.now() : this.#triedAt
  }

  /** Why nothing is published now, other than for the quorum. */
  get trouble(): LedgerError | undefined {
    return this.#failure ?? this.#trouble
  }

  quorum(): QuorumHealth {
    const witnesses = this.#parts.panel?.status() ?? []
    if (this.#parts.policy.quorum === NO_QUORUM) return { state: 'none', witnesses }
    if (this.#missing === undefined) {
      return { state: this.#shown === undefined ? 'missing' : 'met', witnesses }
    }
    const { words, since } = this.#missing
    return { state: 'missing', missing: words, since, witnesses }
  }

  /**
   * Publishes the head as it is now, or later, if it is not shown yet. Does nothing where it may not.
   *
   * @throws LedgerError CHECKPOINT_NOT_PUBLISHED when too few witnesses cosigned; STORE_FAILED,
   * SIGNER_FAILED
   */
  async publish(): Promise<void> {
    if (this.#parts.when === 'never') return
    const wanted = sizeOf(this.#parts.head())
    // The round that runs may have begun before the head was what it is.
    await this.#round
    if (this.#shown === undefined || this.#shown.size < wanted || !this.#complete) {
      await this.#once()
    }
    if (this.trouble !== undefined) throw this.trouble
    if (this.#shown === undefined || this.#shown.size < wanted) {
      throw new LedgerError('CHECKPOINT_NOT_PUBLISHED')
    }
  }

  /** Resolves once a checkpoint of at least this size is shown, or the signal aborts, or it closes. */
  wait(size: number, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted || (this.#shown?.size ?? -1) >= size) {
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#waiters.delete(waiter)
        signal.removeEventListener('abort', finish)
        resolve()
      }
      const waiter = { size, resolve: finish }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', finish, { once: true })
    })
  }

  /**
   * Asks the witnesses what they have seen of this log.
   *
   * @returns how many showed something
   * @throws LedgerError LEDGER_ROLLED_BACK when one that answers has seen more, or another tree
   */
  async refuseRollback(): Promise<number> {
    const notes = (await this.#parts.panel?.latest()) ?? []
    for (const note of notes) {
      const error = this.#parts.rollbackOf(note)
      if (error !== undefined) throw error
    }
    return notes.length
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    this.#parts.panel?.close()
    for (const waiter of [...this.#waiters]) waiter.resolve()
    await this.#round
    await this.#parts.second?.close()
  }

  /** One line is all there is to a published checkpoint: the commit checkpoint serves as it is. */
  get #plain(): boolean {
    const { policy, second, panel } = this.#parts
    return second === undefined && panel === undefined && policy.quorum === NO_QUORUM
  }

  /** Whether what is shown has all the lines that the log itself makes. */
  get #complete(): boolean {
    const { second } = this.#parts
    const lines = this.#shown === undefined ? [] : parseNote(this.#shown.note).signatures
    return second === undefined || lines.some(({ name, keyId }) => isOf(second, name, keyId))
  }

  #tick(): void {
    if (this.#closed || this.#round !== undefined || this.#failure !== undefined) return
    const grown = this.#shown === undefined || sizeOf(this.#parts.head()) > this.#shown.size
    const old = this.#parts.now() - this.publishedAt >= REFRESH_AFTER_S
    if (grown || old || !this.#complete) void this.#once()
    else this.#triedAt = this.#parts.now()
  }

  /** One round at a time; never rejects. */
  #once(): Promise<void> {
    this.#round ??= this.#publish()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#round = undefined
        this.#triedAt = this.#parts.now()
      })
    return this.#round
  }

  async #publish(): Promise<void> {
    const { file, now } = this.#parts
    const candidate = await this.#candidate()
    const { note, quorum } = await this.#cosigned(candidate)
    if (!quorum.met) {
      this.#missing = { words: quorum.missing ?? quorum.name, since: this.#missing?.since ?? now() }
      return
    }
    if (note !== this.#shown?.note) await file.write(note)
    this.#missing = undefined
    this.#trouble = undefined
    this.#shown = { note, size: candidate.checkpoint.size, at: now() }
    for (const waiter of [...this.#waiters]) {
      if (waiter.size <= candidate.checkpoint.size) waiter.resolve()
    }
  }

  /** The head with the log's own lines. */
  async #candidate(): Promise<Candidate> {
    const { head, second, now } = this.#parts
    const { text, signatures } = parseNote(head())
    const checkpoint = parseCheckpoint(text)
    if (second === undefined) return { note: head(), text, checkpoint }
    const signature = await second.sign(text, now())
    const { name, keyId } = second.key
    const lines = [...signatures, { name, keyId, signature }]
    return { note: formatNote({ text, signatures: lines }), text, checkpoint }
  }

  async #cosigned(
    candidate: Candidate,
  ): Promise<{ readonly note: string; readonly quorum: Quorum }> {
    const { panel, rollbackOf, onRollback } = this.#parts
    if (panel === undefined) return { note: candidate.note, quorum: this.#quorumOf([]) }
    const onContradiction = ({ note }: Contradiction): void => {
      const error = note === undefined ? undefined : rollbackOf(note)
      if (error !== undefined) onRollback(error)
    }
    const enough = (lines: readonly VerifiedSignature[]): boolean => this.#quorumOf(lines).met
    const lines = await panel.ask(candidate, enough, onContradiction)
    const own = parseNote(candidate.note).signatures
    const note = formatNote({ text: candidate.text, signatures: [...own, ...lines.map(plain)] })
    return { note, quorum: this.#quorumOf(lines) }
  }

  /**
   * Whether the log's own lines and these are enough. No signature is verified here: the witnesses'
   * were when they came, ours when it was made, and each costs milliseconds of the writer's thread.
   */
  #quorumOf(lines: readonly VerifiedSignature[]): Quorum {
    const { policy, second } = this.#parts
    const keys = [...lines.map(({ key }) => key), ...(second === undefined ? [] : [second.key])]
    const cosigned = policy.witnesses.filter(({ key }) => keys.some((own) => sameNoteKey(own, key)))
    return quorumOf(
      policy,
      cosigned.map(({ name }) => name),
    )
  }

  /** A signer may come back; a disk that failed, or a bug, does not. */
  #fail(error: unknown): void {
    if (error instanceof LedgerError && error.code !== 'STORE_FAILED') {
      this.#trouble = error
      return
    }
    this.#failure = error instanceof LedgerError ? error : new LedgerError('INTERNAL', {}, error)
    this.#parts.onFailure(error)
  }
}

function plain({ name, keyId, signature }: NoteSignature): NoteSignature {
  return { name, keyId, signature }
}

function isOf({ key }: SecondLine, name: string, keyId: Uint8Array): boolean {
  return name === key.name && keyId.every((byte, at) => byte === key.keyId[at])
}

/** Tree size of a note of our own. */
function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
