/**
 * One lineage over five countries that keeps every rule, to be changed in one respect at a time.
 *
 * A German clinic collects and sends to a laboratory in the United States (standard clauses), which
 * derives and sends on to a university in Great Britain, with the clinic’s authorisation. The
 * university also gets data from a Chinese and from an American collector, joins all three and makes
 * a report. Once the clinic sends to Brazil on the persons’ consent, and a second report is made there.
 */
import type { KeyId } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { AssessmentFact, InstrumentFact, PartyFact } from '../../ledger/rules/facts.js'
import { graphOfHops } from '../../ledger/rules/forward-graph.js'
import type {
  Collection,
  Dataset,
  Field,
  Hop,
  HopSignature,
  Outcome,
  Processing,
  Transfer,
} from '../../ledger/rules/hop.js'
import { judgeGraph } from '../../ledger/rules/judge-graph.js'
import type { GraphJudgement } from '../../ledger/rules/judgement.js'
import type { Law } from '../../ledger/rules/law.js'
import { UsageIndex } from '../../ledger/rules/usage-index.js'
import {
  collection,
  DIGEST,
  dataset,
  facts,
  field,
  idOf,
  instrument,
  outcome,
  party,
  processing,
  seconds,
  terms,
  transfer,
} from './fixtures.js'
import { LAW } from './ruleset.js'
import { gdpr, pd } from './vocabulary.js'

const partyOf = (letter: string): PartyId => `${letter.repeat(42)}A` as PartyId
export const CLINIC = partyOf('C')
const LAB = partyOf('L')
const UNIVERSITY = partyOf('U')
const CHINESE = partyOf('H')
const AMERICAN = partyOf('M')
export const BRAZILIAN = partyOf('B')

/** Statement ids by what the hop is called here. */
export const IDS = {
  clinic: idOf(0x11),
  toLab: idOf(0x12),
  derived: idOf(0x13),
  toUniversity: idOf(0x14),
  china: idOf(0x15),
  fromChina: idOf(0x16),
  america: idOf(0x17),
  fromAmerica: idOf(0x18),
  joined: idOf(0x19),
  report: idOf(0x1a),
  toBrazil: idOf(0x1b),
  brazilReport: idOf(0x1c),
} as const

export type HopName = keyof typeof IDS

export const CLAUSES = idOf(0xa1)
const EXEMPTION = idOf(0xa2)

export type Story = {
  readonly clinic: Collection
  readonly toLab: Transfer
  readonly derived: Processing
  readonly toUniversity: Transfer
  readonly china: Collection
  readonly fromChina: Transfer
  readonly america: Collection
  readonly fromAmerica: Transfer
  readonly joined: Processing
  readonly report: Outcome
  readonly toBrazil: Transfer
  readonly brazilReport: Outcome
  readonly instruments: readonly InstrumentFact[]
  readonly assessments: readonly AssessmentFact[]
  readonly parties: readonly PartyFact[]
  /** Transfers that were recorded before, and count. */
  readonly earlier: readonly Transfer[]
  readonly law: Law
}

const day = (date: string): { readonly iat: number; readonly time: number } => {
  const iat = seconds(`${date}T08:00:00Z`)
  return { iat, time: iat + 600 }
}

const signed = (iat: number, ...sides: readonly (readonly [string, PartyId])[]): HopSignature[] =>
  sides.map(([role, id], place) => ({
    role,
    kid: id as unknown as KeyId,
    iat: iat + place * 60,
    status: 'valid',
  }))

const on = (date: string) => ({ begin: `${date}T00:00:00Z`, end: `${date}T01:00:00Z` })

const FIELDS: readonly Field[] = [
  field('key', { category: pd('Identifying'), identifier: 'pseudonym' }),
  field('age'),
  field('diagnosis', { category: pd('MedicalHealth'), special: ['special'] }),
]
/** Fields of a processing, each from the field of the same name. */
const from = (fields: readonly Field[], ...parents: readonly number[]): readonly Field[] =>
  fields.map((one) => ({ ...one, source: parents.map((parent) => ({ parent, name: one.name })) }))

const BASES = [
  { basis: gdpr('A6-1-a'), consent: { digest: DIGEST } },
  { basis: gdpr('A9-2-a'), consent: { digest: DIGEST } },
]
const SIDES = terms()
const TERMS: ClaimsByType['transfer/1']['terms'] = {
  ...SIDES,
  exporter: { ...SIDES.exporter, legalBasis: BASES },
  importer: { ...SIDES.importer, legalBasis: BASES },
}

