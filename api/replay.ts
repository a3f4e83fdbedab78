/**
 * Memory of token ids that were used: each is good once. DESIGN 7.3, dangers 10 row 24.
 *
 * Two generations, each as long as a token can be good: when the younger is that old, the older is
 * dropped whole, so memory is bounded by time and by count and no entry is ever looked for. What a
 * restart forgets is covered by auth.ts, which refuses tokens made before this process began.
 */
import { LedgerError } from '../ledger/core/errors.js'

/** Most live token ids of one party: some hundred calls a second. */
const TOKENS_PER_PARTY_MAX = 50_000
/** Most live token ids of all parties; about 20 MB. */
const TOKENS_MAX = 200_000

type Generation = { readonly used: Map<string, Set<string>>; count: number }

/** Remembers token ids for at least `lifeMs` after they were used. */
export class ReplayMemory {
  readonly #lifeMs: number
  readonly #limits: { readonly perParty: number; readonly all: number }
  #young: Generation = { used: new Map(), count: 0 }
  #old: Generation = { used: new Map(), count: 0 }
  #since = 0

  constructor(lifeMs: number, limits = { perParty: TOKENS_PER_PARTY_MAX, all: TOKENS_MAX }) {
    this.#lifeMs = lifeMs
    this.#limits = limits
  }

  get count(): number {
    return this.#young.count + this.#old.count
  }

  /**
   * Takes note of a token id at `now` (milliseconds). False when it was used before.
   *
   * @throws LedgerError QUEUE_FULL when this party, or all together, used too many lately
   */
  use(party: string, jti: string, now: number): boolean {
    this.#turn(now)
    const young = this.#young.used.get(party)
    const old = this.#old.used.get(party)
    if (young?.has(jti) === true || old?.has(jti) === true) return false
    const own = (young?.size ?? 0) + (old?.size ?? 0)
    if (own >= this.#limits.perParty || this.count >= this.#limits.all) {
      throw new LedgerError('QUEUE_FULL', { reason: 'too many tokens in use' })
    }
    if (young === undefined) this.#young.used.set(party, new Set([jti]))
    else young.add(jti)
    this.#young.count += 1
    return true
  }

  /** A clock that is set back makes generations live longer, never shorter. */
  #turn(now: number): void {
    const age = now - this.#since
    if (age < this.#lifeMs) return
    const idle = age >= 2 * this.#lifeMs
    this.#old = idle ? { used: new Map(), count: 0 } : this.#young
    this.#young = { used: new Map(), count: 0 }
    this.#since = now
  }
}
