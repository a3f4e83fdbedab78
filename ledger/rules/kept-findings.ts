/**
 * Findings of a judgement as far as they are kept: all up to a cap, then the worst. What is left out is
 * counted, so that nobody takes a cut list for a whole one.
 */
import type { RuleVerdict } from './judge.js'
import { VERDICTS, type Verdict } from './verdict.js'

/** Verdicts a person must look at, worst first. */
const FINDINGS: readonly Verdict[] = ['FAIL', 'UNKNOWN', 'WARN']

/** Is this a verdict that a person must look at? */
export function isFinding(verdict: Verdict): boolean {
  return verdict === 'FAIL' || verdict === 'UNKNOWN' || verdict === 'WARN'
}

export class KeptFindings {
  readonly #max: number
  readonly #byVerdict = new Map<Verdict, RuleVerdict[]>(FINDINGS.map((verdict) => [verdict, []]))
  #kept = 0
  #leftOut = 0

  /** @param max most findings that are kept */
  constructor(max: number) {
    this.#max = max
  }

  /** Findings left out because there were more than are kept. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** Would one of this verdict be kept now? */
  takes(verdict: Verdict): boolean {
    return this.#kept < this.#max || this.#milderThan(verdict) !== undefined
  }

  /** Keeps it, in place of a milder one where there is no room. */
  add(found: RuleVerdict): void {
    if (this.#kept >= this.#max) {
      this.#leftOut += 1
      const milder = this.#milderThan(found.verdict)
      if (milder === undefined) return
      milder.pop()
      this.#kept -= 1
    }
    this.#byVerdict.get(found.verdict)?.push(found)
    this.#kept += 1
  }

  /** One that `takes` would not keep: counted without being made. */
  skip(): void {
    this.#leftOut += 1
  }

  /** Worst first, then in the order in which they were found. */
  worstFirst(): readonly RuleVerdict[] {
    return FINDINGS.flatMap((verdict) => this.#byVerdict.get(verdict) ?? [])
  }

  #milderThan(verdict: Verdict): RuleVerdict[] | undefined {
    const rank = VERDICTS.indexOf(verdict)
    return [...this.#byVerdict]
      .filter(([other, found]) => VERDICTS.indexOf(other) > rank && found.length > 0)
      .at(-1)?.[1]
  }
}
