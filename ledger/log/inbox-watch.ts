/** Who waits for the inbox to change. The version is the count of its events: it outlives the process. */

export class InboxWatch {
  readonly #version: () => number
  readonly #waiters = new Set<() => void>()
  #closed = false

  /** @param version events that the inbox has had; rises with every change */
  constructor(version: () => number) {
    this.#version = version
  }

  get version(): number {
    return this.#version()
  }

  /** Resolves with the version once it is past `after`, or at once when the signal aborts or it is closed. */
  wait(after: number, signal: AbortSignal): Promise<number> {
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.version <= after && !signal.aborted && !this.#closed) return
        this.#waiters.delete(done)
        signal.removeEventListener('abort', done)
        resolve(this.version)
      }
      this.#waiters.add(done)
      signal.addEventListener('abort', done)
      done()
    })
  }

  /** Called after every commit. */
  wake(): void {
    for (const done of [...this.#waiters]) done()
  }

  /** Lets everybody go. */
  close(): void {
    this.#closed = true
    this.wake()
  }
}
