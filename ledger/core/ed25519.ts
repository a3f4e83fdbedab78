/**
 * Ed25519 by one strict rule, so that every machine gives the same verdict. DESIGN 4.6, RFC 8032.
 *
 * Keys are judged once, by `parsePublicKey`; signatures by `withStrictRule` around the equation of
 * some backend. The portable backend here is noble's curve arithmetic, not its `verify`: that one
 * multiplies by the cofactor and so accepts an R that carries torsion. Native backends are handed
 * in from outside (ledger/crypto/native.ts). Nothing here knows where keys come from or who owns
 * them. Verification takes variable time: everything it sees is public.
 */
import { getPublicKey, hashes, Point, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, equalBytes, fromHex, toHex } from './bytes.js'
import type { Codec } from './codec.js'
import { LedgerError } from './errors.js'
import { portableSha256, type Sha256 } from './hash.js'
import { type VerifyMlDsa44, verifyMlDsa44 } from './ml-dsa.js'

// noble signs synchronously only once it has been given a hash.
hashes.sha512 = sha512

declare const kind: unique symbol

/** A public key of 32 bytes: canonical, torsion-free, not of small order. Only `parsePublicKey` makes one. */
export type PublicKey = Uint8Array & { readonly [kind]: 'public-key' }

/** Whether `signature` over `message` is good under `key`. Any other length than 64 bytes is not. */
export type VerifyEd25519 = (signature: Uint8Array, message: Uint8Array, key: PublicKey) => boolean

/** The crypto port of the core: implementations differ in speed, never in an answer. */
export type Crypto = {
  /** For people: which implementation this is. */
  readonly name: string
  readonly sha256: Sha256
  readonly verify: VerifyEd25519
  /** ML-DSA-44 (FIPS 204), for cosignatures that outlast Ed25519. */
  readonly verifyMlDsa44: VerifyMlDsa44
  /** Native text conversions, where there are any; `portableCodec` otherwise. */
  readonly codec?: Codec
}

/** Length of a public key, of a seed, and of each half of a signature, in bytes. */
export const KEY_BYTES = 32
/** Length of a signature, in bytes. */
export const SIGNATURE_BYTES = 64

const LAST = KEY_BYTES - 1
const SIGN_BIT = 0x80

const GROUP_ORDER = Point.CURVE().n
/** L, the order of the base point, as signatures spell numbers: little-endian. RFC 8032 §5.1. */
const GROUP_ORDER_BYTES = fromHex(
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
)
/** p = 2^255 - 19, little-endian. */
const FIELD_PRIME_BYTES = fromHex(
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
)
/**
 * Every y of the eight points of small order, without the sign bit, in every spelling that fits 255
 * bits: 0, 1, the two of order 8, p-1, and p and p+1 (0 and 1 respelled). With either sign, 14 forms.
 */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((hex) => fromHex(hex))

/**
 * Points of keys that have passed, by the key's hex. The check costs some 2 ms and the same few keys
 * come again and again. By content, so that a caller who changes its array changes no answer.
 */
const POINTS_MAX = 1_024
const acceptedPoints = new Map<string, Point>()

/**
 * Accepts a public key from outside. Copies it.
 *
 * @throws LedgerError KEY_INVALID with a `reason`: wrong length, of small order, not canonical, not
 * on the curve, or of mixed order (a good key plus a point of small order). DESIGN 4.6.
 */
export function parsePublicKey(bytes: Uint8Array): PublicKey {
  if (bytes.length !== KEY_BYTES) {
    throw refused('wrong length', { expected: KEY_BYTES, received: bytes.length })
  }
  const key = Uint8Array.from(bytes)
  const name = toHex(key)
  if (!acceptedPoints.has(name)) remember(name, judgeKey(key))
  return key as Uint8Array as PublicKey
}

/**
 * Puts before a backend's equation what backends disagree on: lengths, S < L, and R neither the
 * identity nor anything else of small order, however it is spelled. The equation itself must be the
 * cofactorless one of RFC 8032 §5.1.7, compared as bytes. DESIGN 4.6.
 */
export function withStrictRule(equation: VerifyEd25519): VerifyEd25519 {
  return (signature, message, key) =>
    signature.length === SIGNATURE_BYTES &&
    key.length === KEY_BYTES &&
    isBelow(signature.subarray(KEY_BYTES), GROUP_ORDER_BYTES) &&
    !isSmallOrder(signature) &&
    equation(signature, message, key)
}

/** The portable backend: noble, for browsers and wherever nothing native loads. Some 2 ms a signature. */
export const portableCrypto: Crypto = {
  name: 'noble',
  sha256: portableSha256,
  verify: withStrictRule(portableEquation),
  verifyMlDsa44,
}

/**
 * Signs with a 32-byte seed, in portable code. RFC 8032 §5.1.6.
 *
 * @throws LedgerError KEY_INVALID when the seed is not 32 bytes.
 */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  checkSeed(seed)
  return sign(message, seed)
}

/**
 * The public key of a 32-byte seed. RFC 8032 §5.1.5.
 *
 * @throws LedgerError KEY_INVALID when the seed is not 32 bytes.
 */
export function publicKeyFromSeed(seed: Uint8Array): PublicKey {
  checkSeed(seed)
  return parsePublicKey(getPublicKey(seed))
}

/** encode(S·B − k·A) = R, as bytes; so R is never decoded and has one spelling. */
function portableEquation(signature: Uint8Array, message: Uint8Array, key: PublicKey): boolean {
  const a = acceptedPoints.get(toHex(key)) ?? decodePoint(key)
  if (a === undefined) return false
  const r = signature.subarray(0, KEY_BYTES)
  const s = littleEndian(signature.subarray(KEY_BYTES))
  const digest = sha512(concatBytes(r, key, message))
  const k = littleEndian(digest) % GROUP_ORDER
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k))
  return equalBytes(expected.toBytes(), r)
}

function judgeKey(key: Uint8Array): Point {
  if (isSmallOrder(key)) throw refused('small order')
  if (!isBelow(withoutSign(key), FIELD_PRIME_BYTES)) throw refused('not canonical')
  const point = decodePoint(key)
  if (point === undefined) throw refused('not on the curve')
  if (!point.isTorsionFree()) throw refused('mixed order')
  return point
}

function remember(name: string, point: Point): void {
  const oldest = acceptedPoints.keys().next()
  if (acceptedPoints.size >= POINTS_MAX && oldest.done === false)
    acceptedPoints.delete(oldest.value)
  acceptedPoints.set(name, point)
}

function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes)
  } catch {
    return undefined
  }
}

/** Looks at the first 32 bytes only, and not at the sign bit. */
function isSmallOrder(bytes: Uint8Array): boolean {
  return SMALL_ORDER_Y.some((y) => {
    for (let i = 0; i < LAST; i++) if (bytes[i] !== y[i]) return false
    return (bytes[LAST] ?? 0) % SIGN_BIT === y[LAST]
  })
}

/** Little-endian comparison of 32 bytes each. */
function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let i = LAST; i >= 0; i--) {
    const difference = (value[i] ?? 0) - (limit[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function withoutSign(key: Uint8Array): Uint8Array {
  return key.with(LAST, (key[LAST] ?? 0) % SIGN_BIT)
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`)
}

function checkSeed(seed: Uint8Array): void {
  if (seed.length !== KEY_BYTES) {
    throw refused('wrong seed length', { expected: KEY_BYTES, received: seed.length })
  }
}

function refused(reason: string, details: Readonly<Record<string, number>> = {}): LedgerError {
  return new LedgerError('KEY_INVALID', { reason, ...details })
}
