/** A proposal as it is shown to those it concerns: while it waits, and after it was refused. */
import { equalBytes, utf8Decode } from '../core/bytes.js'
import { missingRoles, type OpenedStatement, openStatement } from '../core/check.js'
import type { Crypto } from '../core/ed25519.js'
import { type Envelope, parseEnvelope } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { factsOf, type StatementFacts } from '../core/facts.js'
import { parseJson } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import type { LogState, Waiting } from './log-state.js'
import type { Records } from './records.js'

export type Proposal = {
  readonly id: StatementId
  readonly envelope: Envelope
  readonly opened: OpenedStatement
  readonly facts: StatementFacts
  /** When it was first received, seconds since 1970. */
  readonly received: number
  /** Roles that have yet to sign. */
  readonly missing: readonly string[]
  /** Last entry time at which it may be admitted, seconds since 1970. */
  readonly countersignBy: number
  /** Order of the inbox; 0 once it is refused. */
  readonly seq: number
  /** The refusal that ended it. */
  readonly refusedBy?: StatementId
}

/**
 * Reads a waiting proposal, checked against the digest that the inbox pins.
 *
 * @throws LedgerError INBOX_DAMAGED
 */
export function readProposal(state: LogState, waiting: Waiting): Proposal {
  const body = state.reader.records.proposal(waiting.digest)
  if (body === undefined || !equalBytes(state.crypto.sha256(body), waiting.digest)) {
    throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal changed' })
  }
  const envelope = parseEnvelope(parseJson(utf8Decode(body)))
  const { id, facts, received, missing, seq } = waiting
  const opened = openStatement(envelope, state.crypto)
  return {
    id,
    envelope,
    opened,
    facts,
    received,
    missing,
    countersignBy: facts.countersignBy ?? 0,
    seq,
  }
}

/** Proposals that wait and are wanted, oldest first. @throws LedgerError INBOX_DAMAGED */
export function proposalsWhere(
  state: LogState,
  wanted: (waiting: Waiting) => boolean,
): readonly Proposal[] {
  return [...state.waiting.values()]
    .filter(wanted)
    .sort((a, b) => a.seq - b.seq)
    .map((waiting) => readProposal(state, waiting))
}

/**
 * Reads a refused proposal; it must hash to its id.
 *
 * @returns undefined when no refusal of this id is in the log
 * @throws LedgerError ENTRY_MISMATCH
 */
function readDeclined(state: LogState, id: StatementId): Proposal | undefined {
  const { reader, crypto } = state
  const index = reader.refusedBy(id)
  if (index === undefined) return undefined
  const { opened, received } = openDeclined(reader.records, id, crypto)
  const facts = factsOf(opened)
  return {
    id,
    envelope: opened.envelope,
    opened,
    facts,
    received,
    missing: missingRoles(opened, facts),
    countersignBy: facts.countersignBy ?? 0,
    seq: 0,
    refusedBy: reader.entry(index).id,
  }
}

/** @throws LedgerError ENTRY_MISMATCH when it is missing or is not what was refused */
export function openDeclined(
  records: Records,
  id: StatementId,
  crypto: Pick<Crypto, 'sha256' | 'codec'>,
): { readonly opened: OpenedStatement; readonly received: number } {
  const stored = records.declined(id)
  try {
    if (stored === undefined) throw new LedgerError('STATEMENT_NOT_FOUND')
    const opened = openStatement(parseEnvelope(parseJson(utf8Decode(stored.body))), crypto)
    if (opened.id !== id) throw new LedgerError('STATEMENT_ID_INVALID')
    return { opened, received: stored.received }
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === 'LEDGER_CLOSED') throw error
    throw new LedgerError('ENTRY_MISMATCH', { record: 'refused proposal' }, error)
  }
}

/** A proposal that waits or was refused. @throws LedgerError INBOX_DAMAGED, ENTRY_MISMATCH */
export function findProposal(state: LogState, id: StatementId): Proposal | undefined {
  const waiting = state.waiting.get(id)
  return waiting === undefined ? readDeclined(state, id) : readProposal(state, waiting)
}
