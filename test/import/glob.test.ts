import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatches } from '../../import/openlineage/glob.js'

test.each([
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['public.*', 'public.orders', true],
  ['public.*', 'publicXorders', false],
  ['*_7_days', 'orders_7_days', true],
  ['etl_?rders', 'etl_orders', true],
  ['etl_?', 'etl_', false],
  ['a*b*c', 'a1b2b3c', true],
  ['a*b*c', 'a1b2c3', false],
  ['s3://*', 's3://bucket/path', true],
  ['[ab]', 'a', false],
  ['(a|b)+', '(a|b)+', true],
  ['?', '🚲', true],
])('%j and %j: %s', (pattern, text, expected) => {
  expect(globMatches(pattern, text)).toBe(expected)
})

/** By definition: a star is any number of characters, tried one after the other. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') return text.some((_, at) => matches(rest, text.slice(at))) || matches(rest, [])
  const [character, ...others] = text
  return character !== undefined && (first === '?' || first === character) && matches(rest, others)
}

test('agrees with the definition', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(words, words, (pattern, text) => {
      expect(globMatches(pattern, text)).toBe(matches([...pattern], [...text]))
    }),
    { numRuns: 2_000 },
  )
})

test('takes no longer for a pattern that is all stars', () => {
  expect(globMatches('*a'.repeat(200), 'a'.repeat(199))).toBe(false)
  expect(globMatches(`${'a*'.repeat(500)}b`, 'a'.repeat(4_000))).toBe(false)
})
