/**
 * Files → events in order of time. Every piece of every file is an event or is reported as malformed.
 *
 * Order: by `eventTime`, then as they were given. The same event twice (equal as JSON) counts once;
 * producers may deliver more than once.
 */
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Sha256 } from '../../ledger/core/hash.js'
import { encodeJcs, parseJson } from '../../ledger/core/json.js'
import {
  type DesignEvent,
  type LineageEvent,
  type Place,
  parseEvent,
  type RunEvent,
} from './event.js'
import { EVENT_DEPTH_MAX, type EventText, splitEvents } from './event-text.js'
import { compareTimes } from './event-time.js'

export type StreamFile = { readonly name: string; readonly bytes: Uint8Array }

export type Malformed = { readonly place: Place; readonly reason: string }

export type EventStream = {
  /** In order of time. */
  readonly runs: readonly RunEvent[]
  readonly designs: readonly DesignEvent[]
  /** Events that are equal to an earlier one. */
  readonly duplicates: readonly Place[]
  readonly malformed: readonly Malformed[]
}

/** Longest event, in characters. */
export const EVENT_CHARS_MAX = 4_194_304

/** Reads all events of all files. Never throws for what a file holds. */
export function readStream(files: readonly StreamFile[], sha: Sha256): EventStream {
  const runs: RunEvent[] = []
  const designs: DesignEvent[] = []
  const duplicates: Place[] = []
  const malformed: Malformed[] = []
  const seen = new Set<string>()
  for (const piece of files.flatMap(({ name, bytes }) => splitEvents(name, bytes))) {
    const read = readEvent(piece, sha)
    if ('reason' in read) malformed.push({ place: piece.place, reason: read.reason })
    else if (seen.has(read.digest)) duplicates.push(piece.place)
    else {
      seen.add(read.digest)
      if (read.event.kind === 'run') runs.push(read.event)
      else designs.push(read.event)
    }
  }
  // The engine's sort is stable: events of one moment stay as they were given.
  return { runs: runs.sort((a, b) => compareTimes(a.time, b.time)), designs, duplicates, malformed }
}

function readEvent(
  piece: EventText,
  sha: Sha256,
): { readonly event: LineageEvent; readonly digest: string } | { readonly reason: string } {
  if ('reason' in piece) return piece
  if (piece.text.length > EVENT_CHARS_MAX)
    return { reason: `longer than ${EVENT_CHARS_MAX} characters` }
  try {
    const value = parseJson(piece.text, EVENT_DEPTH_MAX)
    const event = parseEvent(value, piece.place)
    return { event, digest: toHex(sha(utf8Encode(encodeJcs(value)))) }
  } catch (error) {
    if (error instanceof LedgerError) return { reason: reasonOf(error) }
    throw error
  }
}

/** Our own words and places only, never what the event says. */
function reasonOf({ details }: LedgerError): string {
  const { at, expected, reason } = details
  if (typeof at === 'string' && typeof expected === 'string') return `${at}: expected ${expected}`
  return typeof reason === 'string' ? reason : 'not strict JSON'
}
