/**
 * Searching: what is asked of a server, and what its answer means. DESIGN 7.2.
 *
 * What is found is the server's word: `receipt` or `lineage` of an id brings what can be verified.
 */

import { hasFormat } from '../ledger/core/formats.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementType } from '../ledger/core/schemas.js'
import type { DatasetSummary } from '../ledger/core/summary.js'
import { idAt, invalid, objectAt, objectsAt, textAt, textsAt, wholeAt } from './members.js'
import type { SearchItem, SearchPage } from './model.js'
import { pathWith } from './query.js'

/** What to look for; all of it must match, each value whole. Without any, everything that may be read. */
export type SearchQuery = {
  /** Involved in any role. */
  readonly party?: PartyId
  readonly type?: StatementType
  /** Country that data leaves, ISO 3166-1 alpha-2. */
  readonly from?: string
  /** Country that data goes to. */
  readonly to?: string
  /** Country of a route, place, storage, access or data subjects, or where a party is established. */
  readonly country?: string
  /** IRI of a purpose, or a short form such as `dpv:Marketing`. */
  readonly purpose?: string
  /** Name of a dataset. */
  readonly dataset?: string
  /** SHA-256 of a dataset or of an outcome's artefact, lower-case hex. */
  readonly digest?: string
  /** Entry time at least, seconds since 1970. */
  readonly since?: number
  /** Entry time at most, seconds since 1970. */
  readonly until?: number
  /** Most statements of one page, 1 to 200; 50 if left out. */
  readonly limit?: number
  /** The `cursor` of the page before. */
  readonly cursor?: string
}

/** Every member, so that nothing else goes into an address. */
const NAMES: { readonly [Name in keyof Required<SearchQuery>]: Name } = {
  party: 'party',
  type: 'type',
  from: 'from',
  to: 'to',
  country: 'country',
  purpose: 'purpose',
  dataset: 'dataset',
  digest: 'digest',
  since: 'since',
  until: 'until',
  limit: 'limit',
  cursor: 'cursor',
}

/** Path and query as they are sent, and so as the token names them. */
export function searchPath(query: SearchQuery): string {
  const named = Object.values(NAMES).map((name) => [name, query[name]] as const)
  return pathWith('/v1/search', Object.fromEntries(named))
}

export function readSearchPage(answer: JsonObject): SearchPage {
  const { cursor } = answer
  return {
    items: objectsAt(answer, 'items').map(readItem),
    size: wholeAt(answer, 'tree_size'),
    ...(cursor === undefined ? {} : { cursor: textAt(answer, 'cursor') }),
  }
}

function readItem(item: JsonObject): SearchItem {
  const has = (name: string): boolean => item[name] !== undefined
  return {
    id: idAt(item, 'id'),
    index: wholeAt(item, 'index'),
    time: wholeAt(item, 'time'),
    type: textAt(item, 'type'),
    parties: partiesAt(item),
    purposes: textsAt(item, 'purposes'),
    datasets: objectsAt(item, 'datasets').map(readDataset),
    ...(has('from') ? { from: textAt(item, 'from') } : {}),
    ...(has('to') ? { to: textAt(item, 'to') } : {}),
    ...(has('country') ? { country: textAt(item, 'country') } : {}),
    ...(has('artefact') ? { artefact: named(objectAt(item['artefact'] ?? null, 'artefact')) } : {}),
    ...(has('name') ? { name: textAt(item, 'name') } : {}),
    ...(has('about') ? { about: idAt(item, 'about') } : {}),
  }
}

function partiesAt(item: JsonObject): Readonly<Record<string, PartyId>> {
  const parties = objectAt(item['parties'] ?? null, 'items.parties')
  return Object.fromEntries(
    Object.entries(parties).map(([role, party]) => {
      if (typeof party !== 'string' || !hasFormat(party, 'party-id')) throw invalid('items.parties')
      return [role, party as PartyId]
    }),
  )
}

function readDataset(item: JsonObject): DatasetSummary {
  return { n: wholeAt(item, 'n'), ...named(item) }
}

function named(item: JsonObject): { readonly name: string; readonly digest: string } {
  return { name: textAt(item, 'name'), digest: textAt(item, 'digest') }
}
