import { expect, it } from 'vitest'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { CategoryTally, Corrected, PartyFact, UsageKey } from '../../ledger/rules/facts.js'
import type { Field, Transfer } from '../../ledger/rules/hop.js'
import { R29 } from '../../ledger/rules/r29-us-bulk.js'
import type { Judging } from '../../ledger/rules/rule.js'
import { movementOf, UsageIndex } from '../../ledger/rules/usage-index.js'
import {
  collection,
  DIGEST,
  dataset,
  EXPORTER,
  type FactsGiven,
  facts,
  field,
  gap,
  IMPORTER,
  idOf,
  judging,
  limits,
  outcome,
  party,
  processing,
  ruleCases,
  seconds,
  THIRD,
  TRANSFER_ID,
  terms,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { LAW, testLaw } from './ruleset.js'
import { dpv, pd } from './vocabulary.js'

type Us202 = NonNullable<ClaimsByType['transfer/1']['terms']['us202']>
type Subjects = NonNullable<ReturnType<typeof dataset>['subjects']>
type Volume = NonNullable<Subjects['volumes']>[number]

type Story = {
  readonly to?: string
  readonly route?: Partial<Transfer['claims']['route']>
  readonly subjects?: Subjects | null
  readonly volumes?: readonly Volume[]
  readonly fields?: readonly Field[]
  readonly us202?: Partial<Us202> | null
  readonly used?: FactsGiven['usage']
  readonly seat?: string
  readonly came?: readonly string[]
  readonly claims?: Partial<ClaimsByType['transfer/1']>
}

/** A processing in a country, of data about persons in these (undefined: not known). */
function taken(country: string, persons: readonly string[] | undefined, from = 'US'): Judging {
  const known = persons === undefined ? {} : { subjectCountries: new Set(persons) }
  const limit = limits(known, persons === undefined ? ['subjectCountries'] : [])
  const hop = transfer({ route: { from: 'DE', to: from, mode: 'copy' } })
  return judging(processing({ place: { jurisdiction: country } }), {
    upstream: [upstream(hop, limit)],
  })
}

const HEALTH = field('diagnosis', { category: pd('MedicalHealth'), special: ['special'] })
const PAYMENT = field('payment', { category: pd('Transaction') })

/** A transfer of data of US persons, to China unless another country is named. */
function story(given: Story): Judging {
  const { to = 'CN', route, volumes, fields = [field('age')], us202 = {}, seat = to } = given
  const subjects = given.subjects === undefined ? { count: 900 } : given.subjects
  const { subjects: _, ...bare } = dataset()
  const counted = subjects === null ? bare : { ...bare, subjects: withVolumes(subjects, volumes) }
  const claim: Us202 = { transaction: 'other', coveredPerson: 'no', ...us202 }
  const hop = transfer({
    route: { from: 'US', to, mode: 'copy', subjectCountries: ['US'], ...route },
    datasets: [counted],
    fields,
    terms: terms(us202 === null ? {} : { us202: claim }),
    ...given.claims,
  })
  const { used = {}, came = ['US'] } = given
  return judging(hop, {
    facts: facts({ usage: used, parties: [party(EXPORTER, 'US'), party(IMPORTER, seat)] }),
    limits: limits({ subjectCountries: new Set(came) }),
  })
}

function withVolumes(subjects: Subjects, volumes: readonly Volume[] | undefined): Subjects {
  return volumes === undefined ? subjects : { ...subjects, volumes: [...volumes] }
}

type Minimization = NonNullable<Transfer['claims']['minimization']>
type Document = NonNullable<ReturnType<typeof terms>['documents']>[number]
const FILTERED = '1'.repeat(64)

/** Health data, said to be about Germans only, of content with this digest. */
const filtered = (transformations: Minimization['transformations'], digest: string): Judging =>
  story({
    route: { subjectCountries: ['DE'] },
    claims: {
      datasets: [dataset({ digest, subjects: withVolumes({ count: 900 }, health(50_000)) })],
      minimization: { droppedCount: 0, sourceFieldsCount: 1, transformations, claim: 'none' },
    },
  })

/** To China, under a licence that is among the documents. */
const licensed = (changes: Partial<Document>): Judging => {
  const licence: Document = { kind: 'licence', digest: DIGEST, date: '2026-01-15', ...changes }
  const us202: Us202 = { transaction: 'other', coveredPerson: 'no', licence: 'NSD-1' }
  return story({
    volumes: health(10_001),
    claims: { terms: terms({ us202, documents: [licence] }) },
  })
}

/** To Singapore, to an importer of a group. */
const headedBy = (others: readonly PartyFact[]): Judging => ({
  ...story({ to: 'SG', volumes: health(10_001) }),
  facts: facts({
    parties: [party(EXPORTER, 'US'), party(IMPORTER, 'SG', { group: { head: THIRD } }), ...others],
  }),
})
const hopOf = ({ hop }: Judging): Transfer => hop as Transfer

type Repeat = {
  readonly volumes?: readonly Volume[]
  /** Said to correct the one before, with the same content or another. */
  readonly correcting?: 'same' | 'other'
}

/** The last of so many transfers of health data of 700 persons between the same parties, with all before it. */
function repeated(
  times: number,
  repeat: (n: number) => Repeat = () => ({
    volumes: [{ category: 'covered-identifiers', persons: 1 }],
  }),
): Judging {
  const index = new UsageIndex()
  const each = Array.from({ length: times }, (_, n): Judging => {
    const { volumes, correcting } = repeat(n)
    const given = story({
      fields: [HEALTH],
      subjects: { count: 700 },
      ...(volumes === undefined ? {} : { volumes }),
    })
    const { claims, ...visible } = hopOf(given)
    const digest = correcting === 'other' ? idOf(n) : idOf(0)
    const hop: Transfer = {
      ...visible,
      id: idOf(0x1000 + n),
      index: 20 + n,
      ...(correcting === undefined || n === 0 ? {} : { supersedes: idOf(0x1000 + n - 1) }),
      claims: { ...claims, datasets: claims.datasets?.map((one) => ({ ...one, digest })) ?? [] },
    }
    return { ...given, hop }
  })
  const last = each.pop()
  if (last === undefined) throw new Error('at least one')
  for (const { hop } of each) index.append(hop as Transfer)
  return { ...last, facts: { ...last.facts, usage: (...asked) => index.usage(...asked) } }
}

const tally = (persons: number, devices = 0): CategoryTally => ({
  records: 0,
  persons,
  devices,
  missing: { records: 0, persons: 0, devices: 0 },
})
const volumes = (category: string, persons: number): FactsGiven['usage'] => ({
  volumes: new Map([[category, tally(persons)]]),
})
const moved = (category: string, persons: number): FactsGiven['usage'] => ({
  undeclared: new Map([[category, tally(persons)]]),
})
const health = (persons: number): readonly Volume[] => [{ category: 'personal-health', persons }]

ruleCases(R29, [
  { title: 'no bulk data', given: () => story({}), verdict: 'PASS' },
  {
    title: 'health data of few persons',
    given: () => story({ fields: [HEALTH], subjects: { count: 7_999 } }),
    verdict: 'PASS',
  },
  {
    title: 'health data of 80 percent of the threshold',
    given: () => story({ fields: [HEALTH], subjects: { count: 8_000 } }),
    verdict: 'WARN',
    at: 'claims.datasets',
    why: /8000 persons with personal-health/,
  },
  {
    title: 'exactly the threshold is not more than it',
    given: () => story({ fields: [HEALTH], subjects: { count: 10_000 } }),
    verdict: 'WARN',
    at: 'claims.datasets',
  },
  {
    title: 'one person more, to a country of concern',
    given: () => story({ fields: [HEALTH], subjects: { count: 10_001 } }),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /CN is a country of concern/,
  },
  {
    title: 'split over transfers of the last twelve months',
    given: () =>
      story({
        fields: [HEALTH],
        subjects: { count: 1_000 },
        used: moved(pd('MedicalHealth'), 9_001),
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /10001 persons/,
  },
  {
    title: 'split, with declared volumes',
    given: () => story({ volumes: health(1_000), used: volumes('personal-health', 9_001) }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'declared volumes and fields of others add up',
    given: () => story({ volumes: health(1_000), used: moved(pd('MedicalHealth'), 9_001) }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'a declared volume is taken in place of all persons of the dataset',
    given: () => story({ fields: [HEALTH], subjects: { count: 50_000 }, volumes: health(10) }),
    verdict: 'PASS',
  },
  {
    title: 'a volume that is left out beside a declared one is not',
    given: () =>
      story({
        fields: [HEALTH, PAYMENT],
        subjects: { count: 50_000 },
        volumes: [{ category: 'personal-financial', persons: 10 }],
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'combined data are held against the lowest threshold among them',
    given: () =>
      story({
        volumes: [
          { category: 'personal-health', persons: 2_000 },
          { category: 'biometric', persons: 1 },
        ],
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /more than 1000 is bulk/,
  },
  {
    title: 'combined over transfers',
    given: () => story({ volumes: health(2_000), used: volumes('human-genomic', 1) }),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /more than 100 is bulk/,
  },
  {
    title: 'devices are counted where the threshold is in devices',
    given: () => story({ volumes: [{ category: 'precise-geolocation', devices: 1_001 }] }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'pseudonymised data count like any other',
    given: () =>
      story({
        volumes: health(10_001),
        fields: [{ ...HEALTH, identifier: 'pseudonym' }],
        claims: {
          minimization: {
            droppedCount: 0,
            sourceFieldsCount: 1,
            transformations: [{ kind: 'pseudonymise', masking: true }],
            claim: 'pseudonymous',
          },
        },
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'stored in a country of concern',
    given: () => story({ to: 'SG', route: { storage: ['SG', 'HK'] }, volumes: health(10_001) }),
    verdict: 'FAIL',
    at: 'claims.route.storage[1]',
  },
  {
    title: 'accessed from a country of concern',
    given: () => story({ to: 'SG', route: { access: ['RU'] }, volumes: health(10_001) }),
    verdict: 'FAIL',
    at: 'claims.route.access[0]',
  },
  {
    title: 'a sub-processor in a country of concern',
    given: () => {
      const subProcessors = [
        { name: 'Sub', country: 'CN', subject: 'hosting', nature: [dpv('Store')] },
      ]
      const us202: Us202 = { transaction: 'other', coveredPerson: 'no' }
      const claims = { terms: terms({ us202, subProcessors }) }
      return story({ to: 'SG', volumes: health(10_001), claims })
    },
    verdict: 'FAIL',
    at: 'claims.terms.subProcessors[0].country',
  },
  {
    title: 'a covered person elsewhere',
    given: () => story({ to: 'SG', volumes: health(10_001), us202: { coveredPerson: 'yes' } }),
    verdict: 'FAIL',
    at: 'claims.terms.us202.coveredPerson',
  },
  {
    title: 'countries of concern own half of the importer together',
    given: () =>
      story({
        to: 'SG',
        volumes: health(10_001),
        us202: {
          ownership: [
            { country: 'CN', share: 3_000 },
            { country: 'RU', share: 2_000 },
            { country: 'SG', share: 5_000 },
          ],
        },
      }),
    verdict: 'FAIL',
    at: 'claims.terms.us202.ownership',
  },
  {
    title: 'they own less than half, and the importer is no covered person',
    given: () =>
      story({
        to: 'SG',
        volumes: health(10_001),
        us202: { ownership: [{ country: 'CN', share: 4_999 }] },
      }),
    verdict: 'PASS',
  },
  {
    title: 'an importer that is established in a country of concern',
    given: () => story({ to: 'SG', seat: 'CN', volumes: health(10_001) }),
    verdict: 'FAIL',
    at: 'claims.importer',
  },
  {
    title: 'licensed',
    given: () => licensed({}),
    verdict: 'PASS',
  },
  {
    title: 'a licence that is only a number',
    given: () => story({ volumes: health(10_001), us202: { licence: 'x' } }),
    verdict: 'WARN',
    at: 'claims.terms.us202.licence',
  },
  {
    title: 'a licence that ended before the transfer',
    given: () => licensed({ validUntil: '2026-02-28' }),
    verdict: 'WARN',
    at: 'claims.terms.us202.licence',
  },
  {
    title: 'a licence that came after the transfer',
    given: () => licensed({ date: '2026-03-02' }),
    verdict: 'WARN',
    at: 'claims.terms.us202.licence',
  },
  {
    title: 'a licence that was refused',
    given: () => licensed({ outcome: 'refused' }),
    verdict: 'WARN',
    at: 'claims.terms.us202.licence',
  },
  {
    title: 'an importer whose group is headed from a country of concern',
    given: () => headedBy([party(THIRD, 'CN')]),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
    why: /head of the importer’s group is established in CN/,
  },
  {
    title: 'an importer whose group is headed by a party that is not shown',
    given: () => headedBy([]),
    verdict: 'UNKNOWN',
    at: 'claims.importer',
  },
  {
    title: 'an importer whose group is headed from elsewhere',
    given: () => headedBy([party(THIRD, 'GB')]),
    verdict: 'PASS',
  },
  {
    title: 'said to be exempt',
    given: () => story({ volumes: health(10_001), us202: { transaction: 'exempt' } }),
    verdict: 'WARN',
    at: 'claims.terms.us202.transaction',
  },
  {
    title: 'a vendor under the security requirements',
    given: () =>
      story({
        volumes: health(10_001),
        us202: { transaction: 'vendor', securityRequirements: true },
      }),
    verdict: 'PASS',
  },
  {
    title: 'a vendor without them',
    given: () => story({ volumes: health(10_001), us202: { transaction: 'vendor' } }),
    verdict: 'FAIL',
    at: 'claims.terms.us202.securityRequirements',
  },
  {
    title: 'genomic data are never allowed to a vendor',
    given: () =>
      story({
        volumes: [{ category: 'human-genomic', persons: 101 }],
        us202: { transaction: 'vendor', securityRequirements: true },
      }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'sold abroad without an onward ban',
    given: () =>
      story({ to: 'BR', volumes: health(10_001), us202: { transaction: 'data-brokerage' } }),
    verdict: 'FAIL',
    at: 'claims.terms.us202.onwardBan',
  },
  {
    title: 'sold abroad with an onward ban',
    given: () =>
      story({
        to: 'BR',
        volumes: health(10_001),
        us202: { transaction: 'data-brokerage', onwardBan: true },
      }),
    verdict: 'PASS',
  },
  {
    title: 'about nobody in the United States',
    given: () =>
      story({ volumes: health(50_000), route: { subjectCountries: ['DE'] }, came: ['DE'] }),
    verdict: 'PASS',
    why: /nobody in the United States/,
  },
  {
    title: 'Americans came in, and a list without them does not make them go',
    given: () => story({ volumes: health(50_000), route: { subjectCountries: ['DE'] } }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'Americans came in and were filtered out',
    given: () => filtered([{ kind: 'filter' }], FILTERED),
    verdict: 'PASS',
  },
  {
    title: 'Americans were filtered out of this very dataset',
    given: () => filtered([{ kind: 'filter', datasets: [0] }], FILTERED),
    verdict: 'PASS',
  },
  {
    title: 'another dataset was filtered',
    given: () => filtered([{ kind: 'filter', datasets: [1] }], FILTERED),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'it was filtered, and is the very content that came in',
    given: () => filtered([{ kind: 'filter' }], DIGEST),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'it was filtered, and what came in is not shown',
    given: () => ({ ...filtered([{ kind: 'filter' }], FILTERED), upstream: [gap()] }),
    verdict: 'UNKNOWN',
    at: 'claims.route.subjectCountries',
  },
  {
    title: 'genomes of a million to China, by a ruleset without thresholds: it has no law for that',
    given: () => ({
      ...story({ volumes: [{ category: 'human-genomic', persons: 1_000_000 }] }),
      law: testLaw({ usBulk: { ...LAW.ruleset.usBulk, thresholds: [] } }),
    }),
    verdict: 'NA',
  },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  {
    title: 'nobody says how many persons',
    given: () => story({ fields: [HEALTH], subjects: null }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'the category of a field is not known',
    given: () => story({ fields: [field('x', { category: dpv('UncategorisedData') })] }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'earlier transfers declare neither volumes nor fields',
    given: () => story({ used: { missing: { records: 0, sensitive: 0, fields: 1, bulk: 1 } } }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'nobody could sum',
    given: () => story({ used: null }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'nobody could sum, and the hop alone is too large',
    given: () => story({ used: null, volumes: health(10_001) }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'nobody knows whether the importer is a covered person',
    given: () => story({ to: 'SG', volumes: health(10_001), us202: { coveredPerson: 'unknown' } }),
    verdict: 'UNKNOWN',
    at: 'claims.terms.us202.coveredPerson',
  },
  {
    title: 'nothing is said of the importer, near the threshold',
    given: () => story({ to: 'SG', volumes: health(9_000), us202: null }),
    verdict: 'WARN',
    at: 'claims.datasets',
  },
  {
    title: 'where the data subjects are is not known',
    given: () => {
      const given = story({ volumes: health(10_001) })
      const route = { from: 'US', to: 'CN', mode: 'copy' } as const
      const hop = { ...given.hop, claims: { ...given.hop.claims, route } } as Transfer
      return { ...given, hop, limits: limits({}, ['subjectCountries']) }
    },
    verdict: 'UNKNOWN',
    at: 'claims.route.subjectCountries',
  },
  {
    title: 'the terms are withheld: it may be licensed',
    given: () => {
      const given = story({ volumes: health(10_001) })
      return { ...given, hop: withheld(given.hop, 'terms') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'fifty transfers of health data that declare how many identifiers there are',
    given: () => repeated(50),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /^35000 persons with personal-health/,
  },
  {
    title: 'one of them',
    given: () => repeated(1),
    verdict: 'PASS',
  },
  {
    title: 'health data beside volumes of different categories, now one and now another',
    given: () =>
      repeated(2, (n) => ({
        volumes: [{ category: n === 0 ? 'biometric' : 'covered-identifiers', persons: 1 }],
      })),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /^1400 persons/,
  },
  {
    title: 'fifty transfers, each of other data and said to correct the last',
    given: () => repeated(50, () => ({ correcting: 'other' })),
    verdict: 'FAIL',
    at: 'claims.route.to',
    why: /^35000 persons/,
  },
  {
    title: 'fifty corrections of one transfer',
    given: () => repeated(50, () => ({ correcting: 'same' })),
    verdict: 'PASS',
  },
  {
    title: 'a correction that withholds its datasets may count in place of the other or not',
    given: () => {
      const given = repeated(2, () => ({ correcting: 'same' }))
      return { ...given, hop: withheld(given.hop, 'datasets') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'a number of persons that there are not hides nothing that comes after it',
    given: () => {
      const index = new UsageIndex()
      const huge = { subjects: { count: Number.MAX_SAFE_INTEGER }, fields: [field('age')] }
      for (const n of [1, 2]) index.append({ ...hopOf(story(huge)), id: idOf(n), index: n })
      index.append({ ...hopOf(story({ fields: [HEALTH], subjects: { count: 10_001 } })), index: 3 })
      const given = story({ fields: [HEALTH], subjects: { count: 1 } })
      return { ...given, facts: { ...given.facts, usage: (...asked) => index.usage(...asked) } }
    },
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'two categories of the window may be about the same persons or not',
    given: () =>
      story({
        used: {
          undeclared: new Map([
            [pd('MedicalHealth'), tally(6_000)],
            [pd('Disability'), tally(6_000)],
          ]),
        },
      }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  ...[
    'https://firm.example/terms#Genome',
    dpv('PersonalData'),
    dpv('PseudonymisedData'),
    pd('External'),
  ].map((category) => ({
    title: `many persons with data that may be bulk data: ${category}`,
    given: () => story({ fields: [field('x', { category })], subjects: { count: 1_000_000 } }),
    verdict: 'UNKNOWN' as const,
    at: 'claims.datasets',
  })),
  {
    title: 'many persons with data of a kind that is no bulk data',
    given: () =>
      story({ fields: [field('x', { category: pd('Country') })], subjects: { count: 1_000_000 } }),
    verdict: 'PASS',
  },
  {
    title: 'few persons with data that may be bulk data',
    given: () =>
      story({
        fields: [field('x', { category: dpv('PersonalData') })],
        subjects: { count: 50, devices: 50 },
      }),
    verdict: 'PASS',
  },
  {
    title: 'earlier transfers of data that may be bulk data',
    given: () => story({ used: moved(pd('External'), 1_000_000) }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'nobody is said to have what a field tells of everybody',
    given: () => story({ fields: [HEALTH], subjects: { count: 1_000_000 }, volumes: health(0) }),
    verdict: 'FAIL',
    at: 'claims.route.to',
  },
  {
    title: 'data of US persons that their holder takes to China by itself',
    given: () => taken('CN', ['US']),
    verdict: 'WARN',
    at: 'claims.place.jurisdiction',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'data of others that their holder takes to China',
    given: () => taken('CN', ['DE']),
    verdict: 'NA',
  },
  {
    title: 'data that their holder takes to China, of whom is not known',
    given: () => taken('CN', undefined),
    verdict: 'UNKNOWN',
  },
  {
    title: 'data of US persons that their holder takes to Germany',
    given: () => taken('DE', ['US']),
    verdict: 'NA',
  },
  {
    title: 'data of US persons processed in China, to where a transfer brought them',
    given: () => taken('CN', ['US'], 'CN'),
    verdict: 'NA',
  },
  {
    title: 'data of US persons processed nobody says where',
    given: () => {
      const { hop, ...rest } = taken('CN', ['US'])
      return { ...rest, hop: withheld(hop, 'place') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.place',
  },
])

it('R29 sums over twelve calendar months and a pair of parties, without what is corrected', () => {
  const asked: [UsageKey, number, number, Corrected | undefined][] = []
  const given = story({})
  const hop: Transfer = { ...(given.hop as Transfer), supersedes: idOf(0x99) }
  const old = { id: idOf(0x99), movement: movementOf(hop) }
  const usage: Judging['facts']['usage'] = (key, since, before, without) => {
    asked.push([key, since, before, without])
    return undefined
  }
  R29.judge({ ...given, hop, facts: { ...given.facts, usage } })
  const since = seconds('2025-03-01T08:10:00Z')
  expect(asked).toEqual([
    [{ kind: 'pair', exporter: EXPORTER, importer: IMPORTER }, since, 20, old],
  ])
})
