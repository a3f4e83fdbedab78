/**
 * What a ledger says of the rules when it records a hop, in words: whoever signs what does not meet a
 * rule is told so at once, and not by an auditor.
 */
import type { StatedRules } from '../client/index.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { HopRules } from '../ledger/index.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import { clean } from './output.js'

/** Verdicts that are told by rule. */
const TOLD: readonly Verdict[] = ['FAIL', 'UNKNOWN', 'WARN']

/** What a ledger that was opened here says, as a server would. */
export function statedRules({ verdict, counts, ruleset, found }: HopRules): StatedRules {
  return {
    verdict,
    counts,
    ruleset,
    verdicts: found.flatMap(({ rule, judged }) =>
      judged.map(({ verdict: own, at }) => ({
        rule: rule.id,
        verdict: own,
        ...(at === undefined ? {} : { at }),
      })),
    ),
  }
}

/** `rules: FAIL R05 R07, UNKNOWN R12`; in bulk `rules: 2 FAIL, 1 UNKNOWN`; `rules: PASS`. */
export function statedWords({ verdict, counts, verdicts }: StatedRules): string {
  const told = TOLD.filter((one) => counts[one] > 0)
  if (told.length === 0) return `rules: ${verdict}`
  const words = told.map((one) => {
    if (verdicts === undefined) return `${counts[one]} ${one}`
    const rules = verdicts.filter((found) => found.verdict === one).map(({ rule }) => clean(rule))
    return `${one} ${[...new Set(rules)].join(' ')}`
  })
  return `rules: ${words.join(', ')}`
}

/** Is there anything to look into? */
export function isTold({ counts }: StatedRules): boolean {
  return TOLD.some((verdict) => counts[verdict] > 0)
}

export function statedJson(rules: StatedRules | undefined): JsonObject {
  if (rules === undefined) return {}
  const { verdict, counts, ruleset, verdicts } = rules
  const listed = verdicts === undefined ? {} : { verdicts: verdicts.map((one) => ({ ...one })) }
  return { rules: { verdict, counts, ruleset, ...listed } }
}
