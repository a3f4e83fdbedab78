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
import type { ParentRef, StatementId } from './statement.js'

/** What the walk needs of a statement; `VerifiedStatement` has it. */
export type LineageSource = {
  readonly id: StatementId
  readonly index: number
  readonly facts: StatementFacts
  /** A stub's claims may be withheld; gaps in it are incomplete, not wrong. */
  readonly form: 'envelope' | 'stub'
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

/** Who holds the datasets that a statement makes: its collector, performer, or importer. DESIGN 5 "Custody". */
export function holderOf(facts: StatementFacts): PartyId | undefined {
  switch (facts.type) {
    case 'collection/1':
      return facts.parties['collector']
    case 'transfer/1':
      return facts.parties['importer']
    case 'processing/1':
      return facts.parties['performer']
    default:
      return undefined
  }
}

/** Who must hold the parents: the exporter of a transfer, the performer otherwise. */
export function userOf(facts: StatementFacts): PartyId | undefined {
  return facts.type === 'transfer/1' ? facts.parties['exporter'] : facts.parties['performer']
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

function custody(child: LineageSource, edge: LineageEdge, position: number): readonly Finding[] {
  const about = { at: `statement ${child.id.slice(0, 12)}`, id: child.id, index: child.index }
  const { parent, source } = edge
  const name = `parent ${parent.id.slice(0, 12)}`
  if (source === undefined) {
    const settle = 'the parties that signed it, or an auditor of this ledger'
    return [
      {
        ...about,
        severity: 'incomplete',
        code: 'LINEAGE_GAP',
        detail: `${name} is not shown`,
        settle,
      },
    ]
  }
  if (source.index >= child.index) {
    return [
      { ...about, severity: 'failed', code: 'LINEAGE_ORDER', detail: `${name} is not earlier` },
    ]
  }
  const holder = holderOf(source.facts)
  const user = userOf(child.facts)
  const dataset = source.facts.datasets.find(({ n }) => n === parent.n)
  if (holder === undefined || user === undefined || dataset === undefined) {
    return unknownHolder(child, source, about, name)
  }
  if (holder !== user) {
    return [
      {
        ...about,
        severity: 'failed',
        code: 'LINEAGE_CUSTODY',
        detail: `${name} is held by another party`,
      },
    ]
  }
  return copyDigest(child, dataset, position, about)
}

function unknownHolder(
  child: LineageSource,
  source: LineageSource,
  about: Pick<Finding, 'at' | 'id' | 'index'>,
  name: string,
): readonly Finding[] {
  // Names and datasets may be withheld in a stub; in full statements their absence is a defect.
  const withheld = child.form === 'stub' || source.form === 'stub'
  return [
    {
      ...about,
      severity: withheld ? 'incomplete' : 'failed',
      code: 'LINEAGE_CUSTODY',
      detail: withheld ? `who holds ${name} is withheld` : `${name} has no such dataset`,
    },
  ]
}

function copyDigest(
  child: LineageSource,
  parent: DatasetFact,
  position: number,
  about: Pick<Finding, 'at' | 'id' | 'index'>,
): readonly Finding[] {
  if (child.facts.type !== 'transfer/1') return []
  const changed = child.facts.datasets.some(
    ({ from, digest, transformed }) =>
      from[0] === position && digest !== parent.digest && !transformed,
  )
  return changed ? [{ ...about, severity: 'failed', code: 'DATASET_DIGEST_CHANGED' }] : []
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
