/**
 * Where a transfer takes data, and where the data was before. GDPR Art. 44; read by every rule about
 * countries, so that none of them forgets a way on which data leaves.
 */
import type { PartyId } from '../core/key-state.js'
import type { Hop, Transfer } from './hop.js'
import type { Judging, Upstream } from './rule.js'

/** A country, and the place in the statement where it stands. */
export type Place = { readonly at: string; readonly country: string }

type Taking = { readonly claims: Pick<Transfer['claims'], 'route' | 'terms'> }

/**
 * Everywhere it takes data: the importer’s country, where that stores and reads it, and where its
 * sub-processors are. A claim that is withheld adds nothing: whoever asks must look at it, too.
 */
export function destinationsOf({ claims: { route, terms } }: Taking): readonly Place[] {
  const subProcessors = terms?.subProcessors ?? []
  const main = route === undefined ? [] : [{ at: 'claims.route.to', country: route.to }]
  if (route?.storage === undefined && route?.access === undefined && subProcessors.length === 0) {
    return main
  }
  return [
    ...main,
    ...placesAt('claims.route.storage', route?.storage),
    ...placesAt('claims.route.access', route?.access),
    ...subProcessors.map(({ country }, position) => ({
      at: `claims.terms.subProcessors[${position}].country`,
      country,
    })),
  ]
}

/** Countries of a list with their places. */
export function placesAt(at: string, countries: readonly string[] = []): readonly Place[] {
  return countries.map((country, position) => ({ at: `${at}[${position}]`, country }))
}

/** Where a party is established by its own enrolment; undefined: it is withheld, or not shown. */
export function enrolledIn(
  party: string | undefined,
  { facts }: Pick<Judging, 'facts'>,
): string | undefined {
  return party === undefined ? undefined : facts.party(party as PartyId)?.claims.country
}

/**
 * Countries from which a transfer may leave besides its `route.from`, where its exporter is enrolled
 * first. Undefined stands for one that is not shown.
 */
export function originsBeside(
  hop: Transfer,
  judging: Pick<Judging, 'facts' | 'upstream'>,
): readonly (string | undefined)[] {
  const { exporter, route } = hop.claims
  const all = [enrolledIn(exporter, judging), ...countriesBefore(judging.upstream)]
  return all.filter((country) => country !== route?.from)
}

/**
 * Countries in which the data was before, by what its parents say: where it was collected, processed
 * or received. Undefined stands for one that is not shown. Where it is only stored or read from is not
 * among them: who keeps data abroad still sends it from where it sits.
 */
function countriesBefore(upstream: readonly Upstream[]): readonly (string | undefined)[] {
  return upstream.map(({ hop }) => (hop === undefined ? undefined : seatOf(hop)))
}

/** Where data sits after a hop; undefined: not shown, or there is none. */
export function seatOf(hop: Hop): string | undefined {
  if (hop.type === 'transfer/1') return hop.claims.route?.to
  // Nothing comes of an outcome.
  return hop.type === 'outcome/1' ? undefined : hop.claims.place?.jurisdiction
}
