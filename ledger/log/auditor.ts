/**
 * Reads and judges statements for an audit, in worker threads where there are any.
 *
 * Workers that may open the store beside this thread read it themselves: that spares copying every
 * record twice. A store that is this thread's own is read here, and its records are sent.
 */
import type { Crypto, PublicKey } from '../core/ed25519.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { KeyId } from '../core/jwk.js'
import type { Store } from '../store/store.js'
import { type AuditContext, auditItem } from './audit-item.js'
import { AUDIT_CHUNK } from './audit-stretch.js'
import {
  type AuditItem,
  type AuditItemResult,
  type AuditReply,
  type AuditRequest,
  type AuditWorkerData,
  type EndRequest,
  type Judged,
  packItems,
  unpackResults,
  unpackStretch,
} from './audit-wire.js'
import { packKeys } from './check-wire.js'
import { KeyBook } from './key-book.js'
import { Lanes } from './lanes.js'
import { type StatementRead, StatementReader } from './statement-scan.js'

/** Entries that a worker reads and judges at once where it has the store: its scans begin anew for each. */
const STRETCH = 256

export type AuditorParts = {
  readonly origin: string
  readonly crypto: Crypto
  /** Threads to start; 0 judges on the calling thread. */
  readonly workers: number
  readonly store: Store
  /** Records are derived on the calling thread while it walks, so no other thread may read them. */
  readonly derives: boolean
  /** Whether each statement is asked what it gives to the rules index. */
  readonly rules: boolean
}

export class Auditor {
  readonly #keys = new KeyBook()
  readonly #lanes: Lanes<AuditRequest, AuditReply> | undefined
  readonly #context: AuditContext
  readonly #store: Store
  readonly #shared: boolean
  #reader: StatementReader | undefined
  /** Settles when the last read has. */
  #reading: Promise<unknown> = Promise.resolve()

  constructor({ origin, crypto, workers, store, derives, rules }: AuditorParts) {
    this.#context = { origin, crypto, rules, keyOf: (kid: KeyId) => this.#keys.get(kid) }
    this.#store = store
    const sharedAt = derives ? undefined : store.sharedAt
    this.#shared = workers > 0 && sharedAt !== undefined
    const data: AuditWorkerData = { origin, rules, ...(sharedAt === undefined ? {} : { sharedAt }) }
    if (workers > 0)
      this.#lanes = new Lanes(new URL('./audit-worker.js', import.meta.url), data, workers)
  }

  /** Tells every worker of keys, before any statement that is judged after this call. */
  learn(keys: readonly (readonly [KeyId, PublicKey])[]): void {
    if (keys.length === 0) return
    for (const [kid, key] of keys) this.#keys.set(kid, key)
    this.#lanes?.broadcast(packKeys(keys))
  }

  /** Stretches to have under way: enough for every worker to find work, and no more to hold in memory. */
  get ahead(): number {
    return this.#lanes === undefined ? 2 : 2 * this.#lanes.count
  }

  /**
   * Stretches of the entries `from` up to `end`, in order, each being judged.
   *
   * @param bounds no stretch goes over `head`, so that the tree is known there
   */
  *judge(from: number, { head, end }: { head: number; end: number }): Generator<Promise<Judged>> {
    const length = this.#shared ? STRETCH : AUDIT_CHUNK
    if (!this.#shared) this.#reader = new StatementReader(this.#store, end)
    for (let at = from, to = from; at < end; at = to) {
      to = Math.min(at + length, at < head ? head : end)
      const judged = this.#shared ? this.#sendStretch(at, to) : this.#readAndJudge(at, to)
      // One that fails while an earlier one is awaited is thrown when its turn comes.
      judged.catch(() => undefined)
      yield judged
    }
  }

  async #sendStretch(from: number, to: number): Promise<Judged> {
    const reply = await this.#send((number) => ({ kind: 'stretch', number, from, to }))
    if (reply.kind === 'failed') throw new LedgerError(reply.code, reply.details)
    invariant(reply.kind === 'stretch', 'a stretch is answered with a stretch')
    return unpackStretch(from, reply)
  }

  async #readAndJudge(from: number, to: number): Promise<Judged> {
    const reads = this.#reading.then(() => this.#reader?.read(from, to) ?? [])
    this.#reading = reads.catch(() => undefined)
    return this.#judgeReads(await reads)
  }

  /** One result per read, in order; none for an entry that is missing. */
  async #judgeReads(reads: readonly StatementRead[]): Promise<Judged> {
    const items = reads.flatMap(({ index, entry, stored }) =>
      entry === undefined ? [] : [{ index, entry, stored }],
    )
    const judged = await this.#judgeItems(items)
    const results = new Map(items.map(({ index }, position) => [index, judged[position]]))
    return {
      entries: reads.map(({ index, entry }) => ({ index, entry, result: results.get(index) })),
    }
  }

  async #judgeItems(items: readonly AuditItem[]): Promise<readonly AuditItemResult[]> {
    if (this.#lanes === undefined) return items.map((item) => auditItem(item, this.#context))
    const reply = await this.#send((number) => packItems(number, items))
    invariant(reply.kind === 'items', 'items are answered with items')
    return unpackResults(reply)
  }

  #send(make: (number: number) => AuditRequest): Promise<AuditReply> {
    invariant(this.#lanes !== undefined, 'only where there are workers is anything sent')
    return this.#lanes.send(make)
  }

  /** To be called before the store is closed. */
  async close(): Promise<void> {
    await this.#reading
    await this.#reader?.close()
    await this.#lanes?.close({ kind: 'end' } satisfies EndRequest)
  }
}
