import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FORMATS } from '../../ledger/core/formats.js'
import * as datasets from '../../ledger/core/schemas/datasets.js'
import * as shapes from '../../ledger/core/schemas/shapes.js'
import { STATEMENT_TYPES, schemaOf } from '../../ledger/core/schemas.js'
import { statementDocs } from '../../scripts/schema-docs.mjs'

const made = statementDocs({
  STATEMENT_TYPES,
  schemaOf,
  FORMATS,
  shapes: { ...shapes, ...datasets },
})

test('docs/statements.md is what scripts/schema-docs.mjs makes of the schemas', () => {
  const checkedIn = readFileSync(new URL('../../docs/statements.md', import.meta.url), 'utf8')

  expect(checkedIn).toBe(made)
})

test.each(STATEMENT_TYPES)('the document describes every claim of %s', (type) => {
  const section = made.split(`\n## ${type}\n`)[1]?.split('\n## ')[0] ?? ''
  const described = [...section.matchAll(/^\| \*\*`(\w+)`\*\* \|/gm)].map((match) => match[1])

  expect(described).toEqual(Object.keys(schemaOf(type).claims))
})

test('no cell of the document is undefined and every link leads to a heading', () => {
  const anchors = [...made.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-').replaceAll('/', ''),
  )
  const links = [...made.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1])

  expect(made).not.toContain('undefined')
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([])
})
