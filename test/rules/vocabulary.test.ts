import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expandTerm } from '../../ledger/core/term-names.js'
import { type VocabularyRules, vocabularyOf } from '../../ledger/rules/vocabulary.js'
import { VOCABULARY } from '../../ledger/rules/vocabulary-table.js'
import { SPECIAL_ROOT, TERM_KINDS, termOf, termsOf } from '../../ledger/rules/vocabulary-terms.js'
import { parseCsv, VOCABULARY_FOLDER, vocabularyTable } from '../../scripts/vocabulary.mjs'

const TABLE = new URL('../../ledger/rules/vocabulary-table.ts', import.meta.url)

const NONE: VocabularyRules = {
  explicitOnly: [],
  purposes: [],
  special: [],
  notSpecial: [],
  criminal: [],
  categories: [],
}
const local = (name: string, ...parents: readonly string[]) => ({
  term: `https://terms.example/own#${name}`,
  label: name,
  parents: parents.map(expandTerm),
})
const own = (name: string) => `https://terms.example/own#${name}`
const dpv = (name: string) => expandTerm(`dpv:${name}`)
const pd = (name: string) => expandTerm(`dpv-pd:${name}`)
const gdpr = (name: string) => expandTerm(`eu-gdpr:${name}`)

describe('the table', () => {
  test('is what scripts/vocabulary.mjs makes of the published files', (context) => {
    if (!existsSync(VOCABULARY_FOLDER)) return context.skip('skipped: no shared data')
    const made = vocabularyTable((path) => readFileSync(join(VOCABULARY_FOLDER, path), 'utf8'))

    expect(readFileSync(TABLE, 'utf8')).toBe(made)
  })

  test('holds every purpose of the published file with all its parents', (context) => {
    if (!existsSync(VOCABULARY_FOLDER)) return context.skip('skipped: no shared data')
    // Counted line by line, without the reader that the script uses.
    const lines = readFileSync(join(VOCABULARY_FOLDER, 'dpv-core/purposes.csv'), 'utf8').split('\n')
    const purposes = lines.filter((line) =>
      /^"\w+","class","[^"]+",.*,"https:\/\/w3id\.org\/dpv#Purpose","",/.test(line),
    )
    const parents = purposes.map((line) => {
      const [, iri = ''] = /^"\w+","class","([^"]+)"/.exec(line) ?? []
      const [, above = ''] = /,"https:\/\/w3id\.org\/dpv#Purpose","","([^"]*)",/.exec(line) ?? []
      return [iri, above.split(';')] as const
    })

    expect(parents.length).toBe(121)
    expect(parents.filter(([iri, above]) => termOf(iri)?.parents.join() !== above.join())).toEqual(
      [],
    )
  })

  test('has so many terms of each kind, each once', () => {
    const counts = Object.fromEntries(TERM_KINDS.map((kind) => [kind, termsOf(kind).length]))
    const iris = TERM_KINDS.flatMap((kind) => termsOf(kind).map(({ iri }) => iri))

    expect(counts).toEqual({
      purpose: 122,
      category: 265,
      'legal-basis': 43,
      'transfer-tool': 26,
      processing: 56,
      measure: 183,
      subject: 32,
      role: 11,
    })
    expect(new Set(iris).size).toBe(iris.length)
    expect(VOCABULARY.version).toBe('2.3')
  })

  test('has an IRI of a known prefix, a label and no definition for every term', () => {
    const terms = TERM_KINDS.flatMap(termsOf)
    const odd = terms.filter(
      ({ iri, label, parents }) =>
        ![iri, ...parents].every((term) => /^https:\/\/w3id\.org\/dpv[^ |]*#[\w-]+$/.test(term)) ||
        label === '' ||
        label.length > 75,
    )

    expect(odd).toEqual([])
  })

  test('has for every purpose and category a parent in the table, up to one root', () => {
    const roots = [...termsOf('purpose'), ...termsOf('category')].filter(
      ({ parents }) => !parents.some((parent) => termOf(parent) !== undefined),
    )

    expect(roots.map(({ iri }) => iri).sort()).toEqual([dpv('Data'), dpv('Purpose')])
  })

  test('a file of comma-separated values is read with quotes, commas and line ends in cells', () => {
    expect(parseCsv('"a","b"\r\n"1, ""one""\n",2\n,""\n')).toEqual([
      { a: '1, "one"\n', b: '2' },
      { a: '', b: '' },
    ])
    expect(() => parseCsv('"a","b"\n"1"\n')).toThrow('another length')
  })

  test('is attributed, with its licence', () => {
    const notice = readFileSync(new URL('../../NOTICE', import.meta.url), 'utf8')

    expect(notice).toContain('ledger/rules/vocabulary-table.ts')
    expect(notice).toContain(`DPV ${VOCABULARY.version}`)
    expect(notice).toContain('W3C Data Privacy Vocabularies and Controls Community Group')
    expect(notice).toMatch(/License\s+2023/)
  })
})

