import { R07 } from '../../ledger/rules/r07-adequacy.js'
import {
  collection,
  EXPORTER,
  facts,
  hidden,
  IMPORTER,
  INSTRUMENT_ID,
  instrument,
  judging,
  limits,
  outcome,
  party,
  ruleCases,
  seconds,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { TEST_RULESET, testLaw } from './ruleset.js'

type Changes = NonNullable<Parameters<typeof transfer>[0]>
type Route = NonNullable<Changes['route']>
type Listing = NonNullable<ReturnType<typeof terms>['importer']['listings']>[number]

const route = (changes: Partial<Route>): Route => ({
  from: 'DE',
  to: 'US',
  mode: 'copy',
  ...changes,
})
const alone = (to: string, changes: Changes = {}) =>
  transfer({ route: route({ to }), instrument: null, ...changes })
const LISTED: Listing = { scheme: 'us-dpf', status: 'listed', checkedOn: '2026-02-20' }
const with_ = (...listings: readonly Listing[]) =>
  terms({ importer: { ...terms().importer, listings } })
/** To the United States under the framework, with these listings. */
const dpf = (...listings: readonly Listing[]) =>
  judging(transfer({ terms: with_(...listings) }), {
    facts: facts({ instruments: [instrument({ kind: { code: 'US-DPF' } })] }),
  })
const AT = 'claims.terms.importer.listings'
const SWISS = { regime: 'eu-gdpr', to: 'CH', source: 'test', asOf: '2026-06-01' }

ruleCases(R07, [
  {
    title: 'a decision that was renewed after a gap in which it ran on',
    given: () =>
      judging(
        alone('CH', { period: { begin: '2020-01-01T00:00:00Z', end: '2024-01-01T00:00:00Z' } }),
        {
          law: testLaw({
            adequacy: [
              { ...SWISS, from: '2000-07-26', until: '2020-07-16' },
              { ...SWISS, from: '2023-07-01' },
            ],
          }),
        },
      ),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /each day from 2020-01-01 to 2024-01-01/,
  },
  {
    title: 'an importer that is enrolled where no decision reaches',
    given: () =>
      judging(alone('CH'), {
        facts: facts({ parties: [party(EXPORTER, 'DE'), party(IMPORTER, 'US')] }),
      }),
    verdict: 'UNKNOWN',
    at: 'claims.route.to',
  },
  {
    title: 'a country that is adequate as a whole',
    given: () => judging(alone('CH')),
    verdict: 'PASS',
  },
  {
    title: 'a decision with an end, before it',
    given: () => judging(alone('GB')),
    verdict: 'PASS',
  },
  {
    title: 'a listed importer',
    given: () => dpf(LISTED),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'a listing in the instrument',
    given: () =>
      judging(transfer(), {
        facts: facts({
          instruments: [instrument({ kind: { code: 'US-DPF', listings: [LISTED] } })],
        }),
      }),
    verdict: 'PASS',
  },
  {
    title: 'an importer in the sector that is covered',
    given: () =>
      judging(
        alone('JP', { terms: with_({ ...LISTED, scheme: 'jp-private', status: 'in-scope' }) }),
      ),
    verdict: 'PASS',
  },
  {
    title: 'an older check said no, the latest says yes',
    given: () => dpf({ ...LISTED, status: 'lapsed', checkedOn: '2026-01-01' }, LISTED),
    verdict: 'PASS',
  },
  {
    title: 'a table that was not checked for long',
    given: () => judging({ ...alone('CH'), time: seconds('2027-01-15') }),
    verdict: 'WARN',
    at: 'claims.route.to',
  },
  {
    title: 'no decision, though the instrument claims one',
    given: () =>
      judging(transfer({ route: route({ to: 'IN' }) }), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A45-3' } })] }),
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'a decision that has ended',
    given: () => judging(alone('GB', { period: { begin: '2031-12-28T00:00:00Z' } })),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'a decision that came later',
    given: () => {
      const adequacy = TEST_RULESET.adequacy.map((row) =>
        row.to === 'CH' ? { ...row, from: '2026-03-02' } : row,
      )
      return judging(alone('CH'), { law: testLaw({ adequacy }) })
    },
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'stored where no decision reaches',
    given: () => judging(alone('CH', { route: route({ to: 'CH', storage: ['IN'] }) })),
    verdict: 'FAIL',
    at: 'claims.route.storage[0]',
  },
  {
    title: 'the importer is not listed',
    given: () => dpf({ ...LISTED, status: 'not-listed' }),
    verdict: 'FAIL',
    at: `${AT}[0]`,
  },
  {
    title: 'the latest check said that the listing had lapsed',
    given: () => dpf({ ...LISTED, checkedOn: '2026-01-01' }, { ...LISTED, status: 'lapsed' }),
    verdict: 'FAIL',
    at: `${AT}[1]`,
  },
  {
    title: 'the listing ran out before',
    given: () => dpf({ ...LISTED, validUntil: '2026-02-28' }),
    verdict: 'FAIL',
    at: `${AT}[0]`,
  },
  {
    title: 'data of the Union passed on to where no decision reaches',
    given: () =>
      judging(transfer({ route: route({ from: 'US', to: 'IN' }) }), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A45-3' } })] }),
        limits: limits({ origins: new Set(['DE']) }),
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  { title: 'no listing is shown', given: () => dpf(), verdict: 'UNKNOWN', at: AT },
  {
    title: 'a listing of another scheme',
    given: () => dpf({ ...LISTED, scheme: 'us-dpf-uk' }),
    verdict: 'UNKNOWN',
    at: AT,
  },
  {
    title: 'a listing that was checked too long ago',
    given: () => dpf({ ...LISTED, checkedOn: '2025-02-01' }),
    verdict: 'UNKNOWN',
    at: AT,
  },
  {
    title: 'a listing that was checked only later',
    given: () => dpf({ ...LISTED, checkedOn: '2026-03-02' }),
    verdict: 'UNKNOWN',
    at: AT,
  },
  {
    title: 'an international organisation',
    given: () => judging(alone('CH', { route: route({ to: 'CH', organisation: 'WIPO' }) })),
    verdict: 'UNKNOWN',
    at: 'claims.route.organisation',
  },
  {
    title: 'the route is withheld',
    given: () => judging(withheld(transfer(), 'route')),
    verdict: 'UNKNOWN',
  },
  {
    title: 'the days are withheld',
    given: () => judging(withheld(alone('CH'), 'period')),
    verdict: 'UNKNOWN',
    at: 'claims.period',
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
    title: 'what came with the data is not known',
    given: () =>
      judging(transfer({ route: route({ from: 'US', to: 'IN' }) }), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A45-3' } })] }),
        limits: limits({}, ['origins']),
      }),
    verdict: 'UNKNOWN',
  },
  { title: 'standard clauses carry it', given: () => judging(transfer()), verdict: 'NA' },
  {
    title: 'a derogation carries it',
    given: () =>
      judging(alone('CH', { terms: terms({ derogation: { ground: 'A49-1-a', repeats: 0 } }) })),
    verdict: 'NA',
  },
  {
    title: 'nothing carries it, and there never was a decision',
    given: () => judging(alone('IN')),
    verdict: 'NA',
  },
  { title: 'within the Union', given: () => judging(alone('FR')), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
