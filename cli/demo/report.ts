/**
 * From two weeks of scores to a report: weeks put together in Britain, looked at from Japan without
 * a copy, counted so that nobody is left in them, and written to a file.
 */
import type { Draft } from '../../client/index.js'
import { toHex } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import type { Act, Known } from './act.js'
import { datasetOf } from './act.js'
import { GB_JP } from './corridors.js'
import { joinedKey, sentKey, wearSentKey } from './feed.js'
import { type Column, TELEMETRY, unchanged } from './fields.js'
import { FR_GB } from './corridors.js'
import { type Dataset, processingDraft, transferDraft } from './movement.js'
import { homesOn, telemetryKey } from './sources.js'
import { type Calendar, CATEGORY, digestOf, NATURE, nextDay, PURPOSE } from './words.js'

const weekKey = (week: readonly string[]): string => `wear per unit, week from ${week[0] ?? ''}`
const ACCESS_KEY = 'weeks looked at from Japan'
const COUNTED_KEY = 'wear per department'
/** Key of the outcome's act. */
export const REPORT_KEY = 'report'
export const REPORT_NAME = 'Compressor wear by department'
const KEEP_DAYS = 270

const { unit, area, none } = CATEGORY

/** Parents: seven joined days, then seven days of scores. */
function weekColumns(days: number): readonly Column[] {
  const joinedDays = Array.from({ length: days }, (_, position) => position)
  const scores = joinedDays.map((position) => position + days)
  const from = (parents: readonly number[], name: string) => parents.map((parent) => [parent, name] as const)
  return [
    { name: 'unit', category: unit, identifier: 'pseudonym', source: from([...joinedDays, ...scores], 'unit') },
    { name: 'area', category: area, identifier: 'indirect', source: from(joinedDays, 'area') },
    { name: 'wear_mean', category: none, identifier: 'none', source: from(scores, 'wear'), made: { kind: 'aggregate' } },
  ]
}

export function puttingWeeksTogether({ weeks }: Calendar): readonly Act[] {
  return weeks.map((week): Act => ({
    key: weekKey(week),
    by: 'pennine',
    role: 'performer',
    draft: (known) => weekDraft(known, week),
  }))
}

function weekDraft(known: Known, week: readonly string[]): Draft {
  const parents = [...week.map(joinedKey), ...week.map(wearSentKey)].map((key) => datasetOf(known, key))
  return processingDraft(
    {
      performer: 'pennine',
      country: 'GB',
      parents,
      datasets: [{ ...weekData(week), columns: weekColumns(week.length), from: parents.map((_, position) => position) }],
      purposes: [PURPOSE.robust],
      nature: [NATURE.combine, NATURE.aggregate],
      transformations: [{ kind: 'aggregate', fields: ['wear_mean'], tool: 'unit-weeks 1.4' }],
      keepDays: KEEP_DAYS,
      day: nextDay(week.at(-1) ?? ''),
    },
    known,
  )
}

/** A copy for Japan: refused, because looking is enough. */
export function offeringCopy({ weeks, day }: Calendar): readonly Act[] {
  const [week = []] = weeks
  return [
    {
      key: 'copy offered to Japan',
      by: 'pennine',
      role: 'exporter',
      answer: {
        how: 'refuse',
        by: 'sagami',
        role: 'importer',
        reason: 'terms-unacceptable',
        note: 'Remote access is enough; no copy is wanted in Japan.',
      },
      draft: (known) =>
        transferDraft(
          {
            corridor: GB_JP,
            parents: [datasetOf(known, weekKey(week))],
            datasets: [looked(week, 0)],
            day: day(-1),
            route: { mode: 'copy', storage: ['JP'], frequency: 'one-off' },
          },
          known,
        ),
    },
  ]
}

/** Telemetry with customer numbers in it: withdrawn, before anybody signed. */
export function sendingTooMuch({ days }: Calendar): readonly Act[] {
  const day = days[4] ?? ''
  return [
    {
      key: `${sentKey(day)}, with customer numbers`,
      by: 'cevennes',
      role: 'exporter',
      answer: {
        how: 'refuse',
        by: 'cevennes',
        role: 'exporter',
        reason: 'withdrawn',
        note: 'Customer numbers were still in it; sent again without them.',
      },
      draft: (known) =>
        transferDraft(
          {
            corridor: FR_GB,
            parents: [datasetOf(known, telemetryKey(day))],
            datasets: [
              {
                name: telemetryKey(day),
                records: homesOn(day) * 24,
                homes: homesOn(day),
                columns: unchanged(TELEMETRY),
                from: [0],
              },
            ],
            day: nextDay(day),
          },
          known,
        ),
    },
  ]
}

