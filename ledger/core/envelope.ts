/**
 * The envelope: payload bytes and the signatures of all roles. DESIGN 4.2, 4.3.
 *
 * JWS General JSON Serialization (RFC 7515 §7.2.1); disclosures stand in the unprotected header of
 * the first signature (RFC 9901 §8). Strings are kept as received: they are what was signed.
 * This file checks form and limits; who signed and whether it verifies is check.ts.
 */
import { fromBase64url, toBase64url, utf8Encode } from './bytes.js'
import { type Codec, portableCodec } from './codec.js'
import { LedgerError } from './errors.js'
import { encodeJcs, isObject, type Json, type JsonObject, parseCanonicalText } from './json.js'
import type { KeyId } from './jwk.js'
import { DISCLOSURES_MAX, ENVELOPE_CHARS_MAX } from './limits.js'

/** `typ` of a statement signature; keeps a statement and an API token apart. */
export const STATEMENT_TYP = 'waybill+sd-jwt'
/** `alg` of every signature. RFC 9864. */
export const SIGNATURE_ALG = 'Ed25519'

/** Protected header: JCS, exactly these members. `iat` is when this side signed, in seconds. */
export type ProtectedHeader = {
  readonly alg: typeof SIGNATURE_ALG
  readonly iat: number
  readonly kid: KeyId
  readonly role: string
  readonly typ: typeof STATEMENT_TYP
}

export type EnvelopeSignature = {
  /** Base64url text as received: part of the signing input. */
  readonly protected: string
  /** Base64url text of the 64 signature bytes. */
  readonly signature: string
  readonly header: ProtectedHeader
}

/** A well-formed envelope. Nothing in it is verified yet. */
export type Envelope = {
  readonly payload: string
  readonly payloadBytes: Uint8Array
  /** At least one, in order of role name, no role twice. */
  readonly signatures: readonly EnvelopeSignature[]
  /** Base64url disclosures in any order; fewer than placeholders when claims are withheld. */
  readonly disclosures: readonly string[]
}

const KID = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/
const ROLE = /^[a-z]{1,32}$/
const SIGNATURE_CHARS = 86
/** Far above any role set; a signature list longer than this is not ours. */
const SIGNATURES_MAX = 16
const PROTECTED_CHARS_MAX = 1_024

/**
 * Reads an envelope from parsed JSON. Unknown members, order of roles, encodings and limits are checked.
 *
 * @throws LedgerError ENVELOPE_INVALID, ENVELOPE_FORM_UNKNOWN, ENVELOPE_TOO_LARGE, ENCODING_INVALID
 */
export function parseEnvelope(value: Json, codec: Codec = portableCodec): Envelope {
  if (!isObject(value)) throw invalid('envelope')
  // Reserved for DESIGN 4.9: one signature for a batch. Known by name so that it is not called damage.
  if (value['batch'] !== undefined) throw new LedgerError('ENVELOPE_FORM_UNKNOWN')
  onlyMembers(value, ['payload', 'signatures'], 'envelope')
  const { payload, signatures } = value
  if (typeof payload !== 'string') throw invalid('payload')
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > SIGNATURES_MAX) {
    throw invalid('signatures')
  }
  refuseLong(value)
  const parsed = signatures.map((item: Json, position) => parseSignature(item, position, codec))
  for (const [position, { header }] of parsed.entries()) {
    const before = parsed[position - 1]
    if (before !== undefined && before.header.role >= header.role) {
      throw new LedgerError('SIGNATURE_ORDER', { at: `signatures[${position}]` })
    }
  }
  return {
    payload,
    payloadBytes: codec.bytesOf(payload),
    signatures: parsed,
    disclosures: parseDisclosureList(signatures[0] as Json),
  }
}

/**
 * Reads a stub: payload and some disclosures without signatures (DESIGN 4.1), within the limits of
 * an envelope.
 *
 * @throws LedgerError ENVELOPE_INVALID, ENVELOPE_TOO_LARGE, ENCODING_INVALID
 */
export function parseStub(value: Json): Envelope {
  if (!isObject(value)) throw invalid('stub')
  onlyMembers(value, ['disclosures', 'payload'], 'stub')
  const { payload, disclosures } = value
  if (typeof payload !== 'string') throw invalid('payload')
  refuseLong(value)
  return {
    payload,
    payloadBytes: fromBase64url(payload),
    signatures: [],
    disclosures: textList(disclosures, 'disclosures'),
  }
}

/** The JSON form of an envelope, as sent and stored in receipts. */
export function envelopeJson(envelope: Envelope): JsonObject {
  return {
    payload: envelope.payload,
    signatures: envelope.signatures.map((item, position) => ({
      ...(position === 0 && envelope.disclosures.length > 0
        ? { header: { disclosures: [...envelope.disclosures] } }
        : {}),
      protected: item.protected,
      signature: item.signature,
    })),
  }
}

/** What an envelope digest covers. */
type SignedParts = Pick<Envelope, 'payload'> & {
  readonly signatures: readonly Pick<EnvelopeSignature, 'protected' | 'signature'>[]
}

