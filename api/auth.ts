/**
 * API tokens: who is calling. A JWT (RFC 7519, RFC 8725) that the caller signs for this very call
 * with an enrolled `api` key. DESIGN 7.3, docs/api.md "Tokens".
 *
 * Header exactly `alg` Ed25519, `kid`, `typ` waybill-auth+jwt: nothing in it can bring a key or
 * change the rules. The key is looked up by its thumbprint in the ledger, nowhere else, and must be
 * active and enrolled for `api` now. The signature is checked by the one rule of DESIGN 4.6 and by
 * jose. What the caller may then read is access.ts.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { jwtVerify } from 'jose'
import { fromBase64url, toBase64url, utf8Decode, utf8Encode } from '../ledger/core/bytes.js'
import { SIGNATURE_ALG } from '../ledger/core/envelope.js'
import { invariant, LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, type JsonObject, parseJson } from '../ledger/core/json.js'
import { jwkOf, type KeyId } from '../ledger/core/jwk.js'
import type { KeyState, PartyId } from '../ledger/core/key-state.js'
import type { ApiDeps } from './deps.js'
import { ReplayMemory } from './replay.js'

/** Who calls, as the token proved. */
export type Caller = {
  readonly party: PartyId
  /** May read everything: named in the operator's configuration. */
  readonly auditor: boolean
}

/** What a token is compared with. */
export type TokenUse = {
  /** `Authorization` headers as received; more than one is refused. */
  readonly authorization: readonly string[]
  readonly method: string
  /** Path and query exactly as sent. */
  readonly url: string
  readonly body: Uint8Array
}

/** `typ` of an API token: keeps it and a statement signature apart. */
const TOKEN_TYP = 'waybill-auth+jwt'
/** Longest life of a token, in seconds. */
const TOKEN_LIFE_MAX_S = 300
/** How far the caller's clock may be off, in seconds. */
const CLOCK_SKEW_S = 30
const TOKEN_CHARS_MAX = 4_096
const HEADER_MEMBERS = ['alg', 'kid', 'typ']
const CLAIMS = ['iss', 'aud', 'iat', 'exp', 'jti', 'htm', 'htu', 'bh']
const JTI = /^[A-Za-z0-9_-]{16,64}$/
/** Scheme and authority: behind a proxy the server does not know its own, so they are not compared. */
const AUTHORITY = /^https?:\/\/[^/?#]+/
const KEYS_CACHED_MAX = 1_024

/** Verifies tokens; one per server, because it remembers which were used. */
export class Authenticator {
  readonly #deps: Pick<ApiDeps, 'ledger' | 'auditors' | 'crypto' | 'now'>
  readonly #replay: ReplayMemory
  readonly #startedS: number
  readonly #keys = new Map<KeyId, KeyObject>()

  constructor(deps: Pick<ApiDeps, 'ledger' | 'auditors' | 'crypto' | 'now'>) {
    this.#deps = deps
    this.#startedS = Math.floor(deps.now() / 1000)
    // From the earliest use (skew ahead of its `iat`) to the last moment it is believed.
    this.#replay = new ReplayMemory((TOKEN_LIFE_MAX_S + 2 * CLOCK_SKEW_S) * 1000)
  }

  /** Rejects with AUTH_REQUIRED, AUTH_INVALID or QUEUE_FULL. */
  async authenticate(use: TokenUse): Promise<Caller> {
    const token = bearer(use.authorization)
    const parts = readToken(token)
    const key = this.#keyOf(parts.kid)
    if (!this.#deps.crypto.verify(parts.signature, parts.input, key.state.key))
      throw refused('signature')
    const claims = await this.#claims(token, key.object, key.party)
    checkCall(claims, use)
    this.#checkTimes(claims)
    const { jti } = claims
    if (typeof jti !== 'string' || !JTI.test(jti)) throw refused('jti')
    // Last, so that only a token that is good in all else takes up memory.
    if (!this.#replay.use(key.party, jti, this.#deps.now())) throw refused('used before')
    return { party: key.party, auditor: this.#deps.auditors.includes(key.party) }
  }

  #keyOf(kid: KeyId): {
    readonly party: PartyId
    readonly state: KeyState
    readonly object: KeyObject
  } {
    const owner = this.#deps.ledger.ownerOf(kid)
    if (owner === undefined) throw refused('key')
    const { party, key } = owner
    if (key.status !== 'active' || !key.uses.includes('api')) throw refused('key')
    const object =
      this.#keys.get(kid) ?? createPublicKey({ key: { ...jwkOf(key.key) }, format: 'jwk' })
    if (this.#keys.size >= KEYS_CACHED_MAX) this.#keys.clear()
    this.#keys.set(kid, object)
    return { party, state: key, object }
  }

  async #claims(token: string, key: KeyObject, party: PartyId): Promise<JsonObject> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [SIGNATURE_ALG],
        typ: TOKEN_TYP,
        audience: this.#deps.ledger.origin,
        issuer: party,
        requiredClaims: CLAIMS,
        maxTokenAge: TOKEN_LIFE_MAX_S,
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(this.#deps.now()),
      })
      return payload as unknown as JsonObject
    } catch (error) {
      if (error instanceof Error && 'claim' in error) throw refused(claimReason(error.claim))
      throw refused('token')
    }
  }

  #checkTimes({ aud, iat, exp }: JsonObject): void {
    // One audience: a token for two ledgers could be played at the other.
    if (typeof aud !== 'string' && !(Array.isArray(aud) && aud.length === 1)) throw refused('aud')
    if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) throw refused('exp')
    invariant(typeof iat === 'number' && typeof exp === 'number', 'safe integers are numbers')
    if (exp <= iat || exp - iat > TOKEN_LIFE_MAX_S) throw refused('exp')
    // What was used before a restart is forgotten, so what was made before it is not believed.
    if (iat < this.#startedS) throw refused('iat')
  }
}

