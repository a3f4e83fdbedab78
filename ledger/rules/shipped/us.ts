/**
 * 28 CFR 202 as data: bulk sensitive data of US persons and countries of concern.
 *
 * The mapping of data categories is ours, for transfers that declare no volumes: the regulation
 * counts identifiers only in combination, this table counts each.
 */
import type { BulkThreshold, UsBulk } from '../ruleset.js'
import { CHECKED } from './eu.js'

/** 28 CFR 202.601; Hong Kong and Macau belong to China there. */
export const COUNTRIES_OF_CONCERN = ['CN', 'HK', 'MO', 'CU', 'IR', 'KP', 'RU', 'VE']

const THRESHOLDS = [
  ['human-genomic', 'persons', 100],
  ['human-omic', 'persons', 1_000],
  ['biometric', 'persons', 1_000],
  ['precise-geolocation', 'devices', 1_000],
  ['personal-health', 'persons', 10_000],
  ['personal-financial', 'persons', 10_000],
  ['covered-identifiers', 'persons', 100_000],
] as const

const CATEGORIES: readonly (readonly [BulkThreshold['category'], readonly string[]])[] = [
  ['human-genomic', ['DNACode', 'Genetic']],
  ['biometric', ['Biometric']],
  ['precise-geolocation', ['GPSCoordinate']],
  ['personal-health', ['MedicalHealth']],
  ['personal-financial', ['Financial']],
  [
    'covered-identifiers',
    [
      'Name',
      'BirthDate',
      'BirthPlace',
      'OfficialID',
      'PhysicalAddress',
      'TelephoneNumber',
      'EmailAddress',
      'Identifier',
      'DeviceBased',
      'Username',
      'Authenticating',
    ],
  ],
]

export const US_BULK: UsBulk = {
  countriesOfConcern: COUNTRIES_OF_CONCERN,
  windowMonths: 12,
  thresholds: THRESHOLDS.map(([category, unit, count]) => ({
    category,
    unit,
    count,
    source: '28 CFR 202.205',
    asOf: CHECKED,
  })),
  warnPercent: 80,
  coveredShareBasisPoints: 5_000,
  categories: CATEGORIES.flatMap(([category, names]) =>
    names.map((name) => ({ term: `https://w3id.org/dpv/pd#${name}`, category })),
  ),
  source: '28 CFR 202.205, 202.206, 202.211, 202.601',
  asOf: CHECKED,
}
