/** R30: the lineage is complete: every dataset comes from somewhere, every collection has a ground. */
import { type Collection, datasetsOf, type Hop } from './hop.js'
import type { Rule, Upstream } from './rule.js'
import { fail, type Judged, pass, unknown } from './verdict.js'

export const R30: Rule = {
  id: 'R30',
  title: 'lineage complete',
  inputs: ['parents', 'datasets', 'fields', 'place', 'subjects', 'legalBasis'],
  citation: "GDPR Art. 5(2), 6, 30; Waybill's own rule",
  explain:
    'Every dataset that was not collected comes from datasets of earlier statements, and every collection names the country whose law governs it and, where it is about persons, whom it is about and its legal basis. Its fields and its counts say whether it is about persons, whatever it names. A dataset from nowhere, a parent that never made the dataset cited, and such a collection without a basis or without subjects are FAILs. A parent that was not shown to you is UNKNOWN: ask its holder, or the ledger, for it.',
  judge({ hop, upstream }) {
    const findings =
      hop.type === 'collection/1'
        ? [...groundOf(hop), ...basisOf(hop)]
        : [...parentsOf(hop, upstream), ...originsOf(hop)]
    return findings.length > 0 ? findings : [pass(COMPLETE[hop.type])]
  },
}

const COMPLETE: Readonly<Record<Hop['type'], string>> = {
  'collection/1': 'the collection names its jurisdiction and its ground',
  'transfer/1': 'every dataset comes from one that an earlier statement made',
  'processing/1': 'every dataset comes from some that earlier statements made',
  'outcome/1': 'it comes from datasets that earlier statements made',
}

function parentsOf({ parents }: Hop, upstream: readonly Upstream[]): Judged[] {
  if (parents.length === 0) return [fail('it comes from nothing', { at: 'parents' })]
  return parents.flatMap(({ id, n }, position) => {
    const parent = upstream[position]
    const at = `parents[${position}]`
    if (parent?.hop === undefined) {
      const settle = 'the ledger, or the party that holds the earlier statement'
      return [unknown('a statement it comes from was not shown', { at, evidence: [id], settle })]
    }
    const datasets = datasetsOf(parent.hop)
    if (datasets === undefined) {
      const why = 'a statement it comes from withholds its datasets'
      return [unknown(why, { at, evidence: [id] })]
    }
    if (datasets.some((dataset) => dataset.n === n)) return []
    return [fail('a statement it comes from made no such dataset', { at, evidence: [id] })]
  })
}

function originsOf(hop: Hop): Judged[] {
  const datasets = datasetsOf(hop)
  if (datasets === undefined) {
    return [unknown('its datasets are withheld', { at: 'claims.datasets' })]
  }
  return datasets.flatMap(({ from }, position) =>
    from.length > 0
      ? []
      : [fail('a dataset comes from nothing', { at: `claims.datasets[${position}].from` })],
  )
}

function groundOf({ claims: { place } }: Collection): Judged[] {
  if (place !== undefined) return []
  return [unknown('where it was collected is withheld', { at: 'claims.place' })]
}

/** Only a collection about nobody needs no basis, and names no subjects. */
function basisOf({ claims }: Collection): Judged[] {
  const about = isAboutPersons(claims)
  if (about === 'no') return []
  return [
    ...missing(claims.legalBasis, 'legal basis', { at: 'claims.legalBasis', about }),
    ...missing(claims.subjects, 'category of persons', { at: 'claims.subjects', about }),
  ]
}

type Stated = { readonly at: string; readonly about: 'yes' | 'unknown' }

function missing(
  list: readonly unknown[] | undefined,
  what: string,
  { at, about }: Stated,
): readonly Judged[] {
  if (list !== undefined && list.length > 0) return []
  if (list === undefined) return [unknown(`whether it names a ${what} is withheld`, { at })]
  return about === 'yes'
    ? [fail(`it is about persons and names no ${what}`, { at })]
    : [unknown(`it names no ${what}, and whether it is about persons is not shown`, { at })]
}

const NO_PERSON = 'https://w3id.org/dpv#NonPersonalData'
const UNCATEGORISED = 'https://w3id.org/dpv#UncategorisedData'

/** By whom it names, by what its fields tell, and by whom its datasets count. */
function isAboutPersons({
  subjects,
  fields,
  datasets,
}: Collection['claims']): 'yes' | 'no' | 'unknown' {
  const categories = fields?.map(({ category }) => category) ?? []
  const told = categories.some((one) => one !== NO_PERSON && one !== UNCATEGORISED)
  const counted = datasets?.some(
    ({ subjects: counts }) => (counts?.count ?? counts?.band?.max ?? counts?.sensitive ?? 0) > 0,
  )
  if (told || counted === true || (subjects !== undefined && subjects.length > 0)) return 'yes'
  const shown = subjects !== undefined && fields !== undefined && datasets !== undefined
  return shown && !categories.includes(UNCATEGORISED) ? 'no' : 'unknown'
}
