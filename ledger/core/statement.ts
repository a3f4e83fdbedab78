/**
 * The statement payload: what both sides sign. DESIGN 4.1, docs/format.md "Statement payload".
 *
 * UTF-8 JSON in JCS form. Claim names are visible; each claim value stands behind an RFC 9901
 * placeholder `{"...": digest}` and can be withheld or erased without touching a signature.
 * This file reads and writes the visible part; disclosure.ts opens the claims.
 */
import { toHex } from './bytes.js'
import { LedgerError } from './errors.js'
import type { Sha256 } from './hash.js'
import { encodeJcsBytes, isObject, type Json, type JsonObject, parseCanonical } from './json.js'
import {
  COUNTERSIGN_MAX_S,
  DEPTH_MAX,
  DISCLOSURES_MAX,
  PARENTS_MAX,
  PAYLOAD_BYTES_MAX,
} from './limits.js'
import type { StatementSchema } from './schema.js'
import { type StatementType, schemaOf } from './schemas.js'

declare const kind: unique symbol
/** Lower-case hex SHA-256 of the payload bytes. DESIGN 4.3. */
export type StatementId = string & { readonly [kind]: 'statement-id' }

/** Dataset number `n` of statement `id`. */
export type ParentRef = { readonly id: StatementId; readonly n: number }

/** The visible members of a payload, checked. `claims` holds placeholder digests in order, per claim name. */
export type Payload = {
  readonly type: StatementType
  /** Origin of the one ledger this statement is for. */
  readonly origin: string
  /** When it was made, in seconds since 1970. */
  readonly iat: number
  /** 16 random bytes, strict base64url: ids must not be guessable. */
  readonly nonce: string
  /** Last entry time at which it may be admitted; only for types that more than one role signs. */
  readonly countersignBy?: number
  readonly parents?: readonly ParentRef[]
  readonly about?: StatementId
  readonly supersedes?: StatementId
  readonly claims: ReadonlyMap<string, readonly string[]>
}

const HEX64 = /^[0-9a-f]{64}$/
const NONCE = /^[A-Za-z0-9_-]{21}[AQgw]$/
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/
const ORIGIN_CHARS_MAX = 255
const MEMBERS = new Set([
  '_sd_alg',
  'about',
  'aud',
  'claims',
  'countersign_by',
  'iat',
  'nonce',
  'parents',
  'supersedes',
  'type',
  'v',
])

/** The id of a payload: SHA-256 of its bytes as signed. */
export function statementId(payload: Uint8Array, sha: Sha256): StatementId {
  return toHex(sha(payload)) as StatementId
}

/**
 * Accepts a statement id from outside.
 *
 * @throws LedgerError STATEMENT_ID_INVALID
 */
export function parseStatementId(text: Json | undefined): StatementId {
  if (typeof text !== 'string' || !HEX64.test(text)) throw new LedgerError('STATEMENT_ID_INVALID')
  return text as StatementId
}

/**
 * Reads the visible part of a payload; every deviation from DESIGN 4.1 is refused.
 *
 * @throws LedgerError PAYLOAD_TOO_LARGE, JSON_NOT_CANONICAL, PAYLOAD_INVALID, STATEMENT_TYPE_UNKNOWN,
 * STATEMENT_VERSION_UNKNOWN
 */
export function parsePayload(bytes: Uint8Array): Payload {
  if (bytes.length > PAYLOAD_BYTES_MAX) {
    throw new LedgerError('PAYLOAD_TOO_LARGE', { bytes: bytes.length, bytesMax: PAYLOAD_BYTES_MAX })
  }
  const value = parseCanonical(bytes, DEPTH_MAX)
  if (!isObject(value)) throw invalid('payload')
  if (value['v'] !== 1) throw new LedgerError('STATEMENT_VERSION_UNKNOWN')
  const schema = typeof value['type'] === 'string' ? schemaOf(value['type']) : undefined
  if (schema === undefined) throw new LedgerError('STATEMENT_TYPE_UNKNOWN')
  if (!Object.keys(value).every((name) => MEMBERS.has(name))) throw invalid('unknown member')
  if (value['_sd_alg'] !== 'sha-256') throw invalid('_sd_alg')
  const iat = seconds(value['iat'], 'iat')
  return {
    type: schema.type,
    origin: audience(value['aud']),
    iat,
    nonce: nonce(value['nonce']),
    ...deadline(value['countersign_by'], schema, iat),
    ...extras(value, schema),
    claims: placeholders(value['claims'], schema),
  }
}

/** Everything of a payload but the claims, for a builder. Absent members stay absent. */
export type PayloadDraft = Omit<Payload, 'claims'> & {
  readonly claims: Readonly<Record<string, readonly string[]>>
}

