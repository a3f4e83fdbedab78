/**
 * Verification of evidence: checkpoint → entries → registry → statements. DESIGN 4.8, 6.
 *
 * Needs a policy and the evidence, nothing else: no network, no clock, no ledger. What comes out as
 * a `VerifiedStatement` has its entry proven under the checkpoint, every signature verified with a
 * key that was active at that entry, and its digests matched. Only this file makes that type.
 */
import { equalBytes, toHex } from './bytes.js'
import { type OpenedStatement, openClaimIssues, openStatement, partyIssues } from './check.js'
import { type Checkpoint, type OpenedCheckpoint, openCheckpoint } from './checkpoint.js'
import type { Cosignature } from './cosignature.js'
import type { Crypto } from './ed25519.js'
import type { Entry } from './entry.js'
import { envelopeDigest } from './envelope.js'
import { LedgerError } from './errors.js'
import type { Evidence, StatementEvidence } from './evidence.js'
import { factsOf, type StatementFacts } from './facts.js'
import { type Finding, findingOf, type RecordVerdict, recordVerdict } from './finding.js'
import { compromiseNotes, continuedNotes, logKeyFindings } from './key-notes.js'
import type { PartyId } from './key-state.js'
import { IAT_AHEAD_MAX_S } from './limits.js'
import type { NoteKey } from './note.js'
import type { Policy } from './policy.js'
import type { Quorum } from './quorum.js'
import { type StatementId, statementId } from './statement.js'
import { quorumFindings } from './verify-checkpoint.js'
import { entriesById, type Located, verifyEntries, verifyPaths } from './verify-entries.js'
import { type VerifiedParty, verifyParties } from './verify-registry.js'
import { type RegistryFrame, type VerifiedSigner, verifySigners } from './verify-signers.js'

declare const verified: unique symbol

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
  /** The policy's witnesses that cosigned the checkpoint, and when. */
  readonly cosigned: readonly Cosignature[]
  /** Whether they are enough for the policy; absent without a checkpoint. */
  readonly quorum?: Quorum
  readonly registrar?: PartyId
  /** Entry time of the last entry, seconds since 1970; when the tree was last written to. */
  readonly headTime?: number
  readonly statements: ReadonlyMap<StatementId, VerifiedStatement>
  readonly parties: ReadonlyMap<PartyId, VerifiedParty>
  readonly findings: readonly Finding[]
}

/** Judges evidence. Never throws for bad evidence. */
export function verifyEvidence(evidence: Evidence, context: VerifyContext): EvidenceReport {
  const findings: Finding[] = []
  let opened: OpenedCheckpoint
  try {
    opened = openCheckpoint(evidence.checkpoint, context.policy, context.crypto)
  } catch (error) {
    findings.push(findingOf(error, { at: 'checkpoint' }))
    const nothing = { signedBy: [], cosigned: [], statements: new Map(), parties: new Map() }
    return { verdict: recordVerdict(findings, 0), ...nothing, findings }
  }
  const { checkpoint, signedBy, cosigned, quorum } = opened
  findings.push(...quorumFindings(opened))
  const { crypto } = context
  const entries = verifyEntries(evidence, checkpoint, crypto, findings)
  const genesis = entries.get(0)?.entry.id
  const byId = entriesById(entries, findings)
  const registry = verifyParties(evidence.parties, {
    genesis,
    origin: checkpoint.origin,
    crypto,
    placeOf: (id) => byId.get(id),
  })
  const { parties, registrar } = registry
  const paths = verifyPaths(evidence, parties, entries, crypto)
  findings.push(...registry.findings, ...paths.findings)
  const head = entries.get(checkpoint.size - 1)?.entry
  const frame: Frame = {
    origin: checkpoint.origin,
    crypto,
    parties,
    registrar,
    counts: paths.counts,
    headRoot: head?.registryRoot,
    entries,
    byId,
  }
  findings.push(
    ...openLists(frame),
    ...continuedNotes([...parties.values()].map(({ states }) => states.at(-1))),
  )
  const operator = registrar === undefined ? undefined : parties.get(registrar)?.states.at(-1)
  findings.push(...logKeyFindings(checkpoint, signedBy, operator))
  const statements = verifyStatements(evidence.statements, frame, findings)
  return {
    verdict: recordVerdict(findings, statements.size),
    checkpoint,
    signedBy,
    cosigned,
    quorum,
    ...(registrar === undefined ? {} : { registrar }),
    ...(head === undefined ? {} : { headTime: head.time }),
    statements,
    parties,
    findings,
  }
}

type Frame = RegistryFrame & {
  readonly origin: string
  readonly entries: ReadonlyMap<number, Located>
  readonly byId: ReadonlyMap<string, Located>
}

