/**
 * Ways from where an impact began to what is reached. A way may have thousands of statements and there
 * may be thousands of ways, so that each is told by its ends; `from` of the steps leads through all of it.
 */
import type { StatementId } from '../core/statement.js'
import type { ImpactStep } from './impact.js'

/** Statements of a way that are told from each end. */
const WAY_ENDS = 8

export type Way = {
  /** From a beginning to what is reached, both included; its first and its last ones where it is long. */
  readonly path: readonly StatementId[]
  /** How many are left out, after the first half of `path`. */
  readonly leftOut: number
}

type Step = Pick<ImpactStep, 'id' | 'from' | 'depth'>

const NO_WAY: Way = { path: [], leftOut: 0 }

/** The way to each statement that is reached; an empty one to any other. */
export function waysOf(steps: readonly Step[]): (id: StatementId) => Way {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const firsts = firstsOf(steps)
  return (id) => {
    const step = byId.get(id)
    if (step === undefined) return NO_WAY
    const length = step.depth + 1
    const leftOut = Math.max(0, length - 2 * WAY_ENDS)
    const last: StatementId[] = []
    for (
      let next: Step | undefined = step;
      next !== undefined && last.length < WAY_ENDS;
      next = next.from && byId.get(next.from)
    ) {
      last.push(next.id)
    }
    const first = firsts.get(id) ?? []
    return { path: [...first.slice(0, length - last.length), ...last.reverse()], leftOut }
  }
}

/** The first ones of each way. Those far from a beginning share the list of the one before. */
function firstsOf(steps: readonly Step[]): ReadonlyMap<StatementId, readonly StatementId[]> {
  const firsts = new Map<StatementId, readonly StatementId[]>()
  for (const { id, from } of steps.toSorted((a, b) => a.depth - b.depth)) {
    const before = (from && firsts.get(from)) ?? []
    firsts.set(id, before.length < WAY_ENDS ? [...before, id] : before)
  }
  return firsts
}
