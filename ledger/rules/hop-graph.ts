/**
 * The graph that is judged, and the walk over it. DESIGN 6.
 *
 * A source answers with one hop at a time, from a log, a bundle or nothing but arithmetic. The walk is
 * iterative and remembers an id, an index and a count for each hop, never the hop: a chain of a
 * million hops needs no stack, and a hop lives only while something that cites it is to come.
 */
import type { StatementId } from '../core/statement.js'
import type { Hop } from './hop.js'

/** As much of a hop as the walk needs. */
export type HopOutline = Pick<Hop, 'index' | 'parents'>

export type HopGraph = {
  /** Undefined: not shown, or no hop: a gap. The same id gives the same hop. */
  hop(id: StatementId): Hop | undefined
  /** The same hop without its claims, for sources that have that at a lower price. */
  outline?(id: StatementId): HopOutline | undefined
}

/** A hop that the walk has reached. */
export type Reached = {
  readonly id: StatementId
  readonly index: number
  /** How often later hops of the walk cite it. */
  readonly uses: number
}

type Counted = { -readonly [Name in keyof Reached]: Reached[Name] }

/**
 * Everything from the roots back to the collections, by falling entry index: taken from the end, parents
 * come before children, and what was taken is free.
 *
 * @param onGap told of a root that is not shown: it is left out
 */
export function walkBack(
  graph: HopGraph,
  roots: Iterable<StatementId>,
  onGap: (root: StatementId) => void,
): Reached[] {
  const byId = new Map<StatementId, Counted>()
  const inOrder: Counted[] = []
  const queue: HopOutline[] = []
  const reach = (id: StatementId): Counted | undefined => {
    const known = byId.get(id)
    if (known !== undefined) return known
    const hop = graph.outline === undefined ? graph.hop(id) : graph.outline(id)
    if (hop === undefined) return undefined
    const reached = { id, index: hop.index, uses: 0 }
    byId.set(id, reached)
    inOrder.push(reached)
    queue.push(hop)
    return reached
  }
  for (const root of roots) if (reach(root) === undefined) onGap(root)
  for (let hop = queue.pop(); hop !== undefined; hop = queue.pop()) {
    for (const { id } of hop.parents) {
      const parent = reach(id)
      if (parent !== undefined) parent.uses += 1
    }
  }
  inOrder.sort((a, b) => b.index - a.index || compareIds(b.id, a.id))
  return inOrder
}

/** Ids by code units: the same order on every machine. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
