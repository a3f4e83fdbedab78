/**
 * The one writer: group commit. DESIGN 9.
 *
 * While a commit is being synced, statements gather; the next commit takes them all. The order is
 *
 *   1. entries, bodies, derived records and inbox events in one synced batch;
 *   2. the signed commit checkpoint and the inbox pin in the head file, outside the store, synced;
 *   3. the state that readers see; 4. the answers.
 *
 * A crash before 1 ends loses only what nobody was promised. A crash between 1 and 2 leaves a tail
 * that opening re-verifies and signs. A crash after 2 loses nothing. No signature of the log leaves
 * the process before the head that holds it is durable. After any error in 1 or 2 the writer stops
 * for good: what is on disk is then unknown, and only reopening can tell. So it does when anybody
 * reads a record that is damaged.
 */

import { toHex } from '../core/bytes.js'
import { formatCheckpoint } from '../core/checkpoint.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { RootHash } from '../core/hash.js'
import { formatNote, parseNote, signNote } from '../core/note.js'
import type { Signer } from '../crypto/signer.js'
import type { HeadFile } from '../store/head-file.js'
import type { Store } from '../store/store.js'
import { CommitDraft, type CommitOutcome, type FinishedCommit } from './commit.js'
import { isDamage } from './damage.js'
import { type LogKeySet, signersNow } from './log-signers.js'
import type { LogState } from './log-state.js'
import type { Prepared } from './prepared.js'
import { treeRoot } from './tree.js'

