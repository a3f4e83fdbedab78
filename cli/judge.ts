/**
 * One verification: evidence, a policy and this person's memory in, findings and a verdict out.
 *
 * The core does the judging; here it gets its policy, and the checkpoint is held against the one
 * that was seen before. Nothing is printed.
 */

import { bestCrypto } from '../client/index.js'
import { ERRORS } from '../ledger/core/error-table.js'
import { LedgerError } from '../ledger/core/errors.js'
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
import {
  compareWithMemory,
  type MemoryContext,
  type MemoryVerdict,
  memoryFinding,
  type Seen,
} from './memory.js'
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
  const memory = await compareIfPossible({ checkpoint, note }, context)
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

/** A folder that cannot be read or written must not stand in the way of a verdict; the report says so. */
async function compareIfPossible(seen: Seen, context: MemoryContext): Promise<MemoryVerdict> {
  try {
    return await compareWithMemory(seen, context)
  } catch (error) {
    if (!(error instanceof LedgerError) || ERRORS[error.code].exit !== 74) throw error
    return { kind: 'unproven', reason: `${context.folder} cannot be used` }
  }
}

/** What a piece of evidence is worth by itself; nothing is remembered. */
export function judgeAlone(evidence: Evidence, { policy }: Trust): RecordVerdict {
  return verifyEvidence(evidence, { policy, crypto: bestCrypto() }).verdict
}

/** Each statement's own verdict: the worst finding about it. */
export function verdictsOf(findings: readonly Finding[]): (id: StatementId) => RecordVerdict {
  const byId = new Map<StatementId, Finding[]>()
  for (const finding of findings) {
    if (finding.id === undefined) continue
    const own = byId.get(finding.id)
    if (own === undefined) byId.set(finding.id, [finding])
    else own.push(finding)
  }
  return (id) => recordVerdict(byId.get(id) ?? [], 1)
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
