/** Which ruleset judges a hop: the one in force when it was recorded. */
import { describe, expect, it } from 'vitest'
import {
  lawChosen,
  lawInForce,
  type RecordedRuleset,
  rulesetAt,
} from '../../ledger/rules/in-force.js'
import type { Ruleset } from '../../ledger/rules/ruleset.js'
import { seconds } from './fixtures.js'
import { TEST_RULESET as RULESET } from './ruleset.js'

const SHIPPED: Ruleset = { ...RULESET, version: 'shipped' }

function recorded(index: number, version: string, from: string, until?: string): RecordedRuleset {
  const effective = until === undefined ? { from } : { from, until }
  return { index, ruleset: { ...RULESET, name: 'operator', version, effective } }
}

function versionAt(index: number, day: string, ...all: readonly RecordedRuleset[]): string {
  return rulesetAt({ index, time: seconds(day) }, all, SHIPPED).version
}

describe('the ruleset in force', () => {
  it('is the shipped one where the operator has recorded none', () => {
    expect(versionAt(10, '2026-06-01')).toBe('shipped')
  })

  it('is the recorded one from the entry after its own on', () => {
    const ours = recorded(10, 'a', '2026-01-01')
    expect(versionAt(10, '2026-06-01', ours)).toBe('shipped')
    expect(versionAt(11, '2026-06-01', ours)).toBe('a')
  })

  it('holds on its first and its last day and on no other', () => {
    const ours = recorded(1, 'a', '2026-03-01', '2026-03-31')
    expect(versionAt(9, '2026-02-28T23:59:59Z', ours)).toBe('shipped')
    expect(versionAt(9, '2026-03-01', ours)).toBe('a')
    expect(versionAt(9, '2026-03-31T23:59:59Z', ours)).toBe('a')
    expect(versionAt(9, '2026-04-01', ours)).toBe('shipped')
  })

  it('is of several the one recorded last, in whatever order they are given', () => {
    const [a, b] = [recorded(1, 'a', '2026-01-01'), recorded(5, 'b', '2026-01-01')]
    expect(versionAt(9, '2026-06-01', a, b)).toBe('b')
    expect(versionAt(9, '2026-06-01', b, a)).toBe('b')
    expect(versionAt(5, '2026-06-01', b, a)).toBe('a')
  })

  it('falls back to an earlier one when the later has ended', () => {
    const [a, b] = [recorded(1, 'a', '2026-01-01'), recorded(5, 'b', '2026-01-01', '2026-03-31')]
    expect(versionAt(9, '2026-06-01', a, b)).toBe('a')
  })

  it('gives the same law for the same ruleset, and the chosen one for every hop', () => {
    const law = lawInForce([recorded(1, 'a', '2026-01-01')], SHIPPED)
    const [early, late] = [0, 9].map((index) => ({ index, time: seconds('2026-06-01') }))
    if (early === undefined || late === undefined) throw new Error('two hops')
    expect(law(late)).toBe(law(late))
    expect([law(early), law(late)].map(({ ruleset }) => ruleset.version)).toEqual(['shipped', 'a'])
    expect(lawChosen(SHIPPED)(late).ruleset.version).toBe('shipped')
  })
})
