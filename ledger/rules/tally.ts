/**
 * Tallies: what one transfer adds to the sums that thresholds and caps are held against. docs/counting.md.
 *
 * Counts are those that the parties declare, dataset by dataset. Whoever moved twice counts twice: the
 * ledger does not know persons. A count that is left out or withheld is `missing`, never nought, and so
 * is what a count has beyond `LARGEST`.
 */
import type { CategoryTally, Tally } from './facts.js'
import type { Dataset, Field, Transfer } from './hop.js'
import { isSpecialTerm } from './vocabulary-terms.js'

/**
 * As much as a dataset counts at most: above every threshold, and so little that nobody can make the sums
 * of two parties inexact for ever with two statements of a number that nobody has.
 */
const LARGEST = 1_000_000_000_000

const NO_CATEGORY: CategoryTally = {
  records: 0,
  persons: 0,
  devices: 0,
  missing: { records: 0, persons: 0, devices: 0 },
}

/** No transfer at all. */
export const NO_TALLY: Tally = {
  transfers: 0,
  records: 0,
  persons: 0,
  sensitive: 0,
  devices: 0,
  volumes: new Map(),
  categories: new Map(),
  undeclared: new Map(),
  uncounted: 0,
  missing: { records: 0, sensitive: 0, fields: 0, bulk: 0 },
}

/** What one transfer adds: itself, and the sums over its datasets. */
export function tallyOf({ claims }: Pick<Transfer, 'claims'>): Tally {
  const { datasets, fields } = claims
  if (datasets === undefined) {
    const missing = { records: 1, sensitive: 1, fields: 1, bulk: 1 }
    return { ...NO_TALLY, transfers: 1, uncounted: 1, missing }
  }
  const sum = datasets
    .map((dataset) => datasetTally(dataset, fields))
    .reduce(addTally, { ...NO_TALLY, transfers: 1 })
  // A transfer counts once, however many of its datasets leave something out.
  const { records, sensitive, fields: undescribed, bulk } = sum.missing
  return {
    ...sum,
    uncounted: Math.min(1, sum.uncounted),
    missing: {
      records: Math.min(1, records),
      sensitive: Math.min(1, sensitive),
      fields: Math.min(1, undescribed),
      bulk: Math.min(1, bulk),
    },
  }
}

/** Most persons that a dataset may be about; undefined: it does not say. */
export function personsIn({ subjects }: Dataset): number | undefined {
  return subjects?.count ?? subjects?.band?.max
}

function datasetTally(dataset: Dataset, allFields: readonly Field[] | undefined): Tally {
  const fields = allFields?.filter((field) => field.n === dataset.n) ?? []
  const persons = personsIn(dataset)
  const sensitive = sensitiveIn(dataset, fields)
  const categories = categoriesOf(dataset, fields)
  const volumes = volumesOf(dataset)
  const hidden = allFields === undefined
  return {
    transfers: 0,
    records: atMost(dataset.records),
    persons: atMost(persons),
    sensitive: atMost(sensitive),
    devices: atMost(dataset.subjects?.devices),
    volumes,
    categories,
    undeclared: besideVolumes(categories, believedIn(dataset)),
    uncounted: missing(persons),
    missing: {
      records: missing(dataset.records),
      sensitive: missing(sensitive),
      fields: fields.length === 0 ? 1 : 0,
      // Fields that are withheld may be of categories that the volumes leave out.
      bulk: hidden || (fields.length === 0 && volumes.size === 0) ? 1 : 0,
    },
  }
}

/**
 * Persons with sensitive data. Where it is not said, or said to be nobody although a field is marked:
 * nobody when every field was assessed and none is marked, everybody when one is. Not known where no
 * field is marked and the vocabulary holds one of their categories special.
 *
 * @param isSpecial what a law holds special, where one is at hand
 */
export function sensitiveIn(
  dataset: Dataset,
  fields: readonly Field[],
  isSpecial?: (category: string) => boolean,
): number | undefined {
  const declared = dataset.subjects?.sensitive
  const marked = fields.some(
    ({ special = [], category }) => special.length > 0 || isSpecial?.(category) === true,
  )
  if (marked) return declared === undefined || declared === 0 ? personsIn(dataset) : declared
  if (declared !== undefined && declared > 0) return declared
  // A ruleset may hold the category special, whatever its flags say: that is for rules to decide.
  if (!isSpecial && fields.some(({ category }) => isSpecialTerm(category))) return undefined
  if (declared !== undefined) return declared
  const assessed = fields.length > 0 && fields.every(({ special }) => special !== undefined)
  return assessed ? 0 : undefined
}

