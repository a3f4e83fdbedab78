/**
 * The usage index: sums over transfers by what they share, for thresholds and caps. docs/counting.md.
 *
 * Transfers are appended in log order and never change; a correction adds itself and removes what it
 * corrects, which is what it supersedes if both moved the same. Each key has two series, so that a sum over any span is the difference of two running
 * sums, found by binary search, less the removals within the span. A store can keep the same series.
 */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Corrected, Tally, UsageKey } from './facts.js'
import type { Transfer } from './hop.js'
import { addTally, NO_TALLY, subtractTally, tallyOf } from './tally.js'

/** One transfer under a key, and the sum of it and all before it under the same key. */
export type UsageAddition = {
  /** Entry index and time (seconds since 1970) of the transfer. */
  readonly index: number
  readonly time: number
  readonly sum: Tally
}

/** A correction has taken a transfer out from under a key. */
export type UsageRemoval = {
  /** Entry index and time of the correction. */
  readonly index: number
  readonly time: number
  readonly of: Counted
}

/** A transfer that was counted, with what it added under this key. */
export type Counted = { readonly index: number; readonly time: number; readonly tally: Tally }

/** A list in log order that may live in a store. */
export type Series<Element> = {
  readonly length: number
  at(position: number): Element | undefined
}

/** All that was ever counted under one key. */
export type UsageSeries = {
  readonly additions: Series<UsageAddition>
  readonly removals: Series<UsageRemoval>
}

/** Recorded before entry `before`, not before time `since`; `without`: as if it were not there. */
export type UsageSpan = {
  readonly since: number
  readonly before: number
  readonly without?: Counted
}

/** A key as text, different for different keys: parties, ids, codes and countries hold no space. */
export function usageKeyText(key: UsageKey): string {
  switch (key.kind) {
    case 'pair':
      return `pair ${key.exporter} ${key.importer}`
    case 'export':
      return `export ${key.exporter} ${key.from}`
    case 'instrument':
      return `instrument ${key.instrument}${key.phase === undefined ? '' : ` ${key.phase}`}`
    case 'derogation':
      return `derogation ${key.exporter} ${key.importer} ${key.ground}`
  }
}

/** What a transfer counts for. Claims that are withheld give no key: count only what is open. */
export function usageKeysOf({ claims }: Pick<Transfer, 'claims'>): readonly UsageKey[] {
  const { route, terms } = claims
  // Claims have passed their shapes: these texts are ids.
  const exporter = claims.exporter as PartyId | undefined
  const importer = claims.importer as PartyId | undefined
  const instrument = claims.instrument as StatementId | null | undefined
  const keys: UsageKey[] = []
  if (exporter !== undefined && importer !== undefined) {
    keys.push({ kind: 'pair', exporter, importer })
    const ground = terms?.derogation?.ground
    if (ground !== undefined) keys.push({ kind: 'derogation', exporter, importer, ground })
  }
  if (exporter !== undefined && route !== undefined) {
    keys.push({ kind: 'export', exporter, from: route.from })
  }
  if (instrument !== undefined && instrument !== null) {
    keys.push({ kind: 'instrument', instrument })
    const phase = terms?.phase
    if (phase !== undefined) keys.push({ kind: 'instrument', instrument, phase })
  }
  return keys
}

/**
 * What a transfer says was moved, as a text: which datasets it was made of and their digests. Undefined
 * when it is withheld. Whoever supersedes a transfer with one of other data has not corrected what it
 * says: it has moved more, and both count.
 */
export function movementOf({ parents, claims }: Pick<Transfer, 'parents' | 'claims'>) {
  return claims.datasets
    ?.map(({ digest, from }) => {
      const sources = from.map((place) => `${parents[place]?.id ?? ''} ${parents[place]?.n ?? ''}`)
      return `${sources.join(' ')} ${digest}`
    })
    .sort()
    .join('\n')
}

/** The part of a tally that rules read under a key of this kind: what an index must keep. */
export function tallyFor(kind: UsageKey['kind'], tally: Tally): Tally {
  const { volumes, categories, undeclared } = NO_TALLY
  if (kind === 'pair') return { ...tally, categories }
  if (kind === 'instrument') return { ...tally, volumes, undeclared }
  return { ...tally, volumes, categories, undeclared }
}

/**
 * Sum over a span of one key; undefined when the numbers are too large to be exact.
 * A removal counts only where what it removes lies within the span.
 */
