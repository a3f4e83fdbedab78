/**
 * A lineage as a Mermaid flowchart: `waybill lineage ID --mermaid`, to be put into a page of Markdown.
 *
 * Names of nodes are ours. Every text is in double quotes, and in it every character but letters,
 * digits and a few marks is written as its code point, `#34;`: so no text can end its label, begin
 * HTML, a comment, a directive or a `click`, whatever version of Mermaid draws it. Versions that take
 * labels for Markdown find no list or heading either: those begin a line with a digit or a mark.
 */
import type { RecordVerdict } from '../ledger/core/finding.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import type { GraphNode, LineageGraph } from './lineage-graph.js'
import { wrapped } from './wrap.js'

/** All but letters, digits and marks that mean nothing inside quotes, in a line that begins with a letter. */
const MARKED = /[^\p{L}\p{M}\p{N} .,()/+-]/gu
/** All but letters, digits and spaces: for any other line. */
const UNMARKED = /[^\p{L}\p{M}\p{N} ]/gu

const CLASSES: Readonly<Record<RecordVerdict, string>> = {
  VERIFIED: 'verified',
  INCOMPLETE: 'incomplete',
  FAILED: 'failed',
  'FAILED (split view)': 'failed',
}

const RULE_CLASSES: Readonly<Record<Verdict, string>> = {
  FAIL: 'notmet',
  UNKNOWN: 'incomplete',
  WARN: 'warned',
  PASS: 'verified',
  NA: 'verified',
}

export function lineageMermaid({ title, nodes, edges }: LineageGraph): string {
  const names = new Map(nodes.map(({ id }, position) => [id, `n${position}`]))
  const lines = [
    'flowchart LR',
    `  subgraph record[${quoted([title])}]`,
    ...nodes.map((node) => `    ${names.get(node.id) ?? ''}${shape(node)}:::${classOf(node)}`),
    '  end',
    ...edges.flatMap(({ from, to, label }) => {
      const [start, end] = [names.get(from), names.get(to)]
      return start === undefined || end === undefined
        ? []
        : [`  ${start} -->|${quoted(wrapped(label))}| ${end}`]
    }),
    '  classDef verified stroke:#1a7f37',
    '  classDef incomplete stroke:#9a6700,stroke-dasharray:4 2',
    '  classDef warned stroke:#bf8700',
    '  classDef notmet stroke:#cf222e,stroke-dasharray:8 3',
    '  classDef failed stroke:#cf222e,stroke-width:3px',
  ]
  return `${lines.join('\n')}\n`
}

/** The record's class; of a sound record, that of the rules. */
function classOf({ verdict, rules = 'PASS' }: GraphNode): string {
  return verdict === 'VERIFIED' ? RULE_CLASSES[rules] : CLASSES[verdict]
}

/** A stub has round ends, a gap is a hexagon. */
function shape({ kind, lines }: GraphNode): string {
  const text = quoted(lines.flatMap((line) => wrapped(line)))
  if (kind === 'stub') return `([${text}])`
  return kind === 'gap' ? `{{${text}}}` : `[${text}]`
}

function quoted(lines: readonly string[]): string {
  return `"${lines.map(escaped).join('<br/>')}"`
}

function escaped(text: string): string {
  const special = /^\p{L}/u.test(text) ? MARKED : UNMARKED
  return text.replaceAll(special, (character) => `#${character.codePointAt(0) ?? 0};`)
}
