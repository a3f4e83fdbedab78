/**
 * Worker threads as lanes: a message goes to the lane with the least to do; each has one answer.
 * Knows nothing of what the messages say, but that request and reply carry the same `number`.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { invariant, LedgerError } from '../core/errors.js'

type Answer<Reply> = {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}
type Lane<Reply> = { readonly worker: Worker; readonly waiting: Map<number, Answer<Reply>> }
type Call<Request, Reply> = Answer<Reply> & { readonly make: (number: number) => Request }

/**
 * Young generation of a thread. What a chunk leaves behind is garbage when it is answered: with the
 * default of 48 MiB each thread holds that much of it, and is no faster.
 */
const YOUNG_MIB = 12

/**
 * Messages that a lane holds at once: one that it works on and some for it to find. The others are not
 * even made: what is sent is a copy, and a bulk call is a hundred messages.
 */
const LANE_MESSAGES_MAX = 4

/** `bytes`, which the maker of the message made for it alone, is handed over and not copied. */
type Message = object & { readonly bytes?: Uint8Array }

export class Lanes<Request extends Message, Reply extends { readonly number: number }> {
  #lanes: readonly Lane<Reply>[]
  /** Calls for which no lane had room, oldest first. */
  readonly #calls: Call<Request, Reply>[] = []
  #number = 0

  /** @param file compiled worker module; @param count threads, at least 1 */
  constructor(file: URL, workerData: unknown, count: number) {
    this.#lanes = Array.from({ length: count }, () => this.#start(file, workerData))
  }

  /** Threads that are alive. */
  get count(): number {
    return this.#lanes.length
  }

  /** Sends to every lane, before anything that is sent after this call. */
  broadcast(message: object): void {
    for (const { worker } of this.#lanes) worker.postMessage(message)
  }

  /**
   * @param make makes the message when there is room for it
   * @throws LedgerError INTERNAL when the worker died
   */
  send(make: (number: number) => Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ make, resolve, reject })
      this.#sendOn()
    })
  }

  /** Sends what was waiting, as far as lanes have room. */
  #sendOn(): void {
    for (let lane = this.#freeLane(); lane !== undefined; lane = this.#freeLane()) {
      const call = this.#calls.shift()
      if (call === undefined) return
      this.#number += 1
      lane.waiting.set(this.#number, call)
      // An idle worker must not keep a process alive, one at work must.
      lane.worker.ref()
      const message = call.make(this.#number)
      lane.worker.postMessage(message, transferable(message))
    }
    if (this.#lanes.length > 0) return
    const none = new LedgerError('INTERNAL', { reason: 'no worker is left' })
    for (const { reject } of this.#calls.splice(0)) reject(none)
  }

  #freeLane(): Lane<Reply> | undefined {
    const [first, ...rest] = this.#lanes
    if (first === undefined) return undefined
    const lane = rest.reduce(
      (best, next) => (next.waiting.size < best.waiting.size ? next : best),
      first,
    )
    return lane.waiting.size < LANE_MESSAGES_MAX ? lane : undefined
  }

  /** @param farewell what tells a worker to end by itself; without, it is ended wherever it stands */
  async close(farewell?: object): Promise<void> {
    const ended = this.#lanes.map(({ worker }) => {
      if (farewell === undefined) return worker.terminate()
      worker.ref()
      worker.postMessage(farewell)
      return once(worker, 'exit')
    })
    await Promise.all(ended)
  }

  #start(file: URL, workerData: unknown): Lane<Reply> {
    const worker = new Worker(file, {
      workerData,
      // A flag of the process, such as --input-type, may be none that a file can be run with.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    const lane: Lane<Reply> = { worker, waiting: new Map() }
    worker.on('message', (reply: Reply) => {
      const call = lane.waiting.get(reply.number)
      invariant(call !== undefined, 'a worker answers what it was sent')
      lane.waiting.delete(reply.number)
      if (lane.waiting.size === 0) worker.unref()
      call.resolve(reply)
      this.#sendOn()
    })
    // A worker dies only of a bug or of memory; what it held is answered, never left hanging.
    const fail = (cause?: unknown): void => {
      for (const call of lane.waiting.values()) call.reject(new LedgerError('INTERNAL', {}, cause))
      lane.waiting.clear()
    }
    worker.on('error', fail)
    worker.on('exit', () => {
      fail()
      this.#lanes = this.#lanes.filter((other) => other !== lane)
      this.#sendOn()
    })
    worker.unref()
    return lane
  }
}

function transferable({ bytes }: Message): readonly ArrayBuffer[] {
  const buffer = bytes?.buffer
  // A piece of a larger buffer is copied: the rest of it is somebody else's.
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes?.byteLength
  return whole ? [buffer] : []
}
