import { expect, it } from 'vitest'
import { R05 } from '../../ledger/rules/r05-instrument-present.js'
import type { Judging } from '../../ledger/rules/rule.js'
import {
  collection,
  facts,
  hidden,
  INSTRUMENT_ID,
  instrument,
  judging,
  outcome,
  processing,
  ruleCases,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { testLaw } from './ruleset.js'

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
    at: 'claims.route.storage',
  },
  {
    title: 'read from where the instrument does not reach',
    given: () => judging(transfer({ route: route({ access: ['CN', 'US'] }) })),
    verdict: 'FAIL',
    at: 'claims.route.access',
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
