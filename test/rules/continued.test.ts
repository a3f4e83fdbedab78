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
    (party) => line[party] ?? null,
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
    const hidden = continuedUsage(
      () => NO_TALLY,
      (party) => (party === A ? THIRD : undefined),
    )
    expect(hidden(key, 0, 9)).toBeUndefined()
    const unsummed = continuedUsage(
      (one) => (one.kind === 'export' && one.exporter === THIRD ? undefined : NO_TALLY),
      (party) => (party === A ? THIRD : null),
    )
    expect(unsummed(key, 0, 9)).toBeUndefined()
  })
})
