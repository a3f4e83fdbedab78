/**
 * Who signs: a private key in a PEM file, in memory, or behind a command. DESIGN 7.1, Keys.
 *
 * A Signer hides where the private key is. Key files are PKCS#8 PEM (RFC 5958, RFC 8410), readable
 * by their owner only. A command (`exec:`) stands for a KMS, HSM or agent: it gets the signing input
 * on stdin and writes the 64 bytes of the signature. What is signed, and whether it should be, is
 * decided by the caller.
 */
import { spawn } from 'node:child_process'
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signNative,
} from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fromBase64url, fromHex } from '../core/bytes.js'
import { KEY_BYTES, type PublicKey, parsePublicKey, SIGNATURE_BYTES } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { type KeyId, thumbprint } from '../core/jwk.js'
import { bestCrypto } from './native.js'

/** Signs bytes with one key. `sign` resolves to the 64 bytes of an Ed25519 signature. */
export type Signer = {
  readonly publicKey: PublicKey
  readonly kid: KeyId
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** How long a signing command may take, in milliseconds: an HSM is slow, a dead network is slower. */
const EXEC_TIMEOUT_MS = 30_000
/** Commands of one signer that run at once. More wait their turn: a bulk call may ask for thousands. */
export const EXEC_PARALLEL_MAX = 8

/** Far above any Ed25519 PEM (119 bytes, or some comments around it); /dev/zero ends here. */
const KEY_FILE_BYTES_MAX = 16_384
const KEY_FILE_MODE = 0o600
const PEM_LABEL = '-----BEGIN PRIVATE KEY-----'
/** DER of a PKCS#8 Ed25519 key up to its 32-byte seed. RFC 8410 §7. */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')

/** A fresh private key as PKCS#8 PEM, and its public key. */
export function generateKeyPem(): { readonly pem: string; readonly publicKey: PublicKey } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { pem, publicKey: publicKeyOf(privateKey) }
}

/**
 * A signer for an unencrypted PKCS#8 PEM.
 *
 * @throws LedgerError KEY_FILE_INVALID for anything else: another kind of key, another PEM label,
 * a pass phrase.
 */
export function signerFromPem(pem: string): Signer {
  if (!pem.trimStart().startsWith(PEM_LABEL)) {
    throw new LedgerError('KEY_FILE_INVALID', { reason: 'no PKCS#8 PEM' })
  }
  return signerFromKey(privateKeyFromPem(pem))
}

/**
 * A signer for a 32-byte RFC 8032 seed, kept in memory.
 *
 * @throws LedgerError KEY_INVALID when the seed is not 32 bytes.
 */
export function signerFromSeed(seed: Uint8Array): Signer {
  if (seed.length !== KEY_BYTES) {
    throw new LedgerError('KEY_INVALID', {
      reason: 'wrong seed length',
      expected: KEY_BYTES,
      received: seed.length,
    })
  }
  const key = Buffer.concat([PKCS8_PREFIX, seed])
  return signerFromKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
}

/**
 * A signer that runs `sh -c command` for each signature: message on stdin, exactly 64 raw bytes out,
 * exit status 0, within `timeoutMs`. The signature is verified before it is returned. The command's
 * stderr goes to ours unchanged; it has no terminal.
 *
 * `sign` rejects with LedgerError SIGNER_FAILED, whose details never hold what the command wrote.
 */
export function execSigner(
  command: string,
  publicKey: PublicKey,
  timeoutMs: number = EXEC_TIMEOUT_MS,
): Signer {
  const crypto = bestCrypto()
  const inTurn = takeTurns(EXEC_PARALLEL_MAX)
  return {
    publicKey,
    kid: thumbprint(publicKey),
    sign(message) {
      // A copy: the caller may reuse its buffer while this waits.
      const input = Uint8Array.from(message)
      return inTurn(async () => {
        const signature = await runCommand(command, input, timeoutMs)
        if (!crypto.verify(signature, input, publicKey)) {
          throw failed({ reason: 'the signature does not verify with the configured key' })
        }
        return signature
      })
    },
  }
}

/**
 * The text of a key file that only its owner can read. On Windows, modes say nothing and are not
 * looked at.
 *
 * @throws LedgerError INPUT_NOT_FOUND, KEY_FILE_MODE when group or others have any access,
 * KEY_FILE_INVALID when it is not a small regular file, KEY_FILE_IO.
 */