/** The JCS bytes of a payload: exactly what is hashed and signed. */
export function encodePayload(draft: PayloadDraft): Uint8Array {
  const claims: Record<string, Json> = {}
  for (const [name, digests] of Object.entries(draft.claims))
    claims[name] = digests.map((digest) => ({ '...': digest }))
  return encodeJcsBytes({
    _sd_alg: 'sha-256',
    aud: [draft.origin],
    claims,
    iat: draft.iat,
    nonce: draft.nonce,
    type: draft.type,
    v: 1,
    ...(draft.countersignBy === undefined ? {} : { countersign_by: draft.countersignBy }),
    ...(draft.parents === undefined
      ? {}
      : { parents: draft.parents.map(({ id, n }) => ({ id, n })) }),
    ...(draft.about === undefined ? {} : { about: draft.about }),
    ...(draft.supersedes === undefined ? {} : { supersedes: draft.supersedes }),
  })
}

/**
 * Form of a log's origin: printable ASCII without spaces or plus signs, 1 to 255 characters (it is
 * also the name in checkpoints, C2SP signed-note).
 */
export function isOrigin(text: Json | undefined): text is string {
  return typeof text === 'string' && text.length <= ORIGIN_CHARS_MAX && /^[!-*,-~]+$/.test(text)
}

function audience(value: Json | undefined): string {
  if (!Array.isArray(value) || value.length !== 1) throw invalid('aud')
  const origin = value[0] as Json | undefined
  if (!isOrigin(origin)) throw invalid('aud')
  return origin
}

function seconds(value: Json | undefined, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(at)
  return value
}

function nonce(value: Json | undefined): string {
  if (typeof value !== 'string' || !NONCE.test(value)) throw invalid('nonce')
  return value
}

function deadline(
  value: Json | undefined,
  schema: StatementSchema,
  iat: number,
): { readonly countersignBy?: number } {
  if (!schema.countersigned) {
    if (value !== undefined) throw invalid('countersign_by')
    return {}
  }
  const countersignBy = seconds(value, 'countersign_by')
  if (countersignBy < iat || countersignBy > iat + COUNTERSIGN_MAX_S)
    throw invalid('countersign_by')
  return { countersignBy }
}

function extras(
  value: JsonObject,
  schema: StatementSchema,
): Pick<Payload, 'parents' | 'about' | 'supersedes'> {
  const { parents, about, supersedes } = schema.extras
  return {
    ...(parents === 'required'
      ? { parents: parentList(value['parents']) }
      : none(value, 'parents')),
    ...(about === 'required' ? { about: idAt(value['about'], 'about') } : none(value, 'about')),
    ...(supersedes === 'optional' && value['supersedes'] !== undefined
      ? { supersedes: idAt(value['supersedes'], 'supersedes') }
      : none(value, 'supersedes')),
  }
}

function none(value: JsonObject, name: string): object {
  if (value[name] !== undefined) throw invalid(name)
  return {}
}

function idAt(value: Json | undefined, at: string): StatementId {
  if (typeof value !== 'string' || !HEX64.test(value)) throw invalid(at)
  return value as StatementId
}

function parentList(value: Json | undefined): readonly ParentRef[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > PARENTS_MAX)
    throw invalid('parents')
  const seen = new Set<string>()
  return value.map((item: Json, position) => {
    const at = `parents[${position}]`
    // `origin`, a parent in another ledger, is reserved and refused in v1: exactly two members.
    if (!isObject(item) || Object.keys(item).length !== 2) throw invalid(at)
    const parent = { id: idAt(item['id'], at), n: seconds(item['n'], at) }
    if (seen.has(`${parent.id}/${parent.n}`)) throw invalid(at)
    seen.add(`${parent.id}/${parent.n}`)
    return parent
  })
}

function placeholders(
  value: Json | undefined,
  schema: StatementSchema,
): ReadonlyMap<string, readonly string[]> {
  if (!isObject(value)) throw invalid('claims')
  const names = sortedNames(schema)
  if (Object.keys(value).length !== names.length) throw invalid('claims')
  const seen = new Set<string>()
  const claims = new Map<string, readonly string[]>()
  let count = 0
  // In the order of the payload (sorted names), which is the order of disclosures in the store.
  for (const name of names) {
    const digests = digestList(value[name], name)
    if (schema.claims[name]?.list === false && digests.length !== 1) throw invalid(`claims.${name}`)
    for (const digest of digests) seen.add(digest)
    count += digests.length
    claims.set(name, digests)
  }
  if (seen.size !== count) throw invalid('claims: a digest twice')
  if (count > DISCLOSURES_MAX)
    throw new LedgerError('PAYLOAD_TOO_LARGE', { disclosuresMax: DISCLOSURES_MAX })
  return claims
}

function digestList(value: Json | undefined, name: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(`claims.${name}`)
  return value.map((item: Json) => {
    const digest = isObject(item) && Object.keys(item).length === 1 ? item['...'] : undefined
    if (typeof digest !== 'string' || !DIGEST.test(digest)) throw invalid(`claims.${name}`)
    return digest
  })
}

const SORTED_NAMES = new WeakMap<StatementSchema, readonly string[]>()

function sortedNames(schema: StatementSchema): readonly string[] {
  const known = SORTED_NAMES.get(schema)
  if (known !== undefined) return known
  const names = Object.keys(schema.claims).sort()
  SORTED_NAMES.set(schema, names)
  return names
}

function invalid(at: string): LedgerError {
  return new LedgerError('PAYLOAD_INVALID', { at })
}
