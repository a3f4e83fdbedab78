/**
 * The lineage read forward: from a statement to what was made of its datasets. DESIGN 6.
 *
 * A log answers from its index of children, a set of hops from a table made once. Seen as of an entry,
 * neither shows anything that was recorded later.
 */
import type { StatementId } from '../core/statement.js'
import type { Facts } from './facts.js'
import type { Hop } from './hop.js'
import { compareIds, type HopGraph } from './hop-graph.js'
import type { Subject } from './subject.js'

export type Children = {
  /** Statements that cite it as a parent, each once, in log order. */
  readonly ids: readonly StatementId[]
  /** False when there may be others. */
  readonly complete: boolean
}

export type ForwardGraph = HopGraph & {
  children(id: StatementId): Children
  /** Every hop that may be about a subject, in log order; others may be among them. Left out: all hops. */
  candidates(subject?: Subject): Iterable<Hop>
}

/** A graph of hops at hand. */
export function graphOfHops(hops: Iterable<Hop>): ForwardGraph {
  const all = [...hops].sort((a, b) => a.index - b.index || compareIds(a.id, b.id))
  const byId = new Map(all.map((hop) => [hop.id, hop]))
  const children = new Map<StatementId, StatementId[]>()
  for (const { id, parents } of all) {
    for (const parent of new Set(parents.map((ref) => ref.id))) {
      const known = children.get(parent)
      if (known === undefined) children.set(parent, [id])
      else known.push(id)
    }
  }
  return {
    hop: (id) => byId.get(id),
    children: (id) => ({ ids: children.get(id) ?? [], complete: true }),
    candidates: () => all,
  }
}

/** The graph as it was when entry `last` was the last one. */
export function graphAsOf(graph: ForwardGraph, last: number): ForwardGraph {
  const shown = (hop: Hop | undefined): hop is Hop => hop !== undefined && hop.index <= last
  return {
    hop(id) {
      const hop = graph.hop(id)
      return shown(hop) ? hop : undefined
    },
    children(id) {
      const { ids, complete } = graph.children(id)
      return { ids: ids.filter((child) => !isLater(graph.hop(child), last)), complete }
    },
    *candidates(subject) {
      for (const hop of graph.candidates(subject)) if (shown(hop)) yield hop
    },
  }
}

/** A child that is not shown stays: that there is one is known. */
function isLater(hop: Hop | undefined, last: number): boolean {
  return hop !== undefined && hop.index > last
}

/** Facts as they were when entry `last` was the last one. */
export function factsAsOf(facts: Facts, last: number): Facts {
  return {
    party: (id) => facts.party(id),
    instrument(id) {
      const fact = facts.instrument(id)
      if (fact === undefined || fact.index > last) return undefined
      return { ...fact, replacedBy: fact.replacedBy.filter(({ index }) => index <= last) }
    },
    assessments: (...asked) =>
      facts.assessments(...asked)?.flatMap((fact) => {
        if (fact.index > last) return []
        const { replacedAt, ...before } = fact
        return [replacedAt === undefined || replacedAt <= last ? fact : before]
      }),
    usage: (key, since, before, ...rest) =>
      facts.usage(key, since, Math.min(before, last + 1), ...rest),
  }
}
