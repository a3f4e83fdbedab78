/**
 * Key state from evidence: folds each party's complete list of registry statements, verifying every
 * signature on the way. DESIGN 4.5, 4.8, 5 "Parties".
 *
 * The registrar is the party whose first statement is entry 0. Its own list is folded first, because
 * it signs the others'. Whether its key was active when it admitted another party's statement is a
 * question of order between two lists: it needs no answer for a key of entry 0 that never ended; for
 * any other the entries of the statements must be shown. Whether a list is complete is not asked here
 * but by verify-entries.ts.
 */
import {
  missingRoles,
  type OpenedStatement,
  openClaimIssues,
  openStatement,
  signatureVerifies,
  throwIssues,
} from './check.js'
import type { Crypto } from './ed25519.js'
import type { Entry } from './entry.js'
import { LedgerError } from './errors.js'
import type { PartyEvidence } from './evidence.js'
import { factsOf, type StatementFacts } from './facts.js'
import { type Finding, findingOf } from './finding.js'
import type { KeyId } from './jwk.js'
import {
  activeKey,
  applyChange,
  type KeyState,
  type PartyId,
  type PartyState,
  type RegistryChange,
} from './key-state.js'
import { signatureTimeFault } from './signing-time.js'
import type { StatementId } from './statement.js'

/** A proven entry of the log. */
type Place = { readonly index: number; readonly entry: Entry }
/** A proven entry by the id of its statement; undefined where the evidence does not show it. */
type PlaceOf = (id: StatementId) => Place | undefined

export type RegistryContext = {
  /** Id of the statement in entry 0. */
  readonly genesis: StatementId | undefined
  readonly origin: string
  readonly crypto: Crypto
  /**
   * Absent where lists come without proof of where they stand in the log: then a key admits if it was
   * ever the registrar's.
   */
  readonly placeOf?: PlaceOf
}

export type VerifiedParty = {
  readonly party: PartyId
  readonly ids: readonly StatementId[]
  readonly opened: readonly OpenedStatement[]
  /** State after the first k statements, at position k; position 0 is undefined (not enrolled). */
  readonly states: readonly (PartyState | undefined)[]
  /** The entry of each statement, where it is shown. */
  readonly places: readonly (Place | undefined)[]
}

export type RegistryVerification = {
  readonly registrar?: PartyId
  readonly parties: ReadonlyMap<PartyId, VerifiedParty>
  readonly findings: readonly Finding[]
}

/** Verifies every party's list. A list with a defect is left out, with a finding. */
export function verifyParties(
  evidence: readonly PartyEvidence[],
  { genesis, origin, crypto, placeOf }: RegistryContext,
): RegistryVerification {
  const findings: Finding[] = []
  const lists = evidence.flatMap((item) => openList(item, crypto, findings))
  const first =
    genesis === undefined ? undefined : lists.find(({ opened }) => opened[0]?.id === genesis)
  const parties = new Map<PartyId, VerifiedParty>()
  const owners = new Map<KeyId, PartyId>()
  let registrar: VerifiedParty | undefined
  for (const list of first === undefined ? lists : [first, ...lists.filter((l) => l !== first)]) {
    const context: FoldContext = {
      origin,
      crypto,
      placeOf,
      registrarKey:
        list === first
          ? ownRegistrarKey
          : (kid, { place }) =>
              placeOf === undefined
                ? onceRegistrarKey(registrar, kid)
                : registrarKeyAt(registrar, kid, place),
    }
    const verified = tryFold(list, context, findings)
    if (verified === undefined || !ownsItsKeys(verified, parties, owners, findings)) continue
    parties.set(list.party, verified)
    if (list === first) registrar = verified
  }
  return { ...(first === undefined ? {} : { registrar: first.party }), parties, findings }
}

type OpenedList = { readonly party: PartyId; readonly opened: readonly OpenedStatement[] }

type FoldContext = {
  readonly origin: string
  readonly crypto: Crypto
  readonly placeOf: PlaceOf | undefined
  /** Throws when the key may not sign as registrar. */
  readonly registrarKey: (kid: KeyId, around: Around) => Pick<KeyState, 'key'>
}

function openList(
  { party, statements, unread }: PartyEvidence,
  crypto: Crypto,
  findings: Finding[],
): readonly OpenedList[] {
  const at = `party ${party}`
  try {
    if (unread !== undefined) throw new LedgerError(unread.code)
    if (statements.length === 0)
      throw new LedgerError('RECEIPT_MALFORMED', { reason: 'empty list' })
    return [{ party, opened: statements.map((envelope) => openStatement(envelope, crypto)) }]
  } catch (error) {
    findings.push(findingOf(error, { at }))
    return []
  }
}

function tryFold(
  { party, opened }: OpenedList,
  context: FoldContext,
  findings: Finding[],
): VerifiedParty | undefined {
  try {
    return foldParty(party, opened, context)
  } catch (error) {
    findings.push(findingOf(error, { at: `party ${party}` }))
    return undefined
  }
}

/** A party stands in evidence once, and its keys are nobody else's. */
function ownsItsKeys(
  { party, states }: VerifiedParty,
  parties: ReadonlyMap<PartyId, VerifiedParty>,
  owners: Map<KeyId, PartyId>,
  findings: Finding[],
): boolean {
  const kids = [...(states.at(-1)?.keys.keys() ?? [])]
  const twice = parties.has(party) ? 'RECEIPT_MALFORMED' : 'KEY_EXISTS'
  if (parties.has(party) || kids.some((kid) => owners.has(kid))) {
    findings.push({ severity: 'failed', code: twice, at: `party ${party}` })
    return false
  }
  for (const kid of kids) owners.set(kid, party)
  return true
}

