/**
 * The five ways that data takes between the demo's firms: who, under which instrument, on which
 * terms. Instruments and transfers are both made of these, so that they agree.
 *
 * Limits shrink along the way, as they must: what France allows bounds Britain, what Britain allows
 * bounds India and Japan.
 */
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { Known } from './act.js'
import type { Firm } from './cast.js'
import { BASIS, CATEGORY, CUSTOMER, digestOf, MEASURE, NATURE, PURPOSE, ROLE } from './words.js'

export type Corridor = {
  /** Key of the act that makes its instrument. */
  readonly key: string
  readonly exporter: Firm
  readonly importer: Firm
  readonly from: string
  readonly to: string
  readonly mode: 'copy' | 'access'
  readonly kind: JsonObject
  readonly purposes: readonly string[]
  readonly categories: readonly string[]
  /** Days from today until which the importer may keep what it gets. */
  readonly keepDays: number
  /** Firms and countries that the importer may pass it on to; empty: to nobody. */
  readonly onwardTo: readonly (readonly [Firm, string])[]
  /** The exporter must agree to each onward transfer, which shows the document. */
  readonly onwardAsks?: boolean
  readonly documents: (known: Known) => readonly Json[]
  readonly terms: (known: Known) => JsonObject
}

const FIELDS_OF_UNITS = [CATEGORY.unit, CATEGORY.heat, CATEGORY.none]
const NO_REVEALING = ['reidentification', 'sale-onward', 'profiling', 'law-enforcement', 'military']

export const FR_GB: Corridor = {
  key: 'adequacy France to Britain',
  exporter: 'cevennes',
  importer: 'pennine',
  from: 'FR',
  to: 'GB',
  mode: 'copy',
  kind: { code: 'A45-3', name: 'Adequacy decision for the United Kingdom' },
  purposes: [PURPOSE.robust, PURPOSE.improve],
  categories: [...FIELDS_OF_UNITS, CATEGORY.area],
  keepDays: 540,
  onwardTo: [
    ['pennine', 'GB'],
    ['nilgiri', 'IN'],
    ['sagami', 'JP'],
  ],
  onwardAsks: true,
  documents: () => [
    {
      kind: 'adequacy-decision',
      digest: digestOf('adequacy decision for the United Kingdom'),
      date: '2025-12-19',
      validUntil: '2031-12-27',
    },
  ],
  terms: ({ calendar }) => ({
    exporter: { role: ROLE.controller, legalBasis: [BASIS.interest] },
    importer: { role: ROLE.controller, legalBasis: [BASIS.interestUk] },
    endUse: { statement: 'declared-purposes-only', digest: digestOf('end use, Pennine') },
    nature: [NATURE.store, NATURE.combine, NATURE.analyse],
    documents: [
      assessment('dpia', 'acceptable-with-measures', calendar.day(-120), calendar.day(610)),
    ],
  }),
}

export const FR_IN: Corridor = {
  key: 'clauses France to India',
  exporter: 'cevennes',
  importer: 'nilgiri',
  from: 'FR',
  to: 'IN',
  mode: 'copy',
  kind: { code: 'A46-2-c', module: 'C2P', version: '2021/914' },
  purposes: [PURPOSE.robust],
  categories: [CATEGORY.unit, CATEGORY.none],
  keepDays: 365,
  onwardTo: [
    ['pennine', 'GB'],
    ['nilgiri', 'IN'],
    ['sagami', 'JP'],
  ],
  documents: ({ calendar }) => clausesAndTia('standard clauses, module two', calendar),
  terms: ({ party }) => ({
    exporter: { role: ROLE.controller, legalBasis: [BASIS.interest] },
    importer: { role: ROLE.processor, onBehalfOf: party('cevennes') },
    endUse: { statement: 'service-to-exporter', digest: digestOf('end use, Nilgiri for Cévennes') },
    nature: [NATURE.store, NATURE.structure],
  }),
}

export const GB_IN: Corridor = {
  key: 'addendum Britain to India',
  exporter: 'pennine',
  importer: 'nilgiri',
  from: 'GB',
  to: 'IN',
  mode: 'copy',
  kind: { code: 'UK-Addendum', module: 'C2P', version: 'B1.0' },
  purposes: [PURPOSE.robust],
  categories: FIELDS_OF_UNITS,
  keepDays: 365,
  onwardTo: [
    ['pennine', 'GB'],
    ['sagami', 'JP'],
  ],
  documents: ({ calendar }) => clausesAndTia('international data transfer addendum', calendar),
  terms: ({ party, calendar }) => ({
    exporter: { role: ROLE.controller, legalBasis: [BASIS.interestUk] },
    importer: { role: ROLE.processor, onBehalfOf: party('pennine') },
    endUse: { statement: 'service-to-exporter', digest: digestOf('end use, Nilgiri for Pennine') },
    nature: [NATURE.store, NATURE.derive],
    documents: [authorisation('onward to Nilgiri', party('cevennes'), calendar)],
  }),
}

