/**
 * A statement as words: its claims, who signed, where it stands.
 */
import type { OpenedStatement } from '../ledger/core/check.js'
import { listClaim, type OpenClaims, scalarClaim } from '../ledger/core/disclosure.js'
import { isObject, type Json, type JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Shape } from '../ledger/core/schema.js'
import { shortTerm } from '../ledger/core/term-names.js'
import type { VerifiedStatement } from '../ledger/core/verify.js'
import { clean, countryText, shortId, termLabel, utc, valueLines, valueText } from './output.js'
import { type PartyBook, partyText } from './party-book.js'

const WITHHELD = '(withheld)'
const ABSENT = '-'
/** Routes of an instrument on its one line; its claims have them all. */
const ROUTES_SHOWN = 4

/** Names of parties that a statement's claims give by id, for the person who reads them. */
export type Names = ReadonlyMap<string, string>

const NO_NAMES: Names = new Map()

/** Every claim, a list claim's elements below each other, parties with their names. */
export function claimLines(
  { open, schema }: OpenedStatement,
  names: Names = NO_NAMES,
): readonly string[] {
  const claims = Object.entries(schema.claims)
  const width = Math.max(...claims.map(([name]) => name.length))
  return claims.flatMap(([name, { shape }]) => {
    const label = `  ${name.padEnd(width)}  `
    const values = open.claims.get(name)?.values ?? []
    const [first = WITHHELD, ...rest] = values.flatMap((value) => claimValue(value, shape, names))
    return [`${label}${first}`, ...rest.map((line) => `${' '.repeat(label.length)}${line}`)]
  })
}

function claimValue(value: Json | undefined, shape: Shape, names: Names): readonly string[] {
  if (value === undefined) return [WITHHELD]
  if (value === null || (Array.isArray(value) && value.length === 0)) return [ABSENT]
  const name = typeof value === 'string' ? names.get(value) : undefined
  return name === undefined ? valueLines(value, shape) : [`${valueText(value)} (${clean(name)})`]
}

/** Claims as JSON: a withheld value is `{"withheld": true}`, an absent one null. */
export function claimsJson({ open, schema }: OpenedStatement): JsonObject {
  const claims: Record<string, Json> = {}
  for (const name of Object.keys(schema.claims)) {
    const claim = open.claims.get(name)
    if (claim === undefined || claim.values.includes(undefined)) claims[name] = { withheld: true }
    else if (claim.list) claims[name] = listClaim(open, name) ?? []
    else claims[name] = scalarClaim(open, name) ?? null
  }
  return claims
}

/** The visible members of a payload, which everybody sees who sees the statement. */
export function visibleLines({ payload, id }: OpenedStatement): readonly string[] {
  const { parents, about, supersedes, countersignBy } = payload
  const rows: (readonly [string, string])[] = [
    ['id', id],
    ['ledger', clean(payload.origin)],
    ['made', utc(payload.iat)],
  ]
  if (countersignBy !== undefined) rows.push(['sign by', utc(countersignBy)])
  for (const parent of parents ?? []) rows.push(['parent', `dataset ${parent.n} of ${parent.id}`])
  if (about !== undefined) rows.push(['about', about])
  if (supersedes !== undefined) rows.push(['supersedes', supersedes])
  return rows.map(([name, value]) => `  ${name.padEnd(10)}  ${value}`)
}

export function visibleJson({ payload, id }: OpenedStatement): JsonObject {
  const { parents, about, supersedes, countersignBy } = payload
  return {
    id,
    type: payload.type,
    origin: payload.origin,
    iat: payload.iat,
    ...(countersignBy === undefined ? {} : { countersign_by: countersignBy }),
    ...(parents === undefined
      ? {}
      : { parents: parents.map(({ id: parent, n }) => ({ id: parent, n })) }),
    ...(about === undefined ? {} : { about }),
    ...(supersedes === undefined ? {} : { supersedes }),
  }
}

/** `transfer/1 3f2a9c0d1e2f  entry 17, 2026-11-22 10:00:03Z`. */
export function headline(statement: VerifiedStatement): string {
  const { payload, id, index, time, form } = statement
  const stub = form === 'stub' ? ' (stub)' : ''
  return `${payload.type} ${shortId(id)}${stub}  entry ${index}, ${utc(time)}`
}

