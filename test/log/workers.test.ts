/** Check workers, from the built files: the same answers as on the calling thread, in order. DESIGN 9. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import type { Crypto } from '../../ledger/core/ed25519.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { LedgerError } from '../../ledger/core/errors.js'
import type { CheckResult } from '../../ledger/log/check-text.js'
import type { Checker } from '../../ledger/log/checker.js'
import { ACME, BOLT, FIRMS, firmOf, keyOf, OPERATOR } from './support/firms.js'
import { BOTH, move } from './support/scene.js'
import { codeOf } from './support/site.js'
import {
  collection,
  enrolling,
  enrolment,
  idOf,
  json,
  keyChange,
  ORIGIN,
  only,
  sign,
} from './support/statements.js'

type CheckerModule = {
  readonly Checker: new (...parts: ConstructorParameters<typeof Checker>) => Checker
}
type CryptoModule = { readonly bestCrypto: () => Crypto }

const BUILT = new URL('../../dist/ledger/', import.meta.url)

/** The built class: a worker is a file that Node can run, which a source file is not. */
async function openChecker(workers: number): Promise<Checker> {
  const { Checker: Built } = (await import(new URL('log/checker.js', BUILT).href)) as CheckerModule
  const { bestCrypto } = (await import(new URL('crypto/native.js', BUILT).href)) as CryptoModule
  return new Built(ORIGIN, bestCrypto(), workers)
}

const NEW = firmOf('newcomer')
let inline: Checker
let pool: Checker

beforeAll(async () => {
  inline = await openChecker(0)
  pool = await openChecker(3)
  const keys = [OPERATOR, ...FIRMS].map(({ signer }) => [signer.kid, signer.publicKey] as const)
  for (const checker of [inline, pool]) checker.learn(keys)
})
afterAll(() => pool.close())

/** A result as plain text, the same for the same result. */
function textOf(result: CheckResult): string {
  if (isError(result)) return JSON.stringify([result.code, result.details])
  const bytes = (part: Uint8Array | undefined): string =>
    part === undefined ? 'kept' : toHex(part)
  return JSON.stringify({
    facts: result.facts,
    missing: result.missing,
    envelopeDigest: bytes(result.envelopeDigest),
    body: bytes(result.body),
    proposal: bytes(result.proposal),
    disclosures: result.disclosures.map(bytes),
  })
}

/** The built files have their own class of errors. */
function isError(result: CheckResult): result is LedgerError {
  return result instanceof Error
}

const textFor = (envelope: Envelope): Uint8Array => utf8Encode(JSON.stringify(json(envelope)))

async function samples(): Promise<readonly Uint8Array[]> {
  const collected = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]])
  const both = await sign(move(idOf(collected)), BOTH)
  const key = keyOf('acme second')
  const added = await sign(keyChange(ACME, key, 'add', { reason: { code: 'routine' } }), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
    ['subject', key],
  ])
  const good = [
    collected,
    both,
    only(both, 'exporter'),
    only(both, 'importer'),
    added,
    only(added, 'subject'),
    await sign(enrolment(NEW), enrolling(NEW)),
    await sign({ ...collection(ACME, 'else'), origin: 'other.example/log' }, [
      ['collector', ACME.signer],
    ]),
    await sign(collection(NEW, 'unknown'), [['collector', NEW.signer]]),
    { ...collected, disclosures: collected.disclosures.slice(1) },
    { ...both, signatures: [...both.signatures].reverse() },
  ].map(textFor)
  const words = [
    '',
    '{',
    'null',
    '{}',
    '[]',
    '{"a":1,"a":2}',
    '"\\ud800"',
    '{"batch":{}}',
    `${'['.repeat(99_999)}`,
  ]
  return [
    ...good,
    ...words.map(utf8Encode),
    Uint8Array.of(0xff),
    Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d),
  ]
}

test('the pool says of everything what one thread says, in the order of the call', async () => {
  const texts = await samples()
  const many = Array.from({ length: 12 }, () => texts).flat()

  const expected = (await inline.check(many)).map(textOf)
  const results = (await pool.check(many)).map(textOf)

  expect(results).toEqual(expected)
  expect(new Set(expected).size).toBeGreaterThan(15)
})

test('calls that overlap are each answered with their own results', async () => {
  const texts = await samples()
  const calls = texts.map((text, n) => Array.from({ length: 1 + (n % 5) }, () => text))

  const results = await Promise.all(calls.map((call) => pool.check(call)))

  for (const [n, call] of calls.entries()) {
    expect(results[n]?.map(textOf)).toEqual((await inline.check(call)).map(textOf))
  }
})

test('a damaged envelope is refused with a code, whatever byte is changed', async () => {
  const text = textFor(
    await sign(
      move(idOf(await sign(collection(ACME, 'rides'), [['collector', ACME.signer]]))),
      BOTH,
    ),
  )
  const changed = Array.from({ length: 600 }, (_, n) => {
    const at = Math.floor((n * text.length) / 600)
    return text.with(at, ((text[at] ?? 0) + 1 + (n % 7)) % 128)
  })

  const expected = await inline.check(changed)
  const results = await pool.check(changed)

  expect(results.map(textOf)).toEqual(expected.map(textOf))
  const codes = new Set(expected.map((result) => (isError(result) ? result.code : 'prepared')))
  expect(codes).not.toContain('INTERNAL')
  expect(codes.size).toBeGreaterThan(5)
})

describe('a key', () => {
  test('counts for every check that is asked for after it was learned', async () => {
    const firm = firmOf('learned late')
    const text = textFor(await sign(collection(firm, 'rides'), [['collector', firm.signer]]))
    const before = pool.check(Array.from({ length: 100 }, () => text))
    pool.learn([[firm.signer.kid, firm.signer.publicKey]])
    const after = pool.check(Array.from({ length: 100 }, () => text))

    const words = (results: readonly CheckResult[]): ReadonlySet<string> =>
      new Set(results.map((result) => (isError(result) ? result.code : 'prepared')))
    expect(words(await before)).toEqual(new Set(['KEY_UNKNOWN']))
    expect(words(await after)).toEqual(new Set(['prepared']))
  })
})

test('a pool that is closed answers with an error or does the work here, and never hangs', async () => {
  const own = await openChecker(2)
  own.learn([[BOLT.signer.kid, BOLT.signer.publicKey]])
  const text = textFor(await sign(collection(BOLT, 'rides'), [['collector', BOLT.signer]]))
  const pending = own.check(Array.from({ length: 50 }, () => text)).then(
    (results) => results.length,
    (error: { readonly code: string }) => error.code,
  )

  await own.close()

  expect([50, 'INTERNAL']).toContain(await pending)
  expect(await codeOf(async () => (await own.check([text])).length)).toBeUndefined()
})
