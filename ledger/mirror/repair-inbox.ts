/**
 * The inbox of a repaired store: as the head pins it where it is whole, otherwise what can be saved of
 * it. The log commits to no proposal, so nobody else has them: what is lost must be submitted again.
 */
import { equalBytes, fromHex, toHex, utf8Decode } from '../core/bytes.js'
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
  type InboxEvent,
  type InboxPin,
  nextPin,
  parseInboxEvent,
  type WaitingProposal,
} from '../log/inbox.js'
import { putInboxEvent, putProposal, type Records } from '../log/records.js'
import type { Head } from '../store/head-file.js'
import { kindRange, parseKey } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'

export type RepairedInbox = {
  readonly puts: readonly Put[]
  readonly pin: InboxPin
  /** Proposals that waited and are gone. */
  readonly lost: readonly StatementId[]
  /** True when events were written anew: their numbers are others than before. */
  readonly rewritten: boolean
}

export type InboxParts = {
  /** The damaged store. */
  readonly own: { readonly store: Store; readonly records: Records } | undefined
  /** As the head pins it; undefined when there is no head. */
  readonly pin: Head['inbox'] | undefined
  /** The new store: a proposal that it has admitted or refused waits no more. */
  readonly rebuilt: Records
  readonly crypto: Crypto
}

type Event = { readonly seq: number; readonly bytes: Uint8Array; readonly event: InboxEvent }

/** Never throws for a damaged inbox. */
export async function repairInbox(parts: InboxParts): Promise<RepairedInbox> {
  const { own, pin, crypto } = parts
  if (own === undefined)
    return { puts: [], pin: startOf(pin), lost: [], rewritten: pin !== undefined }
  const events = await readableEvents(own.records, pin)
  const waiting = new Map<StatementId, WaitingProposal>()
  for (const { seq, event } of events) applyInboxEvent(waiting, event, seq)
  const bodies = await readableBodies(own.store, crypto)
  const open = [...waiting.values()].filter(({ id }) => !hasEnded(id, parts.rebuilt))
  const isWhole =
    open.length === waiting.size && open.every(({ digest }) => bodies.has(toHex(digest)))
  if (pin !== undefined && isWhole && isPinned(events, pin, crypto)) {
    const { base, seq, hash } = pin
    return {
      puts: asBefore(events, open, bodies, crypto),
      pin: { base, seq, hash: fromHex(hash, 32) },
      lost: [],
      rewritten: false,
    }
  }
  return rewrite(open, bodies, parts)
}

/** A new list of events begins where the old one ended, so that its version does not go back. */
function startOf(pin: Head['inbox'] | undefined): InboxPin {
  return pin === undefined ? EMPTY_INBOX : { base: pin.seq, seq: pin.seq, hash: new Uint8Array(32) }
}

function hasEnded(id: StatementId, rebuilt: Records): boolean {
  return rebuilt.indexOf(id) !== undefined || rebuilt.refusedBy(id) !== undefined
}

function isPinned(events: readonly Event[], pin: Head['inbox'], crypto: Crypto): boolean {
  let found: InboxPin = { base: pin.base, seq: pin.base, hash: new Uint8Array(32) }
  for (const { seq, bytes } of events) {
    if (seq !== found.seq) return false
    found = nextPin(found, bytes, crypto.sha256)
  }
  return found.seq === pin.seq && toHex(found.hash) === pin.hash
}

function asBefore(
  events: readonly Event[],
  open: readonly WaitingProposal[],
  bodies: ReadonlyMap<string, Body>,
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

/** Every proposal that has a body and has not ended, also where no event can be read that names it. */
function rewrite(
  open: readonly WaitingProposal[],
  bodies: ReadonlyMap<string, Body>,
  { pin, rebuilt, crypto }: InboxParts,
): RepairedInbox {
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
  let next = startOf(pin)
  const puts: Put[] = []
  for (const { id, digest, bytes, iat } of saved) {
    const time = order.get(id)?.received ?? iat
    const event = encodeInboxEvent({ kind: 'submitted', id, digest, time })
    puts.push(putInboxEvent(next.seq, event, crypto.sha256), putProposal(digest, bytes))
    next = nextPin(next, event, crypto.sha256)
  }
  const lost = open.map(({ id }) => id).filter((id) => !best.has(id))
  return { puts, pin: next, lost, rewritten: true }
}

/** Events up to the pin, but for those that cannot be read. */
async function readableEvents(
  records: Records,
  pin: Head['inbox'] | undefined,
): Promise<readonly Event[]> {
  const events: Event[] = []
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
  events: Event[],
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

/** Proposals that hash to their keys and are statements, by digest. */
async function readableBodies(store: Store, crypto: Crypto): Promise<ReadonlyMap<string, Body>> {
  const bodies = new Map<string, Body>()
  try {
    for await (const chunk of store.scan(kindRange('proposal'))) {
      for (const [key, bytes] of chunk) {
        const body = readBody(key, bytes, crypto)
        if (body !== undefined) bodies.set(toHex(body.digest), body)
      }
    }
  } catch (error) {
    // What lies behind a damaged block is lost.
    if (!(error instanceof LedgerError) || error.code !== 'STORE_UNREADABLE') throw error
  }
  return bodies
}

function readBody(key: Uint8Array, bytes: Uint8Array, crypto: Crypto): Body | undefined {
  try {
    const parsed = parseKey(key)
    if (parsed.kind !== 'proposal' || !equalBytes(crypto.sha256(bytes), parsed.id)) return undefined
    const envelope = parseEnvelope(parseJson(utf8Decode(bytes)))
    const { payload } = openStatement(envelope, crypto)
    return {
      id: statementId(envelope.payloadBytes, crypto.sha256),
      digest: parsed.id,
      bytes,
      signatures: envelope.signatures.length,
      iat: payload.iat,
    }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
