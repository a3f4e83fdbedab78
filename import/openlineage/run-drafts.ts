/**
 * Planned statements about runs: what they did, and what they found there already.
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
import type { ImportMap, OwnedJobRule, SourceRule } from './map.js'
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
  {
    run,
    rule,
    party,
    inputs,
  }: { run: Run; rule: OwnedJobRule; party: Party; inputs: readonly Input[] },
  parts: DraftParts,
): PlanItem {
  const collects = inputs.length === 0
  const type = collects ? 'collection/1' : 'processing/1'
  const role = collects ? 'collector' : 'performer'
  const made = run.outputs.map((dataset, position) =>
    madeDataset(dataset, position + 1, run.runId, parts),
  )
  const claims = ruleClaims(
    parts.map,
    type,
    collects ? rule.collection : rule.processing,
    parts.parties,
  )
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
      datasets: made.map((dataset) =>
        datasetClaim(
          dataset,
          inputs.map((_, position) => position),
        ),
      ),
      fields: made.flatMap((dataset) => outputFields(dataset, inputs, what, parts)),
    },
    parents: inputs.map(({ parent }) => parent),
    roles: [{ role, party: party.id }],
    made: made.map((dataset) => versionOf(dataset, keyOf('run', run.runId), party, run)),
  }
}

/** A dataset that no run of the stream made: the party that holds it collected it. */
export function sourceItem(
  {
    dataset,
    rule,
    party,
    began,
    key,
  }: { dataset: EventDataset; rule: SourceRule; party: Party; began: Moment; key: string },
  parts: DraftParts,
): PlanItem {
  const made = madeDataset(dataset, 1, null, parts)
  const claims = ruleClaims(parts.map, 'collection/1', rule.claims, parts.parties)
  // When it was collected is not in the stream: at the latest when it was first read.
  const period = periodClaim(
    began.time.utc,
    began.time.utc,
    versionReferences(made.label, made.facets.version),
  )
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
  return {
    namespace,
    name,
    key,
    n,
    began,
    ended,
    holder: id,
    label,
    digest,
    fields: fieldNames(made),
    ...version,
  }
}
