/**
 * The durable state of an open log, as its last commit left it. Changed only by a commit's `apply`,
 * after its batch and head are on disk, and while the log is being opened.
 */
import type { Crypto } from '../core/ed25519.js'
import type { StatementFacts } from '../core/facts.js'
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { InboxPin, WaitingProposal } from './inbox.js'
import type { LogLimits } from './limits.js'
import type { Reader } from './reader.js'
import type { RegistryState } from './registry-state.js'
import type { RulesDraft } from './rules-draft.js'
import type { TreeNodes } from './tree.js'

/** A waiting proposal with what the inbox and the writer ask of it. */
export type Waiting = WaitingProposal & {
  readonly facts: StatementFacts
  /** Roles that have signed. */
  readonly signed: readonly string[]
  readonly missing: readonly string[]
}

/** What a commit adds to the rules index; undefined while that is not built. */
export type CommitRules = {
  draft(): RulesDraft | undefined
  merge(draft: RulesDraft): void
  /** From the draft to the merge nobody else may write what the index is made of. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
  /** Whether a statement that no rule has judged may be admitted. */
  readonly mayPassUnjudged: boolean
}

export class LogState {
  readonly origin: string
  readonly crypto: Crypto
  readonly limits: LogLimits
  readonly reader: Reader
  readonly registry: RegistryState
  readonly nodes: TreeNodes
  readonly waiting: Map<StatementId, Waiting>
  /** Leaf hash of the last entry, or what stands for it before entry 0. */
  lastLeaf: Uint8Array
  /** Time of the last entry, seconds since 1970. */
  lastTime: number
  inbox: InboxPin
  registrar: PartyId | undefined
  /** Keys of records that nothing needs any more; deleted with the next commit. */
  obsolete: readonly Uint8Array[]
  /** Set once the log is open: what opening sequences again is not indexed by it. */
  rules: CommitRules | undefined

  constructor(parts: {
    readonly origin: string
    readonly crypto: Crypto
    readonly limits: LogLimits
    readonly reader: Reader
    readonly registry: RegistryState
    readonly nodes: TreeNodes
    readonly waiting: Map<StatementId, Waiting>
    readonly lastLeaf: Uint8Array
    readonly lastTime: number
    readonly inbox: InboxPin
    readonly registrar: PartyId | undefined
    readonly obsolete: readonly Uint8Array[]
  }) {
    this.origin = parts.origin
    this.crypto = parts.crypto
    this.limits = parts.limits
    this.reader = parts.reader
    this.registry = parts.registry
    this.nodes = parts.nodes
    this.waiting = parts.waiting
    this.lastLeaf = parts.lastLeaf
    this.lastTime = parts.lastTime
    this.inbox = parts.inbox
    this.registrar = parts.registrar
    this.obsolete = parts.obsolete
  }

  get size(): number {
    return this.nodes.size
  }
}
