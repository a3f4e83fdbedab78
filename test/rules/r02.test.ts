import type { PartyId } from '../../ledger/core/key-state.js'
import type { AssessmentFact } from '../../ledger/rules/facts.js'
import { R02 } from '../../ledger/rules/r02-purpose-compatible.js'
import {
  ASSESSMENT_ID,
  assessment,
  COLLECTION_ID,
  collection,
  facts,
  forPurposes,
  gap,
  hidden,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  judging,
  limits,
  outcome,
  processing,
  RESEARCH,
  ruleCases,
  seconds,
  terms,
  transfer,
  unsure,
  upstream,
  withheld,
} from './fixtures.js'
import { dpv } from './vocabulary.js'

const COMMERCIAL = dpv('CommercialResearch')
const SECOND_ID = idOf(0xc1)
const STRANGER = 'stranger'.padEnd(43, 'x') as PartyId

function withoutAssessor(): AssessmentFact {
  const fact = assessment()
  const { assessor: _, ...claims } = fact.claims
  return { ...fact, claims }
}

/** A transfer for these purposes from a collection that allows those; its instrument allows all. */
const sends = (purposes: readonly string[], allowed: readonly string[], given = {}) =>
  judging(transfer({ purposes }), {
    upstream: [upstream(collection({ purposes: allowed }), forPurposes(allowed))],
    facts: facts({ instruments: [instrument({ purposes })], ...given }),
  })

const assessed = (claims: Parameters<typeof assessment>[0] = {}, changes = {}) =>
  sends([COMMERCIAL], [RESEARCH], { assessments: [assessment(claims, changes)] })

/** The importer uses what it has received for more, 15 to 31 March; recorded on 1 April. */
const used = (claims: Parameters<typeof assessment>[0], changes = {}) =>
  judging(processing({ purposes: [COMMERCIAL] }), {
    upstream: [upstream(collection(), forPurposes([RESEARCH]))],
    facts: facts({ assessments: [assessment(claims, changes)] }),
  })

const refusal = (claims: Parameters<typeof assessment>[0] = {}) =>
  assessment({ result: 'not-compatible', ...claims }, { id: idOf(0x21), index: 16 })

/** The table of domain R02: what upstream allows, what is done, and the verdict. */
const COVERAGE = [
  { allows: ['Marketing'], does: 'DirectMarketing', covered: true },
  { allows: ['ResearchAndDevelopment'], does: 'AcademicResearch', covered: true },
  { allows: ['AcademicResearch'], does: 'CommercialResearch', covered: false },
  { allows: ['NonCommercialPurpose'], does: 'AcademicResearch', covered: false },
  { allows: ['Personalisation'], does: 'PersonalisedAdvertising', covered: false },
  { allows: ['ServiceProvision'], does: 'SellDataToThirdParties', covered: false },
  {
    allows: ['Marketing', 'HumanResourceManagement'],
    does: 'RecruitmentAdvertising',
    covered: true,
  },
  { allows: ['Purpose'], does: 'AcademicResearch', covered: false },
]

const two = (first: readonly string[], second: readonly string[]) => [
  upstream(collection({ purposes: first }), forPurposes(first)),
  upstream(collection({ purposes: second }, { id: SECOND_ID }), forPurposes(second)),
]

const PROCESSED = processing(
  { purposes: [COMMERCIAL] },
  {
    parents: [
      { id: COLLECTION_ID, n: 0 },
      { id: SECOND_ID, n: 0 },
    ],
  },
)

