/**
 * A mirror's copy of the inbox: made from a server's pages, and read again by a repair.
 *
 * The log signs nothing of it. What is verified here is that the copy is whole in itself: the events
 * give the hash of the pin that was named with them, and of each proposal that waits there is the
 * envelope that its last event names. Whether that pin is the ledger's own, its head says.
 */
import { equalBytes, toHex, utf8Decode } from '../core/bytes.js'
import { parseEnvelope } from '../core/envelope.js'
import { LedgerError, orNone } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import { parseJson } from '../core/json.js'
import { type StatementId, statementId } from '../core/statement.js'
import {
  applyInboxEvent,
  type InboxEvent,
  type InboxPin,
  nextPin,
  parseInboxEvent,
  type WaitingProposal,
} from '../log/inbox.js'
import {
  formatInboxLine,
  formatInboxPin,
  type InboxLine,
  type InboxPage,
  parseInboxPage,
} from '../log/inbox-lines.js'
import type { MirrorFolder } from './mirror-folder.js'

/** One event of the inbox, as it is hashed and as it is read. */
export type NumberedEvent = {
  readonly seq: number
  readonly bytes: Uint8Array
  readonly event: InboxEvent
}

/** What a mirror has of the inbox. */
export type InboxCopy = {
  /** Its events, where they are whole in themselves. */
  readonly list: { readonly pin: InboxPin; readonly events: readonly NumberedEvent[] } | undefined
  /** An envelope by its digest, if it is there and is the one. */
  readonly body: (digest: Uint8Array) => Uint8Array | undefined
}

/** Pages of a server, from an event on; undefined when it gives none. */
export type InboxSource = (from?: number) => Promise<string | undefined>

/** Events of one list: a ledger begins a new one long before. */
const EVENTS_MAX = 1_000_000
/** How often a list that began anew meanwhile is begun anew here. */
const BEGUN_ANEW_MAX = 8

/**
 * Brings a mirror's copy of the inbox up to date; what it had is replaced in one step.
 *
 * @returns how many proposals wait; undefined when the server gives no inbox: then none is kept
 *
 * Rejects with INBOX_LINE_MALFORMED, INBOX_LINE_MISMATCH, INPUT_IO, and as the source does.
 */
export async function followInbox(
  source: InboxSource,
  folder: MirrorFolder,
  sha: Sha256,
): Promise<number | undefined> {
  let list = heldList(folder, sha)
  for (let anew = 0; anew < BEGUN_ANEW_MAX; ) {
    const text = await source(list?.next)
    if (text === undefined) {
      await folder.dropInbox()
      return undefined
    }
    const page = parseInboxPage(text)
    if (list === undefined) anew += 1
    list = await continued(list ?? new EventList(page.pin.base, sha), page, folder)
    if (list?.next === page.pin.seq) return await keep(list, folder, sha)
  }
  throw mismatch('it begins anew again and again')
}

/** The list with a page's events; undefined when it must begin anew. @throws LedgerError INBOX_LINE_MISMATCH */
async function continued(
  list: EventList,
  { pin, lines }: InboxPage,
  folder: MirrorFolder,
): Promise<EventList | undefined> {
  if (pin.seq - pin.base > EVENTS_MAX) throw mismatch('too many events')
  const [first] = lines
  if (!list.continuesTo(pin) || (first !== undefined && first.seq !== list.next)) return undefined
  if (first === undefined && list.next < pin.seq) throw mismatch('events are missing')
  for (const line of lines) await list.take(line, folder)
  if (list.next < pin.seq || equalBytes(list.pin.hash, pin.hash)) return list
  // What was held may be of another list that began alike.
  if (list.held) return undefined
  throw mismatch('events')
}

/** Events in order, with their hash and what waits after the last. */
class EventList {
  readonly waiting = new Map<StatementId, WaitingProposal>()
  readonly events: NumberedEvent[] = []
  /** Some of it was held before. */
  held = false
  pin: InboxPin
  readonly #sha: Sha256

