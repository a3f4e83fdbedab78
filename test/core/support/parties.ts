/**
 * Parties of the tests. Their keys are TEST KEYS: made from the SHA-256 of a public sentence, so
 * that runs repeat byte for byte. Whoever reads this file can sign for them.
 */

import type { SigningKey } from '../../../ledger/core/build.js'
import { utf8Encode } from '../../../ledger/core/bytes.js'
import {
  type PublicKey,
  parsePublicKey,
  publicKeyFromSeed,
  signEd25519,
} from '../../../ledger/core/ed25519.js'
import { portableSha256 } from '../../../ledger/core/hash.js'
import { type Jwk, jwkOf, type KeyId, thumbprint } from '../../../ledger/core/jwk.js'
import type { PartyId } from '../../../ledger/core/key-state.js'

export type TestKey = SigningKey & {
  readonly seed: Uint8Array
  readonly key: PublicKey
  readonly kid: KeyId
  readonly jwk: Jwk
}

export type TestParty = TestKey & { readonly name: string; readonly id: PartyId }

/** A test key with a name of its own. */
export function testKey(name: string): TestKey {
  const seed = portableSha256(utf8Encode(`waybill test key: ${name}`))
  const key = parsePublicKey(publicKeyFromSeed(seed))
  const sign = (message: Uint8Array): Promise<Uint8Array> =>
    Promise.resolve(signEd25519(seed, message))
  return { seed, key, kid: thumbprint(key), jwk: jwkOf(key), sign }
}

/** A party whose first key is the test key of its name. */
function testParty(name: string): TestParty {
  const key = testKey(name)
  return { ...key, name, id: key.kid as string as PartyId }
}

export const OPERATOR = testParty('Hafenamt Ledger GmbH')
export const EXPORTER = testParty('Lindenau Räder eG')
export const IMPORTER = testParty('Kaveri Models Pvt Ltd')
export const INSURER = testParty('Seguros Guanabara SA')
export const STRANGER = testParty('Nobody in particular')
