/**
 * The report of an import: as JSON, and as lines for a person. docs/import.md explains its words.
 */
import type { LedgerError } from '../../ledger/core/errors.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { CATEGORIES, type EventAccount, type EventCategory, type LeftEvent } from './account.js'
import { knownOnly } from './claims.js'
import type { ImportPlan } from './importer.js'
import { isKind, NOTES, type Note, type PlanProblem } from './plan-item.js'
import { type ItemReport, type ItemStatus, STATUSES } from './recording.js'

export type ReportParts = {
  readonly plan: ImportPlan
  /** Empty before anything was submitted. */
  readonly reports: readonly ItemReport[]
  readonly notes: readonly Note[]
  readonly state: string
  /** Files of unsigned statements, by id. */
  readonly files: ReadonlyMap<string, string>
}

export type Words = {
  /** Makes a recorded text safe to show. */
  readonly clean: (text: string) => string
  /** The map's name for a party id. */
  readonly partyName: (id: string) => string
  readonly error: (error: LedgerError) => string
}

/** Lines of one kind that a person is shown; JSON has them all. */
const SHOWN_MAX = 20
const TYPE_ORDER = ['instrument/1', 'collection/1', 'transfer/1', 'processing/1', 'outcome/1']

export function importJson({ plan, reports, notes, state, files }: ReportParts): JsonObject {
  return {
    events: { total: plan.events.total, ...plan.events.counts },
    left: plan.events.left.map(leftJson),
    planned: typeCounts(plan),
    statements: statusCounts(reports),
    items: reports.map((report) => itemJson(report, files)),
    notes: notes.map(({ kind, what }) => ({ kind, what })),
    problems: plan.problems.map(problemJson),
    state,
  }
}

export function importLines(parts: ReportParts, words: Words): readonly string[] {
  const { plan, reports, notes, state } = parts
  return [
    ...eventLines(plan.events, words),
    '',
    ...plannedLines(plan),
    ...statusLines(parts, words),
    ...noteLines(notes, words),
    ...(reports.length === 0
      ? []
      : [
          '',
          `state  ${words.clean(state)} (keep it: with it, importing again adds nothing twice)`,
        ]),
  ]
}

/** Why nothing was signed. */
export function problemLines(problems: readonly PlanProblem[], words: Words): readonly string[] {
  const lines = problems.map(({ what, rule, issue, place }) => {
    const expected = issue.details?.['expected']
    const wanted = typeof expected === 'string' ? ` (expected ${expected})` : ''
    const at = issue.at === rule ? rule : `${rule}, ${issue.at}`
    const from =
      place === undefined ? '' : `; ${place.file} event ${place.event}, line ${place.line}`
    return `  ${words.clean(`${at}: ${what}${wanted}${from}`)} [${issue.code}]`
  })
  return shortened(lines)
}

function eventLines({ total, counts, left }: EventAccount, words: Words): readonly string[] {
  const names = (Object.keys(CATEGORIES) as EventCategory[]).filter((name) => counts[name] > 0)
  const lines = left.map(({ place, category, reason, run }) => {
    const why = reason ?? (run === undefined ? CATEGORIES[category] : `run ${run}`)
    return `  ${words.clean(place.file)} event ${place.event}, line ${place.line}: ${category}, ${words.clean(why)}`
  })
  return [
    `${total} events`,
    ...names.map((name) => `  ${String(counts[name]).padStart(6)}  ${name}: ${CATEGORIES[name]}`),
    ...(lines.length === 0 ? [] : ['', 'events that are in no statement', ...shortened(lines)]),
  ]
}

function plannedLines(plan: ImportPlan): readonly string[] {
  const counts = Object.entries(typeCounts(plan)).map(([type, count]) => `${String(count)} ${type}`)
  return [`${plan.items.length} statements${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`]
}

function statusLines({ reports, files }: ReportParts, words: Words): readonly string[] {
  const counts = Object.entries(statusCounts(reports)).filter(([, count]) => count !== 0)
  const open = reports.filter(({ status }) => status !== 'admitted' && status !== 'already')
  const ends = reports.filter(({ key, id }) => isKind(key, 'outcome') && id !== undefined)
  const endLines = ends.map(
    ({ what, id = '', status }) => `  ${id.slice(0, 12)}  ${words.clean(what)} (${status})`,
  )
  return [
    ...counts.map(
      ([status, count]) =>
        `  ${String(count).padStart(6)}  ${status}: ${STATUSES[status as ItemStatus]}`,
    ),
    ...(open.length === 0
      ? []
      : ['', 'not in the log', ...shortened(open.map((item) => openLine(item, files, words)))]),
    ...(ends.length === 0 ? [] : ['', 'outcomes', ...shortened(endLines)]),
  ]
}

function openLine(
  { what, status, id, missing = [], error, behind }: ItemReport,
  files: ReportParts['files'],
  words: Words,
): string {
  const who = missing.map((party) => words.partyName(party)).join(', ')
  const file = id === undefined ? undefined : files.get(id)
  const why = {
    waiting: `waits for ${who} to countersign (waybill inbox, waybill countersign)`,
    'handed-over': `for ${who} to sign and submit${file === undefined ? '' : `: ${file}`}`,
    blocked: `behind ${behind ?? 'what it cites'}`,
    refused: error === undefined ? 'refused' : words.error(error),
    admitted: '',
    already: '',
  }[status]
  return `  ${id === undefined ? ' '.repeat(12) : id.slice(0, 12)}  ${words.clean(what)}: ${words.clean(why)}`
}

function noteLines(notes: readonly Note[], words: Words): readonly string[] {
  const kinds = [...new Set(notes.map(({ kind }) => kind))]
  return kinds.flatMap((kind) => {
    const own = notes
      .filter((note) => note.kind === kind)
      .map(({ what }) => `  ${words.clean(what)}`)
    return ['', `note: ${NOTES[kind]}`, ...shortened(own)]
  })
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - SHOWN_MAX
  return more <= 0 ? lines : [...lines.slice(0, SHOWN_MAX), `  and ${more} more; --json lists all`]
}

function typeCounts({ items }: ImportPlan): JsonObject {
  const counts = TYPE_ORDER.map(
    (type) => [type, items.filter((item) => item.type === type).length] as const,
  )
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

function statusCounts(reports: readonly ItemReport[]): Readonly<Record<ItemStatus, number>> {
  const of = (status: ItemStatus): number =>
    reports.filter((report) => report.status === status).length
  return {
    admitted: of('admitted'),
    already: of('already'),
    waiting: of('waiting'),
    'handed-over': of('handed-over'),
    blocked: of('blocked'),
    refused: of('refused'),
  }
}

function leftJson({ place, category, run, reason }: LeftEvent): Json {
  return knownOnly({ ...place, category, run, reason })
}

function itemJson(report: ItemReport, files: ReportParts['files']): Json {
  const { key, what, status, id, missing, countersignBy, error, behind } = report
  return knownOnly({
    key: JSON.parse(key) as Json,
    what,
    status,
    id,
    missing: missing === undefined ? undefined : [...missing],
    countersign_by: countersignBy,
    code: error?.code,
    behind,
    file: id === undefined ? undefined : files.get(id),
  })
}

function problemJson({ what, rule, issue, place }: PlanProblem): Json {
  const expected = issue.details?.['expected']
  return knownOnly({
    what,
    rule,
    code: issue.code,
    at: issue.at,
    expected: typeof expected === 'string' ? expected : undefined,
    ...(place === undefined ? {} : { place: { ...place } }),
  })
}
