/**
 * The way in: envelope texts → check (workers) → writer → outcome. Bounded: what is too much is shed
 * at the door with QUEUE_FULL, before anything of the call is stored.
 */
import { addSignature } from '../core/build.js'
import { utf8Decode, utf8Encode } from '../core/bytes.js'
import { type Envelope, envelopeJson, parseEnvelope, parseSignature } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { type Json, parseJson } from '../core/json.js'
import type { Issue } from '../core/schema.js'
import type { StatementId } from '../core/statement.js'
import { obstacles } from './admission.js'
import type { CheckResult } from './check-text.js'
import type { Checker } from './checker.js'
import { type Admitted, CommitDraft, type CommitOutcome, type Existing, type StillWaiting } from './commit.js'
import type { LogState } from './log-state.js'
import { type Proposal, readProposal } from './proposal.js'
import { type BulkFormat, splitBody } from './split-body.js'
import type { Writer } from './writer.js'

/** Refusal of one item of a bulk call; the others are not touched by it. */
export type Rejected = { readonly status: 'rejected'; readonly error: LedgerError }
/** What became of a submitted statement. Only `admitted` and `existing` are in the log. */
export type SubmitOutcome = Admitted | Existing | StillWaiting
export type ItemOutcome = SubmitOutcome | Rejected

/** Statements that may be in work at once; beyond, a call is shed with QUEUE_FULL. */
const IN_WORK_MAX = 8_192
/** How often signatures that crossed are merged before giving up; three roles cross twice at most. */
const MERGES_MAX = 4

export type IntakeParts = {
  readonly state: LogState
  readonly checker: Checker
  readonly writer: Writer
  /** Seconds since 1970. */
  readonly now: () => number
}

export class Intake {
  readonly #parts: IntakeParts
  #inWork = 0
  #closing = false
  #idle: (() => void) | undefined
  /** Outcomes since opening. */
  readonly counters = { admitted: 0, existing: 0, waiting: 0, rejected: 0, shed: 0 }

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** Statements being checked or written. */
  get inWork(): number {
    return this.#inWork
  }

