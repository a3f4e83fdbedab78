/**
 * Back from a statement to everything before it, by the derived edges alone: one small record per
 * statement instead of the statement itself. Shape only: what stands in the statements is verified by
 * whoever reads them. Iterative, so that a chain of a million hops needs no stack.
 */
import { LedgerError } from '../core/errors.js'
import type { StatementId } from '../core/statement.js'
import type { Edge } from '../store/edges.js'
import type { Reader } from './reader.js'

/**
 * Entry indexes of a statement and of everything before it, the statement's own first.
 *
 * @param max most statements to follow
 * @throws LedgerError STATEMENT_NOT_FOUND, LINEAGE_TOO_LARGE, ENTRY_MISMATCH
 */
export function lineageIndexes(reader: Reader, id: StatementId, max: number): readonly number[] {
  const stored = reader.statement(id)
  if (stored === undefined) throw new LedgerError('STATEMENT_NOT_FOUND')
  const root = stored.index
  // A registry statement has no edges; what is reached from elsewhere made a dataset and has some record.
  if (stored.facts.parents.length === 0) return [root]
  return walkEdges(root, (index) => edgesOf(reader, index), max)
}

/** Everything reachable from `root`, by entry index. Edges lead to smaller indexes only. */
function walkEdges(
  root: number,
  edgesOf: (index: number) => readonly { readonly index: number }[],
  max: number,
): readonly number[] {
  const seen = new Set<number>([root])
  const queue = [root]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const { index } of edgesOf(next)) {
      if (index >= next) throw new LedgerError('ENTRY_MISMATCH', { index: next, record: 'edges' })
      if (seen.has(index)) continue
      seen.add(index)
      queue.push(index)
    }
    if (seen.size > max) throw new LedgerError('LINEAGE_TOO_LARGE', { statementsMax: max })
  }
  return [...seen]
}

/** A lost record must not make a lineage look shorter than it is. */
function edgesOf(reader: Reader, index: number): readonly Edge[] {
  const edges = reader.edges(index)
  if (edges === undefined) throw new LedgerError('ENTRY_MISMATCH', { index, record: 'edges' })
  return edges
}
