/**
 * Judging that may take seconds, beside a server that has to answer others: step by step, with pauses,
 * and one such work at a time. Only so many may wait, and whoever has gone keeps nobody waiting.
 */
import { setImmediate as pause } from 'node:timers/promises'
import { LedgerError } from '../core/errors.js'
import type { Stepwise } from '../rules/judge-graph.js'

/** What others may have to wait for it, in milliseconds, but for the length of one step. */
const SLICE_MS = 10
/** Works that may wait for their turn: at a second each, as long as a client waits for an answer. */
const WAITING_MAX = 32

export class LongWork {
  readonly #waitingMax: number
  /** Those that wait, in order: called when it is their turn. */
  readonly #line = new Set<() => void>()
  #running = false
  /** Works that were turned away because too many waited. */
  shed = 0
  /** Works that were ended because nobody waited for them any more. */
  stopped = 0

  constructor(waitingMax: number = WAITING_MAX) {
    this.#waitingMax = waitingMax
  }

  /** Works that wait for their turn. */
  get waiting(): number {
    return this.#line.size
  }

  /**
   * Runs after all that came before. Rejects with what a step throws; with JUDGING_FULL when too many
   * wait; with the signal's reason once it aborts, also while it waits.
   */
  async run<Result>(steps: Stepwise<Result>, signal?: AbortSignal): Promise<Result> {
    try {
      signal?.throwIfAborted()
      await this.#turn(signal)
    } catch (error) {
      if (signal?.aborted === true) this.stopped += 1
      throw error
    }
    try {
      return await inSlices(steps, signal)
    } catch (error) {
      if (signal?.aborted === true) this.stopped += 1
      throw error
    } finally {
      this.#next()
    }
  }

  /** Settles when it is this work's turn, which then is its own until `#next`. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#running) {
      this.#running = true
      return
    }
    if (this.#line.size >= this.#waitingMax) {
      this.shed += 1
      throw new LedgerError('JUDGING_FULL')
    }
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#line.delete(start)
        reject(signal?.reason)
      }
      this.#line.add(start)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #next(): void {
    const [start] = this.#line
    if (start === undefined) {
      this.#running = false
      return
    }
    this.#line.delete(start)
    start()
  }
}

/** Long work in slices, with pauses in which others have their turn. */
export class Slices {
  #until = performance.now() + SLICE_MS

  /** Whether it is time for a pause. */
  get isOver(): boolean {
    return performance.now() >= this.#until
  }

  /** Settles when others have had their turn. */
  async rest(): Promise<void> {
    await pause()
    this.#until = performance.now() + SLICE_MS
  }
}

async function inSlices<Result>(
  steps: Stepwise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const slices = new Slices()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (!slices.isOver) continue
    await slices.rest()
    signal?.throwIfAborted()
  }
}
