import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERRORS } from '../../ledger/core/error-table.js'
import { EXPLAINED_EXITS, errorsDoc } from '../../scripts/errors-doc.mjs'

const CHECKED_IN = new URL('../../docs/errors.md', import.meta.url)
const made = errorsDoc(ERRORS)

test('docs/errors.md is what scripts/errors-doc.mjs makes of the table', () => {
  if (process.env['WRITE'] === '1') writeFileSync(CHECKED_IN, made)

  expect(readFileSync(CHECKED_IN, 'utf8')).toBe(made)
})

test('every exit code of the table is explained', () => {
  const used = new Set(Object.values(ERRORS).map(({ exit }) => exit))

  expect([...used].filter((exit) => !EXPLAINED_EXITS.includes(exit))).toEqual([])
})

test('every code has a section, in words that end', () => {
  const headings = [...made.matchAll(/^### (\w+)$/gm)].map((match) => match[1])
  const unfinished = Object.entries(ERRORS).filter(([, { explain }]) => !/[.!]$/.test(explain))

  expect(headings).toEqual(Object.keys(ERRORS))
  expect(unfinished.map(([code]) => code)).toEqual([])
})
