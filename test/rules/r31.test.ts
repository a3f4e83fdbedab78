import { expect, it } from 'vitest'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import { continuedUsage } from '../../ledger/rules/continued.js'
import type { Corrected, Tally, UsageKey } from '../../ledger/rules/facts.js'
import type { Field, Transfer } from '../../ledger/rules/hop.js'
import { R31 } from '../../ledger/rules/r31-china-path.js'
import type { Judging } from '../../ledger/rules/rule.js'
import type { InstrumentKind } from '../../ledger/rules/ruleset.js'
import { NO_TALLY } from '../../ledger/rules/tally.js'
import { movementOf, UsageIndex } from '../../ledger/rules/usage-index.js'
import {
  collection,
  dataset,
  EXPORTER,
  type FactsGiven,
  facts,
  field,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  judging,
  party,
  processing,
  ruleCases,
  seconds,
  THIRD,
  terms,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { TEST_RULESET, testLaw } from './ruleset.js'
import { dpv, pd } from './vocabulary.js'

type China = NonNullable<ClaimsByType['transfer/1']['terms']['china']>
type Subjects = NonNullable<ReturnType<typeof dataset>['subjects']>

const PLAIN: China = { ciio: false, importantData: false }

type Story = {
  readonly subjects?: Subjects
  readonly china?: China | null
  readonly kind?: InstrumentKind | null
  readonly route?: Partial<Transfer['claims']['route']>
  readonly used?: FactsGiven['usage']
  readonly fields?: readonly Field[]
}

const UNMARKED = field('diagnosis', { category: pd('MedicalHealth') })

/** A transfer out of China, with what was moved before. */
function story({
  subjects,
  china = PLAIN,
  kind = null,
  route,
  used = {},
  ...more
}: Story): Judging {
  const hop = transfer({
    route: { from: 'CN', to: 'DE', mode: 'copy', ...route },
    instrument: kind === null ? null : INSTRUMENT_ID,
    datasets: [dataset({ subjects: subjects ?? { count: 900 } })],
    terms: terms(china === null ? {} : { china }),
    ...more,
  })
  const instruments = kind === null ? [] : [instrument({ kind: { code: kind } })]
  return judging(hop, { facts: facts({ instruments, usage: used }) })
}

/** To Singapore, as from Hong Kong: where the exporter is enrolled, and where it was collected. */
function fromHongKong(
  exporter: string,
  collected: string,
  count: number,
  used: FactsGiven['usage'] = {},
): Judging {
  const given = story({ route: { from: 'HK', to: 'SG' }, subjects: persons(count) })
  return {
    ...given,
    facts: facts({
      instruments: [],
      parties: [party(EXPORTER, exporter), party(IMPORTER, 'SG')],
      usage: used,
    }),
    upstream: [upstream(collection({ place: { jurisdiction: collected } }))],
  }
}

const persons = (count: number, sensitive = 0): Subjects => ({ count, sensitive })
const used = (count: number, sensitive = 0): Partial<Tally> => ({ persons: count, sensitive })

/** Enough for a contract, in two halves: one by another party that the exporter may say it continues. */
function inTwoNames(
  continues: PartyId | null | undefined,
  half: 'export' | 'none' = 'export',
  continuedBy: { readonly of?: PartyId; readonly by: PartyId } = { by: THIRD },
): Judging {
  const index = new UsageIndex()
  const given = story({ subjects: persons(60_000) })
  const hop = given.hop as Transfer
  const earlier = { ...hop, id: idOf(0xf1), index: 15 }
  if (half === 'export')
    index.append({ ...earlier, claims: { ...earlier.claims, exporter: THIRD } })
  const usage = continuedUsage((...asked) => index.usage(...asked), {
    continues: (party) => (party === EXPORTER ? continues : null),
    continuedBy: (party) => (party === continuedBy.of ? [continuedBy.by] : []),
  })
  return { ...given, facts: { ...given.facts, usage } }
}

ruleCases(R31, [
  {
    title: 'half of it under the name of a party that the exporter continues',
    given: () => inTwoNames(THIRD),
    verdict: 'FAIL',
    at: 'claims.instrument',
    why: /120000 persons/,
  },
  {
    title: 'half of it under the name of a party that says it continues the exporter',
    given: () => inTwoNames(null, 'export', { of: EXPORTER, by: THIRD }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'none of it by the party that says it continues the exporter',
    given: () => inTwoNames(null, 'none', { of: EXPORTER, by: THIRD }),
    verdict: 'PASS',
  },
  {
    title: 'half of it by another party',
    given: () => inTwoNames(null),
    verdict: 'PASS',
  },
  {
    title: 'the exporter continues a party that has moved nothing',
    given: () => inTwoNames(THIRD, 'none'),
    verdict: 'PASS',
  },
  {
    title: 'whom the exporter continues is not shown',
    given: () => inTwoNames(undefined),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  { title: 'few persons, nothing sensitive', given: () => story({}), verdict: 'PASS' },
  {
    title: 'one person below the first threshold, with what went before',
    given: () => story({ subjects: persons(900), used: used(99_099) }),
    verdict: 'PASS',
  },
  {
    title: 'split: the sum reaches the first threshold, the hop alone does not',
    given: () => story({ subjects: persons(900), used: used(99_100) }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    why: /filed standard contract.*100000 persons/,
  },
  {
    title: 'the sum reaches the first threshold, under a filed contract',
    given: () => story({ subjects: persons(900), used: used(99_100), kind: 'CN-SC' }),
    verdict: 'PASS',
  },
  {
    title: 'a certificate is as good as a contract',
    given: () => story({ subjects: persons(500_000), kind: 'CN-Cert' }),
    verdict: 'PASS',
  },
  {
    title: 'a million persons under a filed contract',
    given: () => story({ subjects: persons(1_000), used: used(999_000), kind: 'CN-SC' }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    why: /security assessment is asked for/,
  },
  {
    title: 'a million persons, assessed',
    given: () => story({ subjects: persons(1_000_000), kind: 'CN-SA' }),
    verdict: 'PASS',
  },
  {
    title: 'one person with sensitive data and no path',
    given: () => story({ subjects: persons(900, 1) }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a marked field makes everybody sensitive where nobody is declared',
    given: () => {
      const given = story({})
      const claims = { ...given.hop.claims, fields: [field('faith', { special: ['sensitive'] })] }
      return { ...given, hop: { ...given.hop, claims } as Transfer }
    },
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'ten thousand with sensitive data under a filed contract',
    given: () => story({ subjects: persons(900, 500), used: used(0, 9_500), kind: 'CN-SC' }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a band counts with its upper end',
    given: () => story({ subjects: { band: { min: 10, max: 100_000 }, sensitive: 0 } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'critical infrastructure asks for an assessment at any volume',
    given: () => story({ china: { ciio: true, importantData: false }, kind: 'CN-SC' }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'important data asks for an assessment, exemption or not',
    given: () =>
      story({ china: { ciio: false, importantData: true, exemption: 'contract' }, kind: 'CN-SC' }),
    verdict: 'FAIL',
    at: 'claims.terms.china.exemption',
  },
  {
    title: 'an exempt case',
    given: () => story({ subjects: persons(200_000), china: { ...PLAIN, exemption: 'contract' } }),
    verdict: 'PASS',
  },
  {
    title: 'an exempt case that the ruleset does not accept',
    given: () => ({
      ...story({ subjects: persons(200_000), china: { ...PLAIN, exemption: 'transit' } }),
      law: testLaw({ china: { ...TEST_RULESET.china, exemptions: ['contract'] } }),
    }),
    verdict: 'FAIL',
    at: 'claims.terms.china.exemption',
  },
  {
    title: 'below the threshold is counted, not believed',
    given: () =>
      story({
        subjects: persons(900),
        used: used(200_000),
        china: { ...PLAIN, exemption: 'below-threshold' },
      }),
    verdict: 'FAIL',
    at: 'claims.terms.china.exemption',
  },
  {
    title: 'a contract that is no path of Chinese law',
    given: () => story({ subjects: persons(200_000), kind: 'A46-2-c' }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'the parties declare more than the ledger has seen',
    given: () => story({ china: { ...PLAIN, persons: 150_000 } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'the parties declare fewer than the transfers sum to',
    given: () =>
      story({ used: used(50_000), china: { ...PLAIN, persons: 900, sensitivePersons: 0 } }),
    verdict: 'WARN',
    at: 'claims.terms.china.persons',
    why: /900 are declared.*50900/,
  },
  {
    title: 'the parties declare what the transfers sum to',
    given: () =>
      story({ used: used(50_000), china: { ...PLAIN, persons: 50_900, sensitivePersons: 0 } }),
    verdict: 'PASS',
  },
  {
    title: 'data accessed from abroad leaves China',
    given: () => story({ route: { to: 'CN', access: ['SG'] }, subjects: persons(200_000) }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'within China, with a sub-processor abroad',
    given: () => {
      const subProcessors = [
        { name: 'Host', country: 'US', subject: 'hosting', nature: [dpv('Store')] },
      ]
      const given = story({ route: { to: 'CN' } })
      const china = { ...PLAIN, importantData: true }
      const claims = { ...given.hop.claims, terms: terms({ china, subProcessors }) }
      return { ...given, hop: { ...given.hop, claims } as Transfer }
    },
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'collected by a Chinese exporter, and the route begins in Hong Kong',
    given: () => fromHongKong('CN', 'CN', 2_000_000),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
  },
  {
    title: 'a Chinese exporter, and the route begins in Hong Kong',
    given: () => fromHongKong('CN', 'HK', 200_000),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
  },
  {
    title: 'collected in China by somebody else, and the route begins in Hong Kong',
    given: () => fromHongKong('HK', 'CN', 200_000),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
  },
  {
    title: 'a Chinese exporter sends few from Hong Kong, and many from China',
    given: () =>
      fromHongKong('CN', 'HK', 900, (key) => ({
        ...NO_TALLY,
        persons: key.kind === 'export' && key.from === 'CN' ? 99_100 : 0,
      })),
    verdict: 'UNKNOWN',
    at: 'claims.route.from',
  },
  {
    title: 'a Chinese exporter sends few from Hong Kong',
    given: () => fromHongKong('CN', 'HK', 900),
    verdict: 'NA',
  },
  {
    title: 'from Hong Kong, with nothing of China on the record',
    given: () => fromHongKong('HK', 'HK', 2_000_000),
    verdict: 'NA',
  },
  {
    title: 'from Hong Kong by an exporter that is not shown',
    given: () => ({
      ...fromHongKong('HK', 'HK', 2_000_000),
      facts: facts({ instruments: [], parties: [] }),
    }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'within China, to an importer that is enrolled abroad',
    given: () => ({
      ...story({ route: { to: 'CN' }, subjects: persons(2_000_000) }),
      facts: facts({
        instruments: [],
        parties: [party(EXPORTER, 'CN'), party(IMPORTER, 'US')],
      }),
    }),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
  },
  { title: 'within China', given: () => story({ route: { to: 'CN' } }), verdict: 'NA' },
  { title: 'from elsewhere', given: () => judging(transfer()), verdict: 'NA' },
  { title: 'into China', given: () => story({ route: { from: 'DE', to: 'CN' } }), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  {
    title: 'the route is withheld',
    given: () => judging(withheld(transfer(), 'route')),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'the terms are withheld',
    given: () => {
      const given = story({ subjects: persons(2_000_000) })
      return { ...given, hop: withheld(given.hop, 'terms') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'nothing is said of infrastructure and important data',
    given: () => story({ china: null }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'nothing is said of infrastructure, but it is assessed',
    given: () => story({ china: null, kind: 'CN-SA' }),
    verdict: 'PASS',
  },
  {
    title: 'earlier transfers do not say how many persons',
    given: () => story({ used: { persons: 10, uncounted: 1 } }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'nobody could sum',
    given: () => story({ used: null }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'nobody could sum, and the hop alone is too large',
    given: () => story({ used: null, subjects: persons(100_000) }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'the instrument was not shown',
    given: () => ({
      ...story({ subjects: persons(200_000), kind: 'CN-SC' }),
      facts: facts({ instruments: [] }),
    }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'health data that no flag marks, of few persons',
    given: () => story({ subjects: { count: 900 }, fields: [UNMARKED] }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    why: /900 with sensitive data/,
  },
  {
    title: 'health data that no flag marks, said to be about nobody',
    given: () => story({ subjects: persons(900, 0), fields: [UNMARKED] }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
])

it('R31 sums from 1 January in China on, over all importers, without what is corrected', () => {
  const asked: [UsageKey, number, number, Corrected | undefined][] = []
  const given = story({})
  const hop: Transfer = { ...(given.hop as Transfer), supersedes: idOf(0x99) }
  const old = { id: idOf(0x99), movement: movementOf(hop) }
  const usage: Judging['facts']['usage'] = (key, since, before, without) => {
    asked.push([key, since, before, without])
    return undefined
  }
  R31.judge({ ...given, hop, facts: { ...given.facts, usage } })
  const since = seconds('2025-12-31T16:00:00Z')
  expect(asked).toEqual([[{ kind: 'export', exporter: EXPORTER, from: 'CN' }, since, 20, old]])
})
