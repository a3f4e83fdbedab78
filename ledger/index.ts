/**
 * Waybill as a library: the ledger on its store, its folder, signers, and the whole core.
 */
// biome-ignore lint/performance/noReExportAll: the core's own entry point is an explicit list
export * from './core/index.js'
export {
  type CheckpointSigner,
  cosignatureSigner,
  logCheckpointSigner,
  mlDsaCheckpointSigner,
} from './crypto/checkpoint-signer.js'
export {
  generateMlDsaPem,
  type MlDsaSigner,
  mlDsaPem,
  mlDsaSignerFromPem,
  mlDsaSignerFromSeed,
} from './crypto/ml-dsa.js'
export { bestCrypto, nodeCrypto, sodiumCrypto } from './crypto/native.js'
export {
  execSigner,
  generateKeyPem,
  readKeyFile,
  type Signer,
  signerFromPem,
  signerFromSeed,
  writeKeyFile,
} from './crypto/signer.js'
export { refuseUnknownPurpose } from './log/asked-terms.js'
export { type AuditOptions, type AuditReport, auditLog } from './log/audit.js'
export type { AuditProgress } from './log/audit-options.js'
export type { AuditedTree } from './log/audit-resume.js'
export type { Admitted, Existing, StillWaiting } from './log/commit.js'
export type { View } from './log/evidence-builder.js'
export {
  auditLedgerFolder,
  CONFIG_FILE,
  type FolderOptions,
  type InitOptions,
  type InitResult,
  initLedgerFolder,
  type LedgerConfig,
  openLedgerFolder,
  operatorSigners,
  readLedgerConfig,
  STORE_FOLDER,
  systemNow,
} from './log/folder.js'
export { FolderPublisher } from './log/folder-publisher.js'
export { hasSecondKey, makeSecondKey } from './log/folder-publishing.js'
export {
  type AskedChange,
  type Foresight,
  impactIn,
  lastEntry,
  simulateIn,
} from './log/foresight.js'
export type { Health } from './log/health.js'
export type { HopRules } from './log/hop-judge.js'
export type { ItemOutcome, Rejected, SubmitOutcome } from './log/intake.js'
export { type LineageAsked, verdictsIn } from './log/judge-lineage.js'
export { type Ledger, type LedgerOptions, openLedger } from './log/ledger.js'
export { sumsOfLineage } from './log/lineage-sums.js'
export { checkLogKey } from './log/log-key.js'
export {
  type FinishOptions,
  finishLogKeyRotation,
  type LogKeyChange,
  type RotationOptions,
  rotateLogKey,
} from './log/log-key-rotation.js'
export type { Proposal } from './log/proposal.js'
export type { PublicLog } from './log/public-log.js'
export { type Published, type PublishOptions, publishFolder } from './log/publish.js'
export { openPublishedFolder } from './log/published-folder.js'
export type { StoredStatement } from './log/reader.js'
export type { PartyRecord } from './log/registry-state.js'
export { type SampleAsked, sampleIn } from './log/sample.js'
export { SEARCH_PAGE_MAX, type SearchPage } from './log/search.js'
export type { SearchQuery } from './log/search-terms.js'
export type { BulkFormat } from './log/split-body.js'
export { statementLines } from './log/statement-lines.js'
export { auditMirror, mirrorOrigin } from './mirror/audit-mirror.js'
export {
  type FollowOptions,
  type FollowOutcome,
  followLog,
  type MirrorSource,
} from './mirror/follow.js'
export { isMirrorFolder, type MirrorFolder, openMirrorFolder } from './mirror/mirror-folder.js'
export { type RepairOptions, type RepairOutcome, repairLedgerFolder } from './mirror/repair.js'
export { tileProofs } from './mirror/tile-proofs.js'
export {
  diskFs,
  type HeadFile,
  type HeadFs,
  memoryHeadFile,
  openHeadFile,
  replaceSynced,
} from './store/head-file.js'
export { openLevelStore } from './store/level.js'
export { openMemoryStore } from './store/memory.js'
export type { Store } from './store/store.js'
export type { WitnessStatus } from './witnesses/panel.js'
