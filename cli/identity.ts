/**
 * Who signs and who asks: keys from files or commands, party ids from aliases. DESIGN 7.1 "Keys".
 */
import { createPublicKey } from 'node:crypto'
import { execSigner, readKeyFile, type Signer, signerFromPem } from '../client/index.js'
import { fromBase64url } from '../ledger/core/bytes.js'
import { type PublicKey, parsePublicKey } from '../ledger/core/ed25519.js'
import { LedgerError } from '../ledger/core/errors.js'
import { hasFormat } from '../ledger/core/formats.js'
import { parseJson } from '../ledger/core/json.js'
import { parseJwk } from '../ledger/core/jwk.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Job } from './command.js'
import { firstOf, type Settings, setting } from './config.js'
import { at, readText } from './files.js'

const EXEC = 'exec:'

/**
 * The key that signs, where one is set.
 *
 * Rejects with LedgerError KEY_FILE_…, INPUT_NOT_FOUND, or USAGE for a signer without its public key.
 */
export async function findSigner(job: Job): Promise<Signer | undefined> {
  const given = firstOf(job.settings, ['key', 'signer'])
  if (given === undefined) return undefined
  if (given.name === 'key') return keyFileSigner(given.value)
  if (!given.value.startsWith(EXEC)) {
    throw new LedgerError('USAGE', { reason: '--signer takes exec:COMMAND' })
  }
  const publicKey = setting(job.settings, 'publicKey')
  if (publicKey === undefined) {
    throw new LedgerError('USAGE', {
      reason: '--signer needs --public-key, to know whose signature it makes',
    })
  }
  return execSigner(given.value.slice(EXEC.length), await readPublicKey(publicKey, job))
}

/** As findSigner; a command that cannot do without says what to give. */
export async function needSigner(job: Job): Promise<Signer> {
  const signer = await findSigner(job)
  if (signer !== undefined) return signer
  throw new LedgerError('USAGE', {
    reason: 'who signs? give --key FILE, or --signer exec:COMMAND with --public-key',
  })
}

/** The key that signs in to a server: `--api-key`, otherwise the one that signs statements. */
export function findApiSigner(job: Job): Promise<Signer | undefined> {
  const file = setting(job.settings, 'apiKey')
  return file === undefined ? findSigner(job) : keyFileSigner(file)
}

export async function keyFileSigner(path: string): Promise<Signer> {
  return signerFromPem(await readKeyFile(path))
}

/** The party that speaks: `--party`, otherwise the one whose first key this is (the statement key's). */
export function partyOf(settings: Settings, signer: Signer | undefined): PartyId | undefined {
  const named = setting(settings, 'party')
  if (named !== undefined) return parseParty(named, settings)
  return signer?.kid as string | undefined as PartyId | undefined
}

/**
 * A party by alias or id.
 *
 * @throws LedgerError USAGE
 */
export function parseParty(text: string, settings: Settings): PartyId {
  const id = settings.aliases.get(text) ?? text
  if (!hasFormat(id, 'party-id')) {
    const known = [...settings.aliases.keys()].join(', ')
    throw new LedgerError('USAGE', {
      reason: `a party is named by its id (43 characters) or by an alias of yours (${known === '' ? 'none is set' : known})`,
    })
  }
  return id as PartyId
}

/**
 * A statement id or the beginning of one, as it was typed.
 *
 * @throws LedgerError STATEMENT_ID_INVALID
 */
export function parseIdPrefix(text: string): string {
  const id = text.toLowerCase()
  if (!/^[0-9a-f]{8,64}$/.test(id)) throw new LedgerError('STATEMENT_ID_INVALID')
  return id
}

/** The local name of a party, where this person gave one. */
export function aliasOf(party: string, settings: Settings): string | undefined {
  for (const [name, id] of settings.aliases) if (id === party) return name
  return undefined
}

/**
 * A public key as people have it: 43 characters of base64url, or a file with a JWK or PEM in it.
 *
 * Rejects with LedgerError KEY_INVALID, INPUT_NOT_FOUND.
 */
export async function readPublicKey(text: string, job: Pick<Job, 'io'>): Promise<PublicKey> {
  if (hasFormat(text, 'base64url32')) return parsePublicKey(fromBase64url(text))
  const content = (await readText(text, job.io)).trim()
  return at(text, () => {
    if (content.startsWith('{')) return parseJwk(parseJson(content)).key
    if (hasFormat(content, 'base64url32')) return parsePublicKey(fromBase64url(content))
    return parsePublicKey(fromBase64url(pemKey(content)))
  })
}

function pemKey(pem: string): string {
  if (!pem.startsWith('-----BEGIN PUBLIC KEY-----'))
    throw new LedgerError('KEY_INVALID', { reason: 'not a public key' })
  try {
    const key = createPublicKey(pem)
    const { x } = key.export({ format: 'jwk' })
    if (key.asymmetricKeyType === 'ed25519' && x !== undefined) return x
  } catch {
    // OpenSSL's words may quote the file, so they are not passed on.
  }
  throw new LedgerError('KEY_INVALID', { reason: 'not an Ed25519 public key' })
}
