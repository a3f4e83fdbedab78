/**
 * What came of comparing a report's page with what its own evidence makes. report/made-again.ts does it.
 */
import type { Finding } from '../ledger/core/finding.js'
import type { NotChecked } from './checkpoint-text.js'

export type PageCheck = {
  /** What was done, in words. */
  readonly lines: readonly string[]
  readonly findings: readonly Finding[]
  readonly notChecked: readonly NotChecked[]
  /** What the page says, where it was made again and is the same. */
  readonly says?: { readonly overall: string; readonly record: string; readonly rules: string }
}
