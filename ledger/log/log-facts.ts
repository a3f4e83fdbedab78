/**
 * Facts out of a log: instruments, parties, assessments and sums over transfers, as rules ask for
 * them. DESIGN 6. The log has been searched whole, so silence is an answer here.
 *
 * Nothing is told that was recorded from entry `before` on: that is how a hop was judged when it was
 * recorded, and how a past day is looked at again.
 */
import type { StatementId } from '../core/statement.js'
import { latestOfEach } from '../rules/assessments.js'
import { continuedUsage } from '../rules/continued.js'
import type { AssessmentFact, AssessmentsAsked, Facts, InstrumentFact } from '../rules/facts.js'
import type { Notable, TakenStatement } from './rules-statement.js'
import type { RulesReading, RulesSearch } from './rules-view.js'

export type FactsParts = {
  readonly index: RulesSearch
  /** Where to read; a commit that is being put together, or what is stored. */
  readonly values: RulesReading
  /** Nothing that was recorded from this entry on is told. */
  readonly before: number
}

/** Lookups throw ENTRY_MISMATCH for what is damaged. The rules index must be complete. */
export function factsOfLog(parts: FactsParts): Facts {
  const { index, values, before } = parts
  // A third of the rules ask for the same instrument.
  const instruments = new Map<StatementId, InstrumentFact | undefined>()
  return {
    instrument: (id) => {
      if (!instruments.has(id)) instruments.set(id, instrumentFact(id, parts))
      return instruments.get(id)
    },
    party: (id) => {
      const enrolled = index.party(id)
      return enrolled === undefined || enrolled.index >= before ? undefined : enrolled.fact
    },
    assessments: (about, asked) =>
      notablesOf(about, parts, asked).flatMap((notable) => assessmentFact(notable, parts) ?? []),
    usage: continuedUsage(
      (key, since, end, without) =>
        index.usage(
          key,
          {
            since,
            before: Math.min(end, before),
            ...(without === undefined ? {} : { without }),
          },
          values,
        ),
      {
        // Who is not enrolled has moved nothing and continues nobody.
        continues: (id) => {
          const enrolled = index.party(id)
          return enrolled === undefined ? null : enrolled.fact.claims.continues
        },
        continuedBy: (id, end) =>
          index.continuing(id).filter((later) => (index.party(later)?.index ?? end) < end),
      },
    ),
  }
}

/** What need not be read is left out: anybody may assess anything, as often as it likes. */
function notablesOf(
  about: StatementId,
  { index: { book }, before }: FactsParts,
  asked: AssessmentsAsked | undefined,
): readonly Notable[] {
  const all = book.assessmentsOf(about, before)
  if (asked === undefined) return all
  const standing = all.filter(
    ({ id, index, assessor }) =>
      index < asked.before &&
      assessor !== undefined &&
      asked.by.includes(assessor) &&
      book.replacedAt(id, asked.before) === undefined,
  )
  return latestOfEach(standing, ({ assessor }) => assessor)
}

type Bare = Omit<InstrumentFact, 'replacedBy' | 'complete'>

function instrumentFact(id: StatementId, parts: FactsParts): InstrumentFact | undefined {
  const own = bareInstrument(id, parts)
  if (own === undefined) return undefined
  const replacedBy = parts.index.book
    .replacing(id, parts.before)
    .flatMap((notable) => bareInstrument(notable.id, parts) ?? [])
  return { ...own, replacedBy, complete: true }
}

function bareInstrument(id: StatementId, { values, before }: FactsParts): Bare | undefined {
  const statement = values.statement(id)
  if (statement === undefined || statement.index >= before) return undefined
  if (statement.facts.type !== 'instrument/1') return undefined
  return { id, index: statement.index, time: statement.time, claims: claimsOf(statement) }
}

function assessmentFact({ id }: Notable, parts: FactsParts): AssessmentFact | undefined {
  const { values, index, before } = parts
  const statement = values.statement(id)
  if (statement === undefined) return undefined
  const replacedAt = index.book.replacedAt(id, before)
  return {
    id,
    index: statement.index,
    time: statement.time,
    ...(replacedAt === undefined ? {} : { replacedAt }),
    claims: claimsOf(statement),
  }
}

/** The claims have passed the shapes of the statement's own type. */
function claimsOf<Claims>({ claims }: TakenStatement): Claims {
  return claims as Claims
}
