/**
 * Days as rules compare them: UTC, `YYYY-MM-DD`, which sort as texts. No clock: a day comes from an
 * entry's time or from a claim.
 */

const DAY_MS = 86_400_000

/** The day of a time in seconds since 1970. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 10)
}

/** Whole days from one day to a later one; negative when it is earlier. */
export function daysBetween(first: string, second: string): number {
  return (Date.parse(second) - Date.parse(first)) / DAY_MS
}
