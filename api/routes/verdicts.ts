/**
 * Verdicts on a lineage, and sums over transfers. DESIGN 6, 7.3. Both are computed for each call.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { lastEntry, verdictsIn } from '../../ledger/index.js'
import type { CategoryTally, Tally, UsageKey } from '../../ledger/rules/facts.js'
import type { Hop } from '../../ledger/rules/hop.js'
import type { Sum } from '../../ledger/rules/sums.js'
import { isFull } from '../../ledger/rules/tally.js'
import { mayKnowSum, readableIds, readableStatement } from '../access.js'
import { jsonAnswer } from '../answers.js'
import { VERDICTS_SCHEMA } from '../rules-json.js'
import { arrayOf, objectOf, VALUES } from '../schemas.js'
import { AS_OF, integerParam, requiredParam, textParam, tokenRoute, wordParam } from '../spec.js'
import { STATEMENT_ID } from './statements.js'

const JSON_TYPE = 'application/json'
const TAG = 'rules'
/** Most statements of one answer, as in a lineage. */
const JUDGED_MAX = 5_000

const verdicts = tokenRoute(
  {
    method: 'GET',
    url: '/v1/verdicts/:id',
    tag: TAG,
    operationId: 'getVerdicts',
    summary: 'What the rules say of a statement and of everything before it',
    description: `For a statement that the caller may read in full. Each hop is judged by the ruleset in force when it was recorded. Findings are FAIL, UNKNOWN and WARN; their reasons are shown where the caller may read all that they may quote. At most ${JUDGED_MAX} statements.`,
    params: { id: STATEMENT_ID },
    query: { as_of: AS_OF },
    answers: {
      200: { description: 'Verdicts.', mediaType: JSON_TYPE, schema: VERDICTS_SCHEMA },
    },
    codes: [
      'STATEMENT_NOT_FOUND',
      'STATEMENT_ID_AMBIGUOUS',
      'LINEAGE_TOO_LARGE',
      'ENTRY_NOT_FOUND',
      'JUDGING_FULL',
      'RULES_NOT_READY',
    ],
  },
  async ({ params, query, signal }, caller, { ledger }) => {
    const { id } = await readableStatement(params.id, caller, ledger)
    const readable = (each: StatementId): boolean => readableIds([each], caller, ledger).length > 0
    const mayKnow = (sum: Sum, hop: Hop): boolean => mayKnowSum(sum, hop, caller)
    const asked = { readable, mayKnow, max: JUDGED_MAX, signal }
    const { as_of: asOf } = query
    return jsonAnswer(await verdictsIn(ledger, id, asOf === undefined ? asked : { ...asked, asOf }))
  },
)

const PARTY = textParam('^[A-Za-z0-9_-]{43}$', 43, 'Party id.')
const CATEGORY = {
  category: VALUES.text,
  records: VALUES.count,
  persons: VALUES.count,
  devices: VALUES.count,
}

const usage = tokenRoute(
  {
    method: 'GET',
    url: '/v1/usage',
    tag: TAG,
    operationId: 'getUsage',
    summary: 'Sums over transfers, for auditors',
    description:
      'What was sent in transfers that share a key: between two parties (`pair`: exporter, importer), from a country (`export`: exporter, from), under an instrument (`instrument`: instrument, phase where it has one), or by a derogation (`derogation`: exporter, importer, ground). A correction, which moved the same data, counts in place of what it supersedes. What a party has moved that exporter or importer continues is counted with it.',
    query: {
      kind: requiredParam(
        wordParam(['pair', 'export', 'instrument', 'derogation'], 'What they share.'),
      ),
      exporter: PARTY,
      importer: PARTY,
      from: textParam('^[A-Z]{2}$', 2, 'ISO 3166-1 alpha-2 code.'),
      instrument: textParam('^[0-9a-f]{64}$', 64, 'Statement id.'),
      phase: textParam('^.{1,64}$', 64, 'Phase of the instrument.'),
      ground: textParam('^[A-Za-z0-9-]{1,64}$', 64, 'Ground of the derogation.'),
      since: integerParam(0, Number.MAX_SAFE_INTEGER, 'Entry time at least, seconds since 1970.'),
      as_of: AS_OF,
    },
    answers: {
      200: {
        description: 'Sums.',
        mediaType: JSON_TYPE,
        schema: objectOf({
          tree_size: VALUES.count,
          as_of: VALUES.index,
          transfers: VALUES.count,
          records: VALUES.count,
          persons: VALUES.count,
          sensitive: VALUES.count,
          devices: VALUES.count,
          uncounted: {
            ...VALUES.count,
            description: 'Transfers that do not say how many persons: the sums are lower bounds.',
          },
          volumes: arrayOf(objectOf(CATEGORY)),
          categories: arrayOf(objectOf(CATEGORY)),
        }),
      },
    },
    codes: ['AUTH_FORBIDDEN', 'ENTRY_NOT_FOUND', 'SUM_TOO_LARGE', 'RULES_NOT_READY'],
  },
  async ({ query }, caller, { ledger }) => {
    if (!caller.auditor) throw new LedgerError('AUTH_FORBIDDEN')
    const key = usageKey(query)
    await ledger.rules.prepare()
    const { last } = lastEntry(ledger, query.as_of)
    const tally = ledger.rules.facts(last + 1).usage(key, query.since ?? 0, last + 1)
    if (tally === undefined || isFull(tally)) throw new LedgerError('SUM_TOO_LARGE')
    return jsonAnswer({ tree_size: ledger.size, as_of: last, ...tallyJson(tally) })
  },
)

/** In the order in which they are documented. */
export const RULES_ROUTES = [verdicts, usage]

type UsageQuery = {
  readonly kind: string
  readonly exporter?: string | undefined
  readonly importer?: string | undefined
  readonly from?: string | undefined
  readonly instrument?: string | undefined
  readonly phase?: string | undefined
  readonly ground?: string | undefined
}

/** @throws LedgerError REQUEST_INVALID for a part that its kind needs */
function usageKey(query: UsageQuery): UsageKey {
  const { kind, phase } = query
  const needed = (name: keyof UsageQuery): string => {
    const value = query[name]
    if (value === undefined)
      throw new LedgerError('REQUEST_INVALID', { at: `query.${name}`, reason: 'missing' })
    return value
  }
  const party = (name: 'exporter' | 'importer'): PartyId => needed(name) as PartyId
  if (kind === 'pair') return { kind, exporter: party('exporter'), importer: party('importer') }
  if (kind === 'export') return { kind, exporter: party('exporter'), from: needed('from') }
  if (kind === 'instrument') {
    const instrument = needed('instrument') as StatementId
    return { kind, instrument, ...(phase === undefined ? {} : { phase }) }
  }
  const ground = needed('ground')
  return { kind: 'derogation', exporter: party('exporter'), importer: party('importer'), ground }
}

function tallyJson(tally: Tally): JsonObject {
  const { transfers, records, persons, sensitive, devices, uncounted, volumes, categories } = tally
  return {
    transfers,
    records,
    persons,
    sensitive,
    devices,
    uncounted,
    volumes: categoriesJson(volumes),
    categories: categoriesJson(categories),
  }
}

function categoriesJson(categories: ReadonlyMap<string, CategoryTally>): readonly JsonObject[] {
  return [...categories].map(([category, { records, persons, devices }]) => ({
    category,
    records,
    persons,
    devices,
  }))
}
