/**
 * The mark of the rules index: how far it goes, and a sum over what it was made of. What a statement
 * gives is derived from that statement alone, so an audit adds it up again in whatever order.
 *
 *     41 00   [version, statements indexed, parts, two sums of u48 over SHA-256 of each part,
 *             notable statements]; sealed
 */
import { LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import { decodeIndex } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'
import { MARK_KEY, openRecordValue, recordPut } from './rules-records.js'
import { listOf } from './usage-records.js'

/** Of what the records say. An index of another version is built again. */
const VERSION = 3
const LANE_BYTES = 6
const LANE_END = 2 ** 48

export type RulesSum = {
  /** Parts added up so far. */
  readonly parts: number
  /** Sums modulo 2^48 over two pieces of the hash of each part. */
  readonly lanes: readonly [number, number]
}

export type RulesMark = RulesSum & {
  /** Statements below this index are in. */
  readonly indexed: number
  /** Notable statements among them: judging takes from silence that there is no other. */
  readonly notables: number
}

export const NO_SUM: RulesSum = { parts: 0, lanes: [0, 0] }
export const NO_MARK: RulesMark = { ...NO_SUM, indexed: 0, notables: 0 }

/** The mark as it was written; `NO_MARK` when there is none, or one that cannot be believed. */
export function readRulesMark(store: Store, sha: Sha256): RulesMark {
  const value = store.get(MARK_KEY)
  if (value === undefined) return NO_MARK
  try {
    const numbers = listOf(openRecordValue(MARK_KEY, value, sha)).map(Number)
    const [version, indexed = 0, parts = 0, first = 0, second = 0, notables = 0] = numbers
    return version === VERSION ? { indexed, parts, lanes: [first, second], notables } : NO_MARK
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return NO_MARK
  }
}

export function putRulesMark(mark: RulesMark, sha: Sha256): Put {
  const { indexed, parts, lanes, notables } = mark
  return recordPut(MARK_KEY, [VERSION, indexed, parts, ...lanes, notables], sha)
}

export function addParts(sum: RulesSum, added: readonly Uint8Array[], sha: Sha256): RulesSum {
  let [first, second] = sum.lanes
  for (const part of added) {
    const hash = sha(part)
    first = (first + decodeIndex(hash.subarray(0, LANE_BYTES))) % LANE_END
    second = (second + decodeIndex(hash.subarray(LANE_BYTES, 2 * LANE_BYTES))) % LANE_END
  }
  return { parts: sum.parts + added.length, lanes: [first, second] }
}

export function joinSums(a: RulesSum, b: RulesSum): RulesSum {
  return {
    parts: a.parts + b.parts,
    lanes: [(a.lanes[0] + b.lanes[0]) % LANE_END, (a.lanes[1] + b.lanes[1]) % LANE_END],
  }
}
