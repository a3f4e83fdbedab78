/**
 * The inbox of a repaired store: as the head pins it where the store or a mirror has all of it, otherwise
 * what can be saved. The log commits to no proposal, so what neither has must be submitted again.
 *
 * A mirror is not believed. Its events count where they complete the list that the head pins, its
 * envelopes where they are what an event of that list, or of the store's own, names by digest.
 */
import { equalBytes, toHex, utf8Decode } from '../core/bytes.js'
import { openStatement } from '../core/check.js'
import type { Crypto } from '../core/ed25519.js'
import { parseEnvelope } from '../core/envelope.js'
import { LedgerError } from '../core/errors.js'
import { parseJson } from '../core/json.js'
import { type StatementId, statementId } from '../core/statement.js'
import {
  applyInboxEvent,
  EMPTY_INBOX,
  encodeInboxEvent,
  type InboxPin,
  nextPin,
  parseInboxEvent,
  type WaitingProposal,
} from '../log/inbox.js'
import { putInboxEvent, putProposal, type Records } from '../log/records.js'
import type { Head } from '../store/head-file.js'
import { kindRange } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'
import type { InboxCopy, NumberedEvent } from './inbox-copy.js'

export type RepairedInbox = {
  readonly puts: readonly Put[]
  readonly pin: InboxPin
  /** What the store did not have itself, and a mirror had. */
  readonly restored: { readonly events: number; readonly proposals: number }
  /** Proposals that waited and are gone. */
  readonly lost: readonly StatementId[]
  /** True when events were written anew: their numbers are others than before. */
  readonly rewritten: boolean
}

export type InboxParts = {
  /** The damaged store. */
  readonly own: { readonly store: Store; readonly records: Records } | undefined
  /** What mirrors have of it. */
  readonly copies: readonly InboxCopy[]
  /** As the head pins it; undefined when there is no head. */
  readonly pin: Head['inbox'] | undefined
  /** The new store: a proposal that it has admitted or refused waits no more. */
  readonly rebuilt: Records
  readonly crypto: Crypto
}

type List = { readonly pin: InboxPin; readonly events: readonly NumberedEvent[] }
type Waiting = ReadonlyMap<StatementId, WaitingProposal>
type Bodies = ReadonlyMap<string, Body>

/** Never throws for a damaged inbox. */
export async function repairInbox(parts: InboxParts): Promise<RepairedInbox> {
  const { own, copies, pin, crypto } = parts
  const events = own === undefined ? [] : await readableEvents(own.records, pin)
  const list = pin === undefined ? ownList(events, parts) : pinnedList(events, pin, parts)
  const waiting = waitingAfter(list?.events ?? events)
  const stored = own === undefined ? new Map() : await readableBodies(own.store, crypto)
  const bodies = completed(stored, waiting, copies, crypto)
  const open = [...waiting.values()].filter(({ id }) => !hasEnded(id, parts.rebuilt))
  const isWhole =
    open.length === waiting.size && open.every(({ digest }) => bodies.has(toHex(digest)))
  if (list !== undefined && isWhole) {
    const known = new Set(events.map(({ bytes }) => toHex(bytes)))
    return {
      puts: asBefore(list.events, open, bodies, crypto),
      pin: list.pin,
      restored: {
        events: list.events.filter(({ bytes }) => !known.has(toHex(bytes))).length,
        proposals: bodies.size - stored.size,
      },
      lost: [],
      rewritten: false,
    }
  }
  // What a mirror alone says has waited is not put back, but named: its party may submit it again.
  const said =
    list === undefined
      ? listsOf(copies).flatMap((each) => [...waitingAfter(each.events).keys()])
      : []
  const named = new Set([...open.map(({ id }) => id), ...said])
  const saved = rewrite(open, bodies, startOf(pin, events), parts)
  const lost = [...named].filter((id) => !saved.ids.has(id) && !hasEnded(id, parts.rebuilt))
  const proposals = bodies.size - stored.size
  const rewritten = pin !== undefined || saved.ids.size > 0
  return { ...saved, restored: { events: 0, proposals }, lost, rewritten }
}

