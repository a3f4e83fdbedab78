/**
 * The tables of a ruleset, and those that ship: what the law says, written down here by hand from
 * domain sources and compared with the data.
 */
import { describe, expect, it } from 'vitest'
import { COUNTRIES } from '../../ledger/core/countries.js'
import { INSTRUMENT_SCHEMA } from '../../ledger/core/schemas/instrument.js'
import { TERMS } from '../../ledger/core/schemas/terms.js'
import { addDays, dayOf, daysBetween, startOf } from '../../ledger/rules/days.js'
import { type Law, lawOf } from '../../ledger/rules/law.js'
import type { Ruleset } from '../../ledger/rules/ruleset.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import {
  adequacyOn,
  adequacyRows,
  inForce,
  isFreeBetween,
  isTableOld,
  regimeOf,
  regimesOf,
  restrictingRegimes,
  tableAge,
  tierOf,
  toolOf,
} from '../../ledger/rules/tables.js'

function law(ruleset: Ruleset = SHIPPED): Law {
  return lawOf(ruleset)
}

const DAY = '2026-11-22'

function regime(code: string) {
  const found = regimeOf(law(), code)
  if (found === undefined) throw new TypeError(`no regime ${code}`)
  return found
}

describe('days', () => {
  it('are UTC days of a time, or days elsewhere', () => {
    expect(dayOf(0)).toBe('1970-01-01')
    expect(dayOf(1_798_761_599)).toBe('2026-12-31')
    expect(dayOf(1_798_761_599, 8)).toBe('2027-01-01')
    expect(startOf('1970-01-02')).toBe(86_400)
    expect(startOf('1970-01-02', 8)).toBe(57_600)
  })

  it('count across leap days and years', () => {
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2)
    expect(daysBetween('2026-11-22', '2026-11-21')).toBe(-1)
    expect(addDays('2023-12-31', 60)).toBe('2024-02-29')
    expect(addDays('9999-12-01', 365)).toBe('9999-12-31')
  })
})

describe('regimes of the shipped ruleset', () => {
  it('cover the thirty countries of the EEA, the UK and China, and no other state', () => {
    const eea =
      'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'
    for (const country of eea.split(' ')) {
      expect(regimesOf(law(), country).map(({ code }) => code)).toEqual(['eu-gdpr'])
    }
    expect(regimesOf(law(), 'GB').map(({ code }) => code)).toEqual(['uk-gdpr'])
    expect(regimesOf(law(), 'CN').map(({ code }) => code)).toEqual(['cn-pipl'])
    const governed = [...COUNTRIES].filter((country) => regimesOf(law(), country).length > 0)
    // Union law reaches seven parts of member states that have a code of their own: TFEU Art. 355.
    expect(governed).toHaveLength(30 + 7 + 2)
    expect(regimesOf(law(), 'US')).toEqual([])
  })

  it('let data move freely inside and restrict the way out', () => {
    expect(isFreeBetween(regime('eu-gdpr'), 'DE', 'NO')).toBe(true)
    expect(isFreeBetween(regime('eu-gdpr'), 'DE', 'GB')).toBe(false)
    expect(isFreeBetween(regime('eu-gdpr'), 'US', 'US')).toBe(true)
    expect(restrictingRegimes(law(), 'DE', 'FR')).toEqual([])
    expect(restrictingRegimes(law(), 'FR', 'RE')).toEqual([])
    expect(restrictingRegimes(law(), 'DE', 'US').map(({ code }) => code)).toEqual(['eu-gdpr'])
    expect(restrictingRegimes(law(), 'US', 'DE')).toEqual([])
    expect(restrictingRegimes(law(), 'CN', 'CN')).toEqual([])
  })

  it('accept the tools that their law names and no other', () => {
    const kinds = (code: string) => regime(code).tools.map(({ kind }) => kind)
    const derogations = 'a b c d e f g'.split(' ').map((letter) => `A49-1-${letter}`)
    expect(new Set(kinds('eu-gdpr'))).toEqual(
      new Set([
        ...['A45-3', 'US-DPF', 'A46-2-a', 'A46-2-b', 'A46-2-c', 'A46-2-d', 'A46-2-e', 'A46-2-f'],
        ...['A46-3-a', 'A46-3-b', ...derogations, 'A49-2'],
      ]),
    )
    expect(new Set(kinds('uk-gdpr'))).toEqual(
      new Set([
        ...['UK-Adequacy', 'US-DPF', 'UK-IDTA', 'UK-Addendum', 'A46-2-b'],
        ...[...derogations, 'A49-2'],
      ]),
    )
    expect(new Set(kinds('cn-pipl'))).toEqual(new Set(['CN-SC', 'CN-Cert', 'CN-SA', 'CN-Exempt']))
    // EU clauses without the Addendum open no way out of the UK.
    expect(toolOf(regime('uk-gdpr'), 'A46-2-c')).toBeUndefined()
    expect(toolOf(regime('eu-gdpr'), 'Contract')).toBeUndefined()
  })

  it('ask for an assessment with every safeguard and with no adequacy decision or derogation', () => {
    for (const { code, tools } of SHIPPED.regimes) {
      for (const tool of tools) {
        const safeguard = tool.adequacy !== true && tool.derogation !== true
        const expected = code === 'cn-pipl' ? 'pipia' : 'tia'
        const asked = safeguard && tool.kind !== 'CN-Exempt' ? expected : undefined
        expect([code, tool.kind, tool.assessment]).toEqual([code, tool.kind, asked])
      }
    }
  })
})

