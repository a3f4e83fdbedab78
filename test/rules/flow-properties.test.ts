/** What holds of the limits that leave any hop, over random hops. docs/limits.md. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandTerm } from '../../ledger/core/term-names.js'
import { flowOut } from '../../ledger/rules/flow.js'
import type { Hop } from '../../ledger/rules/hop.js'
import type { Law } from '../../ledger/rules/law.js'
import type { Limits } from '../../ledger/rules/limits.js'
import { meetLimits, UNLIMITED } from '../../ledger/rules/meet.js'
import { allowsPurpose } from '../../ledger/rules/purposes.js'
import type { Upstream } from '../../ledger/rules/rule.js'
import { rulesetRef } from '../../ledger/rules/ruleset-ref.js'
import { vocabularyOf } from '../../ledger/rules/vocabulary.js'
import {
  collection,
  dataset,
  facts,
  field,
  idOf,
  instrument,
  processing,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { TEST_RULESET } from './ruleset.js'

const RUNS = process.env['SLOW'] === '1' ? 600 : 100

const dpv = (name: string) => expandTerm(`dpv:${name}`)
const pd = (name: string) => expandTerm(`dpv-pd:${name}`)

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

const PURPOSES = [
  'Marketing',
  'DirectMarketing',
  'Advertising',
  'Personalisation',
  'PersonalisedAdvertising',
  'AcademicResearch',
  'ResearchAndDevelopment',
].map(dpv)
const CATEGORIES = [pd('MedicalHealth'), pd('Name'), pd('Age'), dpv('NonPersonalData')]
const COUNTRIES = ['DE', 'US', 'CN', 'JP']
const DAYS = ['2026-06-30', '2027-12-31', '2031-12-31']

const purposes = fc.uniqueArray(fc.constantFrom(...PURPOSES), { minLength: 1, maxLength: 4 })
const countries = fc.uniqueArray(fc.constantFrom(...COUNTRIES), { maxLength: 3 })
const retention = fc.option(
  fc.oneof(
    fc.constantFrom(...DAYS).map((until) => ({ until })),
    fc.constantFrom('collection-end', 'transfer-begin', 'contract-end').map((startEvent) => ({
      duration: 'P1Y',
      startEvent: startEvent as 'collection-end',
    })),
    fc.constant({ criteria: 'as long as it is needed' }),
  ),
)
const onward = fc.option(
  fc.record({
    allowed: fc.constant(true),
    countriesIncluded: countries,
    countriesExcluded: countries,
    requiresConsent: fc.boolean(),
  }),
)
const NAMES = ['a', 'b', 'c']
const source = fc.option(
  fc
    .uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 })
    .map((names) => names.map((name) => ({ parent: 0, name }))),
  { nil: undefined },
)
const fields = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom(...NAMES),
      category: fc.constantFrom(...CATEGORIES),
      source,
    }),
    { maxLength: 3, selector: ({ name }) => name },
  )
  .map((all) =>
    all.map(({ name, category, source: from }) =>
      field(name, { category, ...(from === undefined ? {} : { source: from }) }),
    ),
  )
const transformations = fc.array(
  fc.record({
    kind: fc.constantFrom('drop', 'aggregate', 'mask', 'identity', 'filter'),
    fields: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 }),
  }),
  { maxLength: 2 },
)
const content = fc.constantFrom('d', 'e').map((digit) => digit.repeat(64))

const collections = fc
  .record({ purposes, retention, onward, fields, digest: content, subjects: countries })
  .map(({ digest, subjects, ...claims }) =>
    collection({
      ...claims,
      fields: claims.fields.map(({ source: _, ...one }) => one),
      datasets: [dataset({ from: [], digest })],
      place: {
        jurisdiction: 'DE',
        ...(subjects.length === 0 ? {} : { subjectCountries: subjects }),
      },
    }),
  )

const transfers = fc
  .record({
    purposes,
    retention,
    onward,
    fields,
    digest: content,
    further: purposes,
    transformations,
  })
  .map(({ digest, further, transformations: done, ...claims }) =>
    transfer({
      ...claims,
      datasets: [dataset({ digest })],
      terms: terms({ furtherPurposes: further }),
      minimization: {
        droppedCount: 0,
        sourceFieldsCount: 3,
        transformations: done,
        claim: 'none',
      },
    }),
  )

const processings = fc
  .record({ purposes, retention, fields, digest: content, transformations })
  .map(({ digest, ...claims }) => processing({ ...claims, datasets: [dataset({ digest })] }))

const hops: fc.Arbitrary<Hop> = fc.oneof(transfers, processings)
const instruments = fc
  .record({ purposes, retention, onward })
  .map((claims) => facts({ instruments: [instrument(claims)] }))

/** Limits of dataset 0. */
function out(hop: Hop, from: readonly Upstream[], known = facts()): Limits {
  const limits = from.reduce((met, parent) => meetLimits(met, parent.limits), UNLIMITED)
  const flowing = flowOut({ hop, upstream: from, limits, facts: known, law: LAW }).get(0)
  if (flowing === undefined) throw new Error('no dataset 0')
  return flowing
}

