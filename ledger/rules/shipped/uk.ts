/**
 * Chapter V of the UK GDPR as data. The clauses of the EU suffice only with the Addendum, so that
 * A46-2-c alone is no tool here.
 */
import type { Adequacy, ListingScheme, Regime } from '../ruleset.js'
import { CHECKED, DEROGATIONS, EEA } from './eu.js'

const SAFEGUARDS = [
  ['UK-IDTA', 'UK GDPR Art. 46; IDTA A1.0, in force 21 March 2022'],
  ['UK-Addendum', 'UK GDPR Art. 46; Addendum B1.0 to the EU clauses, in force 21 March 2022'],
  ['A46-2-b', 'UK GDPR Art. 46, 47: UK binding corporate rules'],
] as const

export const UK_GDPR: Regime = {
  code: 'uk-gdpr',
  name: 'UK GDPR chapter V',
  countries: ['GB'],
  onward: true,
  tools: [
    ...(['UK-Adequacy', 'US-DPF'] as const).map((kind) => ({
      kind,
      adequacy: true,
      source: kind === 'US-DPF' ? 'SI 2023/1028' : 'UK GDPR adequacy regulations',
      asOf: CHECKED,
    })),
    ...SAFEGUARDS.map(([kind, source]) => ({
      kind,
      assessment: 'tia' as const,
      source,
      asOf: CHECKED,
    })),
    ...DEROGATIONS.map((kind) => ({
      kind,
      derogation: true,
      source: 'UK GDPR Art. 49(1)',
      asOf: CHECKED,
    })),
  ],
  source: 'UK GDPR Art. 44; Data Protection Act 2018; Data (Use and Access) Act 2025',
  asOf: CHECKED,
}

type Row = readonly [to: string, from: string, source: string, scheme?: ListingScheme]

/** What the Union had found adequate when the transition ended went on as UK law. */
const KEPT = 'Data Protection Act 2018 Schedule 21 Part 3'
const SINCE = '2021-01-01'

const ROWS: readonly Row[] = [
  ...[...EEA, 'GI', 'AD', 'AR', 'CH', 'GG', 'IL', 'IM', 'JE', 'NZ', 'UY'].map(
    (to): Row => [to, SINCE, KEPT],
  ),
  ['CA', SINCE, KEPT, 'ca-commercial'],
  ['JP', SINCE, KEPT, 'jp-private'],
  ['KR', '2022-12-19', 'SI 2022/1213'],
  ['US', '2023-10-12', 'SI 2023/1028', 'us-dpf-uk'],
]

export const UK_ADEQUACY: readonly Adequacy[] = ROWS.map(([to, from, source, scheme]) => ({
  regime: 'uk-gdpr',
  to,
  from,
  ...(scheme === undefined ? {} : { scheme }),
  source,
  asOf: CHECKED,
}))
