/**
 * Opens a log for writing: the state as of the head, then the tail of a commit that crashed before its
 * head was written. DESIGN 9.
 *
 * The tail was promised to nobody. It takes the road of new statements again (full check, admission,
 * sequencing), and each record that gives must be what is stored; only then is it signed.
 */
import { equalBytes } from '../core/bytes.js'
import { type CheckContext, checkStatement } from '../core/check.js'
import type { Crypto, PublicKey } from '../core/ed25519.js'
import { parseEntry } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import { emptyRoot } from '../core/hash.js'
import type { KeyId } from '../core/jwk.js'
import { policyOfLogs } from '../core/policy.js'
import type { StatementId } from '../core/statement.js'
import type { HeadFile } from '../store/head-file.js'
import { decodeMeta, encodeMeta, kindRange, META_KEY } from '../store/layout.js'
import type { Put, Store } from '../store/store.js'
import { CommitDraft, type FinishedCommit } from './commit.js'
import { LOG_LIMITS, type LogLimits } from './limits.js'
import { logNoteKeys } from './log-key.js'
import { isSignedBy, type LogKeySet, ownLogKeys, signersNow } from './log-signers.js'
import type { LogState } from './log-state.js'
import type { OpenedInbox } from './open-inbox.js'
import { openState } from './opening.js'
import { type Prepared, prepareStatement } from './prepared.js'
import { readProposal } from './proposal.js'
import { openRecord } from './reader.js'
import { isInboxKey, Records } from './records.js'
import type { RegistryView } from './registry-state.js'
import { checkSeenElsewhere, type SigningLog } from './seen-elsewhere.js'
import { treeRoot } from './tree.js'
import { pinJson, signCheckpoint } from './writer.js'

export type OpenOptions = LogKeySet & {
  readonly origin: string
  readonly store: Store
  readonly head: HeadFile
  readonly crypto: Crypto
  /** Nothing can be signed. */
  readonly readOnly?: boolean
  readonly limits?: Partial<LogLimits>
  /** Signed checkpoints of this log that others hold; see seen-elsewhere.ts. */
  readonly seenElsewhere?: readonly string[]
}

export type OpenLog = { readonly state: LogState; readonly checkpoint: string }

/**
 * @throws LedgerError as openState and checkSeenElsewhere; LEDGER_DAMAGED when the tail is not what
 * sequencing gives; LOG_KEY_ENDED when no key at hand may sign
 */
export async function openLog(options: OpenOptions): Promise<OpenLog> {
  const { origin, store, head, signer, otherSigners = [], crypto } = options
  const policy = policyOfLogs(...logNoteKeys({ signer, otherSigners }, origin))
  const records = new Records(store, crypto.sha256)
  await checkMeta(store, origin)
  const limits = { ...LOG_LIMITS, ...options.limits }
  const { state, checkpoint, tail } = await openState(records, {
    origin,
    head,
    policy,
    crypto,
    limits,
  })
  // Before the first signature: a tail that is finished is signed.
  checkSeenElsewhere(options.seenElsewhere ?? [], signingLog(state, options), crypto)
  if (checkpoint === undefined) return { state, checkpoint: await firstHead(state, options) }
  if (tail.entries === 0 && tail.inbox.tail.length === 0) {
    return { state, checkpoint: await signedByAll(state, options, checkpoint) }
  }
  return { state, checkpoint: await finishTail(state, tail, options, checkpoint) }
}

function signingLog(state: LogState, options: OpenOptions): SigningLog {
  const { nodes, origin, size, crypto } = state
  return {
    origin,
    keys: ownLogKeys(options, state, 'binding'),
    size,
    root: treeRoot(nodes.state, crypto.sha256),
    consistencyProof: (size1, size2) => nodes.consistencyProof(size1, size2),
  }
}

/** The store says whose it is and how it is laid out, before anything else is written into it. */
async function checkMeta(store: Store, origin: string): Promise<void> {
  const meta = store.get(META_KEY)
  if (meta === undefined) {
    for await (const _ of store.scan({ ...kindRange('entry'), limit: 1 })) {
      throw new LedgerError('LEDGER_DAMAGED', { reason: 'the meta record is missing' })
    }
    await store.write({ puts: [{ key: META_KEY, value: encodeMeta(origin) }] }, { sync: true })
    return
  }
  if (decodeMeta(meta).origin !== origin)
    throw new LedgerError('CONFIG_INVALID', {
      at: 'origin',
      reason: 'the store is of another ledger',
    })
}

/** A new log: its head says zero entries before anything is stored. */
async function firstHead(state: LogState, options: OpenOptions): Promise<string> {
  const { origin, head } = options
  const signers = signersNow(options, state.registry)
  const checkpoint = await signCheckpoint(origin, 0, emptyRoot(), ...signers)
  await head.write({ checkpoint, inbox: pinJson(state.inbox) })
  return checkpoint
}

/** A key that joined in since the head was signed signs it as well: the same tree, one more line. */
async function signedByAll(
  state: LogState,
  options: OpenOptions,
  checkpoint: string,
): Promise<string> {
  if (options.readOnly === true) return checkpoint
  const signers = signersNow(options, state.registry)
  if (isSignedBy(checkpoint, options.origin, signers)) return checkpoint
  const root = treeRoot(state.nodes.state, state.crypto.sha256)
  const signed = await signCheckpoint(options.origin, state.size, root, ...signers)
  await options.head.write({ checkpoint: signed, inbox: pinJson(state.inbox) })
  return signed
}

