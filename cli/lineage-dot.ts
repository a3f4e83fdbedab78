/**
 * A lineage in DOT, the language of Graphviz: `waybill lineage ID --dot | dot -Tsvg`.
 *
 * Every text is a double-quoted string, never an HTML label. Inside, a backslash would begin an
 * escape, a quote would end the string, and an ampersand a character entity: all three are escaped.
 * Line breaks are only ever ours.
 */
import type { RecordVerdict } from '../ledger/core/finding.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import type { GraphNode, GraphNodeKind, LineageGraph } from './lineage-graph.js'
import { wrapped } from './wrap.js'

const COLOURS: Readonly<Record<RecordVerdict, string>> = {
  VERIFIED: '#1a7f37',
  INCOMPLETE: '#9a6700',
  FAILED: '#cf222e',
  'FAILED (split view)': '#cf222e',
}
const RULE_COLOURS: Readonly<Record<Verdict, string>> = {
  FAIL: '#cf222e',
  UNKNOWN: '#9a6700',
  WARN: '#bf8700',
  PASS: '#1a7f37',
  NA: '#1a7f37',
}
const STYLES: Readonly<Record<GraphNodeKind, string>> = {
  statement: 'solid',
  stub: 'dashed',
  gap: 'dotted',
}

export function lineageDot({ title, nodes, edges }: LineageGraph): string {
  const lines = [
    'digraph lineage {',
    `  label=${quoted([title])}`,
    '  labelloc="t"',
    '  rankdir="LR"',
    '  node [shape="box" fontname="sans-serif" fontsize="10"]',
    '  edge [fontname="sans-serif" fontsize="9"]',
    ...nodes.map((node) => `  ${nodeLine(node)}`),
    ...edges.map(
      ({ from, to, label }) =>
        `  ${quoted([from])} -> ${quoted([to])} [label=${quoted(wrapped(label))}]`,
    ),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

function nodeLine(node: GraphNode): string {
  const { id, kind, lines } = node
  const label = quoted(
    lines.flatMap((line) => wrapped(line)),
    '\\l',
  )
  return `${quoted([id])} [label=${label} color="${colourOf(node)}" style="${STYLES[kind]}"]`
}

/** The record's colour; of a sound record, that of the rules. */
function colourOf({ verdict, rules = 'PASS' }: GraphNode): string {
  return verdict === 'VERIFIED' ? RULE_COLOURS[rules] : COLOURS[verdict]
}

/** `end` closes each line: `\l` sets it left. */
function quoted(lines: readonly string[], end?: string): string {
  const texts = lines.map(escaped)
  return `"${end === undefined ? texts.join('\\n') : texts.map((text) => `${text}${end}`).join('')}"`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')
}
