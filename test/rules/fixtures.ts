/**
 * Hops, facts and cases for the tests of rules.
 *
 * The defaults are a compliant story: a collector in Germany sends a dataset to an importer in the
 * United States under standard clauses, for academic research; the importer analyses it and makes a
 * report. A test says only what differs. Claims are replaced whole, not merged.
 */
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { KeyId } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { Known } from '../../ledger/core/schemas/cross.js'
import type { ClaimsByType } from '../../ledger/core/schemas.js'
import type { ParentRef, StatementId } from '../../ledger/core/statement.js'
import type {
  AssessmentFact,
  Facts,
  InstrumentFact,
  PartyFact,
  Tally,
  UsageKey,
} from '../../ledger/rules/facts.js'
import { flowOut } from '../../ledger/rules/flow.js'
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
import { datasetsOf } from '../../ledger/rules/hop.js'
import type { Law } from '../../ledger/rules/law.js'
import type { Limits } from '../../ledger/rules/limits.js'
import type { Judging, Rule, Upstream } from '../../ledger/rules/rule.js'
import { NO_TALLY } from '../../ledger/rules/tally.js'
import type { Judged, Verdict } from '../../ledger/rules/verdict.js'
import { worstOf } from '../../ledger/rules/verdict.js'
import { LAW } from './ruleset.js'
import { dpv, gdpr, pd } from './vocabulary.js'

/** A statement id made of a number, so that a failing test can be read. */
export const idOf = (number: number): StatementId =>
  number.toString(16).padStart(64, '0') as StatementId
const partyOf = (letter: string): PartyId => `${letter.repeat(42)}A` as PartyId
export const EXPORTER = partyOf('E')
export const IMPORTER = partyOf('I')
export const THIRD = partyOf('T')

export const COLLECTION_ID = idOf(0xc0)
export const TRANSFER_ID = idOf(0xf0)
export const PROCESSING_ID = idOf(0xb0)
export const OUTCOME_ID = idOf(0xa0)
export const INSTRUMENT_ID = idOf(0x10)
export const ASSESSMENT_ID = idOf(0x20)

export const DIGEST = 'd'.repeat(64)
/** Of what the default processing makes. */
const MADE = 'e'.repeat(64)
export const RESEARCH = dpv('AcademicResearch')

/** Seconds since 1970 of a day, or of a time, in UTC. */
export const seconds = (day: string): number => Date.parse(day) / 1000

export function dataset(changes: Partial<Dataset> = {}): Dataset {
  return {
    n: 0,
    name: 'customers',
    digest: DIGEST,
    from: [0],
    records: 1_000,
    subjects: { count: 900 },
    ...changes,
  }
}

/** A field with a name of its own; necessary for the research. */
export function field(name: string, changes: Partial<Field> = {}): Field {
  return {
    n: 0,
    name,
    category: pd('AgeRange'),
    special: [],
    identifier: 'indirect',
    necessary: [RESEARCH],
    ...changes,
  }
}

const FIELDS: readonly Field[] = [
  field('key', { category: pd('Identifying'), identifier: 'pseudonym' }),
  field('age'),
  field('region', { category: pd('Region') }),
]

/** What is seen of a statement beside its claims. */
export type Visible = Partial<Omit<Hop, 'type' | 'claims'>>

const signed = (role: string, iat: number): HopSignature => ({
  role,
  kid: `${role.slice(0, 1).repeat(42)}A` as KeyId,
  iat,
  status: 'valid',
})

export function collection(
  claims: Partial<ClaimsByType['collection/1']> = {},
  visible: Visible = {},
): Collection {
  const iat = seconds('2026-02-01T08:00:00Z')
  return {
    type: 'collection/1',
    id: COLLECTION_ID,
    index: 10,
    time: iat + 60,
    iat,
    parents: [],
    signatures: [signed('collector', iat)],
    ...visible,
    claims: {
      collector: EXPORTER,
      place: { jurisdiction: 'DE', subjectCountries: ['DE'], origin: 'data-subject' },
      subjects: [dpv('Customer')],
      purposes: [RESEARCH],
      legalBasis: [{ basis: gdpr('A6-1-f') }],
      notice: { digest: DIGEST, version: '3' },
      retention: { until: '2030-12-31' },
      onward: { allowed: true },
      datasets: [dataset({ from: [] })],
      fields: FIELDS,
      period: { begin: '2026-01-01T00:00:00Z', end: '2026-01-31T00:00:00Z' },
      ext: null,
      ...claims,
    },
  }
}

