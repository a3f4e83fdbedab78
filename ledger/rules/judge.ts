/**
 * All rules on one hop. DESIGN 6.
 *
 * A verdict names the rule, the ruleset and the statement it is about, and nothing of when it was
 * made: judged again by the same ruleset it has the same bytes.
 */
import { encodeJcs, type Json } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import { compareIds } from './hop-graph.js'
import type { Judging, Rule } from './rule.js'
import { RULES } from './rules.js'
import type { RulesetRef } from './ruleset-ref.js'
import { type Judged, type Verdict, worstOf } from './verdict.js'

/** What one rule has found about one hop. */
export type RuleVerdict = Judged & {
  readonly rule: Rule['id']
  readonly ruleset: RulesetRef
  /** The hop it is about. */
  readonly target: { readonly id: StatementId; readonly index: number }
}

/** What one rule says of a hop: at least one thing. */
export type RuleFound = { readonly rule: Rule; readonly judged: readonly Judged[] }

/** What every rule says of a hop, in order of the rules. */
export function judgeRules(judging: Judging, rules: readonly Rule[] = RULES): readonly RuleFound[] {
  return rules.map((rule) => ({ rule, judged: rule.judge(judging) }))
}

/** As `judgeRules`, each finding with what it is cited by. */
export function judgeHop(judging: Judging, rules: readonly Rule[] = RULES): readonly RuleVerdict[] {
  return judgeRules(judging, rules).flatMap(({ rule, judged }) =>
    judged.map((one) => ruleVerdict(rule, one, judging)),
  )
}

/** One finding of a rule with what it is cited by. */
export function ruleVerdict(
  { id: rule }: Rule,
  judged: Judged,
  { hop: { id, index }, law }: Pick<Judging, 'hop' | 'law'>,
): RuleVerdict {
  const { verdict, at, why, evidence, settle } = judged
  return {
    rule,
    verdict,
    target: { id, index },
    ...(at === undefined ? {} : { at }),
    why,
    // Parents have no order among themselves, so neither has what a verdict rests on.
    ...(evidence === undefined || evidence.length === 0
      ? {}
      : { evidence: [...new Set(evidence)].sort(compareIds) }),
    ...(settle === undefined ? {} : { settle }),
    ruleset: law.ref,
  }
}

/** The worst of several rule verdicts; of none, UNKNOWN: what nobody judged is not good. */
export function worstVerdictOf(verdicts: readonly Pick<Judged, 'verdict'>[]): Verdict {
  return verdicts.length === 0 ? 'UNKNOWN' : worstOf(verdicts.map(({ verdict }) => verdict))
}

/** Verdicts as text: JCS, so that the same verdicts are the same bytes. */
export function verdictsJcs(verdicts: readonly RuleVerdict[]): string {
  return encodeJcs(verdicts as unknown as Json)
}
