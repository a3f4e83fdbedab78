/**
 * `outcome/1`: what came of the data: a report, a model, a score, a decision, an aggregate. DESIGN 5.
 *
 * An end point and never a parent. Its file is found again by the digest in `artefact`.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import {
  BOOLEAN,
  claim,
  EXT,
  listClaim,
  listOf,
  object,
  oneOf,
  optional,
  optionalClaim,
  optionalListClaim,
  required,
  string,
} from './notation.js'
import {
  CODE,
  COUNT,
  COUNTRY_SET,
  DATE,
  DIGEST,
  NAME,
  PARTY_ID,
  PERIOD,
  RECIPIENT,
  TERM,
  TERMS_MAX,
  TEXT,
} from './shapes.js'

export const OUTCOME_SCHEMA = {
  type: 'outcome/1',
  doc: 'Something came of datasets that the performer holds.',
  roles: [['performer']],
  countersigned: false,
  extras: { parents: 'required', about: 'none', supersedes: 'none' },
  claims: {
    performer: claim(PARTY_ID, 'Who made it; holds every parent.', { source: 'custody' }),
    kind: claim(oneOf('report', 'model', 'score', 'decision', 'aggregate'), 'What it is.', {
      source: 'R04',
    }),
    artefact: claim(
      object({
        digest: required(DIGEST, 'SHA-256 of the file.'),
        name: required(NAME, 'What it is called.'),
        mediaType: optional(string('media-type'), 'Media type of the file.'),
        bytes: optional(COUNT, 'Size of the file.', { unit: 'bytes' }),
        version: optional(NAME, 'Its version.'),
      }),
      'The file, by its digest.',
      { source: 'lineage of a report' },
    ),
    purposes: listClaim(TERM, 'Purposes it serves.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 5(1)(b); R01, R02, R04',
      vocabulary: 'DPV purposes',
    }),
    audience: optionalClaim(
      object({
        public: required(BOOLEAN, 'It is published.'),
        countries: optional(COUNTRY_SET, 'Where its readers are; left out: not limited.'),
        recipients: optional(listOf(RECIPIENT, 64), 'Who gets it.', {
          source: 'GDPR Art. 30(1)(d)',
        }),
      }),
      'Who gets to see it. Null: only the performer.',
      { source: 'GDPR Art. 30(1)(d); R17' },
    ),
    personalData: claim(
      oneOf('personal', 'pseudonymous', 'anonymous'),
      'What of persons is left in it.',
      {
        source: 'GDPR recital 26, Art. 4(5); R12, R17',
      },
    ),
    decision: optionalClaim(
      object({
        automated: required(BOOLEAN, 'It decides, or prepares a decision, without a person.'),
        legalEffect: optional(BOOLEAN, 'With legal or similarly significant effect on a person.'),
        humanReview: optional(BOOLEAN, 'A person can be asked to review it.'),
        explanation: optional(
          object({
            text: optional(TEXT, 'Logic involved, in words.'),
            digest: optional(DIGEST, 'SHA-256 of a longer explanation.'),
          }),
          'How it comes about: `text`, `digest` or both.',
        ),
      }),
      'Its part in decisions about persons. Null: none.',
      { source: 'GDPR Art. 13(2)(f), 22; R04' },
    ),
    validation: optionalListClaim(
      object({
        method: required(NAME, 'How it was checked.'),
        by: optional(PARTY_ID, 'Party that checked; left out: the performer.'),
        digest: required(DIGEST, 'SHA-256 of the report on it.'),
        date: optional(DATE, 'Day of the check.'),
        metrics: optional(
          listOf(
            object({
              name: required(CODE, 'Name of a measured quantity.'),
              value: required(string('decimal'), 'Its value.'),
            }),
            32,
          ),
          'What was measured.',
        ),
      }),
      'Checks of its quality.',
      { max: 64, source: 'GDPR Art. 5(1)(d)' },
    ),
    period: claim(PERIOD, 'When it was made.', { source: 'R15, R35' }),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type OutcomeClaims = ClaimsOf<typeof OUTCOME_SCHEMA>
