/**
 * The client's public names, and the few of the ledger that its users need. Listed, not globbed.
 */
export { parsePolicy } from '../ledger/core/policy.js'
export { receiptJson } from '../ledger/core/receipt.js'
export { bestCrypto } from '../ledger/crypto/native.js'
export { execSigner, readKeyFile, type Signer, signerFromPem } from '../ledger/crypto/signer.js'
export type { ClientOptions } from './calls.js'
export { type Client, openClient } from './client.js'
export { DEADLINE_S, type Draft, type DraftContext, prepareDraft, signOpened } from './draft.js'
export { httpSender } from './http.js'
export {
  type ImpactAnswer,
  type LookedAt,
  type Reached,
  readImpact,
  readSimulation,
  type SimulationAnswer,
  type SupposedChange,
} from './impact.js'
export {
  type CheckpointMemory,
  compareCheckpoints,
  compareWithMemory,
  completeEvidence,
  judgeRemembered,
  type MemoryContext,
  type MemoryVerdict,
  memoryFindings,
  type ProofSource,
  type RememberedReport,
  type Seen,
} from './memory.js'
export { folderMemory, originFolder, readRemembered, replaceFile } from './memory-folder.js'
export type {
  BulkOutcome,
  InboxItem,
  InboxPage,
  LedgerInfo,
  PartyKey,
  PartyPage,
  PartyRecord,
  PartySummary,
  Readiness,
  SearchItem,
  SearchPage,
  StatementRecord,
  SubmitOutcome,
  Validation,
  ValidationIssue,
} from './model.js'
export {
  type CheckedProposal,
  checkProposal,
  checkRecorded,
  type ProposalContext,
  type RegistrySource,
} from './proposal.js'
export { genesisId, type InboxQuery, type Reader } from './reading.js'
export type { StatedRules } from './rules.js'
export type { SampleAnswer, SampleQuery } from './sample.js'
export type { SearchQuery } from './search.js'
export {
  hasQuorum,
  type ReceiptSource,
  type Upgrade,
  type UpgradeContext,
  upgradeReceipt,
  withHeld,
} from './upgrade.js'
export type {
  CategorySum,
  JudgedStatement,
  UsageAnswer,
  UsageQuery,
  VerdictFinding,
  VerdictsAnswer,
} from './verdicts.js'
export { type BulkOptions, type Refusal, signatureOf, type Writer } from './writing.js'
