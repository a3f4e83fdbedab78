import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationBefore, monthsBefore, yearStart } from '../../ledger/rules/windows.js'

const at = (time: string): number => Date.parse(time) / 1_000
const told = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 19)

describe('windows', () => {
  it.each([
    ['2026-11-22T15:00:00Z', 12, '2025-11-22T15:00:00'],
    ['2026-03-31T10:00:00Z', 1, '2026-02-28T10:00:00'],
    ['2028-03-31T10:00:00Z', 1, '2028-02-29T10:00:00'],
    ['2028-02-29T10:00:00Z', 12, '2027-02-28T10:00:00'],
    ['2026-01-31T23:59:59Z', 2, '2025-11-30T23:59:59'],
    ['1970-06-01T00:00:00Z', 12, '1970-01-01T00:00:00'],
  ])('%s less %i months is %s', (time, months, since) => {
    expect(told(monthsBefore(at(time), months))).toBe(since)
  })

  it.each([
    ['P1Y', '2025-11-22T15:00:00'],
    ['P1Y6M', '2025-05-22T15:00:00'],
    ['P0.5Y', '2026-05-22T15:00:00'],
    ['P2W', '2026-11-08T15:00:00'],
    ['P30D', '2026-10-23T15:00:00'],
    ['PT72H', '2026-11-19T15:00:00'],
    ['P1DT1H30M10S', '2026-11-21T13:29:50'],
    ['PT0,5S', '2026-11-22T14:59:59'],
    ['P999999Y', '1970-01-01T00:00:00'],
  ])('one duration of %s before is %s', (duration, since) => {
    expect(told(durationBefore(at('2026-11-22T15:00:00Z'), duration))).toBe(since)
  })

  it('begins the Chinese year eight hours before the UTC one', () => {
    expect(told(yearStart(at('2026-06-01T00:00:00Z'), 8))).toBe('2025-12-31T16:00:00')
    expect(told(yearStart(at('2025-12-31T16:00:00Z'), 8))).toBe('2025-12-31T16:00:00')
    expect(told(yearStart(at('2025-12-31T15:59:59Z'), 8))).toBe('2024-12-31T16:00:00')
  })

  it('gets no shorter window from more months', () => {
    const times = fc.integer({ min: at('1980-01-01'), max: at('2100-01-01') })
    fc.assert(
      fc.property(times, fc.nat(240), fc.nat(240), (time, a, b) => {
        expect(monthsBefore(time, a + b)).toBeLessThanOrEqual(monthsBefore(time, a))
      }),
      { numRuns: 200 },
    )
  })
})
