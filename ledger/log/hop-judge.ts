/**
 * Judges one hop at a time as it is admitted, by all rules: on the limits that reach it, which are
 * kept for every dataset, and on the facts of the log before it. docs/decisions/0036.
 *
 * The signatures of a hop that gets here were verified, with keys that may sign. What is found is for
 * the answer and for the operator's own rules about refusing; whoever needs a verdict computes it.
 */
import { LedgerError } from '../core/errors.js'
import { isObject } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import { flowOut } from '../rules/flow.js'
import { datasetsOf, type Hop } from '../rules/hop.js'
import { isHopType } from '../rules/hops.js'
import { judgeRules, type RuleFound } from '../rules/judge.js'
import type { VerdictCounts } from '../rules/judgement.js'
import { meetLimits, UNKNOWN_LIMITS, UNLIMITED } from '../rules/meet.js'
import type { Judging, Upstream } from '../rules/rule.js'
import { RULES } from '../rules/rules.js'
import { lawInForce, shippedLaw } from '../rules/ruleset-in-force.js'
import type { RulesetRef } from '../rules/ruleset-ref.js'
import { type Verdict, worseOf } from '../rules/verdict.js'
import type { RecordValue } from '../store/codec.js'
import { type DatasetLimits, limitsOfText, limitsText } from './limits-record.js'
import { factsOfLog } from './log-facts.js'
import { judgedKey } from './rules-records.js'
import type { TakenStatement } from './rules-statement.js'
import type { RulesReading, RulesSearch } from './rules-view.js'
import { listOf } from './usage-records.js'

/** What the rules say of one hop. */
export type HopRules = {
  /** The worst that a rule says of it. */
  readonly verdict: Verdict
  /** One count for each rule: the worst that it says. */
  readonly counts: VerdictCounts
  readonly ruleset: RulesetRef
  /** In order of the rules; none for a hop that could not be judged. */
  readonly found: readonly RuleFound[]
}

/** A hop that was judged, with what later hops and the index need of it. */
export type JudgedStatement = HopRules & { readonly limits: DatasetLimits }

/** What was stored of a judgement: no reasons, for they may quote claims that are erased one day. */
export type RecordedRules = Pick<HopRules, 'verdict' | 'counts' | 'ruleset'>

/** Limits of hops kept at hand: the next hop is likely to cite one of the last. */
const LIMITS_KEPT = 256

/** A hop that a bug kept from being judged: nothing is known of it, nor of what flows on. */
export function unjudged(): JudgedStatement {
  return {
    verdict: 'UNKNOWN',
    counts: { FAIL: 0, UNKNOWN: RULES.length, WARN: 0, PASS: 0, NA: 0 },
    ruleset: shippedLaw().ref,
    found: [],
    limits: new Map(),
  }
}

export class HopJudge {
  readonly #index: RulesSearch
  readonly #limits = new Map<StatementId, DatasetLimits>()

  constructor(index: RulesSearch) {
    this.#index = index
  }

  /**
   * Judges a statement that comes next in the log; undefined for what is no hop.
   *
   * @param complete whether all that must have signed; a proposal shows no signatures to the rules
   * @throws LedgerError ENTRY_MISMATCH
   */
  judge(
    statement: TakenStatement,
    draft: RulesReading,
    complete: boolean,
  ): JudgedStatement | undefined {
    const hop = hopOfTaken(statement, complete)
    if (hop === undefined) return undefined
    const { index, time } = hop
    const upstream = hop.parents.map((parent): Upstream => this.#upstream(parent, draft))
    const judging: Judging = {
      hop,
      upstream,
      limits: upstream.reduce((met, { limits }) => meetLimits(met, limits), UNLIMITED),
      facts: factsOfLog({ index: this.#index, values: draft, before: index }),
      law: lawInForce(this.#index.rulesets(index, draft), { index, time }).law,
    }
    const found = judgeRules(judging)
    return {
      ...summaryOf(found),
      ruleset: judging.law.ref,
      found,
      limits: flowOut(judging),
    }
  }

  /** Keeps the limits of a hop that is taken at hand: the next one is likely to cite it. */
  keep(id: StatementId, { limits }: JudgedStatement): void {
    this.#keep(id, limits)
  }

  #keep(id: StatementId, limits: DatasetLimits): void {
    if (this.#limits.size >= LIMITS_KEPT) this.#limits.clear()
    this.#limits.set(id, limits)
  }

  #upstream({ id, n }: Hop['parents'][number], draft: RulesReading): Upstream {
    const statement = draft.statement(id)
    const hop = statement === undefined ? undefined : hopOfTaken(statement, true)
    if (statement === undefined || hop === undefined)
      return { id, n, hop: undefined, dataset: undefined, limits: UNKNOWN_LIMITS }
    return {
      id,
      n,
      hop,
      dataset: datasetsOf(hop)?.find((dataset) => dataset.n === n),
      limits: this.#limitsOf(statement, draft).get(n) ?? UNKNOWN_LIMITS,
    }
  }

  #limitsOf({ facts, index }: TakenStatement, draft: RulesReading): DatasetLimits {
    const known = this.#limits.get(facts.id)
    if (known !== undefined) return known
    const value = draft.value(judgedKey(index))
    // The index has every statement before this one: a record that is not there was lost.
    if (value === undefined)
      throw new LedgerError('ENTRY_MISMATCH', { index, record: 'rules index' })
    const [, text] = listOf(value)
    const limits = limitsOfText(String(text))
    this.#keep(facts.id, limits)
    return limits
  }
}

/** A statement as the log has it, as a hop; undefined when it is none. */
export function hopOfTaken(
  { facts, index, time, claims }: TakenStatement,
  complete: boolean,
): Hop | undefined {
  const { type, id, iat, countersignBy, parents, supersedes, signers } = facts
  if (!isHopType(type)) return undefined
  const hop = {
    type,
    id,
    index,
    time,
    iat,
    ...(countersignBy === undefined ? {} : { countersignBy }),
    parents,
    ...(supersedes === undefined ? {} : { supersedes }),
    signatures: complete
      ? signers.map(({ role, kid, iat: signed }) => ({ role, kid, iat: signed, status: 'valid' }))
      : undefined,
    claims,
  }
  // The claims have passed the shapes of this very type, from which the type of a hop is derived.
  return hop as Hop
}

function summaryOf(found: readonly RuleFound[]): Pick<HopRules, 'verdict' | 'counts'> {
  const counts = { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0, NA: 0 }
  let verdict: Verdict = 'NA'
  for (const { judged } of found) {
    let worst: Verdict = 'NA'
    for (const one of judged) worst = worseOf(worst, one.verdict)
    counts[worst] += 1
    verdict = worseOf(verdict, worst)
  }
  return { verdict, counts }
}

/** The record of a judgement: what was found, without reasons, and the limits that flow on. */
export function judgedRecord({ verdict, counts, ruleset, limits }: JudgedStatement): RecordValue {
  return [JSON.stringify({ verdict, counts, ruleset }), limitsText(limits)]
}

/** @throws LedgerError ENTRY_MISMATCH */
export function recordedRules(value: RecordValue): RecordedRules {
  const [text] = listOf(value)
  const found: unknown = JSON.parse(String(text))
  if (!isObject(found as never)) throw new LedgerError('ENTRY_MISMATCH', { record: 'rules index' })
  return found as RecordedRules
}
