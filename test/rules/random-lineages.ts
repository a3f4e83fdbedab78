/**
 * Random lineages for properties of the rules: small, and full of what rules trip over.
 *
 * Each starts from the compliant story of fixtures.ts and replaces claims by others that are well
 * formed: wider purposes, longer retention, other countries, missing instruments, assessments that
 * grant and that refuse, direct identifiers, counts that grow, signatures out of order.
 */
import fc from 'fast-check'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { ParentRef } from '../../ledger/core/statement.js'
import type { AssessmentFact, Facts, InstrumentFact } from '../../ledger/rules/facts.js'
import {
  type Collection,
  type Dataset,
  datasetsOf,
  type Field,
  type Hop,
  type HopSignature,
  type Outcome,
  type Processing,
  type Transfer,
} from '../../ledger/rules/hop.js'
import {
  assessment,
  collection,
  DIGEST,
  dataset,
  EXPORTER,
  facts,
  field,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  outcome,
  party,
  processing,
  RESEARCH,
  seconds,
  THIRD,
  terms,
  transfer,
} from './fixtures.js'
import { dpv, gdpr, pd } from './vocabulary.js'

export type Lineage = {
  /** By rising entry index; the last is the root. */
  readonly hops: readonly Hop[]
  readonly instruments: readonly InstrumentFact[]
  readonly assessments: readonly AssessmentFact[]
  /** Persons that were moved before, under every key. */
  readonly usedBefore: number
}

export function factsOf({ instruments, assessments, usedBefore }: Lineage): Facts {
  return facts({
    instruments,
    assessments,
    parties: [party(EXPORTER, 'DE'), party(IMPORTER, 'US'), party(THIRD, 'CN')],
    usage: { transfers: 1, persons: usedBefore, records: usedBefore },
  })
}

const PARTIES = [EXPORTER, IMPORTER, THIRD] as const
const START = seconds('2026-03-01T00:00:00Z')
const SECOND_INSTRUMENT = idOf(0x11)
const firstId = 0x1000

/** One of these, the first one most often: most hops are fine, so that a fault stands out. */
function mostly<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 5 },
    ...others.map((v) => fc.constant(v)),
  )
}

const purposes = mostly(
  [RESEARCH],
  [dpv('ResearchAndDevelopment')],
  [dpv('Marketing')],
  [dpv('CommercialResearch')],
  [dpv('DirectMarketing'), RESEARCH],
  [dpv('SellDataToThirdParties')],
  [dpv('Purpose')],
  [],
)
type Retention = ClaimsByType['transfer/1']['retention']
const retention = mostly<Retention>(
  null,
  { until: '2028-12-31' },
  { until: '2035-01-01' },
  { duration: 'P2Y', startEvent: 'collection-end' },
  { duration: 'P9Y', startEvent: 'transfer-begin' },
  { duration: 'P1Y', startEvent: 'contract-end' },
  { criteria: 'as long as it is needed' },
)
type Onward = ClaimsByType['transfer/1']['onward']
const onward = mostly<Onward>(
  { allowed: true },
  null,
  { allowed: false },
  { allowed: true, countriesIncluded: ['US', 'FR'] },
  { allowed: true, countriesExcluded: ['CN'] },
  { allowed: true, recipients: [{ party: IMPORTER }] },
  { allowed: true, requiresAuthorisation: true },
  { allowed: true, requiresConsent: true },
)
type Place = ClaimsByType['processing/1']['place']
const place = mostly<Place>(
  { jurisdiction: 'US' },
  { jurisdiction: 'CN', access: ['US'] },
  { jurisdiction: 'DE', storage: ['FR'] },
)
type Terms = ClaimsByType['transfer/1']['terms']
const termsOfTransfer = mostly<Terms>(
  terms(),
  terms({ furtherPurposes: [dpv('CommercialResearch')] }),
  terms({ endUse: { statement: 'own-operations' }, prohibitedUses: ['profiling'] }),
  terms({ derogation: { ground: 'A49-1-a', repeats: 2 } }),
  terms({ tier: 3, china: { ciio: false, importantData: true } }),
  terms({
    documents: [
      { kind: 'tia', digest: DIGEST, date: '2026-01-02', outcome: 'not-effective' },
      { kind: 'onward-authorisation', digest: DIGEST, date: '2026-01-02', outcome: 'granted' },
    ],
  }),
)
type Minimization = ClaimsByType['transfer/1']['minimization']
const minimization = mostly<Minimization>(
  null,
  {
    droppedCount: 1,
    sourceFieldsCount: 3,
    transformations: [{ kind: 'drop', fields: ['age'] }],
    claim: 'no-direct-identifiers',
  },
  {
    droppedCount: 0,
    sourceFieldsCount: 3,
    transformations: [{ kind: 'pseudonymise', masking: true }],
    claim: 'pseudonymous',
  },
  { droppedCount: 0, sourceFieldsCount: 3, transformations: [], claim: 'anonymous' },
)
const legalBasis = mostly<ClaimsByType['collection/1']['legalBasis']>(
  [{ basis: gdpr('A6-1-f') }],
  [{ basis: gdpr('A6-1-a') }, { basis: gdpr('A9-2-a') }],
  [],
)
const status = mostly<HopSignature['status']>('valid', 'invalid', 'unchecked')
/** How long before the entry a side signed, in seconds. */
const delay = mostly(60, 4_000, -4_000)

