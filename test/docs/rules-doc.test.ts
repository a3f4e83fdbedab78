/** docs/rules.md and the rules say the same. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RULES } from '../../ledger/rules/rules.js'
import { rulesDoc } from '../../scripts/rules-doc.mjs'

const DOC = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')

test('docs/rules.md is what scripts/rules-doc.mjs makes of the rules', () => {
  expect(DOC).toBe(rulesDoc(RULES))
})

test('each rule has its row, its section and its words', () => {
  for (const { id, title, citation } of RULES) {
    expect(DOC, id).toContain(`### ${id} ${title}\n\n*${citation}*`)
    expect(DOC, id).toContain(`| [${id}](#`)
  }
  expect(RULES.length).toBeGreaterThan(0)
})
