/** R30: the lineage is complete: every dataset comes from somewhere, every collection has a ground. */
import { type Collection, datasetsOf, type Hop } from './hop.js'
import type { Rule, Upstream } from './rule.js'
import { fail, type Judged, pass, unknown } from './verdict.js'

export const R30: Rule = {
  id: 'R30',
  title: 'lineage complete',
  inputs: ['parents', 'datasets', 'place', 'subjects', 'legalBasis'],
  citation: "GDPR Art. 5(2), 6, 30; Waybill's own rule",
  explain:
    'Every dataset that was not collected comes from datasets of earlier statements, and every collection names the country whose law governs it and, where it is about persons, its legal basis. A dataset from nowhere, a parent that never made the dataset cited, and a collection without a basis are FAILs. A parent that was not shown to you is UNKNOWN: ask its holder, or the ledger, for it.',
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

/** Only a collection about nobody needs no basis. */
function basisOf({ claims: { legalBasis, subjects } }: Collection): Judged[] {
  if (legalBasis === undefined) {
    if (subjects?.length === 0) return []
    return [unknown('its legal bases are withheld', { at: 'claims.legalBasis' })]
  }
  if (legalBasis.length > 0 || subjects?.length === 0) return []
  const at = 'claims.legalBasis'
  return subjects === undefined
    ? [unknown('it has no legal basis, and whom it is about is withheld', { at })]
    : [fail('it is about persons and has no legal basis', { at })]
}
