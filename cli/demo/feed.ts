/**
 * Two weeks of data on their way: out of France, through India and Britain, day by day.
 */
import type { Act, Known } from './act.js'
import { datasetOf } from './act.js'
import { FR_GB, FR_IN, GB_IN, IN_GB } from './corridors.js'
import {
  CODED,
  joined,
  scored,
  TELEMETRY,
  TELEMETRY_SENT,
  unchanged,
  VISITS,
  VISITS_SENT,
  wear,
} from './fields.js'
import { type Dataset, processingDraft, transferDraft } from './movement.js'
import { homesOn, telemetryKey, visitsKey, visitsOn, weatherKey } from './sources.js'
import { type Calendar, NATURE, nextDay, PURPOSE, ROLE } from './words.js'

export const sentKey = (day: string): string => `telemetry sent to Britain ${day}`
const visitsSentKey = (day: string): string => `repairs sent to India ${day}`
const codedKey = (day: string): string => `repairs coded ${day}`
const codedSentKey = (day: string): string => `coded repairs sent to Britain ${day}`
export const joinedKey = (day: string): string => `heat, weather and repairs ${day}`
const toScoreKey = (day: string): string => `joined days sent to India ${day}`
export const wearKey = (day: string): string => `wear scores ${day}`
export const wearSentKey = (day: string): string => `wear scores sent to Britain ${day}`

/** Out of France: telemetry to Britain, repair visits to India. Customer numbers stay at home. */
export function leavingFrance({ days, workdays }: Calendar): readonly Act[] {
  return [
    ...days.map(
      (day): Act => ({
        key: sentKey(day),
        by: 'cevennes',
        role: 'exporter',
        answer: { how: 'countersign', by: 'pennine' },
        draft: (known) => telemetrySent(known, day),
      }),
    ),
    ...workdays.map(
      (day): Act => ({
        key: visitsSentKey(day),
        by: 'cevennes',
        role: 'exporter',
        answer: { how: 'countersign', by: 'nilgiri' },
        draft: (known) => visitsSent(known, day),
      }),
    ),
  ]
}

function telemetrySent(known: Known, day: string) {
  const name = `${telemetryKey(day)}, reduced`
  const columns = TELEMETRY_SENT
  return transferDraft(
    {
      corridor: FR_GB,
      parents: [datasetOf(known, telemetryKey(day))],
      datasets: [{ name, records: homesOn(day) * 24, homes: homesOn(day), columns, from: [0] }],
      reduced: { dropped: ['customer'], of: TELEMETRY.map((column) => column.name) },
      day: nextDay(day),
    },
    known,
  )
}

function visitsSent(known: Known, day: string) {
  const name = `${visitsKey(day)}, reduced`
  return transferDraft(
    {
      corridor: FR_IN,
      parents: [datasetOf(known, visitsKey(day))],
      datasets: [{ ...visits(name, day), columns: VISITS_SENT }],
      reduced: { dropped: ['customer'], of: VISITS.map((column) => column.name) },
      day: nextDay(day),
    },
    known,
  )
}

/** Symptoms become fault codes in India, on behalf of the French firm, and go on to Britain. */
export function codingRepairs({ workdays }: Calendar): readonly Act[] {
  return workdays.flatMap((day): readonly Act[] => [
    {
      key: codedKey(day),
      by: 'nilgiri',
      role: 'performer',
      draft: (known) =>
        processingDraft(
          {
            performer: 'nilgiri',
            country: 'IN',
            onBehalfOf: 'cevennes',
            parents: [datasetOf(known, visitsSentKey(day))],
            datasets: [{ ...visits(codedKey(day), day), columns: CODED }],
            purposes: [PURPOSE.robust],
            nature: [NATURE.structure],
            transformations: [{ kind: 'derive', fields: ['fault'], tool: 'fault-coder 3.1' }],
            keepDays: 365,
            day: nextDay(day),
          },
          known,
        ),
    },
    {
      key: codedSentKey(day),
      by: 'nilgiri',
      role: 'exporter',
      answer: { how: 'countersign', by: 'pennine' },
      draft: (known) =>
        transferDraft(
          {
            corridor: IN_GB,
            parents: [datasetOf(known, codedKey(day))],
            datasets: [{ ...visits(codedKey(day), day), columns: unchanged(CODED) }],
            day: nextDay(day),
            terms: { exporter: { role: ROLE.processor, onBehalfOf: known.party('cevennes') } },
          },
          known,
        ),
    },
  ])
}

