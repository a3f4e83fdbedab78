/**
 * Tallies: what one transfer adds to the sums that thresholds and caps are held against. docs/counting.md.
 *
 * Counts are those that the parties declare, dataset by dataset. Whoever moved twice counts twice: the
 * ledger does not know persons. A count that is left out or withheld is `missing`, never nought, and so
 * is what a count has beyond `LARGEST`.
 */
import type { CategoryTally, Tally } from './facts.js'
import type { Dataset, Field, Transfer } from './hop.js'

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
    undeclared: besideVolumes(categories, [...volumes.keys()]),
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
 * nobody when every field was assessed and none is marked, everybody when one is.
 */
function sensitiveIn(dataset: Dataset, fields: readonly Field[]): number | undefined {
  const declared = dataset.subjects?.sensitive
  const marked = fields.some(({ special = [] }) => special.length > 0)
  if (marked) return declared === undefined || declared === 0 ? personsIn(dataset) : declared
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

export function addTally(a: Tally, b: Tally): Tally {
  return combine(a, b, 1)
}

/** What is left of `a` without `b`, which is part of it. */
export function subtractTally(a: Tally, b: Tally): Tally {
  return combine(a, b, -1)
}

function combine(a: Tally, b: Tally, sign: 1 | -1): Tally {
  return {
    transfers: a.transfers + sign * b.transfers,
    records: a.records + sign * b.records,
    persons: a.persons + sign * b.persons,
    sensitive: a.sensitive + sign * b.sensitive,
    devices: a.devices + sign * b.devices,
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
    records: a.records + sign * b.records,
    persons: a.persons + sign * b.persons,
    devices: a.devices + sign * b.devices,
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
