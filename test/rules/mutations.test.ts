/**
 * A compliant lineage, changed in one respect: exactly the expected rules turn, at the expected hop
 * and place, and nothing else does. The table says what a person derives from docs and law.
 */
import { describe, expect, it } from 'vitest'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { InstrumentFact } from '../../ledger/rules/facts.js'
import type { Transfer } from '../../ledger/rules/hop.js'
import {
  BRAZILIAN,
  CLAUSES,
  CLINIC,
  COMPLIANT,
  type HopName,
  judgeStory,
  nameOf,
  type Story,
} from './compliant-lineage.js'
import { assessment, field, idOf, party, RESEARCH, seconds } from './fixtures.js'
import { TEST_RULESET, testLaw } from './ruleset.js'
import { dpv, gdpr, pd } from './vocabulary.js'

type Change = (story: Story) => Story
type Claims<Name extends HopName> = Story[Name]['claims']

/** Other claims of one hop. */
const claims =
  <Name extends HopName>(
    name: Name,
    change: (was: Claims<Name>) => Partial<Claims<Name>>,
  ): Change =>
  (story) => {
    const hop = story[name]
    return { ...story, [name]: { ...hop, claims: { ...hop.claims, ...change(hop.claims) } } }
  }

/** Other things of one hop than its claims. */
const visible =
  <Name extends HopName>(
    name: Name,
    change: (was: Story[Name]) => Partial<Omit<Story[Name], 'claims' | 'type'>>,
  ): Change =>
  (story) => ({ ...story, [name]: { ...story[name], ...change(story[name]) } })

/** Another arrangement between clinic and laboratory. */
const clauses =
  (change: (was: InstrumentFact['claims']) => Partial<InstrumentFact['claims']>): Change =>
  (story) => ({
    ...story,
    instruments: story.instruments.map((fact) =>
      fact.id === CLAUSES ? { ...fact, claims: { ...fact.claims, ...change(fact.claims) } } : fact,
    ),
  })

const both =
  (...changes: readonly Change[]): Change =>
  (story) =>
    changes.reduce((changed, change) => change(changed), story)

type Terms = ClaimsByType['transfer/1']['terms']
type Route = ClaimsByType['transfer/1']['route']
type TransferName = 'toLab' | 'toUniversity' | 'fromChina' | 'fromAmerica' | 'toBrazil'

const termsOf = (name: TransferName, change: (was: Terms) => Terms): Change =>
  claims(name, ({ terms }) => ({ terms: change(terms as Terms) }))

const routeOf = (name: TransferName, change: Partial<Route>): Change =>
  claims(name, ({ route }) => ({ route: { ...(route as Route), ...change } }))

const without = <Value extends object, Name extends keyof Value>(
  value: Value,
  name: Name,
): Omit<Value, Name> => {
  const { [name]: _, ...rest } = value
  return rest
}

/** Transfers like one of the story, so many, recorded on a day before it. */
const before =
  (
    name: TransferName,
    count: number,
    date: string,
    change: (was: Transfer['claims'], place: number) => Partial<Transfer['claims']> = () => ({}),
  ): Change =>
  (story) => {
    const like = story[name]
    const time = seconds(`${date}T08:00:00Z`)
    const earlier = Array.from({ length: count }, (_, place) => ({
      ...like,
      id: idOf(0x1000 + place),
      index: 1,
      time,
      claims: { ...like.claims, ...change(like.claims, place) },
    }))
    return { ...story, earlier: [...story.earlier, ...earlier] }
  }

const persons = (count: number) => (was: Transfer['claims']) => ({
  datasets: (was.datasets ?? []).map((one) => ({ ...one, subjects: { ...one.subjects, count } })),
})

type Mutation = {
  readonly title: string
  readonly change: Change
  /** `VERDICT RULE hop place`, all that is not PASS or NA afterwards. */
  readonly turns: readonly string[]
}

const NO_DIRECT: ClaimsByType['transfer/1']['minimization'] = {
  droppedCount: 0,
  sourceFieldsCount: 3,
  transformations: [],
  claim: 'no-direct-identifiers',
}

