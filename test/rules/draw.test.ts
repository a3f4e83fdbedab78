/** The draw of a spot check: repeatable by anyone, moved by nothing but seed and id. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { drawSample } from '../../ledger/rules/draw.js'

const idOf = (number: number): StatementId =>
  createHash('sha256').update(String(number)).digest('hex') as StatementId
const IDS = Array.from({ length: 50 }, (_, number) => idOf(number))
const drawn = (ids: readonly StatementId[], seed: string, n: number): readonly string[] =>
  drawSample(ids, seed, n).map(({ id }) => id)

describe('a sample', () => {
  test('is what anybody computes with SHA-256 alone', () => {
    const ranks = IDS.map((id) => ({
      id,
      rank: createHash('sha256').update(`waybill-sample/1\nthe seed\n${id}`).digest('hex'),
    })).sort((a, b) => (a.rank < b.rank ? -1 : 1))

    expect(drawSample(IDS, 'the seed', 7)).toEqual(ranks.slice(0, 7))
  })

  test('does not depend on the order of the ids, nor on one that comes twice', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(IDS, { minLength: 50 }), fc.string(), (ids, seed) => {
        expect(drawn([...ids, ...ids.slice(0, 3)], seed, 10)).toEqual(drawn(IDS, seed, 10))
      }),
      { numRuns: 50 },
    )
  })

  test('keeps everybody else when one is left out', () => {
    const [first = idOf(0), ...others] = drawn(IDS, 'seed', 10)
    const without = IDS.filter((id) => id !== first)

    expect(drawn(without, 'seed', 9)).toEqual(others)
  })

  test('is another one for another seed, and all there are when there are too few', () => {
    expect(drawn(IDS, 'one', 10)).not.toEqual(drawn(IDS, 'two', 10))
    expect(new Set(drawn(IDS, 'one', 100))).toEqual(new Set(IDS))
    expect(drawn([], 'one', 3)).toEqual([])
  })
})
