/**
 * Checkpoints: what the operator promises about the tree. c2sp.org/tlog-checkpoint.
 *
 *     example.com/log                                  origin: the log's name
 *     20852163                                         tree size, decimal
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root hash, base64
 *
 * Exactly three lines: extension lines, which the specification allows and discourages, are refused
 * (DESIGN 4.7), because nothing audits them. Opening one by a policy also says which witnesses
 * cosigned it and whether they are enough. Consistency of two checkpoints is judged elsewhere.
 */
import { equalBytes, fromBase64, toBase64, utf8Encode } from './bytes.js'
import { type Cosignature, cosignatureTime, cosignatureVerifier } from './cosignature.js'
import type { Crypto } from './ed25519.js'
import { invariant, LedgerError } from './errors.js'
import { emptyRoot, HASH_BYTES, parseRootHash, type RootHash } from './hash.js'
import {
  controlAt,
  encodingFault,
  type Note,
  type NoteKey,
  parseNote,
  refuseAs,
  sameNoteKey,
  verifyNote,
} from './note.js'
import type { Policy } from './policy.js'
import { type Quorum, quorumOf } from './quorum.js'

/** Longest origin, in bytes of UTF-8: an ML-DSA cosignature stores its length in one byte. */
export const ORIGIN_BYTES_MAX = 255

/** A tree head: which log, how many leaves, and the root over them. */
export type Checkpoint = {
  /** Name of the log; equals the name of the key that signs for it. */
  readonly origin: string
  /** Number of leaves, 0 to 2^53−1. */
  readonly size: number
  readonly root: RootHash
}

declare const opened: unique symbol

type Opened = {
  readonly checkpoint: Checkpoint
  readonly note: Note
  /** The policy's log keys that signed it under its own origin; at least one. */
  readonly signedBy: readonly NoteKey[]
  /** The policy's witnesses that cosigned it, in the policy's order. */
  readonly cosigned: readonly Cosignature[]
  /** Whether they are enough. Opening does not refuse where they are not: a report must say who is missing. */
  readonly quorum: Quorum
}

/** A checkpoint that a log key of a policy signed. Only `openCheckpoint` makes one. */
export type OpenedCheckpoint = Opened & { readonly [opened]: true }

/**
 * The note text of a checkpoint: three lines, ending in LF.
 *
 * Requires a size from 0 to 2^53−1, and for size 0 the root of the empty tree.
 *
 * @throws LedgerError CHECKPOINT_MALFORMED for an origin that is empty, too long, or holds a
 * newline or control characters.
 */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint
  checkOrigin(origin)
  invariant(Number.isSafeInteger(size) && size >= 0, 'a tree size is a safe integer')
  invariant(root.length === HASH_BYTES, 'a root hash is 32 bytes')
  invariant(size > 0 || equalBytes(root, emptyRoot()), 'the empty tree has one root')
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/**
 * Reads the note text of a checkpoint. Accepts exactly what `formatCheckpoint` writes.
 *
 * @throws LedgerError CHECKPOINT_MALFORMED with the `line` (1-based) and a `reason`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, rest, ...more] = text.split('\n', 5)
  if (origin === undefined || sizeText === undefined || rootText === undefined) {
    throw malformed('fewer than three lines')
  }
  // A text of three lines that end in LF splits into four parts, the last one empty.
  if (rest === undefined) throw malformed('the last line does not end in a newline', 3)
  if (rest !== '' || more.length > 0) throw malformed('extension or empty lines', 4)
  checkOrigin(origin)
  const size = parseDecimal(sizeText)
  if (size === undefined) throw malformed('tree size', 2)
  const root = refuseAs('CHECKPOINT_MALFORMED', { reason: 'root hash', line: 3 }, () =>
    parseRootHash(fromBase64(rootText)),
  )
  if (size === 0 && !equalBytes(root, emptyRoot())) throw malformed('root of the empty tree', 3)
  return { origin, size, root }
}

/**
 * Reads a signed checkpoint and accepts it if a log key of the policy signed it under its own name.
 * Signatures come first: nothing in the text is looked at before one of them is found good, except
 * what a cosignature is over.
 *
 * A quorum that is not met is in the answer, not thrown: the caller must say INCOMPLETE then.
 *
 * @throws LedgerError NOTE_MALFORMED; NOTE_SIGNATURE_INVALID when the line of a log's or witness's
 * key fails; CHECKPOINT_UNTRUSTED when no log key signed; CHECKPOINT_MALFORMED; CHECKPOINT_ORIGIN
 * when the keys that signed have other names than the origin line.
 */
export function openCheckpoint(noteText: string, policy: Policy, crypto: Crypto): OpenedCheckpoint {
  const note = parseNote(noteText)
  const logKeys = policy.logs.map((log) => log.key)
  const keys = [...logKeys, ...policy.witnesses.map((witness) => witness.key)]
  const verifyOther = cosignatureVerifier(note.text, () => parseCheckpoint(note.text), crypto)
  const signatures = verifyNote(note, keys, crypto, verifyOther)
  const byLogs = signatures
    .map((signature) => signature.key)
    .filter((key) => logKeys.some((logKey) => sameNoteKey(logKey, key)))
  if (byLogs.length === 0) {
    const counts = { signatures: note.signatures.length, logs: logKeys.length }
    throw new LedgerError('CHECKPOINT_UNTRUSTED', counts)
  }
  const checkpoint = parseCheckpoint(note.text)
  const signedBy: readonly NoteKey[] = byLogs.filter((key) => key.name === checkpoint.origin)
  if (signedBy.length === 0) throw new LedgerError('CHECKPOINT_ORIGIN')
  const cosigned = policy.witnesses.flatMap(({ name, key }): readonly Cosignature[] => {
    const signature = signatures.find((verified) => sameNoteKey(verified.key, key))
    const time = signature === undefined ? undefined : cosignatureTime(signature.signature)
    return time === undefined ? [] : [{ name, key, time }]
  })
  const quorum = quorumOf(
    policy,
    cosigned.map(({ name }) => name),
  )
  const all: Opened = { checkpoint, note, signedBy, cosigned, quorum }
  return all as OpenedCheckpoint
}

/**
 * A number from 0 to 2^53−1 as the C2SP formats write it: ASCII decimal, no sign, no leading zeros.
 * Accepted only if writing it again gives the same text. Undefined for everything else.
 */
export function parseDecimal(text: string): number | undefined {
  const value = Number(text)
  return Number.isSafeInteger(value) && value >= 0 && String(value) === text ? value : undefined
}

/** Any non-empty line: the specification forbids to assume more of a foreign log's name. */
function checkOrigin(origin: string): void {
  if (origin === '') throw malformed('origin is empty', 1)
  const fault = encodingFault(origin)
  if (fault !== undefined) throw malformed(fault, 1)
  if (origin.includes('\n') || controlAt(origin) >= 0) throw malformed('control character', 1)
  if (utf8Encode(origin).length > ORIGIN_BYTES_MAX) throw malformed('origin is too long', 1)
}

function malformed(reason: string, line?: number): LedgerError {
  return new LedgerError('CHECKPOINT_MALFORMED', line === undefined ? { reason } : { reason, line })
}
