/**
 * Verification of evidence: checkpoint → entries → registry → statements. DESIGN 4.8, 6.
 *
 * Needs a policy and the evidence, nothing else: no network, no clock, no ledger. What comes out as
 * a `VerifiedStatement` has its entry proven under the checkpoint, every signature verified with a
 * key that was active at that entry, and its digests matched. Only this file makes that type.
 */

import { equalBytes, toHex } from './bytes.js'
import {
  claimFormIssues,
  claimIssues,
  missingRoles,
  type OpenedStatement,
  openStatement,
  signatureVerifies,
} from './check.js'
import { type Checkpoint, openCheckpoint } from './checkpoint.js'
import type { Crypto } from './ed25519.js'
import { type Entry, entryLeaf, firstPrevious, parseEntry, verifyChainLink } from './entry.js'
import { type EnvelopeSignature, envelopeDigest } from './envelope.js'
import { LedgerError } from './errors.js'
import type { Evidence, StatementEvidence } from './evidence.js'
import { factsOf, type StatementFacts } from './facts.js'
import { type Finding, findingOf, type RecordVerdict, recordVerdict } from './finding.js'
import type { KeyId } from './jwk.js'
import { activeKey, type KeyStatus, type PartyId, type PartyState } from './key-state.js'
import { IAT_AHEAD_MAX_S } from './limits.js'
import type { NoteKey } from './note.js'
import type { Policy } from './policy.js'
import { verifyInclusion } from './proof.js'
import { registryKey, verifyRegistryPath } from './registry.js'
import type { StatementId } from './statement.js'
import { type VerifiedParty, verifyParties } from './verify-registry.js'

declare const verified: unique symbol

export type VerifiedSigner = {
  readonly role: string
  readonly kid: KeyId
  /** When this side says it signed, seconds since 1970. */
  readonly iat: number
  readonly party: PartyId
  /** What became of the key by the checkpoint's last entry. */
  readonly statusNow: KeyStatus
}

export type VerifiedStatement = OpenedStatement & {
  readonly [verified]: true
  readonly index: number
  /** Entry time, seconds since 1970: the operator's word, bounded by witnesses. */
  readonly time: number
  readonly facts: StatementFacts
  /** Empty for a stub, whose signatures are not shown. */
  readonly signers: readonly VerifiedSigner[]
  readonly form: 'envelope' | 'stub'
}

export type VerifyContext = {
  readonly policy: Policy
  readonly crypto: Crypto
}

export type EvidenceReport = {
  readonly verdict: RecordVerdict
  readonly checkpoint?: Checkpoint
  readonly signedBy: readonly NoteKey[]
  readonly registrar?: PartyId
  /** Entry time of the last entry, seconds since 1970; when the tree was last written to. */
  readonly headTime?: number
  readonly statements: ReadonlyMap<StatementId, VerifiedStatement>
  readonly parties: ReadonlyMap<PartyId, VerifiedParty>
  readonly findings: readonly Finding[]
}

type Located = { readonly index: number; readonly entry: Entry }

/** Judges evidence. Never throws for bad evidence. */
export function verifyEvidence(evidence: Evidence, context: VerifyContext): EvidenceReport {
  const findings: Finding[] = []
  let opened: ReturnType<typeof openCheckpoint>
  try {
    opened = openCheckpoint(evidence.checkpoint, context.policy, context.crypto)
  } catch (error) {
    findings.push(findingOf(error, { at: 'checkpoint' }))
    return {
      verdict: recordVerdict(findings, 0),
      signedBy: [],
      statements: new Map(),
      parties: new Map(),
      findings,
    }
  }
  const { checkpoint, signedBy } = opened
  const entries = verifyEntries(evidence, checkpoint, context.crypto, findings)
  const genesis = entries.get(0)?.entry.id
  const registry = verifyParties(evidence.parties, genesis, checkpoint.origin, context.crypto)
  findings.push(...registry.findings)
  const frame: Frame = {
    origin: checkpoint.origin,
    crypto: context.crypto,
    parties: registry.parties,
    registrar: registry.registrar,
    counts: verifyPaths(evidence, registry.parties, context.crypto, findings),
    headRoot: entries.get(checkpoint.size - 1)?.entry.registryRoot,
    byId: new Map([...entries.values()].map((located) => [located.entry.id, located])),
  }
  const statements = new Map<StatementId, VerifiedStatement>()
  for (const item of evidence.statements) {
    const statement = verifyStatement(item, frame, findings)
    if (statement !== undefined) statements.set(statement.id, statement)
  }
  if (evidence.statements.length === 0) {
    findings.push({ severity: 'incomplete', code: 'NOTHING_TO_VERIFY', at: 'statements' })
  }
  const headTime = entries.get(checkpoint.size - 1)?.entry.time
  return {
    verdict: recordVerdict(findings, statements.size),
    checkpoint,
    signedBy,
    ...(registry.registrar === undefined ? {} : { registrar: registry.registrar }),
    ...(headTime === undefined ? {} : { headTime }),
    statements,
    parties: registry.parties,
    findings,
  }
}

