/**
 * One verification: evidence, a policy and this person's memory in, findings and a verdict out.
 *
 * The core does the judging; here it gets its policy, and the checkpoint is held against the one
 * that was seen before. Nothing is printed.
 */

import {
  bestCrypto,
  judgeRemembered,
  type MemoryContext,
  type MemoryVerdict,
  memoryFindings,
  type ProofSource,
  type RememberedReport,
} from '../client/index.js'
import type { Evidence } from '../ledger/core/evidence.js'
import {
  exitCodeOf,
  type Finding,
  type RecordVerdict,
  recordVerdict,
} from '../ledger/core/finding.js'
import { pinFindings } from '../ledger/core/pins.js'
import type { StatementId } from '../ledger/core/statement.js'
import { verifyEvidence } from '../ledger/core/verify.js'
import type { Job } from './command.js'
import type { ExitCode } from './io.js'
import { clean } from './output.js'
import { personalMemory } from './state-folder.js'
import type { Trust } from './trust.js'

export type Judgement = RememberedReport & {
  readonly trust: Trust
  /** Signed note of the checkpoint that was shown. */
  readonly note: string
}

/** @param source the ledger to ask for proofs; without one, nothing is asked */
export async function judge(
  evidence: Evidence,
  trust: Trust,
  job: Job,
  source?: ProofSource,
): Promise<Judgement> {
  const judged = await judgeRemembered(evidence, memoryContext(trust, job, source))
  warnOfSplit(judged, job)
  return withPins(judged, trust, evidence.checkpoint)
}

/** As it was judged by somebody whose memory said this; nothing is looked up and nothing remembered. */
export function judgeAgain(
  evidence: Evidence,
  trust: Trust,
  memory: MemoryVerdict | undefined,
): Judgement {
  const report = verifyEvidence(evidence, { policy: trust.policy, crypto: bestCrypto() })
  const { checkpoint } = report
  const remembered =
    checkpoint === undefined || memory === undefined ? [] : memoryFindings(memory, checkpoint)
  const findings = [...remembered, ...report.findings]
  const judged = { report, findings, verdict: report.verdict }
  const told = checkpoint === undefined || memory === undefined ? judged : { ...judged, memory }
  return withPins(told, trust, evidence.checkpoint)
}

function withPins(judged: RememberedReport, trust: Trust, note: string): Judgement {
  const { report } = judged
  const findings = [...judged.findings, ...pinFindings(report.parties, trust.pins)]
  const verdict = recordVerdict(findings, report.statements.size)
  return { ...judged, findings, verdict, trust, note }
}

/** This person's memory, as the client wants it. */
export function memoryContext(
  { policy }: Pick<Trust, 'policy'>,
  { io }: Pick<Job, 'io'>,
  source?: ProofSource,
): MemoryContext {
  const memory = personalMemory(io.environment)
  return { memory, policy, crypto: bestCrypto(), now: io.now, source }
}

/** Loud, and on stderr too: a result that goes into a file or a pipe is not always read. */
export function warnOfSplit({ memory, report }: RememberedReport, { out }: Pick<Job, 'out'>): void {
  if (memory?.kind !== 'inconsistent') return
  const { size, kept, convincing } = memory
  for (const line of splitWarning(report.checkpoint?.origin ?? '', kept, convincing)) out.note(line)
  out.note(`  Sizes: ${size} and ${report.checkpoint?.size ?? 0}.`)
}

/** What to say when a ledger was caught. */
export function splitWarning(
  origin: string,
  kept: string | undefined,
  convincing: boolean,
): readonly string[] {
  const show = convincing
    ? '  It convinces anybody who trusts a key of this log: waybill verify FILE --policy POLICY'
    : '  By itself it does not yet convince others: they must ask the ledger, or compare what they saw.'
  return [
    '*** SPLIT VIEW ***',
    `waybill: ${clean(origin)} has signed two histories that contradict each other.`,
    '  Do not rely on either. Tell the operator, its witnesses and others who use this ledger.',
    ...(kept === undefined
      ? ['  The evidence could NOT be written: copy what you have now.']
      : [`  Evidence: ${kept}`, show]),
  ]
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
