/** Statement lines of an open ledger: what an auditor copies. ledger/core/statement-line.ts. */
import { formatStatementLine, type RefusedProposal } from '../core/statement-line.js'
import type { Ledger } from './ledger.js'

/**
 * The lines of the entries `from` up to, not including, `to`, read with verification like every answer.
 *
 * Rejects with ENTRY_NOT_FOUND, ENTRY_MISMATCH.
 */
export async function statementLines(
  ledger: Pick<Ledger, 'statementsAt' | 'proposal'>,
  from: number,
  to: number,
): Promise<readonly string[]> {
  const statements = await ledger.statementsAt(from, to)
  return statements.map(({ index, opened, facts }) => {
    const refused = facts.about === undefined ? undefined : ledger.proposal(facts.about)
    return formatStatementLine({
      index,
      envelope: opened.envelope,
      ...(refused === undefined ? {} : { refused: refusedOf(refused) }),
    })
  })
}

function refusedOf({ received, envelope }: RefusedProposal): RefusedProposal {
  return { received, envelope }
}
