/**
 * What became of every event: each is in exactly one category, and the counts add up.
 */
import { invariant } from '../../ledger/core/errors.js'
import type { Place } from './event.js'
import type { RunFate } from './plan-item.js'
import type { Run } from './run.js'
import type { EventStream } from './stream.js'

/** Categories of events, and why those that are not taken are not. */
export const CATEGORIES = {
  taken: 'of runs that are recorded',
  ignored: 'of jobs that the map leaves out',
  'not-completed': 'of runs that no event ends: import again when they have completed',
  failed: 'of runs that ended with FAIL: what they wrote cannot be relied on',
  aborted: 'of runs that ended with ABORT: what they wrote cannot be relied on',
  conflicting: 'of runs whose events name different jobs',
  'no-datasets': 'of runs that neither read nor wrote a dataset',
  'too-large': 'of runs with more than 256 inputs or 64 outputs: no statement can hold them',
  'after-end': 'later than the event that ended their run',
  duplicate: 'equal to an earlier event',
  'dataset-event': 'about a dataset as such: no run, so nothing happened that could be recorded',
  'job-event': 'about a job as such: no run, so nothing happened that could be recorded',
  malformed: 'not OpenLineage events',
} as const

export type EventCategory = keyof typeof CATEGORIES

/** An event that is in no statement. */
export type LeftEvent = {
  readonly place: Place
  readonly category: EventCategory
  readonly run?: string
  /** What is wrong with a malformed one. */
  readonly reason?: string
}

export type EventAccount = {
  readonly total: number
  readonly counts: Readonly<Record<EventCategory, number>>
  /** In the order of files and places. */
  readonly left: readonly LeftEvent[]
}

export function accountFor(
  stream: EventStream,
  runs: readonly Run[],
  fates: ReadonlyMap<string, RunFate>,
): EventAccount {
  const counts = Object.fromEntries(Object.keys(CATEGORIES).map((name) => [name, 0])) as Record<
    EventCategory,
    number
  >
  const left: LeftEvent[] = []
  const count = (event: LeftEvent): void => {
    counts[event.category] += 1
    if (event.category !== 'taken') left.push(event)
  }
  for (const { runId: run, places, late } of runs) {
    const category = fates.get(run)
    invariant(category !== undefined, 'every run has a fate')
    for (const place of places) count({ place, category, run })
    for (const place of late) count({ place, category: 'after-end', run })
  }
  for (const { kind, place } of stream.designs) count({ place, category: `${kind}-event` })
  for (const place of stream.duplicates) count({ place, category: 'duplicate' })
  for (const { place, reason } of stream.malformed) count({ place, category: 'malformed', reason })
  const { runs: events, designs, duplicates, malformed } = stream
  const total = events.length + designs.length + duplicates.length + malformed.length
  invariant(sumOf(counts) === total, 'every event is in one category')
  return { total, counts, left: left.sort((a, b) => comparePlaces(a.place, b.place)) }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function comparePlaces(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.event - b.event
}