export async function readKeyFile(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileError(path, error)
  })
  try {
    // The open file is asked, not the path: between two looks at a path the file may change.
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > KEY_FILE_BYTES_MAX) {
      throw new LedgerError('KEY_FILE_INVALID', {
        reason: 'not a small regular file',
        path,
        limit: KEY_FILE_BYTES_MAX,
      })
    }
    const others = stat.mode % 0o100
    if (others !== 0 && process.platform !== 'win32') {
      const mode = (stat.mode % 0o1000).toString(8).padStart(4, '0')
      throw new LedgerError('KEY_FILE_MODE', { path, mode, expected: '0600' })
    }
    return await file.readFile('utf8')
  } catch (error) {
    throw fileError(path, error)
  } finally {
    await file.close()
  }
}

/**
 * Writes a new key file with mode 0600, durably: after a power cut a key that has signed is still
 * there.
 *
 * @throws LedgerError KEY_FILE_EXISTS (a key is never overwritten), INPUT_NOT_FOUND when the folder
 * is missing, KEY_FILE_IO.
 */
export async function writeKeyFile(path: string, pem: string): Promise<void> {
  const file = await open(path, 'wx', KEY_FILE_MODE).catch((error: unknown) => {
    throw fileError(path, error)
  })
  try {
    await writeDurably(file, pem)
    await syncFolder(dirname(path))
  } catch (error) {
    // Half a key would stand in the way of the next attempt.
    await rm(path, { force: true })
    throw fileError(path, error)
  }
}

async function writeDurably(file: FileHandle, text: string): Promise<void> {
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder and needs no such sync.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function privateKeyFromPem(pem: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    // OpenSSL's words may quote the file, so they are not passed on.
    throw new LedgerError('KEY_FILE_INVALID', { reason: 'the PEM cannot be decoded' })
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new LedgerError('KEY_FILE_INVALID', { reason: 'another kind of key' })
  }
  return key
}

function signerFromKey(key: KeyObject): Signer {
  const publicKey = publicKeyOf(key)
  return {
    publicKey,
    kid: thumbprint(publicKey),
    sign: async (message) => Uint8Array.from(signNative(null, message, key)),
  }
}

function publicKeyOf(key: KeyObject): PublicKey {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return parsePublicKey(fromBase64url(x ?? ''))
}

/** Starts at most `lanes` tasks at once, the others in order of arrival per lane. */
function takeTurns(lanes: number): <T>(task: () => Promise<T>) => Promise<T> {
  const last: Promise<unknown>[] = Array.from({ length: lanes }, () => Promise.resolve())
  let next = 0
  return (task) => {
    const lane = next % lanes
    next += 1
    const run = (last[lane] ?? Promise.resolve()).then(task)
    last[lane] = run.catch(() => undefined)
    return run
  }
}

function runCommand(command: string, input: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Its own process group, so that a time-out ends the whole pipeline and not only the shell.
    const child = spawn('sh', ['-c', command], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const abort = (details: FailureDetails): void => {
      clearTimeout(timer)
      if (child.pid !== undefined) killGroup(child.pid)
      // A grandchild that left the group may hold the pipe open, and with it our process.
      child.stdout?.destroy()
      reject(failed(details))
    }
    const timer = setTimeout(() => {
      abort({ reason: 'time ran out', limitMs: timeoutMs })
    }, timeoutMs)
    child.on('error', () => {
      abort({ reason: 'sh could not be started' })
    })
    // No pid: the shell did not start, there may be no pipes, and the error event follows.
    if (child.pid === undefined) return
    const output: Uint8Array[] = []
    let received = 0
    child.stdout.on('data', (chunk: Uint8Array) => {
      received += chunk.length
      output.push(chunk)
      if (received > SIGNATURE_BYTES)
        abort({ reason: 'too much output', expected: SIGNATURE_BYTES })
    })
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      if (status !== 0) reject(failed({ reason: 'exit status', status: status ?? signal ?? '' }))
      else if (received === SIGNATURE_BYTES) resolve(Uint8Array.from(Buffer.concat(output)))
      else reject(failed({ reason: 'wrong length', expected: SIGNATURE_BYTES, received }))
    })
    // A command may exit without reading its input; its exit status and output decide.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone: what was wanted.
  }
}

type FailureDetails = Readonly<Record<string, string | number>>

function failed(details: FailureDetails): LedgerError {
  return new LedgerError('SIGNER_FAILED', details)
}

/** Gives errors of the operating system a code of ours; our own refusals and our bugs pass. */
function fileError(path: string, error: unknown): unknown {
  if (error instanceof LedgerError || !(error instanceof Error && 'code' in error)) return error
  const errno = String(error.code)
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return new LedgerError('INPUT_NOT_FOUND', { path }, error)
  }
  if (errno === 'EEXIST') return new LedgerError('KEY_FILE_EXISTS', { path }, error)
  return new LedgerError('KEY_FILE_IO', { path, errno }, error)
}
