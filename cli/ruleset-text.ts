/**
 * A ruleset in words: what it covers, since when, how old its tables are, and how it looks as JSON.
 */
import type { JsonObject } from '../ledger/core/json.js'
import { dayOf, daysBetween } from '../ledger/rules/days.js'
import { lawOf } from '../ledger/rules/law.js'
import type { Ruleset, Sourced } from '../ledger/rules/ruleset.js'
import { clean, table } from './output.js'

/** How many rows each of its tables has, by the name of the table. */
function countsOf(ruleset: Ruleset): Readonly<Record<string, number>> {
  return {
    regimes: ruleset.regimes.length,
    tools: ruleset.regimes.flatMap(({ tools }) => tools).length,
    adequacy: ruleset.adequacy.length,
    thresholds: ruleset.usBulk.thresholds.length,
    end_uses: ruleset.endUses.length,
    prohibited_uses: ruleset.prohibitedUses.length,
    corridors: ruleset.corridors.length,
    explicit_only: ruleset.purposes.explicitOnly.length,
    local_terms: ruleset.purposes.localTerms.length + ruleset.categories.localTerms.length,
  }
}

/** `waybill 2026-11`, as verdicts name it. */
export function rulesetName({ name, version }: Ruleset): string {
  return clean(`${name} ${version}`)
}

/** What a ruleset is, in a few values. */
export function rulesetJson(ruleset: Ruleset): JsonObject {
  const { name, version, effective, asOf } = ruleset
  const { digest } = lawOf(ruleset).ref
  return {
    name,
    version,
    digest,
    effective: { ...effective },
    as_of: asOf,
    counts: countsOf(ruleset),
  }
}

export function effectiveText({ effective }: Ruleset): string {
  return `from ${effective.from}${effective.until === undefined ? '' : ` until ${effective.until}`}`
}

/** The summary that `show` and `check` print; `nowMs` for the age of the tables. */
export function rulesetLines(ruleset: Ruleset, nowMs: number): readonly string[] {
  const { regimes, usBulk, china, times } = ruleset
  return [
    `ruleset ${rulesetName(ruleset)}, in force ${effectiveText(ruleset)}`,
    ...table([
      ['  sha256', lawOf(ruleset).ref.digest],
      ['  tables checked', ageText(ruleset, nowMs)],
      ...regimes.map((regime) => [
        `  ${clean(regime.code)}`,
        `${clean(regime.name)}: ${counted(regime.countries.length, 'country', 'countries')}, ${counted(regime.tools.length, 'tool')}, ${adequate(ruleset, regime.code)}`,
      ]),
      [
        '  us bulk data',
        `${counted(usBulk.thresholds.length, 'threshold')} in ${usBulk.windowMonths} months, ${counted(usBulk.countriesOfConcern.length, 'country', 'countries')} of concern, warns from ${usBulk.warnPercent} %`,
      ],
      [
        '  china',
        `exempt below ${china.exemptBelow} persons, assessment from ${china.assessmentFrom} or ${china.assessmentSensitiveFrom} with sensitive data`,
      ],
      [
        '  uses',
        `${counted(ruleset.endUses.length, 'end use')}, ${counted(ruleset.prohibitedUses.length, 'prohibited use')}; end-use statements from tier ${times.endUseTier}`,
      ],
      ['  corridors', counted(ruleset.corridors.length, 'row')],
      [
        '  terms',
        `${counted(ruleset.purposes.explicitOnly.length, 'purpose')} never implied, ${counted(countsOf(ruleset)['local_terms'] ?? 0, 'local term')}`,
      ],
    ]),
  ]
}

/** The day on which the source of some row was last looked up, and of no other row before. */
function oldestRow(ruleset: Ruleset): string {
  const rows: readonly Sourced[] = [
    ...ruleset.regimes,
    ...ruleset.regimes.flatMap(({ tools }) => tools),
    ...ruleset.adequacy,
    ...ruleset.usBulk.thresholds,
    ruleset.usBulk,
    ruleset.china,
  ]
  const [oldest = ruleset.asOf] = rows.map(({ asOf }) => asOf).sort()
  return oldest
}

function ageText(ruleset: Ruleset, nowMs: number): string {
  const today = dayOf(Math.floor(nowMs / 1_000))
  const age = Math.max(0, daysBetween(ruleset.asOf, today))
  const old = age > ruleset.times.tableMaxAgeDays ? ': older than it allows itself' : ''
  const oldest = oldestRow(ruleset)
  const rows = oldest < ruleset.asOf ? `; some rows ${oldest}` : ''
  return `${ruleset.asOf} (${counted(age, 'day')} ago${old})${rows}`
}

function adequate(ruleset: Ruleset, code: string): string {
  const rows = ruleset.adequacy.filter(({ regime }) => regime === code)
  return counted(rows.length, 'adequacy decision')
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
