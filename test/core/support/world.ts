/** A small ledger with one lineage, and how a verifier's report is compared in tests. */
import type { Crypto } from '../../../ledger/core/ed25519.js'
import type { Envelope } from '../../../ledger/core/envelope.js'
import type { Evidence } from '../../../ledger/core/evidence.js'
import type { Finding } from '../../../ledger/core/finding.js'
import type { Policy } from '../../../ledger/core/policy.js'
import { type EvidenceReport, verifyEvidence } from '../../../ledger/core/verify.js'
import { EXPORTER, IMPORTER, INSURER, OPERATOR, type TestParty } from './parties.js'
import { collection, datasetOf, enrolment, outcome, processing, transfer } from './statements.js'
import { FAST, TinyLog } from './tiny-log.js'

export type World = {
  readonly log: TinyLog
  /** Entry 4. */
  readonly collection: Envelope
  /** Entry 5. */
  readonly transfer: Envelope
  /** Entry 6. */
  readonly model: Envelope
  /** Entry 7. */
  readonly report: Envelope
}

/** Entries 0 to 3 enrol, 4 to 7 are collection, transfer, processing and outcome. */
export async function startWorld(log?: TinyLog): Promise<World> {
  const own = log ?? (await TinyLog.start())
  for (const party of [EXPORTER, IMPORTER, INSURER]) own.append(await enrolment(party, OPERATOR))
  const rides = await collection(EXPORTER)
  const copy = await transfer(EXPORTER, IMPORTER, [datasetOf(rides)])
  const model = await processing(IMPORTER, [datasetOf(copy)])
  const report = await outcome(IMPORTER, [datasetOf(model)])
  for (const envelope of [rides, copy, model, report]) own.append(envelope)
  return { log: own, collection: rides, transfer: copy, model, report }
}

export function judge(evidence: Evidence, policy: Policy, crypto: Crypto = FAST): EvidenceReport {
  return verifyEvidence(evidence, { policy, crypto })
}

/** Verdict and findings in a line: `FAILED: failed REGISTRY_MISMATCH, incomplete EVIDENCE_MISSING`. */
export function said(report: {
  readonly verdict: string
  readonly findings: readonly Finding[]
}): string {
  const words = report.findings.map(({ severity, code }) => `${severity} ${code}`)
  const distinct = [...new Set(words)].sort()
  return distinct.length === 0 ? report.verdict : `${report.verdict}: ${distinct.join(', ')}`
}

/** What the verifier says of a statement when its log hands out honest evidence about it. */
export async function saidOf(envelope: Envelope, log: TinyLog): Promise<string> {
  return said(judge(await log.evidence([envelope]), log.policy))
}

/** A log with the operator and these parties enrolled. */
export async function logOf(...parties: readonly TestParty[]): Promise<TinyLog> {
  const log = await TinyLog.start()
  for (const party of parties) log.append(await enrolment(party, OPERATOR))
  return log
}
