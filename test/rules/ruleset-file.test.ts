/** A ruleset as a file: what is refused, at which place, and that nothing is lost on the way. */
import { describe, expect, it } from 'vitest'
import { LedgerError } from '../../ledger/core/errors.js'
import { encodeJcs, type Json, parseJson } from '../../ledger/core/json.js'
import { DISCLOSURES_MAX, ENVELOPE_CHARS_MAX } from '../../ledger/core/limits.js'
import type { Ruleset } from '../../ledger/rules/ruleset.js'
import { formatRuleset, parseRuleset, rulesetFaults } from '../../ledger/rules/ruleset-file.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'

type Edit = readonly [path: string, value: Json | undefined]

const DPV = 'https://w3id.org/dpv#'
const OWN = 'https://vocabulary.example/terms#'

/** The shipped ruleset under a name of one's own: its own name is for its own tables. */
const OURS: Ruleset = { ...SHIPPED, name: 'ours' }

/** That ruleset as JSON with some places changed; undefined removes a member. */
function edited(...edits: readonly Edit[]): Json {
  const file = JSON.parse(JSON.stringify(OURS)) as Json
  for (const [path, value] of edits) {
    const steps = path.split('.')
    let place = file as unknown as Record<string, unknown>
    for (const step of steps.slice(0, -1)) place = place[step] as Record<string, unknown>
    const last = steps.at(-1) ?? ''
    if (value === undefined) delete place[last]
    else place[last] = value
  }
  return file
}

function faultsOf(...edits: readonly Edit[]): (readonly [string, string])[] {
  return rulesetFaults(edited(...edits)).map(({ at, reason }) => [at, reason] as const)
}

/** The shipped ruleset with every list of it empty: as small as a ruleset can be. */
function smallest(): Ruleset {
  const { purposes, categories, usBulk, china } = SHIPPED
  return {
    ...OURS,
    regimes: [],
    adequacy: [],
    endUses: [],
    prohibitedUses: [],
    corridors: [],
    usBulk: { ...usBulk, countriesOfConcern: [], thresholds: [], categories: [] },
    china: { ...china, exemptions: [] },
    purposes: { ...purposes, explicitOnly: [] },
    categories: { ...categories, special: [], notSpecial: [], criminal: [] },
  }
}

