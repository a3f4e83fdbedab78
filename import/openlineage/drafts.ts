/**
 * Planned statements, one function per type. Which are needed, and what they cite, is plan.ts's to say.
 */
import type { Sha256 } from '../../ledger/core/hash.js'
import type { Json } from '../../ledger/core/json.js'
import {
  datasetClaim,
  fieldClaim,
  fieldOrigin,
  filled,
  knownOnly,
  type MadeDataset,
  periodClaim,
  ruleClaims,
} from './claims.js'
import { type EventDataset, type Named, nameKey } from './event.js'
import { readFacets } from './facets.js'
import type {
  ImportMap,
  NewInstrument,
  OutcomeRule,
  OwnedJobRule,
  SourceRule,
  TransferRule,
} from './map.js'
import { labelOf, manifestDigest, runReferences, versionReferences } from './naming.js'
import type { Parties, Party } from './party.js'
import { keyOf, type Note, type PlanItem, type PlannedParent } from './plan-item.js'
import type { Moment, Run } from './run.js'
import type { Version } from './version.js'

export type DraftParts = {
  readonly map: ImportMap
  readonly parties: Parties
  readonly sha: Sha256
  readonly note: (note: Note) => void
}

/** A parent with the dataset that the run read. */
export type Input = { readonly dataset: Named; readonly parent: PlannedParent }

/** A run: a processing of what it read, or a collection where it read nothing. */
export function runItem(
  { run, rule, party, inputs }: { run: Run; rule: OwnedJobRule; party: Party; inputs: readonly Input[] },
  parts: DraftParts,
): PlanItem {
  const collects = inputs.length === 0
  const type = collects ? 'collection/1' : 'processing/1'
  const role = collects ? 'collector' : 'performer'
  const made = run.outputs.map((dataset, position) => madeDataset(dataset, position + 1, run.runId, parts))
  const claims = ruleClaims(parts.map, type, collects ? rule.collection : rule.processing, parts.parties)
  const references = [
    ...runReferences(run.runId, run.job),
    ...made.flatMap(({ label, facets }) => versionReferences(label, facets.version)),
  ]
  const what = `run ${run.runId} of ${run.job.namespace} ${run.job.name}`
  return {
    key: keyOf('run', run.runId),
    type,
    rule: rule.at,
    what,
    claims: {
      period: periodClaim(run.began.time.utc, run.ended.time.utc, references),
      ...claims,
      [role]: party.id,
      place: filled(knownOnly({ jurisdiction: party.country }), claims['place']),
      datasets: made.map((dataset) => datasetClaim(dataset, inputs.map((_, position) => position))),
      fields: made.flatMap((dataset) => outputFields(dataset, inputs, what, parts)),
    },
    parents: inputs.map(({ parent }) => parent),
    roles: [{ role, party: party.id }],
    made: made.map((dataset) => versionOf(dataset, keyOf('run', run.runId), party, run)),
  }
}

/** A dataset that no run of the stream made: the party that holds it collected it. */
export function sourceItem(
  { dataset, rule, party, began, key }: { dataset: EventDataset; rule: SourceRule; party: Party; began: Moment; key: string },
  parts: DraftParts,
): PlanItem {
  const made = madeDataset(dataset, 1, null, parts)
  const claims = ruleClaims(parts.map, 'collection/1', rule.claims, parts.parties)
  // When it was collected is not in the stream: at the latest when it was first read.
  const period = periodClaim(began.time.utc, began.time.utc, versionReferences(made.label, made.facets.version))
  return {
    key,
    type: 'collection/1',
    rule: rule.at,
    what: `dataset ${dataset.namespace} ${dataset.name}, which no run of the stream made`,
    claims: {
      period,
      ...claims,
      collector: party.id,
      place: filled(knownOnly({ jurisdiction: party.country }), claims['place']),
      datasets: [datasetClaim(made, [])],
      fields: fieldNames(made).map((field) => fieldClaim(parts.map, made, 1, field)),
    },
    parents: [],
    roles: [{ role: 'collector', party: party.id }],
    made: [versionOf(made, key, party, { began, ended: began })],
  }
}