/** The registrar's first statement is signed with the key it brings, in both roles. */
function ownRegistrarKey(kid: KeyId, { before, after }: Around): Pick<KeyState, 'key'> {
  if (before !== undefined) return activeKey(before, kid, 'statement', 'registrar')
  const key = after.keys.get(kid)
  if (key === undefined) throw new LedgerError('REGISTRAR_WRONG')
  return key
}

/** A key that the registrar ever had for statements. */
function onceRegistrarKey(registrar: VerifiedParty | undefined, kid: KeyId): KeyState {
  if (registrar === undefined) {
    throw new LedgerError('EVIDENCE_MISSING', { reason: 'the registrar is not shown' })
  }
  const key = registrar.states.at(-1)?.keys.get(kid)
  if (key === undefined) throw new LedgerError('REGISTRAR_WRONG')
  if (!key.uses.includes('statement')) throw new LedgerError('KEY_USE_WRONG', { at: 'registrar' })
  return key
}

/** A key that the registrar had, active and for statements, just before the entry at `place`. */
function registrarKeyAt(
  registrar: VerifiedParty | undefined,
  kid: KeyId,
  place: Place | undefined,
): KeyState {
  const key = onceRegistrarKey(registrar, kid)
  const { states = [], places = [] } = registrar ?? {}
  // Whatever the order is, a key that came with entry 0 and never ended was active.
  if (key.status === 'active' && states[1]?.keys.has(kid) === true) return key
  const changes = places.flatMap((at, position) =>
    states[position]?.keys.get(kid) === states[position + 1]?.keys.get(kid)
      ? []
      : [{ index: at?.index, after: states[position + 1] }],
  )
  if (place === undefined || changes.some(({ index }) => index === undefined)) {
    throw new LedgerError('EVIDENCE_MISSING', {
      reason: 'the entries that show whether the registrar had this key by then',
    })
  }
  const before = changes.findLast(({ index }) => (index ?? place.index) < place.index)
  return activeKey(before?.after, kid, 'statement', 'registrar')
}

function foldParty(
  party: PartyId,
  statements: readonly OpenedStatement[],
  context: FoldContext,
): VerifiedParty {
  const states: (PartyState | undefined)[] = [undefined]
  const places = statements.map(({ id }) => context.placeOf?.(id))
  checkOrder(places)
  let state: PartyState | undefined
  for (const [position, opened] of statements.entries()) {
    const facts = factsOf(opened)
    const place = places[position]
    const change = checkRegistryStatement(opened, facts, party, context)
    const next = applyChange(state, change)
    verifySignatures(opened, { before: state, after: next, own: facts.ownKeys, place }, context)
    state = next
    states.push(state)
  }
  return { party, ids: statements.map(({ id }) => id), opened: statements, states, places }
}

/** The list is oldest first: where entries are shown, they must say so too. */
function checkOrder(places: readonly (Place | undefined)[]): void {
  const indexes = places.flatMap((place) => (place === undefined ? [] : [place.index]))
  if (indexes.some((index, position) => index <= (indexes[position - 1] ?? -1))) {
    throw new LedgerError('REGISTRY_MISMATCH', { reason: 'the entries stand in another order' })
  }
}

/** All that one registry statement must be, but for its signatures. */
function checkRegistryStatement(
  opened: OpenedStatement,
  facts: StatementFacts,
  party: PartyId,
  context: FoldContext,
): RegistryChange {
  const { change } = facts
  if (opened.payload.origin !== context.origin) throw new LedgerError('AUDIENCE_WRONG')
  throwIssues(openClaimIssues(opened))
  if (change === undefined) {
    throw new LedgerError('EVIDENCE_MISSING', { reason: 'a registry statement is withheld' })
  }
  if (change.party !== party) {
    throw new LedgerError('REGISTRY_MISMATCH', { reason: 'statement of another party' })
  }
  if (missingRoles(opened, facts).length > 0) throw new LedgerError('SIGNATURE_MISSING')
  return change
}

type Around = {
  readonly before: PartyState | undefined
  readonly after: PartyState
  readonly own: ReturnType<typeof factsOf>['ownKeys']
  /** The statement's entry, where it is shown. */
  readonly place: Place | undefined
}

function verifySignatures(opened: OpenedStatement, around: Around, context: FoldContext): void {
  for (const signature of opened.envelope.signatures) {
    const { iat, kid, role } = signature.header
    const fault = signatureTimeFault(iat, opened.payload.iat, around.place?.entry.time)
    if (fault !== undefined) throw new LedgerError('SIGNATURE_TIME_WRONG', { at: role })
    const key = signerKey(kid, role, around, context)
    if (!signatureVerifies(opened.envelope, signature, key.key, context.crypto)) {
      throw new LedgerError('SIGNATURE_INVALID', { at: role })
    }
  }
}

function signerKey(
  kid: KeyId,
  role: string,
  around: Around,
  context: FoldContext,
): Pick<KeyState, 'key'> {
  const brought = around.own[role]
  if (brought !== undefined && brought.kid === kid) return brought
  if (brought !== undefined) throw new LedgerError('ROLE_KEY_WRONG', { at: role })
  if (role === 'registrar') return context.registrarKey(kid, around)
  return activeKey(around.before, kid, 'statement', role)
}
