/**
 * API tokens: a JWT per call, signed by an enrolled api key. DESIGN 7.3.
 *
 * The compact JWS is assembled here because the key may be behind a command, a KMS or an HSM, and
 * libraries sign with keys they hold. `typ` keeps a token and a statement signature apart. A token
 * is good for one call: it names method, path, query and body, and its `jti` is used once.
 */

import type { RandomBytes } from '../ledger/core/build.js'
import { toBase64url, utf8Encode } from '../ledger/core/bytes.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { encodeJcsBytes } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Signer } from '../ledger/crypto/signer.js'
import type { HttpCall } from './http.js'

/** `typ` of an API token. */
const TOKEN_TYP = 'waybill-auth+jwt'
/** Seconds that a token lives; a server refuses more than 300. */
const TOKEN_LIFE_S = 60
const NO_BODY = new Uint8Array(0)

export type Identity = {
  readonly party: PartyId
  /** An enrolled key with the use `api`. */
  readonly signer: Signer
}

export type TokenContext = {
  /** Origin of the ledger that the token is for. */
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: RandomBytes
}

/** The `Authorization` header for exactly this call. */
export async function bearerToken(
  call: HttpCall,
  { party, signer }: Identity,
  { origin, now, random }: TokenContext,
): Promise<string> {
  const iat = Math.floor(now() / 1000)
  const header = { alg: 'Ed25519', kid: signer.kid, typ: TOKEN_TYP }
  const claims = {
    aud: origin,
    bh: toBase64url(portableSha256(call.body ?? NO_BODY)),
    exp: iat + TOKEN_LIFE_S,
    htm: call.method,
    htu: call.path,
    iat,
    iss: party,
    jti: toBase64url(random(16)),
  }
  const input = `${toBase64url(encodeJcsBytes(header))}.${toBase64url(encodeJcsBytes(claims))}`
  const signature = await signer.sign(utf8Encode(input))
  return `Bearer ${input}.${toBase64url(signature)}`
}
