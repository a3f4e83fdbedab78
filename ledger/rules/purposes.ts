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

/** What coverage asks of a vocabulary of purposes. */
export type PurposeGraph = {
  /** No purpose itself: never covered, and as a parent it implies nothing. */
  readonly root: string
  /** Every term with all its parents; a term comes after its parents. */
  readonly ordered: readonly (readonly [term: string, parents: readonly string[]])[]
  /** Never implied by a wider purpose. */
  readonly explicitOnly: ReadonlySet<string>
}

/** No limit: what data has before anybody has set one. */
export const ANY_PURPOSE: PurposeSet = { covered: undefined }
const NO_PURPOSE: PurposeSet = { covered: new Set() }

/** Meets that were made before, by the two sets; a lineage makes the same few over and over. */
const meets = new WeakMap<PurposeSet, WeakMap<PurposeSet, PurposeSet>>()

/** Does the set cover the purpose? */
export function allowsPurpose(set: PurposeSet, term: string): boolean {
  return set.covered === undefined || set.covered.has(term)
}

/** What both sets cover. Where that is one of the two, the very object; the first before the second. */
export function meetPurposes(a: PurposeSet, b: PurposeSet): PurposeSet {
  if (a === b || b.covered === undefined) return a
  if (a.covered === undefined) return b
  const known = meets.get(a)?.get(b)
  if (known !== undefined) return known
  const met = intersection(a, b)
  const row = meets.get(a) ?? new WeakMap<PurposeSet, PurposeSet>()
  meets.set(a, row.set(b, met))
  return met
}

function intersection(a: PurposeSet, b: PurposeSet): PurposeSet {
  const [small, large] = [a.covered ?? new Set<string>(), b.covered ?? new Set<string>()]
  const both = new Set([...small].filter((term) => large.has(term)))
  if (both.size === small.size) return a
  if (both.size === large.size) return b
  return both.size === 0 ? NO_PURPOSE : { covered: both }
}

/**
 * The set that covers what these terms allow.
 *
 * @param allowed terms as a statement lists them; one that is no term of the graph covers itself
 */
export function coverPurposes(graph: PurposeGraph, allowed: Iterable<string>): PurposeSet {
  const covered = new Set(allowed)
  covered.delete(graph.root)
  for (const [term, parents] of graph.ordered) {
    if (!covered.has(term) && isImplied(graph, covered, [term, parents])) covered.add(term)
  }
  return covered.size === 0 ? NO_PURPOSE : { covered }
}

function isImplied(
  { root, explicitOnly }: PurposeGraph,
  covered: ReadonlySet<string>,
  [term, parents]: readonly [term: string, parents: readonly string[]],
): boolean {
  if (explicitOnly.has(term)) return false
  const branches = parents.filter((parent) => parent !== root)
  return branches.length > 0 && branches.every((parent) => covered.has(parent))
}
