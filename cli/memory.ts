/**
 * The last checkpoint seen of each ledger, and whether a new one continues it. DESIGN 2, 6.
 *
 * An operator who shows two histories, or goes back to an old one, is caught by whoever remembers:
 * the ledger must prove that the smaller tree is the beginning of the larger one. Where it cannot,
 * both checkpoints are kept as evidence. Only checkpoints that a policy trusts come here.
 */
import { equalBytes } from '../ledger/core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../ledger/core/checkpoint.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import type { Finding } from '../ledger/core/finding.js'
import type { NodeHash } from '../ledger/core/hash.js'
import type { Policy } from '../ledger/core/policy.js'
import { verifyConsistency } from '../ledger/core/proof.js'
import { keepEvidence, recall, remember } from './state-folder.js'

export type Seen = { readonly checkpoint: Checkpoint; readonly note: string }

export type MemoryContext = {
  /** State folder of this ledger. */
  readonly folder: string
  readonly policy: Policy
  readonly crypto: Crypto
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Asks the ledger; absent offline. */
  readonly prove: ((first: number, second: number) => Promise<readonly NodeHash[]>) | undefined
}

/** How a checkpoint stands to the one remembered, of `size`. */
export type MemoryVerdict =
  | { readonly kind: 'first' }
  | { readonly kind: 'consistent'; readonly size: number }
  | { readonly kind: 'unproven'; readonly size?: number; readonly reason: string }
  | { readonly kind: 'inconsistent'; readonly size: number; readonly kept: string }

/** Refusals by which a ledger says that its tree is smaller than one it has signed. */
const SMALLER: readonly ErrorCode[] = ['PROOF_INDEX_RANGE']

/** Compares, and remembers the larger of two consistent checkpoints. */
export async function compareWithMemory(
  seen: Seen,
  context: MemoryContext,
): Promise<MemoryVerdict> {
  const note = await recall(context.folder, 'checkpoint')
  if (note === undefined) {
    await remember(context.folder, 'checkpoint', seen.note)
    return { kind: 'first' }
  }
  const known = openRemembered(note, seen.checkpoint.origin, context)
  if (known === undefined) {
    return { kind: 'unproven', reason: 'the checkpoint remembered is not by a key of this policy' }
  }
  const verdict = await compare(seen, { checkpoint: known, note }, context)
  if (verdict.kind === 'consistent' && seen.checkpoint.size > known.size) {
    await remember(context.folder, 'checkpoint', seen.note)
  }
  return verdict
}

/** What a report says of it; nothing when all is well. */
export function memoryFinding(verdict: MemoryVerdict, seen: Checkpoint): Finding | undefined {
  if (verdict.kind !== 'inconsistent') return undefined
  return {
    severity: 'failed',
    code: 'CHECKPOINT_INCONSISTENT',
    at: 'checkpoint',
    detail: `the tree of size ${seen.size} does not agree with the tree of size ${verdict.size} that you saw before; both checkpoints are kept in ${verdict.kept}`,
    settle: 'the operator must explain; show both files to others who use this ledger',
  }
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

async function compare(seen: Seen, known: Seen, context: MemoryContext): Promise<MemoryVerdict> {
  const { size } = known.checkpoint
  if (seen.checkpoint.size === size) {
    const same = equalBytes(seen.checkpoint.root, known.checkpoint.root)
    return same ? { kind: 'consistent', size } : split(seen, known, context)
  }
  if (context.prove === undefined) return { kind: 'unproven', size, reason: 'no ledger was asked' }
  const [older, newer] = seen.checkpoint.size < size ? [seen, known] : [known, seen]
  let path: readonly NodeHash[]
  try {
    path = await context.prove(older.checkpoint.size, newer.checkpoint.size)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    // A ledger that no longer has a tree it has signed was set back.
    if (SMALLER.includes(error.code)) return split(seen, known, context)
    return { kind: 'unproven', size, reason: `the ledger gave no proof (${error.code})` }
  }
  return proves(path, older.checkpoint, newer.checkpoint)
    ? { kind: 'consistent', size }
    : split(seen, known, context)
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

async function split(
  seen: Seen,
  known: Seen,
  { folder, now }: MemoryContext,
): Promise<MemoryVerdict> {
  const stamp = new Date(now()).toISOString().replaceAll(/[:.]/g, '-')
  const files = {
    [`seen-before-${known.checkpoint.size}.checkpoint`]: known.note,
    [`shown-now-${seen.checkpoint.size}.checkpoint`]: seen.note,
  }
  const kept = await keepEvidence(folder, stamp, files).catch((error: unknown) => {
    // The split view must be told even where its evidence cannot be kept.
    if (error instanceof LedgerError) return 'no place: they could not be written, so copy them now'
    throw error
  })
  return { kind: 'inconsistent', size: known.checkpoint.size, kept }
}