/** Every entry with its inclusion; entry 0 and the last one must be there, links are checked where both ends are. */
function verifyEntries(
  evidence: Evidence,
  checkpoint: Checkpoint,
  crypto: Crypto,
  findings: Finding[],
): ReadonlyMap<number, Located> {
  const entries = new Map<number, Located>()
  const leaves = new Map<number, Uint8Array>()
  for (const { index, entry: bytes, path } of evidence.entries) {
    try {
      const entry = parseEntry(bytes)
      const leaf = entryLeaf(bytes, crypto.sha256)
      verifyInclusion(leaf, index, checkpoint.size, path, checkpoint.root)
      if (index === 0) verifyChainLink(entry, firstPrevious(checkpoint.origin, crypto.sha256), 0, 0)
      entries.set(index, { index, entry })
      leaves.set(index, leaf)
    } catch (error) {
      findings.push(findingOf(error, { at: `entry ${index}`, index }))
    }
  }
  for (const { index, entry } of entries.values()) {
    const before = leaves.get(index - 1)
    const time = entries.get(index - 1)?.entry.time ?? 0
    try {
      if (before !== undefined) verifyChainLink(entry, before, time, index)
    } catch (error) {
      findings.push(findingOf(error, { at: `entry ${index}`, index }))
    }
  }
  for (const index of checkpoint.size === 0 ? [] : [0, checkpoint.size - 1]) {
    if (!evidence.entries.some((item) => item.index === index)) {
      findings.push({
        severity: 'incomplete',
        code: 'EVIDENCE_MISSING',
        at: `entry ${index}`,
        index,
      })
    }
  }
  return entries
}

/** How many of a party's statements a registry root holds, by `root/party`. */
type Counts = ReadonlyMap<string, number>

function verifyPaths(
  evidence: Evidence,
  parties: ReadonlyMap<PartyId, VerifiedParty>,
  crypto: Crypto,
  findings: Finding[],
): Counts {
  const counts = new Map<string, number>()
  for (const { root, party, count, path } of evidence.registry) {
    const known = parties.get(party)
    if (known === undefined || count > known.ids.length) {
      findings.push({ severity: 'failed', code: 'REGISTRY_MISMATCH', at: `party ${party}` })
      continue
    }
    try {
      const claim = {
        key: registryKey('party', party, crypto.sha256),
        ids: known.ids.slice(0, count),
        path,
      }
      verifyRegistryPath(claim, root, crypto.sha256)
      counts.set(`${toHex(root)}/${party}`, count)
    } catch (error) {
      findings.push(findingOf(error, { at: `party ${party}` }))
    }
  }
  return counts
}

type Frame = {
  readonly origin: string
  readonly crypto: Crypto
  readonly parties: ReadonlyMap<PartyId, VerifiedParty>
  readonly registrar: PartyId | undefined
  readonly counts: Counts
  readonly headRoot: Uint8Array | undefined
  readonly byId: ReadonlyMap<StatementId, Located>
}

function verifyStatement(
  item: StatementEvidence,
  frame: Frame,
  findings: Finding[],
): VerifiedStatement | undefined {
  let opened: OpenedStatement
  try {
    opened = openStatement(item.envelope, frame.crypto)
  } catch (error) {
    findings.push(findingOf(error, { at: 'a statement' }))
    return undefined
  }
  const { id } = opened
  const located = frame.byId.get(id)
  const about = {
    at: `statement ${id.slice(0, 12)}`,
    id,
    ...(located === undefined ? {} : { index: located.index }),
  }
  if (located === undefined) {
    findings.push({
      ...about,
      severity: 'incomplete',
      code: 'EVIDENCE_MISSING',
      detail: 'its entry is not proven',
    })
    return undefined
  }
  try {
    const facts = factsOf(opened)
    checkContent(opened, located, frame)
    const signers =
      item.form === 'stub' ? [] : verifySigners(opened, facts, located, frame, findings)
    findings.push(...openness(opened, item.form, about))
    const { index, entry } = located
    return {
      ...opened,
      index,
      time: entry.time,
      facts,
      signers,
      form: item.form,
    } as VerifiedStatement
  } catch (error) {
    findings.push(findingOf(error, about))
    return undefined
  }
}

/** What is decided by the entry and the payload alone. */
function checkContent(opened: OpenedStatement, { entry }: Located, frame: Frame): void {
  const { payload, envelope, open } = opened
  if (payload.origin !== frame.origin) throw new LedgerError('AUDIENCE_WRONG')
  if (payload.iat > entry.time + IAT_AHEAD_MAX_S) throw new LedgerError('STATEMENT_FROM_FUTURE')
  if (payload.countersignBy !== undefined && payload.countersignBy < entry.time) {
    throw new LedgerError('STATEMENT_EXPIRED')
  }
  if (envelope.signatures.length > 0) {
    const digest = envelopeDigest(envelope, frame.crypto.sha256)
    if (!equalBytes(digest, entry.envelopeDigest))
      throw new LedgerError('ENTRY_MISMATCH', { reason: 'envelope' })
  }
  const [issue] = open.withheld.length === 0 ? claimIssues(opened) : claimFormIssues(opened)
  if (issue !== undefined) throw new LedgerError(issue.code, { at: issue.at })
}

