/**
 * One stretch of a log, read and judged where the store is: in a worker that has it open beside.
 *
 * Derived records are compared here too. They are as they were written, so it does not matter that
 * entries before this stretch may be judged later: the audit takes the stretches in order.
 */
import type { StoreReader } from '../store/store.js'
import { DerivedComparison, derivedKind } from './audit-derived.js'
import { type AuditContext, auditItem } from './audit-item.js'
import { KnownStatements } from './audit-lookup.js'
import type { Judged, JudgedEntry } from './audit-wire.js'
import { Records } from './records.js'
import { type StatementRead, StatementReader } from './statement-scan.js'

/** Statements judged at once. More would outlive a young generation's collection before they are done. */
export const AUDIT_CHUNK = 32

export class StretchJudge {
  readonly #store: StoreReader
  readonly #context: AuditContext
  readonly #derived: DerivedComparison

  constructor(store: StoreReader, context: AuditContext) {
    this.#store = store
    this.#context = context
    const { sha256 } = context.crypto
    const known = new KnownStatements(new Records(store, sha256))
    this.#derived = new DerivedComparison(store, known, sha256)
  }

  /**
   * Judges entries `from` up to, not including, `to`; reads some of them while others are judged.
   *
   * @throws LedgerError for what is not of any one entry, such as a key that no record has
   */
  async judge(from: number, to: number): Promise<Judged> {
    const reader = new StatementReader(this.#store, to)
    const read = (at: number): Promise<readonly StatementRead[]> =>
      reader.read(at, Math.min(at + AUDIT_CHUNK, to))
    const entries: JudgedEntry[] = []
    try {
      let reading = read(from)
      for (let at = from; at < to; at += AUDIT_CHUNK) {
        const reads = await reading
        if (at + AUDIT_CHUNK < to) reading = read(at + AUDIT_CHUNK)
        for (const item of reads) entries.push(this.#judgeOne(item))
      }
    } finally {
      await reader.close()
    }
    return { entries, given: this.#derived.takeGiven() }
  }

  #judgeOne({ index, entry, stored }: StatementRead): JudgedEntry {
    if (entry === undefined) return { index, entry, result: undefined }
    const result = auditItem({ index, entry, stored }, this.#context)
    if (result.facts === undefined) return { index, entry, result }
    const lost = this.#derived.lost(index, result.facts).map(({ key }) => derivedKind(key))
    return { index, entry, result: { ...result, lost } }
  }
}
