/**
 * A hop: one statement of a lineage as the rules see it, signed or synthetic. DESIGN 6.
 *
 * Rules read claims by name. A claim that is left out is withheld (or its list is withheld in part):
 * what rests on it is UNKNOWN. A claim that is null, or an empty list, is absent: the parties say so.
 */
import type { KeyId } from '../core/jwk.js'
import type { Known } from '../core/schemas/cross.js'
import type { ClaimsByType } from '../core/schemas.js'
import type { ParentRef, StatementId } from '../core/statement.js'

/** Statement types that are hops of a lineage. */
export type HopType = 'collection/1' | 'transfer/1' | 'processing/1' | 'outcome/1'

/** `valid`: verified, with a key that was active at the entry. `unchecked`: nobody has looked yet. */
export type HopSignature = {
  readonly role: string
  readonly kid: KeyId
  /** When this side signed, seconds since 1970. */
  readonly iat: number
  readonly status: 'valid' | 'invalid' | 'unchecked'
  /** The key was declared compromised since an entry index at or before this hop's. */
  readonly compromised?: boolean
}

export type HopOf<Type extends HopType> = {
  readonly type: Type
  readonly id: StatementId
  /** Entry index; parents have smaller ones. */
  readonly index: number
  /** Entry time, seconds since 1970: when it was recorded. */
  readonly time: number
  /** When the statement was made, seconds since 1970. */
  readonly iat: number
  readonly countersignBy?: number
  readonly parents: readonly ParentRef[]
  readonly supersedes?: StatementId
  /** Undefined: not shown (a stub). */
  readonly signatures: readonly HopSignature[] | undefined
  readonly claims: Known<ClaimsByType[Type]>
}

export type Hop = { readonly [Type in HopType]: HopOf<Type> }[HopType]

export type Collection = HopOf<'collection/1'>
export type Transfer = HopOf<'transfer/1'>
export type Processing = HopOf<'processing/1'>
export type Outcome = HopOf<'outcome/1'>

/** A dataset element as it stands in any hop that makes some. */
export type Dataset = NonNullable<Transfer['claims']['datasets']>[number]
/** A field element, of any hop that declares some. */
export type Field = NonNullable<Transfer['claims']['fields']>[number]
/** One thing that was done to data. */
export type Transformation = NonNullable<Processing['claims']['transformations']>[number]

/** The datasets that a hop makes; undefined when withheld; none for an outcome. */
export function datasetsOf(hop: Hop): readonly Dataset[] | undefined {
  return hop.type === 'outcome/1' ? [] : hop.claims.datasets
}

/** The fields that a hop declares; undefined when withheld; none for an outcome. */
export function fieldsOf(hop: Hop): readonly Field[] | undefined {
  return hop.type === 'outcome/1' ? [] : hop.claims.fields
}

/** What was done to the data in this hop; undefined when withheld. */
export function transformationsOf(hop: Hop): readonly Transformation[] | undefined {
  if (hop.type === 'processing/1') return hop.claims.transformations
  if (hop.type !== 'transfer/1') return []
  const { minimization } = hop.claims
  return minimization === undefined ? undefined : (minimization?.transformations ?? [])
}
