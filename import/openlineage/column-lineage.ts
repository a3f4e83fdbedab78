/**
 * The facet `columnLineage`: which columns of the inputs a column was made from, and how.
 *
 * Reads versions 1.0 and 1.1 to 1.2 of the facet. Where a facet does not say what was done, one source
 * means that the column is unchanged, which lets no category disappear, and several mean that it was
 * derived from them.
 */
import { hasFormat } from '../../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { type Named, nameKey } from './event.js'

export type ColumnSource = {
  readonly dataset: Named
  readonly field: string
  /** Whether values flow from it, or it only decides which rows are there. */
  readonly via?: 'direct' | 'indirect'
}

/** Where a column comes from, and what was done; `kind` is a word of the schema's transformations. */
export type ColumnFacet = {
  readonly sources: readonly ColumnSource[]
  readonly kind?: 'mask' | 'aggregate' | 'derive'
}

export type ColumnLineage = {
  /** By the name of the field. */
  readonly columns: ReadonlyMap<string, ColumnFacet>
  /** Sources that touch every column, such as filters. */
  readonly rows: readonly ColumnSource[]
}

/** Told what of a facet could not be read. */
export type Problem = (at: string) => void

type ReadSource = { readonly source: ColumnSource; readonly done: readonly Done[] }
type Done = 'indirect' | 'identity' | 'aggregate' | 'derive' | 'mask'

/** Reads the facet; one that is not there says nothing. */
export function readColumnLineage(facet: Json | undefined, problem: Problem): ColumnLineage {
  const columns = new Map<string, ColumnFacet>()
  if (facet === undefined) return { columns, rows: [] }
  const { fields = {}, dataset = [] } = isObject(facet) ? facet : { fields: null }
  if (!isObject(fields)) {
    problem('columnLineage')
    return { columns, rows: [] }
  }
  for (const [position, [name, column]] of Object.entries(fields).entries()) {
    const read = columnOf(column)
    if (read !== undefined && hasFormat(name, 'name')) columns.set(name, read)
    else problem(`columnLineage field ${position + 1}`)
  }
  const rows = sourcesOf(dataset)
  if (rows === undefined) problem('columnLineage dataset')
  return { columns, rows: (rows ?? []).map(({ source }) => ({ ...source, via: 'indirect' })) }
}

function columnOf(column: Json): ColumnFacet | undefined {
  const { inputFields = [], transformationType } = isObject(column) ? column : { inputFields: null }
  const read = sourcesOf(inputFields)
  if (read === undefined) return undefined
  const done = new Set([...read.flatMap((item) => item.done), legacyDone(transformationType)])
  const direct = read.filter(({ source }) => source.via !== 'indirect')
  const sources = read.map(({ source }) => source)
  // The one that hides most is said: it is the one that rules look for.
  if (done.has('mask')) return { sources, kind: 'mask' }
  if (done.has('aggregate')) return { sources, kind: 'aggregate' }
  return done.has('derive') || direct.length > 1 ? { sources, kind: 'derive' } : { sources }
}

/** Each source once, with what was done to it; undefined when the list cannot be read. */
function sourcesOf(list: Json): readonly ReadSource[] | undefined {
  if (!Array.isArray(list)) return undefined
  const read = (list as readonly Json[]).map(sourceOf)
  if (read.includes(undefined)) return undefined
  const found = new Map<string, ReadSource>()
  for (const item of read.filter((one) => one !== undefined)) {
    const key = JSON.stringify([nameKey(item.source.dataset), item.source.field])
    const before = found.get(key)
    const direct = before?.source.via === 'direct' || item.source.via === 'direct'
    const source: ColumnSource = direct ? { ...item.source, via: 'direct' } : item.source
    found.set(key, { source, done: [...(before?.done ?? []), ...item.done] })
  }
  return [...found.values()]
}

function sourceOf(item: Json): ReadSource | undefined {
  const { namespace, name, field, transformations } = isObject(item) ? item : {}
  if (typeof namespace !== 'string' || typeof name !== 'string' || typeof field !== 'string') {
    return undefined
  }
  const dataset = { namespace, name }
  const list = Array.isArray(transformations) ? (transformations as readonly Json[]) : []
  const done = list.filter(isObject).map(doneOf)
  if (done.length === 0) return { source: { dataset, field }, done }
  const via = done.every((kind) => kind === 'indirect') ? 'indirect' : 'direct'
  return { source: { dataset, field, via }, done }
}

/** OpenLineage's own words; a direct subtype that is not known derives something. */
function doneOf({ type, subtype, masking }: JsonObject): Done {
  if (masking === true) return 'mask'
  if (type === 'INDIRECT') return 'indirect'
  if (subtype === 'IDENTITY') return 'identity'
  return subtype === 'AGGREGATION' ? 'aggregate' : 'derive'
}

/** `transformationType` of a column, as the facet had it before version 1.1. */
function legacyDone(type: Json | undefined): Done {
  if (typeof type !== 'string' || type === '' || type === 'IDENTITY') return 'identity'
  return type === 'MASKED' ? 'mask' : 'derive'
}