/** Britain joins the day; India scores the wear of each unit; the scores come back. */
export function scoringWear({ days, workdays }: Calendar): readonly Act[] {
  return days.flatMap((day) => dayOfScores(day, workdays.includes(day)))
}

function dayOfScores(day: string, withRepairs: boolean): readonly Act[] {
  const units = (name: string): Omit<Dataset, 'columns'> => ({
    name,
    records: homesOn(day),
    homes: homesOn(day),
    from: [0],
  })
  const reducedName = `${joinedKey(day)}, without area`
  return [
    {
      key: joinedKey(day),
      by: 'pennine',
      role: 'performer',
      draft: (known) => join(known, day, withRepairs),
    },
    {
      key: toScoreKey(day),
      by: 'pennine',
      role: 'exporter',
      answer: { how: 'countersign', by: 'nilgiri' },
      draft: (known) =>
        transferDraft(
          {
            corridor: GB_IN,
            parents: [datasetOf(known, joinedKey(day))],
            datasets: [{ ...units(reducedName), columns: scored(withRepairs) }],
            reduced: { dropped: ['area'], of: joined(withRepairs).map((column) => column.name) },
            day: nextDay(day),
          },
          known,
        ),
    },
    {
      key: wearKey(day),
      by: 'nilgiri',
      role: 'performer',
      draft: (known) =>
        processingDraft(
          {
            performer: 'nilgiri',
            country: 'IN',
            onBehalfOf: 'pennine',
            parents: [datasetOf(known, toScoreKey(day))],
            datasets: [{ ...units(wearKey(day)), columns: wear(withRepairs) }],
            purposes: [PURPOSE.robust],
            nature: [NATURE.derive],
            transformations: [{ kind: 'infer', fields: ['wear'], tool: 'wear-model 12' }],
            keepDays: 365,
            day: nextDay(day),
          },
          known,
        ),
    },
    scoresBack(day, { ...units(wearKey(day)), columns: unchanged(wear(withRepairs)) }),
  ]
}

function scoresBack(day: string, scores: Dataset): Act {
  return {
    key: wearSentKey(day),
    by: 'nilgiri',
    role: 'exporter',
    answer: { how: 'countersign', by: 'pennine' },
    draft: (known) =>
      transferDraft(
        {
          corridor: IN_GB,
          parents: [datasetOf(known, wearKey(day))],
          datasets: [scores],
          day: nextDay(day),
        },
        known,
      ),
  }
}

function join(known: Known, day: string, withRepairs: boolean) {
  const repairs = withRepairs ? [datasetOf(known, codedSentKey(day))] : []
  const parents = [datasetOf(known, sentKey(day)), datasetOf(known, weatherKey(day)), ...repairs]
  return processingDraft(
    {
      performer: 'pennine',
      country: 'GB',
      parents,
      datasets: [
        {
          name: joinedKey(day),
          records: homesOn(day),
          homes: homesOn(day),
          columns: joined(withRepairs),
          from: parents.map((_, position) => position),
        },
      ],
      purposes: [PURPOSE.robust],
      nature: [NATURE.combine],
      transformations: [{ kind: 'join', tool: 'unit-days 2.0' }],
      keepDays: 365,
      day: nextDay(day),
    },
    known,
  )
}

function visits(name: string, day: string): Omit<Dataset, 'columns'> {
  return { name, records: visitsOn(day), homes: visitsOn(day), from: [0] }
}
