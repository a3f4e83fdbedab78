/** Values of the rules index that are kept at hand: heads, and the middles of searches. */
import type { RecordValue } from '../store/codec.js'
import { additionSeries } from './rules-records.js'

/** Records kept at most. */
const VALUES_KEPT = 4_096

export class RulesValuesKept {
  readonly #values = new Map<string, RecordValue>()
  /** Name of the last addition of each series that is among the values. */
  readonly #lasts = new Map<string, string>()

  get(name: string): RecordValue | undefined {
    return this.#values.get(name)
  }

  /** Keeps a record that was read. */
  set(name: string, value: RecordValue): void {
    if (this.#values.size >= VALUES_KEPT) {
      this.#values.clear()
      this.#lasts.clear()
    }
    this.#values.set(name, value)
  }

  /** Keeps records that were written. */
  remember(changed: Iterable<readonly [name: string, value: RecordValue]>): void {
    for (const [name, value] of changed) {
      const series = additionSeries(name)
      if (series !== undefined) this.#forgetLast(series, name)
      this.set(name, value)
    }
  }

  /** Of the additions under a usage key only the last is asked for again at once; each is a long record. */
  #forgetLast(series: string, next: string): void {
    const last = this.#lasts.get(series)
    if (last !== undefined) this.#values.delete(last)
    this.#lasts.set(series, next)
  }
}
