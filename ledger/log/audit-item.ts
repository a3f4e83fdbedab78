/** The part of an audit that one statement alone decides: digests, claims, roles, signatures. */
import { type CheckContext, checkStatement } from '../core/check.js'
import { LedgerError } from '../core/errors.js'
import type { AuditItem, AuditItemResult } from './audit-wire.js'
import { openRecord } from './reader.js'

/** Never throws for bad data. */
export function auditItem(
  { index, entry, record }: AuditItem,
  context: CheckContext,
): AuditItemResult {
  if (record === undefined) return { code: 'ENTRY_MISMATCH', detail: 'its statement is missing' }
  try {
    const { opened } = openRecord(index, entry, record, context.crypto)
    return { facts: checkStatement(opened.envelope, { ...context, stored: true }).facts }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const detail = error.details['record'] ?? error.details['at']
    return { code: error.code, detail: typeof detail === 'string' ? detail : undefined }
  }
}
