/**
 * Waybill's pure core as one entry point (`waybill/core`): formats, building, signing, verification.
 *
 * No clock, disk, network or randomness, so that a browser page or an offline verifier can use it.
 */

export {
  addSignature,
  type BuiltStatement,
  buildStatement,
  countersignEnvelope,
  type RandomBytes,
  type SigningKey,
  type StatementDraft,
  signStatement,
} from './build.js'
export {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64url,
  fromHex,
  readU16be,
  readU32be,
  toBase64,
  toBase64url,
  toHex,
  u16be,
  u32be,
  u64be,
  utf8Decode,
  utf8Encode,
} from './bytes.js'
export {
  type CheckContext,
  type CheckedStatement,
  checkOpened,
  checkStatement,
  claimFormIssues,
  claimIssues,
  missingRoles,
  type OpenedStatement,
  openStatement,
  signatureVerifies,
  throwIssues,
} from './check.js'
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  ORIGIN_BYTES_MAX,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.js'
export {
  type CheckpointText,
  type Cosignature,
  checkpointSubtree,
  cosignatureLine,
  cosignatureMessage,
  cosignatureTime,
  type Subtree,
  subtreeMessage,
  type TreeHead,
  timestampedSignature,
  verifyCosignature,
} from './cosignature.js'
export {
  disclosureDigest,
  encodeDisclosure,
  listClaim,
  type OpenClaim,
  type OpenClaims,
  openClaims,
  scalarClaim,
} from './disclosure.js'
export {
  type Crypto,
  KEY_BYTES,
  type PublicKey,
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  SIGNATURE_BYTES,
  signEd25519,
  type VerifyEd25519,
  withStrictRule,
} from './ed25519.js'
export {
  ENTRY_BYTES,
  ENTRY_TIME_MAX,
  type Entry,
  encodeEntry,
  entryLeaf,
  firstPrevious,
  parseEntry,
  verifyChainLink,
} from './entry.js'
export {
  type Envelope,
  type EnvelopeSignature,
  encodeProtected,
  envelopeDigest,
  envelopeJson,
  type ProtectedHeader,
  parseEnvelope,
  parseSignature,
  SIGNATURE_ALG,
  STATEMENT_TYP,
  signingInput,
} from './envelope.js'
export { ERRORS } from './error-table.js'
export {
  type ErrorCode,
  invariant,
  isErrorCode,
  LedgerError,
} from './errors.js'
export {
  BUNDLE_FORMAT,
  bundleJson,
  type EntryEvidence,
  type Evidence,
  type PartyEvidence,
  parseBundle,
  type RegistryEvidence,
  type StatementEvidence,
} from './evidence.js'
export {
  type DatasetFact,
  factsOf,
  type KeyAction,
  type Signer,
  type StatementFacts,
} from './facts.js'
export {
  exitCodeOf,
  type Finding,
  findingOf,
  type RecordVerdict,
  recordVerdict,
  type Severity,
} from './finding.js'
export {
  emptyRoot,
  HASH_BYTES,
  hashChildren,
  hashLeaf,
  type LeafHash,
  type NodeHash,
  parseLeafHash,
  parseNodeHash,
  parseRootHash,
  portableSha256,
  type RootHash,
  rootFromNode,
  type Sha256,
} from './hash.js'
export {
  encodeJcs,
  encodeJcsBytes,
  isObject,
  JSON_DEPTH_MAX,
  type Json,
  type JsonObject,
  parseCanonical,
  parseCanonicalText,
  parseJson,
} from './json.js'
export {
  type Jwk,
  jwkOf,
  type KeyId,
  parseJwk,
  thumbprint,
} from './jwk.js'
export {
  activeKey,
  applyChange,
  type KeyState,
  type KeyStatus,
  type KeyUse,
  type PartyId,
  type PartyState,
  type RegistryChange,
} from './key-state.js'
export {
  BULK_BYTES_MAX,
  BULK_ITEMS_MAX,
  COUNTERSIGN_MAX_S,
  DEPTH_MAX,
  DISCLOSURES_MAX,
  ENVELOPE_CHARS_MAX,
  IAT_AHEAD_MAX_S,
  LINEAGE_NODES_MAX,
  PARENTS_MAX,
  PAYLOAD_BYTES_MAX,
  VALUE_BYTES_MAX,
} from './limits.js'
export {
  holderOf,
  type Lineage,
  type LineageEdge,
  type LineageNode,
  type LineageSource,
  lineageOf,
  userOf,
} from './lineage.js'
export {
  appendLeaf,
  buildConsistencyProof,
  buildInclusionProof,
  type CompactRange,
  consistencyNodes,
  emptyRange,
  foldNodes,
  inclusionNodes,
  type NodeId,
  type NodeReader,
  type ProofPlan,
  rangeFromNodes,
  rangeRoot,
  rootFromNodes,
  subtreeNodes,
} from './merkle.js'
export {
  ML_DSA_44_KEY_BYTES,
  ML_DSA_44_RANDOM_BYTES,
  ML_DSA_44_SEED_BYTES,
  ML_DSA_44_SIGNATURE_BYTES,
  type MlDsa44,
  mlDsa44FromSeed,
  type VerifyMlDsa44,
  verifyMlDsa44,
} from './ml-dsa.js'
export {
  cosignatureNoteKey,
  ed25519NoteKey,
  formatNote,
  formatSignatureLine,
  formatVkey,
  mlDsaNoteKey,
  NOTE_CHARS_MAX,
  NOTE_SIGNATURES_MAX,
  type Note,
  type NoteKey,
  type NoteSignature,
  noteKeyId,
  parseNote,
  parseVkey,
  type SignMessage,
  signNote,
  TYPE_COSIGNATURE,
  TYPE_ED25519,
  TYPE_ML_DSA_44,
  type VerifiedSignature,
  type VerifyLine,
  verifyNote,
} from './note.js'
export {
  formatPolicy,
  POLICY_CHARS_MAX,
  POLICY_GROUPS_MAX,
  POLICY_LOGS_MAX,
  POLICY_WITNESSES_MAX,
  type Policy,
  type PolicyLog,
  type PolicyWitness,
  parsePolicy,
  policyOfLogs,
} from './policy.js'
export {
  leftOfInclusionProof,
  rootFromInclusionProof,
  rootsFromConsistencyProof,
  verifyConsistency,
  verifyInclusion,
} from './proof.js'
export { NO_QUORUM, type PolicyGroup, type Quorum, quorumOf } from './quorum.js'
export {
  parseEvidence,
  parseReceipt,
  RECEIPT_FORMAT,
  RECEIPT_SUFFIX,
  receiptJson,
} from './receipt.js'
export {
  EMPTY_REGISTRY,
  REGISTRY_PATH_MAX,
  type RegistryDomain,
  type RegistryMap,
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
  verifyRegistryPath,
} from './registry.js'
export {
  type BooleanShape,
  type ClaimSchema,
  type ClaimsOf,
  checkValue,
  type IntegerShape,
  type Issue,
  type JwkShape,
  type ListShape,
  type Member,
  type ObjectShape,
  type OpenShape,
  type RoleSet,
  type RolesBy,
  repeated,
  type Shape,
  type StatementSchema,
  type StringShape,
  type ValueOf,
} from './schema.js'
export {
  type ClaimsByType,
  checkCross,
  type KnownSchema,
  type OpenedClaims,
  type PayloadParts,
  roleSetsOf,
  STATEMENT_TYPES,
  type StatementType,
  schemaOf,
} from './schemas.js'
export {
  isSplitView,
  judgeSplitView,
  parseSplitView,
  SPLIT_VIEW_FORMAT,
  SPLIT_VIEW_SUFFIX,
  type SplitView,
  type SplitViewReport,
  splitViewExit,
  splitViewJson,
  splitViewProof,
} from './split-view.js'
export {
  encodePayload,
  isOrigin,
  type ParentRef,
  type Payload,
  type PayloadDraft,
  parsePayload,
  parseStatementId,
  type StatementId,
  statementId,
} from './statement.js'
export {
  formatStatementLine,
  openStatementLine,
  parseStatementLine,
  type RefusedProposal,
  type StatementLine,
} from './statement-line.js'
export {
  decodeEntryBundle,
  decodeTile,
  ENTRIES,
  encodeEntryBundle,
  parseTilePath,
  type ReadTile,
  TILE_HASHES,
  TILE_HEIGHT,
  type TileName,
  tileNodes,
  tilePath,
  tilesBetween,
  tileWidth,
} from './tile.js'
export {
  EXTRA_BYTES_MAX,
  formatTlogProof,
  PATH_HASHES_MAX,
  parseTlogProof,
  type TlogProof,
} from './tlog-proof.js'
export {
  type EvidenceReport,
  type VerifiedStatement,
  type VerifyContext,
  verifyEvidence,
} from './verify.js'
export { quorumFindings } from './verify-checkpoint.js'
export {
  type RegistryVerification,
  type VerifiedParty,
  verifyParties,
} from './verify-registry.js'
export type { VerifiedSigner } from './verify-signers.js'
