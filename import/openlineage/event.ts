/**
 * One OpenLineage event: JSON in, what an importer needs of it out.
 *
 * Follows the OpenLineage object model (spec version 1 and 2: RunEvent, DatasetEvent, JobEvent) in
 * what is read here; members and facets that are not known are left alone. `schemaURL` may be
 * missing, as in events of older producers. Facets are read by facets.ts.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { isLongerThan } from '../../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { type EventTime, parseEventTime } from './event-time.js'

/** Where an event stands. */
export type Place = {
  readonly file: string
  /** 1 for the first event of the file. */
  readonly event: number
  /** Line on which it begins, 1 for the first. */
  readonly line: number
}

/** A job or a dataset, as OpenLineage names it. */
export type Named = { readonly namespace: string; readonly name: string }

export type EventDataset = Named & {
  /** `facets`, and `inputFacets` or `outputFacets` over them. */
  readonly facets: JsonObject
}

export type EventType = 'START' | 'RUNNING' | 'COMPLETE' | 'ABORT' | 'FAIL' | 'OTHER'

export type RunEvent = {
  readonly kind: 'run'
  readonly place: Place
  readonly time: EventTime
  readonly type: EventType
  /** A UUID in lower case. */
  readonly runId: string
  readonly job: Named
  readonly inputs: readonly EventDataset[]
  readonly outputs: readonly EventDataset[]
}

/** An event about a dataset or a job as such; no run happened, so there is nothing to record. */
export type DesignEvent = { readonly kind: 'dataset' | 'job'; readonly place: Place }
export type LineageEvent = RunEvent | DesignEvent

/** Longest namespace or name, in characters. */
const NAME_CHARS_MAX = 4_096
/** Most inputs, and most outputs, of one event. */
const DATASETS_MAX = 10_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const TYPES: readonly string[] = ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']

/**
 * Reads an event.
 *
 * @throws LedgerError IMPORT_EVENT_INVALID with the place inside the event and what is expected there
 */
export function parseEvent(value: Json, place: Place): LineageEvent {
  if (!isObject(value)) throw invalid('event', 'an object')
  const time = parseEventTime(textAt(value['eventTime'], 'eventTime'))
  if (time === undefined) throw invalid('eventTime', 'an RFC 3339 time with an offset')
  textAt(value['producer'], 'producer')
  const { run, job, dataset } = value
  if (run === undefined) return { kind: designKind(job, dataset), place }
  if (dataset !== undefined) throw invalid('event', 'a run or a dataset, not both')
  return {
    kind: 'run',
    place,
    time,
    type: typeOf(value['eventType']),
    runId: runIdOf(run),
    job: namedAt(job, 'job'),
    inputs: datasetsAt(value['inputs'], 'inputs', 'inputFacets'),
    outputs: datasetsAt(value['outputs'], 'outputs', 'outputFacets'),
  }
}

/** A key that is equal for equal names and for no others. */
export function nameKey({ namespace, name }: Named): string {
  return JSON.stringify([namespace, name])
}

function designKind(job: Json | undefined, dataset: Json | undefined): 'dataset' | 'job' {
  if (dataset !== undefined && job === undefined) {
    namedAt(dataset, 'dataset')
    return 'dataset'
  }
  if (dataset !== undefined || job === undefined) {
    throw invalid('event', 'a run with its job, a dataset, or a job')
  }
  namedAt(job, 'job')
  return 'job'
}

/** An event without a type adds to its run and neither begins nor ends it. */
function typeOf(type: Json | undefined): EventType {
  if (type === undefined || type === null) return 'OTHER'
  if (typeof type === 'string' && TYPES.includes(type)) return type as EventType
  throw invalid('eventType', `one of ${TYPES.join(', ')}`)
}

function runIdOf(run: Json): string {
  if (!isObject(run)) throw invalid('run', 'an object')
  facetsOf(run['facets'], 'run.facets')
  const runId = textAt(run['runId'], 'run.runId').toLowerCase()
  if (!UUID.test(runId)) throw invalid('run.runId', 'a UUID')
  return runId
}

function datasetsAt(value: Json | undefined, at: string, own: string): readonly EventDataset[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalid(at, 'a list')
  if (value.length > DATASETS_MAX) throw invalid(at, `at most ${DATASETS_MAX} datasets`)
  return value.map((item: Json, position) => {
    const here = `${at}[${position}]`
    const named = namedAt(item, here)
    const members = item as JsonObject
    return {
      ...named,
      facets: {
        ...facetsOf(members['facets'], `${here}.facets`),
        ...facetsOf(members[own], `${here}.${own}`),
      },
    }
  })
}

function namedAt(value: Json | undefined, at: string): Named {
  if (!isObject(value)) throw invalid(at, 'an object')
  facetsOf(value['facets'], `${at}.facets`)
  return {
    namespace: textAt(value['namespace'], `${at}.namespace`),
    name: textAt(value['name'], `${at}.name`),
  }
}

function facetsOf(value: Json | undefined, at: string): JsonObject {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw invalid(at, 'an object')
  return value
}

function textAt(value: Json | undefined, at: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(at, 'a text that is not empty')
  if (isLongerThan(value, NAME_CHARS_MAX)) throw invalid(at, `at most ${NAME_CHARS_MAX} characters`)
  return value
}

function invalid(at: string, expected: string): LedgerError {
  return new LedgerError('IMPORT_EVENT_INVALID', { at, expected })
}
