/**
 * A statement as the rules index and judging take it: its place, what it cites, and its open claims.
 *
 * Claims that the parties keep are left out although admission has seen them: whoever judges later
 * does not have them, and must come to the same verdict.
 */
import type { OpenedStatement } from '../core/check.js'
import type { StatementFacts } from '../core/facts.js'
import type { Json } from '../core/json.js'
import type { PartyId } from '../core/key-state.js'
import { knownClaims, type StatementType } from '../core/schemas.js'
import type { StatementId } from '../core/statement.js'

/** Claims by name; absent values are null, empty lists []. What is withheld or kept is left out. */
export type TakenClaims = Readonly<Record<string, Json>>

export type TakenStatement = {
  readonly facts: StatementFacts
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
  /** None for registry statements. */
  readonly claims: TakenClaims
}

const NO_CLAIMS: TakenClaims = {}
const REGISTRY: readonly StatementType[] = ['party/1', 'key/1']

/** Claims that judging may look at. */
export function takenClaims({
  payload,
  schema,
  open,
}: Pick<OpenedStatement, 'payload' | 'schema' | 'open'>): TakenClaims {
  if (REGISTRY.includes(payload.type)) return NO_CLAIMS
  const claims = knownClaims(schema, open.claims)
  const kept = Object.keys(claims).filter((name) => schema.claims[name]?.holderKept === true)
  return kept.length === 0
    ? claims
    : Object.fromEntries(Object.entries(claims).filter(([name]) => !kept.includes(name)))
}

/** Of a statement as it is stored. */
export function takenOf({
  facts,
  index,
  time,
  opened,
}: Omit<TakenStatement, 'claims'> & { readonly opened: OpenedStatement }): TakenStatement {
  return { facts, index, time, claims: takenClaims(opened) }
}

/** What judging has to remember of a statement besides its place in a lineage. */
export type Notable = {
  readonly index: number
  readonly id: StatementId
  readonly type: StatementType
  readonly supersedes?: StatementId
  /** Of an assessment: whose word it is. Most parties' words count for nothing, and need not be read. */
  readonly assessor?: PartyId
  /** Of a ruleset: who recorded it. */
  readonly issuer?: PartyId
  /** Statements that an assessment covers. */
  readonly scope: readonly StatementId[]
}

const ALWAYS_NOTABLE: readonly string[] = ['assessment/1', 'ruleset/1']

/** Assessments, rulesets, and instruments that replace others; undefined for everything else. */
export function notableOf({ facts, index, claims }: TakenStatement): Notable | undefined {
  const { id, type, supersedes, parties } = facts
  const { assessor, issuer } = parties
  const replaces = type === 'instrument/1' && supersedes !== undefined
  if (!ALWAYS_NOTABLE.includes(type) && !replaces) return undefined
  const { scope } = claims
  return {
    index,
    id,
    type,
    ...(supersedes === undefined ? {} : { supersedes }),
    ...(assessor === undefined ? {} : { assessor }),
    ...(issuer === undefined ? {} : { issuer }),
    scope:
      type === 'assessment/1' && Array.isArray(scope)
        ? (scope as readonly Json[]).filter((item) => typeof item === 'string').map(asId)
        : [],
  }
}

function asId(value: string): StatementId {
  return value as StatementId
}
