/**
 * One key of a witness: makes its note line for a checkpoint. c2sp.org/tlog-cosignature.
 *
 * Takes the checkpoint as the witness read it, extension lines and all, so that any log of the
 * specification can be served; ledger/crypto/checkpoint-signer.ts signs Waybill's own form only.
 */
import { utf8Encode } from '../ledger/core/bytes.js'
import { type Checkpoint, ORIGIN_BYTES_MAX } from '../ledger/core/checkpoint.js'
import {
  checkpointSubtree,
  cosignatureMessage,
  subtreeMessage,
  timestampedSignature,
} from '../ledger/core/cosignature.js'
import {
  cosignatureNoteKey,
  mlDsaNoteKey,
  type NoteKey,
  type NoteSignature,
} from '../ledger/core/note.js'
import type { MlDsaSigner, Signer } from '../ledger/index.js'

/** What is cosigned: the checkpoint and the note text it was read from. */
export type Cosignable = { readonly checkpoint: Checkpoint; readonly text: string }

export type Cosigner = {
  readonly key: NoteKey
  /** Whether this key can say anything about this log: an ML-DSA-44 one holds origins of 255 bytes. */
  readonly able: (origin: string) => boolean
  /**
   * The line, as of `time` in seconds.
   *
   * @throws LedgerError SIGNER_FAILED
   */
  readonly cosign: (what: Cosignable, time: number) => Promise<NoteSignature>
}

/** Ed25519, type 0x04. */
export function ed25519Cosigner(name: string, signer: Signer): Cosigner {
  const key = cosignatureNoteKey(name, signer.publicKey)
  return {
    key,
    able: () => true,
    cosign: async ({ text }, time) => {
      const signature = await signer.sign(cosignatureMessage(text, time))
      return { name, keyId: key.keyId, signature: timestampedSignature(time, signature) }
    },
  }
}

/** ML-DSA-44, type 0x06. */
export function mlDsaCosigner(name: string, signer: MlDsaSigner): Cosigner {
  const key = mlDsaNoteKey(name, signer.publicKey)
  return {
    key,
    able: (origin) => utf8Encode(origin).length <= ORIGIN_BYTES_MAX,
    cosign: async ({ checkpoint }, time) => {
      const signature = await signer.sign(subtreeMessage(checkpointSubtree(name, checkpoint, time)))
      return { name, keyId: key.keyId, signature: timestampedSignature(time, signature) }
    },
  }
}
