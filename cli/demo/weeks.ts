/**
 * The demo's weeks: put together in Britain from joined days and scores, and looked at from Japan,
 * by remote access and without a copy.
 */
import type { Draft } from '../../client/index.js'
import { type Act, datasetOf, type Known } from './act.js'
import { GB_JP } from './corridors.js'
import { joinedKey, wearSentKey } from './feed.js'
import { type Column, unchanged } from './fields.js'
import { type Dataset, processingDraft, transferDraft } from './movement.js'
import { homesOn } from './sources.js'
import { CATEGORY, type Calendar, NATURE, nextDay, PURPOSE } from './words.js'

export const weekKey = (week: readonly string[]): string =>
  `wear per unit, week from ${week[0] ?? ''}`
/** Key of the act that gives access; its datasets 0 and 1 are the weeks. */
export const ACCESS_KEY = 'weeks looked at from Japan'
/** Days from today until which weeks, and what is made of them, may be kept. */
export const WEEKS_KEEP_DAYS = 270

const { unit, area, none } = CATEGORY

/** Parents: seven joined days, then seven days of scores. */
function weekColumns(days: number): readonly Column[] {
  const joinedDays = Array.from({ length: days }, (_, position) => position)
  const scores = joinedDays.map((position) => position + days)
  const from = (parents: readonly number[], name: string) =>
    parents.map((parent) => [parent, name] as const)
  return [
    {
      name: 'unit',
      category: unit,
      identifier: 'pseudonym',
      source: from([...joinedDays, ...scores], 'unit'),
    },
    { name: 'area', category: area, identifier: 'indirect', source: from(joinedDays, 'area') },
    {
      name: 'wear_mean',
      category: none,
      identifier: 'none',
      source: from(scores, 'wear'),
      made: { kind: 'aggregate' },
    },
  ]
}

export function puttingWeeksTogether({ weeks }: Calendar): readonly Act[] {
  return weeks.map(
    (week): Act => ({
      key: weekKey(week),
      by: 'pennine',
      role: 'performer',
      draft: (known) => weekDraft(known, week),
    }),
  )
}

function weekDraft(known: Known, week: readonly string[]): Draft {
  const parents = [...week.map(joinedKey), ...week.map(wearSentKey)].map((key) =>
    datasetOf(known, key),
  )
  return processingDraft(
    {
      performer: 'pennine',
      country: 'GB',
      parents,
      datasets: [
        {
          ...weekData(week),
          columns: weekColumns(week.length),
          from: parents.map((_, position) => position),
        },
      ],
      purposes: [PURPOSE.robust],
      nature: [NATURE.combine, NATURE.aggregate],
      transformations: [{ kind: 'aggregate', fields: ['wear_mean'], tool: 'unit-weeks 1.4' }],
      keepDays: WEEKS_KEEP_DAYS,
      day: nextDay(week.at(-1) ?? ''),
    },
    known,
  )
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

function weekData(week: readonly string[]): Pick<Dataset, 'name' | 'records' | 'homes'> {
  const homes = Math.max(...week.map(homesOn))
  return { name: weekKey(week), records: homes, homes }
}

/** A week as the importer has it, unchanged, from parent `position`. */
export function looked(week: readonly string[], position: number): Dataset {
  return {
    ...weekData(week),
    columns: unchanged(weekColumns(week.length), position),
    from: [position],
  }
}
