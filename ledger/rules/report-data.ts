/**
 * A judgement as plain data, for whoever shows it: words, JSON, a page, SARIF, a table. DESIGN 7.1.
 *
 * Nothing of the machine, the clock or the order of parents is in it: the same lineage judged by the
 * same rulesets gives the same bytes.
 */
import { encodeJcs, type Json } from '../core/json.js'
import type { RuleVerdict } from './judge.js'
import type { GraphJudgement, HopVerdict, RulesetUse, VerdictCounts } from './judgement.js'
import type { Rule } from './rule.js'
import { RULES } from './rules.js'
import type { Verdict } from './verdict.js'

/** A finding with what it is cited by. */
export type CitedVerdict = RuleVerdict & Pick<Rule, 'title' | 'citation'>

export type RuleReport = Pick<Rule, 'id' | 'title' | 'citation'> & {
  /** Hops by what this rule says of them. */
  readonly counts: VerdictCounts
}

export type RulesReport = {
  readonly verdict: Verdict
  /** One for each rule and hop. */
  readonly counts: VerdictCounts
  readonly rulesets: readonly RulesetUse[]
  readonly rules: readonly RuleReport[]
  /** By rising entry index. */
  readonly hops: readonly HopVerdict[]
  /** Worst first. */
  readonly findings: readonly CitedVerdict[]
  /** Findings that were counted and not kept. */
  readonly findingsLeftOut: number
}

/** A judgement with titles and citations. */
export function reportOf(judgement: GraphJudgement): RulesReport {
  const { verdict, counts, rulesets, byRule, hops, findings, findingsLeftOut } = judgement
  return {
    verdict,
    counts,
    rulesets,
    rules: RULES.flatMap(({ id, title, citation }) => {
      const own = byRule.get(id)
      return own === undefined ? [] : [{ id, title, citation, counts: own }]
    }),
    hops,
    findings: findings.map(cited),
    findingsLeftOut,
  }
}

/** A finding with its rule’s title and citation. */
function cited(found: RuleVerdict): CitedVerdict {
  const { title = '', citation = '' } = RULES.find(({ id }) => id === found.rule) ?? {}
  return { ...found, title, citation }
}

/** A report as text: JCS, so that the same judgement has the same bytes. */
export function reportJcs(report: RulesReport): string {
  // Plain data all through: texts, whole numbers, lists and objects of them.
  return encodeJcs(report as unknown as Json)
}
