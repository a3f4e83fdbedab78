/**
 * Which ruleset judges a hop. DESIGN 6, domain 3.3.
 *
 * A hop is judged by what the operator had recorded before it and said to be in force on its day; of
 * several, by the one that was recorded last. Where there is none, by the shipped one. Who asks for
 * another day's ruleset gets it for every hop, and the verdicts name it.
 */
import { dayOf } from './days.js'
import type { Hop } from './hop.js'
import { type Law, lawOf } from './law.js'
import type { Ruleset } from './ruleset.js'

/** A ruleset that the operator has recorded, at its entry. */
export type RecordedRuleset = {
  readonly ruleset: Ruleset
  readonly index: number
}

/** Place of a hop in time. */
type When = Pick<Hop, 'index' | 'time'>

/**
 * The ruleset in force for what was recorded at an entry.
 *
 * @param recorded in any order
 * @param shipped what holds where the operator has recorded none that does
 */
export function rulesetAt(
  { index, time }: When,
  recorded: readonly RecordedRuleset[],
  shipped: Ruleset,
): Ruleset {
  const day = dayOf(time)
  let found: RecordedRuleset | undefined
  for (const candidate of recorded) {
    const { from, until } = candidate.ruleset.effective
    const holds = from <= day && (until === undefined || day <= until)
    if (!holds || candidate.index >= index) continue
    if (found === undefined || candidate.index > found.index) found = candidate
  }
  return found?.ruleset ?? shipped
}

/** The law for each hop, by the ruleset in force when it was recorded. */
export function lawInForce(
  recorded: readonly RecordedRuleset[],
  shipped: Ruleset,
): (hop: When) => Law {
  if (recorded.length === 0) {
    const law = lawOf(shipped)
    return () => law
  }
  return (hop) => lawOf(rulesetAt(hop, recorded, shipped))
}

/**
 * One law for every hop, whenever it was recorded: the one in force at an entry or on a day that was
 * asked for, or a ruleset that was given.
 */
export function lawChosen(ruleset: Ruleset): (hop: When) => Law {
  const law = lawOf(ruleset)
  return () => law
}
