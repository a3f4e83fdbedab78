/**
 * A draw of transfers out of an open log, by a seed. docs/regulator.md "Spot checks".
 *
 * The answer is the ledger's word: whoever checks it asks for all that may be drawn and draws again.
 */
import { LedgerError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { PartyId } from '../core/key-state.js'
import { Drawing } from '../rules/draw.js'
import type { Ledger } from './ledger.js'
import { SEARCH_PAGE_MAX } from './search.js'
import type { SearchQuery } from './search-terms.js'

export type SampleAsked = {
  readonly seed: string
  readonly count: number
  /** Only the first so many entries; left out: all that there are. */
  readonly treeSize?: number
  /** Only transfers of this party, on this route, of this time. */
  readonly query: Pick<SearchQuery, 'party' | 'from' | 'to' | 'since' | 'until'>
  /** Who asks; left out: somebody who may see everything. */
  readonly onlooker?: PartyId
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/**
 * The draw, as `GET /v1/sample` answers it.
 *
 * Rejects with TREE_TOO_SMALL, PARTY_NOT_FOUND, ENTRY_MISMATCH; with what the signal was aborted with.
 */
export async function sampleIn(
  ledger: Pick<Ledger, 'size' | 'search' | 'party'>,
  asked: SampleAsked,
): Promise<JsonObject> {
  const { seed, count, query, onlooker, signal } = asked
  const { size } = ledger
  const { treeSize = size } = asked
  if (treeSize > size) throw new LedgerError('TREE_TOO_SMALL', { size })
  if (query.party !== undefined && ledger.party(query.party) === undefined)
    throw new LedgerError('PARTY_NOT_FOUND')
  const drawing = new Drawing({ seed, count, treeSize })
  const within = onlooker === undefined ? {} : { within: onlooker }
  let after: number | undefined = 0
  while (after !== undefined) {
    const page = await ledger.search(
      { ...query, ...within, type: 'transfer/1' },
      { after, size: treeSize, limit: SEARCH_PAGE_MAX },
    )
    for (const item of page.found) drawing.take(item)
    signal?.throwIfAborted()
    after = page.next
  }
  const drawn = drawing.drawn().map(({ id, index, rank }) => ({ id, index, rank }))
  return { seed, tree_size: treeSize, eligible: drawing.eligible, drawn }
}
