/**
 * Statements as hops: how what was signed becomes what rules judge. DESIGN 6.
 *
 * Nothing is added and nothing is guessed: a claim that is withheld, or a list of which one element
 * is, is left out; a stub has no signatures to look at.
 */
import type { OpenedStatement } from '../core/check.js'
import { isDoubted } from '../core/key-notes.js'
import type { PartyId } from '../core/key-state.js'
import { knownClaims, type StatementType } from '../core/schemas.js'
import type { VerifiedStatement } from '../core/verify.js'
import type { VerifiedParty } from '../core/verify-registry.js'
import type { Hop, HopSignature, HopType } from './hop.js'

/** What a hop takes of a statement that was opened; `OpenedStatement` has it. */
export type HopStatement = Pick<OpenedStatement, 'id' | 'payload' | 'schema' | 'open'>

export type HopPlace = {
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
  /** Undefined: not shown (a stub). */
  readonly signatures: readonly HopSignature[] | undefined
}

const HOP_TYPES: ReadonlySet<StatementType> = new Set<HopType>([
  'collection/1',
  'transfer/1',
  'processing/1',
  'outcome/1',
])

/** Is this a type that moves, makes or uses data? */
export function isHopType(type: StatementType): type is HopType {
  return HOP_TYPES.has(type)
}

/** A statement as a hop, at its entry; undefined when it is of a type that is none. */
export function hopOf(statement: HopStatement, place: HopPlace): Hop | undefined {
  const { id, payload, schema, open } = statement
  if (!isHopType(payload.type)) return undefined
  const hop = {
    type: payload.type,
    id,
    index: place.index,
    time: place.time,
    iat: payload.iat,
    ...(payload.countersignBy === undefined ? {} : { countersignBy: payload.countersignBy }),
    parents: payload.parents ?? [],
    ...(payload.supersedes === undefined ? {} : { supersedes: payload.supersedes }),
    signatures: place.signatures,
    claims: knownClaims(schema, open.claims),
  }
  // The claims have passed the shapes of this very type, from which the type of a hop is derived.
  return hop as Hop
}

/** Signatures of an envelope that nobody has verified. */
export function uncheckedSignatures({
  envelope,
}: Pick<OpenedStatement, 'envelope'>): readonly HopSignature[] | undefined {
  if (envelope.signatures.length === 0) return undefined
  return envelope.signatures.map(({ header: { role, kid, iat } }) => ({
    role,
    kid,
    iat,
    status: 'unchecked',
  }))
}

/**
 * A verified statement as a hop; undefined when it is of a type that is none.
 *
 * @param parties key states in evidence: a key may have been declared compromised later
 */
export function hopOfVerified(
  statement: VerifiedStatement,
  parties: ReadonlyMap<PartyId, Pick<VerifiedParty, 'states'>>,
): Hop | undefined {
  const { index, time, form, signers } = statement
  const signatures = signers.map(({ role, kid, iat, party }): HopSignature => {
    const now = parties.get(party)?.states.at(-1)?.keys.get(kid)
    const compromised = now !== undefined && isDoubted(now, index)
    return { role, kid, iat, status: 'valid', ...(compromised ? { compromised } : {}) }
  })
  return hopOf(statement, { index, time, signatures: form === 'stub' ? undefined : signatures })
}
