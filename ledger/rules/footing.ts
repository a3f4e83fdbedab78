/**
 * What a transfer must satisfy: its days, and the laws that reach it.
 * GDPR chapter V and its like; read by R05 to R09, R18, R25 and R36.
 *
 * The route is the parties’ word. Where the registry or the parents say that a party or the data sits
 * elsewhere, the law of that place is possible, too: what it would object to is UNKNOWN, not FAIL. The
 * same holds for a law that may have come with the data, because what came before is not shown.
 */
import { type Days, dayOf } from './days.js'
import type { Hop, Transfer } from './hop.js'
import { destinationsOf, enrolledIn, originsBeside, type Place } from './places.js'
import type { Judging } from './rule.js'
import type { Regime } from './ruleset.js'
import { adequacyOver, regimesOf } from './tables.js'
import { type Judged, unknown } from './verdict.js'

/** On all these days, a decision of this law covers every place outside, whoever receives. */
export function isAdequate(
  { regime, outside }: Pick<Restriction, 'regime' | 'outside'>,
  days: Days,
  { law }: Judging,
): boolean {
  return outside.every(
    ({ country }) => adequacyOver(law, regime.code, country, days).state === 'whole',
  )
}

/** First and last day of a hop, UTC; one that still runs lasts until it was recorded. Undefined: withheld. */
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

/** A law that a transfer must satisfy, with the places outside it to which the data goes. */
export type Restriction = {
  readonly regime: Regime
  readonly outside: readonly Place[]
  /** Why it is only possible that this law restricts it, or that the data goes there. */
  readonly doubt?: Doubt
}

/** `why` follows “whether the law restricts it is not known: ”. */
type Doubt = { readonly why: string; readonly settle: string; readonly at?: string }

/** In place of a country that is not shown; no table has it, and no instrument reaches it. */
const SOMEWHERE = 'a country that is not shown'

/** Is it restricted on account of a place that is not shown? */
export function isSomewhere({ outside }: Restriction): boolean {
  return outside.some(({ country }) => country === SOMEWHERE)
}

/** Countries outside, for people. */
export function namesOf({ outside }: Restriction): string {
  return [...new Set(outside.map(({ country }) => country))].join(', ')
}

const SIDES = 'its exporter or importer'
const REGISTRAR = 'the registrar: its party statement'

type Restrictions = readonly Restriction[] | undefined

/** Five rules ask the same of a hop, one after the other: the last answer is kept, until the next hop. */
function keptOnce(
  find: (hop: Transfer, judging: Judging) => Restrictions,
): (hop: Transfer, judging: Judging) => Restrictions {
  let last: { readonly judging: Judging; readonly found: Restrictions } | undefined
  return (hop, judging) => {
    if (last?.judging !== judging) last = { judging, found: find(hop, judging) }
    return last.found
  }
}

/** Laws of the country it leaves; undefined when the route is withheld. */
export const ownRestrictions = keptOnce((hop, judging) => {
  const { law } = judging
  const { route } = hop.claims
  if (route === undefined) return undefined
  const governing = regimesOf(law, route.from)
  return [
    ...governing.flatMap((regime) => restricted(regime, hop, judging)),
    ...originsOf(hop, route, judging).flatMap(({ country, doubt }) => {
      const possible = country === undefined ? law.ruleset.regimes : regimesOf(law, country)
      return possible.flatMap((regime) =>
        governing.includes(regime) ? [] : restricted(regime, hop, judging, doubt),
      )
    }),
  ]
})

type Origin = { readonly country: string | undefined; readonly doubt: Doubt }

/** Where else it may leave from: where its exporter is enrolled, and where the data was. */
function originsOf(hop: Transfer, { from }: Route, judging: Judging): readonly Origin[] {
  const seat = enrolledIn(hop.claims.exporter, judging)
  const all = new Set(originsBeside(hop, judging))
  return [...all].flatMap((country): readonly Origin[] => {
    // A law that follows the data, and has come with it, is judged by R18.
    if (country !== seat && followsFrom(country, judging)) return []
    return [{ country, doubt: originDoubt(country, seat, from) }]
  })
}

function followsFrom(country: string | undefined, judging: Judging): boolean {
  if (country === undefined) return false
  return regimesOf(judging.law, country).some(
    (regime) => regime.onward === true && hasCome(regime, judging) === 'yes',
  )
}

function originDoubt(country: string | undefined, seat: string | undefined, from: string): Doubt {
  if (country === undefined && seat === undefined) {
    const why = 'where its exporter is established is not shown'
    return { why, at: 'claims.exporter', settle: REGISTRAR }
  }
  const at = 'claims.route.from'
  if (country === undefined) {
    return { why: 'where the data was before is not shown', at, settle: SIDES }
  }
  const who = country === seat ? 'its exporter is enrolled in' : 'the data was in'
  return { why: `${who} ${country}, and its route begins in ${from}`, at, settle: SIDES }
}

