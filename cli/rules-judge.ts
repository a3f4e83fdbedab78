/**
 * A verified lineage judged by the rules: with the statements that came with it, by the rulesets in
 * force or by the one that was asked for. DESIGN 6.
 *
 * Verdicts are computed here, from what was verified; none is taken from anybody. What a file of
 * evidence does not show may still be in the log, so that only a ledger that was asked counts as
 * searched.
 */
import { LedgerError } from '../ledger/core/errors.js'
import type { Lineage } from '../ledger/core/lineage.js'
import type { RulesetClaims } from '../ledger/core/schemas/ruleset.js'
import { knownClaims } from '../ledger/core/schemas.js'
import type { EvidenceReport, VerifiedStatement } from '../ledger/core/verify.js'
import { factsOfSet } from '../ledger/rules/bundle-facts.js'
import type { Facts } from '../ledger/rules/facts.js'
import type { Hop } from '../ledger/rules/hop.js'
import { hopOfVerified } from '../ledger/rules/hops.js'
import { judgeGraph } from '../ledger/rules/judge-graph.js'
import type { Law } from '../ledger/rules/law.js'
import { type RulesReport, reportOf } from '../ledger/rules/report-data.js'
import type { Ruleset } from '../ledger/rules/ruleset.js'
import { rulesetFromClaims } from '../ledger/rules/ruleset-claims.js'
import { lawInForce, type RecordedRuleset } from '../ledger/rules/ruleset-in-force.js'
import { notingSums, type Sum } from '../ledger/rules/sums.js'
import { utc } from './output.js'

/** An entry index, or a time in seconds since 1970: what was recorded later is left out. */
export type AsOf = { readonly index: number } | { readonly time: number }

/** How the rules are asked for; nothing given: each hop by the ruleset of its day. */
export type RulesQuestion = {
  readonly asOf?: AsOf
  /** Judges every hop. */
  readonly law?: Law
}

export type LineageRules = RulesReport & {
  /** A ledger was asked, and says that it has left nothing out. */
  readonly searched: boolean
  readonly asOf?: AsOf
  /** The last that was shown, where something later was asked for: `entry 7, 2026-11-22 10:00:00Z`. */
  readonly lastShown?: string
  /** Rulesets of the operator that could not be read, by id. */
  readonly unread: readonly string[]
}

export type RulesEvidence = {
  readonly report: EvidenceReport
  readonly lineage: Lineage
  readonly searched: boolean
  /** Sums over transfers, where a whole log can be asked. */
  readonly usage: Facts['usage'] | undefined
  /** Called with every sum that was asked for and answered. */
  readonly note?: (sum: Sum) => void
}

/** @throws LedgerError AS_OF_TOO_EARLY when the root was recorded later than asked for */
export function judgeRules(evidence: RulesEvidence, question: RulesQuestion): LineageRules {
  const { report, lineage, searched } = evidence
  const { asOf } = question
  const known = [...report.statements.values()].filter((statement) => isKnown(statement, asOf))
  const byId = new Map(known.map((statement) => [statement.id, statement]))
  if (!byId.has(lineage.root)) throw new LedgerError('AS_OF_TOO_EARLY')
  const set = { statements: known, parties: report.parties.values(), complete: searched }
  const facts = withUsage(factsOfSet(set), evidence)
  const { recorded, unread } = operatorRulesets(known, report)
  const judgement = judgeGraph(
    {
      hop: (id) => {
        const statement = byId.get(id)
        return statement === undefined ? undefined : hopOfVerified(statement, report.parties)
      },
    },
    [lineage.root],
    {
      facts,
      lawFor: lawFor(recorded, known, question),
    },
  )
  return { ...reportOf(judgement), searched, unread, ...asOfGiven(asOf, report) }
}

/** What is asked of a time that has not come: as of then, nothing more is known than now. */
function asOfGiven(
  asOf: AsOf | undefined,
  { checkpoint, headTime, statements }: EvidenceReport,
): Pick<LineageRules, 'asOf' | 'lastShown'> {
  if (asOf === undefined) return {}
  const all = [...statements.values()]
  const last = checkpoint === undefined ? 0 : checkpoint.size - 1
  const time = headTime ?? Math.max(...all.map((statement) => statement.time))
  const isLater = 'index' in asOf ? asOf.index > last : asOf.time > time
  return { asOf, ...(isLater ? { lastShown: `entry ${last}, ${utc(time)}` } : {}) }
}

function withUsage(facts: Facts, { usage, note }: RulesEvidence): Facts {
  const all = usage === undefined ? facts : { ...facts, usage }
  return note === undefined ? all : notingSums(all, note)
}

function isKnown({ index, time }: VerifiedStatement, asOf: AsOf | undefined): boolean {
  if (asOf === undefined) return true
  return 'index' in asOf ? index <= asOf.index : time <= asOf.time
}

/** One law for all where one was asked for; otherwise that of each hop's own day. */
function lawFor(
  recorded: readonly RecordedRuleset[],
  known: readonly VerifiedStatement[],
  { asOf, law: asked }: RulesQuestion,
): (hop: Hop) => Law {
  if (asked !== undefined) return () => asked
  if (asOf === undefined) return (hop) => lawInForce(recorded, hop).law
  const latest = Math.max(...known.map(({ time }) => time))
  const moment = 'index' in asOf ? { index: asOf.index + 1, time: latest } : undefined
  const { law } = lawInForce(
    recorded,
    moment ?? { index: Number.MAX_SAFE_INTEGER, time: 'time' in asOf ? asOf.time : latest },
  )
  return () => law
}

type Rulesets = {
  readonly recorded: readonly RecordedRuleset[]
  readonly unread: readonly string[]
}

/** Rulesets that the operator has recorded: anyone may record one, and only the operator's judge. */
export function operatorRulesets(
  known: Iterable<VerifiedStatement>,
  { registrar }: Pick<EvidenceReport, 'registrar'>,
): Rulesets {
  const recorded: RecordedRuleset[] = []
  const unread: string[] = []
  for (const statement of known) {
    const { id, index, payload } = statement
    if (payload.type !== 'ruleset/1' || isOfOthers(statement, registrar)) continue
    const ruleset = readRuleset(statement)
    const { supersedes } = payload
    const replaced = supersedes === undefined ? {} : { supersedes }
    if (ruleset === undefined) unread.push(id)
    else recorded.push({ id, index, ruleset, ...replaced })
  }
  return { recorded, unread }
}

/** Signed, and not by the operator; a stub shows no signatures, so that it may be the operator's. */
function isOfOthers({ signers }: VerifiedStatement, registrar: string | undefined): boolean {
  return signers.length > 0 && !signers.some(({ party }) => party === registrar)
}

/** Undefined when a claim or the signature is not shown, or a term is unknown to this version. */
function readRuleset({ schema, open, signers }: VerifiedStatement): Ruleset | undefined {
  const claims: object = knownClaims(schema, open.claims)
  const isWhole = Object.keys(schema.claims).every((name) => Object.hasOwn(claims, name))
  if (!isWhole || signers.length === 0) return undefined
  try {
    // All claims of the type are there, and have passed its shapes when they were opened.
    return rulesetFromClaims(claims as RulesetClaims)
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
