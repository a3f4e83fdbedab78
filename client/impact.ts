/**
 * Impact and simulation: what is asked of a server, and what its answer means. DESIGN 6, 7.2.
 *
 * The answer is the server's word: `lineage` of an id in it brings what can be verified and judged.
 */
import { hasFormat } from '../ledger/core/formats.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import { type Change, subjectOf } from '../ledger/rules/change.js'
import type { RulesetUse } from '../ledger/rules/judgement.js'
import type { RulesetRef, RulesetSource } from '../ledger/rules/ruleset-ref.js'
import type { Subject } from '../ledger/rules/subject.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import { idAt, idsAt, invalid, objectAt, objectsAt, textAt, textsAt, wholeAt } from './members.js'
import { pathWith } from './query.js'
import { verdictAt } from './rules.js'
import { readRulesetRef, readRulesetUses } from './ruleset.js'

/** How the ledger is seen: as of an entry index or a UTC time; left out: as it is. */
export type LookedAt = { readonly asOf?: string }

/** What a server is asked to suppose; a ruleset is named, by its version, its id or `shipped`. */
export type SupposedChange =
  | Exclude<Change, { readonly kind: 'ruleset' }>
  | { readonly kind: 'ruleset'; readonly name: string }

export type ReachedStep = {
  readonly id: StatementId
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
  readonly type: string
  /** Hops from where it began. */
  readonly depth: number
  /** Who holds what it made, where that is shown. */
  readonly holder?: PartyId
  /** Who made the statement, where that is shown. */
  readonly by?: PartyId
  /** Where that is, where it is shown. */
  readonly countries?: readonly string[]
}

/**
 * Something that is reached, by the nearest statement, and the way to it from where it began: whole, or
 * its first half and its last, between which `pathLeftOut` statements are left out.
 */
type By<Thing> = Thing & {
  readonly id: StatementId
  readonly path: readonly StatementId[]
  readonly pathLeftOut: number
}

export type Reached = {
  /** In log order. */
  readonly steps: readonly ReachedStep[]
  /** Nearest first, as the next two. */
  readonly holders: readonly By<{ readonly party: PartyId }>[]
  readonly countries: readonly By<{ readonly country: string }>[]
  readonly outcomes: readonly By<object>[]
  /** Where nobody can say what became of the data: by which reason, and who could tell. */
  readonly unknownBeyond: readonly {
    readonly id: StatementId
    readonly reason: string
    readonly holder?: PartyId
  }[]
}

/** As of which tree the answer is. */
type Given = {
  readonly treeSize: number
  /** The last entry that was looked at. */
  readonly asOf: number
  /** The whole answer, as it was given. */
  readonly json: JsonObject
}

export type ImpactAnswer = Reached & Given

export type SimulationFinding = {
  readonly rule: string
  readonly verdict: Verdict
  readonly id: StatementId
  readonly index: number
  readonly at?: string
  readonly why: string
}

export type SimulationAnswer = Given & {
  /** By which ruleset it was judged again, where that was asked. */
  readonly by?: RulesetRef & { readonly source?: RulesetSource }
  /** Hops that were judged twice. */
  readonly judged: number
  /** In log order. */
  readonly broken: readonly {
    readonly id: StatementId
    readonly index: number
    readonly type: string
    readonly before: Verdict
    readonly after: Verdict
    readonly rules: readonly string[]
  }[]
  /** Worst first. */
  readonly findings: readonly SimulationFinding[]
  readonly findingsLeftOut: number
  readonly downstream: Reached
  /** Hops that withhold whether the change concerns them. */
  readonly unsure: readonly StatementId[]
  readonly rulesets: readonly RulesetUse[]
}

/** Path and query as they are sent, and so as the token names them. */
export function impactPath({ kind, value }: Subject, { asOf }: LookedAt): string {
  return pathWith('/v1/impact', { kind, value, as_of: asOf })
}

