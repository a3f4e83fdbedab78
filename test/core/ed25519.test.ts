/**
 * Keys and signatures under the rule of DESIGN 4.6, in the portable backend. That other backends
 * agree is test/crypto/native.test.ts.
 */
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../ledger/core/bytes.js'
import {
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
  withStrictRule,
} from '../../ledger/core/ed25519.js'

const SHARED = new URL(
  '../../../shared/vectors/rfc8032-ed25519/rfc8032-ed25519.json',
  import.meta.url,
)
const RUNS = process.env['SLOW'] === '1' ? 1_000 : 25

type KeyVector = {
  readonly description: string
  readonly input: { readonly key: string }
  readonly expect: 'accept' | 'KEY_INVALID'
  readonly reason?: string
}
type SignatureVector = {
  readonly description: string
  readonly input: { readonly key: string; readonly message: string; readonly signature: string }
  readonly expect: 'accept' | 'refuse'
}
type SigningVector = {
  readonly description: string
  readonly input: { readonly seed: string; readonly message: string }
  readonly expect: { readonly key: string; readonly signature: string }
}

function vectors<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../vectors/ed25519/${name}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { vectors: readonly T[] }).vectors
}

const keyVectors = vectors<KeyVector>('keys')
const seed = new Uint8Array(32).fill(7)
const key = publicKeyFromSeed(seed)
const message = new TextEncoder().encode('waybill')
const signature = signEd25519(seed, message)

test.each(keyVectors.filter((vector) => vector.expect === 'accept'))(
  'a good key is accepted: $description, $input.key',
  ({ input }) => {
    expect(toHex(parsePublicKey(fromHex(input.key)))).toBe(input.key)
  },
)

test.each(keyVectors.filter((vector) => vector.expect !== 'accept'))(
  'a bad key is refused as KEY_INVALID: $description',
  ({ input, reason }) => {
    const bytes = fromHex(input.key)

    expect(() => parsePublicKey(bytes)).toThrow(
      expect.objectContaining({
        code: 'KEY_INVALID',
        details: expect.objectContaining({ reason }),
      }),
    )
  },
)

test('the vectors hold all 14 small-order, 7 mixed-order and 34 other non-canonical keys', () => {
  const reasons = keyVectors.map((vector) => vector.reason)

  expect(reasons.filter((reason) => reason === 'small order')).toHaveLength(14)
  expect(reasons.filter((reason) => reason === 'mixed order')).toHaveLength(7)
  expect(reasons.filter((reason) => reason === 'not canonical')).toHaveLength(34)
})

test('a key refused once is refused again, and an accepted one accepted again', () => {
  const bad = fromHex(keyVectors.find((vector) => vector.reason === 'mixed order')?.input.key ?? '')

  for (let i = 0; i < 3; i++) {
    expect(() => parsePublicKey(bad)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }))
    expect(toHex(parsePublicKey(key))).toBe(toHex(key))
  }
})

test('an accepted key is a copy: the caller may overwrite what it gave', () => {
  const given = Uint8Array.from(key)

  const parsed = parsePublicKey(given)
  given.fill(0)

  expect(toHex(parsed)).toBe(toHex(key))
})

test('a refusal names the length of a key and never its bytes', () => {
  const bytes = new Uint8Array(31).fill(0xab)

  const refuse = (): unknown => parsePublicKey(bytes)

  expect(refuse).toThrow(expect.objectContaining({ message: expect.stringContaining('31') }))
  expect(refuse).not.toThrow(expect.objectContaining({ message: expect.stringContaining('abab') }))
})

test.each(vectors<SignatureVector>('signatures'))(
  'a signature gets its verdict: $expect $description',
  ({ input, expect: verdict }) => {
    const known = parsePublicKey(fromHex(input.key))

    const verified = portableCrypto.verify(fromHex(input.signature), fromHex(input.message), known)

    expect(verified).toBe(verdict === 'accept')
  },
)

