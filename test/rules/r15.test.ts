import { R15 } from '../../ledger/rules/r15-retention.js'
import type { Retention } from '../../ledger/rules/retention.js'
import {
  COLLECTION_ID,
  collection,
  facts,
  gap,
  hidden,
  INSTRUMENT_ID,
  idOf,
  instrument,
  judging,
  limits,
  outcome,
  processing,
  ruleCases,
  transfer,
  unsure,
  upstream,
  withheld,
} from './fixtures.js'

const until = (day: string | undefined) => limits({ retention: day })
const SECOND_ID = idOf(0xc1)

/** A transfer with this retention, of a collection that ends on that day; no instrument. */
const keeps = (retention: NonNullable<Retention>, end?: string) =>
  judging(transfer({ retention, instrument: null }), {
    upstream: [upstream(collection(), until(end))],
  })

const underInstrument = (retention: Parameters<typeof instrument>[0]) =>
  judging(transfer({ retention: { until: '2030-01-01' } }), {
    upstream: [upstream(collection(), until('2030-12-31'))],
    facts: facts({ instruments: [instrument(retention)] }),
  })

ruleCases(R15, [
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  {
    title: 'no retention of its own',
    given: () => judging(processing({ retention: null })),
    verdict: 'NA',
  },
  {
    title: 'it ends a year before its source',
    given: () => keeps({ until: '2029-12-31' }, '2030-12-31'),
    verdict: 'PASS',
  },
  {
    title: 'it ends on the day of its source',
    given: () => keeps({ until: '2030-12-31' }, '2030-12-31'),
    verdict: 'PASS',
  },
  {
    title: 'it ends a day after its source',
    given: () => keeps({ until: '2031-01-01' }, '2030-12-31'),
    verdict: 'FAIL',
    at: 'claims.retention',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'its source has no end',
    given: () => keeps({ until: '2099-12-31' }),
    verdict: 'PASS',
  },
  {
    title: 'a duration from its own begin ends in time',
    given: () => keeps({ duration: 'P2Y', startEvent: 'transfer-begin' }, '2028-03-01'),
    verdict: 'PASS',
  },
  {
    title: 'a duration from its own begin ends a day late',
    given: () => keeps({ duration: 'P2Y1D', startEvent: 'transfer-begin' }, '2028-03-01'),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'a duration of a hundred years, in minutes',
    given: () => keeps({ duration: 'PT52560000M', startEvent: 'transfer-begin' }, '2028-03-01'),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'a duration with a part of a year that ends late',
    given: () => keeps({ duration: 'P1.9Y', startEvent: 'transfer-begin' }, '2028-01-24'),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'a duration of hours, as its instrument says',
    given: () =>
      judging(transfer({ retention: { duration: 'PT36H', startEvent: 'transfer-begin' } }), {
        upstream: [upstream(collection(), until('2030-12-31'))],
        facts: facts({
          instruments: [
            instrument({ retention: { duration: 'PT36H', startEvent: 'transfer-begin' } }),
          ],
        }),
      }),
    verdict: 'PASS',
  },
  {
    title: 'a day where its instrument says an hour',
    given: () =>
      judging(transfer({ retention: { duration: 'P1D', startEvent: 'transfer-begin' } }), {
        upstream: [upstream(collection(), until('2030-12-31'))],
        facts: facts({
          instruments: [
            instrument({ retention: { duration: 'PT1H', startEvent: 'transfer-begin' } }),
          ],
        }),
      }),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'a duration from the end of a collection that is a plan',
    given: () => {
      const planned = collection({
        period: { begin: '2026-01-01T00:00:00Z', end: '2099-12-31T00:00:00Z' },
      })
      return judging(
        transfer({
          retention: { duration: 'P1Y', startEvent: 'collection-end' },
          instrument: null,
        }),
        { upstream: [upstream(planned, until('2030-12-31'))] },
      )
    },
    verdict: 'UNKNOWN',
    at: 'claims.retention',
  },
  {
    title: 'a duration from the end of the collection, as its period shows',
    given: () => keeps({ duration: 'P1Y', startEvent: 'collection-end' }, '2027-01-31'),
    verdict: 'PASS',
  },
  {
    title: 'a duration from the end of the collection that is too long',
    given: () => keeps({ duration: 'P13M', startEvent: 'collection-end' }, '2027-01-31'),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'a duration from an event that has not happened',
    given: () => keeps({ duration: 'P1Y', startEvent: 'contract-end' }, '2027-01-31'),
    verdict: 'UNKNOWN',
    at: 'claims.retention',
  },
  {
    title: 'a duration from an event with its day',
    given: () =>
      keeps({ duration: 'P1Y', startEvent: 'contract-end', startDate: '2026-01-15' }, '2027-01-31'),
    verdict: 'PASS',
  },
  {
    title: 'criteria in words against an end',
    given: () => keeps({ criteria: 'until the study is published' }, '2030-12-31'),
    verdict: 'UNKNOWN',
    at: 'claims.retention',
  },
  {
    title: 'criteria in words where nothing upstream ends',
    given: () => keeps({ criteria: 'until the study is published' }),
    verdict: 'PASS',
  },
  {
    title: 'criteria in words upstream',
    given: () =>
      judging(processing({ retention: { until: '2028-01-01' } }), {
        upstream: [upstream(transfer(), limits({}, ['retention']))],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.retention',
  },
  {
    title: 'a gap upstream',
    given: () => judging(processing({ retention: { until: '2028-01-01' } }), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'longer than what is shown of an upstream that is not fully known',
    given: () =>
      judging(processing({ retention: { until: '2028-01-01' } }), {
        upstream: [upstream(transfer(), unsure(until('2027-12-31')))],
      }),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'one of two sources ends earlier',
    given: () =>
      judging(
        processing(
          { retention: { until: '2028-06-01' } },
          {
            parents: [
              { id: COLLECTION_ID, n: 0 },
              { id: SECOND_ID, n: 0 },
            ],
          },
        ),
        {
          upstream: [
            upstream(collection(), until('2030-12-31')),
            upstream(collection({}, { id: SECOND_ID }), until('2028-05-31')),
          ],
          limits: until('2028-05-31'),
        },
      ),
    verdict: 'FAIL',
    at: 'claims.retention',
    evidence: [SECOND_ID],
  },
  {
    title: 'it withholds its retention',
    given: () => judging(withheld(transfer(), 'retention')),
    verdict: 'UNKNOWN',
    at: 'claims.retention',
  },
  {
    title: 'within its instrument',
    given: () => underInstrument({ retention: { until: '2030-06-30' } }),
    verdict: 'PASS',
  },
  {
    title: 'longer than its instrument allows',
    given: () => underInstrument({ retention: { until: '2029-12-31' } }),
    verdict: 'FAIL',
    at: 'claims.retention',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'longer than its instrument allows, counted from the transfer',
    given: () => underInstrument({ retention: { duration: 'P3Y', startEvent: 'transfer-begin' } }),
    verdict: 'FAIL',
    at: 'claims.retention',
  },
  {
    title: 'its instrument states none',
    given: () => underInstrument({ retention: null }),
    verdict: 'PASS',
  },
  {
    title: 'its instrument has criteria in words',
    given: () => underInstrument({ retention: { criteria: 'as long as needed' } }),
    verdict: 'UNKNOWN',
    at: 'claims.retention',
  },
  {
    title: 'its instrument withholds it',
    given: () =>
      judging(transfer({ retention: { until: '2030-01-01' } }), {
        upstream: [upstream(collection(), until('2030-12-31'))],
        facts: facts({
          instruments: [{ ...instrument(), claims: hidden(instrument().claims, 'retention') }],
        }),
      }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'its instrument is not shown',
    given: () =>
      judging(transfer(), {
        upstream: [upstream(collection(), until('2030-12-31'))],
        facts: facts({ instruments: [] }),
      }),
    verdict: 'UNKNOWN',
  },
])
