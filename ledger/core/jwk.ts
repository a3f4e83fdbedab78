/**
 * Public keys as JSON Web Keys and their names. RFC 8037 (OKP keys), RFC 7638 (thumbprints).
 *
 * DESIGN 4.2: a key's `kid` is its thumbprint. A JWK here has exactly `crv`, `kty` and `x`, so that
 * a key has one JWK and a private key (`d`) pasted by mistake is refused, not recorded.
 * Whose key it is and whether it is active are not known here.
 */
import { fromBase64url, toBase64url, utf8Encode } from './bytes.js'
import { type PublicKey, parsePublicKey } from './ed25519.js'
import { LedgerError } from './errors.js'
import { portableSha256, type Sha256 } from './hash.js'
import { isObject, type Json } from './json.js'

declare const kind: unique symbol

/** RFC 7638 thumbprint with SHA-256: 43 characters of base64url. */
export type KeyId = string & { readonly [kind]: 'key-id' }

/** An Ed25519 public key as JSON. RFC 8037 §2. `x` is 32 bytes in strict base64url. */
export type Jwk = { readonly crv: 'Ed25519'; readonly kty: 'OKP'; readonly x: string }

const MEMBERS = 3

/**
 * Accepts a public key as parsed JSON.
 *
 * @throws LedgerError KEY_INVALID unless it has exactly the three members and `parsePublicKey`
 * accepts the key; ENCODING_INVALID when `x` is not strict base64url.
 */
export function parseJwk(value: Json): { readonly jwk: Jwk; readonly key: PublicKey } {
  if (!isObject(value)) throw refused('not an object')
  if (Object.hasOwn(value, 'd')) throw refused('a private key')
  const { crv, kty, x } = value
  if (kty !== 'OKP' || crv !== 'Ed25519') throw refused('not an Ed25519 key')
  if (typeof x !== 'string') throw refused('x is not a string')
  if (Object.keys(value).length !== MEMBERS) throw refused('a member besides crv, kty and x')
  return { jwk: { crv, kty, x }, key: parsePublicKey(fromBase64url(x)) }
}

/** The JWK of a key. Inverse of `parseJwk`. */
export function jwkOf(key: PublicKey): Jwk {
  return { crv: 'Ed25519', kty: 'OKP', x: toBase64url(key) }
}

/** The `kid` of a key: SHA-256 over its JWK with sorted members, no white space. RFC 7638 §3. */
export function thumbprint(key: PublicKey, sha: Sha256 = portableSha256): KeyId {
  // Base64url needs no escaping, so this is the JCS form.
  const text = `{"crv":"Ed25519","kty":"OKP","x":"${toBase64url(key)}"}`
  return toBase64url(sha(utf8Encode(text))) as KeyId
}

function refused(reason: string): LedgerError {
  return new LedgerError('KEY_INVALID', { reason })
}
