/**
 * Plan → ledger: builds, signs, writes down, submits; and goes on where it stopped.
 *
 * What was built before is sent first, as it was built: the ledger answers with what it has. Only what
 * the ledger refuses for good, and what changed since, is built anew. Then what is new, in batches
 * whose lines are in the state file before the ledger hears of them (journal.ts says why).
 *
 * A statement whose parents are not in the log is not built: whether they come is not decided yet.
 */

import {
  type BulkOutcome,
  type Draft,
  type DraftContext,
  prepareDraft,
} from '../../client/index.js'
import { type OpenedStatement, openStatement } from '../../ledger/core/check.js'
import { invariant } from '../../ledger/core/errors.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { draftOf, fingerprintOf } from './draft-item.js'
import type { Journal } from './journal.js'
import type { Parties } from './party.js'
import { isKind, type PlanItem } from './plan-item.js'
import { type LedgerPort, type Recorded, Reports } from './recording.js'
import { Signing } from './signing.js'
import type { Kept } from './state.js'

export type RecorderParts = {
  readonly journal: Journal
  readonly port: LedgerPort
  readonly parties: Parties
  readonly context: DraftContext
  readonly countersignDays: number
  readonly onProgress?: (done: number, total: number) => void
}

const BATCH_ITEMS = 200
/** A quarter of what one call may carry. */
const BATCH_CHARS = 4 * 1_048_576
const DAY_S = 86_400

type Pending = { readonly item: PlanItem; readonly draft: Draft; readonly opened: OpenedStatement }
type Outcome<Status extends BulkOutcome['status']> = Extract<BulkOutcome, { status: Status }>

/** Records a checked plan. Rejects when the ledger, the state file or a key fails; call it again then. */
export function recordPlan(items: readonly PlanItem[], parts: RecorderParts): Promise<Recorded> {
  return new Recorder(items, parts).record()
}

class Recorder {
  readonly #parts: RecorderParts
  readonly #items: ReadonlyMap<string, PlanItem>
  readonly #signing: Signing
  readonly #reports = new Reports()
  /** Built in this batch and about to be admitted: id by key. */
  readonly #coming = new Map<string, StatementId>()
  readonly #changed: string[] = []

  constructor(items: readonly PlanItem[], parts: RecorderParts) {
    this.#parts = parts
    this.#items = new Map(items.map((item) => [item.key, item]))
    this.#signing = new Signing(parts.parties, parts.context)
  }

