/**
 * `key/1`: a party's key is added or ends. DESIGN 5 "Parties".
 *
 * Public, but for the reason. From when an action counts is the entry's index, not a date: only the
 * log's order can be proven.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import {
  claim,
  EXT,
  integer,
  keptClaim,
  object,
  oneOf,
  optional,
  optionalClaim,
  optionalListClaim,
  required,
} from './notation.js'
import { PARTY_ID, TEXT } from './shapes.js'

export const KEY_SCHEMA = {
  type: 'key/1',
  doc: 'A key of a party is added, or ends. An active key of the party signs (`holder`), a new key proves that it exists (`subject`), the registrar admits. Alone, the registrar may only revoke.',
  roles: [['holder', 'registrar', 'subject'], ['holder', 'registrar'], ['registrar']],
  rolesBy: {
    claim: 'action',
    sets: {
      add: [['holder', 'registrar', 'subject']],
      retire: [['holder', 'registrar']],
      revoke: [['holder', 'registrar'], ['registrar']],
      compromised: [['holder', 'registrar']],
    },
  },
  countersigned: true,
  extras: { parents: 'none', about: 'none', supersedes: 'none' },
  claims: {
    party: claim(PARTY_ID, 'Whose key it is.', { source: 'R34' }),
    key: claim({ kind: 'jwk' }, 'The key.', { source: 'R34' }),
    action: claim(
      oneOf('add', 'retire', 'revoke', 'compromised'),
      '`retire`: it ends, earlier signatures are good. `revoke`: it must no longer be used. `compromised`: signatures from `since` on are in doubt.',
      { source: 'R34' },
    ),
    use: optionalListClaim(
      oneOf('statement', 'api', 'witness', 'log'),
      'What an added key may be used for, at least one; `log`, for a key with which the operator signs checkpoints, stands alone. Empty for the other actions: a key ends as a whole.',
      { max: 4, unique: true, source: 'R34' },
    ),
    since: optionalClaim(
      integer(),
      'For `compromised`: first entry whose signatures are in doubt. Null for the other actions.',
      { unit: 'entry index', source: 'R34' },
    ),
    reason: keptClaim(
      object({
        code: required(
          oneOf('routine', 'lost', 'stolen', 'disclosed', 'staff-change', 'device-change', 'other'),
          'Why.',
        ),
        note: optional(TEXT, 'In words; no person is named.'),
      }),
      'Why the key was added or ends.',
    ),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type KeyClaims = ClaimsOf<typeof KEY_SCHEMA>
