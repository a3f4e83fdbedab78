/**
 * Lineage: the graph of verified statements from an outcome back to collections. DESIGN 6.
 *
 * Nodes are statements, edges the dataset versions they cite. Entries cite smaller indexes only, so
 * there are no cycles; the walk is iterative, so that a chain of a million hops needs no stack.
 * What is checked here is custody: every hop used or passed on what its party held.
 */
import type { DatasetFact, StatementFacts } from './facts.js'
import type { Finding } from './finding.js'
import type { PartyId } from './key-state.js'
import type { StatementType } from './schemas.js'
import type { ParentRef, StatementId } from './statement.js'

/** What the walk needs of a statement; `VerifiedStatement` has it. */
export type LineageSource = {
  readonly id: StatementId
  readonly index: number
  readonly facts: StatementFacts
  /** Without `open`, any claim of a stub counts as withheld, and none of an envelope. */
  readonly form: 'envelope' | 'stub'
  /** Names of claims that are withheld: what rests on them is incomplete, not wrong. */
  readonly open?: { readonly withheld: readonly string[] }
}

export type LineageEdge = {
  readonly parent: ParentRef
  /** Absent when the parent was not given: a gap. */
  readonly source?: LineageSource
}

export type LineageNode = {
  readonly source: LineageSource
  readonly edges: readonly LineageEdge[]
  /** Longest way to it from the root, in hops; the root is 0. */
  readonly depth: number
}

export type Lineage = {
  readonly root: StatementId
  /** Every statement reached, the root first, in order of falling index. */
  readonly nodes: ReadonlyMap<StatementId, LineageNode>
  readonly findings: readonly Finding[]
  /** Statements that nothing comes before: the collections. */
  readonly collections: readonly StatementId[]
  readonly depth: number
}

/** Role that holds the datasets of each type that makes some. DESIGN 5 "Custody". */
const HOLDERS: Readonly<Partial<Record<StatementType, string>>> = {
  'collection/1': 'collector',
  'transfer/1': 'importer',
  'processing/1': 'performer',
}

/** Who holds the datasets that a statement makes: its collector, performer, or importer. DESIGN 5 "Custody". */
export function holderOf(facts: StatementFacts): PartyId | undefined {
  const role = HOLDERS[facts.type]
  return role === undefined ? undefined : facts.parties[role]
}

/** Who must hold the parents: the exporter of a transfer, the performer otherwise. */
export function userOf(facts: StatementFacts): PartyId | undefined {
  return facts.parties[userRole(facts)]
}

function userRole(facts: StatementFacts): string {
  return facts.type === 'transfer/1' ? 'exporter' : 'performer'
}

/** Walks from `root` to everything before it. `lookup` returns undefined for what was not given. */
export function lineageOf<Source extends LineageSource>(
  root: Source,
  lookup: (id: StatementId) => Source | undefined,
): Lineage {
  const findings: Finding[] = []
  const edges = new Map<StatementId, readonly LineageEdge[]>()
  const sources = new Map<StatementId, LineageSource>([[root.id, root]])
  const queue: LineageSource[] = [root]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const found = next.facts.parents.map((parent) => edgeTo(parent, lookup))
    edges.set(next.id, found)
    findings.push(
      ...found.flatMap((edge, position) => custody(next as LineageSource, edge, position)),
    )
    for (const { source } of found) {
      if (source === undefined || sources.has(source.id)) continue
      sources.set(source.id, source)
      queue.push(source)
    }
  }
  const nodes = layered([...sources.values()], edges)
  const leaves = [...nodes.values()].filter((node) => node.edges.length === 0)
  for (const { source } of leaves) findings.push(...beginning(source))
  return {
    root: root.id,
    nodes,
    findings,
    collections: leaves.map(({ source }) => source.id),
    depth: [...nodes.values()].reduce((most, node) => Math.max(most, node.depth), 0),
  }
}

function edgeTo(
  parent: ParentRef,
  lookup: (id: StatementId) => LineageSource | undefined,
): LineageEdge {
  const source = lookup(parent.id)
  return source === undefined ? { parent } : { parent, source }
}

