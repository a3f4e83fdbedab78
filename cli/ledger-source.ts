/**
 * What a command asks of a ledger, be it a server or a folder.
 *
 * A folder answers everything, since whoever has it has all of it; a server answers what the caller
 * may see (DESIGN 7.3). Answers are not believed: verify and lineage judge them with a policy.
 */
import type {
  BulkOutcome,
  ImpactAnswer,
  InboxPage,
  InboxQuery,
  LedgerInfo,
  LookedAt,
  PartyRecord,
  PartySummary,
  Readiness,
  RegistrySource,
  SearchPage,
  SearchQuery,
  SimulationAnswer,
  StatementRecord,
  SubmitOutcome,
  Validation,
} from '../client/index.js'
import type { Envelope, EnvelopeSignature } from '../ledger/core/envelope.js'
import type { Evidence } from '../ledger/core/evidence.js'
import type { NodeHash } from '../ledger/core/hash.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { AskedChange } from '../ledger/index.js'
import type { Facts } from '../ledger/rules/facts.js'
import type { Subject } from '../ledger/rules/subject.js'

export type LedgerSource = RegistrySource & {
  /** Sums over transfers of the whole log, as the rules ask for them when they judge this lineage. */
  readonly usage?: (root: string) => Promise<Facts['usage']>
  /** As it is given on the command line, to be shown in advice: `--server URL`, `--dir FOLDER`. */
  readonly flag: string
  readonly info: () => Promise<LedgerInfo>
  /** Of a server: whether it takes statements, and what its operator should know. */
  readonly readiness?: () => Promise<Readiness>
  /** The published checkpoint, a signed note. */
  readonly checkpoint: () => Promise<string>
  readonly submit: (envelope: Envelope) => Promise<SubmitOutcome>
  readonly submitMany: (envelopes: readonly Envelope[]) => Promise<readonly BulkOutcome[]>
  readonly validate: (envelope: Envelope) => Promise<Validation>
  readonly sendSignature: (
    id: StatementId,
    signature: Pick<EnvelopeSignature, 'protected' | 'signature'>,
  ) => Promise<SubmitOutcome>
  readonly sendRefusal: (about: StatementId, envelope: Envelope) => Promise<SubmitOutcome>
  /** By the first 8 or more digits of its id; also a proposal that waits. */
  readonly statement: (id: string) => Promise<StatementRecord>
  readonly receipt: (id: string) => Promise<Evidence>
  readonly lineage: (id: string) => Promise<Evidence>
  /** One page of the statements that say all of this. */
  readonly search: (query: SearchQuery) => Promise<SearchPage>
  /** Everything that came of a subject. */
  readonly impact: (subject: Subject, at: LookedAt) => Promise<ImpactAnswer>
  /** What a change would break; nothing is recorded. */
  readonly simulate: (change: AskedChange, at: LookedAt) => Promise<SimulationAnswer>
  readonly outcomes: (digest: string) => Promise<readonly StatementId[]>
  /** A server knows the party by its token; a folder is told. */
  readonly inbox: (party: PartyId, query: InboxQuery) => Promise<InboxPage>
  readonly parties: () => Promise<readonly PartySummary[]>
  readonly party: (party: PartyId) => Promise<PartyRecord>
  /** A party's registry statements and the registrar's, with the proof that they are all. */
  readonly partyEvidence: (party: PartyId) => Promise<Evidence>
  readonly consistencyProof: (first: number, second: number) => Promise<readonly NodeHash[]>
  /** Hashes from a leaf to the root of the tree of `size`. */
  readonly inclusionPath: (index: number, size: number) => Promise<readonly NodeHash[]>
  readonly close: () => Promise<void>
}
