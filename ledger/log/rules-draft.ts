/**
 * Additions to the rules index that are not written yet: of one commit, or of one step of catching up.
 * Laid over what is stored, so that the next statement builds on the last.
 */
import { invariant, LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import type { Issue } from '../core/schema.js'
import type { StatementId } from '../core/statement.js'
import { addTally, isFull } from '../rules/tally.js'
import type { Counted } from '../rules/usage-index.js'
import type { RecordValue } from '../store/codec.js'
import type { Put } from '../store/store.js'
import {
  type HopJudge,
  type HopRules,
  type JudgedStatement,
  judgedRecord,
  unjudged,
} from './hop-judge.js'
import { refuseUnmet, unmetIssues } from './refusing-rules.js'
import type { RuleBook } from './rule-book.js'
import { addParts, putRulesMark, type RulesMark } from './rules-mark.js'
import {
  blockPartsOf,
  correctedPart,
  corrects,
  notableRecord,
  partBytes,
  removalBytes,
  rulesPartsOf,
  type UsagePart,
  usageOf,
} from './rules-parts.js'
import {
  additionKey,
  barePut,
  correctedKey,
  isJudgedKey,
  judgedKey,
  notableKey,
  recordName,
  recordPut,
  removalKey,
  usageHeadKey,
} from './rules-records.js'
import type { TakenStatement } from './rules-statement.js'
import {
  additionRecord,
  headRecord,
  type RulesValues,
  removalRecord,
  tallyRecord,
  usageHead,
} from './usage-records.js'

export type RulesDraftParts = {
  readonly values: RulesValues
  readonly mark: RulesMark
  readonly book: RuleBook
  readonly sha: Sha256
  readonly judge: HopJudge
  /** Ids of the rules for which the operator refuses what does not meet them. */
  readonly refuse: ReadonlySet<string>
  /** Told of a bug in a rule: it costs a verdict, never a statement that nobody refuses. */
  readonly onBug: (error: unknown) => void
  /** An admitted statement before the draft's own ones. */
  readonly statement: (id: StatementId) => TakenStatement | undefined
}

/** A record that is ready, or a value that is not sealed yet. */
type Staged =
  | { readonly put: Put; readonly key?: undefined; readonly value?: undefined }
  | { readonly put?: undefined; readonly key: Uint8Array; readonly value: RecordValue }

/** What the rules say of a statement, and which places would refuse it. */
export type AskedRules = { readonly rules: HopRules; readonly unmet: readonly Issue[] }

export class RulesDraft implements RulesValues {
  readonly #parts: RulesDraftParts
  readonly #staged = new Map<string, Staged>()
  readonly #taken = new Map<StatementId, TakenStatement>()
  #mark: RulesMark

  constructor(parts: RulesDraftParts) {
    this.#parts = parts
    this.#mark = parts.mark
  }

  /** As it will be once what was taken is written. */
  get mark(): RulesMark {
    return this.#mark
  }

  value(key: Uint8Array): RecordValue | undefined {
    return this.#staged.get(recordName(key))?.value ?? this.#parts.values.value(key)
  }

  /** A statement that this draft has taken, or an earlier one. */
  statement(id: StatementId): TakenStatement | undefined {
    return this.#taken.get(id) ?? this.#parts.statement(id)
  }

  /**
   * What the rules say of a statement that may come next; undefined for what is no hop.
   *
   * @param complete whether all that must have signed
   * @throws LedgerError ENTRY_MISMATCH
   */
  judge(statement: TakenStatement, complete = true): JudgedStatement | undefined {
    try {
      return this.#parts.judge.judge(statement, this, complete)
    } catch (error) {
      if (error instanceof LedgerError) throw error
      this.#parts.onBug(error)
      return unjudged()
    }
  }

  /**
   * As `judge`, for a statement that is to be admitted.
   *
   * @throws LedgerError RULE_NOT_MET when the operator has chosen to refuse what does not meet it
   */
  admissible(statement: TakenStatement): JudgedStatement | undefined {
    const judged = this.judge(statement)
    if (judged !== undefined) refuseUnmet(judged, this.#parts.refuse)
    return judged
  }

  /** As `admissible`, but with what would refuse it. @throws LedgerError ENTRY_MISMATCH */
  ask(statement: TakenStatement, complete: boolean): AskedRules | undefined {
    const rules = this.judge(statement, complete)
    return rules === undefined
      ? undefined
      : { rules, unmet: unmetIssues(rules, this.#parts.refuse) }
  }

  /**
   * Takes the next statement of the log.
   *
   * @param judged what `judge` said of it
   */
  take(statement: TakenStatement, judged = this.judge(statement)): void {
    const { sha, book } = this.#parts
    const { facts, index } = statement
    invariant(index === this.#mark.indexed, 'the rules index takes statements in order')
    const parts = rulesPartsOf(statement, sha)
    for (const key of parts.cited) this.#staged.set(recordName(key), { put: barePut(key) })
    if (parts.notable !== undefined) {
      book.add(parts.notable)
      this.#stage(notableKey(index), notableRecord(parts.notable))
    }
    if (judged !== undefined) {
      this.#stage(judgedKey(index), judgedRecord(judged))
      this.#parts.judge.keep(facts.id, judged)
    }
    const removed = facts.type === 'transfer/1' ? this.#correct(statement) : []
    for (const part of parts.usage) this.#add(part, statement)
    this.#taken.set(facts.id, statement)
    const added = [...partBytes(parts, statement), ...removed]
    const notables = this.#mark.notables + (parts.notable === undefined ? 0 : 1)
    this.#mark = { ...addParts(this.#mark, added, sha), indexed: index + 1, notables }
  }

  /** Values of records that this draft changes, by name, but for what was judged. */
  *changed(): Iterable<readonly [name: string, value: RecordValue]> {
    for (const [name, { key, value }] of this.#staged) {
      if (value !== undefined && !isJudgedKey(key)) yield [name, value]
    }
  }

  /** Everything that was taken, with the mark. */
  puts(): readonly Put[] {
    const { sha } = this.#parts
    // Sealed once: the head of a usage key may change with every statement of a commit.
    const puts = [...this.#staged.values()].map(
      (staged) => staged.put ?? recordPut(staged.key, staged.value, sha),
    )
    return [...puts, putRulesMark(this.#mark, this.#parts.sha)]
  }

  #add({ hash, tally }: UsagePart, { index, time }: TakenStatement): void {
    const head = usageHead(this, hash)
    const sum = addTally(head.sum, tally)
    const record = tallyRecord(sum)
    const addition = additionRecord({ index, time, tally }, record, isFull(sum))
    this.#stage(additionKey(hash, head.additions), addition)
    const next = headRecord({ ...head, additions: head.additions + 1, sum }, record)
    this.#stage(usageHeadKey(hash), next)
  }

  /** A correction takes out what it corrects; what is corrected twice is taken out once. */
  #correct(statement: TakenStatement): readonly Uint8Array[] {
    const { facts, index, time } = statement
    const { sha } = this.#parts
    const { supersedes } = facts
    if (supersedes === undefined) return []
    const key = correctedKey(supersedes)
    const old = this.statement(supersedes)
    if (old === undefined || !corrects(statement, old)) return []
    if (this.value(key) !== undefined) return []
    this.#stage(key, index)
    const removed = usageOf(old, sha).flatMap(({ hash, tally }) => {
      const of: Counted = { index: old.index, time: old.time, tally }
      const head = usageHead(this, hash)
      const removal = removalRecord({ index, time, of })
      this.#stage(removalKey(hash, head.removals), removal)
      const next = headRecord({ ...head, removals: head.removals + 1 })
      this.#stage(usageHeadKey(hash), next)
      for (const part of blockPartsOf(hash, of, sha)) this.#add(part, statement)
      return removalBytes(hash, { index, time }, of, sha)
    })
    return [correctedPart(supersedes, index), ...removed]
  }

  #stage(key: Uint8Array, value: RecordValue): void {
    this.#staged.set(recordName(key), { key, value })
  }
}
