/**
 * The part of an audit that is about the rules index: what the statements give is added up again and
 * held against what is stored, record by record and sum by sum. docs/decisions/0035.
 *
 * What was judged at admission is not judged again here (decision 36); only that it is there, sealed.
 */
import { concatBytes, equalBytes, toHex } from '../core/bytes.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { type Finding, findingOf } from '../core/finding.js'
import type { StatementId } from '../core/statement.js'
import type { Tally } from '../rules/facts.js'
import { NO_TALLY } from '../rules/tally.js'
import type { Range, Store, StoreRecord } from '../store/store.js'
import type { AuditItemResult } from './audit-wire.js'
import { openRecord } from './reader.js'
import type { Records } from './records.js'
import {
  addParts,
  joinSums,
  NO_MARK,
  NO_SUM,
  type RulesMark,
  type RulesSum,
  readRulesMark,
} from './rules-mark.js'
import {
  additionPart,
  correctedPart,
  corrects,
  partBytes,
  removalBytes,
  removalPart,
  rulesPartsOf,
  usageOf,
} from './rules-parts.js'
import {
  ADDITION_RANGE,
  CITED_RANGE,
  CORRECTED_RANGE,
  damagedRules,
  hashOfKey,
  indexOfKey,
  JUDGED_RANGE,
  NOTABLE_RANGE,
  openRecordValue,
  REMOVAL_RANGE,
  USAGE_HEAD_RANGE,
  valueBytes,
} from './rules-records.js'
import { type TakenStatement, takenOf } from './rules-statement.js'
import { searchFinding } from './search-mark.js'
import {
  addedBy,
  additionOfRecord,
  headOfRecord,
  removalOfRecord,
  tallyRecord,
} from './usage-records.js'

/** What one statement gives to the rules index, by itself. */
export function rulesSumOf(statement: TakenStatement, crypto: Pick<Crypto, 'sha256'>): RulesSum {
  const parts = partBytes(rulesPartsOf(statement, crypto.sha256), statement)
  return addParts(NO_SUM, parts, crypto.sha256)
}

export type AuditedRulesParts = {
  readonly store: Store
  readonly records: Records
  readonly crypto: Crypto
}

type Series = { readonly length: number; readonly sum: Tally }

export class AuditedRules {
  readonly #parts: AuditedRulesParts
  readonly #mark: RulesMark
  /** Why the mark cannot be read. */
  readonly #failure: LedgerError | undefined
  readonly #corrected = new Set<StatementId>()
  /** What is stored, being added up; undefined while nobody has begun. */
  #stored: Promise<RulesSum> | undefined
  #sum: RulesSum = NO_SUM
  /** Some statement could not be judged, so what it gives is not known. */
  #unknown = false

  constructor(parts: AuditedRulesParts) {
    this.#parts = parts
    const mark = markOrFailure(parts)
    this.#failure = mark instanceof LedgerError ? mark : undefined
    this.#mark = mark instanceof LedgerError ? NO_MARK : mark
  }

