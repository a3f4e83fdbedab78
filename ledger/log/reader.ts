/**
 * Verified reading: nothing leaves the store without hashing to what the log committed to. DESIGN 9.
 *
 * An entry must be the leaf that the tree has at its index; a payload must hash to the entry's
 * statement id, the signatures to its envelope digest, each disclosure to its placeholder. What does
 * not is reported as damage (ENTRY_MISMATCH), never skipped.
 */
import { equalBytes } from '../core/bytes.js'
import { type OpenedStatement, openStatement } from '../core/check.js'
import { type Codec, portableCodec } from '../core/codec.js'
import type { Crypto } from '../core/ed25519.js'
import { type Entry, entryLeaf, parseEntry } from '../core/entry.js'
import { type Envelope, envelopeDigest, parseSignature } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { factsOf, type StatementFacts } from '../core/facts.js'
import { holderOf } from '../core/lineage.js'
import type { ParentRef, StatementId } from '../core/statement.js'
import type { Edge } from '../store/edges.js'
import type { Holding } from './admission.js'
import type { Records, StatementRecord } from './records.js'
import { recordOf, type StatementRead } from './statement-scan.js'
import type { TreeNodes } from './tree.js'

/** A statement as the log holds it. Claims that its schema lets the parties keep are withheld. */
export type StoredStatement = {
  readonly id: StatementId
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
  readonly entry: Uint8Array
  readonly opened: OpenedStatement
  readonly facts: StatementFacts
}

const NOTHING = new Uint8Array(0)

/** Facts kept of statements that others cite, such as instruments. */
const FACTS_CACHED_MAX = 4_096
/** Indexes and holders kept; some 200 bytes each. */
const CITED_KEPT = 8_192

export class Reader {
  readonly records: Records
  readonly #nodes: TreeNodes
  readonly #crypto: Crypto
  readonly #facts = new Map<StatementId, StatementFacts>()
  /** Indexes and holders of what others cite: never changed once written, and asked for again at once. */
  readonly #indexes = new Map<StatementId, number>()
  readonly #holdings = new Map<string, Holding>()

  constructor(records: Records, nodes: TreeNodes, crypto: Crypto) {
    this.records = records
    this.#nodes = nodes
    this.#crypto = crypto
  }

