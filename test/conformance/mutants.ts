/**
 * Random changes of evidence, from a seed: members lost, values exchanged, digits and bits changed,
 * also inside what is encoded in base64url. What a verifier says of a mutant is not known beforehand;
 * two verifiers must say the same.
 */
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { Edit } from '../docs/evidence-cases.js'

type Path = readonly (string | number)[]

/** Values that stand where they must not. */
const ODD: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  'x',
  'AAAA',
  '__proto__',
  [],
  {},
  [[]],
  { a: 1 },
]

export class Mutator {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** An edit of `value` that changes something, or none where the dice say so. */
  mutant(value: Json): readonly Edit[] {
    const paths = pathsIn(value)
    const path = this.#pick(paths)
    const old = at(value, path)
    const kind = this.#below(6)
    if (kind === 0) return [{ path, remove: true }]
    if (kind === 1) return [{ path, value: this.#pick(ODD) }]
    if (kind === 2) return [{ path, value: at(value, this.#pick(paths)) }]
    return [{ path, value: this.#changed(old) }]
  }

  #changed(old: Json): Json {
    if (typeof old === 'number') return old + (this.#below(2) === 0 ? 1 : -1)
    if (typeof old === 'string') return this.#encoded(old) ?? this.#respelled(old)
    if (Array.isArray(old)) {
      const items = old as readonly Json[]
      return this.#below(2) === 0 ? [...items].reverse() : [...items, items[0] ?? null]
    }
    return { ...(old as JsonObject), zz: 1 }
  }

  /** A change inside a payload, a header or a disclosure. */
  #encoded(text: string): string | undefined {
    const inner = decoded(text)
    if (inner === undefined || this.#below(3) === 0) return undefined
    const paths = pathsIn(inner)
    if (paths.length === 0) return undefined
    const path = this.#pick(paths)
    const value = at(inner, path)
    const changed = this.#below(4) === 0 ? this.#pick(ODD) : this.#changed(value)
    return Buffer.from(JSON.stringify(replaced(inner, path, changed))).toString('base64url')
  }

  #respelled(text: string): string {
    const place = this.#below(Math.max(text.length, 1))
    const [before, after] = [text.slice(0, place), text.slice(place + 1)]
    return this.#pick([`${before}${after}`, `${before}A${after}`, `${text}=`, `${before}é${after}`])
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T
  }

  /** A linear congruential generator: nothing here needs to be hard to guess. */
  #below(limit: number): number {
    this.#state = (this.#state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((this.#state / 2_147_483_648) * limit)
  }
}

function pathsIn(value: Json, here: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return []
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? [...(value as readonly Json[]).entries()]
    : Object.entries(value as JsonObject)
  return entries.flatMap(([step, inner]) => [[...here, step], ...pathsIn(inner, [...here, step])])
}

function at(value: Json, path: Path): Json {
  return path.reduce((inner, step) => (inner as never)[step] as Json, value)
}

function replaced(value: Json, [step, ...rest]: Path, change: Json): Json {
  if (step === undefined) return change
  const inner = replaced((value as never)[step] as Json, rest, change)
  if (!Array.isArray(value)) return { ...(value as JsonObject), [step]: inner }
  return (value as readonly Json[]).map((item, position) => (position === step ? inner : item))
}

function decoded(text: string): Json | undefined {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString()) as Json
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
