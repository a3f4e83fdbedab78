/**
 * `party/1`: a party enrols. DESIGN 5 "Parties".
 *
 * Public by default. It names an organisation and its offices, never a person. The party's id is the
 * thumbprint of the key in `party`; names are the registrar's word.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import {
  claim,
  EXT,
  listOf,
  object,
  oneOf,
  optional,
  optionalClaim,
  optionalListClaim,
  required,
  setOf,
  string,
} from './notation.js'
import { COUNTRY, NAME, PARTY_ID, TERM, TEXT } from './shapes.js'

const OFFICE = object({
  function: required(
    oneOf('general', 'privacy', 'dpo', 'representative', 'security'),
    'What the office is for.',
    { source: 'GDPR Art. 30(1)(a), 27, 37; SCC Annex I.A' },
  ),
  name: optional(NAME, 'Name of the office; for a representative, of the organisation.'),
  email: optional(string('email'), 'Its mailbox.'),
  url: optional(TERM, 'Its page.'),
  address: optional(TEXT, 'Its postal address.', { source: 'SCC Annex I.A' }),
  country: optional(COUNTRY, 'Where it is.'),
})

export const PARTY_SCHEMA = {
  type: 'party/1',
  doc: 'A party enrols with its first key; the registrar admits it.',
  roles: [['party', 'registrar']],
  countersigned: true,
  extras: { parents: 'none', about: 'none', supersedes: 'none' },
  claims: {
    party: claim(
      object({
        key: required({ kind: 'jwk' }, 'Its first public key; the thumbprint is the party id.'),
        uses: required(
          setOf(oneOf('statement', 'api', 'witness'), 3, 1),
          'What that key may be used for.',
        ),
      }),
      'First key and its uses.',
      { source: 'R34' },
    ),
    name: claim(NAME, 'Legal name of the organisation.', {
      source: 'GDPR Art. 30(1)(a); SCC Annex I.A; IDTA table 1; 28 CFR 202.1101(b)(4)',
    }),
    country: claim(COUNTRY, 'Where it is established.', {
      source: 'SCC Annex I.A; R05, R07, R29',
    }),
    identifiers: optionalListClaim(
      object({
        scheme: required(
          oneOf('lei', 'eori', 'register', 'vat', 'log-vkey', 'witness-vkey'),
          'What kind of identifier; each has a form of its own. The operator’s own statement carries its log’s keys.',
        ),
        value: required(TEXT, 'The identifier; for the two vkey schemes a C2SP verifier key.'),
        register: optional(NAME, 'Which register, for `register`.'),
        country: optional(COUNTRY, 'Of which country, for `register` and `vat`.'),
      }),
      'Identifiers it is known by elsewhere.',
      { max: 32, source: 'SCC Annex I.A; R36' },
    ),
    roles: optionalListClaim(
      oneOf(
        'controller',
        'processor',
        'operator',
        'auditor',
        'regulator',
        'certifier',
        'adjudicator',
        'witness',
        'public-body',
        'research-body',
      ),
      'What it generally is. Rights do not follow from it.',
      { max: 10, unique: true, source: 'GDPR Art. 30' },
    ),
    group: optionalClaim(
      object({
        head: optional(PARTY_ID, 'Party id of the head of the group; its own for the head.'),
        lei: optional(string('lei'), 'LEI of the ultimate parent.'),
        name: optional(NAME, 'Name of the group.'),
        bcr: optional(NAME, 'Number under which its binding corporate rules were approved.', {
          source: 'GDPR Art. 47; R36',
        }),
      }),
      'Group of undertakings, with `head`, `lei` or both: equal ones are the same group. Null: none.',
      { source: 'GDPR Art. 4(19), 47; R36' },
    ),
    contact: optionalClaim(
      object({
        offices: required(
          listOf(OFFICE, 16, 1),
          'Offices; each has a mailbox, a page or an address.',
        ),
      }),
      'Whom to write to: offices, never persons.',
      { source: 'GDPR Art. 30(1)(a); SCC Annex I.A' },
    ),
    continues: optionalClaim(PARTY_ID, 'Party it continues, having lost all keys of that one.', {
      source: 'R34',
    }),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type PartyClaims = ClaimsOf<typeof PARTY_SCHEMA>
