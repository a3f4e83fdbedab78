/**
 * Names and digests that statements get: logical names, references, manifests.
 *
 * A record travels further than a host name or a path should (domain: "keep out of the log"), so a name
 * that looks like one is replaced by a label that can be found again by whoever knows the name.
 */
import { toHex } from '../../ledger/core/bytes.js'
import { hasFormat } from '../../ledger/core/formats.js'
import type { Sha256 } from '../../ledger/core/hash.js'
import { encodeJcsBytes, type Json } from '../../ledger/core/json.js'
import type { Named } from './event.js'
import type { DatasetFacets } from './facets.js'
import { firstMatch, type ImportMap } from './map.js'

/** Format of the manifest whose digest stands for a dataset version. docs/import.md. */
const MANIFEST_FORMAT = 'waybill-openlineage-manifest/1'
/** Digits of a label made from a name: enough that two names of one stream do not meet. */
const LABEL_DIGITS = 16
// What paths, addresses, connection strings and queries are made of.
const REVEALING = /[/\\:@?=&#%;]|^\d{1,3}(?:\.\d{1,3}){3}$/

export type Label = { readonly text: string; readonly replaced: boolean }

/** The name of a dataset in statements: the map's, its own where it reveals nothing, or a label. */
export function labelOf(dataset: Named, map: ImportMap, sha: Sha256): Label {
  const rule = firstMatch(map.names, dataset)
  if (rule !== undefined) return { text: rule.as, replaced: false }
  if (isLogical(dataset.name)) return { text: dataset.name, replaced: false }
  const digest = toHex(sha(encodeJcsBytes([dataset.namespace, dataset.name])))
  return { text: `dataset-${digest.slice(0, LABEL_DIGITS)}`, replaced: true }
}

/** True for a name that shows no host, path or address. */
export function isLogical(name: string): boolean {
  return hasFormat(name, 'name') && !REVEALING.test(name)
}

/** References to a run: its id always, its job where both names are logical. */
export function runReferences(runId: string, job: Named): Json[] {
  const named = isLogical(job.namespace) && isLogical(job.name)
  return [
    { kind: 'openlineage-run', id: runId },
    ...(named ? referenceOf('openlineage-job', `${job.namespace}:${job.name}`) : []),
  ]
}

/** Reference to a version that the producer named; none when it named none. */
export function versionReferences(label: string, version: string | undefined): Json[] {
  return version === undefined ? [] : referenceOf('openlineage-dataset', `${label}@${version}`)
}

function referenceOf(kind: string, id: string): Json[] {
  return hasFormat(id, 'name') ? [{ kind, id }] : []
}

export type Manifest = Named & {
  /** The run that wrote it; null for a dataset that no run of the stream writes. */
  readonly run: string | null
  readonly facets: Pick<DatasetFacets, 'fields' | 'version'>
}

/**
 * The digest of a dataset version: SHA-256 of the JCS form of its manifest. The content itself is not
 * in the stream; the manifest names which version of what, in which shape.
 */
export function manifestDigest({ namespace, name, run, facets }: Manifest, sha: Sha256): string {
  return toHex(
    sha(
      encodeJcsBytes({
        fields: facets.fields.map((field) => ({ name: field.name, type: field.type })),
        format: MANIFEST_FORMAT,
        name,
        namespace,
        run,
        version: facets.version ?? null,
      }),
    ),
  )
}
