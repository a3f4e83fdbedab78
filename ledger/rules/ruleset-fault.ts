/** What can be wrong with a ruleset: one fault, at its place. */
import { LedgerError } from '../core/errors.js'

/** One fault of a ruleset; `at` is its place, empty for the whole. */
export type RulesetFault = {
  readonly at: string
  /** What is wrong, as a word: format, vocabulary, repeated, missing, unknown-member … */
  readonly reason: string
  readonly expected?: string
}

/** @throws LedgerError RULESET_INVALID: the first fault, and all of them in `faults`; unless there are none */
export function refuseFaults(faults: readonly RulesetFault[]): void {
  const [first] = faults
  if (first !== undefined) throw new LedgerError('RULESET_INVALID', { ...first, faults })
}