/** Lists of mirrors that have a whole one. */
function listsOf(copies: readonly InboxCopy[]): readonly List[] {
  return copies.flatMap(({ list }) => (list === undefined ? [] : [list]))
}

function waitingAfter(events: readonly NumberedEvent[]): Waiting {
  const waiting = new Map<StatementId, WaitingProposal>()
  for (const { seq, event } of events) applyInboxEvent(waiting, event, seq)
  return waiting
}

/** A new list of events begins where the old one ended, so that its version does not go back. */
function startOf(pin: Head['inbox'] | undefined, events: readonly NumberedEvent[]): InboxPin {
  const seq = pin?.seq ?? (events.at(-1)?.seq ?? -1) + 1
  return { ...EMPTY_INBOX, base: seq, seq }
}

function hasEnded(id: StatementId, rebuilt: Records): boolean {
  return rebuilt.indexOf(id) !== undefined || rebuilt.refusedBy(id) !== undefined
}

/** The list that the head pins, put together from the store's events and the mirrors'. */
function pinnedList(
  events: readonly NumberedEvent[],
  pin: Head['inbox'],
  { copies, crypto }: InboxParts,
): List | undefined {
  const others = listsOf(copies)
    .filter((list) => list.pin.base === pin.base)
    .map((list) => list.events)
  const tried = [[events, ...others], ...others.map((other) => [other, events])]
  for (const sources of tried) {
    const list = listFrom(merged(sources, pin.base, pin.seq), pin.base, crypto)
    if (list?.pin.seq === pin.seq && toHex(list.pin.hash) === pin.hash) return list
  }
  return undefined
}