export const IN_GB: Corridor = {
  key: 'section 16 India to Britain',
  exporter: 'nilgiri',
  importer: 'pennine',
  from: 'IN',
  to: 'GB',
  mode: 'copy',
  kind: { code: 'IN-S16', name: 'Transfer to a country that India has not restricted' },
  purposes: [PURPOSE.robust],
  categories: [CATEGORY.unit, CATEGORY.none],
  keepDays: 365,
  onwardTo: [
    ['pennine', 'GB'],
    ['nilgiri', 'IN'],
    ['sagami', 'JP'],
  ],
  documents: ({ calendar }) => [
    { kind: 'contract', digest: digestOf('return of results'), date: calendar.day(-150) },
  ],
  terms: ({ party, calendar }) => ({
    exporter: { role: ROLE.processor, onBehalfOf: party('pennine') },
    importer: { role: ROLE.controller, legalBasis: [BASIS.interestUk] },
    endUse: { statement: 'declared-purposes-only', digest: digestOf('end use, Pennine') },
    nature: [NATURE.store, NATURE.combine],
    documents: [authorisation('back to Pennine', party('cevennes'), calendar)],
  }),
}

export const GB_JP: Corridor = {
  key: 'adequacy Britain to Japan',
  exporter: 'pennine',
  importer: 'sagami',
  from: 'GB',
  to: 'JP',
  mode: 'access',
  kind: { code: 'UK-Adequacy', name: 'Adequacy regulations for Japan' },
  purposes: [PURPOSE.robust],
  categories: [...FIELDS_OF_UNITS, CATEGORY.area],
  keepDays: 270,
  onwardTo: [],
  documents: ({ calendar }) => [
    {
      kind: 'listing',
      digest: digestOf('Sagami is within the scope of the decision for Japan'),
      date: calendar.day(-60),
      validUntil: calendar.day(660),
    },
  ],
  terms: ({ party, calendar }) => ({
    exporter: { role: ROLE.controller, legalBasis: [BASIS.interestUk] },
    importer: {
      role: ROLE.controller,
      legalBasis: [BASIS.interestJp],
      listings: [{ scheme: 'jp-private', status: 'in-scope', checkedOn: calendar.day(-60) }],
    },
    endUse: { statement: 'declared-purposes-only', digest: digestOf('end use, Sagami') },
    nature: [NATURE.consult, NATURE.aggregate],
    documents: [authorisation('onward to Sagami', party('cevennes'), calendar)],
  }),
}

export const CORRIDORS: readonly Corridor[] = [FR_GB, FR_IN, GB_IN, IN_GB, GB_JP]

/** The terms of one transfer: those of its corridor and what holds on all of them. */
export function termsOf(corridor: Corridor, known: Known, more: JsonObject = {}): JsonObject {
  const secure = [MEASURE.pseudonyms, MEASURE.access, MEASURE.inTransfer, MEASURE.atRest]
  const watched = corridor.mode === 'access' ? [MEASURE.watching] : []
  return {
    ...corridor.terms(known),
    prohibitedUses: NO_REVEALING,
    subjects: [CUSTOMER],
    measures: [...secure, ...watched, MEASURE.supplementary],
    tier: 1,
    ...more,
  }
}

/** Onward transfer as a claim of instrument and transfer alike. */
export function onwardOf({ onwardTo, onwardAsks = false }: Corridor, { party }: Known): JsonObject {
  if (onwardTo.length === 0) return { allowed: false }
  return {
    allowed: true,
    recipients: onwardTo.map(([name, country]) => ({ party: party(name), country })),
    countriesIncluded: onwardTo.map(([, country]) => country),
    requiresAuthorisation: onwardAsks,
  }
}

function clausesAndTia(name: string, { day }: Known['calendar']): readonly Json[] {
  return [
    { kind: 'clauses', digest: digestOf(name), date: day(-180), mediaType: 'application/pdf' },
    assessment('tia', 'effective-with-measures', day(-190), day(540)),
  ]
}

function assessment(kind: string, outcome: string, date: string, validUntil: string): JsonObject {
  const measures = [MEASURE.pseudonyms, MEASURE.supplementary]
  return { kind, digest: digestOf(`${kind} of ${date}`), date, validUntil, outcome, measures }
}

function authorisation(what: string, by: string, { day }: Known['calendar']): JsonObject {
  return {
    kind: 'onward-authorisation',
    digest: digestOf(what),
    date: day(-100),
    validUntil: day(630),
    outcome: 'granted',
    by,
  }
}
