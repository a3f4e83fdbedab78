/**
 * Looking at a proposal before countersigning it. DESIGN 4.1, 5 "Two-sided flow".
 *
 * A signature cannot be taken back, so everything that can be known is asked first: form, every
 * claim opened, this ledger and no other, the deadline, each signature it carries under a key that
 * its party has now, and that the role left to sign is ours. Whether the parents exist is the
 * ledger's question, and whether the words are true is the reader's.
 */
import {
  type CheckedStatement,
  checkStatement,
  claimIssues,
  missingRoles,
  openStatement,
  throwIssues,
} from '../ledger/core/check.js'
import type { Crypto, PublicKey } from '../ledger/core/ed25519.js'
import type { Envelope } from '../ledger/core/envelope.js'
import { LedgerError } from '../ledger/core/errors.js'
import { factsOf, type StatementFacts } from '../ledger/core/facts.js'
import type { KeyId } from '../ledger/core/jwk.js'
import { activeKey, type PartyId, type PartyState } from '../ledger/core/key-state.js'
import { IAT_AHEAD_MAX_S } from '../ledger/core/limits.js'
import type { StatementId } from '../ledger/core/statement.js'
import { verifyParties } from '../ledger/core/verify-registry.js'

declare const reviewed: unique symbol

/** A proposal that this party may sign in `role`, and in good conscience as far as a machine can tell. */
export type CheckedProposal = {
  readonly [reviewed]: true
  readonly checked: CheckedStatement
  /** The role that this party signs. */
  readonly role: string
}

/** Where registry statements come from: a server, or a ledger's folder. */
export type RegistrySource = {
  /** Id of the statement in entry 0, the registrar's own. */
  readonly genesis: () => Promise<StatementId>
  readonly registrar: () => Promise<PartyId>
  /** A party's registry statements, oldest first; rejects with PARTY_NOT_FOUND. */
  readonly registry: (party: PartyId) => Promise<readonly Envelope[]>
}

export type ProposalContext = {
  readonly origin: string
  /** Who is about to sign. */
  readonly party: PartyId
  readonly crypto: Crypto
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly source: RegistrySource
}

/**
 * Checks a proposal in full.
 *
 * Rejects with the code of what is wrong: those of checkStatement, STATEMENT_EXPIRED,
 * STATEMENT_FROM_FUTURE, KEY_UNKNOWN, KEY_NOT_ACTIVE, KEY_USE_WRONG, ROLE_KEY_WRONG, and
 * ROLE_NOT_ALLOWED when nothing is left for this party to sign.
 */
export async function checkProposal(
  envelope: Envelope,
  context: ProposalContext,
): Promise<CheckedProposal> {
  const { checked, facts, registrar, states } = await checkSignatures(envelope, context)
  checkTimes(checked, context)
  for (const { role, kid } of facts.signers) {
    if (facts.ownKeys[role] === undefined) {
      activeKey(states.get(partyOfRole(role, facts, registrar)), kid, 'statement', role)
    }
  }
  const role = missingRoles(checked, facts).find(
    (missing) => partyOfRole(missing, facts, registrar) === context.party,
  )
  if (role === undefined) {
    throw new LedgerError('ROLE_NOT_ALLOWED', { reason: 'no role is left for this party' })
  }
  return { checked, role } as CheckedProposal
}

/**
 * Checks a statement of the ledger: form, every claim opened, and all its signatures by keys that its
 * parties have or had. Whether it is an entry is not asked: a receipt proves that.
 *
 * Rejects as checkProposal does, but for times and keys that are no longer active; SIGNATURE_MISSING
 * where a role has not signed.
 */
export async function checkRecorded(
  envelope: Envelope,
  context: Omit<ProposalContext, 'party' | 'now'>,
): Promise<CheckedStatement> {
  const { checked, facts, registrar, states } = await checkSignatures(envelope, context)
  const [missing] = missingRoles(checked, facts)
  if (missing !== undefined) throw new LedgerError('SIGNATURE_MISSING', { role: missing })
  for (const { role, kid } of facts.signers) {
    if (facts.ownKeys[role] !== undefined) continue
    // The key is somebody's of the statement; it must be this role's.
    if (states.get(partyOfRole(role, facts, registrar))?.keys.has(kid) !== true) {
      throw new LedgerError('ROLE_KEY_WRONG', { at: role })
    }
  }
  return checked
}

type Signed = {
  readonly checked: CheckedStatement
  readonly facts: StatementFacts
  readonly registrar: PartyId
  /** Key states of everybody who has signed. */
  readonly states: ReadonlyMap<PartyId, PartyState>
}

/** Form, every claim opened, and each signature by a key of somebody whom the statement names. */
async function checkSignatures(
  envelope: Envelope,
  context: Omit<ProposalContext, 'party' | 'now'>,
): Promise<Signed> {
  const opened = openStatement(envelope, context.crypto)
  // First, so that what is withheld is named as that, and not by what cannot be read because of it.
  throwIssues(claimIssues(opened))
  const facts = factsOf(opened)
  const registrar = await context.source.registrar()
  const states = await partyStates(opened.payload.origin, facts, registrar, context)
  const keyOf = (kid: KeyId): PublicKey | undefined => {
    for (const state of states.values()) {
      const key = state.keys.get(kid)
      if (key !== undefined) return key.key
    }
    return undefined
  }
  const checked = checkStatement(envelope, {
    origin: context.origin,
    crypto: context.crypto,
    keyOf,
  })
  return { checked, facts, registrar, states }
}

function checkTimes({ payload }: CheckedStatement, { now }: ProposalContext): void {
  const nowS = Math.floor(now() / 1000)
  if (payload.countersignBy !== undefined && payload.countersignBy < nowS) {
    throw new LedgerError('STATEMENT_EXPIRED', { countersignBy: payload.countersignBy })
  }
  if (payload.iat > nowS + IAT_AHEAD_MAX_S) throw new LedgerError('STATEMENT_FROM_FUTURE')
}

/** Who speaks in a role: the registrar, or the party that the claims name. */
function partyOfRole(role: string, facts: StatementFacts, registrar: PartyId): PartyId {
  if (role === 'registrar') return registrar
  const party = facts.parties[role]
  if (party === undefined) throw new LedgerError('ROLE_NOT_ALLOWED', { at: role })
  return party
}

/** Key state of everybody whose signature must be judged, each list verified from its first key on. */
async function partyStates(
  origin: string,
  facts: StatementFacts,
  registrar: PartyId,
  { source, crypto }: Pick<ProposalContext, 'source' | 'crypto'>,
): Promise<ReadonlyMap<PartyId, PartyState>> {
  const signed = facts.signers
    .filter(({ role }) => facts.ownKeys[role] === undefined)
    .map(({ role }) => partyOfRole(role, facts, registrar))
  // The registrar comes along: its keys admitted the others.
  const parties = signed.length === 0 ? [] : [...new Set([registrar, ...signed])]
  const evidence = await Promise.all(
    parties.map(async (party) => ({ party, statements: await source.registry(party) })),
  )
  const genesis = parties.length === 0 ? undefined : await source.genesis()
  const verified = verifyParties(evidence, { genesis, origin, crypto })
  const [finding] = verified.findings
  if (finding !== undefined) throw new LedgerError(finding.code, { at: finding.at })
  const states = new Map<PartyId, PartyState>()
  for (const { party, states: history } of verified.parties.values()) {
    const state = history.at(-1)
    if (state !== undefined) states.set(party, state)
  }
  return states
}