function categoriesOf(
  dataset: Dataset,
  fields: readonly Field[],
): ReadonlyMap<string, CategoryTally> {
  const { records, subjects } = dataset
  const counts = categoryTally(records, personsIn(dataset), subjects?.devices)
  // Two fields of one category are about the same persons.
  return new Map(fields.map(({ category }) => [category, counts]))
}

function volumesOf(dataset: Dataset): ReadonlyMap<string, CategoryTally> {
  const { records, subjects } = dataset
  return new Map(
    (subjects?.volumes ?? []).map(({ category, persons, devices }) => [
      category,
      categoryTally(records, persons ?? personsIn(dataset), devices ?? subjects?.devices),
    ]),
  )
}

/** Volumes of a dataset; that a category has nobody is not believed against fields that tell otherwise. */
function believedIn({ subjects }: Dataset): readonly string[] {
  return (subjects?.volumes ?? []).flatMap(({ category, persons, devices }) =>
    (persons ?? devices) === undefined || (persons ?? 0) + (devices ?? 0) > 0 ? [category] : [],
  )
}

/**
 * A category of fields beside the volumes that their dataset declares, as one text. Which of those
 * volumes is about such fields is for a ruleset to say, so that both are kept; terms and codes hold no
 * space.
 */
function besideVolumes(
  categories: ReadonlyMap<string, CategoryTally>,
  declared: readonly string[],
): ReadonlyMap<string, CategoryTally> {
  if (declared.length === 0) return categories
  const beside = declared.toSorted().join(' ')
  return new Map([...categories].map(([category, tally]) => [`${category} ${beside}`, tally]))
}

/**
 * Of what fields tell: what belongs to datasets that declare no volume of one category of bulk data, by
 * category of the fields.
 */
export function withoutVolumeOf(
  undeclared: ReadonlyMap<string, CategoryTally>,
  category: string,
): ReadonlyMap<string, CategoryTally> {
  const sums = new Map<string, CategoryTally>()
  for (const [fields, tally] of undeclared) {
    const [term = fields, ...declared] = fields.split(' ')
    if (declared.includes(category)) continue
    sums.set(term, combineCategory(sums.get(term) ?? NO_CATEGORY, tally, 1))
  }
  return sums
}

function categoryTally(
  records: number | undefined,
  persons: number | undefined,
  devices: number | undefined,
): CategoryTally {
  return {
    records: atMost(records),
    persons: atMost(persons),
    devices: atMost(devices),
    missing: { records: missing(records), persons: missing(persons), devices: missing(devices) },
  }
}

function atMost(count = 0): number {
  return Math.min(count, LARGEST)
}

/** Is there more, or may there be, than is counted? */
function missing(count: number | undefined): number {
  return count === undefined || count > LARGEST ? 1 : 0
}

/**
 * Where a sum stops, each unit by itself: one that nobody can add up any more hides no other. A sum
 * that stands there is at least as much.
 */
const FULL = Number.MAX_SAFE_INTEGER

export function addTally(a: Tally, b: Tally): Tally {
  return combine(a, b, 1)
}

/** Whether a running sum has stopped in some unit. */
export function isFull(tally: Tally): boolean {
  const { volumes, categories, undeclared, sensitive } = tally
  if (sensitive >= FULL || hasStopped(tally)) return true
  return isFullMap(volumes) || isFullMap(categories) || isFullMap(undeclared)
}

function isFullMap(map: ReadonlyMap<string, CategoryTally>): boolean {
  for (const tally of map.values()) if (hasStopped(tally)) return true
  return false
}

function hasStopped({ records, persons, devices }: Omit<CategoryTally, 'missing'>): boolean {
  return records >= FULL || persons >= FULL || devices >= FULL
}

/**
 * A sum over part of what a running sum has. Where that has stopped it is only a lower bound, and what
 * it lacks is missing.
 */
