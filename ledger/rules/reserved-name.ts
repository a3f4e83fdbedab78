/**
 * The name of the shipped rulesets is theirs alone. Tables that somebody has changed and left under it
 * would be taken for them, in every verdict and by every reader.
 */
import { lawOf } from './law.js'
import type { Ruleset } from './ruleset.js'
import type { RulesetFault } from './ruleset-fault.js'
import { rulesetRef } from './ruleset-ref.js'
import { SHIPPED } from './shipped/ruleset.js'

/** Digests of editions that shipped before this one: where an operator has recorded one, it judges on. */
const SHIPPED_BEFORE: readonly string[] = []

/** One fault when a ruleset has the reserved name and is none that ships with Waybill. */
export function nameFaults(ruleset: Ruleset): readonly RulesetFault[] {
  if (ruleset.name !== SHIPPED.name || ruleset === SHIPPED) return []
  const { digest } = rulesetRef(ruleset)
  if (digest === lawOf(SHIPPED).ref.digest || SHIPPED_BEFORE.includes(digest)) return []
  const expected = `another name: ${SHIPPED.name} is what ships with Waybill, unchanged`
  return [{ at: 'name', reason: 'reserved', expected }]
}
