/**
 * Datasets, fields and what was done to them: the shapes that lineage reads. DESIGN 5, 6.
 *
 * A field says which fields of the parents it comes from, a transformation says why a copy may differ
 * from its source. Counts are here because thresholds of the law count persons per movement.
 */
import { PARENTS_MAX } from '../limits.js'
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
import { CODE, COUNT, DIGEST, NAME, TERM, TERM_SET } from './shapes.js'

/** Most datasets of one statement. DESIGN 4.1. */
export const DATASETS_MAX = 64
/** Most fields of one statement, over all its datasets. DESIGN 4.1. */
export const FIELDS_MAX = 1_000
/** Highest dataset number; far above the most datasets, so that numbers need not be dense. */
const DATASET_NUMBER_MAX = 65_535
const DATASET_NUMBER = integer(0, DATASET_NUMBER_MAX)
const PARENT_POSITION = integer(0, PARENTS_MAX - 1)

const PARAMETERS = listOf(
  object({
    name: required(CODE, 'Name of the parameter, such as epsilon, k or key-length.'),
    value: required(string('text', 128), 'Its value; numbers as decimals without exponent.'),
  }),
  16,
)

const TRANSFORMATION_KIND = oneOf(
  'identity',
  'mask',
  'pseudonymise',
  'anonymise',
  'aggregate',
  'noise',
  'generalise',
  'drop',
  'filter',
  'sample',
  'join',
  'union',
  'split',
  'derive',
  'infer',
  'train',
  'synthesise',
  'reformat',
  'encrypt',
  'decrypt',
)

export const TRANSFORMATION = object({
  kind: required(
    TRANSFORMATION_KIND,
    'What was done. `join` and `union` explain more rows or fields than the source has.',
    {
      source: 'GDPR Art. 5(1)(c); R10, R12, R13',
    },
  ),
  datasets: optional(
    setOf(DATASET_NUMBER, DATASETS_MAX, 1),
    'Numbers of the datasets of this statement it made; left out, all of them. For these a digest other than the parent’s is explained.',
    { source: 'R13; custody' },
  ),
  fields: optional(
    setOf(NAME, FIELDS_MAX),
    'Names of the fields it touched: of this statement, or of the parents for `drop`; left out, no field in particular.',
    { source: 'R10, R12' },
  ),
  parameters: optional(PARAMETERS, 'Settings that decide how much it protects.', { source: 'R12' }),
  masking: optional(
    BOOLEAN,
    'True when it is meant to hide who a record is about (OpenLineage `masking`).',
    { source: 'R12' },
  ),
  tool: optional(NAME, 'Program and version that did it.'),
})

const VOLUME = object({
  category: required(
    oneOf(
      'human-genomic',
      'human-omic',
      'biometric',
      'precise-geolocation',
      'personal-health',
      'personal-financial',
      'covered-identifiers',
    ),
    'Category of bulk data; counts are made before pseudonymisation is considered.',
    { source: '28 CFR 202.205; R29' },
  ),
  persons: optional(COUNT, 'Persons with data of this category.', {
    unit: 'persons',
    source: '28 CFR 202.205; R29',
  }),
  devices: optional(COUNT, 'Devices with data of this category.', {
    unit: 'devices',
    source: '28 CFR 202.205; R29',
  }),
})

export const SUBJECT_COUNTS = object({
  count: optional(COUNT, 'Persons the records are about. Either this or `band`.', {
    unit: 'persons',
    source: 'CAC Provisions 2024; R13, R19, R29, R31',
  }),
  band: optional(
    object({
      min: required(COUNT, 'At least so many.', { unit: 'persons' }),
      max: required(COUNT, 'At most so many, not below `min`: what threshold rules count.', {
        unit: 'persons',
      }),
    }),
    'A range, where the exact number is a secret.',
    { source: 'R13, R19, R29, R31' },
  ),
  sensitive: optional(COUNT, 'Of these, persons with sensitive data.', {
    unit: 'persons',
    source: 'PIPL Art. 28; CAC Provisions 2024; R31',
  }),
  devices: optional(COUNT, 'Devices the records come from.', {
    unit: 'devices',
    source: '28 CFR 202.205; R29',
  }),
  volumes: optional(listOf(VOLUME, 7), 'Counts per category of 28 CFR 202, each category once.', {
    source: '28 CFR 202.205, 202.1101(b); R29',
  }),
})

