/**
 * Building and signing statements: draft → proposal with one signature → more signatures.
 *
 * Pure: time and random bytes are handed in, and the private key never comes here (`sign` may be a
 * file, an HSM or a KMS). What comes out passes check.ts unchanged.
 */
import { toBase64url } from './bytes.js'
import { type Codec, portableCodec } from './codec.js'
import { disclosureDigest, encodeDisclosure } from './disclosure.js'
import {
  type Envelope,
  type EnvelopeSignature,
  encodeProtected,
  parseSignature,
  signingInput,
} from './envelope.js'
import { LedgerError } from './errors.js'
import type { Json } from './json.js'
import type { KeyId } from './jwk.js'
import type { StatementSchema } from './schema.js'
import { type StatementType, schemaOf } from './schemas.js'
import { encodePayload, type ParentRef, type StatementId } from './statement.js'

/** What a person or a program says before anything is salted or signed. */
export type StatementDraft = {
  readonly type: StatementType
  readonly origin: string
  /** Seconds since 1970. */
  readonly iat: number
  /** Needed exactly where more than one role signs. */
  readonly countersignBy?: number
  readonly parents?: readonly ParentRef[]
  readonly about?: StatementId
  readonly supersedes?: StatementId
  /** Value per claim name; a claim left out is disclosed as absent (null, or [] for a list). */
  readonly claims: Readonly<Record<string, Json>>
}

/** A payload with all its disclosures and no signature yet. */
export type BuiltStatement = {
  readonly payloadBytes: Uint8Array
  readonly disclosures: readonly string[]
}

export type RandomBytes = (count: number) => Uint8Array

/** A key that can sign: `sign` returns the 64 bytes of an Ed25519 signature. */
export type SigningKey = {
  readonly kid: KeyId
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
}

/**
 * Salts every claim and encodes the payload.
 *
 * @throws LedgerError STATEMENT_TYPE_UNKNOWN, CLAIM_UNKNOWN; the meaning of values is checked by checkStatement
 */
export function buildStatement(
  draft: StatementDraft,
  random: RandomBytes,
  codec: Codec = portableCodec,
): BuiltStatement {
  const schema = schemaOf(draft.type)
  if (schema === undefined) throw new LedgerError('STATEMENT_TYPE_UNKNOWN')
  const unknown = Object.keys(draft.claims).find((name) => !Object.hasOwn(schema.claims, name))
  if (unknown !== undefined) throw new LedgerError('CLAIM_UNKNOWN', { type: draft.type })
  const disclosures: string[] = []
  const claims: Record<string, readonly string[]> = {}
  for (const name of Object.keys(schema.claims)) {
    claims[name] = valuesOf(schema, name, draft.claims[name] ?? null).map((value) => {
      const disclosure = encodeDisclosure(toBase64url(random(16)), value)
      disclosures.push(disclosure)
      return disclosureDigest(disclosure, codec)
    })
  }
  const { claims: _, ...visible } = draft
  return {
    payloadBytes: encodePayload({ ...visible, nonce: toBase64url(random(16)), claims }),
    disclosures,
  }
}

/** Signs in one role what nobody has signed yet. `iat`: when this side signs, in seconds. */
export async function signStatement(
  built: BuiltStatement,
  role: string,
  signer: SigningKey,
  iat: number,
): Promise<Envelope> {
  const payload = toBase64url(built.payloadBytes)
  return {
    payload,
    payloadBytes: built.payloadBytes,
    signatures: [await signPayload(payload, role, signer, iat)],
    disclosures: built.disclosures,
  }
}

/** Adds the signature of one more role; the same payload bytes are signed. */
export async function countersignEnvelope(
  envelope: Envelope,
  role: string,
  signer: SigningKey,
  iat: number,
): Promise<Envelope> {
  return addSignature(envelope, await signPayload(envelope.payload, role, signer, iat))
}

/**
 * Puts a signature in its place by role name.
 *
 * @throws LedgerError SIGNATURE_REPEATED when the role has signed already
 */
export function addSignature(envelope: Envelope, signature: EnvelopeSignature): Envelope {
  if (envelope.signatures.some((item) => item.header.role === signature.header.role)) {
    throw new LedgerError('SIGNATURE_REPEATED')
  }
  const signatures = [...envelope.signatures, signature].sort((a, b) =>
    a.header.role < b.header.role ? -1 : 1,
  )
  return { ...envelope, signatures }
}

async function signPayload(
  payload: string,
  role: string,
  signer: SigningKey,
  iat: number,
): Promise<EnvelopeSignature> {
  const head = encodeProtected(role, signer.kid, iat)
  const signature = toBase64url(await signer.sign(signingInput(head, payload)))
  return parseSignature({ protected: head, signature }, 1)
}

function valuesOf(schema: StatementSchema, name: string, value: Json): readonly Json[] {
  if (schema.claims[name]?.list !== true) return [value]
  const list = value === null ? [] : value
  if (!Array.isArray(list))
    throw new LedgerError('CLAIM_INVALID', { at: `claims.${name}`, expected: 'a list' })
  return list.length === 0 ? [[]] : (list as readonly Json[])
}
