/**
 * Sums over transfers as plain data: what a whole log was asked while a lineage was judged, and what it
 * answered, so that somebody without the log can judge that lineage too. docs/counting.md.
 *
 * The answers are the ledger's word: no proof shows that a sum has left nothing out.
 */
import { encodeJcs, isObject, type Json, type JsonObject } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import type { CategoryTally, Corrected, Facts, Tally, UsageKey } from './facts.js'

/** One question and its answer. */
export type Sum = {
  readonly key: UsageKey
  /** Entry time from which on transfers count, seconds since 1970. */
  readonly since: number
  /** Entry index before which they were recorded. */
  readonly before: number
  /** What the hop that was judged corrects: left out of the sum. */
  readonly without?: StatementId
  readonly tally: Tally
}

/** Facts whose sums are noted down as they are asked for, each once. */
export function notingSums(facts: Facts, note: (sum: Sum) => void): Facts {
  const asked = new Set<string>()
  return {
    ...facts,
    usage: (key, since, before, without) => {
      const tally = facts.usage(key, since, before, without)
      const question = questionOf(key, since, before, without)
      if (tally !== undefined && !asked.has(question)) {
        asked.add(question)
        note({ key, since, before, ...(without && { without: without.id }), tally })
      }
      return tally
    },
  }
}

export function sumJson({ tally, ...question }: Sum): JsonObject {
  const { volumes, categories, undeclared, ...counts } = tally
  return {
    ...question,
    tally: {
      ...counts,
      volumes: listed(volumes),
      categories: listed(categories),
      undeclared: listed(undeclared),
    },
  }
}

function listed(tallies: ReadonlyMap<string, CategoryTally>): Json {
  return [...tallies].map(([category, tally]) => ({ category, tally }))
}

/** Answers what was asked before, and nothing else. Undefined when the data is of another form. */
export function usageOfSums(items: readonly Json[]): Facts['usage'] | undefined {
  const answers = new Map<string, Tally>()
  for (const item of items) {
    const tally = isObject(item) ? tallyOf(item['tally']) : undefined
    if (!isObject(item) || tally === undefined) return undefined
    const { tally: _, ...question } = item
    answers.set(encodeJcs(question), tally)
  }
  return (key, since, before, without) => answers.get(questionOf(key, since, before, without))
}

function questionOf(
  key: UsageKey,
  since: number,
  before: number,
  without: Corrected | undefined,
): string {
  return encodeJcs({ key, since, before, ...(without && { without: without.id }) })
}

const COUNTS = ['transfers', 'records', 'persons', 'sensitive', 'devices', 'uncounted'] as const
const MISSING = ['records', 'sensitive', 'fields', 'bulk'] as const
const OF_CATEGORY = ['records', 'persons', 'devices'] as const

function tallyOf(value: Json | undefined): Tally | undefined {
  const counts = numbersOf(value, COUNTS)
  const missing = isObject(value) ? numbersOf(value['missing'], MISSING) : undefined
  if (!isObject(value) || counts === undefined || missing === undefined) return undefined
  const [volumes, categories, undeclared] = ['volumes', 'categories', 'undeclared'].map((name) =>
    categoriesOf(value[name]),
  )
  if (volumes === undefined || categories === undefined || undeclared === undefined)
    return undefined
  return { ...counts, missing, volumes, categories, undeclared }
}

function categoriesOf(value: Json | undefined): ReadonlyMap<string, CategoryTally> | undefined {
  if (!Array.isArray(value)) return undefined
  const found = new Map<string, CategoryTally>()
  for (const item of value as readonly Json[]) {
    const tally = isObject(item) ? item['tally'] : undefined
    const counts = numbersOf(tally, OF_CATEGORY)
    const missing = isObject(tally) ? numbersOf(tally['missing'], OF_CATEGORY) : undefined
    if (!isObject(item) || typeof item['category'] !== 'string') return undefined
    if (counts === undefined || missing === undefined) return undefined
    found.set(item['category'], { ...counts, missing })
  }
  return found
}

/** Whole numbers from 0 under these names. */
function numbersOf<Name extends string>(
  value: Json | undefined,
  names: readonly Name[],
): Record<Name, number> | undefined {
  if (!isObject(value)) return undefined
  const numbers = names.map((name) => [name, value[name]] as const)
  if (!numbers.every(([, count]) => Number.isSafeInteger(count) && Number(count) >= 0))
    return undefined
  return Object.fromEntries(numbers) as Record<Name, number>
}
