/**
 * Published checkpoints: at most one a second, at least one every ten. DESIGN 4.7.
 *
 * What is published was durable before; here it only becomes visible under /checkpoint. The text of
 * the commit checkpoint serves until witnesses add their lines.
 */
const PUBLISH_EVERY_MS = 1_000

export class Publisher {
  readonly #head: () => string
  readonly #now: () => number
  #published: string
  #publishedAt: number
  readonly #timer: NodeJS.Timeout

  /**
   * @param head the signed checkpoint of the durable head
   * @param now seconds since 1970
   */
  constructor(head: () => string, now: () => number) {
    this.#head = head
    this.#now = now
    this.#published = head()
    this.#publishedAt = now()
    this.#timer = setInterval(() => this.publish(), PUBLISH_EVERY_MS)
    this.#timer.unref()
  }

  get checkpoint(): string {
    return this.#published
  }

  /** When it was last renewed, seconds since 1970. */
  get publishedAt(): number {
    return this.#publishedAt
  }

  publish(): void {
    this.#published = this.#head()
    this.#publishedAt = this.#now()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