export function sumOf(
  series: UsageSeries,
  { since, before, without }: UsageSpan,
): Tally | undefined {
  const { additions, removals } = series
  const start = firstWhere(additions, (addition) => addition.time >= since)
  const end = firstWhere(additions, (addition) => addition.index >= before)
  if (end <= start) return NO_TALLY
  const last = additions.at(end - 1)?.sum ?? NO_TALLY
  if (!isExact(last)) return undefined
  let sum = start === 0 ? last : subtractTally(last, additions.at(start - 1)?.sum ?? NO_TALLY)
  const removed = removedWithin(removals, since, before)
  for (const { tally } of removed) sum = subtractTally(sum, tally)
  if (without === undefined || without.time < since || without.index >= before) return sum
  const gone = removed.some(({ index }) => index === without.index)
  return gone ? sum : subtractTally(sum, without.tally)
}

/** What lies within a span and was taken out again within it. */
function removedWithin(
  removals: Series<UsageRemoval>,
  since: number,
  before: number,
): readonly Counted[] {
  const end = firstWhere(removals, (removal) => removal.index >= before)
  const within: Counted[] = []
  // A correction is never earlier than what it corrects.
  let position = firstWhere(removals, (removal) => removal.time >= since)
  for (; position < end; position += 1) {
    const removed = removals.at(position)?.of
    if (removed !== undefined && removed.time >= since) within.push(removed)
  }
  return within
}

/** The index in memory, for tests, bundles and simulations; `log` keeps one in the store. */
export class UsageIndex {
  readonly #series = new Map<string, { additions: UsageAddition[]; removals: UsageRemoval[] }>()
  readonly #counted = new Map<StatementId, CountedTransfer>()

  /** Counts a transfer; each later one has a greater index and no earlier time. */
  append(transfer: Transfer): void {
    const { id, index, time, supersedes } = transfer
    const movement = movementOf(transfer)
    const tally = tallyOf(transfer)
    const keys = usageKeysOf(transfer)
    if (supersedes !== undefined && movement !== undefined) {
      this.#remove({ id: supersedes, movement }, { index, time })
    }
    for (const key of keys) {
      const { additions } = this.#seriesOf(usageKeyText(key))
      const before = additions.at(-1)?.sum ?? NO_TALLY
      additions.push({ index, time, sum: addTally(before, tallyFor(key.kind, tally)) })
    }
    this.#counted.set(id, { index, time, tally, keys, movement, removed: false })
  }

  /** As `Facts.usage`. */
  usage(key: UsageKey, since: number, before: number, without?: Corrected): Tally | undefined {
    const text = usageKeyText(key)
    const series = this.#series.get(text)
    if (series === undefined) return NO_TALLY
    const counted = without === undefined ? undefined : this.#correctedBy(without)
    if (counted?.keys.some((each) => usageKeyText(each) === text) !== true) {
      return sumOf(series, { since, before })
    }
    const { index, time } = counted
    const left = { index, time, tally: tallyFor(key.kind, counted.tally) }
    return sumOf(series, { since, before, without: left })
  }

  /** What is corrected twice is taken out once; both corrections stand. */
  #remove(corrected: Corrected, at: { readonly index: number; readonly time: number }): void {
    const old = this.#correctedBy(corrected)
    if (old === undefined || old.removed) return
    this.#counted.set(corrected.id, { ...old, removed: true })
    for (const key of old.keys) {
      const of = { index: old.index, time: old.time, tally: tallyFor(key.kind, old.tally) }
      this.#seriesOf(usageKeyText(key)).removals.push({ ...at, of })
    }
  }

  #correctedBy({ id, movement }: Corrected): CountedTransfer | undefined {
    const old = this.#counted.get(id)
    return old?.movement === movement ? old : undefined
  }

  #seriesOf(key: string): { additions: UsageAddition[]; removals: UsageRemoval[] } {
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const series = { additions: [], removals: [] }
    this.#series.set(key, series)
    return series
  }
}

type CountedTransfer = Counted & {
  readonly keys: readonly UsageKey[]
  readonly movement: string | undefined
  readonly removed: boolean
}

/** First position whose element passes; `test` is false up to some position and true from it on. */
function firstWhere<Element>(series: Series<Element>, test: (element: Element) => boolean): number {
  let low = 0
  let high = series.length
  const passes = (position: number): boolean => {
    const element = series.at(position)
    return element !== undefined && test(element)
  }
  // Most spans take in the first or the last element.
  if (high === 0 || passes(0)) return 0
  if (!passes(high - 1)) return high
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (passes(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Running sums past 2^53 lose units: then nothing is known, rather than something wrong. */
function isExact({ records, persons, sensitive, devices, volumes, categories, undeclared }: Tally) {
  const maps = [volumes, categories, undeclared].flatMap((map) => [...map.values()])
  return (
    [{ records, persons, devices }, ...maps].every(
      (counts) =>
        Number.isSafeInteger(counts.records) &&
        Number.isSafeInteger(counts.persons) &&
        Number.isSafeInteger(counts.devices),
    ) && Number.isSafeInteger(sensitive)
  )
}