/** Of each number the first event that there is. */
function merged(
  sources: readonly (readonly NumberedEvent[])[],
  base: number,
  end: number,
): readonly NumberedEvent[] {
  const found = new Map<number, NumberedEvent>()
  for (const source of sources)
    for (const item of source)
      if (item.seq >= base && item.seq < end && !found.has(item.seq)) found.set(item.seq, item)
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

/** The list with its pin; undefined where a number is missing. */
function listFrom(
  events: readonly NumberedEvent[],
  base: number,
  crypto: Crypto,
): List | undefined {
  let pin: InboxPin = { ...EMPTY_INBOX, base, seq: base }
  for (const { seq, bytes } of events) {
    if (seq !== pin.seq) return undefined
    pin = nextPin(pin, bytes, crypto.sha256)
  }
  return { pin, events }
}

/**
 * Without a head: the store's own list, where it has no gap. Events before the base stay in a store for
 * one commit more, so the base is that of a mirror which says the same of all events that both have.
 */
function ownList(
  events: readonly NumberedEvent[],
  { copies, crypto }: InboxParts,
): List | undefined {
  const [first] = events
  if (first === undefined) return undefined
  const own = new Map(events.map(({ seq, bytes }) => [seq, toHex(bytes)]))
  const agrees = listsOf(copies).find((list) =>
    list.events.every(({ seq, bytes }) => own.get(seq) === toHex(bytes)),
  )
  const base = agrees?.pin.base ?? first.seq
  return listFrom(
    events.filter(({ seq }) => seq >= base),
    base,
    crypto,
  )
}

/** The store's envelopes and, of those that wait, what only mirrors have. */
function completed(
  stored: Bodies,
  waiting: Waiting,
  copies: readonly InboxCopy[],
  crypto: Crypto,
): Bodies {
  const bodies = new Map(stored)
  for (const { id, digest } of waiting.values()) {
    const name = toHex(digest)
    for (const copy of bodies.has(name) ? [] : copies) {
      const bytes = copy.body(digest)
      const body = bytes === undefined ? undefined : readBody(digest, bytes, crypto)
      if (body?.id === id) bodies.set(name, body)
    }
  }
  return bodies
}

function asBefore(
  events: readonly NumberedEvent[],
  open: readonly WaitingProposal[],
  bodies: Bodies,
  crypto: Crypto,
): readonly Put[] {
  return [
    ...events.map(({ seq, bytes }) => putInboxEvent(seq, bytes, crypto.sha256)),
    ...open.flatMap(({ digest }) => {
      const body = bodies.get(toHex(digest))
      return body === undefined ? [] : [putProposal(digest, body.bytes)]
    }),
  ]
}

type Saved = Pick<RepairedInbox, 'puts' | 'pin'> & { readonly ids: ReadonlySet<StatementId> }

/** Every proposal that has a body and has not ended, also where no event can be read that names it. */
function rewrite(
  open: readonly WaitingProposal[],
  bodies: Bodies,
  start: InboxPin,
  { rebuilt, crypto }: InboxParts,
): Saved {
  const best = new Map<StatementId, Body>()
  for (const body of bodies.values()) {
    const known = best.get(body.id)
    if (hasEnded(body.id, rebuilt) || (known?.signatures ?? 0) >= body.signatures) continue
    best.set(body.id, body)
  }
  const order = new Map(open.map((item) => [item.id, item]))
  const saved = [...best.values()].sort(
    (a, b) => (order.get(a.id)?.seq ?? a.iat) - (order.get(b.id)?.seq ?? b.iat),
  )
  let pin = start
  const puts: Put[] = []
  for (const { id, digest, bytes, iat } of saved) {
    const time = order.get(id)?.received ?? iat
    const event = encodeInboxEvent({ kind: 'submitted', id, digest, time })
    puts.push(putInboxEvent(pin.seq, event, crypto.sha256), putProposal(digest, bytes))
    pin = nextPin(pin, event, crypto.sha256)
  }
  return { puts, pin, ids: new Set(best.keys()) }
}

/** Events up to the pin, but for those that cannot be read. */
async function readableEvents(
  records: Records,
  pin: Head['inbox'] | undefined,
): Promise<readonly NumberedEvent[]> {
  const events: NumberedEvent[] = []
  const end = pin?.seq ?? Number.POSITIVE_INFINITY
  let from = pin?.base ?? 0
  // One that cannot be read ends the scan: it begins again behind it.
  for (let damaged = 0; damaged < DAMAGED_MAX; damaged += 1) {
    if (await readFrom(records, from, end, events)) return events
    from = Math.max(from, (events.at(-1)?.seq ?? -1) + 1) + 1
  }
  return events
}

/** Adds events; false when one could not be read. */
async function readFrom(
  records: Records,
  from: number,
  end: number,
  events: NumberedEvent[],
): Promise<boolean> {
  try {
    for await (const { seq, bytes } of records.inboxEvents(from)) {
      if (seq >= end) return true
      events.push({ seq, bytes, event: parseInboxEvent(bytes) })
    }
    return true
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === 'LEDGER_CLOSED') throw error
    return false
  }
}

/** Events that cannot be read before the list is given up. */
const DAMAGED_MAX = 10_000

type Body = {
  readonly id: StatementId
  readonly digest: Uint8Array
  readonly bytes: Uint8Array
  readonly signatures: number
  readonly iat: number
}

/** Proposals that hash to their keys, behind the prefix, and are statements, by digest. */
async function readableBodies(store: Store, crypto: Crypto): Promise<ReadonlyMap<string, Body>> {
  const bodies = new Map<string, Body>()
  try {
    for await (const chunk of store.scan(kindRange('proposal'))) {
      for (const [key, bytes] of chunk) {
        const body = readBody(key.subarray(1), bytes, crypto)
        if (body !== undefined) bodies.set(toHex(body.digest), body)
      }
    }
  } catch (error) {
    // What lies behind a damaged block is lost.
    if (!(error instanceof LedgerError) || error.code !== 'STORE_UNREADABLE') throw error
  }
  return bodies
}

function readBody(digest: Uint8Array, bytes: Uint8Array, crypto: Crypto): Body | undefined {
  try {
    if (!equalBytes(crypto.sha256(bytes), digest)) return undefined
    const envelope = parseEnvelope(parseJson(utf8Decode(bytes)))
    const { payload } = openStatement(envelope, crypto)
    return {
      id: statementId(envelope.payloadBytes, crypto.sha256),
      digest: Uint8Array.from(digest),
      bytes,
      signatures: envelope.signatures.length,
      iat: payload.iat,
    }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
