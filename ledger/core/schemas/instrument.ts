/**
 * `instrument/1`: the arrangement under which data may move. DESIGN 5, GDPR chapter V and its like.
 *
 * Law describes an arrangement; each movement under it is a `transfer` that cites it. Whether the
 * arrangement suffices for a route is judged by rules, not here.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
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
  CODE,
  COUNT,
  COUNTRY,
  COUNTRY_SET,
  DATE,
  DOCUMENT,
  DURATION,
  LISTING,
  NAME,
  ONWARD,
  PARTY_ID,
  RETENTION,
  TERM,
  TERM_SET,
  TERMS_MAX,
} from './shapes.js'

const ROUTES_MAX = 249

const PHASE = object({
  code: required(CODE, 'Name of the phase; a transfer names its phase by it.'),
  from: optional(DATE, 'First day of the phase, UTC.'),
  until: optional(DATE, 'Last day of the phase, UTC, not before `from`.'),
  records: optional(COUNT, 'Most records in this phase.', { unit: 'records' }),
  subjects: optional(COUNT, 'Most persons in this phase.', { unit: 'persons' }),
  countries: optional(COUNTRY_SET, 'Only to these in this phase; left out: all routes.'),
})

const CATEGORY_CAP = object({
  category: required(TERM, 'The category.', { vocabulary: 'dpv-pd' }),
  records: optional(COUNT, 'Most records that carry it.', { unit: 'records' }),
  subjects: optional(COUNT, 'Most persons it is about.', { unit: 'persons' }),
})

export const INSTRUMENT_SCHEMA = {
  type: 'instrument/1',
  doc: 'An arrangement under which an exporter may send data to an importer: clauses, adequacy, binding rules, a derogation, a licence or a contract.',
  roles: [['exporter', 'importer']],
  countersigned: true,
  extras: { parents: 'none', about: 'none', supersedes: 'optional' },
  claims: {
    exporter: claim(PARTY_ID, 'Who may send.', { source: 'SCC Annex I.A; IDTA table 1; R08, R36' }),
    importer: claim(PARTY_ID, 'Who may receive.', {
      source: 'SCC Annex I.A; IDTA table 1; R08, R36',
    }),
    kind: claim(
      object({
        code: required(
          oneOf(
            'A45-3',
            'A46-2-a',
            'A46-2-b',
            'A46-2-c',
            'A46-2-d',
            'A46-2-e',
            'A46-2-f',
            'A46-3-a',
            'A46-3-b',
            'A49-1-a',
            'A49-1-b',
            'A49-1-c',
            'A49-1-d',
            'A49-1-e',
            'A49-1-f',
            'A49-1-g',
            'A49-2',
            'US-DPF',
            'UK-Adequacy',
            'UK-IDTA',
            'UK-Addendum',
            'CH-SCC',
            'CN-SC',
            'CN-Cert',
            'CN-SA',
            'CN-Exempt',
            'BR-Adequacy',
            'BR-SCC',
            'IN-S16',
            'GLOBAL-CBPR',
            'US-202-Licence',
            'Licence',
            'Contract',
            'Other',
          ),
          'The tool. `A…` are articles of the GDPR: A45-3 adequacy, A46-2-b binding corporate rules, A46-2-c standard clauses, A49 derogations (A49-2: compelling interests, second subparagraph of Art. 49(1)). `Contract` and `Licence` are no transfer tools.',
          {
            source:
              'GDPR Art. 45–49; PIPL Art. 38; LGPD Art. 33; 28 CFR 202.8xx; R05, R07, R09, R18, R25, R31, R36',
          },
        ),
        module: optional(
          oneOf('C2C', 'C2P', 'P2P', 'P2C'),
          'Module of the standard clauses (C controller, P processor). Required with A46-2-c.',
          { source: 'Decision (EU) 2021/914; R08' },
        ),
        name: optional(NAME, 'What it is; required with `Other`.'),
        version: optional(NAME, 'Edition of the text used, such as 2021/914 or A1.0.'),
        authority: optional(TERM, 'Competent supervisory authority.', {
          source: 'SCC Annex I.C, clause 13',
          vocabulary: 'DPV authorities, such as https://w3id.org/dpv/legal/eu/…#DPA-…',
        }),
        approval: optional(NAME, 'Number of the authority’s approval, licence or filing.', {
          source: 'GDPR Art. 46(3), 47; CAC filing; R31, R36',
        }),
        listings: optional(listOf(LISTING, 16), 'Evidence that the importer is covered.', {
          source: 'GDPR Art. 45(3); R07',
        }),
      }),
      'Kind of arrangement.',
      { source: 'GDPR Art. 44–49; R05, R07, R08, R09, R18, R25, R31, R36' },
    ),
    routes: listClaim(
      object({
        from: required(COUNTRY, 'Country of the exporter.'),
        to: required(COUNTRY, 'Country of the importer.'),
        storage: optional(COUNTRY_SET, 'Where the data may be stored; left out: in `to`.'),
        access: optional(COUNTRY_SET, 'From where it may be accessed; left out: from `to`.'),
      }),
      'Routes it covers, each pair once.',
      { max: ROUTES_MAX, source: 'GDPR Art. 30(1)(e); LGPD Res. 19/2024; R05, R17' },
    ),
    purposes: listClaim(TERM, 'Purposes it allows.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 5(1)(b); SCC Annex I.B; R01, R02',
      vocabulary: 'DPV purposes',
    }),
    categories: listClaim(TERM, 'Categories of data it allows.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 30(1)(c); SCC Annex I.B; R19',
      vocabulary: 'dpv-pd',
    }),
    subjects: listClaim(TERM, 'Categories of data subjects.', {
      max: TERMS_MAX,
      unique: true,
      source: 'GDPR Art. 30(1)(c); SCC Annex I.B',
      vocabulary: 'DPV data subjects',
    }),
    caps: optionalClaim(
      object({
        records: optional(COUNT, 'Most records per window.', { unit: 'records' }),
        subjects: optional(COUNT, 'Most persons per window.', { unit: 'persons' }),
        sensitive: optional(COUNT, 'Most persons with sensitive data per window.', {
          unit: 'persons',
        }),
        transfers: optional(COUNT, 'Most transfers per window.', { unit: 'transfers' }),
        window: optional(DURATION, 'Window of the counts above; left out: the whole term.'),
        categories: optional(listOf(CATEGORY_CAP, TERMS_MAX), 'Counts per category, each once.'),
        phases: optional(listOf(PHASE, 32), 'Phases with counts of their own, each code once.'),
        furtherPurposes: optional(TERM_SET, 'Further processing that is allowed to the importer.', {
          source: 'SCC Annex I.B; R02',
          vocabulary: 'DPV purposes',
        }),
      }),
      'Caps on volume and scope. Null: none.',
      { source: 'SCC Annex I.B; R19' },
    ),
    retention: optionalClaim(RETENTION, 'Longest retention at the importer. Null: none stated.', {
      source: 'GDPR Art. 30(1)(f); SCC Annex I.B; R06, R15',
    }),
    onward: optionalClaim(ONWARD, 'Onward transfer. Null: the arrangement says nothing of it.', {
      source: 'GDPR Art. 44; SCC clauses 8.7, 8.8; R17, R18',
    }),
    effective: claim(
      object({
        from: required(DATE, 'First day, UTC.'),
        until: optional(DATE, 'Last day, UTC, not before `from`; left out: no end agreed.'),
        review: optional(DATE, 'Day of the next review, not before `from`.', {
          source: 'IDTA table 2',
        }),
      }),
      'When it is in force.',
      { source: 'GDPR Art. 44–46; IDTA table 2; R06' },
    ),
    documents: optionalListClaim(
      DOCUMENT,
      'The documents behind it, and assessments of the destination’s law. With `UK-Addendum`: `clauses` are the standard clauses that it is added to, so that it is those, too; the Addendum itself is an `annex`.',
      {
        max: 64,
        source: 'SCC clauses 8.9, 14; PIPL Art. 55; R24, R25, R33',
      },
    ),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type InstrumentClaims = ClaimsOf<typeof INSTRUMENT_SCHEMA>
