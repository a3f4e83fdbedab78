/**
 * What became of a submitted statement, as a line and as JSON.
 */

import type { BulkOutcome } from '../client/index.js'
import type { JsonObject } from '../ledger/core/json.js'
import { failureJson, failureLine } from './failure.js'
import { clean, shortId, utc } from './output.js'
import { isTold, statedJson, statedWords } from './stated-rules.js'

export function outcomeLine(outcome: BulkOutcome, type: string): string {
  switch (outcome.status) {
    case 'admitted':
      return `${clean(type)} ${shortId(outcome.id)}  admitted as entry ${outcome.index}${rulesPart(outcome)}`
    case 'existing': {
      const differs = outcome.envelopeDiffers ? ', with other signatures than these' : ''
      return `${clean(type)} ${shortId(outcome.id)}  is entry ${outcome.index} already${differs}`
    }
    case 'waiting':
      return `${clean(type)} ${shortId(outcome.id)}  waits for ${outcome.missing.map(clean).join(', ')} until ${utc(outcome.countersignBy)}`
    case 'rejected':
      return `${clean(type)}  refused: ${failureLine(outcome.error)}`
  }
}

function rulesPart({ id, rules }: Extract<BulkOutcome, { status: 'admitted' }>): string {
  if (rules === undefined) return ''
  const why = isTold(rules) ? `; waybill lineage ${shortId(id)} says why` : ''
  return `; ${statedWords(rules)}${why}`
}

export function outcomeJson(outcome: BulkOutcome): JsonObject {
  switch (outcome.status) {
    case 'admitted':
      return {
        status: outcome.status,
        id: outcome.id,
        index: outcome.index,
        ...statedJson(outcome.rules),
      }
    case 'existing':
      return {
        status: outcome.status,
        id: outcome.id,
        index: outcome.index,
        envelope_differs: outcome.envelopeDiffers,
      }
    case 'waiting':
      return {
        status: outcome.status,
        id: outcome.id,
        missing: outcome.missing,
        countersign_by: outcome.countersignBy,
      }
    case 'rejected':
      return { status: outcome.status, ...failureJson(outcome.error) }
  }
}
