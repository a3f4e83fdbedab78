/**
 * A judged lineage as report data: the question, the verdict, each hop, what was found and what not.
 */

import { scalarClaim } from '../../ledger/core/disclosure.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { bundleJson, type Evidence } from '../../ledger/core/evidence.js'
import type { Finding } from '../../ledger/core/finding.js'
import { encodeJcs, isObject } from '../../ledger/core/json.js'
import { formatPolicy } from '../../ledger/core/policy.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { VerifiedStatement } from '../../ledger/core/verify.js'
import type { CitedVerdict } from '../../ledger/rules/report-data.js'
import { ruleOf } from '../../ledger/rules/rules.js'
import type { Verdict } from '../../ledger/rules/verdict.js'
import type { Job } from '../command.js'
import { bookOf, checkedLines } from '../evidence-text.js'
import { verdictsOf } from '../judge.js'
import { type GraphEdge, graphOf } from '../lineage-graph.js'
import type { LineageJudgement } from '../lineage-judge.js'
import { custodyLines, notCheckedOf } from '../lineage-text.js'
import { detailLines } from '../lineage-tree.js'
import { shortId, utc } from '../output.js'
import { overallOf } from '../overall.js'
import type { PartyBook } from '../party-book.js'
import { partyText, trustText } from '../party-book.js'
import { checkpointLines } from '../report-text.js'
import type { LineageRules } from '../rules-judge.js'
import { asOfWords, countWords, hopVerdicts } from '../rules-text.js'
import { rulesetName, rulesetWords } from '../ruleset-words.js'
import { claimLines, headline, signerLines, termsText, wayLine } from '../statement-text.js'
import { policyWords } from '../trust.js'
import { VERSION } from '../version.js'
import { madeWithJson, madeWithOf } from './made-with.js'
import {
  FINDING_LEVELS,
  type FindingLevel,
  type ReportData,
  type ReportFinding,
  type ReportHop,
  type RulesSummary,
} from './report-data.js'

/** @param digest SHA-256 of the file that was asked about, where it was a file */
export function reportOf(
  judged: LineageJudgement,
  evidence: Evidence,
  job: Job,
  digest: string | undefined,
): ReportData {
  const { report, lineage, findings, root, verdict, trust, note, rules } = judged
  const book = bookOf(judged, job)
  const statement = lineage === undefined ? undefined : report.statements.get(lineage.root)
  const told = [...findings.map(recordFinding), ...ruleFindings(rules)]
  return {
    question: 'Where does this come from, and did it keep within its limits on the way?',
    subject: subjectOf(root, statement, book),
    overall: overallOf(verdict, rules?.verdict),
    record: verdict,
    rules: rulesSummary(judged),
    hops: hopsOf(judged, job),
    findings: told.sort(worstFirst),
    checked: [
      ...checkpointLines(judged),
      ...checkedLines([...report.statements.values()]),
      ...custodyLines(judged),
    ],
    notChecked: notCheckedOf(judged, job),
    parties: [...report.parties.keys()].map((party) => {
      const words = book(party)
      return { name: partyText(words), trust: trustText(words), party }
    }),
    checkpoint: note,
    treeSize: report.checkpoint?.size,
    treeTime: report.headTime === undefined ? undefined : utc(report.headTime),
    policy: formatPolicy(trust.policy),
    policyBasis: policyWords(trust),
    repeat: repeatSteps(root),
    bundle: encodeJcs(bundleJson(evidence)),
    madeWith: encodeJcs(madeWithJson(madeWithOf(judged, digest, job))),
    version: VERSION,
    made: utc(Math.floor(job.io.now() / 1000)),
  }
}

function subjectOf(
  root: string,
  statement: VerifiedStatement | undefined,
  book: PartyBook,
): ReportData['subject'] {
  if (statement === undefined) return [['Statement', root]]
  const { open, payload } = statement
  const artefact = payload.type === 'outcome/1' ? scalarClaim(open, 'artefact') : undefined
  const file = isObject(artefact)
    ? ([
        ['What came out', String(artefact['name'])],
        ['SHA-256 of its file', String(artefact['digest'])],
      ] as const)
    : []
  return [
    ...file,
    ['Made by', wayLine(statement, book)],
    ...(open.claims.has('purposes') ? [['Purposes', termsText(open, 'purposes')] as const] : []),
    ...signerLines(statement, book).map((line) => ['Signed', line] as const),
    ['Statement', headline(statement)],
    ['Its id', statement.id],
  ]
}

