/**
 * API tokens: an independent library accepts them, and each is for one call.
 */
import { createPublicKey } from 'node:crypto'
import { jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { bearerToken, type TokenContext } from '../../client/token.js'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { execSigner, signerFromSeed } from '../../ledger/crypto/signer.js'

const signer = signerFromSeed(new Uint8Array(32).fill(5))
const party = signer.kid as string as PartyId
const NOW_MS = 1_795_000_000_123
let count = 0
const context: TokenContext = {
  origin: 'ledger.example/test',
  now: () => NOW_MS,
  random: (length) => {
    count += 1
    return new Uint8Array(length).fill(count)
  },
}

function verified(authorization: string) {
  const key = createPublicKey({ key: { ...jwkOf(signer.publicKey) }, format: 'jwk' })
  return jwtVerify(authorization.replace('Bearer ', ''), key, {
    algorithms: ['Ed25519'],
    typ: 'waybill-auth+jwt',
    audience: context.origin,
    issuer: party,
    currentDate: new Date(NOW_MS),
  })
}

test('jose verifies a token, and it names call, body, ledger and caller', async () => {
  const body = utf8Encode('{"a":1}')
  const call = { method: 'POST', path: '/v1/inbox?wait=5', body } as const

  const { payload, protectedHeader } = await verified(
    await bearerToken(call, { party, signer }, context),
  )

  expect(protectedHeader).toEqual({ alg: 'Ed25519', kid: signer.kid, typ: 'waybill-auth+jwt' })
  expect(payload).toMatchObject({
    htm: 'POST',
    htu: '/v1/inbox?wait=5',
    bh: toBase64url(portableSha256(body)),
    iat: 1_795_000_000,
    exp: 1_795_000_060,
  })
})

test('two tokens for the same call differ in jti', async () => {
  const call = { method: 'GET', path: '/v1/inbox' } as const
  const tokens = [
    await verified(await bearerToken(call, { party, signer }, context)),
    await verified(await bearerToken(call, { party, signer }, context)),
  ]

  expect(tokens[0]?.payload.jti).not.toBe(tokens[1]?.payload.jti)
  expect(tokens[0]?.payload.jti).toMatch(/^[A-Za-z0-9_-]{22}$/)
})

test('a token without a body carries the digest of no bytes', async () => {
  const { payload } = await verified(
    await bearerToken({ method: 'GET', path: '/v1/inbox' }, { party, signer }, context),
  )

  expect(payload['bh']).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
})

test('a signing command that fails makes no token', async () => {
  const failing = execSigner('exit 3', signer.publicKey)

  await expect(
    bearerToken({ method: 'GET', path: '/v1/inbox' }, { party, signer: failing }, context),
  ).rejects.toMatchObject({ code: 'SIGNER_FAILED' })
})
