/**
 * An error as words for a person: what happened, where, and what to do next.
 */
import { ERRORS } from '../ledger/core/error-table.js'
import { LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, type JsonObject } from '../ledger/core/json.js'
import { clean } from './output.js'
import { VERSION } from './version.js'

const ISSUES_MAX = 50

/** Lines for stderr. */
export function failureText(error: unknown): readonly string[] {
  if (!(error instanceof LedgerError)) return bugText(error)
  const { title, explain } = ERRORS[error.code]
  const details = detailsText(error)
  return [
    `waybill: ${title}${details === '' ? '' : ` (${details})`}`,
    ...issuesText(error),
    `  ${explain}`,
    `  code ${error.code}; waybill explain ${error.code}`,
  ]
}

/** The same as JSON, for `--json`. */
export function failureJson(error: unknown): JsonObject {
  if (!(error instanceof LedgerError)) {
    return {
      error: { code: 'INTERNAL', title: ERRORS.INTERNAL.title, explain: ERRORS.INTERNAL.explain },
    }
  }
  const { title, explain } = ERRORS[error.code]
  return { error: { code: error.code, title, explain, details: plainDetails(error) } }
}

/** One line: title, place and code. For an item in a list. */
export function failureLine(error: LedgerError): string {
  const details = detailsText(error)
  return `${ERRORS[error.code].title}${details === '' ? '' : ` (${details})`} [${error.code}]`
}

/** `at claims.route, line 3`. Values of details are ours, but places may come from a server. */
function detailsText(error: LedgerError): string {
  return Object.entries(error.details)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) =>
      name === 'reason' || name === 'detail' ? String(value) : `${name} ${String(value)}`,
    )
    .map(clean)
    .join(', ')
}

function issuesText(error: LedgerError): readonly string[] {
  const { issues } = error.details
  if (!Array.isArray(issues) || issues.length < 1) return []
  const lines = issues.slice(0, ISSUES_MAX).map((issue: Json) => `  - ${issueText(issue)}`)
  const more = issues.length - lines.length
  return more > 0 ? [...lines, `  - and ${more} more`] : lines
}

/** One issue of a check: where, what, and what the schema expects. */
export function issueText(issue: Json): string {
  if (!isObject(issue)) return 'an issue of unknown form'
  const { code, at, details } = issue
  const title =
    typeof code === 'string' && Object.hasOwn(ERRORS, code)
      ? ERRORS[code as keyof typeof ERRORS].title
      : ''
  const expected = isObject(details) ? details['expected'] : undefined
  return clean(
    `${String(at)}: ${title}${typeof expected === 'string' ? ` (expected ${expected})` : ''} [${String(code)}]`,
  )
}

function plainDetails(error: LedgerError): JsonObject {
  const details: Record<string, Json> = {}
  for (const [name, value] of Object.entries(error.details)) {
    if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      name === 'issues'
    ) {
      details[name] = value as Json
    }
  }
  return details
}

function bugText(error: unknown): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [
    'waybill: a bug in Waybill',
    `  ${ERRORS.INTERNAL.explain}`,
    `  Waybill ${VERSION}, Node ${process.version}, ${process.platform}`,
    ...stack.split('\n').map((line) => `  ${clean(line)}`),
  ]
}
