/**
 * Days as texts, `YYYY-MM-DD` in UTC: they sort as texts and are never read from a clock.
 */
const DAY_SECONDS = 86_400
const LAST_DAY = '9999-12-31'

/** First and last day of a span; both count. */
export type Days = { readonly first: string; readonly last: string }

/** Days that were written out before: a lineage lies within a few, and writing one costs a microsecond. */
const WRITTEN = new Map<number, string>()
const WRITTEN_MAX = 4_096

/** The UTC day of a time in seconds since 1970; `utcOffsetHours` for the day elsewhere. */
export function dayOf(seconds: number, utcOffsetHours = 0): string {
  const day = Math.floor((seconds + utcOffsetHours * 3_600) / DAY_SECONDS)
  const known = WRITTEN.get(day)
  if (known !== undefined) return known
  const text = new Date(day * DAY_SECONDS * 1_000).toISOString().slice(0, 10)
  if (WRITTEN.size >= WRITTEN_MAX) WRITTEN.clear()
  WRITTEN.set(day, text)
  return text
}

/** The same the other way round. */
const READ = new Map<string, number>()

/** First second of a day; `utcOffsetHours` for the day elsewhere. */
export function startOf(day: string, utcOffsetHours = 0): number {
  let start = READ.get(day)
  if (start === undefined) {
    start = Date.parse(`${day}T00:00:00Z`) / 1_000
    if (READ.size >= WRITTEN_MAX) READ.clear()
    READ.set(day, start)
  }
  return start - utcOffsetHours * 3_600
}

/** Days from one day to a later one; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return (startOf(to) - startOf(from)) / DAY_SECONDS
}

/** The day so many days later; never after the year 9999. */
export function addDays(day: string, days: number): string {
  const seconds = startOf(day) + days * DAY_SECONDS
  return seconds > startOf(LAST_DAY) ? LAST_DAY : dayOf(seconds)
}
