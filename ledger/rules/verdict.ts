/**
 * What a rule says about a hop. DESIGN 6; the rules are in r01-*.ts and the files beside it.
 *
 * A verdict is evidence for a person: "not met on the disclosed evidence", never "illegal". Verdicts
 * that were stored are never trusted: whoever wants one computes it.
 */
import type { StatementId } from '../core/statement.js'

/** `UNKNOWN`: an input is missing or withheld; never PASS. `NA`: the rule does not concern this hop. */
export type Verdict = 'FAIL' | 'UNKNOWN' | 'WARN' | 'PASS' | 'NA'

/** Worst first. */
export const VERDICTS: readonly Verdict[] = ['FAIL', 'UNKNOWN', 'WARN', 'PASS', 'NA']

/** One thing that a rule has found about one hop. */
export type Judged = {
  readonly verdict: Verdict
  /** Place in the hop: `claims.fields[3].necessary`; the whole statement when left out. */
  readonly at?: string
  /**
   * One sentence for a person. It may hold what stands in the claims that were read, and nothing
   * else: whoever may not read those may not read this.
   */
  readonly why: string
  /** Statements besides the hop that it rests on: parents, instrument, assessment. */
  readonly evidence?: readonly StatementId[]
  /** For UNKNOWN: who could settle it, and how. */
  readonly settle?: string
}

type Notes = Omit<Judged, 'verdict' | 'why'>

function judged(verdict: Verdict, why: string, notes: Notes | undefined): Judged {
  return notes === undefined ? { verdict, why } : { verdict, why, ...notes }
}

export function pass(why: string, notes?: Notes): Judged {
  return judged('PASS', why, notes)
}

export function warn(why: string, notes?: Notes): Judged {
  return judged('WARN', why, notes)
}

export function fail(why: string, notes?: Notes): Judged {
  return judged('FAIL', why, notes)
}

export function unknown(why: string, notes?: Notes): Judged {
  return judged('UNKNOWN', why, notes)
}

export function notApplicable(why: string): Judged {
  return { verdict: 'NA', why }
}

const RANKS: Readonly<Record<Verdict, number>> = { FAIL: 0, UNKNOWN: 1, WARN: 2, PASS: 3, NA: 4 }

/** The worse of two verdicts. */
export function worseOf(a: Verdict, b: Verdict): Verdict {
  return RANKS[a] <= RANKS[b] ? a : b
}

/** The worst of several verdicts; of none, NA. */
export function worstOf(verdicts: Iterable<Verdict>): Verdict {
  let worst: Verdict = 'NA'
  for (const verdict of verdicts) worst = worseOf(worst, verdict)
  return worst
}
