/**
 * The published checkpoint in an audit: it must be of this very log, and it is where witnesses sign.
 * DESIGN 4.7, 6.
 *
 * To be called after the walk: the tiles are then what the entries give.
 */
import { equalBytes } from '../core/bytes.js'
import { type Checkpoint, type OpenedCheckpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import { type Finding, findingOf } from '../core/finding.js'
import type { RootHash } from '../core/hash.js'
import { rootFromNodes } from '../core/merkle.js'
import type { Policy } from '../core/policy.js'
import { NO_QUORUM } from '../core/quorum.js'
import { quorumFindings } from '../core/verify-checkpoint.js'
import type { PublishedFile } from '../store/published-file.js'
import type { Records } from './records.js'
import { openTree, TreeNodes } from './tree.js'

export type PublishedParts = {
  readonly file: PublishedFile
  /** The signed head that the entries were audited against. */
  readonly head: Checkpoint
  readonly policy: Policy
  readonly crypto: Crypto
  readonly records: Records
}

/**
 * Opens the published checkpoint and holds it against the log. Undefined where nothing was published,
 * or where it cannot be relied on; then there is a finding.
 */
export function auditPublished(
  parts: PublishedParts,
  findings: Finding[],
): OpenedCheckpoint | undefined {
  const at = 'published checkpoint'
  try {
    const note = parts.file.read()
    if (note === undefined) return undefined
    const opened = openCheckpoint(note, parts.policy, parts.crypto)
    const { origin, size, root } = opened.checkpoint
    if (origin !== parts.head.origin) throw new LedgerError('CHECKPOINT_ORIGIN')
    if (size > parts.head.size) {
      const detail = `it is of ${size} entries, and the signed head of ${parts.head.size}`
      findings.push({ severity: 'failed', code: 'LEDGER_ROLLED_BACK', at, detail })
      return undefined
    }
    if (!equalBytes(rootAt(size, parts), root)) {
      const detail = 'the entries give another root at its size, and the log’s key signed both'
      findings.push({ severity: 'failed', code: 'CHECKPOINT_INCONSISTENT', at, detail })
      return undefined
    }
    return opened
  } catch (error) {
    findings.push(findingOf(error, { at }))
    return undefined
  }
}

/**
 * What a quorum asks of an audit: the published checkpoint must be cosigned, or the head where nothing
 * was published, and what is newer than a cosigned one is not covered yet.
 */
export function auditQuorum(
  head: Pick<OpenedCheckpoint, 'checkpoint' | 'cosigned' | 'quorum'>,
  published: OpenedCheckpoint | undefined,
): readonly Finding[] {
  const missing = quorumFindings(published ?? head)
  if (published === undefined || missing.length > 0) return missing
  const from = published.checkpoint.size
  const newer = head.checkpoint.size - from
  if (newer === 0 || head.quorum.name === NO_QUORUM) return []
  return [
    {
      severity: 'incomplete',
      code: 'QUORUM_MISSING',
      at: `entry ${from}`,
      index: from,
      detail: `it and ${newer - 1} after it are newer than the checkpoint that witnesses have cosigned`,
      settle: 'the ledger, once it has published them',
    },
  ]
}

function rootAt(size: number, { head, crypto, records }: PublishedParts): RootHash {
  const { sha256 } = crypto
  const leafAt = (index: number) => {
    const bytes = records.entry(index)
    if (bytes === undefined) throw new LedgerError('ENTRY_NOT_FOUND', { index })
    return entryLeaf(bytes, sha256)
  }
  const readTile = (level: number, number: number) => records.tile(level, number)
  const nodes = new TreeNodes(openTree(head, leafAt, readTile, sha256), readTile, sha256)
  return rootFromNodes(size, (id) => nodes.node(id), sha256)
}