  /**
   * The bytes of an entry, checked against the tree.
   *
   * @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH
   */
  entryBytes(index: number): Uint8Array {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#nodes.size) {
      throw new LedgerError('ENTRY_NOT_FOUND', { size: this.#nodes.size })
    }
    return this.#leaf(index, this.records.entry(index))
  }

  /** The bytes of an entry that are the tree's leaf. */
  #leaf(index: number, bytes: Uint8Array | undefined): Uint8Array {
    if (
      bytes === undefined ||
      !equalBytes(entryLeaf(bytes, this.#crypto.sha256), this.#nodes.leaf(index))
    ) {
      throw new LedgerError('ENTRY_MISMATCH', { index, record: 'entry' })
    }
    return bytes
  }

  entry(index: number): Entry {
    return parseEntry(this.entryBytes(index))
  }

  /** @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH */
  statementAt(index: number): StoredStatement {
    const bytes = this.entryBytes(index)
    const record = this.#record(index)
    return openRecord(index, bytes, record, this.#crypto)
  }

  /**
   * As `statementAt`, for what was read in bulk.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  openRead({ index, entry, stored }: StatementRead): StoredStatement {
    const bytes = this.#leaf(index, entry)
    const record = stored === undefined ? undefined : recordOf(stored)
    if (record === undefined) throw new LedgerError('ENTRY_MISMATCH', { index, record: 'body' })
    return openRecord(index, bytes, record, this.#crypto)
  }

  #record(index: number): StatementRecord {
    try {
      const record = this.records.statement(index)
      if (record !== undefined) return record
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code === 'LEDGER_CLOSED') throw error
      throw new LedgerError('ENTRY_MISMATCH', { index, record: 'body' }, error)
    }
    throw new LedgerError('ENTRY_MISMATCH', { index, record: 'body' })
  }

  /**
   * Index of an admitted statement. The store may be ahead of the log by the commit that is being
   * written, or that a crash interrupted: what is not under the head is not there yet.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  indexOf(id: StatementId): number | undefined {
    const known = this.#indexes.get(id)
    if (known !== undefined) return known
    const index = this.#committed(this.records.indexOf(id))
    if (index !== undefined) keep(this.#indexes, id, index)
    return index
  }

  /** Index of the refusal of a proposal. @throws LedgerError ENTRY_MISMATCH */
  refusedBy(id: StatementId): number | undefined {
    return this.#committed(this.records.refusedBy(id))
  }

  /** Who holds a dataset of an admitted statement. @throws LedgerError ENTRY_MISMATCH */
  holding(parent: ParentRef): Holding | undefined {
    const name = `${parent.id} ${parent.n}`
    const known = this.#holdings.get(name)
    if (known !== undefined) return known
    if (this.indexOf(parent.id) === undefined) return undefined
    const holding = this.records.holding(parent)
    if (holding === undefined) this.#checkNoDataset(parent)
    else keep(this.#holdings, name, holding)
    return holding
  }

  /**
   * A lost index record says nothing, and would let a statement in twice, or in after its refusal. So
   * where nothing is said of a new statement, what was written along with such a record is looked for.
   *
   * @throws LedgerError ENTRY_MISMATCH
   */
  checkNew({ id, datasets }: StatementFacts): void {
    const [dataset] = datasets
    const held = dataset !== undefined && this.records.holding({ id, n: dataset.n }) !== undefined
    if (held && this.records.indexOf(id) === undefined)
      throw new LedgerError('ENTRY_MISMATCH', { record: 'id index' })
    if (this.records.declined(id) !== undefined && this.records.refusedBy(id) === undefined)
      throw new LedgerError('ENTRY_MISMATCH', { record: 'refused index' })
  }

  /** As `checkNew`, for a dataset that nobody holds: whether its statement has none such. */
  #checkNoDataset({ id, n }: ParentRef): void {
    const facts = this.statement(id)?.facts
    const held = facts !== undefined && holderOf(facts) !== undefined
    if (held && facts.datasets.some((dataset) => dataset.n === n))
      throw new LedgerError('ENTRY_MISMATCH', { record: 'holder index' })
  }

  /** Outcomes whose artefact has this digest, oldest first. @throws LedgerError ENTRY_MISMATCH */
  async outcomesOf(digest: string): Promise<readonly StatementId[]> {
    const indexes = await this.records.outcomesOf(digest)
    return indexes
      .filter((index) => this.#committed(index) !== undefined)
      .map((index) => this.#outcomeAt(index, digest))
  }

  #outcomeAt(index: number, digest: string): StatementId {
    const { id, facts } = this.statementAt(index)
    // The index is derived: after damage it may say too little, but nothing else. An artefact whose
    // claim is gone cannot be compared any more.
    const other = facts.artefact !== undefined && facts.artefact !== digest
    if (other || facts.type !== 'outcome/1')
      throw new LedgerError('ENTRY_MISMATCH', { index, record: 'search' })
    return id
  }

  /** As Records.edges. @throws LedgerError ENTRY_MISMATCH */
  edges(index: number): readonly Edge[] | undefined {
    return this.records.edges(index)
  }

  #committed(index: number | undefined): number | undefined {
    return index !== undefined && index < this.#nodes.size ? index : undefined
  }

  /** Undefined when the log has no such statement. @throws LedgerError ENTRY_MISMATCH */
  statement(id: StatementId): StoredStatement | undefined {
    const index = this.indexOf(id)
    if (index === undefined) return undefined
    const stored = this.statementAt(index)
    if (stored.id !== id) throw new LedgerError('ENTRY_MISMATCH', { index, record: 'id index' })
    return stored
  }

  /** Facts of an admitted statement, kept for a while: the same instrument is cited again and again. */
  factsOf(id: StatementId): StatementFacts | undefined {
    const known = this.#facts.get(id)
    if (known !== undefined) return known
    const facts = this.statement(id)?.facts
    if (facts === undefined) return undefined
    if (this.#facts.size >= FACTS_CACHED_MAX) this.#facts.clear()
    this.#facts.set(id, facts)
    return facts
  }
}

/** A stored statement that is what its entry committed to; its claims and signatures are unjudged. */
export type BoundStatement = {
  readonly entry: Entry
  readonly opened: OpenedStatement
  readonly envelopeDigest: Uint8Array
}

/**
 * Opens a stored statement and checks it against its entry. Shared by reading and the audit.
 *
 * @throws LedgerError ENTRY_MISMATCH; ENTRY_MALFORMED unless the entry's bytes were checked before
 */
export function openRecord(
  index: number,
  entryBytes: Uint8Array,
  record: StatementRecord,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): StoredStatement {
  const { entry, opened } = bindRecord(index, entryBytes, record, crypto)
  const facts = factsOf(opened)
  return { id: opened.id, index, time: entry.time, entry: entryBytes, opened, facts }
}

/** As `openRecord`, without what follows from the claims. @throws LedgerError as openRecord */
export function bindRecord(
  index: number,
  entryBytes: Uint8Array,
  record: StatementRecord,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): BoundStatement {
  const entry = parseEntry(entryBytes)
  const codec = crypto.codec ?? portableCodec
  let envelope: Envelope
  let opened: OpenedStatement
  try {
    envelope = envelopeOf(record, codec)
    const textAt = (position: number): string => {
      const disclosure = record.disclosures[position] ?? NOTHING
      return typeof disclosure === 'string' ? disclosure : codec.utf8Of(disclosure)
    }
    opened = openStatement(envelope, crypto, textAt)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError('ENTRY_MISMATCH', { index, record: 'payload, signature or claim' }, error)
  }
  if (opened.id !== entry.id) throw new LedgerError('ENTRY_MISMATCH', { index, record: 'payload' })
  const digest = envelopeDigest(envelope, codec)
  if (!equalBytes(digest, entry.envelopeDigest)) {
    throw new LedgerError('ENTRY_MISMATCH', { index, record: 'signatures' })
  }
  const lost = opened.open.withheld.find((name) => opened.schema.claims[name]?.holderKept !== true)
  if (lost !== undefined)
    throw new LedgerError('ENTRY_MISMATCH', { index, record: `claim ${lost}` })
  return { entry, opened, envelopeDigest: digest }
}

/** The envelope of a stored record. Base64url is a bijection here, so it is the one that was signed. */
function envelopeOf(record: StatementRecord, codec: Codec): Envelope {
  return {
    payload: codec.encode(record.payload),
    payloadBytes: record.payload,
    signatures: record.signatures.map((item, position) =>
      parseSignature(
        { protected: codec.encode(item.protected), signature: codec.encode(item.signature) },
        position + 1,
        codec,
      ),
    ),
    disclosures: record.disclosures.map((disclosure) =>
      typeof disclosure === 'string' ? codec.encodeText(disclosure) : codec.encode(disclosure),
    ),
  }
}

/** Keeps one more; of too many, none: those that matter are asked for again. */
function keep<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value): void {
  if (kept.size >= CITED_KEPT) kept.clear()
  kept.set(key, value)
}