async function finishTail(
  state: LogState,
  tail: { readonly entries: number; readonly inbox: OpenedInbox },
  options: OpenOptions,
  checkpoint: string,
): Promise<string> {
  const { obsolete } = state
  const signers = signersNow(options, state.registry)
  const finished = tail.entries === 0 ? undefined : resequence(state, tail.entries, options.store)
  const size = finished?.tree.range.size ?? state.size
  checkInboxTail(state, tail.inbox)
  checkClosed(state, tail.inbox, size - tail.entries, size)
  const signed =
    finished === undefined
      ? checkpoint
      : await signCheckpoint(
          options.origin,
          size,
          treeRoot(finished.tree, state.crypto.sha256),
          ...signers,
        )
  await options.head.write({ checkpoint: signed, inbox: pinJson(tail.inbox.pin) })
  state.waiting.clear()
  for (const [id, waiting] of tail.inbox.waiting) state.waiting.set(id, waiting)
  state.inbox = tail.inbox.pin
  // Sequencing again may have compacted an inbox that goes on as it is stored: nothing of that counts.
  state.obsolete = obsolete
  return signed
}

/**
 * Admits the tail's statements once more and compares every record with what is stored.
 *
 * @throws LedgerError LEDGER_DAMAGED
 */
function resequence(state: LogState, entries: number, store: Store): FinishedCommit {
  const first = state.size
  try {
    return sequenceAgain(state, entries, store)
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === 'LEDGER_DAMAGED') throw error
    const reason = `the tail cannot be admitted: ${error.code}`
    throw new LedgerError('LEDGER_DAMAGED', { index: first, reason }, error)
  }
}

function sequenceAgain(state: LogState, entries: number, store: Store): FinishedCommit {
  const first = state.size
  const records = state.reader.records
  const draft = new CommitDraft(state, tailTime(state, first))
  for (let index = first; index < first + entries; index += 1) {
    const bytes = records.entry(index)
    const record = records.statement(index)
    if (bytes === undefined || record === undefined)
      throw damaged(index, 'a record of the tail is missing')
    const { opened } = openRecord(index, bytes, record, state.crypto)
    const outcome = draft.add(prepare(opened.envelope, draft.registry, state))
    if (outcome.status !== 'admitted' || outcome.index !== index)
      throw damaged(index, 'the tail repeats a statement')
  }
  const finished = draft.finish()
  if (finished === undefined) throw damaged(first, 'an empty tail')
  // Inbox events are checked apart: what else happened in that commit's inbox is not in the entries.
  const own = finished.batch.puts.filter((put) => !isInboxKey(put.key))
  if (!own.every((put) => isStored(put, store)))
    throw damaged(first, 'the tail is not what was sequenced')
  draft.apply(finished)
  return finished
}

function prepare(
  envelope: Parameters<typeof checkStatement>[0],
  registry: RegistryView,
  state: LogState,
): Prepared {
  return prepareStatement(
    checkStatement(envelope, {
      ...checkContext(state.origin, state.crypto, registry),
      stored: true,
    }),
  )
}

/** Keys as a registry knows them, also those that have ended. */
export function checkContext(origin: string, crypto: Crypto, registry: RegistryView): CheckContext {
  const keyOf = (kid: KeyId): PublicKey | undefined => {
    const party = registry.ownerOf(kid)
    return party === undefined ? undefined : registry.party(party)?.state.keys.get(kid)?.key
  }
  return { origin, crypto, keyOf }
}

/** The store can only be ahead by one commit, and all entries of a commit share a time. */
function tailTime(state: LogState, first: number): number {
  const bytes = state.reader.records.entry(first)
  if (bytes === undefined) throw damaged(first, 'an entry of the tail is missing')
  const { time } = parseEntry(bytes)
  if (time < state.lastTime) throw damaged(first, 'time goes backwards')
  return time
}

function isStored(put: Put, store: Store): boolean {
  const value = store.get(put.key)
  return value !== undefined && equalBytes(value, put.value)
}

/**
 * Every proposal that the tail brought or changed is checked in full, as when it was submitted.
 *
 * @throws LedgerError INBOX_DAMAGED
 */
function checkInboxTail(state: LogState, inbox: OpenedInbox): void {
  const context = checkContext(state.origin, state.crypto, state.registry)
  for (const id of new Set(inbox.tail.map((event) => event.id))) {
    const waiting = inbox.waiting.get(id)
    if (waiting === undefined) continue
    try {
      checkStatement(readProposal(state, waiting).envelope, context)
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code === 'INBOX_DAMAGED') throw error
      throw new LedgerError('INBOX_DAMAGED', { reason: 'a proposal is not sound' }, error)
    }
  }
}

/** A proposal is closed only by an entry, its own or that of its refusal; and then it is closed. */
function checkClosed(state: LogState, inbox: OpenedInbox, from: number, to: number): void {
  const closing = new Set<StatementId>()
  for (let index = from; index < to; index += 1) {
    const { facts } = state.reader.statementAt(index)
    closing.add(facts.id)
    if (facts.about !== undefined) closing.add(facts.about)
  }
  for (const { kind, id } of inbox.tail) {
    const closes = kind === 'admitted' || kind === 'refused'
    if (closes && !closing.has(id))
      throw new LedgerError('INBOX_DAMAGED', { reason: 'closed by no entry' })
  }
  for (const id of closing) {
    if (inbox.waiting.has(id))
      throw new LedgerError('INBOX_DAMAGED', { reason: 'an entry closed nothing' })
  }
}

function damaged(index: number, reason: string): LedgerError {
  return new LedgerError('LEDGER_DAMAGED', { index, reason })
}
