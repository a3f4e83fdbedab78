/**
 * The ruleset by which the tests judge: small, and fixed, so that a new edition of the shipped tables
 * changes no test. Its values are those of the shipped one where a test rests on them.
 */
import type { Law } from '../../ledger/rules/law.js'
import type { Ruleset } from '../../ledger/rules/ruleset.js'
import { rulesetRef } from '../../ledger/rules/ruleset-ref.js'
import { vocabularyOf } from '../../ledger/rules/vocabulary.js'
import { dpv, pd } from './vocabulary.js'

const S = { source: 'test', asOf: '2026-06-01' }
const EEA = [
  ...['AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE'],
  ...['IS', 'IT', 'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'],
]

export const TEST_RULESET: Ruleset = {
  format: 'waybill-ruleset/1',
  name: 'test',
  version: '2026-06',
  effective: { from: '2026-01-01' },
  asOf: '2026-06-01',
  regimes: [
    {
      ...S,
      code: 'eu-gdpr',
      name: 'GDPR chapter V',
      countries: EEA,
      onward: true,
      tools: [
        { ...S, kind: 'A45-3', adequacy: true },
        { ...S, kind: 'US-DPF', adequacy: true },
        { ...S, kind: 'A46-2-b', assessment: 'tia' },
        { ...S, kind: 'A46-2-c', assessment: 'tia' },
        { ...S, kind: 'A49-1-a', derogation: true },
        { ...S, kind: 'A49-1-b', derogation: true },
        { ...S, kind: 'A49-2', derogation: true },
      ],
    },
    {
      ...S,
      code: 'uk-gdpr',
      name: 'UK GDPR chapter V',
      countries: ['GB'],
      onward: true,
      tools: [
        { ...S, kind: 'UK-Adequacy', adequacy: true },
        { ...S, kind: 'UK-IDTA', assessment: 'tia' },
        { ...S, kind: 'UK-Addendum', assessment: 'tia' },
      ],
    },
    {
      ...S,
      code: 'cn-pipl',
      name: 'PIPL Art. 38',
      countries: ['CN'],
      tools: [
        { ...S, kind: 'CN-SC', assessment: 'pipia' },
        { ...S, kind: 'CN-Cert', assessment: 'pipia' },
        { ...S, kind: 'CN-SA' },
        { ...S, kind: 'CN-Exempt' },
      ],
    },
  ],
  adequacy: [
    { ...S, regime: 'eu-gdpr', to: 'JP', from: '2019-01-23', scheme: 'jp-private' },
    { ...S, regime: 'eu-gdpr', to: 'GB', from: '2021-06-28', until: '2031-12-27' },
    { ...S, regime: 'eu-gdpr', to: 'CH', from: '2000-07-26' },
    { ...S, regime: 'eu-gdpr', to: 'US', from: '2023-07-10', scheme: 'us-dpf' },
    { ...S, regime: 'uk-gdpr', to: 'DE', from: '2021-01-01' },
    { ...S, regime: 'uk-gdpr', to: 'US', from: '2023-10-12', scheme: 'us-dpf-uk' },
  ],
  usBulk: {
    ...S,
    countriesOfConcern: ['CN', 'HK', 'MO', 'CU', 'IR', 'KP', 'RU', 'VE'],
    windowMonths: 12,
    thresholds: [
      { ...S, category: 'human-genomic', unit: 'persons', count: 100 },
      { ...S, category: 'human-omic', unit: 'persons', count: 1_000 },
      { ...S, category: 'biometric', unit: 'persons', count: 1_000 },
      { ...S, category: 'precise-geolocation', unit: 'devices', count: 1_000 },
      { ...S, category: 'personal-health', unit: 'persons', count: 10_000 },
      { ...S, category: 'personal-financial', unit: 'persons', count: 10_000 },
      { ...S, category: 'covered-identifiers', unit: 'persons', count: 100_000 },
    ],
    warnPercent: 80,
    coveredShareBasisPoints: 5_000,
    categories: [
      { term: pd('MedicalHealth'), category: 'personal-health' },
      { term: pd('Transaction'), category: 'personal-financial' },
    ],
  },
  china: {
    ...S,
    exemptBelow: 100_000,
    assessmentFrom: 1_000_000,
    assessmentSensitiveFrom: 10_000,
    exemptions: ['contract', 'hr', 'emergency', 'transit', 'free-trade-zone'],
    utcOffsetHours: 8,
  },
  endUses: [
    { ...S, statement: 'declared-purposes-only', purposes: [] },
    { ...S, statement: 'own-operations', purposes: [dpv('ServiceManagement')] },
    { ...S, statement: 'service-to-exporter', purposes: [dpv('ServiceProvision')] },
    { ...S, statement: 'research', purposes: [dpv('ResearchAndDevelopment')] },
    { ...S, statement: 'legal-duty', purposes: [dpv('FulfilmentOfObligation')] },
    { ...S, statement: 'public-task', purposes: [dpv('PublicBenefit')] },
  ],
  prohibitedUses: [
    { ...S, use: 'sale-onward', purposes: [dpv('SellDataToThirdParties')], nature: [] },
    { ...S, use: 'profiling', purposes: [dpv('Personalisation')], nature: [dpv('Profiling')] },
    { ...S, use: 'law-enforcement', purposes: [dpv('Counterterrorism')], nature: [] },
    { ...S, use: 'surveillance-beyond-purpose', purposes: [], nature: [dpv('Tracking')] },
    { ...S, use: 'coercion', purposes: [], nature: [] },
    { ...S, use: 'discrimination', purposes: [], nature: [] },
    { ...S, use: 'reidentification', purposes: [], nature: [] },
    { ...S, use: 'solely-automated-decision', purposes: [], nature: [] },
    { ...S, use: 'model-training', purposes: [], nature: [] },
    { ...S, use: 'military', purposes: [], nature: [] },
  ],
  corridors: [
    { ...S, tier: 1 },
    { ...S, from: 'DE', to: 'US', tier: 2 },
    { ...S, to: 'CN', tier: 3 },
    { ...S, to: 'CN', special: 'special', tier: 4 },
  ],
  purposes: { ...S, explicitOnly: [dpv('SellDataToThirdParties')], localTerms: [] },
  categories: {
    ...S,
    special: [],
    notSpecial: [],
    criminal: [pd('Criminal')],
    localTerms: [],
  },
  times: {
    ...S,
    lateLoggingDays: 30,
    skewSeconds: 300,
    tableMaxAgeDays: 180,
    lapseWarnDays: 90,
    listingMaxAgeDays: 365,
    endUseTier: 2,
  },
}

/** The law of a ruleset; the tests’ own when left out. */
export function testLaw(changes: Partial<Ruleset> = {}): Law {
  const ruleset = { ...TEST_RULESET, ...changes }
  const { purposes, categories } = ruleset
  const vocabulary = vocabularyOf({
    explicitOnly: purposes.explicitOnly,
    purposes: purposes.localTerms,
    special: categories.special,
    notSpecial: categories.notSpecial,
    criminal: categories.criminal,
    categories: categories.localTerms,
  })
  return { ruleset, ref: rulesetRef(ruleset), vocabulary }
}

export const LAW: Law = testLaw()
