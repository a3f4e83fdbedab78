/**
 * How schemas are written down: small constructors, so that a schema reads as a table.
 *
 * They add nothing but defaults; what they return is plain data. Literal types are kept, so that
 * TypeScript's view of the claims (`ClaimsOf`) comes from the same table.
 */
import type { Format } from '../formats.js'
import type { Member, Shape } from '../schema.js'

type Notes = Pick<Member, 'source' | 'unit' | 'vocabulary'>

/** A string of a format; `charsMax` only where it is not the format's own limit. */
export function string<const F extends Format>(format: F, charsMax?: number) {
  return { kind: 'string', format, ...(charsMax === undefined ? {} : { charsMax }) } as const
}

/** A word of a closed list. */
export function oneOf<const Words extends readonly string[]>(...words: Words) {
  return { kind: 'string', format: 'code', oneOf: words } as const
}

/** A term (IRI) of a closed list. */
export function oneTermOf<const Terms extends readonly string[]>(...terms: Terms) {
  return { kind: 'string', format: 'term', oneOf: terms } as const
}

/** An integer; without limits, any count that a JSON number holds exactly. */
export function integer(min = 0, max: number = Number.MAX_SAFE_INTEGER) {
  return { kind: 'integer', min, max } as const
}

export const BOOLEAN = { kind: 'boolean' } as const

export function object<const Members extends Readonly<Record<string, Member>>>(members: Members) {
  return { kind: 'object', members } as const
}

/** A list whose elements may be alike; it may be empty unless `min` says otherwise. */
export function listOf<const S extends Shape>(of: S, max: number, min = 0) {
  return { kind: 'list', of, min, max, unique: false } as const
}

/** A list of strings or integers without repeats. */
export function setOf<const S extends Shape>(of: S, max: number, min = 0) {
  return { kind: 'list', of, min, max, unique: true } as const
}

/** A member that must be there. */
export function required<const S extends Shape>(shape: S, doc: string, notes: Notes = {}) {
  return { shape, required: true, doc, ...notes } as const
}

/** A member that is left out when there is nothing to say. */
export function optional<const S extends Shape>(shape: S, doc: string, notes: Notes = {}) {
  return { shape, required: false, doc, ...notes } as const
}

const SCALAR = { list: false, max: 1, unique: false, holderKept: false } as const

/** A claim with exactly one value. */
export function claim<const S extends Shape>(shape: S, doc: string, notes: Notes = {}) {
  return { ...required(shape, doc, notes), ...SCALAR } as const
}

/** A claim whose value may be null. */
export function optionalClaim<const S extends Shape>(shape: S, doc: string, notes: Notes = {}) {
  return { ...optional(shape, doc, notes), ...SCALAR } as const
}

/** As `optionalClaim`; the ledger checks the value at admission and does not keep it. */
export function keptClaim<const S extends Shape>(shape: S, doc: string, notes: Notes = {}) {
  return { ...optionalClaim(shape, doc, notes), holderKept: true } as const
}

type ListNotes = Notes & { readonly max: number; readonly unique?: boolean }

/** A list claim with at least one element. */
export function listClaim<const S extends Shape>(shape: S, doc: string, notes: ListNotes) {
  const { max, unique = false, ...rest } = notes
  return { ...required(shape, doc, rest), list: true, max, unique, holderKept: false } as const
}

/** A list claim that may be empty. */
export function optionalListClaim<const S extends Shape>(shape: S, doc: string, notes: ListNotes) {
  const { max, unique = false, ...rest } = notes
  return { ...optional(shape, doc, rest), list: true, max, unique, holderKept: false } as const
}

/** The claim that every type has for what this version does not foresee. DESIGN 4.10. */
export const EXT = optionalClaim(
  { kind: 'open' },
  'Anything the parties add that this schema does not foresee; no rule reads it.',
)
