/**
 * The demo's story in order: stages of acts, as data. DESIGN 5.
 *
 * A French firm looks after heat pumps. Which compressors wear out in cold weather? The answer is a
 * report by their maker in Japan, and the data behind it crosses borders five times on its longest way.
 */
import type { Stage } from './act.js'
import { agreements } from './agreements.js'
import { codingRepairs, leavingFrance, scoringWear } from './feed.js'
import { writingLeads } from './leads.js'
import { offeringCopy, sendingTooMuch } from './refusals.js'
import { writingReport } from './report.js'
import { collections } from './sources.js'
import { lookingFromJapan, puttingWeeksTogether } from './weeks.js'
import type { Calendar } from './words.js'

/** Bytes of the files that come out: the report, and a list that nobody had agreed to. */
export type Files = { readonly report: Uint8Array; readonly leads: Uint8Array }

export function scenario(calendar: Calendar, { report, leads }: Files): readonly Stage[] {
  return [
    { title: 'Five agreements: adequacy, standard clauses, UK addendum', acts: agreements() },
    {
      title: 'Two weeks of heat pumps, repairs and weather',
      together: true,
      acts: collections(calendar),
    },
    { title: 'A proposal with customer numbers in it, withdrawn', acts: sendingTooMuch(calendar) },
    {
      title: 'France to Britain and to India, without customer numbers',
      acts: leavingFrance(calendar),
    },
    { title: 'Repairs coded in India, and on to Britain', acts: codingRepairs(calendar) },
    {
      title: 'Days joined in Britain, scored in India, back to Britain',
      acts: scoringWear(calendar),
    },
    { title: 'Weeks put together in Britain', acts: puttingWeeksTogether(calendar) },
    { title: 'A copy offered to Japan, refused: looking is enough', acts: offeringCopy(calendar) },
    { title: 'Remote access from Japan; nothing is copied', acts: lookingFromJapan(calendar) },
    {
      title: 'A list of homes for offers, written in India from the scores',
      acts: writingLeads(calendar, leads),
    },
    {
      title: 'Counted per department, and a report written in Japan',
      acts: writingReport(calendar, report),
    },
  ]
}
