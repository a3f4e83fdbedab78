/**
 * `processing/1`: a party makes datasets out of datasets it holds. DESIGN 5, 6.
 *
 * A model that travels on is a dataset made here. A processing that makes nothing (a consultation, a
 * deletion) has no datasets.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import { DATASET, DATASETS_MAX, FIELD, FIELDS_MAX, TRANSFORMATION } from './datasets.js'
import {
  claim,
  EXT,
  listClaim,
  listOf,
  object,
  oneTermOf,
  optional,
  optionalClaim,
  optionalListClaim,
  required,
  setOf,
} from './notation.js'
import {
  COUNTRY,
  COUNTRY_SET,
  LEGAL_BASIS,
  PARTY_ID,
  PERIOD,
  RETENTION,
  TERM,
  TERM_SET,
  TERMS_MAX,
} from './shapes.js'

export const PROCESSING_SCHEMA = {
  type: 'processing/1',
  doc: 'A party processed datasets it holds, and may have made others.',
  roles: [['performer']],
  countersigned: false,
  extras: { parents: 'required', about: 'none', supersedes: 'none' },
  claims: {
    performer: claim(PARTY_ID, 'Who processed; holds every parent and what was made.', {
      source: 'GDPR Art. 30(1)(a), 30(2)(a); custody',
    }),
    place: claim(
      object({
        jurisdiction: required(COUNTRY, 'Country in which it was done.', { source: 'R17' }),
        storage: optional(COUNTRY_SET, 'Where the result is stored; left out: in `jurisdiction`.'),
        access: optional(COUNTRY_SET, 'From where it is accessed; left out: from `jurisdiction`.'),
        role: optional(
          oneTermOf(
            'https://w3id.org/dpv#DataController',
            'https://w3id.org/dpv#JointDataControllers',
            'https://w3id.org/dpv#DataProcessor',
            'https://w3id.org/dpv#DataSubProcessor',
          ),
          'In which role; left out: that of the transfer it comes from.',
          { source: 'GDPR Art. 30; R08', vocabulary: 'DPV legal roles' },
        ),
        controllers: optional(setOf(PARTY_ID, 64), 'Controllers for which a processor acts.', {
          source: 'GDPR Art. 30(2)(a)',
        }),
        legalBasis: optional(listOf(LEGAL_BASIS, 32), 'Legal bases; left out: those upstream.', {
          source: 'GDPR Art. 6, 9; R14, R37',
        }),
        measures: optional(TERM_SET, 'Technical and organisational measures.', {
          source: 'GDPR Art. 30(1)(g), 30(2)(d)',
          vocabulary: 'DPV measures',
        }),
        safeguards: optional(TERM_SET, 'Safeguards for research, statistics and archives.', {
          source: 'GDPR Art. 89; R03',
          vocabulary: 'DPV measures',
        }),
      }),
      'Where, and in which capacity.',
      { source: 'R17, R30' },
    ),
    purposes: listClaim(TERM, 'Purposes of the processing.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 5(1)(b); R01, R02, R04',
      vocabulary: 'DPV purposes',
    }),
    nature: listClaim(TERM, 'Operations that were done.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 4(2), 30(2)(b); R04',
      vocabulary: 'DPV processing',
    }),
    datasets: optionalListClaim(DATASET, 'The datasets it made. Empty: it made none.', {
      max: DATASETS_MAX,
      source: 'R13, R30; lineage',
    }),
    fields: optionalListClaim(
      FIELD,
      'Their fields with the source fields they come from. Empty: not declared.',
      {
        max: FIELDS_MAX,
        source: 'R10, R11, R12, R14; column lineage',
      },
    ),
    transformations: optionalListClaim(
      TRANSFORMATION,
      'What was done to the data. Empty: not declared.',
      {
        max: 128,
        source: 'R10, R12, R13, R14',
      },
    ),
    retention: optionalClaim(
      RETENTION,
      'How long the result may be kept. Null: as the parents say.',
      {
        source: 'GDPR Art. 5(1)(e); R15',
      },
    ),
    period: claim(PERIOD, 'When it was done.', { source: 'R15, R37' }),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type ProcessingClaims = ClaimsOf<typeof PROCESSING_SCHEMA>
