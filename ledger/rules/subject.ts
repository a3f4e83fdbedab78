/**
 * What an impact can be asked about, and which hops it begins at: a party, an instrument, a country, a
 * statement, a category of data or a purpose. domain 6.6.
 */
import type { PartyId } from '../core/key-state.js'
import { datasetsOf, fieldsOf, type Hop } from './hop.js'
import type { Vocabulary } from './vocabulary.js'

/** Kinds of subject, as they are written on the command line and in a query. */
export const SUBJECT_KINDS = [
  'party',
  'instrument',
  'country',
  'statement',
  'category',
  'purpose',
] as const

export type SubjectKind = (typeof SUBJECT_KINDS)[number]

/** `value`: a party id, a statement id, an ISO 3166-1 alpha-2 code, or the IRI of a term. */
export type Subject = { readonly kind: SubjectKind; readonly value: string }

/**
 * Whether a hop is about a subject. `datasets` are the numbers of those it makes that are; undefined:
 * all of them. `unsure`: a claim that would tell is withheld.
 */
export type Concern = 'unsure' | { readonly datasets: ReadonlySet<number> | undefined }

const WHOLE: Concern = { datasets: undefined }

/** How a hop concerns a subject; undefined: it does not. */
export function concernOf(hop: Hop, subject: Subject, vocabulary: Vocabulary): Concern | undefined {
  const { kind, value } = subject
  switch (kind) {
    case 'statement':
      return hop.id === value ? WHOLE : undefined
    case 'party':
      return among(actorsOf(hop), value)
    case 'instrument':
      return hop.type === 'transfer/1' ? among([hop.claims.instrument], value) : undefined
    case 'country':
      return among(placesOf(hop), value)
    case 'purpose':
      return ofPurpose(hop, value, vocabulary)
    case 'category':
      return ofCategory(hop, value, vocabulary)
  }
}

/** Parties that act in a hop; undefined stands for one that is withheld. */
export function actorsOf(hop: Hop): readonly (PartyId | undefined)[] {
  const parties =
    hop.type === 'collection/1'
      ? [hop.claims.collector]
      : hop.type === 'transfer/1'
        ? [hop.claims.exporter, hop.claims.importer]
        : [hop.claims.performer]
  return parties as readonly (PartyId | undefined)[]
}

/** Who holds what a hop makes; undefined when withheld, and for an outcome. */
export function holderOfHop(hop: Hop): PartyId | undefined {
  if (hop.type === 'outcome/1') return undefined
  const holder =
    hop.type === 'collection/1'
      ? hop.claims.collector
      : hop.type === 'transfer/1'
        ? hop.claims.importer
        : hop.claims.performer
  return holder as PartyId | undefined
}

/** Countries in which the data is, or can be seen, after a hop; undefined when withheld. */
export function countriesAfter(hop: Hop): readonly string[] | undefined {
  if (hop.type === 'transfer/1') {
    const { route } = hop.claims
    return route === undefined ? undefined : countriesOf(route.to, route)
  }
  if (hop.type === 'outcome/1') {
    const { audience } = hop.claims
    return audience === undefined ? undefined : distinct(audience?.countries ?? [])
  }
  const { place } = hop.claims
  return place === undefined ? undefined : countriesOf(place.jurisdiction, place)
}

function countriesOf(
  main: string,
  { storage = [], access = [] }: { storage?: readonly string[]; access?: readonly string[] },
): readonly string[] {
  return distinct([main, ...storage, ...access])
}

function placesOf(hop: Hop): readonly (string | undefined)[] {
  const after = countriesAfter(hop)
  if (after === undefined) return [undefined]
  return hop.type === 'transfer/1' ? [hop.claims.route?.from, ...after] : after
}

function among(values: readonly (string | null | undefined)[], value: string): Concern | undefined {
  if (values.includes(value)) return WHOLE
  return values.includes(undefined) ? 'unsure' : undefined
}

function ofPurpose(hop: Hop, purpose: string, vocabulary: Vocabulary): Concern | undefined {
  const { purposes } = hop.claims
  if (purposes === undefined) return 'unsure'
  return purposes.some((term) => vocabulary.purposeUnder(term, purpose)) ? WHOLE : undefined
}

function ofCategory(hop: Hop, category: string, vocabulary: Vocabulary): Concern | undefined {
  const fields = fieldsOf(hop)
  if (fields === undefined || datasetsOf(hop) === undefined) return 'unsure'
  const datasets = new Set(
    fields
      .filter((field) => vocabulary.categoryUnder(field.category, category))
      .map((field) => field.n),
  )
  return datasets.size === 0 ? undefined : { datasets }
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}
