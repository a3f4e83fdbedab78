/**
 * Windows: since when transfers are summed that are recorded up to some time. docs/counting.md.
 *
 * Times are entry times in seconds since 1970. Calendar months and years, not days: twelve months
 * before 31 March end on 31 March, one month before it on the last day of February.
 */
import { dayOf, startOf } from './days.js'
import { readDuration } from './duration.js'

/** The time so many calendar months earlier; never before 1970. */
export function monthsBefore(time: number, months: number): number {
  const date = new Date(time * 1_000)
  const sinceEpoch = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
  // A claim may name a billion years: further back than dates reach.
  if (months > sinceEpoch) return 0
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() - months)
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0))
  date.setUTCDate(Math.min(day, daysInMonth.getUTCDate()))
  return Math.max(0, Math.floor(date.getTime() / 1_000))
}

/**
 * The time that lies one duration (ISO 8601, as in claims) earlier; never before 1970. What is no
 * whole month or second is rounded up: the longer window counts more.
 */
export function durationBefore(time: number, duration: string): number {
  const read = readDuration(duration)
  // Since ever: a window that cannot be read must not make a sum smaller.
  if (read === undefined) return 0
  return Math.max(0, monthsBefore(time, Math.ceil(read.months)) - Math.ceil(read.seconds))
}

/** First second of the calendar year of a time, where the clock is so many hours ahead of UTC. */
export function yearStart(time: number, utcOffsetHours: number): number {
  return startOf(`${dayOf(time, utcOffsetHours).slice(0, 4)}-01-01`, utcOffsetHours)
}
