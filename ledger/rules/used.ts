/**
 * What was moved so far, with the hop itself: what caps and thresholds are held against. docs/counting.md.
 *
 * Every number is a pair of bounds. `least` is certain: whoever exceeds a cap with it exceeds the cap.
 * `most` is infinite where a count is missing, withheld or could not be summed.
 */
import type { PartyId } from '../core/key-state.js'
import type { CategoryTally, Corrected, Tally, UsageKey } from './facts.js'
import type { Dataset, Field, Transfer } from './hop.js'
import type { Judging } from './rule.js'
import { addTally, NO_TALLY, personsIn, sensitiveIn, tallyOf } from './tally.js'
import { movementOf } from './usage-index.js'

export type Bounds = { readonly least: number; readonly most: number }

/** Sums of a window with the hop. */
export type Used = {
  /** What was recorded before the hop; nothing when it is not `known`. */
  readonly earlier: Tally
  /** `earlier` and the hop. */
  readonly sum: Tally
  /** False: nobody could sum what was recorded before. */
  readonly known: boolean
}

/** Sums under a key since a time; no key: a claim that makes it is withheld. */
export function usedBy(
  { facts }: Pick<Judging, 'facts'>,
  hop: Transfer,
  key: UsageKey | undefined,
  since: number,
): Used {
  const own = tallyOf(hop)
  const movement = movementOf(hop)
  // Who hides the datasets hides whether it counts in place of another.
  const unclear = hop.supersedes !== undefined && movement === undefined
  const earlier =
    key === undefined || unclear
      ? undefined
      : facts.usage(key, since, hop.index, correctedBy(hop, movement))
  return earlier === undefined
    ? { earlier: NO_TALLY, sum: own, known: false }
    : { earlier, sum: addTally(earlier, own), known: true }
}

/**
 * That a sum over several transfers is no number of different persons: the ledger knows counts, so that
 * whoever was in two of them counts twice. docs/counting.md.
 */
export function overTransfers(transfers: number): string {
  return transfers > 1 ? ` over ${transfers} transfers (whoever is in several counts in each)` : ''
}

function correctedBy({ supersedes }: Transfer, movement = ''): Corrected | undefined {
  return supersedes === undefined ? undefined : { id: supersedes, movement }
}

/**
 * Persons with sensitive data, with the hop: its own fields by their flags and by what the law holds
 * special, which what was summed before could not know.
 */
export function sensitiveUsed({ law }: Pick<Judging, 'law'>, hop: Transfer, used: Used): Bounds {
  const { earlier, known } = used
  const { datasets, fields } = hop.claims
  const before = boundsOf(earlier.sensitive, earlier.missing.sensitive, known)
  if (datasets === undefined) return addBounds(before, boundsOf(0, 1))
  return datasets
    .map((dataset) => {
      const own = fields?.filter(({ n }) => n === dataset.n) ?? []
      const declared = sensitiveIn(dataset, own, law.vocabulary.isSpecial)
      // Fields that are withheld may be special, whoever says that nobody is concerned.
      const count = fields === undefined && declared === 0 ? undefined : declared
      return boundsOf(count ?? 0, count === undefined ? 1 : 0)
    })
    .reduce(addBounds, before)
}

/** Exporter and importer of a hop as ids; undefined when either is withheld. */
export function pairOf({ claims }: Transfer): Extract<UsageKey, { kind: 'pair' }> | undefined {
  const { exporter, importer } = claims
  if (exporter === undefined || importer === undefined) return undefined
  // Claims have passed their shapes: these texts are ids.
  return { kind: 'pair', exporter: exporter as PartyId, importer: importer as PartyId }
}

/** Bounds of a sum from which `missing` counts are left out. */
export function boundsOf(sum: number, missing: number, known = true): Bounds {
  return { least: sum, most: known && missing === 0 ? sum : Number.POSITIVE_INFINITY }
}

export function addBounds(a: Bounds, b: Bounds): Bounds {
  return { least: a.least + b.least, most: a.most + b.most }
}

export type Unit = 'records' | 'persons' | 'devices'

/**
 * Bounds of what belongs together in sums by category. The same persons may stand under two
 * categories: at least as many as the largest of them has, at most as many as all have.
 */
export function boundsAmong(
  tallies: ReadonlyMap<string, CategoryTally>,
  belongs: (category: string) => boolean,
  unit: Unit,
): Bounds {
  let [least, most] = [0, 0]
  for (const [category, tally] of tallies) {
    if (!belongs(category)) continue
    const { least: low, most: high } = boundsOf(tally[unit], tally.missing[unit])
    least = Math.max(least, low)
    most += high
  }
  return { least, most }
}

/** Bounds of what one transfer moves of what belongs together: each dataset with a field of it, once. */
export function boundsWithin(
  datasets: readonly Dataset[],
  fields: readonly Field[],
  belongs: (category: string) => boolean,
  unit: Unit,
): Bounds {
  const numbers = new Set(fields.filter(({ category }) => belongs(category)).map(({ n }) => n))
  return datasets
    .filter(({ n }) => numbers.has(n))
    .map((dataset) => countOf(dataset, unit))
    .reduce(addBounds, { least: 0, most: 0 })
}

/** How many records, persons or devices a dataset has. */
export function countOf(dataset: Dataset, unit: Unit): Bounds {
  const count =
    unit === 'records'
      ? dataset.records
      : unit === 'persons'
        ? personsIn(dataset)
        : dataset.subjects?.devices
  return boundsOf(count ?? 0, count === undefined ? 1 : 0)
}
