import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandTerm } from '../../ledger/core/term-names.js'
import type { Limits } from '../../ledger/rules/limits.js'
import { meetLimits, UNKNOWN_LIMITS, UNLIMITED } from '../../ledger/rules/meet.js'
import { allowsPurpose } from '../../ledger/rules/purposes.js'
import { vocabularyOf } from '../../ledger/rules/vocabulary.js'
import { PURPOSE_ROOT, termsOf } from '../../ledger/rules/vocabulary-terms.js'

const RUNS = process.env['SLOW'] === '1' ? 1_800 : 210

const vocabulary = vocabularyOf({
  explicitOnly: [expandTerm('dpv:SellDataToThirdParties')],
  purposes: [],
  special: [],
  notSpecial: [],
  criminal: [],
  categories: [],
})
const PURPOSES = termsOf('purpose').map(({ iri }) => iri)
const CATEGORIES = termsOf('category').map(({ iri }) => iri)
const COUNTRIES = ['DE', 'FR', 'US', 'CN', 'GB', 'JP']
const PARTIES = ['p', 'q', 'r', 's']
const USES = ['coercion', 'profiling', 'military'] as const
const DAYS = ['2025-12-31', '2026-06-30', '2027-01-01', '2030-12-31']

const setOf = <Item>(items: readonly Item[]) =>
  fc.subarray([...items]).map((some): ReadonlySet<Item> => new Set(some))
const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: undefined })
const part = <Value>(value: fc.Arbitrary<Value>) => fc.record({ value, incomplete: fc.boolean() })
const purposeSet = maybe(fc.uniqueArray(fc.constantFrom(...PURPOSES), { maxLength: 6 })).map(
  (list) => (list === undefined ? UNLIMITED.purposes.value : vocabulary.purposesOf(list)),
)

const anyLimits: fc.Arbitrary<Limits> = fc.record({
  purposes: part(purposeSet),
  retention: part(maybe(fc.constantFrom(...DAYS))),
  onward: part(fc.boolean()),
  countries: part(fc.record({ included: maybe(setOf(COUNTRIES)), excluded: setOf(COUNTRIES) })),
  recipients: part(maybe(setOf(PARTIES))),
  conditions: part(fc.record({ consent: fc.boolean(), authorisation: fc.boolean() })),
  authorisers: part(setOf(PARTIES)),
  categories: part(setOf(CATEGORIES.slice(0, 6))),
  special: part(fc.boolean()),
  origins: part(setOf(COUNTRIES)),
  subjectCountries: part(setOf(COUNTRIES)),
  uses: part(fc.record({ prohibited: setOf(USES), purposes: purposeSet })),
})

/** Values without their order and identity. */
function plain(value: unknown): unknown {
  if (value instanceof Set) return ['set', ...[...value].sort()]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}

/** Everything that limits may say of the small world above, as questions that they answer yes to. */
function allowed(limits: Limits): readonly string[] {
  const { purposes, retention, onward, countries, recipients, conditions } = limits
  const { included, excluded } = countries.value
  return [
    ...PURPOSES.filter((term) => allowsPurpose(purposes.value, term)),
    ...DAYS.filter((day) => retention.value === undefined || day <= retention.value),
    ...(onward.value ? ['onward'] : []),
    ...COUNTRIES.filter((one) => (included?.has(one) ?? true) && !excluded.has(one)),
    ...PARTIES.filter((party) => recipients.value?.has(party) ?? true),
    ...(conditions.value.consent ? [] : ['without consent']),
    ...(conditions.value.authorisation ? [] : ['without authorisation']),
    ...PARTIES.filter((one) => !limits.authorisers.value.has(one)).map(
      (one) => `not asking ${one}`,
    ),
    ...CATEGORIES.filter((category) => !limits.categories.value.has(category)),
    ...(limits.special.value ? [] : ['not special']),
    ...COUNTRIES.filter((one) => !limits.origins.value.has(one)).map((one) => `no law of ${one}`),
    ...COUNTRIES.filter((one) => !limits.subjectCountries.value.has(one)).map(
      (one) => `not ${one}`,
    ),
    ...USES.filter((use) => !limits.uses.value.prohibited.has(use)),
    ...PURPOSES.filter((term) => allowsPurpose(limits.uses.value.purposes, term)).map(
      (term) => `use ${term}`,
    ),
  ]
}

const holds = (predicate: (a: Limits, b: Limits, c: Limits) => void, runs = RUNS) =>
  fc.assert(fc.property(anyLimits, anyLimits, anyLimits, predicate), { numRuns: Math.ceil(runs) })

describe('the meet of limits', () => {
  test('is commutative', () => {
    holds((a, b) => {
      expect(plain(meetLimits(a, b))).toEqual(plain(meetLimits(b, a)))
    })
  })

  test('is associative', () => {
    holds((a, b, c) => {
      const left = meetLimits(meetLimits(a, b), c)
      expect(plain(left)).toEqual(plain(meetLimits(a, meetLimits(b, c))))
    })
  })

  test('is idempotent, and the very object', () => {
    holds((a, b) => {
      const met = meetLimits(a, b)

      expect(meetLimits(a, a)).toBe(a)
      expect(meetLimits(a, met)).toEqual(met)
      expect(meetLimits(met, a)).toBe(met)
      expect(meetLimits(met, b)).toBe(met)
    })
  })

  test('has no limit as its neutral element', () => {
    holds((a) => {
      expect(meetLimits(a, UNLIMITED)).toBe(a)
      expect(meetLimits(UNLIMITED, a)).toBe(a)
    })
  })

  test('allows what both allow and nothing else', () => {
    holds((a, b) => {
      const ofB = new Set(allowed(b))
      expect(allowed(meetLimits(a, b))).toEqual(allowed(a).filter((one) => ofB.has(one)))
    }, RUNS / 3)
  })

  test('is monotone: less to begin with is never more in the end', () => {
    holds((a, b, c) => {
      const more = new Set(allowed(meetLimits(a, c)))
      const less = allowed(meetLimits(meetLimits(a, b), c))
      expect(less.filter((one) => !more.has(one))).toEqual([])
    }, RUNS / 3)
  })

  test('is incomplete in a part where either is', () => {
    holds((a, b) => {
      const met = meetLimits(a, b)
      for (const name of Object.keys(UNLIMITED) as (keyof Limits)[]) {
        expect(met[name].incomplete).toBe(a[name].incomplete || b[name].incomplete)
      }
    })
  })

  test('with what is not known keeps what is forbidden, and knows of nothing that is allowed', () => {
    holds((a) => {
      const met = meetLimits(a, UNKNOWN_LIMITS)

      expect(allowed(met)).toEqual(allowed(a))
      expect(Object.values(met).every(({ incomplete }) => incomplete)).toBe(true)
    }, RUNS / 3)
  })
})

test('no limit allows every purpose and every country, for certain', () => {
  expect(allowed(UNLIMITED)).toContain('onward')
  expect(allowed(UNLIMITED)).toContain(PURPOSE_ROOT)
  expect(Object.values(UNLIMITED).some(({ incomplete }) => incomplete)).toBe(false)
})
