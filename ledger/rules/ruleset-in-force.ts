/**
 * Which ruleset judges what was recorded at an entry: of those that the ledger's operator had recorded
 * before it, the one that took effect last. A ledger without any is judged by the shipped one.
 *
 * Whose a ruleset is, is the caller's question: anyone may record one, and only the operator's judge.
 */
import type { StatementId } from '../core/statement.js'
import { dayOf } from './days.js'
import { type Law, lawOf } from './law.js'
import type { Ruleset } from './ruleset.js'
import { SHIPPED } from './shipped/ruleset.js'
import { inForce } from './tables.js'

/** A ruleset that the operator has recorded. */
export type RecordedRuleset = {
  readonly id: StatementId
  readonly index: number
  readonly supersedes?: StatementId
  readonly ruleset: Ruleset
}

/** A law, and the statement that recorded its ruleset; without one it is the shipped ruleset. */
export type LawInForce = { readonly law: Law; readonly recorded?: StatementId }

/** The place in a log at which something is judged: entry index, and entry time in seconds. */
export type Moment = { readonly index: number; readonly time: number }

/** Undefined: the operator had recorded none that was in force. The order of `rulesets` is nothing. */
export function rulesetInForce(
  rulesets: readonly RecordedRuleset[],
  { index, time }: Moment,
): RecordedRuleset | undefined {
  const day = dayOf(time)
  const earlier = rulesets.filter((recorded) => recorded.index < index)
  const replaced = new Set(earlier.map(({ supersedes }) => supersedes))
  let latest: RecordedRuleset | undefined
  for (const recorded of earlier) {
    if (replaced.has(recorded.id) || !inForce(recorded.ruleset.effective, day)) continue
    if (latest === undefined || isLater(recorded, latest)) latest = recorded
  }
  return latest
}

/** The law by which an entry is judged. */
export function lawInForce(rulesets: readonly RecordedRuleset[], moment: Moment): LawInForce {
  const found = rulesetInForce(rulesets, moment)
  if (found === undefined) return { law: lawOf(SHIPPED) }
  return { law: lawOf(found.ruleset), recorded: found.id }
}

function isLater(one: RecordedRuleset, other: RecordedRuleset): boolean {
  const [first, second] = [one.ruleset.effective.from, other.ruleset.effective.from]
  return first === second ? one.index > other.index : first > second
}
