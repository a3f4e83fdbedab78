/**
 * What was computed last, by the very object it was computed from.
 *
 * Several rules ask the same of a hop, one after the other, and then nobody asks again. A WeakMap would
 * do, but the garbage collector keeps what stands in one until its next full run, so that the values of
 * thousands of hops that are long gone are copied and promoted: a quarter of the time of judging.
 */
const KEPT = 8

export class Recent<Key extends object, Value> {
  readonly #compute: (key: Key) => Value
  readonly #keys: (Key | undefined)[] = new Array(KEPT).fill(undefined)
  readonly #values: (Value | undefined)[] = new Array(KEPT).fill(undefined)
  #next = 0

  constructor(compute: (key: Key) => Value) {
    this.#compute = compute
  }

  /** As computed, now or just before. */
  of(key: Key): Value {
    const place = this.#keys.indexOf(key)
    if (place !== -1) return this.#values[place] as Value
    const value = this.#compute(key)
    this.#keys[this.#next] = key
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % KEPT
    return value
  }
}
