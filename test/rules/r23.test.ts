import { R23 } from '../../ledger/rules/r23-end-use-statement.js'
import {
  collection,
  EXPORTER,
  facts,
  field,
  gap,
  IMPORTER,
  judging,
  limits,
  outcome,
  party,
  processing,
  ruleCases,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { TEST_RULESET, testLaw } from './ruleset.js'
import { dpv, pd } from './vocabulary.js'

type Terms = ReturnType<typeof terms>

/** Terms without an end-use statement. */
const silent = (changes: Partial<Terms> = {}): Terms => {
  const { endUse: _, ...rest } = terms(changes)
  return rest
}
const S = { source: 'test', asOf: '2026-06-01' }
/** The only corridors: special data to anywhere is of tier 2, the rest of tier 1. */
const SPECIAL_ONLY = testLaw({
  corridors: [
    { ...S, tier: 1 },
    { ...S, special: 'special', tier: 2 },
    { ...S, special: 'criminal', tier: 2 },
  ],
})
const to = (country: string, changes: Partial<Terms> = {}) =>
  transfer({ route: { from: 'DE', to: country, mode: 'copy' }, terms: silent(changes) })
const AT = 'claims.terms.endUse'

ruleCases(R23, [
  {
    title: 'a sub-processor at the end of a corridor of a higher tier',
    given: () =>
      judging(
        to('CH', {
          subProcessors: [
            { name: 'Host', country: 'CN', subject: 'hosting', nature: [dpv('Store')] },
          ],
        }),
      ),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'an importer that is enrolled at the end of one',
    given: () =>
      judging(to('CH'), {
        facts: facts({ parties: [party(EXPORTER, 'DE'), party(IMPORTER, 'CN')] }),
      }),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'nobody knows where the parties are',
    given: () => judging(to('CH'), { facts: facts({ parties: [] }) }),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'the importer is enrolled there, and a statement is given',
    given: () =>
      judging(transfer({ route: { from: 'DE', to: 'CH', mode: 'copy' } }), {
        facts: facts({ parties: [party(EXPORTER, 'DE'), party(IMPORTER, 'CN')] }),
      }),
    verdict: 'PASS',
  },
  {
    title: 'a statement where one is asked for',
    given: () => judging(transfer()),
    verdict: 'PASS',
    at: AT,
  },
  {
    title: 'a statement where none is asked for',
    given: () => judging(transfer({ route: { from: 'DE', to: 'CH', mode: 'copy' } })),
    verdict: 'PASS',
  },
  {
    title: 'a claimed tier that is higher',
    given: () => judging(transfer({ terms: terms({ tier: 5 }) })),
    verdict: 'PASS',
  },
  {
    title: 'a claimed tier that is too low, with a statement',
    given: () => judging(transfer({ terms: terms({ tier: 1 }) })),
    verdict: 'WARN',
    at: 'claims.terms.tier',
  },
  {
    title: 'no statement in a corridor of tier 2',
    given: () => judging(to('US')),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'no statement in a corridor of tier 3',
    given: () => judging(to('CN')),
    verdict: 'FAIL',
    at: AT,
    why: /tier 3/,
  },
  {
    title: 'a claimed tier that is too low does not help',
    given: () => judging(to('US', { tier: 0 })),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'the parties themselves claim a higher tier',
    given: () => judging(to('CH', { tier: 2 })),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'stored at the end of a corridor',
    given: () =>
      judging(
        transfer({
          route: { from: 'DE', to: 'CH', storage: ['CN'], mode: 'copy' },
          terms: silent(),
        }),
      ),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a field that says that it is special',
    given: () =>
      judging(
        {
          ...to('CH'),
          claims: { ...to('CH').claims, fields: [field('a', { special: ['special'] })] },
        },
        { law: SPECIAL_ONLY },
      ),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a field whose category is special, whatever it says',
    given: () =>
      judging(
        {
          ...to('CH'),
          claims: { ...to('CH').claims, fields: [field('a', { category: pd('HealthRecord') })] },
        },
        { law: SPECIAL_ONLY },
      ),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a field of a criminal category',
    given: () =>
      judging(
        {
          ...to('CH'),
          claims: {
            ...to('CH').claims,
            fields: [field('a', { category: pd('CriminalConviction') })],
          },
        },
        { law: SPECIAL_ONLY },
      ),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'special by what came before',
    given: () => judging(to('CH'), { law: SPECIAL_ONLY, limits: limits({ special: true }) }),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'a special category that came with the data',
    given: () =>
      judging(to('CH'), {
        law: SPECIAL_ONLY,
        limits: limits({ categories: new Set([pd('MedicalHealth')]) }),
      }),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'the route is withheld, and the parties claim the tier',
    given: () => judging(withheld(to('CH', { tier: 3 }), 'route')),
    verdict: 'FAIL',
    at: AT,
  },
  {
    title: 'the route is withheld',
    given: () => judging(withheld(to('CH'), 'route')),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'the terms are withheld',
    given: () => judging(withheld(transfer(), 'terms')),
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'the fields are withheld, and special data would ask for one',
    given: () => judging(withheld(to('CH'), 'fields'), { law: SPECIAL_ONLY }),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'no fields are declared, and special data would ask for one',
    given: () =>
      judging({ ...to('CH'), claims: { ...to('CH').claims, fields: [] } }, { law: SPECIAL_ONLY }),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'what came before is not shown, and special data would ask for one',
    given: () => judging(to('CH'), { law: SPECIAL_ONLY, upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a claimed tier that may be too low',
    given: () =>
      judging(
        transfer({ route: { from: 'DE', to: 'CH', mode: 'copy' }, terms: terms({ tier: 1 }) }),
        {
          law: SPECIAL_ONLY,
          upstream: [gap()],
        },
      ),
    verdict: 'UNKNOWN',
    at: 'claims.terms.tier',
  },
  { title: 'a low tier', given: () => judging(to('CH')), verdict: 'NA' },
  {
    title: 'a ruleset that asks from a higher tier on',
    given: () =>
      judging(to('US'), { law: testLaw({ times: { ...TEST_RULESET.times, endUseTier: 3 } }) }),
    verdict: 'NA',
  },
  {
    title: 'fields that are not special',
    given: () => judging(to('CH'), { law: SPECIAL_ONLY }),
    verdict: 'NA',
  },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