const fieldList = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('key', 'age', 'region', 'genes', 'mail', 'note'),
    category: mostly(pd('AgeRange'), pd('Genetic'), pd('EmailAddress'), dpv('UncategorisedData')),
    identifier: mostly<Field['identifier']>('indirect', 'direct', 'pseudonym', 'none', undefined),
    special: mostly<Field['special']>([], ['special'], ['sensitive'], undefined),
    source: mostly<Field['source']>(undefined, [{ parent: 0, name: 'age' }], []),
    necessary: mostly<Field['necessary']>([RESEARCH], [], [dpv('Marketing')], undefined),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
)

const counts = fc.record({
  records: mostly<number | undefined>(1_000, 5_000, undefined),
  count: mostly<number | undefined>(900, 200_000, undefined),
})

type Draft = {
  readonly kind: 'collection' | 'transfer' | 'processing'
  readonly parents: readonly number[]
  readonly purposes: readonly string[]
  readonly retention: Retention
  readonly onward: Onward
  readonly place: Place
  readonly terms: Terms
  readonly minimization: Minimization
  readonly legalBasis: ClaimsByType['collection/1']['legalBasis']
  readonly status: HopSignature['status']
  readonly delay: number
  readonly fields: readonly Loose[]
  readonly counts: { readonly records: number | undefined; readonly count: number | undefined }
  readonly route: { readonly from: string; readonly to: string }
  readonly instrument: ClaimsByType['transfer/1']['instrument']
  readonly importer: number
  readonly done: ClaimsByType['processing/1']['transformations']
  readonly split: boolean
  readonly digest: string
}

/** A field as it is drawn: what is undefined is left out. */
type Loose = { readonly [Name in keyof Field]?: Field[Name] | undefined } & Pick<
  Field,
  'name' | 'category'
>

const draft: fc.Arbitrary<Draft> = fc.record({
  kind: fc.constantFrom('collection', 'transfer', 'transfer', 'processing', 'processing'),
  parents: fc.array(fc.nat(7), { minLength: 1, maxLength: 3 }),
  purposes,
  retention,
  onward,
  place,
  terms: termsOfTransfer,
  minimization,
  legalBasis,
  status,
  delay,
  fields: fieldList,
  counts,
  route: fc.record({
    from: fc.constantFrom('DE', 'US', 'CN', 'FR'),
    to: fc.constantFrom('US', 'DE', 'CN', 'BR'),
  }),
  instrument: mostly<ClaimsByType['transfer/1']['instrument']>(
    INSTRUMENT_ID,
    SECOND_INSTRUMENT,
    null,
    idOf(0x99),
  ),
  importer: fc.nat(2),
  done: mostly<ClaimsByType['processing/1']['transformations']>(
    [],
    [{ kind: 'aggregate' }],
    [{ kind: 'anonymise', masking: true }],
    [{ kind: 'join' }, { kind: 'drop', fields: ['genes'] }],
  ),
  split: fc.boolean(),
  digest: fc.constantFrom(DIGEST, 'e'.repeat(64), 'f'.repeat(64)),
})

