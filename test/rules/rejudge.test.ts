/**
 * A date in an adequacy table changes: the transfers that rest on that row are judged anew, and no
 * others. Which ones was worked out by hand from the routes below, before anything was run.
 */
import { describe, expect, it } from 'vitest'
import { type Json, parseJson } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { graphOfHops } from '../../ledger/rules/forward-graph.js'
import type { Hop, Transfer } from '../../ledger/rules/hop.js'
import { type RuleVerdict, verdictsJcs } from '../../ledger/rules/judge.js'
import { judgeGraph } from '../../ledger/rules/judge-graph.js'
import { lawOf } from '../../ledger/rules/law.js'
import type { Adequacy, Ruleset } from '../../ledger/rules/ruleset.js'
import { formatRuleset, parseRuleset } from '../../ledger/rules/ruleset-file.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import {
  COLLECTION_ID,
  collection,
  EXPORTER,
  facts,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  party,
  seconds,
  terms,
  transfer,
} from './fixtures.js'

const UK_COLLECTION = idOf(0xc1)
const PARENTS = { DE: COLLECTION_ID, GB: UK_COLLECTION } as const
const FRAMEWORK_ID = idOf(0x11)
const BRITISH_CLAUSES_ID = idOf(0x12)

/** Everybody sits where the routes say. */
const COUNTRIES = ['DE', 'GB', 'US', 'BR', 'JP', 'CH', 'FR', 'IN', 'KR'] as const
const SEATS: Readonly<Record<string, PartyId>> = {
  ...Object.fromEntries(COUNTRIES.map((country) => [country, `${country.repeat(21)}A` as PartyId])),
  DE: EXPORTER,
  US: IMPORTER,
}
const seatIn = (country: string): PartyId => SEATS[country] ?? IMPORTER

/** One transfer: where, on which day, under which instrument. */
type Leg = {
  readonly from: 'DE' | 'GB'
  readonly to: string
  readonly day: string
  readonly under?: StatementId
  readonly listing?: NonNullable<ReturnType<typeof terms>['importer']['listings']>[number]['scheme']
}

const LEGS = {
  'to Britain in March': { from: 'DE', to: 'GB', day: '2026-03-01' },
  'to Britain in September': { from: 'DE', to: 'GB', day: '2026-09-01' },
  'to Britain in March, under clauses': {
    from: 'DE',
    to: 'GB',
    day: '2026-03-01',
    under: BRITISH_CLAUSES_ID,
  },
  'to Brazil in March': { from: 'DE', to: 'BR', day: '2026-03-01' },
  'to Brazil in May': { from: 'DE', to: 'BR', day: '2026-05-01' },
  'to America, listed': {
    from: 'DE',
    to: 'US',
    day: '2026-03-01',
    under: FRAMEWORK_ID,
    listing: 'us-dpf',
  },
  'to America, under clauses': { from: 'DE', to: 'US', day: '2026-03-01', under: INSTRUMENT_ID },
  'to Japan, in scope': { from: 'DE', to: 'JP', day: '2026-03-01', listing: 'jp-private' },
  'to Switzerland': { from: 'DE', to: 'CH', day: '2026-03-01' },
  'to France': { from: 'DE', to: 'FR', day: '2026-03-01' },
  'to India': { from: 'DE', to: 'IN', day: '2026-03-01' },
  'from Britain to Germany': { from: 'GB', to: 'DE', day: '2026-03-01' },
  'from Britain to Korea': { from: 'GB', to: 'KR', day: '2026-03-01' },
} as const satisfies Readonly<Record<string, Leg>>

type Name = keyof typeof LEGS
const NAMES = Object.keys(LEGS) as readonly Name[]

function hopOf({ from, to, day, under, listing }: Leg, position: number): Transfer {
  const iat = seconds(`${day}T08:00:00Z`)
  const listings = [
    { scheme: listing ?? 'other', status: 'listed', checkedOn: '2026-02-20' },
  ] as const
  const side = terms()
  return transfer(
    {
      exporter: seatIn(from),
      importer: seatIn(to),
      route: { from, to, mode: 'copy', frequency: 'one-off' },
      instrument: under ?? null,
      terms: listing === undefined ? side : { ...side, importer: { ...side.importer, listings } },
      period: { begin: `${day}T00:00:00Z`, end: `${day}T01:00:00Z` },
    },
    {
      id: idOf(0x100 + position),
      index: 20 + position,
      iat,
      time: iat + 600,
      countersignBy: iat + 86_400,
      signatures: (transfer().signatures ?? []).map((signature) => ({ ...signature, iat })),
      parents: [{ id: PARENTS[from], n: 0 }],
    },
  )
}

const place = { jurisdiction: 'GB', subjectCountries: ['GB'], origin: 'data-subject' } as const
const HOPS: readonly Hop[] = [
  collection(),
  collection({ place }, { id: UK_COLLECTION, index: 11 }),
  ...NAMES.map((name, position) => hopOf(LEGS[name], position)),
]

const CLAUSES = instrument()
const BRITISH_CLAUSES = instrument(
  { importer: seatIn('GB'), routes: [{ from: 'DE', to: 'GB' }] },
  { id: BRITISH_CLAUSES_ID },
)
const FRAMEWORK = instrument(
  { kind: { code: 'US-DPF' }, documents: [] },
  { id: FRAMEWORK_ID, index: 6 },
)

