/**
 * The claim `terms` of `transfer/1`: in which role, on which basis and under which conditions each
 * side takes part in this one movement. DESIGN 5, domain rules R02-R36.
 *
 * What one country's law asks for stands in a member named after it, so that other laws can follow.
 */
import {
  BOOLEAN,
  integer,
  listOf,
  object,
  oneOf,
  oneTermOf,
  optional,
  required,
  setOf,
} from './notation.js'
import {
  CODE,
  COUNT,
  COUNTRY,
  DATE,
  DIGEST,
  DOCUMENT,
  DURATION,
  LEGAL_BASIS,
  LISTING,
  NAME,
  PARTY_ID,
  TERM,
  TERM_SET,
  TEXT,
} from './shapes.js'

const LIST_MAX = 64

const ROLE = oneTermOf(
  'https://w3id.org/dpv#DataController',
  'https://w3id.org/dpv#JointDataControllers',
  'https://w3id.org/dpv#DataProcessor',
  'https://w3id.org/dpv#DataSubProcessor',
  'https://w3id.org/dpv#DataExporter',
  'https://w3id.org/dpv#DataImporter',
)

const ROLE_MEMBER = required(
  ROLE,
  'Role of this side. `DataExporter` and `DataImporter` only where data protection law gives it none.',
  {
    source: 'GDPR Art. 30(1)(a), 30(2); SCC Annex I.A; IDTA table 2; R08',
    vocabulary: 'DPV legal roles',
  },
)

const BASIS_MEMBER = optional(listOf(LEGAL_BASIS, 32), 'Legal bases of this side.', {
  source: 'GDPR Art. 6, 9, 10; R14',
})

const JOINT_MEMBER = optional(
  setOf(PARTY_ID, LIST_MAX),
  'Parties with which it controls jointly.',
  {
    source: 'GDPR Art. 26, 30(1)(a)',
  },
)

const EXPORTER = object({
  role: ROLE_MEMBER,
  legalBasis: BASIS_MEMBER,
  jointWith: JOINT_MEMBER,
  onBehalfOf: optional(PARTY_ID, 'Controller for which a processor acts.', {
    source: 'GDPR Art. 30(2)(a); R08',
  }),
})

const IMPORTER = object({
  role: ROLE_MEMBER,
  legalBasis: BASIS_MEMBER,
  jointWith: JOINT_MEMBER,
  onBehalfOf: optional(PARTY_ID, 'Controller for which a processor acts.', {
    source: 'GDPR Art. 30(2)(a); R08',
  }),
  listings: optional(
    listOf(LISTING, 16),
    'Evidence that an adequacy decision covers this importer.',
    {
      source: 'GDPR Art. 45(3); R07',
    },
  ),
})

const DEROGATION = object({
  ground: required(
    oneOf('A49-1-a', 'A49-1-b', 'A49-1-c', 'A49-1-d', 'A49-1-e', 'A49-1-f', 'A49-1-g', 'A49-2'),
    'Which derogation; A49-2 is the second subparagraph of Art. 49(1).',
    { source: 'GDPR Art. 49(1); R09' },
  ),
  repeats: required(COUNT, 'Earlier transfers between these parties on the same ground.', {
    unit: 'transfers',
    source: 'GDPR Art. 49(1); R09',
  }),
  safeguards: optional(TERM_SET, 'Suitable safeguards, for A49-2.', {
    source: 'GDPR Art. 49(1) second subparagraph, 30(1)(e)',
    vocabulary: 'DPV measures',
  }),
  authorityNotifiedOn: optional(DATE, 'Day the authority was informed, for A49-2.', {
    source: 'GDPR Art. 49(1) second subparagraph; R09',
  }),
  subjectsInformedOn: optional(DATE, 'Day the data subjects were informed, for A49-2.', {
    source: 'GDPR Art. 49(1) second subparagraph',
  }),
})

const SUB_PROCESSOR = object({
  party: optional(PARTY_ID, 'Party of the ledger; this or `name`.'),
  name: optional(NAME, 'Organisation that is no party; this or `party`.'),
  country: required(COUNTRY, 'Where it processes.', { source: 'GDPR Art. 44; R17' }),
  subject: required(TEXT, 'Subject matter.', { source: 'SCC Annex III' }),
  nature: required(TERM_SET, 'Nature of its processing.', {
    source: 'SCC Annex III',
    vocabulary: 'DPV processing',
  }),
  duration: optional(DURATION, 'How long it processes.', { source: 'SCC Annex III' }),
})

const END_USE = object({
  statement: required(
    oneOf(
      'declared-purposes-only',
      'own-operations',
      'service-to-exporter',
      'research',
      'legal-duty',
      'public-task',
    ),
    'What the importer, by signing, says it will use the data for.',
    { source: '28 CFR 202.1001; R04, R23' },
  ),
  digest: optional(DIGEST, 'SHA-256 of a longer end-use statement.', { source: 'R23' }),
})

