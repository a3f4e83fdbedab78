/**
 * Which dataset versions are end points, and the statements that say so.
 *
 * The map names them; a dataset that a run of the stream reads is none. Each version of such a dataset
 * is an outcome of its own. Its artefact is a file that the map names, or its manifest.
 */
import type { ErrorCode } from '../../ledger/core/errors.js'
import type { Json } from '../../ledger/core/json.js'
import { knownOnly } from './claims.js'
import { outcomeItem } from './drafts.js'
import { type Named, nameKey } from './event.js'
import { type Artefact, firstMatch } from './map.js'
import type { Party } from './party.js'
import type { PlanItem } from './plan-item.js'
import { compareMoments } from './run.js'
import type { DraftParts } from './run-drafts.js'
import type { Version } from './version.js'

/** Digest and size of a file, named relative to the map; undefined when it is not there. */
export type FileDigest = (
  path: string,
) => { readonly digest: string; readonly bytes: number } | undefined

export type OutcomeContext = {
  readonly parts: DraftParts
  /** By party id. */
  readonly owners: ReadonlyMap<string, Party>
  /** Keys of the names of datasets that a run of the stream reads. */
  readonly read: ReadonlySet<string>
  readonly fileDigest: FileDigest
  /** Was it made by a run of this stream? Earlier imports have made their own outcomes. */
  readonly isOurs: (version: Version) => boolean
  readonly problem: (what: string, rule: string, code: ErrorCode) => void
}

/** A name that may stand in the name of a file. */
const FILE_NAME = /^[\w][\w .-]*$/

export function planOutcomes(
  versions: readonly Version[],
  context: OutcomeContext,
): readonly PlanItem[] {
  const newest = newestOf(versions)
  const items: PlanItem[] = []
  for (const version of versions) {
    const rule = firstMatch(context.parts.map.outcomes, version)
    const party = context.owners.get(version.holder)
    if (rule === undefined || party === undefined || !context.isOurs(version)) continue
    if (context.read.has(nameKey(version))) {
      // A pattern means whatever is an end point; a name that is spelled out means this dataset.
      if (rule.name === version.name) {
        context.parts.note({
          kind: 'outcome-is-read',
          what: `dataset ${version.namespace} ${version.name}`,
        })
      }
      continue
    }
    const isNewest = newest.get(nameKey(version)) === version
    const artefact = artefactOf(version, rule.artefact, isNewest, context)
    if (artefact === undefined) {
      const what = `outcome ${version.namespace} ${version.name}`
      context.problem(what, `${rule.at}.artefact.file`, 'INPUT_NOT_FOUND')
      continue
    }
    items.push(outcomeItem({ version, rule, party, artefact }, context.parts))
  }
  return items
}

function newestOf(versions: readonly Version[]): ReadonlyMap<string, Version> {
  const newest = new Map<string, Version>()
  for (const version of versions) {
    const before = newest.get(nameKey(version))
    if (before === undefined || compareMoments(before.ended, version.ended) < 0) {
      newest.set(nameKey(version), version)
    }
  }
  return newest
}

/** The claim `artefact`; undefined when the map names a file that is not there. */
function artefactOf(
  version: Version,
  { file, name = version.label, mediaType }: Artefact,
  isNewest: boolean,
  { fileDigest }: OutcomeContext,
): Json | undefined {
  // A path without {run} names one file, and there is one version it can be: the newest.
  if (file === undefined || (!isNewest && !file.includes('{run}'))) {
    return knownOnly({ digest: version.digest, name, version: version.version })
  }
  const path = pathOf(file, version)
  const found = path === undefined ? undefined : fileDigest(path)
  return found && knownOnly({ ...found, name, mediaType, version: version.version })
}

/** The path with the version's names in it; undefined when a name could lead elsewhere. */
function pathOf(file: string, version: Named & { readonly key: string }): string | undefined {
  const [, run = ''] = JSON.parse(version.key) as readonly string[]
  const parts: Readonly<Record<string, string>> = {
    '{namespace}': version.namespace,
    '{name}': version.name,
    '{run}': run,
  }
  const used = Object.entries(parts).filter(([mark]) => file.includes(mark))
  if (!used.every(([, text]) => FILE_NAME.test(text) && !text.includes('..'))) return undefined
  return used.reduce((path, [mark, text]) => path.replaceAll(mark, () => text), file)
}
