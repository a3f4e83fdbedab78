/**
 * Submitting, countersigning, refusing and reading statements. DESIGN 5 "Two-sided flow", 7.2.
 *
 * What is submitted authenticates itself by its signatures, so those routes need no token, and
 * repeating them is harmless. Bodies go to the ledger as they came; only their outer form is read
 * here.
 */
import { utf8Decode } from '../../ledger/core/bytes.js'
import { parseEnvelope, parseSignature } from '../../ledger/core/envelope.js'
import { invariant, LedgerError } from '../../ledger/core/errors.js'
import { type Json, parseJson } from '../../ledger/core/json.js'
import { parsePayload, type StatementId } from '../../ledger/core/statement.js'
import { findReadable, readableStatement } from '../access.js'
import { ADMISSION_CODES } from '../admission-codes.js'
import {
  jsonAnswer,
  outcomeAnswer,
  outcomeJson,
  proposalJson,
  receiptOf,
  statementBody,
} from '../answers.js'
import type { Body } from '../body.js'
import type { ApiDeps } from '../deps.js'
import { issueJson } from '../problems.js'
import { rulesJson } from '../rules-json.js'
import { arrayOf, objectOf, refTo, VALUES } from '../schemas.js'
import {
  type Answer,
  publicRoute,
  requiredParam,
  textParam,
  tokenRoute,
  wordParam,
} from '../spec.js'

const TAG = 'statements'
const ID_CHARS = 64
const JSON_TYPE = 'application/json'

/** Path parameter of every `{id}`. */
export const STATEMENT_ID = requiredParam(
  textParam(
    '^[0-9a-f]{8,64}$',
    ID_CHARS,
    'Statement id, or an unambiguous prefix of 8 or more digits.',
  ),
)

const OUTCOMES = {
  200: {
    description: 'The statement was in the log already; its receipt.',
    mediaType: JSON_TYPE,
    schema: refTo('Existing'),
  },
  201: {
    description: 'Admitted: durable, with its final index; its receipt.',
    mediaType: JSON_TYPE,
    schema: refTo('Admitted'),
  },
  202: {
    description: 'Waits, durably, for the signatures of the missing roles.',
    mediaType: JSON_TYPE,
    schema: refTo('Waiting'),
  },
} as const

const ALL_VERDICTS = wordParam(
  ['all'],
  'With every verdict of the rules, besides how many there are.',
)

const submit = publicRoute(
  {
    method: 'POST',
    url: '/v1/statements',
    tag: TAG,
    operationId: 'submitStatements',
    summary: 'Submit one statement or many',
    description:
      'One envelope as a JSON object; or many as a JSON array or as NDJSON (one envelope per line), at most 1,000 and 16 MiB. Many are taken in order, an item may cite an earlier one, and each gets its own outcome: the answer is then 200 even when items were rejected. Submitting a statement again is harmless. With `validate=only` everything that is wrong with one statement is listed, with all verdicts of the rules, and nothing is stored.',
    query: {
      validate: wordParam(['only'], 'Check one statement and store nothing.'),
      verdicts: ALL_VERDICTS,
    },
    body: 'statements',
    answers: {
      ...OUTCOMES,
      200: {
        description:
          'One statement that was in the log already; the outcomes of a bulk call; or the result of a validation.',
        mediaType: JSON_TYPE,
        schema: {
          oneOf: [
            refTo('Existing'),
            objectOf({
              items: arrayOf({
                oneOf: [refTo('Admitted'), refTo('Existing'), refTo('Waiting'), refTo('Rejected')],
              }),
              checkpoint: {
                ...VALUES.text,
                description: 'Signed checkpoint that covers the admitted ones.',
              },
            }),
            objectOf(
              {
                valid: { type: 'boolean' },
                id: VALUES.id,
                issues: arrayOf(refTo('Issue')),
                rules: refTo('Rules'),
              },
              ['id', 'rules'],
            ),
          ],
        },
      },
    },
    codes: ADMISSION_CODES,
  },
  async ({ body, query }, { ledger }) => {
    invariant(body !== undefined, 'the route takes a body')
    if (query.validate !== undefined) return validate(body, ledger)
    const all = query.verdicts === 'all'
    if (!body.bulk) return outcomeAnswer(await ledger.submit(readJson(body)), ledger, all)
    const outcomes = await ledger.submitBulk(body.bytes, body.format)
    const items = outcomes.map((outcome) => outcomeJson(outcome, all))
    return jsonAnswer({ items, checkpoint: ledger.headCheckpoint() })
  },
)

const countersign = publicRoute(
  {
    method: 'POST',
    url: '/v1/statements/:id/countersignatures',
    tag: TAG,
    operationId: 'countersign',
    summary: 'Add a signature to a waiting proposal',
    description:
      'The body is one signature object, `protected` and `signature`, over the payload bytes of the proposal. The same signature again is answered with 200, without a receipt.',
    params: { id: STATEMENT_ID },
    query: { verdicts: ALL_VERDICTS },
    body: 'single',
    answers: OUTCOMES,
    codes: ADMISSION_CODES,
  },
  async ({ body, params, query }, { ledger }) => {
    invariant(body !== undefined, 'the route takes a body')
    const signature = readJson(body)
    const id = await proposalId(params.id, ledger)
    try {
      const all = query.verdicts === 'all'
      return outcomeAnswer(await ledger.countersign(id, signature), ledger, all)
    } catch (error) {
      const index = indexIfRepeated(error, id, signature, ledger)
      if (index === undefined) throw error
      return jsonAnswer({ status: 'existing', id, index, envelope_differs: false })
    }
  },
)