export function lookingFromJapan({ weeks, day }: Calendar): readonly Act[] {
  return [
    {
      key: ACCESS_KEY,
      by: 'pennine',
      role: 'exporter',
      answer: { how: 'countersign', by: 'sagami' },
      draft: (known) =>
        transferDraft(
          {
            corridor: GB_JP,
            parents: weeks.map((week) => datasetOf(known, weekKey(week))),
            datasets: weeks.map(looked),
            day: day(-1),
            route: { frequency: 'one-off' },
          },
          known,
        ),
    },
  ]
}

/** The last two acts: counting per department, and the outcome that names the report's digest. */
export function writingReport({ day }: Calendar, file: Uint8Array): readonly Act[] {
  return [
    { key: COUNTED_KEY, by: 'sagami', role: 'performer', draft: (known) => counted(known, day(-1)) },
    { key: REPORT_KEY, by: 'sagami', role: 'performer', draft: (known) => outcome(known, file) },
  ]
}

function counted(known: Known, day: string): Draft {
  const from = (name: string) => [[0, name], [1, name]] as const
  const columns: readonly Column[] = [
    { name: 'department', category: none, identifier: 'none', source: from('area') },
    { name: 'units', category: none, identifier: 'none', source: from('unit'), made: { kind: 'aggregate', masking: true } },
    { name: 'wear_mean', category: none, identifier: 'none', source: from('wear_mean'), made: { kind: 'aggregate', masking: true } },
  ]
  return processingDraft(
    {
      performer: 'sagami',
      country: 'JP',
      storage: 'GB',
      parents: [datasetOf(known, ACCESS_KEY, 0), datasetOf(known, ACCESS_KEY, 1)],
      datasets: [{ name: COUNTED_KEY, records: DEPARTMENTS.length, homes: 0, columns, from: [0, 1] }],
      purposes: [PURPOSE.robust],
      nature: [NATURE.aggregate, NATURE.anonymise],
      transformations: [{ kind: 'aggregate', masking: true, parameters: [{ name: 'k', value: '25' }] }],
      keepDays: KEEP_DAYS,
      day,
    },
    known,
  )
}

function outcome(known: Known, file: Uint8Array): Draft {
  const { party, calendar } = known
  return {
    type: 'outcome/1',
    parents: [datasetOf(known, COUNTED_KEY)],
    claims: {
      performer: party('sagami'),
      kind: 'report',
      artefact: {
        digest: toHex(portableSha256(file)),
        name: REPORT_NAME,
        mediaType: 'text/csv',
        bytes: file.length,
      },
      purposes: [PURPOSE.robust],
      audience: {
        public: false,
        countries: ['FR', 'GB', 'JP'],
        recipients: [
          { party: party('cevennes'), country: 'FR' },
          { party: party('pennine'), country: 'GB' },
        ],
      },
      personalData: 'anonymous',
      decision: { automated: false, legalEffect: false, humanReview: true },
      validation: [
        {
          method: 'Counted again by Pennine Energy Insight',
          by: party('pennine'),
          digest: digestOf('second count'),
          date: calendar.day(-1),
          metrics: [{ name: 'smallest-group', value: '25' }],
        },
      ],
      period: { begin: `${calendar.day(-1)}T06:00:00Z`, end: `${calendar.day(-1)}T09:30:00Z` },
    },
  }
}

function weekData(week: readonly string[]): Pick<Dataset, 'name' | 'records' | 'homes'> {
  const homes = Math.max(...week.map(homesOn))
  return { name: weekKey(week), records: homes, homes }
}

function looked(week: readonly string[], position: number): Dataset {
  return { ...weekData(week), columns: unchanged(weekColumns(week.length), position), from: [position] }
}

const DEPARTMENTS = ['07', '12', '30', '34', '43', '48', '63', '81'] as const

/** The report itself: a small CSV. */
export function reportText({ days }: Calendar): string {
  const lines = DEPARTMENTS.map((department, position) => {
    const units = 86 + ((position * 53) % 119)
    return `${department},${units},0.${31 + ((position * 17) % 40)},${4 + ((position * 5) % 11)}`
  })
  const period = `# ${REPORT_NAME}, ${days[0] ?? ''} to ${days.at(-1) ?? ''}`
  return [period, 'department,units,wear_mean,repairs', ...lines, ''].join('\n')
}
