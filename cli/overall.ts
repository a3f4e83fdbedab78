/**
 * One word and one exit code for the record and the rules together. DESIGN 6.
 */
import { exitCodeOf, type RecordVerdict } from '../ledger/core/finding.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import type { ExitCode } from './io.js'

/**
 * `VERIFIED WITH FINDINGS`: authentic, and some rule is not met, or nearly so.
 * `VERIFIED (record only)`: authentic, and nobody has looked at the rules.
 */
export type Overall = RecordVerdict | 'VERIFIED WITH FINDINGS' | typeof RECORD_ONLY

const RECORD_ONLY = 'VERIFIED (record only)'

/** From which verdict of the rules on a command fails with exit code 2. */
export const FAIL_ON = ['fail', 'unknown', 'warn', 'never'] as const
export type FailOn = (typeof FAIL_ON)[number]

const FAILING: Readonly<Record<FailOn, readonly Verdict[]>> = {
  fail: ['FAIL'],
  unknown: ['FAIL', 'UNKNOWN'],
  warn: ['FAIL', 'UNKNOWN', 'WARN'],
  never: [],
}

/** @param rules worst verdict of the rules; undefined: not judged */
export function overallOf(record: RecordVerdict, rules: Verdict | undefined): Overall {
  if (record !== 'VERIFIED') return record
  if (rules === undefined) return RECORD_ONLY
  if (rules === 'FAIL' || rules === 'WARN') return 'VERIFIED WITH FINDINGS'
  return rules === 'UNKNOWN' ? 'INCOMPLETE' : 'VERIFIED'
}

/** The record's code comes first: rules about a record that is not sound say little. */
export function exitOfBoth(
  record: RecordVerdict,
  rules: Verdict | undefined,
  failOn: FailOn,
): ExitCode {
  const code = exitCodeOf(record)
  if (code !== 0 || rules === undefined) return code
  if (FAILING[failOn].includes(rules)) return 2
  return rules === 'UNKNOWN' && failOn !== 'never' ? 3 : 0
}
