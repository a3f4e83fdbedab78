/** docs/rulesets.md: its examples are rulesets, and it names every member of the format. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Json, type JsonObject, parseJson } from '../../ledger/core/json.js'
import type { Shape } from '../../ledger/core/schema.js'
import { RULESET_SCHEMA } from '../../ledger/core/schemas/ruleset.js'
import { lawOf } from '../../ledger/rules/law.js'
import { parseRuleset } from '../../ledger/rules/ruleset-file.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { adequacyOn, restrictingRegimes, toolOf } from '../../ledger/rules/tables.js'

const text = readFileSync(new URL('../../docs/rulesets.md', import.meta.url), 'utf8')

/** The JSON of an example, by the word behind its fence. */
function example(name: string): JsonObject {
  const block = text.split(`\`\`\`json ${name}.json\n`)[1]?.split('\n```')[0]
  if (block === undefined) throw new TypeError(`no example ${name}`)
  return parseJson(block) as JsonObject
}

function namesOf(shape: Shape): readonly string[] {
  if (shape.kind === 'list') return namesOf(shape.of)
  if (shape.kind !== 'object') return []
  return Object.entries(shape.members).flatMap(([name, member]) => [name, ...namesOf(member.shape)])
}

describe('the format', () => {
  test('is described member by member', () => {
    const said = new Set(
      [...text.matchAll(/[\w.[\]]+/g)].flatMap(([word]) => word.split(/[.[\]]+/)),
    )
    const names = Object.entries(RULESET_SCHEMA.claims)
      .filter(([name]) => name !== 'issuer' && name !== 'ext')
      .flatMap(([name, { shape }]) => [name, ...namesOf(shape)])

    expect(names.length).toBeGreaterThan(60)
    expect(names.filter((name) => !said.has(name))).toEqual([])
  })
})

describe('another law', () => {
  const { regimes, adequacy, purposes } = SHIPPED
  const file = {
    ...SHIPPED,
    name: 'ours',
    regimes: [...regimes, example('regime')],
    adequacy: [...adequacy, example('adequacy')],
    purposes: { ...purposes, localTerms: [example('purpose')] },
  }
  const law = lawOf(parseRuleset(file as unknown as Json))

  test('is added by rows alone', () => {
    const [lgpd, ...others] = restrictingRegimes(law, 'BR', 'IN')

    expect(others).toEqual([])
    expect(lgpd?.code).toBe('br-lgpd')
    expect(lgpd && toolOf(lgpd, 'BR-SCC')).toBeDefined()
    expect(lgpd && toolOf(lgpd, 'A46-2-c')).toBeUndefined()
    expect(restrictingRegimes(lawOf(SHIPPED), 'BR', 'IN')).toEqual([])
  })

  test('has its own decisions from their day on', () => {
    const on = (day: string) => adequacyOn(law, 'br-lgpd', 'DE', day).length

    expect([on('2026-01-26'), on('2026-01-27')]).toEqual([0, 1])
  })

  test('may bring purposes, which their parents allow', () => {
    const { vocabulary } = law
    const parent = vocabulary.purposesOf(['https://w3id.org/dpv#ServiceOptimisation'])

    expect(parent.covered?.has('https://clinics.example/terms#WardRouting')).toBe(true)
    expect(vocabulary.labelOf('https://clinics.example/terms#WardRouting')).toBe('Ward routing')
  })
})
