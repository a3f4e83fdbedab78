/**
 * ML-DSA-44, the post-quantum signature of published checkpoints. FIPS 204, pure mode, empty context.
 *
 * Everything here is noble's; this file fixes the parameter set and the lengths, and hands the
 * randomness of signing in from outside, since the core has none. What is signed is decided by
 * cosignature.ts, key files are read by ledger/crypto/ml-dsa.ts.
 */
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import { LedgerError } from './errors.js'

/** Length of a public key, in bytes. */
export const ML_DSA_44_KEY_BYTES = 1_312
/** Length of a signature, in bytes. */
export const ML_DSA_44_SIGNATURE_BYTES = 2_420
/** Length of the seed that a key pair is made of, in bytes. */
export const ML_DSA_44_SEED_BYTES = 32
/** Randomness of one signature, in bytes. */
export const ML_DSA_44_RANDOM_BYTES = 32

/** Whether `signature` over `message` is good under `key`. False for any other length. */
export type VerifyMlDsa44 = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => boolean

/** A key pair; `sign` takes 32 random bytes, or zeros for the deterministic variant. */
export type MlDsa44 = {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array, random: Uint8Array): Uint8Array
}

/** FIPS 204 algorithm 3. Some 3 ms. */
export const verifyMlDsa44: VerifyMlDsa44 = (signature, message, key) =>
  // noble throws on lengths; a signature from outside is wrong, not exceptional.
  signature.length === ML_DSA_44_SIGNATURE_BYTES &&
  key.length === ML_DSA_44_KEY_BYTES &&
  ml_dsa44.verify(signature, message, key)

/**
 * The key pair of a seed. FIPS 204 algorithm 6.
 *
 * @throws LedgerError KEY_INVALID when the seed is not 32 bytes.
 */
export function mlDsa44FromSeed(seed: Uint8Array): MlDsa44 {
  if (seed.length !== ML_DSA_44_SEED_BYTES) {
    throw new LedgerError('KEY_INVALID', {
      reason: 'wrong seed length',
      expected: ML_DSA_44_SEED_BYTES,
      received: seed.length,
    })
  }
  const { publicKey, secretKey } = ml_dsa44.keygen(seed)
  return {
    publicKey,
    sign: (message, random) => ml_dsa44.sign(message, secretKey, { extraEntropy: random }),
  }
}
