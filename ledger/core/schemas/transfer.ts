/**
 * `transfer/1`: datasets move from an exporter to an importer, and both sign. DESIGN 5, 6.
 *
 * One movement of dataset versions; the arrangement behind it is an `instrument`. A continuous feed
 * is a series of transfers. Custody and digests of the parents are judged when it is admitted.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import { DATASET, DATASETS_MAX, FIELD, FIELDS_MAX, TRANSFORMATION } from './datasets.js'
import {
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
} from './notation.js'
import {
  COUNT,
  COUNTRY,
  COUNTRY_SET,
  DIGEST,
  NAME,
  ONWARD,
  PARTY_ID,
  PERIOD,
  RETENTION,
  STATEMENT_ID,
  TERM,
  TERM_SET,
  TERMS_MAX,
} from './shapes.js'
import { TERMS } from './terms.js'

const CHANNEL = object({
  protocol: required(NAME, 'How it travels, such as TLS 1.3, SFTP or courier.'),
  encryption: optional(TERM_SET, 'Encryption on the way and at rest.', {
    vocabulary: 'DPV technical measures, such as https://w3id.org/dpv#EncryptionInTransfer',
  }),
  keyCustody: optional(
    oneOf('exporter', 'importer', 'both', 'third-party'),
    'Who holds the keys of that encryption.',
    { source: 'EDPB Recommendations 01/2020, use cases 1 and 3; R25' },
  ),
})

export const TRANSFER_SCHEMA = {
  type: 'transfer/1',
  doc: 'Datasets moved, or became accessible, from one party to another. The datasets are the importer’s copies.',
  roles: [['exporter', 'importer']],
  countersigned: true,
  extras: { parents: 'required', about: 'none', supersedes: 'optional' },
  claims: {
    exporter: claim(PARTY_ID, 'Who sends; holds every parent.', {
      source: 'GDPR Art. 30(1)(a); SCC Annex I.A; 28 CFR 202.1101(b)(4); R34, R36',
    }),
    importer: claim(PARTY_ID, 'Who receives; holds the datasets from then on.', {
      source: 'GDPR Art. 30(1)(d); SCC Annex I.A; 28 CFR 202.1101(b)(4); R34, R36',
    }),
    route: claim(
      object({
        from: required(COUNTRY, 'Country of the exporter.', {
          source: 'GDPR Art. 30(1)(e); R05, R31',
        }),
        to: required(COUNTRY, 'Country of the importer.', {
          source: 'GDPR Art. 30(1)(e); R05, R07, R17, R29',
        }),
        storage: optional(COUNTRY_SET, 'Where the importer stores it; left out: in `to`.', {
          source: 'PIPL; GDPR Art. 30(1)(e); R17',
        }),
        access: optional(COUNTRY_SET, 'From where it is accessed; left out: from `to`.', {
          source: 'GDPR Art. 44; R17',
        }),
        subjectCountries: optional(
          COUNTRY_SET,
          'Where the data subjects are; left out: as in the parents.',
          {
            source: 'GDPR Art. 3; PIPL Art. 3; 28 CFR 202; R29, R31',
          },
        ),
        organisation: optional(NAME, 'International organisation that receives, where it is one.', {
          source: 'GDPR Art. 44; R07',
        }),
        mode: required(
          oneOf('copy', 'access', 'federated', 'synthetic'),
          'A copy is sent, remote access is given, only results leave, or only synthetic data.',
          { source: 'SCC Annex I.B; 28 CFR 202.1101(b)' },
        ),
        frequency: optional(
          oneOf('one-off', 'periodic', 'continuous'),
          'How often such a transfer happens.',
          {
            source: 'SCC Annex I.B; R09',
          },
        ),
        channel: optional(CHANNEL, 'How it travels.', {
          source: '28 CFR 202.1101(b)(5); GDPR Art. 32',
        }),
      }),
      'From where to where, and how.',
      { source: 'R05, R07, R09, R17, R29, R31' },
    ),
    instrument: optionalClaim(
      STATEMENT_ID,
      'Statement id of the instrument it rests on. Null: none is needed, or a derogation alone.',
      { source: 'GDPR Art. 44–49; R05, R06, R08, R18, R19, R25' },
    ),
    purposes: listClaim(TERM, 'Purposes of this transfer.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 5(1)(b); SCC Annex I.B; LGPD Res. 19/2024; R01, R02, R04',
      vocabulary: 'DPV purposes',
    }),
    datasets: listClaim(
      DATASET,
      'The importer’s copies. Each comes from exactly one parent and has its digest, unless a transformation in `minimization` says otherwise; every parent moves.',
      { max: DATASETS_MAX, source: 'R10, R13, R19, R29, R31; custody' },
    ),
    fields: optionalListClaim(FIELD, 'Fields that were sent. Empty: not declared.', {
      max: FIELDS_MAX,
      source: 'GDPR Art. 5(1)(c), 30(1)(c); SCC Annex I.B; R10, R11, R12, R14, R19',
    }),
    minimization: optionalClaim(
      object({
        droppedCount: required(
          COUNT,
          'Fields of the parents that were not sent, at most `sourceFieldsCount`.',
          {
            unit: 'fields',
          },
        ),
        sourceFieldsCount: required(COUNT, 'Fields the parents have.', { unit: 'fields' }),
        sourceFieldsRoot: optional(DIGEST, 'SHA-256 of the list of the parents’ field names.'),
        transformations: required(listOf(TRANSFORMATION, 128), 'What was done before sending.', {
          source: 'R10, R12, R13; custody',
        }),
        claim: required(
          oneOf('none', 'no-direct-identifiers', 'pseudonymous', 'anonymous', 'aggregate-only'),
          'What the result is claimed to be.',
          { source: 'R12' },
        ),
      }),
      'What was left out, masked or otherwise done before sending. Null: nothing was.',
      { source: 'GDPR Art. 5(1)(c), 25; R10, R12, R13' },
    ),
    retention: optionalClaim(
      RETENTION,
      'How long the importer may keep it. Null: as instrument and parents say.',
      { source: 'GDPR Art. 5(1)(e), 30(1)(f); SCC Annex I.B; R06, R15' },
    ),
    onward: optionalClaim(
      ONWARD,
      'Where and to whom the importer may pass it on. Null: as instrument and parents say.',
      { source: 'GDPR Art. 44; SCC clauses 8.7, 8.8; 28 CFR 202.302; R17' },
    ),
    terms: claim(TERMS, 'Roles, bases and conditions of both sides.', {
      source: 'R04, R07, R08, R09, R14, R17, R19, R23, R25, R29, R31',
    }),
    period: claim(PERIOD, 'When it happened.', { source: 'R06, R09, R15, R29, R31, R35' }),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type TransferClaims = ClaimsOf<typeof TRANSFER_SCHEMA>
