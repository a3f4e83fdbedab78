/**
 * What a route is: one table row that serves the router, the OpenAPI document and the tests.
 * DESIGN 7.2, 7.3.
 *
 * A handler takes what was read and returns an answer; it knows no HTTP library. Every row says who
 * may call it (`access`), what it answers and with which codes it refuses: a code that is not listed
 * is a bug, and a test calls it one. Parameters are read here, strictly; meaning stays in the core.
 */
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import type { Caller } from './auth.js'
import type { Body, BodyKind } from './body.js'
import type { ApiDeps } from './deps.js'

/** A whole number in plain decimal. */
export type IntegerParam = {
  readonly type: 'integer'
  readonly minimum: number
  readonly maximum: number
  readonly description: string
  readonly required: boolean
}

/** A text that must match `pattern` from end to end, or be one of `enum`. */
export type TextParam = {
  readonly type: 'string'
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly maxLength: number
  readonly description: string
  readonly required: boolean
}

export type Params = Readonly<Record<string, IntegerParam | TextParam>>

/** TypeScript's view of parameters that were read. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: P[Name]['required'] extends true
    ? ParamValue<P[Name]>
    : ParamValue<P[Name]> | undefined
}

type ParamValue<P> = P extends { readonly type: 'integer' }
  ? number
  : P extends { readonly enum: readonly (infer Word)[] }
    ? Word
    : string

/** JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** A 2xx or 3xx answer as documented. No media type: no body. */
export type AnswerSpec = {
  readonly description: string
  readonly mediaType?: string
  readonly schema?: JsonSchema
}

/** What goes back. `body` is sent as it is. */
export type Answer = {
  readonly status: number
  readonly body: string | Uint8Array
  readonly mediaType: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a handler gets to see of a request. */
export type Call<P extends Params, Q extends Params> = {
  readonly params: ParamValues<P>
  readonly query: ParamValues<Q>
  /** Absent where the route takes none. */
  readonly body: Body | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Aborts when the client has gone or the server closes. */
  readonly signal: AbortSignal
  /** When the request came, in milliseconds of a clock that never goes back. */
  readonly startedMs: number
}

type Described<P extends Params, Q extends Params> = {
  readonly method: 'GET' | 'POST'
  /** Path with `:name` for parameters; a star at its end is the parameter `path`, slashes and all. */
  readonly url: string
  readonly tag: string
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly params?: P
  readonly query?: Q
  readonly body?: BodyKind
  readonly answers: Readonly<Record<number, AnswerSpec>>
  /** Codes of refusals besides those that any route may give. */
  readonly codes: readonly ErrorCode[]
}

type PublicHandler<P extends Params, Q extends Params> = (
  call: Call<P, Q>,
  deps: ApiDeps,
) => Answer | Promise<Answer>

type TokenHandler<P extends Params, Q extends Params> = (
  call: Call<P, Q>,
  caller: Caller,
  deps: ApiDeps,
) => Answer | Promise<Answer>

/** A route in the form that the server takes, its parameter types forgotten. */
export type Route = Described<Params, Params> &
  (
    | { readonly access: 'public'; readonly handle: PublicHandler<Params, Params> }
    | { readonly access: 'token'; readonly handle: TokenHandler<Params, Params> }
  )

/** A route that anyone may call: it reads public things, or the body authenticates itself. */
export function publicRoute<const P extends Params, const Q extends Params>(
  described: Described<P, Q>,
  handle: PublicHandler<P, Q>,
): Route {
  // Sound: the server reads the parameters by the very tables that gave the types.
  return { ...described, access: 'public', handle } as unknown as Route
}

/** A past day to look at, as `readAsOf` reads it. */
export const AS_OF = textParam(
  '^[0-9A-Z:.-]{1,40}$',
  40,
  'As the ledger was then: an entry index, a day or a UTC time. Left out: as it is.',
)

/** A route that needs a token (DESIGN 7.3); what the caller may read is the handler's question. */
export function tokenRoute<const P extends Params, const Q extends Params>(
  described: Described<P, Q>,
  handle: TokenHandler<P, Q>,
): Route {
  // Sound: as above.
  return { ...described, access: 'token', handle } as unknown as Route
}

export function integerParam(minimum: number, maximum: number, description: string) {
  return { type: 'integer', minimum, maximum, description, required: false } as const
}

export function textParam(pattern: string, maxLength: number, description: string) {
  return { type: 'string', pattern, maxLength, description, required: false } as const
}

export function wordParam<const Words extends readonly string[]>(
  words: Words,
  description: string,
) {
  return { type: 'string', enum: words, maxLength: 32, description, required: false } as const
}

export function requiredParam<const P extends IntegerParam | TextParam>(
  param: P,
): Omit<P, 'required'> & { readonly required: true } {
  return { ...param, required: true }
}

/**
 * Reads parameters by their table: none unknown, each of its form.
 *
 * @throws LedgerError REQUEST_INVALID whose `at` names our parameter, never what was sent
 */
export function readParams<P extends Params>(
  table: P,
  sent: Readonly<Record<string, unknown>>,
  place: 'path' | 'query',
): ParamValues<P> {
  const unknown =
    Object.keys(sent).length - Object.keys(table).filter((name) => Object.hasOwn(sent, name)).length
  if (unknown > 0)
    throw new LedgerError('REQUEST_INVALID', { at: place, reason: 'unknown parameter' })
  const values: Record<string, number | string | undefined> = {}
  for (const [name, param] of Object.entries(table)) {
    const at = `${place}.${name}`
    const text = Object.hasOwn(sent, name) ? sent[name] : undefined
    if (text === undefined) {
      if (param.required) throw new LedgerError('REQUEST_INVALID', { at, reason: 'missing' })
      values[name] = undefined
    } else values[name] = readParam(param, text, at)
  }
  return values as ParamValues<P>
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/

function readParam(param: IntegerParam | TextParam, text: unknown, at: string): number | string {
  if (typeof text !== 'string') throw new LedgerError('REQUEST_INVALID', { at, reason: 'repeated' })
  if (param.type === 'integer') {
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN
    if (value >= param.minimum && value <= param.maximum) return value
    throw new LedgerError('REQUEST_INVALID', {
      at,
      expected: `${param.minimum} to ${param.maximum}`,
    })
  }
  if (text.length <= param.maxLength && matches(param, text)) return text
  throw new LedgerError('REQUEST_INVALID', {
    at,
    expected: param.enum?.join(', ') ?? param.pattern,
  })
}

function matches({ pattern, enum: words }: TextParam, text: string): boolean {
  if (words !== undefined) return words.includes(text)
  return pattern === undefined || new RegExp(pattern, 'u').test(text)
}

/** Methods that some route takes at this path; none when there is no such route. */
export function methodsOf(routes: readonly Route[], path: string): readonly string[] {
  const found = routes.filter(({ url }) => matchesPattern(url, path)).map(({ method }) => method)
  return [...new Set(found.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
}

function matchesPattern(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const wanted = pattern.split('/')
  const isLong = wanted.at(-1) === '*' && parts.length > wanted.length
  return (
    (parts.length === wanted.length || isLong) &&
    wanted.every((part, at) => part.startsWith(':') || part === '*' || part === parts[at])
  )
}
