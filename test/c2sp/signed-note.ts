/**
 * c2sp.org/signed-note and c2sp.org/tlog-checkpoint as a stranger reads them: Ed25519 only, nothing of
 * this project. For the tests of what a ledger publishes.
 */
import { createPublicKey, hash, verify } from 'node:crypto'

export type Vkey = { readonly name: string; readonly id: Buffer; readonly key: Buffer }
export type TreeHead = { readonly origin: string; readonly size: number; readonly root: Buffer }

const ED25519 = 1

/** `<name>+<id>+<base64 of type and key>`; the base64 may have plus signs too. */
export function readVkey(text: string): Vkey {
  const [, name = '', hexId = '', typed = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = Buffer.from(typed, 'base64')
  const id = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4)
  if (bytes[0] !== ED25519 || bytes.length !== 33) throw new Error('not an Ed25519 verifier key')
  if (id.toString('hex') !== hexId) throw new Error('the key id is not that of the key')
  return { name, id, key: bytes.subarray(1) }
}

/** The tree head of a checkpoint that this key signed. Other lines are for others. */
export function openCheckpoint(note: string, vkey: Vkey): TreeHead {
  const at = note.lastIndexOf('\n\n')
  if (at < 0 || !note.endsWith('\n')) throw new Error('not a signed note')
  const text = note.slice(0, at + 1)
  const lines = note.slice(at + 2, -1).split('\n')
  const own = lines.filter((line) => isLineOf(line, vkey))
  if (own.length === 0) throw new Error('the log has not signed it')
  for (const line of own) {
    const signature = signatureOf(line).subarray(4)
    if (!verify(null, Buffer.from(text), publicKeyOf(vkey), signature))
      throw new Error('the signature is wrong')
  }
  const [origin = '', size = '', root = ''] = text.split('\n')
  if (origin !== vkey.name) throw new Error('another origin')
  if (!/^(0|[1-9][0-9]*)$/.test(size)) throw new Error('not a tree size')
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer')
}

function isLineOf(line: string, { name, id }: Vkey): boolean {
  const [dash, lineName] = line.split(' ')
  if (dash !== '\u2014') throw new Error('not a signature line')
  return lineName === name && signatureOf(line).subarray(0, 4).equals(id)
}

function signatureOf(line: string): Buffer {
  return Buffer.from(line.split(' ')[2] ?? '', 'base64')
}

function publicKeyOf({ key }: Vkey) {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
  return createPublicKey({ key: jwk, format: 'jwk' })
}
