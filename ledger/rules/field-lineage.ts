/**
 * Column lineage: one field followed by name, through the sources that each hop states, back to the
 * collections. domain 6.5; DESIGN 6.
 *
 * It says what was done to the field at each hop, what its category and its identification were
 * before and after, and where the way is lost. It judges nothing: that is R10 and R12. The walk is
 * iterative and visits each field of a dataset once.
 */
import type { ParentRef, StatementId } from '../core/statement.js'
import { fieldsByName, fieldsOfDataset, type PlacedField, sourcesOf } from './field-sources.js'
import { datasetsOf, type Field, fieldsOf, type Hop, type HopType } from './hop.js'
import type { HopGraph } from './hop-graph.js'
import { masks, remakes, type Step, stepsOn } from './masking.js'

/**
 * How the way goes on from a field: `collected` and `made` are its ends; `passed` goes on to the
 * sources. The others lose it: `unstated`, the performer does not say where it comes from; `missing`,
 * the dataset has no such field; `undeclared`, no fields are declared for it; `withheld`, they are not
 * shown; `gap`, the statement is not shown.
 */
export type FieldState =
  | 'collected'
  | 'made'
  | 'passed'
  | 'unstated'
  | 'missing'
  | 'undeclared'
  | 'withheld'
  | 'gap'

/** A field of one dataset, as column lineage finds it. */
export type FieldPlace = ParentRef & { readonly name: string }

export type FieldSourceLink = {
  readonly to: FieldPlace
  /** Whether values flow from it, or it only decides which rows are there. */
  readonly via: 'direct' | 'indirect'
}

export type FieldNode = FieldPlace & {
  readonly state: FieldState
  /** Of the statement; left out for a gap. */
  readonly index?: number
  readonly type?: HopType
  /** Position in `fields`, and the field as it stands there, where it was found. */
  readonly position?: number
  readonly field?: Field
  /** What was done to it in this hop, and whether that masks. */
  readonly steps: readonly (Step & { readonly masks: boolean })[]
  readonly sources: readonly FieldSourceLink[]
}

export type FieldLineage = {
  readonly name: string
  /** Where the walk begins: fields of that name in the root, or in what an outcome was made of. */
  readonly starts: readonly FieldPlace[]
  /** Everything reached: latest entry first, gaps last. */
  readonly nodes: readonly FieldNode[]
  /** The way was lost nowhere. */
  readonly complete: boolean
}

const LOST: ReadonlySet<FieldState> = new Set<FieldState>([
  'unstated',
  'missing',
  'undeclared',
  'withheld',
  'gap',
])

/**
 * Follows the fields of that name in a statement. Undefined when all its fields are shown and none has
 * the name, or when the root is not shown.
 */
export function fieldLineage(
  graph: HopGraph,
  root: StatementId,
  name: string,
): FieldLineage | undefined {
  const hop = graph.hop(root)
  if (hop === undefined) return undefined
  const starts = startsOf(graph, hop, name)
  if (starts.length === 0) return undefined
  const nodes = new Map<string, FieldNode>()
  const queue = [...starts]
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    const key = keyOf(place)
    if (nodes.has(key)) continue
    const node = nodeOf(graph, place)
    nodes.set(key, node)
    queue.push(...node.sources.map(({ to }) => to))
  }
  const inOrder = [...nodes.values()].sort(compareNodes)
  return {
    name,
    starts,
    nodes: inOrder,
    complete: inOrder.every(({ state }) => !LOST.has(state)),
  }
}

/** Names hold no line feed. */
function keyOf({ id, n, name }: FieldPlace): string {
  return `${id}\n${n}\n${name}`
}

function compareNodes(a: FieldNode, b: FieldNode): number {
  const [first, second] = [keyOf(a), keyOf(b)]
  return (b.index ?? -1) - (a.index ?? -1) || (first < second ? -1 : first > second ? 1 : 0)
}

/** Where fields are hidden or not declared, one of that name may be: the walk begins there too. */
function startsOf(graph: HopGraph, hop: Hop, name: string): readonly FieldPlace[] {
  const datasets = hop.type === 'outcome/1' ? hop.parents : ownDatasets(hop)
  return datasets.flatMap(({ id, n }) => {
    const place = { id, n, name }
    return nodeOf(graph, place).state === 'missing' ? [] : [place]
  })
}

/** Where datasets are withheld, those that the fields name; where fields are too, any may be meant. */
function ownDatasets(hop: Hop): readonly ParentRef[] {
  const numbers = datasetsOf(hop)?.map(({ n }) => n) ?? [...(fieldsByName(hop)?.keys() ?? [0])]
  return numbers.map((n) => ({ id: hop.id, n }))
}

function nodeOf(graph: HopGraph, place: FieldPlace): FieldNode {
  const hop = graph.hop(place.id)
  const nothing = { ...place, steps: [], sources: [] }
  if (hop === undefined) return { ...nothing, state: 'gap' }
  const known = { ...nothing, index: hop.index, type: hop.type }
  if (fieldsOf(hop) === undefined) return { ...known, state: 'withheld' }
  const fields = fieldsOfDataset(hop, place.n)
  if (fields === undefined) return { ...known, state: 'undeclared' }
  const found = fields.get(place.name)
  if (found === undefined) return { ...known, state: 'missing' }
  return { ...known, ...wayOf(graph, hop, found) }
}

function wayOf(
  graph: HopGraph,
  hop: Hop,
  { field, position }: PlacedField,
): Pick<FieldNode, 'state' | 'field' | 'position' | 'steps' | 'sources'> {
  const steps = stepsOn(hop, field).map((step) => ({ ...step, masks: masks(step) }))
  const found = { field, position, steps }
  const sources = sourcesOf(hop, field)
  if (sources === undefined) return { ...found, state: 'unstated', sources: [] }
  if (sources.length === 0) {
    return { ...found, state: hop.type === 'collection/1' ? 'collected' : 'made', sources: [] }
  }
  const links = sources.flatMap(({ parent, name, via }): readonly FieldSourceLink[] => {
    const cited = parent === undefined ? undefined : hop.parents[parent]
    return cited === undefined ? [] : [{ to: { ...cited, name }, via }]
  })
  const implied = field.source === undefined ? links[0]?.to : undefined
  // A transfer need not name the sources of what a transformation of its own has produced.
  if (implied !== undefined && steps.some(remakes) && isMissing(graph, implied)) {
    return { ...found, state: 'made', sources: [] }
  }
  // Which of several parents it came from stands in datasets that are withheld.
  const state = links.length < sources.length ? 'withheld' : 'passed'
  return { ...found, state, sources: links }
}

function isMissing(graph: HopGraph, { id, n, name }: FieldPlace): boolean {
  const hop = graph.hop(id)
  const fields = hop === undefined ? undefined : fieldsOfDataset(hop, n)
  return fields !== undefined && !fields.has(name)
}
