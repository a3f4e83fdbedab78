/**
 * Claims of planned statements: what the map says, and what the events say, put together.
 *
 * Nothing is judged here; the schemas do that to every draft before anything is signed.
 */
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import type { Named } from './event.js'
import type { DatasetFacets } from './facets.js'
import { type Claims, claimsFor, fieldRule, type ImportedType, type ImportMap } from './map.js'
import { partyNameOf } from './map-parties.js'
import type { Parties } from './party.js'

/** A dataset that a statement makes. */
export type MadeDataset = Named & {
  readonly n: number
  readonly label: string
  readonly digest: string
  readonly facets: DatasetFacets
}

/** Category of a field that no rule speaks of: personal until somebody says otherwise. */
export const UNCATEGORISED = 'https://w3id.org/dpv#UncategorisedData'
/** Most fields that one statement can carry. DESIGN 4.1. */
export const FIELDS_MAX = 1_000
const REFERENCES_MAX = 64

/** A rule's claims over the defaults, with ids for the names of parties. */
export function ruleClaims(
  map: ImportMap,
  type: ImportedType,
  own: Claims,
  parties: Parties,
): Record<string, Json> {
  const claims = claimsFor(map, type, own)
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, withPartyIds(value, parties)]),
  )
}

/** A claim that is an object, with what the import knows where the map says nothing. */
export function filled(known: JsonObject, given: Json | undefined): Json {
  if (given === undefined) return known
  return isObject(given) ? { ...known, ...given } : given
}

/** `known` without members that are undefined. */
export function knownOnly(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const known: Record<string, Json> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) known[name] = value
  return known
}

export function datasetClaim(dataset: MadeDataset, from: readonly number[]): Json {
  const { n, label, digest, facets } = dataset
  return knownOnly({ n, name: label, digest, from: [...from], records: facets.records })
}

/** A field with what the map says of it. */
export function fieldClaim(map: ImportMap, dataset: Named, n: number, field: string): JsonObject {
  const rule = fieldRule(map, dataset, field)
  return { n, name: field, ...(rule?.claims ?? { category: UNCATEGORISED }) }
}

/**
 * Where a field comes from: positions of the parents that its sources are in. Undefined when the
 * facet says nothing of it; sources that are no inputs of the run are told to `unknown`.
 */
export function fieldOrigin(
  { columns, rows }: DatasetFacets,
  field: string,
  positionOf: (dataset: Named) => number | undefined,
  unknown: (dataset: Named) => void,
): JsonObject {
  const column = columns.get(field)
  if (column === undefined) return {}
  const listed = new Map<string, Json>()
  for (const { dataset, field: name, via } of [...column.sources, ...rows]) {
    const parent = positionOf(dataset)
    if (parent === undefined) unknown(dataset)
    else {
      const key = JSON.stringify([parent, name])
      // What a column takes directly says more than that it also filters.
      if (!listed.has(key)) listed.set(key, knownOnly({ parent, name, via }))
    }
  }
  return knownOnly({
    source: [...listed.values()],
    transformation: column.kind === undefined ? undefined : making(column.kind),
  })
}

/** The claim `period`; a statement carries at most so many references. */
export function periodClaim(begin: string, end: string, references: readonly Json[]): Json {
  const kept = references.slice(0, REFERENCES_MAX)
  return knownOnly({ begin, end, references: kept.length === 0 ? undefined : [...kept] })
}

function making(kind: 'mask' | 'aggregate' | 'derive'): JsonObject {
  return kind === 'mask' ? { kind, masking: true } : { kind }
}

function withPartyIds(value: Json, parties: Parties): Json {
  if (typeof value === 'string') {
    const alias = partyNameOf(value)
    return (alias === undefined ? undefined : parties.get(alias)?.id) ?? value
  }
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item) => withPartyIds(item, parties))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withPartyIds(item, parties)]),
  )
}
