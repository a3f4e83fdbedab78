/**
 * A whole lineage judged, hop by hop from the collections on, with the limits that flow. DESIGN 6.
 *
 * Hops are taken in order of rising entry index, so that all parents come first; a hop and its limits
 * are dropped after the last hop that cites it. What is kept for each hop is its verdict; findings
 * are kept up to a cap, or handed to whoever wants all of them.
 */
import { invariant } from '../core/errors.js'
import type { StatementId } from '../core/statement.js'
import { flowOut } from './flow.js'
import { datasetsOf, type Hop } from './hop.js'
import { type HopGraph, type Reached, walkBack } from './hop-graph.js'
import { type GraphJudgement, type JudgeContext, JudgementTally } from './judgement.js'
import type { Limits } from './limits.js'
import { meetLimits, UNKNOWN_LIMITS, UNLIMITED } from './meet.js'
import type { Judging, Upstream } from './rule.js'
import { type Verdict, worseOf } from './verdict.js'

/** What later hops need of one that was judged. */
type Passed = {
  readonly hop: Hop
  readonly limits: ReadonlyMap<number, Limits>
  readonly path: Verdict
  /** Citations that are still to come. */
  uses: number
}

/** Judges everything from the roots back to the collections. A root that is not shown is UNKNOWN. */
export function judgeGraph(
  graph: HopGraph,
  roots: Iterable<StatementId>,
  context: JudgeContext,
): GraphJudgement {
  const judge = new GraphJudge(graph, roots, context)
  while (judge.step());
  return judge.result()
}

/** Work that may be left alone between any two of its steps. */
export type Stepwise<Result> = Generator<void, Result, void>

/** All steps at once. */
export function runToEnd<Result>(steps: Stepwise<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** As `judgeGraph`, hop by hop: a lineage may take seconds, and whoever judges it may have other work. */
export function* judgeStepwise(
  graph: HopGraph,
  roots: Iterable<StatementId>,
  context: JudgeContext,
): Stepwise<GraphJudgement> {
  const judge = new GraphJudge(graph, roots, context)
  while (judge.step()) yield
  return judge.result()
}

/** A judgement on its way: what is still to be judged, and what later hops need of the rest. */
class GraphJudge {
  readonly #graph: HopGraph
  readonly #context: JudgeContext
  readonly #tally: JudgementTally
  readonly #passed = new Map<StatementId, Passed>()
  readonly #waiting: Reached[]

  constructor(graph: HopGraph, roots: Iterable<StatementId>, context: JudgeContext) {
    const tally = new JudgementTally(context)
    this.#graph = graph
    this.#context = context
    this.#tally = tally
    this.#waiting = walkBack(graph, roots, () => tally.gap())
  }

  /** Judges one hop; false when there was none left. */
  step(): boolean {
    const next = this.#waiting.pop()
    if (next === undefined) return false
    const { id, uses } = next
    const passed = this.#passed
    const hop = this.#graph.hop(id)
    invariant(hop !== undefined, 'a source that has shown a hop shows it again')
    const judging = judgingOf(hop, passed, this.#context)
    let before: Verdict = 'NA'
    for (const parent of hop.parents) {
      before = worseOf(before, passed.get(parent.id)?.path ?? 'UNKNOWN')
    }
    const path = this.#tally.judge(judging, before, id)
    for (const parent of hop.parents) release(parent.id, passed)
    if (uses > 0) passed.set(id, { hop, limits: flowOut(judging), path, uses })
    return true
  }

  result(): GraphJudgement {
    return this.#tally.result()
  }
}

/** A hop with everything that its rules ask for; parents that are no earlier entries are gaps. */
function judgingOf(
  hop: Hop,
  passed: ReadonlyMap<StatementId, Passed>,
  { facts, lawFor }: JudgeContext,
): Judging {
  const upstream = hop.parents.map(({ id, n }): Upstream => {
    const parent = passed.get(id)
    if (parent === undefined) {
      return { id, n, hop: undefined, dataset: undefined, limits: UNKNOWN_LIMITS }
    }
    return {
      id,
      n,
      hop: parent.hop,
      dataset: datasetsOf(parent.hop)?.find((dataset) => dataset.n === n),
      limits: parent.limits.get(n) ?? UNKNOWN_LIMITS,
    }
  })
  const limits = upstream.reduce((met, { limits }) => meetLimits(met, limits), UNLIMITED)
  return { hop, upstream, limits, facts, law: lawFor(hop) }
}

function release(id: StatementId, passed: Map<StatementId, Passed>): void {
  const parent = passed.get(id)
  if (parent === undefined) return
  parent.uses -= 1
  if (parent.uses === 0) passed.delete(id)
}
