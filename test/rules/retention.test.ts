import { describe, expect, test } from 'vitest'
import type { Hop } from '../../ledger/rules/hop.js'
import { addDuration, type Retention, retentionEnd } from '../../ledger/rules/retention.js'
import type { Upstream } from '../../ledger/rules/rule.js'
import { collection, gap, processing, transfer, upstream, withheld } from './fixtures.js'

const end = (retention: Retention, hop: Hop, parents: readonly Upstream[] = []) =>
  retentionEnd(retention, { hop, upstream: parents })

describe('a duration', () => {
  const cases: readonly (readonly [day: string, duration: string, end: string])[] = [
    ['2026-01-31', 'P1M', '2026-02-28'],
    ['2024-01-31', 'P1M', '2024-02-29'],
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2026-11-30', 'P3M', '2027-02-28'],
    ['2026-12-31', 'P1D', '2027-01-01'],
    ['2026-01-01', 'P2W', '2026-01-15'],
    ['2026-01-01', 'P1Y2M3D', '2027-03-04'],
    ['2026-01-01', 'P1,5Y', '2027-07-01'],
    ['2026-01-01', 'P0.5M', '2026-01-16'],
    ['2026-01-01', 'PT47H59M', '2026-01-02T23:59:00'],
    ['2026-01-01', 'PT2880M', '2026-01-03'],
    ['2026-01-01', 'PT52560000M', '2125-12-08'],
    ['2026-01-01', 'PT3153600000S', '2125-12-08'],
    ['2026-01-01', 'PT0.5S', '2026-01-01T00:00:01'],
    ['2026-01-01', 'P1.9Y', '2027-11-25'],
    ['2026-01-01', 'P22.8M', '2027-11-25'],
    ['2026-01-01', 'P1.5W', '2026-01-11T12:00:00'],
    ['2026-01-01', 'PT999999999H', '9999-12-31'],
    ['9999-12-31', 'PT1H', '9999-12-31'],
    ['2026-01-01', 'PT48H', '2026-01-03'],
    ['2026-01-01', 'P0D', '2026-01-01'],
    ['2026-01-01', 'P9999Y', '9999-12-31'],
    ['9999-11-15', 'P1M', '9999-12-15'],
    ['2026-01-01', 'P999999999D', '9999-12-31'],
    ['2026-01-01', 'P999999999Y', '9999-12-31'],
  ]
  for (const [day, duration, last] of cases) {
    test(`${duration} from ${day} ends on ${last}`, () => {
      expect(addDuration(day, duration)).toBe(last)
    })
  }
})

describe('the end of retention', () => {
  test('is the day that is stated', () => {
    expect(end({ until: '2030-12-31' }, collection())).toEqual({
      end: '2030-12-31',
      incomplete: false,
    })
  })

  test('is none where none is stated, and not known where it is withheld or only words', () => {
    expect(end(null, collection())).toEqual({ incomplete: false })
    expect(end(undefined, collection())).toEqual({ incomplete: true })
    expect(end({ criteria: 'until the study ends' }, collection())).toEqual({ incomplete: true })
  })

  test('counts from the hop’s own period', () => {
    const year = { duration: 'P1Y', startEvent: 'collection-end' } as const

    expect(end(year, collection())).toEqual({ end: '2027-01-31', incomplete: false })
    expect(end({ ...year, startEvent: 'collection-begin' }, collection()).end).toBe('2027-01-01')
    expect(end({ ...year, startEvent: 'transfer-end' }, transfer()).end).toBe('2027-03-01')
    expect(end({ ...year, startEvent: 'processing-end' }, processing()).end).toBe('2027-03-31')
  })

  test('counts from the period of a parent, the earliest of several', () => {
    const early = collection({
      period: { begin: '2025-01-01T00:00:00Z', end: '2025-06-30T00:00:00Z' },
    })
    const year = { duration: 'P1Y', startEvent: 'collection-end' } as const

    expect(end(year, transfer(), [upstream(collection())])).toEqual({
      end: '2027-01-31',
      incomplete: false,
    })
    expect(end(year, transfer(), [upstream(collection()), upstream(early)])).toEqual({
      end: '2026-06-30',
      incomplete: false,
    })
  })

  test('may be earlier where a parent is not shown, is of another type or withholds its period', () => {
    const year = { duration: 'P1Y', startEvent: 'collection-end' } as const
    const known = upstream(collection())
    const other = [gap(), upstream(transfer()), upstream(withheld(collection(), 'period'))]

    for (const parent of other) {
      expect(end(year, transfer(), [known, parent])).toEqual({
        end: '2027-01-31',
        incomplete: true,
      })
      expect(end(year, transfer(), [parent])).toEqual({ incomplete: true })
    }
    expect(end(year, withheld(collection(), 'period'))).toEqual({ incomplete: true })
  })

  test('is not known while the event has not happened', () => {
    const running = collection({ period: { begin: '2026-01-01T00:00:00Z' } })

    expect(end({ duration: 'P1Y', startEvent: 'collection-end' }, running)).toEqual({
      incomplete: true,
    })
    expect(end({ duration: 'P1Y', startEvent: 'contract-end' }, transfer())).toEqual({
      incomplete: true,
    })
  })

  test('is not known while the event is a plan, but for a day that the parties state', () => {
    const year = { duration: 'P1Y', startEvent: 'collection-end' } as const
    const planned = collection({
      period: { begin: '2026-01-01T00:00:00Z', end: '2099-12-31T00:00:00Z' },
    })

    expect(end(year, planned)).toEqual({ incomplete: true })
    expect(end(year, transfer(), [upstream(planned)])).toEqual({ incomplete: true })
    expect(end(year, transfer(), [upstream(planned), upstream(collection())])).toEqual({
      end: '2027-01-31',
      incomplete: true,
    })
    expect(end({ ...year, startDate: '2026-12-31' }, planned)).toEqual({
      end: '2027-12-31',
      incomplete: false,
    })
  })

  test('counts from the day that the parties state, where no period says', () => {
    const retention = {
      duration: 'P2Y',
      startEvent: 'contract-end',
      startDate: '2026-06-15',
    } as const

    expect(end(retention, transfer())).toEqual({ end: '2028-06-15', incomplete: false })
  })

  test('a stated day does not stretch what the ledger shows', () => {
    const stated = (startDate: string) =>
      ({ duration: 'P1Y', startEvent: 'collection-end', startDate }) as const

    expect(end(stated('2026-12-31'), collection()).end).toBe('2027-01-31')
    expect(end(stated('2025-12-31'), collection()).end).toBe('2026-12-31')
    expect(end(stated('2026-12-31'), withheld(collection(), 'period'))).toEqual({
      end: '2027-12-31',
      incomplete: true,
    })
    expect(end(stated('2026-12-31'), transfer(), [gap()])).toEqual({
      end: '2027-12-31',
      incomplete: true,
    })
    expect(end(stated('2026-12-31'), transfer(), [upstream(transfer())]).incomplete).toBe(false)
  })
})