/** What the rules say of each transfer, by its name. */
function judged(ruleset: Ruleset): ReadonlyMap<string, readonly RuleVerdict[]> {
  const said = new Map<string, readonly RuleVerdict[]>()
  const names = new Map(NAMES.map((name, position) => [idOf(0x100 + position), name]))
  judgeGraph(
    graphOfHops(HOPS),
    NAMES.map((_, position) => idOf(0x100 + position)),
    {
      facts: facts({
        instruments: [CLAUSES, BRITISH_CLAUSES, FRAMEWORK],
        parties: COUNTRIES.map((country) => party(seatIn(country), country)),
      }),
      lawFor: () => lawOf(ruleset),
      onHop: ({ id, verdicts }) => said.set(names.get(id) ?? id, verdicts),
    },
  )
  return said
}

/** Everything that was found, whatever the ruleset is called by which it was. */
function foundOn(said: ReturnType<typeof judged>, name: Name): string {
  const same = { name: 'any', version: 'any' } as RuleVerdict['ruleset']
  return verdictsJcs((said.get(name) ?? []).map((verdict) => ({ ...verdict, ruleset: same })))
}

/** Rules that FAIL on a transfer. */
function rulesOf(said: ReturnType<typeof judged>, name: Name): readonly string[] {
  return (said.get(name) ?? []).flatMap(({ rule, verdict }) => (verdict === 'FAIL' ? [rule] : []))
}

/** The shipped ruleset, read from its file, with one row of its table changed. */
function changed(which: Partial<Adequacy>, change: Partial<Adequacy>): Ruleset {
  const file = parseJson(formatRuleset(SHIPPED)) as { readonly adequacy: readonly Json[] }
  const isIt = (row: Json) =>
    Object.entries(which).every(([name, value]) => (row as Record<string, Json>)[name] === value)
  expect(file.adequacy.filter(isIt)).toHaveLength(1)
  const adequacy = file.adequacy.map((row) =>
    isIt(row) ? { ...(row as Record<string, Json>), ...change } : row,
  )
  return parseRuleset({ ...file, name: 'changed', adequacy } as unknown as Json)
}

const ROWS: readonly {
  readonly title: string
  readonly row: Partial<Adequacy>
  readonly change: Partial<Adequacy>
  readonly affected: readonly Name[]
  /** Of these, whoever has something else to rest on: another reason, and still no FAIL. */
  readonly carried?: readonly Name[]
}[] = [
  {
    title: 'Britain until the end of June',
    row: { regime: 'eu-gdpr', to: 'GB' },
    change: { until: '2026-06-30' },
    affected: ['to Britain in September'],
  },
  {
    title: 'Britain until the end of February',
    row: { regime: 'eu-gdpr', to: 'GB' },
    change: { until: '2026-02-28' },
    affected: [
      'to Britain in March',
      'to Britain in September',
      'to Britain in March, under clauses',
    ],
    carried: ['to Britain in March, under clauses'],
  },
  {
    title: 'Brazil from April on',
    row: { regime: 'eu-gdpr', to: 'BR' },
    change: { from: '2026-04-01' },
    affected: ['to Brazil in March'],
  },
  {
    title: 'the framework ends on the day before',
    row: { regime: 'eu-gdpr', to: 'US' },
    change: { until: '2026-02-28' },
    affected: ['to America, listed'],
  },
  {
    title: 'Japan begins on the day after',
    row: { regime: 'eu-gdpr', to: 'JP' },
    change: { from: '2026-03-02' },
    affected: ['to Japan, in scope'],
  },
  {
    title: 'Germany for the United Kingdom, ended',
    row: { regime: 'uk-gdpr', to: 'DE' },
    change: { until: '2026-02-28' },
    affected: ['from Britain to Germany'],
  },
  {
    title: 'Korea for the United Kingdom, from April on',
    row: { regime: 'uk-gdpr', to: 'KR' },
    change: { from: '2026-04-01' },
    affected: ['from Britain to Korea'],
  },
  {
    title: 'Korea for the Union: nobody sends there from the Union',
    row: { regime: 'eu-gdpr', to: 'KR' },
    change: { from: '2026-04-01' },
    affected: [],
  },
  {
    title: 'a date that is past for everybody',
    row: { regime: 'eu-gdpr', to: 'CH' },
    change: { from: '2025-12-31' },
    affected: [],
  },
  {
    title: 'the last day, which still counts',
    row: { regime: 'eu-gdpr', to: 'CH' },
    change: { until: '2026-03-01' },
    affected: [],
  },
  {
    title: 'the day on which a source was looked up',
    row: { regime: 'eu-gdpr', to: 'CH' },
    change: { asOf: '2026-11-23' },
    affected: [],
  },
]

describe('one date in an adequacy table', () => {
  const before = judged(SHIPPED)

  it.each(ROWS)('$title', ({ row, change, affected, carried = [] }) => {
    const after = judged(changed(row, change))
    const differing = NAMES.filter((name) => foundOn(before, name) !== foundOn(after, name))

    expect(differing).toEqual(affected)
    for (const name of affected) {
      const failing = rulesOf(after, name)
      expect([name, failing.length > 0]).toEqual([name, !carried.includes(name)])
      expect(failing.filter((rule) => rule !== 'R05' && rule !== 'R07')).toEqual([])
      expect(rulesOf(before, name)).toEqual([])
    }
  })

  it('was right for every transfer but the one to India before', () => {
    const failing = NAMES.filter((name) => rulesOf(before, name).length > 0)

    expect(failing).toEqual(['to India'])
    expect(before.size).toBe(HOPS.length)
  })
})
