/**
 * A search as it is typed: aliases, short types, lower-case countries, days. What no statement can
 * say is refused with what would be right, not answered with nothing.
 */
import type { SearchQuery } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { FORMATS, type Format, hasFormat } from '../ledger/core/formats.js'
import { STATEMENT_TYPES, type StatementType } from '../ledger/core/schemas.js'
import { expandTerm } from '../ledger/core/term-names.js'
import { IN_DAY_S, readTime } from '../ledger/rules/draw-query.js'
import type { Settings } from './config.js'
import { parseParty } from './identity.js'

/** Options of the command, as commander names them. */
export type SearchFlags = {
  readonly party?: string
  readonly type?: string
  readonly from?: string
  readonly to?: string
  readonly country?: string
  readonly purpose?: string
  readonly dataset?: string
  readonly digest?: string
  readonly since?: string
  readonly until?: string
}

/** @throws LedgerError USAGE */
export function searchQuery(flags: SearchFlags, settings: Settings): SearchQuery {
  const query: { readonly [Name in keyof SearchQuery]: SearchQuery[Name] | undefined } = {
    party: mapped(flags.party, (text) => parseParty(text, settings)),
    type: mapped(flags.type, typeOf),
    from: mapped(flags.from, (text) => country(text, '--from')),
    to: mapped(flags.to, (text) => country(text, '--to')),
    country: mapped(flags.country, (text) => country(text, '--country')),
    purpose: mapped(flags.purpose, purpose),
    dataset: mapped(flags.dataset, (text) => formed(text, 'name', '--dataset')),
    digest: mapped(flags.digest, (text) => formed(text.toLowerCase(), 'digest', '--digest')),
    since: mapped(flags.since, (text) => time(text, '--since', 0)),
    until: mapped(flags.until, (text) => time(text, '--until', IN_DAY_S)),
  }
  if (query.since !== undefined && query.until !== undefined && query.since > query.until)
    throw new LedgerError('USAGE', { reason: 'the time that is asked for ends before it begins' })
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as SearchQuery
}

function mapped<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text)
}

/** `transfer` or `transfer/1`. */
function typeOf(text: string): StatementType {
  const found = STATEMENT_TYPES.find((type) => type === text || type.split('/')[0] === text)
  if (found !== undefined) return found
  throw usage('--type', `one of ${STATEMENT_TYPES.join(', ')}`)
}

function country(text: string, flag: string): string {
  return formed(text.toUpperCase(), 'country', flag)
}

function purpose(text: string): string {
  const iri = expandTerm(text)
  if (hasFormat(iri, 'term')) return iri
  throw usage('--purpose', 'a purpose: its IRI, or a short form such as dpv:Marketing')
}

function formed(text: string, format: Format, flag: string): string {
  if (hasFormat(text, format)) return text
  throw usage(flag, FORMATS[format].expected)
}

/** As `readTime`. @throws LedgerError USAGE for any other text */
function time(text: string, flag: string, inDay: number): number {
  const seconds = readTime(text, inDay)
  if (seconds !== undefined) return seconds
  throw usage(flag, 'a time: 2026-11-22, 2026-11-22T10:00:00Z, or seconds since 1970')
}

function usage(flag: string, expected: string): LedgerError {
  return new LedgerError('USAGE', { reason: `${flag} takes ${expected}` })
}
