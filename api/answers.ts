/** Answers as handlers give them, and the JSON of what the ledger says. DESIGN 7.2. */
import { type Envelope, envelopeJson } from '../ledger/core/envelope.js'
import type { JsonObject } from '../ledger/core/json.js'
import { receiptJson } from '../ledger/core/receipt.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { ItemOutcome, Proposal } from '../ledger/index.js'
import type { ApiLedger } from './deps.js'
import { problemOf } from './problems.js'
import { rulesJson } from './rules-json.js'
import type { Answer } from './spec.js'

const JSON_MEDIA_TYPE = 'application/json; charset=utf-8'

/** A JSON answer. */
export function jsonAnswer(
  body: JsonObject,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: JSON.stringify(body), mediaType: JSON_MEDIA_TYPE, headers }
}

/** What became of one submitted or countersigned statement: 201, 200 or 202. */
export function outcomeAnswer(
  outcome: ItemOutcome,
  ledger: ApiLedger,
  allVerdicts = false,
): Answer {
  switch (outcome.status) {
    case 'admitted': {
      const headers = { location: `/v1/statements/${outcome.id}` }
      const receipt = receiptOf(outcome.id, ledger)
      return jsonAnswer({ ...outcomeJson(outcome, allVerdicts), receipt }, 201, headers)
    }
    case 'existing':
      // Whoever got here holds the whole statement: the ledger checks every claim and signature
      // before it says that it knows an id.
      return jsonAnswer({ ...outcomeJson(outcome), receipt: receiptOf(outcome.id, ledger) })
    case 'waiting':
      return jsonAnswer(outcomeJson(outcome), 202)
    case 'rejected':
      throw outcome.error
  }
}

/** An outcome as one item of a bulk answer. */
export function outcomeJson(outcome: ItemOutcome, allVerdicts = false): JsonObject {
  switch (outcome.status) {
    case 'admitted': {
      const { id, index, time, rules } = outcome
      const judged = rules === undefined ? {} : { rules: rulesJson(rules, allVerdicts) }
      return { status: 'admitted', id, index, time, ...judged }
    }
    case 'existing':
      return {
        status: 'existing',
        id: outcome.id,
        index: outcome.index,
        envelope_differs: outcome.envelopeDiffers,
      }
    case 'waiting':
      return {
        status: 'waiting',
        id: outcome.id,
        missing: outcome.missing,
        countersign_by: outcome.countersignBy,
      }
    case 'rejected':
      return { status: 'rejected', problem: problemOf(outcome.error) }
  }
}

/** The receipt of an admitted statement under the newest checkpoint. */
export function receiptOf(id: StatementId, ledger: ApiLedger): JsonObject {
  return receiptJson(ledger.evidence([id]))
}

/** A waiting proposal as its inbox shows it. */
export function proposalJson(proposal: Proposal, roles: readonly string[]): JsonObject {
  return {
    id: proposal.id,
    type: proposal.facts.type,
    roles,
    received: proposal.received,
    countersign_by: proposal.countersignBy,
    statement: envelopeJson(proposal.envelope),
  }
}

/** The envelope of a stored or waiting statement as JSON. */
export function statementBody({ envelope }: { readonly envelope: Envelope }): JsonObject {
  return envelopeJson(envelope)
}
