/**
 * Asks one witness to cosign: the log's side of c2sp.org/tlog-witness.
 *
 * The witness is believed in nothing but what its keys sign. What size it holds is remembered as a
 * guess for the next proof; a 409 corrects the guess, and the call is made once more.
 */
import { formatAddCheckpoint, monitoringPath, parseTlogSize } from '../core/add-checkpoint.js'
import type { Checkpoint } from '../core/checkpoint.js'
import { cosignatureVerifier } from '../core/cosignature.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import type { NodeHash } from '../core/hash.js'
import { type NoteKey, parseNote, type VerifiedSignature, verifyNote } from '../core/note.js'
import { callWitness } from './http-call.js'

/** A checkpoint to be cosigned. */
export type Candidate = {
  /** With the log's own lines. */
  readonly note: string
  /** The note's text. */
  readonly text: string
  readonly checkpoint: Checkpoint
}

export type WitnessClientParts = {
  /** Submission prefix, with a final slash. */
  readonly url: URL
  /** Keys that the policy names for this address. */
  readonly keys: readonly NoteKey[]
  readonly origin: string
  /** The log's consistency proof between two of its sizes, 0 < size1 <= size2. */
  readonly proof: (size1: number, size2: number) => readonly NodeHash[]
  readonly crypto: Crypto
}

/** A witness that is slow holds back a checkpoint, so it is not waited for longer. */
const CALL_TIMEOUT_MS = 5_000
/** The first guess is wrong after a restart; a second time it was somebody else's cosignature. */
const ATTEMPTS_MAX = 3

export class WitnessClient {
  readonly #parts: WitnessClientParts
  /** Tree size that the witness is believed to hold. */
  #held = 0

  constructor(parts: WitnessClientParts) {
    this.#parts = parts
  }

  /**
   * Cosignature lines of this witness, at least one, each verified.
   *
   * @throws LedgerError WITNESS_UNAVAILABLE with a `reason`; WITNESS_CONFLICT when it holds more than
   * this, or another tree of this size; WITNESS_PROOF when it refuses a proof that is ours
   */
  async cosign(candidate: Candidate, signal: AbortSignal): Promise<readonly VerifiedSignature[]> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const { size } = candidate.checkpoint
      const old = Math.min(this.#held, size)
      const { status, body } = await this.#submit(candidate, old, signal)
      if (status === 200) return this.#accept(candidate, body)
      if (status !== 409) throw refusal(status)
      const held = parseTlogSize(body)
      if (held === undefined) throw unavailable('a conflict without a size')
      this.#held = held
      if (held > size || (held === old && held === size)) {
        throw new LedgerError('WITNESS_CONFLICT', { held, size })
      }
    }
    throw unavailable('it changes its mind about what it holds')
  }

  /**
   * The newest checkpoint that this witness shows for our log, unverified; undefined when it shows none.
   *
   * @throws LedgerError WITNESS_UNAVAILABLE
   */
  async latest(signal: AbortSignal): Promise<string | undefined> {
    const url = new URL(monitoringPath(this.#parts.origin), this.#parts.url)
    const options = { method: 'GET', timeoutMs: CALL_TIMEOUT_MS, signal } as const
    const { status, body } = await callWitness(url, options)
    if (status === 200) return body
    // Not every witness has a monitoring address; a missing one is no reason to stop.
    if (status === 404) return undefined
    throw refusal(status)
  }

  #submit(
    { note, checkpoint }: Candidate,
    old: number,
    signal: AbortSignal,
  ): ReturnType<typeof callWitness> {
    const { url, proof } = this.#parts
    const path = old === 0 || old === checkpoint.size ? [] : proof(old, checkpoint.size)
    const body = formatAddCheckpoint({ old, proof: path, note })
    const options = { method: 'POST', body, timeoutMs: CALL_TIMEOUT_MS, signal } as const
    return callWitness(new URL('add-checkpoint', url), options)
  }

  #accept({ text, checkpoint }: Candidate, body: string): readonly VerifiedSignature[] {
    const { keys, crypto } = this.#parts
    const lines = verified(() =>
      verifyNote(
        parseNote(`${text}\n${body}`),
        keys,
        crypto,
        cosignatureVerifier(text, () => checkpoint, crypto),
      ),
    )
    if (lines.length === 0) throw unavailable('no cosignature by a key of the policy')
    this.#held = checkpoint.size
    return lines
  }
}

function verified<Result>(verify: () => Result): Result {
  try {
    return verify()
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError('WITNESS_UNAVAILABLE', { reason: 'a cosignature is not good' }, error)
  }
}

function refusal(status: number): LedgerError {
  if (status === 422) return new LedgerError('WITNESS_PROOF', { status: String(status) })
  return unavailable(`status ${status}`)
}

function unavailable(reason: string): LedgerError {
  return new LedgerError('WITNESS_UNAVAILABLE', { reason })
}