/**
 * Laws that came with the data from elsewhere, where they speak of onward transfers; undefined when
 * the route is withheld. Where such a law finds the exporter's country adequate and that country has
 * a law of its own here, that one governs what leaves it (GDPR Art. 45(2)(a)).
 */
export const broughtRestrictions = keptOnce((hop, judging) => {
  const { route } = hop.claims
  if (route === undefined) return undefined
  return judging.law.ruleset.regimes
    .filter(({ onward, countries }) => onward === true && !countries.includes(route.from))
    .flatMap((regime) => broughtBy(regime, hop, judging))
})

function broughtBy(regime: Regime, hop: Transfer, judging: Judging): readonly Restriction[] {
  const came = hasCome(regime, judging)
  if (came === 'no') return []
  const relieved = isRelieved(regime, hop, judging)
  if (relieved === 'yes') return []
  if (came === 'maybe') return restricted(regime, hop, judging, NOT_SHOWN)
  return restricted(regime, hop, judging, relieved === 'maybe' ? NO_DAYS : undefined)
}

type Answer = 'yes' | 'maybe' | 'no'

/** Did a law come with the data? */
function hasCome({ countries }: Regime, { limits: { origins } }: Judging): Answer {
  if (countries.some((country) => origins.value.has(country))) return 'yes'
  return origins.incomplete ? 'maybe' : 'no'
}

/** Does it leave what goes on to the law of an exporter’s country that it finds adequate? */
function isRelieved(regime: Regime, hop: Transfer, judging: Judging): Answer {
  const from = hop.claims.route?.from ?? ''
  if (regimesOf(judging.law, from).length === 0) return 'no'
  const days = daysOf(hop)
  if (days === undefined) return 'maybe'
  const outside = [{ at: 'claims.route.from', country: from }]
  return isAdequate({ regime, outside }, days, judging) ? 'yes' : 'no'
}

const NOT_SHOWN: Doubt = {
  why: 'it may have come with the data',
  settle: 'the parties before it, whose statements are not shown in full',
}

const NO_DAYS: Doubt = {
  why: 'when it happened is withheld',
  at: 'claims.period',
  settle: SIDES,
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

/** What a law restricts, and apart from it what it may restrict besides. */
function restricted(
  regime: Regime,
  hop: Transfer,
  judging: Judging,
  doubt?: Doubt,
): readonly Restriction[] {
  // An international organisation is outside, wherever it sits: GDPR Art. 44.
  const free = hop.claims.route?.organisation === undefined ? regime.countries : []
  const outside = destinationsOf(hop).filter(({ country }) => !free.includes(country))
  const certain =
    outside.length === 0 ? [] : [{ regime, outside, ...(doubt === undefined ? {} : { doubt }) }]
  const beside = destinationsBeside(hop, judging).filter(
    ({ place }) => !free.includes(place.country),
  )
  return [
    ...certain,
    ...beside.map(({ place, doubt: own }) => ({ regime, outside: [place], doubt: doubt ?? own })),
  ]
}

type Beside = { readonly place: Place; readonly doubt: Doubt }

/** Where else it may go: where its importer is enrolled, and to sub-processors that are withheld. */
function destinationsBeside(hop: Transfer, judging: Judging): readonly Beside[] {
  const { importer, route, terms } = hop.claims
  const seat = enrolledIn(importer, judging)
  const beside: Beside[] = []
  if (seat === undefined) {
    const at = 'claims.importer'
    const why = 'where its importer is established is not shown'
    beside.push({ place: { at, country: SOMEWHERE }, doubt: { why, at, settle: REGISTRAR } })
  } else if (!destinationsOf(hop).some(({ country }) => country === seat)) {
    const at = 'claims.route.to'
    const why = `its importer is enrolled in ${seat}, and its route ends in ${route?.to ?? ''}`
    beside.push({ place: { at, country: seat }, doubt: { why, at, settle: SIDES } })
  }
  if (terms === undefined) {
    const at = 'claims.terms'
    const why = 'where its sub-processors are is withheld'
    beside.push({ place: { at, country: SOMEWHERE }, doubt: { why, at, settle: SIDES } })
  }
  return beside
}

/** What a law says that only possibly restricts it: whatever it objects to is not known. */
export function soften(judged: readonly Judged[], { regime, doubt }: Restriction): Judged[] {
  if (doubt === undefined) return [...judged]
  const { why, settle } = doubt
  return judged.flatMap((one) => {
    if (one.verdict === 'PASS' || one.verdict === 'NA') return []
    const at = doubt.at ?? one.at
    return [
      unknown(`whether ${regime.name} restricts it is not known: ${why}`, {
        ...(at === undefined ? {} : { at }),
        settle,
      }),
    ]
  })
}
