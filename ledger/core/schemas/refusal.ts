/**
 * `refusal/1`: a proposal will not be an entry. DESIGN 5 "Two-sided flow".
 *
 * The importer declines, or the exporter withdraws or records that the deadline lapsed. `about` in
 * the payload is the proposal's id.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import { claim, EXT, object, oneOf, optional, required } from './notation.js'
import { TEXT } from './shapes.js'

const EITHER = [['exporter'], ['importer']] as const
const EXPORTER = [['exporter']] as const
const IMPORTER = [['importer']] as const

export const REFUSAL_SCHEMA = {
  type: 'refusal/1',
  doc: 'A waiting proposal is declined by its importer, or withdrawn or recorded as lapsed by its exporter.',
  roles: EITHER,
  rolesBy: {
    claim: 'reason',
    member: 'code',
    sets: {
      'not-agreed': IMPORTER,
      'not-received': IMPORTER,
      'data-wrong': IMPORTER,
      'purpose-wrong': IMPORTER,
      'terms-unacceptable': IMPORTER,
      'instrument-missing': IMPORTER,
      withdrawn: EXPORTER,
      'made-in-error': EXPORTER,
      'deadline-lapsed': EXPORTER,
      other: EITHER,
    },
  },
  countersigned: false,
  extras: { parents: 'none', about: 'required', supersedes: 'none' },
  claims: {
    reason: claim(
      object({
        code: required(
          oneOf(
            'not-agreed',
            'not-received',
            'data-wrong',
            'purpose-wrong',
            'terms-unacceptable',
            'instrument-missing',
            'withdrawn',
            'made-in-error',
            'deadline-lapsed',
            'other',
          ),
          'Why. The first six are the importer’s words, the next three the exporter’s.',
        ),
        note: optional(TEXT, 'In words; no person is named.'),
      }),
      'Why it is refused.',
      { source: 'R34, R35' },
    ),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type RefusalClaims = ClaimsOf<typeof REFUSAL_SCHEMA>
