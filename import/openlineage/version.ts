/**
 * Dataset versions, and which of them a run read.
 *
 * Each completed run that writes a dataset makes a new version of it. A run reads the newest version
 * that was complete when it began. Where there is none, but a run already under way was writing the
 * dataset, it reads what that run makes: producers that announce all their runs at once do this.
 * Otherwise the dataset comes from outside the stream.
 *
 * The maker of what a run reads always began before it, so no run comes from itself.
 */

import { type Named, nameKey } from './event.js'
import { compareTimes } from './event-time.js'
import { compareMoments, type Moment } from './run.js'

export type Version = Named & {
  /** Key of the planned statement that makes it, and its number there. */
  readonly key: string
  readonly n: number
  readonly began: Moment
  readonly ended: Moment
  /** Party id. */
  readonly holder: string
  readonly label: string
  readonly digest: string
  /** Names of its fields; empty when not known. */
  readonly fields: readonly string[]
  /** As its producer names it. */
  readonly version?: string
}

/** How a version was found: complete in time, or still being written. */
export type ReadVersion = { readonly version: Version; readonly underWay: boolean }

export class VersionBook {
  readonly #versions = new Map<string, Version[]>()

  add(version: Version): void {
    const key = nameKey(version)
    const list = this.#versions.get(key) ?? []
    list.push(version)
    this.#versions.set(key, list)
  }

  /** Every version of every dataset. */
  all(): readonly Version[] {
    return [...this.#versions.values()].flat()
  }

  /** What a run that began at `began` read; undefined when it comes from outside the stream. */
  read(dataset: Named, began: Moment, version: string | undefined): ReadVersion | undefined {
    const earlier = (this.#versions.get(nameKey(dataset)) ?? []).filter(
      (candidate) => compareMoments(candidate.began, began) < 0,
    )
    const named = version === undefined ? [] : earlier.filter((item) => item.version === version)
    // A version that its producer calls otherwise is not the one that the reader names.
    const possible = earlier.filter((item) => version === undefined || item.version === undefined)
    const candidates = named.length > 0 ? named : possible
    const complete = candidates.filter(({ ended }) => compareTimes(ended.time, began.time) <= 0)
    const newest = last(complete)
    if (newest !== undefined) return { version: newest, underWay: false }
    // Of several runs under way, the one that was done first: its version was there first.
    const first = candidates.reduce<Version | undefined>(
      (best, item) => (best !== undefined && endsBefore(best, item) ? best : item),
      undefined,
    )
    return first === undefined ? undefined : { version: first, underWay: true }
  }
}

function last(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>(
    (best, item) => (best !== undefined && endsBefore(item, best) ? best : item),
    undefined,
  )
}

function endsBefore(a: Version, b: Version): boolean {
  return compareMoments(a.ended, b.ended) < 0
}
