/**
 * Facts: what rules need beside the hop and the limits that reach it. DESIGN 6.
 *
 * Looked up in the log or in a bundle. Every lookup answers undefined when it was not shown: then the
 * rule that asks is UNKNOWN. `later` says up to which entry index later statements were searched, so
 * that "nothing supersedes it" is not taken from silence.
 */
import type { PartyId } from '../core/key-state.js'
import type { Known } from '../core/schemas/cross.js'
import type { ClaimsByType } from '../core/schemas.js'
import type { StatementId } from '../core/statement.js'

export type InstrumentFact = {
  readonly id: StatementId
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
  readonly claims: Known<ClaimsByType['instrument/1']>
  /** What supersedes it, directly or not, in log order. */
  readonly replacedBy: readonly Omit<InstrumentFact, 'replacedBy' | 'complete'>[]
  /** False when later statements could not be searched (an offline bundle). */
  readonly complete: boolean
  /** Asked about as if it had never been in force: a simulation. */
  readonly fallen?: true
}

export type PartyFact = {
  readonly party: PartyId
  readonly claims: Known<ClaimsByType['party/1']>
}

/** Which transfers are summed. Only those recorded before the hop that is judged count. */
export type UsageKey =
  | { readonly kind: 'pair'; readonly exporter: PartyId; readonly importer: PartyId }
  | { readonly kind: 'export'; readonly exporter: PartyId; readonly from: string }
  | { readonly kind: 'instrument'; readonly instrument: StatementId; readonly phase?: string }
  | {
      readonly kind: 'derogation'
      readonly exporter: PartyId
      readonly importer: PartyId
      readonly ground: string
    }

/** A category of data (dpv-pd term) or of bulk data (28 CFR 202) and how much of it moved. */
export type CategoryTally = {
  readonly records: number
  readonly persons: number
  readonly devices: number
  /** Datasets with it that do not say how many: the counts above are lower bounds. */
  readonly missing: {
    readonly records: number
    readonly persons: number
    readonly devices: number
  }
}

/** Sums over transfers. Bands count with their upper end. docs/counting.md. */
export type Tally = {
  readonly transfers: number
  readonly records: number
  readonly persons: number
  readonly sensitive: number
  readonly devices: number
  /** By category of bulk data, where the parties declare it. */
  readonly volumes: ReadonlyMap<string, CategoryTally>
  /** By category of the fields sent. */
  readonly categories: ReadonlyMap<string, CategoryTally>
  /** By category of the fields sent and by what their dataset declares volumes of. ledger/rules/tally.ts */
  readonly undeclared: ReadonlyMap<string, CategoryTally>
  /** Transfers among them that do not say how many persons, or too many: the sums are lower bounds. */
  readonly uncounted: number
  /** Transfers among them that do not say the rest: categories by neither fields nor volumes. */
  readonly missing: {
    readonly records: number
    readonly sensitive: number
    readonly fields: number
    readonly bulk: number
  }
}

/** What a transfer corrects, where it counts in place of it. */
export type Corrected = {
  readonly id: StatementId
  /** What the correction says was moved: it counts in place only of what says the same. */
  readonly movement: string
}

export type Facts = {
  instrument(id: StatementId): InstrumentFact | undefined
  party(id: PartyId): PartyFact | undefined
  /**
   * Assessments that name this statement in their scope, or withhold it, in log order; undefined: could
   * not be searched.
   */
  assessments(about: StatementId): readonly AssessmentFact[] | undefined
  /**
   * Sums over transfers that were recorded before entry `before` and not before `since` (entry time,
   * seconds since 1970); a correction counts in place of what it supersedes. Undefined: not known.
   *
   * @param without what the judged hop corrects: left out, for the hop counts in its place
   */
  usage(key: UsageKey, since: number, before: number, without?: Corrected): Tally | undefined
}

/** One assessment, as a rule reads it; `assessment/1` in docs/statements.md. */
export type AssessmentFact = {
  readonly id: StatementId
  readonly index: number
  readonly time: number
  /** Entry index of what superseded it: it does not hold for anything recorded after that. */
  readonly replacedAt?: number
  readonly claims: Known<ClaimsByType['assessment/1']>
}