  /**
   * Begins to add up what is stored: that asks nothing of the statements, and takes as long as a third
   * of judging them, so that it is done beside it.
   */
  begin(): void {
    if (this.#failure !== undefined || this.#mark.indexed === 0) return
    this.#stored = this.#addUp()
    // What it runs into is said when its turn comes.
    this.#stored.catch(() => undefined)
  }

  /** The next statement as it was judged. */
  take(index: number, { facts, rules }: AuditItemResult): void {
    if (index >= this.#mark.indexed) return
    if (facts === undefined || rules === undefined) {
      this.#unknown = true
      return
    }
    this.#sum = joinSums(this.#sum, rules)
    const { id, supersedes } = facts
    if (facts.type !== 'transfer/1' || supersedes === undefined) return
    if (!this.#corrected.has(supersedes)) this.#correct(id, supersedes)
  }

  /**
   * What is wrong with the indexes that are built when somebody asks, search and rules, as far as each
   * goes. Rejects with STORE_UNREADABLE.
   *
   * @param unjudged some statement could not be judged at all
   */
  async findings(unjudged: boolean): Promise<readonly Finding[]> {
    const { store, crypto } = this.#parts
    const search = await searchFinding(store, crypto.sha256)
    return [...(search === undefined ? [] : [search]), ...(await this.#rulesFindings(unjudged))]
  }

  async #rulesFindings(unjudged: boolean): Promise<readonly Finding[]> {
    const about = { at: 'rules index' }
    if (this.#failure !== undefined) return [findingOf(this.#failure, about)]
    if (this.#mark.indexed === 0) return []
    try {
      const stored = await (this.#stored ?? this.#addUp())
      const wanted = this.#sum
      const same = stored.lanes.every((lane, position) => lane === wanted.lanes[position])
      if (unjudged || this.#unknown || (same && stored.parts === wanted.parts)) return []
      const detail = `${stored.parts} parts, and not those that the statements give`
      return [{ ...about, severity: 'failed', code: 'ENTRY_MISMATCH', detail }]
    } catch (error) {
      return [findingOf(error, about)]
    }
  }

  #correct(id: StatementId, supersedes: StatementId): void {
    const { crypto } = this.#parts
    try {
      const [statement, old] = [this.#taken(id), this.#taken(supersedes)]
      if (statement === undefined || old === undefined) throw damagedRules()
      if (!corrects(statement, old)) return
      this.#corrected.add(supersedes)
      const { index, time } = statement
      const parts = usageOf(old, crypto.sha256).flatMap(({ hash, tally }) => {
        const of = { index: old.index, time: old.time, tally }
        return removalBytes(hash, { index, time }, of, crypto.sha256)
      })
      const all = [correctedPart(supersedes, index), ...parts]
      this.#sum = addParts(this.#sum, all, crypto.sha256)
    } catch (error) {
      // A statement that cannot be read has its own finding.
      if (!(error instanceof LedgerError)) throw error
      this.#unknown = true
    }
  }

  #taken(id: StatementId): TakenStatement | undefined {
    const { crypto, records } = this.#parts
    const index = records.indexOf(id)
    const entry = index === undefined ? undefined : records.entry(index)
    const record = index === undefined ? undefined : records.statement(index)
    if (index === undefined || entry === undefined || record === undefined) return undefined
    return takenOf(openRecord(index, entry, record, crypto))
  }

  /** Adds up what is stored. @throws LedgerError ENTRY_MISMATCH */
  async #addUp(): Promise<RulesSum> {
    const { sha256 } = this.#parts.crypto
    let sum = NO_SUM
    const add = (part: Uint8Array): void => {
      sum = addParts(sum, [part], sha256)
    }
    for await (const [key] of this.#records(CITED_RANGE)) add(key)
    let notables = 0
    for await (const [key, value] of this.#records(NOTABLE_RANGE)) {
      add(concatBytes(key, valueBytes(openRecordValue(key, value, sha256))))
      notables += 1
    }
    if (notables !== this.#mark.notables) throw damagedRules()
    for await (const [key, value] of this.#records(CORRECTED_RANGE))
      add(concatBytes(key, valueBytes(openRecordValue(key, value, sha256))))
    for await (const [key, value] of this.#records(JUDGED_RANGE)) {
      // What it says is another's word; that nobody has changed it since can be told.
      openRecordValue(key, value, sha256)
      add(key)
    }
    const additions = await this.#additions(add)
    const removals = await this.#removals(add)
    await this.#heads(additions, removals)
    return sum
  }

  /** Each running sum must be the one before and what its transfer adds. */
  async #additions(add: (part: Uint8Array) => void): Promise<ReadonlyMap<string, Series>> {
    const series = new Map<string, Series>()
    for await (const [key, value] of this.#records(ADDITION_RANGE)) {
      const hash = hashOfKey(key)
      const { length, sum } = series.get(toHex(hash)) ?? { length: 0, sum: NO_TALLY }
      if (indexOfKey(key) !== length) throw damagedRules()
      const record = openRecordValue(key, value, this.#parts.crypto.sha256)
      const { index, time, sum: next } = additionOfRecord(record)
      series.set(toHex(hash), { length: length + 1, sum: next })
      add(additionPart(hash, { index, time, tally: addedBy(record, next, sum) }))
    }
    return series
  }

  async #removals(add: (part: Uint8Array) => void): Promise<ReadonlyMap<string, number>> {
    const lengths = new Map<string, number>()
    for await (const [key, value] of this.#records(REMOVAL_RANGE)) {
      const hash = hashOfKey(key)
      const length = lengths.get(toHex(hash)) ?? 0
      if (indexOfKey(key) !== length) throw damagedRules()
      lengths.set(toHex(hash), length + 1)
      const own = removalOfRecord(openRecordValue(key, value, this.#parts.crypto.sha256))
      add(removalPart(hash, own, own.of))
    }
    return lengths
  }

  /** The head of each key must say what its series are. */
  async #heads(
    additions: ReadonlyMap<string, Series>,
    removals: ReadonlyMap<string, number>,
  ): Promise<void> {
    let heads = 0
    for await (const [key, value] of this.#records(USAGE_HEAD_RANGE)) {
      const head = headOfRecord(openRecordValue(key, value, this.#parts.crypto.sha256))
      const name = toHex(hashOfKey(key))
      const own = additions.get(name)
      const same =
        own?.length === head.additions &&
        (removals.get(name) ?? 0) === head.removals &&
        equalBytes(valueBytes(tallyRecord(own.sum)), valueBytes(tallyRecord(head.sum)))
      if (!same) throw damagedRules()
      heads += 1
    }
    if (heads !== additions.size) throw damagedRules()
  }

  async *#records(range: Range): AsyncIterable<StoreRecord> {
    for await (const chunk of this.#parts.store.scan(range)) yield* chunk
  }
}

function markOrFailure({ store, crypto }: AuditedRulesParts): RulesMark | LedgerError {
  try {
    return readRulesMark(store, crypto.sha256)
  } catch (error) {
    if (error instanceof LedgerError) return error
    throw error
  }
}
