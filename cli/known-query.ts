/**
 * A search that found nothing: was something asked for that there is not? A mistyped term or party
 * would be answered like one of which nothing is recorded.
 */
import type { SearchQuery } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { lawOf } from '../ledger/rules/law.js'
import { SHIPPED } from '../ledger/rules/shipped/ruleset.js'
import type { LedgerSource } from './ledger-source.js'
import { recordedRulesets } from './ruleset-input.js'

/** Rejects with TERM_NOT_FOUND or PARTY_NOT_FOUND. */
export async function refuseUnknownAsked(
  { purpose, party }: SearchQuery,
  source: LedgerSource,
): Promise<void> {
  if (party !== undefined) await source.registry(party)
  if (purpose === undefined || lawOf(SHIPPED).vocabulary.purposeKind(purpose) !== 'unknown') return
  const { recorded } = await recordedRulesets(source)
  const isLocal = recorded.some(
    ({ ruleset }) => lawOf(ruleset).vocabulary.purposeKind(purpose) !== 'unknown',
  )
  if (!isLocal) throw new LedgerError('TERM_NOT_FOUND')
}
