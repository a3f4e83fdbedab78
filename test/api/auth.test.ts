import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ReplayMemory } from '../../api/replay.js'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { Json } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { Signer } from '../../ledger/crypto/signer.js'
import { compactJws, keyOf, ORIGIN, openWorld, type TokenParts, type World } from './world.js'

let world: World
const URL_READ = '/v1/inbox?wait=0'
/** Enrolled for statements, not for the API. */
const statementKey = keyOf('exporter, statements only')
/** Enrolled for the API, then revoked. */
const revokedKey = keyOf('exporter, revoked')

beforeAll(async () => {
  world = await openWorld()
  await addKey(statementKey, ['statement'])
  await addKey(revokedKey, ['api'])
  await keyStatement(revokedKey, 'revoke', [])
})
afterAll(() => world.close())

async function addKey(key: Signer, use: readonly string[]): Promise<void> {
  await keyStatement(key, 'add', use)
}

async function keyStatement(
  key: Signer,
  action: 'add' | 'revoke',
  use: readonly string[],
): Promise<void> {
  const { exporter, registrar } = world.firms
  const claims = { party: exporter.party, key: { ...jwkOf(key.publicKey) }, action, use }
  const signers: [string, Signer][] = [
    ['holder', exporter.signer],
    ['registrar', registrar.signer],
  ]
  if (action === 'add') signers.push(['subject', key])
  await world.admit(
    await world.sign({ type: 'key/1', countersignBy: world.nowS + 60, claims }, signers),
  )
}

function read(authorization: string, url = URL_READ) {
  return world.send('GET', url, undefined, { authorization })
}

function part(value: Json): string {
  return toBase64url(utf8Encode(JSON.stringify(value)))
}

test('a good token is good once', async () => {
  const authorization = `Bearer ${await world.token('exporter', 'GET', URL_READ)}`
  const first = await read(authorization)
  const again = await read(authorization)

  expect(first.status).toBe(200)
  expect([again.status, again.json()['code'], again.json()['reason']]).toEqual([
    401,
    'AUTH_INVALID',
    'used before',
  ])
})

test('no token is AUTH_REQUIRED and says which scheme', async () => {
  const answer = await world.call('GET', URL_READ)

  expect([answer.status, answer.json()['code']]).toEqual([401, 'AUTH_REQUIRED'])
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
})

test('an address with scheme and host names the same call', async () => {
  const answer = await world.callAs('exporter', URL_READ, {
    claims: { htu: `https://proxy.example:8443${URL_READ}` },
  })

  expect(answer.status).toBe(200)
})

test('a HEAD call needs a token for HEAD', async () => {
  const get = `Bearer ${await world.token('exporter', 'GET', '/v1/inbox')}`
  const head = `Bearer ${await world.token('exporter', 'HEAD', '/v1/inbox')}`

  expect((await world.send('HEAD', '/v1/inbox', undefined, { authorization: get })).status).toBe(
    401,
  )
  expect((await world.send('HEAD', '/v1/inbox', undefined, { authorization: head })).status).toBe(
    200,
  )
})

