/**
 * Sets of allowed purposes. domain R02, docs/limits.md.
 *
 * A term is covered when it is allowed, or when it is not explicit-only and every parent of it is
 * covered: a term with several parents means all of them at once. A set holds all terms it covers, so
 * that the meet of two sets is their intersection.
 */

export type PurposeSet = {
  /** IRIs of all covered terms; undefined: no limit. */
  readonly covered: ReadonlySet<string> | undefined
}
