/**
 * Search: finds statements by what they say. A convenience, not evidence: what is found is verified
 * like everything that is read, what is not found was perhaps only not indexed.
 *
 * The index is derived and caught up with the log when somebody searches, so that ingest does not pay
 * for it. Terms and the mark go in one synced batch: were they not, a power loss could take the terms
 * and leave a later mark. A mark that cannot be believed is none: everything is indexed again.
 *
 *     40 02 kind u8 SHA-256(value)[0..16] index u48   this statement has this term (empty value)
 *     40 03                                           mark; see search-mark.ts
 */
import { concatBytes, utf8Encode } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { PartyId } from '../core/key-state.js'
import { decodeIndex, encodeIndex, parseKey, searchKey } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'
import type { LogState } from './log-state.js'
import type { StoredStatement } from './reader.js'
import { nextMark, putMark, readMark, TERM } from './search-mark.js'
import {
  queryTerms,
  type SearchKind,
  type SearchQuery,
  type SearchTerm,
  statementTerms,
  termName,
} from './search-terms.js'
import { readStatements, type StatementRead } from './statement-scan.js'

const TERM_HASH_BYTES = 16
const NOTHING = new Uint8Array(0)
/** Numbers of the kinds in the index; never changed, only added to. */
const KIND_NUMBERS: Readonly<Record<SearchKind, number>> = {
  party: 1,
  digest: 2,
  dataset: 3,
  route: 4,
  from: 5,
  to: 6,
  country: 7,
  purpose: 8,
  type: 9,
}
/** Statements indexed per batch. */
const INDEX_CHUNK = 128
/** Candidates looked at before an answer is given with what was found so far. */
const CANDIDATES_MAX = 20_000
/** Most statements of one page. */
export const SEARCH_PAGE_MAX = 200

export type SearchPage = {
  readonly found: readonly StoredStatement[]
  /** Index to go on from; undefined when there is no more. */
  readonly next?: number
}

export class Search {
  readonly #state: LogState
  readonly #store: Store
  readonly #partiesOf: (facts: StatementFacts) => readonly PartyId[]
  #indexing: Promise<void> = Promise.resolve()

  constructor(
    state: LogState,
    store: Store,
    partiesOf: (facts: StatementFacts) => readonly PartyId[],
  ) {
    this.#state = state
    this.#store = store
    this.#partiesOf = partiesOf
  }

  /**
   * Statements below `size` that match, by rising index from `after` on. A page may be short, even
   * empty, and have a `next`: only so much is looked at for one answer.
   *
   * Rejects with ENTRY_MISMATCH when a statement is damaged that is found or has yet to be indexed,
   * or when the index says of one what it does not say itself.
   *
   * @param page `limit`: at most SEARCH_PAGE_MAX
   */
  async find(
    query: SearchQuery,
    page: { readonly after: number; readonly size: number; readonly limit: number },
  ): Promise<SearchPage> {
    await this.#catchUp()
    const first = Math.max(page.after, query.since === undefined ? 0 : this.#firstAt(query.since))
    const end = Math.min(
      page.size,
      this.#state.size,
      query.until === undefined ? page.size : this.#firstAt(query.until + 1),
    )
    const terms = queryTerms(query)
    const [lead, ...others] = terms
    const found: StoredStatement[] = []
    let looked = 0
    for await (const index of lead === undefined
      ? counting(first, end)
      : this.#postings(lead, first, end)) {
      if (looked === CANDIDATES_MAX) return { found, next: index }
      looked += 1
      if (others.some((term) => this.#store.get(this.#termKey(term, index)) === undefined)) continue
      if (found.length === page.limit) return { found, next: index }
      found.push(this.#read(index, terms))
    }
    return { found }
  }

  /** What is found must say what was looked for: a term under a wrong index is damage. */
  #read(index: number, terms: readonly SearchTerm[]): StoredStatement {
    const stored = this.#state.reader.statementAt(index)
    if (terms.length === 0) return stored
    const own = new Set(statementTerms(stored, this.#partiesOf(stored.facts)).map(termName))
    if (terms.every((term) => own.has(termName(term)))) return stored
    throw new LedgerError('ENTRY_MISMATCH', { index, record: 'search' })
  }

  /** One after another: two searches at once index only once. */
  #catchUp(): Promise<void> {
    this.#indexing = this.#indexing.catch(() => undefined).then(() => this.#index())
    return this.#indexing
  }

  async #index(): Promise<void> {
    const { sha256 } = this.#state.crypto
    let mark = readMark(this.#store, sha256)
    while (mark.indexed < this.#state.size) {
      const to = Math.min(mark.indexed + INDEX_CHUNK, this.#state.size)
      const reads = await readStatements(this.#store, mark.indexed, to)
      const keys = reads.flatMap((read) => this.#keysOf(read))
      mark = nextMark(mark, to, keys, sha256)
      const puts: Put[] = keys.map((key) => ({ key, value: NOTHING }))
      await this.#store.write({ puts: [...puts, putMark(mark, sha256)] }, { sync: true })
    }
  }

  /**
   * A statement that cannot be read is not passed over: it would stay out of the index for ever.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  #keysOf(read: StatementRead): readonly Uint8Array[] {
    const { index } = read
    const stored = this.#state.reader.openRead(read)
    return statementTerms(stored, this.#partiesOf(stored.facts)).map((term) =>
      this.#termKey(term, index),
    )
  }

  /** Indexes of statements with a term, rising. */
  async *#postings(term: SearchTerm, first: number, end: number): AsyncIterable<number> {
    if (first >= end) return
    const range = { from: this.#termKey(term, first), to: this.#termKey(term, end) }
    for await (const chunk of this.#store.scan(range)) {
      for (const [key] of chunk) {
        const parsed = parseKey(key)
        invariant(parsed.kind === 'search', 'a search range holds search keys')
        yield decodeIndex(parsed.suffix.subarray(-6))
      }
    }
  }

  #termKey([kind, value]: SearchTerm, index: number): Uint8Array {
    const hash = this.#state.crypto.sha256(utf8Encode(value)).subarray(0, TERM_HASH_BYTES)
    return searchKey(concatBytes(TERM, Uint8Array.of(KIND_NUMBERS[kind]), hash, encodeIndex(index)))
  }

  /** First index whose entry time is at least `time`: entry times never go backwards. */
  #firstAt(time: number): number {
    let low = 0
    let high = this.#state.size
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.#state.reader.entry(middle).time < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

function* counting(first: number, end: number): Iterable<number> {
  for (let index = first; index < end; index += 1) yield index
}
