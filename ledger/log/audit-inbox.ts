/**
 * The part of an audit that is about proposals: those that wait, and those that were refused.
 *
 * The head pins the inbox, but the log's key does not sign the pin: so every proposal is checked in
 * full, and what events say of entries is compared with the entries.
 */
import { fromHex, utf8Decode } from '../core/bytes.js'
import { type CheckContext, checkStatement } from '../core/check.js'
import { parseEnvelope } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { type Finding, findingOf } from '../core/finding.js'
import { parseJson } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import { parseInboxEvent } from './inbox.js'
import type { Waiting } from './log-state.js'
import { openInbox } from './open-inbox.js'
import { openDeclined } from './proposal.js'
import type { Records } from './records.js'

export type InboxAudit = {
  readonly records: Records
  /** As the head pins it; hash in hex. */
  readonly pin: { readonly base: number; readonly seq: number; readonly hash: string }
  /** Keys as of the last entry. */
  readonly context: CheckContext
}

/** Checks the inbox against the head's pin and the log; returns how many proposals wait. */
export async function auditInbox(parts: InboxAudit, findings: Finding[]): Promise<number> {
  const { records, pin, context } = parts
  try {
    const head = { base: pin.base, seq: pin.seq, hash: fromHex(pin.hash, 32) }
    const { waiting } = await openInbox(records, head, context.crypto)
    for (const item of waiting.values()) findings.push(...waitingFindings(item, parts))
    findings.push(...(await closedByNothing(parts)))
    return waiting.size
  } catch (error) {
    findings.push(findingOf(error, { at: 'inbox' }))
    return 0
  }
}

/** A refused proposal is checked as when it was submitted. */
export function declinedFindings(
  about: Pick<Finding, 'at' | 'index' | 'id'>,
  id: StatementId,
  records: Records,
  context: CheckContext,
): readonly Finding[] {
  try {
    checkStatement(openDeclined(records, id, context.crypto).opened.envelope, context)
    return []
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return [findingOf(error, { ...about, detail: 'the proposal that it refuses' })]
  }
}

function waitingFindings(
  { id, digest }: Waiting,
  { records, context }: InboxAudit,
): readonly Finding[] {
  const about = { at: `proposal ${id.slice(0, 12)}`, id }
  const entry = records.indexOf(id) ?? records.refusedBy(id)
  const ended: readonly Finding[] =
    entry === undefined
      ? []
      : [{ ...about, severity: 'failed', code: 'INBOX_DAMAGED', index: entry, detail: ENDED }]
  try {
    // Opening the inbox has compared the body with its digest.
    const body = records.proposal(digest) ?? new Uint8Array(0)
    checkStatement(parseEnvelope(parseJson(utf8Decode(body))), context)
    return ended
  } catch (error) {
    return [...ended, findingOf(error, about)]
  }
}

const ENDED = 'it waits, and an entry has ended it'

/** Events that say that an entry ended a proposal, where none did. */
async function closedByNothing({ records, pin }: InboxAudit): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for await (const { bytes } of records.inboxEvents(pin.base)) {
    const { kind, id } = parseInboxEvent(bytes)
    const closes = kind === 'admitted' || kind === 'refused'
    const entry = kind === 'admitted' ? records.indexOf(id) : records.refusedBy(id)
    if (!closes || entry !== undefined) continue
    const at = `proposal ${id.slice(0, 12)}`
    const detail = `${kind}, says the inbox, and no entry does`
    findings.push({ severity: 'failed', code: 'INBOX_DAMAGED', at, id, detail })
  }
  return findings
}
