/**
 * An import from beginning to end: files, map, state and ledger in; a report out.
 *
 * Planning is pure and comes first, whole: while events and map do not fit, nothing is signed. The
 * `--dry-run` stops there.
 */

import type { DraftContext } from '../../client/index.js'
import type { Sha256 } from '../../ledger/core/hash.js'
import type { Json } from '../../ledger/core/json.js'
import { accountFor, type EventAccount } from './account.js'
import { checkPlan } from './draft-item.js'
import type { Journal } from './journal.js'
import type { ImportMap } from './map.js'
import type { Parties } from './party.js'
import { planImport } from './plan.js'
import type { Note, PlanItem, PlanProblem } from './plan-item.js'
import type { FileDigest } from './plan-outcomes.js'
import { recordPlan } from './recorder.js'
import type { LedgerPort, Recorded } from './recording.js'
import { mergeRuns } from './run.js'
import { readStream, type StreamFile } from './stream.js'
import { mapTemplate } from './template.js'

export type PlanRequest = {
  readonly files: readonly StreamFile[]
  readonly map: ImportMap
  readonly parties: Parties
  readonly journal: Journal
  readonly fileDigest: FileDigest
  readonly context: DraftContext
}

/** What an import is going to do. With problems, it does nothing. */
export type ImportPlan = {
  readonly events: EventAccount
  readonly items: readonly PlanItem[]
  readonly notes: readonly Note[]
  readonly problems: readonly PlanProblem[]
}

/** Reads the stream and plans every statement. Writes and signs nothing. */
export function prepareImport(request: PlanRequest): ImportPlan {
  const { files, map, parties, journal, fileDigest, context } = request
  const { sha256: sha } = context.crypto
  const stream = readStream(files, sha)
  const runs = mergeRuns(stream.runs)
  const known = journal.versions()
  const plan = planImport(runs, { map, parties, sha, known, fileDigest })
  // What is in the log is not built again, so it need not fit the map any more.
  const isRecorded = (key: string): boolean => journal.kept(key)?.settled === true
  const { items, notes, problems } = checkPlan(plan.items, isRecorded, context)
  return {
    events: accountFor(stream, runs, plan.fates),
    items,
    notes: [...plan.notes, ...notes],
    problems: [...plan.problems, ...problems],
  }
}

export type RunRequest = {
  readonly map: ImportMap
  readonly parties: Parties
  readonly journal: Journal
  readonly port: LedgerPort
  readonly context: DraftContext
  /** Absolute paths of the files, for a later `--resume`. */
  readonly files: readonly string[]
  readonly onProgress?: (done: number, total: number) => void
}

export type ImportResult = Recorded & { readonly notes: readonly Note[] }

/** Carries out a plan without problems. Rejects when ledger, state file or a key fails; run it again then. */
export async function runImport(plan: ImportPlan, request: RunRequest): Promise<ImportResult> {
  const { map, journal, port, files, onProgress } = request
  await journal.begin(port.origin, files)
  const recorded = await recordPlan(plan.items, {
    journal,
    port,
    parties: request.parties,
    context: request.context,
    countersignDays: map.countersignDays,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const changed = recorded.reports
    .filter(({ key }) => recorded.changed.includes(key))
    .map(({ what }): Note => ({ kind: 'recorded-otherwise', what }))
  return { ...recorded, notes: [...plan.notes, ...changed] }
}

/** A map with every job and dataset of a stream, to be filled in. */
export function writeTemplate(files: readonly StreamFile[], sha: Sha256): Json {
  return mapTemplate(mergeRuns(readStream(files, sha).runs))
}
