/**
 * JSON Schemas of what goes in and out, for the OpenAPI document. docs/format.md specifies the
 * signed parts. These describe shape; what is accepted is decided by the core's parsers alone.
 */
import { VERDICTS } from '../ledger/rules/verdict.js'
import type { JsonSchema } from './spec.js'

const HEX64 = '^[0-9a-f]{64}$'
const BASE64URL = '^[A-Za-z0-9_-]+$'
const BASE64 = '^[A-Za-z0-9+/]*={0,2}$'

const id: JsonSchema = {
  type: 'string',
  pattern: HEX64,
  description: 'Statement id: SHA-256 of the payload bytes.',
}
const party: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'Party id: RFC 7638 thumbprint of its first key.',
}
const count: JsonSchema = { type: 'integer', minimum: 0 }
const index: JsonSchema = { ...count, description: 'Position of the entry in the log, from 0.' }
const seconds: JsonSchema = { ...count, description: 'Seconds since 1970, UTC.' }
const bytes: JsonSchema = { type: 'string', pattern: BASE64, description: 'Padded base64.' }
const path: JsonSchema = { type: 'array', items: bytes, description: 'Hashes of 32 bytes, base64.' }
const text: JsonSchema = { type: 'string' }
const texts: JsonSchema = { type: 'array', items: text }

/** Refers to a shared schema by its name in `SCHEMAS`. */
export function refTo(name: keyof typeof SCHEMAS): JsonSchema {
  return { $ref: `${name}#` }
}

/** An object whose listed properties are all there unless named in `optional`. */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', required, properties }
}

/** A list of `items`. */
export function arrayOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

const problem = objectOf(
  {
    type: { ...text, description: 'urn:waybill:error: and the code.' },
    title: text,
    status: { type: 'integer' },
    code: { ...text, description: 'Stable code; each route lists its own.' },
    detail: { ...text, description: 'What happened and what to do, in plain words.' },
    at: { ...text, description: 'Path of schema names and positions; never what was sent.' },
    reason: text,
    expected: text,
    rule: { ...text, description: 'Id of a rule that is not met.' },
    limits: { type: 'object', additionalProperties: { type: 'number' } },
    issues: { type: 'array', items: { $ref: 'Issue#' } },
  },
  ['at', 'reason', 'expected', 'rule', 'limits', 'issues'],
)

const signature = objectOf(
  {
    protected: {
      type: 'string',
      pattern: BASE64URL,
      description: 'Base64url of the JCS protected header.',
    },
    signature: { type: 'string', pattern: BASE64URL, description: 'Base64url of the 64 bytes.' },
    header: { ...objectOf({ disclosures: texts }), description: 'On the first signature only.' },
  },
  ['header'],
)

export const VERDICT: JsonSchema = { type: 'string', enum: VERDICTS }
/** One count for each verdict. */
export const RULE_COUNTS: JsonSchema = objectOf(
  Object.fromEntries(VERDICTS.map((verdict) => [verdict, count])),
)
/** How a verdict cites a ruleset. */
export const RULESET_NAMED = {
  name: text,
  version: text,
  digest: { ...text, description: 'SHA-256 of the ruleset in JCS form: what it says.' },
}
/** Where it came from. */
export const RULESET_SOURCE = {
  ...objectOf({ kind: text, id, index: count }, ['id', 'index']),
  description: '`shipped` with this program, or `recorded` by the operator, in which statement.',
}
/** A ruleset that judged. */
export const RULESET_USED: JsonSchema = objectOf(
  {
    ...RULESET_NAMED,
    as_of: { ...text, description: 'Day on which its tables were last checked.' },
    effective: objectOf({ from: text, until: text }, ['until']),
    source: RULESET_SOURCE,
    hops: count,
    hops_outside: { ...count, description: 'Hops of a day on which it was not in force.' },
  },
  ['source'],
)

const rules = objectOf(
  {
    verdict: { ...VERDICT, description: 'The worst that a rule says.' },
    counts: RULE_COUNTS,
    ruleset: objectOf(RULESET_NAMED),
    verdicts: arrayOf(objectOf({ rule: text, verdict: VERDICT, at: text }, ['at'])),
  },
  ['verdicts'],
)

const admitted = objectOf(
  {
    status: { type: 'string', enum: ['admitted'] },
    id,
    index,
    time: seconds,
    rules: { $ref: 'Rules#' },
    receipt: { $ref: 'Receipt#' },
  },
  ['rules', 'receipt'],
)