/** Random lineages of two to eight hops, the root an outcome. */
export const lineages: fc.Arbitrary<Lineage> = fc
  .record({
    drafts: fc.array(draft, { minLength: 1, maxLength: 6 }),
    last: draft,
    personalData: mostly<ClaimsByType['outcome/1']['personalData']>('anonymous', 'personal'),
    instrumentOnward: onward,
    instrumentPurposes: purposes,
    lapsed: fc.boolean(),
    kind: mostly<ClaimsByType['instrument/1']['kind']>(
      { code: 'A46-2-c', module: 'C2C' },
      { code: 'A45-3' },
      { code: 'Contract' },
      { code: 'CN-SC' },
    ),
    assessed: fc.array(
      fc.record({
        about: fc.nat(7),
        result: fc.constantFrom('compatible', 'not-compatible', 'anonymous', 'not-anonymous'),
        until: mostly<string | undefined>(undefined, '2026-02-10'),
      }),
      { maxLength: 2 },
    ),
    usedBefore: mostly(0, 99_000, 1_000_000),
  })
  .map(({ drafts, last, ...rest }) => {
    const hops: Hop[] = [collectionOf({ ...last, kind: 'collection' }, 0)]
    for (const one of drafts) hops.push(hopOf(one, hops))
    hops.push(outcomeOf(last, hops, rest.personalData))
    return {
      hops,
      instruments: [
        instrument(
          {
            onward: rest.instrumentOnward,
            purposes: rest.instrumentPurposes,
            kind: rest.kind,
          },
          { index: 2 },
        ),
        instrument(
          {
            routes: [{ from: 'US', to: 'CN' }],
            effective: rest.lapsed
              ? { from: '2025-01-01', until: '2026-02-01' }
              : { from: '2025-01-01' },
          },
          { id: SECOND_INSTRUMENT, index: 3 },
        ),
      ],
      assessments: rest.assessed.map(({ about, result, until }, position) => {
        const compatibility = result === 'compatible' || result === 'not-compatible'
        return assessment(
          {
            kind: compatibility ? 'compatibility' : 'anonymisation',
            scope: [idOf(firstId + about)],
            purposes: compatibility
              ? { from: [RESEARCH], to: [dpv('Marketing'), dpv('CommercialResearch')] }
              : null,
            result,
            effective: until === undefined ? { from: '2026-01-01' } : { from: '2026-01-01', until },
          },
          { id: idOf(0x20 + position), index: 5 + position },
        )
      }),
      usedBefore: rest.usedBefore,
    }
  })

function hopOf(one: Draft, before: readonly Hop[]): Hop {
  const index = before.length
  if (one.kind === 'collection') return collectionOf(one, index)
  return one.kind === 'transfer' ? transferOf(one, before) : processingOf(one, before)
}

function visible(one: Draft, index: number): Pick<Hop, 'id' | 'index' | 'time' | 'iat'> {
  const time = START + index * 86_400
  return { id: idOf(firstId + index), index: 10 + index, time, iat: time - Math.max(one.delay, 0) }
}

/** Datasets of earlier hops, each once. */
function parentsOf(one: Draft, before: readonly Hop[]): readonly ParentRef[] {
  const found = new Map<string, ParentRef>()
  for (const choice of one.parents) {
    const hop = before[choice % before.length]
    const made = hop === undefined ? [] : (datasetsOf(hop) ?? [])
    const chosen = made[choice % Math.max(1, made.length)]
    if (hop === undefined || chosen === undefined) continue
    found.set(`${hop.id} ${chosen.n}`, { id: hop.id, n: chosen.n })
  }
  return [...found.values()]
}

