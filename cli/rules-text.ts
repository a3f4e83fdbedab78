/**
 * Verdicts of the rules as words and as JSON: counts with the ruleset, then what was found, worst
 * first, each in one sentence with how to go on. DESIGN 6, 7.1.
 */
import type { JsonObject } from '../ledger/core/json.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { VerdictCounts } from '../ledger/rules/judgement.js'
import type { CitedVerdict } from '../ledger/rules/report-data.js'
import { rulesetUseJson } from '../ledger/rules/ruleset-json.js'
import { VERDICTS, type Verdict } from '../ledger/rules/verdict.js'
import type { NotChecked } from './checkpoint-text.js'
import { clean, type Output, shortId, type Tone, utc } from './output.js'
import type { LineageRules } from './rules-judge.js'
import { rulesetWords } from './ruleset-words.js'

/** Most findings that are printed; JSON has them all. */
const FINDINGS_MAX = 100

/** Colour of each verdict of a rule. */
export const RULE_TONES: Readonly<Record<Verdict, Tone>> = {
  FAIL: 'bad',
  UNKNOWN: 'warn',
  WARN: 'warn',
  PASS: 'good',
  NA: 'dim',
}

const COUNTED: readonly Verdict[] = ['FAIL', 'UNKNOWN', 'WARN', 'PASS']

/** What a whole judgement comes to: `1 FAIL, 2 UNKNOWN, 0 WARN, 40 PASS; as of …; ruleset waybill 2026-11 …`. */
export function rulesWords(rules: readonly LineageRules[]): string {
  const uses = rules.flatMap(({ rulesets }) => rulesets)
  return [countWords(rules), ...asOfWords(rules), ...rulesetWords(uses)].join('; ')
}

/** `1 FAIL, 2 UNKNOWN, 0 WARN, 40 PASS`. */
export function countWords(rules: readonly LineageRules[]): string {
  const counts = sumOf(rules.map((one) => one.counts))
  return COUNTED.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ')
}

/** As of when it was judged, where that was asked: all lineages of one command have one answer. */
export function asOfWords(rules: readonly LineageRules[]): readonly string[] {
  const words = rules.flatMap(({ asOf, lastShown }) => {
    if (asOf === undefined) return []
    const later = lastShown === undefined ? '' : `, later than all that was shown (${lastShown})`
    const when = 'index' in asOf ? `entry ${asOf.index}` : utc(asOf.time)
    return [`as of ${when}${later}`]
  })
  return [...new Set(words)]
}

function sumOf(all: readonly VerdictCounts[]): Record<Verdict, number> {
  const sum = { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0, NA: 0 }
  for (const counts of all) for (const verdict of VERDICTS) sum[verdict] += counts[verdict]
  return sum
}

/** Each hop's verdict by the rules. */
export function hopVerdicts(rules: LineageRules | undefined): ReadonlyMap<StatementId, Verdict> {
  return new Map((rules?.hops ?? []).map(({ id, verdict }) => [id, verdict]))
}

/** Findings, worst first. */
export function ruleFindingLines(rules: LineageRules, out: Output): readonly string[] {
  const { findings, findingsLeftOut } = rules
  if (findings.length === 0) return []
  const types = new Map(rules.hops.map(({ id, type }) => [id, type]))
  const more = findings.length - Math.min(findings.length, FINDINGS_MAX) + findingsLeftOut
  return [
    ['Rules, worst first', ...asOfWords([rules])].join(', '),
    ...findings
      .slice(0, FINDINGS_MAX)
      .flatMap((finding) => findingText(finding, types.get(finding.target.id) ?? '', out)),
    ...(more > 0 ? [`  and ${more} more; --json lists them`] : []),
    '',
  ]
}

function findingText(finding: CitedVerdict, type: string, out: Output): readonly string[] {
  const { rule, verdict, target, at, why, evidence = [], settle } = finding
  const place = at === undefined ? '' : ` ${clean(at)}`
  const rests = evidence.length === 0 ? '' : `; rests on ${evidence.map(shortId).join(', ')}`
  return [
    `  ${out.paint(RULE_TONES[verdict], verdict)}  ${rule} ${clean(type)} ${shortId(target.id)} (entry ${target.index})${place}: ${clean(why)}${rests}`,
    ...(settle === undefined ? [] : [`      can settle it: ${clean(settle)}`]),
    `      ${clean(finding.title)}, ${clean(finding.citation)}; more: waybill explain ${rule}`,
  ]
}

/** Of one lineage. */
export function rulesJson(judged: LineageRules): JsonObject {
  const { verdict, counts, rulesets, rules, hops, findings, findingsLeftOut } = judged
  return {
    verdict,
    counts,
    rulesets: rulesets.map(rulesetUseJson),
    by_rule: rules,
    hops,
    findings,
    findings_left_out: findingsLeftOut,
    as_of: judged.asOf ?? null,
    as_of_is_later: judged.lastShown !== undefined,
    searched: judged.searched,
    unread_rulesets: judged.unread,
  }
}

/** What judging by rules leaves open. */
export function rulesNotChecked(rules: LineageRules): readonly NotChecked[] {
  const items: NotChecked[] = [
    {
      what: 'that the law itself is met: rules judge what is written down, on the disclosed evidence, by dated tables',
      settle: 'a person; waybill explain lists what each rule asks',
    },
  ]
  if (rules.searched) {
    items.push({
      what: 'that the ledger has left out no later instrument and no assessment: it says so',
      settle: 'an audit of the whole log: waybill audit',
    })
  }
  for (const id of rules.unread) {
    items.push({
      what: `ruleset ${shortId(id)}, which judged nothing here: it is not shown in full, this version does not know its terms, or it has the name of the shipped one and says something else`,
      settle: 'the operator, or a newer version of Waybill',
    })
  }
  return items
}
