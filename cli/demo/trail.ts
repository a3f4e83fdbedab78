/**
 * The way of the data that crosses the most borders, read from what `waybill lineage --json` says.
 */
import { invariant } from '../../ledger/core/errors.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'

export type Crossing = { readonly from: string; readonly to: string; readonly mode: string }

export type Lineage = {
  /** Ids of its statements, the outcome first. */
  readonly ids: readonly string[]
  /** Statements by which the rules judged it: instruments, assessments, rulesets. */
  readonly companions: readonly string[]
  readonly signatures: number
  readonly collections: number
  /** Statements on the longest way, after the outcome. */
  readonly depth: number
  /** Border crossings on the way with the most of them, in the order of the data. */
  readonly trail: readonly Crossing[]
}

/** Hops by what a rule says of them: `0 FAIL, 2 UNKNOWN, …`. */
export function rulesText(result: JsonObject): string {
  const [lineage] = objectsIn(result['lineages'])
  const rules = lineage?.['rules']
  const counts = isObject(rules) ? rules['counts'] : undefined
  if (!isObject(counts)) return 'not judged'
  return ['FAIL', 'UNKNOWN', 'WARN', 'PASS'].map((word) => `${counts[word]} ${word}`).join(', ')
}

/** Reads the only lineage of a result of `waybill lineage --json`. */
export function readLineage(result: JsonObject): Lineage {
  const [lineage, ...others] = objectsIn(result['lineages'])
  invariant(lineage !== undefined && others.length === 0, 'one outcome carries the digest')
  const nodes = objectsIn(lineage['nodes'])
  return {
    ids: nodes.map(({ id }) => String(id)),
    companions: listIn(lineage['companions']).map(String),
    signatures: nodes.reduce((sum, node) => sum + objectsIn(node['signatures']).length, 0),
    collections: listIn(lineage['collections']).length,
    depth: Number(lineage['depth']),
    trail: longestTrail(nodes),
  }
}

/** Nodes come with the outcome first and parents after children, so the last ones begin. */
function longestTrail(nodes: readonly JsonObject[]): readonly Crossing[] {
  const trails = new Map<string, readonly Crossing[]>()
  for (const node of [...nodes].reverse()) {
    const before = objectsIn(node['parents'])
      .map(({ id }) => trails.get(String(id)) ?? [])
      .reduce((most, trail) => (trail.length > most.length ? trail : most), [])
    trails.set(String(node['id']), [...before, ...crossing(node)])
  }
  const [outcome] = nodes
  return trails.get(String(outcome?.['id'])) ?? []
}

function crossing({ claims }: JsonObject): readonly Crossing[] {
  const route = isObject(claims) ? claims['route'] : undefined
  if (!isObject(route) || route['from'] === route['to']) return []
  return [{ from: String(route['from']), to: String(route['to']), mode: String(route['mode']) }]
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return listIn(value).filter((item): item is JsonObject => isObject(item))
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