/** One line per signature, with what became of its key. */
export function signerLines({ signers }: VerifiedStatement, book: PartyBook): readonly string[] {
  return signers.map(({ role, party, iat, kid, statusNow }) => {
    const now = statusNow === 'active' ? '' : `; the key is ${statusNow} now`
    return `${role} ${partyText(book(party))}, ${utc(iat)}, key ${kid.slice(0, 12)}${now}`
  })
}

export function statementJson(statement: VerifiedStatement): JsonObject {
  const { index, time, form, signers, open } = statement
  return {
    ...visibleJson(statement),
    index,
    time,
    form,
    withheld: open.withheld,
    signatures: signers.map(({ role, party, kid, iat, statusNow }) => ({
      role,
      party,
      kid,
      iat,
      key_status_now: statusNow,
    })),
    claims: claimsJson(statement),
  }
}

/** Who, from where to where, as far as the claims are open; empty for a type that has no such claims. */
export function wayLine(statement: OpenedStatement, book: PartyBook): string {
  const { open, payload, schema } = statement
  const text = (claim: string): string => {
    const value = scalarClaim(open, claim)
    return typeof value === 'string' ? clean(value) : WITHHELD
  }
  const name = (claim: string): string => namedParty(open, claim, book)
  const place = (): string => placeText(scalarClaim(open, 'place'))
  switch (payload.type) {
    case 'transfer/1':
      return `${name('exporter')} -> ${name('importer')}: ${routeText(scalarClaim(open, 'route'))}`
    case 'collection/1':
      return `${name('collector')}: ${place()}`
    case 'processing/1':
      return `${name('performer')}: ${place()}`
    case 'instrument/1':
      return `${name('exporter')} -> ${name('importer')}: ${instrumentText(open)}, ${routesText(open)}`
    case 'assessment/1':
      return `${name('assessor')}: ${text('kind')}, ${text('result')}`
    case 'ruleset/1':
      return `${name('issuer')}: ruleset ${text('name')} ${text('version')}`
    case 'audit/1':
      return `${name('auditor')}: audit, ${text('verdict')}`
    default:
      return Object.keys(schema.claims).includes('performer') ? name('performer') : ''
  }
}

/** By the code of its clause, such as A46-2-c. */
function instrumentText(open: OpenClaims): string {
  const kind = scalarClaim(open, 'kind')
  return isObject(kind) ? `instrument ${clean(String(kind['code']))}` : WITHHELD
}

/** Countries of each route of an instrument: `Germany (DE) to India (IN)`. */
function routesText(open: OpenClaims): string {
  const routes = listClaim(open, 'routes')
  if (routes === undefined) return WITHHELD
  const shown = routes.slice(0, ROUTES_SHOWN).map((route) => {
    const { from, to } = isObject(route) ? route : {}
    return `${countryText(String(from))} to ${countryText(String(to))}`
  })
  const more = routes.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more routes`] : [])].join('; ')
}

function namedParty(open: OpenClaims, claim: string, book: PartyBook): string {
  const party = scalarClaim(open, claim)
  return typeof party === 'string' ? partyText(book(party as PartyId)) : WITHHELD
}

function routeText(route: Json | undefined): string {
  if (!isObject(route)) return WITHHELD
  const { from, to, mode } = route
  const more = [
    countriesText('stored in', route['storage']),
    countriesText('accessed from', route['access']),
  ].filter((text) => text !== '')
  const way = `${countryText(String(from))} to ${countryText(String(to))}, ${clean(String(mode))}`
  return [way, ...more].join(', ')
}

function placeText(place: Json | undefined): string {
  if (!isObject(place)) return WITHHELD
  const more = [
    countriesText('people in', place['subjectCountries']),
    countriesText('stored in', place['storage']),
    countriesText('accessed from', place['access']),
  ].filter((text) => text !== '')
  return [`in ${countryText(String(place['jurisdiction']))}`, ...more].join(', ')
}

function countriesText(words: string, countries: Json | undefined): string {
  if (!Array.isArray(countries) || countries.length === 0) return ''
  return `${words} ${countries.map((code: Json) => countryText(String(code))).join(', ')}`
}

/** `marketing (dpv:Marketing)` for each term of a list claim. */
export function termsText(open: OpenClaims, claim: string): string {
  const terms = open.claims.has(claim) ? listClaim(open, claim) : undefined
  if (terms === undefined) return WITHHELD
  if (terms.length === 0) return ABSENT
  return terms.map((term) => termText(String(term))).join(', ')
}

function termText(term: string): string {
  return `${termLabel(term)} (${clean(shortTerm(term))})`
}
