/**
 * A sample: transfers drawn by a seed, for a spot check. docs/regulator.md "Spot checks".
 *
 * The same draw as `waybill sample`, by the same function. An auditor draws from all transfers, a party
 * from those it is involved in.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { hasFormat } from '../../ledger/core/formats.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { sampleIn } from '../../ledger/index.js'
import { readCorridor, readPeriod } from '../../ledger/rules/draw-query.js'
import { jsonAnswer } from '../answers.js'
import { arrayOf, objectOf, VALUES } from '../schemas.js'
import { integerParam, type ParamValues, requiredParam, textParam, tokenRoute } from '../spec.js'

const COUNT_MAX = 1_000
const SEED_CHARS = 1_024

const QUERY = {
  n: requiredParam(integerParam(1, COUNT_MAX, 'How many to draw.')),
  seed: requiredParam(
    textParam(
      '^[^\\0]+$',
      SEED_CHARS,
      'A text drawn in public; of a checkpoint its three lines, each with its line feed, with its size as `tree_size`.',
    ),
  ),
  corridor: textParam(
    '^[A-Z]{2}-[A-Z]{2}$',
    5,
    'Only transfers from one country to another, such as DE-US.',
  ),
  party: textParam('^[A-Za-z0-9_-]{43}$', 43, 'Only transfers of this party.'),
  period: textParam(
    '^[0-9TZ:-]{1,20}\\.\\.[0-9TZ:-]{1,20}$',
    42,
    'Only transfers recorded in this time, both ends included: days, UTC times or seconds since 1970, such as 2026-01-01..2026-06-30.',
  ),
  tree_size: integerParam(
    1,
    Number.MAX_SAFE_INTEGER,
    'Only the first so many entries are drawn from. Left out: all; the answer says how many.',
  ),
} as const

const sample = tokenRoute(
  {
    method: 'GET',
    url: '/v1/sample',
    tag: 'sample',
    operationId: 'drawSample',
    summary: 'Transfers drawn by a seed, for a spot check',
    description:
      'Each transfer has a rank, the SHA-256 of the line `waybill-sample/1`, the seed, a line feed and its id; the smallest ranks are drawn. With the same seed, tree size and filters the answer is always the same, and the same as that of `waybill sample`. An auditor draws from all transfers, a party from those it is involved in. That nothing was left out, in the draw or in what it is drawn from, is the ledger’s word: `waybill sample` draws by itself, and verifies and judges what it drew.',
    query: QUERY,
    answers: {
      200: {
        description: 'The draw.',
        mediaType: 'application/json',
        schema: objectOf({
          seed: VALUES.text,
          tree_size: { ...VALUES.count, description: 'Entries that were drawn from.' },
          eligible: { ...VALUES.count, description: 'Transfers that could have been drawn.' },
          population: {
            type: 'string',
            enum: ['all', 'own'],
            description: 'All transfers of the ledger, or those that the caller is involved in.',
          },
          drawn: {
            ...arrayOf(
              objectOf({
                id: VALUES.id,
                index: VALUES.index,
                rank: { ...VALUES.text, description: 'Lower-case hex.' },
              }),
            ),
            description: 'In order of rank.',
          },
          repeat: {
            ...VALUES.text,
            description:
              'Path and query that bring the same draw again, however the log has grown.',
          },
        }),
      },
    },
    codes: ['PARTY_NOT_FOUND', 'TREE_TOO_SMALL'],
  },
  async ({ query, signal }, { auditor, party: onlooker }, { ledger }) => {
    const { n: count, seed, tree_size: treeSize } = query
    const drawn = await sampleIn(ledger, {
      seed,
      count,
      query: transfersIn(query),
      signal,
      ...(treeSize === undefined ? {} : { treeSize }),
      ...(auditor ? {} : { onlooker }),
    })
    const repeat = pathOf({ ...query, tree_size: Number(drawn['tree_size']) })
    return jsonAnswer({ ...drawn, population: auditor ? 'all' : 'own', repeat })
  },
)

/** In the order in which they are documented. */
export const SAMPLE_ROUTES = [sample]

type Asked = ParamValues<typeof QUERY>

/** @throws LedgerError REQUEST_INVALID for what no statement can say */
function transfersIn({ corridor, party, period }: Asked): Parameters<typeof sampleIn>[1]['query'] {
  const route = corridor === undefined ? {} : readCorridor(corridor)
  const time = period === undefined ? {} : readPeriod(period)
  if (route === undefined)
    throw new LedgerError('REQUEST_INVALID', { at: 'query.corridor', expected: 'DE-US' })
  if (time === undefined) {
    const expected = 'FROM..TO, in order: days, UTC times or seconds since 1970'
    throw new LedgerError('REQUEST_INVALID', { at: 'query.period', expected })
  }
  if (party === undefined) return { ...route, ...time }
  if (!hasFormat(party, 'party-id')) throw new LedgerError('REQUEST_INVALID', { at: 'query.party' })
  return { ...route, ...time, party: party as PartyId }
}

/** An apostrophe too: some clients would write it otherwise than the token that names it. */
function pathOf(query: Asked): string {
  const parts = Object.keys(QUERY).flatMap((name) => {
    const value = query[name as keyof Asked]
    const text = encodeURIComponent(String(value)).replaceAll("'", '%27')
    return value === undefined ? [] : [`${name}=${text}`]
  })
  return `/v1/sample?${parts.join('&')}`
}
