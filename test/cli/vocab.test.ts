/** `waybill vocab`: without a ledger, a key or a network. */
import { afterAll, describe, expect, test } from 'vitest'
import { termLabel, valueText } from '../../cli/output.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { Town } from './harness.js'

const town = new Town()
const person = town.person('reader')
afterAll(() => town.close())

async function lines(...argv: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await person.run(['vocab', ...argv])
  expect(code).toBe(0)
  return out.trimEnd().split('\n')
}

async function terms(...argv: readonly string[]): Promise<readonly JsonObject[]> {
  const { code, json } = await person.run(['vocab', ...argv, '--json'])
  const found = json()['terms'] as readonly JsonObject[]
  // Nothing found is no success.
  expect(code).toBe(found.length === 0 ? 3 : 0)
  return found
}

test('says which vocabulary it is, in which version, and how many terms there are of each kind', async () => {
  const said = await lines()

  expect(said[0]).toBe('W3C Data Privacy Vocabulary 2.3')
  expect(said.join('\n')).toContain('W3C Software and Document License')
  expect(said).toContain('purposes        122 terms')
  expect((await person.run(['vocab', '--json'])).json()['kinds']).toContainEqual({
    kind: 'legal-bases',
    terms: 43,
  })
})

describe('a kind', () => {
  test('is a tree: a term with several parents stands under each, what is under it once', async () => {
    const said = await lines('purposes')

    expect(said[0]).toMatch(/^Purpose +dpv:Purpose +no purpose itself$/)
    expect(said.filter((line) => line.includes('dpv:PersonalisedAdvertising'))).toEqual([
      expect.stringMatching(/^ {6}Personalised Advertising /),
      expect.stringMatching(/^ {4}Personalised Advertising .*see above$/),
    ])
    expect(said.filter((line) => line.includes('dpv:TargetedAdvertising'))).toHaveLength(1)
    // All purposes, and the legal basis under which the vocabulary has one of them.
    const shown = new Set(said.map((line) => /dpv:\w+/.exec(line)?.[0]))
    expect(shown.delete('dpv:LegalObligation')).toBe(true)
    expect(shown.size).toBe(122)
  })

  test('may be named in the singular, and hangs from terms that the table does not hold', async () => {
    expect(await lines('measure')).toEqual(await lines('measures'))
    expect((await lines('measures'))[0]).toMatch(/^Technical Measure +dpv:TechnicalMeasure$/)
  })

  test('says what the shipped ruleset makes of its terms', async () => {
    const categories = await terms('categories')
    const marked = (name: string) => categories.find(({ term }) => term === name)?.['marks']

    expect(marked('dpv-pd:MedicalHealth')).toEqual(['special (GDPR Art. 9)'])
    expect(marked('dpv-pd:FacialExpression')).toEqual([])
    expect(marked('dpv-pd:CriminalConviction')).toEqual(['criminal (GDPR Art. 10)'])
    expect((await terms('purposes', 'dpv:SellDataToThirdParties'))[0]?.['marks']).toEqual([
      'never implied',
    ])
  })
})

describe('a search', () => {
  test('finds terms by all words, in term or label, whatever their case', async () => {
    const found = await terms('purposes', 'RESEARCH', 'commercial')

    expect(found.map(({ term }) => term)).toEqual([
      'dpv:CommercialResearch',
      'dpv:NonCommercialResearch',
    ])
    expect((await lines('purposes', 'academic'))[0]).toMatch(
      /^Academic Research +dpv:AcademicResearch +under Research and Development$/,
    )
  })

  test('without a kind looks at all of them', async () => {
    const found = await terms('explicit', 'consent')

    expect(found.map(({ kind, term }) => [kind, term])).toEqual([
      ['legal-basis', 'eu-gdpr:A6-1-a-explicit-consent'],
      ['legal-basis', 'eu-gdpr:A6-1-a-non-explicit-consent'],
      ['legal-basis', 'eu-gdpr:A9-2-a'],
      ['transfer-tool', 'eu-gdpr:A49-1-a'],
    ])
  })

  test('that finds nothing says so, and is no success', async () => {
    const { code, out } = await person.run(['vocab', 'purposes', 'zeppelin'])
    expect(code).toBe(3)
    expect(out).toMatch(/^no term has “zeppelin”\nkinds of terms: purposes, categories, /)
    expect(await terms('zeppelin')).toEqual([])
  })

  test('for one term, in short or as an IRI, shows what is above it and under it', async () => {
    const said = await lines('dpv:PersonalisedAdvertising')

    expect(said).toEqual([
      'Personalised Advertising (dpv:PersonalisedAdvertising), purpose',
      '  https://w3id.org/dpv#PersonalisedAdvertising',
      '  under Advertising < Marketing < Purpose',
      '  under Personalisation < Purpose',
      '  It means Advertising and Personalisation at once: allowed only where all are.',
      '',
      'Targeted Advertising  dpv:TargetedAdvertising    under Personalised Advertising',
    ])
    expect(await lines('https://w3id.org/dpv#PersonalisedAdvertising')).toEqual(said)
  })

  test('for a term of another kind finds nothing', async () => {
    expect(await terms('categories', 'dpv:Marketing')).toEqual([])
  })
})

describe('labels beside terms', () => {
  test('are the vocabulary’s, in small letters but for abbreviations and articles', () => {
    expect(termLabel('https://w3id.org/dpv#ServiceProvision')).toBe('service provision')
    expect(termLabel('https://w3id.org/dpv#MisusePreventionAndDetection')).toBe(
      'misuse, prevention and detection',
    )
    expect(termLabel('https://w3id.org/dpv/pd#DNACode')).toBe('DNA code')
    expect(termLabel('https://w3id.org/dpv/legal/eu/gdpr#A6-1-f')).toBe(
      'Art 6(1-f) legitimate interest',
    )
  })

  test('of a term that the vocabulary does not have come from its IRI', () => {
    expect(termLabel('https://terms.example/own#CohortStudy')).toBe('cohort study')
    expect(valueText('https://terms.example/own#CohortStudy')).toBe(
      'https://terms.example/own#CohortStudy (cohort study)',
    )
  })
})

test('a misspelt kind is a word that nothing has', async () => {
  expect(await person.run(['vocab', 'purposs'])).toMatchObject({ code: 3 })
})
