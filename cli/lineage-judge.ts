/**
 * A lineage judged: every statement verified, one history for all of them, custody at every hop.
 * DESIGN 6.
 *
 * A ledger answers with one bundle under one checkpoint. A folder of receipts may hold several
 * checkpoints; then it must be shown that each tree is the beginning of the newest one.
 */

import type { ProofSource } from '../client/index.js'
import { equalBytes } from '../ledger/core/bytes.js'
import type { Checkpoint } from '../ledger/core/checkpoint.js'
import { scalarClaim } from '../ledger/core/disclosure.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { type Finding, recordVerdict } from '../ledger/core/finding.js'
import { isObject } from '../ledger/core/json.js'
import { type Lineage, lineageOf } from '../ledger/core/lineage.js'
import { verifyConsistency } from '../ledger/core/proof.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { VerifiedStatement } from '../ledger/core/verify.js'
import type { Facts } from '../ledger/rules/facts.js'
import type { Sum } from '../ledger/rules/sums.js'
import type { Job } from './command.js'
import { type Judgement, judge } from './judge.js'
import type { LedgerSource } from './ledger-source.js'
import {
  judgeRules,
  type LineageRules,
  operatorRulesets,
  type RulesEvidence,
  type RulesQuestion,
} from './rules-judge.js'
import { lawFor, type RulesAsked } from './rules-question.js'
import type { Trust } from './trust.js'

export type LineageJudgement = Judgement & {
  /** The statement it is about, or what was typed where that could not be verified. */
  readonly root: string
  /** Absent when the root itself could not be verified. */
  readonly lineage?: Lineage
  /** Tree sizes of all checkpoints that the evidence stands under. */
  readonly sizes: readonly number[]
  /** Verdicts of the rules; absent when the root could not be verified. */
  readonly rules?: LineageRules
  /** With what the rules were asked; absent as above. */
  readonly basis?: RulesBasis
}

/** What the rules were told besides the evidence: it is not proven by anything. */
export type RulesBasis = {
  readonly question: RulesQuestion
  /** Sums over transfers, as the ledger answered; undefined where none was asked. */
  readonly sums: readonly Sum[] | undefined
}

export type LineageContext = {
  readonly trust: Trust
  readonly job: Job
  /** The ledger to ask for proofs. */
  readonly source: LedgerSource | undefined
  /** SHA-256 of the file that was asked about, in hex: the root must be an outcome that carries it. */
  readonly digest: string | undefined
  /** The evidence came from the source itself, which has searched its log. Left out: where there is one. */
  readonly searched?: boolean
  /** By which rulesets; left out: those of each day. */
  readonly asked?: RulesAsked
}

/** `id` may be the beginning of one. */
export async function judgeLineage(
  evidence: readonly Evidence[],
  id: string,
  context: LineageContext,
): Promise<LineageJudgement> {
  const { trust, job, source, digest } = context
  const parts: Judgement[] = []
  for (const [position, item] of evidence.entries()) {
    if (evidence.length > 1) job.out.progress(`${position} of ${evidence.length} receipts verified`)
    parts.push(await judge(item, trust, job, source))
  }
  const joined = await joinCheckpoints(parts, source)
  const record = recordOf(parts, joined, { id, digest })
  const { lineage } = record
  if (lineage === undefined) return record
  const { searched = source !== undefined } = context
  const usage = searched ? await source?.usage?.(lineage.root) : undefined
  const question = await questionOf(record, context)
  return { ...record, ...rulesOf({ report: record.report, lineage, searched, usage }, question) }
}

/** What somebody was told who judged evidence before, so that it can be judged again in the same way. */
export type Told = {
  readonly id: string
  readonly digest: string | undefined
  readonly question: RulesQuestion
  readonly searched: boolean
  readonly usage: Facts['usage'] | undefined
}

/** A lineage judged once more, from one piece of evidence and what came with it: nothing is asked. */
export function judgeLineageAgain(part: Judgement, told: Told): LineageJudgement {
  const record = recordOf([part], [], told)
  const { lineage, report } = record
  if (lineage === undefined) return record
  const { searched, usage, question } = told
  return { ...record, ...rulesOf({ report, lineage, searched, usage }, question) }
}

/** The record of a lineage. @param joined what was found when its checkpoints were compared */
function recordOf(
  parts: readonly Judgement[],
  joined: readonly Finding[],
  { id, digest }: Pick<Told, 'id' | 'digest'>,
): LineageJudgement {
  const merged = mergeParts(parts)
  const root = [...merged.report.statements.values()].find((statement) =>
    statement.id.startsWith(id),
  )
  const lineage =
    root === undefined
      ? undefined
      : lineageOf<VerifiedStatement>(root, (key) => merged.report.statements.get(key))
  const findings = distinct([
    ...aboutRoot(root, id, digest),
    ...joined,
    ...merged.findings.filter((finding) => isOfRecord(finding, lineage)),
    ...(lineage?.findings ?? []),
  ])
  const verified = root === undefined ? 0 : merged.report.statements.size
  return {
    ...merged,
    root: root?.id ?? id,
    ...(lineage === undefined ? {} : { lineage }),
    sizes: checkpointsOf(parts).map(({ size }) => size),
    findings,
    verdict: recordVerdict(findings, verified),
  }
}

/**
 * What is not shown of a statement beside the lineage leaves the record whole: the rules that would
 * read it say UNKNOWN.
 */
