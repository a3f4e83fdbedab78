/**
 * The log's records: typed puts and reads over the store's layout. Knows keys and encodings, and
 * verifies only what it can alone; hashes against the tree are reader.ts.
 *
 * Derived records that admission relies on (id, holder, refused) cannot be checked against a hash in
 * the log without reading the whole statement, and inbox events not at all before the head pins them.
 * They are sealed: eight bytes of SHA-256 over key and value follow the value, so that an altered
 * record is damage and never an answer.
 */
import { concatBytes, equalBytes, fromHex, toHex } from '../core/bytes.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { Sha256 } from '../core/hash.js'
import type { PartyId } from '../core/key-state.js'
import { holderOf } from '../core/lineage.js'
import { type ParentRef, parsePayload, type StatementId } from '../core/statement.js'
import { type Body, decodeBody, decodeHolder, encodeHolder } from '../store/codec.js'
import { decodeEdges, type Edge, encodeEdges } from '../store/edges.js'
import {
  bodyKey,
  declinedKey,
  decodeIndex,
  disclosureKey,
  edgesKey,
  encodeIndex,
  entryKey,
  holderKey,
  idKey,
  idRange,
  inboxKey,
  kindRange,
  numberRange,
  parseKey,
  proposalKey,
  refusedKey,
  registryKey,
  searchKey,
  searchRange,
  tileKey,
} from '../store/layout.js'
import type { Put, Range, StoreReader } from '../store/store.js'
import type { Holding } from './admission.js'
import type { Prepared } from './prepared.js'
import type { FullTile } from './tree.js'

/** A disclosure as it was read: its bytes, or the UTF-8 text that they are. */
export type StoredDisclosure = Uint8Array | string

/** A statement as stored: body and the disclosures that are there, in the order of their placeholders. */
export type StatementRecord<Disclosure extends StoredDisclosure = StoredDisclosure> = Body & {
  readonly disclosures: readonly Disclosure[]
}

const SEAL_BYTES = 8
const EMPTY = new Uint8Array(0)
/** A time in front of a refused proposal, u48. */
const TIME_BYTES = 6
/** Stands for a parent that the log does not have; only an audit of a damaged log meets it. */
const UNKNOWN_INDEX = 2 ** 48 - 1
/** First byte of a search record that leads from an artefact's digest to its outcomes. */
const SEARCH_ARTEFACT = Uint8Array.of(0x01)

export class Records {
  readonly #store: StoreReader
  readonly #sha: Sha256

  constructor(store: StoreReader, sha: Sha256) {
    this.#store = store
    this.#sha = sha
  }

