/**
 * `assessment/1`: a party has assessed something that the law leaves to an assessment. DESIGN 5.
 *
 * It is its assessor's word, for rules that ask whether somebody has looked: a purpose that is not
 * the one of the collection (GDPR Art. 6(4)), data that are claimed to be anonymous (recital 26). The
 * document itself stays with the assessor. A later one supersedes an earlier one.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import {
  claim,
  EXT,
  listClaim,
  object,
  oneOf,
  optional,
  optionalClaim,
  optionalListClaim,
  required,
} from './notation.js'
import { DATE, DOCUMENT, PARTY_ID, STATEMENT_ID, TERM, TERM_SET, TERMS_MAX } from './shapes.js'

/** Most statements of one assessment's scope. */
const SCOPE_MAX = 256

export const ASSESSMENT_SCHEMA = {
  type: 'assessment/1',
  doc: 'A party has assessed whether further purposes are compatible, or whether data are anonymous.',
  roles: [['assessor']],
  countersigned: false,
  extras: { parents: 'none', about: 'none', supersedes: 'optional' },
  claims: {
    assessor: claim(
      PARTY_ID,
      'Who assessed, and answers for it: counts where it is a party of the hop, or of the one before it.',
      { source: 'GDPR Art. 5(2)' },
    ),
    kind: claim(oneOf('compatibility', 'anonymisation'), 'What was assessed.', {
      source: 'GDPR Art. 6(4), recital 26; R02, R12',
    }),
    scope: listClaim(
      STATEMENT_ID,
      'Statements whose datasets it covers: those that a later statement cites as parents.',
      { max: SCOPE_MAX, unique: true, source: 'R02, R12' },
    ),
    purposes: optionalClaim(
      object({
        from: required(TERM_SET, 'Purposes for which the data may be used so far.', {
          vocabulary: 'DPV purposes',
        }),
        to: required(TERM_SET, 'Purposes found to be compatible with them, or not.', {
          vocabulary: 'DPV purposes',
        }),
      }),
      'The pair that was assessed. Null: not an assessment of compatibility.',
      { source: 'GDPR Art. 5(1)(b), 6(4); R02' },
    ),
    result: claim(
      oneOf('compatible', 'not-compatible', 'anonymous', 'not-anonymous'),
      'What was found; the first two of a compatibility, the others of an anonymisation.',
      { source: 'R02, R12' },
    ),
    safeguards: optionalListClaim(TERM, 'Safeguards on which the result depends.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 6(4)(e), 89',
      vocabulary: 'DPV measures',
    }),
    effective: claim(
      object({
        from: required(DATE, 'First day on which it holds, UTC.'),
        until: optional(DATE, 'Last day, not before `from`; left out: no end set.'),
      }),
      'When it holds.',
      { source: 'R02, R24' },
    ),
    documents: optionalListClaim(DOCUMENT, 'The documents behind it.', { max: 64 }),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type AssessmentClaims = ClaimsOf<typeof ASSESSMENT_SCHEMA>
