/**
 * Bulk data of 28 CFR 202: how much of each category a pair of parties has moved in the window, with
 * the hop, and how that stands to the thresholds. R29, docs/counting.md.
 *
 * Combined data are held against the lowest threshold of what is among them. Pseudonymised, key-coded
 * or encrypted data count like any other (202.206), so that nothing here looks at transformations.
 */
import type { Tally } from './facts.js'
import type { Transfer } from './hop.js'
import type { Law } from './law.js'
import type { Judging } from './rule.js'
import type { BulkThreshold } from './ruleset.js'
import { withoutVolumeOf } from './tally.js'
import {
  addBounds,
  type Bounds,
  boundsAmong,
  boundsOf,
  countOf,
  overTransfers,
  pairOf,
  usedBy,
} from './used.js'
import { monthsBefore } from './windows.js'

const UNCATEGORISED = 'https://w3id.org/dpv#UncategorisedData'
const NOTHING: Bounds = { least: 0, most: 0 }

type BulkCategory = BulkThreshold['category']

/** `over` and `near` are certain; `maybe`: what is not known, or not told apart, decides. */
export type BulkVolume = {
  readonly state: 'below' | 'near' | 'maybe' | 'over'
  /** Categories that are there for certain, and those that may be. */
  readonly present: readonly BulkCategory[]
  readonly possible: readonly BulkCategory[]
  /** What is closest to its threshold, for a person. */
  readonly words: string
}

type Count = { readonly threshold: BulkThreshold; readonly bounds: Bounds }

/** Volume of a transfer and of all that went between the same parties in the window before it. */
export function bulkVolume(judging: Judging, hop: Transfer): BulkVolume {
  const { law } = judging
  const { thresholds, windowMonths, warnPercent } = law.ruleset.usBulk
  const used = usedBy(judging, hop, pairOf(hop), monthsBefore(hop.time, windowMonths))
  const { earlier, sum, known } = used
  const counts = thresholds.map((threshold): Count => {
    const { category, unit } = threshold
    const declared = earlier.volumes.get(category)
    const bounds = [
      ownCount(hop, threshold, law),
      declared === undefined ? NOTHING : boundsOf(declared[unit], declared.missing[unit]),
      undeclaredBefore(judging, earlier, threshold),
    ].reduce(addBounds)
    return { threshold, bounds }
  })
  // Fields that are withheld may be of categories that the volumes leave out.
  const { fields } = hop.claims
  const open = !known || sum.missing.bulk > 0 || fields === undefined
  return weigh(counts, { open, transfers: sum.transfers, warnPercent })
}

type Weighing = {
  readonly open: boolean
  readonly transfers: number
  readonly warnPercent: number
}

function weigh(counts: readonly Count[], { open, transfers, warnPercent }: Weighing): BulkVolume {
  const certain = counts.filter(({ bounds }) => bounds.least > 0)
  const likely = open ? counts : counts.filter(({ bounds }) => bounds.most > 0)
  const there = { present: categoriesOf(certain), possible: categoriesOf(likely) }
  const reached = lowest(certain)
  const over = certain.find(({ bounds }) => bounds.least > reached)
  if (over !== undefined)
    return { ...there, state: 'over', words: inWords(over, reached, transfers) }
  const bound = lowest(likely)
  const most = likely.toSorted((a, b) => b.bounds.most - a.bounds.most)[0]
  if (most === undefined) return { ...there, state: 'below', words: 'no bulk data was moved' }
  if (open || most.bounds.most > bound) {
    return { ...there, state: 'maybe', words: 'how much bulk data was moved is not known whole' }
  }
  const near = most.bounds.most * 100 >= bound * warnPercent
  return { ...there, state: near ? 'near' : 'below', words: inWords(most, bound, transfers) }
}

function categoriesOf(counts: readonly Count[]): readonly BulkCategory[] {
  return counts.map(({ threshold }) => threshold.category)
}

function lowest(counts: readonly Count[]): number {
  return Math.min(...counts.map(({ threshold }) => threshold.count))
}

function inWords(
  { threshold: { category, unit }, bounds }: Count,
  bound: number,
  transfers: number,
): string {
  const volume = `${bounds.least} ${unit} with ${category} data in the window`
  return `${volume}${overTransfers(transfers)}; more than ${bound} is bulk`
}

/**
 * Datasets say how much there is of a category, or their fields say that everybody has it. Nobody has
 * it is not believed of a dataset with a field of that category; of one that only may be, it is.
 */
function ownCount(hop: Transfer, { category, unit }: BulkThreshold, law: Law): Bounds {
  const { datasets = [], fields = [] } = hop.claims
  return datasets
    .map((dataset): Bounds => {
      const all = countOf(dataset, unit)
      const own = fields.filter(({ n }) => n === dataset.n)
      const carries = own.some((field) => bulkOf(law, field.category).has(category))
      const volume = dataset.subjects?.volumes?.find((one) => one.category === category)
      const count = volume?.[unit]
      if (count !== undefined && (count > 0 || !carries)) return boundsOf(count, 0)
      if (carries || volume !== undefined) return all
      return own.some((field) => mayBeBulk(law, field.category, category))
        ? { least: 0, most: all.most }
        : NOTHING
    })
    .reduce(addBounds, NOTHING)
}

/** What was moved before without volumes: by its fields, for certain and at most. */
function undeclaredBefore(
  { law }: Judging,
  earlier: Tally,
  { category, unit }: BulkThreshold,
): Bounds {
  const undeclared = withoutVolumeOf(earlier.undeclared, category)
  const { least } = boundsAmong(undeclared, (term) => bulkOf(law, term).has(category), unit)
  const { most } = boundsAmong(undeclared, (term) => mayBeBulk(law, term, category), unit)
  return { least, most }
}

/** What is of some bulk category is told; anything wider, or that nobody knows, may be of this one. */
function mayBeBulk(law: Law, term: string, category: BulkCategory): boolean {
  const known = bulkOf(law, term)
  if (known.size > 0) return known.has(category)
  const terms = law.ruleset.usBulk.categories.flatMap((row) =>
    row.category === category ? [row.term] : [],
  )
  // Of a category of bulk data that no term stands for, only data of no known kind may be.
  return (terms.length === 0 ? [UNCATEGORISED] : terms).some((one) =>
    law.vocabulary.mayBe(term, one),
  )
}

const BULK_OF = new WeakMap<Law, Map<string, ReadonlySet<BulkCategory>>>()

/** Categories of bulk data that a category of personal data stands for. */
function bulkOf(law: Law, term: string): ReadonlySet<BulkCategory> {
  const cache = BULK_OF.get(law) ?? new Map<string, ReadonlySet<BulkCategory>>()
  BULK_OF.set(law, cache)
  const known = cache.get(term)
  if (known !== undefined) return known
  const found = new Set(
    law.ruleset.usBulk.categories
      .filter((row) => law.vocabulary.categoryUnder(term, row.term))
      .map(({ category }) => category),
  )
  cache.set(term, found)
  return found
}
