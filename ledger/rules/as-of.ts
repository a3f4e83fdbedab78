/** As of when something is looked at: an entry index, or a time. DESIGN 6. */
import { hasFormat } from '../core/formats.js'

/** The last entry that counts, or the last second, since 1970. */
export type AsOf = { readonly index: number } | { readonly time: number }

/** What an index, a day (all of it) or a UTC time means; undefined for any other text. */
export function readAsOf(text: string): AsOf | undefined {
  if (/^\d{1,15}$/.test(text)) return { index: Number(text) }
  const time = hasFormat(text, 'date') ? `${text}T23:59:59Z` : text
  return hasFormat(time, 'time') ? { time: Math.floor(Date.parse(time) / 1_000) } : undefined
}