export function transfer(
  claims: Partial<ClaimsByType['transfer/1']> = {},
  visible: Visible = {},
): Transfer {
  const iat = seconds('2026-03-01T08:00:00Z')
  return {
    type: 'transfer/1',
    id: TRANSFER_ID,
    index: 20,
    time: iat + 600,
    iat,
    countersignBy: iat + 86_400,
    parents: [{ id: COLLECTION_ID, n: 0 }],
    signatures: [signed('exporter', iat), signed('importer', iat + 300)],
    ...visible,
    claims: {
      exporter: EXPORTER,
      importer: IMPORTER,
      route: { from: 'DE', to: 'US', mode: 'copy', frequency: 'one-off' },
      instrument: INSTRUMENT_ID,
      purposes: [RESEARCH],
      datasets: [dataset()],
      fields: FIELDS,
      minimization: {
        droppedCount: 0,
        sourceFieldsCount: 3,
        transformations: [],
        claim: 'no-direct-identifiers',
      },
      retention: { until: '2029-12-31' },
      onward: { allowed: false },
      terms: terms(),
      period: { begin: '2026-03-01T00:00:00Z', end: '2026-03-01T01:00:00Z' },
      ext: null,
      ...claims,
    },
  }
}

/** The terms of the default transfer: two controllers, standard clauses. */
export function terms(
  changes: Partial<ClaimsByType['transfer/1']['terms']> = {},
): ClaimsByType['transfer/1']['terms'] {
  return {
    exporter: { role: dpv('DataController') as Role, legalBasis: [{ basis: gdpr('A6-1-f') }] },
    importer: { role: dpv('DataController') as Role, legalBasis: [{ basis: gdpr('A6-1-f') }] },
    endUse: { statement: 'declared-purposes-only' },
    prohibitedUses: ['coercion', 'sale-onward', 'reidentification'],
    ...changes,
  }
}

type Role = ClaimsByType['transfer/1']['terms']['exporter']['role']

export function processing(
  claims: Partial<ClaimsByType['processing/1']> = {},
  visible: Visible = {},
): Processing {
  const iat = seconds('2026-04-01T08:00:00Z')
  return {
    type: 'processing/1',
    id: PROCESSING_ID,
    index: 30,
    time: iat + 60,
    iat,
    parents: [{ id: TRANSFER_ID, n: 0 }],
    signatures: [signed('performer', iat)],
    ...visible,
    claims: {
      performer: IMPORTER,
      place: { jurisdiction: 'US' },
      purposes: [RESEARCH],
      nature: [dpv('Analyse')],
      datasets: [
        dataset({ name: 'age by region', digest: MADE, records: 50, subjects: { count: 900 } }),
      ],
      fields: [
        field('age', { source: [{ parent: 0, name: 'age' }] }),
        field('region', { category: pd('Region'), source: [{ parent: 0, name: 'region' }] }),
      ],
      transformations: [{ kind: 'aggregate' }],
      retention: null,
      period: { begin: '2026-03-15T00:00:00Z', end: '2026-03-31T00:00:00Z' },
      ext: null,
      ...claims,
    },
  }
}

export function outcome(
  claims: Partial<ClaimsByType['outcome/1']> = {},
  visible: Visible = {},
): Outcome {
  const iat = seconds('2026-05-01T08:00:00Z')
  return {
    type: 'outcome/1',
    id: OUTCOME_ID,
    index: 40,
    time: iat + 60,
    iat,
    parents: [{ id: PROCESSING_ID, n: 0 }],
    signatures: [signed('performer', iat)],
    ...visible,
    claims: {
      performer: IMPORTER,
      kind: 'report',
      artefact: { digest: DIGEST, name: 'report.pdf' },
      purposes: [RESEARCH],
      audience: null,
      personalData: 'anonymous',
      decision: null,
      validation: [],
      period: { begin: '2026-04-15T00:00:00Z', end: '2026-04-30T00:00:00Z' },
      ext: null,
      ...claims,
    },
  }
}