const CHINA = object({
  ciio: required(BOOLEAN, 'The exporter operates critical information infrastructure.', {
    source: 'CAC Provisions 2024; R31',
  }),
  importantData: required(BOOLEAN, 'The datasets hold important data.', {
    source: 'CAC Provisions 2024; R31',
  }),
  exemption: optional(
    oneOf('contract', 'hr', 'emergency', 'transit', 'free-trade-zone', 'below-threshold'),
    'Exempt case that is claimed; left out: none.',
    { source: 'CAC Provisions 2024 Art. 3–6; R31' },
  ),
  persons: optional(
    COUNT,
    'Persons exported since 1 January to all importers, this transfer included, in the ledger or not.',
    { unit: 'persons', source: 'CAC Provisions 2024 Art. 7–8; R31' },
  ),
  sensitivePersons: optional(COUNT, 'Of these, persons with sensitive data.', {
    unit: 'persons',
    source: 'CAC Provisions 2024 Art. 7–8; R31',
  }),
  filing: optional(NAME, 'Number of the filing, certificate or assessment.', { source: 'R31' }),
})

const US_202 = object({
  transaction: required(
    oneOf('data-brokerage', 'vendor', 'employment', 'investment', 'exempt', 'other'),
    'Class of the transaction.',
    { source: '28 CFR 202.301, 202.401; R29' },
  ),
  coveredPerson: required(
    oneOf('no', 'yes', 'unknown'),
    'Whether the importer is a covered person.',
    {
      source: '28 CFR 202.211; R29',
    },
  ),
  checkedOn: optional(DATE, 'Day on which that was checked.'),
  ownership: optional(
    listOf(
      object({
        country: required(COUNTRY, 'Country of the owners.'),
        share: required(integer(0, 10_000), 'Their share.', { unit: 'basis points' }),
      }),
      32,
    ),
    'Who owns the importer, each country once.',
    { source: '28 CFR 202.1101(b)(4); R29' },
  ),
  licence: optional(NAME, 'Number of the licence.', { source: '28 CFR 202.1101(b); R29' }),
  onwardBan: optional(BOOLEAN, 'A contract bans onward brokerage to countries of concern.', {
    source: '28 CFR 202.302; R29',
  }),
  securityRequirements: optional(
    BOOLEAN,
    'The security requirements for restricted transactions are met.',
    {
      source: '28 CFR 202.401; R29',
    },
  ),
})

export const TERMS = object({
  exporter: required(EXPORTER, 'The exporter’s side.', { source: 'R08, R14' }),
  importer: required(IMPORTER, 'The importer’s side.', { source: 'R07, R08, R14' }),
  endUse: optional(END_USE, 'End-use statement; left out: none was given.', {
    source: '28 CFR 202.1001; R04, R23',
  }),
  prohibitedUses: optional(
    setOf(
      oneOf(
        'coercion',
        'discrimination',
        'surveillance-beyond-purpose',
        'sale-onward',
        'reidentification',
        'solely-automated-decision',
        'profiling',
        'model-training',
        'law-enforcement',
        'military',
      ),
      10,
    ),
    'Uses that the importer, by signing, rules out.',
    { source: 'R04' },
  ),
  furtherPurposes: optional(TERM_SET, 'Further processing that is agreed.', {
    source: 'SCC Annex I.B; R02',
    vocabulary: 'DPV purposes',
  }),
  nature: optional(TERM_SET, 'Nature of the importer’s processing.', {
    source: 'SCC Annex I.B; GDPR Art. 30(2)(b)',
    vocabulary: 'DPV processing',
  }),
  subjects: optional(TERM_SET, 'Categories of data subjects; left out: those of the parents.', {
    source: 'GDPR Art. 30(1)(c); SCC Annex I.B',
    vocabulary: 'DPV data subjects',
  }),
  measures: optional(
    TERM_SET,
    'Technical and organisational measures, supplementary ones included.',
    {
      source: 'GDPR Art. 30(1)(g), 32; SCC Annex II; R25',
      vocabulary: 'DPV measures, https://w3id.org/dpv/legal/eu/gdpr#SupplementaryMeasure',
    },
  ),
  restrictions: optional(TERM_SET, 'Restrictions and safeguards for sensitive data.', {
    source: 'SCC Annex I.B',
    vocabulary: 'DPV measures',
  }),
  safeguards: optional(TERM_SET, 'Safeguards for research, statistics and archives.', {
    source: 'GDPR Art. 89; R03',
    vocabulary: 'DPV measures',
  }),
  documents: optional(
    listOf(DOCUMENT, LIST_MAX),
    'Assessments, authorisations, notices and licences for this transfer, besides the instrument’s.',
    { source: 'SCC clauses 9, 14; PIPL Art. 55; GDPR Art. 35, 49(6); R09, R17, R25' },
  ),
  subProcessors: optional(listOf(SUB_PROCESSOR, LIST_MAX), 'Sub-processors of the importer.', {
    source: 'GDPR Art. 28(2), (4); SCC Annex III; R17',
  }),
  authority: optional(TERM, 'Competent supervisory authority.', {
    source: 'SCC Annex I.C',
    vocabulary: 'DPV authorities',
  }),
  derogation: optional(
    DEROGATION,
    'Derogation it rests on, with an instrument of that kind or none.',
    {
      source: 'GDPR Art. 49; R09',
    },
  ),
  phase: optional(CODE, 'Phase of the instrument’s caps it belongs to.', { source: 'R19' }),
  tier: optional(
    integer(0, 9),
    'Tier of risk of the corridor under the ruleset that the parties follow.',
    {
      source: 'R23',
    },
  ),
  china: optional(CHINA, 'What Chinese export law asks for.', {
    source: 'PIPL Art. 38; CAC Provisions 2024; R31',
  }),
  us202: optional(US_202, 'What 28 CFR 202 asks for.', { source: '28 CFR 202; R29' }),
})