  constructor(base: number, sha: Sha256) {
    this.#sha = sha
    this.pin = { base, seq: base, hash: new Uint8Array(32) }
  }

  /** Number of the event that comes next. */
  get next(): number {
    return this.pin.seq
  }

  continuesTo({ base, seq }: InboxPin): boolean {
    return base === this.pin.base && seq >= this.pin.seq
  }

  /** @throws LedgerError INBOX_LINE_MISMATCH */
  add({ seq, event: bytes }: InboxLine): InboxEvent {
    if (seq !== this.pin.seq) throw mismatch('numbers')
    const event = eventOf(bytes)
    this.events.push({ seq, bytes, event })
    applyInboxEvent(this.waiting, event, seq)
    this.pin = nextPin(this.pin, bytes, this.#sha)
    return event
  }

  /** Adds an event, and stores the envelope that comes with it. Rejects with INBOX_LINE_MISMATCH, INPUT_IO. */
  async take(line: InboxLine, folder: MirrorFolder): Promise<void> {
    const { id, digest } = this.add(line)
    const { statement } = line
    if (statement === undefined) return
    const isIt = equalBytes(this.#sha(statement), digest) && idOf(statement, this.#sha) === id
    if (!isIt) throw mismatch('envelope')
    await folder.writeProposal(toHex(digest), statement)
  }
}

async function keep(list: EventList, folder: MirrorFolder, sha: Sha256): Promise<number> {
  const { body } = readInboxCopy(folder, sha)
  const waiting = [...list.waiting.values()].map(({ digest }) => digest)
  if (waiting.some((digest) => body(digest) === undefined)) throw mismatch('an envelope is missing')
  const digests = new Set(waiting.map(toHex))
  const lines = list.events.map(({ seq, bytes }) => formatInboxLine({ seq, event: bytes }))
  await folder.commitInbox(`${[formatInboxPin(list.pin), ...lines].join('\n')}\n`, digests)
  return list.waiting.size
}

/** The list that the folder has, where it is whole. */
function heldList(folder: MirrorFolder, sha: Sha256): EventList | undefined {
  const { list, body } = readInboxCopy(folder, sha)
  const isWhole = [...(list?.waiting.values() ?? [])].every(({ digest }) => body(digest))
  if (list === undefined || !isWhole) return undefined
  list.held = true
  return list
}

/** What a mirror has of the inbox, as far as it can be read and does not contradict itself. */
export function readInboxCopy(
  folder: MirrorFolder,
  sha: Sha256,
): InboxCopy & { readonly list: EventList | undefined } {
  const body = (digest: Uint8Array): Uint8Array | undefined => {
    const found = orNone(() => folder.proposal(toHex(digest)))
    return found !== undefined && equalBytes(sha(found), digest) ? found : undefined
  }
  return { list: orNone(() => readList(folder, sha)), body }
}

/** @throws LedgerError INBOX_LINE_…, INPUT_IO */
function readList(folder: MirrorFolder, sha: Sha256): EventList | undefined {
  const bytes = folder.inbox()
  if (bytes === undefined) return undefined
  const { pin, lines } = parseInboxPage(utf8Decode(bytes))
  const list = new EventList(pin.base, sha)
  for (const line of lines) list.add(line)
  return list.next === pin.seq && equalBytes(list.pin.hash, pin.hash) ? list : undefined
}

function eventOf(bytes: Uint8Array): InboxEvent {
  try {
    return parseInboxEvent(bytes)
  } catch (error) {
    if (error instanceof LedgerError) throw mismatch('event')
    throw error
  }
}

function idOf(statement: Uint8Array, sha: Sha256): StatementId | undefined {
  return orNone(() =>
    statementId(parseEnvelope(parseJson(utf8Decode(statement))).payloadBytes, sha),
  )
}

function mismatch(reason: string): LedgerError {
  return new LedgerError('INBOX_LINE_MISMATCH', { reason })
}