/** The same hop with these claims withheld. */
export function withheld<H extends Hop>(hop: H, ...names: readonly string[]): H {
  const claims = Object.fromEntries(
    Object.entries(hop.claims).filter(([name]) => !names.includes(name)),
  )
  return { ...hop, claims }
}

/** The instrument of the default transfer: standard clauses, DE to US, for the research. */
export function instrument(
  claims: Partial<ClaimsByType['instrument/1']> = {},
  changes: Partial<Omit<InstrumentFact, 'claims'>> = {},
): InstrumentFact {
  return {
    id: INSTRUMENT_ID,
    index: 5,
    time: seconds('2026-01-10T08:00:00Z'),
    replacedBy: [],
    complete: true,
    ...changes,
    claims: {
      exporter: EXPORTER,
      importer: IMPORTER,
      kind: { code: 'A46-2-c', module: 'C2C', version: '2021/914' },
      routes: [{ from: 'DE', to: 'US' }],
      purposes: [RESEARCH],
      categories: [pd('External'), pd('Tracking')],
      subjects: [dpv('Customer')],
      caps: null,
      retention: { until: '2030-06-30' },
      onward: { allowed: false },
      effective: { from: '2026-01-01', until: '2031-12-31' },
      documents: [
        {
          kind: 'tia',
          digest: DIGEST,
          date: '2026-01-05',
          validUntil: '2029-01-05',
          outcome: 'effective',
        },
      ],
      ext: null,
      ...claims,
    },
  }
}

/** An assessment that makes commercial research compatible with what the default collection sends. */
export function assessment(
  claims: Partial<ClaimsByType['assessment/1']> = {},
  changes: Partial<Omit<AssessmentFact, 'claims'>> = {},
): AssessmentFact {
  return {
    id: ASSESSMENT_ID,
    index: 15,
    time: seconds('2026-02-20T08:00:00Z'),
    ...changes,
    claims: {
      assessor: EXPORTER,
      kind: 'compatibility',
      scope: [COLLECTION_ID],
      purposes: { from: [RESEARCH], to: [dpv('CommercialResearch')] },
      result: 'compatible',
      safeguards: [],
      effective: { from: '2026-02-01' },
      documents: [],
      ext: null,
      ...claims,
    },
  }
}

export function party(
  id: PartyId,
  country: string,
  claims: Partial<ClaimsByType['party/1']> = {},
): PartyFact {
  return {
    party: id,
    claims: {
      name: 'A party',
      country,
      identifiers: [],
      roles: [],
      group: null,
      continues: null,
      ...claims,
    },
  }
}

export const NOTHING_USED: Tally = NO_TALLY

export type FactsGiven = {
  readonly instruments?: readonly InstrumentFact[]
  readonly parties?: readonly PartyFact[]
  /** `null`: nobody could search for assessments. */
  readonly assessments?: readonly AssessmentFact[] | null
  /** What was used; a function may tell keys apart. `null`: not known. */
  readonly usage?: Partial<Tally> | null | ((key: UsageKey, since: number) => Tally | undefined)
}

/** Facts in which nobody has said where the parties are. */
const ANY_PARTIES = new WeakSet<Facts>()

/**
 * Facts; by default the instrument, both parties, no assessment and nothing used so far. Unless
 * parties are given, `judging` enrols those of a transfer where its route says they are.
 */
export function facts(given: FactsGiven = {}): Facts {
  const {
    instruments = [instrument()],
    parties = [party(EXPORTER, 'DE'), party(IMPORTER, 'US'), party(THIRD, 'CN')],
    assessments = [],
    usage = {},
  } = given
  const known: Facts = {
    instrument: (id) => instruments.find((fact) => fact.id === id),
    party: (id) => parties.find((fact) => fact.party === id),
    // One whose scope is withheld may be about anything.
    assessments: (about) =>
      assessments?.filter(({ claims }) => claims.scope?.includes(about) ?? true) ?? undefined,
    usage(key, since) {
      if (typeof usage === 'function') return usage(key, since)
      return usage === null ? undefined : { ...NOTHING_USED, ...usage }
    },
  }
  if (given.parties === undefined) ANY_PARTIES.add(known)
  return known
}