const refuse = publicRoute(
  {
    method: 'POST',
    url: '/v1/statements/:id/refusals',
    tag: TAG,
    operationId: 'refuse',
    summary: 'Refuse or withdraw a waiting proposal',
    description:
      'The body is the envelope of a signed `refusal/1` statement whose `about` is this proposal.',
    params: { id: STATEMENT_ID },
    body: 'single',
    answers: OUTCOMES,
    codes: ADMISSION_CODES,
  },
  async ({ body, params }, { ledger }) => {
    invariant(body !== undefined, 'the route takes a body')
    const value = readJson(body)
    const { type, about } = parsePayload(parseEnvelope(value).payloadBytes)
    if (type !== 'refusal/1' || about?.startsWith(params.id) !== true) {
      throw new LedgerError('REQUEST_INVALID', {
        at: 'about',
        reason: 'not a refusal of this proposal',
      })
    }
    return outcomeAnswer(await ledger.submit(value), ledger)
  },
)

const show = tokenRoute(
  {
    method: 'GET',
    url: '/v1/statements/:id',
    tag: TAG,
    operationId: 'getStatement',
    summary: 'One statement that the caller may read',
    description:
      'A statement of the log, or a proposal that waits. What is not there and what is not yours look the same.',
    params: { id: STATEMENT_ID },
    answers: {
      200: {
        description: 'The statement.',
        mediaType: JSON_TYPE,
        schema: {
          oneOf: [
            objectOf({
              status: { type: 'string', enum: ['admitted'] },
              id: VALUES.id,
              index: VALUES.index,
              time: VALUES.seconds,
              statement: refTo('Envelope'),
            }),
            {
              allOf: [
                refTo('Proposal'),
                objectOf({
                  status: { type: 'string', enum: ['waiting'] },
                  missing: { ...arrayOf(VALUES.text), description: 'Roles that have yet to sign.' },
                }),
              ],
            },
            {
              allOf: [
                refTo('Proposal'),
                objectOf({
                  status: { type: 'string', enum: ['refused'] },
                  refused_by: { ...VALUES.id, description: 'The refusal in the log.' },
                  missing: { ...arrayOf(VALUES.text), description: 'Roles that never signed.' },
                }),
              ],
            },
          ],
        },
      },
    },
    codes: ['STATEMENT_NOT_FOUND', 'STATEMENT_ID_AMBIGUOUS'],
  },
  async ({ params }, caller, { ledger }) => {
    const found = await findReadable(params.id, caller, ledger)
    if (found.kind === 'proposal') {
      const { missing, refusedBy } = found.proposal
      const shown = proposalJson(found.proposal, missing)
      return refusedBy === undefined
        ? jsonAnswer({ status: 'waiting', missing, ...shown })
        : jsonAnswer({ status: 'refused', refused_by: refusedBy, missing, ...shown })
    }
    const { id, index, time, opened } = found.stored
    return jsonAnswer({ status: 'admitted', id, index, time, statement: statementBody(opened) })
  },
)

const receipt = tokenRoute(
  {
    method: 'GET',
    url: '/v1/statements/:id/receipt',
    tag: TAG,
    operationId: 'getReceipt',
    summary: 'The receipt of a statement, under the newest checkpoint',
    description:
      'One file that verifies offline. Later receipts also show what became of the keys since.',
    params: { id: STATEMENT_ID },
    answers: {
      200: { description: 'The receipt.', mediaType: JSON_TYPE, schema: refTo('Receipt') },
    },
    codes: ['STATEMENT_NOT_FOUND', 'STATEMENT_ID_AMBIGUOUS'],
  },
  async ({ params }, caller, { ledger }) => {
    const { id } = await readableStatement(params.id, caller, ledger)
    return jsonAnswer(receiptOf(id, ledger))
  },
)

/** In the order in which they are documented. */
export const STATEMENT_ROUTES = [submit, countersign, refuse, show, receipt]

async function validate(body: Body, ledger: ApiDeps['ledger']): Promise<Answer> {
  if (body.bulk)
    throw new LedgerError('REQUEST_INVALID', { at: 'body', reason: 'one statement at a time' })
  const { id, issues, rules } = await ledger.validate(readJson(body))
  const listed = issues.map(issueJson).filter((issue) => issue !== undefined)
  return jsonAnswer({
    valid: issues.length === 0,
    ...(id === undefined ? {} : { id }),
    issues: listed,
    ...(rules === undefined ? {} : { rules: rulesJson(rules, true) }),
  })
}

function readJson(body: Body): Json {
  return parseJson(utf8Decode(body.bytes))
}

/**
 * The index of a statement that was admitted with this very signature: a call repeated because its
 * answer was lost. No receipt goes with it: a signature may be known to somebody who was shown the
 * statement with claims withheld.
 */
function indexIfRepeated(
  error: unknown,
  id: StatementId,
  signature: Json,
  ledger: ApiDeps['ledger'],
): number | undefined {
  if (!(error instanceof LedgerError) || error.code !== 'STATEMENT_ADMITTED') return undefined
  const again = parseSignature(signature, 1)
  const stored = ledger.statement(id)
  const known = stored?.opened.envelope.signatures.some(
    (item) => item.protected === again.protected && item.signature === again.signature,
  )
  return known === true ? stored?.index : undefined
}

/** A whole id is taken as it is: whether it waits, was admitted or refused is the ledger's answer. */
async function proposalId(prefix: string, ledger: ApiDeps['ledger']): Promise<StatementId> {
  if (prefix.length === ID_CHARS) return prefix as StatementId
  try {
    return await ledger.resolve(prefix)
  } catch (error) {
    const missing = error instanceof LedgerError && error.code === 'STATEMENT_NOT_FOUND'
    throw missing ? new LedgerError('PROPOSAL_NOT_FOUND') : error
  }
}
