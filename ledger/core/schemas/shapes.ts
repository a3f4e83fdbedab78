/**
 * Shapes that several statement types share: countries, terms, retention, onward rules, documents,
 * legal bases, periods. Datasets and fields are in datasets.ts. docs/statements.md prints them once.
 *
 * Closed lists are this schema version's; a new word needs a new version. Numbers of the law
 * (thresholds, hours, country lists) are not here: they are dated parameters of a ruleset.
 */
import {
  BOOLEAN,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  required,
  setOf,
  string,
} from './notation.js'

/** Most terms in one list of purposes, categories or measures. DPV 2.3 has fewer than 300 of a kind. */
export const TERMS_MAX = 300
/** Assigned country codes: a set of countries cannot be longer. */
const COUNTRIES_MAX = 249
const LIST_MAX = 64

export const PARTY_ID = string('party-id')
export const STATEMENT_ID = string('statement-id')
export const DIGEST = string('digest')
export const COUNTRY = string('country')
export const COUNTRY_SET = setOf(COUNTRY, COUNTRIES_MAX)
export const TERM = string('term')
export const TERM_SET = setOf(TERM, TERMS_MAX)
export const DATE = string('date')
const TIME = string('time')
export const DURATION = string('duration')
export const TEXT = string('text')
export const NAME = string('name')
export const CODE = string('code')
export const COUNT = integer()

/** Exactly one of three forms: `until`; `duration` with `startEvent`; `criteria`. */
export const RETENTION = object({
  until: optional(DATE, 'Form 1. Last day on which the data may be kept, UTC.'),
  duration: optional(DURATION, 'Form 2, with `startEvent`. How long the data may be kept.'),
  startEvent: optional(
    oneOf(
      'collection-begin',
      'collection-end',
      'transfer-begin',
      'transfer-end',
      'processing-end',
      'contract-end',
      'relationship-end',
      'last-activity',
      'consent-withdrawn',
      'publication',
    ),
    'Form 2. What the duration counts from; the first five follow from periods in the ledger.',
  ),
  startDate: optional(DATE, 'Form 2. The day of that event, where it has happened.'),
  criteria: optional(TEXT, 'Form 3. How the end is decided; a rule cannot compute it.'),
})

export const RECIPIENT = object({
  party: optional(PARTY_ID, 'A party of the ledger.'),
  name: optional(NAME, 'An organisation that is no party, never a person.'),
  category: optional(TERM, 'A kind of recipient.', {
    source: 'GDPR Art. 30(1)(d)',
    vocabulary: 'DPV entities',
  }),
  country: optional(COUNTRY, 'Where it receives.', { source: 'GDPR Art. 30(1)(e)' }),
})

export const ONWARD = object({
  allowed: required(
    BOOLEAN,
    'Whether the receiver may pass the data on at all. If false, there are no `recipients` and no `countriesIncluded`.',
    {
      source: 'GDPR Art. 44; SCC clauses 8.7, 8.8; IDTA table 2; 28 CFR 202.302',
    },
  ),
  recipients: optional(
    listOf(RECIPIENT, LIST_MAX, 1),
    'Only to these; left out: recipients are not limited. Each names a party, a name or a category.',
    { source: 'GDPR Art. 30(1)(d); SCC clause 9' },
  ),
  countriesIncluded: optional(
    COUNTRY_SET,
    'Only there, none of them excluded; left out: everywhere but `countriesExcluded`.',
    {
      source: 'GDPR Art. 44; SCC clauses 8.7, 8.8',
    },
  ),
  countriesExcluded: optional(COUNTRY_SET, 'Never there.', {
    source: 'GDPR Art. 44; 28 CFR 202.302',
  }),
  requiresConsent: optional(BOOLEAN, 'Only with the data subjects’ consent; left out: no.', {
    source: 'SCC clause 8.7',
  }),
  requiresAuthorisation: optional(
    BOOLEAN,
    'Only with the exporter’s authorisation, shown as a document of the next transfer; left out: no.',
    { source: 'SCC clauses 8.8, 9' },
  ),
})

