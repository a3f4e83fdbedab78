/**
 * One commit being put together: entries, derived records and inbox events of a batch of statements.
 *
 * A draft is laid over the durable state: a later statement of the batch sees the earlier ones, and
 * nobody else does until the commit is durable. A draft that fails to be written is thrown away with
 * the process (DESIGN 9), so it never has to be taken back.
 */
import { equalBytes, toHex } from '../core/bytes.js'
import { encodeEntry, entryLeaf } from '../core/entry.js'
import { invariant, LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { LeafHash } from '../core/hash.js'
import type { PartyId } from '../core/key-state.js'
import { holderOf } from '../core/lineage.js'
import type { ParentRef, StatementId } from '../core/statement.js'
import type { Put, WriteBatch } from '../store/store.js'
import { type Holding, type Lookup, obstacles, refuseObstacles } from './admission.js'
import type { HopRules, JudgedStatement } from './hop-judge.js'
import { encodeInboxEvent, type InboxEvent, type InboxPin, NO_DIGEST, nextPin } from './inbox.js'
import type { LogState, Waiting } from './log-state.js'
import type { Prepared } from './prepared.js'
import * as write from './records.js'
import { RegistryDraft } from './registry-state.js'
import type { AskedRules, RulesDraft } from './rules-draft.js'
import type { TakenStatement } from './rules-statement.js'
import { appendLeaves, type TreeState } from './tree.js'

/** What became of one statement. */
export type Admitted = {
  readonly status: 'admitted'
  readonly id: StatementId
  readonly index: number
  readonly time: number
  /** What the rules say of a hop; absent for everything else, and where nobody has asked a rule yet. */
  readonly rules?: HopRules
}
export type Existing = {
  readonly status: 'existing'
  readonly id: StatementId
  readonly index: number
  /** The log holds other, equally valid, signatures of the same statement. */
  readonly envelopeDiffers: boolean
}
export type StillWaiting = {
  readonly status: 'waiting'
  readonly id: StatementId
  readonly missing: readonly string[]
  /** Seconds since 1970. */
  readonly countersignBy: number
}
/** Signatures that the inbox has and this envelope lacks: the caller merges them and checks again. */
export type NeedsMerge = { readonly status: 'merge'; readonly id: StatementId }
export type CommitOutcome = Admitted | Existing | StillWaiting | NeedsMerge

/** What to write, and what the state becomes once it is written. */
export type FinishedCommit = {
  readonly batch: WriteBatch
  readonly tree: TreeState
  readonly inbox: InboxPin
  readonly entries: number
}

export class CommitDraft implements Lookup {
  readonly registry: RegistryDraft
  readonly time: number
  readonly #state: LogState
  readonly #puts: Put[] = []
  /**
   * Records that this commit makes obsolete. They are deleted with the next commit: until the head is
   * durable, opening after a crash needs them to re-verify this one.
   */
  readonly #obsolete: Uint8Array[] = []
  readonly #leaves: LeafHash[] = []
  readonly #ids = new Map<StatementId, { readonly index: number; readonly prepared: Prepared }>()
  readonly #refused = new Set<StatementId>()
  /** Bodies of proposals that this very commit brings, by digest. */
  readonly #bodies = new Map<string, Uint8Array>()
  /** Changes to the inbox: a proposal as it now waits, or undefined once it is closed. */
  readonly #waiting = new Map<StatementId, Waiting | undefined>()
  /** What this commit adds to the rules index, where there is one. */
  readonly #rules: RulesDraft | undefined
  #inbox: InboxPin
  #lastLeaf: Uint8Array
  #registrar: PartyId | undefined

  /** @param time entry time of this commit, seconds since 1970, not before the last entry's */
  constructor(state: LogState, time: number) {
    invariant(time >= state.lastTime, 'entry time never goes backwards')
    this.#state = state
    this.time = time
    this.registry = new RegistryDraft(state.registry, state.crypto.sha256)
    this.#rules = state.rules?.draft()
    this.#inbox = state.inbox
    this.#lastLeaf = state.lastLeaf
    this.#registrar = state.registrar
  }

  get registrar(): PartyId | undefined {
    return this.#registrar
  }

  get empty(): boolean {
    return this.#puts.length === 0
  }

  indexOf(id: StatementId): number | undefined {
    return this.#ids.get(id)?.index ?? this.#state.reader.indexOf(id)
  }

  holding(parent: ParentRef): Holding | undefined {
    const own = this.#ids.get(parent.id)?.prepared.facts
    if (own === undefined) return this.#state.reader.holding(parent)
    const party = holderOf(own)
    const dataset = own.datasets.find(({ n }) => n === parent.n)
    return party === undefined || dataset === undefined
      ? undefined
      : { party, digest: dataset.digest }
  }

  isRefused(id: StatementId): boolean {
    return this.#refused.has(id) || this.#state.reader.refusedBy(id) !== undefined
  }

  factsOf(id: StatementId): StatementFacts | undefined {
    return this.#ids.get(id)?.prepared.facts ?? this.#state.reader.factsOf(id)
  }

  proposalFacts(id: StatementId): StatementFacts | undefined {
    return this.#waitingOf(id)?.facts
  }

  /**
   * Sequences one statement, or lets it wait for more signatures.
   *
   * @throws LedgerError the first obstacle; the draft is then as it was
   */
  add(prepared: Prepared): CommitOutcome {
    const { facts } = prepared
    const known = this.#existing(prepared)
    if (known !== undefined) return known
    this.#state.reader.checkNew(facts)
    refuseObstacles(obstacles(facts, this.time, this))
    if (prepared.missing.length > 0) return this.#wait(prepared)
    return this.#admit(prepared, this.judge(prepared))
  }

  /**
   * What the rules say of a statement if it came next; undefined for what is no hop.
   *
   * @throws LedgerError RULE_NOT_MET when the operator has chosen to refuse what does not meet it
   */
  judge(prepared: Prepared): JudgedStatement | undefined {
    if (this.#rules === undefined) {
      if (this.#state.rules?.mayPassUnjudged === false) throw new LedgerError('NOT_READY')
      return undefined
    }
    return this.#rules.admissible(this.#takenOf(prepared))
  }

  /** As `judge`, for somebody who only asks: also of a proposal that waits, and refusing nothing. */
  askRules(prepared: Prepared): AskedRules | undefined {
    return this.#rules?.ask(this.#takenOf(prepared), prepared.missing.length === 0)
  }

  #takenOf({ facts, claims }: Prepared): TakenStatement {
    return { facts, index: this.#nextIndex, time: this.time, claims }
  }

  get #nextIndex(): number {
    return this.#state.size + this.#leaves.length
  }

  /** The batch and the state after it; undefined when nothing changed. */
  finish(): FinishedCommit | undefined {
    if (this.empty) return undefined
    this.#compactInbox()
    const { state, tiles } = appendLeaves(
      this.#state.nodes.state,
      this.#leaves,
      this.#state.crypto.sha256,
    )
    for (const tile of tiles) this.#puts.push(write.putTile(tile))
    if (this.#rules !== undefined) this.#puts.push(...this.#rules.puts())
    return {
      batch: { puts: this.#puts, deletes: this.#state.obsolete },
      tree: state,
      inbox: this.#inbox,
      entries: this.#leaves.length,
    }
  }

  /** Makes a durable commit the state that everybody sees. */
  apply(finished: FinishedCommit): void {
    const state = this.#state
    state.nodes.advance(finished.tree)
    state.registry.merge(this.registry)
    for (const [id, waiting] of this.#waiting) {
      if (waiting === undefined) state.waiting.delete(id)
      else state.waiting.set(id, waiting)
    }
    state.inbox = finished.inbox
    state.lastLeaf = this.#lastLeaf
    if (finished.entries > 0) state.lastTime = this.time
    state.registrar = this.#registrar
    state.obsolete = this.#obsolete
    if (this.#rules !== undefined) state.rules?.merge(this.#rules)
  }

  #existing(prepared: Prepared): Existing | undefined {
    const { id } = prepared.facts
    const index = this.indexOf(id)
    if (index === undefined) return undefined
    const own = this.#ids.get(id)?.prepared.envelopeDigest
    const digest = own ?? this.#state.reader.entry(index).envelopeDigest
    const complete = prepared.missing.length === 0
    return {
      status: 'existing',
      id,
      index,
      envelopeDiffers: complete && !equalBytes(digest, prepared.envelopeDigest),
    }
  }

  #admit(prepared: Prepared, rules: JudgedStatement | undefined): Admitted {
    const { facts, envelopeDigest } = prepared
    const index = this.#nextIndex
    const taken = this.#takenOf(prepared)
    // Read first: a proposal that cannot be read must leave the draft as it was.
    const refused = facts.about === undefined ? undefined : this.#refusedProposal(facts.about)
    if (facts.change !== undefined) {
      this.registry.apply(facts.change, facts.id, index)
      if (this.#registrar === undefined) this.#registrar = facts.change.party
    }
    const registryRoot = this.registry.root
    const bytes = encodeEntry({
      previous: this.#lastLeaf,
      time: this.time,
      id: facts.id,
      envelopeDigest,
      registryRoot,
    })
    const leaf = entryLeaf(bytes, this.#state.crypto.sha256)
    this.#lastLeaf = leaf
    this.#leaves.push(leaf)
    this.#ids.set(facts.id, { index, prepared })
    this.#puts.push(
      ...write.statementPuts(
        { index, entry: bytes },
        prepared,
        (id) => this.indexOf(id),
        this.#state.crypto.sha256,
      ),
    )
    this.#rules?.take(taken, rules)
    const waiting = this.#waitingOf(facts.id)
    if (waiting !== undefined) this.#close(waiting, 'admitted')
    if (refused !== undefined) this.#refuse(refused.waiting, refused.body)
    const admitted = { status: 'admitted', id: facts.id, index, time: this.time } as const
    return rules === undefined ? admitted : { ...admitted, rules }
  }

  /** @throws LedgerError INBOX_DAMAGED */
  #refusedProposal(id: StatementId): { readonly waiting: Waiting; readonly body: Uint8Array } {
    const waiting = this.#waitingOf(id)
    invariant(waiting !== undefined, 'only what waits is refused')
    const { crypto, reader } = this.#state
    const body = this.#bodies.get(toHex(waiting.digest)) ?? reader.records.proposal(waiting.digest)
    if (body === undefined || !equalBytes(crypto.sha256(body), waiting.digest)) {
      throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal changed' })
    }
    return { waiting, body }
  }

  #refuse(waiting: Waiting, body: Uint8Array): void {
    this.#refused.add(waiting.id)
    const { sha256 } = this.#state.crypto
    this.#puts.push(write.putDeclined(waiting.id, waiting.received, body, sha256))
    this.#close(waiting, 'refused')
  }

  #wait(prepared: Prepared): StillWaiting | NeedsMerge {
    const { facts, missing, proposal } = prepared
    invariant(facts.countersignBy !== undefined, 'only types that several roles sign can wait')
    const roles = facts.signers.map(({ role }) => role)
    const before = this.#waitingOf(facts.id)
    const outcome: StillWaiting = {
      status: 'waiting',
      id: facts.id,
      missing,
      countersignBy: facts.countersignBy,
    }
    if (before !== undefined) {
      if (before.signed.some((role) => !roles.includes(role)))
        return { status: 'merge', id: facts.id }
      // The same roles again change nothing, unless a key that signed has ended since: the proposal
      // could never be admitted, and a new signature of that side saves it.
      const sound = obstacles(before.facts, this.time, this).length === 0
      if (before.signed.length === roles.length && sound) return outcome
      this.#obsolete.push(write.proposalRecordKey(before.digest))
    } else this.#refuseTooMany(facts)
    const digest = this.#state.crypto.sha256(proposal)
    const kind = before === undefined ? 'submitted' : 'signed'
    const seq = this.#inbox.seq
    this.#event({ kind, id: facts.id, digest, time: before?.received ?? this.time })
    this.#puts.push(write.putProposal(digest, proposal))
    this.#bodies.set(toHex(digest), proposal)
    this.#waiting.set(facts.id, {
      id: facts.id,
      digest,
      seq: before?.seq ?? seq,
      received: before?.received ?? this.time,
      facts,
      signed: roles,
      missing,
    })
    return outcome
  }

  #refuseTooMany(facts: StatementFacts): void {
    const { proposalsMax, strangersMax } = this.#state.limits
    if (ofStranger(facts)) {
      const waiting = [...this.#state.waiting.values(), ...this.#waiting.values()]
      const strangers = waiting.filter((each) => each !== undefined && ofStranger(each.facts))
      if (strangers.length >= strangersMax)
        throw new LedgerError('QUEUE_FULL', { waitingMax: strangersMax })
    }
    // Closed ones of this very commit are counted as well: too many is said too early, never too late.
    if (this.#state.waiting.size + this.#waiting.size < proposalsMax) return
    throw new LedgerError('QUEUE_FULL', { waitingMax: proposalsMax })
  }

  #close({ id, digest }: Waiting, kind: 'admitted' | 'refused'): void {
    this.#event({ kind, id, digest: NO_DIGEST, time: this.time })
    this.#obsolete.push(write.proposalRecordKey(digest))
    this.#waiting.set(id, undefined)
  }

  #event(event: InboxEvent): void {
    const bytes = encodeInboxEvent(event)
    this.#puts.push(write.putInboxEvent(this.#inbox.seq, bytes, this.#state.crypto.sha256))
    this.#inbox = nextPin(this.#inbox, bytes, this.#state.crypto.sha256)
  }

  #waitingOf(id: StatementId): Waiting | undefined {
    return this.#waiting.has(id) ? this.#waiting.get(id) : this.#state.waiting.get(id)
  }

  /**
   * Drops events of closed proposals once they are many: the rolling hash starts again at a new base,
   * with the waiting proposals written anew after it. The old ones go with the next commit, so a crash
   * before the head is durable leaves the old list, whole.
   */
  #compactInbox(): void {
    const { base, seq } = this.#inbox
    const { inboxEventsKept } = this.#state.limits
    // A first look without a copy of the inbox: it may be large, and this runs with every commit.
    if (seq - base < inboxEventsKept + 4 * (this.#state.waiting.size - this.#waiting.size)) return
    const open = new Map([...this.#state.waiting, ...this.#waiting])
    const kept = [...open.values()].filter((waiting) => waiting !== undefined)
    if (seq - base < inboxEventsKept + 4 * kept.length) return
    for (let at = base; at < seq; at += 1) this.#obsolete.push(write.inboxRecordKey(at))
    this.#inbox = { base: seq, seq, hash: new Uint8Array(32) }
    for (const waiting of kept.sort((a, b) => a.seq - b.seq)) {
      const { id, digest, received } = waiting
      this.#waiting.set(id, { ...waiting, seq: this.#inbox.seq })
      this.#event({ kind: 'submitted', id, digest, time: received })
    }
  }
}

/** Signed so far with keys that the statement itself brings only: by anybody. */
function ofStranger({ signers, ownKeys }: StatementFacts): boolean {
  return signers.every(({ role }) => ownKeys[role] !== undefined)
}
