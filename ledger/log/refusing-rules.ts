/**
 * The operator's word on rules: which of them refuse a statement that does not meet them. `rules` in
 * `waybill.json`; a rule that is not named there is recorded and refuses nothing.
 */
import { LedgerError } from '../core/errors.js'
import { isObject, type Json } from '../core/json.js'
import type { Issue } from '../core/schema.js'
import { ruleOf } from '../rules/rules.js'
import type { HopRules, JudgedStatement } from './hop-judge.js'

/** What to do with a statement that does not meet a rule: a late truth is mostly better than a gap. */
export type RuleAction = 'record' | 'refuse'
/** By rule id. */
export type RuleActions = Readonly<Record<string, RuleAction>>

const ACTIONS: readonly unknown[] = ['record', 'refuse'] satisfies readonly RuleAction[]

/** @throws LedgerError CONFIG_INVALID for a rule that there is none of, or another word */
export function parseRuleActions(value: Json): RuleActions {
  if (!isObject(value)) throw new LedgerError('CONFIG_INVALID', { at: 'rules' })
  for (const [rule, action] of Object.entries(value)) {
    if (ruleOf(rule) === undefined || !ACTIONS.includes(action))
      throw new LedgerError('CONFIG_INVALID', { at: 'rules' })
  }
  return value as RuleActions
}

/** Ids of the rules that refuse. */
export function refusingRules(actions: RuleActions): ReadonlySet<string> {
  const entries = Object.entries(actions).filter(([, action]) => action === 'refuse')
  return new Set(entries.map(([rule]) => rule))
}

/**
 * @throws LedgerError RULE_NOT_MET with rule and place of everything that is not met; INTERNAL where a
 * bug kept the rules from judging
 */
export function refuseUnmet(judged: JudgedStatement, refuse: ReadonlySet<string>): void {
  if (refuse.size === 0) return
  if (judged.found.length === 0) throw new LedgerError('INTERNAL')
  const issues = unmetIssues(judged, refuse)
  const [first] = issues
  if (first === undefined) return
  throw new LedgerError('RULE_NOT_MET', { ...first.details, at: first.at, issues })
}

/** Places at which a rule that refuses is not met; rule ids and places, never what stands there. */
export function unmetIssues({ found }: HopRules, refuse: ReadonlySet<string>): readonly Issue[] {
  return found
    .filter(({ rule }) => refuse.has(rule.id))
    .flatMap(({ rule, judged }) =>
      judged
        .filter(({ verdict }) => verdict === 'FAIL')
        .map(({ at = 'claims' }) => ({ code: 'RULE_NOT_MET', at, details: { rule: rule.id } })),
    )
}
