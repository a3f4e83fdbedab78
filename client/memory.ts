/**
 * The last checkpoint seen of each ledger, and whether a new one continues it. DESIGN 2, 6.
 *
 * An operator who shows two histories, or goes back to an old one, is caught by whoever remembers:
 * the ledger must prove that the smaller tree is the beginning of the larger one. Where it cannot,
 * both signed heads are kept as evidence. Only checkpoints that a policy trusts come here.
 */
import { equalBytes } from '../ledger/core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../ledger/core/checkpoint.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { ERRORS } from '../ledger/core/error-table.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { type Finding, type RecordVerdict, recordVerdict } from '../ledger/core/finding.js'
import type { NodeHash } from '../ledger/core/hash.js'
import type { Policy } from '../ledger/core/policy.js'
import { verifyConsistency } from '../ledger/core/proof.js'
import {
  isPowerOfTwo,
  judgeSplitView,
  type SplitView,
  splitViewProof,
} from '../ledger/core/split-view.js'
import { type EvidenceReport, verifyEvidence } from '../ledger/core/verify.js'

/** Where the last checkpoint of each ledger is kept. One folder of files: `folderMemory`. */
export type CheckpointMemory = {
  /** The signed note that is remembered for this origin. */
  readonly recall: (origin: string) => Promise<string | undefined>
  readonly remember: (origin: string, note: string) => Promise<void>
  /** Keeps evidence for ever; answers where it is. */
  readonly keep: (evidence: SplitView, name: string) => Promise<string>
}

/** What a log proves about itself: a server, a folder, a mirror. */
export type ProofSource = {
  /** Shows that the tree of `first` leaves is the beginning of the tree of `second`. */
  readonly consistencyProof: (first: number, second: number) => Promise<readonly NodeHash[]>
  /** The hashes that lead from a leaf to the root of the tree of `size`. */
  readonly inclusionPath: (index: number, size: number) => Promise<readonly NodeHash[]>
  /** The published checkpoint, a signed note. */
  readonly checkpoint?: () => Promise<string>
}

/** A checkpoint that a policy trusts, with the note that says so. */
export type Seen = { readonly checkpoint: Checkpoint; readonly note: string }

export type MemoryContext = {
  readonly memory: CheckpointMemory
  readonly policy: Policy
  readonly crypto: Crypto
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Whom to ask; absent offline. */
  readonly source?: ProofSource | undefined
}

/** How a checkpoint stands to the one remembered, of `size`. */
export type MemoryVerdict =
  | { readonly kind: 'first' }
  | { readonly kind: 'consistent'; readonly size: number }
  /** `asked`: a ledger was asked and did not prove it, which is worse than nobody to ask. */
  | {
      readonly kind: 'unproven'
      readonly size?: number
      readonly reason: string
      readonly asked: boolean
    }
  | {
      readonly kind: 'inconsistent'
      readonly size: number
      /** The evidence file; absent when it could not be written. */
      readonly kept?: string
      /** The file convinces somebody who was not there. */
      readonly convincing: boolean
    }

/** A verification with memory. */
export type RememberedReport = {
  readonly report: EvidenceReport
  /** Absent when the checkpoint itself is not trusted. */
  readonly memory?: MemoryVerdict
  /** The report's, and those of memory. */
  readonly findings: readonly Finding[]
  readonly verdict: RecordVerdict
}

/** Refusals by which a ledger says that its tree is smaller than one it has signed. */
const SMALLER: readonly ErrorCode[] = ['PROOF_INDEX_RANGE']

/** Judges evidence, and its checkpoint against the last one seen. Never throws for bad evidence. */
export async function judgeRemembered(
  evidence: Evidence,
  context: MemoryContext,
): Promise<RememberedReport> {
  const report = verifyEvidence(evidence, context)
  const { checkpoint } = report
  if (checkpoint === undefined) {
    return { report, findings: report.findings, verdict: report.verdict }
  }
  const memory = await compareWithMemory({ checkpoint, note: evidence.checkpoint }, context)
  const findings = [...memoryFindings(memory, checkpoint), ...report.findings]
  return { report, memory, findings, verdict: recordVerdict(findings, report.statements.size) }
}

/**
 * Compares, and remembers the larger of two consistent checkpoints. A memory that cannot be read or
 * written does not stand in the way of a verdict; it says so.
 */