  /** Takes no more and resolves when all that was taken is answered. */
  async close(): Promise<void> {
    this.#closing = true
    if (this.#inWork > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  /**
   * Checks one envelope and admits it, or lets it wait for the other side. Resolves when durable.
   *
   * @throws LedgerError whatever refuses the statement; QUEUE_FULL, LEDGER_CLOSED
   */
  async submit(value: Json): Promise<SubmitOutcome> {
    const [outcome] = await this.#work([utf8Encode(JSON.stringify(value))])
    if (outcome === undefined || outcome.status === 'rejected') throw outcome?.error ?? new LedgerError('INTERNAL')
    return outcome
  }

  /**
   * Submits many, in order: an item may cite an earlier one. Answers per item.
   *
   * @throws LedgerError BODY_TOO_LARGE, JSON_INVALID, REQUEST_INVALID, QUEUE_FULL, LEDGER_CLOSED for the whole call
   */
  submitBulk(body: Uint8Array, format: BulkFormat): Promise<readonly ItemOutcome[]> {
    return this.#work(splitBody(body, format))
  }

  /** Everything that would refuse this envelope now, at once. Stores nothing. */
  async validate(value: Json): Promise<{ readonly id?: StatementId; readonly issues: readonly Issue[] }> {
    const [result] = await this.#parts.checker.check([utf8Encode(JSON.stringify(value))])
    if (result === undefined) throw new LedgerError('INTERNAL')
    if (result instanceof LedgerError) return { issues: issuesOf(result) }
    const { facts } = result
    if (this.#parts.state.reader.records.indexOf(facts.id) !== undefined) return { id: facts.id, issues: [] }
    const draft = new CommitDraft(this.#parts.state, Math.max(this.#parts.now(), this.#parts.state.lastTime))
    return { id: facts.id, issues: obstacles(facts, draft.time, draft) }
  }

  /**
   * Adds one more signature to a waiting proposal.
   *
   * @throws LedgerError PROPOSAL_NOT_FOUND, SIGNATURE_REPEATED, or whatever refuses the statement
   */
  async countersign(id: StatementId, signature: Json): Promise<SubmitOutcome> {
    const proposal = this.#proposal(id)
    if (proposal === undefined) {
      if (this.#parts.state.reader.records.indexOf(id) !== undefined) throw new LedgerError('STATEMENT_ADMITTED')
      if (this.#parts.state.reader.records.refusedBy(id) !== undefined) throw new LedgerError('STATEMENT_REFUSED')
      throw new LedgerError('PROPOSAL_NOT_FOUND')
    }
    return this.submit(envelopeJson(addSignature(proposal.envelope, parseSignature(signature, 1))))
  }

  async #work(texts: readonly Uint8Array[]): Promise<readonly ItemOutcome[]> {
    if (this.#closing) throw new LedgerError('LEDGER_CLOSED')
    if (this.#parts.writer.failure !== undefined) throw this.#parts.writer.failure
    if (this.#inWork + texts.length > IN_WORK_MAX) {
      this.counters.shed += texts.length
      throw new LedgerError('QUEUE_FULL')
    }
    this.#inWork += texts.length
    try {
      return await this.#checkAndAdd(texts)
    } finally {
      this.#inWork -= texts.length
      if (this.#inWork === 0) this.#idle?.()
    }
  }

  async #checkAndAdd(texts: readonly Uint8Array[]): Promise<readonly ItemOutcome[]> {
    const results = await this.#parts.checker.check(texts)
    const outcomes: Promise<ItemOutcome>[] = []
    for (const [position, result] of results.entries()) {
      const text = texts[position]
      if (text === undefined) throw new LedgerError('INTERNAL')
      const again = isUnknownKey(result) && position > 0
      outcomes.push(this.#settle(again ? await this.#again(text, outcomes) : result, text))
    }
    const settled = await Promise.all(outcomes)
    for (const { status } of settled) this.counters[status] += 1
    return settled
  }

  /** A key may be enrolled by an earlier item of the same call: then the item is checked once more. */
  async #again(text: Uint8Array, before: readonly Promise<unknown>[]): Promise<CheckResult> {
    await Promise.all(before)
    return this.#parts.checker.checkHere(text)
  }

  async #settle(result: CheckResult, text: Uint8Array): Promise<ItemOutcome> {
    try {
      return await this.#add(result, text)
    } catch (error) {
      if (error instanceof LedgerError && error !== this.#parts.writer.failure) return { status: 'rejected', error }
      throw error
    }
  }

  async #add(result: CheckResult, text: Uint8Array): Promise<SubmitOutcome> {
    let next = result
    let merged = text
    for (let merges = 0; merges < MERGES_MAX; merges += 1) {
      if (next instanceof LedgerError) throw next
      const outcome: CommitOutcome = await this.#parts.writer.add(next)
      if (outcome.status !== 'merge') return outcome
      merged = this.#merge(outcome.id, merged)
      next = this.#parts.checker.checkHere(merged)
    }
    throw new LedgerError('QUEUE_FULL')
  }

  /** The envelope with the signatures that the inbox already has. */
  #merge(id: StatementId, text: Uint8Array): Uint8Array {
    const proposal = this.#proposal(id)
    if (proposal === undefined) throw new LedgerError('PROPOSAL_NOT_FOUND')
    const own = parseEnvelope(parseJson(utf8Decode(text)))
    const missing = proposal.envelope.signatures.filter(
      ({ header }) => !own.signatures.some((item) => item.header.role === header.role),
    )
    const envelope = missing.reduce<Envelope>(addSignature, own)
    return utf8Encode(JSON.stringify(envelopeJson(envelope)))
  }

  #proposal(id: StatementId): Proposal | undefined {
    const { state } = this.#parts
    const waiting = state.waiting.get(id)
    return waiting === undefined ? undefined : readProposal(state, waiting)
  }
}

function isUnknownKey(result: CheckResult): boolean {
  return result instanceof LedgerError && result.code === 'KEY_UNKNOWN'
}

function issuesOf(error: LedgerError): readonly Issue[] {
  const issues = error.details['issues']
  if (Array.isArray(issues) && issues.length > 0) return issues as readonly Issue[]
  const at = error.details['at']
  return [{ code: error.code, at: typeof at === 'string' ? at : 'envelope' }]
}
