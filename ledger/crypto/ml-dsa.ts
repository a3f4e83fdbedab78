/**
 * ML-DSA-44 key files: PKCS#8 PEM in the seed form of RFC 9881, which OpenSSL 3.5 and later read.
 *
 * The node side of ledger/core/ml-dsa.ts: randomness and files' text. The 32-byte seed is the private
 * key; the 2,560 bytes it expands to are made again for each signer and stored nowhere. Files are read
 * and written by `readKeyFile` and `writeKeyFile`, as all keys are.
 */
import { randomBytes } from 'node:crypto'
import { equalBytes, fromBase64, fromHex, toBase64 } from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import {
  ML_DSA_44_RANDOM_BYTES,
  ML_DSA_44_SEED_BYTES,
  mlDsa44FromSeed,
  verifyMlDsa44,
} from '../core/ml-dsa.js'

/** A signer with an ML-DSA-44 key, here or on another thread. */
export type MlDsaSigner = {
  /** 1,312 bytes. */
  readonly publicKey: Uint8Array
  /** 2,420 bytes, hedged (FIPS 204 §3.4): two signatures over one message differ. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

const PEM_HEAD = '-----BEGIN PRIVATE KEY-----'
const PEM_TAIL = '-----END PRIVATE KEY-----'
const PEM_LINE_CHARS = 64
/** DER of a PKCS#8 key with id-ml-dsa-44 up to its seed, `[0] OCTET STRING` of 32. RFC 9881 §6. */
const PKCS8_PREFIX = fromHex('3034020100300b060960864801650304031104228020')

/** A fresh private key as PKCS#8 PEM, and its public key. */
export function generateMlDsaPem(): { readonly pem: string; readonly publicKey: Uint8Array } {
  const seed = randomBytes(ML_DSA_44_SEED_BYTES)
  return { pem: mlDsaPem(seed), publicKey: mlDsa44FromSeed(seed).publicKey }
}

/** The PEM of a 32-byte seed. */
export function mlDsaPem(seed: Uint8Array): string {
  const base64 = toBase64(Buffer.concat([PKCS8_PREFIX, seed]))
  const lines = base64.match(new RegExp(`.{1,${PEM_LINE_CHARS}}`, 'g')) ?? []
  return `${[PEM_HEAD, ...lines, PEM_TAIL].join('\n')}\n`
}

/**
 * A signer for an unencrypted PKCS#8 PEM in seed form.
 *
 * @throws LedgerError KEY_FILE_INVALID for anything else: another kind of key, the expanded form, a
 * pass phrase, text around the block.
 */
export function mlDsaSignerFromPem(pem: string): MlDsaSigner {
  const [head, ...lines] = pem.trim().split(/\r?\n/)
  if (head !== PEM_HEAD || lines.pop() !== PEM_TAIL) throw invalid('no PKCS#8 PEM')
  const der = decodeBase64(lines.join(''))
  const prefix = der.subarray(0, PKCS8_PREFIX.length)
  if (!equalBytes(prefix, PKCS8_PREFIX) || der.length !== prefix.length + ML_DSA_44_SEED_BYTES) {
    throw invalid('not an ML-DSA-44 key in seed form')
  }
  return mlDsaSignerFromSeed(der.subarray(PKCS8_PREFIX.length))
}

/**
 * A signer for a 32-byte seed, kept in memory. Each signature blocks the calling thread for some 10 ms.
 *
 * @throws LedgerError KEY_INVALID when the seed is not 32 bytes.
 */
export function mlDsaSignerFromSeed(seed: Uint8Array): MlDsaSigner {
  const key = mlDsa44FromSeed(seed)
  return {
    publicKey: key.publicKey,
    sign: (message) =>
      new Promise((resolve) => {
        const signature = key.sign(message, randomBytes(ML_DSA_44_RANDOM_BYTES))
        // A fault while signing can give the key away, and a bad line would reject the checkpoint.
        if (!verifyMlDsa44(signature, message, key.publicKey)) {
          throw new LedgerError('SIGNER_FAILED', { reason: 'the signature does not verify' })
        }
        resolve(signature)
      }),
  }
}

function decodeBase64(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (error) {
    if (error instanceof LedgerError) throw invalid('the PEM cannot be decoded')
    throw error
  }
}

function invalid(reason: string): LedgerError {
  return new LedgerError('KEY_FILE_INVALID', { reason })
}