const MUTATIONS: readonly Mutation[] = [
  { title: 'nothing', change: (story) => story, turns: [] },
  {
    title: 'a purpose is widened downstream',
    change: claims('joined', () => ({ purposes: [RESEARCH, dpv('CommercialResearch')] })),
    turns: ['FAIL R02 joined claims.purposes[1]', 'FAIL R04 joined claims.purposes[1]'],
  },
  {
    title: 'a purpose is the root of all purposes',
    change: claims('brazilReport', () => ({ purposes: [dpv('Purpose')] })),
    turns: [
      'FAIL R01 brazilReport claims.purposes[0]',
      'FAIL R02 brazilReport claims.purposes[0]',
      'FAIL R04 brazilReport claims.purposes[0]',
    ],
  },
  {
    title: 'a field is added on the way',
    change: claims('toLab', ({ fields = [] }) => ({ fields: [...fields, field('income')] })),
    turns: ['FAIL R10 toLab claims.fields[3]'],
  },
  {
    title: 'a field of a category that the instrument does not list',
    change: clauses(() => ({ categories: [pd('Identifying'), pd('AgeRange')] })),
    turns: ['FAIL R19 toLab claims.fields[2].category'],
  },
  {
    title: 'a field is necessary for nothing',
    change: claims('toLab', ({ fields = [] }) => ({
      fields: fields.map((one) => (one.name === 'age' ? { ...one, necessary: [] } : one)),
    })),
    turns: ['FAIL R11 toLab claims.fields[1].necessary'],
  },
  {
    title: 'no direct identifiers are claimed, and one is there',
    change: claims('toLab', ({ fields = [] }) => ({
      fields: fields.map((one) => (one.name === 'key' ? { ...one, identifier: 'direct' } : one)),
      minimization: NO_DIRECT,
    })),
    turns: [
      'FAIL R12 toLab claims.fields[0].identifier',
      // It was a pseudonym, and the importer promises to make no person of it.
      'FAIL R04 toLab claims.fields[0].identifier',
      // Nothing that was done there makes a pseudonym of it.
      'FAIL R12 derived claims.fields[0].identifier',
    ],
  },
  {
    title: 'more records leave than there were',
    change: claims('toLab', ({ datasets = [] }) => ({
      datasets: datasets.map((one) => ({ ...one, records: 1_001 })),
    })),
    turns: ['FAIL R13 toLab claims.datasets[0].records'],
  },
  {
    title: 'a special category without its basis',
    change: claims('clinic', () => ({ legalBasis: [{ basis: gdpr('A6-1-f') }] })),
    turns: ['FAIL R14 clinic claims.legalBasis'],
  },
  {
    title: 'retention is lengthened',
    change: claims('toUniversity', () => ({ retention: { until: '2030-01-01' } })),
    turns: ['FAIL R15 toUniversity claims.retention'],
  },
  {
    title: 'the destination is moved to another country',
    change: routeOf('toUniversity', { to: 'IN' }),
    turns: ['FAIL R17 toUniversity claims.route.to', 'FAIL R18 toUniversity claims.instrument'],
  },
  {
    title: 'the collector excludes the country',
    change: claims('clinic', () => ({
      onward: { allowed: true, countriesExcluded: ['US'], requiresConsent: true },
    })),
    turns: ['FAIL R17 toLab claims.route.to'],
  },
  {
    title: 'it is stored in an excluded country',
    change: routeOf('toLab', { storage: ['US', 'RU'] }),
    turns: ['FAIL R05 toLab claims.route.storage[1]', 'FAIL R17 toLab claims.route.storage[1]'],
  },
  {
    title: 'nothing may be passed on',
    change: claims('toLab', () => ({ onward: { allowed: false } })),
    turns: ['FAIL R17 report claims.audience', 'FAIL R17 toUniversity claims.route.to'],
  },
  {
    title: 'it may be passed on to somebody else only',
    change: claims('toLab', () => ({ onward: { allowed: true, recipients: [{ party: CLINIC }] } })),
    turns: [
      'FAIL R17 report claims.audience.recipients[0].party',
      'FAIL R17 toUniversity claims.importer',
    ],
  },
  {
    title: 'the onward authorisation is dropped',
    change: termsOf('toUniversity', (terms) => without(terms, 'documents')),
    turns: ['FAIL R17 toUniversity claims.terms.documents'],
  },
  {
    title: 'the consent is dropped that the collector asks for',
    change: termsOf('toBrazil', (terms) => ({
      ...terms,
      exporter: {
        ...terms.exporter,
        legalBasis: [{ basis: gdpr('A6-1-a') }, { basis: gdpr('A9-2-a') }],
      },
    })),
    turns: ['FAIL R17 toBrazil claims.terms.documents'],
  },
  {
    title: 'the result is taken to a country that is not allowed',
    change: claims('joined', ({ place }) => ({
      place: { jurisdiction: 'GB', ...place, access: ['IN'] },
    })),
    turns: ['FAIL R17 joined claims.place.access[0]', 'WARN R36 joined claims.place.access[0]'],
  },
  {
    title: 'the report goes to readers in a country that is not allowed',
    change: claims('report', () => ({ audience: { public: false, countries: ['GB', 'IN'] } })),
    turns: [
      'FAIL R17 report claims.audience.countries[1]',
      'FAIL R17 report claims.audience.recipients',
    ],
  },
  {
    title: 'the instrument is left out',
    change: claims('toLab', () => ({ instrument: null })),
    turns: [
      'FAIL R05 toLab claims.instrument',
      // Listed organisations in the United States would need none.
      'UNKNOWN R07 toLab claims.terms.importer.listings',
    ],
  },
  {
    title: 'the instrument has lapsed',
    change: clauses(() => ({ effective: { from: '2026-01-01', until: '2026-02-28' } })),
    turns: ['FAIL R06 toLab claims.instrument', 'WARN R06 toLab claims.instrument'],
  },
  {
    title: 'the instrument lapses before the retention ends',
    change: clauses(() => ({ effective: { from: '2026-01-01', until: '2028-01-01' } })),
    turns: ['WARN R06 toLab claims.instrument'],
  },
  {
    title: 'the wrong module of the clauses',
    change: clauses(() => ({ kind: { code: 'A46-2-c', module: 'C2P', version: '2021/914' } })),
    turns: ['FAIL R08 toLab claims.terms.importer.role'],
  },
  {
    title: 'the transfer impact assessment is dropped',
    change: clauses(() => ({ documents: [] })),
    turns: ['FAIL R25 toLab claims.terms.documents'],
  },
  {
    title: 'the transfer impact assessment found the tool not effective',
    change: clauses(({ documents = [] }) => ({
      documents: documents.map((one) => ({ ...one, outcome: 'not-effective' })),
    })),
    turns: ['FAIL R25 toLab claims.terms.measures'],
  },
  {
    title: 'an adequacy decision ends before the onward transfer',
    change: (story) => ({
      ...story,
      law: testLaw({
        adequacy: TEST_RULESET.adequacy.map((row) =>
          row.regime === 'eu-gdpr' && row.to === 'GB' ? { ...row, until: '2026-03-01' } : row,
        ),
      }),
    }),
    turns: ['FAIL R07 toUniversity claims.route.to', 'FAIL R18 toUniversity claims.instrument'],
  },
  {
    title: 'the end-use statement is dropped',
    change: termsOf('toLab', (terms) => without(terms, 'endUse')),
    turns: ['FAIL R23 toLab claims.terms.endUse'],
  },
  {
    title: 'the derogation was used once before',
    change: before('toBrazil', 1, '2026-02-10'),
    turns: ['WARN R09 toBrazil claims.terms.derogation.repeats'],
  },
  {
    title: 'the derogation is used all the time',
    change: routeOf('toBrazil', { frequency: 'continuous' }),
    turns: ['FAIL R09 toBrazil claims.route.frequency'],
  },
  {
    title: 'both sides belong to one group without binding rules',
    change: (story) => ({
      ...story,
      parties: [
        ...story.parties.filter(({ party: id }) => id !== CLINIC && id !== BRAZILIAN),
        party(CLINIC, 'DE', { group: { head: CLINIC } }),
        party(BRAZILIAN, 'BR', { group: { head: CLINIC } }),
      ],
    }),
    turns: ['WARN R36 toBrazil claims.instrument'],
  },
  {
    title: 'the caps are lowered below what moves',
    change: clauses(() => ({ caps: { subjects: 899 } })),
    turns: ['FAIL R19 toLab claims.datasets'],
  },
  {
    title: 'the volume under the caps is split over earlier transfers',
    change: before('toLab', 5, '2026-02-20'),
    turns: ['FAIL R19 toLab claims.datasets'],
  },
  {
    title: 'the same volume, before the window of the caps',
    change: before('toLab', 5, '2025-02-20'),
    turns: [],
  },
  {
    title: 'the volume out of China is split over importers',
    change: before('fromChina', 10, '2026-01-02', (was, place) => ({
      ...persons(9_990)(was),
      importer: `${'abcdefghij'[place]}`.repeat(42).concat('A') as PartyId,
    })),
    turns: ['FAIL R31 fromChina claims.instrument'],
  },
  {
    title: 'the same volume out of China, in the year before',
    change: before('fromChina', 10, '2025-12-31', persons(9_990)),
    turns: [],
  },
  {
    title: 'important data leaves China',
    change: termsOf('fromChina', (terms) => ({
      ...terms,
      china: { ciio: false, importantData: true },
    })),
    turns: ['FAIL R31 fromChina claims.instrument'],
  },
  {
    title: 'the volume of US health data is split over earlier sales',
    change: before('fromAmerica', 11, '2025-06-01'),
    turns: ['FAIL R29 fromAmerica claims.terms.us202.onwardBan'],
  },
  {
    title: 'the volume of US health data comes near the threshold',
    change: before('fromAmerica', 8, '2025-06-01'),
    turns: ['WARN R29 fromAmerica claims.datasets'],
  },
  {
    title: 'the same volume of US health data, more than twelve months ago',
    change: before('fromAmerica', 11, '2025-03-01'),
    turns: [],
  },
  {
    title: 'the volume of US health data is split, and the importer is a covered person',
    change: both(
      before('fromAmerica', 11, '2025-06-01'),
      termsOf('fromAmerica', (terms) => ({
        ...terms,
        us202: { transaction: 'data-brokerage', coveredPerson: 'yes', onwardBan: true },
      })),
    ),
    turns: ['FAIL R29 fromAmerica claims.terms.us202.coveredPerson'],
  },
  {
    title: 'a collection without a basis',
    change: claims('china', () => ({ legalBasis: [] })),
    turns: ['FAIL R30 china claims.legalBasis'],
  },
  {
    title: 'a processing makes a dataset of nothing',
    change: claims('joined', ({ datasets = [] }) => ({
      datasets: [...datasets, { ...datasets[0], n: 1, name: 'new', from: [] }] as typeof datasets,
    })),
    turns: [
      'FAIL R30 joined claims.datasets[1].from',
      // Nor does it say which fields that dataset has.
      'UNKNOWN R04 joined claims.datasets[1]',
      'UNKNOWN R10 joined claims.datasets[1]',
      'UNKNOWN R11 joined claims.datasets[1]',
      // A union of nothing explains no count.
      'UNKNOWN R13 joined claims.datasets[1].records',
      'UNKNOWN R13 joined claims.datasets[1].subjects',
      'UNKNOWN R14 joined claims.datasets[1]',
    ],
  },
  {
    title: 'the importer’s signature is dropped',
    change: visible('toLab', ({ signatures }) => ({ signatures: signatures?.slice(0, 1) })),
    turns: ['FAIL R34 toLab signatures'],
  },
  {
    title: 'a signature does not verify',
    change: visible('report', ({ signatures = [] }) => ({
      signatures: signatures.map((one) => ({ ...one, status: 'invalid' })),
    })),
    turns: ['FAIL R34 report signatures[0]'],
  },
  {
    title: 'a key was compromised when it signed',
    change: visible('derived', ({ signatures = [] }) => ({
      signatures: signatures.map((one) => ({ ...one, compromised: true })),
    })),
    turns: ['WARN R34 derived signatures[0]'],
  },
  {
    title: 'the importer signed before the exporter',
    change: visible('toLab', ({ signatures = [] }) => ({
      signatures: signatures.map((one) =>
        one.role === 'exporter' ? { ...one, iat: one.iat + 500 } : one,
      ),
    })),
    turns: ['FAIL R35 toLab signatures[1]'],
  },
  {
    title: 'a proposal is admitted after it lapsed',
    change: visible('toLab', ({ time }) => ({ countersignBy: time - 1 })),
    turns: ['FAIL R35 toLab countersign_by'],
  },
  {
    title: 'a transfer is logged late',
    change: claims('toLab', () => ({ period: { begin: '2026-01-15T00:00:00Z' } })),
    turns: ['WARN R35 toLab claims.period.begin'],
  },
]

