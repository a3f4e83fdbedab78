/**
 * Cosignatures: what a witness says about a checkpoint, and when. c2sp.org/tlog-cosignature.
 *
 * Two types: timestamped Ed25519 (0x04) over two lines and the checkpoint's text, and ML-DSA-44
 * (0x06) over a binary structure with the cosigner's name. A log signs its own checkpoints in the
 * second form too, under a key whose name is its origin. Both are a line of the checkpoint's note:
 * eight bytes of time, then the signature. Who must cosign is the policy's word, not this file's.
 */
import { concatBytes, readU32be, u64be, utf8Encode } from './bytes.js'
import { type Crypto, SIGNATURE_BYTES } from './ed25519.js'
import { invariant, LedgerError } from './errors.js'
import { HASH_BYTES } from './hash.js'
import { ML_DSA_44_SIGNATURE_BYTES } from './ml-dsa.js'
import {
  formatSignatureLine,
  type NoteKey,
  TYPE_COSIGNATURE,
  TYPE_ML_DSA_44,
  type VerifyLine,
} from './note.js'

/** A cosignature that was verified. */
export type Cosignature = {
  /** The witness's name in the policy. */
  readonly name: string
  readonly key: NoteKey
  /** When the witness says to have seen the checkpoint as the newest, seconds since 1970; 0 if it does not say. */
  readonly time: number
}

/** What of a checkpoint is signed; a `Checkpoint` is one. */
export type TreeHead = {
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** A checkpoint and the note text that it was read from. */
export type CheckpointText = { readonly checkpoint: TreeHead; readonly text: string }

/** What an ML-DSA-44 cosigner signs. `end` leaves from `start` on; `start` is 0 for a checkpoint. */
export type Subtree = {
  /** Name of the cosigner's key, 1 to 255 bytes. */
  readonly cosigner: string
  /** Seconds since 1970, 0 to 2^53−1. */
  readonly time: number
  /** 1 to 255 bytes. */
  readonly origin: string
  readonly start: number
  readonly end: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

const TIME_BYTES = 8
const U32 = 0x1_0000_0000
/** Seconds fit 53 bits until the year 285,428,751; a later time is no time. */
const TIME_HIGH_MAX = 0x1f_ffff
const SUBTREE_LABEL = 'subtree/v1\n\0'
const NAME_BYTES_MAX = 255

/**
 * What an Ed25519 cosigner signs: a header, the time, and the whole text of the checkpoint.
 *
 * Requires a time from 0 to 2^53−1.
 */
export function cosignatureMessage(checkpointText: string, time: number): Uint8Array {
  checkTime(time)
  return utf8Encode(`cosignature/v1\ntime ${time}\n${checkpointText}`)
}

/**
 * What an ML-DSA-44 cosigner signs: `cosigned_message` of the specification.
 *
 * Requires times and sizes from 0 to 2^53−1 and a root of 32 bytes.
 *
 * @throws LedgerError CHECKPOINT_MALFORMED for a name or an origin that is not 1 to 255 bytes.
 */
export function subtreeMessage(of: Subtree): Uint8Array {
  checkTime(of.time)
  invariant(of.root.length === HASH_BYTES, 'a root hash is 32 bytes')
  return concatBytes(
    utf8Encode(SUBTREE_LABEL),
    shortText(of.cosigner),
    u64be(of.time),
    shortText(of.origin),
    u64be(of.start),
    u64be(of.end),
    of.root,
  )
}

/**
 * Verifies the signature bytes of a cosignature line, and answers its time in seconds, or undefined
 * when it does not verify: another length, a time past 2^53−1, a key of another type.
 */
export function verifyCosignature(
  key: NoteKey,
  { checkpoint, text }: CheckpointText,
  signature: Uint8Array,
  crypto: Crypto,
): number | undefined {
  const time = cosignatureTime(signature)
  if (time === undefined) return undefined
  const proper = signature.subarray(TIME_BYTES)
  if (key.type === TYPE_COSIGNATURE && key.publicKey !== undefined) {
    const message = cosignatureMessage(text, time)
    return crypto.verify(proper, message, key.publicKey) ? time : undefined
  }
  if (key.type === TYPE_ML_DSA_44) {
    const message = subtreeMessage(checkpointSubtree(key.name, checkpoint, time))
    return crypto.verifyMlDsa44(proper, message, key.key) ? time : undefined
  }
  return undefined
}

/** The structure that the ML-DSA-44 key `cosigner` signs for a checkpoint. */
export function checkpointSubtree(cosigner: string, of: TreeHead, time: number): Subtree {
  return { cosigner, time, origin: of.origin, start: 0, end: of.size, root: of.root }
}

/** The time of a cosignature, unverified: its first eight bytes. Undefined past 2^53−1. */
export function cosignatureTime(signature: Uint8Array): number | undefined {
  if (signature.length <= TIME_BYTES) return undefined
  const high = readU32be(signature, 0)
  return high > TIME_HIGH_MAX ? undefined : high * U32 + readU32be(signature, 4)
}

/** Time and signature as one: what a note line carries after the key id. Requires 64 or 2,420 bytes. */
export function timestampedSignature(time: number, signature: Uint8Array): Uint8Array {
  checkTime(time)
  const known = [SIGNATURE_BYTES, ML_DSA_44_SIGNATURE_BYTES].includes(signature.length)
  invariant(known, 'a cosignature is 64 or 2,420 bytes')
  return concatBytes(u64be(time), signature)
}

/** The note line of a cosignature, ending in LF: what a witness answers and a log appends. */
export function cosignatureLine(key: NoteKey, time: number, signature: Uint8Array): string {
  const { name, keyId } = key
  return formatSignatureLine({ name, keyId, signature: timestampedSignature(time, signature) })
}

/** Judges cosignature lines of a note, for `verifyNote`; the checkpoint is read when one is met. */
export function cosignatureVerifier(
  text: string,
  read: () => TreeHead,
  crypto: Crypto,
): VerifyLine {
  return (key, signature) => {
    if (key.type !== TYPE_COSIGNATURE && key.type !== TYPE_ML_DSA_44) return undefined
    return verifyCosignature(key, { checkpoint: read(), text }, signature, crypto) !== undefined
  }
}

function shortText(text: string): Uint8Array {
  const bytes = utf8Encode(text)
  if (bytes.length < 1 || bytes.length > NAME_BYTES_MAX) {
    const reason = 'a name is not 1 to 255 bytes'
    throw new LedgerError('CHECKPOINT_MALFORMED', { reason, length: bytes.length })
  }
  return concatBytes(Uint8Array.of(bytes.length), bytes)
}

function checkTime(time: number): void {
  invariant(Number.isSafeInteger(time) && time >= 0, 'a time is a safe integer')
}
