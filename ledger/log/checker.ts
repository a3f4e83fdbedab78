/**
 * Checks statements for the writer, in worker threads where there are any.
 *
 * Answers come in the order of the call. With no workers the check runs here, with the same
 * functions: a log for tests and for one-off commands.
 */
import type { Crypto, PublicKey } from '../core/ed25519.js'
import type { KeyId } from '../core/jwk.js'
import { type CheckResult, checkText } from './check-text.js'
import {
  type CheckReply,
  type CheckRequest,
  packKeys,
  packTexts,
  unpackReplies,
} from './check-wire.js'
import { KeyBook } from './key-book.js'
import { Lanes } from './lanes.js'

/** Statements per message: enough to make crossing cheap, few enough to share among workers. */
const CHUNK_STATEMENTS = 16

export class Checker {
  readonly #origin: string
  readonly #crypto: Crypto
  readonly #keys = new KeyBook()
  readonly #lanes: Lanes<CheckRequest, CheckReply> | undefined

  /** @param workers threads to start; 0 checks on the calling thread */
  constructor(origin: string, crypto: Crypto, workers: number) {
    this.#origin = origin
    this.#crypto = crypto
    if (workers > 0)
      this.#lanes = new Lanes(new URL('./check-worker.js', import.meta.url), { origin }, workers)
  }

  /** Tells every worker of keys, before any statement that is sent after this call. */
  learn(keys: readonly (readonly [KeyId, PublicKey])[]): void {
    if (keys.length === 0) return
    for (const [kid, key] of keys) this.#keys.set(kid, key)
    this.#lanes?.broadcast(packKeys(keys))
  }

  /** Checks envelopes given as UTF-8 JSON; one result each, in order. */
  async check(texts: readonly Uint8Array[]): Promise<readonly CheckResult[]> {
    const lanes = this.#lanes
    // Workers die of a lack of memory only; what they did is then done here, slowly.
    if (lanes === undefined || lanes.count === 0) return texts.map((text) => this.checkHere(text))
    const chunks: Promise<CheckReply>[] = []
    for (let at = 0; at < texts.length; at += CHUNK_STATEMENTS) {
      const chunk = texts.slice(at, at + CHUNK_STATEMENTS)
      chunks.push(lanes.send((number) => packTexts(number, chunk)))
    }
    return (await Promise.all(chunks)).flatMap(unpackReplies)
  }

  /** As `check`, at once and on this thread. */
  checkHere(text: Uint8Array): CheckResult {
    return checkText(text, {
      origin: this.#origin,
      crypto: this.#crypto,
      keyOf: (kid) => this.#keys.get(kid),
    })
  }

  async close(): Promise<void> {
    await this.#lanes?.close()
  }
}
