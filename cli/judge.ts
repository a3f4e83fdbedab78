/**
 * One verification: evidence, a policy and this person's memory in, findings and a verdict out.
 *
 * The core does the judging; here it gets its policy, and the checkpoint is held against the one
 * that was seen before. Nothing is printed.
 */

import { bestCrypto } from '../client/index.js'
import type { Evidence } from '../ledger/core/evidence.js'
import {
  exitCodeOf,
  type Finding,
  type RecordVerdict,
  recordVerdict,
} from '../ledger/core/finding.js'
import type { NodeHash } from '../ledger/core/hash.js'
import type { StatementId } from '../ledger/core/statement.js'
import { type EvidenceReport, verifyEvidence } from '../ledger/core/verify.js'
import type { Job } from './command.js'
import type { ExitCode } from './io.js'
import { compareWithMemory, type MemoryVerdict, memoryFinding } from './memory.js'
import { ledgerFolder } from './state-folder.js'
import type { Trust } from './trust.js'

export type Judgement = {
  readonly report: EvidenceReport
  readonly trust: Trust
  /** Absent when the checkpoint itself is not trusted. */
  readonly memory?: MemoryVerdict
  /** The report's, and those of memory. */
  readonly findings: readonly Finding[]
  readonly verdict: RecordVerdict
  /** Signed note of the checkpoint that was shown. */
  readonly note: string
}

/** Asks a ledger for a consistency proof. */
export type Prove = (first: number, second: number) => Promise<readonly NodeHash[]>

export async function judge(
  evidence: Evidence,
  trust: Trust,
  job: Job,
  prove?: Prove,
): Promise<Judgement> {
  const crypto = bestCrypto()
  const report = verifyEvidence(evidence, { policy: trust.policy, crypto })
  const { checkpoint } = report
  const note = evidence.checkpoint
  if (checkpoint === undefined) {
    return { report, trust, findings: report.findings, verdict: report.verdict, note }
  }
  const folder = ledgerFolder(job.io.environment, checkpoint.origin)
  const context = { folder, policy: trust.policy, crypto, now: job.io.now, prove }
  const memory = await compareWithMemory({ checkpoint, note }, context)
  const finding = memoryFinding(memory, checkpoint)
  const findings = finding === undefined ? report.findings : [finding, ...report.findings]
  return {
    report,
    trust,
    memory,
    findings,
    verdict: recordVerdict(findings, report.statements.size),
    note,
  }
}

/** What a piece of evidence is worth by itself; nothing is remembered. */
export function judgeAlone(evidence: Evidence, { policy }: Trust): RecordVerdict {
  return verifyEvidence(evidence, { policy, crypto: bestCrypto() }).verdict
}

/** A statement's own verdict: the worst finding about it. */
export function verdictOf(id: StatementId, findings: readonly Finding[]): RecordVerdict {
  return recordVerdict(
    findings.filter((finding) => finding.id === id),
    1,
  )
}

const WORST_FIRST: readonly RecordVerdict[] = [
  'FAILED (split view)',
  'FAILED',
  'INCOMPLETE',
  'VERIFIED',
]

/** The worst of several verdicts; of none, INCOMPLETE: nothing to verify is no success. */
export function worstVerdict(verdicts: readonly RecordVerdict[]): RecordVerdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'INCOMPLETE'
}

/** Exit code of a record verdict. DESIGN 6. */
export function exitOf(verdict: RecordVerdict): ExitCode {
  return exitCodeOf(verdict)
}