describe('kinds of purposes', () => {
  const vocabulary = vocabularyOf({
    ...NONE,
    purposes: [
      local('Wide', 'dpv:Purpose'),
      local('Narrow', 'dpv:Purpose', 'dpv:Marketing'),
      local('Narrower', own('Narrow')),
    ],
  })

  test('the root, its seventeen children and what is under them are told apart', () => {
    const kinds = termsOf('purpose').map(({ iri }) => vocabulary.purposeKind(iri))

    expect(vocabulary.purposeKind(dpv('Purpose'))).toBe('root')
    expect(kinds.filter((kind) => kind === 'broad').length).toBe(17)
    expect(vocabulary.purposeKind(dpv('CommercialPurpose'))).toBe('broad')
    expect(vocabulary.purposeKind(dpv('DirectMarketing'))).toBe('specific')
  })

  test('a local purpose is one; a category, a sector and a stranger are none', () => {
    expect(vocabulary.purposeKind(own('Wide'))).toBe('broad')
    expect(vocabulary.purposeKind(own('Narrow'))).toBe('specific')
    expect(vocabulary.purposeKind(own('Narrower'))).toBe('specific')
    expect(vocabulary.purposeKind(own('Other'))).toBe('unknown')
    expect(vocabulary.purposeKind(pd('Age'))).toBe('unknown')
    expect(vocabulary.purposeKind(dpv('Sector'))).toBe('unknown')
    expect(vocabularyOf(NONE).purposeKind(own('Narrow'))).toBe('unknown')
  })

  test('a local term that takes a place, or hangs in the air, is refused', () => {
    const takes = { term: dpv('Marketing'), label: 'x', parents: [dpv('Purpose')] }

    expect(() => vocabularyOf({ ...NONE, purposes: [takes] })).toThrow('a local term is new')
    expect(() => vocabularyOf({ ...NONE, purposes: [local('A', own('B'))] })).toThrow('parents')
    expect(() => vocabularyOf({ ...NONE, purposes: [local('A')] })).toThrow('parents')
    expect(() => vocabularyOf({ ...NONE, purposes: [local('A', 'dpv-pd:Age')] })).toThrow('parents')
  })
})

describe('what is under what', () => {
  const vocabulary = vocabularyOf({ ...NONE, categories: [local('Ward', 'dpv-pd:Health')] })

  test('a term is under itself and under everything above it, by any of its parents', () => {
    const ad = dpv('PersonalisedAdvertising')

    expect(vocabulary.purposeUnder(ad, ad)).toBe(true)
    expect(vocabulary.purposeUnder(ad, dpv('Marketing'))).toBe(true)
    expect(vocabulary.purposeUnder(ad, dpv('Personalisation'))).toBe(true)
    expect(vocabulary.purposeUnder(dpv('Marketing'), ad)).toBe(false)
    expect(vocabulary.categoryUnder(own('Ward'), pd('MedicalHealth'))).toBe(true)
    expect(vocabulary.isUnder(gdpr('A6-1-a-explicit-consent'), dpv('Consent'))).toBe(true)
    expect(vocabulary.isUnder(gdpr('A46-2-c'), gdpr('DataTransferTool'))).toBe(true)
    expect(vocabulary.isUnder(own('Nobody'), own('Nobody'))).toBe(true)
    expect(vocabulary.isUnder(own('Nobody'), dpv('Data'))).toBe(false)
  })

  test('categories are those of the vocabulary and local ones', () => {
    expect(vocabulary.isCategory(pd('Age'))).toBe(true)
    expect(vocabulary.isCategory(dpv('NonPersonalData'))).toBe(true)
    expect(vocabulary.isCategory(dpv('UncategorisedData'))).toBe(true)
    expect(vocabulary.isCategory(own('Ward'))).toBe(true)
    expect(vocabulary.isCategory(dpv('Marketing'))).toBe(false)
  })

  test('labels are for people; what has none is shown in its short form', () => {
    expect(vocabulary.labelOf(dpv('DirectMarketing'))).toBe('Direct Marketing')
    expect(vocabulary.labelOf(own('Ward'))).toBe('Ward')
    expect(vocabulary.labelOf(dpv('LegalEntity'))).toBe('dpv:LegalEntity')
    expect(vocabulary.labelOf(own('Other'))).toBe(own('Other'))
  })
})

