/** Signers: PEM, seed and command, and the files that keys live in. */
import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, verify as verifyNative } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '../../ledger/core/bytes.js'
import { portableCrypto, publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import { thumbprint } from '../../ledger/core/jwk.js'
import {
  EXEC_PARALLEL_MAX,
  execSigner,
  generateKeyPem,
  readKeyFile,
  signerFromPem,
  signerFromSeed,
  writeKeyFile,
} from '../../ledger/crypto/signer.js'

const seed = new Uint8Array(32).fill(9)
const key = publicKeyFromSeed(seed)
const message = new TextEncoder().encode('sign this')
const signature = signEd25519(seed, message)

/** Not everywhere; its test says so where it is missing. */
const OPENSSL = 'openssl'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-signer-'))
  await writeFile(join(folder, 'signature'), signature)
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('a new PEM is PKCS#8, of its public key, and signs what verifies', async () => {
  const { pem, publicKey } = generateKeyPem()

  const signer = signerFromPem(pem)
  const made = await signer.sign(message)

  expect(pem.split('\n')[0]).toBe('-----BEGIN PRIVATE KEY-----')
  expect(toHex(signer.publicKey)).toBe(toHex(publicKey))
  expect(signer.kid).toBe(thumbprint(publicKey))
  expect(made.constructor).toBe(Uint8Array)
  expect(portableCrypto.verify(made, message, publicKey)).toBe(true)
})

test('two new keys differ', () => {
  expect(toHex(generateKeyPem().publicKey)).not.toBe(toHex(generateKeyPem().publicKey))
})

test('a seed and its PEM sign alike, and as the portable code does', async () => {
  const signer = signerFromSeed(seed)

  expect(toHex(signer.publicKey)).toBe(toHex(key))
  expect(toHex(await signer.sign(message))).toBe(toHex(signature))
  expect(toHex(await signer.sign(new Uint8Array()))).toBe(
    toHex(signEd25519(seed, new Uint8Array())),
  )
})

test('a seed of another length is refused as KEY_INVALID', () => {
  expect(() => signerFromSeed(new Uint8Array(64))).toThrow(
    expect.objectContaining({ code: 'KEY_INVALID' }),
  )
})

test.each<[string, () => string]>([
  ['nothing', () => ''],
  ['text', () => 'not a key'],
  ['a public key', () => pemOf('ed25519').publicKey],
  ['an X25519 key', () => pemOf('x25519').privateKey],
  ['an Ed448 key', () => pemOf('ed448').privateKey],
  ['an EC key', () => ecPem('pkcs8')],
  ['an EC key that is not PKCS#8', () => ecPem('sec1')],
  ['an encrypted key', () => encryptedPem()],
  ['a cut key', () => generateKeyPem().pem.slice(0, 60)],
  ['a label without a key', () => '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n'],
  ['broken base64', () => generateKeyPem().pem.replace(/MC4/, '!!!!')],
])('a PEM is refused as KEY_FILE_INVALID: %s', (_name, pem) => {
  expect(() => signerFromPem(pem())).toThrow(expect.objectContaining({ code: 'KEY_FILE_INVALID' }))
})

test('a key file is written with mode 0600, whatever the umask, and read back', async () => {
  const path = join(folder, 'new.pem')
  const { pem, publicKey } = generateKeyPem()
  const before = process.umask(0)

  try {
    await writeKeyFile(path, pem)
  } finally {
    process.umask(before)
  }

  expect((await stat(path)).mode % 0o1000).toBe(0o600)
  expect(await readKeyFile(path)).toBe(pem)
  expect(toHex(signerFromPem(await readKeyFile(path)).publicKey)).toBe(toHex(publicKey))
})

test('an existing key file is never overwritten: KEY_FILE_EXISTS', async () => {
  const path = join(folder, 'kept.pem')
  await writeKeyFile(path, 'first')

  await expect(writeKeyFile(path, 'second')).rejects.toMatchObject({ code: 'KEY_FILE_EXISTS' })

  expect(await readFile(path, 'utf8')).toBe('first')
})

test('a dangling link is not followed when a key file is made', async () => {
  const path = join(folder, 'link.pem')
  await symlink(join(folder, 'elsewhere.pem'), path)

  await expect(writeKeyFile(path, 'key')).rejects.toMatchObject({ code: 'KEY_FILE_EXISTS' })
})

test.each([0o640, 0o604, 0o644, 0o660, 0o610, 0o602, 0o777])(
  'a key file with mode %o is refused as KEY_FILE_MODE',
  async (mode) => {
    const path = join(folder, `mode-${mode}.pem`)
    await writeFile(path, generateKeyPem().pem)
    await chmod(path, mode)

    await expect(readKeyFile(path)).rejects.toMatchObject({
      code: 'KEY_FILE_MODE',
      details: { path, mode: `0${mode.toString(8)}` },
    })
  },
)

test('a key file that its owner may only read is accepted', async () => {
  const path = join(folder, 'read-only.pem')
  await writeFile(path, 'key', { mode: 0o400 })

  expect(await readKeyFile(path)).toBe('key')
})

test('a missing key file, or a missing folder, is INPUT_NOT_FOUND', async () => {
  const missing = join(folder, 'none', 'key.pem')

  await expect(readKeyFile(missing)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' })
  await expect(writeKeyFile(missing, 'key')).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' })
})

test('a folder or a large file in place of a key file is KEY_FILE_INVALID', async () => {
  const path = join(folder, 'folder.pem')
  const large = join(folder, 'large.pem')
  await mkdir(path)
  await writeFile(large, 'x'.repeat(16_385), { mode: 0o600 })

  await expect(readKeyFile(path)).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' })
  await expect(readKeyFile(large)).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' })
})

test('other errors of the operating system are KEY_FILE_IO and name its code', async () => {
  const path = join(folder, 'n'.repeat(300))

  await expect(readKeyFile(path)).rejects.toMatchObject({
    code: 'KEY_FILE_IO',
    details: { errno: 'ENAMETOOLONG' },
  })
})

test('a command that signs its input is a signer', async () => {
  const pem = join(folder, 'exec.pem')
  const { pem: text, publicKey } = generateKeyPem()
  await writeKeyFile(pem, text)
  const script = join(folder, 'sign.cjs')
  await writeFile(
    script,
    `const { createPrivateKey, sign } = require('node:crypto')
const { readFileSync } = require('node:fs')
const key = createPrivateKey(readFileSync(process.argv[2]))
process.stdout.write(sign(null, readFileSync(0), key))`,
  )
  const signer = execSigner(`"${process.execPath}" "${script}" "${pem}"`, publicKey)
  const large = new Uint8Array(300_000).fill(5)

  const made = [await signer.sign(message), await signer.sign(large)]

  expect(signer.kid).toBe(thumbprint(publicKey))
  expect(made.map((one) => one.constructor)).toEqual([Uint8Array, Uint8Array])
  expect(portableCrypto.verify(made[0] ?? seed, message, publicKey)).toBe(true)
  expect(portableCrypto.verify(made[1] ?? seed, large, publicKey)).toBe(true)
})

test('a command that does not read its input may still sign', async () => {
  const signer = execSigner(`cat "${folder}/signature"`, key)
  const input = new Uint8Array(1_000_000)
  input.set(message)

  expect(toHex(await signer.sign(message))).toBe(toHex(signature))
  await expect(signer.sign(input)).rejects.toMatchObject({ code: 'SIGNER_FAILED' })
})

test.each<[string, string, Record<string, unknown>]>([
  ['another exit status', 'cat >/dev/null; exit 7', { reason: 'exit status', status: 7 }],
  ['an unknown command', 'no-such-command-here 2>/dev/null', { status: 127 }],
  ['death by a signal', 'kill -KILL $$', { status: 'SIGKILL' }],
  ['no output', 'cat >/dev/null', { reason: 'wrong length', received: 0 }],
  ['63 bytes', 'head -c 63 /dev/zero', { reason: 'wrong length', received: 63 }],
  ['65 bytes', 'head -c 65 /dev/zero', { reason: 'too much output' }],
  ['endless output', 'cat /dev/zero', { reason: 'too much output' }],
  ['64 bytes that are no signature', 'head -c 64 /dev/zero', {}],
  ['a signature and a failure', 'cat "$FOLDER/signature"; exit 1', { status: 1 }],
  ['a signature in hex', 'od -An -tx1 "$FOLDER/signature"', { reason: 'too much output' }],
])('a command fails as SIGNER_FAILED: %s', async (_name, command, details) => {
  const signer = execSigner(command.replace('$FOLDER', folder), key)

  await expect(signer.sign(message)).rejects.toMatchObject({ code: 'SIGNER_FAILED', details })
})

test('a signature by another key, or over another message, is refused as SIGNER_FAILED', async () => {
  const other = publicKeyFromSeed(new Uint8Array(32).fill(1))
  const command = `cat "${folder}/signature"`
  const refused = { code: 'SIGNER_FAILED', details: { reason: expect.stringContaining('verify') } }

  await expect(execSigner(command, other).sign(message)).rejects.toMatchObject(refused)
  await expect(execSigner(command, key).sign(seed)).rejects.toMatchObject(refused)
})

test('a failure never repeats what the command wrote', async () => {
  const signer = execSigner('printf top-secret-output; exit 3', key)

  const error: unknown = await signer.sign(message).catch((reason: unknown) => reason)

  expect(JSON.stringify(error) + String(error)).not.toContain('top-secret')
  expect(error).toMatchObject({ details: { status: 3 } })
})

test('a command that takes too long is ended with all it started', async () => {
  const beats = join(folder, 'beats')
  const command = `while :; do echo beat >> "${beats}"; sleep 0.02; done | cat`
  const signer = execSigner(command, key, 700)
  const began = Date.now()

  await expect(signer.sign(message)).rejects.toMatchObject({
    code: 'SIGNER_FAILED',
    details: { reason: 'time ran out', limitMs: 700 },
  })

  expect(Date.now() - began).toBeLessThan(15_000)
  const before = (await stat(beats)).size
  await setTimeout(500)
  expect(before).toBeGreaterThan(0)
  expect((await stat(beats)).size).toBe(before)
})

test('a message is signed as it was when asked, though its buffer is reused', async () => {
  const buffer = Uint8Array.from(message)
  const signer = execSigner(`cat "${folder}/signature"`, key)

  const waiting = signer.sign(buffer)
  buffer.fill(0)

  expect(toHex(await waiting)).toBe(toHex(signature))
})

test('many signatures asked at once run at most so many commands at once', async () => {
  const running = join(folder, 'running')
  await mkdir(running)
  const counts = join(folder, 'counts')
  const command = [
    `touch "${running}/$$"`,
    `ls "${running}" | wc -l >> "${counts}"`,
    'sleep 0.05',
    `rm "${running}/$$"`,
    `cat "${folder}/signature"`,
  ].join('; ')
  const signer = execSigner(command, key)

  const made = await Promise.all(Array.from({ length: 40 }, () => signer.sign(message)))

  const seen = (await readFile(counts, 'utf8')).trim().split('\n').map(Number)
  expect(new Set(made.map(toHex))).toEqual(new Set([toHex(signature)]))
  expect(seen).toHaveLength(40)
  expect(Math.max(...seen)).toBeLessThanOrEqual(EXEC_PARALLEL_MAX)
})

test('one failed command does not hold up the ones behind it', async () => {
  const flag = join(folder, 'flag')
  const command = `if mkdir "${flag}" 2>/dev/null; then exit 1; fi; cat "${folder}/signature"`
  const signer = execSigner(command, key)

  const results = await Promise.allSettled(
    Array.from({ length: 2 * EXEC_PARALLEL_MAX }, () => signer.sign(message)),
  )

  expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1)
})

test('openssl reads our PEM, and we read a PEM of openssl', async ({ skip }) => {
  const path = join(folder, 'openssl.pem')
  try {
    execFileSync(OPENSSL, ['genpkey', '-algorithm', 'ed25519', '-out', path])
  } catch {
    skip('skipped: no openssl command')
  }
  const pem = await readFile(path, 'utf8')

  const made = await signerFromPem(pem).sign(message)

  expect(verifyNative(null, message, createPrivateKey(pem), made)).toBe(true)
  const ours = join(folder, 'ours.pem')
  await writeKeyFile(ours, generateKeyPem().pem)
  const text = execFileSync(OPENSSL, ['pkey', '-in', ours, '-noout', '-text'], {
    encoding: 'utf8',
  })
  expect(text).toContain('ED25519 Private-Key')
})

function pemOf(type: 'ed25519' | 'x25519' | 'ed448'): { privateKey: string; publicKey: string } {
  const make = {
    ed25519: () => generateKeyPairSync('ed25519'),
    x25519: () => generateKeyPairSync('x25519'),
    ed448: () => generateKeyPairSync('ed448'),
  }
  const { privateKey, publicKey } = make[type]()
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

function ecPem(type: 'pkcs8' | 'sec1'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type, format: 'pem' }).toString()
}

function encryptedPem(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' })
    .toString()
}
