/**
 * A judged lineage as words and as JSON: the tree, then the parts that every verification prints.
 */
import type { JsonObject } from '../ledger/core/json.js'
import { worstOf } from '../ledger/rules/verdict.js'
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
  type RulesVerdict,
} from './report-text.js'
import {
  hopVerdicts,
  ruleFindingLines,
  rulesJson,
  rulesNotChecked,
  rulesWords,
} from './rules-text.js'
import { statementJson } from './statement-text.js'

export function lineageLines(judged: LineageJudgement, job: Job): readonly string[] {
  const { report, lineage, findings, root, rules } = judged
  const { out } = job
  const { statements } = report
  const book = bookOf(judged, job)
  const tree =
    lineage === undefined
      ? [`${shortId(root)} could not be verified`]
      : treeLines({ lineage, statements, findings, book, out, rules: hopVerdicts(rules) })
  return [
    ...tree,
    '',
    ...findingLines(findings, out),
    ...(rules === undefined ? [] : ruleFindingLines(rules, out)),
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
  const { report, lineage, findings, root, verdict, sizes, rules } = judged
  const verdictOf = verdictsOf(findings)
  const byRules = hopVerdicts(rules)
  const nodes = lineage === undefined ? [] : [...lineage.nodes.values()]
  return {
    root,
    record: verdict,
    ...checkpointJson(judged),
    checkpoint_sizes: sizes,
    depth: lineage?.depth ?? null,
    collections: lineage?.collections ?? [],
    companions: companionsOf(judged),
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
        rules: byRules.get(source.id) ?? null,
      }
    }),
    rules: rules === undefined ? null : rulesJson(rules),
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

/** Statements by which the rules judged, besides the hops: instruments, assessments, rulesets. */
function companionsOf({ report, lineage }: LineageJudgement): readonly string[] {
  if (lineage === undefined) return []
  return [...report.statements.keys()].filter((id) => !lineage.nodes.has(id))
}

/** Besides what a receipt leaves open: instruments that are not shown, and the data itself. */
export function notCheckedOf(judged: LineageJudgement, job: Job): readonly NotChecked[] {
  const { report, rules } = judged
  const cited = [...report.statements.values()].flatMap(({ facts }) => facts.instrument ?? [])
  const missing = new Set(cited.filter((id) => !report.statements.has(id)))
  const [first] = missing
  return [
    ...(first === undefined
      ? []
      : [
          {
            what: `what ${countOf(missing.size, 'instrument')} named above say: they are not shown`,
            settle: `their parties: waybill show ${clean(first.slice(0, 12))}`,
          },
        ]),
    {
      what: 'that the datasets have the digests recorded: the data is not in the ledger',
      settle: 'whoever holds a dataset: its SHA-256',
    },
    ...notChecked(
      judged,
      bookOf(judged, job),
      rules === undefined ? undefined : rulesNotChecked(rules),
    ),
  ]
}

/** Verdict of the rules on several lineages; undefined where one of them was not judged. */
export function rulesVerdict(judged: readonly LineageJudgement[]): RulesVerdict | undefined {
  const all = judged.flatMap(({ rules }) => rules ?? [])
  if (all.length < judged.length || all.length === 0) return undefined
  return { verdict: worstOf(all.map(({ verdict }) => verdict)), words: rulesWords(all) }
}
