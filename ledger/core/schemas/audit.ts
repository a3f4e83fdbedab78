/**
 * `audit/1`: somebody has read a whole log and says what they found. DESIGN 5, 7.1; docs/statements.md.
 *
 * It is its auditor's word about a tree of one size, for whoever trusts that auditor; it proves nothing
 * that a reader could not find out again. Names no statement and quotes none.
 */
import type { ClaimsOf, StatementSchema } from '../schema.js'
import {
  claim,
  EXT,
  object,
  oneOf,
  optional,
  optionalClaim,
  optionalListClaim,
  required,
  string,
} from './notation.js'
import { CODE, COUNT, DIGEST, NAME, PARTY_ID } from './shapes.js'

export const AUDIT_SCHEMA = {
  type: 'audit/1',
  doc: 'A party has audited a log up to a tree size and says what it found.',
  roles: [['auditor']],
  countersigned: false,
  extras: { parents: 'none', about: 'none', supersedes: 'none' },
  claims: {
    auditor: claim(PARTY_ID, 'Who audited.', { source: 'accountability of audits' }),
    log: claim(
      object({
        origin: required(NAME, 'Name of the log that was audited.'),
        size: required(COUNT, 'Tree size up to which it was read.', { unit: 'entries' }),
        root: required(DIGEST, 'Root hash of that tree.'),
        lastEntry: optional(string('time'), 'Time of its last entry.'),
      }),
      'What was audited.',
      { source: 'DESIGN 4.7' },
    ),
    place: claim(oneOf('ledger', 'mirror', 'server'), 'Where it was read.', {
      source: 'what an audit could see',
    }),
    verdict: claim(
      oneOf('verified', 'incomplete', 'failed', 'split-view'),
      'Verdict on the record.',
      { source: 'DESIGN 6' },
    ),
    counts: claim(
      object({
        entries: required(COUNT, 'Entries that were read and judged.'),
        since: required(COUNT, 'Entries before them that an earlier audit had found in order.'),
        signatures: required(COUNT, 'Signatures that were verified.'),
        parties: required(COUNT, 'Parties in the registry.'),
        findings: required(COUNT, 'Findings, notes included.'),
      }),
      'How much it was.',
      { source: 'DESIGN 6' },
    ),
    findings: optionalListClaim(
      object({
        code: required(CODE, 'Code of the finding.'),
        severity: required(oneOf('failed', 'incomplete', 'note'), 'How bad it is.'),
        count: required(COUNT, 'How often it was found.'),
      }),
      'What was found, by code.',
      { max: 64, source: 'docs/errors.md' },
    ),
    ruleset: optionalClaim(
      object({
        name: required(NAME, 'Which rules.'),
        version: required(NAME, 'Their version.'),
      }),
      'Rules that were judged, too. Null: the record only.',
      { source: 'DESIGN 6' },
    ),
    tool: claim(
      object({
        name: required(NAME, 'What audited.'),
        version: required(NAME, 'Its version.'),
      }),
      'With which program.',
      { source: 'reproducibility' },
    ),
    ext: EXT,
  },
} as const satisfies StatementSchema

export type AuditClaims = ClaimsOf<typeof AUDIT_SCHEMA>