ruleCases(R02, [
  ...COVERAGE.map(({ allows, does, covered }) => ({
    title: `${allows.join(' and ')} upstream, ${does} here`,
    given: () => sends([dpv(does)], allows.map(dpv)),
    verdict: covered ? ('PASS' as const) : ('FAIL' as const),
    ...(covered ? {} : { at: 'claims.purposes[0]', evidence: [COLLECTION_ID] }),
  })),
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  {
    title: 'selling is covered where it was allowed in so many words',
    given: () => sends([dpv('SellDataToThirdParties')], [dpv('SellDataToThirdParties')]),
    verdict: 'PASS',
  },
  {
    title: 'the second of two purposes is not covered',
    given: () => sends([RESEARCH, dpv('DirectMarketing')], [RESEARCH]),
    verdict: 'FAIL',
    at: 'claims.purposes[1]',
    why: /Direct Marketing/,
  },
  {
    title: 'an outcome for another purpose',
    given: () =>
      judging(outcome({ purposes: [COMMERCIAL] }), {
        upstream: [upstream(processing(), forPurposes([RESEARCH]))],
      }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'further purposes that are agreed count too',
    given: () =>
      judging(transfer({ terms: terms({ furtherPurposes: [COMMERCIAL] }) }), {
        upstream: [upstream(collection(), forPurposes([RESEARCH]))],
        facts: facts({ instruments: [instrument({ purposes: [RESEARCH, COMMERCIAL] })] }),
      }),
    verdict: 'FAIL',
    at: 'claims.terms.furtherPurposes[0]',
  },
  {
    title: 'one of two sources does not allow it',
    given: () =>
      judging(PROCESSED, {
        upstream: two([COMMERCIAL], [RESEARCH]),
        limits: limits({ purposes: { covered: new Set() } }),
      }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
    evidence: [SECOND_ID],
  },
  {
    title: 'an assessment covers the one source that does not allow it',
    given: () =>
      judging(PROCESSED, {
        upstream: two([RESEARCH], [COMMERCIAL]),
        limits: limits({ purposes: { covered: new Set() } }),
        facts: facts({ assessments: [assessment()] }),
      }),
    verdict: 'PASS',
    evidence: [ASSESSMENT_ID],
  },
  {
    title: 'an assessment covers one source; another is a gap',
    given: () =>
      judging(PROCESSED, {
        upstream: [upstream(collection(), forPurposes([RESEARCH])), gap({ id: SECOND_ID, n: 0 })],
        limits: unsure(forPurposes([RESEARCH])),
        facts: facts({ assessments: [assessment()] }),
      }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment in force covers it, and is named',
    given: () => assessed(),
    verdict: 'PASS',
    at: 'claims.purposes[0]',
    evidence: [ASSESSMENT_ID, COLLECTION_ID],
  },
  {
    title: 'an assessment by a party that has nothing to do with the data counts for nothing',
    given: () => assessed({ assessor: STRANGER }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment whose assessor is withheld may be a stranger’s',
    given: () => sends([COMMERCIAL], [RESEARCH], { assessments: [withoutAssessor()] }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment of a wider purpose covers the narrower one',
    given: () =>
      assessed({
        purposes: {
          from: [RESEARCH],
          to: [dpv('CommercialPurpose'), dpv('ResearchAndDevelopment')],
        },
      }),
    verdict: 'PASS',
  },
  {
    title: 'an assessment of another statement',
    given: () => assessed({ scope: [SECOND_ID] }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment of another purpose',
    given: () => assessed({ purposes: { from: [RESEARCH], to: [dpv('DirectMarketing')] } }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that starts from a purpose the data does not have',
    given: () => assessed({ purposes: { from: [dpv('Marketing')], to: [COMMERCIAL] } }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that starts from nothing',
    given: () => assessed({ purposes: { from: [], to: [COMMERCIAL] } }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that found it not compatible',
    given: () => assessed({ result: 'not-compatible' }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a later assessment that takes it back',
    given: () => sends([COMMERCIAL], [RESEARCH], { assessments: [assessment(), refusal()] }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a later assessment that says no to something else',
    given: () =>
      sends([COMMERCIAL], [RESEARCH], {
        assessments: [
          assessment(),
          refusal({ purposes: { from: [RESEARCH], to: [dpv('Marketing')] } }),
        ],
      }),
    verdict: 'PASS',
  },
  {
    title: 'an assessment of anonymity grants no purpose',
    given: () => assessed({ kind: 'anonymisation', purposes: null, result: 'anonymous' }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that has lapsed',
    given: () => assessed({ effective: { from: '2026-02-01', until: '2026-02-28' } }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment on its last day',
    given: () => assessed({ effective: { from: '2026-03-01', until: '2026-03-01' } }),
    verdict: 'PASS',
  },
  {
    title: 'an assessment that was recorded later',
    given: () => assessed({}, { index: 21, time: seconds('2026-03-02') }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that was effective only after the data was used',
    given: () => used({ effective: { from: '2026-04-01' } }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that lapsed while the data was used',
    given: () => used({ effective: { from: '2026-03-01', until: '2026-03-20' } }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title:
      'an assessment that was in force while the data was used, and no longer when that was recorded',
    given: () => used({ effective: { from: '2026-03-01', until: '2026-03-31' } }),
    verdict: 'PASS',
  },
  {
    title: 'an assessment that was recorded after the data was used, and says that it was earlier',
    given: () => used({}, { time: seconds('2026-04-01T08:00:00Z') }),
    verdict: 'WARN',
    at: 'claims.purposes[0]',
    evidence: [COLLECTION_ID, ASSESSMENT_ID],
    why: /recorded after the data was used/,
  },
  {
    title: 'when the data was used is withheld',
    given: () => {
      const given = used({})
      return { ...given, hop: withheld(given.hop, 'period') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a later yes of the other side does not outweigh a no, which is named',
    given: () =>
      sends([COMMERCIAL], [RESEARCH], {
        assessments: [
          assessment({ result: 'not-compatible' }),
          assessment({ assessor: IMPORTER }, { id: idOf(0x21), index: 16 }),
        ],
      }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
    evidence: [COLLECTION_ID, ASSESSMENT_ID],
    why: /assessed as not compatible/,
  },
  {
    title: 'an assessor may think better of its no',
    given: () =>
      sends([COMMERCIAL], [RESEARCH], {
        assessments: [
          assessment({ result: 'not-compatible' }),
          assessment({}, { id: idOf(0x21), index: 16 }),
        ],
      }),
    verdict: 'PASS',
  },
  {
    title: 'a no that had lapsed before',
    given: () =>
      sends([COMMERCIAL], [RESEARCH], {
        assessments: [
          assessment({
            result: 'not-compatible',
            effective: { from: '2026-01-01', until: '2026-02-28' },
          }),
          assessment({ assessor: IMPORTER }, { id: idOf(0x21), index: 16 }),
        ],
      }),
    verdict: 'PASS',
  },
  {
    title: 'an assessment that was superseded before',
    given: () => assessed({}, { replacedAt: 18 }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'an assessment that was superseded afterwards held then',
    given: () => assessed({}, { replacedAt: 25 }),
    verdict: 'PASS',
  },
  {
    title: 'an assessment that withholds its result',
    given: () =>
      sends([COMMERCIAL], [RESEARCH], {
        assessments: [{ ...assessment(), claims: hidden(assessment().claims, 'result') }],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
    evidence: [ASSESSMENT_ID],
  },
  {
    title: 'an assessment that withholds its scope',
    given: () =>
      sends([COMMERCIAL], [RESEARCH], {
        assessments: [{ ...assessment(), claims: hidden(assessment().claims, 'scope') }],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'nobody could search for assessments',
    given: () => sends([COMMERCIAL], [RESEARCH], { assessments: null }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'a gap upstream',
    given: () => judging(transfer(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'something that limits it is withheld, but what is shown forbids it already',
    given: () =>
      judging(processing({ purposes: [COMMERCIAL] }), {
        upstream: [upstream(transfer(), unsure(forPurposes([RESEARCH])))],
      }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
  },
  {
    title: 'it withholds its purposes',
    given: () => judging(withheld(outcome(), 'purposes')),
    verdict: 'UNKNOWN',
    at: 'claims.purposes',
  },
  {
    title: 'terms that might agree to further purposes are withheld',
    given: () =>
      judging(withheld(transfer(), 'terms'), {
        upstream: [upstream(collection(), forPurposes([RESEARCH]))],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'a purpose that its instrument does not have',
    given: () =>
      judging(transfer({ purposes: [COMMERCIAL] }), {
        upstream: [upstream(collection(), forPurposes([COMMERCIAL]))],
      }),
    verdict: 'FAIL',
    at: 'claims.purposes[0]',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'a purpose that its instrument allows as further processing',
    given: () =>
      judging(transfer({ purposes: [COMMERCIAL] }), {
        upstream: [upstream(collection(), forPurposes([COMMERCIAL]))],
        facts: facts({ instruments: [instrument({ caps: { furtherPurposes: [COMMERCIAL] } })] }),
      }),
    verdict: 'PASS',
  },
  {
    title: 'its instrument is not shown',
    given: () =>
      judging(transfer(), {
        upstream: [upstream(collection(), forPurposes([RESEARCH]))],
        facts: facts({ instruments: [] }),
      }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'its instrument withholds what it allows further',
    given: () =>
      judging(transfer({ purposes: [COMMERCIAL] }), {
        upstream: [upstream(collection(), forPurposes([COMMERCIAL]))],
        facts: facts({
          instruments: [{ ...instrument(), claims: hidden(instrument().claims, 'caps') }],
        }),
      }),
    verdict: 'UNKNOWN',
    at: 'claims.purposes[0]',
  },
  {
    title: 'without an instrument, the sources alone decide',
    given: () =>
      judging(transfer({ instrument: null }), {
        upstream: [upstream(collection(), forPurposes([RESEARCH]))],
      }),
    verdict: 'PASS',
  },
])
