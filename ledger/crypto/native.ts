/**
 * Native backends of the core's crypto port: libsodium (optional package) and Node's OpenSSL.
 *
 * DESIGN 4.6: both compute the cofactorless equation of RFC 8032; what they disagree on is decided
 * before, by `withStrictRule`. They are for speed only. test/crypto/native.test.ts holds them to the
 * portable backend's verdict, since a library may change its mind in its next version. ML-DSA-44 is
 * the portable one everywhere: neither has it on the oldest Node that Waybill runs on. Signing is in
 * signer.ts.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { createRequire } from 'node:module'
import { type Codec, portableCodec } from '../core/codec.js'
import type { Crypto, PublicKey, VerifyEd25519 } from '../core/ed25519.js'
import { withStrictRule } from '../core/ed25519.js'
import type { Sha256 } from '../core/hash.js'
import { jwkOf } from '../core/jwk.js'
import { verifyMlDsa44 } from '../core/ml-dsa.js'

/** The one function we use of sodium-native, which comes without types. */
type Sodium = {
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, key: Uint8Array): unknown
}

/** Importing a key takes a tenth of a verification; a ledger sees few keys again and again. */
const KEY_OBJECTS_MAX = 4_096

/** libsodium through the optional package sodium-native; undefined where it is not installed. */
export function sodiumCrypto(): Crypto | undefined {
  const sodium = loadSodium()
  if (sodium === undefined) return undefined
  return {
    name: 'sodium-native',
    sha256: nodeSha256,
    verify: withStrictRule(sodiumEquation(sodium)),
    verifyMlDsa44,
    codec: nodeCodec,
  }
}

/** Node's own OpenSSL. Keeps the imported form of the last keys it has seen. */
export function nodeCrypto(): Crypto {
  return {
    name: 'node:crypto',
    sha256: nodeSha256,
    verify: withStrictRule(nodeEquation()),
    verifyMlDsa44,
    codec: nodeCodec,
  }
}

/** The fastest backend of this machine. All of them give the same verdict. */
export function bestCrypto(): Crypto {
  return sodiumCrypto() ?? nodeCrypto()
}

const nodeSha256: Sha256 = (data) => {
  const digest = hash('sha256', data, 'buffer')
  // A plain view: a Buffer's slice shares memory and it compares unequal to a Uint8Array in tests.
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength)
}

/** What Buffer writes when a byte sequence is not UTF-8. */
const REPLACEMENT = '\uFFFD'

/**
 * Text conversions by Buffer and OpenSSL. Buffer decodes leniently, so a text counts only when it is
 * its own re-encoding; what is not, and anything with a replacement character in it, is left to the
 * portable codec, which says why.
 */
export const nodeCodec: Codec = {
  bytesOf: (base64url) => {
    const bytes = Buffer.from(base64url, 'base64url')
    if (bytes.toString('base64url') !== base64url) return portableCodec.bytesOf(base64url)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  },
  encode: (bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url'),
  encodeText: (text) => Buffer.from(text, 'utf8').toString('base64url'),
  utf8Of: (bytes) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    return text.includes(REPLACEMENT) ? portableCodec.utf8Of(bytes) : text
  },
  textOf: (base64url) => {
    const bytes = Buffer.from(base64url, 'base64url')
    if (bytes.toString('base64url') !== base64url) return portableCodec.textOf(base64url)
    const text = bytes.toString('utf8')
    return text.includes(REPLACEMENT) ? portableCodec.textOf(base64url) : text
  },
  ascii: (text) => {
    const bytes = Buffer.from(text, 'latin1')
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  },
  digestOf: (ascii) => hash('sha256', ascii, 'base64url'),
}

function sodiumEquation(sodium: Sodium): VerifyEd25519 {
  return (signature, message, key) =>
    // Anything but `true` is a refusal: it answers undefined for memory it cannot borrow.
    sodium.crypto_sign_verify_detached(ownMemory(signature), ownMemory(message), ownMemory(key)) ===
    true
}

/** sodium-native cannot read a SharedArrayBuffer; the verdict may not depend on where bytes lie. */
function ownMemory(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? Uint8Array.from(bytes) : bytes
}

function nodeEquation(): VerifyEd25519 {
  const keyObjects = new Map<string, KeyObject>()
  return (signature, message, key) => verify(null, message, keyObjectOf(keyObjects, key), signature)
}

/** By content, so that a caller who changes its array changes no answer. */
function keyObjectOf(keyObjects: Map<string, KeyObject>, key: PublicKey): KeyObject {
  const name = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
  const known = keyObjects.get(name)
  if (known !== undefined) return known
  const oldest = keyObjects.keys().next()
  if (keyObjects.size >= KEY_OBJECTS_MAX && oldest.done === false) keyObjects.delete(oldest.value)
  // As JWK: ten times faster to import than DER.
  const made = createPublicKey({ key: jwkOf(key), format: 'jwk' })
  keyObjects.set(name, made)
  return made
}

function loadSodium(): Sodium | undefined {
  const require = createRequire(import.meta.url)
  try {
    const loaded: unknown = require('sodium-native')
    return isSodium(loaded) ? loaded : undefined
  } catch {
    // Optional by design: not installed, or no prebuilt binary for this platform.
    return undefined
  }
}

function isSodium(loaded: unknown): loaded is Sodium {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'crypto_sign_verify_detached' in loaded &&
    typeof loaded.crypto_sign_verify_detached === 'function'
  )
}
