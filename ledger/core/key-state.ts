/**
 * Key state: which keys a party has, as its registry statements say, oldest first. DESIGN 5 "Parties".
 *
 * State is a fold over registry statements and nothing else, so that a log, an audit and an offline
 * verifier with the complete list reach the same answer. A key belongs to one party once, for ever.
 */

import type { PublicKey } from './ed25519.js'
import { LedgerError } from './errors.js'
import type { KeyId } from './jwk.js'

declare const kind: unique symbol
/** RFC 7638 thumbprint of a party's first key: the same on every ledger, for ever. */
export type PartyId = string & { readonly [kind]: 'party-id' }

/**
 * What a key may be used for. `typ` in each signed header keeps the first three apart; a key for `log`
 * signs checkpoints, and is the operator's.
 */
export type KeyUse = 'statement' | 'api' | 'witness' | 'log'

/** `retired` and `revoked` end a key; `compromised` also says since when its signatures are in doubt. */
export type KeyStatus = 'active' | 'retired' | 'revoked' | 'compromised'

export type KeyState = {
  readonly kid: KeyId
  readonly key: PublicKey
  readonly uses: readonly KeyUse[]
  readonly status: KeyStatus
  /** For a compromised key: entry index from which its signatures are in doubt, where stated. */
  readonly since?: number
}

export type PartyState = {
  readonly party: PartyId
  readonly keys: ReadonlyMap<KeyId, KeyState>
  /** The party that this one says it continues after losing all keys. */
  readonly continues?: PartyId
}

/** What one registry statement does. */
export type RegistryChange =
  | {
      readonly kind: 'enrol'
      readonly party: PartyId
      readonly key: KeyState
      readonly continues?: PartyId
    }
  | { readonly kind: 'add'; readonly party: PartyId; readonly key: KeyState }
  | {
      readonly kind: 'end'
      readonly party: PartyId
      readonly kid: KeyId
      readonly status: Exclude<KeyStatus, 'active'>
      readonly since?: number
    }

/**
 * The state after one more registry statement.
 *
 * @throws LedgerError PARTY_EXISTS, PARTY_UNKNOWN, KEY_EXISTS, KEY_UNKNOWN, KEY_NOT_ACTIVE
 */
export function applyChange(state: PartyState | undefined, change: RegistryChange): PartyState {
  if (change.kind === 'enrol') {
    if (state !== undefined) throw new LedgerError('PARTY_EXISTS')
    return {
      party: change.party,
      keys: new Map([[change.key.kid, change.key]]),
      ...(change.continues === undefined ? {} : { continues: change.continues }),
    }
  }
  if (state === undefined) throw new LedgerError('PARTY_UNKNOWN')
  const key = change.kind === 'add' ? addedKey(state, change.key) : endedKey(state, change)
  return { ...state, keys: new Map(state.keys).set(key.kid, key) }
}

function addedKey({ keys }: PartyState, key: KeyState): KeyState {
  if (keys.has(key.kid)) throw new LedgerError('KEY_EXISTS')
  return key
}

function endedKey(
  { keys }: PartyState,
  { kid, status, since }: Extract<RegistryChange, { readonly kind: 'end' }>,
): KeyState {
  const known = keys.get(kid)
  if (known === undefined) throw new LedgerError('KEY_UNKNOWN')
  if (!mayEnd(known.status, status)) throw new LedgerError('KEY_NOT_ACTIVE')
  return { ...known, status, ...(since === undefined ? {} : { since }) }
}

/** Only an active key can be ended, but a key that ended quietly can still turn out to be compromised. */
function mayEnd(status: KeyStatus, next: KeyStatus): boolean {
  return status === 'active' || (next === 'compromised' && status !== 'compromised')
}

/**
 * The key that may sign now for `use`.
 *
 * @throws LedgerError KEY_UNKNOWN, KEY_NOT_ACTIVE, KEY_USE_WRONG
 */
export function activeKey(
  state: PartyState | undefined,
  kid: KeyId,
  use: KeyUse,
  at: string,
): KeyState {
  const key = state?.keys.get(kid)
  if (key === undefined) throw new LedgerError('KEY_UNKNOWN', { at })
  if (key.status !== 'active') throw new LedgerError('KEY_NOT_ACTIVE', { at, status: key.status })
  if (!key.uses.includes(use)) throw new LedgerError('KEY_USE_WRONG', { at, use })
  return key
}

/**
 * Must evidence show where registry statements stand in the log? Not while the registrar has had one
 * key for statements, still active: it admitted everything, in whatever order.
 */
export function orderCounts(registrar: PartyState): boolean {
  const keys = [...registrar.keys.values()].filter(({ uses }) => uses.includes('statement'))
  return keys.length !== 1 || keys.some(({ status }) => status !== 'active')
}

/** Was a key of this party declared compromised? Then evidence shows when. */
export function hasCompromise({ keys }: PartyState): boolean {
  return [...keys.values()].some(({ status }) => status === 'compromised')
}