const now = () => world.nowS
/** A token that is wrong in one thing each; the thing that is named in the answer. */
const BAD: readonly (readonly [what: string, parts: () => TokenParts, reason: string])[] = [
  ['alg none', () => ({ header: { alg: 'none' } }), 'header'],
  ['alg EdDSA, the older name', () => ({ header: { alg: 'EdDSA' } }), 'header'],
  ['alg HS256', () => ({ header: { alg: 'HS256' } }), 'header'],
  ['alg in lower case', () => ({ header: { alg: 'ed25519' } }), 'header'],
  ['alg null', () => ({ header: { alg: null } }), 'header'],
  ['typ of a statement', () => ({ header: { typ: 'waybill+sd-jwt' } }), 'header'],
  ['typ JWT', () => ({ header: { typ: 'JWT' } }), 'header'],
  [
    'typ with application/ before it',
    () => ({ header: { typ: 'application/waybill-auth+jwt' } }),
    'header',
  ],
  [
    'a key in the header',
    () => ({ header: { jwk: { ...jwkOf(keyOf('x').publicKey) } } }),
    'header',
  ],
  [
    'an address of keys in the header',
    () => ({ header: { jku: 'https://keys.example' } }),
    'header',
  ],
  ['a certificate in the header', () => ({ header: { x5c: ['AAAA'] } }), 'header'],
  ['a critical extension', () => ({ header: { crit: ['exp'] } }), 'header'],
  ['an unencoded payload', () => ({ header: { b64: false } }), 'header'],
  ['kid as a number', () => ({ header: { kid: 7 } }), 'header'],
  ['kid as a path', () => ({ header: { kid: '../../keys/api.pem' } }), 'key'],
  ['kid of nobody', () => ({ header: { kid: keyOf('nobody').kid } }), 'key'],
  ['kid __proto__', () => ({ header: { kid: '__proto__' } }), 'key'],
  [
    'kid of another party',
    () => ({ header: { kid: world.firms.importer.signer.kid } }),
    'signature',
  ],
  [
    'a key for statements only',
    () => ({ header: { kid: statementKey.kid }, signer: statementKey }),
    'key',
  ],
  ['a revoked key', () => ({ header: { kid: revokedKey.kid }, signer: revokedKey }), 'key'],
  ['signed by another key', () => ({ signer: keyOf('nobody') }), 'signature'],
  ['iss of another party', () => ({ claims: { iss: world.firms.importer.party } }), 'iss'],
  ['iss as a list', () => ({ claims: { iss: [world.firms.exporter.party] } }), 'iss'],
  ['no iss', () => ({ without: ['iss'] }), 'iss'],
  ['aud of another ledger', () => ({ claims: { aud: 'other.example/log' } }), 'aud'],
  ['two ledgers in aud', () => ({ claims: { aud: [ORIGIN, 'other.example/log'] } }), 'aud'],
  ['no aud', () => ({ without: ['aud'] }), 'aud'],
  ['expired', () => ({ claims: { iat: now() - 120, exp: now() - 60 } }), 'exp'],
  ['exp before iat', () => ({ claims: { iat: now() + 10, exp: now() + 5 } }), 'exp'],
  ['good for longer than five minutes', () => ({ claims: { exp: now() + 301 } }), 'exp'],
  ['exp as text', () => ({ claims: { exp: String(now() + 60) } }), 'exp'],
  ['exp with a fraction', () => ({ claims: { exp: now() + 0.5 } }), 'exp'],
  ['no exp', () => ({ without: ['exp'] }), 'exp'],
  ['no iat', () => ({ without: ['iat'] }), 'iat'],
  ['iat an hour ahead', () => ({ claims: { iat: now() + 3_600, exp: now() + 3_660 } }), 'iat'],
  ['iat as text', () => ({ claims: { iat: String(now()) } }), 'iat'],
  ['made before the server started', () => ({ claims: { iat: now() - 5 } }), 'iat'],
  ['not yet good', () => ({ claims: { nbf: now() + 600 } }), 'token'],
  ['no jti', () => ({ without: ['jti'] }), 'jti'],
  ['a short jti', () => ({ claims: { jti: 'abc' } }), 'jti'],
  ['a long jti', () => ({ claims: { jti: 'a'.repeat(65) } }), 'jti'],
  ['jti as a number', () => ({ claims: { jti: 12 } }), 'jti'],
  ['htm of another method', () => ({ claims: { htm: 'POST' } }), 'htm'],
  ['htm in lower case', () => ({ claims: { htm: 'get' } }), 'htm'],
  ['no htm', () => ({ without: ['htm'] }), 'htm'],
  ['htu of another address', () => ({ claims: { htu: '/v1/outcomes' } }), 'htu'],
  ['htu without the query', () => ({ claims: { htu: '/v1/inbox' } }), 'htu'],
  ['htu with another query', () => ({ claims: { htu: '/v1/inbox?wait=1' } }), 'htu'],
  ['htu as a number', () => ({ claims: { htu: 1 } }), 'htu'],
  ['no htu', () => ({ without: ['htu'] }), 'htu'],
  ['bh of another body', () => ({ claims: { bh: toBase64url(new Uint8Array(32)) } }), 'bh'],
  ['no bh', () => ({ without: ['bh'] }), 'bh'],
]

