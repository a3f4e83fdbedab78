/**
 * Judging that may take seconds, beside a server that has to answer others: step by step, with pauses,
 * and one such work at a time.
 */
import { setImmediate as pause } from 'node:timers/promises'
import type { Stepwise } from '../rules/judge-graph.js'

/** What others may have to wait for it, in milliseconds, but for the length of one step. */
const SLICE_MS = 10

export class LongWork {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs after all that came before. Rejects with what a step throws. */
  run<Result>(steps: Stepwise<Result>): Promise<Result> {
    const result = this.#last.then(() => inSlices(steps))
    this.#last = result.catch(() => undefined)
    return result
  }
}

async function inSlices<Result>(steps: Stepwise<Result>): Promise<Result> {
  let until = performance.now() + SLICE_MS
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() < until) continue
    await pause()
    until = performance.now() + SLICE_MS
  }
}
