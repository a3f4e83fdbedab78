/** Whether a ledger can answer and write, and why not. DESIGN 7.2: a fresh checkpoint, not an open port. */
import type { LedgerError } from '../core/errors.js'
import type { StatementId } from '../core/statement.js'
import type { QuorumHealth } from './publisher.js'

export type Health = {
  readonly ready: boolean
  /** Why it is not ready. */
  readonly reason?: string
  /** Statements being checked or written. */
  readonly queue: number
  /** When the published checkpoint was last renewed, seconds since 1970; 0 when there is none. */
  readonly publishedAt: number
  /** Its tree size; undefined when there is none. */
  readonly publishedSize: number | undefined
  /** Whether enough witnesses cosign. Missing ones never stop a ledger from taking statements. */
  readonly quorum: QuorumHealth
  /** How far the index of the rules is while it is built; undefined when it is not being built. */
  readonly building?: RulesBuilding
  /** Rulesets of the operator that this version passes over. No reason not to be ready. */
  readonly unread: readonly UnreadRuleset[]
}

/** A ruleset of the operator that judges nothing, because this version cannot read it. */
export type UnreadRuleset = { readonly id: StatementId; readonly index: number }

type RulesBuilding = { readonly done: number; readonly total: number }

/** What health is judged by; times in seconds since 1970. */
export type Vitals = {
  readonly closing: boolean
  /** Why the writer stopped, where it has. */
  readonly failure: LedgerError | undefined
  readonly now: number
  readonly lastTime: number
  readonly publisher: PublisherVitals
  readonly queue: number
  readonly building: RulesBuilding | undefined
  readonly unread: readonly UnreadRuleset[]
}

type PublisherVitals = {
  readonly publishedAt: number
  readonly size: number | undefined
  /** When publishing was last tried. */
  readonly triedAt: number
  readonly trouble: LedgerError | undefined
  readonly isClockAhead: boolean
  quorum(): QuorumHealth
}

/** No try to publish for so long means that publishing hangs. */
const STALE_AFTER_S = 30

export function healthOf(vitals: Vitals): Health {
  const { queue, publisher, building, unread } = vitals
  const reason = unready(vitals)
  return {
    ready: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    queue,
    publishedAt: publisher.publishedAt,
    publishedSize: publisher.size,
    quorum: publisher.quorum(),
    ...(building === undefined ? {} : { building }),
    unread,
  }
}

function unready({ closing, failure, now, lastTime, publisher }: Vitals): string | undefined {
  if (closing) return 'closing'
  if (failure !== undefined) return `writing failed: ${failure.code}`
  if (now < lastTime) return 'the clock is behind the last entry'
  if (publisher.isClockAhead) return 'the clock is an hour ahead of all witnesses'
  if (publisher.trouble !== undefined) return `publishing failed: ${publisher.trouble.code}`
  if (now - publisher.triedAt > STALE_AFTER_S) return 'no fresh checkpoint was published'
  return undefined
}
