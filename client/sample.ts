/**
 * Samples: what is asked of a server, and what its answer means. docs/regulator.md "Spot checks".
 *
 * That the ranks belong to the seed is checked here. That nothing was left out is the server's word:
 * whoever must know searches for all transfers and draws again, as `waybill sample` does.
 */
import { formatCheckpoint, parseCheckpoint } from '../ledger/core/checkpoint.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { parseNote } from '../ledger/core/note.js'
import { Drawing, type Drawn } from '../ledger/rules/draw.js'
import { idAt, invalid, objectsAt, textAt, wholeAt } from './members.js'
import { pathWith } from './query.js'

/** What is drawn by. */
type SampleSeed =
  | {
      /** A text drawn in public. */
      readonly seed: string
      /** Only the first so many entries are drawn from; left out: all. */
      readonly treeSize?: number
    }
  | {
      /** A checkpoint, as a signed note; it counts by its three lines. Verify it first. */
      readonly checkpoint: string
    }

export type SampleQuery = SampleSeed & {
  /** How many to draw, 1 to 1000. */
  readonly count: number
  /** From one country to another, such as `DE-US`. */
  readonly corridor?: string
  /** Only transfers of this party. */
  readonly party?: PartyId
  /** Entry times, such as `2026-01-01..2026-06-30`. */
  readonly period?: string
}

export type SampleAnswer = {
  readonly seed: string
  /** Entries that were drawn from. */
  readonly treeSize: number
  /** Transfers that could have been drawn. */
  readonly eligible: number
  /** Whether these are all transfers of the ledger, or those that the caller is involved in. */
  readonly population: 'all' | 'own'
  /** In order of rank. */
  readonly drawn: readonly Drawn[]
}

/** What is sent, and by what the answer is checked. */
export type SampleCall = { readonly path: string; readonly seed: string; readonly count: number }

/** @throws LedgerError NOTE_MALFORMED, CHECKPOINT_MALFORMED */
export function sampleCall(query: SampleQuery): SampleCall {
  const { count, corridor, party, period } = query
  const { seed, treeSize } = seedOf(query)
  const path = pathWith('/v1/sample', {
    n: count,
    seed,
    corridor,
    party,
    period,
    tree_size: treeSize,
  })
  return { path, seed, count }
}

function seedOf(query: SampleSeed): { readonly seed: string; readonly treeSize?: number } {
  if (!('checkpoint' in query)) return query
  const checkpoint = parseCheckpoint(parseNote(query.checkpoint).text)
  return { seed: formatCheckpoint(checkpoint), treeSize: checkpoint.size }
}

/** @throws LedgerError SERVER_ANSWER_INVALID also where it is not what this seed draws of what is told */
export function readSample(answer: JsonObject, { seed, count }: SampleCall): SampleAnswer {
  const { population } = answer
  if (population !== 'all' && population !== 'own') throw invalid('population')
  const treeSize = wholeAt(answer, 'tree_size')
  const eligible = wholeAt(answer, 'eligible')
  const told = objectsAt(answer, 'drawn').map((item) => ({
    id: idAt(item, 'id'),
    index: wholeAt(item, 'index'),
    rank: textAt(item, 'rank'),
  }))
  const again = new Drawing({ seed, count, treeSize })
  for (const item of told) again.take(item)
  const drawn = again.drawn()
  const isAll = told.length === Math.min(count, eligible) && told.length === drawn.length
  if (!isAll || drawn.some(({ rank }, at) => rank !== told[at]?.rank)) throw invalid('drawn')
  return { seed, treeSize, eligible, population, drawn }
}
