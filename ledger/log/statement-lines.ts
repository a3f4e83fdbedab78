/** Statement lines of an open ledger: what an auditor copies. ledger/core/statement-line.ts. */
import { formatStatementLine, type RefusedProposal } from '../core/statement-line.js'
import type { Ledger } from './ledger.js'

/**
 * The line of an entry, read with verification like every answer.
 *
 * @throws LedgerError ENTRY_NOT_FOUND, ENTRY_MISMATCH
 */
export function statementLine(
  ledger: Pick<Ledger, 'statementAt' | 'proposal'>,
  index: number,
): string {
  const { opened, facts } = ledger.statementAt(index)
  const refused = facts.about === undefined ? undefined : ledger.proposal(facts.about)
  return formatStatementLine({
    index,
    envelope: opened.envelope,
    ...(refused === undefined ? {} : { refused: refusedOf(refused) }),
  })
}

function refusedOf({ received, envelope }: RefusedProposal): RefusedProposal {
  return { received, envelope }
}
