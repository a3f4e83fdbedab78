/** Cursors of lists: opaque to callers, pinned to a tree size, so that pages fit together. DESIGN 7.2. */
import { fromBase64url, toBase64url, utf8Decode, utf8Encode } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'

/** Where a list goes on, and as of which tree size. */
export type Cursor = { readonly size: number; readonly position: number }

export function formatCursor({ size, position }: Cursor): string {
  return toBase64url(utf8Encode(`${size}.${position}`))
}

/**
 * Reads a cursor; without one a list begins at the start, as of now.
 *
 * @throws LedgerError REQUEST_INVALID for anything that formatCursor does not write for this ledger
 */
export function parseCursor(text: string | undefined, sizeNow: number): Cursor {
  if (text === undefined) return { size: sizeNow, position: 0 }
  const parts = /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})$/.exec(decoded(text))
  const [size, position] = [Number(parts?.[1]), Number(parts?.[2])]
  if (parts === null || size > sizeNow) throw invalid()
  return { size, position }
}

function decoded(text: string): string {
  try {
    return utf8Decode(fromBase64url(text))
  } catch (error) {
    if (error instanceof LedgerError) throw invalid()
    throw error
  }
}

function invalid(): LedgerError {
  return new LedgerError('REQUEST_INVALID', { at: 'query.cursor' })
}
