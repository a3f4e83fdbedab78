/**
 * Key state from evidence: folds each party's complete list of registry statements, verifying every
 * signature on the way. DESIGN 4.5, 4.8, 5 "Parties".
 *
 * The registrar is the party whose first statement is entry 0. Its own list is folded first, because
 * it signs the others'. The order between two parties' lists is not shown by evidence of this kind:
 * a registrar's key counts here if it was ever the registrar's; the audit of the whole log knows more.
 */
import { missingRoles, type OpenedStatement, openStatement, signatureVerifies } from './check.js'
import type { Crypto } from './ed25519.js'
import type { Envelope } from './envelope.js'
import { LedgerError } from './errors.js'
import type { PartyEvidence } from './evidence.js'
import { factsOf } from './facts.js'
import { type Finding, findingOf } from './finding.js'
import {
  activeKey,
  applyChange,
  type KeyState,
  type PartyId,
  type PartyState,
} from './key-state.js'
import type { StatementId } from './statement.js'

export type VerifiedParty = {
  readonly party: PartyId
  readonly ids: readonly StatementId[]
  readonly opened: readonly OpenedStatement[]
  /** State after the first k statements, at position k; position 0 is undefined (not enrolled). */
  readonly states: readonly (PartyState | undefined)[]
}

export type RegistryVerification = {
  readonly registrar?: PartyId
  readonly parties: ReadonlyMap<PartyId, VerifiedParty>
  readonly findings: readonly Finding[]
}

/**
 * Verifies every party's list. A list with a defect is left out, with a finding.
 *
 * @param genesis id of the statement in entry 0
 */
export function verifyParties(
  evidence: readonly PartyEvidence[],
  genesis: StatementId | undefined,
  origin: string,
  crypto: Crypto,
): RegistryVerification {
  const findings: Finding[] = []
  const parties = new Map<PartyId, VerifiedParty>()
  const opened = evidence.map((item) => ({ item, statements: tryOpen(item, crypto, findings) }))
  const registrar = opened.find(({ statements }) => statements?.[0]?.id === genesis)
  const rest = opened.filter((candidate) => candidate !== registrar)
  let registrarKeys: ReadonlyMap<string, KeyState> = new Map()
  for (const { item, statements } of registrar === undefined ? rest : [registrar, ...rest]) {
    if (statements === undefined) continue
    const isRegistrar = item === registrar?.item
    const at = `party ${item.party}`
    try {
      const verified = foldParty(item.party, statements, {
        origin,
        crypto,
        registrarKey: (kid, own) => (isRegistrar ? own?.keys.get(kid) : registrarKeys.get(kid)),
      })
      if (parties.has(item.party))
        throw new LedgerError('RECEIPT_MALFORMED', { at: 'a party twice' })
      parties.set(item.party, verified)
      if (isRegistrar) registrarKeys = verified.states.at(-1)?.keys ?? new Map()
    } catch (error) {
      findings.push(findingOf(error, { at }))
    }
  }
  return {
    ...(registrar === undefined ? {} : { registrar: registrar.item.party }),
    parties,
    findings,
  }
}

type FoldContext = {
  readonly origin: string
  readonly crypto: Crypto
  readonly registrarKey: (kid: KeyState['kid'], own: PartyState | undefined) => KeyState | undefined
}

function tryOpen(
  item: PartyEvidence,
  crypto: Crypto,
  findings: Finding[],
): readonly OpenedStatement[] | undefined {
  try {
    return item.statements.map((envelope: Envelope) => openStatement(envelope, crypto))
  } catch (error) {
    findings.push(findingOf(error, { at: `party ${item.party}` }))
    return undefined
  }
}

function foldParty(
  party: PartyId,
  statements: readonly OpenedStatement[],
  context: FoldContext,
): VerifiedParty {
  const states: (PartyState | undefined)[] = [undefined]
  let state: PartyState | undefined
  for (const opened of statements) {
    const facts = factsOf(opened)
    const { change } = facts
    if (opened.payload.origin !== context.origin) throw new LedgerError('AUDIENCE_WRONG')
    if (change === undefined)
      throw new LedgerError('EVIDENCE_MISSING', { reason: 'a registry statement is withheld' })
    if (change.party !== party)
      throw new LedgerError('REGISTRY_MISMATCH', { reason: 'statement of another party' })
    if (missingRoles(opened, facts).length > 0) throw new LedgerError('SIGNATURE_MISSING')
    const next = applyChange(state, change)
    verifySignatures(opened, { before: state, after: next, own: facts.ownKeys }, context)
    state = next
    states.push(state)
  }
  return { party, ids: statements.map(({ id }) => id), opened: statements, states }
}

type Around = {
  readonly before: PartyState | undefined
  readonly after: PartyState
  readonly own: ReturnType<typeof factsOf>['ownKeys']
}

function verifySignatures(opened: OpenedStatement, around: Around, context: FoldContext): void {
  for (const signature of opened.envelope.signatures) {
    const { kid, role } = signature.header
    const key = signerKey(kid, role, around, context)
    if (key === undefined)
      throw new LedgerError(role === 'registrar' ? 'REGISTRAR_WRONG' : 'ROLE_KEY_WRONG')
    if (!signatureVerifies(opened.envelope, signature, key.key, context.crypto)) {
      throw new LedgerError('SIGNATURE_INVALID', { at: role })
    }
  }
}

function signerKey(
  kid: KeyState['kid'],
  role: string,
  { before, after, own }: Around,
  context: FoldContext,
): Pick<KeyState, 'key'> | undefined {
  const brought = own[role]
  if (brought !== undefined) return brought.kid === kid ? brought : undefined
  // The first statement of the registrar is signed with the key it brings, in both roles.
  if (role === 'registrar') return context.registrarKey(kid, before ?? after)
  if (role === 'holder') return activeKey(before, kid, 'statement', role)
  return undefined
}
