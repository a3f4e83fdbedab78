/**
 * Additions to the rules index that are not written yet: of one commit, or of one step of catching up.
 * Laid over what is stored, so that the next statement builds on the last.
 */
import { invariant, LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import type { Issue } from '../core/schema.js'
import type { StatementId } from '../core/statement.js'
import { addTally } from '../rules/tally.js'
import type { Counted } from '../rules/usage-index.js'
import type { Put } from '../store/store.js'
import {
  type HopJudge,
  type HopRules,
  type JudgedStatement,
  judgedRecord,
  UNJUDGED,
} from './hop-judge.js'
import { refuseUnmet, unmetIssues } from './refusing-rules.js'
import type { RuleBook } from './rule-book.js'
import { addParts, putRulesMark, type RulesMark } from './rules-mark.js'
import {
  notableRecord,
  partBytes,
  removalPart,
  rulesPartsOf,
  type UsagePart,
  usageOf,
} from './rules-parts.js'
import {
  additionKey,
  barePut,
  correctedKey,
  judgedKey,
  notableKey,
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

/** What the rules say of a statement, and which places would refuse it. */
export type AskedRules = { readonly rules: HopRules; readonly unmet: readonly Issue[] }

export class RulesDraft implements RulesValues {
  readonly #parts: RulesDraftParts
  readonly #staged = new Map<string, Put>()
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

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#staged.get(nameOf(key))?.value ?? this.#parts.values.get(key)
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
      return UNJUDGED
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
    for (const key of parts.cited) this.#stage(barePut(key))
    if (parts.notable !== undefined) {
      book.add(parts.notable)
      this.#stage(recordPut(notableKey(index), notableRecord(parts.notable), sha))
    }
    if (judged !== undefined) {
      this.#stage(recordPut(judgedKey(index), judgedRecord(judged), sha))
      this.#parts.judge.keep(facts.id, judged)
    }
    const removed = facts.type === 'transfer/1' ? this.#correct(statement) : []
    for (const part of parts.usage) this.#add(part, statement)
    this.#taken.set(facts.id, statement)
    const added = [...partBytes(parts, statement), ...removed]
    this.#mark = { ...addParts(this.#mark, added, sha), indexed: index + 1 }
  }

  /** Everything that was taken, with the mark. */
  puts(): readonly Put[] {
    return [...this.#staged.values(), putRulesMark(this.#mark, this.#parts.sha)]
  }

  #add({ hash, tally }: UsagePart, { index, time }: TakenStatement): void {
    const { sha } = this.#parts
    const head = usageHead(this, hash, sha)
    const sum = addTally(head.sum, tally)
    const addition = additionRecord({ index, time, sum })
    this.#stage(recordPut(additionKey(hash, head.additions), addition, sha))
    const next = headRecord({ ...head, additions: head.additions + 1, sum })
    this.#stage(recordPut(usageHeadKey(hash), next, sha))
  }

  /** A correction takes out what it supersedes; what is corrected twice is taken out once. */
  #correct({ facts, index, time }: TakenStatement): readonly Uint8Array[] {
    const { sha } = this.#parts
    const { supersedes } = facts
    if (supersedes === undefined) return []
    const key = correctedKey(supersedes)
    const old = this.statement(supersedes)
    if (old === undefined || this.get(key) !== undefined) return []
    this.#stage(recordPut(key, index, sha))
    return usageOf(old, sha).map(({ hash, tally }) => {
      const of: Counted = { index: old.index, time: old.time, tally }
      const head = usageHead(this, hash, sha)
      const removal = removalRecord({ index, time, of })
      this.#stage(recordPut(removalKey(hash, head.removals), removal, sha))
      const next = headRecord({ ...head, removals: head.removals + 1 })
      this.#stage(recordPut(usageHeadKey(hash), next, sha))
      return removalPart(hash, { index, time }, of)
    })
  }

  #stage(put: Put): void {
    this.#staged.set(nameOf(put.key), put)
  }
}

function nameOf(key: Uint8Array): string {
  return String.fromCharCode(...key)
}