function hopsOf(judged: LineageJudgement, job: Job): readonly ReportHop[] {
  const { report, lineage, findings } = judged
  const book = bookOf(judged, job)
  const verdictOf = verdictsOf(findings)
  const byRules = hopVerdicts(judged.rules)
  const { nodes, edges } = graphOf([judged], job)
  return nodes.map(({ id, kind, verdict, lines }) => {
    const statement = report.statements.get(id as StatementId)
    const parents = edges
      .filter(({ to }) => to === id)
      .map(({ from, label }) => ({ id: from, dataset: label }))
    const common = { id, kind, parents, rules: byRules.get(id as StatementId) }
    if (statement === undefined) {
      const [headlineOf = '', , ...rest] = lines
      const gap = { type: 'gap', index: undefined, way: rest.join(' '), lines: rest, claims: [] }
      return {
        ...common,
        ...gap,
        depth: depthOfGap(id, edges, lineage),
        headline: headlineOf,
        record: verdict,
      }
    }
    return {
      ...common,
      type: statement.payload.type.split('/')[0] ?? '',
      index: statement.index,
      depth: lineage?.nodes.get(statement.id)?.depth ?? 0,
      headline: headline(statement),
      way: kind === 'stub' ? 'a stub: names are not shown' : wayLine(statement, book),
      lines: detailLines(statement, book),
      record: verdictOf(statement.id),
      claims: claimLines(statement),
    }
  })
}

/** One hop beyond the deepest of those that cite it. */
function depthOfGap(
  id: string,
  edges: readonly GraphEdge[],
  lineage: LineageJudgement['lineage'],
): number {
  const depths = edges
    .filter(({ from }) => from === id)
    .map(({ to }) => lineage?.nodes.get(to as StatementId)?.depth ?? 0)
  return Math.max(-1, ...depths) + 1
}

const LEVELS: Readonly<Record<Finding['severity'], FindingLevel>> = {
  failed: 'failed',
  incomplete: 'unknown',
  note: 'note',
}

function recordFinding(finding: Finding): ReportFinding {
  const { severity, code, at, id, index, detail, settle } = finding
  const { title, explain } = ERRORS[code]
  return {
    about: 'record',
    level: LEVELS[severity],
    code,
    title,
    why: `${id === undefined ? `${at}: ` : ''}${detail ?? title}`,
    explain,
    citation: '',
    ...(id === undefined ? {} : { id }),
    ...(index === undefined ? {} : { index }),
    ...(settle === undefined ? {} : { settle }),
  }
}

function rulesSummary({ rules, basis }: LineageJudgement): RulesSummary {
  if (rules === undefined) return { words: 'not judged', asOf: '', rulesets: [], applied: [] }
  return {
    words: countWords([rules]),
    asOf: asOfWords([rules]).join(', '),
    rulesets: rulesetWords(rules.rulesets),
    ...(basis?.question.law === undefined ? {} : { chosen: true }),
    applied: rules.rules.map(({ id, title, citation, counts }) => ({
      rule: id,
      title,
      citation,
      counts,
    })),
  }
}

const RULE_LEVELS: Readonly<Partial<Record<Verdict, FindingLevel>>> = {
  FAIL: 'failed',
  UNKNOWN: 'unknown',
  WARN: 'warning',
}

function ruleFindings(rules: LineageRules | undefined): readonly ReportFinding[] {
  if (rules === undefined) return []
  const words = new Map(rules.rulesets.map((use) => [use.digest, rulesetName(use)]))
  return rules.findings.map((finding) => ({
    ...ruleFinding(finding),
    ruleset: words.get(finding.ruleset.digest) ?? rulesetName(finding.ruleset),
  }))
}

function ruleFinding(finding: CitedVerdict): ReportFinding {
  const { rule, verdict, target, at, why, evidence = [], settle, title, citation } = finding
  const rests = evidence.length === 0 ? '' : ` (rests on ${evidence.map(shortId).join(', ')})`
  return {
    about: 'rules',
    level: RULE_LEVELS[verdict] ?? 'note',
    code: rule,
    title,
    why: `${why}${rests}`,
    explain: ruleOf(rule)?.explain ?? title,
    citation,
    id: target.id,
    index: target.index,
    ...(at === undefined ? {} : { at }),
    ...(settle === undefined ? {} : { settle }),
  }
}

function worstFirst(a: ReportFinding, b: ReportFinding): number {
  return FINDING_LEVELS.indexOf(a.level) - FINDING_LEVELS.indexOf(b.level)
}

function repeatSteps(root: string): ReportData['repeat'] {
  const id = root.slice(0, 12)
  return [
    {
      what: 'Verify this file, with no network and no ledger: its evidence, and that this page says what the evidence says. POLICY is the file of keys that you trust: get it from the operator and the witnesses, not from this report.',
      command: 'waybill verify REPORT.html --policy POLICY',
    },
    {
      what: 'Judge it by the rules yourself, with no network either.',
      command: `waybill lineage ${id} --receipts REPORT.html --policy POLICY`,
    },
    {
      what: 'Ask the ledger itself, with its newest checkpoint. KEY is the file of a key that the ledger lets read: yours, if you are a party to it or one of its auditors.',
      command: `waybill lineage ${id} --server URL --key KEY --policy POLICY`,
    },
    {
      what: 'Compare the file that came out with the digest above.',
      command: 'sha256sum FILE',
    },
  ]
}
