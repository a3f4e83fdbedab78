/** The usage index against a scan of everything that was recorded. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { Corrected, Tally, UsageKey } from '../../ledger/rules/facts.js'
import type { Transfer } from '../../ledger/rules/hop.js'
import { addTally, NO_TALLY, tallyOf } from '../../ledger/rules/tally.js'
import {
  type Block,
  blocksOf,
  blockText,
  movementOf,
  type Series,
  sumOf,
  tallyFor,
  type UsageAddition,
  UsageIndex,
  type UsageRemoval,
  usageKeysOf,
  usageKeyText,
} from '../../ledger/rules/usage-index.js'
import {
  dataset,
  EXPORTER,
  field,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  THIRD,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { pd } from './vocabulary.js'

const PAIR: UsageKey = { kind: 'pair', exporter: EXPORTER, importer: IMPORTER }
const INSTRUMENT: UsageKey = { kind: 'instrument', instrument: INSTRUMENT_ID }

const moved = (index: number, count: number, more: Partial<Transfer> = {}): Transfer =>
  transfer(
    { datasets: [dataset({ subjects: { count } })] },
    { id: idOf(index), index, time: index * 100, ...more },
  )

/** What a transfer asks to be left out of a sum. */
function corrected(correction: Transfer): Corrected {
  const { supersedes } = correction
  if (supersedes === undefined) throw new Error('it corrects nothing')
  return { id: supersedes, movement: movementOf(correction) ?? '' }
}

function indexed(transfers: readonly Transfer[]): UsageIndex {
  const index = new UsageIndex()
  for (const each of transfers) index.append(each)
  return index
}

describe('usage index', () => {
  it('sums what lies between a time and an entry', () => {
    const index = indexed([moved(1, 10), moved(2, 20), moved(3, 40), moved(4, 80)])
    expect(index.usage(PAIR, 0, 9)?.persons).toBe(150)
    expect(index.usage(PAIR, 200, 4)?.persons).toBe(60)
    expect(index.usage(PAIR, 201, 4)?.persons).toBe(40)
    expect(index.usage(PAIR, 500, 9)).toEqual(NO_TALLY)
    expect(index.usage(PAIR, 0, 1)).toEqual(NO_TALLY)
  })

  it('knows that nothing was moved under a key nobody used', () => {
    const key: UsageKey = { kind: 'pair', exporter: THIRD, importer: IMPORTER }
    expect(indexed([moved(1, 10)]).usage(key, 0, 9)).toEqual(NO_TALLY)
  })

  it('counts a correction in place of what it supersedes', () => {
    const index = indexed([moved(1, 10), moved(2, 500), moved(3, 20, { supersedes: idOf(2) })])
    expect(index.usage(PAIR, 0, 3)?.persons).toBe(510)
    expect(index.usage(PAIR, 0, 4)).toMatchObject({ persons: 30, transfers: 2 })
    // Only the correction lies within this span: it counts, and nothing is taken from it.
    expect(index.usage(PAIR, 300, 4)).toMatchObject({ persons: 20, transfers: 1 })
  })

  it('takes out once what is corrected twice', () => {
    const corrections = [3, 4].map((at) => moved(at, at, { supersedes: idOf(1) }))
    const index = indexed([moved(1, 100), ...corrections])
    expect(index.usage(PAIR, 0, 9)?.persons).toBe(7)
  })

  it('counts both where a transfer supersedes one of other data, or of the same data out of others', () => {
    const other = [dataset({ digest: 'f'.repeat(64), subjects: { count: 20 } })]
    const first = moved(1, 500)
    const more = moved(2, 20, { supersedes: first.id })
    const elsewhere = { ...more, parents: [{ id: idOf(0xcc), n: 0 }] }
    for (const second of [{ ...more, claims: { ...more.claims, datasets: other } }, elsewhere]) {
      const index = indexed([first, second])
      expect(index.usage(PAIR, 0, 9)).toMatchObject({ persons: 520, transfers: 2 })
      expect(index.usage(PAIR, 0, 2, corrected(second))).toMatchObject({ persons: 500 })
    }
  })

  it('takes a correction that moves to another instrument out from under the first', () => {
    const other = idOf(77)
    const first = moved(1, 10)
    const second = moved(2, 10, { supersedes: first.id })
    const index = indexed([first, { ...second, claims: { ...second.claims, instrument: other } }])
    expect(index.usage(INSTRUMENT, 0, 9)?.transfers).toBe(0)
    expect(index.usage({ kind: 'instrument', instrument: other }, 0, 9)?.transfers).toBe(1)
  })

  it('leaves out what the judged hop supersedes, once', () => {
    const index = indexed([moved(1, 10), moved(2, 20), moved(3, 5, { supersedes: idOf(2) })])
    const of = (number: number) => corrected(moved(9, 1, { supersedes: idOf(number) }))
    expect(index.usage(PAIR, 0, 9, of(1))?.persons).toBe(5)
    expect(index.usage(PAIR, 0, 9, of(2))?.persons).toBe(15)
    expect(index.usage(PAIR, 101, 9, of(1))?.persons).toBe(5)
    expect(index.usage(PAIR, 0, 9, of(99))?.persons).toBe(15)
  })

  it('knows a lower bound of what is too large to be added up, and all else exactly', () => {
    const most = 1_000_000_000_000
    const first = Array.from({ length: 9_007 }, (_, n) => moved(n, most))
    const index = indexed([...first, moved(9_007, most), moved(9_008, 7)])
    expect(index.usage(PAIR, 0, 9_007)).toMatchObject({ persons: 9_007 * most, uncounted: 0 })
    expect(index.usage(PAIR, 0, 9_009)).toMatchObject({
      persons: Number.MAX_SAFE_INTEGER,
      uncounted: 1,
      transfers: 9_009,
      sensitive: 0,
    })
    // Of a span that begins when it had stopped, nothing is sure but what can still be added up.
    expect(index.usage(PAIR, 900_800, 9_009)).toMatchObject({
      persons: 0,
      uncounted: 1,
      transfers: 1,
      sensitive: 0,
    })
  })

  it('goes on after a number of persons that there are not', () => {
    const huge = Number.MAX_SAFE_INTEGER
    const index = indexed([moved(1, huge), moved(2, huge), moved(3, 7)])
    expect(index.usage(PAIR, 0, 9)).toMatchObject({ persons: 2_000_000_000_007, uncounted: 2 })
    expect(index.usage(PAIR, 300, 9)).toMatchObject({ persons: 7, uncounted: 0 })
  })

  it('counts a transfer under each key that it has', () => {
    const given = transfer({ terms: terms({ phase: 'pilot', derogation: DEROGATION }) })
    expect(usageKeysOf(given).map(usageKeyText)).toEqual([
      `pair ${EXPORTER} ${IMPORTER}`,
      `derogation ${EXPORTER} ${IMPORTER} A49-1-a`,
      `export ${EXPORTER} DE`,
      `instrument ${INSTRUMENT_ID}`,
      `instrument ${INSTRUMENT_ID} pilot`,
    ])
  })

  it('counts under no key that is withheld or absent', () => {
    expect(usageKeysOf(withheld(transfer(), 'exporter', 'instrument'))).toEqual([])
    expect(usageKeysOf(transfer({ instrument: null })).map(({ kind }) => kind)).not.toContain(
      'instrument',
    )
  })
})

