/** What a ledger says of the rules when it records a hop: rules, verdicts and places, no reasons. */
import type { JsonObject } from '../ledger/core/json.js'
import type { RulesetRef } from '../ledger/rules/ruleset-ref.js'
import { VERDICTS, type Verdict } from '../ledger/rules/verdict.js'
import { invalid, objectAt, objectsAt, textAt, wholeAt } from './members.js'

/** The ledger's word: `lineage` of the statement verifies and judges it, and says why. */
export type StatedRules = {
  /** The worst that a rule says. */
  readonly verdict: Verdict
  /** One count for each rule: the worst that it says. */
  readonly counts: Readonly<Record<Verdict, number>>
  readonly ruleset: RulesetRef
  /** In order of the rules; left out in bulk calls. */
  readonly verdicts?: readonly {
    readonly rule: string
    readonly verdict: Verdict
    readonly at?: string
  }[]
}

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function readStatedRules(answer: JsonObject): { readonly rules?: StatedRules } {
  if (answer['rules'] === undefined) return {}
  const rules = objectAt(answer['rules'], 'rules')
  const ruleset = objectAt(rules['ruleset'] ?? null, 'rules.ruleset')
  return {
    rules: {
      verdict: verdictAt(rules, 'verdict'),
      counts: countsAt(rules, 'counts'),
      ruleset: {
        name: textAt(ruleset, 'name'),
        version: textAt(ruleset, 'version'),
        digest: textAt(ruleset, 'digest'),
      },
      ...verdictsAt(rules),
    },
  }
}

function verdictsAt(rules: JsonObject): Pick<StatedRules, 'verdicts'> {
  if (rules['verdicts'] === undefined) return {}
  return {
    verdicts: objectsAt(rules, 'verdicts').map((item) => ({
      rule: textAt(item, 'rule'),
      verdict: verdictAt(item, 'verdict'),
      ...(item['at'] === undefined ? {} : { at: textAt(item, 'at') }),
    })),
  }
}

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function countsAt(item: JsonObject, name: string): Readonly<Record<Verdict, number>> {
  const counts = objectAt(item[name] ?? null, name)
  return {
    FAIL: wholeAt(counts, 'FAIL'),
    UNKNOWN: wholeAt(counts, 'UNKNOWN'),
    WARN: wholeAt(counts, 'WARN'),
    PASS: wholeAt(counts, 'PASS'),
    NA: wholeAt(counts, 'NA'),
  }
}

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function verdictAt(item: JsonObject, name: string): Verdict {
  const verdict = VERDICTS.find((known) => known === item[name])
  if (verdict === undefined) throw invalid(name)
  return verdict
}
