/** Judges statements for an audit, in worker threads where there are any. */
import type { CheckContext } from '../core/check.js'
import type { Crypto, PublicKey } from '../core/ed25519.js'
import type { KeyId } from '../core/jwk.js'
import type { Store } from '../store/store.js'
import { auditItem } from './audit-item.js'
import { type AuditRead, readStatements } from './audit-records.js'
import {
  type AuditItem,
  type AuditItemResult,
  type AuditReply,
  type AuditRequest,
  packItems,
} from './audit-wire.js'
import { packKeys } from './check-wire.js'
import { KeyBook } from './key-book.js'
import { Lanes } from './lanes.js'

export class Auditor {
  readonly #keys = new KeyBook()
  readonly #lanes: Lanes<AuditRequest, AuditReply> | undefined
  readonly #context: CheckContext

  /** @param workers threads to start; 0 judges on the calling thread */
  constructor(origin: string, crypto: Crypto, workers: number) {
    this.#context = { origin, crypto, keyOf: (kid: KeyId) => this.#keys.get(kid) }
    if (workers > 0)
      this.#lanes = new Lanes(new URL('./audit-worker.js', import.meta.url), { origin }, workers)
  }

  /** Tells every worker of keys, before any statement that is sent after this call. */
  learn(keys: readonly (readonly [KeyId, PublicKey])[]): void {
    if (keys.length === 0) return
    for (const [kid, key] of keys) this.#keys.set(kid, key)
    this.#lanes?.broadcast(packKeys(keys))
  }

  /** One result per item, in order. */
  async judge(items: readonly AuditItem[]): Promise<readonly AuditItemResult[]> {
    const lanes = this.#lanes
    if (lanes === undefined) return items.map((item) => auditItem(item, this.#context))
    return (await lanes.send((number) => packItems(number, items))).results
  }

  async close(): Promise<void> {
    await this.#lanes?.close()
  }
}

/** Reads a chunk and has it judged; an entry that is missing has no result. */
export async function readAndJudge(
  store: Store,
  auditor: Auditor,
  from: number,
  to: number,
): Promise<readonly [readonly AuditRead[], readonly (AuditItemResult | undefined)[]]> {
  const reads = await readStatements(store, from, to)
  const items = reads.flatMap(({ index, entry, record }) =>
    entry === undefined ? [] : [{ index, entry, record }],
  )
  const judged = await auditor.judge(items)
  const results = new Map(items.map(({ index }, position) => [index, judged[position]]))
  return [reads, reads.map(({ index }) => results.get(index))]
}