describe('special categories', () => {
  test('without a ruleset’s lists they are what the vocabulary puts under the special root', () => {
    const vocabulary = vocabularyOf(NONE)
    const special = termsOf('category').filter(({ iri }) => vocabulary.isSpecial(iri))

    // Thirty-two of dpv-pd, and the root itself.
    expect(special.length).toBe(33)
    expect(vocabulary.isSpecial(SPECIAL_ROOT)).toBe(true)
    expect(vocabulary.isSpecial(pd('BloodType'))).toBe(true)
    expect(vocabulary.isSpecial(pd('Age'))).toBe(false)
    expect(vocabulary.isSpecial(dpv('SensitivePersonalData'))).toBe(false)
  })

  test('a ruleset takes terms out, with what is under them, and puts others in', () => {
    const vocabulary = vocabularyOf({
      ...NONE,
      special: [pd('Vulnerability'), pd('Retina')],
      notSpecial: [pd('Biometric'), pd('Proclivity')],
      categories: [
        local('Frailty', 'dpv-pd:Vulnerability'),
        local('Gaze', 'dpv-pd:Biometric'),
        local('GazeOfPatients', own('Gaze'), 'dpv-pd:Health'),
      ],
    })

    expect(vocabulary.isSpecial(pd('Biometric'))).toBe(false)
    expect(vocabulary.isSpecial(pd('FacialPrint'))).toBe(false)
    expect(vocabulary.isSpecial(pd('Retina'))).toBe(true)
    expect(vocabulary.isSpecial(own('Frailty'))).toBe(true)
    expect(vocabulary.isSpecial(own('Gaze'))).toBe(false)
    expect(vocabulary.isSpecial(own('GazeOfPatients'))).toBe(true)
  })

  test('criminal is what the ruleset lists, and what is under it', () => {
    const vocabulary = vocabularyOf({ ...NONE, criminal: [pd('Criminal')] })

    expect(vocabulary.isCriminal(pd('CriminalConviction'))).toBe(true)
    expect(vocabulary.isCriminal(pd('Social'))).toBe(false)
    expect(vocabularyOf(NONE).isCriminal(pd('Criminal'))).toBe(false)
  })

  test('a category may be what it does not tell: unknown, of no kind, or wider', () => {
    const vocabulary = vocabularyOf({ ...NONE, categories: [local('Gaze', 'dpv-pd:Biometric')] })
    const mayBeGenetic = (category: string) => vocabulary.mayBe(category, pd('Genetic'))

    for (const category of ['https://firm.example/#x', dpv('PersonalData'), dpv('DerivedData')]) {
      expect(mayBeGenetic(category), category).toBe(true)
      expect(vocabulary.mayBeProtected(category), category).toBe(true)
    }
    for (const category of [pd('External'), pd('MedicalHealth'), pd('Genetic')]) {
      expect(mayBeGenetic(category), category).toBe(true)
    }
    for (const category of [pd('Country'), pd('Financial'), own('Gaze'), dpv('NonPersonalData')]) {
      expect(mayBeGenetic(category), category).toBe(false)
    }
    expect(vocabulary.mayBeProtected(pd('External'))).toBe(true)
    for (const category of [pd('Country'), dpv('NonPersonalData'), dpv('AnonymisedData')]) {
      expect(vocabulary.mayBeProtected(category), category).toBe(false)
    }
  })

  test('a long chain of local terms is no deep recursion', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `t${n}`)
    const categories = names.map((name, n) =>
      n === 0 ? local(name, 'dpv-pd:Health') : local(name, own(`t${n - 1}`)),
    )
    const vocabulary = vocabularyOf({ ...NONE, categories })

    expect(vocabulary.isSpecial(own('t19999'))).toBe(true)
    expect(vocabulary.categoryUnder(own('t19999'), own('t0'))).toBe(true)
  })
})