/** Every party's list must be exactly what the registry holds at the last entry. */
function openLists({ parties, counts, headRoot }: Frame): readonly Finding[] {
  if (headRoot === undefined) return []
  const complete = counts.get(toHex(headRoot))
  return [...parties.values()].flatMap(({ party, ids }): readonly Finding[] => {
    const at = `party ${party}`
    const count = complete?.get(party)
    if (count === ids.length) return []
    if (count === undefined) {
      const detail = 'its registry statements are not shown to be complete'
      return [{ severity: 'incomplete', code: 'EVIDENCE_MISSING', at, detail }]
    }
    const detail = 'a statement that the registry does not hold'
    return [{ severity: 'failed', code: 'REGISTRY_MISMATCH', at, detail }]
  })
}

function verifyStatements(
  items: readonly StatementEvidence[],
  frame: Frame,
  findings: Finding[],
): ReadonlyMap<StatementId, VerifiedStatement> {
  const statements = new Map<StatementId, VerifiedStatement>()
  for (const item of items) {
    const statement = verifyStatement(item, frame, findings)
    if (statement !== undefined) statements.set(statement.id, statement)
  }
  if (items.length === 0) {
    findings.push({ severity: 'incomplete', code: 'NOTHING_TO_VERIFY', at: 'statements' })
  }
  return statements
}

function verifyStatement(
  item: StatementEvidence,
  frame: Frame,
  findings: Finding[],
): VerifiedStatement | undefined {
  const id = statementId(item.envelope.payloadBytes, frame.crypto.sha256)
  const located = item.index === undefined ? frame.byId.get(id) : frame.entries.get(item.index)
  const about = aboutStatement(id, located?.index ?? item.index)
  try {
    if (located === undefined) {
      throw new LedgerError('EVIDENCE_MISSING', { reason: 'its entry is not proven' })
    }
    if (located.entry.id !== id) throw new LedgerError('ENTRY_MISMATCH', { reason: 'statement' })
    const opened = openStatement(item.envelope, frame.crypto)
    const facts = factsOf(opened)
    checkContent(opened, facts, located.entry, frame)
    const signers = item.form === 'stub' ? [] : verifySigners(opened, facts, located, frame)
    findings.push(...compromiseNotes(signers, located, frame), ...openness(opened, item, about))
    const { index, entry } = located
    const { form } = item
    return { ...opened, index, time: entry.time, facts, signers, form } as VerifiedStatement
  } catch (error) {
    findings.push(findingOf(error, about))
    return undefined
  }
}

function aboutStatement(
  id: StatementId,
  index: number | undefined,
): Pick<Finding, 'at' | 'id' | 'index'> {
  return { at: `statement ${id.slice(0, 12)}`, id, ...(index === undefined ? {} : { index }) }
}

/** What is decided by the entry and the payload alone. */
function checkContent(
  opened: OpenedStatement,
  facts: StatementFacts,
  entry: Entry,
  frame: Frame,
): void {
  const { payload, envelope } = opened
  if (payload.origin !== frame.origin) throw new LedgerError('AUDIENCE_WRONG')
  if (payload.iat > entry.time + IAT_AHEAD_MAX_S) throw new LedgerError('STATEMENT_FROM_FUTURE')
  if (payload.countersignBy !== undefined && payload.countersignBy < entry.time) {
    throw new LedgerError('STATEMENT_EXPIRED')
  }
  // What was refused is never admitted, nor the other way round (DESIGN 5 "Two-sided flow").
  if (payload.about !== undefined && frame.byId.has(payload.about)) {
    throw new LedgerError('STATEMENT_ADMITTED', { reason: 'what it refuses is in the log' })
  }
  if (envelope.signatures.length > 0) {
    const digest = envelopeDigest(envelope, frame.crypto.codec)
    if (!equalBytes(digest, entry.envelopeDigest)) {
      throw new LedgerError('ENTRY_MISMATCH', { reason: 'envelope' })
    }
  }
  const [issue] = [...openClaimIssues(opened), ...partyIssues(facts)]
  if (issue !== undefined) throw new LedgerError(issue.code, { at: issue.at })
}

/** Withheld values leave the record incomplete, unless the schema lets the parties keep them. */
function openness(
  { open, schema }: OpenedStatement,
  { form, unread }: StatementEvidence,
  about: Pick<Finding, 'at' | 'id' | 'index'>,
): readonly Finding[] {
  const severity = 'incomplete'
  const settle = 'its parties, or an auditor of this ledger'
  if (unread !== undefined) {
    const detail = 'signed in a way that this version cannot read'
    return [{ ...about, severity, code: unread.code, detail, settle: 'a newer version of Waybill' }]
  }
  if (form === 'stub') {
    const detail = 'shown without signatures'
    return [{ ...about, severity, code: 'STATEMENT_STUB', detail, settle }]
  }
  const withheld = open.withheld.filter((name) => schema.claims[name]?.holderKept !== true)
  if (withheld.length === 0) return []
  return [{ ...about, severity, code: 'CLAIM_WITHHELD', detail: withheld.join(', '), settle }]
}
