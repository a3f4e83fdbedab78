/**
 * The rules index of an open log: built when first asked for, then grown with every commit.
 *
 * A ledger that nobody asks a rule of pays nothing. Catching up goes in steps of one synced batch
 * each, with the mark in the same batch; once it has caught up, each commit carries what it adds in
 * its own batch, so that index and log are never apart. Statements that were admitted while it was
 * catching up are taken by the next commit, before its own.
 */
import { invariant, LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import type { PartyId } from '../core/key-state.js'
import type { RulesetClaims } from '../core/schemas/ruleset.js'
import { knownClaims } from '../core/schemas.js'
import type { StatementId } from '../core/statement.js'
import type { PartyFact, Tally, UsageKey } from '../rules/facts.js'
import { rulesetFromClaims } from '../rules/ruleset-claims.js'
import type { RecordedRuleset } from '../rules/ruleset-in-force.js'
import { sumOf, usageKeyText } from '../rules/usage-index.js'
import type { RecordValue } from '../store/codec.js'
import type { Store } from '../store/store.js'
import { HopJudge, type RecordedRules, recordedRules } from './hop-judge.js'
import type { LogState } from './log-state.js'
import { Slices } from './long-work.js'
import { openRecord } from './reader.js'
import { RuleBook } from './rule-book.js'
import { RulesDraft } from './rules-draft.js'
import { NO_MARK, type RulesMark, readRulesMark } from './rules-mark.js'
import { countedUnder, notableOfRecord } from './rules-parts.js'
import {
  citedRange,
  indexOfKey,
  isJudgedKey,
  isRulesDamage,
  judgedKey,
  MARK_KEY,
  NOTABLE_RANGE,
  openRecordValue,
  type Relation,
  RULES_RANGE,
  recordName,
  usageHash,
} from './rules-records.js'
import { type Notable, type TakenStatement, takenOf } from './rules-statement.js'
import { RulesValuesKept } from './rules-values-kept.js'
import type { EnrolledParty, RulesReading, UsageAsked } from './rules-view.js'
import { readStatements, recordOf, type StatementRead } from './statement-scan.js'
import { seriesOf } from './usage-records.js'

/** Statements per step of catching up. */
const STEP = 256
/** Statements admitted in the meantime that a commit takes along; more wait for the next catching up. */
const BEHIND_MAX = 4_096
/** Statements kept at hand: parents, instruments and corrections are cited again and again. */
const TAKEN_KEPT = 2_048

const NO_RULES: ReadonlySet<string> = new Set()

/** How long catching up has yet to go. */
export type RulesProgress = (progress: { readonly done: number; readonly total: number }) => void

export class RulesIndex {
  readonly book = new RuleBook((party) => party !== undefined && party === this.#state.registrar)
  readonly #state: LogState
  readonly #store: Store
  readonly #values = new RulesValuesKept()
  readonly #taken = new Map<StatementId, TakenStatement>()
  readonly #parties = new Map<PartyId, EnrolledParty>()
  readonly #rulesets = new Map<StatementId, RecordedRuleset | undefined>()
  readonly #refuse: ReadonlySet<string>
  readonly #judge = new HopJudge(this)
  /** Hops that a bug in a rule kept from being judged, since opening. */
  unjudged = 0
  /** Rulesets of the operator that this version cannot judge by, as far as they were looked at. */
  readonly unread = new Set<StatementId>()
  #mark: RulesMark | undefined
  #catching: Promise<void> = Promise.resolve()
  #stopping = false
  /** Settles when whoever runs alone has ended. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param refuse ids of the rules for which the operator refuses what does not meet them */
  constructor(state: LogState, store: Store, refuse: ReadonlySet<string> = NO_RULES) {
    this.#state = state
    this.#store = store
    this.#refuse = refuse
  }

  get mayPassUnjudged(): boolean {
    return this.#refuse.size === 0
  }

  /** Whether everything that was admitted is in. */
  get isComplete(): boolean {
    return this.#mark?.indexed === this.#state.size
  }

  /** Whether the next commit can take along what is missing. */
  get isNear(): boolean {
    return this.#mark !== undefined && this.#state.size - this.#mark.indexed <= BEHIND_MAX
  }

  /**
   * Builds what is missing. Rejects with ENTRY_MISMATCH for a statement that is damaged, since one that
   * was passed over would be missing for ever; STORE_FAILED.
   */
  catchUp(onProgress?: RulesProgress): Promise<void> {
    if (this.isComplete) return Promise.resolve()
    this.#catching = this.#catching.catch(() => undefined).then(() => this.#catchUp(onProgress))
    return this.#catching
  }

  /**
   * Ends catching up after the step that is being written: it rejects with LEDGER_CLOSED, and goes on from
   * there at the next opening. Settles when nothing is written any more.
   */
  stop(): Promise<void> {
    this.#stopping = true
    return this.#catching.catch(() => undefined)
  }

  /**
   * What a new commit adds to, with everything before it; undefined while it is not built that far.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  draft(): RulesDraft | undefined {
    const mark = this.#mark
    if (mark === undefined || !this.isNear) return undefined
    const { size, reader } = this.#state
    const draft = this.#draftFrom(mark)
    for (let index = mark.indexed; index < size; index += 1) {
      draft.take(takenOf(reader.statementAt(index)))
    }
    return draft
  }

  /**
   * Runs alone what drafts, writes and merges: a commit and a step of catching up would both take the
   * same statements, and count them twice. Rejects as `work` does.
   */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** A draft of a commit is durable. */
  merge(draft: RulesDraft): void {
    this.#mark = draft.mark
    this.#values.remember(draft.changed())
  }

  /** An admitted statement, verified; kept for a while. @throws LedgerError ENTRY_MISMATCH */
  statement(id: StatementId): TakenStatement | undefined {
    const known = this.#taken.get(id)
    if (known !== undefined) return known
    const stored = this.#state.reader.statement(id)
    return stored === undefined ? undefined : this.#keep(takenOf(stored))
  }

  /** What a party said of itself when it was enrolled, and at which entry. @throws LedgerError ENTRY_MISMATCH */
  party(id: PartyId): EnrolledParty | undefined {
    const known = this.#parties.get(id)
    if (known !== undefined) return known
    const { registry, reader } = this.#state
    const [first] = registry.party(id)?.statements ?? []
    const stored = first === undefined ? undefined : reader.statement(first)
    if (stored === undefined) return undefined
    const { schema, open } = stored.opened
    const claims = knownClaims(schema, open.claims) as PartyFact['claims']
    const party = { index: stored.index, fact: { party: id, claims } }
    if (this.#parties.size >= TAKEN_KEPT) this.#parties.clear()
    this.#parties.set(id, party)
    return party
  }

  /** Parties that say they continue this one. */
  continuing(id: PartyId): readonly PartyId[] {
    return this.#state.registry.continuing(id)
  }

  /**
   * Rulesets of the operator that were recorded before an entry and that this version can judge by.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  rulesets(
    before: number,
    values: Pick<RulesReading, 'statement'> = this.stored,
  ): readonly RecordedRuleset[] {
    return this.book.rulesets(before).flatMap(({ id }) => {
      if (!this.#rulesets.has(id)) {
        this.#rulesets.set(id, this.#operatorRuleset(values.statement(id)))
      }
      return this.#rulesets.get(id) ?? []
    })
  }

  /** Entries that cite a statement so, below `before`, by rising index. */
  async cited(
    relation: Relation,
    id: StatementId,
    before: number = this.#state.size,
  ): Promise<readonly number[]> {
    const found: number[] = []
    for await (const chunk of this.#store.scan(citedRange(relation, id))) {
      for (const [key] of chunk) {
        const index = indexOfKey(key)
        if (index < before) found.push(index)
      }
    }
    return found
  }

  /**
   * Sums over transfers, as Facts.usage. A few reads, however many transfers there are.
   *
   * @param values where to read; a commit that is being put together, or what is stored
   * @throws LedgerError ENTRY_MISMATCH
   */
  usage(key: UsageKey, span: UsageAsked, values: RulesReading = this.stored): Tally | undefined {
    const sha = this.sha
    const hash = usageHash(usageKeyText(key), sha)
    const series = seriesOf(values, hash, sha)
    const { since, before, without } = span
    const left = without && countedUnder(key, without.movement, values.statement(without.id), sha)
    return sumOf(series, { since, before, ...(left === undefined ? {} : { without: left }) })
  }

  /** What was judged of the hop of an entry; undefined for what is none. @throws LedgerError ENTRY_MISMATCH */
  recorded(index: number): RecordedRules | undefined {
    const value = this.#value(judgedKey(index))
    return value === undefined ? undefined : recordedRules(value)
  }

  /** What is stored, for reading. */
  readonly stored: RulesReading = {
    value: (key) => this.#value(key),
    statement: (id) => this.statement(id),
  }

  get sha(): Sha256 {
    return this.#state.crypto.sha256
  }

  /** A record of the index, kept for a while: heads and the middles of searches are read all the time. */
  #value(key: Uint8Array): RecordValue | undefined {
    const name = recordName(key)
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const sealed = this.#store.get(key)
    if (sealed === undefined) return undefined
    const value = openRecordValue(key, sealed, this.sha)
    if (isJudgedKey(key)) return value
    this.#values.set(name, value)
    return value
  }

  #draftFrom(mark: RulesMark): RulesDraft {
    return new RulesDraft({
      values: this.stored,
      mark,
      book: this.book,
      sha: this.sha,
      judge: this.#judge,
      refuse: this.#refuse,
      onBug: () => {
        this.unjudged += 1
      },
      statement: (id) => this.statement(id),
    })
  }

  #keep(taken: TakenStatement): TakenStatement {
    if (this.#taken.size >= TAKEN_KEPT) this.#taken.clear()
    this.#taken.set(taken.facts.id, taken)
    return taken
  }

  async #catchUp(onProgress?: RulesProgress): Promise<void> {
    const step = async (mark: RulesMark): Promise<RulesMark> => {
      const next = await this.#step(mark)
      onProgress?.({ done: next.indexed, total: this.#state.size })
      return next
    }
    if (this.#mark === undefined) {
      // Until there is a mark no commit carries rules, so that nobody has to wait for anybody.
      let mark = await this.#open()
      while (mark.indexed < this.#state.size) mark = await step(mark)
      this.#mark = mark
    }
    while (!this.isComplete) {
      await this.alone(async () => {
        // A commit may have taken along what was missing.
        if (this.#mark !== undefined && !this.isComplete) this.#mark = await step(this.#mark)
      })
    }
  }

  async #step(mark: RulesMark): Promise<RulesMark> {
    if (this.#stopping) throw new LedgerError('LEDGER_CLOSED')
    const to = Math.min(mark.indexed + STEP, this.#state.size)
    const draft = this.#draftFrom(mark)
    const reads = await readStatements(this.#store, mark.indexed, to)
    const slices = new Slices()
    for (const read of reads) {
      draft.take(this.#takenOf(read))
      if (slices.isOver) await slices.rest()
    }
    await this.#store.write({ puts: draft.puts() }, { sync: true })
    this.#values.remember(draft.changed())
    return draft.mark
  }

  /** The mark as stored, with the notable statements in memory; an index that cannot be right is removed. */
  async #open(): Promise<RulesMark> {
    const mark = readRulesMark(this.#store, this.sha)
    const goesTooFar = mark.indexed > this.#state.size
    const notables = mark.indexed === 0 || goesTooFar ? undefined : await this.#notables(mark)
    if (notables === undefined) {
      await this.#clear()
      return NO_MARK
    }
    for (const notable of notables) this.book.add(notable)
    return mark
  }

  /** Undefined when they are not those that the mark counts: what is lost would be silence. */
  async #notables({ indexed, notables }: RulesMark): Promise<readonly Notable[] | undefined> {
    const found: Notable[] = []
    try {
      for await (const chunk of this.#store.scan(NOTABLE_RANGE)) {
        for (const [key, value] of chunk) {
          const index = indexOfKey(key)
          if (index >= indexed) return undefined
          found.push(notableOfRecord(index, openRecordValue(key, value, this.sha)))
        }
      }
    } catch (error) {
      if (isRulesDamage(error)) return undefined
      throw error
    }
    return found.length === notables ? found : undefined
  }

  /**
   * A record of the index was found damaged: the mark goes, so that whoever opens the ledger next builds
   * the index again. All of it follows from the log.
   */
  async distrust(): Promise<void> {
    await this.#catching.catch(() => undefined)
    await this.#store.write({ puts: [], deletes: [MARK_KEY] }, { sync: true })
  }

  /** Of an index that cannot be believed nothing may stay: sums would go on from it. */
  async #clear(): Promise<void> {
    for await (const chunk of this.#store.scan(RULES_RANGE)) {
      await this.#store.write({ puts: [], deletes: chunk.map(([key]) => key) }, { sync: true })
    }
  }

  #takenOf({ index, entry, stored }: StatementRead): TakenStatement {
    const record = stored === undefined ? undefined : recordOf(stored)
    if (entry === undefined || record === undefined)
      throw new LedgerError('ENTRY_MISMATCH', { index, record: 'body' })
    invariant(index < this.#state.size, 'only what is committed is indexed')
    // The same bytes that the tree has at this index: nothing else may be summed up.
    const committed = this.#state.reader.entryBytes(index)
    return takenOf(openRecord(index, committed, record, this.#state.crypto))
  }

  /** Anybody may record a ruleset; the operator's judge. */
  #operatorRuleset(statement: TakenStatement | undefined): RecordedRuleset | undefined {
    const { registrar } = this.#state
    if (statement === undefined || registrar === undefined) return undefined
    const { facts, index, claims } = statement
    if (facts.parties['issuer'] !== registrar) return undefined
    const { id, supersedes } = facts
    try {
      // The claims have passed the shapes of a ruleset, from which this type is derived.
      const ruleset = rulesetFromClaims(claims as unknown as RulesetClaims)
      return { id, index, ruleset, ...(supersedes === undefined ? {} : { supersedes }) }
    } catch (error) {
      // Terms that this version does not have, or a name that is another's: it judges nothing here.
      if (!(error instanceof LedgerError) || error.code !== 'RULESET_INVALID') throw error
      this.unread.add(id)
      return undefined
    }
  }
}