describe('a ruleset file', () => {
  it('that ships has no fault', () => {
    expect(rulesetFaults(edited())).toEqual([])
  })

  it('has the name of the shipped one only where it says the same', () => {
    const shipped = JSON.parse(formatRuleset(SHIPPED)) as Record<string, Json>
    expect(rulesetFaults(shipped)).toEqual([])
    for (const changed of [{ adequacy: [] }, { version: '2027-01' }, { asOf: '2026-11-23' }]) {
      expect(rulesetFaults({ ...shipped, ...changed })).toEqual([
        {
          at: 'name',
          reason: 'reserved',
          expected: 'another name: waybill is what ships with Waybill, unchanged',
        },
      ])
      expect(rulesetFaults({ ...shipped, ...changed, name: 'ours' })).toEqual([])
    }
  })

  it.each([
    ['shipped', SHIPPED],
    ['smallest', smallest()],
  ])('is the same after writing and reading it: %s', (_, ruleset) => {
    const text = formatRuleset(ruleset)
    const read = parseRuleset(parseJson(text))
    expect(read).toEqual(ruleset)
    expect(formatRuleset(read)).toBe(text)
  })

  it('is written with its members in the order of the format, whatever the order was', () => {
    const turned = Object.fromEntries(Object.entries(SHIPPED).reverse()) as Ruleset
    expect(formatRuleset(turned)).toBe(formatRuleset(SHIPPED))
    expect(formatRuleset(SHIPPED)).toMatch(/^\{\n {2}"format": "waybill-ruleset\/1",\n {2}"name"/)
    expect(formatRuleset(SHIPPED)).toMatch(/\}\n$/)
  })

  it('that ships fits into one statement', () => {
    const values = Object.values(SHIPPED).flatMap((value): unknown[] =>
      Array.isArray(value) ? value : [value],
    )
    expect(values.length).toBeLessThan(DISCLOSURES_MAX)
    // A disclosure is base64url of the value with its salt.
    const chars = values.reduce<number>(
      (sum, value) => sum + (encodeJcs(value as Json).length + 30) * 1.4,
      values.length * 80,
    )
    expect(chars).toBeLessThan(ENVELOPE_CHARS_MAX)
  })

  it('says the first fault and holds all of them', () => {
    const file = edited(['asOf', '2026-13-01'], ['effective.from', 'soon'])
    let thrown: unknown
    try {
      parseRuleset(file)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(LedgerError)
    const { code, details } = thrown as LedgerError
    expect(code).toBe('RULESET_INVALID')
    expect(details['at']).toBe('effective.from')
    expect(details['faults']).toHaveLength(2)
  })

  it('repeats nothing of what was wrong', () => {
    const secret = 'Geheimnis-4711'
    const faults = rulesetFaults(
      edited([secret, secret], ['asOf', secret], ['regimes.0.countries.0', secret]),
    )
    expect(faults).toHaveLength(3)
    expect(JSON.stringify(faults)).not.toContain(secret)
  })

  it.each([null, [], 'waybill', 1, {}])('is refused when it is something else: %j', (value) => {
    expect(rulesetFaults(value as Json).length).toBeGreaterThan(0)
  })
})

const ROW = {
  regime: 'eu-gdpr',
  to: 'IN',
  from: '2026-01-01',
  source: 'a decision',
  asOf: '2026-11-22',
}
const LOCAL = { term: `${OWN}CareRouting`, label: 'Care routing', parents: [`${DPV}Marketing`] }

const FORM: readonly (readonly [
  string,
  readonly Edit[],
  readonly (readonly [string, string])[],
])[] = [
  ['another format', [['format', 'waybill-ruleset/2']], [['format', 'vocabulary']]],
  ['a member missing', [['china', undefined]], [['china', 'missing']]],
  [
    'a member of a member missing',
    [['times.skewSeconds', undefined]],
    [['times.skewSeconds', 'missing']],
  ],
  ['a member too many', [['fine', 1]], [['', 'unknown-member']]],
  ['a member too many inside', [['china.fine', 1]], [['china', 'unknown-member']]],
  ['a list that is none', [['regimes', {}]], [['regimes', 'type']]],
  ['a day that is none', [['asOf', '2026-02-30']], [['asOf', 'format']]],
  ['a row without source', [['adequacy.0.source', undefined]], [['adequacy[0].source', 'missing']]],
  ['a row without its day', [['adequacy.0.asOf', undefined]], [['adequacy[0].asOf', 'missing']]],
  [
    'a country that ISO has not assigned',
    [['adequacy.0.to', 'EU']],
    [['adequacy[0].to', 'format']],
  ],
  [
    'a country of concern twice',
    [['usBulk.countriesOfConcern', ['CN', 'CN']]],
    [['usBulk.countriesOfConcern[1]', 'repeated']],
  ],
  [
    'a threshold of nothing',
    [['usBulk.thresholds.0.count', 0]],
    [['usBulk.thresholds[0].count', 'range']],
  ],
  ['a negative threshold', [['china.exemptBelow', -1]], [['china.exemptBelow', 'range']]],
  ['half a person', [['china.exemptBelow', 0.5]], [['china.exemptBelow', 'type']]],
  [
    'an unknown kind of instrument',
    [['regimes.0.tools.0.kind', 'A46-9']],
    [['regimes[0].tools[0].kind', 'vocabulary']],
  ],
  [
    'an unknown prohibited use',
    [['prohibitedUses.0.use', 'boredom']],
    [['prohibitedUses[0].use', 'vocabulary']],
  ],
  [
    'an exemption that is counted, not claimed',
    [['china.exemptions', ['below-threshold']]],
    [['china.exemptions[0]', 'vocabulary']],
  ],
  ['a null where a member is left out', [['effective.until', null]], [['effective.until', 'type']]],
]

const MEANING: readonly (readonly [
  string,
  readonly Edit[],
  readonly (readonly [string, string])[],
])[] = [
  [
    'ends before it begins',
    [['effective.until', '2026-10-31']],
    [['effective.until', 'inconsistent']],
  ],
  [
    'a decision that ends before it begins',
    [['adequacy.0.until', '2000-01-01']],
    [['adequacy[0].until', 'inconsistent']],
  ],
  [
    'a law twice',
    [
      ['regimes.1.code', 'eu-gdpr'],
      ['adequacy', []],
    ],
    [['regimes[1].code', 'inconsistent']],
  ],
  [
    'a tool twice',
    [['regimes.0.tools.1.kind', 'A45-3']],
    [['regimes[0].tools[1]', 'inconsistent']],
  ],
  [
    'a tool that is adequacy and derogation',
    [['regimes.0.tools.0.derogation', true]],
    [['regimes[0].tools[0]', 'inconsistent']],
  ],
  [
    'adequacy under a law that is not there',
    [['adequacy', [{ ...ROW, regime: 'xx' }]]],
    [['adequacy[0].regime', 'inconsistent']],
  ],
  [
    'adequacy of a country inside',
    [['adequacy', [{ ...ROW, to: 'DE' }]]],
    [['adequacy[0].to', 'inconsistent']],
  ],
  ['the same row twice', [['adequacy', [ROW, ROW]]], [['adequacy[1]', 'inconsistent']]],
  [
    'two rows for some of the same days',
    [
      [
        'adequacy',
        [
          { ...ROW, until: '2026-06-30' },
          { ...ROW, from: '2026-06-30' },
        ],
      ],
    ],
    [['adequacy[1]', 'inconsistent']],
  ],
  [
    'a threshold category twice',
    [['usBulk.thresholds.1.category', 'human-genomic']],
    [['usBulk.thresholds[1]', 'inconsistent']],
  ],
  [
    'an end use twice',
    [['endUses.1.statement', 'declared-purposes-only']],
    [['endUses[1]', 'inconsistent']],
  ],
  [
    'a prohibited use twice',
    [['prohibitedUses.1.use', 'coercion']],
    [['prohibitedUses[1]', 'inconsistent']],
  ],
  ['a corridor twice', [['corridors.1.to', 'CN']], [['corridors[1]', 'inconsistent']]],
  [
    'an exemption above the assessment',
    [['china.exemptBelow', 2_000_000]],
    [['china.exemptBelow', 'inconsistent']],
  ],
  [
    'special and not',
    [['categories.notSpecial', ['https://w3id.org/dpv/pd#Ethnicity']]],
    [['categories.notSpecial[0]', 'inconsistent']],
  ],
  [
    'a purpose that nobody knows',
    [['purposes.explicitOnly', [`${DPV}Sell`]]],
    [['purposes.explicitOnly[0]', 'vocabulary']],
  ],
  [
    'a category where a purpose stands',
    [['endUses.0.purposes', ['https://w3id.org/dpv/pd#Name']]],
    [['endUses[0].purposes[0]', 'vocabulary']],
  ],
  [
    'a purpose where processing stands',
    [['prohibitedUses.0.nature', [`${DPV}Marketing`]]],
    [['prohibitedUses[0].nature[0]', 'vocabulary']],
  ],
  [
    'a category that nobody knows',
    [['usBulk.categories.0.term', `${DPV}Nothing`]],
    [['usBulk.categories[0].term', 'vocabulary']],
  ],
  [
    'a local term without a parent',
    [['purposes.localTerms', [{ ...LOCAL, parents: [] }]]],
    [['purposes.localTerms[0].parents', 'count']],
  ],
  [
    'a local term under a stranger',
    [['purposes.localTerms', [{ ...LOCAL, parents: [`${OWN}X`] }]]],
    [['purposes.localTerms[0].parents[0]', 'vocabulary']],
  ],
  [
    'a local term that is a term of DPV',
    [['purposes.localTerms', [{ ...LOCAL, term: `${DPV}Advertising` }]]],
    [['purposes.localTerms[0].term', 'taken']],
  ],
  [
    'a local term under itself',
    [['purposes.localTerms', [{ ...LOCAL, parents: [LOCAL.term] }]]],
    [['purposes.localTerms[0].parents[0]', 'inconsistent']],
  ],
  [
    'a local term under a later one',
    [
      [
        'purposes.localTerms',
        [
          { ...LOCAL, parents: [`${OWN}Later`] },
          { ...LOCAL, term: `${OWN}Later` },
        ],
      ],
    ],
    [['purposes.localTerms[0].parents[0]', 'inconsistent']],
  ],
  [
    'a local term twice',
    [['purposes.localTerms', [LOCAL, LOCAL]]],
    [['purposes.localTerms[1].term', 'inconsistent']],
  ],
  [
    'one name for a purpose and a category',
    [
      ['purposes.localTerms', [LOCAL]],
      ['categories.localTerms', [{ ...LOCAL, parents: ['https://w3id.org/dpv/pd#Name'] }]],
    ],
    [['categories.localTerms[0].term', 'taken']],
  ],
  [
    'a value that no disclosure can hold',
    [
      ['purposes.source', 'a'.repeat(1_000)],
      ['purposes.localTerms', wide(64)],
    ],
    [['purposes', 'size']],
  ],
]

/** So many local terms with long labels. */
function wide(count: number): Json {
  return Array.from({ length: count }, (_, number) => ({
    ...LOCAL,
    term: `${OWN}Term${number}`,
    label: 'l'.repeat(256),
  }))
}

describe('faults of form', () => {
  it.each(FORM)('%s', (_, edits, expected) => {
    expect(faultsOf(...edits)).toEqual(expected)
  })
})

describe('faults of meaning', () => {
  it.each(MEANING)('%s', (_, edits, expected) => {
    expect(faultsOf(...edits)).toEqual(expected)
  })

  it('are none where rows follow each other, or differ in their scheme', () => {
    const rows = [
      { ...ROW, until: '2026-06-30' },
      { ...ROW, from: '2026-07-01' },
      { ...ROW, scheme: 'other' },
    ]
    expect(faultsOf(['adequacy', rows])).toEqual([])
  })

  it('are none for local terms whose parents come first', () => {
    const deeper = { term: `${OWN}NightRouting`, label: 'Night routing', parents: [LOCAL.term] }
    expect(faultsOf(['purposes.localTerms', [LOCAL, deeper]])).toEqual([])
    expect(
      faultsOf(['purposes.localTerms', [LOCAL]], ['purposes.explicitOnly', [LOCAL.term]]),
    ).toEqual([])
  })
})
