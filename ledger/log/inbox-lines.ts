/**
 * Inbox lines: how an auditor takes a copy of what waits. docs/format.md, "Inbox lines".
 *
 *     {"base":B,"hash":HEX,"seq":S}                     the pin, first
 *     {"event":BASE64URL,"seq":N}                       one line for each event, by rising number
 *     {"event":BASE64URL,"seq":N,"statement":ENVELOPE}  with its envelope where that still waits
 *
 * The list only grows between two compactions, and whatever ends a proposal is an event: so pages that
 * were asked for one after the other, while others submit, make up the inbox at the pin of the last.
 * Nothing here is signed by the log. Who reads it holds the rolling hash against a pin that it trusts,
 * and each envelope against the digest in its event.
 */
import {
  equalBytes,
  fromBase64url,
  fromHex,
  toBase64url,
  toHex,
  utf8Decode,
} from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import { encodeJcsBytes, isObject, type Json, parseJson } from '../core/json.js'
import { type InboxPin, parseInboxEvent } from './inbox.js'
import type { LogState } from './log-state.js'

/** One event, and the envelope that it names while that waits, as the bytes that its digest is of. */
export type InboxLine = {
  readonly seq: number
  readonly event: Uint8Array
  readonly statement?: Uint8Array
}

export type InboxPage = { readonly pin: InboxPin; readonly lines: readonly InboxLine[] }

/** Events of one page. */
const EVENTS_MAX = 1_024
/** Characters after which a page ends. */
const PAGE_CHARS = 4 * 1_048_576

/**
 * A page of the inbox as of now: the pin, and events from a number on, one at least if there is one. A
 * number that the list does not have gives the pin alone: the list began anew, or never got so far.
 *
 * Read in one go, so that the pin, the events and the envelopes are of one moment.
 *
 * @throws LedgerError INBOX_DAMAGED
 */
export function inboxPage(state: LogState, from: number = state.inbox.base): string {
  const { inbox } = state
  let page = `${formatInboxPin(inbox)}\n`
  if (from < inbox.base) return page
  const end = Math.min(inbox.seq, from + EVENTS_MAX)
  for (let seq = from; seq < end && page.length < PAGE_CHARS; seq += 1)
    page += `${formatInboxLine(lineOf(state, seq))}\n`
  return page
}

function lineOf({ reader, waiting, crypto }: LogState, seq: number): InboxLine {
  const event = reader.records.inboxEvent(seq)
  if (event === undefined) throw new LedgerError('INBOX_DAMAGED', { reason: 'an event is missing' })
  const { id, digest } = parseInboxEvent(event)
  const proposal = waiting.get(id)
  // A later event says of any other that it was signed again, admitted or refused.
  if (proposal === undefined || !equalBytes(proposal.digest, digest)) return { seq, event }
  const statement = reader.records.proposal(digest)
  if (statement === undefined || !equalBytes(crypto.sha256(statement), digest)) {
    throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal changed' })
  }
  return { seq, event, statement }
}

/** The text of a pin, without its line feed. */
export function formatInboxPin({ base, seq, hash }: InboxPin): string {
  return `{"base":${base},"hash":"${toHex(hash)}","seq":${seq}}`
}

/** The text of a line, without its line feed. */
export function formatInboxLine({ seq, event, statement }: InboxLine): string {
  // What waits is stored in its JCS form.
  const body = statement === undefined ? '' : `,"statement":${utf8Decode(statement)}`
  return `{"event":"${toBase64url(event)}","seq":${seq}${body}}`
}

/**
 * Reads a page; its text must be exactly what is written above, its numbers without a gap.
 *
 * @throws LedgerError INBOX_LINE_MALFORMED
 */
export function parseInboxPage(text: string): InboxPage {
  if (!text.endsWith('\n')) throw malformed('the last line is cut')
  const [first, ...rest] = text.slice(0, -1).split('\n')
  const pin = parsePin(first ?? '')
  const lines = rest.map(parseLine)
  const start = lines[0]?.seq ?? pin.base
  const inOrder = lines.every(({ seq }, at) => seq === start + at)
  if (!inOrder || start < pin.base || start + lines.length > pin.seq) throw malformed('numbers')
  return { pin, lines }
}

function parsePin(text: string): InboxPin {
  const value = parsed(text)
  const { base, seq, hash } = isObject(value) ? value : {}
  if (!isCount(base) || !isCount(seq) || base > seq || typeof hash !== 'string')
    throw malformed('pin')
  const pin = { base, seq, hash: decoded('pin', () => fromHex(hash, 32)) }
  if (formatInboxPin(pin) !== text) throw malformed('pin')
  return pin
}

function parseLine(text: string): InboxLine {
  const value = parsed(text)
  const { seq, event, statement } = isObject(value) ? value : {}
  if (!isCount(seq) || typeof event !== 'string') throw malformed('event')
  const line: InboxLine = {
    seq,
    event: decoded('event', () => fromBase64url(event)),
    ...(statement === undefined
      ? {}
      : { statement: decoded('statement', () => encodeJcsBytes(statement)) }),
  }
  // Covers unknown members, their order and every byte between them.
  if (formatInboxLine(line) !== text) throw malformed('form')
  return line
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function parsed(text: string): Json {
  return decoded('not JSON', () => parseJson(text))
}

function decoded<T>(reason: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof LedgerError) throw malformed(reason)
    throw error
  }
}

function malformed(reason: string): LedgerError {
  return new LedgerError('INBOX_LINE_MALFORMED', { reason })
}
