/**
 * The audit of a mirror or a published folder: as of a ledger, where it has the statements; of what
 * everybody may read, otherwise.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../core/bytes.js'
import { type OpenedCheckpoint, openCheckpoint, parseCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf, firstPrevious, parseEntry, verifyChainLink } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import { type Finding, findingOf, recordVerdict } from '../core/finding.js'
import { parseNote } from '../core/note.js'
import type { Policy } from '../core/policy.js'
import { quorumFindings } from '../core/verify-checkpoint.js'
import { bestCrypto } from '../crypto/native.js'
import { type AuditOptions, type AuditReport, auditLog } from '../log/audit.js'
import { defaultWorkers } from '../log/folder.js'
import { appendLeaves, EMPTY_TREE, treeRoot } from '../log/tree.js'
import { memoryHeadFile } from '../store/head-file.js'
import { openLevelStore } from '../store/level.js'
import { MirrorFolder } from './mirror-folder.js'
import { MirrorReader } from './mirror-reader.js'
import { MirrorStore } from './mirror-store.js'

export type MirrorAuditOptions = {
  /** The mirror's folder. */
  readonly path: string
  readonly policy: Policy
  /** Folder for what the audit must remember while it walks; kept for the next one. */
  readonly indexFolder: string
  readonly workers?: number
} & Pick<AuditOptions, 'since' | 'onProgress'>

/** A mirror has no inbox. */
const NO_INBOX = { base: 0, seq: 0, hash: '0'.repeat(64) }
const CHUNK = 256

/** Origin that a mirror's checkpoint names: to look up a policy, not to be believed. */
export function mirrorOrigin(path: string): string {
  return parseCheckpoint(parseNote(noteOf(path)).text).origin
}

/** Never rejects for a bad mirror, but with INPUT_NOT_FOUND where there is none, INPUT_IO, STORE_…. */
export async function auditMirror(options: MirrorAuditOptions): Promise<AuditReport> {
  const { path, policy } = options
  const crypto = bestCrypto()
  const note = noteOf(path)
  const { origin, size } = parseCheckpoint(parseNote(note).text)
  const folder = new MirrorFolder(path)
  const reader = new MirrorReader(folder, size)
  if (!reader.hasLines()) return auditEntries(reader, { note, origin, policy, crypto })
  const kept = options.since !== undefined && existsSync(options.indexFolder)
  if (!kept) await rm(options.indexFolder, { recursive: true, force: true })
  const index = await openLevelStore(options.indexFolder, { create: true })
  const store = new MirrorStore({ origin, folder, reader, index, sha: crypto.sha256 })
  try {
    const report = await auditLog({
      origin,
      store,
      head: memoryHeadFile({ checkpoint: note, inbox: NO_INBOX }),
      policy,
      crypto,
      workers: options.workers ?? defaultWorkers(),
      derive: (put) => store.derive(put),
      afterChunk: () => store.flush(),
      ...(kept && options.since !== undefined ? { since: options.since } : {}),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    })
    await store.flush(true)
    return report
  } finally {
    await store.close()
  }
}

function noteOf(path: string): string {
  const note = new MirrorFolder(path).note()
  if (note === undefined)
    throw new LedgerError('INPUT_NOT_FOUND', { file: join(path, 'checkpoint') })
  return note
}

type EntriesParts = {
  readonly note: string
  readonly origin: string
  readonly policy: Policy
  readonly crypto: Crypto
}

/** Chain, times and tree: all that can be judged of entries whose statements are not here. */
function auditEntries(reader: MirrorReader, parts: EntriesParts): AuditReport {
  const findings: Finding[] = []
  const opened = openNote(parts, findings)
  const walk = opened === undefined ? undefined : walkEntries(reader, opened, parts, findings)
  if (opened !== undefined && reader.size > 0) {
    findings.push({
      severity: 'incomplete',
      code: 'EVIDENCE_MISSING',
      at: 'statements',
      detail: 'this copy has the entries only: what they commit to was not seen',
      settle:
        'an auditor of this ledger: waybill mirror with its key, or waybill audit --server URL',
    })
  }
  return {
    verdict: recordVerdict(findings, walk?.entries ?? 0),
    origin: parts.origin,
    ...(opened === undefined ? {} : { checkpoint: opened.checkpoint, quorum: opened.quorum }),
    signedBy: opened?.signedBy ?? [],
    cosigned: opened?.cosigned ?? [],
    ...(walk?.time === undefined ? {} : { headTime: walk.time }),
    since: 0,
    checked: {
      entries: walk?.entries ?? 0,
      signatures: 0,
      parties: 0,
      derivedRecords: 0,
      proposals: 0,
    },
    findings,
  }
}

function openNote(
  { note, policy, crypto, origin }: EntriesParts,
  findings: Finding[],
): OpenedCheckpoint | undefined {
  try {
    const opened = openCheckpoint(note, policy, crypto)
    if (opened.checkpoint.origin !== origin) throw new LedgerError('CHECKPOINT_ORIGIN')
    findings.push(...quorumFindings(opened))
    return opened
  } catch (error) {
    findings.push(findingOf(error, { at: 'checkpoint' }))
    return undefined
  }
}

type Walk = { readonly entries: number; readonly time: number | undefined }

function walkEntries(
  reader: MirrorReader,
  { checkpoint }: OpenedCheckpoint,
  { origin, crypto }: EntriesParts,
  findings: Finding[],
): Walk {
  const { sha256 } = crypto
  let tree = EMPTY_TREE
  let previous: Uint8Array = firstPrevious(origin, sha256)
  let time: number | undefined
  for (let from = 0; from < reader.size; from += CHUNK) {
    const leaves = []
    for (let index = from; index < Math.min(from + CHUNK, reader.size); index += 1) {
      const at = `entry ${index}`
      const bytes = reader.entry(index)
      if (bytes === undefined) {
        findings.push({ severity: 'failed', code: 'ENTRY_NOT_FOUND', at, index })
        return { entries: index, time }
      }
      const leaf = entryLeaf(bytes, sha256)
      try {
        const entry = parseEntry(bytes)
        verifyChainLink(entry, previous, time ?? 0, index)
        time = entry.time
      } catch (error) {
        findings.push(findingOf(error, { at, index }))
      }
      previous = leaf
      leaves.push(leaf)
    }
    tree = appendLeaves(tree, leaves, sha256).state
  }
  if (reader.size > 0 && !equalBytes(treeRoot(tree, sha256), checkpoint.root)) {
    const detail = 'the entries give another root'
    findings.push({ severity: 'failed', code: 'PROOF_ROOT_MISMATCH', at: 'checkpoint', detail })
  }
  return { entries: reader.size, time }
}
