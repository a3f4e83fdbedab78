/** What judging reads of the rules index, be it as stored or with a commit laid over it. */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Corrected, PartyFact, Tally, UsageKey } from '../rules/facts.js'
import type { RecordedRuleset } from '../rules/ruleset-in-force.js'
import type { RuleBook } from './rule-book.js'
import type { TakenStatement } from './rules-statement.js'
import type { RulesValues } from './usage-records.js'

/** Records and statements, each as of the last one that was taken. Lookups throw ENTRY_MISMATCH. */
export type RulesReading = RulesValues & {
  readonly statement: (id: StatementId) => TakenStatement | undefined
}

/** What a party said of itself when it was enrolled, and at which entry. */
export type EnrolledParty = { readonly index: number; readonly fact: PartyFact }

export type UsageAsked = {
  /** Entry time at least, seconds since 1970. */
  readonly since: number
  /** Recorded before this entry. */
  readonly before: number
  /** A transfer to leave out, if that moved the same. */
  readonly without?: Corrected
}

/** What is searched for. Lookups throw ENTRY_MISMATCH. */
export type RulesSearch = {
  readonly book: RuleBook
  party(id: PartyId): EnrolledParty | undefined
  /** Parties that say they continue this one. */
  continuing(id: PartyId): readonly PartyId[]
  rulesets(before: number, values: Pick<RulesReading, 'statement'>): readonly RecordedRuleset[]
  usage(key: UsageKey, asked: UsageAsked, values: RulesReading): Tally | undefined
}
