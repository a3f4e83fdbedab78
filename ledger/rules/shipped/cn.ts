/**
 * China: PIPL Art. 38 and the CAC provisions of 22 March 2024 as data.
 *
 * Of the exempt cases of the provisions only those are here that are confirmed: a contract with the
 * person, staff across borders, an emergency. What is below the threshold is counted, not claimed.
 */
import type { ChinaExport, Regime } from '../ruleset.js'
import { CHECKED } from './eu.js'

const PROVISIONS = 'CAC Provisions of 22 March 2024'

export const CN_PIPL: Regime = {
  code: 'cn-pipl',
  name: 'PIPL Art. 38 (China)',
  countries: ['CN'],
  tools: [
    {
      kind: 'CN-SC',
      assessment: 'pipia',
      source: 'PIPL Art. 38(1)(3), 55',
      asOf: CHECKED,
    },
    {
      kind: 'CN-Cert',
      assessment: 'pipia',
      source: 'PIPL Art. 38(1)(2), 55; CAC Order 20, in force 1 January 2026',
      asOf: CHECKED,
    },
    {
      kind: 'CN-SA',
      assessment: 'pipia',
      source: 'PIPL Art. 38(1)(1), 40, 55',
      asOf: CHECKED,
    },
    { kind: 'CN-Exempt', source: `${PROVISIONS} Art. 5`, asOf: CHECKED },
  ],
  source: 'PIPL Art. 38',
  asOf: CHECKED,
}

export const CHINA: ChinaExport = {
  exemptBelow: 100_000,
  assessmentFrom: 1_000_000,
  assessmentSensitiveFrom: 10_000,
  exemptions: ['contract', 'hr', 'emergency'],
  utcOffsetHours: 8,
  source: `${PROVISIONS} Art. 5–8`,
  asOf: CHECKED,
}
