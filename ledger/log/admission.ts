/**
 * Admission: everything that can change between a check and the commit, asked by the writer when it
 * sequences. DESIGN 9: key state, uniqueness, parents, custody, deadline, refusals.
 *
 * Pure over a `Lookup`, which the writer lays over the entries of the same commit, so that a
 * statement may cite an earlier one of its own batch.
 */
import { type ErrorCode, LedgerError } from '../core/errors.js'
import type { Signer, StatementFacts } from '../core/facts.js'
import { activeKey, type PartyId, type RegistryChange } from '../core/key-state.js'
import { IAT_AHEAD_MAX_S } from '../core/limits.js'
import { userOf } from '../core/lineage.js'
import { signatureTimeFault } from '../core/signing-time.js'
import type { ParentRef, StatementId } from '../core/statement.js'
import { isDamageCode } from './damage.js'
import type { RegistryDraft } from './registry-state.js'

/** Who holds a dataset, and its digest. */
export type Holding = { readonly party: PartyId; readonly digest: string }

export interface Lookup {
  readonly registrar: PartyId | undefined
  readonly registry: RegistryDraft
  indexOf(id: StatementId): number | undefined
  holding(parent: ParentRef): Holding | undefined
  /** True when a refusal of this proposal is in the log. */
  isRefused(id: StatementId): boolean
  /** Facts of an admitted statement. */
  factsOf(id: StatementId): StatementFacts | undefined
  /** Facts of a waiting proposal, or of one that is being looked back at. */
  proposalFacts(id: StatementId): StatementFacts | undefined
}

/** One reason why a statement cannot be admitted now. */
export type Obstacle = {
  readonly code: ErrorCode
  readonly at: string
  readonly details?: Record<string, unknown>
}

/**
 * Every reason why a statement cannot be admitted (or wait) at `time`, in seconds since 1970.
 * Uniqueness is the caller's: a known id is an answer, not an obstacle.
 *
 * Anybody may ask, in anybody's name. While a signature is not that of the party which the claims
 * name, nothing is said about what that party holds or has agreed: the rest is told to signers.
 */
export function obstacles(
  facts: StatementFacts,
  time: number,
  lookup: Lookup,
): readonly Obstacle[] {
  const signers = facts.signers.flatMap((signer) =>
    collect(`signatures.${signer.role}`, () => checkSigner(signer, facts, lookup)),
  )
  return [
    ...timeObstacles(facts, time),
    ...collect('signatures', () => {
      if (lookup.isRefused(facts.id)) throw new LedgerError('STATEMENT_REFUSED')
    }),
    ...signers,
    ...(signers.length === 0 ? contentObstacles(facts, time, lookup) : []),
  ]
}

/** Whether the party whose data a statement uses has signed it: only then may it be told of them. */
export function isSignedByUser({ type, signers }: StatementFacts): boolean {
  return type !== 'transfer/1' || signers.some(({ role }) => role === 'exporter')
}

function contentObstacles(
  facts: StatementFacts,
  time: number,
  lookup: Lookup,
): readonly Obstacle[] {
  return [
    ...facts.parents.flatMap((parent, position) =>
      collect(`parents[${position}]`, () => checkParent(parent, position, facts, lookup)),
    ),
    ...collect('supersedes', () => checkSupersedes(facts, lookup)),
    ...collect('claims.instrument', () => checkInstrument(facts, lookup)),
    ...(facts.scope ?? []).flatMap((id, position) =>
      collect(`claims.scope[${position}]`, () => {
        if (lookup.indexOf(id) === undefined) throw new LedgerError('SCOPE_NOT_FOUND')
      }),
    ),
    ...collect('about', () => checkRefusal(facts, time, lookup)),
    ...collect('claims', () => {
      if (facts.change !== undefined) checkChange(facts.change, lookup)
    }),
  ]
}

function collect(at: string, check: () => void): readonly Obstacle[] {
  try {
    check()
    return []
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    // A place inside the claims says more than ours; any other is a role or a word of the core's.
    const inner = error.details['at']
    const place = typeof inner === 'string' && inner.startsWith('claims.') ? inner : at
    return [{ ...error.details, at: place, code: error.code }]
  }
}

function timeObstacles(facts: StatementFacts, time: number): readonly Obstacle[] {
  const found: Obstacle[] = []
  const ahead = facts.iat > time + IAT_AHEAD_MAX_S
  if (ahead) found.push({ code: 'STATEMENT_FROM_FUTURE', at: 'iat' })
  if (facts.countersignBy !== undefined && facts.countersignBy < time) {
    found.push({ code: 'STATEMENT_EXPIRED', at: 'countersign_by' })
  }
  for (const { role, iat } of facts.signers) {
    // Beside a statement from the future no signature can be in its time: that is said once.
    if (ahead || signatureTimeFault(iat, facts.iat, time) === undefined) continue
    found.push({ code: 'SIGNATURE_TIME_WRONG', at: `signatures.${role}` })
  }
  return found
}

