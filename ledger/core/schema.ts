/**
 * Shapes: what a claim's value may look like, as data, and the one function that checks a value.
 * DESIGN 4.1, 4.10 and 5; docs/statements.md prints the shapes.
 *
 * A shape is finite and a value is only followed where its shape leads, so checking ends; free JSON
 * (`ext`) is walked without recursion. Numbers are integers, a member that is absent is left out and
 * never null. What two claims say about each other is schemas/cross.ts.
 */
import type { ErrorCode } from './errors.js'
import { FORMATS, type Format, hasFormat, isLongerThan, STRING_CHARS_MAX } from './formats.js'
import { isObject, type Json, type JsonObject } from './json.js'
import { DEPTH_MAX } from './limits.js'

export type StringShape = {
  readonly kind: 'string'
  readonly format: Format
  /** Longest text in characters, where it is not the format's own limit. */
  readonly charsMax?: number
  /** Closed list: the only words allowed. */
  readonly oneOf?: readonly string[]
}

/** Both ends are allowed values and safe integers. */
export type IntegerShape = { readonly kind: 'integer'; readonly min: number; readonly max: number }

export type BooleanShape = { readonly kind: 'boolean' }

/** No other members than these. */
export type ObjectShape = {
  readonly kind: 'object'
  readonly members: Readonly<Record<string, Member>>
}

export type ListShape = {
  readonly kind: 'list'
  readonly of: Shape
  readonly min: number
  readonly max: number
  /** No element twice; only for lists of strings and integers. */
  readonly unique: boolean
}

/** A public key as RFC 8037 JWK: its form. Whether the key is sound is judged where it is used. */
export type JwkShape = { readonly kind: 'jwk' }

/** Any JSON object without null and floats, within the limits of DESIGN 4.1. */
export type OpenShape = { readonly kind: 'open' }

export type Shape =
  | StringShape
  | IntegerShape
  | BooleanShape
  | ObjectShape
  | ListShape
  | JwkShape
  | OpenShape

/** A named place for a value, with what its readers need to know. */
export type Member = {
  readonly shape: Shape
  readonly required: boolean
  /** What it means, and what its absence means where that is not plain. */
  readonly doc: string
  /** Law, clause or rule that asks for it. */
  readonly source?: string
  readonly unit?: string
  readonly vocabulary?: string
}

/** A claim. Not required: disclosed as null (scalar) or [] (list) when there is nothing to say. */
export type ClaimSchema = Member & {
  /** One placeholder per element; `shape` is then the element's. */
  readonly list: boolean
  /** Most elements of a list claim. */
  readonly max: number
  /** No element twice; only for list claims of strings. */
  readonly unique: boolean
  /** Checked at admission and then dropped by the ledger; the parties keep it. */
  readonly holderKept: boolean
}

/** One allowed set of roles, complete and in order of role name. */
export type RoleSet = readonly string[]

/** Which role sets go with which word of a claim, where not every set goes with every word. */
export type RolesBy = {
  readonly claim: string
  /** Member of the claim's value that holds the word; without it the value is the word. */
  readonly member?: string
  readonly sets: Readonly<Record<string, readonly RoleSet[]>>
}

export type StatementSchema = {
  /** Statement type with its schema version, such as `transfer/1`. */
  readonly type: string
  readonly doc: string
  readonly roles: readonly RoleSet[]
  readonly rolesBy?: RolesBy
  /** `countersign_by` is required; elsewhere it is refused. */
  readonly countersigned: boolean
  readonly extras: {
    readonly parents: 'required' | 'none'
    readonly about: 'required' | 'none'
    readonly supersedes: 'optional' | 'none'
  }
  readonly claims: Readonly<Record<string, ClaimSchema>>
}

/**
 * One thing that is wrong. `at` is a path of schema names and positions and `details` hold what the
 * schema expects: neither repeats anything that was submitted.
 */
