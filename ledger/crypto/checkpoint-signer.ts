/**
 * Who signs checkpoints: a log with its Ed25519 or ML-DSA-44 key, a witness with either.
 *
 * c2sp.org/signed-note, c2sp.org/tlog-cosignature. Each signer makes one line of a checkpoint's note;
 * whether a checkpoint may be signed at all is decided by the log's writer or the witness.
 */

import { utf8Encode } from '../core/bytes.js'
import { parseCheckpoint } from '../core/checkpoint.js'
import {
  checkpointSubtree,
  cosignatureMessage,
  subtreeMessage,
  timestampedSignature,
} from '../core/cosignature.js'
import { cosignatureNoteKey, ed25519NoteKey, mlDsaNoteKey, type NoteKey } from '../core/note.js'
import type { MlDsaSigner } from './ml-dsa.js'
import type { Signer } from './signer.js'

/** One signature line of a checkpoint: the key, and the bytes that follow the key id in its line. */
export type CheckpointSigner = {
  readonly key: NoteKey
  /**
   * Signs a checkpoint's note text.
   *
   * @param time seconds since 1970, for the types that carry one
   * @throws LedgerError CHECKPOINT_MALFORMED for a text that is no checkpoint's
   */
  sign(text: string, time: number): Promise<Uint8Array>
}

/** A log's own Ed25519 line (type 0x01). `name` is the log's origin. */
export function logCheckpointSigner(name: string, signer: Signer): CheckpointSigner {
  return {
    key: ed25519NoteKey(name, signer.publicKey),
    sign: async (text) => {
      parseCheckpoint(text)
      return await signer.sign(utf8Encode(text))
    },
  }
}

/** A witness's Ed25519 line (type 0x04). */
export function cosignatureSigner(name: string, signer: Signer): CheckpointSigner {
  return {
    key: cosignatureNoteKey(name, signer.publicKey),
    sign: async (text, time) => {
      parseCheckpoint(text)
      return timestampedSignature(time, await signer.sign(cosignatureMessage(text, time)))
    },
  }
}

/** An ML-DSA-44 line (type 0x06), of a witness, or of a log under its origin. */
export function mlDsaCheckpointSigner(name: string, signer: MlDsaSigner): CheckpointSigner {
  return {
    key: mlDsaNoteKey(name, signer.publicKey),
    sign: async (text, time) => {
      const message = subtreeMessage(checkpointSubtree(name, parseCheckpoint(text), time))
      return timestampedSignature(time, await signer.sign(message))
    },
  }
}
