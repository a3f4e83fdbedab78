/**
 * What others have seen of this log, against what it holds, before anything is signed. DESIGN 2, 9.
 *
 * A folder restored from a backup is whole and agrees with its own head file; only somebody outside
 * can know that the log had gone further. Signing on from there would make two histories. So whoever
 * opens a log hands in signed checkpoints from witnesses, mirrors and clients, and a log that is behind
 * one of them, or has another tree, is not opened for writing.
 *
 * Only checkpoints that this log's own key signed count: nobody else can stop it.
 */
import { type Checkpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import type { NodeHash, RootHash } from '../core/hash.js'
import type { NoteKey } from '../core/note.js'
import { policyOfLogs } from '../core/policy.js'
import { verifyConsistency } from '../core/proof.js'

/** The log that is about to sign. */
export type SigningLog = {
  readonly origin: string
  /** Keys that are or were the log's. */
  readonly keys: readonly NoteKey[]
  readonly size: number
  readonly root: RootHash
  /** Between two sizes of this log's tree, the first above 0. */
  readonly consistencyProof: (size1: number, size2: number) => readonly NodeHash[]
}

/**
 * Holds the log against what was seen of it. Notes that are not this log's own are passed over.
 *
 * @throws LedgerError LEDGER_ROLLED_BACK when somebody has seen more than the log holds;
 * LEDGER_FORKED when it holds another tree than it has signed
 */
export function checkSeenElsewhere(
  notes: readonly string[],
  log: SigningLog,
  crypto: Crypto,
): void {
  for (const note of notes) {
    const seen = ownCheckpoint(note, log, crypto)
    if (seen === undefined) continue
    if (seen.size > log.size) {
      throw new LedgerError('LEDGER_ROLLED_BACK', { size: log.size, seen: seen.size })
    }
    if (!isBeginning(seen, log)) {
      throw new LedgerError('LEDGER_FORKED', { size: log.size, seen: seen.size })
    }
  }
}

/** A checkpoint that this log signed; undefined for everything else. */
function ownCheckpoint(
  note: string,
  { keys, origin }: SigningLog,
  crypto: Crypto,
): Checkpoint | undefined {
  try {
    const { checkpoint } = openCheckpoint(note, policyOfLogs(...keys), crypto)
    return checkpoint.origin === origin ? checkpoint : undefined
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

function isBeginning(seen: Checkpoint, { size, root, consistencyProof }: SigningLog): boolean {
  if (seen.size === 0) return true
  const path = seen.size === size ? [] : consistencyProof(seen.size, size)
  try {
    verifyConsistency(seen.size, size, path, seen.root, root)
    return true
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'PROOF_ROOT_MISMATCH') return false
    throw error
  }
}
