/**
 * The algebra of limits. docs/limits.md has the formulas.
 *
 * The meet of two limits is the most that both allow. It is commutative, associative and idempotent,
 * and never more than either: so the order of parents does not matter, and a parent or a hop more can
 * only shrink what is allowed. Where the result is the first of the two it is the very object, part by
 * part and as a whole: a million hops that change nothing share one.
 */
import type { Countries, Limit, Limits } from './limits.js'
import { ANY_PURPOSE, meetPurposes } from './purposes.js'
import { ANY_USE, meetUses } from './uses.js'

const NOTHING: ReadonlySet<never> = new Set<never>()

/** No limit: what data has before anybody has set one. The meet with it changes nothing. */
export const UNLIMITED: Limits = {
  purposes: { value: ANY_PURPOSE, incomplete: false },
  retention: { value: undefined, incomplete: false },
  onward: { value: true, incomplete: false },
  countries: { value: { included: undefined, excluded: NOTHING }, incomplete: false },
  recipients: { value: undefined, incomplete: false },
  conditions: { value: { consent: false, authorisation: false }, incomplete: false },
  authorisers: { value: NOTHING, incomplete: false },
  categories: { value: NOTHING, incomplete: false },
  special: { value: false, incomplete: false },
  origins: { value: NOTHING, incomplete: false },
  subjectCountries: { value: NOTHING, incomplete: false },
  uses: { value: ANY_USE, incomplete: false },
}

/** Of what was not shown: nothing is forbidden for certain, and anything may be. */
export const UNKNOWN_LIMITS: Limits = {
  purposes: unsure(UNLIMITED.purposes),
  retention: unsure(UNLIMITED.retention),
  onward: unsure(UNLIMITED.onward),
  countries: unsure(UNLIMITED.countries),
  recipients: unsure(UNLIMITED.recipients),
  conditions: unsure(UNLIMITED.conditions),
  authorisers: unsure(UNLIMITED.authorisers),
  categories: unsure(UNLIMITED.categories),
  special: unsure(UNLIMITED.special),
  origins: unsure(UNLIMITED.origins),
  subjectCountries: unsure(UNLIMITED.subjectCountries),
  uses: unsure(UNLIMITED.uses),
}

/** The same value, of which more may be forbidden. */
export function unsure<Value>(limit: Limit<Value>): Limit<Value> {
  return limit.incomplete ? limit : { value: limit.value, incomplete: true }
}

/** The most that both allow. */
export function meetLimits(a: Limits, b: Limits): Limits {
  if (a === b || b === UNLIMITED) return a
  if (a === UNLIMITED) return b
  return shared(a, {
    purposes: meetPart(a.purposes, b.purposes, meetPurposes),
    retention: meetPart(a.retention, b.retention, earlier),
    onward: meetPart(a.onward, b.onward, (first, second) => first && second),
    countries: meetPart(a.countries, b.countries, meetCountries),
    recipients: meetPart(a.recipients, b.recipients, intersect),
    conditions: meetPart(a.conditions, b.conditions, meetConditions),
    authorisers: meetPart(a.authorisers, b.authorisers, unite),
    categories: meetPart(a.categories, b.categories, unite),
    special: meetPart(a.special, b.special, (first, second) => first || second),
    origins: meetPart(a.origins, b.origins, unite),
    subjectCountries: meetPart(a.subjectCountries, b.subjectCountries, unite),
    uses: meetPart(a.uses, b.uses, meetUses),
  })
}

const PARTS = Object.keys(UNLIMITED) as readonly (keyof Limits)[]

/** The limits as they were, where what was made of them has their very parts. */
export function shared(before: Limits, made: Limits): Limits {
  return PARTS.every((part) => made[part] === before[part]) ? before : made
}

/** One part of two limits; the first of them, or else the second, where that is the result. */
export function meetPart<Value>(
  a: Limit<Value>,
  b: Limit<Value>,
  meet: (first: Value, second: Value) => Value,
): Limit<Value> {
  if (a === b) return a
  const value = meet(a.value, b.value)
  const incomplete = a.incomplete || b.incomplete
  if (value === a.value && incomplete === a.incomplete) return a
  return value === b.value && incomplete === b.incomplete ? b : { value, incomplete }
}

/** All that is in either. */
export function unite<Item>(a: ReadonlySet<Item>, b: ReadonlySet<Item>): ReadonlySet<Item> {
  if (a === b || isWithin(b, a)) return a
  return isWithin(a, b) ? b : new Set([...a, ...b])
}

/** What is in both; undefined is everything. */
function intersect<Item>(
  a: ReadonlySet<Item> | undefined,
  b: ReadonlySet<Item> | undefined,
): ReadonlySet<Item> | undefined {
  if (a === b || b === undefined) return a
  if (a === undefined) return b
  if (isWithin(a, b)) return a
  return isWithin(b, a) ? b : new Set([...a].filter((item) => b.has(item)))
}

function isWithin<Item>(inner: ReadonlySet<Item>, outer: ReadonlySet<Item>): boolean {
  if (inner.size > outer.size) return false
  for (const item of inner) if (!outer.has(item)) return false
  return true
}

/** Days as texts sort by time. */
function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a <= b ? a : b
}

function meetCountries(a: Countries, b: Countries): Countries {
  if (a === b) return a
  const included = intersect(a.included, b.included)
  const excluded = unite(a.excluded, b.excluded)
  if (included === a.included && excluded === a.excluded) return a
  return included === b.included && excluded === b.excluded ? b : { included, excluded }
}

type Conditions = Limits['conditions']['value']

function meetConditions(a: Conditions, b: Conditions): Conditions {
  const consent = a.consent || b.consent
  const authorisation = a.authorisation || b.authorisation
  if (consent === a.consent && authorisation === a.authorisation) return a
  return consent === b.consent && authorisation === b.authorisation ? b : { consent, authorisation }
}