/** Parties that sit where the route says. */
function enrolledOnRoute(known: Facts, hop: Hop): Facts {
  if (!ANY_PARTIES.has(known) || hop.type !== 'transfer/1') return known
  const { exporter, importer, route } = hop.claims
  if (route === undefined) return known
  return {
    ...known,
    party(id) {
      if (id === exporter) return party(id, route.from)
      return id === importer ? party(id, route.to) : known.party(id)
    },
  }
}

type Part = keyof Limits

const ALL: { readonly [Name in Part]: Limits[Name]['value'] } = {
  purposes: { covered: undefined },
  retention: undefined,
  onward: true,
  countries: { included: undefined, excluded: new Set() },
  recipients: undefined,
  conditions: { consent: false, authorisation: false },
  categories: new Set(),
  special: false,
  origins: new Set(),
  subjectCountries: new Set(),
  uses: { prohibited: new Set(), purposes: { covered: undefined } },
}

/** Limits: nothing is limited but what is said; `incomplete` names the parts that are not known whole. */
export function limits(
  values: { readonly [Name in Part]?: Limits[Name]['value'] } = {},
  incomplete: readonly Part[] | 'all' = [],
): Limits {
  const part = <Name extends Part>(name: Name): Limits[Name] =>
    ({
      value: name in values ? values[name] : ALL[name],
      incomplete: incomplete === 'all' || incomplete.includes(name),
    }) as Limits[Name]
  return {
    purposes: part('purposes'),
    retention: part('retention'),
    onward: part('onward'),
    countries: part('countries'),
    recipients: part('recipients'),
    conditions: part('conditions'),
    categories: part('categories'),
    special: part('special'),
    origins: part('origins'),
    subjectCountries: part('subjectCountries'),
    uses: part('uses'),
  }
}

/** Limits that allow these purposes. */
export const forPurposes = (terms: readonly string[], law: Law = LAW): Limits =>
  limits({ purposes: law.vocabulary.purposesOf(terms) })

/** A parent of a hop: its first dataset unless another is named. */
export function upstream(hop: Hop, limit: Limits = limits(), n?: number): Upstream {
  const all = datasetsOf(hop)
  const found = n === undefined ? all?.[0] : all?.find((dataset) => dataset.n === n)
  return { id: hop.id, n: n ?? found?.n ?? 0, hop, dataset: found, limits: limit }
}

/** A parent that was not shown: nothing is known of it. */
export function gap({ id, n }: ParentRef = { id: COLLECTION_ID, n: 0 }): Upstream {
  return { id, n, hop: undefined, dataset: undefined, limits: limits({}, 'all') }
}

export type Given = {
  /** Default: none for a collection, else the default parent of such a hop without limits. */
  readonly upstream?: readonly Upstream[]
  readonly facts?: Facts
  readonly law?: Law
  /** Default: the limits of the one parent; of several, say them. */
  readonly limits?: Limits
}

/** What a rule is given for a hop. */
export function judging(hop: Hop, given: Given = {}): Judging {
  const parents = given.upstream ?? defaultUpstream(hop)
  return {
    hop,
    upstream: parents,
    limits: given.limits ?? (parents.length === 1 ? parents[0]?.limits : undefined) ?? limits(),
    facts: enrolledOnRoute(given.facts ?? facts(), hop),
    law: given.law ?? LAW,
  }
}

function defaultUpstream({ type, claims }: Hop): readonly Upstream[] {
  if (type === 'collection/1') return []
  if (type === 'transfer/1') {
    // Where it was collected the transfer begins.
    const country = ('route' in claims ? claims.route?.from : undefined) ?? 'DE'
    return [upstream(collection({ place: { jurisdiction: country, subjectCountries: [country] } }))]
  }
  return [upstream(type === 'processing/1' ? transfer() : processing())]
}

export type RuleCase = {
  readonly title: string
  readonly given: () => Judging
  readonly verdict: Verdict
  /** Place of the finding; needed for a FAIL. `null`: the whole statement. */
  readonly at?: string | null
  /** Statements that it must name. */
  readonly evidence?: readonly StatementId[]
  /** Words that must stand in the sentence of the worst finding. */
  readonly why?: RegExp
}

/**
 * Runs a rule’s table. Each case also proves what holds for every rule: there is a finding, a sentence
 * with it, and hiding any one claim of the hop or of a parent leaves the verdict or makes it UNKNOWN.
 */