describe('adequacy of the shipped ruleset', () => {
  it('is that of domain 3.1 for the Union: whole countries', () => {
    for (const to of 'AD AR BR CH FO GB GG IL IM JE KR NZ UY'.split(' ')) {
      const rows = adequacyOn(law(), 'eu-gdpr', to, DAY)
      expect([to, rows.length, rows[0]?.scheme]).toEqual([to, 1, undefined])
    }
    const rows = SHIPPED.adequacy.filter((row) => row.regime === 'eu-gdpr')
    expect(rows).toHaveLength(16)
  })

  it('covers only some organisations of Canada, Japan and the United States', () => {
    const scheme = (to: string) => adequacyOn(law(), 'eu-gdpr', to, DAY).map((row) => row.scheme)
    expect(scheme('CA')).toEqual(['ca-commercial'])
    expect(scheme('JP')).toEqual(['jp-private'])
    expect(scheme('US')).toEqual(['us-dpf'])
  })

  it('begins and ends on its days', () => {
    const found = (to: string, day: string) => adequacyOn(law(), 'eu-gdpr', to, day).length
    expect([found('BR', '2026-01-26'), found('BR', '2026-01-27')]).toEqual([0, 1])
    expect([found('US', '2023-07-09'), found('US', '2023-07-10')]).toEqual([0, 1])
    expect([found('GB', '2031-12-27'), found('GB', '2031-12-28')]).toEqual([1, 0])
    expect(adequacyRows(law(), 'eu-gdpr', 'GB')).toHaveLength(1)
  })

  it('is no one for India, China or a country inside, and none of another law', () => {
    for (const to of ['IN', 'CN', 'DE', 'GI']) {
      expect(adequacyOn(law(), 'eu-gdpr', to, DAY)).toEqual([])
    }
    expect(adequacyOn(law(), 'cn-pipl', 'DE', DAY)).toEqual([])
  })

  it('of the UK covers the EEA, Korea since December 2022 and the bridge since October 2023', () => {
    const found = (to: string, day: string) => adequacyOn(law(), 'uk-gdpr', to, day)
    expect(found('DE', DAY)).toHaveLength(1)
    expect([found('KR', '2022-12-18').length, found('KR', '2022-12-19').length]).toEqual([0, 1])
    expect(found('US', '2023-10-11')).toEqual([])
    expect(found('US', '2023-10-12').map((row) => row.scheme)).toEqual(['us-dpf-uk'])
    expect(found('BR', DAY)).toEqual([])
  })
})

