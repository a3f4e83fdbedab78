/**
 * One verdict in every backend. DESIGN 4.6: noble, sodium-native and node:crypto must agree with each
 * other and with an independent oracle, on crafted keys and signatures as on good ones.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  type Crypto,
  type PublicKey,
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
} from '../../ledger/core/ed25519.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { bestCrypto, nodeCrypto, sodiumCrypto } from '../../ledger/crypto/native.js'
import {
  type Case,
  cases,
  NON_CANONICAL,
  Random,
  SMALL_ORDER_SPELLINGS,
  torsionIsWhatItSays,
} from './ed25519-cases.js'
import { carelessAccepts, Oracle } from './ed25519-oracle.js'

const SEED = 'waybill ed25519 agreement 1'
const CASES: readonly Case[] = [...cases(SEED)]
const CASES_MIN = 10_000
const SLOW_MS = 240_000

const seed = new Uint8Array(32).fill(7)
const key = publicKeyFromSeed(seed)
const message = new Uint8Array([1, 2, 3])
const signature = signEd25519(seed, message)

/** Fails where sodium-native does not load: then nobody would compare it. */
function allBackends(): readonly Crypto[] {
  const sodium = sodiumCrypto()
  if (sodium === undefined)
    throw new Error('sodium-native is not installed: run npm ci with optional')
  return [portableCrypto, sodium, nodeCrypto()]
}

/** Enrolment and verification as the product does them; undefined is a key refused. */
function keyJudge(): (bytes: Uint8Array) => PublicKey | undefined {
  const verdicts = new Map<string, PublicKey | undefined>()
  return (bytes) => {
    const name = Buffer.from(bytes).toString('hex')
    if (!verdicts.has(name)) verdicts.set(name, accepted(bytes))
    return verdicts.get(name)
  }
}

function accepted(bytes: Uint8Array): PublicKey | undefined {
  try {
    return parsePublicKey(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(LedgerError)
    expect(error).toMatchObject({ code: 'KEY_INVALID' })
    return undefined
  }
}

function tally(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([kind, count]) => `${kind}: ${count}`).join('\n')
}

test(
  'three backends agree with the oracle on more than 10,000 keys and signatures',
  () => {
    const backends = allBackends()
    const oracle = new Oracle()
    const judge = keyJudge()
    const counts = new Map<string, number>()
    const wrong: string[] = []
    let total = 0

    for (const one of CASES) {
      const parsed = judge(one.key)
      const expected = oracle.accepts(one.signature, one.message, one.key)
      if (expected !== (one.kind === 'valid')) wrong.push(describe('oracle', one, expected))
      for (const backend of backends) {
        const verdict = parsed !== undefined && backend.verify(one.signature, one.message, parsed)
        if (verdict !== expected) wrong.push(describe(backend.name, one, verdict))
      }
      counts.set(one.kind, (counts.get(one.kind) ?? 0) + 1)
      total += 1
    }

    const message = `${total} cases\n${tally(counts)}`
    expect(wrong, message).toEqual([])
    expect(total, message).toBeGreaterThanOrEqual(CASES_MIN)
  },
  SLOW_MS,
)

function describe(who: string, one: Case, verdict: boolean): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  return `${who} says ${verdict} to ${one.kind}: key ${hex(one.key)} message ${hex(one.message)} signature ${hex(one.signature)}`
}

test(
  'the crafted cases have teeth: a careless verifier accepts them',
  () => {
    const seen = new Map<string, number>()
    const refused: string[] = []

    for (const one of CASES) {
      const count = seen.get(one.kind) ?? 0
      seen.set(one.kind, count + 1)
      if (count >= 28 || !one.careless) continue
      if (!carelessAccepts(one.signature, one.message, one.key)) refused.push(one.kind)
    }

    expect(torsionIsWhatItSays()).toBe(true)
    expect(SMALL_ORDER_SPELLINGS).toHaveLength(14)
    expect(NON_CANONICAL).toHaveLength(34)
    expect(refused, tally(seen)).toEqual([])
  },
  SLOW_MS,
)

test('every backend gives the verdicts of our vectors', () => {
  const file = new URL('../vectors/ed25519/signatures.json', import.meta.url)
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: {
      description: string
      input: { key: string; message: string; signature: string }
      expect: 'accept' | 'refuse'
    }[]
  }
  const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

  const wrong = allBackends().flatMap((backend) =>
    vectors
      .filter(({ input, expect }) => {
        const known = parsePublicKey(bytes(input.key))
        const verdict = backend.verify(bytes(input.signature), bytes(input.message), known)
        return verdict !== (expect === 'accept')
      })
      .map(({ description }) => `${backend.name}: ${description}`),
  )

  expect(vectors.length).toBeGreaterThan(40)
  expect(wrong).toEqual([])
})

test('the verdict does not depend on where the bytes lie', () => {
  const padded = (bytes: Uint8Array): Uint8Array => {
    const room = new Uint8Array(bytes.length + 9)
    room.set(bytes, 5)
    return room.subarray(5, 5 + bytes.length)
  }
  const shared = (bytes: Uint8Array): Uint8Array => {
    const room = new Uint8Array(new SharedArrayBuffer(bytes.length))
    room.set(bytes)
    return room
  }
  const places = [padded, shared, (bytes: Uint8Array): Uint8Array => Buffer.from(bytes)]

  const verdicts = allBackends().flatMap((backend) =>
    places.map((place) =>
      backend.verify(place(signature), place(message), place(key) as PublicKey),
    ),
  )

  expect(verdicts).toEqual(Array.from({ length: 9 }, () => true))
})

test('every backend verifies an empty message and one of a megabyte', () => {
  const messages = [new Uint8Array(), new Random(SEED).bytes(2 ** 20)]

  for (const backend of allBackends()) {
    for (const one of messages) {
      expect(backend.verify(signEd25519(seed, one), one, key), backend.name).toBe(true)
    }
  }
})

test('a caller who overwrites a key it has used cannot change what that key says', () => {
  for (const backend of allBackends()) {
    const mine = parsePublicKey(key)
    expect(backend.verify(signature, message, mine)).toBe(true)
    mine.fill(1)

    expect(backend.verify(signature, message, mine), backend.name).toBe(false)
    expect(backend.verify(signature, message, parsePublicKey(key)), backend.name).toBe(true)
  }
})

test('every backend hashes to plain arrays with the digests of SHA-256', () => {
  const inputs = [new Uint8Array(), message, new Random(SEED).bytes(6_000)]

  for (const backend of allBackends()) {
    for (const input of inputs) {
      const digest = backend.sha256(input)

      expect(digest.constructor).toBe(Uint8Array)
      expect(Buffer.from(digest)).toEqual(createHash('sha256').update(input).digest())
    }
  }
})

test('the best backend is sodium-native where it is installed', () => {
  expect(bestCrypto().name).toBe('sodium-native')
})
