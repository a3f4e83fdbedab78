/**
 * What a plan is made of: statements to come, notes for the reader, and problems that forbid it.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import type { Issue } from '../../ledger/core/schema.js'
import type { Place } from './event.js'
import type { ImportedType } from './map.js'
import type { Version } from './version.js'

/** Dataset `n` of the statement that is planned under `key`. */
export type PlannedParent = { readonly key: string; readonly n: number }

/** A statement to come. Parents are named by key: their ids exist only once they are built. */
export type PlanItem = {
  /** The same for the same happening in every import: the state file knows it by this. */
  readonly key: string
  readonly type: ImportedType
  /** The map's rule behind it. */
  readonly rule: string
  /** For people: which run, dataset or instrument. */
  readonly what: string
  readonly claims: JsonObject
  readonly parents: readonly PlannedParent[]
  /** Key of the planned instrument that it cites. */
  readonly instrument?: string
  /** Who signs in which role, exporters first. */
  readonly roles: readonly { readonly role: string; readonly party: string }[]
  /** Dataset versions it makes that others may read. */
  readonly made: readonly Version[]
}

/** Something a reader should know, though it stops nothing. */
export type NoteKind = keyof typeof NOTES
export type Note = { readonly kind: NoteKind; readonly what: string; readonly place?: Place }

export const NOTES = {
  'read-while-written':
    'read while the run that writes it was under way, and no earlier version is known: taken as what that run made',
  'read-before-made':
    'read before any run of the stream had begun to write it: the version read comes from outside',
  'writer-not-recorded':
    'read after a run that writes it had begun, but that run is not recorded: the version read is taken to come from outside',
  'facet-unreadable': 'this part of a facet could not be read and was left out',
  'name-replaced': 'its name looks like a host or a path, so statements call it by this label',
  'category-unknown': 'no rule of the map says what its fields tell: declared as uncategorised',
  'column-source-unknown':
    'its column lineage names a dataset that the run does not read: left out',
  'fields-left-out': 'more fields than a statement can carry: none are declared',
  'outcome-is-read': 'the map calls it an outcome, but a run reads it: it is no end point',
  'recorded-otherwise':
    'recorded earlier with other claims than events and map say now: the record stands',
} as const

/** A reason why events and map do not make statements. Nothing is signed while there is one. */
export type PlanProblem = {
  readonly what: string
  /** Rule of the map, or the list that lacks one. */
  readonly rule: string
  readonly issue: Issue
  /** The first event that asks for it. */
  readonly place?: Place
}

/** What became of a run. */
export type RunFate =
  | 'taken'
  | 'ignored'
  | 'not-completed'
  | 'failed'
  | 'aborted'
  | 'conflicting'
  | 'no-datasets'
  | 'too-large'

export type Plan = {
  /** Parents before children. */
  readonly items: readonly PlanItem[]
  readonly notes: readonly Note[]
  readonly problems: readonly PlanProblem[]
  /** By run id. */
  readonly fates: ReadonlyMap<string, RunFate>
}

/** The key of a happening: equal parts give equal keys, and no others do. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}

/** Is this the key of a run, of a dataset from outside, of an outcome …? */
export function isKind(
  key: string,
  kind: 'run' | 'source' | 'transfer' | 'instrument' | 'outcome',
): boolean {
  return key.startsWith(`["${kind}"`)
}
