/**
 * What `waybill lineage --json` prints, as lines that can be compared: a line per statement, its parents
 * by the name of the dataset.
 */
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'

export function linesOf(
  nodes: readonly JsonObject[],
  aliasOf: (party: string) => string,
): readonly string[] {
  const byId = new Map(nodes.map((node) => [String(node['id']), node]))
  return nodes.map((node) => {
    const isOutcome = node['type'] === 'outcome/1'
    const parents = objectsIn(node['parents']).map(({ id, n }) => {
      const parent = byId.get(String(id)) ?? {}
      const name = datasetOf(parent, n)
      const label = labelOf(parent, aliasOf)
      return { name, text: isOutcome ? label : `${label}: ${name}` }
    })
    const named = parents.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text)
    const type = String(node['type']).slice(0, -2)
    const label = labelOf(node, aliasOf)
    const line = label.startsWith(type) ? label : `${type} ${label}`
    return named.length === 0 ? line : `${line} <- ${named.join(', ')}`
  })
}

function labelOf(node: JsonObject, aliasOf: (party: string) => string): string {
  const claims = objectIn(node['claims'])
  if (node['type'] === 'outcome/1') return `outcome ${String(objectIn(claims['artefact'])['name'])}`
  const name = String(objectsIn(claims['datasets'])[0]?.['name'])
  if (node['type'] === 'transfer/1') {
    return `transfer ${name} ${aliasOf(String(claims['exporter']))}>${aliasOf(String(claims['importer']))}`
  }
  const references = objectsIn(objectIn(claims['period'])['references'])
  const run = references.find(({ kind }) => kind === 'openlineage-run')
  return run === undefined ? `source ${name}` : `run ${String(run['id']).slice(0, 8)}`
}

function datasetOf(node: JsonObject, n: Json | undefined): string {
  const datasets = objectsIn(objectIn(node['claims'])['datasets'])
  return String(datasets.find((dataset) => dataset['n'] === n)?.['name'])
}

function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : []
}
