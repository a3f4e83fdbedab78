/**
 * Opening a log: believe nothing on disk until it chains to the signed head. DESIGN 9.
 *
 *   store behind the head, or another root at its size → refuse; nothing will be signed;
 *   store ahead (a crash between the batch and the head) → re-verify the tail, sign it, go on.
 *
 * The tail takes the same road as new statements: each is checked in full and sequenced again by the
 * same code, and what that gives must be what is stored, byte for byte.
 */
import { equalBytes, fromHex } from '../core/bytes.js'
import { openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf, firstPrevious } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import { emptyRoot, type RootHash } from '../core/hash.js'
import type { PartyId, RegistryChange } from '../core/key-state.js'
import type { Policy } from '../core/policy.js'
import { registryRoot } from '../core/registry.js'
import type { StatementId } from '../core/statement.js'
import type { Head, HeadFile } from '../store/head-file.js'
import { EMPTY_INBOX, type InboxPin } from './inbox.js'
import type { LogLimits } from './limits.js'
import { LogState } from './log-state.js'
import { type OpenedInbox, openInbox } from './open-inbox.js'
import { Reader } from './reader.js'
import type { Records } from './records.js'
import { RegistryDraft, RegistryState } from './registry-state.js'
import { openTree, TreeNodes } from './tree.js'

export type OpenedLog = {
  readonly state: LogState
  /** The head's signed checkpoint; undefined for a log that never committed. */
  readonly checkpoint: string | undefined
  /** What the store has and the head does not: a commit that crashed before its head was written. */
  readonly tail: { readonly entries: number; readonly inbox: OpenedInbox }
}

export type OpenStateOptions = {
  readonly origin: string
  readonly crypto: Crypto
  readonly head: HeadFile
  /** Whose checkpoint the head must be. */
  readonly policy: Policy
  readonly limits: LogLimits
}

/**
 * Builds the state as of the head.
 *
 * @throws LedgerError HEAD_UNREADABLE, CHECKPOINT_UNTRUSTED, LEDGER_BEHIND_HEAD, LEDGER_DAMAGED, INBOX_DAMAGED
 */
export async function openState(
  records: Records,
  { origin, crypto, policy, limits, ...options }: OpenStateOptions,
): Promise<OpenedLog> {
  const head = options.head.read()
  const stored = await records.entryCount()
  const { size, root } = headTree(head, origin, policy, crypto)
  if (head === undefined && (stored > 0 || (await records.hasInbox()))) {
    // The head of a new log is written before anything else is: it was there, and is lost.
    throw new LedgerError('LEDGER_BEHIND_HEAD', { reason: 'the head file is missing' })
  }
  if (stored < size) throw new LedgerError('LEDGER_BEHIND_HEAD', { stored, size })
  // The index of a lost entry would be given away again, with the records of the lost one under it.
  if (await records.hasStatementFrom(stored))
    throw new LedgerError('LEDGER_DAMAGED', { index: stored, reason: 'the last entry is missing' })
  const sha = crypto.sha256
  const leafAt = (index: number) => {
    const bytes = records.entry(index)
    if (bytes === undefined)
      throw new LedgerError('LEDGER_BEHIND_HEAD', { index, reason: 'an entry is missing' })
    return entryLeaf(bytes, sha)
  }
  const readTile = (level: number, number: number) => records.tile(level, number)
  const nodes = new TreeNodes(openTree({ size, root }, leafAt, readTile, sha), readTile, sha)
  const reader = new Reader(records, nodes, crypto)
  const { registry, registrar } = await loadRegistry(reader, size, crypto)
  const last = size === 0 ? undefined : reader.entry(size - 1)
  if (last !== undefined && !equalBytes(last.registryRoot, registryRoot(registry.map))) {
    throw new LedgerError('LEDGER_DAMAGED', {
      reason: 'registry statements do not give the registry root',
    })
  }
  const pin = head === undefined ? EMPTY_INBOX : pinOf(head)
  const inbox = await openInbox(records, pin, crypto)
  const state = new LogState({
    origin,
    crypto,
    limits,
    reader,
    registry,
    nodes,
    waiting: inbox.during,
    lastLeaf: size === 0 ? firstPrevious(origin, sha) : leafAt(size - 1),
    lastTime: last?.time ?? 0,
    inbox: pin,
    registrar,
    obsolete: await records.obsoleteInbox(inbox.pin.base, [...inbox.waiting.values()]),
  })
  return { state, checkpoint: head?.checkpoint, tail: { entries: stored - size, inbox } }
}

function headTree(
  head: Head | undefined,
  origin: string,
  policy: Policy,
  crypto: Crypto,
): { readonly size: number; readonly root: RootHash } {
  if (head === undefined) return { size: 0, root: emptyRoot() }
  const { checkpoint } = openCheckpoint(head.checkpoint, policy, crypto)
  if (checkpoint.origin !== origin) throw new LedgerError('CHECKPOINT_ORIGIN')
  return checkpoint
}

function pinOf(head: Head): InboxPin {
  return { base: head.inbox.base, seq: head.inbox.seq, hash: fromHex(head.inbox.hash, 32) }
}

/** Folds the registry statements; their list is derived, so the caller compares the root it gives. */
async function loadRegistry(
  reader: Reader,
  size: number,
  crypto: Crypto,
): Promise<{ readonly registry: RegistryState; readonly registrar: PartyId | undefined }> {
  const registry = new RegistryState()
  let registrar: PartyId | undefined
  for await (const index of reader.records.registryEntries(size)) {
    const { facts, id } = reader.statementAt(index)
    const draft = new RegistryDraft(registry, crypto.sha256)
    if (facts.change === undefined)
      throw new LedgerError('LEDGER_DAMAGED', { index, reason: 'not a registry statement' })
    applyAdmitted(draft, facts.change, id, index)
    registry.merge(draft)
    registrar ??= facts.change.party
  }
  return { registry, registrar }
}

/** It was admitted once, so it can be applied again, unless one before it is missing. */
function applyAdmitted(
  draft: RegistryDraft,
  change: RegistryChange,
  id: StatementId,
  index: number,
): void {
  try {
    draft.apply(change, id, index)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError(
      'LEDGER_DAMAGED',
      { index, reason: 'a registry statement is missing' },
      error,
    )
  }
}
