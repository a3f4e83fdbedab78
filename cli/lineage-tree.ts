/**
 * A lineage as a tree of text, from the outcome down to the collections. DESIGN 6, 7.1.
 *
 * A statement with one parent goes on below it in the same column, so that a long chain stays
 * readable; only forks indent. What was shown once is named again, not drawn again. No recursion:
 * a chain may be very long.
 */
import { scalarClaim } from '../ledger/core/disclosure.js'
import type { Finding } from '../ledger/core/finding.js'
import { isObject } from '../ledger/core/json.js'
import type { Lineage, LineageEdge } from '../ledger/core/lineage.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { VerifiedStatement } from '../ledger/core/verify.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import { verdictsOf } from './judge.js'
import { clean, type Output, shortId } from './output.js'
import type { PartyBook } from './party-book.js'
import { VERDICT_TONES } from './report-text.js'
import { RULE_TONES } from './rules-text.js'
import { headline, signerLines, termsText, wayLine } from './statement-text.js'

export type TreeContext = {
  readonly lineage: Lineage
  readonly statements: ReadonlyMap<StatementId, VerifiedStatement>
  /** Findings by the statement they are about. */
  readonly findings: readonly Finding[]
  /** Verdicts of the rules on hops; none for what they did not judge. */
  readonly rules: ReadonlyMap<StatementId, Verdict>
  readonly book: PartyBook
  readonly out: Output
}

/** Beyond so many forks on one path, lines are not indented further. */
const INDENT_MAX = 30

type Item = {
  readonly edge: LineageEdge
  readonly head: string
  readonly body: string
  readonly depth: number
}

export function treeLines(context: TreeContext): readonly string[] {
  const lines: string[] = []
  const shown = new Set<StatementId>()
  const verdictOf = verdictsOf(context.findings)
  const root: LineageEdge = { parent: { id: context.lineage.root, n: 0 } }
  const stack: Item[] = [{ edge: root, head: '', body: '', depth: 0 }]
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { edge, head, body, depth } = item
    const { id } = edge.parent
    const statement = context.statements.get(id)
    const cited = edge === root ? '' : datasetText(edge, statement)
    if (statement === undefined) {
      lines.push(`${head}${cited}${shortId(id)}  ${gapText(id, context)}`)
      continue
    }
    if (shown.has(id)) {
      lines.push(`${head}${cited}${statement.payload.type} ${shortId(id)}  (shown above)`)
      continue
    }
    shown.add(id)
    const verdict = context.out.paint(VERDICT_TONES[verdictOf(id)], verdictOf(id))
    lines.push(`${head}${cited}${headline(statement)}  ${verdict}${ruleText(id, context)}`)
    const edges = context.lineage.nodes.get(id)?.edges ?? []
    const rail = edges.length > 0 ? `${body}|  ` : `${body}   `
    lines.push(...detailLines(statement, context.book).map((line) => `${rail}${line}`))
    stack.push(...children(edges, body, depth))
  }
  return lines
}

/** Pushed in reverse, so that the first parent is drawn first. */
function children(edges: readonly LineageEdge[], body: string, depth: number): readonly Item[] {
  const [only, ...others] = edges
  if (only !== undefined && others.length === 0) return [{ edge: only, head: body, body, depth }]
  const deeper = depth < INDENT_MAX
  return edges
    .map((edge, position) => {
      const last = position === edges.length - 1
      const next = deeper ? `${body}${last ? '   ' : '|  '}` : body
      return { edge, head: `${body}${last ? '`- ' : '+- '}`, body: next, depth: depth + 1 }
    })
    .reverse()
}

/** `dataset 1 "orders" of ` before the parent that it comes from. */
function datasetText({ parent }: LineageEdge, statement: VerifiedStatement | undefined): string {
  const values = statement?.open.claims.get('datasets')?.values ?? []
  const dataset = values.find((value) => isObject(value) && value['n'] === parent.n)
  const name = isObject(dataset) ? ` "${clean(String(dataset['name']))}"` : ''
  return `<- dataset ${parent.n}${name} of `
}

function ruleText(id: StatementId, { rules, out }: TreeContext): string {
  const verdict = rules.get(id)
  return verdict === undefined ? '' : `, rules: ${out.paint(RULE_TONES[verdict], verdict)}`
}

function gapText(id: StatementId, { findings, out }: TreeContext): string {
  const failed = findings.find((finding) => finding.id === id && finding.severity === 'failed')
  if (failed !== undefined) return `${out.paint('bad', 'FAILED')} [${failed.code}]`
  return `${out.paint('warn', 'INCOMPLETE')} not shown to you: a gap`
}

/** What a statement says and who signed it, a line each. */
export function detailLines(statement: VerifiedStatement, book: PartyBook): readonly string[] {
  const { open, payload, form } = statement
  if (form === 'stub') return ['a stub: names, values and signatures are not shown to you']
  const lines = [wayLine(statement, book)]
  if (open.claims.has('purposes')) lines.push(`purposes: ${termsText(open, 'purposes')}`)
  if (payload.type === 'transfer/1') lines.push(`instrument: ${instrumentText(statement)}`)
  if (payload.type === 'outcome/1') lines.push(artefactText(statement))
  return [...lines, ...signerLines(statement, book).map((line) => `signed: ${line}`)]
}

function instrumentText({ open }: VerifiedStatement): string {
  const id = scalarClaim(open, 'instrument')
  if (id === undefined) return '(withheld)'
  return typeof id === 'string' ? shortId(id) : 'none'
}

function artefactText({ open }: VerifiedStatement): string {
  const artefact = scalarClaim(open, 'artefact')
  const kind = scalarClaim(open, 'kind')
  if (!isObject(artefact)) return 'artefact: (withheld)'
  const digest = String(artefact['digest'])
  return `${clean(String(kind ?? 'artefact'))}: ${clean(String(artefact['name']))}, SHA-256 ${shortId(digest)}`
}
