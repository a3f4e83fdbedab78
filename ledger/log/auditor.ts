/** Judges statements for an audit, in worker threads where there are any. */
import type { Crypto, PublicKey } from '../core/ed25519.js'
import type { KeyId } from '../core/jwk.js'
import { type AuditContext, auditItem } from './audit-item.js'
import type { AuditRead } from './audit-records.js'
import {
  type AuditItem,
  type AuditItemResult,
  type AuditReply,
  type AuditRequest,
  packItems,
  unpackResults,
} from './audit-wire.js'
import { packKeys } from './check-wire.js'
import { KeyBook } from './key-book.js'
import { Lanes } from './lanes.js'

export class Auditor {
  readonly #keys = new KeyBook()
  readonly #lanes: Lanes<AuditRequest, AuditReply> | undefined
  readonly #context: AuditContext

  /**
   * @param workers threads to start; 0 judges on the calling thread
   * @param rules whether each statement is asked what it gives to the rules index
   */
  constructor(origin: string, crypto: Crypto, workers: number, rules: boolean) {
    this.#context = { origin, crypto, rules, keyOf: (kid: KeyId) => this.#keys.get(kid) }
    const url = new URL('./audit-worker.js', import.meta.url)
    if (workers > 0) this.#lanes = new Lanes(url, { origin, rules }, workers)
  }

  /** Tells every worker of keys, before any statement that is sent after this call. */
  learn(keys: readonly (readonly [KeyId, PublicKey])[]): void {
    if (keys.length === 0) return
    for (const [kid, key] of keys) this.#keys.set(kid, key)
    this.#lanes?.broadcast(packKeys(keys))
  }

  /** Chunks to have under way: enough for every worker to find work, and no more to hold in memory. */
  get chunksAhead(): number {
    return this.#lanes === undefined ? 1 : 2 * this.#lanes.count
  }

  /** One result per read, in order; none for an entry that is missing. */
  async judge(reads: readonly AuditRead[]): Promise<readonly (AuditItemResult | undefined)[]> {
    const items = reads.flatMap(({ index, entry, stored }) =>
      entry === undefined ? [] : [{ index, entry, stored }],
    )
    const judged = await this.#judge(items)
    if (items.length === reads.length) return judged
    const results = new Map(items.map(({ index }, position) => [index, judged[position]]))
    return reads.map(({ index }) => results.get(index))
  }

  async #judge(items: readonly AuditItem[]): Promise<readonly AuditItemResult[]> {
    const lanes = this.#lanes
    if (lanes === undefined) return items.map((item) => auditItem(item, this.#context))
    return unpackResults(await lanes.send((number) => packItems(number, items)))
  }

  async close(): Promise<void> {
    await this.#lanes?.close()
  }
}

/** A chunk that was read and is being judged. */
export type Judged = {
  readonly reads: readonly AuditRead[]
  readonly results: ReturnType<Auditor['judge']>
}

/** Has a chunk judged, while the next ones are read. */
export function judging(auditor: Auditor, reads: readonly AuditRead[]): Judged {
  const results = auditor.judge(reads)
  // One that fails while an earlier one is awaited is thrown when its turn comes.
  results.catch(() => undefined)
  return { reads, results }
}