export async function compareWithMemory(
  seen: Seen,
  context: MemoryContext,
): Promise<MemoryVerdict> {
  try {
    return await compareOrRemember(seen, context)
  } catch (error) {
    if (!(error instanceof LedgerError) || ERRORS[error.code].exit !== 74) throw error
    const reason = 'what was seen before cannot be read or written'
    return { kind: 'unproven', reason, asked: false }
  }
}

/** What a report says of it; nothing when all is well. */
export function memoryFindings(verdict: MemoryVerdict, seen: Checkpoint): readonly Finding[] {
  const at = 'checkpoint'
  if (verdict.kind === 'unproven' && verdict.asked) {
    const detail = `that it continues the ledger as you saw it before: ${verdict.reason}`
    const settle = 'the ledger: it must prove it; keep what you have until it does'
    return [{ severity: 'incomplete', code: 'EVIDENCE_MISSING', at, detail, settle }]
  }
  if (verdict.kind !== 'inconsistent') return []
  const place = verdict.kept ?? 'no file: it could not be written, so copy both now'
  const detail = `the tree of size ${seen.size} does not agree with the tree of size ${verdict.size} that was shown to you; both signed checkpoints are kept in ${place}`
  const settle = 'the operator must explain; show that file to others who use this ledger'
  return [{ severity: 'failed', code: 'CHECKPOINT_INCONSISTENT', at, detail, settle }]
}

async function compareOrRemember(seen: Seen, context: MemoryContext): Promise<MemoryVerdict> {
  const { memory } = context
  const { origin } = seen.checkpoint
  const note = await memory.recall(origin)
  if (note === undefined) {
    const shown = await shownNow(origin, context)
    const verdict = shown === undefined ? undefined : await compareCheckpoints(shown, seen, context)
    if (verdict !== undefined && verdict.kind !== 'consistent') return verdict
    await memory.remember(origin, seen.note)
    return { kind: 'first' }
  }
  const known = openRemembered(note, origin, context)
  if (known === undefined) {
    const reason = 'the checkpoint remembered is not by a key of this policy'
    return { kind: 'unproven', reason, asked: false }
  }
  const verdict = await compareCheckpoints({ checkpoint: known, note }, seen, context)
  if (verdict.kind === 'consistent' && isBetter(seen, { checkpoint: known, note }, context)) {
    await memory.remember(origin, seen.note)
  }
  return verdict
}

/**
 * What the ledger shows everybody now, for whoever has no memory yet: a receipt may be of a history that
 * it has given up. Undefined where it shows nothing that the policy trusts.
 */
