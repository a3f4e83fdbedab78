/**
 * Who signed a statement in evidence, and whether each key was that party's and active at the
 * statement's entry. DESIGN 4.5, 5 "Parties".
 *
 * Which roles must sign is the schema's word, what the key state was is the registry's: it is taken
 * from the complete lists that verify-registry.ts folded, cut where the entry's root says.
 */
import { toHex } from './bytes.js'
import { missingRoles, type OpenedStatement, signatureVerifies } from './check.js'
import type { Crypto } from './ed25519.js'
import type { Entry } from './entry.js'
import type { EnvelopeSignature } from './envelope.js'
import { LedgerError } from './errors.js'
import type { StatementFacts } from './facts.js'
import type { KeyId } from './jwk.js'
import {
  activeKey,
  type KeyState,
  type KeyStatus,
  type PartyId,
  type PartyState,
} from './key-state.js'
import { signatureTimeFault } from './signing-time.js'
import type { StatementId } from './statement.js'
import type { Counts, Located } from './verify-entries.js'
import type { VerifiedParty } from './verify-registry.js'

export type VerifiedSigner = {
  readonly role: string
  readonly kid: KeyId
  /** When this side says it signed, seconds since 1970. */
  readonly iat: number
  readonly party: PartyId
  /** What became of the key by the checkpoint's last entry. */
  readonly statusNow: KeyStatus
}

/** What is proven about the registry when statements are judged. */
export type RegistryFrame = {
  readonly crypto: Crypto
  readonly parties: ReadonlyMap<PartyId, VerifiedParty>
  readonly registrar: PartyId | undefined
  readonly counts: Counts
  /** Registry root of the last entry; undefined when that entry is not proven. */
  readonly headRoot: Uint8Array | undefined
}

/**
 * Verifies every signature of a statement under a key that was active at its entry.
 *
 * @throws LedgerError SIGNATURE_MISSING, SIGNATURE_INVALID, SIGNATURE_TIME_WRONG, ROLE_NOT_ALLOWED, ROLE_KEY_WRONG,
 * KEY_UNKNOWN, KEY_NOT_ACTIVE, KEY_USE_WRONG, REGISTRY_MISMATCH, EVIDENCE_MISSING
 */
export function verifySigners(
  opened: OpenedStatement,
  facts: StatementFacts,
  located: Located,
  frame: RegistryFrame,
): readonly VerifiedSigner[] {
  if (missingRoles(opened, facts).length > 0) throw new LedgerError('SIGNATURE_MISSING')
  if (facts.change !== undefined) checkRegistered(facts.change.party, opened.id, located, frame)
  // Whose statement it is, or by which key, is withheld: that is no defect, and no proof either.
  else if (REGISTRY_TYPES.has(facts.type)) throw missing('a registry statement is withheld')
  return opened.envelope.signatures.map((signature) => {
    const { iat, kid, role } = signature.header
    const fault = signatureTimeFault(iat, facts.iat, located.entry.time)
    if (fault !== undefined) {
      throw new LedgerError('SIGNATURE_TIME_WRONG', { at: role, reason: `${role}: ${fault}` })
    }
    const party = partyOf(signature, facts, frame)
    const key = signingKey(signature, party, { opened, facts, located }, frame)
    if (!signatureVerifies(opened.envelope, signature, key.key, frame.crypto)) {
      throw new LedgerError('SIGNATURE_INVALID', { at: role })
    }
    const now = keyNow(party, kid, frame)
    return { role, kid, iat, party, statusNow: now?.status ?? 'active' }
  })
}

const REGISTRY_TYPES: ReadonlySet<string> = new Set(['party/1', 'key/1'])

type Subject = {
  readonly opened: OpenedStatement
  readonly facts: StatementFacts
  readonly located: Located
}

function signingKey(
  { header }: EnvelopeSignature,
  party: PartyId,
  { opened, facts, located }: Subject,
  frame: RegistryFrame,
): Pick<KeyState, 'key'> {
  const state = stateAt(party, opened.id, located.entry, frame)
  const own = facts.ownKeys[header.role]
  if (own !== undefined && own.kid !== header.kid) {
    throw new LedgerError('ROLE_KEY_WRONG', { at: header.role })
  }
  const brought = own ?? enrolling(opened.id, facts, frame, header.kid)
  return brought ?? activeKey(state, header.kid, 'statement', header.role)
}

/** Entry 0 is signed by the operator in both roles, with the key that it brings. */
function enrolling(
  id: StatementId,
  facts: StatementFacts,
  frame: RegistryFrame,
  kid: KeyId,
): Pick<KeyState, 'key'> | undefined {
  const first =
    frame.registrar === undefined ? undefined : frame.parties.get(frame.registrar)?.ids[0]
  return first === id && facts.ownKeys['party']?.kid === kid ? facts.ownKeys['party'] : undefined
}

/**
 * The party a signature speaks for: as the claims say, else the one party in evidence that has the
 * key. Else it is a refusal, whose parties only the proposal names, or the claim is withheld.
 */
function partyOf(
  { header }: EnvelopeSignature,
  facts: StatementFacts,
  frame: RegistryFrame,
): PartyId {
  if (header.role === 'registrar') {
    if (frame.registrar === undefined) throw missing('the registrar is not shown')
    return frame.registrar
  }
  const named = facts.parties[header.role]
  if (named !== undefined) return named
  for (const { party, states } of frame.parties.values()) {
    if (states.at(-1)?.keys.has(header.kid) === true) return party
  }
  throw missing(`the party of role ${header.role} is not shown`)
}

/** A party's key state just before a statement's entry. */
function stateAt(
  party: PartyId,
  id: StatementId,
  entry: Entry,
  frame: RegistryFrame,
): PartyState | undefined {
  const known = frame.parties.get(party)
  const count = countAt(party, entry.registryRoot, frame)
  if (known === undefined || count === undefined) {
    throw missing(`key state of party ${party} at this entry`)
  }
  if (countAt(party, frame.headRoot, frame) !== known.ids.length) {
    throw missing(`key state of party ${party} at the checkpoint`)
  }
  // The root is the state after this entry: a registry statement's own effect is taken off again.
  return known.states[known.ids[count - 1] === id ? count - 1 : count]
}

/** A registry statement must be the latest one of its party under its own entry's root. */
function checkRegistered(
  party: PartyId,
  id: StatementId,
  { entry }: Located,
  frame: RegistryFrame,
): void {
  const count = countAt(party, entry.registryRoot, frame)
  const known = frame.parties.get(party)
  if (known === undefined || count === undefined) {
    throw missing(`registry statements of party ${party} at this entry`)
  }
  if (known.ids[count - 1] !== id) {
    throw new LedgerError('REGISTRY_MISMATCH', { reason: 'the registry does not hold it' })
  }
}

function countAt(
  party: PartyId,
  root: Uint8Array | undefined,
  frame: RegistryFrame,
): number | undefined {
  return root === undefined ? undefined : frame.counts.get(toHex(root))?.get(party)
}

/** What became of a key by the last entry. */
export function keyNow(
  party: PartyId,
  kid: KeyId,
  frame: Pick<RegistryFrame, 'parties'>,
): KeyState | undefined {
  return frame.parties.get(party)?.states.at(-1)?.keys.get(kid)
}

function missing(reason: string): LedgerError {
  return new LedgerError('EVIDENCE_MISSING', { reason })
}