describe('a token is refused when', () => {
  test.each(BAD)('%s', async (_what, parts, reason) => {
    const token = await world.token('exporter', 'GET', URL_READ, parts())
    const answer = await read(`Bearer ${token}`)
    const problem = answer.json()

    expect([answer.status, problem['code'], problem['reason']]).toEqual([
      401,
      'AUTH_INVALID',
      reason,
    ])
    expect(answer.text).not.toContain(token.split('.')[1] ?? '-')
  })

  test('it is signed with the public key as an HMAC secret', async () => {
    const { signer, party } = world.firms.exporter
    const head = part({ alg: 'HS256', kid: signer.kid, typ: 'waybill-auth+jwt' })
    const input = `${head}.${part({ iss: party, aud: ORIGIN })}`
    const mac = createHmac('sha256', signer.publicKey).update(input).digest('base64url')

    expect((await read(`Bearer ${input}.${mac}`)).json()['code']).toBe('AUTH_INVALID')
  })

  test('a member of it is named twice', async () => {
    const { signer } = world.firms.exporter
    const good = await world.token('exporter', 'GET', URL_READ)
    const payload = Buffer.from(good.split('.')[1] ?? '', 'base64url').toString()
    const doubled = toBase64url(utf8Encode(payload.replace('{', '{"htm":"POST",')))
    const input = `${good.split('.')[0]}.${doubled}`
    const signature = toBase64url(await signer.sign(utf8Encode(input)))

    expect((await read(`Bearer ${input}.${signature}`)).json()['reason']).toBe('token')
  })

  test('a statement signature is sent as one', async () => {
    const envelope = envelopeJson(await world.collection())
    const [signature] = envelope['signatures'] as readonly Record<string, string>[]
    const token = `${signature?.['protected']}.${String(envelope['payload'])}.${signature?.['signature']}`

    expect((await read(`Bearer ${token}`)).json()['code']).toBe('AUTH_INVALID')
  })

  test('it was made for a call on another ledger', async () => {
    const token = await compactJws(
      { alg: 'Ed25519', kid: world.firms.exporter.signer.kid, typ: 'waybill-auth+jwt' },
      { iss: world.firms.exporter.party, aud: 'other.example/log', iat: now(), exp: now() + 60 },
      world.firms.exporter.signer,
    )

    expect((await read(`Bearer ${token}`)).json()['code']).toBe('AUTH_INVALID')
  })

  test.each([
    ['an empty header', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a scheme alone', 'Bearer'],
    ['two spaces', 'Bearer  a.b.c'],
    ['two parts', 'Bearer a.b'],
    ['five parts', 'Bearer a.b.c.d.e'],
    ['no parts', 'Bearer ..'],
    ['padding', 'Bearer YQ==.YQ==.YQ=='],
    ['trailing bits', 'Bearer YR.YR.YR'],
    ['what is no JSON', `Bearer ${toBase64url(utf8Encode('{'))}.YQ.YQ`],
    ['a number', `Bearer ${toBase64url(utf8Encode('1'))}.YQ.YQ`],
    ['half a character', `Bearer ${toBase64url(Uint8Array.of(0xc3))}.YQ.YQ`],
    ['10,000 characters', `Bearer ${'a'.repeat(10_000)}.a.a`],
  ])('it is %s', async (_what, authorization) => {
    expect((await read(authorization)).json()['code']).toBe('AUTH_INVALID')
  })
})

test('tokens of a party whose key was revoked stop at once', async () => {
  const key = keyOf('exporter, soon revoked')
  await addKey(key, ['api'])
  const parts = { header: { kid: key.kid }, signer: key }
  const before = await world.callAs('exporter', URL_READ, parts)
  await keyStatement(key, 'revoke', [])
  const after = await world.callAs('exporter', URL_READ, parts)

  expect([before.status, after.status]).toEqual([200, 401])
})

describe('the memory of used tokens', () => {
  test('forgets a token only when it can no longer be good', () => {
    const memory = new ReplayMemory(1_000)

    expect(memory.use('a', 'one', 10_000)).toBe(true)
    expect(memory.use('a', 'one', 10_999)).toBe(false)
    expect(memory.use('a', 'two', 11_000)).toBe(true)
    expect(memory.use('a', 'one', 11_500)).toBe(false)
    expect(memory.use('a', 'one', 99_000)).toBe(true)
    expect(memory.count).toBe(1)
  })

  test('tells parties apart', () => {
    const memory = new ReplayMemory(1_000)

    expect([memory.use('a', 'x', 0), memory.use('b', 'x', 0)]).toEqual([true, true])
  })

  test('refuses new tokens when a party, or all together, have used too many', () => {
    const memory = new ReplayMemory(1_000, { perParty: 2, all: 3 })
    const use = (party: string, jti: string): string => {
      try {
        return String(memory.use(party, jti, 5_000))
      } catch (error) {
        return (error as { code: string }).code
      }
    }

    expect([use('a', '1'), use('a', '2'), use('a', '3')]).toEqual(['true', 'true', 'QUEUE_FULL'])
    expect([use('b', '1'), use('b', '2')]).toEqual(['true', 'QUEUE_FULL'])
    expect(memory.count).toBe(3)
  })

  test('lives through a clock that is set back', () => {
    const memory = new ReplayMemory(1_000)
    memory.use('a', 'x', 50_000)

    expect(memory.use('a', 'x', 10_000)).toBe(false)
  })
})
