/**
 * A search that found nothing: was a party asked for that there is not? A mistyped one would be answered
 * like one of which nothing is recorded. Of terms the ledger itself says so.
 */
import type { SearchQuery } from '../client/index.js'
import type { LedgerSource } from './ledger-source.js'

/** Rejects with PARTY_NOT_FOUND. */
export async function refuseUnknownAsked(
  { party }: SearchQuery,
  source: LedgerSource,
): Promise<void> {
  if (party !== undefined) await source.registry(party)
}
