/**
 * Every rule has a table of cases of its own, large enough, with every verdict that the rule can give.
 * Counted in the sources: a case is written `verdict: 'FAIL'` in a test/rules/rNN.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { RULES } from '../../ledger/rules/rules.js'
import { VERDICTS, type Verdict } from '../../ledger/rules/verdict.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CASES_MIN = 16
const ALL_CASES_MIN = 400
/** How a rule says each verdict; one that never says it needs no case of it. */
const SAID: Readonly<Record<Verdict, RegExp>> = {
  FAIL: /\bfail\(/,
  UNKNOWN: /\bunknown\(/,
  WARN: /\bwarn\(/,
  PASS: /\bpass\(/,
  NA: /\bnotApplicable\(/,
}

const ruleFiles = readdirSync(join(ROOT, 'ledger/rules')).filter((name) => /^r\d\d-/.test(name))

function read(...path: readonly string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8')
}

/** Verdicts of all cases of a rule, in order. */
function casesOf(id: string): readonly string[] {
  const text = read('test/rules', `${id.toLowerCase()}.test.ts`)
  return [...text.matchAll(/\bverdict: '([A-Z]+)'/g)].map((match) => match[1] ?? '')
}

describe('tables of cases', () => {
  it('has a file for each rule, and a rule for each file', () => {
    const ids = ruleFiles.map((name) => name.slice(0, 3).toUpperCase())
    expect(ids.sort()).toEqual(RULES.map(({ id }) => id))
  })

  it.each(RULES.map(({ id }) => id))('%s has enough, of every verdict it can give', (id) => {
    const cases = casesOf(id)
    expect(cases.length).toBeGreaterThanOrEqual(CASES_MIN)
    const file = ruleFiles.find((name) => name.startsWith(id.toLowerCase())) ?? ''
    const source = read('ledger/rules', file)
    const wanted = VERDICTS.filter((verdict) => SAID[verdict].test(source))
    expect(wanted.filter((verdict) => !cases.includes(verdict))).toEqual([])
    // Whatever a rule asks for may be good, and may be withheld.
    expect(cases).toEqual(expect.arrayContaining(['PASS', 'UNKNOWN']))
  })

  it('has at least 400 in all, each named once in its table', () => {
    const all = RULES.flatMap(({ id }) => casesOf(id))
    expect(all.length).toBeGreaterThanOrEqual(ALL_CASES_MIN)
    for (const { id } of RULES) {
      const text = read('test/rules', `${id.toLowerCase()}.test.ts`)
      const titles = [...text.matchAll(/\btitle:\s*(['"])(.*?)\1,/g)].map((match) => match[2])
      expect(titles.filter((title, place) => titles.indexOf(title) < place)).toEqual([])
    }
  })
})