async function shownNow(origin: string, context: MemoryContext): Promise<Seen | undefined> {
  try {
    const note = await context.source?.checkpoint?.()
    const checkpoint = note === undefined ? undefined : openRemembered(note, origin, context)
    return note === undefined || checkpoint === undefined ? undefined : { checkpoint, note }
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

/** Larger, or of the same tree with more witnesses: then it convinces more people as evidence. */
function isBetter(seen: Seen, known: Seen, { policy, crypto }: MemoryContext): boolean {
  const { size } = known.checkpoint
  if (seen.checkpoint.size !== size) return seen.checkpoint.size > size
  const witnesses = ({ note }: Seen): number => openCheckpoint(note, policy, crypto).cosigned.length
  return witnesses(seen) > witnesses(known)
}

function openRemembered(
  note: string,
  origin: string,
  { policy, crypto }: MemoryContext,
): Checkpoint | undefined {
  try {
    const { checkpoint } = openCheckpoint(note, policy, crypto)
    return checkpoint.origin === origin ? checkpoint : undefined
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

/**
 * Whether two trusted checkpoints of one log are of one history; keeps evidence where they are not.
 *
 * @param known the one that was there first; verdicts speak of its size
 */
export async function compareCheckpoints(
  known: Seen,
  seen: Seen,
  context: MemoryContext,
): Promise<MemoryVerdict> {
  const { size } = known.checkpoint
  if (seen.checkpoint.size === size) {
    const same = equalBytes(seen.checkpoint.root, known.checkpoint.root)
    return same ? { kind: 'consistent', size } : split(known, seen, undefined, context)
  }
  const { source } = context
  const [older, newer] = seen.checkpoint.size < size ? [seen, known] : [known, seen]
  if (older.checkpoint.size === 0) return { kind: 'consistent', size }
  if (source === undefined) {
    return { kind: 'unproven', size, reason: 'no ledger was asked', asked: false }
  }
  let path: readonly NodeHash[]
  try {
    path = await source.consistencyProof(older.checkpoint.size, newer.checkpoint.size)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    // A ledger that no longer has a tree it has signed was set back.
    if (SMALLER.includes(error.code)) return split(known, seen, undefined, context)
    const reason = `the ledger gave no proof (${error.code})`
    return { kind: 'unproven', size, reason, asked: true }
  }
  if (proves(path, older.checkpoint, newer.checkpoint)) return { kind: 'consistent', size }
  const proof = await proofAgainst(older.checkpoint, newer.checkpoint, path, source)
  return split(known, seen, proof, context)
}

function proves(path: readonly NodeHash[], older: Checkpoint, newer: Checkpoint): boolean {
  try {
    verifyConsistency(older.size, newer.size, path, older.root, newer.root)
    return true
  } catch (error) {
    if (error instanceof LedgerError) return false
    throw error
  }
}

/**
 * The evidence with what the log says now, where it does not convince yet. The same evidence where the
 * log says nothing that helps. A log that proves the trees consistent is in the evidence too.
 */
export async function completeEvidence(
  evidence: SplitView,
  context: Pick<MemoryContext, 'policy' | 'crypto'> & { readonly source: ProofSource },
): Promise<SplitView> {
  const { checkpoints, finding } = judgeSplitView(evidence, context)
  const [older, newer] = (checkpoints ?? []).map(({ checkpoint }) => checkpoint)
  if (finding.code !== 'SPLIT_VIEW_UNPROVEN' || older === undefined || newer === undefined) {
    return evidence
  }
  const { source } = context
  try {
    const path = await source.consistencyProof(older.size, newer.size)
    const proof = await proofAgainst(older, newer, path, source)
    if (proof === undefined) return evidence
    const full = { ...evidence, proof }
    const { finding: now } = judgeSplitView(full, context)
    return now.code === 'SPLIT_VIEW_UNPROVEN' ? evidence : full
  } catch (error) {
    if (error instanceof LedgerError) return evidence
    throw error
  }
}

/** What the log itself answered, in the form that convinces others; undefined when it has none. */
async function proofAgainst(
  older: Checkpoint,
  newer: Checkpoint,
  path: readonly NodeHash[],
  source: ProofSource,
): Promise<readonly NodeHash[] | undefined> {
  if (!isPowerOfTwo(older.size)) return path
  try {
    const inclusion = await source.inclusionPath(older.size, newer.size)
    return splitViewProof(older.size, newer.size, path, inclusion)
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

async function split(
  known: Seen,
  seen: Seen,
  proof: readonly NodeHash[] | undefined,
  context: MemoryContext,
): Promise<MemoryVerdict> {
  const { size } = known.checkpoint
  const { evidence, convincing } = splitViewOf(known, seen, proof, context)
  const sizes = [known, seen].map(({ checkpoint }) => checkpoint.size).sort((a, b) => a - b)
  const stamp = new Date(context.now()).toISOString().replaceAll(/[:.]/g, '-')
  try {
    const kept = await context.memory.keep(evidence, [stamp, ...sizes].join('_'))
    return { kind: 'inconsistent', size, kept, convincing }
  } catch (error) {
    // The split view must be told even where its evidence cannot be kept.
    if (error instanceof LedgerError) return { kind: 'inconsistent', size, convincing }
    throw error
  }
}

/** A proof that shows nothing is left out: two signed heads beside a made-up proof would look weak. */
function splitViewOf(
  known: Seen,
  seen: Seen,
  proof: readonly NodeHash[] | undefined,
  context: MemoryContext,
): { readonly evidence: SplitView; readonly convincing: boolean } {
  const [older, newer] =
    seen.checkpoint.size < known.checkpoint.size ? [seen, known] : [known, seen]
  const bare: SplitView = { origin: seen.checkpoint.origin, notes: [older.note, newer.note] }
  const full: SplitView = proof === undefined ? bare : { ...bare, proof }
  const convincing = judgeSplitView(full, context).verdict === 'FAILED (split view)'
  return { evidence: convincing ? full : bare, convincing }
}
