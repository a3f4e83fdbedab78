/** Whether a ledger can answer and write, and why not. DESIGN 7.2: a fresh checkpoint, not an open port. */
import type { LedgerError } from '../core/errors.js'

export type Health = {
  readonly ready: boolean
  /** Why it is not ready. */
  readonly reason?: string
  /** Statements being checked or written. */
  readonly queue: number
  /** When the published checkpoint was last renewed, seconds since 1970. */
  readonly publishedAt: number
}

/** What health is judged by; times in seconds since 1970. */
export type Vitals = {
  readonly closing: boolean
  /** Why the writer stopped, where it has. */
  readonly failure: LedgerError | undefined
  readonly now: number
  readonly lastTime: number
  readonly publishedAt: number
  readonly queue: number
}

/** Published checkpoints older than this mean that publishing hangs. */
const STALE_AFTER_S = 30

export function healthOf(vitals: Vitals): Health {
  const { queue, publishedAt } = vitals
  const reason = unready(vitals)
  return {
    ready: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    queue,
    publishedAt,
  }
}

function unready({ closing, failure, now, lastTime, publishedAt }: Vitals): string | undefined {
  if (closing) return 'closing'
  if (failure !== undefined) return `writing failed: ${failure.code}`
  if (now < lastTime) return 'the clock is behind the last entry'
  if (now - publishedAt > STALE_AFTER_S) return 'no fresh checkpoint was published'
  return undefined
}
