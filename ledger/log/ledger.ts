/**
 * The ledger: what the API, the command line and programs use. Checks, sequences, reads, proves.
 *
 * Writing goes check (workers) → writer (one) → answer; reading is verified and sees durable state
 * only. A `Ledger` owns its store: nothing else may have it open.
 */
import type { Crypto, PublicKey } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import type { Evidence } from '../core/evidence.js'
import type { StatementFacts } from '../core/facts.js'
import type { NodeHash } from '../core/hash.js'
import type { Json } from '../core/json.js'
import type { KeyId } from '../core/jwk.js'
import type { KeyState, PartyId } from '../core/key-state.js'
import { LINEAGE_NODES_MAX } from '../core/limits.js'
import { formatVkey, TYPE_ED25519 } from '../core/note.js'
import type { Issue } from '../core/schema.js'
import type { StatementId } from '../core/statement.js'
import type { Signer } from '../crypto/signer.js'
import type { HeadFile } from '../store/head-file.js'
import type { Store } from '../store/store.js'
import { Checker } from './checker.js'
import type { CommitDraft } from './commit.js'
import { buildEvidence, type View } from './evidence-builder.js'
import { Intake, type ItemOutcome, type SubmitOutcome } from './intake.js'
import type { LogState, Waiting } from './log-state.js'
import { openLog } from './open-log.js'
import { type Proposal, readProposal } from './proposal.js'
import { Publisher } from './publisher.js'
import type { StoredStatement } from './reader.js'
import type { PartyRecord } from './registry-state.js'
import type { BulkFormat } from './split-body.js'
import { Writer } from './writer.js'

export type LedgerOptions = {
  readonly origin: string
  readonly store: Store
  readonly head: HeadFile
  /** Signs checkpoints; its public key is the log's. */
  readonly signer: Signer
  readonly crypto: Crypto
  /** Seconds since 1970, whole. */
  readonly now: () => number
  /** Check workers; 0 checks on the calling thread. */
  readonly workers: number
  /** Told once when writing has failed for good: the process should stop. */
  readonly onFailure?: (error: unknown) => void
  readonly limits?: Partial<LogLimits>
}

/** Published checkpoints older than this mean that publishing hangs. */
const STALE_AFTER_S = 30

