/**
 * What became of a submitted statement, as a line and as JSON.
 */

import type { BulkOutcome } from '../client/index.js'
import type { JsonObject } from '../ledger/core/json.js'
import { failureJson, failureLine } from './failure.js'
import { clean, shortId, utc } from './output.js'

export function outcomeLine(outcome: BulkOutcome, type: string): string {
  switch (outcome.status) {
    case 'admitted':
      return `${clean(type)} ${shortId(outcome.id)}  admitted as entry ${outcome.index}`
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

export function outcomeJson(outcome: BulkOutcome): JsonObject {
  switch (outcome.status) {
    case 'admitted':
      return { status: outcome.status, id: outcome.id, index: outcome.index }
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
