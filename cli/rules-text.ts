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

/** Most findings that are printed, alike ones as one; JSON has them all. */
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
  const numbers = COUNTED.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ')
  // One rule may have several things to say of one hop, and counts it once.
  const found = rules.reduce((sum, one) => sum + one.findings.length + one.findingsLeftOut, 0)
  const isMore = found > counts.FAIL + counts.UNKNOWN + counts.WARN
  return isMore ? `${numbers} (${found} findings)` : numbers
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

/** Findings, worst first; those that say the same of several hops, once. */
export function ruleFindingLines(rules: LineageRules, out: Output): readonly string[] {
  const { findings, findingsLeftOut } = rules
  if (findings.length === 0) return []
  const types = new Map(rules.hops.map(({ id, type }) => [id, type]))
  const alike = alikeOf(findings)
  const hidden = alike.slice(FINDINGS_MAX).reduce((sum, group) => sum + group.length, 0)
  const more = hidden + findingsLeftOut
  return [
    ['Rules, worst first', ...asOfWords([rules])].join(', '),
    ...alike.slice(0, FINDINGS_MAX).flatMap((group) => findingText(group, types, out)),
    ...(more > 0
      ? [
          `  and ${more} more findings; --json lists them, and waybill report ID --csv FILE as a table`,
        ]
      : []),
    '',
  ]
}

type Alike = readonly [CitedVerdict, ...CitedVerdict[]]

/** Findings of one rule with the same words about the same place, each of another hop, in their order. */
function alikeOf(findings: readonly CitedVerdict[]): readonly Alike[] {
  const groups = new Map<string, [CitedVerdict, ...CitedVerdict[]]>()
  for (const finding of findings) {
    const { rule, verdict, at, why, settle } = finding
    const key = JSON.stringify([rule, verdict, at, why, settle])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  return [...groups.values()]
}

function findingText(
  group: Alike,
  types: ReadonlyMap<StatementId, string>,
  out: Output,
): readonly string[] {
  const [finding] = group
  const { rule, verdict, at, why, settle } = finding
  const place = at === undefined ? '' : ` ${clean(at)}`
  const evidence = [...new Set(group.flatMap((one) => one.evidence ?? []))]
  const rests = evidence.length === 0 ? '' : `; rests on ${someOf(evidence.map(shortId))}`
  return [
    `  ${out.paint(RULE_TONES[verdict], verdict)}  ${rule} ${hopsText(group, types)}${place}: ${clean(why)}${rests}`,
    ...(settle === undefined ? [] : [`      can settle it: ${clean(settle)}`]),
    `      ${clean(finding.title)}, ${clean(finding.citation)}; more: waybill explain ${rule}`,
  ]
}

/** `transfer/1 3f… (entry 7)`, or `at 62 hops (entries 7, 9, 12, …)`. */
function hopsText(group: Alike, types: ReadonlyMap<StatementId, string>): string {
  const [{ target }] = group
  if (group.length === 1)
    return `${clean(types.get(target.id) ?? '')} ${shortId(target.id)} (entry ${target.index})`
  const kinds = [...new Set(group.map((one) => types.get(one.target.id) ?? ''))]
  const entries = [...new Set(group.map((one) => String(one.target.index)))]
  const [kind = ''] = kinds
  return `at ${entries.length} ${kinds.length === 1 ? `${clean(kind)} statements` : 'statements'} (entries ${someOf(entries)})`
}

const SOME = 5

function someOf(all: readonly string[]): string {
  const more = all.length - SOME
  return `${all.slice(0, SOME).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
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