/**
 * Opens a log: verifies what is there, finishes a commit that crashed, starts the writer.
 *
 * @throws LedgerError LEDGER_BEHIND_HEAD, LEDGER_DAMAGED, INBOX_DAMAGED, HEAD_UNREADABLE, CHECKPOINT_UNTRUSTED
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { state, checkpoint } = await openLog(options)
  return new Ledger(options, state, checkpoint)
}

export class Ledger {
  readonly origin: string
  /** The log's verifier key: what a policy file names. */
  readonly vkey: string
  /** The log's public key. */
  readonly logKey: PublicKey
  readonly #state: LogState
  readonly #options: LedgerOptions
  readonly #writer: Writer
  readonly #checker: Checker
  readonly #publisher: Publisher
  readonly #inboxWaiters = new Set<() => void>()
  #inboxVersion = 0
  #closing = false
  readonly #intake: Intake
  #commits = 0

  /** Use `openLedger`. */
  constructor(options: LedgerOptions, state: LogState, checkpoint: string) {
    this.#options = options
    this.#state = state
    this.origin = options.origin
    this.logKey = options.signer.publicKey
    this.vkey = formatVkey(options.origin, TYPE_ED25519, options.signer.publicKey)
    this.#checker = new Checker(options.origin, options.crypto, options.workers)
    for (const party of state.registry.parties()) this.#teach(state.registry.party(party))
    this.#writer = new Writer({
      ...options,
      state,
      checkpoint,
      onCommit: (draft) => this.#committed(draft),
      onFailure: (error) => options.onFailure?.(error),
    })
    this.#intake = new Intake({
      state,
      checker: this.#checker,
      writer: this.#writer,
      now: options.now,
    })
    this.#publisher = new Publisher(() => this.#writer.checkpoint, options.now)
  }

  /** The operator's party, whose signature admits to the registry; undefined before entry 0. */
  get registrar(): PartyId | undefined {
    return this.#state.registrar
  }

  get size(): number {
    return this.#state.size
  }

  /** Time of the last entry, seconds since 1970. */
  get lastTime(): number {
    return this.#state.lastTime
  }

  /** The signed checkpoint of the durable head. */
  headCheckpoint(): string {
    return this.#writer.checkpoint
  }

  /** The signed checkpoint for everybody; as of the last second. */
  publishedCheckpoint(): string {
    return this.#publisher.checkpoint
  }

  /**
   * Checks one envelope and admits it, or lets it wait for the other side. Resolves when durable.
   *
   * @throws LedgerError whatever refuses the statement; QUEUE_FULL, LEDGER_CLOSED
   */
  submit(value: Json): Promise<SubmitOutcome> {
    return this.#intake.submit(value)
  }

  /**
   * Submits many, in order: an item may cite an earlier one. Answers per item.
   *
   * @throws LedgerError BODY_TOO_LARGE, JSON_INVALID, REQUEST_INVALID, QUEUE_FULL, LEDGER_CLOSED for the whole call
   */
  submitBulk(body: Uint8Array, format: BulkFormat): Promise<readonly ItemOutcome[]> {
    return this.#intake.submitBulk(body, format)
  }

  /** Everything that would refuse this envelope now, at once. Stores nothing. */
  validate(value: Json): Promise<{ readonly id?: StatementId; readonly issues: readonly Issue[] }> {
    return this.#intake.validate(value)
  }

  /**
   * Adds one more signature to a waiting proposal.
   *
   * @throws LedgerError PROPOSAL_NOT_FOUND, SIGNATURE_REPEATED, or whatever refuses the statement
   */
  countersign(id: StatementId, signature: Json): Promise<SubmitOutcome> {
    return this.#intake.countersign(id, signature)
  }

  /**
   * The statement, admitted or waiting, whose id begins so.
   *
   * @throws LedgerError STATEMENT_ID_INVALID, STATEMENT_NOT_FOUND, STATEMENT_ID_AMBIGUOUS
   */
  async resolve(prefix: string): Promise<StatementId> {
    if (!/^[0-9a-f]{8,64}$/.test(prefix)) throw new LedgerError('STATEMENT_ID_INVALID')
    const waiting = [...this.#state.waiting.keys()].filter((id) => id.startsWith(prefix))
    const found = new Set([
      ...(await this.#state.reader.records.idsWithPrefix(prefix, 2)),
      ...waiting,
    ])
    if (found.size > 1) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
    const [id] = found
    if (id === undefined) throw new LedgerError('STATEMENT_NOT_FOUND')
    return id
  }

  /** @throws LedgerError ENTRY_MISMATCH when what is stored is damaged */
  statement(id: StatementId): StoredStatement | undefined {
    return this.#state.reader.statement(id)
  }

  /** @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH */
  statementAt(index: number): StoredStatement {
    return this.#state.reader.statementAt(index)
  }

  /** The 143 bytes. @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH */
  entry(index: number): Uint8Array {
    return this.#state.reader.entryBytes(index)
  }

  indexOf(id: StatementId): number | undefined {
    return this.#state.reader.indexOf(id)
  }

  /** @throws LedgerError PROOF_INDEX_RANGE unless index < size <= the ledger's size */
  inclusionProof(index: number, size: number): readonly NodeHash[] {
    this.#checkSize(size)
    return this.#state.nodes.inclusionProof(index, size)
  }

  /** @throws LedgerError PROOF_INDEX_RANGE unless 0 < size1 <= size2 <= the ledger's size */
  consistencyProof(size1: number, size2: number): readonly NodeHash[] {
    this.#checkSize(size2)
    return this.#state.nodes.consistencyProof(size1, size2)
  }

  /**
   * Ids of a statement and everything before it.
   *
   * @throws LedgerError STATEMENT_NOT_FOUND, LINEAGE_TOO_LARGE, ENTRY_MISMATCH
   */
  lineageIds(id: StatementId, max: number = LINEAGE_NODES_MAX): readonly StatementId[] {
    return this.lineageIndexes(id, max).map((index) => this.#state.reader.entry(index).id)
  }

  /**
   * Entry indexes of a statement and everything before it, by the derived edges alone.
   *
   * @throws LedgerError STATEMENT_NOT_FOUND, LINEAGE_TOO_LARGE, ENTRY_MISMATCH
   */
  lineageIndexes(id: StatementId, max: number = LINEAGE_NODES_MAX): readonly number[] {
    const { records } = this.#state.reader
    const root = records.indexOf(id)
    if (root === undefined || root >= this.size) throw new LedgerError('STATEMENT_NOT_FOUND')
    const seen = new Set<number>([root])
    const queue = [root]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const { index } of records.edges(next)) {
        if (seen.has(index)) continue
        if (index >= next) throw new LedgerError('ENTRY_MISMATCH', { index: next, record: 'edges' })
        seen.add(index)
        queue.push(index)
        if (seen.size > max) throw new LedgerError('LINEAGE_TOO_LARGE', { statementsMax: max })
      }
    }
    return [...seen]
  }

  /** Outcomes whose artefact has this SHA-256, in lower-case hex, oldest first. */
  async outcomesOf(digest: string): Promise<readonly StatementId[]> {
    const indexes = await this.#state.reader.records.outcomesOf(digest)
    return indexes.filter((index) => index < this.size).map((index) => this.statementAt(index).id)
  }

  /** @throws LedgerError STATEMENT_NOT_FOUND, ENTRY_MISMATCH */
  evidence(ids: readonly StatementId[], view?: View): Evidence {
    return buildEvidence(this.#state, this.headCheckpoint(), ids, view)
  }

  proposal(id: StatementId): Proposal | undefined {
    const waiting = this.#state.waiting.get(id)
    return waiting === undefined ? undefined : readProposal(this.#state, waiting)
  }

  /** Proposals that wait for a signature of this party, oldest first. */
  inbox(party: PartyId): readonly Proposal[] {
    return this.#waitingWhere((waiting) =>
      waiting.missing.some((role) => this.partyOfRole(role, waiting.facts) === party),
    )
  }

  /** Proposals that this party has signed and that wait for others, oldest first. */
  sent(party: PartyId): readonly Proposal[] {
    return this.#waitingWhere((waiting) =>
      waiting.signed.some((role) => this.partyOfRole(role, waiting.facts) === party),
    )
  }

  /** Rises with every change of the inbox. */
  inboxVersion(): number {
    return this.#inboxVersion
  }

  /** Resolves with the version once it is past `after`, or at once when the signal aborts or the ledger closes. */
  waitInbox(after: number, signal: AbortSignal): Promise<number> {
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.#inboxVersion <= after && !signal.aborted && !this.#closing) return
        this.#inboxWaiters.delete(done)
        signal.removeEventListener('abort', done)
        resolve(this.#inboxVersion)
      }
      this.#inboxWaiters.add(done)
      signal.addEventListener('abort', done)
      done()
    })
  }

  party(id: PartyId): PartyRecord | undefined {
    return this.#state.registry.party(id)
  }

  /** In order of enrolment. */
  parties(): readonly PartyId[] {
    return this.#state.registry.parties()
  }

  ownerOf(kid: KeyId): { readonly party: PartyId; readonly key: KeyState } | undefined {
    const party = this.#state.registry.ownerOf(kid)
    const key = party === undefined ? undefined : this.party(party)?.state.keys.get(kid)
    return party === undefined || key === undefined ? undefined : { party, key }
  }

  /** The party that a role of a statement stands for. */
  partyOfRole(role: string, facts: StatementFacts): PartyId | undefined {
    if (role === 'registrar') return this.registrar
    return facts.parties[role]
  }

  /** Who is involved in a statement: those its claims name in a role, and those who signed it. */
  partiesOf(facts: StatementFacts): readonly PartyId[] {
    const signers = facts.signers.flatMap(({ kid }) => this.#state.registry.ownerOf(kid) ?? [])
    return [...new Set([...Object.values(facts.parties), ...signers])]
  }

  /** Whether this ledger can answer and write, and why not. */
  health(): {
    readonly ready: boolean
    readonly reason?: string
    readonly queue: number
    readonly publishedAt: number
  } {
    const { publishedAt } = this.#publisher
    const now = this.#options.now()
    const reason = this.#unready(now, publishedAt)
    return {
      ready: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      queue: this.#intake.inWork,
      publishedAt,
    }
  }

  /** Counts since opening, and sizes, for metrics. */
  counters(): Readonly<Record<string, number>> {
    const { counters, inWork } = this.#intake
    return {
      ...counters,
      commits: this.#commits,
      size: this.size,
      in_work: inWork,
      proposals_waiting: this.#state.waiting.size,
    }
  }

  /** Finishes what was taken, takes no more, closes the store. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    for (const wake of [...this.#inboxWaiters]) wake()
    this.#publisher.close()
    await this.#intake.close()
    await this.#writer.close()
    await this.#checker.close()
    await this.#options.store.close()
  }

  #unready(now: number, publishedAt: number): string | undefined {
    if (this.#closing) return 'closing'
    if (this.#writer.failure !== undefined) return `writing failed: ${this.#writer.failure.code}`
    if (now < this.#state.lastTime) return 'the clock is behind the last entry'
    if (now - publishedAt > STALE_AFTER_S) return 'no fresh checkpoint was published'
    return undefined
  }

  #waitingWhere(wanted: (waiting: Waiting) => boolean): readonly Proposal[] {
    return [...this.#state.waiting.values()]
      .filter(wanted)
      .sort((a, b) => a.seq - b.seq)
      .map((waiting) => readProposal(this.#state, waiting))
  }

  #committed(draft: CommitDraft): void {
    this.#commits += 1
    for (const record of draft.registry.changedParties.values()) this.#teach(record)
    this.#inboxVersion += 1
    for (const wake of [...this.#inboxWaiters]) wake()
  }

  #teach(record: PartyRecord | undefined): void {
    if (record === undefined) return
    this.#checker.learn([...record.state.keys.values()].map(({ kid, key }) => [kid, key]))
  }

  #checkSize(size: number): void {
    if (size > this.size) throw new LedgerError('PROOF_INDEX_RANGE', { size: this.size })
  }
}