const COUNTED: Pick<Dataset, 'records' | 'subjects'> = {
  records: 1_000,
  subjects: { count: 900, sensitive: 900 },
}
const made = (changes: Partial<Dataset> = {}): Dataset => dataset({ ...COUNTED, ...changes })

function moved(
  name: HopName,
  [index, date]: readonly [number, string],
  [exporter, importer, parent]: readonly [PartyId, PartyId, HopName],
  claims: Partial<ClaimsByType['transfer/1']>,
): Transfer {
  const times = day(date)
  return transfer(
    {
      exporter,
      importer,
      instrument: null,
      datasets: [made()],
      fields: FIELDS,
      minimization: null,
      retention: { until: '2029-12-31' },
      onward: null,
      terms: TERMS,
      period: on(date),
      ...claims,
    },
    {
      id: IDS[name],
      index,
      ...times,
      countersignBy: times.iat + 86_400,
      parents: [{ id: IDS[parent], n: 0 }],
      signatures: signed(times.iat, ['exporter', exporter], ['importer', importer]),
    },
  )
}

function gathered(
  name: HopName,
  index: number,
  [collector, country]: readonly [PartyId, string],
  claims: Partial<ClaimsByType['collection/1']> = {},
): Collection {
  const times = day('2026-02-01')
  return collection(
    {
      collector,
      place: { jurisdiction: country, subjectCountries: [country], origin: 'data-subject' },
      legalBasis: BASES,
      datasets: [made({ from: [] })],
      fields: FIELDS,
      onward: null,
      ...claims,
    },
    { id: IDS[name], index, ...times, signatures: signed(times.iat, ['collector', collector]) },
  )
}

const clinic = gathered('clinic', 10, [CLINIC, 'DE'], {
  onward: { allowed: true, countriesExcluded: ['RU'], requiresConsent: true },
})
const toLab = moved('toLab', [20, '2026-03-01'], [CLINIC, LAB, 'clinic'], {
  route: { from: 'DE', to: 'US', mode: 'copy', frequency: 'one-off', subjectCountries: ['DE'] },
  instrument: CLAUSES,
  onward: {
    allowed: true,
    recipients: [{ party: UNIVERSITY }],
    countriesIncluded: ['US', 'GB'],
    requiresAuthorisation: true,
  },
})
/** What a processing makes is other content. */
const DERIVED = 'e'.repeat(64)
const JOINED = 'f'.repeat(64)
const derived = processing(
  {
    performer: LAB,
    place: { jurisdiction: 'US', legalBasis: BASES },
    datasets: [made({ name: 'derived', digest: DERIVED })],
    fields: from(FIELDS, 0),
    transformations: [{ kind: 'reformat' }],
    period: on('2026-03-05'),
  },
  {
    id: IDS.derived,
    index: 30,
    ...day('2026-03-06'),
    parents: [{ id: IDS.toLab, n: 0 }],
    signatures: signed(day('2026-03-06').iat, ['performer', LAB]),
  },
)
const toUniversity = moved('toUniversity', [40, '2026-03-10'], [LAB, UNIVERSITY, 'derived'], {
  route: { from: 'US', to: 'GB', mode: 'copy', frequency: 'one-off', subjectCountries: ['DE'] },
  datasets: [made({ digest: DERIVED })],
  retention: { until: '2028-12-31' },
  terms: {
    ...TERMS,
    documents: [{ kind: 'onward-authorisation', digest: DIGEST, date: '2026-03-08', by: CLINIC }],
  },
})
const china = gathered('china', 11, [CHINESE, 'CN'], {
  datasets: [made({ from: [], subjects: { count: 900, sensitive: 0 } })],
  fields: [field('key', { category: pd('Identifying'), identifier: 'pseudonym' }), field('age')],
})
const fromChina = moved('fromChina', [41, '2026-03-10'], [CHINESE, UNIVERSITY, 'china'], {
  route: { from: 'CN', to: 'GB', mode: 'copy', frequency: 'one-off', subjectCountries: ['CN'] },
  instrument: EXEMPTION,
  datasets: [made({ subjects: { count: 900, sensitive: 0 } })],
  fields: [field('key', { category: pd('Identifying'), identifier: 'pseudonym' }), field('age')],
  terms: { ...TERMS, china: { ciio: false, importantData: false } },
})
const HEALTH_OF_ALL = made({
  subjects: {
    count: 900,
    sensitive: 900,
    volumes: [{ category: 'personal-health', persons: 900 }],
  },
})
const america = gathered('america', 12, [AMERICAN, 'US'], {
  datasets: [{ ...HEALTH_OF_ALL, from: [] }],
})
const fromAmerica = moved('fromAmerica', [42, '2026-03-10'], [AMERICAN, UNIVERSITY, 'america'], {
  route: { from: 'US', to: 'GB', mode: 'copy', frequency: 'one-off', subjectCountries: ['US'] },
  datasets: [HEALTH_OF_ALL],
  terms: { ...TERMS, us202: { transaction: 'data-brokerage', coveredPerson: 'no' } },
})
const joined = processing(
  {
    performer: UNIVERSITY,
    place: { jurisdiction: 'GB', legalBasis: BASES },
    datasets: [
      made({
        name: 'joined',
        digest: JOINED,
        from: [0, 1, 2],
        records: 3_000,
        subjects: { count: 2_700 },
      }),
    ],
    fields: [...from(FIELDS.slice(0, 2), 0, 1, 2), ...from(FIELDS.slice(2), 0, 2)],
    transformations: [{ kind: 'union' }],
    period: on('2026-04-01'),
  },
  {
    id: IDS.joined,
    index: 50,
    ...day('2026-04-02'),
    parents: [
      { id: IDS.toUniversity, n: 0 },
      { id: IDS.fromChina, n: 0 },
      { id: IDS.fromAmerica, n: 0 },
    ],
    signatures: signed(day('2026-04-02').iat, ['performer', UNIVERSITY]),
  },
)
const report = outcome(
  {
    performer: UNIVERSITY,
    personalData: 'pseudonymous',
    audience: { public: false, countries: ['GB'], recipients: [{ party: UNIVERSITY }] },
    period: on('2026-05-01'),
  },
  {
    id: IDS.report,
    index: 60,
    ...day('2026-05-02'),
    parents: [{ id: IDS.joined, n: 0 }],
    signatures: signed(day('2026-05-02').iat, ['performer', UNIVERSITY]),
  },
)
const toBrazil = moved('toBrazil', [43, '2026-03-10'], [CLINIC, BRAZILIAN, 'clinic'], {
  route: { from: 'DE', to: 'BR', mode: 'copy', frequency: 'one-off', subjectCountries: ['DE'] },
  terms: { ...TERMS, derogation: { ground: 'A49-1-a', repeats: 0 } },
})
const brazilReport = outcome(
  { performer: BRAZILIAN, personalData: 'pseudonymous', period: on('2026-05-01') },
  {
    id: IDS.brazilReport,
    index: 61,
    ...day('2026-05-02'),
    parents: [{ id: IDS.toBrazil, n: 0 }],
    signatures: signed(day('2026-05-02').iat, ['performer', BRAZILIAN]),
  },
)