export type Issue = {
  readonly code: ErrorCode
  readonly at: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** TypeScript's view of the values of a shape. */
export type ValueOf<S> = S extends { readonly oneOf: readonly (infer Word)[] }
  ? Word
  : S extends { readonly kind: 'string' }
    ? string
    : S extends { readonly kind: 'integer' }
      ? number
      : S extends { readonly kind: 'boolean' }
        ? boolean
        : S extends { readonly kind: 'list'; readonly of: infer Element }
          ? readonly ValueOf<Element>[]
          : S extends { readonly kind: 'object'; readonly members: infer Members }
            ? ObjectOf<Members>
            : S extends { readonly kind: 'jwk' }
              ? { readonly crv: 'Ed25519'; readonly kty: 'OKP'; readonly x: string }
              : JsonObject

type ObjectOf<Members> = {
  readonly [Name in keyof Members as Members[Name] extends { readonly required: true }
    ? Name
    : never]: MemberValue<Members[Name]>
} & {
  readonly [Name in keyof Members as Members[Name] extends { readonly required: true }
    ? never
    : Name]?: MemberValue<Members[Name]>
}

type MemberValue<M> = M extends { readonly shape: infer S } ? ValueOf<S> : never

/** TypeScript's view of a type's claims when all are opened: absent is null, or an empty list. */
export type ClaimsOf<S extends StatementSchema> = {
  readonly [Name in keyof S['claims']]: S['claims'][Name] extends { readonly list: true }
    ? readonly MemberValue<S['claims'][Name]>[]
    : S['claims'][Name] extends { readonly required: true }
      ? MemberValue<S['claims'][Name]>
      : MemberValue<S['claims'][Name]> | null
}

const JWK_X = 'base64url32'
/** RFC 9901 and JavaScript give these names a meaning of their own. */
const NAMES_REFUSED: ReadonlySet<string> = new Set(['__proto__', '_sd', '...'])

/**
 * Everything about a value that its shape forbids; empty when it is right. `at` is the path of the
 * value, such as `claims.datasets[0]`.
 */
export function checkValue(value: Json, shape: Shape, at: string): Issue[] {
  return within(at, check(value, shape))
}

/** An issue for each element that stands in the list before; elements are strings or integers. */
export function repeated(values: readonly Json[], at: string): Issue[] {
  if (new Set(values).size === values.length) return []
  return values
    .map((value, position) => (values.indexOf(value) < position ? position : -1))
    .filter((position) => position >= 0)
    .map((position) => invalid('repeated', 'each element once', `${at}[${position}]`))
}

// Below, `at` begins at the value in hand and is completed on the way out: a good value, the usual
// one, costs no paths. Recursion follows the shape, whose depth is fixed, and never the value.

const NONE: readonly Issue[] = []

function check(value: Json, shape: Shape): readonly Issue[] {
  switch (shape.kind) {
    case 'string':
      return checkString(value, shape)
    case 'integer':
      return checkInteger(value, shape)
    case 'boolean':
      return typeof value === 'boolean' ? NONE : [invalid('type', 'true or false')]
    case 'object':
      return checkObject(value, shape)
    case 'list':
      return checkList(value, shape)
    case 'jwk':
      return checkJwk(value)
    case 'open':
      return checkOpen(value)
  }
}

function within(at: string, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, at: `${at}${issue.at}` }))
}

function checkString(value: Json, shape: StringShape): readonly Issue[] {
  if (typeof value !== 'string') return [invalid('type', 'a string')]
  const { oneOf, format, charsMax } = shape
  if (oneOf !== undefined) {
    return oneOf.includes(value) ? NONE : [invalid('vocabulary', `one of: ${oneOf.join(', ')}`)]
  }
  if (hasFormat(value, format, charsMax)) return NONE
  const max = charsMax ?? FORMATS[format].charsMax
  if (isLongerThan(value, max)) return [invalid('length', `at most ${max} characters`)]
  return [invalid('format', FORMATS[format].expected)]
}

function checkInteger(value: Json, shape: IntegerShape): readonly Issue[] {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    return [invalid('type', 'an integer')]
  if (value >= shape.min && value <= shape.max) return NONE
  return [invalid('range', `${shape.min} to ${shape.max}`)]
}

