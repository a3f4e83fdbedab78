/**
 * Starts publishing for an open log: what was published before, the second line, the witnesses.
 *
 * What is on disk and what witnesses show is held against this log's own tree. A log that has less
 * than it once published, or than a witness has seen under its key, was rolled back: it must not sign
 * anything that others would find contradicting.
 */
import { equalBytes } from '../core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { rootFromNodes } from '../core/merkle.js'
import { type NoteKey, parseNote, sameNoteKey, verifyNote } from '../core/note.js'
import { type Policy, policyOfLogs } from '../core/policy.js'
import { NO_QUORUM } from '../core/quorum.js'
import { memoryPublishedFile, type PublishedFile } from '../store/published-file.js'
import { WitnessPanel } from '../witnesses/panel.js'
import { type LogKeySet, ownLogKeys } from './log-signers.js'
import type { LogState } from './log-state.js'
import { Publisher, type PublishWhen } from './publisher.js'
import type { SecondLine } from './second-line.js'

/** How a ledger publishes; without anything, its commit checkpoints are what it shows. */
export type Publishing = {
  /** Where the newest published checkpoint is kept; in memory if left out. */
  readonly file?: PublishedFile
  /** Whose cosignatures are asked for, at which addresses, and how many are enough. */
  readonly policy?: Policy
  /** The log's post-quantum line. */
  readonly second?: SecondLine
  /** Repeatedly, if left out. */
  readonly when?: PublishWhen
  /** 0 up to 1, for pauses between attempts. */
  readonly random?: () => number
}

/** What is needed of the ledger that publishes. */
type Publishes = LogKeySet & {
  readonly origin: string
  /** Seconds since 1970. */
  readonly now: () => number
  readonly onFailure?: (error: unknown) => void
  readonly publishing?: Publishing
}

/** The durable head, and how to stop it from moving. */
type Head = {
  /** The signed checkpoint. */
  readonly checkpoint: string
  halt(error: LedgerError): void
}

/** A log, every key that it ever signed with, and those whose signatures are its word. */
type OwnLog = { readonly state: LogState; readonly own: Policy; readonly binding: Policy }

/**
 * @throws LedgerError PUBLISHED_UNREADABLE; LEDGER_BEHIND_HEAD when more, or another tree, was
 * published; CONFIG_INVALID for a witness's url or a policy of another log
 */
export function startPublishing(ledger: Publishes, state: LogState, head: Head): Publisher {
  const { now, onFailure, publishing: how = {} } = ledger
  const own = policyOfLogs(...ownLogKeys(ledger, state, 'all'))
  const binding = policyOfLogs(...ownLogKeys(ledger, state, 'binding'))
  const policy = how.policy ?? own
  // A policy that does not know this log would never be met, and nobody would be told why.
  if (!knows(policy, ownLogKeys(ledger, state, 'active'), how.second))
    throw new LedgerError('CONFIG_INVALID', { at: 'policy', reason: 'log' })
  const log = { state, own, binding }
  const file = how.file ?? memoryPublishedFile()
  const panel = panelOf(state, how, now)
  return new Publisher({
    head: () => head.checkpoint,
    initial: publishedBefore(file, policy, log),
    file,
    policy,
    ...(how.second === undefined ? {} : { second: how.second }),
    ...(panel === undefined ? {} : { panel }),
    now,
    when: how.when ?? 'repeatedly',
    onFailure: (error) => onFailure?.(error),
    rollbackOf: (note) => rollbackOf(note, log),
    onRollback: (error) => head.halt(error),
  })
}

/**
 * Why a checkpoint that somebody shows means that this log was rolled back, or undefined: it is not
 * ours, or this log continues it.
 */
function rollbackOf(note: string, { state, binding }: OwnLog): LedgerError | undefined {
  let seen: Checkpoint
  try {
    seen = openCheckpoint(note, binding, state.crypto).checkpoint
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
  const reason = differenceOf(seen, state)
  if (reason === undefined) return undefined
  const code = seen.size > state.size ? 'LEDGER_ROLLED_BACK' : 'LEDGER_FORKED'
  return new LedgerError(code, { size: state.size, seen: seen.size, reason })
}

function panelOf(
  state: LogState,
  { policy, random = Math.random }: Publishing,
  now: () => number,
): WitnessPanel | undefined {
  const witnesses = (policy?.witnesses ?? []).filter(({ url }) => url !== undefined)
  if (witnesses.length === 0) return undefined
  return new WitnessPanel({
    witnesses,
    origin: state.origin,
    proof: (size1, size2) => state.nodes.consistencyProof(size1, size2),
    crypto: state.crypto,
    now,
    random,
  })
}

/** What the file holds, unless it no longer satisfies the policy: then nothing is shown until it does. */
function publishedBefore(
  file: PublishedFile,
  policy: Policy,
  { state, own }: OwnLog,
): string | undefined {
  const note = file.read()
  if (note === undefined) return undefined
  const { crypto } = state
  const reason = differenceOf(opened(note, own, crypto).checkpoint, state)
  if (reason !== undefined) throw new LedgerError('LEDGER_BEHIND_HEAD', { reason })
  if (policy.quorum === NO_QUORUM) return note
  // After a rotation of the log's key, the policy may know a newer one than signed this.
  if (!knowsOneOf(note, policy, crypto)) return undefined
  return opened(note, policy, crypto).quorum.met ? note : undefined
}

function knowsOneOf(note: string, policy: Policy, crypto: Crypto): boolean {
  const keys = policy.logs.map(({ key }) => key)
  return verifyNote(parseNote(note), keys, crypto).length > 0
}

function opened(note: string, policy: Policy, crypto: Crypto): ReturnType<typeof openCheckpoint> {
  try {
    return openCheckpoint(note, policy, crypto)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError('PUBLISHED_UNREADABLE', { reason: 'not signed as it should be' }, error)
  }
}

function differenceOf({ size, root }: Checkpoint, state: LogState): string | undefined {
  if (size > state.size) return 'a larger tree was shown'
  const { sha256 } = state.crypto
  const own = rootFromNodes(size, (id) => state.nodes.node(id), sha256)
  return equalBytes(own, root) ? undefined : 'another tree was shown'
}

/** Whether a policy takes one of the keys that this log signs with. */
function knows(policy: Policy, own: readonly NoteKey[], second: SecondLine | undefined): boolean {
  const keys = [...own, ...(second === undefined ? [] : [second.key])]
  return policy.logs.some(({ key }) => keys.some((other) => sameNoteKey(key, other)))
}
