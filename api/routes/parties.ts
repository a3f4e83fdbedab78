/**
 * Parties, their keys and their registry statements: public, so that everybody can check signatures
 * and a party can watch its own name. DESIGN 4.5, 5 "Parties".
 */
import { envelopeJson } from '../../ledger/core/envelope.js'
import { invariant, LedgerError } from '../../ledger/core/errors.js'
import { bundleJson } from '../../ledger/core/evidence.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import { applyChange, type PartyId, type PartyState } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { jsonAnswer } from '../answers.js'
import { formatCursor, parseCursor } from '../cursor.js'
import type { ApiLedger } from '../deps.js'
import { arrayOf, objectOf, refTo, VALUES } from '../schemas.js'
import { integerParam, publicRoute, requiredParam, textParam } from '../spec.js'

const TAG = 'parties'
const PAGE_DEFAULT = 100
const PAGE_MAX = 1_000
const JSON_TYPE = 'application/json'

const KEYS = { ...arrayOf(refTo('Key')), description: 'In order of enrolment.' }

const PARTY_PARAM = requiredParam(textParam('^[A-Za-z0-9_-]{43}$', 43, 'Party id.'))

const list = publicRoute(
  {
    method: 'GET',
    url: '/v1/parties',
    tag: TAG,
    operationId: 'listParties',
    summary: 'Enrolled parties, in order of enrolment',
    description:
      'All pages of one listing show the registry as of the tree size of its first page.',
    query: {
      limit: integerParam(1, PAGE_MAX, `Most parties of a page; ${PAGE_DEFAULT} when left out.`),
      cursor: textParam('^[A-Za-z0-9_-]{1,64}$', 64, 'The `cursor` of the last page.'),
    },
    answers: {
      200: {
        description: 'One page.',
        mediaType: JSON_TYPE,
        schema: objectOf(
          {
            items: arrayOf(
              objectOf({ party: VALUES.party, keys: KEYS, statements: arrayOf(VALUES.id) }),
            ),
            tree_size: VALUES.count,
            cursor: { ...VALUES.text, description: 'There is more: give it as `cursor`.' },
          },
          ['cursor'],
        ),
      },
    },
    codes: [],
  },
  ({ query }, { ledger }) => {
    const start = parseCursor(query.cursor, ledger.size)
    const limit = query.limit ?? PAGE_DEFAULT
    const parties = ledger.parties().slice(start.position, start.position + limit + 1)
    const known = parties.flatMap((party) => partyAt(party, start.size, ledger))
    const items = known.slice(0, limit)
    const more = known.length > limit
    const cursor = formatCursor({ size: start.size, position: start.position + limit })
    return jsonAnswer({ items, tree_size: start.size, ...(more ? { cursor } : {}) })
  },
)

const show = publicRoute(
  {
    method: 'GET',
    url: '/v1/parties/:party',
    tag: TAG,
    operationId: 'getParty',
    summary: 'One party with all its registry statements, oldest first',
    params: {
      party: PARTY_PARAM,
    },
    answers: {
      200: {
        description: 'The party.',
        mediaType: JSON_TYPE,
        schema: objectOf({
          party: VALUES.party,
          keys: KEYS,
          statements: arrayOf(refTo('Envelope')),
          entries: {
            ...arrayOf(objectOf({ id: VALUES.id, index: VALUES.index, time: VALUES.seconds })),
            description: 'Where each of the statements stands in the log.',
          },
          tree_size: VALUES.count,
        }),
      },
    },
    codes: ['PARTY_NOT_FOUND'],
  },
  ({ params }, { ledger }) => {
    const party = params.party as PartyId
    const record = ledger.party(party)
    if (record === undefined) throw new LedgerError('PARTY_NOT_FOUND')
    const stored = record.statements.map((id) => storedStatement(id, ledger))
    return jsonAnswer({
      party,
      keys: keysJson(record.state),
      statements: stored.map(({ opened }) => envelopeJson(opened.envelope)),
      entries: stored.map(({ id, index, time }) => ({ id, index, time })),
      tree_size: ledger.size,
    })
  },
)

const evidence = publicRoute(
  {
    method: 'GET',
    url: '/v1/parties/:party/evidence',
    tag: TAG,
    operationId: 'getPartyEvidence',
    summary: "A party's registry statements as a bundle that proves that they are all",
    description:
      'Complete lists of the party and of the registrar, under one checkpoint: whoever verifies it has the key state without the server’s word. A party watches its own name with it.',
    params: { party: PARTY_PARAM },
    answers: { 200: { description: 'The bundle.', mediaType: JSON_TYPE, schema: refTo('Bundle') } },
    codes: ['PARTY_NOT_FOUND'],
  },
  ({ params }, { ledger }) => {
    const record = ledger.party(params.party as PartyId)
    if (record === undefined) throw new LedgerError('PARTY_NOT_FOUND')
    return jsonAnswer(bundleJson(ledger.evidence(record.statements)))
  },
)

/** In the order in which they are documented. */
export const PARTY_ROUTES = [list, show, evidence]

/** A party as of a tree size; none when it was enrolled later. */
function partyAt(party: PartyId, size: number, ledger: ApiLedger): readonly JsonObject[] {
  const record = ledger.party(party)
  invariant(record !== undefined, 'a listed party is known')
  const statements = record.statements.filter((id) => (ledger.indexOf(id) ?? size) < size)
  if (statements.length === 0) return []
  const whole = statements.length === record.statements.length
  const state = whole ? record.state : foldedState(statements, ledger)
  return [{ party, keys: keysJson(state), statements }]
}

/** Key state after the first of a party's statements: what a page of an older tree size shows. */
function foldedState(statements: readonly StatementId[], ledger: ApiLedger): PartyState {
  let state: PartyState | undefined
  for (const id of statements) {
    const { change } = storedStatement(id, ledger).facts
    invariant(change !== undefined, 'a registry statement changes the registry')
    state = applyChange(state, change)
  }
  invariant(state !== undefined, 'a party has a statement')
  return state
}

function storedStatement(id: StatementId, ledger: ApiLedger) {
  const stored = ledger.statement(id)
  invariant(stored !== undefined, 'a registry statement is in the log')
  return stored
}

function keysJson(state: PartyState): readonly JsonObject[] {
  return [...state.keys.values()].map(({ kid, key, uses, status, since }) => ({
    kid,
    jwk: { ...jwkOf(key) },
    uses,
    status,
    ...(since === undefined ? {} : { since }),
  }))
}