function isOfRecord({ id, code }: Finding, lineage: Lineage | undefined): boolean {
  if (id === undefined || lineage === undefined || lineage.nodes.has(id)) return true
  return code !== 'STATEMENT_STUB' && code !== 'CLAIM_WITHHELD'
}

function rulesOf(
  evidence: RulesEvidence,
  question: RulesQuestion,
): { readonly rules: LineageRules; readonly basis: RulesBasis } {
  const sums: Sum[] = []
  const rules = judgeRules({ ...evidence, note: (sum) => sums.push(sum) }, question)
  return { rules, basis: { question, sums: evidence.usage === undefined ? undefined : sums } }
}

/** As it was asked, with the ruleset itself where it was named. */
async function questionOf(
  { report }: Judgement,
  { trust, source, asked = {} }: LineageContext,
): Promise<RulesQuestion> {
  const { asOf, law: named } = asked
  const { recorded } = operatorRulesets(report.statements.values(), report)
  const law = typeof named === 'string' ? await lawFor(named, { recorded, source, trust }) : named
  return {
    ...(asOf === undefined ? {} : { asOf }),
    ...(law === undefined ? {} : { law }),
  }
}

/** The answer must be about what was asked: whoever searches could give any true lineage instead. */
function aboutRoot(
  root: VerifiedStatement | undefined,
  id: string,
  digest: string | undefined,
): readonly Finding[] {
  const at = `statement ${id.slice(0, 12)}`
  if (root === undefined) {
    const detail = 'the evidence does not prove it'
    return [{ severity: 'incomplete', code: 'EVIDENCE_MISSING', at, detail }]
  }
  if (digest === undefined) return []
  const about = { at, id: root.id, index: root.index }
  const artefact = root.payload.type === 'outcome/1' ? scalarClaim(root.open, 'artefact') : null
  if (artefact === undefined) {
    return [{ ...about, severity: 'incomplete', code: 'CLAIM_WITHHELD', detail: 'artefact' }]
  }
  if (isObject(artefact) && artefact['digest'] === digest) return []
  return [{ ...about, severity: 'failed', code: 'ARTEFACT_MISMATCH' }]
}

/** One judgement of all parts; checkpoint, keys and memory are those of the newest tree. */
function mergeParts(parts: readonly Judgement[]): Judgement {
  const newest = [...parts].sort(
    (a, b) => (b.report.checkpoint?.size ?? -1) - (a.report.checkpoint?.size ?? -1),
  )[0]
  if (newest === undefined) throw new LedgerError('NOTHING_TO_VERIFY')
  const statements = new Map<StatementId, VerifiedStatement>()
  const parties = new Map(newest.report.parties)
  for (const { report } of parts) {
    for (const [id, statement] of report.statements) {
      // In full beats a stub.
      if (statements.get(id)?.form !== 'envelope') statements.set(id, statement)
    }
    for (const [id, party] of report.parties) if (!parties.has(id)) parties.set(id, party)
  }
  const findings = parts.flatMap((part) => part.findings)
  return { ...newest, report: { ...newest.report, statements, parties }, findings }
}

/** Distinct trusted checkpoints, newest first. */
function checkpointsOf(parts: readonly Judgement[]): readonly Checkpoint[] {
  const found: Checkpoint[] = []
  for (const { report } of parts) {
    const { checkpoint } = report
    if (checkpoint !== undefined && !found.some((known) => same(known, checkpoint)))
      found.push(checkpoint)
  }
  return found.sort((a, b) => b.size - a.size)
}

function same(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && equalBytes(a.root, b.root)
}

async function joinCheckpoints(
  parts: readonly Judgement[],
  source: ProofSource | undefined,
): Promise<readonly Finding[]> {
  const [newest, ...older] = checkpointsOf(parts)
  if (newest === undefined) return []
  const findings: Finding[] = []
  for (const checkpoint of older) findings.push(...(await joined(checkpoint, newest, source)))
  return findings
}

async function joined(
  older: Checkpoint,
  newest: Checkpoint,
  source: ProofSource | undefined,
): Promise<readonly Finding[]> {
  const at = `checkpoint of size ${older.size}`
  const missing: Finding = {
    severity: 'incomplete',
    code: 'EVIDENCE_MISSING',
    at,
    detail: `that it is the beginning of the tree of size ${newest.size} is not shown`,
    settle:
      'the ledger: the same command with --server URL, or a bundle: waybill receipt ID --lineage',
  }
  if (older.origin !== newest.origin || source === undefined) {
    return older.size === newest.size && older.origin === newest.origin
      ? [split(older, newest)]
      : [missing]
  }
  try {
    const path =
      older.size === newest.size ? [] : await source.consistencyProof(older.size, newest.size)
    verifyConsistency(older.size, newest.size, path, older.root, newest.root)
    return []
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return error.code.startsWith('PROOF_')
      ? [split(older, newest)]
      : [{ ...missing, detail: `no proof: ${error.code}` }]
  }
}

function split(older: Checkpoint, newest: Checkpoint): Finding {
  return {
    severity: 'failed',
    code: 'CHECKPOINT_INCONSISTENT',
    at: `checkpoint of size ${older.size}`,
    detail: `it does not agree with the tree of size ${newest.size}`,
    settle: 'the operator must explain; keep the receipts of both',
  }
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]
}
