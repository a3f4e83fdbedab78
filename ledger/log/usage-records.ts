/**
 * Sums over transfers as records of the rules index: the two series of each usage key of
 * ledger/rules/usage-index.ts, position by position, so that a sum over any span takes a few reads.
 *
 *     41 03 key position   addition: [index, time, sum], and what was added where the sum is full
 *     41 06 key position   removal: [index, time, [index, time, tally] of what was replaced]
 *     41 04 key            head: [additions, removals, sum of all additions]
 */

import { equalBytes } from '../core/bytes.js'
import type { Sha256 } from '../core/hash.js'
import type { CategoryTally, Tally } from '../rules/facts.js'
import { addTally, isFull, NO_TALLY, subtractTally } from '../rules/tally.js'
import type {
  Counted,
  Series,
  UsageAddition,
  UsageRemoval,
  UsageSeries,
} from '../rules/usage-index.js'
import type { RecordValue } from '../store/codec.js'
import {
  additionKey,
  blockHash,
  damagedRules,
  removalKey,
  usageHeadKey,
  valueBytes,
} from './rules-records.js'

/** Values of the rules index by key: the store, or a commit that is laid over it. */
export type RulesValues = { readonly value: (key: Uint8Array) => RecordValue | undefined }

export type UsageHead = {
  readonly additions: number
  readonly removals: number
  /** Of all additions. */
  readonly sum: Tally
}

const NO_USAGE: UsageHead = { additions: 0, removals: 0, sum: NO_TALLY }

/** @throws LedgerError ENTRY_MISMATCH */
export function usageHead(values: RulesValues, hash: Uint8Array): UsageHead {
  const value = values.value(usageHeadKey(hash))
  if (value !== undefined) return headOfRecord(value)
  // Where there is a first addition, the head was lost: it must not be taken for silence.
  if (values.value(additionKey(hash, 0)) !== undefined) throw damagedRules()
  return NO_USAGE
}

/** Heads as they were read: each is asked for by several rules and by every transfer that adds to it. */
const HEADS = new WeakMap<object, UsageHead>()

/** @throws LedgerError ENTRY_MISMATCH */
export function headOfRecord(value: RecordValue): UsageHead {
  const parts = listOf(value)
  const known = HEADS.get(parts)
  if (known !== undefined) return known
  const [additions, removals, sum] = parts
  const head = {
    additions: wholeOf(additions),
    removals: wholeOf(removals),
    sum: tallyOfRecord(sum),
  }
  HEADS.set(parts, head)
  return head
}

/** Its sum is read when it is asked for: a search asks most additions for their time alone. */
class StoredAddition implements UsageAddition {
  readonly index: number
  readonly time: number
  readonly #sum: RecordValue | undefined

  constructor([index, time, sum]: readonly RecordValue[]) {
    this.index = wholeOf(index)
    this.time = wholeOf(time)
    this.#sum = sum
  }

