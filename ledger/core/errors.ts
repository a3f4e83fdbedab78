/**
 * What can go wrong, as a closed list.
 *
 * A LedgerError means the world gave us something that must be refused; callers switch on `code`.
 * A failed invariant means Waybill itself is wrong; nobody catches it and the process stops.
 */
import { ERRORS } from './error-table.js'

/** A stable code; `waybill explain CODE` says what it means and what to do. */
export type ErrorCode = keyof typeof ERRORS

/** Refusal of something from outside. `details` carry places, limits and lengths, never submitted values. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(
      `${code}: ${ERRORS[code].title}${describe(details)}`,
      cause === undefined ? undefined : { cause },
    )
    this.code = code
    this.details = details
  }
}

/** Stops the process when our own reasoning is broken. `claim` says what was believed. */
export function invariant(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new TypeError(`invariant broken: ${claim}`)
}

/** True for any string that is a code of the closed list. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text)
}

function describe(details: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(details)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => `${name} ${String(value)}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/**
 * What `read` gives; undefined where it refuses what it was given. For what may be damaged, missing or
 * another's, where that is an answer. What is no LedgerError is a bug, and thrown.
 */
export function orNone<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
