/**
 * Search: which statements say this? DESIGN 7.2, 7.3.
 *
 * A party finds what it is involved in, an auditor everything; rulesets are everybody's. For a party
 * the ledger walks the party's own statements and nothing else, so that no count, cursor or delay
 * tells of others'.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { FORMATS, type Format, hasFormat } from '../../ledger/core/formats.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { STATEMENT_TYPES } from '../../ledger/core/schemas.js'
import { summaryOf } from '../../ledger/core/summary.js'
import { expandTerm } from '../../ledger/core/term-names.js'
import {
  refuseUnknownPurpose,
  SEARCH_PAGE_MAX,
  type SearchQuery,
  type StoredStatement,
} from '../../ledger/index.js'
import { findsAll, viewFor } from '../access.js'
import { jsonAnswer } from '../answers.js'
import type { Caller } from '../auth.js'
import { formatCursor, parseCursor } from '../cursor.js'
import { arrayOf, objectOf, VALUES } from '../schemas.js'
import { integerParam, type ParamValues, textParam, tokenRoute, wordParam } from '../spec.js'

const PAGE_DEFAULT = 50
/** Entry times have 32 bits. */
const TIME_MAX = 2 ** 32 - 1
const NAME_CHARS = 256
const COUNTRY = '^[A-Z]{2}$'

const QUERY = {
  party: textParam('^[A-Za-z0-9_-]{43}$', 43, 'Party id: involved in any role, or signed.'),
  type: wordParam(STATEMENT_TYPES, 'Statement type.'),
  from: textParam(COUNTRY, 2, 'Country that the data leaves, ISO 3166-1 alpha-2.'),
  to: textParam(COUNTRY, 2, 'Country that the data goes to; with `from`, on the same route.'),
  country: textParam(
    COUNTRY,
    2,
    'Country of a route, place, storage, access or data subjects, or where a party is established.',
  ),
  purpose: textParam(
    '^\\S+$',
    NAME_CHARS,
    'A purpose as stated: its IRI, or a short form with `dpv:`, `dpv-pd:` or `eu-gdpr:`.',
  ),
  dataset: textParam('^\\S(?:.*\\S)?$', 2 * NAME_CHARS, 'Name of a dataset, all of it.'),
  digest: textParam(
    '^[0-9a-f]{64}$',
    64,
    'SHA-256 of a dataset or of the artefact of an outcome, lower-case hex.',
  ),
  since: integerParam(0, TIME_MAX, 'Entry time at least, seconds since 1970, UTC.'),
  until: integerParam(0, TIME_MAX, 'Entry time at most, seconds since 1970, UTC.'),
  limit: integerParam(
    1,
    SEARCH_PAGE_MAX,
    `Most statements of a page; ${PAGE_DEFAULT} when left out.`,
  ),
  cursor: textParam('^[A-Za-z0-9_-]{1,64}$', 64, 'The `cursor` of the last page, same query.'),
} as const

const NAMED = { name: VALUES.text, digest: VALUES.text }

const ITEM = objectOf(
  {
    id: VALUES.id,
    index: VALUES.index,
    time: { ...VALUES.seconds, description: 'Entry time, seconds since 1970, UTC.' },
    type: VALUES.text,
    parties: {
      type: 'object',
      additionalProperties: VALUES.party,
      description: 'Parties that the claims name, by role.',
    },
    from: VALUES.text,
    to: VALUES.text,
    country: VALUES.text,
    purposes: arrayOf(VALUES.text),
    datasets: arrayOf(objectOf({ n: VALUES.count, ...NAMED })),
    artefact: objectOf(NAMED),
    name: { ...VALUES.text, description: 'Legal name of a party, as its enrolment says.' },
    about: { ...VALUES.id, description: 'What a refusal refuses.' },
  },
  ['from', 'to', 'country', 'artefact', 'name', 'about'],
)

const search = tokenRoute(
  {
    method: 'GET',
    url: '/v1/search',
    tag: 'search',
    operationId: 'searchStatements',
    summary: 'Statements that say something, in the order of the log',
    description:
      'All that is given must match; values are matched whole. A party finds what it is involved in, and rulesets (`type`); an auditor everything. Waiting proposals are not found. A page may have fewer items than `limit`, even none, and still a `cursor`: there may be more. All pages of one search are of the tree size of the first. A purpose that is no term of the vocabulary, that no ruleset in the log declares and that nothing which the caller may find states is refused with TERM_NOT_FOUND: it is misspelt.',
    query: QUERY,
    answers: {
      200: {
        description: 'One page.',
        mediaType: 'application/json',
        schema: objectOf(
          {
            items: arrayOf(ITEM),
            tree_size: VALUES.count,
            cursor: { ...VALUES.text, description: 'There may be more: give it as `cursor`.' },
          },
          ['cursor'],
        ),
      },
    },
    codes: ['TERM_NOT_FOUND'],
  },
  async ({ query }, caller, { ledger }) => {
    const start = parseCursor(query.cursor, ledger.size)
    const limit = query.limit ?? PAGE_DEFAULT
    const asked = searchQuery(query, caller)
    const { found, next } = await ledger.search(asked, {
      after: start.position,
      size: start.size,
      limit,
    })
    const isEmpty = found.length === 0 && next === undefined && query.cursor === undefined
    if (isEmpty && asked.purpose !== undefined)
      await refuseUnknownPurpose(ledger, asked.purpose, asked.within)
    const view = viewFor(caller, ledger)
    const items = found.filter((stored) => view(stored) === 'envelope').map(itemJson)
    const cursor =
      next === undefined ? {} : { cursor: formatCursor({ size: start.size, position: next }) }
    return jsonAnswer({ items, tree_size: start.size, ...cursor })
  },
)

/** In the order in which they are documented. */
export const SEARCH_ROUTES = [search]

/** @throws LedgerError REQUEST_INVALID */
function searchQuery(query: ParamValues<typeof QUERY>, caller: Caller): SearchQuery {
  const { party, purpose, cursor: _, limit: __, ...rest } = query
  const expanded = purpose === undefined ? undefined : expandTerm(purpose)
  checkForm('from', query.from, 'country')
  checkForm('to', query.to, 'country')
  checkForm('country', query.country, 'country')
  checkForm('purpose', expanded, 'term')
  checkForm('dataset', query.dataset, 'name')
  const given = { ...rest, party: party as PartyId | undefined, purpose: expanded }
  return {
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as SearchQuery),
    ...(findsAll(caller, query.type) ? {} : { within: caller.party }),
  }
}

/** What no statement can say is a mistake, not an empty answer. */
function checkForm(name: string, text: string | undefined, format: Format): void {
  if (text === undefined || hasFormat(text, format)) return
  const { expected } = FORMATS[format]
  throw new LedgerError('REQUEST_INVALID', { at: `query.${name}`, expected })
}

function itemJson({ id, index, time, opened, facts }: StoredStatement): JsonObject {
  return { id, index, time, ...(summaryOf(opened, facts) as unknown as JsonObject) }
}
