/**
 * `ruleset/1`: the dated numbers and lists by which rules judge, recorded where everybody sees the
 * same ones. DESIGN 5; docs/rulesets.md explains each member.
 *
 * The whole ruleset stands in the claims, so that a verdict can be computed again from the log alone.
 * Anyone may record one; which are in force is decided by who issued them, not here.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import { SUBJECT_COUNTS } from './datasets.js'
import { INSTRUMENT_SCHEMA } from './instrument.js'
import {
  BOOLEAN,
  claim,
  EXT,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  optionalListClaim,
  required,
  setOf,
} from './notation.js'
import { CODE, COUNTRY, COUNTRY_SET, DATE, LISTING, NAME, PARTY_ID, TERM, TEXT } from './shapes.js'
import { TERMS } from './terms.js'

const KIND = INSTRUMENT_SCHEMA.claims.kind.shape.members.code.shape
const SCHEME = LISTING.members.scheme.shape
const BULK = SUBJECT_COUNTS.members.volumes.shape.of.members.category.shape
const END_USE_STATEMENT = TERMS.members.endUse.shape.members.statement.shape
const PROHIBITED_USE = TERMS.members.prohibitedUses.shape.of
const SPECIAL = oneOf('special', 'criminal', 'sensitive')

/** Most terms of one list. */
const TERM_LIST_MAX = 300
const TERM_SET = setOf(TERM, TERM_LIST_MAX)
const LOCAL_TERMS_MAX = 128
const POSITIVE = integer(1)
const DAYS_MAX = 36_525
const DAYS = integer(0, DAYS_MAX)

const SOURCED = {
  source: required(TEXT, 'Where it comes from: law and article, or whose choice it is.'),
  asOf: required(DATE, 'Day on which that was looked up.'),
} as const

const TERM_OF_VALIDITY = {
  from: required(DATE, 'First day, UTC.'),
  until: optional(DATE, 'Last day, not before `from`; left out: no end is set.'),
} as const

const TOOL = object({
  kind: required(KIND, 'Kind of instrument, as in `instrument/1`.', { source: 'R05, R18' }),
  adequacy: optional(
    BOOLEAN,
    'It rests on an adequacy decision and holds only while a row of `adequacy` says so; left out: no.',
    { source: 'GDPR Art. 45; R07' },
  ),
  derogation: optional(BOOLEAN, 'Exceptional, never for what repeats; left out: no.', {
    source: 'GDPR Art. 49; R09',
  }),
  assessment: optional(
    oneOf('tia', 'pipia'),
    'Kind of document that must be on file: an assessment of the destination’s law.',
    { source: 'SCC clause 14; PIPL Art. 55; R25' },
  ),
  ...SOURCED,
})

const REGIME = object({
  code: required(CODE, 'Code of the law, as in the regime of a legal basis: eu-gdpr.'),
  name: required(NAME, 'Its name for people.'),
  countries: required(COUNTRY_SET, 'Countries it governs; among them data move freely.'),
  onward: optional(
    BOOLEAN,
    'It follows the data: what is passed on from elsewhere needs one of its tools too; left out: no.',
    { source: 'GDPR Art. 44; R18' },
  ),
  tools: required(listOf(TOOL, 64), 'Instruments it accepts for leaving them, each kind once.'),
  ...SOURCED,
})

const ADEQUACY = object({
  regime: required(CODE, 'Code of the law under which it was decided.'),
  to: required(COUNTRY, 'Country it is about.'),
  scheme: optional(SCHEME, 'It covers only organisations with this listing; left out: all.'),
  ...TERM_OF_VALIDITY,
  ...SOURCED,
})

const US_BULK = object({
  countriesOfConcern: required(COUNTRY_SET, 'Countries of concern.', { source: '28 CFR 202.601' }),
  windowMonths: required(integer(1, 120), 'Transfers of so many months are summed.', {
    unit: 'months',
    source: '28 CFR 202.205',
  }),
  thresholds: required(
    listOf(
      object({
        category: required(BULK, 'Category of bulk data.'),
        unit: required(oneOf('persons', 'devices'), 'What is counted.'),
        count: required(POSITIVE, 'More than so many is bulk.'),
        ...SOURCED,
      }),
      7,
    ),
    'Thresholds, each category once.',
    { source: '28 CFR 202.205' },
  ),
  warnPercent: required(integer(1, 100), 'Share of a threshold from which on a rule warns.', {
    unit: 'percent',
  }),
  coveredShareBasisPoints: required(
    integer(1, 10_000),
    'Owned by countries of concern with at least this share: a covered person.',
    { unit: 'basis points', source: '28 CFR 202.211' },
  ),
  categories: required(
    listOf(
      object({
        term: required(TERM, 'Category of data.', { vocabulary: 'dpv-pd' }),
        category: required(BULK, 'Category of bulk data it stands for.'),
      }),
      TERM_LIST_MAX,
    ),
    'What fields stand for where a transfer declares no volumes, each pair once.',
  ),
  ...SOURCED,
})

const CHINA = object({
  exemptBelow: required(POSITIVE, 'Fewer persons since 1 January, none sensitive: exempt.', {
    unit: 'persons',
  }),
  assessmentFrom: required(POSITIVE, 'So many or more: security assessment.', {
    unit: 'persons',
  }),
  assessmentSensitiveFrom: required(
    POSITIVE,
    'So many with sensitive data or more: security assessment.',
    { unit: 'persons' },
  ),
  exemptions: required(
    setOf(oneOf('contract', 'hr', 'emergency', 'transit', 'free-trade-zone'), 5),
    'Claims of exemption that are accepted. That a number is below the threshold is counted, never claimed.',
  ),
  utcOffsetHours: required(integer(-12, 14), 'Hours by which its day begins before that of UTC.', {
    unit: 'hours',
  }),
  ...SOURCED,
})

