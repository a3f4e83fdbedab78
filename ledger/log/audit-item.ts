/** The part of an audit that one statement alone decides: digests, claims, roles, signatures. */
import { equalBytes, toBase64url } from '../core/bytes.js'
import {
  type CheckContext,
  type CheckedStatement,
  checkOpened,
  missingRoles,
} from '../core/check.js'
import { parseEntry } from '../core/entry.js'
import { envelopeDigest } from '../core/envelope.js'
import { type ErrorCode, LedgerError } from '../core/errors.js'
import type { Signer } from '../core/facts.js'
import { isUnknownForm } from '../core/finding.js'
import { statementId } from '../core/statement.js'
import { rulesSumOf } from './audit-rules.js'
import type { AuditItem, AuditItemResult } from './audit-wire.js'
import { bindRecord } from './reader.js'
import { takenClaims } from './rules-statement.js'
import { type PlacedRecord, recordOf } from './statement-scan.js'

/** `rules`: whether to say what each statement gives to the rules index. */
export type AuditContext = CheckContext & { readonly rules: boolean }

/** Never throws for bad data. */
export function auditItem(
  { index, entry, stored }: AuditItem,
  context: AuditContext,
): AuditItemResult {
  const record = stored === undefined ? undefined : recordOf(stored)
  if (record === undefined) return { code: 'ENTRY_MISMATCH', detail: 'its statement is missing' }
  try {
    return judge({ index, entry, record, context })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const unknown = unknownForm(error, { entry, record, context })
    if (unknown !== undefined) return { code: unknown, detail: undefined }
    const detail = error.details['record'] ?? error.details['at']
    return { code: error.code, detail: typeof detail === 'string' ? detail : undefined }
  }
}

/** @throws LedgerError for a statement that is not what its entry committed to, or is unsound in itself */
function judge({ index, entry, record, context }: Readable): AuditItemResult {
  const { opened, envelopeDigest } = bindRecord(index, entry, record, context.crypto)
  const checked = checkOpened(opened, { ...context, stored: true }, envelopeDigest)
  // An envelope from outside is refused for these; a stored one is taken apart otherwise.
  const place = unordered(checked.facts.signers)
  if (place !== undefined) return { code: 'SIGNATURE_ORDER', detail: `signatures[${place}]` }
  const [missing] = missingRoles(checked, checked.facts)
  if (missing !== undefined) return { code: 'SIGNATURE_MISSING', detail: missing }
  const misplaced = misplacedClaim(checked, record)
  if (misplaced !== undefined) return { code: 'ENTRY_MISMATCH', detail: misplaced }
  if (!context.rules) return { facts: checked.facts }
  const { time } = parseEntry(entry)
  const taken = { facts: checked.facts, index, time, claims: takenClaims(checked) }
  return { facts: checked.facts, rules: rulesSumOf(taken, context.crypto) }
}

/** Position of a signature that is not in order of role, or repeats one. */
function unordered(signers: readonly Signer[]): number | undefined {
  const found = signers.findIndex(({ role }, at) => at > 0 && (signers[at - 1]?.role ?? '') >= role)
  return found < 0 ? undefined : found
}

/**
 * Each disclosure is stored under the position of its placeholder, so that the one value can be
 * erased and no other; what the parties keep is not stored at all.
 */
function misplacedClaim(
  { envelope, open, payload, schema }: CheckedStatement,
  { ordinals }: PlacedRecord,
): string | undefined {
  const names: string[] = []
  for (const [name, { length }] of payload.claims)
    for (let count = 0; count < length; count += 1) names.push(name)
  let stored = 0
  for (const [ordinal, text] of open.ordered.entries()) {
    if (text === undefined) continue
    const name = names[ordinal] ?? ''
    if (schema.claims[name]?.holderKept === true) return `claim ${name}, which the parties keep`
    if (ordinals[stored] !== ordinal || envelope.disclosures[stored] !== text)
      return `claim ${name} in another place`
    stored += 1
  }
  return undefined
}

type Readable = {
  readonly index: number
  readonly entry: Uint8Array
  readonly record: PlacedRecord
  readonly context: AuditContext
}

/** The code of a form that this version does not know: only what is bound to its entry has a form. */
function unknownForm(
  { cause }: LedgerError,
  { entry, record, context }: Omit<Readable, 'index'>,
): ErrorCode | undefined {
  if (!(cause instanceof LedgerError) || !isUnknownForm(cause.code)) return undefined
  const { sha256, codec } = context.crypto
  const committed = parseEntry(entry)
  const envelope = {
    payload: toBase64url(record.payload),
    signatures: record.signatures.map((item) => ({
      protected: toBase64url(item.protected),
      signature: toBase64url(item.signature),
    })),
  }
  const bound =
    statementId(record.payload, sha256) === committed.id &&
    equalBytes(envelopeDigest(envelope, codec), committed.envelopeDigest)
  return bound ? cause.code : undefined
}