/** Depths in one pass: falling index is an order in which every child comes before its parents. */
function layered(
  sources: readonly LineageSource[],
  edges: ReadonlyMap<StatementId, readonly LineageEdge[]>,
): ReadonlyMap<StatementId, LineageNode> {
  const depths = new Map<StatementId, number>()
  const nodes = new Map<StatementId, LineageNode>()
  for (const source of [...sources].sort((a, b) => b.index - a.index)) {
    const depth = depths.get(source.id) ?? 0
    const own = edges.get(source.id) ?? []
    nodes.set(source.id, { source, edges: own, depth })
    for (const { parent } of own)
      depths.set(parent.id, Math.max(depths.get(parent.id) ?? 0, depth + 1))
  }
  return nodes
}

type About = Pick<Finding, 'at' | 'id' | 'index'>

function custody(child: LineageSource, edge: LineageEdge, position: number): readonly Finding[] {
  const about = { at: `statement ${child.id.slice(0, 12)}`, id: child.id, index: child.index }
  const { parent, source } = edge
  const name = `parent ${parent.id.slice(0, 12)}`
  if (source === undefined) {
    const settle = 'the parties that signed it, or an auditor of this ledger'
    const detail = `${name} is not shown`
    return [{ ...about, severity: 'incomplete', code: 'LINEAGE_GAP', detail, settle }]
  }
  if (source.index >= child.index) {
    const detail = `${name} is not earlier`
    return [{ ...about, severity: 'failed', code: 'LINEAGE_ORDER', detail }]
  }
  const finding = custodyFinding(child, source, parent, name)
  if (finding !== undefined) return [{ ...about, ...finding, code: 'LINEAGE_CUSTODY' }]
  const dataset = datasetOf(source, parent)
  return dataset === undefined ? [] : copyDigest(child, dataset, position, about)
}

/** What is wrong with, or unknown about, who held a parent; undefined when its user did. */
function custodyFinding(
  child: LineageSource,
  source: LineageSource,
  parent: ParentRef,
  name: string,
): Pick<Finding, 'severity' | 'detail'> | undefined {
  const roles = HOLDERS[source.facts.type]
  if (roles === undefined) return { severity: 'failed', detail: `${name} makes no dataset` }
  const holder = source.facts.parties[roles]
  const user = userOf(child.facts)
  // Names and datasets may be withheld; where they are open, their absence is a defect.
  if (holder === undefined || user === undefined) {
    const withheld = hides(source, roles) || hides(child, userRole(child.facts))
    const detail = `who holds ${name} is withheld`
    return withheld
      ? { severity: 'incomplete', detail }
      : { severity: 'failed', detail: `${name} is held by nobody` }
  }
  if (holder !== user) return { severity: 'failed', detail: `${name} is held by another party` }
  if (datasetOf(source, parent) !== undefined) return undefined
  return hides(source, 'datasets')
    ? { severity: 'incomplete', detail: `the datasets of ${name} are withheld` }
    : { severity: 'failed', detail: `${name} has no such dataset` }
}

function datasetOf(source: LineageSource, { n }: ParentRef): DatasetFact | undefined {
  return source.facts.datasets.find((dataset) => dataset.n === n)
}

/** May a value of this claim be missing because it is withheld? */
function hides({ form, open }: LineageSource, claim: string): boolean {
  return open === undefined ? form === 'stub' : open.withheld.includes(claim)
}

function copyDigest(
  child: LineageSource,
  parent: DatasetFact,
  position: number,
  about: About,
): readonly Finding[] {
  if (child.facts.type !== 'transfer/1') return []
  const changed = child.facts.datasets.some(
    ({ from, digest, transformed }) =>
      from[0] === position && digest !== parent.digest && !transformed,
  )
  if (!changed) return []
  // The transformation that would explain it stands in a claim of its own.
  const severity = hides(child, 'minimization') ? 'incomplete' : 'failed'
  return [{ ...about, severity, code: 'DATASET_DIGEST_CHANGED' }]
}

/** A lineage begins at collections; anything else without parents is a gap in what was shown. */
function beginning(source: LineageSource): readonly Finding[] {
  if (source.facts.type === 'collection/1') return []
  const about = { at: `statement ${source.id.slice(0, 12)}`, id: source.id, index: source.index }
  return [
    {
      ...about,
      severity: 'incomplete',
      code: 'LINEAGE_GAP',
      detail: 'does not begin at a collection',
    },
  ]
}
