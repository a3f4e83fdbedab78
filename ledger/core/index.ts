/**
 * Waybill's pure core as one entry point (`waybill/core`): formats, building, signing, verification.
 *
 * No clock, disk, network or randomness, so that a browser page or an offline verifier can use it.
 */
export {
  type ErrorCode,
  invariant,
  isErrorCode,
  LedgerError,
} from './errors.js'
export {
  ERRORS,
} from './error-table.js'
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
  encodeJcs,
  encodeJcsBytes,
  isObject,
  type Json,
  JSON_DEPTH_MAX,
  type JsonObject,
  parseCanonical,
  parseCanonicalText,
  parseJson,
} from './json.js'
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
  rootFromNode,
  type RootHash,
  type Sha256,
} from './hash.js'
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
  rootFromInclusionProof,
  verifyConsistency,
  verifyInclusion,
} from './proof.js'
export {
  type Crypto,
  KEY_BYTES,
  parsePublicKey,
  portableCrypto,
  type PublicKey,
  publicKeyFromSeed,
  SIGNATURE_BYTES,
  signEd25519,
  type VerifyEd25519,
  withStrictRule,
} from './ed25519.js'
export {
  type Jwk,
  jwkOf,
  type KeyId,
  parseJwk,
  thumbprint,
} from './jwk.js'
export {
  ed25519NoteKey,
  formatNote,
  formatVkey,
  type Note,
  NOTE_CHARS_MAX,
  NOTE_SIGNATURES_MAX,
  type NoteKey,
  noteKeyId,
  type NoteSignature,
  parseNote,
  parseVkey,
  type SignMessage,
  signNote,
  TYPE_ED25519,
  type VerifiedSignature,
  verifyNote,
} from './note.js'
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  type OpenedCheckpoint,
  ORIGIN_BYTES_MAX,
  parseCheckpoint,
} from './checkpoint.js'
export {
  EXTRA_BYTES_MAX,
  formatTlogProof,
  parseTlogProof,
  PATH_HASHES_MAX,
  type TlogProof,
} from './tlog-proof.js'
export {
  formatPolicy,
  parsePolicy,
  type Policy,
  POLICY_CHARS_MAX,
  POLICY_LOGS_MAX,
  type PolicyLog,
} from './policy.js'
export {
  type BooleanShape,
  checkValue,
  type ClaimSchema,
  type ClaimsOf,
  type IntegerShape,
  type Issue,
  type JwkShape,
  type ListShape,
  type Member,
  type ObjectShape,
  type OpenShape,
  repeated,
  type RolesBy,
  type RoleSet,
  type Shape,
  type StatementSchema,
  type StringShape,
  type ValueOf,
} from './schema.js'
export {
  checkCross,
  type ClaimsByType,
  type KnownSchema,
  type OpenedClaims,
  type PayloadParts,
  roleSetsOf,
  schemaOf,
  STATEMENT_TYPES,
  type StatementType,
} from './schemas.js'
export {
  encodePayload,
  isOrigin,
  type ParentRef,
  parsePayload,
  parseStatementId,
  type Payload,
  type PayloadDraft,
  type StatementId,
  statementId,
} from './statement.js'
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
  encodeProtected,
  type Envelope,
  envelopeDigest,
  envelopeJson,
  type EnvelopeSignature,
  parseEnvelope,
  parseSignature,
  type ProtectedHeader,
  SIGNATURE_ALG,
  signingInput,
  STATEMENT_TYP,
} from './envelope.js'
export {
  type DatasetFact,
  factsOf,
  type KeyAction,
  type Signer,
  type StatementFacts,
} from './facts.js'
export {
  type CheckContext,
  type CheckedStatement,
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
  addSignature,
  buildStatement,
  type BuiltStatement,
  countersignEnvelope,
  type RandomBytes,
  type SigningKey,
  signStatement,
  type StatementDraft,
} from './build.js'
export {
  encodeEntry,
  type Entry,
  ENTRY_BYTES,
  ENTRY_TIME_MAX,
  entryLeaf,
  firstPrevious,
  parseEntry,
  verifyChainLink,
} from './entry.js'
export {
  EMPTY_REGISTRY,
  REGISTRY_PATH_MAX,
  type RegistryDomain,
  registryKey,
  type RegistryMap,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
  verifyRegistryPath,
} from './registry.js'
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
  BUNDLE_FORMAT,
  bundleJson,
  type EntryEvidence,
  type Evidence,
  parseBundle,
  type PartyEvidence,
  type RegistryEvidence,
  type StatementEvidence,
} from './evidence.js'
export {
  parseEvidence,
  parseReceipt,
  RECEIPT_FORMAT,
  RECEIPT_SUFFIX,
  receiptJson,
} from './receipt.js'
export {
  exitCodeOf,
  type Finding,
  findingOf,
  type RecordVerdict,
  recordVerdict,
  type Severity,
} from './finding.js'
export {
  type RegistryVerification,
  type VerifiedParty,
  verifyParties,
} from './verify-registry.js'
export {
  type EvidenceReport,
  type VerifiedStatement,
  type VerifyContext,
  verifyEvidence,
} from './verify.js'
export type { VerifiedSigner } from './verify-signers.js'
export {
  holderOf,
  type Lineage,
  type LineageEdge,
  type LineageNode,
  lineageOf,
  type LineageSource,
  userOf,
} from './lineage.js'
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