describe('numbers of the shipped ruleset', () => {
  it('are those of 28 CFR 202', () => {
    const { usBulk } = SHIPPED
    expect(usBulk.countriesOfConcern).toEqual(['CN', 'HK', 'MO', 'CU', 'IR', 'KP', 'RU', 'VE'])
    expect(usBulk.thresholds.map(({ category, unit, count }) => [category, unit, count])).toEqual([
      ['human-genomic', 'persons', 100],
      ['human-omic', 'persons', 1_000],
      ['biometric', 'persons', 1_000],
      ['precise-geolocation', 'devices', 1_000],
      ['personal-health', 'persons', 10_000],
      ['personal-financial', 'persons', 10_000],
      ['covered-identifiers', 'persons', 100_000],
    ])
    expect([usBulk.windowMonths, usBulk.warnPercent]).toEqual([12, 80])
    expect(usBulk.coveredShareBasisPoints).toBe(5_000)
  })

  it('are those of the Chinese provisions', () => {
    const { china } = SHIPPED
    expect([china.exemptBelow, china.assessmentFrom]).toEqual([100_000, 1_000_000])
    expect(china.assessmentSensitiveFrom).toBe(10_000)
    expect(china.exemptions).toEqual(['contract', 'hr', 'emergency'])
  })

  it('judge every end use and every prohibited use of the schema, each once', () => {
    const { endUse, prohibitedUses } = TERMS.members
    const uses = prohibitedUses.shape.of.oneOf
    expect(SHIPPED.prohibitedUses.map(({ use }) => use)).toEqual(uses)
    const statements = endUse.shape.members.statement.shape.oneOf
    expect(SHIPPED.endUses.map(({ statement }) => statement)).toEqual(statements)
  })

  it('carry a source and a day each', () => {
    const seen: string[] = []
    const visit = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return
      const row = value as Readonly<Record<string, unknown>>
      if ('source' in row) {
        seen.push(at)
        expect([at, String(row['source']).length > 3]).toEqual([at, true])
        expect([at, row['asOf']]).toEqual([at, DAY])
      }
      for (const [name, inner] of Object.entries(row)) visit(inner, `${at}.${name}`)
    }
    visit(SHIPPED, '')
    const rows = SHIPPED.regimes.flatMap(({ tools }) => tools).length + SHIPPED.adequacy.length
    expect(seen.length).toBeGreaterThan(rows)
  })

  it('name only kinds of instruments that the schema knows', () => {
    const known: readonly string[] = INSTRUMENT_SCHEMA.claims.kind.shape.members.code.shape.oneOf
    for (const { tools } of SHIPPED.regimes) {
      for (const { kind } of tools) expect(known).toContain(kind)
    }
  })
})

describe('the law of a ruleset', () => {
  it('is made once and reads terms by the ruleset’s own lists', () => {
    expect(lawOf(SHIPPED)).toBe(lawOf(SHIPPED))
    const { vocabulary } = lawOf(SHIPPED)
    const pd = (name: string) => `https://w3id.org/dpv/pd#${name}`
    const special = ['Ethnicity', 'Biometric', 'Health', 'FacialExpression', 'Name']
    expect(special.map((name) => vocabulary.isSpecial(pd(name)))).toEqual([
      ...[true, true, true],
      ...[false, false],
    ])
    expect(vocabulary.isCriminal(pd('CriminalConviction'))).toBe(true)
    expect(vocabulary.isCriminal(pd('Health'))).toBe(false)
  })

  it('never lets ServiceProvision imply that data are sold', () => {
    const dpv = (name: string) => `https://w3id.org/dpv#${name}`
    const { vocabulary } = lawOf(SHIPPED)
    const allowed = vocabulary.purposesOf([dpv('ServiceProvision')])
    expect(allowed.covered?.has(dpv('SellProducts'))).toBe(true)
    expect(allowed.covered?.has(dpv('SellDataToThirdParties'))).toBe(false)
  })
})

describe('terms and ages', () => {
  it('count their first and last day', () => {
    const term = { from: '2026-01-01', until: '2026-12-31' }
    const days = ['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01']
    expect(days.map((day) => inForce(term, day))).toEqual([false, true, true, false])
    expect(inForce({ from: '2026-01-01' }, '9999-12-31')).toBe(true)
  })

  it('warn of tables older than 180 days, on the 181st', () => {
    expect(tableAge(law(), '2026-11-22')).toBe(0)
    expect(tableAge(law(), '2026-01-01')).toBe(0)
    expect(tableAge(law(), '2027-05-21')).toBe(180)
    expect(isTableOld(law(), '2027-05-21')).toBe(false)
    expect(isTableOld(law(), '2027-05-22')).toBe(true)
  })
})

describe('tiers', () => {
  it('are highest for countries of concern and raised for protected data that leave', () => {
    const tier = (from: string, to: string, ...special: 'special'[]) =>
      tierOf(law(), { from, to, special })
    expect(tier('DE', 'US')).toBe(0)
    expect(tier('DE', 'US', 'special')).toBe(2)
    expect(tier('DE', 'FR', 'special')).toBe(0)
    expect(tier('US', 'US', 'special')).toBe(0)
    expect(tier('DE', 'CN')).toBe(3)
    expect(tier('DE', 'CN', 'special')).toBe(3)
    expect(tier('CN', 'CN')).toBe(0)
  })

  it('hold within a free area for a corridor that names both ends', () => {
    const corridor = { from: 'DE', to: 'FR', tier: 1, source: 'a policy', asOf: DAY }
    const own = law({ ...SHIPPED, corridors: [corridor] })
    expect(tierOf(own, { from: 'DE', to: 'FR', special: [] })).toBe(1)
    expect(tierOf(own, { from: 'FR', to: 'DE', special: [] })).toBe(0)
  })
})