  /** Entries in the store, counted by the last one: whether any is missing is seen when it is read. */
  async entryCount(): Promise<number> {
    for await (const chunk of this.#store.scan({
      ...kindRange('entry'),
      reverse: true,
      limit: 1,
    })) {
      const [last] = chunk
      const key = last === undefined ? undefined : parseKey(last[0])
      if (key?.kind === 'entry') return key.index + 1
    }
    return 0
  }

  /** Whether a statement, or a part of one, is stored at an index or after it. */
  async hasStatementFrom(index: number): Promise<boolean> {
    const disclosures = { from: disclosureKey(index, 0), to: kindRange('disclosure').to }
    for (const range of [numberRange('body', index), disclosures]) {
      for await (const _ of this.#store.scan({ ...range, limit: 1 })) return true
    }
    return false
  }

  entry(index: number): Uint8Array | undefined {
    return this.#store.get(entryKey(index))
  }

  tile(level: number, number: number): Uint8Array | undefined {
    return this.#store.get(tileKey(level, number))
  }

  /** @throws LedgerError STORE_RECORD_MALFORMED */
  statement(index: number): StatementRecord<Uint8Array> | undefined {
    const bytes = this.#store.get(bodyKey(index))
    if (bytes === undefined) return undefined
    const body = decodeBody(bytes)
    const ordinals = Array.from({ length: placeholderCount(body.payload) }, (_, ordinal) => ordinal)
    const disclosures = this.#store.getMany(
      ordinals.map((ordinal) => disclosureKey(index, ordinal)),
    )
    return { ...body, disclosures: disclosures.filter((value) => value !== undefined) }
  }

  /** @throws LedgerError ENTRY_MISMATCH when the record is damaged */
  indexOf(id: StatementId): number | undefined {
    const value = this.#sealed(idKey(fromHex(id)))
    return value === undefined ? undefined : decodeIndex(value)
  }

  /** Index of the refusal of a proposal. @throws LedgerError ENTRY_MISMATCH */
  refusedBy(id: StatementId): number | undefined {
    const value = this.#sealed(refusedKey(fromHex(id)))
    return value === undefined ? undefined : decodeIndex(value)
  }

  /** Who holds a dataset. @throws LedgerError ENTRY_MISMATCH */
  holding({ id, n }: ParentRef): Holding | undefined {
    if (n > DATASET_NUMBER_MAX) return undefined
    const value = this.#sealed(holderKey(fromHex(id), n))
    if (value === undefined) return undefined
    const { party, digest } = decodeHolder(value)
    return { party: party as PartyId, digest: toHex(digest) }
  }

  /**
   * Parents of the statement of an entry; undefined for one that neither has parents nor can be one.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  edges(index: number): readonly Edge[] | undefined {
    const value = this.#sealed(edgesKey(index))
    return value === undefined ? undefined : decodeEdges(value)
  }

  /** Admitted ids that begin with these digits, at most `limit`. Asked by people; a bounded read. */
  async idsWithPrefix(
    kind: 'id' | 'declined',
    prefix: string,
    limit: number,
  ): Promise<readonly StatementId[]> {
    const ids: StatementId[] = []
    for await (const chunk of this.#store.scan({ ...idRange(kind, prefix), limit })) {
      for (const [key] of chunk) {
        const parsed = parseKey(key)
        if (parsed.kind === kind) ids.push(toHex(parsed.id) as StatementId)
      }
    }
    return ids
  }

  /** Indexes of outcomes whose artefact has this digest (lower-case hex), rising. */
  async outcomesOf(digest: string): Promise<readonly number[]> {
    const begin = concatBytes(SEARCH_ARTEFACT, fromHex(digest, 32))
    const indexes: number[] = []
    for await (const chunk of this.#store.scan(searchRange(begin))) {
      for (const [key] of chunk) {
        const parsed = parseKey(key)
        invariant(parsed.kind === 'search', 'a search range holds search keys')
        indexes.push(decodeIndex(parsed.suffix.subarray(begin.length)))
      }
    }
    return indexes
  }

  /** Indexes of registry statements below `size`, rising. */
  async *registryEntries(size: number): AsyncIterable<number> {
    for await (const chunk of this.#store.scan(numberRange('registry', 0, size))) {
      for (const [key] of chunk) {
        const parsed = parseKey(key)
        if (parsed.kind === 'registry') yield parsed.index
      }
    }
  }

  /** Whether the inbox was ever written to. */
  async hasInbox(): Promise<boolean> {
    for await (const _ of this.#store.scan({ ...kindRange('inbox'), limit: 1 })) return true
    return false
  }

  /** Inbox events from a sequence number on. @throws LedgerError INBOX_DAMAGED */
  async *inboxEvents(
    from: number,
  ): AsyncIterable<{ readonly seq: number; readonly bytes: Uint8Array }> {
    for await (const chunk of this.#store.scan(numberRange('inbox', from))) {
      for (const [key, bytes] of chunk) {
        const parsed = parseKey(key)
        if (parsed.kind === 'inbox') yield { seq: parsed.seq, bytes: this.#event(key, bytes) }
      }
    }
  }

  /** One inbox event by its number. @throws LedgerError INBOX_DAMAGED */
  inboxEvent(seq: number): Uint8Array | undefined {
    const key = inboxKey(seq)
    const bytes = this.#store.get(key)
    return bytes === undefined ? undefined : this.#event(key, bytes)
  }

  /**
   * A refused proposal: when it was received, and its envelope. Whoever reads it compares the id.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  declined(id: StatementId): { readonly received: number; readonly body: Uint8Array } | undefined {
    const value = this.#sealed(declinedKey(fromHex(id)))
    if (value === undefined) return undefined
    return { received: decodeIndex(value.slice(0, TIME_BYTES)), body: value.subarray(TIME_BYTES) }
  }

  /** The stored body, by its digest, of a proposal that waits, or waited until the last commit. */
  proposal(digest: Uint8Array): Uint8Array | undefined {
    return this.#store.get(proposalKey(digest))
  }

  /** Keys of inbox records that nothing needs: events before `base`, bodies that do not wait. */
  async obsoleteInbox(
    base: number,
    waiting: readonly { readonly digest: Uint8Array }[],
  ): Promise<readonly Uint8Array[]> {
    const digests = new Set(waiting.map(({ digest }) => toHex(digest)))
    const keys: Uint8Array[] = []
    for await (const chunk of this.#store.scan(numberRange('inbox', 0, base)))
      keys.push(...chunk.map(([key]) => key))
    for await (const chunk of this.#store.scan(kindRange('proposal'))) {
      for (const [key] of chunk) {
        const parsed = parseKey(key)
        if (parsed.kind === 'proposal' && !digests.has(toHex(parsed.id))) keys.push(key)
      }
    }
    return keys
  }

  #event(key: Uint8Array, sealed: Uint8Array): Uint8Array {
    try {
      return unseal(key, sealed, this.#sha)
    } catch (error) {
      throw new LedgerError('INBOX_DAMAGED', { reason: 'an event changed' }, error)
    }
  }

  #sealed(key: Uint8Array): Uint8Array | undefined {
    const value = this.#store.get(key)
    return value === undefined ? undefined : unseal(key, value, this.#sha)
  }
}

/** Placeholders of a payload: how many disclosures were stored, but for those the parties keep. */
function placeholderCount(payload: Uint8Array): number {
  let count = 0
  for (const digests of parsePayload(payload).claims.values()) count += digests.length
  return count
}

/** Highest dataset number that has a key of its own (u16). */
const DATASET_NUMBER_MAX = 65_535

/** Everything that admitting a statement writes, but for the registry mark, tiles and the inbox. */
export function statementPuts(
  place: { readonly index: number; readonly entry: Uint8Array },
  prepared: Prepared,
  indexOf: IndexOf,
  sha: Sha256,
): readonly Put[] {
  const { index, entry } = place
  const puts: Put[] = [
    { key: entryKey(index), value: entry },
    { key: bodyKey(index), value: prepared.body },
  ]
  for (const [ordinal, value] of prepared.disclosures.entries()) {
    if (value !== undefined) puts.push({ key: disclosureKey(index, ordinal), value })
  }
  puts.push(...derivedPuts(index, prepared.facts, indexOf, sha))
  return puts
}

/** Entry index of an admitted statement. */
export type IndexOf = (id: StatementId) => number | undefined

/** Records that follow from a statement's facts and its index; the audit makes them again. */
export function derivedPuts(
  index: number,
  facts: StatementFacts,
  indexOf: IndexOf,
  sha: Sha256,
): readonly Put[] {
  const id = fromHex(facts.id)
  const puts = [sealedPut(idKey(id), encodeIndex(index), sha)]
  const party = holderOf(facts)
  // Also the empty list of a collection: where a lineage passes, no record is a lost record.
  if (facts.parents.length > 0 || party !== undefined) {
    const edges = facts.parents.map((parent) => ({
      index: indexOf(parent.id) ?? UNKNOWN_INDEX,
      // A larger number has no dataset; only an audit meets it.
      n: Math.min(parent.n, DATASET_NUMBER_MAX),
    }))
    puts.push(sealedPut(edgesKey(index), encodeEdges(edges), sha))
  }
  if (party !== undefined) {
    for (const { n, digest } of facts.datasets) {
      puts.push(sealedPut(holderKey(id, n), encodeHolder({ party, digest: fromHex(digest) }), sha))
    }
  }
  if (facts.about !== undefined)
    puts.push(sealedPut(refusedKey(fromHex(facts.about)), encodeIndex(index), sha))
  if (facts.change !== undefined) puts.push({ key: registryKey(index), value: EMPTY })
  if (facts.artefact !== undefined) {
    puts.push({
      key: searchKey(concatBytes(SEARCH_ARTEFACT, fromHex(facts.artefact), encodeIndex(index))),
      value: EMPTY,
    })
  }
  return puts
}

export function putTile(tile: FullTile): Put {
  return { key: tileKey(tile.level, tile.number), value: tile.bytes }
}

export function putInboxEvent(seq: number, bytes: Uint8Array, sha: Sha256): Put {
  return sealedPut(inboxKey(seq), bytes, sha)
}

export function putProposal(digest: Uint8Array, bytes: Uint8Array): Put {
  return { key: proposalKey(digest), value: bytes }
}

/** What a refusal is about stays at hand: both sides and an audit may ask. */
export function putDeclined(id: StatementId, received: number, body: Uint8Array, sha: Sha256): Put {
  // Sealed, because its id covers neither its signatures nor when it came.
  return sealedPut(declinedKey(fromHex(id)), concatBytes(encodeIndex(received), body), sha)
}

export function proposalRecordKey(digest: Uint8Array): Uint8Array {
  return proposalKey(digest)
}

export function inboxRecordKey(seq: number): Uint8Array {
  return inboxKey(seq)
}

/** Records that lead from an artefact's digest to its outcomes. */
export function artefactRange(): Range {
  return searchRange(SEARCH_ARTEFACT)
}

/** True for records of the inbox: events and waiting proposals. */
export function isInboxKey(key: Uint8Array): boolean {
  const { kind } = parseKey(key)
  return kind === 'inbox' || kind === 'proposal'
}

function sealedPut(key: Uint8Array, value: Uint8Array, sha: Sha256): Put {
  return { key, value: concatBytes(value, sealOf(key, value, sha)) }
}

function sealOf(key: Uint8Array, value: Uint8Array, sha: Sha256): Uint8Array {
  return sha(concatBytes(key, value)).subarray(0, SEAL_BYTES)
}

function unseal(key: Uint8Array, sealed: Uint8Array, sha: Sha256): Uint8Array {
  const value = sealed.subarray(0, Math.max(0, sealed.length - SEAL_BYTES))
  if (!equalBytes(sealed.subarray(value.length), sealOf(key, value, sha))) {
    throw new LedgerError('ENTRY_MISMATCH', { record: `derived ${parseKey(key).kind}` })
  }
  return value
}
