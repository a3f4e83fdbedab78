/** Whether a ledger can answer and write, and why not. DESIGN 7.2: a fresh checkpoint, not an open port. */
import type { LedgerError } from '../core/errors.js'
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
}

/** What health is judged by; times in seconds since 1970. */
export type Vitals = {
  readonly closing: boolean
  /** Why the writer stopped, where it has. */
  readonly failure: LedgerError | undefined
  readonly now: number
  readonly lastTime: number
  readonly publisher: PublisherVitals
  readonly queue: number
}

type PublisherVitals = {
  readonly publishedAt: number
  readonly size: number | undefined
  /** When publishing was last tried. */
  readonly triedAt: number
  readonly trouble: LedgerError | undefined
  quorum(): QuorumHealth
}

/** No try to publish for so long means that publishing hangs. */
const STALE_AFTER_S = 30

export function healthOf(vitals: Vitals): Health {
  const { queue, publisher } = vitals
  const reason = unready(vitals)
  return {
    ready: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    queue,
    publishedAt: publisher.publishedAt,
    publishedSize: publisher.size,
    quorum: publisher.quorum(),
  }
}

function unready({ closing, failure, now, lastTime, publisher }: Vitals): string | undefined {
  if (closing) return 'closing'
  if (failure !== undefined) return `writing failed: ${failure.code}`
  if (now < lastTime) return 'the clock is behind the last entry'
  if (publisher.trouble !== undefined) return `publishing failed: ${publisher.trouble.code}`
  if (now - publisher.triedAt > STALE_AFTER_S) return 'no fresh checkpoint was published'
  return undefined
}
