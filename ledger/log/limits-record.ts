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

/** Texts of parts that were written before: the meet of limits mostly gives the very same part. */
const TEXTS = new Map<Limits[keyof Limits], string>()
const TEXTS_KEPT = 64

/** `[[numbers of datasets], limits]` for each different limits: mostly all datasets of a hop have the same. */
export function limitsText(limits: DatasetLimits): string {
  const numbers = new Map<string, number[]>()
  for (const [n, own] of limits) {
    const text = partsText(own)
    const same = numbers.get(text)
    if (same === undefined) numbers.set(text, [n])
    else same.push(n)
  }
  return `[${[...numbers].map(([text, list]) => `[[${list.join(',')}],${text}]`).join(',')}]`
}

function partsText(limits: Limits): string {
  return `{${Object.entries(limits)
    .map(([name, part]) => `"${name}":${partText(part)}`)
    .join(',')}}`
}

function partText(part: Limits[keyof Limits]): string {
  const known = TEXTS.get(part)
  if (known !== undefined) return known
  const text = textOf(part)
  if (TEXTS.size >= TEXTS_KEPT) TEXTS.clear()
  TEXTS.set(part, text)
  return text
}

/** As JSON.stringify would have it, with sets as lists; by hand, because it runs for every hop. */
function textOf(value: unknown): string {
  if (value instanceof Set) return `{"${SET}":[${[...value].map(termText).sort().join(',')}]}`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `"${name}":${textOf(member)}`).join(',')}}`
}

/** Terms as they are written: the same few again and again. */
const TERMS = new Map<string, string>()
const TERMS_KEPT = 4_096

function termText(term: string): string {
  const known = TERMS.get(term)
  if (known !== undefined) return known
  const text = JSON.stringify(short(term))
  if (TERMS.size >= TERMS_KEPT) TERMS.clear()
  TERMS.set(term, text)
  return text
}

/** @throws LedgerError ENTRY_MISMATCH for a text that nobody wrote */
export function limitsOfText(text: string): DatasetLimits {
  try {
    const read = JSON.parse(text, (_, value: unknown) => {
      const list = typeof value === 'object' && value !== null && SET in value ? value[SET] : null
      return Array.isArray(list) ? new Set((list as readonly string[]).map(long)) : value
    }) as readonly (readonly [readonly number[], Limits])[]
    return new Map(read.flatMap(([list, limits]) => list.map((n) => [n, limits] as const)))
  } catch (error) {
    throw new LedgerError('ENTRY_MISMATCH', { record: 'rules index' }, error)
  }
}

function short(term: string): string {
  return term.startsWith(DPV) ? `${SHORT}${term.slice(DPV.length)}` : term
}

function long(term: string): string {
  return term.startsWith(SHORT) ? `${DPV}${term.slice(SHORT.length)}` : term
}
