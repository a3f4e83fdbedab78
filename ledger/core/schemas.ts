/**
 * The statement types of this version and their schemas. DESIGN 5; docs/statements.md.
 *
 * A type carries its schema version; a changed schema is a new type. This file finds schemas, says
 * who must sign, and checks claims against each other.
 */
import type { Json } from './json.js'
import { type Issue, type RoleSet, repeated, type StatementSchema } from './schema.js'
import { ASSESSMENT_SCHEMA, type AssessmentClaims } from './schemas/assessment.js'
import { AUDIT_SCHEMA, type AuditClaims } from './schemas/audit.js'
import { COLLECTION_SCHEMA, type CollectionClaims } from './schemas/collection.js'
import {
  crossAssessment,
  crossCollection,
  crossInstrument,
  crossKey,
  crossOutcome,
  crossParty,
  crossProcessing,
  crossTransfer,
  type Known,
} from './schemas/cross.js'
import { crossRuleset } from './schemas/cross-ruleset.js'
import { INSTRUMENT_SCHEMA, type InstrumentClaims } from './schemas/instrument.js'
import { KEY_SCHEMA, type KeyClaims } from './schemas/key.js'
import { OUTCOME_SCHEMA, type OutcomeClaims } from './schemas/outcome.js'
import { PARTY_SCHEMA, type PartyClaims } from './schemas/party.js'
import { PROCESSING_SCHEMA, type ProcessingClaims } from './schemas/processing.js'
import { REFUSAL_SCHEMA, type RefusalClaims } from './schemas/refusal.js'
import { RULESET_SCHEMA, type RulesetClaims } from './schemas/ruleset.js'
import { TRANSFER_SCHEMA, type TransferClaims } from './schemas/transfer.js'

/** Every statement type of this version, registry first, then in the order data takes, then about the log. */
export const STATEMENT_TYPES = [
  'party/1',
  'key/1',
  'instrument/1',
  'collection/1',
  'transfer/1',
  'processing/1',
  'outcome/1',
  'refusal/1',
  'audit/1',
  'assessment/1',
  'ruleset/1',
] as const

export type StatementType = (typeof STATEMENT_TYPES)[number]

/** Claim values of each type when all are opened; an absent value is null, an absent list empty. */
export type ClaimsByType = {
  readonly 'party/1': PartyClaims
  readonly 'key/1': KeyClaims
  readonly 'instrument/1': InstrumentClaims
  readonly 'collection/1': CollectionClaims
  readonly 'transfer/1': TransferClaims
  readonly 'processing/1': ProcessingClaims
  readonly 'outcome/1': OutcomeClaims
  readonly 'refusal/1': RefusalClaims
  readonly 'audit/1': AuditClaims
  readonly 'assessment/1': AssessmentClaims
  readonly 'ruleset/1': RulesetClaims
}

/** A schema whose type is one of this version. */
export type KnownSchema = StatementSchema & { readonly type: StatementType }

const SCHEMAS: Readonly<Record<StatementType, KnownSchema>> = {
  'party/1': PARTY_SCHEMA,
  'key/1': KEY_SCHEMA,
  'instrument/1': INSTRUMENT_SCHEMA,
  'collection/1': COLLECTION_SCHEMA,
  'transfer/1': TRANSFER_SCHEMA,
  'processing/1': PROCESSING_SCHEMA,
  'outcome/1': OUTCOME_SCHEMA,
  'refusal/1': REFUSAL_SCHEMA,
  'audit/1': AUDIT_SCHEMA,
  'assessment/1': ASSESSMENT_SCHEMA,
  'ruleset/1': RULESET_SCHEMA,
}

/** The schema of a type; undefined for a type that this version does not know. */
export function schemaOf(type: StatementType): KnownSchema
export function schemaOf(type: string): KnownSchema | undefined
export function schemaOf(type: string): KnownSchema | undefined {
  return Object.hasOwn(SCHEMAS, type) ? SCHEMAS[type as StatementType] : undefined
}

