/**
 * What an impact can be asked about, and which hops it begins at: a party, an instrument, a country, a
 * statement, a category of data or a purpose. domain 6.6.
 */
import type { PartyId } from '../core/key-state.js'
import { datasetsOf, fieldsOf, type Hop } from './hop.js'
import { destinationsOf } from './places.js'
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
 * all of them. `unsure`: what would tell is withheld, or not declared.
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
      return among([...actorsOf(hop), ...namedIn(hop)], value)
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
    if (hop.claims.route === undefined) return undefined
    return distinct(destinationsOf(hop).map(({ country }) => country))
  }
  if (hop.type === 'outcome/1') {
    const { audience } = hop.claims
    if (audience === undefined) return undefined
    const readers = audience?.recipients?.flatMap(({ country }) => country ?? []) ?? []
    return distinct([...(audience?.countries ?? []), ...readers])
  }
  const { place } = hop.claims
  if (place === undefined) return undefined
  const access = 'access' in place ? (place.access ?? []) : []
  return distinct([place.jurisdiction, ...(place.storage ?? []), ...access])
}

function placesOf(hop: Hop): readonly (string | undefined)[] {
  const after = countriesAfter(hop) ?? [undefined]
  if (hop.type !== 'transfer/1') return after
  // Terms that are withheld may name sub-processors anywhere.
  const hidden = hop.claims.terms === undefined ? [undefined] : []
  return [hop.claims.route?.from, ...after, ...hidden]
}

/** Parties that a hop gives data to without their taking part: sub-processors, and readers. */
function namedIn(hop: Hop): readonly (string | undefined)[] {
  if (hop.type === 'transfer/1') {
    const { terms } = hop.claims
    return terms === undefined ? [undefined] : partiesIn(terms.subProcessors)
  }
  if (hop.type !== 'outcome/1') return []
  const { audience } = hop.claims
  return audience === undefined ? [undefined] : partiesIn(audience?.recipients)
}

function partiesIn(named: readonly { readonly party?: string }[] = []): readonly string[] {
  return named.flatMap(({ party }) => party ?? [])
}

function among(values: readonly (string | null | undefined)[], value: string): Concern | undefined {
  if (values.includes(value)) return WHOLE
  return values.includes(undefined) ? 'unsure' : undefined
}

function ofPurpose(hop: Hop, purpose: string, vocabulary: Vocabulary): Concern | undefined {
  const { purposes } = hop.claims
  const terms = hop.type === 'transfer/1' ? hop.claims.terms : null
  const all = [...(purposes ?? []), ...(terms?.furtherPurposes ?? [])]
  if (all.some((term) => vocabulary.purposeUnder(term, purpose))) return WHOLE
  return purposes === undefined || terms === undefined ? 'unsure' : undefined
}

const UNCATEGORISED = 'https://w3id.org/dpv#UncategorisedData'

function ofCategory(hop: Hop, category: string, vocabulary: Vocabulary): Concern | undefined {
  const fields = fieldsOf(hop)
  const made = datasetsOf(hop)
  if (fields === undefined || made === undefined) return 'unsure'
  const datasets = new Set(
    fields
      .filter((field) => vocabulary.categoryUnder(field.category, category))
      .map((field) => field.n),
  )
  if (datasets.size > 0) return { datasets }
  // A copy of undeclared data has what its source has, and that is asked itself.
  const declared = hop.type === 'transfer/1' || made.every(({ n }) => fields.some((f) => f.n === n))
  const told = fields.every((field) => field.category !== UNCATEGORISED)
  return declared && told ? undefined : 'unsure'
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}
