/**
 * The few statements that judging any hop may rest on, wherever they stand in the log: assessments,
 * rulesets, instruments that replace others. Held in memory; read from the rules index at opening.
 *
 * A commit that is being put together adds to it before it is durable, so that a later statement of
 * the same commit is judged by it: whoever reads says up to which entry it may be told.
 */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Notable } from './rules-statement.js'

const NONE: readonly Notable[] = []

export class RuleBook {
  readonly #byScope = new Map<StatementId, Notable[]>()
  readonly #replacing = new Map<StatementId, Notable[]>()
  readonly #rulesets: Notable[] = []
  readonly #isOperator: (party: PartyId | undefined) => boolean
  #last = -1

  /** @param isOperator anybody may record a ruleset; the operator's are kept */
  constructor(isOperator: (party: PartyId | undefined) => boolean) {
    this.#isOperator = isOperator
  }

  /** One after another, by rising index; what is there already stays once. */
  add(notable: Notable): void {
    if (notable.index <= this.#last) return
    this.#last = notable.index
    for (const id of notable.scope) push(this.#byScope, id, notable)
    if (notable.supersedes !== undefined) push(this.#replacing, notable.supersedes, notable)
    const isRuleset = (notable.type as string) === 'ruleset/1'
    if (isRuleset && this.#isOperator(notable.issuer)) this.#rulesets.push(notable)
  }

  /** Assessments recorded before entry `before` whose scope names this statement, in log order. */
  assessmentsOf(id: StatementId, before: number): readonly Notable[] {
    return (this.#byScope.get(id) ?? NONE).filter(({ index }) => index < before)
  }

  /** The entry that superseded a statement first, where one was recorded before entry `before`. */
  replacedAt(id: StatementId, before: number): number | undefined {
    const [first] = this.#replacing.get(id) ?? NONE
    return first !== undefined && first.index < before ? first.index : undefined
  }

  /** Rulesets of the operator recorded before entry `before`, in log order. */
  rulesets(before: number): readonly Notable[] {
    return this.#rulesets.filter(({ index }) => index < before)
  }

  /** What supersedes a statement, directly or not, recorded before entry `before`, in log order. */
  replacing(id: StatementId, before: number): readonly Notable[] {
    const found = new Map<number, Notable>()
    const queue = [id]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const notable of this.#replacing.get(next) ?? NONE) {
        if (notable.index >= before || found.has(notable.index)) continue
        found.set(notable.index, notable)
        queue.push(notable.id)
      }
    }
    return [...found.values()].sort((a, b) => a.index - b.index)
  }
}

function push(map: Map<StatementId, Notable[]>, id: StatementId, notable: Notable): void {
  const known = map.get(id)
  if (known === undefined) map.set(id, [notable])
  else known.push(notable)
}