  /** @throws LedgerError ENTRY_MISMATCH */
  get sum(): Tally {
    return tallyOfRecord(this.#sum)
  }
}

/** @throws LedgerError ENTRY_MISMATCH, also when its sum is read */
export function additionOfRecord(value: RecordValue): UsageAddition {
  return new StoredAddition(listOf(value))
}

/** @throws LedgerError ENTRY_MISMATCH */
export function removalOfRecord(value: RecordValue): UsageRemoval {
  const [index, time, of] = listOf(value)
  return { index: wholeOf(index), time: wholeOf(time), of: countedOf(of) }
}

/** @throws LedgerError ENTRY_MISMATCH while it is read, for a record that is lost or altered */
function additionsOf(values: RulesValues, hash: Uint8Array, length: number): Series<UsageAddition> {
  return {
    length,
    at: (position) => additionOfRecord(read(values, additionKey(hash, position))),
  }
}

/** As `additionsOf`. */
function removalsOf(values: RulesValues, hash: Uint8Array, length: number): Series<UsageRemoval> {
  return {
    length,
    at: (position) => removalOfRecord(read(values, removalKey(hash, position))),
  }
}

/** All that was counted under a key. @throws LedgerError ENTRY_MISMATCH, also while it is read */
export function seriesOf(values: RulesValues, hash: Uint8Array, sha: Sha256): UsageSeries {
  const { additions, removals } = usageHead(values, hash)
  return {
    additions: additionsOf(values, hash, additions),
    removals: removalsOf(values, hash, removals),
    removedFrom: (block) => {
      const own = blockHash(hash, block, sha)
      return additionsOf(values, own, usageHead(values, own).additions)
    },
  }
}

function read(values: RulesValues, key: Uint8Array): RecordValue {
  const value = values.value(key)
  // The head says that it is there: a lost record must not make a sum smaller.
  if (value === undefined) throw damagedRules()
  return value
}

/** @param sum `head.sum` as a record, where there is one already */
export function headRecord(head: UsageHead, sum: RecordValue = tallyRecord(head.sum)): RecordValue {
  const parts = [head.additions, head.removals, sum]
  HEADS.set(parts, head)
  return parts
}

/**
 * @param sum of all additions up to it, as a record
 * @param full the sum has stopped in some unit, so that it does not show what was added
 */
export function additionRecord(
  { index, time, tally }: Counted,
  sum: RecordValue,
  full: boolean,
): RecordValue {
  return full ? [index, time, sum, tallyRecord(tally)] : [index, time, sum]
}

/**
 * What an addition added.
 *
 * @param value its record
 * @param all the sum that the record has
 * @param before the sum before it
 * @throws LedgerError ENTRY_MISMATCH
 */
export function addedBy(value: RecordValue, all: Tally, before: Tally): Tally {
  const [, , sum, added] = listOf(value)
  if (sum === undefined) throw damagedRules()
  if (isFull(all) !== (added !== undefined)) throw damagedRules()
  if (added === undefined) return subtractTally(all, before)
  const tally = tallyOfRecord(added)
  const same = equalBytes(valueBytes(tallyRecord(addTally(before, tally))), valueBytes(sum))
  if (!same) throw damagedRules()
  return tally
}

export function removalRecord({ index, time, of }: UsageRemoval): RecordValue {
  return [index, time, [of.index, of.time, tallyRecord(of.tally)]]
}

function countedOf(value: RecordValue | undefined): Counted {
  const [index, time, tally] = listOf(value)
  return { index: wholeOf(index), time: wholeOf(time), tally: tallyOfRecord(tally) }
}

/** Numbers in a fixed order, then the three maps by category. */
export function tallyRecord(tally: Tally): RecordValue {
  const { transfers, records, persons, sensitive, devices, uncounted, missing } = tally
  return [
    [transfers, records, persons, sensitive, devices, uncounted],
    [missing.records, missing.sensitive, missing.fields, missing.bulk],
    categoriesRecord(tally.volumes),
    categoriesRecord(tally.categories),
    categoriesRecord(tally.undeclared),
  ]
}

function tallyOfRecord(value: RecordValue | undefined): Tally {
  const [counts, missing, volumes, categories, undeclared] = listOf(value)
  const [transfers, records, persons, sensitive, devices, uncounted] = listOf(counts).map(wholeOf)
  const [noRecords, noSensitive, noFields, noBulk] = listOf(missing).map(wholeOf)
  return {
    transfers: transfers ?? 0,
    records: records ?? 0,
    persons: persons ?? 0,
    sensitive: sensitive ?? 0,
    devices: devices ?? 0,
    volumes: categoriesOfRecord(volumes),
    categories: categoriesOfRecord(categories),
    undeclared: categoriesOfRecord(undeclared),
    uncounted: uncounted ?? 0,
    missing: {
      records: noRecords ?? 0,
      sensitive: noSensitive ?? 0,
      fields: noFields ?? 0,
      bulk: noBulk ?? 0,
    },
  }
}

function categoriesRecord(categories: ReadonlyMap<string, CategoryTally>): RecordValue {
  return [...categories]
    .filter(([, { records, persons, devices, missing }]) =>
      // A category without a count is no part of a sum, so it is none of what is added to one.
      [records, persons, devices, ...Object.values(missing)].some((count) => count !== 0),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { records, persons, devices, missing }]) => [
      name,
      records,
      persons,
      devices,
      missing.records,
      missing.persons,
      missing.devices,
    ])
}

function categoriesOfRecord(value: RecordValue | undefined): ReadonlyMap<string, CategoryTally> {
  return new Map(
    listOf(value).map((item): [string, CategoryTally] => {
      const [name, ...counts] = listOf(item)
      if (typeof name !== 'string') throw damagedRules()
      const [records = 0, persons = 0, devices = 0, ...missing] = counts.map(wholeOf)
      const [noRecords = 0, noPersons = 0, noDevices = 0] = missing
      return [
        name,
        {
          records,
          persons,
          devices,
          missing: { records: noRecords, persons: noPersons, devices: noDevices },
        },
      ]
    }),
  )
}

export function listOf(value: RecordValue | undefined): readonly RecordValue[] {
  if (Array.isArray(value)) return value as readonly RecordValue[]
  throw damagedRules()
}

function wholeOf(value: RecordValue | undefined): number {
  if (typeof value === 'number') return value
  throw damagedRules()
}
