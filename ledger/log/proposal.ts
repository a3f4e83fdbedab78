/** A waiting proposal as it is shown to those who may sign or refuse it. */
import { equalBytes, utf8Decode } from '../core/bytes.js'
import { type OpenedStatement, openStatement } from '../core/check.js'
import { type Envelope, parseEnvelope } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import { parseJson } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import type { LogState, Waiting } from './log-state.js'

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
  /** Order of the inbox. */
  readonly seq: number
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
