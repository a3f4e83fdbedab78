/**
 * `collection/1`: data enters the ledger's world. DESIGN 5.
 *
 * The limits that flow with the data begin here: purposes, retention, onward countries.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import { DATASET, DATASETS_MAX, FIELD, FIELDS_MAX } from './datasets.js'
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
import {
  COUNTRY,
  COUNTRY_SET,
  DATE,
  DIGEST,
  LEGAL_BASIS,
  NAME,
  ONWARD,
  PARTY_ID,
  PERIOD,
  RETENTION,
  TERM,
  TERMS_MAX,
} from './shapes.js'

export const COLLECTION_SCHEMA = {
  type: 'collection/1',
  doc: 'Data was collected: by whom, where, from whom, for what, on which basis.',
  roles: [['collector']],
  countersigned: false,
  extras: { parents: 'none', about: 'none', supersedes: 'none' },
  claims: {
    collector: claim(PARTY_ID, 'Who collected and now holds the datasets.', {
      source: 'GDPR Art. 30(1)(a); custody',
    }),
    place: claim(
      object({
        jurisdiction: required(COUNTRY, 'Country whose law governs the collection.', {
          source: 'R05, R30',
        }),
        subjectCountries: optional(
          COUNTRY_SET,
          'Where the data subjects are; left out: not known.',
          {
            source: 'GDPR Art. 3; PIPL Art. 3; 28 CFR 202; R29, R31',
          },
        ),
        storage: optional(COUNTRY_SET, 'Where the data is stored; left out: in `jurisdiction`.'),
        origin: optional(
          oneOf('data-subject', 'observation', 'third-party', 'public-source', 'generated'),
          'How it was obtained.',
          { source: 'GDPR Art. 13, 14' },
        ),
      }),
      'Where.',
      { source: 'R30' },
    ),
    subjects: optionalListClaim(TERM, 'Categories of data subjects. Empty: nobody.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 30(1)(c)',
      vocabulary: 'DPV data subjects',
    }),
    purposes: listClaim(TERM, 'Purposes allowed downstream.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 5(1)(b); R01, R02',
      vocabulary: 'DPV purposes',
    }),
    legalBasis: optionalListClaim(
      LEGAL_BASIS,
      'Legal bases. Empty only where no person is concerned.',
      {
        max: 32,
        source: 'GDPR Art. 6, 9, 10; R14, R30',
      },
    ),
    notice: optionalClaim(
      object({
        digest: required(DIGEST, 'SHA-256 of the notice that the data subjects were given.'),
        version: required(NAME, 'Its version.'),
        date: optional(DATE, 'Day it came into use.'),
        url: optional(TERM, 'Where it can be read.'),
      }),
      'Notice to the data subjects. Null: none was given.',
      { source: 'GDPR Art. 13(1)(f), 14(1)(f); R40' },
    ),
    retention: optionalClaim(
      RETENTION,
      'How long the data may be kept, by anyone. Null: not stated.',
      {
        source: 'GDPR Art. 5(1)(e), 30(1)(f); R15',
      },
    ),
    onward: optionalClaim(
      ONWARD,
      'Where and to whom it may go. Null: the collector adds no limit.',
      {
        source: 'GDPR Art. 44; R17',
      },
    ),
    datasets: listClaim(DATASET, 'The datasets it made; `from` is empty.', {
      max: DATASETS_MAX,
      source: 'R13, R19, R29, R30, R31; lineage',
    }),
    fields: optionalListClaim(FIELD, 'Their fields. Empty: not declared.', {
      max: FIELDS_MAX,
      source: 'GDPR Art. 5(1)(c), 30(1)(c); R10, R11, R12, R14',
    }),
    period: claim(PERIOD, 'When it was collected.', { source: 'R15' }),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type CollectionClaims = ClaimsOf<typeof COLLECTION_SCHEMA>