export const DOCUMENT = object({
  kind: required(
    oneOf(
      'contract',
      'clauses',
      'annex',
      'tia',
      'dpia',
      'pipia',
      'legitimate-interest-assessment',
      'derogation-assessment',
      'adequacy-decision',
      'bcr-approval',
      'certificate',
      'licence',
      'listing',
      'authority-notice',
      'authority-approval',
      'filing',
      'onward-authorisation',
      'sub-processor-authorisation',
      'consent-form',
      'notice',
      'end-use-statement',
      'audit',
      'other',
    ),
    'What it is.',
    { source: 'SCC clauses 8.9, 14; PIPL Art. 55; GDPR Art. 35, 49(6); R17, R25' },
  ),
  digest: required(DIGEST, 'SHA-256 of the document, which stays with the party.'),
  date: required(DATE, 'Day it was made or took effect.'),
  validUntil: optional(DATE, 'Last day it holds, not before `date`; left out: no end stated.', {
    source: 'R24, R25',
  }),
  outcome: optional(
    oneOf(
      'effective',
      'effective-with-measures',
      'not-effective',
      'acceptable',
      'acceptable-with-measures',
      'not-acceptable',
      'granted',
      'refused',
      'pending',
    ),
    'Result of an assessment or application; the first three are a TIA’s.',
    { source: 'EDPB Recommendations 01/2020; SCC clause 14; R25' },
  ),
  measures: optional(TERM_SET, 'Measures on which that result depends.', {
    source: 'EDPB Recommendations 01/2020 step 4; R25',
    vocabulary: 'DPV measures, https://w3id.org/dpv/legal/eu/gdpr#SupplementaryMeasure',
  }),
  by: optional(PARTY_ID, 'Party of the ledger that issued it.'),
  reference: optional(NAME, 'Number under which its issuer knows it.'),
  version: optional(NAME, 'Its version.'),
  mediaType: optional(string('media-type'), 'Media type of the file behind the digest.'),
  bytes: optional(COUNT, 'Size of that file.', { unit: 'bytes' }),
})

export const LEGAL_BASIS = object({
  basis: required(
    TERM,
    'The basis. Data of special categories need an Art. 9(2) term besides the Art. 6 one.',
    {
      source: 'GDPR Art. 6, 9; LGPD Art. 7; PIPL Art. 13; DPDP s. 4, 7; R14, R30',
      vocabulary: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-a, …#A9-2-j, or DPV legal bases',
    },
  ),
  regime: optional(CODE, 'Law under which it is one; left out: eu-gdpr.', {
    vocabulary: 'eu-gdpr, uk-gdpr, ch-fadp, br-lgpd, cn-pipl, in-dpdp, jp-appi, kr-pipa, …',
  }),
  law: optional(
    TEXT,
    'Provision that the basis needs: Union or national law, for criminal data the Art. 10 law.',
    {
      source: 'GDPR Art. 6(3), 9(2), 10; R14',
    },
  ),
  consent: optional(
    object({
      digest: required(
        DIGEST,
        'SHA-256 of the consent text or of the manifest of consent records.',
      ),
      version: optional(NAME, 'Version of that text.'),
      date: optional(DATE, 'Day it came into use.'),
    }),
    'The consent, where it is the basis. No person is named.',
    { source: 'GDPR Art. 7(1); R37' },
  ),
})

/** Evidence that an importer falls under a decision that covers only some organisations. */
export const LISTING = object({
  scheme: required(
    oneOf(
      'us-dpf',
      'us-dpf-uk',
      'us-dpf-ch',
      'ca-commercial',
      'jp-private',
      'global-cbpr',
      'other',
    ),
    'Which list or scope.',
    { source: 'GDPR Art. 45(3); R07' },
  ),
  status: required(
    oneOf('listed', 'in-scope', 'lapsed', 'not-listed', 'out-of-scope'),
    'What was found.',
    { source: 'GDPR Art. 45(3); R07' },
  ),
  checkedOn: required(DATE, 'Day on which that was checked.', { source: 'R07' }),
  coverage: optional(oneOf('hr', 'non-hr', 'all'), 'Kind of data the listing covers.'),
  validUntil: optional(DATE, 'Last day of the listing.', { source: 'R07, R24' }),
  reference: optional(NAME, 'Entry in the list.'),
  digest: optional(DIGEST, 'SHA-256 of the page or extract kept as evidence.'),
})

const REFERENCES = listOf(
  object({
    kind: required(
      oneOf(
        'dsp-agreement',
        'dsp-provider-pid',
        'dsp-consumer-pid',
        'openlineage-run',
        'openlineage-job',
        'openlineage-dataset',
        'contract',
        'order',
        'ropa-entry',
        'tilt',
        'ticket',
        'other',
      ),
      'Which system the id is of.',
    ),
    id: required(NAME, 'The id there.'),
  }),
  LIST_MAX,
)

export const PERIOD = object({
  begin: required(TIME, 'When it began.', { source: '28 CFR 202.1101(b)(6); R06, R09, R15, R35' }),
  end: optional(TIME, 'When it ended, not before `begin`; left out while it runs.', {
    source: '28 CFR 202.1101(b)(6); R15, R29, R31',
  }),
  references: optional(REFERENCES, 'Ids of the same happening in other systems.', {
    source: 'Dataspace Protocol, OpenLineage, contracts',
  }),
})
