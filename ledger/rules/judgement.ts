/**
 * What judging a lineage gives: a verdict for each hop and for the whole, counts and findings. DESIGN 6.
 *
 * The verdict of a path is never better than its worst hop. What nobody judged is UNKNOWN.
 */
import { invariant } from '../core/errors.js'
import type { StatementId } from '../core/statement.js'
import { dayOf } from './days.js'
import type { Facts } from './facts.js'
import type { Hop, HopType } from './hop.js'
import { type RuleVerdict, ruleVerdict } from './judge.js'
import { isFinding, KeptFindings } from './kept-findings.js'
import type { Law } from './law.js'
import type { Judging, Rule } from './rule.js'
import { RULES } from './rules.js'
import type { Ruleset } from './ruleset.js'
import type { RulesetRef, RulesetSource } from './ruleset-ref.js'
import { inForce } from './tables.js'
import { VERDICTS, type Verdict, worseOf } from './verdict.js'

/** Most findings that are kept where nobody says otherwise. */
export const FINDINGS_KEPT = 10_000

export type HopVerdict = {
  readonly id: StatementId
  readonly index: number
  readonly type: HopType
  /** The worst that a rule says of this hop. */
  readonly verdict: Verdict
  /** The worst of this hop and of everything before it: never better than any of them. */
  readonly path: Verdict
}

/** Hops by the verdict of one rule on them. */
export type VerdictCounts = Readonly<Record<Verdict, number>>

export type JudgedHop = HopVerdict & {
  readonly hop: Hop
  readonly verdicts: readonly RuleVerdict[]
}

export type JudgeContext = {
  readonly facts: Facts
  /** The law by which a hop is judged. */
  readonly lawFor: (hop: Hop) => Law
  /** Left out: all. */
  readonly rules?: readonly Rule[]
  /** Most findings kept, a whole number; left out: `FINDINGS_KEPT`. */
  readonly keep?: number
  /** Told of each hop with all its verdicts, in order of entry index. */
  readonly onHop?: (judged: JudgedHop) => void
  /** Judges only these hops; the others pass their limits on. Left out: all. */
  readonly only?: (id: StatementId) => boolean
}

/** A ruleset that was used and on how many hops. */
export type RulesetUse = RulesetRef &
  Pick<Ruleset, 'asOf' | 'effective'> & {
    readonly source?: RulesetSource
    readonly hops: number
    /** Hops that were recorded on a day on which it was not in force. */
    readonly outside: number
  }

export type GraphJudgement = {
  /** The worst of all hops, of which one that was asked for and not shown is UNKNOWN; so is none at all. */
  readonly verdict: Verdict
  /** What was judged, by rising entry index. */
  readonly hops: readonly HopVerdict[]
  /** One count for each rule and hop: the worst that the rule says of it. */
  readonly counts: VerdictCounts
  readonly byRule: ReadonlyMap<Rule['id'], VerdictCounts>
  /** FAIL, UNKNOWN and WARN, worst first, then by entry index, rule and place. */
  readonly findings: readonly RuleVerdict[]
  /** Findings beyond the most that are kept: counted above, not listed. */
  readonly findingsLeftOut: number
  /** In order of first use. */
  readonly rulesets: readonly RulesetUse[]
}

/** Collects verdicts while a lineage is judged. */
export class JudgementTally {
  readonly #context: JudgeContext
  readonly #rules: readonly Rule[]
  readonly #kept: KeptFindings
  readonly #hops: HopVerdict[] = []
  readonly #byRule: Map<Rule['id'], Record<Verdict, number>>
  readonly #rulesets = new Map<Law, { hops: number; outside: number }>()
  #worst: Verdict = 'NA'

  constructor(context: JudgeContext) {
    const { rules = RULES, keep = FINDINGS_KEPT } = context
    this.#context = context
    this.#rules = rules
    this.#kept = new KeptFindings(keep)
    this.#byRule = new Map(rules.map(({ id }) => [id, noVerdicts()]))
  }

  /**
   * Judges one hop by every rule.
   *
   * @param before the worst of everything before it
   * @param id the hop’s own, as a text that is kept anyhow: there may be a million
   * @returns the worst of this hop and of everything before it
   */
  judge(judging: Judging, before: Verdict, id: StatementId = judging.hop.id): Verdict {
    const { hop, law } = judging
    const { only, onHop } = this.#context
    if (only?.(hop.id) === false) return before
    this.#countUse(law, hop)
    const verdicts: RuleVerdict[] | undefined = onHop === undefined ? undefined : []
    let verdict: Verdict = 'NA'
    for (const rule of this.#rules) {
      verdict = worseOf(verdict, this.#apply(rule, judging, verdicts))
    }
    const path = worseOf(verdict, before)
    const judged = { id, index: hop.index, type: hop.type, verdict, path }
    this.#hops.push(judged)
    this.#worst = worseOf(this.#worst, verdict)
    if (verdicts !== undefined) onHop?.({ ...judged, hop, verdicts })
    return path
  }

  /** Something that was to be judged is not shown. */
  gap(): void {
    this.#worst = worseOf(this.#worst, 'UNKNOWN')
  }

  /** Everything so far. */
  result(): GraphJudgement {
    const counts = noVerdicts()
    for (const own of this.#byRule.values()) {
      for (const verdict of VERDICTS) counts[verdict] += own[verdict]
    }
    return {
      verdict: this.#hops.length === 0 ? 'UNKNOWN' : this.#worst,
      hops: this.#hops,
      counts,
      byRule: this.#byRule,
      findings: this.#kept.worstFirst(),
      findingsLeftOut: this.#kept.leftOut,
      rulesets: [...this.#rulesets].map(([{ ref, ruleset, source }, uses]) => ({
        ...ref,
        asOf: ruleset.asOf,
        effective: ruleset.effective,
        ...(source === undefined ? {} : { source }),
        ...uses,
      })),
    }
  }

  #countUse(law: Law, { time }: Hop): void {
    let uses = this.#rulesets.get(law)
    if (uses === undefined) {
      uses = { hops: 0, outside: 0 }
      this.#rulesets.set(law, uses)
    }
    uses.hops += 1
    if (!inForce(law.ruleset.effective, dayOf(time))) uses.outside += 1
  }

  #apply(rule: Rule, judging: Judging, all: RuleVerdict[] | undefined): Verdict {
    const found = rule.judge(judging)
    invariant(found.length > 0, 'a rule says something of every hop')
    let worst: Verdict = 'NA'
    for (const judged of found) {
      const { verdict } = judged
      worst = worseOf(worst, verdict)
      all?.push(ruleVerdict(rule, judged, judging))
      if (!isFinding(verdict)) continue
      if (this.#kept.takes(verdict)) this.#kept.add(ruleVerdict(rule, judged, judging))
      else this.#kept.skip()
    }
    const counts = this.#byRule.get(rule.id)
    if (counts !== undefined) counts[worst] += 1
    return worst
  }
}

function noVerdicts(): Record<Verdict, number> {
  return { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0, NA: 0 }
}
