/**
 * Which transfers a sample is drawn from, as it is written: `DE-US`, `2026-01-01..2026-06-30`. The
 * same on the command line and over HTTP, since the same words must mean the same draw.
 */
import { hasFormat } from '../core/formats.js'

/** From the first second of a day to its last. */
export const IN_DAY_S = 86_399

/** `FROM-TO` in ISO 3166-1 alpha-2; undefined for any other text. */
export function readCorridor(
  text: string,
): { readonly from: string; readonly to: string } | undefined {
  const [from = '', to = '', ...more] = text.toUpperCase().split('-')
  const isOne = more.length === 0 && hasFormat(from, 'country') && hasFormat(to, 'country')
  return isOne ? { from, to } : undefined
}

/**
 * `FROM..TO` of entry times, both included: a day means all of it. Undefined for any other text, and
 * where it would end before it begins.
 */
export function readPeriod(
  text: string,
): { readonly since: number; readonly until: number } | undefined {
  const [from = '', to = '', ...more] = text.split('..')
  const since = readTime(from, 0)
  const until = readTime(to, IN_DAY_S)
  if (more.length > 0 || since === undefined || until === undefined) return undefined
  return since > until ? undefined : { since, until }
}

/** A UTC time, a day, or seconds since 1970. Of a day its first second and `inDay` more. */
export function readTime(text: string, inDay: number): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  if (hasFormat(text, 'date')) return Math.floor(Date.parse(text) / 1_000) + inDay
  return hasFormat(text, 'time') ? Math.floor(Date.parse(text) / 1_000) : undefined
}
