/** The codes with which a submitted, countersigned or refused statement may be turned down. */
import type { ErrorCode } from '../ledger/core/errors.js'

/** What the bytes alone can be refused for. */
const FORM_CODES = [
  'ENCODING_INVALID',
  'UTF8_INVALID',
  'JSON_INVALID',
  'JSON_NOT_CANONICAL',
  'ENVELOPE_INVALID',
  'ENVELOPE_FORM_UNKNOWN',
  'ENVELOPE_TOO_LARGE',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'STATEMENT_VERSION_UNKNOWN',
  'STATEMENT_TYPE_UNKNOWN',
  'AUDIENCE_WRONG',
  'DISCLOSURE_INVALID',
  'DISCLOSURE_UNMATCHED',
  'DISCLOSURE_REPEATED',
  'VALUE_TOO_LARGE',
  'CLAIM_NOT_OPENED',
  'CLAIM_INVALID',
  'CLAIM_MISSING',
  'CLAIM_UNKNOWN_MEMBER',
  'CLAIM_INCONSISTENT',
  'KEY_INVALID',
  'SIGNATURE_ALG_UNKNOWN',
  'SIGNATURE_TYP_WRONG',
  'SIGNATURE_ORDER',
  'SIGNATURE_REPEATED',
  'SIGNATURE_INVALID',
  'SIGNATURE_MISSING',
  'ROLE_NOT_ALLOWED',
  'ROLES_SAME_PARTY',
] as const satisfies readonly ErrorCode[]

/** What the log as it stands can refuse. */
const LOG_CODES = [
  'ROLE_KEY_WRONG',
  'KEY_UNKNOWN',
  'KEY_EXISTS',
  'KEY_NOT_ACTIVE',
  'KEY_USE_WRONG',
  'PARTY_EXISTS',
  'PARTY_UNKNOWN',
  'REGISTRAR_WRONG',
  'STATEMENT_ADMITTED',
  'STATEMENT_EXPIRED',
  'STATEMENT_FROM_FUTURE',
  'STATEMENT_REFUSED',
  'PARENT_NOT_FOUND',
  'PARENT_NOT_HELD',
  'DATASET_DIGEST_CHANGED',
  'SUPERSEDES_INVALID',
  'INSTRUMENT_INVALID',
  'REFUSAL_INVALID',
  'RULE_NOT_MET',
  'PROPOSAL_NOT_FOUND',
  'CLOCK_BEHIND',
  'CLOCK_AHEAD',
  'QUEUE_FULL',
  'RULES_NOT_READY',
  'LEDGER_CLOSED',
  'STORE_FAILED',
] as const satisfies readonly ErrorCode[]

/** Of any route that takes a statement. */
export const ADMISSION_CODES: readonly ErrorCode[] = [...FORM_CODES, ...LOG_CODES]
/** Of any route that takes a body, besides. */
export const BODY_CODES: readonly ErrorCode[] = [
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'QUEUE_FULL',
]
/** Of any route that needs a token, besides. */
export const TOKEN_CODES: readonly ErrorCode[] = ['AUTH_REQUIRED', 'AUTH_INVALID', 'QUEUE_FULL']
/** Of any route. */
export const COMMON_CODES: readonly ErrorCode[] = [
  'REQUEST_INVALID',
  'REQUEST_TIMEOUT',
  'HEADERS_TOO_LARGE',
  'LEDGER_CLOSED',
  'ENTRY_MISMATCH',
  'INTERNAL',
]
