/**
 * Limits of datasets as text, for the rules index: sets as lists with a name of their own, sorted, so
 * that the same limits are the same bytes. What is undefined is left out.
 */
import { LedgerError } from '../core/errors.js'
import type { Limits } from '../rules/limits.js'

/** Limits by dataset number. */
export type DatasetLimits = ReadonlyMap<number, Limits>

const SET = '$set'
/** Most terms stand under it, some of them a hundred times. */
const DPV = 'https://w3id.org/dpv'
const SHORT = '~'

/** Texts of sets that were written before: the meet of limits mostly gives the very same set. */
const TEXTS = new WeakMap<ReadonlySet<string>, readonly string[]>()

export function limitsText(limits: DatasetLimits): string {
  return JSON.stringify([...limits], (_, value: unknown) =>
    value instanceof Set ? { [SET]: listOf(value as ReadonlySet<string>) } : value,
  )
}

/** @throws LedgerError ENTRY_MISMATCH for a text that nobody wrote */
export function limitsOfText(text: string): DatasetLimits {
  try {
    return new Map(
      JSON.parse(text, (_, value: unknown) => {
        const list = typeof value === 'object' && value !== null && SET in value ? value[SET] : null
        return Array.isArray(list) ? new Set((list as readonly string[]).map(long)) : value
      }) as readonly [number, Limits][],
    )
  } catch (error) {
    throw new LedgerError('ENTRY_MISMATCH', { record: 'rules index' }, error)
  }
}

function listOf(set: ReadonlySet<string>): readonly string[] {
  const known = TEXTS.get(set)
  if (known !== undefined) return known
  const list = [...set].map(short).sort()
  TEXTS.set(set, list)
  return list
}

function short(term: string): string {
  return term.startsWith(DPV) ? `${SHORT}${term.slice(DPV.length)}` : term
}

function long(term: string): string {
  return term.startsWith(SHORT) ? `${DPV}${term.slice(SHORT.length)}` : term
}
