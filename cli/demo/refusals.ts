/**
 * The demo's two proposals that never become entries: one withdrawn, one refused.
 */
import { type Act, datasetOf } from './act.js'
import { FR_GB, GB_JP } from './corridors.js'
import { sentKey } from './feed.js'
import { TELEMETRY, unchanged } from './fields.js'
import { transferDraft } from './movement.js'
import { homesOn, telemetryKey } from './sources.js'
import { looked, weekKey } from './weeks.js'
import { type Calendar, nextDay } from './words.js'

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
