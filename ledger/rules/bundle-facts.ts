/**
 * Facts from statements at hand: a bundle, a folder of receipts, a set made for a test. DESIGN 6.
 *
 * What is not among them may still be in the log. Only who has searched the log (`complete`) may say
 * that nothing replaced an instrument and that there is no other assessment; otherwise silence is
 * no answer, and the rule that asks is UNKNOWN.
 */
import type { PartyId } from '../core/key-state.js'
import { knownClaims } from '../core/schemas.js'
import type { StatementId } from '../core/statement.js'
import type { VerifiedParty } from '../core/verify-registry.js'
import { type Continuity, continuedUsage } from './continued.js'
import type { AssessmentFact, Facts, InstrumentFact, PartyFact } from './facts.js'
import { type HopStatement, hopOf } from './hops.js'
import { UsageIndex } from './usage-index.js'

/** A statement at its entry; `VerifiedStatement` is one. */
export type PlacedStatement = HopStatement & {
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
}

export type FactSet = {
  /** Of any type; those that are no instrument and no assessment are passed over. */
  readonly statements: Iterable<PlacedStatement>
  /** Parties with their registry statements, oldest first. */
  readonly parties: Iterable<Pick<VerifiedParty, 'party' | 'opened'>>
  /**
   * Whoever gave the statements has searched the log: every instrument and assessment that concerns
   * them is among them.
   */
  readonly complete: boolean
  /** Every transfer of the log is among them, so that they can be summed. Left out: no. */
  readonly everyTransfer?: boolean
}

/** Facts from statements at hand. */
export function factsOfSet(set: FactSet): Facts {
  const { statements, parties, complete } = set
  const placed = [...statements].sort((a, b) => a.index - b.index)
  const instruments = instrumentsOf(placed, complete)
  const assessments = assessmentsOf(placed)
  const partyClaims = partiesOf(parties)
  return {
    instrument: (id) => instruments.get(id),
    party: (id) => partyClaims.get(id),
    assessments: (about) => (complete ? assessments(about) : undefined),
    usage:
      set.everyTransfer === true
        ? continuedUsage(usageOf(placed), continuityOf(partyClaims))
        : () => undefined,
  }
}

/** Claims that say which sums a transfer counts for. */
const KEY_CLAIMS = ['exporter', 'importer', 'route', 'instrument', 'terms'] as const

/**
 * Sums over all transfers; none is known while one of them hides what it counts for, or whether it was
 * corrected.
 */
function usageOf(placed: readonly PlacedStatement[]): Facts['usage'] {
  const index = new UsageIndex()
  const transfers = placed.flatMap((statement) => {
    const hop = hopOf(statement, { ...statement, signatures: undefined })
    return hop?.type === 'transfer/1' ? [hop] : []
  })
  const corrections = transfers.some(({ supersedes }) => supersedes !== undefined)
  const needed = corrections ? [...KEY_CLAIMS, 'datasets' as const] : KEY_CLAIMS
  for (const hop of transfers) {
    if (needed.some((name) => hop.claims[name] === undefined)) return () => undefined
    index.append(hop)
  }
  return (...asked) => index.usage(...asked)
}

/** Whoever has moved something is among the parties; one that hides whom it continues may continue any. */
function continuityOf(parties: ReadonlyMap<PartyId, PartyFact>): Continuity {
  const all = [...parties.values()]
  return {
    continues: (id) => parties.get(id)?.claims.continues,
    continuedBy: (id) =>
      all.flatMap(({ party, claims: { continues } }) =>
        party !== id && (continues === id || continues === undefined) ? [party] : [],
      ),
  }
}

type Bare = Omit<InstrumentFact, 'replacedBy' | 'complete'>

function instrumentsOf(
  placed: readonly PlacedStatement[],
  complete: boolean,
): ReadonlyMap<StatementId, InstrumentFact> {
  const found = placed.filter(({ payload }) => payload.type === 'instrument/1')
  const successors = new Map<StatementId, PlacedStatement[]>()
  for (const statement of found) {
    const { supersedes } = statement.payload
    if (supersedes !== undefined) push(successors, supersedes, statement)
  }
  return new Map(
    found.map((statement): [StatementId, InstrumentFact] => [
      statement.id,
      { ...bare(statement), replacedBy: replacing(statement.id, successors), complete },
    ]),
  )
}

/** Everything that supersedes it, directly or not, each once, in log order. */
function replacing(
  id: StatementId,
  successors: ReadonlyMap<StatementId, readonly PlacedStatement[]>,
): readonly Bare[] {
  const found = new Map<StatementId, PlacedStatement>()
  const queue: StatementId[] = [id]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const successor of successors.get(next) ?? []) {
      if (found.has(successor.id)) continue
      found.set(successor.id, successor)
      queue.push(successor.id)
    }
  }
  return [...found.values()].sort((a, b) => a.index - b.index).map(bare)
}

function bare(statement: PlacedStatement): Bare {
  const { id, index, time } = statement
  return { id, index, time, claims: claimsOf(statement) }
}

/** What assessments there are about a statement. */
function assessmentsOf(
  placed: readonly PlacedStatement[],
): (about: StatementId) => readonly AssessmentFact[] {
  const found = placed.filter(({ payload }) => payload.type === 'assessment/1')
  const replacedAt = new Map<StatementId, number>()
  for (const { payload, index } of found) {
    const { supersedes } = payload
    if (supersedes !== undefined && !replacedAt.has(supersedes)) replacedAt.set(supersedes, index)
  }
  const all = found.map((statement): AssessmentFact => {
    const { id, index, time } = statement
    const replaced = replacedAt.get(id)
    const ended = replaced === undefined ? {} : { replacedAt: replaced }
    return { id, index, time, ...ended, claims: claimsOf(statement) }
  })
  // One that withholds its scope could be about anything.
  const anywhere = all.filter(({ claims }) => claims.scope === undefined)
  const byScope = new Map<string, AssessmentFact[]>()
  for (const fact of all) for (const about of fact.claims.scope ?? []) push(byScope, about, fact)
  if (anywhere.length === 0) return (about) => byScope.get(about) ?? []
  return (about) => [...(byScope.get(about) ?? []), ...anywhere].sort((a, b) => a.index - b.index)
}

function partiesOf(
  parties: Iterable<Pick<VerifiedParty, 'party' | 'opened'>>,
): ReadonlyMap<PartyId, PartyFact> {
  const found = new Map<PartyId, PartyFact>()
  for (const { party, opened } of parties) {
    const own = opened.find(({ payload }) => payload.type === 'party/1')
    if (own !== undefined) found.set(party, { party, claims: claimsOf(own) })
  }
  return found
}

/** Claims of a statement whose type decides which they are. */
function claimsOf<Claims>({ schema, open }: Pick<HopStatement, 'schema' | 'open'>): Claims {
  // The claims have passed the shapes of their type when the statement was opened.
  return knownClaims(schema, open.claims) as Claims
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
