/**
 * The ruleset that ships with Waybill: EU and EEA, UK, US 28 CFR 202 and China. docs/rulesets.md.
 *
 * Numbers of the law with their sources, and choices of our own that say so. Further laws are data
 * that an operator adds. What could not be confirmed is left out.
 */
import type { Corridor, Ruleset } from '../ruleset.js'
import { CHINA, CN_PIPL } from './cn.js'
import { CHECKED, EU_ADEQUACY, EU_GDPR } from './eu.js'
import { UK_ADEQUACY, UK_GDPR } from './uk.js'
import { COUNTRIES_OF_CONCERN, US_BULK } from './us.js'
import { END_USES, PROHIBITED_USES, PURPOSES } from './uses.js'

const CHOICE = 'Waybill: a choice, no law'
const PD = 'https://w3id.org/dpv/pd#'

const CORRIDORS: readonly Corridor[] = [
  ...COUNTRIES_OF_CONCERN.map((to) => ({ to, tier: 3, source: CHOICE, asOf: CHECKED })),
  ...(['special', 'criminal', 'sensitive'] as const).map((special) => ({
    special,
    tier: 2,
    source: CHOICE,
    asOf: CHECKED,
  })),
]

/** In force for whatever a ledger records without a ruleset of its own. */
export const SHIPPED: Ruleset = {
  format: 'waybill-ruleset/1',
  name: 'waybill',
  version: '2026-11',
  effective: { from: '2026-11-01' },
  asOf: CHECKED,
  regimes: [EU_GDPR, UK_GDPR, CN_PIPL],
  adequacy: [...EU_ADEQUACY, ...UK_ADEQUACY],
  usBulk: US_BULK,
  china: CHINA,
  endUses: END_USES,
  prohibitedUses: PROHIBITED_USES,
  corridors: CORRIDORS,
  purposes: PURPOSES,
  categories: {
    // DPV holds only its narrower terms special; ethnic origin is what this one says.
    special: [`${PD}Ethnicity`],
    // Art. 9 names biometric data that identify; an expression of the face does not.
    notSpecial: [`${PD}FacialExpression`],
    criminal: [`${PD}Criminal`],
    localTerms: [],
    source: 'GDPR Art. 9(1), 10; the exceptions are a choice of Waybill',
    asOf: CHECKED,
  },
  times: {
    lateLoggingDays: 30,
    skewSeconds: 300,
    tableMaxAgeDays: 180,
    lapseWarnDays: 90,
    listingMaxAgeDays: 365,
    endUseTier: 2,
    source: CHOICE,
    asOf: CHECKED,
  },
}
