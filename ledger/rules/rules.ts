/** Every rule, in the order in which they are judged and reported. domain 3.3. */
import { R01 } from './r01-purpose-specific.js'
import type { Rule } from './rule.js'

export const RULES: readonly Rule[] = [R01]

/** The rule of an id, as cited in verdicts; undefined where there is none. */
export function ruleOf(id: string): Rule | undefined {
  return RULES.find((rule) => rule.id === id)
}
