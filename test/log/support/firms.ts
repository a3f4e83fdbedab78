/** Parties of the log's tests: a name, a key that follows from it, and its id. */
import { createHash } from 'node:crypto'
import type { PartyId } from '../../../ledger/core/key-state.js'
import { type Signer, signerFromSeed } from '../../../ledger/crypto/signer.js'

export type Firm = { readonly name: string; readonly party: PartyId; readonly signer: Signer }

/** A firm whose first key follows from its name. */
export function firmOf(name: string): Firm {
  const signer = keyOf(name)
  return { name, signer, party: partyOf(signer) }
}

/** A key that follows from a name. */
export function keyOf(name: string): Signer {
  return signerFromSeed(digestOf(`waybill log test key ${name}`))
}

/** The id of the party whose first key this is. */
function partyOf(signer: Signer): PartyId {
  return signer.kid as string as PartyId
}

export const OPERATOR = firmOf('operator')
export const ACME = firmOf('acme')
export const BOLT = firmOf('bolt')
export const CORAL = firmOf('coral')
/** Firms that `Site.start` enrols, in this order. */
export const FIRMS: readonly Firm[] = [ACME, BOLT, CORAL]

export function digestOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest())
}
