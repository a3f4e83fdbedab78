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
import type { RulesetSource } from './ruleset-ref.js'
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
  if (found === undefined) return { law: shippedLaw() }
  return { law: lawOfRecorded(found), recorded: found.id }
}

const LAWS = new WeakMap<object, Law>()

/** The law of the shipped ruleset; always the same one. */
export function shippedLaw(): Law {
  return sourced(SHIPPED, SHIPPED, { kind: 'shipped' })
}

/** The law of a ruleset that the operator has recorded; the same one gives the same law. */
export function lawOfRecorded(recorded: RecordedRuleset): Law {
  const { ruleset, id, index } = recorded
  return sourced(recorded, ruleset, { kind: 'recorded', id, index })
}

/** The law of a ruleset in a file. */
export function lawOfFile(ruleset: Ruleset, file: string): Law {
  return { ...lawOf(ruleset), source: { kind: 'file', file } }
}

function sourced(key: object, ruleset: Ruleset, source: RulesetSource): Law {
  const known = LAWS.get(key)
  if (known !== undefined) return known
  const law = { ...lawOf(ruleset), source }
  LAWS.set(key, law)
  return law
}

function isLater(one: RecordedRuleset, other: RecordedRuleset): boolean {
  const [first, second] = [one.ruleset.effective.from, other.ruleset.effective.from]
  return first === second ? one.index > other.index : first > second
}