const LOCAL_TERM = object({
  term: required(TERM, 'IRI of the term, outside the vocabulary’s own names.'),
  label: required(NAME, 'Label for people.'),
  parents: required(
    setOf(TERM, 16, 1),
    'Terms of the vocabulary, or local ones declared before; it means what all of them mean together.',
  ),
})
const LOCAL_TERMS = required(
  listOf(LOCAL_TERM, LOCAL_TERMS_MAX),
  'Terms of one’s own, each once, parents first.',
)

export const RULESET_SCHEMA = {
  type: 'ruleset/1',
  doc: 'The dated tables by which rules judge: laws and their tools, adequacy, thresholds, corridors, uses, terms of one’s own. Those of the operator are in force on its ledger.',
  roles: [['issuer']],
  countersigned: false,
  extras: { parents: 'none', about: 'none', supersedes: 'optional' },
  claims: {
    issuer: claim(PARTY_ID, 'Who publishes it, and answers for it.', {
      source: 'accountability of rules',
    }),
    name: claim(CODE, 'Name of the series: waybill.'),
    version: claim(CODE, 'Version, unique per name, sorts by time: 2026-11.'),
    effective: claim(object(TERM_OF_VALIDITY), 'When it is in force.', {
      source: 'a transfer is judged by the law of its day',
    }),
    asOf: claim(DATE, 'Day on which its tables were last checked.', {
      source: 'tables of the law age',
    }),
    regimes: optionalListClaim(REGIME, 'Laws that restrict what leaves their countries.', {
      max: 32,
      source: 'GDPR chapter V and its like; R05, R09, R18, R25',
    }),
    adequacy: optionalListClaim(ADEQUACY, 'Adequacy decisions, and what serves as one.', {
      max: 512,
      source: 'GDPR Art. 45; R07',
    }),
    usBulk: claim(US_BULK, 'Bulk sensitive data of US persons.', { source: '28 CFR 202; R29' }),
    china: claim(CHINA, 'Personal information that leaves China.', {
      source: 'PIPL Art. 38; CAC Provisions 2024; R31',
    }),
    endUses: optionalListClaim(
      object({
        statement: required(END_USE_STATEMENT, 'End-use statement, as in `transfer/1`.'),
        purposes: required(TERM_SET, 'It allows purposes under these; empty: the transfer’s own.'),
        ...SOURCED,
      }),
      'What end-use statements allow, each once.',
      { max: 16, source: 'R04' },
    ),
    prohibitedUses: optionalListClaim(
      object({
        use: required(PROHIBITED_USE, 'Prohibited use, as in `transfer/1`.'),
        purposes: required(TERM_SET, 'Purposes that betray it.', { vocabulary: 'DPV purposes' }),
        nature: required(TERM_SET, 'Kinds of processing that betray it.', {
          vocabulary: 'DPV processing',
        }),
        ...SOURCED,
      }),
      'What betrays a prohibited use, each once.',
      { max: 16, source: 'R04' },
    ),
    corridors: optionalListClaim(
      object({
        from: optional(COUNTRY, 'From there; left out: from anywhere.'),
        to: optional(COUNTRY, 'To there; left out: to anywhere.'),
        special: optional(SPECIAL, 'Only for data with this protection; left out: any.'),
        tier: required(integer(0, 9), 'Tier of risk.'),
        ...SOURCED,
      }),
      'Corridors with a tier of risk, each once.',
      { max: 256, source: 'R23' },
    ),
    purposes: claim(
      object({
        explicitOnly: required(TERM_SET, 'Purposes that a wider one never implies.'),
        localTerms: LOCAL_TERMS,
        ...SOURCED,
      }),
      'How purposes are read.',
      { source: 'GDPR Art. 5(1)(b); R02', vocabulary: 'DPV purposes' },
    ),
    categories: claim(
      object({
        special: required(TERM_SET, 'Special beyond what the vocabulary says.'),
        notSpecial: required(TERM_SET, 'Not special despite what the vocabulary says.'),
        criminal: required(TERM_SET, 'Criminal convictions and offences, and what is under them.'),
        localTerms: LOCAL_TERMS,
        ...SOURCED,
      }),
      'How categories of data are read.',
      { source: 'GDPR Art. 9, 10; R14', vocabulary: 'dpv-pd' },
    ),
    times: claim(
      object({
        lateLoggingDays: required(DAYS, 'Recorded so many days after it began: late.', {
          unit: 'days',
          source: 'R35',
        }),
        skewSeconds: required(integer(0, 86_400), 'Clocks may differ by so much.', {
          unit: 'seconds',
          source: 'R35',
        }),
        tableMaxAgeDays: required(DAYS, 'Tables older than this are a warning.', { unit: 'days' }),
        lapseWarnDays: required(DAYS, 'A warning so long before something lapses.', {
          unit: 'days',
          source: 'R06, R25',
        }),
        listingMaxAgeDays: required(DAYS, 'A listing checked longer ago is no evidence.', {
          unit: 'days',
          source: 'R07',
        }),
        endUseTier: required(
          integer(0, 10),
          'End-use statements are asked for from this tier on.',
          {
            source: 'R23',
          },
        ),
        ...SOURCED,
      }),
      'Days, seconds and tiers.',
    ),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type RulesetClaims = ClaimsOf<typeof RULESET_SCHEMA>
