/**
 * What the facets of a dataset say: fields, where columns come from, version, number of records.
 *
 * Reads `schema`, `columnLineage`, `version`, `outputStatistics`, `inputStatistics` and
 * `dataQualityMetrics`. A facet that cannot be read is named and left out: it is additional
 * information, and the run happened all the same.
 */
import { hasFormat } from '../../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { type Named, nameKey } from './event.js'

export type FieldFacet = { readonly name: string; readonly type: string | null }

export type ColumnSource = {
  readonly dataset: Named
  readonly field: string
  readonly via?: 'direct' | 'indirect'
}

/** Where a column comes from, and what was done; `kind` is a word of the schema's transformations. */
export type ColumnFacet = {
  readonly sources: readonly ColumnSource[]
  readonly kind?: 'mask' | 'aggregate' | 'derive'
}

export type DatasetFacets = {
  readonly fields: readonly FieldFacet[]
  /** By the name of the field. */
  readonly columns: ReadonlyMap<string, ColumnFacet>
  /** Sources that touch every column, such as filters. */
  readonly rows: readonly ColumnSource[]
  readonly version?: string
  readonly records?: number
  /** Facets, or fields of them, that could not be read. */
  readonly unreadable: readonly string[]
}

type Problem = (at: string) => void

export function readFacets(facets: JsonObject): DatasetFacets {
  const unreadable: string[] = []
  const problem: Problem = (at) => void unreadable.push(at)
  const version = versionOf(present(facets['version']), problem)
  const records = recordsOf(facets, problem)
  const lineage = lineageOf(present(facets['columnLineage']), problem)
  return {
    fields: fieldsOf(present(facets['schema']), problem),
    ...lineage,
    ...(version === undefined ? {} : { version }),
    ...(records === undefined ? {} : { records }),
    unreadable,
  }
}

/** A facet that is there; `_deleted` is OpenLineage's way to take one back. */
function present(facet: Json | undefined): Json | undefined {
  return facet === null || (isObject(facet) && facet['_deleted'] === true) ? undefined : facet
}

function fieldsOf(facet: Json | undefined, problem: Problem): readonly FieldFacet[] {
  if (facet === undefined) return []
  const list = isObject(facet) ? (facet['fields'] ?? []) : undefined
  if (!Array.isArray(list)) {
    problem('schema')
    return []
  }
  const fields = new Map<string, FieldFacet>()
  collectFields(list, '', fields, problem)
  return [...fields.values()]
}

/** Nested fields get the names of their parents before them, with dots. */
function collectFields(
  list: readonly Json[],
  prefix: string,
  into: Map<string, FieldFacet>,
  problem: Problem,
): void {
  for (const [position, item] of list.entries()) {
    const { name, type, fields } = isObject(item) ? item : {}
    const full = `${prefix}${String(name)}`
    if (typeof name !== 'string' || !hasFormat(full, 'name') || into.has(full)) {
      problem(`schema field ${prefix === '' ? '' : 'within a field, '}${position + 1}`)
      continue
    }
    into.set(full, { name: full, type: typeof type === 'string' ? type : null })
    if (Array.isArray(fields)) collectFields(fields, `${full}.`, into, problem)
  }
}

function lineageOf(
  facet: Json | undefined,
  problem: Problem,
): Pick<DatasetFacets, 'columns' | 'rows'> {
  if (facet === undefined) return { columns: new Map(), rows: [] }
  const fields = isObject(facet) ? (facet['fields'] ?? {}) : undefined
  if (!isObject(facet) || !isObject(fields)) {
    problem('columnLineage')
    return { columns: new Map(), rows: [] }
  }
  const columns = new Map<string, ColumnFacet>()
  for (const [position, [name, column]] of Object.entries(fields).entries()) {
    const read = columnOf(column)
    if (read === undefined || !hasFormat(name, 'name')) problem(`columnLineage field ${position + 1}`)
    else columns.set(name, read)
  }
  const rows = sourcesOf(facet['dataset'] ?? [])
  if (rows === undefined) problem('columnLineage dataset')
  return { columns, rows: (rows ?? []).map(({ source }) => ({ ...source, via: 'indirect' })) }
}

type ReadSource = { readonly source: ColumnSource; readonly kinds: readonly string[] }

function columnOf(column: Json): ColumnFacet | undefined {
  if (!isObject(column)) return undefined
  const read = sourcesOf(column['inputFields'] ?? [])
  if (read === undefined) return undefined
  const kinds = [...read.flatMap((item) => item.kinds), legacyKind(column['transformationType'])]
  const direct = read.filter(({ source }) => source.via !== 'indirect').length
  const sources = read.map(({ source }) => source)
  if (kinds.includes('MASKED')) return { sources, kind: 'mask' }
  if (kinds.includes('AGGREGATION')) return { sources, kind: 'aggregate' }
  // Several values became one, even where the producer does not say how.
  if (kinds.includes('TRANSFORMATION') || direct > 1) return { sources, kind: 'derive' }
  return { sources }
}

/** Each source once, with the words for what was done; undefined when the list cannot be read. */
function sourcesOf(list: Json): readonly ReadSource[] | undefined {
  if (!Array.isArray(list)) return undefined
  const found = new Map<string, ReadSource>()
  for (const item of list as readonly Json[]) {
    const { namespace, name, field, transformations = [] } = isObject(item) ? item : {}
    if (typeof namespace !== 'string' || typeof name !== 'string' || typeof field !== 'string') {
      return undefined
    }
    const done = Array.isArray(transformations) ? (transformations as readonly Json[]).filter(isObject) : []
    const dataset = { namespace, name }
    const key = JSON.stringify([nameKey(dataset), field])
    const before = found.get(key)
    const kinds = [...(before?.kinds ?? []), ...done.flatMap(kindsOf)]
    const via = done.length === 0 ? before?.source.via : viaOf(done, before?.source.via)
    found.set(key, { source: { dataset, field, ...(via === undefined ? {} : { via }) }, kinds })
  }
  return [...found.values()]
}

function viaOf(
  done: readonly JsonObject[],
  before: ColumnSource['via'] | undefined,
): 'direct' | 'indirect' {
  const direct = before === 'direct' || done.some(({ type }) => type !== 'INDIRECT')
  return direct ? 'direct' : 'indirect'
}

/** OpenLineage's own words; a direct subtype that is not known is a transformation. */
function kindsOf({ type, subtype, masking }: JsonObject): readonly string[] {
  if (masking === true) return ['MASKED']
  if (type === 'INDIRECT') return []
  const known = subtype === 'IDENTITY' || subtype === 'AGGREGATION'
  return [known ? subtype : 'TRANSFORMATION']
}

/** `transformationType` of a column, as facets before version 1.1 have it. */
function legacyKind(type: Json | undefined): string {
  if (typeof type !== 'string' || type === '' || type === 'IDENTITY') return 'IDENTITY'
  return type === 'MASKED' ? 'MASKED' : 'TRANSFORMATION'
}

function versionOf(facet: Json | undefined, problem: Problem): string | undefined {
  if (facet === undefined) return undefined
  const version = isObject(facet) ? facet['datasetVersion'] : undefined
  if (typeof version === 'string' && version !== '') return version
  problem('version')
  return undefined
}

function recordsOf(facets: JsonObject, problem: Problem): number | undefined {
  for (const name of ['outputStatistics', 'inputStatistics', 'dataQualityMetrics']) {
    const facet = present(facets[name])
    const rows = isObject(facet) ? facet['rowCount'] : undefined
    if (rows === undefined || rows === null) continue
    if (typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0) return rows
    problem(name)
  }
  return undefined
}