const DEROGATION = { ground: 'A49-1-a', repeats: 0 } as const

describe('usage index, any history', () => {
  it('answers as a scan does', () => {
    fc.assert(
      fc.property(histories, fc.nat(16), fc.nat(45), fc.nat(16), (history, since, before, left) => {
        const index = indexed(history)
        const old = history[left]
        const without = old && { id: old.id, movement: movementOf(old) ?? '' }
        for (const key of KEYS) {
          const expected = scan(history, key, { since, before, ...(without ? { without } : {}) })
          expect(index.usage(key, since, before, without)).toEqual(expected)
        }
      }),
      { numRuns: process.env['SLOW'] === '1' ? 5_000 : 300 },
    )
  })
})

/** `count` transfers in pairs of time, each second one of which corrects one long before or just before. */
function corrections(count: number): readonly Transfer[] {
  const history = Array.from({ length: count }, (_, n) => moved(n + 1, n % 50))
  const after = Array.from({ length: count }, (_, n) => {
    // From both ends in turns: no order of the removals is one of what they remove.
    const at = n % 2 === 0 ? n / 2 : count - 1 - (n - 1) / 2
    const index = 3 * count + 2 * n
    return moved(index, 7, { supersedes: idOf(at + 1), time: (count + 1) * 100 + n })
  })
  return [...history, ...after]
}

describe('usage index with many corrections', () => {
  it('answers as a scan does', () => {
    const history = corrections(300)
    const index = indexed(history)
    for (const since of [0, 100, 5_000, 14_950, 29_900, 30_100, 30_150]) {
      for (const before of [200, 900, 901, 1_100, 1_301, 2_000]) {
        const without = { id: idOf(42), movement: movementOf(moved(42, 1)) ?? '' }
        for (const left of [{}, { without }]) {
          const expected = scan(history, PAIR, { since, before, ...left })
          expect(index.usage(PAIR, since, before, left.without)).toEqual(expected)
        }
      }
    }
  })

  it('reads a few of them, however many there are', () => {
    const [few, many] = [400, 6_400].map((count) => readsOf(corrections(count), 5_000))
    expect(many).toBeLessThan((few ?? 0) + 400)
  })
})

