/** Keys as JWK and their thumbprints: RFC 8037, RFC 7638. */
import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { fromBase64url, toHex } from '../../ledger/core/bytes.js'
import { parsePublicKey, publicKeyFromSeed } from '../../ledger/core/ed25519.js'
import type { Json } from '../../ledger/core/json.js'
import { jwkOf, parseJwk, thumbprint } from '../../ledger/core/jwk.js'

/** RFC 8037 appendix A.2 and A.3. */
const RFC8037_X = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
const RFC8037_THUMBPRINT = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
const GOOD = { crv: 'Ed25519', kty: 'OKP', x: RFC8037_X } as const
/** The point of order 2, a good JWK of a bad key. */
const SMALL_ORDER_X = '7P_______________________________________38'

test('the key of RFC 8037 has the thumbprint of RFC 8037', () => {
  const { key } = parseJwk(GOOD)

  expect(thumbprint(key)).toBe(RFC8037_THUMBPRINT)
})

test('a key becomes a JWK and comes back', () => {
  const key = publicKeyFromSeed(new Uint8Array(32).fill(3))

  const { jwk, key: back } = parseJwk(jwkOf(key))

  expect(toHex(back)).toBe(toHex(key))
  expect(jwk).toEqual(jwkOf(key))
  expect(Object.keys(jwk)).toEqual(['crv', 'kty', 'x'])
})

test('jose computes the same thumbprints', async () => {
  for (let i = 0; i < 20; i++) {
    const key = publicKeyFromSeed(new Uint8Array(32).fill(i))

    expect(thumbprint(key)).toBe(await calculateJwkThumbprint({ ...jwkOf(key) }))
  }
})

test('a thumbprint uses the hash that is handed in', () => {
  const key = parsePublicKey(fromBase64url(RFC8037_X))

  expect(thumbprint(key, () => new Uint8Array(32))).toBe('A'.repeat(43))
})

test.each<[string, Json]>([
  ['null', null],
  ['a string', RFC8037_X],
  ['a list', [GOOD]],
  ['no member', {}],
  ['x missing', { crv: 'Ed25519', kty: 'OKP' }],
  ['x a number', { ...GOOD, x: 1 }],
  ['another curve', { ...GOOD, crv: 'X25519' }],
  ['another type', { ...GOOD, kty: 'EC' }],
  ['a curve in lower case', { ...GOOD, crv: 'ed25519' }],
  ['a kid', { ...GOOD, kid: 'a' }],
  ['an alg', { ...GOOD, alg: 'EdDSA' }],
  ['a private key', { ...GOOD, d: RFC8037_X }],
  ['31 bytes', { ...GOOD, x: `${RFC8037_X.slice(0, 41)}A` }],
  ['no bytes', { ...GOOD, x: '' }],
  ['a key of small order', { ...GOOD, x: SMALL_ORDER_X }],
])('a JWK is refused as KEY_INVALID: %s', (_name, value) => {
  expect(() => parseJwk(value)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }))
})

test.each([
  ['padding', `${RFC8037_X}=`],
  ['a trailing bit', `${RFC8037_X.slice(0, 42)}p`],
  ['the standard alphabet', RFC8037_X.replace('_', '/')],
  ['white space', ` ${RFC8037_X}`],
])('x outside strict base64url is refused as ENCODING_INVALID: %s', (_name, x) => {
  expect(() => parseJwk({ ...GOOD, x })).toThrow(
    expect.objectContaining({ code: 'ENCODING_INVALID' }),
  )
})

test('a refusal does not repeat a private key', () => {
  const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I'

  expect(() => parseJwk({ ...GOOD, d: secret })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  )
})
