/**
 * The ledger: what the API, the command line and programs use. Checks, sequences, reads, proves.
 *
 * Writing goes check (workers) → writer (one) → answer; reading is verified and sees durable state
 * only. A `Ledger` owns its store: nothing else may have it open.
 */
import type { PublicKey } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import type { Evidence } from '../core/evidence.js'
import type { StatementFacts } from '../core/facts.js'
import type { NodeHash } from '../core/hash.js'
import type { Json } from '../core/json.js'
import type { KeyId } from '../core/jwk.js'
import type { KeyState, PartyId } from '../core/key-state.js'
import { LINEAGE_NODES_MAX } from '../core/limits.js'
import { formatVkey, type NoteKey, TYPE_ED25519 } from '../core/note.js'
import type { StatementId } from '../core/statement.js'
import { Checker } from './checker.js'
import type { CommitDraft } from './commit.js'
import { DamageWatch } from './damage.js'
import { buildEvidence, type View } from './evidence-builder.js'
import { type Health, healthOf } from './health.js'
import { inboxPage } from './inbox-lines.js'
import { InboxWatch } from './inbox-watch.js'
import { Intake, type ItemOutcome, type SubmitOutcome, type Validation } from './intake.js'
import { ownerOf, partiesOf } from './involved.js'
import type { LedgerOptions } from './ledger-options.js'
import { LedgerRules } from './ledger-rules.js'
import { lineageIndexes } from './lineage-walk.js'
import { lastingSigner, ownLogKeys } from './log-signers.js'
import type { LogState } from './log-state.js'
import { openLog } from './open-log.js'
import { findProposal, type Proposal, proposalsWhere } from './proposal.js'
import { type PublicLog, publicLogOf } from './public-log.js'
import type { Publisher } from './publisher.js'
import { startPublishing } from './publishing.js'
import type { StoredStatement } from './reader.js'
import type { PartyRecord } from './registry-state.js'
import { resolveId } from './resolve.js'
import { Search, type SearchPage } from './search.js'
import type { SearchQuery } from './search-terms.js'
import type { BulkFormat } from './split-body.js'
import { readStatements } from './statement-scan.js'
import { Writer } from './writer.js'

export type { LedgerOptions } from './ledger-options.js'