export function asPartOf(running: Tally, part: Tally): Tally {
  if (!isFull(running)) return part
  const { records, persons, sensitive, devices, missing: lacks } = part
  return {
    ...part,
    records: Math.max(0, records),
    persons: Math.max(0, persons),
    sensitive: Math.max(0, sensitive),
    devices: Math.max(0, devices),
    volumes: asPartOfMap(running.volumes, part.volumes),
    categories: asPartOfMap(running.categories, part.categories),
    undeclared: asPartOfMap(running.undeclared, part.undeclared),
    uncounted: part.uncounted + stopped(running.persons),
    missing: {
      ...lacks,
      records: lacks.records + stopped(running.records),
      sensitive: lacks.sensitive + stopped(running.sensitive),
    },
  }
}

/** The same sum where there may be more of everything than was counted. */
export function asLowerBound(sum: Tally): Tally {
  const { records, sensitive, fields, bulk } = sum.missing
  return {
    ...sum,
    uncounted: sum.uncounted + 1,
    missing: {
      records: records + 1,
      sensitive: sensitive + 1,
      fields: fields + 1,
      bulk: bulk + 1,
    },
  }
}

function asPartOfMap(
  running: ReadonlyMap<string, CategoryTally>,
  part: ReadonlyMap<string, CategoryTally>,
): ReadonlyMap<string, CategoryTally> {
  const sums = new Map(part)
  for (const [category, all] of running) {
    const lost = stopped(all.records) + stopped(all.persons) + stopped(all.devices)
    if (lost === 0) continue
    const { records, persons, devices, missing: lacks } = part.get(category) ?? NO_CATEGORY
    sums.set(category, {
      records: Math.max(0, records),
      persons: Math.max(0, persons),
      devices: Math.max(0, devices),
      missing: {
        records: lacks.records + stopped(all.records),
        persons: lacks.persons + stopped(all.persons),
        devices: lacks.devices + stopped(all.devices),
      },
    })
  }
  return sums
}

function stopped(count: number): number {
  return count >= FULL ? 1 : 0
}

/** What is left of `a` without `b`, which is part of it. */
export function subtractTally(a: Tally, b: Tally): Tally {
  return combine(a, b, -1)
}

function combine(a: Tally, b: Tally, sign: 1 | -1): Tally {
  return {
    transfers: a.transfers + sign * b.transfers,
    records: Math.min(FULL, a.records + sign * b.records),
    persons: Math.min(FULL, a.persons + sign * b.persons),
    sensitive: Math.min(FULL, a.sensitive + sign * b.sensitive),
    devices: Math.min(FULL, a.devices + sign * b.devices),
    volumes: combineMaps(a.volumes, b.volumes, sign),
    categories: combineMaps(a.categories, b.categories, sign),
    undeclared: combineMaps(a.undeclared, b.undeclared, sign),
    uncounted: a.uncounted + sign * b.uncounted,
    missing: {
      records: a.missing.records + sign * b.missing.records,
      sensitive: a.missing.sensitive + sign * b.missing.sensitive,
      fields: a.missing.fields + sign * b.missing.fields,
      bulk: a.missing.bulk + sign * b.missing.bulk,
    },
  }
}

function combineMaps(
  a: ReadonlyMap<string, CategoryTally>,
  b: ReadonlyMap<string, CategoryTally>,
  sign: 1 | -1,
): ReadonlyMap<string, CategoryTally> {
  if (b.size === 0) return a
  const sums = new Map(a)
  for (const [category, tally] of b) {
    const sum = combineCategory(sums.get(category) ?? NO_CATEGORY, tally, sign)
    if (isNothing(sum)) sums.delete(category)
    else sums.set(category, sum)
  }
  return sums
}

/** Sum of the counts of one category. */
function combineCategory(a: CategoryTally, b: CategoryTally, sign: 1 | -1): CategoryTally {
  return {
    records: Math.min(FULL, a.records + sign * b.records),
    persons: Math.min(FULL, a.persons + sign * b.persons),
    devices: Math.min(FULL, a.devices + sign * b.devices),
    missing: {
      records: a.missing.records + sign * b.missing.records,
      persons: a.missing.persons + sign * b.missing.persons,
      devices: a.missing.devices + sign * b.missing.devices,
    },
  }
}

function isNothing({ records, persons, devices, missing }: CategoryTally): boolean {
  const counts = [records, persons, devices, missing.records, missing.persons, missing.devices]
  return counts.every((count) => count === 0)
}
