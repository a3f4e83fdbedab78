/**
 * Searching in a ledger's folder: the same questions as a server answers, of everything there is.
 */
import type { SearchPage, SearchQuery } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { summaryOf } from '../ledger/core/summary.js'
import { expandTerm } from '../ledger/core/term-names.js'
import { type Ledger, refuseUnknownPurpose } from '../ledger/index.js'

const PAGE_DEFAULT = 50

/** A cursor is the tree size of the first page and the index to go on from. */
export async function searchFolder(
  ledger: Ledger,
  { cursor, limit = PAGE_DEFAULT, purpose, ...rest }: SearchQuery,
): Promise<SearchPage> {
  const { size, after } = startOf(cursor, ledger.size)
  const query = { ...rest, ...(purpose === undefined ? {} : { purpose: expandTerm(purpose) }) }
  const { found, next } = await ledger.search(query, { after, size, limit })
  const isEmpty = found.length === 0 && next === undefined && cursor === undefined
  if (isEmpty && query.purpose !== undefined) await refuseUnknownPurpose(ledger, query.purpose)
  return {
    items: found.map(({ id, index, time, opened, facts }) => ({
      id,
      index,
      time,
      ...summaryOf(opened, facts),
    })),
    size,
    ...(next === undefined ? {} : { cursor: `${size}.${next}` }),
  }
}

function startOf(
  cursor: string | undefined,
  sizeNow: number,
): { readonly size: number; readonly after: number } {
  if (cursor === undefined) return { size: sizeNow, after: 0 }
  const parts = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor)
  if (parts === null) throw new LedgerError('REQUEST_INVALID', { at: 'cursor' })
  return { size: Number(parts[1]), after: Number(parts[2]) }
}
