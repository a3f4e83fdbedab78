/**
 * What a rule is: a pure function over a hop, the limits that reach it, facts and a law, with the
 * words that explain it. One short file per rule.
 */

import type { StatementId } from '../core/statement.js'
import type { Facts } from './facts.js'
import type { Dataset, Hop } from './hop.js'
import type { Law } from './law.js'
import type { Limits } from './limits.js'
import type { Judged } from './verdict.js'

/** One parent of a hop, in the order of `parents`. */
export type Upstream = {
  readonly id: StatementId
  /** Number of the dataset that is cited. */
  readonly n: number
  /** Undefined: a gap, the parent was not shown. */
  readonly hop: Hop | undefined
  /** Undefined: a gap, or the parent withholds its datasets. */
  readonly dataset: Dataset | undefined
  /** The limits that travel with that dataset. */
  readonly limits: Limits
}

export type Judging = {
  readonly hop: Hop
  readonly upstream: readonly Upstream[]
  /** Meet of the limits of all parents: what this hop may do. Without parents, no limit. */
  readonly limits: Limits
  readonly facts: Facts
  readonly law: Law
}

export type Rule = {
  /** `R01`, as cited in verdicts, by `waybill explain` and in reports. */
  readonly id: `R${string}`
  readonly title: string
  /** Claims and facts that it reads, by name. */
  readonly inputs: readonly string[]
  /** Law, clause or mission that it comes from. */
  readonly citation: string
  /** What it asks, what a FAIL means and what to do, in plain words. */
  readonly explain: string
  /** At least one; the worst of them is the rule’s verdict on the hop. */
  judge(judging: Judging): readonly Judged[]
}
