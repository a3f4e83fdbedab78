import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandTerm } from '../../ledger/core/term-names.js'
import {
  ANY_PURPOSE,
  allowsPurpose,
  meetPurposes,
  type PurposeSet,
} from '../../ledger/rules/purposes.js'
import { vocabularyOf } from '../../ledger/rules/vocabulary.js'
import { PURPOSE_ROOT, termsOf } from '../../ledger/rules/vocabulary-terms.js'

const RUNS = process.env['SLOW'] === '1' ? 2_000 : 200
const dpv = (name: string) => expandTerm(`dpv:${name}`)
const SALE = dpv('SellDataToThirdParties')
const OWN = 'https://terms.example/own#Cohort'
const STRANGE = 'https://terms.example/own#Strange'

const vocabulary = vocabularyOf({
  explicitOnly: [SALE],
  purposes: [
    { term: OWN, label: 'Cohort', parents: [dpv('AcademicResearch'), dpv('PublicBenefit')] },
  ],
  special: [],
  notSpecial: [],
  criminal: [],
  categories: [],
})
const allowed = (...names: readonly string[]) => vocabulary.purposesOf(names.map(dpv))

/** The eight cases of domain.md’s note on R02. */
const CASES: readonly (readonly [allows: readonly string[], does: string, covered: boolean])[] = [
  [['Marketing'], 'DirectMarketing', true],
  [['ResearchAndDevelopment'], 'AcademicResearch', true],
  [['AcademicResearch'], 'CommercialResearch', false],
  [['NonCommercialPurpose'], 'AcademicResearch', false],
  [['Personalisation'], 'PersonalisedAdvertising', false],
  [['ServiceProvision'], 'SellDataToThirdParties', false],
  [['Marketing', 'HumanResourceManagement'], 'RecruitmentAdvertising', true],
  [['Purpose'], 'DirectMarketing', false],
]

describe('coverage', () => {
  for (const [allows, does, covered] of CASES) {
    test(`${allows.join(' and ')} ${covered ? 'covers' : 'does not cover'} ${does}`, () => {
      expect(allowsPurpose(allowed(...allows), dpv(does))).toBe(covered)
    })
  }

  test('an explicit-only purpose is covered by its own name, and a wider one is not by it', () => {
    expect(vocabulary.purposeUnder(SALE, dpv('ServiceProvision'))).toBe(true)
    expect(allowsPurpose(allowed('SellDataToThirdParties'), SALE)).toBe(true)
    expect(allowsPurpose(allowed('SellDataToThirdParties'), dpv('SellProducts'))).toBe(false)
  })

  test('the root is no purpose: it neither covers nor is covered', () => {
    const set = allowed('Purpose')

    expect(termsOf('purpose').filter(({ iri }) => allowsPurpose(set, iri))).toEqual([])
    expect(allowsPurpose(allowed('Purpose', 'Marketing'), PURPOSE_ROOT)).toBe(false)
  })

  test('no purpose allows nothing, not even one whose only parent is the root', () => {
    const set = vocabulary.purposesOf([])

    expect(termsOf('purpose').filter(({ iri }) => allowsPurpose(set, iri))).toEqual([])
  })

  test('a local purpose means all its parents at once', () => {
    expect(allowsPurpose(allowed('AcademicResearch'), OWN)).toBe(false)
    expect(allowsPurpose(allowed('ResearchAndDevelopment', 'PublicBenefit'), OWN)).toBe(true)
  })

  test('a purpose under a legal basis is allowed by its own name only', () => {
    // The one term of DPV 2.3 whose only parent is no purpose.
    const rights = dpv('RightsFulfilment')
    const others = termsOf('purpose').filter(({ iri }) => iri !== rights)
    const set = vocabulary.purposesOf(others.map(({ iri }) => iri))

    expect(allowsPurpose(set, rights)).toBe(false)
    expect(vocabulary.purposeKind(rights)).toBe('specific')
    expect(allowsPurpose(allowed('RightsFulfilment'), rights)).toBe(true)
  })

  test('a term of no vocabulary covers itself and nothing else', () => {
    const set = vocabulary.purposesOf([STRANGE])

    expect(allowsPurpose(set, STRANGE)).toBe(true)
    expect([...(set.covered ?? [])]).toEqual([STRANGE])
  })

  test('the same list gives the same set, whatever its order', () => {
    const list = [dpv('Marketing'), dpv('Personalisation')]

    expect(vocabulary.purposesOf(list)).toBe(vocabulary.purposesOf(list))
    expect(vocabulary.purposesOf([...list].reverse())).toBe(vocabulary.purposesOf(list))
  })
})

describe('properties', () => {
  const term = fc.constantFrom(...termsOf('purpose').map(({ iri }) => iri), OWN, STRANGE)
  const list = fc.uniqueArray(term, { maxLength: 12 })
  const ALL = [...termsOf('purpose').map(({ iri }) => iri), OWN, STRANGE]
  const held = (set: PurposeSet) => ALL.filter((iri) => allowsPurpose(set, iri))

  /** As the formula reads, term by term; the set is made in one pass instead. */
  function coversByDefinition(list: readonly string[], iri: string): boolean {
    if (iri === PURPOSE_ROOT) return false
    if (list.includes(iri)) return true
    if (iri === SALE) return false
    const parents =
      iri === OWN
        ? [dpv('AcademicResearch'), dpv('PublicBenefit')]
        : (termsOf('purpose').find((one) => one.iri === iri)?.parents ?? [])
    const branches = parents.filter((parent) => parent !== PURPOSE_ROOT)
    return branches.length > 0 && branches.every((parent) => coversByDefinition(list, parent))
  }

  test('a set covers what the definition says', () => {
    fc.assert(
      fc.property(list, (terms) => {
        const set = vocabulary.purposesOf(terms)
        expect(held(set)).toEqual(ALL.filter((iri) => coversByDefinition(terms, iri)))
      }),
      { numRuns: Math.min(RUNS, 500) },
    )
  })

  test('a longer list covers no less, and the meet of two no more than either', () => {
    fc.assert(
      fc.property(list, list, (first, second) => {
        const [a, b] = [vocabulary.purposesOf(first), vocabulary.purposesOf(second)]
        const both = held(meetPurposes(a, b))
        const either = vocabulary.purposesOf([...new Set([...first, ...second])])

        expect(held(a).filter((iri) => !allowsPurpose(either, iri))).toEqual([])
        expect(both).toEqual(held(a).filter((iri) => allowsPurpose(b, iri)))
      }),
      { numRuns: RUNS },
    )
  })

  test('a meet is closed: what it implies it holds', () => {
    fc.assert(
      fc.property(list, list, (first, second) => {
        const met = meetPurposes(vocabulary.purposesOf(first), vocabulary.purposesOf(second))
        const again = vocabulary.purposesOf(held(met))

        expect(held(again)).toEqual(held(met))
      }),
      { numRuns: RUNS },
    )
  })

  test('a meet with what is no narrower is the very same set', () => {
    fc.assert(
      fc.property(list, list, (first, second) => {
        const a = vocabulary.purposesOf(first)
        const wider = vocabulary.purposesOf([...new Set([...first, ...second])])

        expect(meetPurposes(a, wider)).toBe(a)
        expect(meetPurposes(a, ANY_PURPOSE)).toBe(a)
        expect(meetPurposes(ANY_PURPOSE, a)).toBe(a)
        expect(meetPurposes(a, meetPurposes(wider, a))).toBe(a)
      }),
      { numRuns: RUNS },
    )
  })
})
