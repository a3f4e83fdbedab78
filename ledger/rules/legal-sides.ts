/**
 * Who needs a legal basis of their own for a hop, and which they state. GDPR Art. 6, 9, 10; R14.
 *
 * A controller in a country of the GDPR does; a processor rests on its controller, and whoever only
 * makes something of data that is special already rests on the bases upstream.
 */
import { fieldsOfParent } from './field-sources.js'
import type { Collection, Field, Processing, Transfer } from './hop.js'
import type { Judging } from './rule.js'
import { regimesOf } from './tables.js'

type Basis = NonNullable<Collection['claims']['legalBasis']>[number]

export type BasisSide = {
  /** For people. */
  readonly who: string
  /** Place of its bases. */
  readonly at: string
  /** `unknown`: what would tell is withheld. */
  readonly needed: 'yes' | 'no' | 'unknown'
  /** Undefined: withheld. */
  readonly bases: readonly Basis[] | undefined
}

/** Laws with an Art. 9 and 10. */
const GDPR: ReadonlySet<string> = new Set(['eu-gdpr', 'uk-gdpr'])
const CONTROLLERS: ReadonlySet<string> = new Set([
  'https://w3id.org/dpv#DataController',
  'https://w3id.org/dpv#JointDataControllers',
])

/** Which protection a basis is asked for. */
export type Protected = 'special' | 'criminal'

/** Is the field protected so, by its flags or by what it tells? */
export function isProtected(field: Field, kind: Protected, { law }: Judging): boolean {
  if (field.special?.includes(kind) === true) return true
  const { isSpecial, isCriminal } = law.vocabulary
  return kind === 'special' ? isSpecial(field.category) : isCriminal(field.category)
}

/** Sides of a hop; none for an outcome. */
export function sidesOf(judging: Judging, kind: Protected): readonly BasisSide[] {
  const { hop } = judging
  switch (hop.type) {
    case 'collection/1':
      return [collectorSide(judging, hop)]
    case 'transfer/1':
      return [transferSide(judging, hop, 'exporter'), transferSide(judging, hop, 'importer')]
    case 'processing/1':
      return [performerSide(judging, hop, kind)]
    case 'outcome/1':
      return []
  }
}

function collectorSide(judging: Judging, { claims }: Collection): BasisSide {
  const { place, legalBasis } = claims
  const countries = place && [place.jurisdiction, ...(place.subjectCountries ?? [])]
  const governed = countries?.some(governs(judging))
  // Whoever does not say where the persons are may collect from persons whom the GDPR protects.
  const open = place === undefined || (place.subjectCountries === undefined && governed === false)
  return {
    who: 'the collector',
    at: 'claims.legalBasis',
    needed: open ? 'unknown' : yes(governed === true),
    bases: legalBasis,
  }
}

function transferSide(
  judging: Judging,
  { claims }: Transfer,
  side: 'exporter' | 'importer',
): BasisSide {
  const { terms, route } = claims
  const own = terms?.[side]
  const country = side === 'exporter' ? route?.from : route?.to
  const isController = own && CONTROLLERS.has(own.role)
  const isGoverned = country === undefined ? undefined : governs(judging)(country)
  return {
    who: `the ${side}`,
    at: `claims.terms.${side}.legalBasis`,
    needed: both(isController, isGoverned),
    bases: own && (own.legalBasis ?? []),
  }
}

/** Who processes rests on the bases upstream, unless what it makes is protected only from here on. */
function performerSide(judging: Judging, { claims }: Processing, kind: Protected): BasisSide {
  const { place } = claims
  const before = wasProtected(judging, kind)
  const begins = before === undefined ? undefined : !before
  const isController = place && (place.role === undefined || CONTROLLERS.has(place.role))
  const isGoverned = place && governs(judging)(place.jurisdiction)
  return {
    who: 'the performer',
    at: 'claims.place.legalBasis',
    needed: both(begins, isController, isGoverned),
    bases: place && (place.legalBasis ?? []),
  }
}

/** Undefined: not fully shown. */
function wasProtected(judging: Judging, kind: Protected): boolean | undefined {
  const { special } = judging.limits
  if (kind === 'special' && special.value) return true
  const parents = judging.upstream.map(fieldsOfParent)
  const is = parents.some((fields) =>
    [...(fields?.values() ?? [])].some(({ field }) => isProtected(field, kind, judging)),
  )
  if (is) return true
  const open = parents.includes(undefined) || (kind === 'special' && special.incomplete)
  return open ? undefined : false
}

function governs({ law }: Judging): (country: string) => boolean {
  return (country) => regimesOf(law, country).some(({ code }) => GDPR.has(code))
}

function yes(is: boolean): 'yes' | 'no' {
  return is ? 'yes' : 'no'
}

/** All of them; one that is false decides, whatever is not known of the others. */
function both(...parts: readonly (boolean | undefined)[]): BasisSide['needed'] {
  if (parts.includes(false)) return 'no'
  return parts.includes(undefined) ? 'unknown' : 'yes'
}
