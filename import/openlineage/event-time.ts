/**
 * The times of events: RFC 3339 with an offset, as OpenLineage asks for.
 *
 * Kept to the nanosecond, because events of one run may be microseconds apart and their order decides
 * who read what. A time without an offset is none: nobody could say which of two came first.
 */
import { hasFormat } from '../../ledger/core/formats.js'

/** A moment. `utc` has the format `time` of statements. */
export type EventTime = {
  /** Whole seconds since 1970, UTC. */
  readonly seconds: number
  /** 0 to 999,999,999. */
  readonly nanos: number
  readonly utc: string
}

const FORM =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** Reads a time; undefined when it is not RFC 3339, has no offset, or lies outside the years 1 to 9999. */
export function parseEventTime(text: string): EventTime | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, day = '', hour = '', minute = '', second = '', decimals = ''] = match
  const offset = offsetSeconds(match[6], match[7], match[8])
  const local = `${day}T${hour}:${minute}:${second}Z`
  if (offset === undefined || !hasFormat(local, 'time')) return undefined
  const seconds = Date.parse(local) / 1000 - offset
  const whole = new Date(seconds * 1000).toISOString().slice(0, -5)
  const digits = decimals.replace(/0+$/, '')
  const utc = digits === '' ? `${whole}Z` : `${whole}.${digits}Z`
  if (!hasFormat(utc, 'time')) return undefined
  return { seconds, nanos: Number(decimals.padEnd(9, '0')), utc }
}

/** Negative when `a` is earlier, 0 when they are the same moment. */
export function compareTimes(a: EventTime, b: EventTime): number {
  return a.seconds === b.seconds ? a.nanos - b.nanos : a.seconds - b.seconds
}

function offsetSeconds(
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): number | undefined {
  if (sign === undefined) return 0
  const [h, m] = [Number(hours), Number(minutes)]
  if (h > 23 || m > 59) return undefined
  return (sign === '-' ? -1 : 1) * (h * 3_600 + m * 60)
}
