import { describe, expect, test } from 'vitest'
import { expandTerm } from '../../ledger/core/term-names.js'
import type { Facts } from '../../ledger/rules/facts.js'
import { flowOut } from '../../ledger/rules/flow.js'
import type { Hop } from '../../ledger/rules/hop.js'
import type { Law } from '../../ledger/rules/law.js'
import type { Limits } from '../../ledger/rules/limits.js'
import { meetLimits, UNKNOWN_LIMITS, UNLIMITED } from '../../ledger/rules/meet.js'
import { allowsPurpose } from '../../ledger/rules/purposes.js'
import type { Judging, Upstream } from '../../ledger/rules/rule.js'
import { rulesetRef } from '../../ledger/rules/ruleset-ref.js'
import { vocabularyOf } from '../../ledger/rules/vocabulary.js'
import {
  assessment,
  collection,
  DIGEST,
  dataset,
  facts,
  field,
  gap,
  IMPORTER,
  instrument,
  outcome,
  processing,
  RESEARCH,
  seconds,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { TEST_RULESET } from './ruleset.js'

const dpv = (name: string) => expandTerm(`dpv:${name}`)
const pd = (name: string) => expandTerm(`dpv-pd:${name}`)
const HEALTH = pd('MedicalHealth')
const COMMERCIAL = dpv('CommercialResearch')
/** Of content that is no parent’s. */
const MADE = 'e'.repeat(64)

/** The whole vocabulary, under the lists of the tests’ ruleset. */
const LAW: Law = {
  ruleset: TEST_RULESET,
  ref: rulesetRef(TEST_RULESET),
  vocabulary: vocabularyOf({
    explicitOnly: TEST_RULESET.purposes.explicitOnly,
    purposes: [],
    special: [],
    notSpecial: [],
    criminal: [],
    categories: [],
  }),
}

type With = { readonly from?: readonly Upstream[]; readonly facts?: Facts }

function given(hop: Hop, { from = [], facts: known = facts() }: With = {}): Judging {
  const limits = from.reduce((met, parent) => meetLimits(met, parent.limits), UNLIMITED)
  return { hop, upstream: from, limits, facts: known, law: LAW }
}

/** The limits of dataset 0, or of another, as they leave the hop. */
function out(hop: Hop, more: With = {}, n = 0): Limits {
  const limits = flowOut(given(hop, more)).get(n)
  if (limits === undefined) throw new Error(`no dataset ${n}`)
  return limits
}

/** A parent with the limits that it really lets flow, unless others are given. */
function parent(hop: Hop, limits?: Limits, n = 0): Upstream {
  const datasets = hop.type === 'outcome/1' ? [] : hop.claims.datasets
  const found = datasets?.find((one) => one.n === n)
  return { id: hop.id, n, hop, dataset: found, limits: limits ?? out(hop, {}, n) }
}

const COLLECTED = collection()

describe('a collection', () => {
  test('sets the limits that it declares', () => {
    const limits = out(
      collection({
        purposes: [RESEARCH],
        retention: { duration: 'P1Y', startEvent: 'collection-end' },
        onward: {
          allowed: true,
          recipients: [{ party: IMPORTER }],
          countriesIncluded: ['DE', 'US'],
          countriesExcluded: ['CN'],
          requiresConsent: true,
        },
        place: { jurisdiction: 'DE', subjectCountries: ['FR'] },
      }),
    )

    expect(allowsPurpose(limits.purposes.value, RESEARCH)).toBe(true)
    expect(allowsPurpose(limits.purposes.value, COMMERCIAL)).toBe(false)
    expect(limits.retention).toEqual({ value: '2027-01-31', incomplete: false })
    expect(limits.onward).toEqual({ value: true, incomplete: false })
    expect(limits.countries.value).toEqual({
      included: new Set(['DE', 'US']),
      excluded: new Set(['CN']),
    })
    expect(limits.recipients).toEqual({ value: new Set([IMPORTER]), incomplete: false })
    expect(limits.conditions.value).toEqual({ consent: true, authorisation: false })
    expect(limits.categories.value).toEqual(
      new Set([pd('Identifying'), pd('AgeRange'), pd('Region')]),
    )
    expect(limits.special).toEqual({ value: false, incomplete: false })
    expect(limits.origins.value).toEqual(new Set(['DE', 'FR']))
    expect(limits.subjectCountries.value).toEqual(new Set(['FR']))
  })

  test('that states no retention and no onward rule limits neither', () => {
    const limits = out(collection({ retention: null, onward: null }))

    expect(limits.retention).toEqual({ value: undefined, incomplete: false })
    expect(limits.countries).toEqual(UNLIMITED.countries)
    expect(limits.recipients).toEqual(UNLIMITED.recipients)
  })

  test('that names recipients by category rules nobody out, and is incomplete', () => {
    const recipients = [{ party: IMPORTER }, { category: dpv('NonProfitOrganisation') }]
    const limits = out(collection({ onward: { allowed: true, recipients } }))

    expect(limits.recipients).toEqual({ value: undefined, incomplete: true })
  })

  test('whose subjects’ countries are not stated leaves them open', () => {
    const limits = out(collection({ place: { jurisdiction: 'DE' } }))

    expect(limits.subjectCountries).toEqual({ value: new Set(), incomplete: true })
    expect(limits.origins).toEqual({ value: new Set(['DE']), incomplete: false })
  })

  test('has special data by category or by its own word', () => {
    const byCategory = out(collection({ fields: [field('a', { category: HEALTH })] }))
    const byWord = out(collection({ fields: [field('a', { special: ['special'] })] }))
    const criminal = out(collection({ fields: [field('a', { special: ['criminal'] })] }))

    expect(byCategory.special).toEqual({ value: true, incomplete: false })
    expect(byWord.special).toEqual({ value: true, incomplete: false })
    expect(criminal.special).toEqual({ value: false, incomplete: false })
  })

  test('whose fields are not declared, or of unknown category, may hold anything', () => {
    const none = out(collection({ fields: [] }))
    const unknown = out(
      collection({ fields: [{ n: 0, name: 'a', category: dpv('UncategorisedData') }] }),
    )

    expect(none.categories).toEqual({ value: new Set(), incomplete: true })
    expect(none.special).toEqual({ value: false, incomplete: true })
    expect(unknown.categories).toEqual({ value: new Set(), incomplete: true })
    expect(unknown.special).toEqual({ value: false, incomplete: true })
  })

  test('sorts fields by dataset; what says nothing of persons is no category', () => {
    const hop = collection({
      datasets: [dataset({ from: [] }), dataset({ n: 1, from: [] })],
      fields: [
        field('a', { category: HEALTH }),
        field('b', { n: 1, category: dpv('NonPersonalData') }),
      ],
    })

    expect(out(hop).categories.value).toEqual(new Set([HEALTH]))
    expect(out(hop, {}, 1).categories).toEqual({ value: new Set(), incomplete: false })
    expect(out(hop, {}, 1).special.value).toBe(false)
  })
})

describe('a hop', () => {
  test('changes nothing where it declares nothing narrower: the very limits flow on', () => {
    const before = out(transfer(), { from: [parent(COLLECTED)] })
    const step = processing({
      transformations: [],
      datasets: [dataset()],
      fields: [
        field('key', { category: pd('Identifying'), source: [{ parent: 0, name: 'key' }] }),
        field('age', { source: [{ parent: 0, name: 'age' }] }),
        field('region', { category: pd('Region'), source: [{ parent: 0, name: 'region' }] }),
      ],
    })

    expect(out(step, { from: [parent(transfer(), before)] })).toBe(before)
  })

  test('narrows purposes to what all of collection, transfer, terms and instrument allow', () => {
    const wide = collection({ purposes: [dpv('ResearchAndDevelopment'), dpv('Marketing')] })
    const hop = transfer({
      purposes: [RESEARCH],
      terms: terms({ furtherPurposes: [dpv('DirectMarketing'), dpv('ServiceProvision')] }),
    })
    const allowing = (purposes: readonly string[]) =>
      facts({ instruments: [instrument({ purposes: [...purposes] })] })
    const { purposes } = out(hop, {
      from: [parent(wide)],
      facts: allowing([RESEARCH, dpv('Marketing')]),
    })
    const narrower = out(hop, { from: [parent(wide)], facts: allowing([RESEARCH]) }).purposes

    expect(allowsPurpose(purposes.value, RESEARCH)).toBe(true)
    expect(allowsPurpose(purposes.value, dpv('DirectMarketing'))).toBe(true)
    expect(allowsPurpose(purposes.value, dpv('Marketing'))).toBe(false)
    expect(allowsPurpose(purposes.value, dpv('ServiceProvision'))).toBe(false)
    expect(allowsPurpose(narrower.value, dpv('DirectMarketing'))).toBe(false)
    expect(purposes.incomplete).toBe(false)
  })

  test('keeps data until the first of all ends', () => {
    const from = [parent(COLLECTED)]
    const end = (hop: Hop, until: string) =>
      out(hop, { from, facts: facts({ instruments: [instrument({ retention: { until } })] }) })
        .retention.value

    expect(end(transfer({ retention: null }), '2031-01-01')).toBe('2030-12-31')
    expect(end(transfer({ retention: null }), '2028-01-01')).toBe('2028-01-01')
    expect(end(transfer({ retention: { until: '2027-05-05' } }), '2028-01-01')).toBe('2027-05-05')
  })

  test('meets onward limits of collection, transfer and instrument', () => {
    const from = [
      parent(
        collection({
          onward: { allowed: true, countriesIncluded: ['US', 'GB', 'JP'] },
        }),
      ),
    ]
    const limits = out(
      transfer({
        onward: { allowed: true, countriesExcluded: ['CN'], requiresAuthorisation: true },
      }),
      {
        from,
        facts: facts({
          instruments: [instrument({ onward: { allowed: true, countriesIncluded: ['US', 'JP'] } })],
        }),
      },
    )

    expect(limits.countries.value).toEqual({
      included: new Set(['US', 'JP']),
      excluded: new Set(['CN']),
    })
    expect(limits.conditions.value).toEqual({ consent: false, authorisation: true })
    expect(out(transfer(), { from }).onward.value).toBe(false)
  })

  test('adds where it comes from, the countries of its subjects and what the importer promises', () => {
    const hop = transfer({
      route: { from: 'AT', to: 'US', mode: 'copy', subjectCountries: ['IT'] },
      terms: terms({ prohibitedUses: ['military'] }),
    })
    const limits = out(hop, { from: [parent(COLLECTED)] })

    expect(limits.origins.value).toEqual(new Set(['DE', 'AT', 'IT']))
    expect(limits.subjectCountries.value).toEqual(new Set(['DE', 'IT']))
    expect(limits.uses.value.prohibited).toEqual(new Set(['military']))
  })

  test('of several sources has what all of them allow; an order of parents makes no difference', () => {
    const first = parent(collection({ purposes: [RESEARCH, dpv('Marketing')] }))
    const second = parent(collection({ purposes: [RESEARCH], retention: { until: '2026-12-31' } }))
    const both = dataset({ from: [0, 1], digest: MADE })
    const alone = dataset({ n: 1, from: [0], digest: MADE })
    const hop = processing({ datasets: [both, alone], fields: [] })
    const limits = out(hop, { from: [first, second] })

    expect(limits.retention.value).toBe('2026-12-31')
    expect(out(hop, { from: [first, second] }, 1).retention.value).toBe('2030-12-31')
    expect(out(hop, { from: [second, first] })).toEqual(limits)
  })

  test('is bound by a parent whose very content it is, named or not', () => {
    const bound = parent(
      collection({
        onward: { allowed: false },
        retention: { until: '2026-12-31' },
        fields: [field('diagnosis', { category: HEALTH })],
      }),
    )
    const free = parent(collection({ datasets: [dataset({ from: [], digest: MADE })] }))
    const made = (digest: string) =>
      processing({ datasets: [dataset({ from: [1], digest })], transformations: [] })
    const limits = out(made(DIGEST), { from: [bound, free] })

    expect(limits.onward).toEqual({ value: false, incomplete: false })
    expect(limits.retention.value).toBe('2026-12-31')
    expect(limits.categories.value).toContain(HEALTH)
    expect(limits.special.value).toBe(true)
    expect(out(made('f'.repeat(64)), { from: [bound, free] }).onward.value).toBe(true)
  })

  test('may be the content of a parent that does not show its datasets', () => {
    const bound = { ...parent(COLLECTED), dataset: undefined, limits: UNKNOWN_LIMITS }
    const free = parent(collection({ datasets: [dataset({ from: [], digest: MADE })] }))
    const hop = processing({ datasets: [dataset({ from: [1] })] })

    expect(out(hop, { from: [bound, free] }).onward).toEqual({ value: true, incomplete: true })
  })

  test('that makes nothing, withholds what it makes or ends a lineage lets nothing flow', () => {
    const from = [parent(COLLECTED)]

    expect(flowOut(given(processing({ datasets: [] }), { from })).size).toBe(0)
    expect(flowOut(given(withheld(processing(), 'datasets'), { from })).size).toBe(0)
    expect(flowOut(given(outcome(), { from })).size).toBe(0)
  })

  test('behind a gap forbids what it forbids itself, and knows of nothing that is allowed', () => {
    const limits = out(transfer(), { from: [gap()] })

    expect(limits.onward).toEqual({ value: false, incomplete: true })
    expect(limits.retention).toEqual({ value: '2029-12-31', incomplete: true })
    expect(limits.purposes.incomplete && limits.categories.incomplete).toBe(true)
    expect(limits.origins).toEqual({ value: new Set(['DE']), incomplete: true })
  })
})

describe('what is withheld', () => {
  const from = [parent(COLLECTED)]

  test('leaves the part that rests on it incomplete, and forbids nothing by itself', () => {
    const parts: readonly (readonly [claim: string, part: keyof Limits])[] = [
      ['purposes', 'purposes'],
      ['terms', 'purposes'],
      ['instrument', 'purposes'],
      ['retention', 'retention'],
      ['instrument', 'retention'],
      ['onward', 'countries'],
      ['onward', 'recipients'],
      ['onward', 'conditions'],
      ['instrument', 'onward'],
      ['route', 'origins'],
      ['route', 'subjectCountries'],
      ['terms', 'uses'],
      ['fields', 'categories'],
      ['fields', 'special'],
    ]
    for (const [claim, part] of parts) {
      const limits = out(withheld(transfer(), claim), { from })
      expect([claim, part, limits[part].incomplete]).toEqual([claim, part, true])
      const shown = out(transfer(), { from })
      // What it still forbids it forbade before: the meet with it takes nothing further away.
      expect(meetLimits(shown, { ...limits, [part]: UNKNOWN_LIMITS[part] })[part].value).toEqual(
        shown[part].value,
      )
    }
  })

  test('in a collection leaves its own parts incomplete', () => {
    const hidden = (claim: string) => out(withheld(COLLECTED, claim))

    expect(hidden('purposes').purposes).toEqual(UNKNOWN_LIMITS.purposes)
    expect(hidden('retention').retention).toEqual(UNKNOWN_LIMITS.retention)
    expect(hidden('onward').onward).toEqual(UNKNOWN_LIMITS.onward)
    expect(hidden('place').origins).toEqual(UNKNOWN_LIMITS.origins)
    expect(hidden('place').subjectCountries).toEqual(UNKNOWN_LIMITS.subjectCountries)
    expect(hidden('fields').categories).toEqual(UNKNOWN_LIMITS.categories)
    expect(hidden('fields').special).toEqual(UNKNOWN_LIMITS.special)
  })

  test('an instrument that is not shown, or withholds its caps, may allow less', () => {
    const none = out(transfer(), { from, facts: facts({ instruments: [] }) })
    const { claims, ...rest } = instrument()
    const { caps: _, ...withoutCaps } = claims
    const capless = facts({ instruments: [{ ...rest, claims: withoutCaps }] })

    expect(none.purposes.incomplete && none.retention.incomplete).toBe(true)
    expect(out(transfer(), { from, facts: capless }).purposes.incomplete).toBe(true)
    expect(out(transfer({ instrument: null }), { from }).purposes.incomplete).toBe(false)
  })
})

describe('categories', () => {
  const SOURCE = collection({
    datasets: [dataset({ from: [] })],
    fields: [field('who', { category: pd('Name') }), field('ill', { category: HEALTH })],
  })
  const from = [parent(SOURCE)]
  const OTHER = dataset({ digest: 'e'.repeat(64) })
  const NAME = pd('Name')

  const sent = (claims: Parameters<typeof transfer>[0]) =>
    out(transfer({ datasets: [OTHER], ...claims }), { from }).categories
  const made = (claims: Parameters<typeof processing>[0]) =>
    out(processing({ datasets: [OTHER], transformations: [], ...claims }), { from }).categories
  const minimization = (
    ...transformations: NonNullable<TransferMinimization>['transformations']
  ) => ({
    droppedCount: 1,
    sourceFieldsCount: 2,
    transformations,
    claim: 'none' as const,
  })
  type TransferMinimization = NonNullable<Parameters<typeof transfer>[0]>['minimization']
  const whole = (...categories: readonly string[]) => ({
    value: new Set(categories),
    incomplete: false,
  })

  test('stay in a copy, whatever it says of its fields', () => {
    const fields = [field('who', { category: pd('Name') })]

    expect(sent({ minimization: null, fields })).toEqual(whole(NAME, HEALTH))
    expect(sent({ minimization: minimization(), fields })).toEqual(whole(NAME, HEALTH))
    expect(sent({ minimization: null, fields: [] })).toEqual(whole(NAME, HEALTH))
  })

  test('stay where the content is the very same, whatever is said to be done', () => {
    const same = dataset({ digest: DIGEST })
    const done = minimization({ kind: 'drop', fields: ['ill'] })

    expect(sent({ datasets: [same], minimization: done, fields: [] })).toEqual(whole(NAME, HEALTH))
  })

  test('go with a field that a drop names, unless it is there all the same', () => {
    const done = minimization({ kind: 'drop', fields: ['ill'] })
    const kept = [field('who', { category: NAME }), field('ill', { category: pd('AgeRange') })]

    expect(sent({ minimization: done, fields: [field('who', { category: NAME })] })).toEqual(
      whole(NAME),
    )
    expect(sent({ minimization: done, fields: [] })).toEqual(whole(NAME))
    expect(sent({ minimization: done, fields: kept })).toEqual(whole(NAME, HEALTH, pd('AgeRange')))
  })

  test('go with a field of which no declared field takes values', () => {
    const done = minimization({ kind: 'filter' })

    expect(sent({ minimization: done, fields: [field('who', { category: NAME })] })).toEqual(
      whole(NAME),
    )
    expect(
      made({ fields: [field('x', { category: NAME, source: [{ parent: 0, name: 'who' }] })] }),
    ).toEqual(whole(NAME))
  })

  test('stay under another name and another category', () => {
    const renamed = field('x', {
      category: dpv('NonPersonalData'),
      source: [{ parent: 0, name: 'ill' }],
    })

    expect(sent({ minimization: minimization({ kind: 'reformat' }), fields: [renamed] })).toEqual(
      whole(HEALTH),
    )
    expect(made({ fields: [renamed] })).toEqual(whole(HEALTH))
  })

  test('stay where a field does not say what it comes from', () => {
    expect(made({ fields: [field('x', { category: NAME })] })).toEqual(whole(NAME, HEALTH))
    expect(made({ fields: [field('x', { category: NAME, source: [] })] })).toEqual(whole(NAME))
  })

  test('stay under a mask or a pseudonym, and go by aggregation or anonymisation', () => {
    const from = [{ parent: 0, name: 'ill' }]
    const count = (transformation: { kind: 'mask' | 'pseudonymise' | 'aggregate' | 'anonymise' }) =>
      made({
        fields: [field('n', { category: dpv('NonPersonalData'), source: from, transformation })],
      })

    expect(count({ kind: 'mask' })).toEqual(whole(HEALTH))
    expect(count({ kind: 'pseudonymise' })).toEqual(whole(HEALTH))
    expect(count({ kind: 'aggregate' })).toEqual(whole())
    expect(count({ kind: 'anonymise' })).toEqual(whole())
  })

  test('stay where an aggregation is said to hide nobody, and go by a transformation beside them', () => {
    const fields = [
      field('n', { category: dpv('NonPersonalData'), source: [{ parent: 0, name: 'ill' }] }),
    ]

    expect(made({ fields, transformations: [{ kind: 'aggregate' }] })).toEqual(whole())
    expect(made({ fields, transformations: [{ kind: 'aggregate', fields: ['n'] }] })).toEqual(
      whole(),
    )
    expect(made({ fields, transformations: [{ kind: 'aggregate', fields: ['m'] }] })).toEqual(
      whole(HEALTH),
    )
    expect(made({ fields, transformations: [{ kind: 'aggregate', datasets: [7] }] })).toEqual(
      whole(HEALTH),
    )
    expect(made({ fields, transformations: [{ kind: 'aggregate', masking: false }] })).toEqual(
      whole(HEALTH),
    )
  })

  test('that no field of the parent carries cannot be seen to go', () => {
    const before = { ...out(SOURCE), categories: whole(NAME, HEALTH, pd('Criminal')) }
    const hop = processing({
      datasets: [OTHER],
      transformations: [],
      fields: [field('x', { category: NAME, source: [{ parent: 0, name: 'who' }] })],
    })

    expect(out(hop, { from: [parent(SOURCE, before)] }).categories).toEqual(
      whole(NAME, pd('Criminal')),
    )
  })

  test('that may have gone are neither there for certain nor gone', () => {
    const fields = [field('who', { category: NAME })]
    const done = minimization({ kind: 'filter' })
    const hiddenParent = [parent(withheld(SOURCE, 'fields'), out(SOURCE))]
    const hop = transfer({ datasets: [OTHER], minimization: done, fields })

    expect(out(hop, { from: hiddenParent }).categories).toEqual({
      value: new Set([NAME]),
      incomplete: true,
    })
    expect(out(withheld(hop, 'minimization'), { from }).categories).toEqual({
      value: new Set([NAME]),
      incomplete: true,
    })
    expect(
      out(withheld(transfer({ datasets: [OTHER], fields: [] }), 'minimization'), { from })
        .categories,
    ).toEqual({ value: new Set(), incomplete: true })
    expect(out(withheld(hop, 'fields'), { from }).categories).toEqual({
      value: new Set(),
      incomplete: true,
    })
  })

  test('of a processing without declared fields may be new ones', () => {
    expect(made({ fields: [] })).toEqual({ value: new Set([NAME, HEALTH]), incomplete: true })
  })

  test('are a union over sources; each must have lost one for it to be gone', () => {
    const other = collection({
      datasets: [dataset({ from: [], digest: 'f'.repeat(64) })],
      fields: [field('sick', { category: HEALTH })],
    })
    const twoParents = [...from, parent(other)]
    const fields = (name: string, position: number) => [
      field('x', { category: dpv('NonPersonalData'), source: [{ parent: position, name }] }),
    ]
    const joined = (name: string, position: number) =>
      out(
        processing({
          datasets: [{ ...OTHER, from: [0, 1] }],
          transformations: [],
          fields: fields(name, position),
        }),
        { from: twoParents },
      ).categories

    expect(joined('who', 0)).toEqual(whole(NAME))
    expect(joined('sick', 1)).toEqual(whole(HEALTH))
    expect(joined('sick', 0)).toEqual(whole())
  })
})

describe('what is special', () => {
  const SOURCE = collection({ fields: [field('ill', { category: HEALTH })] })
  const from = [parent(SOURCE)]
  const EMPTY = processing({
    datasets: [dataset({ digest: 'e'.repeat(64) })],
    transformations: [{ kind: 'anonymise' }],
    fields: [field('n', { category: dpv('NonPersonalData'), source: [] })],
  })
  const found = (claims: Parameters<typeof assessment>[0]) =>
    facts({
      assessments: [
        assessment({ kind: 'anonymisation', result: 'anonymous', purposes: null, ...claims }),
      ],
    })

  test('stays special, whatever was done to it', () => {
    expect(out(EMPTY, { from }).special).toEqual({ value: true, incomplete: false })
    expect(out(EMPTY, { from }).categories.value).toEqual(new Set())
  })

  test('is no longer when an assessment in force says of its source that it is anonymous', () => {
    expect(out(EMPTY, { from, facts: found({}) }).special).toEqual({
      value: false,
      incomplete: false,
    })
  })

  test('stays when the assessment is of another statement, has ended or says no', () => {
    const others = [
      found({ scope: [transfer().id] }),
      found({ effective: { from: '2025-01-01', until: '2025-12-31' } }),
      found({ result: 'not-anonymous' }),
      facts({ assessments: [assessment()] }),
    ]
    for (const known of others) {
      expect(out(EMPTY, { from, facts: known }).special).toEqual({ value: true, incomplete: false })
    }
  })

  test('is again when a field of the hop is', () => {
    const again = processing({ fields: [field('ill', { category: HEALTH })] })

    expect(out(again, { from, facts: found({}) }).special.value).toBe(true)
  })

  test('is not certain where assessments could not be searched', () => {
    expect(out(EMPTY, { from, facts: facts({ assessments: null }) }).special).toEqual({
      value: false,
      incomplete: true,
    })
  })
})

describe('an assessment of compatibility', () => {
  const from = [parent(COLLECTED)]
  const hop = transfer({ purposes: [RESEARCH, COMMERCIAL] })
  const allowing = { instruments: [instrument({ purposes: [RESEARCH, COMMERCIAL] })] }
  const purposes = (assessments: readonly ReturnType<typeof assessment>[] | null) =>
    out(hop, { from, facts: facts({ ...allowing, assessments }) }).purposes

  test('lets a purpose through to what comes after the hop', () => {
    const { value, incomplete } = purposes([assessment()])

    expect(allowsPurpose(value, COMMERCIAL)).toBe(true)
    expect(allowsPurpose(value, RESEARCH)).toBe(true)
    expect(incomplete).toBe(false)
  })

  test('that does not hold lets nothing through', () => {
    const none = [
      [],
      [assessment({ result: 'not-compatible' })],
      [assessment({ scope: [transfer().id] })],
      [assessment({}, { index: 99, time: seconds('2026-12-01') })],
      [assessment({}, { replacedAt: 17 })],
      [assessment({ purposes: { from: [dpv('Marketing')], to: [COMMERCIAL] } })],
    ]
    for (const assessments of none) {
      expect(allowsPurpose(purposes(assessments).value, COMMERCIAL)).toBe(false)
      expect(purposes(assessments).incomplete).toBe(false)
    }
  })

  test('that may be there leaves it open', () => {
    const { value, incomplete } = purposes(null)

    expect(allowsPurpose(value, COMMERCIAL)).toBe(true)
    expect(incomplete).toBe(true)
  })

  test('is of no use against the instrument or another source', () => {
    const known = facts({ assessments: [assessment()] })
    const two = processing({
      purposes: [COMMERCIAL],
      datasets: [dataset({ from: [0, 1] })],
    })
    const other = parent(transfer(), out(transfer(), { from }))

    expect(allowsPurpose(out(hop, { from, facts: known }).purposes.value, COMMERCIAL)).toBe(false)
    expect(
      allowsPurpose(out(two, { from: [...from, other], facts: known }).purposes.value, COMMERCIAL),
    ).toBe(false)
    expect(
      allowsPurpose(
        out(two, { from: [...from, ...from], facts: known }).purposes.value,
        COMMERCIAL,
      ),
    ).toBe(true)
  })

  test('is asked for only where a purpose is not allowed anyway', () => {
    const plain = out(transfer(), { from, facts: facts({ assessments: null }) })

    expect(plain.purposes.incomplete).toBe(false)
  })
})
