/** The ruleset that somebody means by a word: the shipped one, a version, or the id of its statement. */
import type { Law } from './law.js'
import { lawOfRecorded, type RecordedRuleset, shippedLaw } from './ruleset-in-force.js'
import { SHIPPED } from './shipped/ruleset.js'

/** Stands for the ruleset that ships with this program. */
export const SHIPPED_WORD = 'shipped'

/** Whether a name may be the id of a statement, or the beginning of one. */
export function isIdPrefix(name: string): boolean {
  return /^[0-9a-f]{8,64}$/.test(name)
}

/**
 * Undefined when there is none of this name.
 *
 * @param recorded rulesets of the operator, in any order; of equal versions the last one is meant
 */
export function lawNamed(name: string, recorded: readonly RecordedRuleset[]): Law | undefined {
  if (name === SHIPPED_WORD) return shippedLaw()
  const held = recorded.filter(
    ({ id, ruleset }) => (isIdPrefix(name) && id.startsWith(name)) || ruleset.version === name,
  )
  const last = [...held].sort((a, b) => a.index - b.index).at(-1)
  if (last !== undefined) return lawOfRecorded(last)
  return SHIPPED.version === name ? shippedLaw() : undefined
}