type Job = {
  readonly prepared: Prepared
  readonly resolve: (outcome: CommitOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Most statements that any version has committed at once: an interrupted commit leaves no more behind. */
export const COMMIT_STATEMENTS_MAX = 1_024

/**
 * Most statements of one commit: bounds the memory of a batch, the wait of the first in it, and how long
 * no other request is served, because a commit is put together in one go (half a millisecond each).
 */
const COMMIT_STATEMENTS = 128

export type WriterParts = LogKeySet & {
  readonly state: LogState
  readonly store: Store
  readonly head: HeadFile
  /** Seconds since 1970. */
  readonly now: () => number
  /** Whether the witnesses say that `now` is far too late. */
  readonly isClockAhead: () => boolean
  /** The signed checkpoint that the head file holds. */
  readonly checkpoint: string
  /** Told after each durable commit. */
  readonly onCommit: (draft: CommitDraft, finished: FinishedCommit) => void
  /** Told once when a write failed, or a bug: the process should end. Not of damage that was read. */
  readonly onFailure: (error: unknown) => void
}

export class Writer {
  readonly #parts: WriterParts
  #checkpoint: string
  #queue: Job[] = []
  #running: Promise<void> | undefined
  #failure: LedgerError | undefined
  #closed = false

  constructor(parts: WriterParts) {
    this.#parts = parts
    this.#checkpoint = parts.checkpoint
  }

  /** The commit checkpoint of the durable head. */
  get checkpoint(): string {
    return this.#checkpoint
  }

  get failure(): LedgerError | undefined {
    return this.#failure
  }

  get queued(): number {
    return this.#queue.length
  }

  /**
   * Sequences a statement; resolves when it is durable.
   *
   * @throws LedgerError an obstacle, CLOCK_BEHIND, CLOCK_AHEAD, LEDGER_CLOSED, STORE_FAILED, and what `halt` was told
   */
  add(prepared: Prepared): Promise<CommitOutcome> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#closed) return Promise.reject(new LedgerError('LEDGER_CLOSED'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ prepared, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /**
   * Stops writing because a reader found damage. Nothing is signed after it, not even a commit that is
   * already in the store: opening checks that one again. Reading goes on, so the process may live.
   * Settles when nothing is written any more.
   */
  async halt(damage: LedgerError): Promise<void> {
    if (this.#failure === undefined) this.#stop(damage, [])
    await this.#running
  }

  /** Takes no more work and waits until what was taken is durable. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    // Let the caller's turn end first, so that statements handed in together share a commit.
    await Promise.resolve()
    while (this.#queue.length > 0 && this.#failure === undefined) {
      await this.#commit(this.#queue.splice(0, COMMIT_STATEMENTS))
    }
    this.#running = undefined
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    let answers: readonly (() => void)[]
    try {
      const time = this.#parts.now()
      if (time < this.#parts.state.lastTime) {
        for (const job of jobs) job.reject(new LedgerError('CLOCK_BEHIND'))
        return
      }
      if (this.#parts.isClockAhead()) {
        for (const job of jobs) job.reject(new LedgerError('CLOCK_AHEAD'))
        return
      }
      const { rules } = this.#parts.state
      const write = () => this.#write(jobs, time)
      answers = await (rules === undefined ? write() : rules.alone(write))
    } catch (error) {
      this.#stop(error, jobs)
      return
    }
    for (const answer of answers) answer()
  }

  /** How to answer each job, once all are durable. */
  async #write(jobs: readonly Job[], time: number): Promise<readonly (() => void)[]> {
    this.#refuseIfHalted()
    const draft = new CommitDraft(this.#parts.state, time)
    const answers = jobs.map((job) => sequence(draft, job))
    const finished = draft.finish()
    if (finished !== undefined) await this.#makeDurable(draft, finished)
    return answers
  }

  async #makeDurable(draft: CommitDraft, finished: FinishedCommit): Promise<void> {
    const { store, head, state, onCommit } = this.#parts
    // Asked before anything is stored: what nobody can sign must not be there. And as the registry
    // was before this commit, so that the key that is ended still signs its own end.
    const signers = signersNow(this.#parts, state.registry)
    await store.write(finished.batch, { sync: true })
    this.#refuseIfHalted()
    const checkpoint =
      finished.entries === 0 ? this.#checkpoint : await this.#sign(finished, signers)
    this.#refuseIfHalted()
    await head.write({ checkpoint, inbox: pinJson(finished.inbox) })
    invariant(state.size <= finished.tree.range.size, 'a commit never shrinks the log')
    draft.apply(finished)
    this.#checkpoint = checkpoint
    onCommit(draft, finished)
  }

  /** Damage may be read while a commit waits for the disk, or for a signer that is slow. */
  #refuseIfHalted(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  #sign(finished: FinishedCommit, signers: readonly Signer[]): Promise<string> {
    const { state } = this.#parts
    const root = treeRoot(finished.tree, state.crypto.sha256)
    return signCheckpoint(state.origin, finished.tree.range.size, root, ...signers)
  }

  #stop(error: unknown, jobs: readonly Job[]): void {
    const first = this.#failure === undefined
    const failure = error instanceof LedgerError ? error : new LedgerError('INTERNAL', {}, error)
    this.#failure ??= failure
    for (const job of [...jobs, ...this.#queue]) job.reject(this.#failure)
    this.#queue = []
    if (first && !isDamage(failure)) this.#parts.onFailure(error)
  }
}

/** A commit checkpoint: one Ed25519 line for each of the log's keys. */
export async function signCheckpoint(
  origin: string,
  size: number,
  root: RootHash,
  ...signers: readonly Signer[]
): Promise<string> {
  const text = formatCheckpoint({ origin, size, root })
  const notes = await Promise.all(
    signers.map(({ publicKey, sign }) => signNote(text, origin, publicKey, sign)),
  )
  return formatNote({ text, signatures: notes.flatMap((note) => parseNote(note).signatures) })
}

export function pinJson(pin: FinishedCommit['inbox']): { base: number; seq: number; hash: string } {
  return { base: pin.base, seq: pin.seq, hash: toHex(pin.hash) }
}

/**
 * Sequences one job and says how to answer it once the commit is durable. Damage and bugs are no
 * answers: they end the writer.
 */
function sequence(draft: CommitDraft, job: Job): () => void {
  try {
    const outcome = draft.add(job.prepared)
    return () => job.resolve(outcome)
  } catch (error) {
    if (!(error instanceof LedgerError) || isDamage(error)) throw error
    return () => job.reject(error)
  }
}
