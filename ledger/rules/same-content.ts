/**
 * Content that is a parent’s, byte for byte, whatever is said of it. R10, R12, R13, docs/limits.md.
 *
 * A dataset with the digest of a parent’s is that parent’s dataset. So it is bound by the parent’s
 * limits, named in `from` or not; and nothing was done to it that could explain fewer persons, fewer
 * fields or a mask.
 */
import type { Dataset } from './hop.js'
import type { Judging, Upstream } from './rule.js'

/** `hidden`: some parent does not show its dataset, which may be the very content. */
export type Content =
  | { readonly state: 'same'; readonly as: readonly Upstream[] }
  | { readonly state: 'hidden' }
  | { readonly state: 'other' }

const HIDDEN: Content = { state: 'hidden' }
const OTHER: Content = { state: 'other' }

/** Whose content a dataset is. */
export function contentOf(
  { upstream }: Pick<Judging, 'upstream'>,
  { digest }: Pick<Dataset, 'digest'>,
): Content {
  let found: Content = OTHER
  for (const parent of upstream) {
    if (parent.dataset === undefined) found = HIDDEN
    else if (parent.dataset.digest === digest)
      return { state: 'same', as: sameAs(upstream, digest) }
  }
  return found
}

function sameAs(upstream: readonly Upstream[], digest: string): readonly Upstream[] {
  return upstream.filter(({ dataset }) => dataset?.digest === digest)
}

/** Positions of the parents that bind a dataset: those it names, and those whose content it may be. */
export function boundBy(
  { upstream }: Pick<Judging, 'upstream'>,
  { digest, from }: Dataset,
): readonly number[] {
  const more = upstream.flatMap(({ dataset }, position) =>
    !from.includes(position) && (dataset === undefined || dataset.digest === digest)
      ? [position]
      : [],
  )
  return more.length === 0 ? from : [...from, ...more]
}
