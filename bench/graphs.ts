/**
 * Deep and wide lineages, judged: hops per second on one core, memory, and whether time grows with the
 * number of hops and no faster. `npm run bench -- --graphs` runs this alone.
 *
 * Memory is the process's own peak, so it means something only where nothing else ran before.
 */
import { resourceUsage } from 'node:process'
import { LedgerError } from '../ledger/core/errors.js'
import { encodePayload, parsePayload } from '../ledger/core/statement.js'
import type { HopGraph } from '../ledger/rules/hop-graph.js'
import { judgeGraph } from '../ledger/rules/judge-graph.js'
import type { GraphJudgement, JudgeContext } from '../ledger/rules/judgement.js'
import { lawOf } from '../ledger/rules/law.js'
import { SHIPPED } from '../ledger/rules/shipped/ruleset.js'
import { chain, diamonds, idOf, layers, syntheticFacts } from './synthetic-hops.js'

export type GraphFigures = {
  readonly judge_hops_per_s: number
  /** Without the time that making the hops takes, which are kept nowhere. */
  readonly judge_alone_hops_per_s: number
  /** Time per hop in a chain ten times as long, over the time per hop in the shorter one. */
  readonly judge_time_ratio_10x: number
  readonly judge_diamonds_ms: number
  readonly judge_layers_edges_per_s: number
  readonly judge_peak_rss_mb: number
}

const CHAIN = 1_000_000
const DIAMONDS = 40
const WIDTH = 256
const LAYERS = 12
const WARM = 20_000
/** Transfers in the index of sums while hops are judged. */
const INDEXED = 10_000

/** Judges all graphs. @param size hops of the long chain */
export function measureGraphs(say: (text: string) => void, size: number = CHAIN): GraphFigures {
  const law = lawOf(SHIPPED)
  const context: JudgeContext = { facts: syntheticFacts(INDEXED), lawFor: () => law }
  judged(chain(WARM), WARM, context)
  const short = judged(chain(size / 10), size / 10, context)
  const long = judged(chain(size), size, context)
  const making = secondsToMake(chain(size), size)
  const { verdict, counts, findingsLeftOut } = long.judgement
  say(`chain of ${size}: ${rate(size, long.seconds)} hops/s, ${verdict}, ${JSON.stringify(counts)}`)
  if (findingsLeftOut > 0) say(`${findingsLeftOut} findings were counted and not kept`)
  const stacked = diamonds(DIAMONDS)
  const diamond = judged(stacked.graph, stacked.size, context)
  const wide = layers(LAYERS, WIDTH)
  const broad = judged(wide.graph, wide.size, context)
  const edges = (LAYERS - 2) * WIDTH * WIDTH + WIDTH
  refusesMore()
  return {
    judge_hops_per_s: rate(size, long.seconds),
    judge_alone_hops_per_s: rate(size, long.seconds - making),
    judge_time_ratio_10x: Math.round((100 * long.seconds) / (10 * short.seconds)) / 100,
    judge_diamonds_ms: Math.round(1_000 * diamond.seconds),
    judge_layers_edges_per_s: rate(edges, broad.seconds),
    judge_peak_rss_mb: Math.round(resourceUsage().maxRSS / 1_024),
  }
}

type Judged = { readonly seconds: number; readonly judgement: GraphJudgement }

function judged(graph: HopGraph, size: number, context: JudgeContext): Judged {
  const begin = performance.now()
  const judgement = judgeGraph(graph, [idOf(size - 1)], context)
  return { seconds: (performance.now() - begin) / 1_000, judgement }
}

/** A judge asks for the outline of each hop once, and for the hop once. */
function secondsToMake(graph: HopGraph, size: number): number {
  const begin = performance.now()
  let made = 0
  for (let index = 0; index < size; index += 1) {
    const id = idOf(index)
    if (graph.outline?.(id) !== undefined && graph.hop(id) !== undefined) made += 1
  }
  if (made !== size) throw new Error('a graph has all its hops')
  return (performance.now() - begin) / 1_000
}

function rate(count: number, seconds: number): number {
  return Math.round(count / seconds)
}

/** One parent more than the most: no such statement exists. */
function refusesMore(): void {
  if (refusedAt(WIDTH) !== 'claims') throw new Error(`${WIDTH} parents are refused`)
  if (refusedAt(WIDTH + 1) !== 'parents') throw new Error(`${WIDTH + 1} parents are taken`)
}

/** Where a payload with so many parents is refused; it has no claims, which come last. */
function refusedAt(count: number): unknown {
  const parents = Array.from({ length: count }, (_, index) => ({ id: idOf(index), n: 0 }))
  const draft = { type: 'processing/1', origin: 'bench', iat: 0, nonce: 'A'.repeat(22) } as const
  try {
    parsePayload(encodePayload({ ...draft, parents, claims: {} }))
  } catch (error) {
    if (error instanceof LedgerError) return error.details['at']
    throw error
  }
  return undefined
}
