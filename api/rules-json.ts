/**
 * What rules say of a statement, in answers to those who submit it. docs/api.md.
 *
 * Whoever submits is known by the statement's signatures alone, and a reason may quote claims of
 * others: so rules, verdicts and places are told, and reasons only to callers with a token
 * (`/v1/verdicts/{id}`).
 */
import type { JsonObject } from '../ledger/core/json.js'
import type { HopRules } from '../ledger/index.js'
import {
  arrayOf,
  RULE_COUNTS as COUNTS,
  objectOf,
  RULESET_USED,
  VALUES,
  VERDICT,
} from './schemas.js'

/** @param all every verdict besides the counts */
export function rulesJson({ verdict, counts, ruleset, found }: HopRules, all: boolean): JsonObject {
  const { name, version, digest } = ruleset
  const short = { verdict, counts, ruleset: { name, version, digest } }
  if (!all) return short
  const verdicts = found.flatMap(({ rule, judged }) =>
    judged.map((one) => ({
      rule: rule.id,
      verdict: one.verdict,
      ...(one.at === undefined ? {} : { at: one.at }),
    })),
  )
  return { ...short, verdicts }
}

const FINDING = objectOf(
  {
    rule: VALUES.text,
    verdict: VERDICT,
    at: { ...VALUES.text, description: 'Place in the statement, where the caller may read it.' },
    why: { ...VALUES.text, description: 'Where the caller may read all that it may quote.' },
    evidence: arrayOf(VALUES.id),
    settle: VALUES.text,
  },
  ['at', 'why', 'evidence', 'settle'],
)

/** Of a whole lineage. */
export const VERDICTS_SCHEMA = objectOf({
  id: VALUES.id,
  tree_size: VALUES.count,
  as_of: { ...VALUES.index, description: 'Index of the last entry that was looked at.' },
  verdict: VERDICT,
  counts: { ...COUNTS, description: 'One count for each rule and hop: the worst that it says.' },
  rulesets: arrayOf(RULESET_USED),
  unread_rulesets: {
    ...arrayOf(VALUES.id),
    description: 'Rulesets of the operator that this program cannot judge by: they judged nothing.',
  },
  hops: arrayOf(
    objectOf({
      id: VALUES.id,
      index: VALUES.index,
      type: VALUES.text,
      verdict: VERDICT,
      path: { ...VERDICT, description: 'The worst of it and of everything before it.' },
      findings: arrayOf(FINDING),
    }),
  ),
})