function verifySigners(
  opened: OpenedStatement,
  facts: StatementFacts,
  located: Located,
  frame: Frame,
  findings: Finding[],
): readonly VerifiedSigner[] {
  if (missingRoles(opened, facts).length > 0) throw new LedgerError('SIGNATURE_MISSING')
  return opened.envelope.signatures.map((signature) => {
    const { header } = signature
    const party = partyOf(signature, facts, frame)
    const state = stateAt(party, opened.id, located.entry, frame)
    const own = facts.ownKeys[header.role]
    if (own !== undefined && own.kid !== header.kid)
      throw new LedgerError('ROLE_KEY_WRONG', { at: header.role })
    const key =
      own ??
      enrolling(opened.id, facts, frame, header.kid) ??
      activeKey(state, header.kid, 'statement', header.role)
    if (!signatureVerifies(opened.envelope, signature, key.key, frame.crypto)) {
      throw new LedgerError('SIGNATURE_INVALID', { at: header.role })
    }
    const now = frame.parties.get(party)?.states.at(-1)?.keys.get(header.kid)
    noteCompromise(now, located, opened.id, findings)
    return {
      role: header.role,
      kid: header.kid,
      iat: header.iat,
      party,
      statusNow: now?.status ?? 'active',
    }
  })
}

/** Entry 0 is signed by the operator in both roles, with the key that it brings. */
function enrolling(
  id: StatementId,
  facts: StatementFacts,
  frame: Frame,
  kid: KeyId,
): { readonly key: Parameters<Crypto['verify']>[2] } | undefined {
  const first =
    frame.registrar === undefined ? undefined : frame.parties.get(frame.registrar)?.ids[0]
  return first === id && facts.ownKeys['party']?.kid === kid ? facts.ownKeys['party'] : undefined
}

/** The party a signature speaks for: as the claims say, else the one party in evidence that has the key. */
function partyOf({ header }: EnvelopeSignature, facts: StatementFacts, frame: Frame): PartyId {
  if (header.role === 'registrar') {
    if (frame.registrar === undefined)
      throw new LedgerError('EVIDENCE_MISSING', { reason: 'the registrar is not shown' })
    return frame.registrar
  }
  const named = facts.parties[header.role]
  if (named !== undefined) return named
  for (const { party, states } of frame.parties.values()) {
    if (states.at(-1)?.keys.has(header.kid) === true) return party
  }
  throw new LedgerError('EVIDENCE_MISSING', {
    reason: `the party of role ${header.role} is not shown`,
  })
}

/** A party's key state just before a statement's entry. */
function stateAt(
  party: PartyId,
  id: StatementId,
  entry: Entry,
  frame: Frame,
): PartyState | undefined {
  const count = frame.counts.get(`${toHex(entry.registryRoot)}/${party}`)
  const known = frame.parties.get(party)
  if (count === undefined || known === undefined) {
    throw new LedgerError('EVIDENCE_MISSING', {
      reason: `key state of party ${party} at this entry`,
    })
  }
  if (
    frame.headRoot === undefined ||
    frame.counts.get(`${toHex(frame.headRoot)}/${party}`) !== known.ids.length
  ) {
    throw new LedgerError('EVIDENCE_MISSING', {
      reason: `key state of party ${party} at the checkpoint`,
    })
  }
  // The root is the state after this entry: a registry statement's own effect is taken off again.
  const before = known.ids[count - 1] === id ? count - 1 : count
  return known.states[before]
}

function noteCompromise(
  now: { readonly status: KeyStatus; readonly since?: number } | undefined,
  { index }: Located,
  id: StatementId,
  findings: Finding[],
): void {
  if (now?.status !== 'compromised' || (now.since !== undefined && now.since > index)) return
  findings.push({
    severity: 'note',
    code: 'KEY_COMPROMISED',
    at: `statement ${id.slice(0, 12)}`,
    id,
    index,
    detail: 'a key that signed it was later declared compromised as of this entry or before',
  })
}

/** Withheld values leave the record incomplete, unless the schema lets the parties keep them. */
function openness(
  opened: OpenedStatement,
  form: 'envelope' | 'stub',
  about: Pick<Finding, 'at' | 'id' | 'index'>,
): readonly Finding[] {
  const withheld = opened.open.withheld.filter(
    (name) => opened.schema.claims[name]?.holderKept !== true,
  )
  if (form === 'stub') {
    return [
      {
        ...about,
        severity: 'incomplete',
        code: 'STATEMENT_STUB',
        detail: 'shown without signatures',
        settle: 'its parties, or an auditor of this ledger',
      },
    ]
  }
  if (withheld.length === 0) return []
  return [
    {
      ...about,
      severity: 'incomplete',
      code: 'CLAIM_WITHHELD',
      detail: withheld.join(', '),
      settle: 'the parties that signed it, or an auditor of this ledger',
    },
  ]
}
