/**
 * A draw that nobody could predict and everybody can repeat. docs/regulator.md "Spot checks".
 *
 * Every statement has a rank that follows from the seed and its id alone; the smallest ranks are
 * drawn. So whoever adds or leaves out one statement changes nothing about the others, and whoever
 * knows the seed and the ids comes to the same sample with any SHA-256.
 */
import { toHex, utf8Encode } from '../core/bytes.js'
import { portableSha256, type Sha256 } from '../core/hash.js'
import type { StatementId } from '../core/statement.js'
import { compareIds } from './hop-graph.js'

const DOMAIN = 'waybill-sample/1'

export type Drawn = {
  readonly id: StatementId
  /** SHA-256 of `waybill-sample/1`, LF, the seed, LF and the id, lower-case hex. */
  readonly rank: string
}

/** The rank of a statement under a seed. */
function rankOf(seed: string, id: StatementId, sha: Sha256 = portableSha256): string {
  return toHex(sha(utf8Encode(`${DOMAIN}\n${seed}\n${id}`)))
}

/** The `n` statements with the smallest ranks, in order of rank; all of them when there are fewer. */
export function drawSample(
  ids: Iterable<StatementId>,
  seed: string,
  n: number,
  sha: Sha256 = portableSha256,
): readonly Drawn[] {
  return [...new Set(ids)]
    .map((id) => ({ id, rank: rankOf(seed, id, sha) }))
    .sort((a, b) => compareIds(a.rank, b.rank))
    .slice(0, n)
}