/** SHA-256 of the JCS form without unprotected headers: what the entry commits to. DESIGN 4.3. */
export function envelopeDigest(envelope: SignedParts, codec: Codec = portableCodec): Uint8Array {
  // Base64url needs no escaping and the members stand in order, so this is the JCS form.
  const signatures = envelope.signatures.map(
    (item) => `{"protected":"${item.protected}","signature":"${item.signature}"}`,
  )
  const jcs = `{"payload":"${envelope.payload}","signatures":[${signatures.join(',')}]}`
  return codec.bytesOf(codec.digestOf(jcs))
}

/** Bytes that a signature covers: protected header, dot, payload, both base64url. RFC 7515 §5.1. */
export function signingInput(
  protectedHeader: string,
  payload: string,
  codec: Codec = portableCodec,
): Uint8Array {
  return codec.ascii(`${protectedHeader}.${payload}`)
}

/** Base64url of the JCS protected header. */
export function encodeProtected(role: string, kid: KeyId, iat: number): string {
  return toBase64url(
    utf8Encode(encodeJcs({ alg: SIGNATURE_ALG, iat, kid, role, typ: STATEMENT_TYP })),
  )
}

/**
 * Reads one signature object without its unprotected header, as countersigning sends it.
 *
 * @throws LedgerError ENVELOPE_INVALID
 */
export function parseSignature(
  item: Json,
  position: number,
  codec: Codec = portableCodec,
): EnvelopeSignature {
  const at = `signatures[${position}]`
  if (!isObject(item)) throw invalid(at)
  onlyMembers(
    item,
    position === 0 ? ['header', 'protected', 'signature'] : ['protected', 'signature'],
    at,
  )
  const { protected: head, signature } = item
  if (typeof head !== 'string' || head.length > PROTECTED_CHARS_MAX)
    throw invalid(`${at}.protected`)
  // First, because a later algorithm may well have signatures of another length.
  const header = parseProtected(head, at, codec)
  if (typeof signature !== 'string' || signature.length !== SIGNATURE_CHARS)
    throw invalid(`${at}.signature`)
  codec.bytesOf(signature)
  return { protected: head, signature, header }
}

/** Good headers by their text: a firm that logs in bulk repeats the same one within a second. */
const goodHeaders = new Map<string, ProtectedHeader>()
const GOOD_HEADERS_MAX = 1_024

function parseProtected(text: string, at: string, codec: Codec): ProtectedHeader {
  const known = goodHeaders.get(text)
  if (known !== undefined) return known
  const header = readProtected(text, at, codec)
  if (goodHeaders.size >= GOOD_HEADERS_MAX) goodHeaders.clear()
  goodHeaders.set(text, header)
  return header
}

function readProtected(text: string, at: string, codec: Codec): ProtectedHeader {
  const header = parseCanonicalText(codec.textOf(text), 2)
  if (!isObject(header) || !Object.hasOwn(header, 'alg')) throw invalid(`${at}.protected`)
  const { alg, iat, kid, role, typ } = header
  // What else a later algorithm says in its header is not for this version to judge.
  if (alg !== SIGNATURE_ALG) throw new LedgerError('SIGNATURE_ALG_UNKNOWN', { at })
  if (Object.keys(header).length !== 5) throw invalid(`${at}.protected`)
  if (typ !== STATEMENT_TYP) throw new LedgerError('SIGNATURE_TYP_WRONG', { at })
  if (typeof iat !== 'number' || iat < 0) throw invalid(`${at}.protected.iat`)
  if (typeof kid !== 'string' || !KID.test(kid)) throw invalid(`${at}.protected.kid`)
  if (typeof role !== 'string' || !ROLE.test(role)) throw invalid(`${at}.protected.role`)
  return { alg, iat, kid: kid as KeyId, role, typ }
}

function parseDisclosureList(first: Json): readonly string[] {
  const header = isObject(first) ? first['header'] : undefined
  if (header === undefined) return []
  if (!isObject(header)) throw invalid('signatures[0].header')
  onlyMembers(header, ['disclosures'], 'signatures[0].header')
  return textList(header['disclosures'], 'signatures[0].header.disclosures')
}

function textList(list: Json | undefined, at: string): readonly string[] {
  if (!Array.isArray(list) || list.length > DISCLOSURES_MAX) throw invalid(at)
  return list.map((item: Json) => {
    if (typeof item !== 'string') throw invalid(at)
    return item
  })
}

/** Counts the characters of all strings before any of them is decoded. */
function refuseLong(value: Json): void {
  let chars = 0
  const count = (item: Json): void => {
    if (typeof item === 'string') chars += item.length
    else if (Array.isArray(item)) for (const inner of item) count(inner)
    else if (isObject(item)) for (const inner of Object.values(item)) count(inner)
  }
  count(value)
  if (chars > ENVELOPE_CHARS_MAX)
    throw new LedgerError('ENVELOPE_TOO_LARGE', { chars, charsMax: ENVELOPE_CHARS_MAX })
}

function onlyMembers(value: JsonObject, names: readonly string[], at: string): void {
  // The unknown name itself is the sender's and is not echoed.
  if (!Object.keys(value).every((name) => names.includes(name)))
    throw invalid(`${at}: unknown member`)
}

function invalid(at: string): LedgerError {
  return new LedgerError('ENVELOPE_INVALID', { at })
}
