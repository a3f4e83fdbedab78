import { expect, it } from 'vitest'
import { R05 } from '../../ledger/rules/r05-instrument-present.js'
import type { Judging } from '../../ledger/rules/rule.js'
import {
  collection,
  EXPORTER,
  facts,
  gap,
  hidden,
  IMPORTER,
  INSTRUMENT_ID,
  instrument,
  judging,
  limits,
  outcome,
  party,
  processing,
  ruleCases,
  terms,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { testLaw } from './ruleset.js'
import { dpv } from './vocabulary.js'

type Changes = NonNullable<Parameters<typeof transfer>[0]>
type Route = NonNullable<Changes['route']>

const route = (changes: Partial<Route>): Route => ({
  from: 'DE',
  to: 'US',
  mode: 'copy',
  ...changes,
})
const under = (claims: NonNullable<Parameters<typeof instrument>[0]>, changes: Changes = {}) =>
  judging(transfer(changes), { facts: facts({ instruments: [instrument(claims)] }) })
const alone = (to: string, changes: Changes = {}) =>
  judging(transfer({ route: route({ to }), instrument: null, ...changes }))
const listing = { scheme: 'us-dpf', status: 'listed', checkedOn: '2026-02-01' } as const
const importer = terms().importer
const hosted = (country: string) => ({
  name: 'Host',
  country,
  subject: 'hosting',
  nature: [dpv('Store')],
})
/** A route without an instrument unless one is given, and where its parties are enrolled. */
const beside = (
  [from, to]: readonly [string, string],
  [exporter, receiver]: readonly [string, string],
  { instruments = [] }: { readonly instruments?: readonly ReturnType<typeof instrument>[] } = {},
) =>
  judging(transfer({ route: route({ from, to }), instrument: instruments[0]?.id ?? null }), {
    facts: facts({
      instruments,
      parties: [party(EXPORTER, exporter), party(IMPORTER, receiver)],
    }),
  })
/** Switzerland was adequate until July 2020, and is again from a day on. */
const renewed = (from: string) => {
  const row = { regime: 'eu-gdpr', to: 'CH', source: 'test', asOf: '2026-06-01' }
  const adequacy = [
    { ...row, from: '2000-07-26', until: '2020-07-16' },
    { ...row, from },
  ]
  return testLaw({ adequacy })
}

it('does not say that no law restricts it where the ruleset has none', () => {
  const words = (judged: Judging) => R05.judge(judged).map(({ why }) => why)
  expect(words(alone('IN', { route: route({ from: 'US', to: 'IN' }) }))).toEqual([
    'the ruleset has no law of US',
  ])
  expect(words({ ...alone('IN'), law: testLaw({ regimes: [] }) })).toEqual([
    'the ruleset has no law of DE',
  ])
})

ruleCases(R05, [
  {
    title: 'standard clauses for the route',
    given: () => judging(transfer()),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  { title: 'an adequate country needs no instrument', given: () => alone('CH'), verdict: 'PASS' },
  {
    title: 'an adequate country with a mere contract',
    given: () => under({ kind: { code: 'Contract' } }, { route: route({ to: 'CH' }) }),
    verdict: 'PASS',
  },
  {
    title: 'a derogation alone',
    given: () => alone('IN', { terms: terms({ derogation: { ground: 'A49-1-a', repeats: 0 } }) }),
    verdict: 'PASS',
  },
  {
    title: 'a listing under a decision that covers some',
    given: () => alone('US', { terms: terms({ importer: { ...importer, listings: [listing] } }) }),
    verdict: 'PASS',
  },
  {
    title: 'storage in a third country that the instrument names',
    given: () =>
      under(
        { routes: [{ from: 'DE', to: 'US', storage: ['IN'] }] },
        { route: route({ storage: ['IN'] }) },
      ),
    verdict: 'PASS',
  },
  {
    title: 'nothing cited for a third country',
    given: () => alone('IN'),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a decision for listed organisations, and no listing',
    given: () => alone('US'),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a contract is no transfer tool',
    given: () => under({ kind: { code: 'Contract' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'the tool of another law',
    given: () => under({ kind: { code: 'UK-IDTA' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'an instrument for another route',
    given: () => under({ routes: [{ from: 'DE', to: 'IN' }] }),
    verdict: 'FAIL',
    at: 'claims.route',
  },
  {
    title: 'stored where the instrument does not reach',
    given: () => judging(transfer({ route: route({ storage: ['IN'] }) })),
    verdict: 'FAIL',
    at: 'claims.route.storage[0]',
  },
  {
    title: 'read from where the instrument does not reach',
    given: () => judging(transfer({ route: route({ access: ['CN', 'US'] }) })),
    verdict: 'FAIL',
    at: 'claims.route.access[0]',
  },
  {
    title: 'within the Union, but stored in a third country',
    given: () => alone('FR', { route: route({ to: 'FR', storage: ['IN'] }) }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a decision that ended before',
    given: () => alone('GB', { period: { begin: '2032-01-01T00:00:00Z' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a decision that ends while it runs',
    given: () =>
      alone('GB', { period: { begin: '2031-12-27T00:00:00Z', end: '2031-12-28T00:00:00Z' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'Chinese law knows no derogation of the GDPR',
    given: () =>
      alone('US', {
        route: route({ from: 'CN' }),
        terms: terms({ derogation: { ground: 'A49-1-a', repeats: 0 } }),
      }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'the instrument is withheld',
    given: () => judging(withheld(transfer(), 'instrument')),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the instrument is not shown',
    given: () => judging(transfer(), { facts: facts({ instruments: [] }) }),
    verdict: 'UNKNOWN',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'the instrument was recorded only after the transfer',
    given: () =>
      judging(transfer(), { facts: facts({ instruments: [instrument({}, { index: 21 })] }) }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'the kind of the instrument is withheld',
    given: () => {
      const fact = instrument()
      const instruments = [{ ...fact, claims: hidden(fact.claims, 'kind') }]
      return judging(transfer(), { facts: facts({ instruments }) })
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'the routes of the instrument are withheld',
    given: () => {
      const fact = instrument()
      const instruments = [{ ...fact, claims: hidden(fact.claims, 'routes') }]
      return judging(transfer(), { facts: facts({ instruments }) })
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'the route is withheld',
    given: () => judging(withheld(transfer(), 'route')),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'terms that might hold a derogation are withheld',
    given: () =>
      judging(withheld(transfer({ route: route({ to: 'IN' }), instrument: null }), 'terms')),
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'an international organisation inside the Union',
    given: () => alone('DE', { route: route({ to: 'DE', organisation: 'EPO' }) }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'within the Union, with a sub-processor in a third country',
    given: () => alone('FR', { terms: terms({ subProcessors: [hosted('CN')] }) }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a sub-processor where the instrument does not reach',
    given: () => judging(transfer({ terms: terms({ subProcessors: [hosted('IN')] }) })),
    verdict: 'FAIL',
    at: 'claims.terms.subProcessors[0].country',
  },
  {
    title: 'a sub-processor where the instrument lets it be read from',
    given: () =>
      under(
        { routes: [{ from: 'DE', to: 'US', access: ['IN'] }] },
        { terms: terms({ subProcessors: [hosted('IN')] }) },
      ),
    verdict: 'PASS',
  },
  {
    title: 'a sub-processor in an adequate country',
    given: () => alone('FR', { terms: terms({ subProcessors: [hosted('CH')] }) }),
    verdict: 'PASS',
  },
  {
    title: 'the exporter is enrolled in China, and its route begins in Hong Kong',
    given: () => beside(['HK', 'SG'], ['CN', 'SG']),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
    why: /PIPL Art. 38.*enrolled in CN/,
  },
  {
    title: 'the exporter is enrolled in China, and has a tool of its law',
    given: () =>
      beside(['HK', 'SG'], ['CN', 'SG'], {
        instruments: [instrument({ kind: { code: 'CN-SC' }, routes: [{ from: 'HK', to: 'SG' }] })],
      }),
    verdict: 'PASS',
  },
  {
    title: 'it was collected in China, and its route begins in Hong Kong',
    given: () => ({
      ...beside(['HK', 'SG'], ['HK', 'SG']),
      upstream: [upstream(collection({ place: { jurisdiction: 'CN' } }))],
    }),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
    why: /the data was in CN/,
  },
  {
    title: 'it was collected in the Union, whose law came with it: R18',
    given: () => ({
      ...beside(['US', 'IN'], ['US', 'IN']),
      upstream: [upstream(collection())],
      limits: limits({ origins: new Set(['DE']) }),
    }),
    verdict: 'NA',
  },
  {
    title: 'where it was before is not shown',
    given: () => ({ ...beside(['US', 'IN'], ['US', 'IN']), upstream: [gap()] }),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
  },
  {
    title: 'the importer is enrolled in China, and the route ends in France',
    given: () => beside(['DE', 'FR'], ['DE', 'CN']),
    verdict: 'UNKNOWN',
    at: 'claims.route.to',
    why: /enrolled in CN/,
  },
  {
    title: 'the importer is enrolled elsewhere in the Union',
    given: () => beside(['DE', 'FR'], ['AT', 'IT']),
    verdict: 'NA',
  },
  {
    title: 'the importer is enrolled in an adequate country',
    given: () => beside(['DE', 'FR'], ['DE', 'CH']),
    verdict: 'PASS',
  },
  {
    title: 'nobody knows where the parties are',
    given: () => judging(transfer(), { facts: facts({ parties: [] }) }),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
  },
  {
    title: 'within the Union, with sub-processors withheld',
    given: () => {
      const given = alone('FR')
      return { ...given, hop: withheld(given.hop, 'terms') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'a decision that lapsed and was renewed while it ran',
    given: () =>
      judging(
        transfer({
          route: route({ to: 'CH' }),
          instrument: null,
          period: { begin: '2020-01-01T00:00:00Z', end: '2024-01-01T00:00:00Z' },
        }),
        { law: renewed('2023-07-01') },
      ),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a decision that was renewed on the day after its last',
    given: () =>
      judging(
        transfer({
          route: route({ to: 'CH' }),
          instrument: null,
          period: { begin: '2020-01-01T00:00:00Z', end: '2024-01-01T00:00:00Z' },
        }),
        { law: renewed('2020-07-17') },
      ),
    verdict: 'PASS',
  },
  { title: 'within the Union', given: () => alone('FR'), verdict: 'NA' },
  {
    title: 'from a country of no known law',
    given: () => alone('IN', { route: route({ from: 'US', to: 'IN' }) }),
    verdict: 'NA',
  },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