export function ruleCases(rule: Rule, cases: readonly RuleCase[]): void {
  describe(`${rule.id} ${rule.title}`, () => {
    it('says what it is', () => {
      expect(rule.id).toMatch(/^R\d\d$/)
      for (const words of [rule.title, rule.citation, rule.explain]) expect(words).not.toBe('')
      expect(rule.inputs).not.toEqual([])
    })
    for (const one of cases) {
      it(`${one.verdict}: ${one.title}`, () => {
        const given = one.given()
        const found = rule.judge(given)
        expectFound(one, found)
        expectNothingHidden(rule, given, one.verdict)
      })
    }
  })
}

function expectFound(one: RuleCase, found: readonly Judged[]): void {
  expect(found.length).toBeGreaterThan(0)
  for (const { why } of found) expect(why).not.toBe('')
  const verdict = worstOf(found.map((judged) => judged.verdict))
  expect(verdict, found.map((judged) => `${judged.verdict} ${judged.why}`).join('; ')).toBe(
    one.verdict,
  )
  const worst = found.filter((judged) => judged.verdict === verdict)
  if (verdict === 'FAIL' && one.at === undefined) throw new Error('a FAIL names its place')
  if (one.at !== undefined) expect(worst.map(({ at }) => at ?? null)).toContain(one.at)
  const named = found.flatMap((judged) => judged.evidence ?? [])
  expect(named).toEqual(expect.arrayContaining([...(one.evidence ?? [])]))
  if (one.why !== undefined) expect(worst.map(({ why }) => why).join('; ')).toMatch(one.why)
}

/** Hiding a claim may cost the answer, never improve it, and accuses nobody. */
function expectNothingHidden(rule: Rule, given: Judging, verdict: Verdict): void {
  for (const { name, judged } of hidings(given)) {
    const after = worstOf(rule.judge(judged).map((one) => one.verdict))
    expect([verdict, 'UNKNOWN'], `without ${name}`).toContain(after)
  }
}

function* hidings(
  given: Judging,
): Generator<{ readonly name: string; readonly judged: Judging }, void> {
  const { hop, upstream: parents } = given
  for (const name of Object.keys(hop.claims)) {
    yield { name, judged: { ...given, hop: withheld(hop, name) } }
  }
  for (const [position, parent] of parents.entries()) {
    const whole = parent.hop
    if (whole === undefined) continue
    for (const name of Object.keys(whole.claims)) {
      const less = withheld(whole, name)
      const shrunk = (limit: Limits): Limits => lessKnown(limit, whole, less)
      const hidden: Upstream = {
        ...parent,
        hop: less,
        dataset: name === 'datasets' ? undefined : parent.dataset,
        limits: shrunk(parent.limits),
      }
      yield {
        name: `parent ${position}: ${name}`,
        judged: {
          ...given,
          upstream: parents.with(position, hidden),
          limits: shrunk(given.limits),
        },
      }
    }
  }
}

/**
 * Limits as they flow from a hop that shows less than it did. Only the parts that it changes become
 * unsure: whatever else is known stays known, so that a rule cannot hide behind it.
 */
function lessKnown(known: Limits, whole: Hop, less: Hop): Limits {
  const [before, after] = [whole, less].map((hop) => [...flowOut(judging(hop)).values()])
  const changed = Object.keys(ALL).filter(
    (part) =>
      after?.length !== before?.length ||
      before?.some((one, place) => !same(one[part as Part], after?.[place]?.[part as Part])),
  )
  return Object.fromEntries(
    Object.entries(known).map(([part, { value, incomplete }]) => [
      part,
      { value, incomplete: incomplete || changed.includes(part) },
    ]),
  ) as unknown as Limits
}

const same = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other)

/** The same limits, any of which might be narrower. */
export function unsure(known: Limits): Limits {
  return limits(
    Object.fromEntries(Object.entries(known).map(([name, { value }]) => [name, value])),
    'all',
  )
}

/** Claims of a fact without these. */
export function hidden<Claims>(claims: Known<Claims>, ...names: readonly string[]): Known<Claims> {
  return Object.fromEntries(
    Object.entries(claims).filter(([name]) => !names.includes(name)),
  ) as Known<Claims>
}
