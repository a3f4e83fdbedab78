/**
 * Fields and where they come from: what R10, R12 and column lineage read. docs/statements.md “Field”.
 *
 * A field names its sources; in a transfer it may leave them out and then is the field of the same
 * name. What is not shown, or was never declared, is told apart from what is not there.
 */
import { datasetsOf, type Field, fieldsOf, type Hop } from './hop.js'
import { Recent } from './recent.js'
import type { Upstream } from './rule.js'
import { type Judged, unknown } from './verdict.js'

/** A field as it stands in a statement, at its position in `fields`. */
export type PlacedField = {
  readonly state: 'found'
  readonly field: Field
  readonly position: number
}

/** A field looked for in a parent’s dataset. `hidden`: not shown, or no fields are declared there. */
export type FoundField = PlacedField | { readonly state: 'missing' } | { readonly state: 'hidden' }

type FieldsByName = ReadonlyMap<number, ReadonlyMap<string, PlacedField>>

const HIDDEN: FoundField = { state: 'hidden' }
const MISSING: FoundField = { state: 'missing' }
const NO_SOURCES: readonly FieldSource[] = []

/** Fields of a hop by dataset and name; undefined when withheld. A dataset without any is left out. */
export function fieldsByName(hop: Hop): FieldsByName | undefined {
  const fields = fieldsOf(hop)
  return fields === undefined ? undefined : BY_NAME.of(fields)
}

const BY_NAME = new Recent((fields: readonly Field[]): FieldsByName => {
  const found = new Map<number, Map<string, PlacedField>>()
  let position = 0
  for (const field of fields) {
    const placed: PlacedField = { state: 'found', field, position }
    const own = found.get(field.n)
    if (own === undefined) found.set(field.n, new Map([[field.name, placed]]))
    else own.set(field.name, placed)
    position += 1
  }
  return found
})

/** Fields of one dataset of a hop by name; undefined where they are not shown or declared. */
export function fieldsOfDataset(hop: Hop, n: number): ReadonlyMap<string, PlacedField> | undefined {
  return fieldsByName(hop)?.get(n)
}

/** Fields of the dataset that a parent stands for; undefined where they are not shown or declared. */
export function fieldsOfParent(
  parent: Upstream | undefined,
): ReadonlyMap<string, PlacedField> | undefined {
  return parent?.hop === undefined ? undefined : fieldsOfDataset(parent.hop, parent.n)
}

/** The field of that name in the dataset that a parent stands for. */
export function fieldAt(parent: Upstream | undefined, name: string): FoundField {
  const fields = fieldsOfParent(parent)
  if (fields === undefined) return HIDDEN
  return fields.get(name) ?? MISSING
}

/** One source of a field, as stated or, in a transfer, as implied. */
export type FieldSource = {
  /** Position in `parents`; undefined where datasets that are withheld would tell. */
  readonly parent: number | undefined
  readonly name: string
  /** Whether values flow from it, or it only decides which rows are there. */
  readonly via: 'direct' | 'indirect'
  /** Position in `source` of the field; undefined: implied by the name. */
  readonly place?: number
}

/** Sources of a field; undefined where a processing does not state them. */
export function sourcesOf(hop: Hop, field: Field): readonly FieldSource[] | undefined {
  if (field.source !== undefined) {
    const [only, ...more] = field.source
    if (only === undefined) return NO_SOURCES
    if (more.length === 0) return [placedSource(only, 0)]
    return field.source.map(placedSource)
  }
  if (hop.type === 'collection/1') return NO_SOURCES
  if (hop.type !== 'transfer/1') return undefined
  const only = hop.parents.length === 1 ? 0 : undefined
  const from = datasetsOf(hop)?.find(({ n }) => n === field.n)?.from[0]
  return [{ parent: from ?? only, name: field.name, via: 'direct' }]
}

/** Does it only decide which rows are there? */
export function isIndirect({ via }: FieldSource): boolean {
  return via === 'indirect'
}

type StatedSource = NonNullable<Field['source']>[number]

function placedSource({ parent, name, via = 'direct' }: StatedSource, place: number): FieldSource {
  return { parent, name, via, place }
}

const ALL_DECLARED: readonly Judged[] = []

/** Datasets whose fields are not shown or not declared: nothing is known of them. */
export function undeclaredFields(hop: Hop): readonly Judged[] {
  const datasets = datasetsOf(hop)
  const fields = fieldsByName(hop)
  if (fields === undefined) return [unknown('its fields are withheld', { at: 'claims.fields' })]
  if (datasets === undefined) {
    return [unknown('its datasets are withheld', { at: 'claims.datasets' })]
  }
  if (datasets.every(({ n }) => fields.has(n))) return ALL_DECLARED
  return datasets.flatMap(({ n, name }, position) =>
    fields.has(n)
      ? []
      : [unknown(`no fields are declared for ${name}`, { at: `claims.datasets[${position}]` })],
  )
}
