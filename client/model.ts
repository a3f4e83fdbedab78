/**
 * What a server answers, as types. All of it is the server's word until something verifies it.
 */
import type { Envelope } from '../ledger/core/envelope.js'
import type { ErrorCode, LedgerError } from '../ledger/core/errors.js'
import type { Evidence, StatementEvidence } from '../ledger/core/evidence.js'
import type { KeyId } from '../ledger/core/jwk.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { StatementSummary } from '../ledger/core/summary.js'
import type { StatedRules } from './rules.js'

/** Which ledger a server speaks for. All of it is the server's word. */
export type LedgerInfo = {
  readonly origin: string
  /** Verifier key of the log, as a policy's `log` line wants it. */
  readonly vkey: string
  readonly registrar: PartyId
  readonly size: number
  /** Time of the last entry, seconds since 1970. */
  readonly time?: number
}

/** What a server that takes statements says of itself. */
export type Readiness = {
  readonly size: number
  /** Statements being checked or written. */
  readonly queue: number
  /** Whose cosignatures are missing; empty when none are. */
  readonly quorumMissing: string
  /** The index of the rules; `building` for a while after an upgrade. */
  readonly rules: 'ready' | 'building'
  /** Entries that the index has. */
  readonly rulesDone: number
  /** What the operator should know: by code, and about which statement. */
  readonly notes: readonly {
    readonly code: string
    readonly id: StatementId
    readonly index: number
    readonly title: string
  }[]
}

/** What became of a submitted statement. */
export type SubmitOutcome =
  | {
      readonly status: 'admitted'
      readonly id: StatementId
      readonly index: number
      /** Single calls only. */
      readonly receipt?: Evidence
      /** Of a collection, transfer, processing or outcome. */
      readonly rules?: StatedRules
    }
  | {
      readonly status: 'existing'
      readonly id: StatementId
      readonly index: number
      /** The entry was made with other signatures than these. */
      readonly envelopeDiffers: boolean
      readonly receipt?: Evidence
    }
  | {
      readonly status: 'waiting'
      readonly id: StatementId
      /** Roles that have yet to sign. */
      readonly missing: readonly string[]
      /** Last entry time at which it may be admitted, seconds since 1970. */
      readonly countersignBy: number
    }

/** As SubmitOutcome; in a bulk call one item may be refused while others are not. */
export type BulkOutcome =
  | SubmitOutcome
  | { readonly status: 'rejected'; readonly error: LedgerError }

export type ValidationIssue = { readonly code: ErrorCode; readonly at: string }
export type Validation = {
  readonly valid: boolean
  readonly id?: StatementId
  readonly issues: readonly ValidationIssue[]
  /** What the rules would say of it, where it is a hop. */
  readonly rules?: StatedRules
}

/** A proposal as a server shows it: not checked yet. */
export type InboxItem = {
  readonly id: StatementId
  readonly type: string
  /** Roles that the asking party has yet to sign; of `sent`, roles that others have. */
  readonly roles: readonly string[]
  /** Seconds since 1970. */
  readonly received: number
  readonly countersignBy: number
  readonly envelope: Envelope
}

export type InboxPage = {
  readonly items: readonly InboxItem[]
  /** Names the whole list; give it as `after` to be told of a change. */
  readonly version: number
  /** There is more: ask again with it. */
  readonly cursor?: string
}

export type PartyKey = {
  readonly kid: KeyId
  readonly uses: readonly string[]
  readonly status: string
}

export type PartySummary = {
  readonly party: PartyId
  readonly keys: readonly PartyKey[]
  readonly statements: readonly StatementId[]
}

export type PartyPage = { readonly items: readonly PartySummary[]; readonly cursor?: string }

/** A party with its registry statements, oldest first. */
export type PartyRecord = {
  readonly party: PartyId
  readonly keys: readonly PartyKey[]
  readonly statements: readonly Envelope[]
}

/** One statement of the log. A waiting proposal has no index yet. */
export type StatementRecord = {
  readonly id: StatementId
  readonly index?: number
  /** Entry time, seconds since 1970. */
  readonly time?: number
  readonly statement: StatementEvidence
  /** The refusal that ended it, where it was a proposal that was refused. */
  readonly refusedBy?: StatementId
}

/** One statement of the log that a search found, in a few values. */
export type SearchItem = StatementSummary & {
  readonly id: StatementId
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
}

export type SearchPage = {
  readonly items: readonly SearchItem[]
  /** Tree size that all pages of this search are of. */
  readonly size: number
  /** There may be more: ask again with it and the same query. */
  readonly cursor?: string
}
