/**
 * The usage index: sums over transfers by what they share, for thresholds and caps. docs/counting.md.
 *
 * Transfers are appended in log order and never change; a correction adds itself and removes what it
 * corrects, which is what it supersedes if both moved the same. Each key has two series, so that a sum
 * over any span is the difference of two running sums, found by binary search, less the removals within
 * the span. Few of those are read one by one; of many there are running sums, too, by where what was
 * removed had stood. A store can keep the same series.
 */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { Corrected, Tally, UsageKey } from './facts.js'
import type { Transfer } from './hop.js'
import { addTally, asPartOf, NO_TALLY, subtractTally, tallyOf } from './tally.js'

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
  /**
   * What was removed from a block of entries, in the order of the removals: `index` and `time` are those
   * of the correction, `sum` is of what was removed from the block up to it.
   */
  readonly removedFrom: (block: Block) => Series<UsageAddition>
}

/** Entries from `number * 16 ** level` on, `16 ** level` of them. */
export type Block = { readonly level: number; readonly number: number }

/** Blocks of 1 to 16^5 entries: a sum takes at most 15 of each size but the largest. */
const BLOCK_LEVELS = 6
const BLOCK_SPAN = 16
/** So many removals are read one by one: that is less than to look into the blocks. */
const REMOVALS_READ = 64

/** The blocks that an entry is in, one of each size. */
export function blocksOf(index: number): readonly Block[] {
  return Array.from({ length: BLOCK_LEVELS }, (_, level) => ({
    level,
    number: Math.floor(index / BLOCK_SPAN ** level),
  }))
}

/** The fewest blocks that hold all entries from `first` on up to `last`, and maybe later ones. */
function blocksFrom(first: number, last: number): readonly Block[] {
  const blocks: Block[] = []
  let next = first
  for (let level = 0; level < BLOCK_LEVELS; level += 1) {
    const size = BLOCK_SPAN ** level
    const isLargest = level === BLOCK_LEVELS - 1
    for (; next <= last && (isLargest || next % (size * BLOCK_SPAN) !== 0); next += size) {
      blocks.push({ level, number: next / size })
    }
  }
  return blocks
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
 * Sum over a span of one key; a lower bound in units that nobody can add up any more. A removal counts
 * only where what it removes lies within the span.
 */
export function sumOf(series: UsageSeries, { since, before, without }: UsageSpan): Tally {
  const { additions } = series
  const start = firstWhere(additions, (addition) => addition.time >= since)
  const end = firstWhere(additions, (addition) => addition.index >= before)
  if (end <= start) return NO_TALLY
  const last = additions.at(end - 1)?.sum ?? NO_TALLY
  const earlier = start === 0 ? NO_TALLY : (additions.at(start - 1)?.sum ?? NO_TALLY)
  const whole = start === 0 ? last : subtractTally(last, earlier)
  const removed = removedWithin(series, additions.at(start)?.index ?? 0, { since, before })
  const left = removed === undefined ? whole : subtractTally(whole, removed)
  const isWithin = without !== undefined && without.time >= since && without.index < before
  const gone = isWithin && removed !== undefined && isRemoved(series, without.index, before)
  return asPartOf(last, isWithin && !gone ? subtractTally(left, without.tally) : left)
}

/**
 * What lies within a span and was taken out again within it; undefined: nothing.
 *
 * @param first entry of the first transfer in the span
 */
function removedWithin(
  { removals, removedFrom }: UsageSeries,
  first: number,
  { since, before }: Pick<UsageSpan, 'since' | 'before'>,
): Tally | undefined {
  const end = firstWhere(removals, (removal) => removal.index >= before)
  // A correction is never earlier than what it corrects.
  const start = firstWhere(removals, (removal) => removal.time >= since)
  if (end <= start) return undefined
  if (end - start > REMOVALS_READ) {
    return blocksFrom(first, before - 1)
      .map((block) => sumBefore(removedFrom(block), before))
      .reduce(addTally, NO_TALLY)
  }
  let sum = NO_TALLY
  for (let position = start; position < end; position += 1) {
    const removed = removals.at(position)?.of
    if (removed !== undefined && removed.time >= since) sum = addTally(sum, removed.tally)
  }
  return sum
}

function sumBefore(series: Series<UsageAddition>, before: number): Tally {
  const end = firstWhere(series, (removal) => removal.index >= before)
  return end === 0 ? NO_TALLY : (series.at(end - 1)?.sum ?? NO_TALLY)
}

/** Was the transfer of this entry taken out before another? */
function isRemoved({ removedFrom }: UsageSeries, index: number, before: number): boolean {
  const own = removedFrom({ level: 0, number: index })
  const first = own.length > 0 ? own.at(0) : undefined
  return first !== undefined && first.index < before
}

/** The index in memory, for tests, bundles and simulations; `log` keeps one in the store. */
export class UsageIndex {
  readonly #series = new Map<string, KeptSeries>()
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
      const { removals, blocks } = this.#seriesOf(usageKeyText(key))
      removals.push({ ...at, of })
      for (const block of blocksOf(old.index)) {
        const sums = blocks.get(blockText(block)) ?? []
        sums.push({ ...at, sum: addTally(sums.at(-1)?.sum ?? NO_TALLY, of.tally) })
        blocks.set(blockText(block), sums)
      }
    }
  }

  #correctedBy({ id, movement }: Corrected): CountedTransfer | undefined {
    const old = this.#counted.get(id)
    return old?.movement === movement ? old : undefined
  }

  #seriesOf(key: string): KeptSeries {
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const blocks = new Map<string, UsageAddition[]>()
    const series: KeptSeries = {
      additions: [],
      removals: [],
      blocks,
      removedFrom: (block) => blocks.get(blockText(block)) ?? [],
    }
    this.#series.set(key, series)
    return series
  }
}

type KeptSeries = UsageSeries & {
  readonly additions: UsageAddition[]
  readonly removals: UsageRemoval[]
  readonly blocks: Map<string, UsageAddition[]>
}

/** A block as text, different for different blocks. */
export function blockText({ level, number }: Block): string {
  return `${level} ${number}`
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