/** The signing key must be active now, for statements, and belong to the party that the claims name. */
function checkSigner(signer: Signer, facts: StatementFacts, lookup: Lookup): void {
  // A key that the statement itself brings was matched by the check; `after` says whether it is free.
  if (facts.ownKeys[signer.role] !== undefined) return
  // What there is to refuse, if anything, is `checkRefusal`'s question.
  if (facts.about !== undefined && !refusable(facts.about, signer.role, lookup)) return
  const party = partyOfRole(signer.role, facts, lookup)
  const state = party === undefined ? undefined : lookup.registry.party(party)?.state
  // Before entry 0 there is no registrar: the operator signs its own enrolment with the key it brings.
  if (lookup.registrar === undefined && signer.role === 'registrar') {
    checkFirst(signer, facts)
    return
  }
  if (state === undefined) throw new LedgerError('PARTY_UNKNOWN', { role: signer.role })
  if (lookup.registry.ownerOf(signer.kid) !== party)
    throw new LedgerError('ROLE_KEY_WRONG', { role: signer.role })
  activeKey(state, signer.kid, 'statement', signer.role)
}

function refusable(about: StatementId, role: string, lookup: Lookup): boolean {
  return lookup.proposalFacts(about)?.parties[role] !== undefined
}

function checkFirst(signer: Signer, facts: StatementFacts): void {
  if (facts.ownKeys['party']?.kid !== signer.kid) throw new LedgerError('REGISTRAR_WRONG')
}

function partyOfRole(role: string, facts: StatementFacts, lookup: Lookup): PartyId | undefined {
  if (role === 'registrar') return lookup.registrar
  if (facts.about === undefined) return facts.parties[role]
  return lookup.proposalFacts(facts.about)?.parties[role]
}

function checkParent(
  parent: ParentRef,
  position: number,
  facts: StatementFacts,
  lookup: Lookup,
): void {
  // Ids are public; who holds what is asked again when the exporter has signed as well.
  if (!isSignedByUser(facts)) {
    if (lookup.indexOf(parent.id) === undefined) throw new LedgerError('PARENT_NOT_FOUND')
    return
  }
  const holding = lookup.holding(parent)
  if (holding === undefined) throw new LedgerError('PARENT_NOT_FOUND')
  if (holding.party !== userOf(facts)) throw new LedgerError('PARENT_NOT_HELD')
  if (facts.type !== 'transfer/1') return
  const changed = facts.datasets.some(
    ({ from, digest, transformed }) =>
      from[0] === position && digest !== holding.digest && !transformed,
  )
  if (changed) throw new LedgerError('DATASET_DIGEST_CHANGED')
}

function checkSupersedes(facts: StatementFacts, lookup: Lookup): void {
  if (facts.supersedes === undefined) return
  const old = lookup.factsOf(facts.supersedes)
  const roles = Object.keys(facts.parties)
  const same =
    old?.type === facts.type && roles.every((role) => old.parties[role] === facts.parties[role])
  if (!same) throw new LedgerError('SUPERSEDES_INVALID')
}

function checkInstrument(facts: StatementFacts, lookup: Lookup): void {
  if (facts.instrument === undefined) return
  const instrument = lookup.factsOf(facts.instrument)
  const sides = [facts.parties['exporter'], facts.parties['importer']]
  const between =
    instrument?.type === 'instrument/1' &&
    sides.includes(instrument.parties['exporter']) &&
    sides.includes(instrument.parties['importer'])
  if (!between) throw new LedgerError('INSTRUMENT_INVALID')
}

/** What a registry statement would do must be possible; keys for `log` are the operator's affair. */
function checkChange(change: RegistryChange, { registrar, registry }: Lookup): void {
  const { keys } = registry.after(change)
  const kid = change.kind === 'end' ? change.kid : change.key.kid
  if (keys.get(kid)?.uses.includes('log') !== true) return
  if (change.party !== registrar)
    throw new LedgerError('KEY_USE_WRONG', { at: 'claims.use', use: 'log' })
  // Somebody has to sign the checkpoint of this very statement, and of the next.
  const left = [...keys.values()].some(
    ({ uses, status }) => status === 'active' && uses.includes('log'),
  )
  if (!left) throw new LedgerError('LOG_KEY_LAST', { at: 'claims.key' })
}

/** A refusal ends a proposal that waits: the importer's no, or the exporter's word that it is over. */
function checkRefusal(facts: StatementFacts, time: number, lookup: Lookup): void {
  if (facts.about === undefined) return
  if (lookup.indexOf(facts.about) !== undefined) throw new LedgerError('STATEMENT_ADMITTED')
  if (lookup.isRefused(facts.about)) throw new LedgerError('STATEMENT_REFUSED')
  const proposal = lookup.proposalFacts(facts.about)
  if (proposal === undefined) throw new LedgerError('PROPOSAL_NOT_FOUND')
  const [signer] = facts.signers
  if (signer === undefined || proposal.parties[signer.role] === undefined)
    throw new LedgerError('REFUSAL_INVALID')
  const lapsed = (proposal.countersignBy ?? 0) < time
  // The importer declines what it could still sign; only the exporter records that time ran out.
  if (signer.role === 'importer' && lapsed)
    throw new LedgerError('REFUSAL_INVALID', { reason: 'deadline passed' })
  if (facts.refusal === 'deadline-lapsed' && !lapsed) {
    throw new LedgerError('REFUSAL_INVALID', { reason: 'deadline not passed' })
  }
}

/**
 * First obstacle as an error, all of them in its details. A record that could not be believed comes
 * before any other: it is no answer to whoever submitted.
 */
export function refuseObstacles(found: readonly Obstacle[]): void {
  const first = found.find(({ code }) => isDamageCode(code)) ?? found[0]
  if (first === undefined) return
  throw new LedgerError(first.code, { at: first.at, issues: found })
}
