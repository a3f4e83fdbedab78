/**
 * What a ledger answers about rules: a lineage with all by which it is judged, facts, sums, who cites
 * whom. Everything here asks the rules index first, and builds what is missing of it.
 */
import { LedgerError } from '../core/errors.js'
import type { Evidence } from '../core/evidence.js'
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Facts } from '../rules/facts.js'
import type { Stepwise } from '../rules/judge-graph.js'
import type { Store } from '../store/store.js'
import { companionsOf } from './companions.js'
import type { View } from './evidence-builder.js'
import type { UnreadRuleset, Vitals } from './health.js'
import type { RecordedRules } from './hop-judge.js'
import { factsOfLog } from './log-facts.js'
import type { LogState } from './log-state.js'
import { LongWork } from './long-work.js'
import type { StoredStatement } from './reader.js'
import { type RuleActions, refusingRules } from './refusing-rules.js'
import { RulesIndex, type RulesProgress } from './rules-index.js'
import { isRulesDamage } from './rules-records.js'

export type LedgerRulesParts = {
  readonly state: LogState
  readonly store: Store
  /** As LedgerOptions.rules. */
  readonly actions: RuleActions | undefined
  readonly partiesOf: (stored: StoredStatement) => readonly PartyId[]
  readonly evidence: (ids: readonly StatementId[], view: View) => Evidence
  /** Ends the writing when what was read is damaged. */
  readonly watched: <Result>(work: Promise<Result>) => Promise<Result>
}

/** How long a call may wait for an index that a server builds, in milliseconds: then it is to come again. */
const PATIENCE_MS = 5_000

const SHOW_ALL: View = () => 'envelope'

export class LedgerRules {
  readonly index: RulesIndex
  readonly #parts: LedgerRulesParts
  readonly #work = new LongWork()
  #distrusted: Promise<void> | undefined
  #building: { readonly done: number; readonly total: number } | undefined

  constructor(parts: LedgerRulesParts) {
    this.#parts = parts
    this.index = new RulesIndex(parts.state, parts.store, refusingRules(parts.actions ?? {}))
    parts.state.rules = this.index
  }

  /**
   * Builds the rules index as far as the log goes. Rejects with ENTRY_MISMATCH, STORE_FAILED; LEDGER_CLOSED
   * when the ledger closes before; RULES_NOT_READY where it is being built beside a server's work and
   * takes longer than a call may wait.
   */
  prepare(onProgress?: RulesProgress): Promise<void> {
    const built = this.#parts.watched(this.index.catchUp(onProgress))
    return this.#building === undefined ? built : patiently(built)
  }

  /**
   * As `prepare`, beside a server's work: while it goes on, others wait for a little only.
   */
  async build(onProgress?: RulesProgress): Promise<void> {
    this.#building = { done: 0, total: this.#parts.state.size }
    try {
      await this.#parts.watched(
        this.index.catchUp((progress) => {
          this.#building = progress
          onProgress?.(progress)
        }),
      )
    } finally {
      this.#building = undefined
    }
  }

  /** How far `build` is, undefined when it is not at work; and what is passed over. @throws as `unread` */
  vitals(): Pick<Vitals, 'building' | 'unread'> {
    return { building: this.#building, unread: this.unread() }
  }

  /**
   * Rulesets of the operator that this version cannot judge by, in log order; of an index that is not
   * complete those that were looked at so far.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  unread(): readonly UnreadRuleset[] {
    const { state } = this.#parts
    if (this.index.isComplete) this.index.rulesets(state.size)
    return [...this.index.unread]
      .map((id) => ({ id, index: state.reader.indexOf(id) ?? -1 }))
      .sort((a, b) => a.index - b.index)
  }

  /**
   * Begins to close, before anything that was taken is waited for: what waits for the index is refused,
   * what is stored of it stays.
   */
  stop(): void {
    void this.index.stop()
  }

  /** Settles when statements that come in can be judged, if they are to be. */
  ready(): Promise<void> {
    if (this.#parts.actions === undefined || this.index.isNear) return Promise.resolve()
    return this.prepare()
  }

  /**
   * Judges with pauses, one lineage at a time: nobody stops the server by asking. Damage that is read
   * ends the writing. Rejects with what a step throws, with JUDGING_FULL, with the signal's reason.
   */
  run<Result>(steps: Stepwise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#parts.watched(this.#work.run(steps, signal))
  }

  /** For metrics. */
  counters(): Readonly<Record<string, number>> {
    return {
      rules_unjudged: this.index.unjudged,
      rulesets_unread: this.unread().length,
      judging_waiting: this.#work.waiting,
      judging_shed: this.#work.shed,
      judging_stopped: this.#work.stopped,
    }
  }

  /**
   * Damage was read. Where it is the index that is damaged, the next opening builds it again: else one
   * lost record would end the writing after each opening, for whoever asks.
   *
   * @param written settles when nothing is written any more
   */
  damaged(damage: LedgerError, written: Promise<void>): void {
    if (!isRulesDamage(damage)) return
    // A store that cannot even delete keeps the mark: then the damage is found again.
    this.#distrusted ??= written.then(() => this.index.distrust()).catch(() => undefined)
  }

  /** Settles when nothing is written any more. */
  async close(): Promise<void> {
    await this.index.stop()
    await this.#distrusted
  }

  /**
   * Evidence for the statements of a lineage and their companions. Rejects with STATEMENT_NOT_FOUND,
   * LINEAGE_TOO_LARGE, ENTRY_MISMATCH.
   *
   * @param companionsMax most companions; left out: as many as there are
   */
  async evidence(
    lineage: readonly StatementId[],
    view: View = SHOW_ALL,
    companionsMax = Number.POSITIVE_INFINITY,
  ): Promise<Evidence> {
    await this.prepare()
    const { state, partiesOf } = this.#parts
    const companions = async (): Promise<readonly StatementId[]> =>
      companionsOf(lineage, { state, index: this.index, view, partiesOf }, companionsMax)
    const more = await this.#parts.watched(companions())
    return this.#parts.evidence([...lineage, ...more], view)
  }

  /**
   * What was recorded of a hop when it was admitted, or when the index was built; undefined for what is
   * no hop. Nobody's evidence: whoever wants a verdict has it computed.
   *
   * Rejects with ENTRY_MISMATCH.
   */
  async recorded(index: number): Promise<RecordedRules | undefined> {
    await this.prepare()
    return this.#parts.watched(Promise.resolve().then(() => this.index.recorded(index)))
  }

  /** What rules may ask, as of the entry before `before`; left out: everything. To be prepared first. */
  facts(before: number = this.#parts.state.size): Facts {
    return factsOfLog({ index: this.index, values: this.index.stored, before })
  }
}

/** Rejects with RULES_NOT_READY when it takes too long; what is waited for goes on. */
async function patiently(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LedgerError('RULES_NOT_READY')), PATIENCE_MS)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
