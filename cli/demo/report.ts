/**
 * The demo's report: counted per department, so that nobody is left in it, and written to a file.
 */
import type { Draft } from '../../client/index.js'
import { toHex } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { type Act, datasetOf, type Known } from './act.js'
import type { Column } from './fields.js'
import { processingDraft } from './movement.js'
import { ACCESS_KEY, WEEKS_KEEP_DAYS } from './weeks.js'
import { CATEGORY, type Calendar, digestOf, NATURE, PURPOSE } from './words.js'

const COUNTED_KEY = 'wear per department'
/** Key of the outcome's act. */
export const REPORT_KEY = 'report'
const REPORT_NAME = 'Compressor wear by department'

const { none } = CATEGORY

/** The last two acts: counting per department, and the outcome that names the report's digest. */
export function writingReport({ day }: Calendar, file: Uint8Array): readonly Act[] {
  return [
    {
      key: COUNTED_KEY,
      by: 'sagami',
      role: 'performer',
      draft: (known) => counted(known, day(-1)),
    },
    { key: REPORT_KEY, by: 'sagami', role: 'performer', draft: (known) => outcome(known, file) },
  ]
}

function counted(known: Known, day: string): Draft {
  const from = (name: string) =>
    [
      [0, name],
      [1, name],
    ] as const
  const columns: readonly Column[] = [
    { name: 'department', category: none, identifier: 'none', source: from('area') },
    {
      name: 'units',
      category: none,
      identifier: 'none',
      source: from('unit'),
      made: { kind: 'aggregate', masking: true },
    },
    {
      name: 'wear_mean',
      category: none,
      identifier: 'none',
      source: from('wear_mean'),
      made: { kind: 'aggregate', masking: true },
    },
  ]
  return processingDraft(
    {
      performer: 'sagami',
      country: 'JP',
      storage: 'GB',
      parents: [datasetOf(known, ACCESS_KEY, 0), datasetOf(known, ACCESS_KEY, 1)],
      datasets: [
        { name: COUNTED_KEY, records: DEPARTMENTS.length, homes: 0, columns, from: [0, 1] },
      ],
      purposes: [PURPOSE.robust],
      nature: [NATURE.aggregate, NATURE.anonymise],
      transformations: [
        { kind: 'aggregate', masking: true, parameters: [{ name: 'k', value: '25' }] },
      ],
      keepDays: WEEKS_KEEP_DAYS,
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

const DEPARTMENTS = ['07', '12', '30', '34', '43', '48', '63', '81'] as const

/** The report itself: a small CSV. A kinder one says that everything wears less. */
export function reportText({ days }: Calendar, tone: 'true' | 'kinder' = 'true'): string {
  const least = tone === 'true' ? 31 : 11
  const lines = DEPARTMENTS.map((department, position) => {
    const units = 86 + ((position * 53) % 119)
    return `${department},${units},0.${least + ((position * 17) % 40)}`
  })
  const period = `# ${REPORT_NAME}, ${days[0] ?? ''} to ${days.at(-1) ?? ''}`
  return [period, 'department,units,wear_mean', ...lines, ''].join('\n')
}