/** Elements that are read for the sum of a window that begins in the middle of what was corrected. */
function readsOf(history: readonly Transfer[], since: number): number {
  let reads = 0
  const counting = <Element>(list: readonly Element[]): Series<Element> => ({
    length: list.length,
    at: (position) => {
      reads += 1
      return list[position]
    },
  })
  const additions: UsageAddition[] = []
  const removals: UsageRemoval[] = []
  const blocks = new Map<string, UsageAddition[]>()
  const byId = new Map(history.map((each) => [each.id, each]))
  const plain = (n: number): Tally => ({ ...NO_TALLY, transfers: n })
  for (const { index, time, supersedes } of history) {
    additions.push({ index, time, sum: plain(additions.length + 1) })
    const old = supersedes === undefined ? undefined : byId.get(supersedes)
    if (old === undefined) continue
    removals.push({ index, time, of: { index: old.index, time: old.time, tally: plain(1) } })
    for (const block of blocksOf(old.index)) {
      const sums = blocks.get(blockText(block)) ?? []
      sums.push({ index, time, sum: plain(sums.length + 1) })
      blocks.set(blockText(block), sums)
    }
  }
  const before = (history.at(-1)?.index ?? 0) + 1
  const series = {
    additions: counting(additions),
    removals: counting(removals),
    removedFrom: (block: Block) => counting(blocks.get(blockText(block)) ?? []),
  }
  const standing = additions.filter(({ time }) => time >= since).length
  const gone = removals.filter(({ of }) => of.time >= since).length
  expect(sumOf(series, { since, before }).transfers).toBe(standing - gone)
  return reads
}

const KEYS: readonly UsageKey[] = [
  PAIR,
  INSTRUMENT,
  { kind: 'instrument', instrument: INSTRUMENT_ID, phase: 'one' },
  { kind: 'export', exporter: EXPORTER, from: 'DE' },
  { kind: 'derogation', exporter: EXPORTER, importer: IMPORTER, ground: 'A49-1-a' },
]

/** Transfers with gaps between indexes, several in one commit, and corrections of earlier ones. */
const histories: fc.Arbitrary<readonly Transfer[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      later: fc.nat(2),
      importer: fc.constantFrom<PartyId>(IMPORTER, IMPORTER, THIRD),
      phase: fc.constantFrom('one', undefined),
      derogation: fc.boolean(),
      count: fc.option(fc.nat(50), { nil: undefined }),
      fields: fc.subarray([field('age'), field('name', { category: pd('Name') })]),
      corrects: fc.option(fc.nat(15), { nil: undefined, freq: 2 }),
      digest: fc.constantFrom('a', 'a', 'b'),
    }),
    { maxLength: 16 },
  )
  .map((events) => {
    let index = 0
    let time = 0
    const history: Transfer[] = []
    for (const event of events) {
      index += event.gap
      time += event.later
      const old = event.corrects === undefined ? undefined : history[event.corrects]
      const { records: _, subjects: __, ...bare } = dataset({ digest: event.digest.repeat(64) })
      history.push(
        transfer(
          {
            importer: event.importer,
            datasets: [
              event.count === undefined ? bare : { ...bare, subjects: { count: event.count } },
            ],
            fields: event.fields,
            terms: terms({
              ...(event.phase === undefined ? {} : { phase: event.phase }),
              ...(event.derogation ? { derogation: DEROGATION } : {}),
            }),
          },
          { id: idOf(index), index, time, ...(old === undefined ? {} : { supersedes: old.id }) },
        ),
      )
    }
    return history
  })

type Span = { readonly since: number; readonly before: number; readonly without?: Corrected }

/** What docs/counting.md says, read literally. */
function scan(history: readonly Transfer[], key: UsageKey, span: Span): Tally {
  const seen = history.filter(({ index }) => index < span.before)
  const within = seen.filter(({ time }) => time >= span.since)
  const replaced = new Set(
    seen.flatMap((each) => {
      const old = history.find(({ id }) => id === each.supersedes)
      return old !== undefined && movementOf(old) === movementOf(each) ? [old.id] : []
    }),
  )
  const text = usageKeyText(key)
  return within
    .filter(({ id }) => !replaced.has(id) && id !== span.without?.id)
    .filter((each) => usageKeysOf(each).some((one) => usageKeyText(one) === text))
    .map((each) => tallyFor(key.kind, tallyOf(each)))
    .reduce(addTally, NO_TALLY)
}
