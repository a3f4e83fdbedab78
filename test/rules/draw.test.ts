/** The draw of a spot check: repeatable by anyone, moved by nothing but seed and id. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { Drawing, type Drawn } from '../../ledger/rules/draw.js'
import { readCorridor, readPeriod } from '../../ledger/rules/draw-query.js'

const idOf = (number: number): StatementId =>
  createHash('sha256').update(String(number)).digest('hex') as StatementId
const IDS = Array.from({ length: 50 }, (_, number) => idOf(number))

function drawSample(ids: readonly StatementId[], seed: string, count: number): readonly Drawn[] {
  const drawing = new Drawing({ seed, count, treeSize: 10_000 })
  for (const [index, id] of ids.entries()) drawing.take({ id, index })
  return drawing.drawn()
}

const drawn = (ids: readonly StatementId[], seed: string, n: number): readonly string[] =>
  drawSample(ids, seed, n).map(({ id }) => id)

describe('a sample', () => {
  test('is what anybody computes with SHA-256 alone', () => {
    const ranks = IDS.map((id, index) => ({
      id,
      index,
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

test('of thousands the same are drawn as of all at once, and what is beyond the tree is not', () => {
  const many = Array.from({ length: 9_000 }, (_, number) => idOf(number))
  const whole = many
    .map((id) => [createHash('sha256').update(`waybill-sample/1\nx\n${id}`).digest('hex'), id])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))

  expect(drawn(many, 'x', 40)).toEqual(whole.slice(0, 40).map(([, id]) => id))
  const drawing = new Drawing({ seed: 'x', count: 100, treeSize: 3 })
  for (const [index, id] of IDS.entries()) drawing.take({ id, index })
  expect([drawing.eligible, drawing.drawn().length]).toEqual([3, 3])
  expect(drawing.drawn().every(({ index }) => index < 3)).toBe(true)
})

describe('what is drawn from', () => {
  test('is a corridor of two countries', () => {
    expect(readCorridor('de-us')).toEqual({ from: 'DE', to: 'US' })
    for (const text of ['DE', 'DE-', 'DE-US-IN', 'XX-YY', 'DE>US', ''])
      expect(readCorridor(text)).toBeUndefined()
  })

  test('is a time with both its ends, a day being all of it', () => {
    const day = Date.parse('2026-01-01') / 1_000
    expect(readPeriod('2026-01-01..2026-01-01')).toEqual({ since: day, until: day + 86_399 })
    expect(readPeriod(`${day}..2026-01-01T00:00:09Z`)).toEqual({ since: day, until: day + 9 })
    for (const text of ['2026-01-01', '2026-01-02..2026-01-01', '..', 'a..b', '1..2..3'])
      expect(readPeriod(text)).toBeUndefined()
  })
})
