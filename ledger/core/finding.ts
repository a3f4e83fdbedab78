/**
 * Findings: what a verification or an audit has to say, one defect or gap each.
 *
 * A verification of data from outside never throws for bad data: it collects findings, so that one
 * damaged part does not hide the next, and says VERIFIED only when there was something to verify.
 */
import { type ErrorCode, LedgerError } from './errors.js'
import type { StatementId } from './statement.js'

/** `failed`: proven wrong. `incomplete`: cannot be shown with what is at hand. `note`: worth knowing. */
export type Severity = 'failed' | 'incomplete' | 'note'

export type Finding = {
  readonly severity: Severity
  readonly code: ErrorCode
  /** What it is about, in words: "entry 12", "party …", "checkpoint". */
  readonly at: string
  readonly id?: StatementId
  readonly index?: number
  /** One sentence more, without confidential values. */
  readonly detail?: string
  /** Who could settle it and how, where that is known. */
  readonly settle?: string
}

/** The record's verdict. DESIGN 6. */
export type RecordVerdict = 'VERIFIED' | 'INCOMPLETE' | 'FAILED' | 'FAILED (split view)'

/** Worst finding decides; nothing verified is INCOMPLETE, never VERIFIED. */
export function recordVerdict(findings: readonly Finding[], verifiedCount: number): RecordVerdict {
  if (findings.some(({ code }) => code === 'CHECKPOINT_INCONSISTENT')) return 'FAILED (split view)'
  if (findings.some(({ severity }) => severity === 'failed')) return 'FAILED'
  if (verifiedCount === 0 || findings.some(({ severity }) => severity === 'incomplete'))
    return 'INCOMPLETE'
  return 'VERIFIED'
}

/** Exit code of a verdict. DESIGN 6; rules (2) come on top once they are judged. */
export function exitCodeOf(verdict: RecordVerdict): 0 | 1 | 3 | 5 {
  return { VERIFIED: 0, INCOMPLETE: 3, FAILED: 1, 'FAILED (split view)': 5 }[verdict] as
    | 0
    | 1
    | 3
    | 5
}

/** Codes that mean "this version cannot tell", not "wrong". DESIGN 4.10. */
const UNKNOWN_FORM: readonly ErrorCode[] = [
  'STATEMENT_VERSION_UNKNOWN',
  'STATEMENT_TYPE_UNKNOWN',
  'SIGNATURE_ALG_UNKNOWN',
  'ENVELOPE_FORM_UNKNOWN',
  'EVIDENCE_MISSING',
]

/** True for a code that says that this version cannot tell, not that something is wrong. */
export function isUnknownForm(code: ErrorCode): boolean {
  return UNKNOWN_FORM.includes(code)
}

/** Turns a refusal into a finding; anything else is a bug and is thrown on. */
export function findingOf(error: unknown, about: Omit<Finding, 'severity' | 'code'>): Finding {
  if (!(error instanceof LedgerError)) throw error
  const severity = isUnknownForm(error.code) ? 'incomplete' : 'failed'
  const reason = error.details['reason'] ?? error.details['at']
  return {
    ...about,
    severity,
    code: error.code,
    ...(about.detail === undefined && typeof reason === 'string' ? { detail: reason } : {}),
  }
}
