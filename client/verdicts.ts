/**
 * Verdicts on a lineage and sums over transfers, as a server computes them. DESIGN 6, 7.2.
 *
 * They are the server's word, and what the caller may not know is left out: `lineage` brings what can be
 * verified and judged by whoever asks.
 */
import type { JsonObject } from '../ledger/core/json.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { UsageKey } from '../ledger/rules/facts.js'
import type { RulesetUse } from '../ledger/rules/judgement.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import type { LookedAt } from './impact.js'
import { idAt, idsAt, invalid, objectsAt, textAt, wholeAt } from './members.js'
import { pathWith } from './query.js'
import { countsAt, verdictAt } from './rules.js'
import { readRulesetUses } from './ruleset.js'

/** One thing that a rule found: FAIL, UNKNOWN or WARN. */
export type VerdictFinding = {
  readonly rule: string
  readonly verdict: Verdict
  /** The place in the statement, where the caller may read it. */
  readonly at?: string
  /** Where the caller may read all that it may quote. */
  readonly why?: string
  /** Statements that it rests on. */
  readonly evidence?: readonly StatementId[]
  /** Who or what could settle it. */
  readonly settle?: string
}

export type JudgedStatement = {
  readonly id: StatementId
  readonly index: number
  readonly type: string
  /** The worst that a rule says of it. */
  readonly verdict: Verdict
  /** The worst of it and of everything before it. */
  readonly path: Verdict
  readonly findings: readonly VerdictFinding[]
}

export type VerdictsAnswer = {
  readonly id: StatementId
  readonly treeSize: number
  /** The last entry that was looked at. */
  readonly asOf: number
  /** The worst of the whole lineage. */
  readonly verdict: Verdict
  /** One count for each rule and hop: the worst that it says. */
  readonly counts: Readonly<Record<Verdict, number>>
  readonly rulesets: readonly RulesetUse[]
  /** Rulesets of the operator that the server cannot judge by: they judged nothing. */
  readonly unreadRulesets: readonly StatementId[]
  /** In log order, the statement that was asked about last. */
  readonly hops: readonly JudgedStatement[]
}

/** @param id whole, or its first 8 or more digits */
export function verdictsPath(id: string, { asOf }: LookedAt): string {
  return pathWith(`/v1/verdicts/${encodeURIComponent(id)}`, { as_of: asOf })
}

/** @throws LedgerError SERVER_ANSWER_INVALID also where it is about another statement than `id` */
export function readVerdicts(answer: JsonObject, id: string): VerdictsAnswer {
  const about = idAt(answer, 'id')
  const hops = objectsAt(answer, 'hops').map(readHop)
  if (!about.startsWith(id) || !hops.some((hop) => hop.id === about)) throw invalid('id')
  return {
    id: about,
    treeSize: wholeAt(answer, 'tree_size'),
    asOf: wholeAt(answer, 'as_of'),
    verdict: verdictAt(answer, 'verdict'),
    counts: countsAt(answer, 'counts'),
    rulesets: readRulesetUses(answer),
    unreadRulesets: idsAt(answer, 'unread_rulesets'),
    hops,
  }
}

function readHop(item: JsonObject): JudgedStatement {
  return {
    id: idAt(item, 'id'),
    index: wholeAt(item, 'index'),
    type: textAt(item, 'type'),
    verdict: verdictAt(item, 'verdict'),
    path: verdictAt(item, 'path'),
    findings: objectsAt(item, 'findings').map((finding) => ({
      rule: textAt(finding, 'rule'),
      verdict: verdictAt(finding, 'verdict'),
      ...(finding['at'] === undefined ? {} : { at: textAt(finding, 'at') }),
      ...(finding['why'] === undefined ? {} : { why: textAt(finding, 'why') }),
      ...(finding['evidence'] === undefined ? {} : { evidence: idsAt(finding, 'evidence') }),
      ...(finding['settle'] === undefined ? {} : { settle: textAt(finding, 'settle') }),
    })),
  }
}

/** Of which transfers the sums are. */
export type UsageQuery = LookedAt & {
  /** Entry time at least, seconds since 1970; left out: all. */
  readonly since?: number
}

/** How much of a category moved. */
export type CategorySum = {
  readonly category: string
  readonly records: number
  readonly persons: number
  readonly devices: number
}

export type UsageAnswer = {
  readonly treeSize: number
  /** The last entry that was looked at. */
  readonly asOf: number
  readonly transfers: number
  readonly records: number
  readonly persons: number
  readonly sensitive: number
  readonly devices: number
  /** Transfers that do not say how many persons: the sums are lower bounds. */
  readonly uncounted: number
  /** By category of bulk data, where the parties declare it. */
  readonly volumes: readonly CategorySum[]
  /** By category of the fields sent. */
  readonly categories: readonly CategorySum[]
}

export function usagePath(key: UsageKey, { since, asOf }: UsageQuery): string {
  return pathWith('/v1/usage', { ...key, since, as_of: asOf })
}

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function readUsage(answer: JsonObject): UsageAnswer {
  return {
    treeSize: wholeAt(answer, 'tree_size'),
    asOf: wholeAt(answer, 'as_of'),
    transfers: wholeAt(answer, 'transfers'),
    records: wholeAt(answer, 'records'),
    persons: wholeAt(answer, 'persons'),
    sensitive: wholeAt(answer, 'sensitive'),
    devices: wholeAt(answer, 'devices'),
    uncounted: wholeAt(answer, 'uncounted'),
    volumes: objectsAt(answer, 'volumes').map(readCategory),
    categories: objectsAt(answer, 'categories').map(readCategory),
  }
}

function readCategory(item: JsonObject): CategorySum {
  return {
    category: textAt(item, 'category'),
    records: wholeAt(item, 'records'),
    persons: wholeAt(item, 'persons'),
    devices: wholeAt(item, 'devices'),
  }
}