function datasetsFrom(one: Draft, from: readonly (readonly number[])[]): readonly Dataset[] {
  const { records, count } = one.counts
  return from.map((positions, n) => {
    const {
      records: _,
      subjects: __,
      ...bare
    } = dataset({
      n,
      from: positions,
      digest: one.digest,
    })
    return {
      ...bare,
      ...(records === undefined ? {} : { records }),
      ...(count === undefined ? {} : { subjects: { count } }),
    }
  })
}

function fieldsFrom(one: Draft, withSource: boolean): readonly Field[] {
  return one.fields.map(({ name, ...rest }) => {
    const known = Object.entries(rest).filter(
      ([member, value]) => value !== undefined && (withSource || member !== 'source'),
    )
    const { special: _, identifier: __, necessary: ___, ...bare } = field(name)
    return { ...bare, ...(Object.fromEntries(known) as Partial<Field>) }
  })
}

function collectionOf(one: Draft, index: number): Collection {
  const seen = visible(one, index)
  return collection(
    {
      purposes: one.purposes,
      retention: one.retention,
      onward: one.onward,
      legalBasis: one.legalBasis,
      datasets: datasetsFrom(one, one.split ? [[], []] : [[]]),
      fields: fieldsFrom(one, false),
    },
    {
      ...seen,
      signatures: [{ ...signed('collector', seen.iat), status: one.status }],
    },
  )
}

function transferOf(one: Draft, before: readonly Hop[]): Transfer {
  const index = before.length
  const parents = parentsOf(one, before)
  const seen = visible(one, index)
  const importer = PARTIES[one.importer] ?? IMPORTER
  return transfer(
    {
      exporter: importer === EXPORTER ? IMPORTER : EXPORTER,
      importer,
      route: { ...one.route, mode: 'copy', frequency: 'one-off' },
      instrument: one.instrument,
      purposes: one.purposes,
      datasets: datasetsFrom(
        one,
        parents.map((_, position) => [position]),
      ),
      fields: fieldsFrom(one, false),
      minimization: one.minimization,
      retention: one.retention,
      onward: one.onward,
      terms: one.terms,
    },
    {
      ...seen,
      countersignBy: seen.time + 86_400,
      parents,
      signatures: [
        signed('exporter', seen.iat),
        { ...signed('importer', seen.time - one.delay), status: one.status },
      ],
    },
  )
}

function processingOf(one: Draft, before: readonly Hop[]): Processing {
  const parents = parentsOf(one, before)
  const seen = visible(one, before.length)
  const all = parents.map((_, position) => position)
  return processing(
    {
      performer: PARTIES[one.importer] ?? IMPORTER,
      place: one.place,
      purposes: one.purposes,
      datasets: datasetsFrom(
        one,
        one.split && all.length > 1 ? [all.slice(1), all.slice(0, 1)] : [all],
      ),
      fields: fieldsFrom(one, true),
      transformations: one.done,
      retention: one.retention,
    },
    { ...seen, parents, signatures: [{ ...signed('performer', seen.iat), status: one.status }] },
  )
}

function outcomeOf(
  one: Draft,
  before: readonly Hop[],
  personalData: ClaimsByType['outcome/1']['personalData'],
): Outcome {
  const seen = visible(one, before.length)
  const parents = parentsOf({ ...one, parents: [...one.parents, before.length - 1] }, before)
  return outcome(
    { purposes: one.purposes, personalData },
    { ...seen, parents, signatures: [{ ...signed('performer', seen.iat), status: one.status }] },
  )
}

function signed(role: string, iat: number): HopSignature {
  const kid = `${role.slice(0, 1).repeat(42)}A` as HopSignature['kid']
  return { role, kid, iat, status: 'valid' }
}
