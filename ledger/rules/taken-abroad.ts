/**
 * Data that its holder takes to another country by itself: a processing whose place is not where the
 * data was. By law that is a transfer only where another entity gets it (EDPB Guidelines 05/2021), so no
 * instrument is asked for; but what a law restricts has left the country, and no rule about transfers
 * saw it leave. Read by R29 and R36.
 */
import { daysOf } from './footing.js'
import type { Processing } from './hop.js'
import { destinationsOf, type Place, placesAt, seatOf } from './places.js'
import type { Judging, Upstream } from './rule.js'
import type { Regime } from './ruleset.js'
import { adequacyOver, adequacyRows, regimesOf } from './tables.js'

/** One law that restricts what leaves for a place to which a holder took data of one parent. */
export type TakenAbroad = {
  readonly parent: Upstream
  readonly place: Place
  readonly regime: Regime
  /** Where the data was; undefined: not shown. */
  readonly seat: string | undefined
  /** Why it is only possible. */
  readonly doubt?: string
}

/** Everywhere a processing is done, kept and read from; none where its place is withheld. */
function placesOf({ claims: { place } }: Processing): readonly Place[] {
  if (place === undefined) return []
  return [
    { at: 'claims.place.jurisdiction', country: place.jurisdiction },
    ...placesAt('claims.place.storage', place.storage),
    ...placesAt('claims.place.access', place.access),
  ]
}

/** Places to which a processing takes data of a parent that was not yet there. */
export function newPlaces(hop: Processing, parent: Upstream): readonly Place[] {
  const before = judgedIn(parent)
  return placesOf(hop).filter(({ country }) => !before.includes(country))
}

/**
 * Countries to which data came by a statement that was judged for it. A collection that is stored abroad
 * was not: nobody has looked at that way out.
 */
function judgedIn({ hop }: Upstream): readonly string[] {
  if (hop === undefined || hop.type === 'outcome/1') return []
  if (hop.type === 'transfer/1') return destinationsOf(hop).map(({ country }) => country)
  if (hop.type === 'processing/1') return placesOf(hop).map(({ country }) => country)
  return hop.claims.place === undefined ? [] : [hop.claims.place.jurisdiction]
}

/** May it have been there before, by something that is not shown? */
export function mayHaveBeenElsewhere({ hop }: Upstream): boolean {
  if (hop === undefined) return true
  if (hop.type === 'transfer/1') {
    return hop.claims.route === undefined || hop.claims.terms === undefined
  }
  return hop.type !== 'outcome/1' && hop.claims.place === undefined
}

/** What a holder took out of the reach of laws that restrict that, by parent, place and law. */
export function takenAbroad(hop: Processing, judging: Judging): readonly TakenAbroad[] {
  return judging.upstream.flatMap((parent) =>
    newPlaces(hop, parent).flatMap((place) => restrictedAt(place, parent, { hop, judging })),
  )
}

/** Might a place that is withheld be one that a law restricts? */
export function mayBeRestricted(hop: Processing, judging: Judging): boolean {
  return judging.upstream.some((parent) => lawsOn(parent, hop, judging).length > 0)
}

const NO_DAYS = 'when it was done is withheld'

type Asked = { readonly hop: Processing; readonly judging: Judging }

function restrictedAt(
  place: Place,
  parent: Upstream,
  { hop, judging }: Asked,
): readonly TakenAbroad[] {
  const seat = parent.hop && seatOf(parent.hop)
  return lawsOn(parent, hop, judging).flatMap(({ regime, doubt: own }) => {
    if (regime.countries.includes(place.country)) return []
    const adequate = adequacyFor(regime, place.country, { hop, judging })
    if (adequate === 'yes') return []
    const doubt = own ?? (adequate === 'maybe' ? NO_DAYS : beenThere(parent))
    return [{ parent, place, regime, seat, ...(doubt === undefined ? {} : { doubt }) }]
  })
}

function beenThere(parent: Upstream): string | undefined {
  return mayHaveBeenElsewhere(parent) ? 'where the data was before is not shown' : undefined
}

function adequacyFor(
  regime: Regime,
  country: string,
  { hop, judging: { law } }: Asked,
): 'yes' | 'maybe' | 'no' {
  const days = daysOf(hop)
  if (days === undefined) {
    return adequacyRows(law, regime.code, country).length > 0 ? 'maybe' : 'no'
  }
  return adequacyOver(law, regime.code, country, days).state === 'whole' ? 'yes' : 'no'
}

type Reaching = { readonly regime: Regime; readonly doubt?: string }

/** Laws of the country where the data was, and those that came with it and go on with it. */
function lawsOn(parent: Upstream, hop: Processing, judging: Judging): readonly Reaching[] {
  const seat = parent.hop && seatOf(parent.hop)
  return judging.law.ruleset.regimes.flatMap((regime): readonly Reaching[] => {
    if (seat === undefined) return [{ regime, doubt: 'where the data was is not shown' }]
    if (regime.countries.includes(seat)) return [{ regime }]
    return regime.onward === true ? broughtTo(seat, regime, { parent, hop, judging }) : []
  })
}

function broughtTo(
  seat: string,
  regime: Regime,
  { parent, hop, judging }: Asked & { readonly parent: Upstream },
): readonly Reaching[] {
  const { origins } = parent.limits
  const came = regime.countries.some((country) => origins.value.has(country))
  if (!came && !origins.incomplete) return []
  // What it leaves to the law of a country that it finds adequate is that law’s matter.
  const governed = regimesOf(judging.law, seat).length > 0
  const relieved = governed ? adequacyFor(regime, seat, { hop, judging }) : 'no'
  if (relieved === 'yes') return []
  if (!came) return [{ regime, doubt: 'it may have come with the data' }]
  return relieved === 'maybe' ? [{ regime, doubt: NO_DAYS }] : [{ regime }]
}
