import { expect, it } from 'vitest'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { CategoryTally, Corrected, UsageKey } from '../../ledger/rules/facts.js'
import type { Transfer } from '../../ledger/rules/hop.js'
import { R19 } from '../../ledger/rules/r19-instrument-caps.js'
import type { Judging } from '../../ledger/rules/rule.js'
import { movementOf } from '../../ledger/rules/usage-index.js'
import {
  collection,
  dataset,
  type FactsGiven,
  facts,
  field,
  hidden,
  INSTRUMENT_ID,
  idOf,
  instrument,
  judging,
  limits,
  outcome,
  processing,
  ruleCases,
  seconds,
  terms,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { dpv, pd } from './vocabulary.js'

type Caps = NonNullable<ClaimsByType['instrument/1']['caps']>
type Claims = Partial<ClaimsByType['transfer/1']>

/** The default transfer (1,000 records, 900 persons) under an instrument with caps. */
function under(caps: Caps | null, claims: Claims = {}, usage: FactsGiven['usage'] = {}): Judging {
  return judging(transfer(claims), { facts: facts({ instruments: [instrument({ caps })], usage }) })
}

const listing = (categories: readonly string[], claims: Claims = {}): Judging =>
  judging(transfer(claims), {
    facts: facts({ instruments: [instrument({ categories: [...categories] })] }),
  })

const tally = (records: number, persons: number): CategoryTally => ({
  records,
  persons,
  devices: 0,
  missing: { records: 0, persons: 0, devices: 0 },
})

const PHASES: Caps = {
  phases: [
    { code: 'pilot', from: '2026-01-01', until: '2026-03-01', subjects: 1_000, countries: ['US'] },
    { code: 'rollout', from: '2026-03-02' },
  ],
}
const inPhase = (phase: string, more: Claims = {}): Claims => ({ terms: terms({ phase }), ...more })

ruleCases(R19, [
  { title: 'categories listed, no caps', given: () => under(null), verdict: 'PASS' },
  {
    title: 'exactly the records and persons allowed',
    given: () => under({ records: 1_000, subjects: 900, transfers: 1 }),
    verdict: 'PASS',
  },
  {
    title: 'data about nobody needs no category',
    given: () => under(null, { fields: [field('n', { category: dpv('NonPersonalData') })] }),
    verdict: 'PASS',
  },
  {
    title: 'a field of a category that is not listed',
    given: () => listing([pd('External')]),
    verdict: 'FAIL',
    at: 'claims.fields[2].category',
    evidence: [INSTRUMENT_ID],
    why: /no category of its instrument/,
  },
  {
    title: 'one record too many',
    given: () => under({ records: 999 }),
    verdict: 'FAIL',
    at: 'claims.datasets',
    why: /1000 records in its term; its instrument allows 999/,
  },
  {
    title: 'split: too many with what went before',
    given: () => under({ subjects: 10_000, window: 'P1Y' }, {}, { persons: 9_101 }),
    verdict: 'FAIL',
    at: 'claims.datasets',
    why: /10001 persons within P1Y/,
  },
  {
    title: 'just enough with what went before',
    given: () => under({ subjects: 10_000, window: 'P1Y' }, {}, { persons: 9_100 }),
    verdict: 'PASS',
  },
  {
    title: 'a band counts with its upper end',
    given: () =>
      under(
        { subjects: 1_000 },
        { datasets: [dataset({ subjects: { band: { min: 1, max: 1_001 } } })] },
      ),
    verdict: 'FAIL',
    at: 'claims.datasets',
  },
  {
    title: 'one transfer too many',
    given: () => under({ transfers: 3 }, {}, { transfers: 3 }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'more persons with sensitive data than allowed',
    given: () => under({ sensitive: 10 }, {}, { sensitive: 11 }),
    verdict: 'FAIL',
    at: 'claims.datasets',
    why: /sensitive/,
  },
  {
    title: 'nobody sensitive, as agreed',
    given: () => under({ sensitive: 0 }),
    verdict: 'PASS',
  },
  {
    title: 'too many of one category',
    given: () => under({ categories: [{ category: pd('Region'), subjects: 899 }] }),
    verdict: 'FAIL',
    at: 'claims.datasets',
  },
  {
    title: 'a cap on a category that it does not send',
    given: () => under({ categories: [{ category: pd('MedicalHealth'), subjects: 0 }] }),
    verdict: 'PASS',
  },
  {
    title: 'a cap on a category counts what stands under it, and earlier transfers',
    given: () =>
      under(
        { categories: [{ category: pd('External'), records: 2_000 }] },
        {},
        { categories: new Map([[pd('AgeRange'), tally(1_001, 0)]]) },
      ),
    verdict: 'FAIL',
    at: 'claims.datasets',
  },
  {
    title: 'in its phase',
    given: () => under(PHASES, inPhase('pilot')),
    verdict: 'PASS',
  },
  {
    title: 'no phase named',
    given: () => under(PHASES),
    verdict: 'FAIL',
    at: 'claims.terms.phase',
  },
  {
    title: 'a phase that there is not',
    given: () => under(PHASES, inPhase('later')),
    verdict: 'FAIL',
    at: 'claims.terms.phase',
  },
  {
    title: 'before its phase',
    given: () => under(PHASES, inPhase('rollout')),
    verdict: 'FAIL',
    at: 'claims.period.begin',
  },
  {
    title: 'beyond the last day of its phase',
    given: () =>
      under(
        PHASES,
        inPhase('pilot', {
          period: { begin: '2026-03-01T23:00:00Z', end: '2026-03-02T01:00:00Z' },
        }),
      ),
    verdict: 'FAIL',
    at: 'claims.period.end',
  },
  {
    title: 'it still ran when it was recorded, after its phase',
    given: () =>
      under(
        { phases: [{ code: 'pilot', until: '2026-02-28' }] },
        {
          ...inPhase('pilot'),
          period: { begin: '2026-02-01T00:00:00Z' },
        },
      ),
    verdict: 'FAIL',
    at: 'claims.period.begin',
    why: /still ran on 2026-03-01/,
  },
  {
    title: 'to a country that its phase does not reach',
    given: () =>
      under(
        PHASES,
        inPhase('pilot', { route: { from: 'DE', to: 'US', mode: 'copy', storage: ['US', 'CA'] } }),
      ),
    verdict: 'FAIL',
    at: 'claims.route.storage[1]',
  },
  {
    title: 'too many persons in its phase',
    given: () => under(PHASES, inPhase('pilot'), { persons: 101 }),
    verdict: 'FAIL',
    at: 'claims.datasets',
    why: /in phase pilot/,
  },
  {
    title: 'a phase is named where there are none',
    given: () => under({ records: 5_000 }, inPhase('pilot')),
    verdict: 'WARN',
    at: 'claims.terms.phase',
  },
  { title: 'no instrument', given: () => under(null, { instrument: null }), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  {
    title: 'the instrument is withheld',
    given: () => judging(withheld(transfer(), 'instrument')),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the instrument was not shown',
    given: () => judging(transfer(), { facts: facts({ instruments: [] }) }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'the instrument withholds its caps',
    given: () => {
      const fact = instrument()
      const instruments = [{ ...fact, claims: hidden(fact.claims, 'caps') }]
      return judging(transfer(), { facts: facts({ instruments }) })
    },
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the instrument withholds its categories',
    given: () => {
      const fact = instrument()
      const instruments = [{ ...fact, claims: hidden(fact.claims, 'categories') }]
      return judging(transfer(), { facts: facts({ instruments }) })
    },
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'the fields are not declared, and what came in is not known',
    given: () => under(null, { fields: [] }),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'the fields are not declared, and all that came in is listed',
    given: () =>
      judging(transfer({ fields: [] }), {
        upstream: [upstream(collection(), limits({ categories: new Set([pd('AgeRange')]) }))],
      }),
    verdict: 'PASS',
  },
  {
    title: 'the category of a field is not known',
    given: () => under(null, { fields: [field('x', { category: dpv('UncategorisedData') })] }),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0].category',
  },
  {
    title: 'earlier transfers do not say how many records',
    given: () =>
      under({ records: 5_000 }, {}, { missing: { records: 1, sensitive: 0, fields: 0, bulk: 0 } }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'nobody could sum',
    given: () => under({ subjects: 5_000 }, {}, null),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'nobody could sum, and the hop alone is too much',
    given: () => under({ subjects: 899 }, {}, null),
    verdict: 'FAIL',
    at: 'claims.datasets',
  },
  {
    title: 'two categories under one cap may be of the same persons or not',
    given: () =>
      under(
        { categories: [{ category: pd('External'), subjects: 2_000 }] },
        {},
        {
          categories: new Map([
            [pd('AgeRange'), tally(0, 600)],
            [pd('Identifying'), tally(0, 600)],
          ]),
        },
      ),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
])

it('R19 sums in the window of the instrument, in the phase, and in all of its term', () => {
  const asked: [UsageKey, number, number, Corrected | undefined][] = []
  const caps: Caps = {
    subjects: 9,
    window: 'P6M',
    categories: [{ category: pd('Region'), records: 9 }],
    phases: [{ code: 'pilot', records: 9 }],
  }
  const given = under(caps, inPhase('pilot'))
  const hop: Transfer = { ...(given.hop as Transfer), supersedes: idOf(0x99) }
  const old = { id: idOf(0x99), movement: movementOf(hop) }
  const usage: Judging['facts']['usage'] = (key, since, before, without) => {
    asked.push([key, since, before, without])
    return undefined
  }
  R19.judge({ ...given, hop, facts: { ...given.facts, usage } })
  const key = { kind: 'instrument', instrument: INSTRUMENT_ID } as const
  expect(asked).toEqual([
    [key, seconds('2025-09-01T08:10:00Z'), 20, old],
    [key, 0, 20, old],
    [{ ...key, phase: 'pilot' }, 0, 20, old],
  ])
})
