import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '../../ledger/core/error-table.js'
import { FORMATS } from '../../ledger/core/formats.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { STATEMENT_TYPES, schemaOf } from '../../ledger/core/schemas.js'
import { formatBlocks } from './format-blocks.js'
import { workedExample } from './worked-example.js'

const DOCUMENT = fileURLToPath(new URL('../../docs/format.md', import.meta.url))
const BLOCK = /<!-- made: ([\w-]+) -->\n```(\w*)\n([\s\S]*?)```/g

const blocks = await formatBlocks(await workedExample())

function filled(text: string): string {
  return text.replaceAll(
    BLOCK,
    (_, name: string, language: string) =>
      `<!-- made: ${name} -->\n\`\`\`${language}\n${blocks[name]}\n\`\`\``,
  )
}

// `WRITE=1` puts the examples in anew; without it they must be what is made.
const before = readFileSync(DOCUMENT, 'utf8')
if (process.env['WRITE'] === '1') writeFileSync(DOCUMENT, filled(before))
const text = readFileSync(DOCUMENT, 'utf8')

describe('examples', () => {
  test.each(Object.entries(blocks))('%s is what the code makes', (name, made) => {
    const shown = [...text.matchAll(BLOCK)].find((match) => match[1] === name)?.[3]

    expect(shown).toBe(`${made}\n`)
  })

  test('every example of the document is made', () => {
    const names = [...text.matchAll(BLOCK)].map((match) => match[1])

    expect(names.toSorted()).toEqual(Object.keys(blocks).toSorted())
  })
})

/** The file of test/vectors that a name of the document stands for. */
function vectorFile(name: string): string {
  const folder = name.includes('/') ? '' : 'format/'
  return fileURLToPath(new URL(`../vectors/${folder}${name}`, import.meta.url))
}

function caseNames(name: string): readonly (Json | undefined)[] {
  const { cases, claims } = JSON.parse(readFileSync(vectorFile(name), 'utf8')) as JsonObject
  return ((cases ?? claims) as readonly JsonObject[]).map((each) => each['name'])
}

describe('references', () => {
  const cited = [...text.matchAll(/`((?:[\w-]+\/)*\w[\w.-]*\.json)(?:#([\w-]+))?`/g)].map(
    ([, file = '', name]) => ({ file, name }),
  )

  test('every vector file that is named is there', () => {
    const missing = cited.filter(({ file }) => !existsSync(vectorFile(file)))

    expect(cited.length).toBeGreaterThan(200)
    expect(missing).toEqual([])
  })

  test('every case that is named is in its file', () => {
    const missing = cited.filter(({ file, name }) => {
      return name !== undefined && !caseNames(file).includes(name)
    })

    expect(missing).toEqual([])
  })

  test('every code that is named is in the table of errors', () => {
    const codes = [...text.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`/g)].map(([, code = '']) => code)
    const unknown = codes.filter((code) => !(code in ERRORS))

    expect(unknown).toEqual([])
  })

  test('every link inside the document leads to a heading', () => {
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1])

    expect(links.length).toBeGreaterThan(30)
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([])
  })
})

describe('tables', () => {
  test('every format of strings is in appendix A', () => {
    const appendix = text.slice(text.indexOf('## Appendix A'))
    const missing = Object.keys(FORMATS).filter((name) => !appendix.includes(`\`${name}\``))

    expect(missing).toEqual([])
  })

  test.each(STATEMENT_TYPES)(
    '%s is signed as section 6 says and has the extras of section 3',
    (type) => {
      const { extras, countersigned, roles } = schemaOf(type)
      const row = text.split('\n').find((line) => line.startsWith(`| \`${type}\` |`)) ?? ''
      const has = (word: string) => row.includes(`\`${word}\``)

      expect(has('countersign_by')).toBe(countersigned)
      expect(has('parents')).toBe(extras.parents === 'required')
      expect(has('about')).toBe(extras.about === 'required')
      expect(has('supersedes')).toBe(extras.supersedes === 'optional')
      if (roles.length === 1) expect((roles[0] ?? []).filter((role) => !has(role))).toEqual([])
    },
  )

  test('each word that decides on roles is in section 6, with its roles', () => {
    const section = text.slice(text.indexOf('## 6 Roles'), text.indexOf('## 7 Entry'))
    const lines = section.split('\n')
    for (const { rolesBy } of STATEMENT_TYPES.map((type) => schemaOf(type))) {
      for (const [word, sets] of Object.entries(rolesBy?.sets ?? {})) {
        const line =
          lines.find((each) => each.startsWith('|') && each.includes(`\`${word}\``)) ?? ''
        const said = [...(line.split('|')[3] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1])
        const wanted = new Set(sets.flat())
        expect([word, [...new Set(said)].toSorted()]).toEqual([
          word,
          line.includes('either') ? [] : [...wanted].toSorted(),
        ])
      }
    }
  })
})
