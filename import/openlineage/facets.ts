/**
 * What the facets of a dataset say: fields, where columns come from, version, number of records.
 *
 * Reads `schema`, `columnLineage`, `version`, `outputStatistics`, `inputStatistics` and
 * `dataQualityMetrics`. A facet that cannot be read is named and left out: it is additional
 * information, and the run happened all the same.
 */
import { hasFormat } from '../../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { type ColumnLineage, type Problem, readColumnLineage } from './column-lineage.js'

export type FieldFacet = { readonly name: string; readonly type: string | null }

export type DatasetFacets = ColumnLineage & {
  readonly fields: readonly FieldFacet[]
  readonly version?: string
  readonly records?: number
  /** Facets, or fields of them, that could not be read. */
  readonly unreadable: readonly string[]
}

export function readFacets(facets: JsonObject): DatasetFacets {
  const unreadable: string[] = []
  const problem: Problem = (at) => void unreadable.push(at)
  const version = versionOf(present(facets['version']), problem)
  const records = recordsOf(facets, problem)
  const lineage = readColumnLineage(present(facets['columnLineage']), problem)
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
    const field = fieldOf(item, prefix)
    if (field === undefined || into.has(field.name)) {
      problem(`schema field ${prefix === '' ? '' : 'within a field, '}${position + 1}`)
      continue
    }
    into.set(field.name, field)
    const nested = isObject(item) ? item['fields'] : undefined
    if (Array.isArray(nested)) collectFields(nested, `${field.name}.`, into, problem)
  }
}

function fieldOf(item: Json, prefix: string): FieldFacet | undefined {
  const { name, type } = isObject(item) ? item : {}
  const full = `${prefix}${String(name)}`
  if (typeof name !== 'string' || !hasFormat(full, 'name')) return undefined
  return { name: full, type: typeof type === 'string' ? type : null }
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
