/** From the first digits of an id to the id. DESIGN 4.3. */
import { LedgerError } from '../core/errors.js'
import type { StatementId } from '../core/statement.js'
import type { LogState } from './log-state.js'

const PREFIX_FORM = /^[0-9a-f]{8,64}$/
/** Enough to know that there is more than one. */
const TWO = 2

/**
 * The statement, admitted, waiting or refused, whose id begins so.
 *
 * @throws LedgerError STATEMENT_ID_INVALID, STATEMENT_NOT_FOUND, STATEMENT_ID_AMBIGUOUS
 */
export async function resolveId(
  { reader, waiting }: LogState,
  prefix: string,
): Promise<StatementId> {
  if (!PREFIX_FORM.test(prefix)) throw new LedgerError('STATEMENT_ID_INVALID')
  const stored = await reader.records.idsWithPrefix('id', prefix, TWO)
  const declined = await reader.records.idsWithPrefix('declined', prefix, TWO)
  const found = new Set([
    ...stored.filter((id) => reader.indexOf(id) !== undefined),
    ...declined.filter((id) => reader.refusedBy(id) !== undefined),
  ])
  for (const id of waiting.keys()) if (id.startsWith(prefix)) found.add(id)
  if (found.size > 1) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
  const [id] = found
  if (id === undefined) throw new LedgerError('STATEMENT_NOT_FOUND')
  return id
}
