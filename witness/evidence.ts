/**
 * Evidence of a log with two histories: the folder `evidence/` of a witness.
 *
 *     evidence/<hex sha256(origin), 16 digits>-<sizes>-<roots>.split-view.json
 *
 * What is kept convinces whoever reads it, not only this witness (docs/format.md, "Split view"): two
 * signed checkpoints of one size with different roots, or a signed larger tree whose own proof leads
 * to another smaller one than the log had signed. A proof that is merely wrong accuses nobody, since
 * anybody can send one with somebody else's checkpoint; it is refused and not kept.
 */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex, utf8Encode } from '../ledger/core/bytes.js'
import type { Checkpoint } from '../ledger/core/checkpoint.js'
import { LedgerError } from '../ledger/core/errors.js'
import { type NodeHash, portableSha256 } from '../ledger/core/hash.js'
import { encodeJcs } from '../ledger/core/json.js'
import { rootsFromConsistencyProof } from '../ledger/core/proof.js'
import {
  SPLIT_VIEW_SUFFIX,
  type SplitView,
  splitViewJson,
  splitViewProof,
} from '../ledger/core/split-view.js'
import { diskFs, type HeadFs, replaceSynced } from '../ledger/index.js'

/** A signed checkpoint. */
export type SignedCheckpoint = { readonly note: string; readonly checkpoint: Checkpoint }

export interface EvidenceKeeper {
  /**
   * Keeps evidence, durably, where the two contradict each other and that can be shown.
   *
   * @param proof the consistency proof that came with `sent`, from `held` if it says so
   * @returns whether they were shown to contradict each other
   * @throws LedgerError WITNESS_FAILED when it could not be written
   */
  compare(
    held: SignedCheckpoint,
    sent: SignedCheckpoint,
    proof: readonly NodeHash[],
  ): Promise<boolean>
}

/** Files kept per log: a log caught twice is not better than one caught a thousand times. */
const FILES_PER_LOG_MAX = 16
const EVIDENCE_FOLDER = 'evidence'
const ORIGIN_DIGITS = 16
const ROOT_DIGITS = 8

/**
 * Keeps evidence in the folder of a witness.
 *
 * @param onKept told of each new file: somebody should look
 */
export function evidenceFolder(
  folder: string,
  onKept: (path: string) => void,
  fs: HeadFs = diskFs,
): EvidenceKeeper {
  const evidence = join(folder, EVIDENCE_FOLDER)
  return {
    compare: async (held, sent, proof) => {
      const found = contradiction(held, sent, proof)
      if (found === undefined) return false
      const log = toHex(portableSha256(utf8Encode(found.origin))).slice(0, ORIGIN_DIGITS)
      const name = `${log}-${partOf(held.checkpoint)}-${partOf(sent.checkpoint)}${SPLIT_VIEW_SUFFIX}`
      try {
        await mkdir(evidence, { recursive: true, mode: 0o700 })
        const kept = (await readdir(evidence)).filter((other) => other.startsWith(log))
        if (kept.includes(name) || kept.length >= FILES_PER_LOG_MAX) return true
        await replaceSynced(evidence, name, utf8Encode(encodeJcs(splitViewJson(found))), fs)
      } catch (cause) {
        throw new LedgerError('WITNESS_FAILED', { part: 'evidence' }, cause)
      }
      onKept(join(evidence, name))
      return true
    },
  }
}

function partOf({ size, root }: Checkpoint): string {
  return `${size}.${toHex(root).slice(0, ROOT_DIGITS)}`
}

/** The evidence that two signed checkpoints are of two histories, or undefined. */
function contradiction(
  held: SignedCheckpoint,
  sent: SignedCheckpoint,
  proof: readonly NodeHash[],
): SplitView | undefined {
  const { origin, size, root } = held.checkpoint
  const notes = [held.note, sent.note] as const
  const newer = sent.checkpoint
  if (newer.size === size) {
    return equalBytes(newer.root, root) ? undefined : { origin, notes }
  }
  if (size === 0 || newer.size < size) return undefined
  const whole = splitViewProof(size, newer.size, proof)
  if (whole === undefined) return undefined
  const roots = rootsOf(size, newer.size, whole)
  const shown =
    roots !== undefined && equalBytes(roots.newer, newer.root) && !equalBytes(roots.older, root)
  return shown ? { origin, notes, proof: whole } : undefined
}

function rootsOf(
  size1: number,
  size2: number,
  proof: readonly NodeHash[],
): ReturnType<typeof rootsFromConsistencyProof> | undefined {
  try {
    return rootsFromConsistencyProof(size1, size2, proof)
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
