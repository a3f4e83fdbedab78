/**
 * Companions of a lineage: the statements besides its hops by which it is judged. docs/format.md 15.
 *
 * The instruments that its transfers cite and what replaced them, assessments that name its
 * statements, and the rulesets that the operator had recorded. Parties come with their signatures. A
 * walk over custody never meets a companion: no hop cites one as a parent.
 */
import { LedgerError } from '../core/errors.js'
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { View } from './evidence-builder.js'
import type { LogState } from './log-state.js'
import type { StoredStatement } from './reader.js'
import type { RulesIndex } from './rules-index.js'
import type { Notable } from './rules-statement.js'

export type CompanionParts = {
  readonly state: LogState
  readonly index: RulesIndex
  readonly view: View
  readonly partiesOf: (stored: StoredStatement) => readonly PartyId[]
}

/**
 * Ids of the companions of these statements, in log order. What would name parties of a statement that
 * is shown as a stub is left out.
 *
 * Anybody who takes part in a lineage may record as many as they like: the search ends at the first one
 * too many, so that what is held does not grow with them.
 *
 * @param max most companions
 * @throws LedgerError LINEAGE_TOO_LARGE, ENTRY_MISMATCH
 */
export function companionsOf(
  lineage: readonly StatementId[],
  parts: CompanionParts,
  max: number,
): readonly StatementId[] {
  const found = new Map<StatementId, number>()
  const own = new Set(lineage)
  const add = (id: StatementId): void => {
    const index = parts.state.reader.indexOf(id)
    if (index !== undefined && !own.has(id)) found.set(id, index)
    if (found.size > max) throw new LedgerError('LINEAGE_TOO_LARGE', { companionsMax: max })
  }
  const followed = new Set<StatementId>()
  let last = 0
  for (const id of lineage) {
    const stored = parts.state.reader.statement(id)
    if (stored === undefined) continue
    last = Math.max(last, stored.index)
    for (const cited of citedBy(stored, parts)) {
      // An instrument of a thousand transfers, with all that replaced it, is looked up once.
      if (followed.has(cited)) continue
      followed.add(cited)
      add(cited)
      for (const { id: later } of parts.index.book.replacing(cited, parts.state.size)) add(later)
    }
  }
  for (const id of operatorRulesets(parts, last)) add(id)
  return [...found].sort(([, a], [, b]) => a - b).map(([id]) => id)
}

/** The instrument that a statement cites, and assessments that name it. */
function* citedBy(stored: StoredStatement, parts: CompanionParts): Iterable<StatementId> {
  const { instrument } = stored.facts
  // A stub does not say which instrument it cites, so neither may the bundle.
  if (instrument !== undefined && parts.view(stored) !== 'stub') yield instrument
  for (const notable of parts.index.book.assessmentsOf(stored.id, parts.state.size)) {
    if (isShown(notable, stored, parts)) yield notable.id
  }
}

/**
 * Anybody may name any statement in an assessment. A stranger's is for whoever may read it; that of a
 * party of the statement stands there as a stub otherwise, for it may be what a later hop rests on.
 */
function isShown({ id }: Notable, about: StoredStatement, parts: CompanionParts): boolean {
  const assessment = parts.state.reader.statement(id)
  if (assessment === undefined) return false
  if (parts.view(assessment) === 'envelope') return true
  const { assessor } = assessment.facts.parties
  return assessor !== undefined && parts.partiesOf(about).includes(assessor)
}

/** Rulesets of the operator that may have been in force at an entry up to `last`. */
function operatorRulesets({ index }: CompanionParts, last: number): readonly StatementId[] {
  return index.rulesets(last).map(({ id }) => id)
}
