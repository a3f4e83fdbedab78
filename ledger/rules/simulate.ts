/**
 * Simulation: which hops would be worse off after a change, and what rests on them. domain 6.6.
 *
 * Everything that the change may concern is judged twice, as it is and as it would be, together with
 * all that comes of it: a rule may look at the hop before. Nothing is appended.
 */
import type { StatementId } from '../core/statement.js'
import { type Change, changedFacts, changedHop, changedLaw, subjectOf } from './change.js'
import type { ForwardGraph } from './forward-graph.js'
import type { HopType } from './hop.js'
import type { HopGraph } from './hop-graph.js'
import { type Beginning, beginningsOf, type Impact, impactFrom } from './impact.js'
import type { RuleVerdict } from './judge.js'
import { judgeGraph } from './judge-graph.js'
import { FINDINGS_KEPT, type JudgeContext, type JudgedHop, type RulesetUse } from './judgement.js'
import { isFinding, KeptFindings } from './kept-findings.js'
import type { Rule } from './rule.js'
import { VERDICTS, type Verdict, worseOf, worstOf } from './verdict.js'
import type { Vocabulary } from './vocabulary.js'

/** What of a judgement's context a simulation needs. */
export type SimulationContext = Pick<JudgeContext, 'facts' | 'lawFor' | 'keep'>

export type BrokenHop = {
  readonly id: StatementId
  readonly index: number
  readonly type: HopType
  /** The worst that a rule says of it as it is, and as it would be. */
  readonly before: Verdict
  readonly after: Verdict
  /** Rules that would be worse, in order. */
  readonly rules: readonly Rule['id'][]
}

export type Simulation = {
  /** Hops that were judged twice. */
  readonly judged: number
  /** Hops of which a rule would say something worse, in log order. */
  readonly broken: readonly BrokenHop[]
  /** What those rules would say, worst first. */
  readonly findings: readonly RuleVerdict[]
  /** Findings beyond the most that are kept. */
  readonly findingsLeftOut: number
  /** Everything that comes of the broken hops, these among it. */
  readonly downstream: Impact
  /** Hops that withhold whether the change concerns them. */
  readonly unsure: readonly StatementId[]
  /** Rulesets that were used, as they are recorded. */
  readonly rulesets: readonly RulesetUse[]
}

/**
 * What a change would break.
 *
 * @param vocabulary by which subjects are looked for
 */
export function simulate(
  graph: ForwardGraph,
  change: Change,
  vocabulary: Vocabulary,
  context: SimulationContext,
): Simulation {
  const unsure: StatementId[] = []
  const concerned = beginningsOf(graph, subjectOf(change), vocabulary, ({ id }) => {
    unsure.push(id)
  })
  const affected = new Set(impactFrom(graph, concerned).steps.map(({ id }) => id))
  const common = { keep: 0, only: (id: StatementId) => affected.has(id) }
  const { facts, lawFor, keep = FINDINGS_KEPT } = context
  const before = new Map<StatementId, string>()
  const { rulesets } = judgeGraph(graph, affected, {
    ...common,
    facts,
    lawFor,
    onHop: ({ id, verdicts }) => before.set(id, ranksOf(verdicts)),
  })
  const kept = new KeptFindings(keep)
  const broken: BrokenHop[] = []
  const law = changedLaw(change)
  judgeGraph(changedGraph(graph, change), affected, {
    ...common,
    facts: changedFacts(facts, change),
    lawFor: (hop) => law(lawFor(hop)),
    onHop(judged) {
      const found = brokenHop(judged, before.get(judged.id) ?? '', kept)
      if (found !== undefined) broken.push(found)
    },
  })
  return {
    judged: before.size,
    broken,
    findings: kept.worstFirst(),
    findingsLeftOut: kept.leftOut,
    downstream: impactFrom(graph, wholeHops(graph, broken)),
    unsure,
    rulesets,
  }
}

function changedGraph(graph: HopGraph, change: Change): HopGraph {
  return {
    hop(id) {
      const hop = graph.hop(id)
      return hop === undefined ? undefined : changedHop(hop, change)
    },
  }
}

function* wholeHops(graph: HopGraph, broken: readonly BrokenHop[]): Iterable<Beginning> {
  for (const { id } of broken) {
    const hop = graph.hop(id)
    if (hop !== undefined) yield { hop, datasets: undefined }
  }
}

/**
 * The worst of each rule as one digit, in order of the rules: what is remembered of a hop between the
 * two judgements, of which there may be a million.
 */
function ranksOf(verdicts: readonly RuleVerdict[]): string {
  return [...worstByRule(verdicts).values()].map((verdict) => VERDICTS.indexOf(verdict)).join('')
}

function worstByRule(verdicts: readonly RuleVerdict[]): ReadonlyMap<Rule['id'], Verdict> {
  const worst = new Map<Rule['id'], Verdict>()
  for (const { rule, verdict } of verdicts) {
    worst.set(rule, worseOf(verdict, worst.get(rule) ?? 'NA'))
  }
  return worst
}

/** A hop of which a rule says something worse than before; undefined when none does. */
function brokenHop(judged: JudgedHop, ranks: string, kept: KeptFindings): BrokenHop | undefined {
  const before = [...ranks].map((digit) => VERDICTS[Number(digit)] ?? 'NA')
  const worse = [...worstByRule(judged.verdicts)].flatMap(([rule, verdict], position) => {
    const was = before[position] ?? 'NA'
    const isWorse = isFinding(verdict) && VERDICTS.indexOf(verdict) < VERDICTS.indexOf(was)
    return isWorse ? [rule] : []
  })
  if (worse.length === 0) return undefined
  for (const found of judged.verdicts) {
    if (!worse.includes(found.rule) || !isFinding(found.verdict)) continue
    if (kept.takes(found.verdict)) kept.add(found)
    else kept.skip()
  }
  const { id, index, type } = judged
  return { id, index, type, before: worstOf(before), after: judged.verdict, rules: worse }
}
