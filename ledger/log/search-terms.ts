/**
 * What a statement can be searched by: parties, type, countries, purposes, datasets, digests.
 *
 * Terms are matched whole. In the index stands a hash of each, so that its keys have one length;
 * claims that are withheld give no terms.
 */
import { listClaim, type OpenClaims, scalarClaim } from '../core/disclosure.js'
import { isObject, type Json } from '../core/json.js'
import type { PartyId } from '../core/key-state.js'
import type { StatementType } from '../core/schemas.js'
import type { StoredStatement } from './reader.js'

/** One search term: what it is about, and its value. */
export type SearchTerm = readonly [kind: SearchKind, value: string]
export type SearchKind =
  | 'party'
  | 'digest'
  | 'dataset'
  | 'route'
  | 'from'
  | 'to'
  | 'country'
  | 'purpose'
  | 'type'

/** What to look for; all of it must match. */
export type SearchQuery = {
  /** Involved in any role. */
  readonly party?: PartyId
  readonly type?: StatementType
  /** ISO 3166-1 alpha-2 code of the country a transfer leaves. */
  readonly from?: string
  /** Country a transfer goes to. */
  readonly to?: string
  /** Country that the statement names in any place. */
  readonly country?: string
  /** IRI of a purpose, as stated. */
  readonly purpose?: string
  /** Name of a dataset, as stated. */
  readonly dataset?: string
  /** SHA-256 of a dataset or of an outcome's artefact, lower-case hex. */
  readonly digest?: string
  /** Entry time at least, seconds since 1970. */
  readonly since?: number
  /** Entry time at most, seconds since 1970. */
  readonly until?: number
}

/** Terms of a query, the one that likely matches least first: the index is walked along it. */
export function queryTerms(query: SearchQuery): readonly SearchTerm[] {
  const { from, to } = query
  const pair = from !== undefined && to !== undefined ? `${from}>${to}` : undefined
  const terms: readonly (readonly [SearchKind, string | undefined])[] = [
    ['digest', query.digest],
    ['dataset', query.dataset],
    ['party', query.party],
    ['route', pair],
    ['from', pair === undefined ? from : undefined],
    ['to', pair === undefined ? to : undefined],
    ['country', query.country],
    ['purpose', query.purpose],
    ['type', query.type],
  ]
  return terms.flatMap(([kind, value]) => (value === undefined ? [] : [[kind, value] as const]))
}

/** Every term of a statement. `parties` are all that are involved in it. */
export function statementTerms(
  { opened, facts }: StoredStatement,
  parties: readonly PartyId[],
): readonly SearchTerm[] {
  const { open } = opened
  const digests = [...facts.datasets.map(({ digest }) => digest), facts.artefact]
  const all: SearchTerm[] = [
    ['type', facts.type],
    ...parties.map((party): SearchTerm => ['party', party]),
    ...digests.flatMap((digest): SearchTerm[] =>
      digest === undefined ? [] : [['digest', digest]],
    ),
    ...textsOf(open, 'datasets', 'name').map((name): SearchTerm => ['dataset', name]),
    ...textsOf(open, 'purposes').map((purpose): SearchTerm => ['purpose', purpose]),
    ...placeTerms(open),
  ]
  return [...new Map(all.map((term) => [term.join('\n'), term])).values()]
}

function placeTerms(open: OpenClaims): readonly SearchTerm[] {
  const route = open.claims.has('route') ? scalarClaim(open, 'route') : undefined
  const place = open.claims.has('place') ? scalarClaim(open, 'place') : undefined
  const from = memberText(route, 'from')
  const to = memberText(route, 'to')
  const countries = [
    from,
    to,
    memberText(place, 'jurisdiction'),
    ...memberTexts(route, 'storage'),
    ...memberTexts(route, 'access'),
  ]
  return [
    ...(from === undefined ? [] : [['from', from] as const]),
    ...(to === undefined ? [] : [['to', to] as const]),
    ...(from === undefined || to === undefined ? [] : [['route', `${from}>${to}`] as const]),
    ...countries.flatMap((country): SearchTerm[] =>
      country === undefined ? [] : [['country', country]],
    ),
  ]
}

/** Strings of a list claim, or one member of each of its objects. */
function textsOf(open: OpenClaims, claim: string, member?: string): readonly string[] {
  const list = open.claims.has(claim) ? (listClaim(open, claim) ?? []) : []
  return list.flatMap((item) => {
    const value = member === undefined ? item : isObject(item) ? item[member] : undefined
    return typeof value === 'string' ? [value] : []
  })
}

function memberText(value: Json | undefined, name: string): string | undefined {
  const member = isObject(value) ? value[name] : undefined
  return typeof member === 'string' ? member : undefined
}

function memberTexts(value: Json | undefined, name: string): readonly string[] {
  const member = isObject(value) ? value[name] : undefined
  return Array.isArray(member)
    ? (member as readonly Json[]).filter((item) => typeof item === 'string')
    : []
}
