/**
 * Calls of one client: who is asking, which ledger, and JSON both ways.
 *
 * The origin is asked of the server once when the caller named none. A token then proves who asks,
 * not whom: whoever must know the ledger names its origin, or verifies evidence with a policy.
 */
import { randomBytes } from 'node:crypto'
import type { RandomBytes } from '../ledger/core/build.js'
import { utf8Encode } from '../ledger/core/bytes.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { invariant, LedgerError } from '../ledger/core/errors.js'
import { encodeJcs, type Json, type JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { bestCrypto } from '../ledger/crypto/native.js'
import type { Signer } from '../ledger/crypto/signer.js'
import { readLedgerInfo, readObject } from './answer.js'
import type { DraftContext } from './draft.js'
import { type HttpAnswer, type HttpCall, type HttpOptions, httpSender } from './http.js'
import type { LedgerInfo } from './model.js'
import { bearerToken } from './token.js'

export type ClientOptions = HttpOptions & {
  /** The ledger you mean; statements and tokens are made for it. Asked of the server if left out. */
  readonly origin?: string
  /** Key for reading what is confidential; enrolled with the use `api`. */
  readonly apiSigner?: Signer
  /** Whose key that is; the key's own thumbprint (a party's first key) if left out. */
  readonly party?: PartyId
  readonly crypto?: Crypto
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly random?: RandomBytes
}

export type Calls = {
  readonly party: PartyId | undefined
  readonly get: (path: string, how?: Reading) => Promise<JsonObject>
  readonly getText: (path: string, how?: Reading) => Promise<string>
  readonly getBytes: (path: string) => Promise<Uint8Array>
  readonly post: (path: string, value: Json) => Promise<JsonObject>
  readonly postBytes: (path: string, body: Uint8Array, contentType: string) => Promise<JsonObject>
  readonly ledger: () => Promise<LedgerInfo>
  readonly crypto: Crypto
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly drafting: () => Promise<DraftContext>
}

export type Reading = Pick<HttpCall, 'signal' | 'timeoutMs'> & {
  /** Sign in; otherwise the call is made as anybody. */
  readonly auth?: boolean
}

export function callsOf(options: ClientOptions): Calls {
  const send = httpSender(options)
  const now = options.now ?? Date.now
  const random = options.random ?? ((count: number) => Uint8Array.from(randomBytes(count)))
  const crypto = options.crypto ?? bestCrypto()
  const { apiSigner } = options
  const party = options.party ?? (apiSigner?.kid as string | undefined as PartyId | undefined)
  let info: Promise<LedgerInfo> | undefined

  const ledger = (): Promise<LedgerInfo> =>
    send({ method: 'GET', path: '/v1/ledger' }).then(({ text }) => readLedgerInfo(readObject(text)))
  const origin = async (): Promise<string> => {
    if (options.origin !== undefined) return options.origin
    // A failed answer is not remembered: the next call asks again.
    info ??= ledger().catch((error: unknown) => {
      info = undefined
      throw error
    })
    return (await info).origin
  }
  const authorize = async (call: HttpCall): Promise<string> => {
    if (apiSigner === undefined || party === undefined) {
      throw new LedgerError('AUTH_REQUIRED', { reason: 'this client has no api key' })
    }
    return bearerToken(call, { party, signer: apiSigner }, { origin: await origin(), now, random })
  }
  const get = (path: string, { auth = false, ...how }: Reading = {}): Promise<HttpAnswer> =>
    send({ method: 'GET', path, ...how }, auth ? authorize : undefined)
  const postBytes: Calls['postBytes'] = async (path, body, contentType) => {
    const { text } = await send({ method: 'POST', path, body, contentType })
    return readObject(text)
  }

  return {
    party,
    get: async (path, how) => readObject((await get(path, how)).text),
    getText: async (path, how) => (await get(path, how)).text,
    getBytes: async (path) => {
      const { bytes } = await send({ method: 'GET', path, binary: true })
      invariant(bytes !== undefined, 'a binary call is answered with bytes')
      return bytes
    },
    post: (path, value) => postBytes(path, utf8Encode(encodeJcs(value)), 'application/json'),
    postBytes,
    ledger,
    crypto,
    now,
    drafting: async () => ({ origin: await origin(), now, random, crypto }),
  }
}
