import { describe, expect, it } from 'vitest'
import type { PartyId } from '../../ledger/core/key-state.js'
import { continuedUsage } from '../../ledger/rules/continued.js'
import type { UsageKey } from '../../ledger/rules/facts.js'
import { NO_TALLY } from '../../ledger/rules/tally.js'
import { usageKeyText } from '../../ledger/rules/usage-index.js'
import { EXPORTER, IMPORTER, INSTRUMENT_ID, THIRD } from './fixtures.js'

const [A, B] = [EXPORTER, IMPORTER]
const OLDEST = `${'O'.repeat(42)}A` as PartyId

/** The keys that are summed where parties continue others. */
function askedFor(key: UsageKey, line: Readonly<Record<PartyId, PartyId>>): readonly string[] {
  const asked: string[] = []
  const usage = continuedUsage(
    (one) => {
      asked.push(usageKeyText(one))
      return { ...NO_TALLY, transfers: 1 }
    },
    {
      continues: (party) => line[party] ?? null,
      continuedBy: () => [],
    },
  )
  expect(usage(key, 0, 9)?.transfers).toBe(asked.length)
  return asked
}

describe('sums of parties that continue others', () => {
  it('are of every party in the line', () => {
    const line = { [A]: THIRD, [THIRD]: OLDEST }
    expect(askedFor({ kind: 'export', exporter: A, from: 'CN' }, line)).toEqual([
      `export ${A} CN`,
      `export ${THIRD} CN`,
      `export ${OLDEST} CN`,
    ])
  })

  it('are of every pair, whichever side was enrolled again', () => {
    const line = { [A]: THIRD, [B]: OLDEST }
    const pairs = [`${A} ${B}`, `${THIRD} ${B}`, `${A} ${OLDEST}`, `${THIRD} ${OLDEST}`]
    const sides = { exporter: A, importer: B }
    expect(askedFor({ kind: 'pair', ...sides }, line)).toEqual(pairs.map((pair) => `pair ${pair}`))
    expect(askedFor({ kind: 'derogation', ...sides, ground: 'A49-1-a' }, line)).toEqual(
      pairs.map((pair) => `derogation ${pair} A49-1-a`),
    )
  })

  it('are of the instrument where that is asked, whoever sends', () => {
    const key = { kind: 'instrument', instrument: INSTRUMENT_ID } as const
    expect(askedFor(key, { [A]: THIRD })).toEqual([usageKeyText(key)])
  })

  it('end where parties continue each other', () => {
    expect(askedFor({ kind: 'export', exporter: A, from: 'CN' }, { [A]: B, [B]: A })).toHaveLength(
      2,
    )
  })

  it('are not known where one is not shown, or not summed', () => {
    const key = { kind: 'export', exporter: A, from: 'CN' } as const
    const hidden = continuedUsage(() => NO_TALLY, {
      continues: (party) => (party === A ? THIRD : undefined),
      continuedBy: () => [],
    })
    expect(hidden(key, 0, 9)).toBeUndefined()
    const unsummed = continuedUsage(
      (one) => (one.kind === 'export' && one.exporter === THIRD ? undefined : NO_TALLY),
      { continues: (party) => (party === A ? THIRD : null), continuedBy: () => [] },
    )
    expect(unsummed(key, 0, 9)).toBeUndefined()
  })
})

/** What each party has moved, and who says that it continues whom. */
function summed(
  key: UsageKey,
  moved: Readonly<Record<PartyId, number>>,
  line: Readonly<Record<PartyId, PartyId>>,
) {
  const usage = continuedUsage(
    (one) => {
      const persons = (one.kind !== 'instrument' && moved[one.exporter]) || 0
      return { ...NO_TALLY, persons, transfers: persons > 0 ? 1 : 0 }
    },
    {
      continues: (party) => line[party] ?? null,
      continuedBy: (party) =>
        (Object.keys(line) as PartyId[]).filter((later) => line[later] === party),
    },
  )
  const sum = usage(key, 0, 9)
  return sum && { persons: sum.persons, transfers: sum.transfers, isWhole: sum.uncounted === 0 }
}

describe('who still signs as a party that another continues', () => {
  const key = { kind: 'export', exporter: THIRD, from: 'CN' } as const
  const pair = { kind: 'pair', exporter: THIRD, importer: B } as const

  it('has moved at least its own, and may have moved what the later one did', () => {
    const sum = summed(key, { [THIRD]: 90, [A]: 20 }, { [A]: THIRD })
    expect(sum).toEqual({ persons: 90, transfers: 1, isWhole: false })
    expect(summed(pair, { [THIRD]: 90, [A]: 20 }, { [A]: THIRD })).toEqual(sum)
  })

  it('has moved its own, where the later one has moved nothing', () => {
    const sum = summed(key, { [THIRD]: 90 }, { [A]: THIRD })
    expect(sum).toEqual({ persons: 90, transfers: 1, isWhole: true })
  })

  it('has moved the earlier one’s for certain, and may have moved that of others that continue it', () => {
    const sum = summed(
      { kind: 'export', exporter: A, from: 'CN' },
      { [THIRD]: 90, [A]: 20, [OLDEST]: 5 },
      { [A]: THIRD, [OLDEST]: THIRD },
    )
    expect(sum).toEqual({ persons: 110, transfers: 2, isWhole: false })
  })

  it('repeats a derogation, whoever of them rested on it before', () => {
    const ground = { kind: 'derogation', exporter: THIRD, importer: B, ground: 'A49-1-a' } as const
    const sum = summed(ground, { [A]: 20 }, { [A]: THIRD })
    expect(sum).toEqual({ persons: 20, transfers: 1, isWhole: true })
  })

  it('is not looked up one by one where very many say that they continue it', () => {
    const many = Array.from(
      { length: 100 },
      (_, count) => `${'M'.repeat(40)}${100 + count}` as PartyId,
    )
    const line = Object.fromEntries(many.map((party) => [party, THIRD]))
    expect(summed(key, { [THIRD]: 90 }, line)).toEqual({
      persons: 90,
      transfers: 1,
      isWhole: false,
    })
  })
})
