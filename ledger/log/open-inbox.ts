/**
 * Opening the inbox: its events must give the hash that the head pins, and every proposal that still
 * waits must have the body that its last event names. DESIGN 9.
 *
 * Events after the pin are of a commit whose head was not written: they count, once what they say is
 * shown by the bodies and entries of that same commit.
 */
import { equalBytes, utf8Decode } from '../core/bytes.js'
import { missingRoles, type OpenedStatement, openStatement } from '../core/check.js'
import type { Crypto } from '../core/ed25519.js'
import { parseEnvelope } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { factsOf } from '../core/facts.js'
import { parseJson } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import {
  applyInboxEvent,
  type InboxEvent,
  type InboxPin,
  nextPin,
  parseInboxEvent,
  type WaitingProposal,
} from './inbox.js'
import type { Waiting } from './log-state.js'
import type { Records } from './records.js'

export type OpenedInbox = {
  /** Proposals that wait once all events are counted. */
  readonly waiting: Map<StatementId, Waiting>
  /** Those, and the ones that events after the pin closed: what sequencing the tail again must see. */
  readonly during: Map<StatementId, Waiting>
  /** The pin with the events after it. */
  readonly pin: InboxPin
  readonly tail: readonly InboxEvent[]
}

/** @throws LedgerError INBOX_DAMAGED */
export async function openInbox(
  records: Records,
  head: InboxPin,
  crypto: Crypto,
): Promise<OpenedInbox> {
  const proposals = new Map<StatementId, WaitingProposal>()
  const during = new Map<StatementId, WaitingProposal>()
  const tail: InboxEvent[] = []
  let pin: InboxPin = { base: head.base, seq: head.base, hash: new Uint8Array(32) }
  for await (const { seq, bytes } of records.inboxEvents(head.base)) {
    if (seq !== pin.seq) throw new LedgerError('INBOX_DAMAGED', { reason: 'an event is missing' })
    if (seq === head.seq) checkPin(pin, head)
    const event = parseInboxEvent(bytes)
    applyInboxEvent(proposals, event, seq)
    if (seq >= head.seq) tail.push(event)
    if (seq < head.seq || event.kind === 'submitted' || event.kind === 'signed') {
      applyInboxEvent(during, event, seq)
    }
    pin = nextPin(pin, bytes, crypto.sha256)
  }
  if (pin.seq < head.seq) throw new LedgerError('INBOX_DAMAGED', { reason: 'events are missing' })
  if (pin.seq === head.seq) checkPin(pin, head)
  const opened = new Map(
    [...during.values()].map((item) => [item.id, openProposal(item, records, crypto)]),
  )
  const waiting = new Map([...opened].filter(([id]) => proposals.has(id)))
  return { waiting, during: opened, pin, tail }
}

function checkPin(pin: InboxPin, head: InboxPin): void {
  if (!equalBytes(pin.hash, head.hash))
    throw new LedgerError('INBOX_DAMAGED', { reason: 'events changed' })
}

function openProposal(item: WaitingProposal, records: Records, crypto: Crypto): Waiting {
  const body = records.proposal(item.digest)
  if (body === undefined)
    throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal is missing' })
  if (!equalBytes(crypto.sha256(body), item.digest)) {
    throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal changed' })
  }
  const opened = openBody(body, crypto)
  if (opened.id !== item.id)
    throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal of another id' })
  const facts = factsOf(opened)
  return {
    ...item,
    facts,
    signed: facts.signers.map(({ role }) => role),
    missing: missingRoles(opened, facts),
  }
}

function openBody(body: Uint8Array, crypto: Crypto): OpenedStatement {
  try {
    return openStatement(parseEnvelope(parseJson(utf8Decode(body))), crypto)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal cannot be read' }, error)
  }
}
