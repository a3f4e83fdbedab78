/**
 * Upgrading a receipt: from the commit checkpoint that the ledger signed alone and at once, to a
 * published one that witnesses cosigned. DESIGN 4.7.
 *
 * The two must be of one history. A commit checkpoint that the cosigned tree does not continue was
 * signed for a history that only its holder was shown: both are kept as evidence.
 */
import { openCheckpoint } from '../ledger/core/checkpoint.js'
import type { Envelope } from '../ledger/core/envelope.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { recordVerdict } from '../ledger/core/finding.js'
import { policyOfLogs } from '../ledger/core/policy.js'
import { NO_QUORUM } from '../ledger/core/quorum.js'
import { type StatementId, statementId } from '../ledger/core/statement.js'
import { type EvidenceReport, verifyEvidence } from '../ledger/core/verify.js'
import {
  compareCheckpoints,
  judgeRemembered,
  type MemoryContext,
  memoryFindings,
  type ProofSource,
  type RememberedReport,
} from './memory.js'

/** Whom to ask for a newer receipt: a client, or a ledger's folder. */
export type ReceiptSource = ProofSource & {
  /** The published checkpoint, a signed note. */
  readonly checkpoint: () => Promise<string>
  readonly receipt: (id: string) => Promise<Evidence>
}

export type UpgradeContext = MemoryContext & { readonly source: ReceiptSource }

export type Upgrade =
  /** `evidence` is the receipt to keep from now on. */
  | { readonly kind: 'upgraded'; readonly evidence: Evidence; readonly judged: RememberedReport }
  /** It has the cosignatures that the policy asks for. */
  | { readonly kind: 'current'; readonly judged: RememberedReport }
  /** Later: not published yet, not cosigned yet, or not proven. */
  | { readonly kind: 'waiting'; readonly reason: string }
  /** The receipt is false, or contradicts what the ledger shows now. */
  | { readonly kind: 'refused'; readonly judged: RememberedReport }

/**
 * Upgrades one receipt, if it can be now. The old one is left alone: who keeps files replaces them.
 * Rejects with LedgerError when the ledger does not answer.
 */
export async function upgradeReceipt(old: Evidence, context: UpgradeContext): Promise<Upgrade> {
  const { policy, crypto, source } = context
  const report = verifyEvidence(old, context)
  const { checkpoint } = report
  if (checkpoint === undefined || report.verdict.startsWith('FAILED')) {
    return { kind: 'refused', judged: alone(report) }
  }
  if (policy.quorum !== NO_QUORUM && hasQuorum(old.checkpoint, context)) {
    return { kind: 'current', judged: alone(report) }
  }
  const id = receiptId(old, context)
  const index = report.statements.get(id)?.index ?? Number.POSITIVE_INFINITY
  const note = await source.checkpoint()
  const published = openCheckpoint(note, policy, crypto)
  if (published.checkpoint.origin !== checkpoint.origin) return waiting('it is of another ledger')
  // Before the statement is asked for: a ledger that dropped it would say that it never was.
  const other = await contradiction(old, note, context)
  if (other !== undefined) return other
  if (published.checkpoint.size <= index) return waiting('not published yet')
  if (!published.quorum.met) return waiting(missingWords(published.quorum.missing))
  const fresh = await source.receipt(id)
  if (!hasQuorum(fresh.checkpoint, context)) return waiting('the receipt is not cosigned yet')
  return replaced(old, fresh, context)
}

/** True when a checkpoint has the cosignatures that the policy asks for. Never throws. */
export function hasQuorum(
  note: string,
  { policy, crypto }: Pick<MemoryContext, 'policy' | 'crypto'>,
): boolean {
  try {
    return openCheckpoint(note, policy, crypto).quorum.met
  } catch (error) {
    if (error instanceof LedgerError) return false
    throw error
  }
}

/** A receipt with the disclosures that its holder has, also those that the ledger does not keep. */
export function withHeld(receipt: Evidence, held: Envelope): Evidence {
  const { payload, disclosures } = held
  const statements = receipt.statements.map((item) =>
    item.envelope.payload === payload
      ? { ...item, envelope: { ...item.envelope, disclosures } }
      : item,
  )
  return { ...receipt, statements }
}

async function replaced(old: Evidence, fresh: Evidence, context: UpgradeContext): Promise<Upgrade> {
  const other = await contradiction(old, fresh.checkpoint, context)
  if (other !== undefined) return other
  const evidence = old.statements.reduce((all, { envelope }) => withHeld(all, envelope), fresh)
  const judged = await judgeRemembered(evidence, context)
  if (judged.verdict.startsWith('FAILED')) return { kind: 'refused', judged }
  if (judged.verdict !== 'VERIFIED' && wasWhole(old, context)) {
    return waiting('the newer receipt shows less than this one')
  }
  return { kind: 'upgraded', evidence, judged }
}

/** Why a receipt cannot go under this checkpoint; undefined where both are of one history. */
async function contradiction(
  old: Evidence,
  note: string,
  context: UpgradeContext,
): Promise<Upgrade | undefined> {
  const { policy, crypto } = context
  const seen = { note, checkpoint: openCheckpoint(note, policy, crypto).checkpoint }
  const { checkpoint } = openCheckpoint(old.checkpoint, policy, crypto)
  const memory = await compareCheckpoints({ note: old.checkpoint, checkpoint }, seen, context)
  if (memory.kind === 'unproven') return waiting(memory.reason)
  if (memory.kind !== 'inconsistent') return undefined
  const report = verifyEvidence(old, context)
  const findings = [...memoryFindings(memory, seen.checkpoint), ...report.findings]
  const verdict = recordVerdict(findings, report.statements.size)
  return { kind: 'refused', judged: { report, memory, findings, verdict } }
}

/** Whether nothing but cosignatures was missing. */
function wasWhole(old: Evidence, { policy, crypto }: UpgradeContext): boolean {
  const logsAlone = policyOfLogs(...policy.logs.map(({ key }) => key))
  return verifyEvidence(old, { policy: logsAlone, crypto }).verdict === 'VERIFIED'
}

function receiptId(receipt: Evidence, { crypto }: UpgradeContext): StatementId {
  const [statement, ...others] = receipt.statements
  if (statement === undefined || others.length > 0) {
    throw new LedgerError('RECEIPT_MALFORMED', { reason: 'a bundle is not upgraded but made anew' })
  }
  return statementId(statement.envelope.payloadBytes, crypto.sha256)
}

function alone(report: EvidenceReport): RememberedReport {
  const { findings, verdict } = report
  return { report, findings, verdict }
}

function waiting(reason: string): Upgrade {
  return { kind: 'waiting', reason }
}

function missingWords(missing: string | undefined): string {
  return `cosignatures are missing: ${missing ?? 'the quorum'}`
}
