/**
 * A draw that nobody could predict and everybody can repeat. docs/regulator.md "Spot checks".
 *
 * Every statement has a rank that follows from the seed and its id alone; the smallest ranks are
 * drawn. So whoever adds or leaves out one statement changes nothing about the others, and whoever
 * knows the seed and the ids comes to the same sample with any SHA-256.
 */
import { toHex, utf8Encode } from '../core/bytes.js'
import { portableSha256, type Sha256 } from '../core/hash.js'
import type { StatementId } from '../core/statement.js'
import { compareIds } from './hop-graph.js'

const DOMAIN = 'waybill-sample/1'

/** Ranks kept beyond those that can still be drawn: sorting each time would cost more. */
const SLACK = 4_096

/** What may be drawn: a statement and its entry. */
export type Candidate = { readonly id: StatementId; readonly index: number }

export type Drawn = Candidate & {
  /** SHA-256 of `waybill-sample/1`, LF, the seed, LF and the id, lower-case hex. */
  readonly rank: string
}

/** What is drawn, from what, and how many. */
export type DrawAsked = {
  readonly seed: string
  /** How many to draw; all where there are fewer. */
  readonly count: number
  /** Only entries below this are drawn from: what came later might be there because of the seed. */
  readonly treeSize: number
}

/** Takes candidates in any order, one by one, and keeps those that are drawn. */
export class Drawing {
  readonly #asked: DrawAsked
  readonly #sha: Sha256
  #kept: readonly Drawn[] = []
  #more: Drawn[] = []
  #eligible = 0

  constructor(asked: DrawAsked, sha: Sha256 = portableSha256) {
    this.#asked = asked
    this.#sha = sha
  }

  /** How many could have been drawn so far. */
  get eligible(): number {
    return this.#eligible
  }

  take({ id, index }: Candidate): void {
    const { seed, treeSize } = this.#asked
    if (index >= treeSize) return
    this.#eligible += 1
    this.#more.push({ id, index, rank: rankOf(seed, id, this.#sha) })
    if (this.#more.length >= SLACK) this.#settle()
  }

  /** Those with the smallest ranks, in order of rank. */
  drawn(): readonly Drawn[] {
    this.#settle()
    return this.#kept
  }

  #settle(): void {
    const byId = new Map([...this.#kept, ...this.#more].map((item) => [item.id, item]))
    this.#more = []
    this.#kept = [...byId.values()]
      .sort((a, b) => compareIds(a.rank, b.rank))
      .slice(0, this.#asked.count)
  }
}

/** The rank of a statement under a seed. */
function rankOf(seed: string, id: StatementId, sha: Sha256): string {
  return toHex(sha(utf8Encode(`${DOMAIN}\n${seed}\n${id}`)))
}
