/**
 * Crafted Ed25519 keys and signatures: the malformed ones that libraries judge differently, and good
 * ones among them. Deterministic: the same seed gives the same cases, in Node of any version.
 *
 * Each class says how the case was made, so `careless` can tell that a wrong verifier would accept
 * it. The verdict is not written here; ed25519-oracle.ts gives it.
 */
import { createHash } from 'node:crypto'
import {
  add,
  BASE,
  bytesOf,
  challenge,
  decode,
  encode,
  isZero,
  L,
  multiply,
  negate,
  numberOf,
  type OraclePoint,
  P,
  timesBase,
  ZERO,
} from './ed25519-oracle.js'

export type Case = {
  readonly kind: string
  /** A cofactored, lenient verifier that reduces S accepts it. */
  readonly careless: boolean
  readonly key: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

type Bytes = Uint8Array
type Signer = { readonly scalar: bigint; readonly point: OraclePoint; readonly key: Bytes }
type Maker = (random: Random, i: number) => Omit<Case, 'kind'>

/** Point of order 8 by its y; the other seven of small order are its multiples. */
const ORDER_8 = decode(
  Uint8Array.from(
    Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex'),
  ),
)
const TORSION: readonly OraclePoint[] = Array.from({ length: 8 }, (_, j) =>
  multiply(ORDER_8 ?? ZERO, BigInt(j)),
)

/** All 14 spellings of the eight points of small order: y and y + p where it fits, with either sign. */
export const SMALL_ORDER_SPELLINGS: readonly Bytes[] = [
  ...new Set(TORSION.map((point) => numberOf(encode(point)) % 2n ** 255n)),
]
  .flatMap((y) => [y, y + P])
  .filter((y) => y < 2n ** 255n)
  .flatMap((y) => [bytesOf(y), bytesOf(y + 2n ** 255n)])

/** Spellings with y at or above p that are not of small order. */
export const NON_CANONICAL: readonly Bytes[] = Array.from(
  { length: 17 },
  (_, i) => P + 2n + BigInt(i),
).flatMap((y) => [bytesOf(y), bytesOf(y + 2n ** 255n)])

const SIGNERS = 12

/** A stream of numbers that depends on the seed only. */
export class Random {
  private counter = 0
  private readonly seed: string

  constructor(seed: string) {
    this.seed = seed
  }

  bytes(length: number): Bytes {
    this.counter += 1
    const text = `${this.seed} ${this.counter}`
    return Uint8Array.from(
      createHash('shake256', { outputLength: length || 1 })
        .update(text)
        .digest(),
    ).subarray(0, length)
  }

  /** Below `limit`, for small limits. */
  below(limit: number): number {
    return Number(numberOf(this.bytes(8)) % BigInt(limit))
  }

  scalar(): bigint {
    return 1n + (numberOf(this.bytes(48)) % (L - 1n))
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
}

/** All classes in order, `counts` of each as below; about 11,000 cases. */
export function* cases(seed: string): Generator<Case> {
  const random = new Random(seed)
  const signers = makeSigners(random)
  for (const [kind, count, make] of classes(signers)) {
    for (let i = 0; i < count; i++) yield { kind, ...make(random, i) }
  }
}

function makeSigners(random: Random): readonly Signer[] {
  // 1 and L - 1 are the base point and its negative, where shortcuts in libraries hide.
  const scalars = [1n, 2n, L - 1n, (L - 1n) / 2n]
  while (scalars.length < SIGNERS) scalars.push(random.scalar())
  return scalars.map((scalar) => {
    const point = timesBase(scalar)
    return { scalar, point, key: encode(point) }
  })
}

function classes(signers: readonly Signer[]): readonly [string, number, Maker][] {
  return [
    ['valid', 300, (random) => honest(random, random.pick(signers))],
    ...torsionClasses(signers),
    ...scalarClasses(signers),
    ...spellingClasses(signers),
    ...damageClasses(signers),
  ]
}

function torsionClasses(signers: readonly Signer[]): readonly [string, number, Maker][] {
  const mixed = signers.flatMap((signer) =>
    TORSION.slice(1).map((torsion, i) => ({
      ...signer,
      order: i + 1,
      key: encode(add(signer.point, torsion)),
    })),
  )
  return [
    [
      'torsion added to R',
      700,
      (random, i) => {
        const torsion = TORSION[1 + (i % 7)] ?? ZERO
        return craft(random, random.pick(signers), (r) => encode(add(timesBase(r), torsion)))
      },
    ],
    ['torsion added to A', 700, (random) => honest(random, random.pick(mixed))],
    [
      'torsion added to A and R, cancelling',
      200,
      (random) => {
        const signer = random.pick(mixed)
        for (;;) {
          const j = 1 + random.below(7)
          const made = craft(random, signer, (r) => encode(add(timesBase(r), TORSION[j] ?? ZERO)))
          const k = challenge(made.signature.subarray(0, 32), made.key, made.message)
          // S·B − k·A − R is −(k·order + j) times the point of order 8: zero, so bytes are equal.
          if ((k * BigInt(signer.order) + BigInt(j)) % 8n === 0n) return made
        }
      },
    ],
    [
      'R of small order',
      1_680,
      (random, i) => {
        const spelling =
          SMALL_ORDER_SPELLINGS[i % SMALL_ORDER_SPELLINGS.length] ?? new Uint8Array(32)
        return craft(random, random.pick(signers), () => spelling, 0n)
      },
    ],
    [
      'A of small order',
      840,
      (random, i) => {
        const key = SMALL_ORDER_SPELLINGS[i % SMALL_ORDER_SPELLINGS.length] ?? new Uint8Array(32)
        return honest(random, { scalar: 0n, point: ZERO, key })
      },
    ],
  ]
}

function scalarClasses(signers: readonly Signer[]): readonly [string, number, Maker][] {
  const withScalar = (random: Random, change: (s: bigint) => bigint, careless: boolean) => {
    const made = honest(random, random.pick(signers))
    const s = change(numberOf(made.signature.subarray(32)))
    return { ...made, careless, signature: join(made.signature.subarray(0, 32), bytesOf(s)) }
  }
  const beyond = [L, L + 1n, 2n ** 252n + 2n ** 251n, 2n ** 253n, 2n ** 255n, 2n ** 256n - 1n]
  const within = [0n, 1n, L - 1n, 2n ** 252n]
  return [
    [
      'S + n·L',
      1_500,
      (random, i) => withScalar(random, (s) => s + L * BigInt(1 + (i % 14)), true),
    ],
    [
      'S at L and beyond',
      600,
      (random, i) => withScalar(random, () => beyond[i % beyond.length] ?? L, false),
    ],
    [
      'S with a high bit set',
      300,
      (random, i) => withScalar(random, (s) => s + 2n ** BigInt(253 + (i % 3)), false),
    ],
    [
      'S another number below L',
      200,
      (random, i) => withScalar(random, () => within[i % 8] ?? random.scalar(), false),
    ],
  ]
}

function spellingClasses(signers: readonly Signer[]): readonly [string, number, Maker][] {
  return [
    [
      'R not canonical',
      340,
      (random, i) => {
        const r = NON_CANONICAL[i % NON_CANONICAL.length] ?? new Uint8Array(32)
        return { ...craft(random, random.pick(signers), () => r), careless: false }
      },
    ],
    [
      'A not canonical',
      680,
      (random, i) => {
        const key = NON_CANONICAL[i % NON_CANONICAL.length] ?? new Uint8Array(32)
        return { ...honest(random, { scalar: 0n, point: ZERO, key }), careless: false }
      },
    ],
    [
      'A not on the curve',
      300,
      (random) => {
        let key = random.bytes(32)
        while (decode(key, true) !== undefined) key = random.bytes(32)
        return { ...honest(random, { scalar: 0n, point: ZERO, key }), careless: false }
      },
    ],
    [
      'R not on the curve',
      100,
      (random) => {
        let r = random.bytes(32)
        while (decode(r, true) !== undefined) r = random.bytes(32)
        return { ...craft(random, random.pick(signers), () => r), careless: false }
      },
    ],
    [
      'wrong length',
      600,
      (random, i) => {
        const made = { ...honest(random, random.pick(signers)), careless: false }
        const length = [0, 1, 31, 63, 65, 128][i % 6] ?? 0
        if (i % 2 === 0) return { ...made, signature: resize(made.signature, length) }
        return { ...made, key: resize(made.key, length) }
      },
    ],
  ]
}

function damageClasses(signers: readonly Signer[]): readonly [string, number, Maker][] {
  const damaged =
    (change: (made: Omit<Case, 'kind'>, random: Random) => Partial<Case>): Maker =>
    (random) => {
      const made = honest(random, random.pick(signers))
      return { ...made, careless: false, ...change(made, random) }
    }
  return [
    [
      'wrong key',
      300,
      damaged((made, random) => {
        const others = signers.filter((signer) => signer.key !== made.key)
        return { key: random.pick(others).key }
      }),
    ],
    ['A negated', 100, damaged((made) => ({ key: encode(negate(decode(made.key) ?? BASE)) }))],
    ['wrong message', 200, damaged((made) => ({ message: join(made.message, Uint8Array.of(0)) }))],
    [
      'a bit of R flipped',
      500,
      damaged((made, random) => ({
        signature: flip(made.signature, random.below(256)),
      })),
    ],
    [
      'a bit of S flipped',
      700,
      damaged((made, random) => ({
        signature: flip(made.signature, 256 + random.below(256)),
      })),
    ],
    [
      'a bit of A flipped',
      400,
      damaged((made, random) => ({ key: flip(made.key, random.below(256)) })),
    ],
    ['random signature', 300, damaged((_made, random) => ({ signature: random.bytes(64) }))],
    [
      'R and S swapped',
      100,
      damaged((made) => ({
        signature: join(made.signature.subarray(32), made.signature.subarray(0, 32)),
      })),
    ],
  ]
}

function honest(random: Random, signer: Signer): Omit<Case, 'kind'> {
  return craft(random, signer, (r) => encode(timesBase(r)))
}

/** S = r + k·a for whatever bytes stand for R and A: good up to the torsion and spelling of these. */
function craft(
  random: Random,
  signer: Signer,
  spellR: (nonce: bigint) => Bytes,
  nonce: bigint = random.scalar(),
): Omit<Case, 'kind'> {
  const message = random.bytes(random.below(80))
  const r = spellR(nonce)
  const k = challenge(r, signer.key, message)
  const signature = join(r, bytesOf((nonce + k * signer.scalar) % L))
  return { careless: true, key: signer.key, message, signature }
}

function join(a: Bytes, b: Bytes): Bytes {
  return Uint8Array.from([...a, ...b])
}

function flip(bytes: Bytes, bit: number): Bytes {
  const at = Math.floor(bit / 8)
  const mask = 2 ** (bit % 8)
  const byte = bytes[at] ?? 0
  return bytes.with(at, Math.floor(byte / mask) % 2 === 0 ? byte + mask : byte - mask)
}

function resize(bytes: Bytes, length: number): Bytes {
  const resized = new Uint8Array(length)
  resized.set(bytes.subarray(0, length))
  return resized
}

/** A point of order 8 generates all of small order; the cases above rest on this. */
export function torsionIsWhatItSays(): boolean {
  const last = TORSION[7] ?? ZERO
  return (
    TORSION.every((point, j) => isZero(point) === (j === 0)) && isZero(add(last, ORDER_8 ?? BASE))
  )
}