  async record(): Promise<Recorded> {
    await this.#repeat()
    await this.#buildNew()
    const handedOver = this.#parts.journal
      .all()
      .filter(({ key }) => this.#reports.get(key)?.status === 'handed-over')
    const reports = this.#reports.inOrder(this.#items.keys())
    return { reports, handedOver, changed: this.#changed }
  }

  /** Sends again what was built before and is not known to be in the log. */
  async #repeat(): Promise<void> {
    let batch: Kept[] = []
    for (const before of this.#parts.journal.all()) {
      if (before.settled) this.#done(before, 'already')
      else {
        const kept = await this.#signMore(before)
        if (kept.envelope.signatures.length > 0) batch.push(kept)
        else await this.#askFor(kept)
      }
      if (batch.length >= BATCH_ITEMS) {
        await this.#send(batch, true)
        batch = []
      }
    }
    await this.#send(batch, true)
  }

  /** Builds what is new and can be built, and sends it. */
  async #buildNew(): Promise<void> {
    const deadline =
      Math.floor(this.#parts.context.now() / 1000) + this.#parts.countersignDays * DAY_S
    let batch: Pending[] = []
    let chars = 0
    for (const item of this.#items.values()) {
      if (this.#parts.journal.kept(item.key) !== undefined) continue
      const pending = this.#build(item, deadline)
      if (pending === undefined) continue
      batch.push(pending)
      chars += pending.opened.envelope.disclosures.reduce((sum, text) => sum + text.length, 0)
      if (batch.length >= BATCH_ITEMS || chars >= BATCH_CHARS) {
        await this.#flush(batch)
        batch = []
        chars = 0
      }
    }
    await this.#flush(batch)
  }

  #build(item: PlanItem, deadline: number): Pending | undefined {
    const behind = this.#blocker(item)
    const idOf = (key: string): StatementId | undefined =>
      this.#coming.get(key) ?? this.#parts.journal.kept(key)?.id
    const draft = behind === undefined ? draftOf(item, idOf, deadline) : undefined
    if (draft === undefined) {
      this.#reports.set(item, { status: 'blocked', ...(behind === undefined ? {} : { behind }) })
      return undefined
    }
    const opened = prepareDraft(draft, this.#parts.context)
    if (this.#signing.canComplete(item.roles)) this.#coming.set(item.key, opened.id)
    return { item, draft, opened }
  }

  /** What it cites and is neither in the log nor about to be. */
  #blocker({ parents, instrument }: PlanItem): string | undefined {
    const cited = [
      ...parents.map(({ key }) => key),
      ...(instrument === undefined ? [] : [instrument]),
    ]
    const missing = cited.find((key) => !this.#coming.has(key) && !this.#reports.isDone(key))
    if (missing === undefined) return undefined
    return (
      this.#reports.get(missing)?.what ??
      this.#items.get(missing)?.what ??
      'a statement of an earlier import'
    )
  }

  /** Signs a batch, writes it down, sends it. */
  async #flush(batch: readonly Pending[]): Promise<void> {
    const signed = await Promise.all(batch.map((pending) => this.#sign(pending)))
    // On disk before anybody hears of it.
    await this.#parts.journal.append(signed.map((kept) => ({ event: 'built', kept })))
    this.#coming.clear()
    for (const kept of signed.filter(isUnsigned)) this.#handOver(kept)
    await this.#send(
      signed.filter((kept) => !isUnsigned(kept)),
      false,
    )
  }

  async #sign({ item, draft, opened }: Pending): Promise<Kept> {
    const { key, what, roles, made } = item
    const fingerprint = fingerprintOf(draft, this.#parts.context)
    const envelope = await this.#signing.sign(opened, roles)
    return { key, what, id: opened.id, fingerprint, envelope, roles, made, settled: false }
  }

  /** A key that the map has got since adds its signature to the same bytes. */
  async #signMore(kept: Kept): Promise<Kept> {
    const opened = openStatement(kept.envelope, this.#parts.context.crypto)
    const envelope = await this.#signing.sign(opened, kept.roles)
    if (envelope === kept.envelope) return kept
    const signed = { ...kept, envelope }
    await this.#parts.journal.append([{ event: 'built', kept: signed }])
    return signed
  }

  /** Sends statements and takes the ledger's word for each. `again`: they were built earlier. */
  async #send(batch: readonly Kept[], again: boolean): Promise<void> {
    if (batch.length === 0) return
    const outcomes = await this.#parts.port.submit(batch.map(({ envelope }) => envelope))
    invariant(outcomes.length === batch.length, 'a ledger answers for each statement')
    const told = batch.flatMap((kept, position) => {
      const outcome = outcomes[position]
      return outcome === undefined ? [] : [{ kept, outcome }]
    })
    const inLog = told.filter(
      ({ outcome: { status } }) => status === 'admitted' || status === 'existing',
    )
    await this.#parts.journal.append(inLog.map(({ kept: { key } }) => ({ event: 'settled', key })))
    for (const { kept, outcome } of told) {
      if (outcome.status === 'admitted') this.#done(kept, 'admitted')
      else if (outcome.status === 'existing') this.#done(kept, 'already')
      else if (outcome.status === 'waiting') this.#waits(kept, outcome)
      else await this.#refused(kept, outcome, again)
    }
    this.#parts.onProgress?.(this.#reports.size, this.#items.size)
  }

  /** Asks for a statement that another party was to sign and submit by itself. */
  async #askFor(kept: Kept): Promise<void> {
    if (!(await this.#parts.port.isAdmitted(kept.id))) return this.#handOver(kept)
    await this.#parts.journal.append([{ event: 'settled', key: kept.key }])
    this.#done(kept, 'already')
  }

  #done(kept: Kept, status: 'admitted' | 'already'): void {
    this.#reports.set(kept, { status, id: kept.id })
    // Only a run is told again as a whole; what others were built from may be left out today.
    const item = isKind(kept.key, 'run') ? this.#items.get(kept.key) : undefined
    if (item !== undefined && status === 'already' && this.#differs(kept, item)) {
      this.#changed.push(kept.key)
    }
  }

  #waits(kept: Kept, { countersignBy }: Outcome<'waiting'>): void {
    const missing = this.#signing.missing(kept.envelope, kept.roles)
    this.#reports.set(kept, { status: 'waiting', id: kept.id, missing, countersignBy })
  }

  #handOver(kept: Kept): void {
    const missing = this.#signing.missing(kept.envelope, kept.roles)
    this.#reports.set(kept, { status: 'handed-over', id: kept.id, missing })
  }

  /** Refused for good. It is built anew where that can make a difference. */
  async #refused(kept: Kept, { error }: Outcome<'rejected'>, again: boolean): Promise<void> {
    const item = this.#items.get(kept.key)
    const behind = item === undefined ? undefined : this.#blocker(item)
    const stale = item !== undefined && again && this.#isStale(kept, item)
    const anew =
      item !== undefined && (error.code === 'STATEMENT_EXPIRED' || behind !== undefined || stale)
    if (anew) await this.#parts.journal.append([{ event: 'dropped', key: kept.key }])
    if (behind !== undefined) this.#reports.set(kept, { status: 'blocked', behind })
    else this.#reports.set(kept, { status: 'refused', id: kept.id, error })
  }

  #isStale(kept: Kept, item: PlanItem): boolean {
    return this.#differs(kept, item) || this.#signing.usesOtherKeys(kept.envelope, kept.roles)
  }

  /** Would it say something else if it were built now? */
  #differs(kept: Kept, item: PlanItem): boolean {
    const draft = draftOf(item, (key) => this.#parts.journal.kept(key)?.id, 0)
    return draft === undefined || fingerprintOf(draft, this.#parts.context) !== kept.fingerprint
  }
}

function isUnsigned({ envelope }: Kept): boolean {
  return envelope.signatures.length === 0
}
