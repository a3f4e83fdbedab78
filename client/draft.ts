/**
 * From a draft to a signed statement, with everything checked before the key is asked.
 *
 * A draft is what a program says; salts, times and the ledger's origin are added here. What the
 * schema forbids is reported as one error with every issue. Nothing is sent.
 */
import {
  buildStatement,
  countersignEnvelope,
  type RandomBytes,
  type StatementDraft,
} from '../ledger/core/build.js'
import { toBase64url } from '../ledger/core/bytes.js'
import {
  type CheckedStatement,
  checkStatement,
  claimIssues,
  type OpenedStatement,
  openStatement,
  throwIssues,
} from '../ledger/core/check.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import type { Envelope } from '../ledger/core/envelope.js'
import { LedgerError } from '../ledger/core/errors.js'
import { factsOf } from '../ledger/core/facts.js'
import { roleSetsOf, schemaOf } from '../ledger/core/schemas.js'
import type { Signer } from '../ledger/crypto/signer.js'

/** A statement as a program says it. Times, nonce, salts and origin are added when it is prepared. */
export type Draft = Omit<StatementDraft, 'origin' | 'iat' | 'countersignBy'> & {
  /** Last moment for the other side's signature, seconds since 1970; 30 days from now if left out. */
  readonly countersignBy?: number
}

export type DraftContext = {
  /** The one ledger that the statement is for. */
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: RandomBytes
  readonly crypto: Crypto
}

/** How long the other side has when a draft does not say, in seconds. */
export const DEADLINE_S = 30 * 86_400

/**
 * Salts and encodes a draft and checks every claim; nothing is signed.
 *
 * @throws LedgerError STATEMENT_TYPE_UNKNOWN, CLAIM_UNKNOWN, PAYLOAD_INVALID, or the first issue's
 * code with all of them in `details.issues`
 */
export function prepareDraft(
  draft: Draft,
  { origin, now, random, crypto }: DraftContext,
): OpenedStatement {
  const iat = Math.floor(now() / 1000)
  const waits = schemaOf(draft.type)?.countersigned === true
  const { countersignBy = iat + DEADLINE_S, ...rest } = draft
  // A deadline where nobody countersigns is passed on, to be refused and not dropped in silence.
  const deadline = waits || draft.countersignBy !== undefined ? { countersignBy } : {}
  const built = buildStatement({ ...rest, origin, iat, ...deadline }, random, crypto.codec)
  const envelope = unsignedEnvelope(built.payloadBytes, built.disclosures)
  const opened = openStatement(envelope, crypto)
  checkBeforeSigning(opened, origin)
  return opened
}

/**
 * Adds one signature to a statement that was read, checking claims before and the signature after.
 *
 * @throws LedgerError as prepareDraft; ROLE_NOT_ALLOWED, ROLE_KEY_WRONG, SIGNATURE_REPEATED,
 * SIGNER_FAILED, SIGNATURE_INVALID
 */
export async function signOpened(
  opened: OpenedStatement,
  role: string,
  signer: Signer,
  { origin, now, crypto }: DraftContext,
): Promise<Envelope> {
  checkBeforeSigning(opened, origin)
  checkRole(opened, role, signer)
  const signed = await countersignEnvelope(opened.envelope, role, signer, Math.floor(now() / 1000))
  checkOwn(signed, role, signer, { origin, crypto })
  return signed
}

/** What we are about to send, looked at as the ledger will: roles, and our own signature. */
function checkOwn(
  signed: Envelope,
  role: string,
  signer: Signer,
  context: Pick<DraftContext, 'origin' | 'crypto'>,
): CheckedStatement {
  const own = signed.signatures.filter(({ header }) => header.role === role)
  const keyOf = (kid: string): Signer['publicKey'] | undefined =>
    kid === signer.kid ? signer.publicKey : undefined
  return checkStatement({ ...signed, signatures: own }, { ...context, keyOf })
}

function checkBeforeSigning(opened: OpenedStatement, origin: string): void {
  if (opened.payload.origin !== origin) throw new LedgerError('AUDIENCE_WRONG', { at: 'aud' })
  throwIssues(claimIssues(opened))
}

function checkRole(opened: OpenedStatement, role: string, signer: Signer): void {
  const facts = factsOf(opened)
  const roles = [...opened.envelope.signatures.map(({ header }) => header.role), role]
  const allowed = roleSetsOf(opened.schema, facts.action).some((set) =>
    roles.every((name) => set.includes(name)),
  )
  if (!allowed) throw new LedgerError('ROLE_NOT_ALLOWED', { at: 'role' })
  const own = facts.ownKeys[role]
  if (own !== undefined && own.kid !== signer.kid)
    throw new LedgerError('ROLE_KEY_WRONG', { at: role })
}

function unsignedEnvelope(payloadBytes: Uint8Array, disclosures: readonly string[]): Envelope {
  return { payload: toBase64url(payloadBytes), payloadBytes, signatures: [], disclosures }
}
