/** Which of the recorded rulesets judges an entry, and rulesets as the claims of statements. */
import { describe, expect, it } from 'vitest'
import { LedgerError } from '../../ledger/core/errors.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { startOf } from '../../ledger/rules/days.js'
import { lawOf } from '../../ledger/rules/law.js'
import { claimsOfRuleset, rulesetFromClaims } from '../../ledger/rules/ruleset-claims.js'
import {
  lawInForce,
  type RecordedRuleset,
  rulesetInForce,
} from '../../ledger/rules/ruleset-in-force.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'

const ISSUER = 'Kf3tHvCV22kWdHWhcmMdajQs5ZkeyLKhQLFEF-n6_sk' as PartyId

function recorded(
  index: number,
  from: string,
  more: { readonly until?: string; readonly supersedes?: number } = {},
): RecordedRuleset {
  const { until, supersedes } = more
  return {
    id: idOf(index),
    index,
    ...(supersedes === undefined ? {} : { supersedes: idOf(supersedes) }),
    ruleset: {
      ...SHIPPED,
      name: 'ours',
      version: `at-${index}`,
      effective: { from, ...(until === undefined ? {} : { until }) },
    },
  }
}

function idOf(index: number): StatementId {
  return index.toString(16).padStart(64, '0') as StatementId
}

/** Version that judges an entry of this index, recorded at noon of a day. */
function judging(rulesets: readonly RecordedRuleset[], index: number, day: string) {
  return rulesetInForce(rulesets, { index, time: startOf(day) + 43_200 })?.ruleset.version
}

describe('the ruleset in force', () => {
  const two = [recorded(3, '2026-01-01'), recorded(9, '2026-07-01')]

  it('is the one that took effect last', () => {
    expect(judging(two, 100, '2026-06-30')).toBe('at-3')
    expect(judging(two, 100, '2026-07-01')).toBe('at-9')
    expect(judging([...two].reverse(), 100, '2026-07-01')).toBe('at-9')
  })

  it('is none before the first takes effect', () => {
    expect(judging(two, 100, '2025-12-31')).toBeUndefined()
    expect(judging([], 100, '2026-07-01')).toBeUndefined()
  })

  it('was recorded before what it judges, whatever day it names', () => {
    expect(judging(two, 9, '2026-08-01')).toBe('at-3')
    expect(judging(two, 10, '2026-08-01')).toBe('at-9')
    expect(judging(two, 3, '2026-08-01')).toBeUndefined()
  })

  it('ends on its last day, and what was before it judges again', () => {
    const ending = [recorded(3, '2026-01-01'), recorded(4, '2026-02-01', { until: '2026-02-28' })]
    expect(judging(ending, 100, '2026-02-28')).toBe('at-4')
    expect(judging(ending, 100, '2026-03-01')).toBe('at-3')
  })

  it('is the later one of two for the same day', () => {
    const same = [recorded(5, '2026-01-01'), recorded(6, '2026-01-01')]
    expect(judging(same, 100, '2026-01-01')).toBe('at-6')
    expect(judging(same, 6, '2026-01-01')).toBe('at-5')
  })

  it('is never one that was superseded by then, even where its day is later', () => {
    const corrected = [recorded(5, '2026-06-01'), recorded(6, '2026-01-01', { supersedes: 5 })]
    expect(judging(corrected, 6, '2026-08-01')).toBe('at-5')
    expect(judging(corrected, 7, '2026-08-01')).toBe('at-6')
  })
})

describe('the law in force', () => {
  it('is the shipped ruleset where none is in force, and says so', () => {
    const law = lawInForce([], { index: 4, time: startOf('2026-11-22') })
    expect(law).toEqual({ law: { ...lawOf(SHIPPED), source: { kind: 'shipped' } } })
    expect(law.recorded).toBeUndefined()
  })

  it('names the statement that recorded it', () => {
    const own = recorded(3, '2026-01-01')
    const law = lawInForce([own], { index: 4, time: startOf('2026-11-22') })
    const source = { kind: 'recorded', id: own.id, index: 3 }
    expect(law).toEqual({ law: { ...lawOf(own.ruleset), source }, recorded: own.id })
  })
})

describe('a ruleset in the claims of a statement', () => {
  it('comes back as it was', () => {
    const claims = claimsOfRuleset(SHIPPED, ISSUER)
    expect(claims.issuer).toBe(ISSUER)
    expect(claims.ext).toBeNull()
    expect(rulesetFromClaims(claims)).toEqual(SHIPPED)
    expect(claimsOfRuleset(rulesetFromClaims(claims), ISSUER)).toEqual(claims)
  })

  it('is refused where its name is that of the shipped one and its tables are not', () => {
    const claims = { ...claimsOfRuleset(SHIPPED, ISSUER), regimes: [] }
    expect(() => rulesetFromClaims(claims)).toThrow(LedgerError)
    expect(rulesetFromClaims({ ...claims, name: 'ours' }).regimes).toEqual([])
  })

  it('is refused where its terms are no terms, before anything is judged by it', () => {
    const claims = claimsOfRuleset(SHIPPED, ISSUER)
    const purposes = { ...claims.purposes, explicitOnly: ['https://vocabulary.example/x#Sell'] }
    expect(() => rulesetFromClaims({ ...claims, purposes })).toThrow(LedgerError)
  })
})
