/**
 * A use that nobody agreed to: the firm that scores wear for others writes a list of homes worth an
 * offer. Every signature is good; the purpose is not one that the data was collected for.
 */
import { toHex } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { type Act, datasetOf } from './act.js'
import { wearKey } from './feed.js'
import { type Calendar, PURPOSE } from './words.js'

const LEADS_KEY = 'leads'
/** Name of the file. */
export const LEADS_FILE = 'leads.csv'

/** One act: the outcome that names the list's digest. */
export function writingLeads({ day, days }: Calendar, file: Uint8Array): readonly Act[] {
  return [
    {
      key: LEADS_KEY,
      by: 'nilgiri',
      role: 'performer',
      draft: (known) => ({
        type: 'outcome/1',
        parents: [datasetOf(known, wearKey(days[0] ?? ''))],
        claims: {
          performer: known.party('nilgiri'),
          kind: 'score',
          artefact: {
            digest: toHex(portableSha256(file)),
            name: 'Homes worth an offer',
            mediaType: 'text/csv',
            bytes: file.length,
          },
          purposes: [PURPOSE.direct],
          audience: { public: false, countries: ['IN'] },
          personalData: 'pseudonymous',
          decision: null,
          validation: [],
          period: { begin: `${day(-1)}T05:00:00Z`, end: `${day(-1)}T05:20:00Z` },
        },
      }),
    },
  ]
}

/** The list: a small CSV. */
export function leadsText({ days }: Calendar): string {
  const lines = Array.from({ length: 12 }, (_, position) => {
    const unit = ((position * 7_919 + 104_729) % 1_000_000).toString().padStart(6, '0')
    return `${unit},0.${90 - position}`
  })
  return [`# Homes worth an offer, ${days[0] ?? ''}`, 'unit,score', ...lines, ''].join('\n')
}