test.each(vectors<SigningVector>('signing'))(
  'a seed signs as in the vector: $description',
  ({ input, expect: made }) => {
    expect(toHex(publicKeyFromSeed(fromHex(input.seed)))).toBe(made.key)
    expect(toHex(signEd25519(fromHex(input.seed), fromHex(input.message)))).toBe(made.signature)
  },
)

test('the vectors of RFC 8032 section 7.1 sign and verify', ({ skip }) => {
  if (!existsSync(SHARED)) skip('skipped: no shared data')
  const published = JSON.parse(readFileSync(SHARED, 'utf8')) as readonly {
    readonly priv: string
    readonly pub: string
    readonly msg: string
    readonly sig: string
  }[]

  expect(published.length).toBeGreaterThanOrEqual(4)
  for (const { priv, pub, msg, sig } of published) {
    const known = parsePublicKey(fromHex(pub))
    expect(toHex(publicKeyFromSeed(fromHex(priv)))).toBe(pub)
    expect(toHex(signEd25519(fromHex(priv), fromHex(msg)))).toBe(sig)
    expect(portableCrypto.verify(fromHex(sig), fromHex(msg), known)).toBe(true)
  }
})

test('what a seed signs verifies, and with any one bit changed does not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.nat(),
      (anySeed, anyMessage, at) => {
        const known = publicKeyFromSeed(anySeed)
        const made = signEd25519(anySeed, anyMessage)

        expect(portableCrypto.verify(made, anyMessage, known)).toBe(true)
        expect(portableCrypto.verify(flipped(made, at), anyMessage, known)).toBe(false)
        expect(portableCrypto.verify(made, flipped(anyMessage, at), known)).toBe(false)
      },
    ),
    { numRuns: RUNS },
  )
})

test('a seed of another length than 32 bytes is refused as KEY_INVALID', () => {
  const wrong = expect.objectContaining({ code: 'KEY_INVALID' })

  expect(() => signEd25519(new Uint8Array(64), message)).toThrow(wrong)
  expect(() => publicKeyFromSeed(new Uint8Array(31))).toThrow(wrong)
})

test('the strict rule refuses before it asks a backend that says yes to everything', () => {
  const asked: string[] = []
  const credulous = withStrictRule((given) => {
    asked.push(toHex(given))
    return true
  })
  const identity = signature.with(0, 1).fill(0, 1, 32)
  const highS = signature.with(63, 0xff)

  const verdicts = [identity, highS, signature.subarray(1)].map((given) =>
    credulous(given, message, key),
  )

  expect(verdicts).toEqual([false, false, false])
  expect(asked).toEqual([])
  expect(credulous(signature, message, key)).toBe(true)
  expect(asked).toEqual([toHex(signature)])
})

test('the portable backend refuses bytes that were never parsed as a key', () => {
  const notOnCurve = keyVectors.find((vector) => vector.reason === 'not on the curve')
  const forged = fromHex(notOnCurve?.input.key ?? '') as typeof key

  expect(portableCrypto.verify(signature, message, forged)).toBe(false)
  expect(portableCrypto.verify(signature, message, key.subarray(1) as typeof key)).toBe(false)
})

test('more keys than the memory of keys holds are still judged right', () => {
  const made = Array.from({ length: 1_030 }, (_, i) => {
    const anySeed = new Uint8Array(32)
    new DataView(anySeed.buffer).setUint32(0, i)
    return publicKeyFromSeed(anySeed)
  })

  const first = made[0] ?? key

  expect(toHex(parsePublicKey(first))).toBe(toHex(first))
  expect(portableCrypto.verify(signEd25519(new Uint8Array(32), message), message, first)).toBe(true)
  expect(portableCrypto.verify(signature, message, key)).toBe(true)
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const index = at % bytes.length
  return bytes.with(index, 255 - (bytes[index] ?? 0))
}
