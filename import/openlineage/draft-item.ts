/**
 * Planned statements → drafts, once the ids of their parents are known; and the check of a whole plan
 * before anything is signed.
 */

import { type Draft, type DraftContext, prepareDraft } from '../../client/index.js'
import { toHex } from '../../ledger/core/bytes.js'
import type { OpenedStatement } from '../../ledger/core/check.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { encodeJcsBytes, type Json } from '../../ledger/core/json.js'
import { ENVELOPE_CHARS_MAX } from '../../ledger/core/limits.js'
import type { Issue } from '../../ledger/core/schema.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { FIELDS_MAX } from './claims.js'
import type { Note, PlanItem, PlanProblem } from './plan-item.js'

/** The id of the statement that was built under a key. */
export type IdOf = (key: string) => StatementId | undefined

/** Claims of so many values and characters fit into every limit, with 256 parents and all salts. */
const SMALL_FIELDS = 300
const SMALL_CHARS = 60_000
/** A signature with its header, and some room. */
const SIGNATURE_CHARS = 512

/** The draft of an item; undefined while a statement that it cites is not built. */
export function draftOf(item: PlanItem, idOf: IdOf, countersignBy: number): Draft | undefined {
  const parents = item.parents.flatMap(({ key, n }) => {
    const id = idOf(key)
    return id === undefined ? [] : [{ id, n }]
  })
  const instrument = item.instrument === undefined ? undefined : idOf(item.instrument)
  if (parents.length < item.parents.length) return undefined
  if (item.instrument !== undefined && instrument === undefined) return undefined
  return {
    type: item.type,
    claims: instrument === undefined ? item.claims : { ...item.claims, instrument },
    ...(parents.length === 0 ? {} : { parents }),
    ...(item.roles.length > 1 ? { countersignBy } : {}),
  }
}

/** Equal for drafts that say the same, whenever they were made. */
export function fingerprintOf(
  { type, claims, parents = [] }: Draft,
  { crypto }: DraftContext,
): string {
  const cited: readonly Json[] = parents.map(({ id, n }) => ({ id, n }))
  return toHex(crypto.sha256(encodeJcsBytes({ type, claims: { ...claims }, parents: cited })))
}

export type CheckedPlan = {
  readonly items: readonly PlanItem[]
  readonly notes: readonly Note[]
  readonly problems: readonly PlanProblem[]
}

/**
 * Builds every statement once, with stand-ins for the ids of parents, and throws it away: what a
 * schema forbids is found before the first signature. Fields that no statement can carry are left out.
 */
export function checkPlan(
  items: readonly PlanItem[],
  isRecorded: (key: string) => boolean,
  context: DraftContext,
): CheckedPlan {
  const notes: Note[] = []
  const problems = new Map<string, PlanProblem>()
  const checked = items.map((item) => {
    if (isRecorded(item.key) && isSmall(item)) return item
    const whole = issuesOf(item, context)
    if (!whole.tooLarge) {
      addProblems(problems, item, whole.issues)
      return item
    }
    const slim = { ...item, claims: { ...item.claims, fields: [] } }
    const { issues, tooLarge } = issuesOf(slim, context)
    if (!tooLarge) notes.push({ kind: 'fields-left-out', what: item.what })
    addProblems(
      problems,
      item,
      tooLarge ? [{ code: 'ENVELOPE_TOO_LARGE', at: 'statement' }] : issues,
    )
    return slim
  })
  return { items: checked, notes, problems: [...problems.values()] }
}

/** Nothing of it can have been left out. */
function isSmall({ claims }: PlanItem): boolean {
  const { fields } = claims
  const count = Array.isArray(fields) ? fields.length : 0
  return count < SMALL_FIELDS && JSON.stringify(claims).length < SMALL_CHARS
}

/** A rule that is wrong is wrong for every run it matches: each issue of a rule once. */
function addProblems(
  problems: Map<string, PlanProblem>,
  { rule, what }: PlanItem,
  issues: readonly Issue[],
): void {
  for (const issue of issues) {
    const key = JSON.stringify([rule, issue.code, issue.at])
    if (!problems.has(key)) problems.set(key, { what, rule, issue })
  }
}

type Found = { readonly issues: readonly Issue[]; readonly tooLarge: boolean }

function issuesOf(item: PlanItem, context: DraftContext): Found {
  const { fields } = item.claims
  if (Array.isArray(fields) && fields.length > FIELDS_MAX) return { issues: [], tooLarge: true }
  // Parents differ, so their stand-ins must.
  let count = 0
  const standIn = (): StatementId => {
    count += 1
    return count.toString(16).padStart(64, '0') as StatementId
  }
  const draft = draftOf(item, standIn, Math.floor(context.now() / 1000))
  try {
    if (draft === undefined) return { issues: [], tooLarge: false }
    const opened = prepareDraft(draft, context)
    const tooLarge = charsOf(opened, item.roles.length) > ENVELOPE_CHARS_MAX
    return { issues: [], tooLarge }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const tooLarge =
      error.code === 'PAYLOAD_TOO_LARGE' || error.details['disclosuresMax'] !== undefined
    return { issues: issuesIn(error), tooLarge }
  }
}

function issuesIn({ code, details }: LedgerError): readonly Issue[] {
  const { issues, at } = details
  if (Array.isArray(issues) && issues.length > 0) return issues as readonly Issue[]
  return [{ code, at: typeof at === 'string' ? at : 'statement' }]
}

/** As the ledger counts an envelope. */
function charsOf({ envelope }: OpenedStatement, signatures: number): number {
  const disclosures = envelope.disclosures.reduce((chars, text) => chars + text.length, 0)
  return envelope.payload.length + disclosures + signatures * SIGNATURE_CHARS
}