function parentOf(hop: Hop, limits: Limits, id = hop.id): Upstream {
  const made = hop.type === 'outcome/1' ? [] : hop.claims.datasets
  return { id, n: 0, hop, dataset: made?.[0], limits }
}

type Part = keyof Limits

/** What each part allows, in the small world above. */
function allowed(limits: Limits): Readonly<Record<Part, readonly string[]>> {
  const { included, excluded } = limits.countries.value
  const end = limits.retention.value
  const yes = (is: boolean) => (is ? ['yes'] : [])
  return {
    purposes: PURPOSES.filter((term) => allowsPurpose(limits.purposes.value, term)),
    retention: [...DAYS, '2026-12-01', '2027-03-01'].filter(
      (day) => end === undefined || day <= end,
    ),
    onward: yes(limits.onward.value),
    countries: COUNTRIES.filter((one) => (included?.has(one) ?? true) && !excluded.has(one)),
    recipients: yes(limits.recipients.value === undefined),
    conditions: yes(!limits.conditions.value.consent),
    categories: CATEGORIES.filter((category) => !limits.categories.value.has(category)),
    special: yes(!limits.special.value),
    origins: COUNTRIES.filter((one) => !limits.origins.value.has(one)),
    subjectCountries: COUNTRIES.filter((one) => !limits.subjectCountries.value.has(one)),
    uses: PURPOSES.filter((term) => allowsPurpose(limits.uses.value.purposes, term)),
  }
}

const PARTS = Object.keys(UNLIMITED) as readonly Part[]

/** Parts in which the first allows something that the second does not. */
function wider(first: Limits, second: Limits): readonly Part[] {
  const [a, b] = [allowed(first), allowed(second)]
  return PARTS.filter((part) => a[part].some((one) => !b[part].includes(one)))
}

describe('the limits that leave a hop', () => {
  test('never allow more than those of its source; only a category can go', () => {
    fc.assert(
      fc.property(collections, hops, hops, instruments, (start, first, second, known) => {
        const zero = out(start, [])
        const one = out(first, [parentOf(start, zero)], known)
        const two = out(second, [parentOf(first, one)], known)

        expect(wider(one, zero).filter((part) => part !== 'categories')).toEqual([])
        expect(wider(two, one).filter((part) => part !== 'categories')).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test('never allow more for one source more, whatever their order', () => {
    fc.assert(
      fc.property(collections, collections, processings, (left, right, step) => {
        const [a, b] = [parentOf(left, out(left, [])), parentOf(right, out(right, []), idOf(0xcc))]
        // What a field comes from is by position; here it is not said.
        const plain = step.claims.fields?.map(({ source: _, ...one }) => one) ?? []
        const both = (from: readonly number[]) => ({
          ...step,
          claims: { ...step.claims, fields: plain, datasets: [dataset({ from: [...from] })] },
        })
        const alone = out(both([0]), [a])
        const together = out(both([0, 1]), [a, b])

        expect(wider(together, alone)).toEqual([])
        expect(allowed(out(both([0, 1]), [b, a]))).toEqual(allowed(together))
      }),
      { numRuns: RUNS },
    )
  })

  test('forbid nothing because a claim is hidden, and are incomplete where they forbid less', () => {
    fc.assert(
      fc.property(collections, hops, instruments, (start, hop, known) => {
        const from = [parentOf(start, out(start, []))]
        const shown = out(hop, from, known)
        for (const name of Object.keys(hop.claims)) {
          if (name === 'datasets') continue
          const hidden = out(withheld(hop, name), from, known)
          expect([name, wider(shown, hidden)]).toEqual([name, []])
          for (const part of wider(hidden, shown)) {
            expect([name, part, hidden[part].incomplete]).toEqual([name, part, true])
          }
          for (const part of PARTS) {
            // What was not known is not known any better.
            if (shown[part].incomplete) {
              expect([name, part, hidden[part].incomplete]).toEqual([name, part, true])
            }
          }
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('forbid nothing because a claim of the source is hidden', () => {
    fc.assert(
      fc.property(collections, hops, (start, hop) => {
        const shown = out(hop, [parentOf(start, out(start, []))])
        for (const name of Object.keys(start.claims)) {
          if (name === 'datasets') continue
          const veiled = withheld(start, name)
          const hidden = out(hop, [parentOf(veiled, out(veiled, []))])
          expect([name, wider(shown, hidden)]).toEqual([name, []])
          for (const part of wider(hidden, shown)) {
            expect([name, part, hidden[part].incomplete]).toEqual([name, part, true])
          }
        }
      }),
      { numRuns: RUNS },
    )
  })
})
