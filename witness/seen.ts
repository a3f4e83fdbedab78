/**
 * A log's checkpoint as a witness reads it: any log's, not only Waybill's. c2sp.org/tlog-checkpoint.
 *
 * Unlike ledger/core/checkpoint.ts this takes extension lines, because other logs may write them:
 * an Ed25519 cosignature covers them, an ML-DSA-44 one does not, and nothing is said about them. And
 * it gives the root of an empty tree unjudged, since the protocol has its own status for a wrong one.
 */
import { fromBase64, utf8Encode } from '../ledger/core/bytes.js'
import { type Checkpoint, parseDecimal } from '../ledger/core/checkpoint.js'
import { cosignatureVerifier } from '../ledger/core/cosignature.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { LedgerError } from '../ledger/core/errors.js'
import { parseRootHash } from '../ledger/core/hash.js'
import {
  type Note,
  type NoteKey,
  refuseAs,
  type VerifiedSignature,
  verifyNote,
} from '../ledger/core/note.js'

/** Longest origin, in bytes. The specification has no limit; a file name and a log line do. */
const ORIGIN_BYTES_MAX = 1_024

/**
 * The first line of a note's text: whose it says to be. Not to be believed before `verifySeen`.
 *
 * @throws LedgerError CHECKPOINT_MALFORMED
 */
export function claimedOrigin({ text }: Note): string {
  const origin = text.slice(0, text.indexOf('\n'))
  if (origin === '') throw malformed('origin is empty', 1)
  if (utf8Encode(origin).length > ORIGIN_BYTES_MAX) throw malformed('origin is too long', 1)
  return origin
}

/**
 * The first three lines of a checkpoint; extension lines must not be empty.
 *
 * @throws LedgerError CHECKPOINT_MALFORMED with the `line`
 */
export function parseSeen(text: string): Checkpoint {
  const [origin, sizeText, rootText, ...rest] = text.split('\n')
  if (origin === undefined || sizeText === undefined || rootText === undefined) {
    throw malformed('fewer than three lines')
  }
  // The text ends in LF, so the last part is empty and no other may be.
  if (rest.length === 0) throw malformed('the last line does not end in a newline', 3)
  if (rest.indexOf('') !== rest.length - 1) throw malformed('empty line', 4)
  const size = parseDecimal(sizeText)
  if (size === undefined) throw malformed('tree size', 2)
  const root = refuseAs('CHECKPOINT_MALFORMED', { reason: 'root hash', line: 3 }, () =>
    parseRootHash(fromBase64(rootText)),
  )
  return { origin, size, root }
}

/**
 * The signatures of a note that verify under these keys, of whatever type; unknown keys are ignored.
 *
 * @throws LedgerError NOTE_SIGNATURE_INVALID when a line of one of the keys fails;
 * CHECKPOINT_MALFORMED when it must be read to judge a line and cannot be
 */
export function verifySeen(
  note: Note,
  keys: readonly NoteKey[],
  crypto: Crypto,
): readonly VerifiedSignature[] {
  const judge = cosignatureVerifier(note.text, () => parseSeen(note.text), crypto)
  return verifyNote(note, keys, crypto, judge)
}

function malformed(reason: string, line?: number): LedgerError {
  return new LedgerError('CHECKPOINT_MALFORMED', line === undefined ? { reason } : { reason, line })
}