export function simulatePath(change: SupposedChange, { asOf }: LookedAt): string {
  const value = change.kind === 'ruleset' ? change.name : subjectOf(change)?.value
  return pathWith('/v1/simulate', { kind: change.kind, value, as_of: asOf })
}

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function readImpact(answer: JsonObject): ImpactAnswer {
  return { ...readReached(answer), ...placeAt(answer) }
}

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function readSimulation(answer: JsonObject): SimulationAnswer {
  return {
    ...rulesetAsked(answer),
    judged: wholeAt(answer, 'judged'),
    broken: objectsAt(answer, 'broken').map((item) => ({
      ...indexed(item),
      type: textAt(item, 'type'),
      before: verdictAt(item, 'before'),
      after: verdictAt(item, 'after'),
      rules: textsAt(item, 'rules'),
    })),
    findings: objectsAt(answer, 'findings').map(readFinding),
    findingsLeftOut: wholeAt(answer, 'findings_left_out'),
    downstream: readReached(objectAt(answer['downstream'] ?? null, 'downstream')),
    unsure: idsAt(answer, 'unsure'),
    rulesets: readRulesetUses(answer),
    ...placeAt(answer),
  }
}

function rulesetAsked(answer: JsonObject): Pick<SimulationAnswer, 'by'> {
  const change = objectAt(answer['change'] ?? null, 'change')
  if (change['kind'] !== 'ruleset') return {}
  return { by: readRulesetRef(objectAt(change['ruleset'] ?? null, 'change.ruleset')) }
}

function readFinding(item: JsonObject): SimulationFinding {
  return {
    rule: textAt(item, 'rule'),
    verdict: verdictAt(item, 'verdict'),
    ...indexed(objectAt(item['target'] ?? null, 'findings.target')),
    ...(item['at'] === undefined ? {} : { at: textAt(item, 'at') }),
    why: textAt(item, 'why'),
  }
}

function readReached(answer: JsonObject): Reached {
  return {
    steps: objectsAt(answer, 'steps').map((item) => ({
      ...indexed(item),
      time: wholeAt(item, 'time'),
      type: textAt(item, 'type'),
      depth: wholeAt(item, 'depth'),
      ...holderAt(item),
      ...(item['by'] === undefined ? {} : { by: partyAt(item, 'by') }),
      ...(item['countries'] === undefined ? {} : { countries: textsAt(item, 'countries') }),
    })),
    holders: objectsAt(answer, 'holders').map((item) => ({
      party: partyAt(item, 'party'),
      ...reachedBy(item),
    })),
    countries: objectsAt(answer, 'countries').map((item) => ({
      country: textAt(item, 'country'),
      ...reachedBy(item),
    })),
    outcomes: objectsAt(answer, 'outcomes').map(reachedBy),
    unknownBeyond: objectsAt(answer, 'unknown_beyond').map((item) => ({
      id: idAt(item, 'id'),
      reason: textAt(item, 'reason'),
      ...holderAt(item),
    })),
  }
}

function placeAt(answer: JsonObject): Given {
  return { treeSize: wholeAt(answer, 'tree_size'), asOf: wholeAt(answer, 'as_of'), json: answer }
}

function indexed(item: JsonObject): { readonly id: StatementId; readonly index: number } {
  return { id: idAt(item, 'id'), index: wholeAt(item, 'index') }
}

function reachedBy(item: JsonObject): By<object> {
  return {
    id: idAt(item, 'id'),
    path: idsAt(item, 'path'),
    pathLeftOut: wholeAt(item, 'path_left_out'),
  }
}

function holderAt(item: JsonObject): { readonly holder?: PartyId } {
  return item['holder'] === undefined ? {} : { holder: partyAt(item, 'holder') }
}

function partyAt(item: JsonObject, name: string): PartyId {
  const party = textAt(item, name)
  if (!hasFormat(party, 'party-id')) throw invalid(name)
  return party as PartyId
}