export const DATASET = object({
  n: required(DATASET_NUMBER, 'Number of the dataset, unique in the statement; children cite it.'),
  name: required(NAME, 'Logical name, no host and no path.', {
    source: 'GDPR Art. 30(1); lineage',
  }),
  digest: required(DIGEST, 'SHA-256 of the content, or of a manifest of its parts.', {
    source: '28 CFR 202.1101(b)(5); lineage',
  }),
  from: required(
    setOf(PARENT_POSITION, PARENTS_MAX),
    'Positions in `parents` it comes from. Empty for a collection; exactly one for a transfer; at least one for a processing.',
    { source: 'R13, R30; lineage' },
  ),
  records: optional(COUNT, 'Records in it; left out when unknown.', {
    unit: 'records',
    source: '28 CFR 202.1101(b); R13, R19',
  }),
  subjects: optional(SUBJECT_COUNTS, 'Whom it is about, counted; left out when unknown.', {
    source: 'CAC Provisions 2024; 28 CFR 202.205; R13, R19, R29, R31',
  }),
})

export const FIELD = object({
  n: required(DATASET_NUMBER, 'Number of the dataset the field belongs to.'),
  name: required(NAME, 'Name of the field, unique in its dataset.', {
    source: 'GDPR Art. 5(1)(c); R10',
  }),
  category: required(
    TERM,
    'What it tells about a person. `https://w3id.org/dpv#UncategorisedData` when not known, `https://w3id.org/dpv#NonPersonalData` when nothing.',
    {
      source: 'GDPR Art. 30(1)(c); SCC Annex I.B; R14, R19',
      vocabulary: 'dpv-pd categories, https://w3id.org/dpv/pd#…',
    },
  ),
  special: optional(
    setOf(oneOf('special', 'criminal', 'sensitive'), 3),
    'Protection beyond personal data: `special` (GDPR Art. 9), `criminal` (Art. 10), `sensitive` (another law, such as PIPL Art. 28). Empty: none; left out: not assessed.',
    { source: 'GDPR Art. 9, 10; SCC Annex I.B; R14' },
  ),
  identifier: optional(
    oneOf('direct', 'indirect', 'pseudonym', 'none'),
    'How it identifies, after all transformations; left out: not assessed.',
    { source: 'GDPR Art. 4(1), 4(5); R12' },
  ),
  necessary: optional(TERM_SET, 'Purposes of this statement it is necessary for.', {
    source: 'GDPR Art. 5(1)(c); SCC clause 8.3; R11',
    vocabulary: 'DPV purposes',
  }),
  source: optional(
    listOf(
      object({
        parent: required(PARENT_POSITION, 'Position in `parents`, one of its dataset’s `from`.'),
        name: required(NAME, 'Name of the field there.'),
        via: optional(
          oneOf('direct', 'indirect'),
          'Whether values flow from it or it only decides which rows are there (OpenLineage).',
        ),
      }),
      PARENTS_MAX,
    ),
    'Fields it comes from. Empty: it is new here. Left out: in a transfer the field of the same name, in a processing not known.',
    { source: 'R10, R14, R19; column lineage' },
  ),
  transformation: optional(
    object({
      kind: required(TRANSFORMATION_KIND, 'What made this field from its sources.'),
      masking: optional(BOOLEAN, 'True when it is meant to hide who a record is about.'),
      parameters: optional(PARAMETERS, 'Settings that decide how much it protects.'),
    }),
    'How it was made from its sources; left out: unchanged.',
    { source: 'R10, R12; column lineage' },
  ),
})
