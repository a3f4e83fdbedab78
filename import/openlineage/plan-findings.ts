/**
 * What planning finds besides statements: notes, problems, and what becomes of each run.
 */
import type { ErrorCode } from '../../ledger/core/errors.js'
import { PARENTS_MAX } from '../../ledger/core/limits.js'
import type { Named } from './event.js'
import { firstMatch, type ImportMap } from './map.js'
import { keyOf, type Note, type NoteKind, type PlanProblem, type RunFate } from './plan-item.js'
import type { Run } from './run.js'

/** Most datasets that one statement makes. DESIGN 4.1. */
const DATASETS_MAX = 64

export class Findings {
  readonly #notes = new Map<string, Note>()
  readonly #problems = new Map<string, PlanProblem>()

  get notes(): readonly Note[] {
    return [...this.#notes.values()]
  }

  get problems(): readonly PlanProblem[] {
    return [...this.#problems.values()]
  }

  /** Each note once. */
  note(kind: NoteKind, what: string): void {
    this.#notes.set(keyOf(kind, what), { kind, what })
  }

  /** No rule of a list of the map speaks of this; `run` asks for it. Each thing once. */
  missing(what: string, rule: string, { places: [place] }: Run): void {
    const issue = { code: 'IMPORT_RULE_MISSING' as const, at: rule }
    const key = keyOf(rule, what)
    if (this.#problems.has(key)) return
    this.#problems.set(key, { what, rule, issue, ...(place === undefined ? {} : { place }) })
  }

  problem(what: string, rule: string, code: ErrorCode): void {
    this.#problems.set(keyOf(rule, what), { what, rule, issue: { code, at: rule } })
  }
}

/** Which runs become statements, and why others do not. */
export function fateOf(run: Run, map: ImportMap): RunFate {
  if (run.end === 'torn') return 'conflicting'
  if (run.end === 'open') return 'not-completed'
  if (run.end !== 'completed') return run.end
  if (run.inputs.length === 0 && run.outputs.length === 0) return 'no-datasets'
  const rule = firstMatch(map.jobs, run.job)
  if (rule !== undefined && 'ignore' in rule) return 'ignored'
  return run.inputs.length > PARENTS_MAX || run.outputs.length > DATASETS_MAX
    ? 'too-large'
    : 'taken'
}

/** How messages name a dataset. */
export function datasetText({ namespace, name }: Named): string {
  return `dataset ${namespace} ${name}`
}