/**
 * Role sets of which exactly one must sign. `word` is the value that decides where a type has
 * several sets (`rolesBy`): a key's action, a refusal's reason code. Without it, all sets of the type.
 */
export function roleSetsOf(schema: StatementSchema, word?: string): readonly RoleSet[] {
  if (schema.rolesBy === undefined || word === undefined) return schema.roles
  return Object.hasOwn(schema.rolesBy.sets, word) ? (schema.rolesBy.sets[word] ?? []) : []
}

/** The visible parts of a payload that claims refer to. */
export type PayloadParts = { readonly type: StatementType; readonly parents?: readonly unknown[] }

/** Claims by name, one value per placeholder; undefined is withheld, one [] is an empty list. */
export type OpenedClaims = ReadonlyMap<string, { readonly values: readonly (Json | undefined)[] }>

/**
 * Everything that a statement's claims say wrongly about each other or about its parents, as far as
 * form alone decides, and lists that are too long or repeat an element. What is withheld is not
 * judged. Every value must have passed `checkValue`.
 */
export function checkCross(payload: PayloadParts, claims: OpenedClaims): Issue[] {
  const schema = SCHEMAS[payload.type]
  const known = knownClaims(schema, claims)
  const lists: Issue[] = []
  for (const name of Object.keys(known))
    lists.push(...listIssues(schema, name, known[name] ?? null))
  return [...lists, ...crossIssues(payload, known)]
}

function crossIssues(payload: PayloadParts, known: Readonly<Record<string, Json>>): Issue[] {
  // The values have passed their shapes, from which these types are derived.
  const parents = payload.parents?.length ?? 0
  switch (payload.type) {
    case 'party/1':
      return crossParty(known as Known<PartyClaims>)
    case 'key/1':
      return crossKey(known as Known<KeyClaims>)
    case 'instrument/1':
      return crossInstrument(known as Known<InstrumentClaims>)
    case 'collection/1':
      return crossCollection(known as Known<CollectionClaims>)
    case 'transfer/1':
      return crossTransfer(known as Known<TransferClaims>, parents)
    case 'processing/1':
      return crossProcessing(known as Known<ProcessingClaims>, parents)
    case 'outcome/1':
      return crossOutcome(known as Known<OutcomeClaims>)
    case 'refusal/1':
    case 'audit/1':
      return []
    case 'assessment/1':
      return crossAssessment(known as Known<AssessmentClaims>)
    case 'ruleset/1':
      return crossRuleset(known as Known<RulesetClaims>)
  }
}

/**
 * Claims that are fully open, by name: an absent value is null, an absent list empty. What is withheld,
 * or withheld in part, is left out.
 */
export function knownClaims(schema: StatementSchema, claims: OpenedClaims): Record<string, Json> {
  const known: Record<string, Json> = {}
  for (const name of Object.keys(schema.claims)) {
    const claim = schema.claims[name]
    const values = claims.get(name)?.values
    if (claim === undefined || values === undefined || values.includes(undefined)) continue
    const [first] = values as readonly Json[]
    if (!claim.list) known[name] = first ?? null
    // No list claim has lists as elements, so a list in first place says that there are none.
    else known[name] = Array.isArray(first) ? [] : (values as readonly Json[])
  }
  return known
}

function listIssues(schema: StatementSchema, name: string, value: Json): readonly Issue[] {
  const claim = schema.claims[name]
  if (claim?.list !== true || !Array.isArray(value)) return NONE
  const issues = claim.unique ? repeated(value as readonly Json[], `claims.${name}`) : NONE
  if (value.length <= claim.max) return issues
  const expected = `at most ${claim.max} elements`
  const details = { reason: 'count', expected }
  return [{ code: 'CLAIM_INVALID', at: `claims.${name}`, details }, ...issues]
}

const NONE: readonly Issue[] = []