const existing = objectOf(
  {
    status: { type: 'string', enum: ['existing'] },
    id,
    index,
    envelope_differs: {
      type: 'boolean',
      description: 'The entry was made with other valid signatures than these; nothing was stored.',
    },
    receipt: { $ref: 'Receipt#' },
  },
  ['receipt'],
)

const waiting = objectOf({
  status: { type: 'string', enum: ['waiting'] },
  id,
  missing: { ...texts, description: 'Roles that have yet to sign.' },
  countersign_by: seconds,
})

const proposal = objectOf({
  id,
  type: text,
  roles: {
    ...texts,
    description: 'Roles that the caller has yet to sign; of sent ones, that others have.',
  },
  received: seconds,
  countersign_by: seconds,
  statement: { $ref: 'Envelope#' },
})

const key = objectOf(
  {
    kid: text,
    jwk: objectOf({
      crv: { type: 'string', enum: ['Ed25519'] },
      kty: { type: 'string', enum: ['OKP'] },
      x: text,
    }),
    uses: arrayOf({ type: 'string', enum: ['statement', 'api', 'witness', 'log'] }),
    status: { type: 'string', enum: ['active', 'retired', 'revoked', 'compromised'] },
    since: {
      ...index,
      description: 'Of a compromised key: entry from which its signatures are in doubt.',
    },
  },
  ['since'],
)

const entry = objectOf({ index, entry: bytes, path })

/** Every shared schema by name. */
export const SCHEMAS = {
  Problem: { ...problem, description: 'RFC 9457 problem document with a stable code.' },
  Issue: {
    ...objectOf({ code: text, at: text, title: text, reason: text, expected: text, rule: text }, [
      'reason',
      'expected',
      'rule',
    ]),
    description: 'One thing that is wrong with a statement.',
  },
  Rules: {
    ...rules,
    description:
      'What the rules say of a hop as it is recorded. No evidence: whoever wants a verdict computes it.',
  },
  Signature: { ...signature, description: 'One signature of a JWS, RFC 7515 §7.2.1.' },
  Envelope: {
    ...objectOf({
      payload: { type: 'string', pattern: BASE64URL, description: 'Base64url of the JCS payload.' },
      signatures: { type: 'array', minItems: 1, items: { $ref: 'Signature#' } },
    }),
    description: 'A statement: JWS General JSON Serialization over an RFC 9901 payload.',
  },
  Stub: {
    ...objectOf({ payload: { type: 'string', pattern: BASE64URL }, disclosures: texts }),
    description:
      'A statement as shown to those who may not read it: no signatures, claims withheld.',
  },
  Receipt: {
    ...objectOf({
      format: { type: 'string', enum: ['waybill-receipt/1'] },
      statement: { $ref: 'Envelope#' },
      entry: bytes,
      proof: { ...text, description: 'A c2sp.org/tlog-proof.' },
      genesis: entry,
      head: entry,
      registry: { type: 'array', items: { type: 'object' } },
    }),
    description: 'Proves one statement offline. docs/format.md "Receipt".',
  },
  Bundle: {
    ...objectOf({
      format: { type: 'string', enum: ['waybill-bundle/1'] },
      checkpoint: text,
      entries: arrayOf(entry),
      statements: { type: 'array', items: { oneOf: [{ $ref: 'Envelope#' }, { $ref: 'Stub#' }] } },
      parties: { type: 'array', items: { type: 'object' } },
      registry: { type: 'array', items: { type: 'object' } },
    }),
    description: 'Many statements proven under one checkpoint. docs/format.md "Bundle".',
  },
  Admitted: { ...admitted, description: 'In the log, durably. Bulk items have no receipt.' },
  Existing: { ...existing, description: 'Was in the log already. Bulk items have no receipt.' },
  Waiting: { ...waiting, description: 'Stored durably until the missing roles have signed.' },
  Rejected: {
    ...objectOf({ status: { type: 'string', enum: ['rejected'] }, problem: { $ref: 'Problem#' } }),
    description: 'An item of a bulk call that was refused; the others are not touched by it.',
  },
  Proposal: { ...proposal, description: 'A statement that waits for signatures.' },
  Key: { ...key, description: 'A key of a party and what has become of it.' },
} as const satisfies Record<string, JsonSchema>

/** Schemas of single values, for use in answers. */
export const VALUES = { id, party, count, index, seconds, bytes, path, text } as const
