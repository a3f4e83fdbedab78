/**
 * What a transfer must satisfy: its days, and the laws that reach it.
 * GDPR chapter V and its like; read by R05 to R09, R18, R25 and R36.
 *
 * A law that may have come with the data, because what came before is not shown, is `possible`: what
 * it would object to is UNKNOWN, not FAIL.
 */
import { dayOf } from './days.js'
import type { Hop, Transfer } from './hop.js'
import type { Judging } from './rule.js'
import type { Adequacy, Regime } from './ruleset.js'
import { adequacyOn, regimesOf } from './tables.js'
import { type Judged, unknown } from './verdict.js'

/** First and last day of a transfer, UTC; one that still runs lasts until it was recorded. */
export type Days = { readonly first: string; readonly last: string }

/** The days on which a decision must hold. */
export function eachDay({ first, last }: Days): readonly string[] {
  return first === last ? [first] : [first, last]
}

/** Does this decision cover the whole country, not only listed organisations? */
export function isWhole({ scheme }: Adequacy): boolean {
  return scheme === undefined
}

/** On all these days, a decision of this law covers every place outside, whoever receives. */
export function isAdequate(
  { regime, outside }: Pick<Restriction, 'regime' | 'outside'>,
  days: Days,
  { law }: Judging,
): boolean {
  return outside.every((to) =>
    eachDay(days).every((day) => adequacyOn(law, regime.code, to, day).some(isWhole)),
  )
}

/** Undefined when withheld. */
export function daysOf({ claims: { period }, time }: Hop): Days | undefined {
  if (period === undefined) return undefined
  const first = period.begin.slice(0, 10)
  const recorded = dayOf(time)
  return { first, last: period.end?.slice(0, 10) ?? laterOf(first, recorded) }
}

function laterOf(a: string, b: string): string {
  return a < b ? b : a
}

type Route = NonNullable<Transfer['claims']['route']>

/** Where the data arrives: the importer's country, and where it stores and reads. */
export function destinationsOf({ to, storage = [], access = [] }: Route): readonly string[] {
  if (storage.length === 0 && access.length === 0) return [to]
  return [...new Set([to, ...storage, ...access])]
}

/** A law that a transfer must satisfy, with the places outside it to which the data goes. */
export type Restriction = {
  readonly regime: Regime
  readonly outside: readonly string[]
  /** `possible`: it may have come with the data. */
  readonly certain: boolean
}

/** Laws of the exporter's country; undefined when the route is withheld. */
export function ownRestrictions(
  hop: Transfer,
  { law }: Judging,
): readonly Restriction[] | undefined {
  const { route } = hop.claims
  if (route === undefined) return undefined
  return regimesOf(law, route.from).flatMap((regime) => restriction(regime, route, true))
}

/**
 * Laws that came with the data from elsewhere, where they speak of onward transfers; undefined when
 * the route is withheld. Where such a law finds the exporter's country adequate and that country has
 * a law of its own here, that one governs what leaves it (GDPR Art. 45(2)(a)).
 */
export function broughtRestrictions(
  hop: Transfer,
  judging: Judging,
): readonly Restriction[] | undefined {
  const { law, limits } = judging
  const { route } = hop.claims
  if (route === undefined) return undefined
  const { value, incomplete } = limits.origins
  const days = daysOf(hop)
  const governed = regimesOf(law, route.from).length > 0
  return law.ruleset.regimes.flatMap((regime): readonly Restriction[] => {
    if (regime.onward !== true || regime.countries.includes(route.from)) return []
    const came = regime.countries.some((country) => value.has(country))
    if (!came && !incomplete) return []
    if (!governed) return restriction(regime, route, came)
    if (days === undefined) return restriction(regime, route, false)
    const whole = isAdequate({ regime, outside: [route.from] }, days, judging)
    return whole ? [] : restriction(regime, route, came)
  })
}

/** All laws that a transfer must satisfy; undefined when the route is withheld. */
export function restrictionsOf(
  hop: Transfer,
  judging: Judging,
): readonly Restriction[] | undefined {
  const own = ownRestrictions(hop, judging)
  const brought = broughtRestrictions(hop, judging)
  return own === undefined || brought === undefined ? undefined : [...own, ...brought]
}

function restriction(regime: Regime, route: Route, certain: boolean): readonly Restriction[] {
  // An international organisation is outside, wherever it sits: GDPR Art. 44.
  const free = route.organisation === undefined ? regime.countries : []
  const outside = destinationsOf(route).filter((country) => !free.includes(country))
  return outside.length === 0 ? [] : [{ regime, outside, certain }]
}

/** What a law says that is only possibly the law here: whatever it objects to is not known. */
export function soften(judged: readonly Judged[], { regime, certain }: Restriction): Judged[] {
  if (certain) return [...judged]
  return judged.flatMap((one) =>
    one.verdict === 'PASS' || one.verdict === 'NA'
      ? []
      : [
          unknown(`whether ${regime.name} came with the data is not known`, {
            ...(one.at === undefined ? {} : { at: one.at }),
            settle: 'the parties before it, whose statements are not shown in full',
          }),
        ],
  )
}
