/**
 * Days as texts, `YYYY-MM-DD` in UTC: they sort as texts and are never read from a clock.
 */
const DAY_SECONDS = 86_400
const LAST_DAY = '9999-12-31'

/** The UTC day of a time in seconds since 1970; `utcOffsetHours` for the day elsewhere. */
export function dayOf(seconds: number, utcOffsetHours = 0): string {
  return new Date((seconds + utcOffsetHours * 3_600) * 1_000).toISOString().slice(0, 10)
}

/** First second of a day; `utcOffsetHours` for the day elsewhere. */
export function startOf(day: string, utcOffsetHours = 0): number {
  return Date.parse(`${day}T00:00:00Z`) / 1_000 - utcOffsetHours * 3_600
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