function bearer(headers: readonly string[]): string {
  const [header, ...others] = headers
  if (header === undefined) throw new LedgerError('AUTH_REQUIRED')
  const token = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(header)?.[1]
  if (token === undefined || others.length > 0 || token.length > TOKEN_CHARS_MAX)
    throw refused('header')
  return token
}

/** The parts of a token whose form is right; nothing is believed yet. */
function readToken(token: string): {
  readonly kid: KeyId
  readonly input: Uint8Array
  readonly signature: Uint8Array
} {
  const [head = '', payload = '', signature = ''] = token.split('.')
  const header = readPart(head)
  const { alg, kid, typ } = header
  const known = HEADER_MEMBERS.every((name) => Object.hasOwn(header, name))
  if (!known || Object.keys(header).length !== HEADER_MEMBERS.length) throw refused('header')
  if (alg !== SIGNATURE_ALG || typ !== TOKEN_TYP || typeof kid !== 'string') throw refused('header')
  // Read strictly before jose reads it: a name given twice would mean one thing here, another there.
  readPart(payload)
  return {
    kid: kid as KeyId,
    input: utf8Encode(`${head}.${payload}`),
    signature: decode(signature),
  }
}

function readPart(part: string): JsonObject {
  let value: Json
  try {
    value = parseJson(utf8Decode(decode(part)), 4)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw refused('token')
  }
  if (!isObject(value)) throw refused('token')
  return value
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64url(text)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw refused('token')
  }
}

/** The token must be for this very call. */
function checkCall({ htm, htu, bh }: JsonObject, { method, url, body }: TokenUse): void {
  if (htm !== method) throw refused('htm')
  if (typeof htu !== 'string' || pathOf(htu) !== pathOf(url)) throw refused('htu')
  const digest = createHash('sha256').update(body).digest()
  if (bh !== toBase64url(digest)) throw refused('bh')
}

function pathOf(address: string): string {
  return address.replace(AUTHORITY, '')
}

function claimReason(claim: unknown): string {
  return typeof claim === 'string' && CLAIMS.includes(claim) ? claim : 'token'
}

/** `reason` is one of a few words of ours: enough to mend a client, nothing to learn from. */
function refused(reason: string): LedgerError {
  return new LedgerError('AUTH_INVALID', { reason })
}