const found = (story: Story): readonly string[] => {
  const turned = judgeStory(story).findings.map(
    ({ verdict, rule, target, at }) => `${verdict} ${rule} ${nameOf(target.id)} ${at}`,
  )
  return [...new Set(turned)].sort()
}

describe('a compliant lineage, changed in one respect', () => {
  it.each(MUTATIONS)('$title', ({ change, turns }) => {
    expect(found(change(COMPLIANT))).toEqual([...turns].sort())
  })

  it('turns every rule at least once', () => {
    const rules = new Set(MUTATIONS.flatMap(({ turns }) => turns.map((turn) => turn.split(' ')[1])))
    const all = [...judgeStory(COMPLIANT).byRule.keys()]
    expect(all.filter((rule) => !rules.has(rule))).toEqual([])
  })
})

describe('an assessment of compatibility', () => {
  const widened = both(
    // An end use that was promised would bind whatever is assessed.
    termsOf('toBrazil', (terms) => without(terms, 'endUse')),
    claims('brazilReport', () => ({ purposes: [dpv('CommercialResearch')] })),
  )
  const assessed: Change = (story) => ({
    ...story,
    assessments: [assessment({ assessor: BRAZILIAN, scope: [story.toBrazil.id] }, { index: 44 })],
  })

  it('carries another purpose', () => {
    expect(found(both(widened, assessed)(COMPLIANT))).toEqual([])
  })

  it('turns the rule when it is dropped', () => {
    expect(found(widened(COMPLIANT))).toEqual(['FAIL R02 brazilReport claims.purposes[0]'])
  })
})
