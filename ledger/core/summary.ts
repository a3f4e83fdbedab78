/**
 * A statement in a few values, for lists: who, from where to where, for what, which data.
 *
 * Read from the claims that are open; what is withheld is left out. For finding and choosing, never
 * for judging: a summary is nobody's word but its maker's.
 */
import type { OpenedStatement } from './check.js'
import { listClaim, type OpenClaims, scalarClaim } from './disclosure.js'
import type { StatementFacts } from './facts.js'
import { isObject, type Json } from './json.js'
import type { PartyId } from './key-state.js'
import type { StatementId } from './statement.js'

export type DatasetSummary = {
  /** Number in its statement: what a child cites. */
  readonly n: number
  readonly name: string
  /** SHA-256, lower-case hex. */
  readonly digest: string
}

export type StatementSummary = {
  readonly type: string
  /** Parties that the claims name, by role. */
  readonly parties: Readonly<Record<string, PartyId>>
  /** Country that a transfer leaves. ISO 3166-1 alpha-2, as all countries here. */
  readonly from?: string
  /** Country that a transfer goes to. */
  readonly to?: string
  /** Where a collection or processing takes place, or a party is established. */
  readonly country?: string
  /** IRIs, as stated. */
  readonly purposes: readonly string[]
  readonly datasets: readonly DatasetSummary[]
  /** What came out of an outcome. */
  readonly artefact?: { readonly name: string; readonly digest: string }
  /** Legal name of a party, as its enrolment says. */
  readonly name?: string
  /** What a refusal refuses. */
  readonly about?: StatementId
}

export function summaryOf(
  { open }: Pick<OpenedStatement, 'open'>,
  facts: StatementFacts,
): StatementSummary {
  const route = scalarAt(open, 'route')
  const country =
    textAt(scalarAt(open, 'place'), 'jurisdiction') ?? textOf(scalarAt(open, 'country'))
  const artefact = scalarAt(open, 'artefact')
  return {
    type: facts.type,
    parties: facts.parties,
    ...given('from', textAt(route, 'from')),
    ...given('to', textAt(route, 'to')),
    ...given('country', country),
    purposes: listAt(open, 'purposes').filter((item) => typeof item === 'string'),
    datasets: listAt(open, 'datasets').flatMap(datasetOf),
    ...given('artefact', named(artefact)),
    ...given('name', textOf(scalarAt(open, 'name'))),
    ...given('about', facts.about),
  }
}

function datasetOf(item: Json): readonly DatasetSummary[] {
  const base = named(item)
  const n = isObject(item) ? item['n'] : undefined
  return base === undefined || typeof n !== 'number' ? [] : [{ n, ...base }]
}

function named(
  item: Json | undefined,
): { readonly name: string; readonly digest: string } | undefined {
  const name = textAt(item, 'name')
  const digest = textAt(item, 'digest')
  return name === undefined || digest === undefined ? undefined : { name, digest }
}

/** A member that is left out where there is no value. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [member in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [member in Name]: Value })
}

function scalarAt(open: OpenClaims, claim: string): Json | undefined {
  return open.claims.has(claim) ? scalarClaim(open, claim) : undefined
}

function listAt(open: OpenClaims, claim: string): readonly Json[] {
  return open.claims.has(claim) ? (listClaim(open, claim) ?? []) : []
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textAt(value: Json | undefined, name: string): string | undefined {
  return isObject(value) ? textOf(value[name]) : undefined
}
