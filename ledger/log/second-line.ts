/**
 * The log's post-quantum line on published checkpoints: ML-DSA-44, type 0x06, under the log's origin.
 * DESIGN 4.7; c2sp.org/tlog-cosignature.
 *
 * Signed in a worker thread when compiled; from source, where workers cannot run, on the calling one.
 */

import { type CheckpointSigner, mlDsaCheckpointSigner } from '../crypto/checkpoint-signer.js'
import { mlDsaSignerFromPem } from '../crypto/ml-dsa.js'
import { readKeyFile } from '../crypto/signer.js'
import { Lanes } from './lanes.js'

export type SignRequest = { readonly number: number; readonly text: string; readonly time: number }
export type SignReply = { readonly number: number; readonly signature: Uint8Array }

/** A second key of the log and a way to stop its thread. */
export type SecondLine = CheckpointSigner & { close(): Promise<void> }

/**
 * The signer of a key file.
 *
 * @throws LedgerError KEY_FILE_INVALID, KEY_FILE_MODE, INPUT_NOT_FOUND
 */
export async function openSecondLine(path: string, origin: string): Promise<SecondLine> {
  const pem = await readKeyFile(path)
  const { key, sign } = mlDsaCheckpointSigner(origin, mlDsaSignerFromPem(pem))
  if (import.meta.url.endsWith('.ts')) return { key, sign, close: async () => undefined }
  // Started with the first signature: who only reads a ledger needs no thread.
  let lanes: Lanes<SignRequest, SignReply> | undefined
  return {
    key,
    sign: async (text, time) => {
      if (lanes === undefined || lanes.count === 0) {
        lanes = new Lanes(new URL('./sign-worker.js', import.meta.url), { origin, pem }, 1)
      }
      return (await lanes.send((number) => ({ number, text, time }))).signature
    },
    close: async () => {
      await lanes?.close()
    },
  }
}
