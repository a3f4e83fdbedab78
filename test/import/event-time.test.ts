import { describe, expect, test } from 'vitest'
import { compareTimes, parseEventTime } from '../../import/openlineage/event-time.js'

describe('times of events', () => {
  test.each([
    ['2020-08-30T09:00:00.000+10:00', '2020-08-29T23:00:00Z'],
    ['2020-10-28T19:52:00.001+10:00', '2020-10-28T09:52:00.001Z'],
    ['2026-11-20T23:59:59.999999999Z', '2026-11-20T23:59:59.999999999Z'],
    ['2026-11-20t09:00:00z', '2026-11-20T09:00:00Z'],
    ['2026-03-01T00:30:00+05:45', '2026-02-28T18:45:00Z'],
    ['2024-02-29T12:00:00.1200-00:00', '2024-02-29T12:00:00.12Z'],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.5Z'],
  ])('%s is %s', (text, utc) => {
    expect(parseEventTime(text)?.utc).toBe(utc)
  })

  test.each([
    '{{RUN_START_TIME}}',
    '2026-11-20T09:00:00',
    '2026-11-20 09:00:00Z',
    '2026-11-20',
    '2026-02-30T09:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T09:00:60Z',
    '2026-11-20T09:00:00.1234567890Z',
    '2026-11-20T09:00:00+24:00',
    '2026-11-20T09:00:00+10',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '',
  ])('%j is none', (text) => {
    expect(parseEventTime(text)).toBeUndefined()
  })

  test('are ordered to the nanosecond, whatever their offsets', () => {
    const times = [
      '2026-11-20T10:00:00.000000002+01:00',
      '2026-11-20T09:00:00.000000001Z',
      '2026-11-20T08:59:59.999999999Z',
      '2026-11-20T19:00:01+10:00',
    ]
      .map((text) => parseEventTime(text))
      .filter((time) => time !== undefined)

    expect(times.sort(compareTimes).map(({ utc }) => utc)).toEqual([
      '2026-11-20T08:59:59.999999999Z',
      '2026-11-20T09:00:00.000000001Z',
      '2026-11-20T09:00:00.000000002Z',
      '2026-11-20T09:00:01Z',
    ])
  })
})
