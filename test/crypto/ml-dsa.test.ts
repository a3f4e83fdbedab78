/** ML-DSA-44 keys: published values, key files, and what is refused. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { portableCrypto } from '../../ledger/core/ed25519.js'
import { mlDsa44FromSeed, verifyMlDsa44 } from '../../ledger/core/ml-dsa.js'
import {
  generateMlDsaPem,
  mlDsaPem,
  mlDsaSignerFromPem,
  mlDsaSignerFromSeed,
} from '../../ledger/crypto/ml-dsa.js'
import { nodeCrypto, sodiumCrypto } from '../../ledger/crypto/native.js'

/** Seed and file of the example in RFC 9881, appendix C. */
const RFC_SEED = Uint8Array.from({ length: 32 }, (_, at) => at)
const RFC_PEM = `-----BEGIN PRIVATE KEY-----
MDQCAQAwCwYJYIZIAWUDBAMRBCKAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZ
GhscHR4f
-----END PRIVATE KEY-----
`
const MESSAGE = new TextEncoder().encode('a checkpoint')
const ZEROS = new Uint8Array(32)

const flip = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.with(at, ((bytes[at] ?? 0) + 1) % 256)

test('the example key of RFC 9881 is read, written back, and has its public key', () => {
  const { publicKey } = mlDsaSignerFromPem(RFC_PEM)

  expect(mlDsaPem(RFC_SEED)).toBe(RFC_PEM)
  expect(publicKey.length).toBe(1_312)
  expect(publicKey).toEqual(mlDsa44FromSeed(RFC_SEED).publicKey)
})

test('the public key is the one that OpenSSL makes of this seed', () => {
  const { publicKey } = mlDsa44FromSeed(RFC_SEED)

  expect(createHash('sha256').update(publicKey).digest('hex')).toBe(
    '9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46',
  )
})

test('without randomness a signature stays what it was: OpenSSL verified these bytes', () => {
  const signature = mlDsa44FromSeed(RFC_SEED).sign(MESSAGE, ZEROS)

  expect(createHash('sha256').update(signature).digest('hex')).toBe(
    'e2367767db6f844ed5302186dd69608608ec9a2ab331b55b52e1abe0b4f00728',
  )
})

test('a key that was made signs, and every backend verifies', async () => {
  const { pem, publicKey } = generateMlDsaPem()
  const signer = mlDsaSignerFromPem(pem)
  const signature = await signer.sign(MESSAGE)

  expect(signer.publicKey).toEqual(publicKey)
  expect(generateMlDsaPem().pem).not.toBe(pem)
  for (const { verifyMlDsa44: verify } of [
    portableCrypto,
    nodeCrypto(),
    sodiumCrypto() ?? nodeCrypto(),
  ]) {
    expect(verify(signature, MESSAGE, publicKey)).toBe(true)
    expect(verify(signature, flip(MESSAGE, 0), publicKey)).toBe(false)
    expect(verify(signature, MESSAGE, flip(publicKey, 40))).toBe(false)
  }
})

test('signing is hedged: two signatures differ, and both are good', async () => {
  const signer = mlDsaSignerFromSeed(RFC_SEED)
  const [one, two] = await Promise.all([signer.sign(MESSAGE), signer.sign(MESSAGE)])

  expect(one).not.toEqual(two)
  expect(verifyMlDsa44(one, MESSAGE, signer.publicKey)).toBe(true)
  expect(verifyMlDsa44(two, MESSAGE, signer.publicKey)).toBe(true)
})

test('signatures and keys of other lengths are wrong and throw nothing', () => {
  const { publicKey, sign } = mlDsa44FromSeed(RFC_SEED)
  const signature = sign(MESSAGE, ZEROS)

  for (const wrong of [
    new Uint8Array(),
    signature.subarray(1),
    Uint8Array.of(...signature, 0),
    new Uint8Array(2_420),
    new Uint8Array(2_420).fill(255),
  ]) {
    expect(verifyMlDsa44(wrong, MESSAGE, publicKey)).toBe(false)
  }
  expect(verifyMlDsa44(signature, MESSAGE, publicKey.subarray(1))).toBe(false)
  expect(verifyMlDsa44(signature, MESSAGE, new Uint8Array(1_312))).toBe(false)
})

test.each([0, 31, 32, 500, 2_336, 2_415, 2_419])('byte %i of a signature counts', (at) => {
  const { publicKey, sign } = mlDsa44FromSeed(RFC_SEED)

  expect(verifyMlDsa44(flip(sign(MESSAGE, ZEROS), at), MESSAGE, publicKey)).toBe(false)
})

test('a seed of another length is refused', () => {
  for (const length of [0, 31, 33, 64]) {
    expect(() => mlDsaSignerFromSeed(new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    )
  }
})

const body = RFC_PEM.split('\n').slice(1, 3).join('')
const wrap = (base64: string, label = 'PRIVATE KEY'): string =>
  `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`
const reworked = (change: (der: Buffer) => Uint8Array): string =>
  wrap(Buffer.from(change(Buffer.from(body, 'base64'))).toString('base64'))

test.each<[string, string]>([
  ['nothing', ''],
  ['no PEM', body],
  ['another label', wrap(body, 'ENCRYPTED PRIVATE KEY')],
  ['no end', RFC_PEM.slice(0, 90)],
  ['letters that are no base64', wrap(`${body.slice(0, -2)}!!`)],
  ['an Ed25519 key', wrap('MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g')],
  ['ML-DSA-65', reworked((der) => der.fill(0x12, 15, 16))],
  ['the expanded form', reworked((der) => der.fill(0x04, 20, 21))],
  ['a byte too few', reworked((der) => der.subarray(0, -1))],
  ['a byte too many', reworked((der) => Buffer.concat([der, Buffer.of(0)]))],
  ['two keys', RFC_PEM + RFC_PEM],
])('a key file with %s is refused', (_, pem) => {
  expect(() => mlDsaSignerFromPem(pem)).toThrow(
    expect.objectContaining({ code: 'KEY_FILE_INVALID' }),
  )
})

test('an error about a key file never repeats the key', () => {
  const pem = wrap(`${body.slice(0, -2)}!!`)

  expect(() => mlDsaSignerFromPem(pem)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining(body.slice(20, 30)) }),
  )
})