function checkObject(value: Json, shape: ObjectShape): readonly Issue[] {
  if (!isObject(value)) return [invalid('type', 'an object')]
  const found: Issue[] = []
  let known = 0
  for (const [name, member] of membersOf(shape)) {
    // No schema has a name that objects inherit, so what is read is the value's own.
    const inner = value[name]
    if (inner !== undefined) {
      known += 1
      const issues = check(inner, member.shape)
      if (issues.length > 0) found.push(...within(`.${name}`, issues))
    } else if (member.required) found.push({ code: 'CLAIM_MISSING', at: `.${name}` })
  }
  const unknown = Object.keys(value).length - known
  // The name is the sender's and is not repeated: the object it stands in is named instead.
  if (unknown > 0) found.push({ code: 'CLAIM_UNKNOWN_MEMBER', at: '', details: { unknown } })
  return found
}

function checkList(value: Json, shape: ListShape): readonly Issue[] {
  if (!Array.isArray(value)) return [invalid('type', 'a list')]
  const elements: readonly Json[] = value
  if (elements.length < shape.min || elements.length > shape.max) {
    return [invalid('count', `${shape.min} to ${shape.max} elements`)]
  }
  const found: Issue[] = []
  let position = 0
  for (const element of elements) {
    const issues = check(element, shape.of)
    if (issues.length > 0) found.push(...within(`[${position}]`, issues))
    position += 1
  }
  if (shape.unique && elements.length > 1) found.push(...repeated(elements, ''))
  return found
}

function checkJwk(value: Json): readonly Issue[] {
  const expected = 'a JWK with exactly crv Ed25519, kty OKP and x'
  if (!isObject(value)) return [invalid('type', expected)]
  const { crv, kty, x } = value
  const exact = Object.keys(value).length === 3 && crv === 'Ed25519' && kty === 'OKP'
  if (!exact || typeof x !== 'string') return [invalid('format', expected)]
  return hasFormat(x, JWK_X) ? NONE : [invalid('format', FORMATS[JWK_X].expected, '.x')]
}

/** Every issue stands at the object itself: the names inside are the sender's own. */
function checkOpen(value: Json): readonly Issue[] {
  if (!isObject(value)) return [invalid('type', 'an object')]
  const found = new Map<string, Issue>()
  const todo: { readonly value: Json; readonly depth: number }[] = [{ value, depth: 1 }]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const issue = openIssue(next.value, next.depth)
    if (issue !== undefined) found.set(String(issue.details?.['reason']), issue)
    if (next.depth > DEPTH_MAX || typeof next.value !== 'object' || next.value === null) continue
    for (const inner of Object.values(next.value))
      todo.push({ value: inner, depth: next.depth + 1 })
  }
  return [...found.values()]
}

function openIssue(value: Json, depth: number): Issue | undefined {
  if (value === null) return invalid('null', 'members left out instead of null')
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? undefined : invalid('type', 'integers only')
  }
  if (typeof value === 'string') return openString(value)
  if (typeof value !== 'object') return undefined
  if (depth > DEPTH_MAX) return invalid('depth', `at most ${DEPTH_MAX} levels`)
  const names = Array.isArray(value) ? [] : Object.keys(value)
  if (names.some((name) => NAMES_REFUSED.has(name))) {
    return invalid('name', 'no member named __proto__, _sd or ...')
  }
  return names.map(openString).find((issue) => issue !== undefined)
}

function openString(text: string): Issue | undefined {
  if (!isLongerThan(text, STRING_CHARS_MAX)) return undefined
  return invalid('length', `at most ${STRING_CHARS_MAX} characters`)
}

function invalid(reason: string, expected: string, at = ''): Issue {
  return { code: 'CLAIM_INVALID', at, details: { reason, expected } }
}

// Listing an object's members anew for each value would cost more than checking them.
const MEMBERS = new WeakMap<ObjectShape, readonly (readonly [string, Member])[]>()

function membersOf(shape: ObjectShape): readonly (readonly [string, Member])[] {
  const known = MEMBERS.get(shape)
  if (known !== undefined) return known
  const members = Object.entries(shape.members)
  MEMBERS.set(shape, members)
  return members
}
