/**
 * The map: what the people behind a stream add to it. Format `waybill-openlineage-map/1`, docs/import.md.
 *
 * OpenLineage says which job read and wrote what; it does not say whose job it was, in which country,
 * for what purpose and on which basis. Each list of rules answers one such question, and the first
 * rule that matches answers it. map-parse.ts reads the file; this file is what it means.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import type { Named } from './event.js'
import { globMatches } from './glob.js'

export const MAP_FORMAT = 'waybill-openlineage-map/1'

/** Values by claim name, as docs/statements.md has them. */
export type Claims = JsonObject

/** Types of statement that an import makes. */
export type ImportedType =
  | 'instrument/1'
  | 'collection/1'
  | 'transfer/1'
  | 'processing/1'
  | 'outcome/1'

export type MapParty = {
  /** Its place in the map. */
  readonly at: string
  /** Party id; the id of its key if left out. */
  readonly id?: string
  readonly country?: string
  /** Private key file, relative to the map's folder. */
  readonly key?: string
  readonly signer?: { readonly command: string; readonly publicKey: string }
  /** A person of that party countersigns, elsewhere and later. */
  readonly pending: boolean
}

/** An instrument that the import makes, unless it has made it before. */
export type NewInstrument = {
  readonly at: string
  readonly exporter: string
  readonly importer: string
  readonly claims: Claims
}

/** An instrument by its statement id, or one to be made. */
export type MapInstrument = { readonly at: string; readonly id: string } | NewInstrument

/** Globs for a namespace and a name, and where in the map the rule stands. */
export type Rule = { readonly at: string; readonly namespace: string; readonly name: string }

/** Whose a job is, and the claims of its runs: a run that reads nothing is a collection. */
export type OwnedJobRule = Rule & {
  readonly party: string
  readonly collection: Claims
  readonly processing: Claims
}

/** A job whose runs are left out on purpose, and why. */
export type JobRule = OwnedJobRule | (Rule & { readonly ignore: string })

export type SourceRule = Rule & { readonly party: string; readonly claims: Claims }

export type TransferRule = Rule & {
  /** Name of a party, or `*`. */
  readonly from: string
  readonly to: string
  /** Name of an instrument of the map; null where none is needed. */
  readonly instrument: string | null
  readonly claims: Claims
}

export type Artefact = {
  /** A file, relative to the map's folder; left out: the manifest stands for it. */
  readonly file?: string
  readonly name?: string
  readonly mediaType?: string
}

export type OutcomeRule = Rule & { readonly artefact: Artefact; readonly claims: Claims }

/** `claims` are members of a field element. */
export type FieldRule = Rule & { readonly field: string; readonly claims: JsonObject }

export type NameRule = Rule & { readonly as: string }

export type ImportMap = {
  /** Days that the other side has to countersign, 1 to 90. */
  readonly countersignDays: number
  readonly parties: ReadonlyMap<string, MapParty>
  readonly instruments: ReadonlyMap<string, MapInstrument>
  readonly defaults: Readonly<Record<ImportedType, Claims>>
  readonly jobs: readonly JobRule[]
  readonly sources: readonly SourceRule[]
  readonly transfers: readonly TransferRule[]
  readonly outcomes: readonly OutcomeRule[]
  readonly fields: readonly FieldRule[]
  readonly names: readonly NameRule[]
}

/** The first rule whose globs match both the namespace and the name. */
export function firstMatch<R extends Rule>(rules: readonly R[], named: Named): R | undefined {
  return rules.find((rule) => matches(rule, named))
}

/** The first rule for a movement of this dataset between these two parties. */
export function transferRule(
  map: ImportMap,
  dataset: Named,
  { from, to }: { readonly from: string; readonly to: string },
): TransferRule | undefined {
  return map.transfers.find(
    (rule) =>
      matches(rule, dataset) && ['*', from].includes(rule.from) && ['*', to].includes(rule.to),
  )
}

/** The first rule for a field of this dataset. */
export function fieldRule(map: ImportMap, dataset: Named, field: string): FieldRule | undefined {
  return map.fields.find((rule) => matches(rule, dataset) && globMatches(rule.field, field))
}

/** A rule's claims over the map's defaults for the type; a claim is taken whole. */
export function claimsFor(map: ImportMap, type: ImportedType, own: Claims): Claims {
  return { ...map.defaults[type], ...own }
}

function matches(rule: Rule, { namespace, name }: Named): boolean {
  return globMatches(rule.namespace, namespace) && globMatches(rule.name, name)
}
