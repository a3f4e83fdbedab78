/**
 * What the values of a `ruleset/1` say about each other, as far as form alone decides. Whether its
 * terms are in the vocabulary is judged by ledger/rules, which knows one.
 */
import type { Issue } from '../schema.js'
import { conflict, inOrder, type Known, repeats } from './cross.js'
import type { RulesetClaims } from './ruleset.js'

type Claims = Known<RulesetClaims>

export function crossRuleset(claims: Claims): Issue[] {
  const { effective, endUses, prohibitedUses, corridors, china } = claims
  const issues = [
    ...inOrder(effective?.from, effective?.until, 'claims.effective.until'),
    ...checkRegimes(claims.regimes),
    ...checkAdequacy(claims.adequacy, claims.regimes),
    ...repeats(claims.usBulk?.thresholds, (row) => row.category, 'claims.usBulk.thresholds'),
    ...repeats(
      claims.usBulk?.categories,
      (row) => `${row.category} ${row.term}`,
      'claims.usBulk.categories',
    ),
    ...repeats(endUses, (row) => row.statement, 'claims.endUses'),
    ...repeats(prohibitedUses, (row) => row.use, 'claims.prohibitedUses'),
    ...repeats(
      corridors,
      ({ from = '', to = '', special = '' }) => `${from}>${to} ${special}`,
      'claims.corridors',
    ),
    ...checkLocalTerms(claims.purposes?.localTerms, 'claims.purposes.localTerms'),
    ...checkLocalTerms(claims.categories?.localTerms, 'claims.categories.localTerms'),
    ...checkSpecial(claims.categories),
  ]
  if (china !== undefined && china.exemptBelow > china.assessmentFrom) {
    issues.push(conflict('claims.china.exemptBelow', 'at most assessmentFrom'))
  }
  return issues
}

function checkRegimes(regimes: Claims['regimes']): Issue[] {
  return [
    ...repeats(regimes, (regime) => regime.code, 'claims.regimes', '.code'),
    ...(regimes ?? []).flatMap(({ tools }, position) => {
      const at = `claims.regimes[${position}].tools`
      return [
        ...repeats(tools, (tool) => tool.kind, at),
        ...tools.flatMap(({ adequacy, derogation }, place) =>
          adequacy === true && derogation === true
            ? [conflict(`${at}[${place}]`, 'adequacy or derogation, not both')]
            : [],
        ),
      ]
    }),
  ]
}

function checkAdequacy(rows: Claims['adequacy'], regimes: Claims['regimes']): Issue[] {
  const countries = new Map(regimes?.map((regime) => [regime.code, regime.countries]))
  const earlier = new Map<string, NonNullable<Claims['adequacy']>[number][]>()
  const issues: Issue[] = []
  for (const [position, row] of (rows ?? []).entries()) {
    const at = `claims.adequacy[${position}]`
    issues.push(...inOrder(row.from, row.until, `${at}.until`))
    if (regimes !== undefined && !countries.has(row.regime)) {
      issues.push(conflict(`${at}.regime`, 'the code of a regime'))
    }
    if (countries.get(row.regime)?.includes(row.to) === true) {
      issues.push(conflict(`${at}.to`, 'a country that the regime does not govern'))
    }
    const key = `${row.regime} ${row.to} ${row.scheme ?? ''}`
    const same = earlier.get(key) ?? []
    // Two rows at once would leave it open which of them ends the decision.
    if (same.some((other) => overlap(other, row))) {
      issues.push(conflict(at, 'no other row for the same days'))
    }
    earlier.set(key, [...same, row])
  }
  return issues
}

type Days = { readonly from: string; readonly until?: string }

function overlap(one: Days, other: Days): boolean {
  const startsBeforeEnd = (from: string, until?: string) => until === undefined || from <= until
  return startsBeforeEnd(one.from, other.until) && startsBeforeEnd(other.from, one.until)
}

type LocalTerms = NonNullable<Claims['purposes']>['localTerms']

/** Parents first: a term that stands under itself would have no meaning. */
function checkLocalTerms(terms: LocalTerms | undefined, at: string): Issue[] {
  const positions = new Map(terms?.map(({ term }, position) => [term, position]))
  return [
    ...repeats(terms, ({ term }) => term, at, '.term'),
    ...(terms ?? []).flatMap(({ parents }, position) =>
      parents.flatMap((parent, place) =>
        (positions.get(parent) ?? -1) < position
          ? []
          : [conflict(`${at}[${position}].parents[${place}]`, 'a term declared before')],
      ),
    ),
  ]
}

function checkSpecial(categories: Claims['categories']): Issue[] {
  const special = new Set(categories?.special)
  return (categories?.notSpecial ?? []).flatMap((term, position) =>
    special.has(term)
      ? [conflict(`claims.categories.notSpecial[${position}]`, 'a term that is not in special')]
      : [],
  )
}
