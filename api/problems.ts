/**
 * Problem documents: RFC 9457 with a stable `code` from the closed table. DESIGN 7.2.
 *
 * Status, title and words come from the table, so a new code has its answer before it compiles.
 * Of an error's details only places, reasons, expectations and numbers go out: those are ours. What
 * is not a LedgerError is a bug: it becomes INTERNAL, and what it says stays inside.
 */
import { ERRORS } from '../ledger/core/error-table.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, type JsonObject } from '../ledger/core/json.js'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

type CodeOf<Status extends number> = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]['http'] extends Status ? Code : never
}[ErrorCode]

/** Seconds after which it makes sense to try again. Exhaustive: a 503 without Retry-After does not compile. */
const RETRY_AFTER_S = {
  QUEUE_FULL: 1,
  LEDGER_CLOSED: 5,
  CLOCK_BEHIND: 30,
  CLOCK_AHEAD: 30,
  NOT_READY: 5,
  STORE_FAILED: 30,
  LEDGER_LOCKED: 5,
  SERVER_UNAVAILABLE: 5,
  CHECKPOINT_NOT_PUBLISHED: 2,
  QUORUM_MISSING: 10,
  JUDGING_FULL: 2,
  RULES_NOT_READY: 10,
} as const satisfies Record<CodeOf<503>, number>

/** Names of details that hold words of ours. */
const WORDS: readonly string[] = ['reason', 'expected', 'use', 'status', 'role', 'rule']
/** Names of details that hold limits, lengths and counts. */
const LIMIT_NAME =
  /^(?:[a-z]+(?:Max|Min)|limit|size|line|bytes|chars|items|count|expected|received)$/
/** Most issues that one problem lists; the first ones are the ones to mend. */
const ISSUES_MAX = 100

/** The document for a code. Never holds anything that was submitted. */
export function problemOf(error: LedgerError): JsonObject {
  const { http, title, explain } = ERRORS[error.code]
  const own = http >= 500 ? {} : ownDetails(error.details)
  return {
    type: `urn:waybill:error:${error.code}`,
    title,
    status: http,
    code: error.code,
    detail: explain,
    ...own,
  }
}

/** Headers that belong to a code's answer. */
export function problemHeaders(code: ErrorCode): Readonly<Record<string, string>> {
  const status: number = ERRORS[code].http
  const retry: Readonly<Partial<Record<ErrorCode, number>>> = RETRY_AFTER_S
  const after = retry[code]
  return {
    ...(after === undefined ? {} : { 'retry-after': String(after) }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="waybill"' } : {}),
  }
}

/** One issue of a validation, as `?validate=only` and problems list it. */
export function issueJson(issue: unknown): JsonObject | undefined {
  const value = issue as {
    readonly code?: ErrorCode
    readonly at?: string
    readonly details?: Json
  }
  if (value.code === undefined || !Object.hasOwn(ERRORS, value.code)) return undefined
  const details = isObject(value.details) ? words(value.details) : {}
  return { code: value.code, at: value.at ?? '', title: ERRORS[value.code].title, ...details }
}

/**
 * What our framework refuses, in our codes; anything unknown is a bug.
 *
 * The framework's messages quote the request, so they go no further.
 */
export function refusalOf(error: unknown): LedgerError {
  if (error instanceof LedgerError) return error
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new LedgerError('MEDIA_TYPE_UNSUPPORTED', { at: 'content-type' })
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new LedgerError('BODY_TOO_LARGE')
  const theirs = typeof code === 'string' && code.startsWith('FST_ERR_')
  if (theirs && typeof statusCode === 'number' && statusCode < 500) {
    return new LedgerError('REQUEST_INVALID', { at: 'address' })
  }
  return new LedgerError('INTERNAL', {}, error)
}

/**
 * Where a bug is, for the operator's log: kind of error and places in code. Its message is left out,
 * because a message may quote a value, except for a broken invariant, whose words are ours.
 */
export function placesOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const claim = error.message.startsWith('invariant broken: ') ? ` ${error.message}` : ''
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return `${error.name}${claim} ${places
    .slice(0, 6)
    .map((line) => line.trim())
    .join(' ')}`.trim()
}

function ownDetails(details: Readonly<Record<string, unknown>>): JsonObject {
  const { at, issues } = details
  const listed = Array.isArray(issues) ? issues.slice(0, ISSUES_MAX).map(issueJson) : []
  const known = listed.filter((issue) => issue !== undefined)
  return {
    ...(typeof at === 'string' ? { at } : {}),
    ...words(details),
    ...numbers(details),
    ...(known.length > 0 ? { issues: known } : {}),
  }
}

function words(details: Readonly<Record<string, unknown>>): JsonObject {
  const kept: Record<string, string> = {}
  for (const name of WORDS) {
    const word = details[name]
    // `status` is also a member of every problem: the key status goes out as the reason.
    if (typeof word === 'string') kept[name === 'status' ? 'reason' : name] = word
  }
  return kept
}

/** Limits, lengths and counts; never a number that was sent, such as an index. */
function numbers(details: Readonly<Record<string, unknown>>): JsonObject {
  const entries = Object.entries(details).filter(
    ([name, value]) => typeof value === 'number' && LIMIT_NAME.test(name),
  )
  return entries.length === 0 ? {} : { limits: Object.fromEntries(entries) as JsonObject }
}