/**
 * Opens a log: verifies what is there, finishes a commit that crashed, starts the writer.
 *
 * @throws LedgerError LEDGER_BEHIND_HEAD, LEDGER_DAMAGED, INBOX_DAMAGED, HEAD_UNREADABLE,
 * CHECKPOINT_UNTRUSTED, LOG_KEY_ENDED, LEDGER_ROLLED_BACK, LEDGER_FORKED
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  // Who cannot sign cannot make a second history: an old copy may be read.
  const seen = options.readOnly === true ? [] : (options.seenElsewhere ?? [])
  const { state, checkpoint } = await openLog({ ...options, seenElsewhere: seen })
  return new Ledger(options, state, checkpoint)
}

export class Ledger {
  readonly origin: string
  /** What everybody may read: the published checkpoint and the tiles under it. */
  readonly publicLog: PublicLog
  readonly #state: LogState
  readonly #options: LedgerOptions
  readonly #writer: Writer
  readonly #damage: DamageWatch
  readonly #checker: Checker
  /** Publishes when asked to; by itself otherwise. */
  readonly publisher: Publisher
  readonly #search: Search
  readonly rules: LedgerRules
  readonly #inboxWatch: InboxWatch
  readonly #intake: Intake
  #closing: Promise<void> | undefined
  #commits = 0

  /** Use `openLedger`. */
  constructor(options: LedgerOptions, state: LogState, checkpoint: string) {
    this.#options = options
    this.#state = state
    this.origin = options.origin
    this.#writer = new Writer({
      ...options,
      state,
      checkpoint,
      isClockAhead: () => this.publisher.isClockAhead,
      onCommit: (draft) => this.#committed(draft),
      onFailure: (error) => options.onFailure?.(error),
    })
    this.#damage = new DamageWatch((damage) =>
      this.rules.damaged(damage, this.#writer.halt(damage)),
    )
    this.publisher = startPublishing(options, state, this.#writer)
    // Threads last: a ledger that is refused must not leave any behind.
    this.#checker = new Checker(options.origin, options.crypto, options.workers)
    for (const party of state.registry.parties()) this.#teach(state.registry.party(party))
    this.rules = new LedgerRules({
      state,
      store: options.store,
      actions: options.rules,
      partiesOf: ({ facts }) => this.partiesOf(facts),
      evidence: (ids, view) => this.evidence(ids, view),
      watched: (work) => this.#damage.watch(work),
    })
    this.#intake = new Intake({
      state,
      checker: this.#checker,
      writer: this.#writer,
      ready: () => this.rules.ready(),
      now: options.now,
      readOnly: options.readOnly === true,
    })
    this.#inboxWatch = new InboxWatch(() => state.inbox.seq)
    this.#search = new Search(state, options.store, (facts) => this.partiesOf(facts))
    this.publicLog = publicLogOf(this, (name) => this.#damage.read(() => state.nodes.tile(name)))
  }

  /** The log's verifier key: what a policy file names. During a rotation, of the key that will stay. */
  get vkey(): string {
    return formatVkey(this.origin, TYPE_ED25519, this.logKey)
  }

  /** The key that signs checkpoints; during a rotation, the one that will stay. */
  get logKey(): PublicKey {
    return lastingSigner(this.#options, this.#state.registry).publicKey
  }

  /** Keys under which a checkpoint is this log's word: those that sign, and those that were retired. */
  get noteKeys(): readonly NoteKey[] {
    return ownLogKeys(this.#options, this.#state, 'binding')
  }

  /** The operator's party, whose signature admits to the registry; undefined before entry 0. */
  get registrar(): PartyId | undefined {
    return this.#state.registrar
  }

  /** Number of durable entries. */
  get size(): number {
    return this.#state.size
  }

  /** Time of the last entry, seconds since 1970; 0 before the first. */
  get lastTime(): number {
    return this.#state.lastTime
  }

  /** The signed checkpoint of the durable head. */
  headCheckpoint(): string {
    return this.#writer.checkpoint
  }

  /**
   * The signed checkpoint for everybody, with all its lines.
   * @throws LedgerError CHECKPOINT_NOT_PUBLISHED when witnesses are asked for and too few cosigned yet
   */
  publishedCheckpoint(): string {
    return this.publisher.checkpoint
  }

  /** Resolves once a checkpoint of this size is published; also when aborted or closed. */
  waitPublished(size: number, signal: AbortSignal): Promise<void> {
    return this.publisher.wait(size, signal)
  }

  /**
   * Checks one envelope and admits it, or lets it wait for the other side. Resolves when durable.
   * @throws LedgerError whatever refuses the statement; QUEUE_FULL, LEDGER_CLOSED
   */
  submit(value: Json): Promise<SubmitOutcome> {
    return this.#damage.watch(this.#intake.submit(value))
  }

  /**
   * Submits many, in order: an item may cite an earlier one. Answers per item.
   * @throws LedgerError BODY_TOO_LARGE, JSON_INVALID, REQUEST_INVALID, QUEUE_FULL, LEDGER_CLOSED for the whole call
   */
  submitBulk(body: Uint8Array, format: BulkFormat): Promise<readonly ItemOutcome[]> {
    return this.#damage.watch(this.#intake.submitBulk(body, format))
  }

  /** Everything that would refuse this envelope now, at once. Stores nothing. */
  validate(value: Json): Promise<Validation> {
    return this.#damage.watch(this.#intake.validate(value))
  }

  /** Adds a signature to what waits. Rejects with PROPOSAL_NOT_FOUND, SIGNATURE_REPEATED, or what refuses it. */
  countersign(id: StatementId, signature: Json): Promise<SubmitOutcome> {
    return this.#damage.watch(this.#intake.countersign(id, signature))
  }

  /** The statement, admitted or waiting, whose id begins so. Rejects with STATEMENT_ID_…, STATEMENT_NOT_FOUND. */
  resolve(prefix: string): Promise<StatementId> {
    return this.#damage.watch(resolveId(this.#state, prefix))
  }

  /** @throws LedgerError ENTRY_MISMATCH when what is stored is damaged */
  statement(id: StatementId): StoredStatement | undefined {
    return this.#damage.read(() => this.#state.reader.statement(id))
  }

  /** @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH */
  statementAt(index: number): StoredStatement {
    return this.#damage.read(() => this.#state.reader.statementAt(index))
  }

  /** Entries `from` up to, not including, `to`, read in one go. Rejects as `statementAt` throws. */
  statementsAt(from: number, to: number): Promise<readonly StoredStatement[]> {
    if (to > this.size) throw new LedgerError('ENTRY_NOT_FOUND', { size: this.size })
    const reads = readStatements(this.#options.store, from, to)
    return this.#damage.watch(
      reads.then((read) => read.map((each) => this.#state.reader.openRead(each))),
    )
  }

  /** The 143 bytes. @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH */
  entry(index: number): Uint8Array {
    return this.#damage.read(() => this.#state.reader.entryBytes(index))
  }

  /** The entry of an admitted statement; undefined for one that waits, was refused or is not known. */
  indexOf(id: StatementId): number | undefined {
    return this.#damage.read(() => this.#state.reader.indexOf(id))
  }

  /** @throws LedgerError PROOF_INDEX_RANGE unless index < size <= the ledger's size */
  inclusionProof(index: number, size: number): readonly NodeHash[] {
    this.#checkSize(size)
    return this.#damage.read(() => this.#state.nodes.inclusionProof(index, size))
  }

  /** @throws LedgerError PROOF_INDEX_RANGE unless 0 < size1 <= size2 <= the ledger's size */
  consistencyProof(size1: number, size2: number): readonly NodeHash[] {
    this.#checkSize(size2)
    return this.#damage.read(() => this.#state.nodes.consistencyProof(size1, size2))
  }

  /**
   * Ids of a statement and everything before it, by rising index.
   * @throws LedgerError STATEMENT_NOT_FOUND, LINEAGE_TOO_LARGE, ENTRY_MISMATCH
   */
  lineageIds(id: StatementId, max: number = LINEAGE_NODES_MAX): readonly StatementId[] {
    const { reader } = this.#state
    return this.#damage.read(() =>
      this.lineageIndexes(id, max).map((index) => reader.entry(index).id),
    )
  }

  /**
   * Entry indexes of a statement and everything before it, by the derived edges alone.
   * @throws LedgerError STATEMENT_NOT_FOUND, LINEAGE_TOO_LARGE, ENTRY_MISMATCH
   */
  lineageIndexes(id: StatementId, max: number = LINEAGE_NODES_MAX): readonly number[] {
    return this.#damage.read(() => lineageIndexes(this.#state.reader, id, max))
  }

  /** Outcomes whose artefact has this SHA-256, in lower-case hex, oldest first. */
  outcomesOf(digest: string): Promise<readonly StatementId[]> {
    return this.#damage.watch(this.#state.reader.outcomesOf(digest))
  }

  /**
   * Statements that match a query, by rising index. See search.ts.
   * @param page `size`: the tree size the paging is pinned to; `limit` at most SEARCH_PAGE_MAX
   * @throws LedgerError ENTRY_MISMATCH
   */
  search(
    query: SearchQuery,
    page: { readonly after: number; readonly size: number; readonly limit: number },
  ): Promise<SearchPage> {
    return this.#damage.watch(this.#search.find(query, page))
  }

  /** @throws LedgerError STATEMENT_NOT_FOUND, ENTRY_MISMATCH */
  evidence(ids: readonly StatementId[], view?: View): Evidence {
    const checkpoints = { published: this.publisher.shown, head: this.headCheckpoint() }
    return this.#damage.read(() => buildEvidence(this.#state, checkpoints, ids, view))
  }

  /** A proposal that waits or was refused. @throws LedgerError INBOX_DAMAGED, ENTRY_MISMATCH */
  proposal(id: StatementId): Proposal | undefined {
    return this.#damage.read(() => findProposal(this.#state, id))
  }

  /** Proposals that wait for a signature of this party, oldest first. */
  inbox(party: PartyId): readonly Proposal[] {
    return this.#waitingFor(party, 'missing')
  }

  /** Proposals that this party has signed and that wait for others, oldest first. */
  sent(party: PartyId): readonly Proposal[] {
    return this.#waitingFor(party, 'signed')
  }

  /** Inbox lines from a number on: what an auditor copies. See inbox-lines.ts. @throws LedgerError INBOX_DAMAGED */
  inboxPage(from?: number): string {
    return this.#damage.read(() => inboxPage(this.#state, from))
  }

  /** Rises with every change of the inbox, also across processes. */
  inboxVersion(): number {
    return this.#inboxWatch.version
  }

  /** Resolves with the version once it is past `after`, or at once when the signal aborts or the ledger closes. */
  waitInbox(after: number, signal: AbortSignal): Promise<number> {
    return this.#inboxWatch.wait(after, signal)
  }

  party(id: PartyId): PartyRecord | undefined {
    return this.#state.registry.party(id)
  }

  /** All enrolled parties, in order of their enrolment. */
  parties(): readonly PartyId[] {
    return this.#state.registry.parties()
  }

  /** Whose key it is, and in which state at the head. */
  ownerOf(kid: KeyId): { readonly party: PartyId; readonly key: KeyState } | undefined {
    return ownerOf(kid, this.#state.registry)
  }

  /** The party that a role of a statement stands for. */
  partyOfRole(role: string, facts: StatementFacts): PartyId | undefined {
    return role === 'registrar' ? this.registrar : facts.parties[role]
  }

  /** Who is involved in a statement: those its claims name in a role, and those who signed it. */
  partiesOf(facts: StatementFacts): readonly PartyId[] {
    return partiesOf(facts, this.#state.registry, (id) => this.proposal(id)?.facts)
  }

  /** Whether this ledger can answer and write, and why not. */
  health(): Health {
    return healthOf({
      closing: this.#closing !== undefined,
      failure: this.#writer.failure,
      now: this.#options.now(),
      lastTime: this.lastTime,
      publisher: this.publisher,
      queue: this.#intake.inWork,
      ...this.#damage.read(() => this.rules.vitals()),
    })
  }

  /** For metrics: totals since opening, and what is there now (`size`, `in_work`, `proposals_waiting`). */
  counters(): Readonly<Record<string, number>> {
    return {
      ...this.#intake.counters,
      commits: this.#commits,
      size: this.size,
      in_work: this.#intake.inWork,
      proposals_waiting: this.#state.waiting.size,
      ...this.#damage.read(() => this.rules.counters()),
    }
  }

  /** Finishes what was taken, takes no more, closes the store. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#inboxWatch.close()
    this.rules.stop()
    const published = this.publisher.close()
    await this.#intake.close()
    await Promise.all([this.#writer.close(), published])
    await this.#checker.close()
    await this.rules.close()
    await this.#options.store.close()
  }

  #waitingFor(party: PartyId, side: 'missing' | 'signed'): readonly Proposal[] {
    return this.#damage.read(() =>
      proposalsWhere(this.#state, ({ [side]: roles, facts }) =>
        roles.some((role) => this.partyOfRole(role, facts) === party),
      ),
    )
  }

  #committed(draft: CommitDraft): void {
    this.#commits += 1
    for (const record of draft.registry.changedParties.values()) this.#teach(record)
    this.#inboxWatch.wake()
  }

  #teach(record: PartyRecord | undefined): void {
    if (record === undefined) return
    this.#checker.learn([...record.state.keys.values()].map(({ kid, key }) => [kid, key]))
  }

  #checkSize(size: number): void {
    if (size > this.size) throw new LedgerError('PROOF_INDEX_RANGE', { size: this.size })
  }
}
