/** Limits as text: what is read back judges as before, and alike datasets are written once. */
import { expect, test } from 'vitest'
import { limitsOfText, limitsText } from '../../ledger/log/limits-record.js'
import type { Limits } from '../../ledger/rules/limits.js'
import { UNKNOWN_LIMITS, UNLIMITED } from '../../ledger/rules/meet.js'

const DPV = 'https://w3id.org/dpv#'

const narrow: Limits = {
  ...UNLIMITED,
  retention: { value: '2027-01-31', incomplete: true },
  categories: {
    value: new Set([`${DPV}PersonalData`, 'https://firm.example/terms#Ride']),
    incomplete: false,
  },
  countries: { value: { included: new Set(['US', 'DE']), excluded: new Set() }, incomplete: false },
}

test('gives back the same limits for every dataset', () => {
  const limits = new Map([
    [0, narrow],
    [7, UNLIMITED],
    [8, UNKNOWN_LIMITS],
    [65_535, narrow],
  ])
  expect(new Map([...limitsOfText(limitsText(limits))].sort(([a], [b]) => a - b))).toEqual(limits)
})

test('the order in which a set was filled does not show', () => {
  const other = {
    ...narrow,
    countries: {
      value: { included: new Set(['DE', 'US']), excluded: new Set<string>() },
      incomplete: false,
    },
  }
  expect(limitsText(new Map([[0, other]]))).toBe(limitsText(new Map([[0, narrow]])))
})

test('a thousand datasets with the same long limits are hardly longer than one', () => {
  const long = () => ({
    ...narrow,
    categories: {
      value: new Set(Array.from({ length: 500 }, (_, n) => `${DPV}C${n}`)),
      incomplete: false,
    },
  })
  const one = limitsText(new Map([[0, long()]]))
  const many = limitsText(new Map(Array.from({ length: 1_000 }, (_, n) => [n, long()])))
  expect(one.length).toBeGreaterThan(3_000)
  expect(many.length).toBeLessThan(one.length + 5_000)
})

test('a text that nobody wrote is damage', () => {
  expect(() => limitsOfText('{')).toThrow(expect.objectContaining({ code: 'ENTRY_MISMATCH' }))
  expect(() => limitsOfText('{"a":1}')).toThrow(expect.objectContaining({ code: 'ENTRY_MISMATCH' }))
})
