/**
 * The way in: envelope texts → check (workers) → writer → outcome. Bounded: what is too much is shed
 * at the door with QUEUE_FULL, before anything of the call is stored.
 */
import { addSignature } from '../core/build.js'
import { utf8Decode, utf8Encode } from '../core/bytes.js'
import { type Envelope, envelopeJson, parseEnvelope, parseSignature } from '../core/envelope.js'
import { invariant, LedgerError } from '../core/errors.js'
import { type Json, parseJson } from '../core/json.js'
import type { Issue } from '../core/schema.js'
import type { StatementId } from '../core/statement.js'
import { isSignedByUser, obstacles, refuseObstacles } from './admission.js'
import type { CheckResult } from './check-text.js'
import type { Checker } from './checker.js'
import {
  type Admitted,
  CommitDraft,
  type CommitOutcome,
  type Existing,
  type StillWaiting,
} from './commit.js'
import { isDamage, isDamageCode } from './damage.js'
import type { HopRules } from './hop-judge.js'
import type { LogState } from './log-state.js'
import { type Proposal, readProposal } from './proposal.js'
import { type BulkFormat, splitBody } from './split-body.js'
import type { Writer } from './writer.js'

/** Refusal of one item of a bulk call; the others are not touched by it. */
export type Rejected = { readonly status: 'rejected'; readonly error: LedgerError }
/** What became of a submitted statement. Only `admitted` and `existing` are in the log. */
export type SubmitOutcome = Admitted | Existing | StillWaiting
export type ItemOutcome = SubmitOutcome | Rejected
/** What would refuse an envelope; nothing would when `issues` is empty. */
export type Validation = {
  readonly id?: StatementId
  readonly issues: readonly Issue[]
  /**
   * What the rules say of a hop that its user has signed and that nothing else refuses. Nobody else is
   * told: verdicts rest on sums, limits and instruments of the parties.
   */
  readonly rules?: HopRules
}

/** How often signatures that crossed are merged before giving up; three roles cross twice at most. */
const MERGES_MAX = 4

/** Statements of a call that are checked at once, and that wait for the writer at once. */
const WINDOW = 64

/** One call of one statement or many, on its way. */
type Call = {
  readonly texts: readonly Uint8Array[]
  /** Of the statements that were handed to the writer, in order. */
  readonly outcomes: Promise<ItemOutcome>[]
  /** Statements that lack a signature. */
  readonly partial: Set<StatementId>
  /** Whether one of them brings a key. */
  newKeys: boolean
}

export type IntakeParts = {
  /** Nothing can be signed, so nothing is taken. */
  readonly readOnly: boolean
  readonly state: LogState
  readonly checker: Checker
  readonly writer: Writer
  /** Settles when statements can be judged, where they are. */
  readonly ready: () => Promise<void>
  /** Seconds since 1970. */
  readonly now: () => number
}