export const COMPLIANT: Story = {
  clinic,
  toLab,
  derived,
  toUniversity,
  china,
  fromChina,
  america,
  fromAmerica,
  joined,
  report,
  toBrazil,
  brazilReport,
  instruments: [
    instrument(
      {
        exporter: CLINIC,
        importer: LAB,
        categories: [pd('External'), pd('Tracking')],
        onward: null,
        caps: { subjects: 5_000, records: 10_000, window: 'P1Y' },
      },
      { id: CLAUSES },
    ),
    instrument(
      {
        exporter: CHINESE,
        importer: UNIVERSITY,
        kind: { code: 'CN-Exempt' },
        routes: [{ from: 'CN', to: 'GB' }],
        onward: null,
      },
      { id: EXEMPTION },
    ),
  ],
  assessments: [],
  parties: [
    party(CLINIC, 'DE'),
    party(LAB, 'US'),
    party(UNIVERSITY, 'GB'),
    party(CHINESE, 'CN'),
    party(AMERICAN, 'US'),
    party(BRAZILIAN, 'BR'),
  ],
  earlier: [],
  law: LAW,
}

/** The hops of a story, in log order. */
function hopsOf(story: Story): readonly Hop[] {
  const names = Object.keys(IDS) as readonly HopName[]
  return names.map((name) => story[name]).sort((a, b) => a.index - b.index)
}

/** Judges a story: its transfers, and those before it, are summed as the log sums them. */
export function judgeStory(story: Story): GraphJudgement {
  const hops = hopsOf(story)
  const index = new UsageIndex()
  const counted = [...story.earlier, ...hops].sort((a, b) => a.index - b.index)
  for (const hop of counted) if (hop.type === 'transfer/1') index.append(hop)
  const { instruments, assessments, parties } = story
  return judgeGraph(graphOfHops(hops), [story.report.id, story.brazilReport.id], {
    facts: {
      ...facts({ instruments, assessments, parties }),
      usage: (...asked) => index.usage(...asked),
    },
    lawFor: () => story.law,
  })
}

/** What is called so here. */
export function nameOf(id: StatementId): string {
  const found = Object.entries(IDS).find(([, one]) => one === id)
  return found?.[0] ?? 'nobody'
}