/** A version that a job reads and another party holds. */
export function transferItem(
  { version, rule, from, to, run, key }: { version: Version; rule: TransferRule; from: Party; to: Party; run: Run; key: string },
  parts: DraftParts,
): PlanItem {
  const claims = ruleClaims(parts.map, 'transfer/1', rule.claims, parts.parties)
  const given = rule.instrument === null ? undefined : parts.map.instruments.get(rule.instrument)
  const references = versionReferences(version.label, version.version)
  return {
    key,
    type: 'transfer/1',
    rule: rule.at,
    what: `dataset ${version.namespace} ${version.name} from ${from.alias} to ${to.alias}`,
    claims: {
      ...claims,
      exporter: from.id,
      importer: to.id,
      instrument: given !== undefined && 'id' in given ? given.id : null,
      route: filled(knownOnly({ from: from.country, to: to.country }), claims['route']),
      datasets: [{ n: 1, name: version.label, digest: version.digest, from: [0] }],
      fields: version.fields.map((field) => fieldClaim(parts.map, version, 1, field)),
      period: periodClaim(run.began.time.utc, run.ended.time.utc, references),
    },
    parents: [{ key: version.key, n: version.n }],
    ...(given !== undefined && 'claims' in given && rule.instrument !== null
      ? { instrument: keyOf('instrument', rule.instrument) }
      : {}),
    roles: twoSides(from, to),
    made: [],
  }
}

export function instrumentItem(
  alias: string,
  instrument: NewInstrument,
  { from, to }: { readonly from: Party; readonly to: Party },
  parts: DraftParts,
): PlanItem {
  const claims = ruleClaims(parts.map, 'instrument/1', instrument.claims, parts.parties)
  return {
    key: keyOf('instrument', alias),
    type: 'instrument/1',
    rule: instrument.at,
    what: `instrument ${alias}`,
    claims: { ...claims, exporter: from.id, importer: to.id },
    parents: [],
    roles: twoSides(from, to),
    made: [],
  }
}

/** A version that is an end point. `artefact` is the claim of that name. */
export function outcomeItem(
  { version, rule, party, artefact }: { version: Version; rule: OutcomeRule; party: Party; artefact: Json },
  parts: DraftParts,
): PlanItem {
  const claims = ruleClaims(parts.map, 'outcome/1', rule.claims, parts.parties)
  const references = versionReferences(version.label, version.version)
  return {
    key: keyOf('outcome', version.key, version.namespace, version.name),
    type: 'outcome/1',
    rule: rule.at,
    what: `outcome ${version.namespace} ${version.name} as of ${version.ended.time.utc}`,
    claims: {
      ...claims,
      performer: party.id,
      artefact,
      period: periodClaim(version.began.time.utc, version.ended.time.utc, references),
    },
    parents: [{ key: version.key, n: version.n }],
    roles: [{ role: 'performer', party: party.id }],
    made: [],
  }
}

function twoSides(from: Party, to: Party): PlanItem['roles'] {
  return [
    { role: 'exporter', party: from.id },
    { role: 'importer', party: to.id },
  ]
}

function madeDataset(
  dataset: EventDataset,
  n: number,
  run: string | null,
  { map, sha, note }: DraftParts,
): MadeDataset {
  const { namespace, name } = dataset
  const facets = readFacets(dataset.facets)
  const label = labelOf(dataset, map, sha)
  const what = `dataset ${namespace} ${name}`
  if (label.replaced) note({ kind: 'name-replaced', what: `${what}: ${label.text}` })
  for (const part of facets.unreadable) note({ kind: 'facet-unreadable', what: `${what}: ${part}` })
  const digest = manifestDigest({ namespace, name, run, facets }, sha)
  return { namespace, name, n, label: label.text, digest, facets }
}

function outputFields(
  dataset: MadeDataset,
  inputs: readonly Input[],
  what: string,
  { map, note }: DraftParts,
): readonly Json[] {
  const positions = new Map(inputs.map(({ dataset: read }, position) => [nameKey(read), position]))
  const positionOf = (source: Named): number | undefined => positions.get(nameKey(source))
  const unknown = (source: Named): void =>
    note({ kind: 'column-source-unknown', what: `${what}: ${source.namespace} ${source.name}` })
  return fieldNames(dataset).map((field) => ({
    ...fieldClaim(map, dataset, dataset.n, field),
    ...(inputs.length === 0 ? {} : fieldOrigin(dataset.facets, field, positionOf, unknown)),
  }))
}

/** Fields of the schema, and columns that only the lineage names. */
function fieldNames({ facets }: MadeDataset): readonly string[] {
  return [...new Set([...facets.fields.map(({ name }) => name), ...facets.columns.keys()])]
}

function versionOf(
  made: MadeDataset,
  key: string,
  { id }: Party,
  { began, ended }: { readonly began: Moment; readonly ended: Moment },
): Version {
  const { namespace, name, n, label, digest, facets } = made
  const version = facets.version === undefined ? {} : { version: facets.version }
  return { namespace, name, key, n, began, ended, holder: id, label, digest, fields: fieldNames(made), ...version }
}
