/**
 * A judged lineage as words and as JSON: the tree, then the parts that every verification prints.
 */
import type { JsonObject } from '../ledger/core/json.js'
import type { NotChecked } from './checkpoint-text.js'
import type { Job } from './command.js'
import { bookOf, checkedLines } from './evidence-text.js'
import { verdictsOf } from './judge.js'
import type { LineageJudgement } from './lineage-judge.js'
import { treeLines } from './lineage-tree.js'
import { clean, shortId } from './output.js'
import {
  checkpointJson,
  checkpointLines,
  countOf,
  findingJson,
  findingLines,
  notChecked,
  notCheckedJson,
  notCheckedLines,
  partiesJson,
  partyLines,
} from './report-text.js'
import { statementJson } from './statement-text.js'

export function lineageLines(judged: LineageJudgement, job: Job): readonly string[] {
  const { report, lineage, findings, root } = judged
  const book = bookOf(judged, job)
  const tree =
    lineage === undefined
      ? [`${shortId(root)} could not be verified`]
      : treeLines({ lineage, statements: report.statements, findings, book, out: job.out })
  return [
    ...tree,
    '',
    ...findingLines(findings, job.out),
    'Checked',
    ...checkpointLines(judged),
    ...checkedLines([...report.statements.values()]),
    ...custodyLines(judged),
    '',
    ...partyLines(judged, book),
    ...notCheckedLines(notCheckedOf(judged, job)),
  ]
}

export function lineageJson(judged: LineageJudgement, job: Job): JsonObject {
  const { report, lineage, findings, root, verdict, sizes } = judged
  const verdictOf = verdictsOf(findings)
  const nodes = lineage === undefined ? [] : [...lineage.nodes.values()]
  return {
    root,
    record: verdict,
    ...checkpointJson(judged),
    checkpoint_sizes: sizes,
    depth: lineage?.depth ?? null,
    collections: lineage?.collections ?? [],
    nodes: nodes.map(({ source, edges, depth }) => {
      const statement = report.statements.get(source.id)
      return {
        ...(statement === undefined ? { id: source.id } : statementJson(statement)),
        depth,
        parents: edges.map(({ parent, source: known }) => ({
          ...parent,
          shown: known !== undefined,
        })),
        record: verdictOf(source.id),
      }
    }),
    parties: partiesJson(judged, bookOf(judged, job)),
    findings: findings.map(findingJson),
    not_checked: notCheckedJson(notCheckedOf(judged, job)),
  }
}

export function custodyLines({ lineage, sizes }: LineageJudgement): readonly string[] {
  if (lineage === undefined) return []
  const ends = lineage.collections.length
  const one = sizes.length === 1 ? 'one checkpoint' : `${sizes.length} checkpoints`
  return [
    `  custody at ${countOf(lineage.nodes.size, 'statement')} over ${countOf(lineage.depth, 'hop')}, back to ${countOf(ends, 'beginning')}, under ${one}`,
  ]
}

/** A lineage has two more gaps than a receipt: instruments, and the data itself. */
export function notCheckedOf(judged: LineageJudgement, job: Job): readonly NotChecked[] {
  const instruments = new Set(
    [...judged.report.statements.values()].flatMap(({ facts }) => facts.instrument ?? []),
  )
  const [first] = instruments
  return [
    ...(first === undefined
      ? []
      : [
          {
            what: `what the ${countOf(instruments.size, 'instrument')} named above say: they are not part of a lineage`,
            settle: `their parties: waybill show ${clean(first.slice(0, 12))}`,
          },
        ]),
    {
      what: 'that the datasets have the digests recorded: the data is not in the ledger',
      settle: 'whoever holds a dataset: its SHA-256',
    },
    ...notChecked(judged, bookOf(judged, job)),
  ]
}
