/**
 * Keeps a published folder up to date while a ledger runs: publish.ts again and again.
 *
 * The ledger never waits for it. What fails is told and tried again at the next turn; the folder is
 * whole all the same.
 */
import { LedgerError } from '../core/errors.js'
import type { PublicLog } from './public-log.js'
import { type PublishOptions, publishFolder } from './publish.js'

export type FolderPublisherParts = {
  readonly log: PublicLog
  readonly folder: string
  /** Milliseconds from one turn to the next. */
  readonly everyMs: number
  readonly options: PublishOptions
  /** Told of each turn that failed. */
  readonly onError: (error: unknown) => void
}

export class FolderPublisher {
  readonly #parts: FolderPublisherParts
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> | undefined
  /** The note that the folder has. */
  #published: string | undefined

  /**
   * Publishes once before it answers: a folder that holds another log, or more than this one, is
   * refused before anything is signed that would contradict it.
   *
   * @throws LedgerError as publishFolder
   */
  static async start(parts: FolderPublisherParts): Promise<FolderPublisher> {
    const publisher = new FolderPublisher(parts)
    await publisher.#publish()
    // Only now: a turn must not begin while the first one, perhaps a long one, goes on.
    publisher.#repeat()
    return publisher
  }

  private constructor(parts: FolderPublisherParts) {
    this.#parts = parts
  }

  /** Publishes what there is now and ends; the log must still be open. Never rejects. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
    await this.#next()
  }

  #repeat(): void {
    this.#timer = setInterval(() => void this.#next(), this.#parts.everyMs)
    this.#timer.unref()
  }

  /** One turn at a time: a slow disk must not have two of them in one folder. */
  #next(): Promise<void> {
    this.#turn ??= this.#publish()
      .catch((error: unknown) => this.#parts.onError(error))
      .finally(() => {
        this.#turn = undefined
      })
    return this.#turn
  }

  async #publish(): Promise<void> {
    const { log, folder, options } = this.#parts
    const note = noteOf(log)
    if (note === undefined || note === this.#published) return
    // The note as it was looked at: another may be published meanwhile.
    await publishFolder({ ...log, checkpoint: () => note }, folder, options)
    this.#published = note
  }
}

/** Undefined while too few witnesses have cosigned: health says so, and there is nothing to publish. */
function noteOf(log: PublicLog): string | undefined {
  try {
    return log.checkpoint()
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'CHECKPOINT_NOT_PUBLISHED') return undefined
    throw error
  }
}
