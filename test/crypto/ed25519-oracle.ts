/**
 * A second implementation of the Ed25519 rule of DESIGN 4.6, straight from RFC 8032 and slow.
 *
 * It shares no code with the product: its own field and curve arithmetic (projective formulas where
 * the product's library uses extended ones), constants computed and not copied, SHA-512 from Node.
 * It only judges; what crafts bad keys and signatures is ed25519-cases.ts.
 */
import { createHash } from 'node:crypto'

/** Projective point: x = X/Z, y = Y/Z. */
export type OraclePoint = { readonly X: bigint; readonly Y: bigint; readonly Z: bigint }

export const P = 2n ** 255n - 19n
export const L = 2n ** 252n + 27742317777372353535851937790883648493n
export const ZERO: OraclePoint = { X: 0n, Y: 1n, Z: 1n }

const D = mod(-121665n * inverse(121666n))
const SQRT_M1 = power(2n, (P - 1n) / 4n)

/** Addition in projective twisted Edwards coordinates (add-2008-bbjlp with a = -1), complete. */
export function add(p: OraclePoint, q: OraclePoint): OraclePoint {
  const a = (p.Z * q.Z) % P
  const b = (a * a) % P
  const c = (p.X * q.X) % P
  const d = (p.Y * q.Y) % P
  const e = (((D * c) % P) * d) % P
  const f = b - e
  const g = b + e
  return {
    X: mod(((a * f) % P) * ((p.X + p.Y) * (q.X + q.Y) - c - d)),
    Y: mod(((a * g) % P) * (d + c)),
    Z: mod(f * g),
  }
}

export function negate(p: OraclePoint): OraclePoint {
  return { X: mod(-p.X), Y: p.Y, Z: p.Z }
}

/** Double and add, for a point that is used once. */
export function multiply(p: OraclePoint, n: bigint): OraclePoint {
  let sum = ZERO
  for (const bit of n.toString(2)) {
    sum = add(sum, sum)
    if (bit === '1') sum = add(sum, p)
  }
  return sum
}

/**
 * Multiples of a point that is used often: row w holds 1, 2, 3 … times 2^(bits·w) times the point.
 * Wider rows are slower to make and faster to use.
 */
function multiplier(p: OraclePoint, bits: 4 | 8): (n: bigint) => OraclePoint {
  const width = 2n ** BigInt(bits)
  const rows: OraclePoint[][] = []
  let base = p
  for (let w = 0; w < 256 / bits; w++) {
    const row = [ZERO]
    for (let i = 1n; i < width; i++) row.push(add(row.at(-1) ?? ZERO, base))
    rows.push(row)
    base = add(row.at(-1) ?? ZERO, base)
  }
  return (n) => {
    let sum = ZERO
    let rest = n
    for (const row of rows) {
      const digit = Number(rest % width)
      if (digit !== 0) sum = add(sum, row[digit] ?? ZERO)
      rest /= width
    }
    return sum
  }
}

/** RFC 8032 §5.1.2. */
export function encode(p: OraclePoint): Uint8Array {
  const z = inverse(p.Z)
  const x = (p.X * z) % P
  const y = (p.Y * z) % P
  return bytesOf(y + (x % 2n) * 2n ** 255n)
}

/**
 * RFC 8032 §5.1.3. `lenient` reads what some libraries read: y above p, and x = 0 with either sign.
 */
export function decode(bytes: Uint8Array, lenient = false): OraclePoint | undefined {
  const sign = numberOf(bytes) / 2n ** 255n
  const spelled = numberOf(bytes) % 2n ** 255n
  if (spelled >= P && !lenient) return undefined
  const y = spelled % P
  const x = squareRoot(mod(y * y - 1n), mod(D * y * y + 1n))
  if (x === undefined || (x === 0n && sign === 1n && !lenient)) return undefined
  return { X: x % 2n === sign ? x : mod(-x), Y: y, Z: 1n }
}

export function isZero(p: OraclePoint): boolean {
  return p.X === 0n && p.Y === p.Z
}

/** Canonical, not of small order, torsion-free. */
function keyIsGood(key: Uint8Array): boolean {
  if (key.length !== 32) return false
  const a = decode(key)
  return a !== undefined && !isZero(multiply(a, 8n)) && isZero(multiply(a, L))
}

/** SHA-512(R ‖ A ‖ M) as a number below L. */
export function challenge(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return numberOf(createHash('sha512').update(r).update(key).update(message).digest()) % L
}

/** Little-endian, 32 bytes. */
export function bytesOf(n: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse())
}

/** Little-endian. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)
}

/** The base point: y = 4/5, x even. */
export const BASE: OraclePoint = decode(bytesOf(mod(4n * inverse(5n)))) ?? ZERO
export const timesBase = multiplier(BASE, 8)

/** Remembers its work on keys, which come again and again. */
export class Oracle {
  private readonly keys = new Map<string, ((n: bigint) => OraclePoint) | undefined>()

  /** The verdict of DESIGN 4.6 on key and signature together. */
  accepts(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
    if (signature.length !== 64) return false
    const timesKey = this.goodKey(key)
    if (timesKey === undefined) return false
    const r = signature.subarray(0, 32)
    const s = numberOf(signature.subarray(32))
    if (s >= L) return false
    const point = decode(r, true)
    if (point === undefined || isZero(multiply(point, 8n))) return false
    const k = challenge(r, key, message)
    const expected = add(timesBase(s), negate(timesKey(k)))
    return Buffer.compare(encode(expected), r) === 0
  }

  private goodKey(key: Uint8Array): ((n: bigint) => OraclePoint) | undefined {
    const name = Buffer.from(key).toString('hex')
    if (!this.keys.has(name)) {
      this.keys.set(name, keyIsGood(key) ? multiplier(decode(key) ?? ZERO, 4) : undefined)
    }
    return this.keys.get(name)
  }
}

/**
 * What a careless verifier does: decodes leniently, reduces S, multiplies by the cofactor. A crafted
 * case that even this refuses would prove nothing.
 */
export function carelessAccepts(
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
): boolean {
  const r = signature.subarray(0, 32)
  const a = decode(key, true)
  const point = decode(r, true)
  if (a === undefined || point === undefined) return false
  const s = numberOf(signature.subarray(32)) % L
  const k = challenge(r, key, message)
  const difference = add(timesBase(s), negate(add(multiply(a, k), point)))
  return isZero(multiply(difference, 8n))
}

function mod(n: bigint): bigint {
  const rest = n % P
  return rest < 0n ? rest + P : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P
    if (bit === '1') result = (result * base) % P
  }
  return result
}

/** Extended Euclid. */
function inverse(n: bigint): bigint {
  let [a, b, x, y] = [mod(n), P, 1n, 0n]
  while (a !== 0n) {
    const quotient = b / a
    ;[a, b, x, y] = [b - quotient * a, a, y - quotient * x, x]
  }
  return mod(y)
}

/** A square root of u/v, if there is one. RFC 8032 §5.1.3 steps 2 and 3, with an inversion. */
function squareRoot(u: bigint, v: bigint): bigint | undefined {
  const square = (u * inverse(v)) % P
  const x = power(square, (P + 3n) / 8n)
  if ((x * x) % P === square) return x
  const other = (x * SQRT_M1) % P
  return (other * other) % P === square ? other : undefined
}