export class Intake {
  readonly #parts: IntakeParts
  #inWork = 0
  #inWorkBytes = 0
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
    if (outcome === undefined || outcome.status === 'rejected')
      throw outcome?.error ?? new LedgerError('INTERNAL')
    return outcome
  }

  /**
   * Submits many, in order: an item may cite an earlier one. Answers per item.
   *
   * @throws LedgerError BODY_TOO_LARGE, JSON_INVALID, REQUEST_INVALID, QUEUE_FULL, LEDGER_CLOSED for the whole call
   */
  async submitBulk(body: Uint8Array, format: BulkFormat): Promise<readonly ItemOutcome[]> {
    return await this.#work(splitBody(body, format))
  }

  /** Everything that would refuse this envelope now, at once. Stores nothing. */
  async validate(value: Json): Promise<Validation> {
    const text = utf8Encode(JSON.stringify(value))
    return await this.#counted([text], () => this.#validate(text))
  }

  async #validate(text: Uint8Array): Promise<Validation> {
    const [result] = await this.#parts.checker.check([text])
    if (result === undefined) throw new LedgerError('INTERNAL')
    if (result instanceof LedgerError) return { issues: issuesOf(result) }
    const { facts } = result
    if (this.#parts.state.reader.indexOf(facts.id) !== undefined)
      return { id: facts.id, issues: [] }
    const draft = new CommitDraft(
      this.#parts.state,
      Math.max(this.#parts.now(), this.#parts.state.lastTime),
    )
    const issues = obstacles(facts, draft.time, draft)
    // Damage is no answer to whoever asks: it ends the writing, as when a statement is submitted.
    if (issues.some(({ code }) => isDamageCode(code))) refuseObstacles(issues)
    const mayBeTold = issues.length === 0 && isSignedByUser(facts)
    const asked = mayBeTold ? draft.askRules(result) : undefined
    if (asked === undefined) return { id: facts.id, issues }
    return { id: facts.id, issues: [...issues, ...asked.unmet], rules: asked.rules }
  }

  /**
   * Adds one more signature to a waiting proposal.
   *
   * @throws LedgerError PROPOSAL_NOT_FOUND, SIGNATURE_REPEATED, or whatever refuses the statement
   */
  async countersign(id: StatementId, signature: Json): Promise<SubmitOutcome> {
    const proposal = this.#proposal(id)
    if (proposal === undefined) {
      if (this.#parts.state.reader.indexOf(id) !== undefined)
        throw new LedgerError('STATEMENT_ADMITTED')
      if (this.#parts.state.reader.refusedBy(id) !== undefined)
        throw new LedgerError('STATEMENT_REFUSED')
      throw new LedgerError('PROPOSAL_NOT_FOUND')
    }
    const envelope = addSignature(proposal.envelope, parseSignature(signature, 1))
    return await this.submit(envelopeJson(envelope))
  }

  #work(texts: readonly Uint8Array[]): Promise<readonly ItemOutcome[]> {
    return this.#counted(texts, () => {
      const { failure } = this.#parts.writer
      if (failure !== undefined) throw failure
      return this.#checkAndAdd(texts)
    })
  }

  /** Does what is to be done with these texts, or sheds it when too much is in work already. */
  async #counted<Result>(
    texts: readonly Uint8Array[],
    run: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#closing) throw new LedgerError('LEDGER_CLOSED')
    if (this.#parts.readOnly) throw new LedgerError('LEDGER_READ_ONLY')
    const { inWorkMax, inWorkBytesMax } = this.#parts.state.limits
    const bytes = texts.reduce((sum, text) => sum + text.length, 0)
    if (this.#inWork + texts.length > inWorkMax || this.#inWorkBytes + bytes > inWorkBytesMax) {
      this.counters.shed += texts.length
      throw new LedgerError('QUEUE_FULL')
    }
    this.#inWork += texts.length
    this.#inWorkBytes += bytes
    try {
      await this.#parts.ready()
      return await run()
    } finally {
      this.#inWork -= texts.length
      this.#inWorkBytes -= bytes
      if (this.#inWork === 0) this.#idle?.()
    }
  }

  /**
   * Hands the statements of a call to the writer, in order. Where a later item may need what an earlier
   * one brings (a key, a signature that crosses another's), it waits for it; else all share a commit.
   */
  async #checkAndAdd(texts: readonly Uint8Array[]): Promise<readonly ItemOutcome[]> {
    const call: Call = { texts, outcomes: [], partial: new Set(), newKeys: false }
    try {
      for await (const results of this.#checked(call)) await this.#handAll(results, call)
    } finally {
      // A check that fails refuses the call; what was handed over by then is written or refused first.
      await Promise.allSettled(call.outcomes)
    }
    const settled = await Promise.all(call.outcomes)
    for (const { status } of settled) this.counters[status] += 1
    return settled
  }

  /**
   * Results of checks in order, in windows: the next one is checked while one is written. What was
   * checked is many times its text, so that a whole call of it would outlive young collections.
   */
  async *#checked({ texts, outcomes }: Call): AsyncGenerator<readonly CheckResult[]> {
    const check = (from: number): Promise<readonly CheckResult[]> => {
      const results = this.#parts.checker.check(texts.slice(from, from + WINDOW))
      // One that fails is thrown when its turn comes.
      results.catch(() => undefined)
      return results
    }
    let next = check(0)
    for (let at = 0; at < texts.length; at += WINDOW) {
      const results = await next
      next = check(at + WINDOW)
      await Promise.allSettled(outcomes.slice(Math.max(0, at - WINDOW), at))
      yield results
    }
  }

  async #handAll(results: readonly CheckResult[], call: Call): Promise<void> {
    for (const first of results) {
      const again = call.newKeys && isUnknownKey(first)
      const crosses = this.#hand(again ? await this.#again(call) : first, call)
      if (crosses) await Promise.allSettled(call.outcomes.slice(-1))
    }
  }

  /** Hands the next statement to the writer; whether the one after it may cross what it brings. */
  #hand(result: CheckResult, call: Call): boolean {
    const { texts, outcomes, partial } = call
    const text = texts[outcomes.length]
    invariant(text !== undefined, 'each text has one result')
    call.newKeys ||= bringsKey(result)
    const outcome = this.#settle(result, text)
    // A writer that failed is told of at the end, when all are awaited.
    outcome.catch(() => undefined)
    outcomes.push(outcome)
    return this.#crosses(result, partial)
  }

  /** A key may be enrolled by an earlier item of the same call: then the item is checked once more. */
  async #again({ texts, outcomes }: Call): Promise<CheckResult> {
    await Promise.allSettled(outcomes)
    const [result] = await this.#parts.checker.check(
      texts.slice(outcomes.length, outcomes.length + 1),
    )
    return result ?? new LedgerError('INTERNAL')
  }

  /** Whether the inbox, or an earlier item of the call, may have signatures that this one lacks. */
  #crosses(result: CheckResult, partial: Set<StatementId>): boolean {
    if (result instanceof LedgerError || result.missing.length === 0) return false
    const { id } = result.facts
    const crosses = partial.has(id) || this.#parts.state.waiting.has(id)
    partial.add(id)
    return crosses
  }

  async #settle(result: CheckResult, text: Uint8Array): Promise<ItemOutcome> {
    try {
      return await this.#add(result, text)
    } catch (error) {
      const own = error instanceof LedgerError && error !== this.#parts.writer.failure
      if (own && !isDamage(error)) return { status: 'rejected', error }
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
    // Admitted or refused in the meantime: which, the writer says to the envelope as it is.
    if (proposal === undefined) return text
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

function bringsKey(result: CheckResult): boolean {
  if (result instanceof LedgerError) return false
  const { change } = result.facts
  return change !== undefined && change.kind !== 'end'
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
