/**
 * A judged lineage as nodes and edges, for drawing: what lineage-dot.ts and lineage-mermaid.ts write.
 *
 * Texts are recorded strings made safe for a terminal, no more: each renderer escapes them for its
 * own language. Several lineages make one drawing, each statement once. Data flows along the edges,
 * from collections to outcomes.
 */

import type { RecordVerdict } from '../ledger/core/finding.js'
import { isObject } from '../ledger/core/json.js'
import type { LineageEdge } from '../ledger/core/lineage.js'
import type { VerifiedStatement } from '../ledger/core/verify.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import type { Job } from './command.js'
import { bookOf } from './evidence-text.js'
import { verdictsOf, worstVerdict } from './judge.js'
import type { LineageJudgement } from './lineage-judge.js'
import { rulesVerdict } from './lineage-text.js'
import { detailLines } from './lineage-tree.js'
import { clean, shortId } from './output.js'
import { hopVerdicts } from './rules-text.js'
import { headline } from './statement-text.js'

/** `stub`: names are not shown; `gap`: the statement is not shown, or could not be verified. */
export type GraphNodeKind = 'statement' | 'stub' | 'gap'

export type GraphNode = {
  readonly id: string
  readonly kind: GraphNodeKind
  readonly verdict: RecordVerdict
  /** Worst verdict of the rules on it; absent where they did not judge. */
  readonly rules?: Verdict
  /** What it says, the verdicts in the second line. */
  readonly lines: readonly string[]
}

export type GraphEdge = { readonly from: string; readonly to: string; readonly label: string }

export type LineageGraph = {
  /** The verdict on all of it, and the tree it stands under. */
  readonly title: string
  /** By rising entry index, what is not shown last; the same evidence gives the same order. */
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export function graphOf(judged: readonly LineageJudgement[], job: Job): LineageGraph {
  const nodes = new Map<string, GraphNode & { readonly index: number }>()
  const edges = new Map<string, GraphEdge>()
  for (const item of judged) {
    for (const node of nodesOf(item, job)) {
      // In full beats a gap: one lineage may show what another does not.
      if (nodes.get(node.id)?.kind !== 'statement') nodes.set(node.id, node)
    }
    for (const edge of edgesOf(item)) edges.set(JSON.stringify(edge), edge)
  }
  const verdict = worstVerdict(judged.map((item) => item.verdict))
  const sizes = [...new Set(judged.flatMap((item) => item.sizes))].sort((a, b) => a - b)
  const place =
    sizes.length === 0 ? 'no checkpoint that can be trusted' : `tree size ${sizes.join(', ')}`
  return {
    title: `Record: ${verdict}; Rules: ${rulesVerdict(judged)?.words ?? 'not judged'}; ${place}`,
    nodes: [...nodes.values()].sort((a, b) => a.index - b.index || order(a.id, b.id)),
    edges: [...edges.values()],
  }
}

function nodesOf(
  judged: LineageJudgement,
  job: Job,
): readonly (GraphNode & { readonly index: number })[] {
  const { report, lineage, findings, root } = judged
  const verdictOf = verdictsOf(findings)
  if (lineage === undefined) return [gapNode(root, 'FAILED', 'could not be verified')]
  const book = bookOf(judged, job)
  const byRules = hopVerdicts(judged.rules)
  const known = [...lineage.nodes.values()]
  const shown = known.flatMap(({ source }) => {
    const statement = report.statements.get(source.id)
    if (statement === undefined) return []
    const verdict = verdictOf(source.id)
    const rules = byRules.get(source.id)
    const both = rules === undefined ? verdict : `${verdict}, rules: ${rules}`
    const lines = [headline(statement), both, ...detailLines(statement, book)].map(clean)
    const kind = statement.form === 'stub' ? ('stub' as const) : ('statement' as const)
    const judgedBy = rules === undefined ? {} : { rules }
    return [{ id: source.id, kind, verdict, ...judgedBy, lines, index: source.index }]
  })
  const gaps = known.flatMap(({ edges }) =>
    edges.flatMap(({ parent, source }) => {
      if (source !== undefined) return []
      const failed = findings.find(
        (finding) => finding.id === parent.id && finding.severity === 'failed',
      )
      return failed === undefined
        ? [gapNode(parent.id, 'INCOMPLETE', 'not shown to you: a gap')]
        : [gapNode(parent.id, 'FAILED', failed.code)]
    }),
  )
  return [...shown, ...gaps]
}

function gapNode(
  id: string,
  verdict: RecordVerdict,
  why: string,
): GraphNode & { readonly index: number } {
  return {
    id,
    kind: 'gap',
    verdict,
    lines: [shortId(id), verdict, clean(why)],
    index: Number.POSITIVE_INFINITY,
  }
}

function edgesOf({ lineage, report }: LineageJudgement): readonly GraphEdge[] {
  const nodes = lineage === undefined ? [] : [...lineage.nodes.values()]
  return nodes
    .sort((a, b) => a.source.index - b.source.index)
    .flatMap(({ source, edges }) =>
      edges.map((edge) => ({
        from: edge.parent.id,
        to: source.id,
        label: datasetLabel(edge, report.statements.get(edge.parent.id)),
      })),
    )
}

/** `dataset 1 "orders"`; the number alone where the name is not shown. */
function datasetLabel({ parent }: LineageEdge, statement: VerifiedStatement | undefined): string {
  const values = statement?.open.claims.get('datasets')?.values ?? []
  const dataset = values.find((value) => isObject(value) && value['n'] === parent.n)
  const name = isObject(dataset) ? ` "${clean(String(dataset['name']))}"` : ''
  return `dataset ${parent.n}${name}`
}

/** By code units: the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
