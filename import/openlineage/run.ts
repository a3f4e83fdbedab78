/**
 * Events → runs: everything that was said about one run, put together by its id.
 *
 * Inputs may stand on START and outputs on COMPLETE, so a run's datasets are the union over its
 * events; where two events describe a dataset, each facet is the later one's. The first COMPLETE,
 * FAIL or ABORT ends the run: what is said about it later is reported and not used. Runs that did not
 * complete made nothing that can be relied on.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import { type EventDataset, type Named, nameKey, type Place, type RunEvent } from './event.js'
import { compareTimes, type EventTime } from './event-time.js'

/** A moment in the stream: `order` decides where two events have the same time. */
export type Moment = { readonly time: EventTime; readonly order: number }

/** How a run ended; `open` when no event ends it, `torn` when its events name different jobs. */
export type RunEnd = 'completed' | 'failed' | 'aborted' | 'open' | 'torn'

export type Run = {
  readonly runId: string
  readonly job: Named
  readonly end: RunEnd
  /** Its first event. */
  readonly began: Moment
  /** The event that ended it; the last one when none did. */
  readonly ended: Moment
  /** Sorted by namespace, then name. */
  readonly inputs: readonly EventDataset[]
  readonly outputs: readonly EventDataset[]
  /** The events that it was put together from. */
  readonly places: readonly Place[]
  /** Events later than the one that ended it. */
  readonly late: readonly Place[]
}

const ENDS: Partial<Readonly<Record<RunEvent['type'], RunEnd>>> = {
  COMPLETE: 'completed',
  FAIL: 'failed',
  ABORT: 'aborted',
}

/** Negative when `a` is the earlier moment. */
export function compareMoments(a: Moment, b: Moment): number {
  return compareTimes(a.time, b.time) || a.order - b.order
}

/** All runs, in order of their first events. `events` are in order of time. */
export function mergeRuns(events: readonly RunEvent[]): readonly Run[] {
  const byRun = new Map<string, (readonly [RunEvent, number])[]>()
  for (const [order, event] of events.entries()) {
    const list = byRun.get(event.runId) ?? []
    list.push([event, order])
    byRun.set(event.runId, list)
  }
  return [...byRun.values()].map(mergeRun)
}

function mergeRun(events: readonly (readonly [RunEvent, number])[]): Run {
  const [first] = events
  const closing = events.find(([{ type }]) => ENDS[type] !== undefined) ?? events.at(-1)
  if (first === undefined || closing === undefined) throw new TypeError('a run has an event')
  // What has the very time of the end belongs to the run, however the two were delivered.
  const own = events.filter(([{ time }]) => compareTimes(time, closing[0].time) <= 0)
  const late = events.filter(([{ time }]) => compareTimes(time, closing[0].time) > 0)
  const { job, runId } = first[0]
  const torn = own.some(([event]) => nameKey(event.job) !== nameKey(job))
  return {
    runId,
    job,
    end: torn ? 'torn' : (ENDS[closing[0].type] ?? 'open'),
    began: { time: first[0].time, order: first[1] },
    ended: { time: closing[0].time, order: closing[1] },
    inputs: mergeDatasets(own.flatMap(([event]) => event.inputs)),
    outputs: mergeDatasets(own.flatMap(([event]) => event.outputs)),
    places: own.map(([event]) => event.place),
    late: late.map(([event]) => event.place),
  }
}

function mergeDatasets(datasets: readonly EventDataset[]): readonly EventDataset[] {
  const merged = new Map<string, EventDataset>()
  for (const dataset of datasets) {
    const key = nameKey(dataset)
    const before: JsonObject = merged.get(key)?.facets ?? {}
    merged.set(key, { ...dataset, facets: { ...before, ...dataset.facets } })
  }
  // The order of names, not of events: numbers of datasets must not depend on how often it was told.
  return [...merged.values()].sort(compareNames)
}

function compareNames(a: Named, b: Named): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}
