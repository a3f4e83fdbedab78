/**
 * Long polls: callers that wait for the inbox to change, each for its own part of it. DESIGN 7.2.
 *
 * The ledger tells of any change; whether it concerns a caller is asked again for each, and while
 * it does not, only every so often, so that a busy ledger is not kept busy by those who wait.
 * A wait ends with its time, with its client, or with the server.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LedgerError } from '../ledger/core/errors.js'
import type { ApiLedger } from './deps.js'

/** Most calls of one party that wait at once. */
export const POLLS_PER_PARTY_MAX = 16
/** Most calls that wait at once. */
const POLLS_MAX = 1_024
/** Least time between two looks for one caller, in milliseconds, once a change did not concern it. */
const LOOK_AGAIN_MS = 100

export type Wait = { readonly waitMs: number; readonly signal: AbortSignal }

export class LongPolls {
  readonly #ledger: Pick<ApiLedger, 'inboxVersion' | 'waitInbox'>
  readonly #waiting = new Map<string, number>()
  #count = 0

  constructor(ledger: Pick<ApiLedger, 'inboxVersion' | 'waitInbox'>) {
    this.#ledger = ledger
  }

  /** How many calls wait now. */
  get count(): number {
    return this.#count
  }

  /**
   * What `read` gives once it is `enough`, or at the end of the wait.
   *
   * Rejects with QUEUE_FULL when too many wait already.
   */
  async until<T>(
    party: string,
    read: () => T,
    enough: (value: T) => boolean,
    wait: Wait,
  ): Promise<T> {
    // The version is taken before the look: a change in between ends the wait at once.
    const version = this.#ledger.inboxVersion()
    const value = read()
    if (wait.waitMs === 0 || enough(value) || wait.signal.aborted) return value
    this.#enter(party)
    const end = new AbortController()
    const timer = setTimeout(() => end.abort(), wait.waitMs)
    const stop = (): void => end.abort()
    wait.signal.addEventListener('abort', stop, { once: true })
    try {
      return await this.#watch(version, read, enough, end.signal)
    } finally {
      clearTimeout(timer)
      wait.signal.removeEventListener('abort', stop)
      end.abort()
      this.#leave(party)
    }
  }

  async #watch<T>(
    version: number,
    read: () => T,
    enough: (value: T) => boolean,
    signal: AbortSignal,
  ): Promise<T> {
    for (let seen = version; ; ) {
      seen = await orAborted(this.#ledger.waitInbox(seen, signal), seen, signal)
      const value = read()
      if (signal.aborted || enough(value)) return value
      await orAborted(sleep(LOOK_AGAIN_MS, undefined, { signal }), undefined, signal)
    }
  }

  #enter(party: string): void {
    const own = this.#waiting.get(party) ?? 0
    if (own >= POLLS_PER_PARTY_MAX || this.#count >= POLLS_MAX) {
      throw new LedgerError('QUEUE_FULL', { reason: 'too many calls wait' })
    }
    this.#waiting.set(party, own + 1)
    this.#count += 1
  }

  #leave(party: string): void {
    const own = this.#waiting.get(party) ?? 0
    if (own > 1) this.#waiting.set(party, own - 1)
    else this.#waiting.delete(party)
    this.#count -= 1
  }
}

/** The value, or `otherwise` when the signal ended it; every other failure is passed on. */
async function orAborted<T>(promise: Promise<T>, otherwise: T, signal: AbortSignal): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (signal.aborted) return otherwise
    throw error
  }
}
