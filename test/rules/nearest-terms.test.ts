/** Terms that are spelt almost like what was typed. */
import { expect, test } from 'vitest'
import { nearestTerms } from '../../ledger/rules/nearest-terms.js'
import { termsOf } from '../../ledger/rules/vocabulary-terms.js'

const PURPOSES = termsOf('purpose').map(({ iri }) => iri)

test.each([
  ['https://w3id.org/dpv#Marketting', 'dpv:Marketing'],
  ['https://w3id.org/dpv#marketing', 'dpv:Marketing'],
  ['https://w3id.org/dpv/pd#Marketing', 'dpv:Marketing'],
  ['https://w3id.org/dpv#ServiceOptimization', 'dpv:ServiceOptimisation'],
  ['https://w3id.org/dpv#FraudPreventionAndDetecton', 'dpv:FraudPreventionAndDetection'],
])('%s is near %s', (typed, term) => {
  expect(nearestTerms(typed, PURPOSES)[0]).toBe(term)
})

test('what is near nothing has no near term, and never more than three are named', () => {
  expect(nearestTerms('https://example.org/kiez#Nachbarschaftshilfe', PURPOSES)).toEqual([])
  expect(nearestTerms('x:', PURPOSES)).toEqual([])
  const many = ['a', 'b', 'c', 'd', 'e'].map((letter) => `https://example.org/t#Term${letter}`)
  expect(nearestTerms('https://example.org/t#Terme', many)).toHaveLength(3)
  expect(nearestTerms('https://example.org/t#Terme', many)[0]).toBe('https://example.org/t#Terme')
})
