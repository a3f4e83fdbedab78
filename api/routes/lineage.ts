/**
 * Lineage: everything an outcome comes from, as one bundle that verifies offline. DESIGN 6, 7.3.
 *
 * The server only gathers; verdicts are the reader's to compute (`verifyEvidence`, `lineageOf`).
 * What the caller may not read is in the bundle as a stub: shape without names.
 */
import { bundleJson } from '../../ledger/core/evidence.js'
import { sumsOfLineage } from '../../ledger/index.js'
import { sumJson } from '../../ledger/rules/sums.js'
import { mayKnowSum, readableIds, readableStatement, viewFor, waitForStep } from '../access.js'
import { jsonAnswer } from '../answers.js'
import { arrayOf, objectOf, refTo, VALUES } from '../schemas.js'
import { requiredParam, textParam, tokenRoute } from '../spec.js'
import { STATEMENT_ID } from './statements.js'

const TAG = 'lineage'
const JSON_TYPE = 'application/json'
/** Most statements of one answer: some 40 MB, built in about a second. Larger ones: `--dir`, or part by part. */
const LINEAGE_STATEMENTS_MAX = 5_000
/** Most companions beside them: whoever takes part may record any number, which must not be any memory. */
const COMPANIONS_MAX = 5_000

const LINEAGE_CODES = [
  'STATEMENT_NOT_FOUND',
  'STATEMENT_ID_AMBIGUOUS',
  'LINEAGE_TOO_LARGE',
] as const

const lineage = tokenRoute(
  {
    method: 'GET',
    url: '/v1/lineage/:id',
    tag: TAG,
    operationId: 'getLineage',
    summary: 'A statement with all its ancestors, as a bundle',
    description: `For a statement that the caller may read in full. With its companions: the instruments that transfers of it cite and what replaced them, assessments that name its statements, rulesets of the operator. At most ${LINEAGE_STATEMENTS_MAX} statements, and ${COMPANIONS_MAX} companions.`,
    params: { id: STATEMENT_ID },
    answers: { 200: { description: 'The bundle.', mediaType: JSON_TYPE, schema: refTo('Bundle') } },
    codes: [...LINEAGE_CODES, 'RULES_NOT_READY'],
  },
  async ({ params }, caller, { ledger }) => {
    const { id } = await readableStatement(params.id, caller, ledger)
    const ids = ledger.lineageIds(id, LINEAGE_STATEMENTS_MAX)
    const view = viewFor(caller, ledger)
    return jsonAnswer(bundleJson(await ledger.rules.evidence(ids, view, COMPANIONS_MAX)))
  },
)

const sums = tokenRoute(
  {
    method: 'GET',
    url: '/v1/lineage/:id/sums',
    tag: TAG,
    operationId: 'getLineageSums',
    summary: 'Sums over transfers by which a lineage is judged',
    description:
      'What rules that count ask of the whole log when they judge this lineage, with the answers. They are the ledger’s word: no proof shows that nothing was left out. A party is told the sums between itself and another, auditors all.',
    params: { id: STATEMENT_ID },
    answers: {
      200: {
        description: 'Questions and answers.',
        mediaType: JSON_TYPE,
        schema: objectOf({ items: arrayOf({ type: 'object' }) }),
      },
    },
    codes: [...LINEAGE_CODES, 'RULES_NOT_READY', 'JUDGING_FULL'],
  },
  async ({ params, signal }, caller, { ledger }) => {
    const { id } = await readableStatement(params.id, caller, ledger)
    // Refuses what is too large before anything is judged.
    ledger.lineageIds(id, LINEAGE_STATEMENTS_MAX)
    const found = await sumsOfLineage(
      ledger.rules,
      id,
      (sum, hop) => mayKnowSum(sum, hop, caller),
      signal,
    )
    return jsonAnswer({ items: found.map(sumJson) })
  },
)

const outcomes = tokenRoute(
  {
    method: 'GET',
    url: '/v1/outcomes',
    tag: TAG,
    operationId: 'findOutcomes',
    summary: 'Outcomes that carry a digest',
    description: 'Those that the caller may read; an empty list otherwise.',
    query: {
      digest: requiredParam(
        textParam('^[0-9a-f]{64}$', 64, 'SHA-256 of the file, lower-case hex.'),
      ),
    },
    answers: {
      200: {
        description: 'Statement ids, in the order of the log.',
        mediaType: JSON_TYPE,
        schema: objectOf({ items: arrayOf(VALUES.id) }),
      },
    },
    codes: [],
  },
  async ({ query, startedMs }, caller, { ledger }) => {
    const items = readableIds(await ledger.outcomesOf(query.digest), caller, ledger)
    if (items.length === 0) await waitForStep(startedMs)
    return jsonAnswer({ items })
  },
)

/** In the order in which they are documented. */
export const LINEAGE_ROUTES = [lineage, sums, outcomes]
