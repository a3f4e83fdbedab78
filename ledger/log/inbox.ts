/**
 * The inbox: proposals that wait for signatures. As durable as entries. DESIGN 5, 9.
 *
 * Events (`submitted`, `signed`, `admitted`, `refused`) are numbered; a rolling hash over them is pinned in the
 * signed head, so that a proposal which the store lost is noticed at opening. Bodies are stored apart
 * and only while a proposal waits; each event names the digest of its body, which is also the key it
 * is stored under: a body that gets one more signature is another record, so whoever reads the inbox
 * while a commit is being written finds what the inbox last said.
 *
 *     event  MessagePack [kind, id (32 bytes), body digest (32 bytes), time in seconds], sealed as
 *            records.ts says: the head does not pin the events of a commit that crashed
 *     hash   SHA-256(hash before ‖ event bytes); the hash before the first event is 32 zero bytes
 */
import { concatBytes, fromHex, toHex } from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import type { StatementId } from '../core/statement.js'
import { decodeRecord, encodeRecord } from '../store/codec.js'

export type InboxEventKind = 'submitted' | 'signed' | 'admitted' | 'refused'
const KINDS: readonly InboxEventKind[] = ['submitted', 'signed', 'admitted', 'refused']

export type InboxEvent = {
  readonly kind: InboxEventKind
  readonly id: StatementId
  /** SHA-256 of the stored body; zero bytes when the proposal is closed. */
  readonly digest: Uint8Array
  /** Seconds since 1970. */
  readonly time: number
}

/** Where the inbox stands; pinned by the head. `seq` events were ever written, those before `base` are dropped. */
export type InboxPin = { readonly base: number; readonly seq: number; readonly hash: Uint8Array }

/** What is kept in memory of a waiting proposal. */
export type WaitingProposal = {
  readonly id: StatementId
  /** Sequence number of its first event: the order of the inbox. */
  readonly seq: number
  readonly digest: Uint8Array
  /** When it was first received, seconds since 1970. */
  readonly received: number
}

export const NO_DIGEST = new Uint8Array(32)
export const EMPTY_INBOX: InboxPin = { base: 0, seq: 0, hash: new Uint8Array(32) }

export function encodeInboxEvent(event: InboxEvent): Uint8Array {
  return encodeRecord([KINDS.indexOf(event.kind), fromHex(event.id), event.digest, event.time])
}

/** @throws LedgerError INBOX_DAMAGED */
export function parseInboxEvent(bytes: Uint8Array): InboxEvent {
  const [kind, id, digest, time] = eventParts(bytes)
  const name = KINDS[typeof kind === 'number' ? kind : -1]
  if (
    name === undefined ||
    !(id instanceof Uint8Array) ||
    !(digest instanceof Uint8Array) ||
    typeof time !== 'number' ||
    id.length !== 32 ||
    digest.length !== 32
  ) {
    throw new LedgerError('INBOX_DAMAGED', { reason: 'event' })
  }
  return { kind: name, id: toHex(id) as StatementId, digest: Uint8Array.from(digest), time }
}

function eventParts(bytes: Uint8Array): readonly unknown[] {
  let record: unknown
  try {
    record = decodeRecord(bytes)
  } catch (error) {
    throw new LedgerError('INBOX_DAMAGED', { reason: 'event' }, error)
  }
  if (Array.isArray(record) && record.length === 4) return record
  throw new LedgerError('INBOX_DAMAGED', { reason: 'event' })
}

/** The pin after one more event. */
export function nextPin(pin: InboxPin, event: Uint8Array, sha: Sha256): InboxPin {
  return { base: pin.base, seq: pin.seq + 1, hash: sha(concatBytes(pin.hash, event)) }
}

/** Waiting proposals after one more event. */
export function applyInboxEvent(
  waiting: Map<StatementId, WaitingProposal>,
  event: InboxEvent,
  seq: number,
): void {
  const { kind, id, digest, time } = event
  if (kind === 'admitted' || kind === 'refused') waiting.delete(id)
  else {
    const known = waiting.get(id)
    waiting.set(id, { id, digest, seq: known?.seq ?? seq, received: known?.received ?? time })
  }
}
