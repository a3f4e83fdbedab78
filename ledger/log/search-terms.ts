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
  /**
   * Only what this party is involved in, besides all else. The index is then walked along its own
   * statements alone: neither what is found nor where a page ends nor how long it takes tells of others'.
   */
  readonly within?: PartyId
  /** Involved in any role. */
  readonly party?: PartyId
  readonly type?: StatementType
  /** ISO 3166-1 alpha-2 code of the country that a transfer leaves, or that an instrument's route does. */
  readonly from?: string
  /** Country that it goes to. */
  readonly to?: string
  /** Country of a route, place, storage, access or data subjects, or where a party is established. */
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

/**
 * Terms of a query, the one that the index is walked along first: `within` where there is one,
 * otherwise what likely matches least.
 */
export function queryTerms(query: SearchQuery): readonly SearchTerm[] {
  const { from, to, within } = query
  const pair = from !== undefined && to !== undefined ? `${from}>${to}` : undefined
  const terms: readonly (readonly [SearchKind, string | undefined])[] = [
    ['party', within],
    ['digest', query.digest],
    ['dataset', query.dataset],
    ['party', query.party === within ? undefined : query.party],
    ['route', pair],
    ['from', pair === undefined ? from : undefined],
    ['to', pair === undefined ? to : undefined],
    ['country', query.country],
    ['purpose', query.purpose],
    ['type', query.type],
  ]
  return terms.flatMap(([kind, value]) => (value === undefined ? [] : [[kind, value] as const]))
}

/** Every term of a statement, each once. `parties` are all that are involved in it. */
export function statementTerms(
  { opened, facts }: Pick<StoredStatement, 'opened' | 'facts'>,
  parties: readonly PartyId[],
): readonly SearchTerm[] {
  const { open } = opened
  const digests = [...facts.datasets.map(({ digest }) => digest), facts.artefact]
  const all: readonly SearchTerm[] = [
    ['type', facts.type],
    ...termsOf('party', parties),
    ...termsOf('digest', digests),
    ...termsOf(
      'dataset',
      listOf(open, 'datasets').map((item) => textAt(item, 'name')),
    ),
    ...termsOf('purpose', listOf(open, 'purposes').map(textOf)),
    ...placeTerms(open),
  ]
  return [...new Map(all.map((term) => [termName(term), term])).values()]
}

/** One text for each term, for sets and maps. */
export function termName([kind, value]: SearchTerm): string {
  return `${kind} ${value}`
}

function placeTerms(open: OpenClaims): readonly SearchTerm[] {
  const routes = [scalarOf(open, 'route'), ...listOf(open, 'routes')]
  const place = scalarOf(open, 'place')
  const ends = routes.map((route) => [textAt(route, 'from'), textAt(route, 'to')] as const)
  const countries = [
    textOf(scalarOf(open, 'country')),
    textAt(place, 'jurisdiction'),
    ...ends.flat(),
    ...[place, ...routes].flatMap((where) =>
      ['storage', 'access', 'subjectCountries'].flatMap((name) => textsAt(where, name)),
    ),
  ]
  return [
    ...termsOf(
      'from',
      ends.map(([from]) => from),
    ),
    ...termsOf(
      'to',
      ends.map(([, to]) => to),
    ),
    ...termsOf(
      'route',
      ends.map(([from, to]) =>
        from === undefined || to === undefined ? undefined : `${from}>${to}`,
      ),
    ),
    ...termsOf('country', countries),
  ]
}

function termsOf(kind: SearchKind, values: readonly (string | undefined)[]): readonly SearchTerm[] {
  return values.flatMap((value): SearchTerm[] => (value === undefined ? [] : [[kind, value]]))
}

function scalarOf(open: OpenClaims, claim: string): Json | undefined {
  return open.claims.has(claim) ? scalarClaim(open, claim) : undefined
}

function listOf(open: OpenClaims, claim: string): readonly Json[] {
  return open.claims.has(claim) ? (listClaim(open, claim) ?? []) : []
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textAt(value: Json | undefined, name: string): string | undefined {
  return isObject(value) ? textOf(value[name]) : undefined
}

function textsAt(value: Json | undefined, name: string): readonly string[] {
  const member = isObject(value) ? value[name] : undefined
  return Array.isArray(member)
    ? (member as readonly Json[]).filter((item) => typeof item === 'string')
    : []
}
