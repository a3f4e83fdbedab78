import { describe, expect, test } from 'vitest'
import type { InstrumentFact } from '../../ledger/rules/facts.js'
import type { Transfer } from '../../ledger/rules/hop.js'
import { type Outside, outsideOf } from '../../ledger/rules/within.js'
import {
  EXPORTER,
  type FactsGiven,
  facts,
  field,
  IMPORTER,
  INSTRUMENT_ID,
  idOf,
  instrument,
  party,
  RESEARCH,
  THIRD,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { LAW } from './ruleset.js'
import { dpv, pd } from './vocabulary.js'

type Given = FactsGiven & { readonly instrument?: InstrumentFact }

function outside(hop: Transfer, given: Given = {}): readonly Outside[] {
  const agreed = given.instrument ?? instrument()
  return outsideOf({
    hop,
    instrument: agreed,
    facts: facts({ instruments: [agreed], ...given }),
    law: LAW,
  })
}

/** What speaks against it: verdict and place. */
function against(hop: Transfer, given: Given = {}): readonly string[] {
  return outside(hop, given).map(({ rule, verdict, at }) =>
    [rule, verdict, at].filter((part) => part !== undefined).join(' '),
  )
}

type InstrumentClaims = NonNullable<Parameters<typeof instrument>[0]>
const agreed = (claims: InstrumentClaims) => ({ instrument: instrument(claims) })

describe('a transfer within its instrument', () => {
  test('has nothing against it', () => {
    expect(outside(transfer())).toEqual([])
  })

  test('may name narrower purposes, categories and subjects than the instrument', () => {
    const hop = transfer({
      purposes: [RESEARCH],
      terms: terms({ furtherPurposes: [dpv('DirectMarketing')], subjects: [dpv('Customer')] }),
    })
    const wide = agreed({
      purposes: [dpv('ResearchAndDevelopment')],
      caps: { furtherPurposes: [dpv('Marketing')] },
      categories: [pd('External'), pd('Tracking')],
    })

    expect(against(hop, wide)).toEqual([])
  })

  test('may store and give access where the route says, and hold what is not personal', () => {
    const hop = transfer({
      route: { from: 'DE', to: 'US', storage: ['US', 'CA'], access: ['IN'], mode: 'copy' },
      fields: [field('n', { category: dpv('NonPersonalData') })],
    })
    const routes = [{ from: 'DE', to: 'US', storage: ['CA'], access: ['IN'] }]

    expect(against(hop, agreed({ routes }))).toEqual([])
  })

  test('may leave its retention to the instrument, or the instrument leave it to the transfer', () => {
    expect(against(transfer({ retention: null }))).toEqual([])
    expect(against(transfer(), agreed({ retention: null }))).toEqual([])
  })
})

describe('a transfer is outside when', () => {
  test('it cites another instrument or none', () => {
    expect(against(transfer({ instrument: idOf(0x11) }))).toEqual(['FAIL claims.instrument'])
    expect(against(transfer({ instrument: null }))).toEqual(['FAIL claims.instrument'])
  })

  test('its parties are others', () => {
    const parties = [party(EXPORTER, 'DE'), party(IMPORTER, 'US')]
    const german = { parties: [...parties, party(THIRD, 'DE')] }
    const american = { parties: [...parties, party(THIRD, 'US')] }

    expect(against(transfer({ exporter: THIRD }), german)).toEqual(['R08 FAIL claims.exporter'])
    expect(against(transfer({ importer: THIRD }), american)).toEqual(['R08 FAIL claims.importer'])
  })

  test('its importer is enrolled where the instrument does not reach', () => {
    const parties = [party(EXPORTER, 'DE'), party(IMPORTER, 'CN')]

    expect(against(transfer(), { parties })).toEqual(['R05 UNKNOWN claims.route.to'])
    const routes = [{ from: 'DE', to: 'US', access: ['CN'] }]
    expect(against(transfer(), { ...agreed({ routes }), parties })).toEqual([])
  })

  test('a sub-processor is where the instrument does not reach', () => {
    const subProcessors = [
      { name: 'Host', country: 'IN', subject: 'hosting', nature: [dpv('Store')] },
    ]
    const hop = transfer({ terms: terms({ subProcessors }) })

    expect(against(hop)).toEqual([
      'FAIL claims.terms.subProcessors[0].country',
      'R05 FAIL claims.terms.subProcessors[0].country',
    ])
    expect(against(hop, agreed({ routes: [{ from: 'DE', to: 'US', access: ['IN'] }] }))).toEqual([])
  })

  test('it goes another way, or is stored or seen elsewhere', () => {
    const to = (route: Partial<NonNullable<Transfer['claims']['route']>>) =>
      transfer({ route: { from: 'DE', to: 'US', mode: 'copy', ...route } })

    expect(against(to({ to: 'IN' }))).toContain('FAIL claims.route')
    expect(against(to({ from: 'FR' }))).toContain('FAIL claims.route')
    expect(against(to({ storage: ['US', 'IN'] }))).toContain('FAIL claims.route.storage[1]')
    expect(against(to({ access: ['IN'] }))).toContain('FAIL claims.route.access[0]')
  })

  test('a purpose, or one of further processing, is not covered', () => {
    const hop = transfer({
      purposes: [RESEARCH, dpv('CommercialResearch')],
      terms: terms({ furtherPurposes: [dpv('Marketing')] }),
    })

    expect(against(hop)).toEqual([
      'FAIL claims.purposes[1]',
      'FAIL claims.terms.furtherPurposes[0]',
    ])
  })

  test('a wide purpose of the instrument does not imply it', () => {
    const sale = dpv('SellDataToThirdParties')
    const wide = agreed({ purposes: [dpv('ServiceProvision')] })

    expect(against(transfer({ purposes: [sale] }), wide)).toEqual(['FAIL claims.purposes[0]'])
  })

  test('a category is not listed', () => {
    const hop = transfer({
      fields: [field('age'), field('ill', { category: pd('MedicalHealth') })],
    })

    expect(against(hop, agreed({ categories: [pd('PhysicalCharacteristic')] }))).toEqual([
      'R19 FAIL claims.fields[1].category',
    ])
  })

  test('with what was moved before it exceeds a cap, or nobody can sum', () => {
    const capped = agreed({ caps: { records: 1_500 } })
    const earlier = (records: number) => ({ ...capped, usage: { transfers: 1, records } })

    expect(against(transfer(), earlier(500))).toEqual([])
    expect(against(transfer(), earlier(501))).toEqual(['R19 FAIL claims.datasets'])
    expect(against(transfer(), { ...capped, usage: null })).toEqual(['R19 UNKNOWN claims.datasets'])
  })

  test('it is about other subjects', () => {
    const hop = transfer({ terms: terms({ subjects: [dpv('Customer'), dpv('Child')] }) })

    expect(against(hop)).toEqual(['FAIL claims.terms.subjects[1]'])
  })

  test('it is kept longer than agreed, or nobody can tell', () => {
    expect(against(transfer({ retention: { until: '2030-07-01' } }))).toEqual([
      'FAIL claims.retention',
    ])
    const words = transfer({ retention: { criteria: 'while it is needed' } })
    expect(against(words)).toContain('UNKNOWN claims.retention')
  })

  test('the instrument is not in force, was replaced or is of the wrong kind', () => {
    const ended = agreed({ effective: { from: '2025-01-01', until: '2026-02-28' } })
    const later = agreed({ effective: { from: '2026-03-02' } })
    const contract = agreed({ kind: { code: 'Contract' } })
    const toProcessor = agreed({ kind: { code: 'A46-2-c', module: 'C2P' } })

    expect(against(transfer({ retention: null }), ended)).toContain('R06 FAIL claims.instrument')
    expect(against(transfer(), later)).toContain('R06 FAIL claims.instrument')
    expect(against(transfer(), contract)).toContain('R05 FAIL claims.instrument')
    expect(outside(transfer(), toProcessor).map(({ rule }) => rule)).toContain('R08')
  })
})

describe('what is not known', () => {
  test('is not within: a claim of the transfer or of the instrument that is withheld', () => {
    for (const claim of ['importer', 'route', 'purposes', 'fields', 'terms', 'retention']) {
      const found = outside(withheld(transfer(), claim))
      expect([claim, found.length > 0]).toEqual([claim, true])
      expect(found.some(({ verdict }) => verdict === 'UNKNOWN')).toBe(true)
    }
    const { claims, ...rest } = instrument()
    for (const name of Object.keys(claims)) {
      if (['subjects', 'documents', 'ext', 'onward'].includes(name)) continue
      const shown = Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name))
      const found = outside(transfer(), { instrument: { ...rest, claims: shown } })
      expect([name, found.length > 0]).toEqual([name, true])
    }
  })

  test('is not within: fields of a dataset that are not declared', () => {
    expect(outside(transfer({ fields: [] })).some(({ verdict }) => verdict === 'UNKNOWN')).toBe(
      true,
    )
    expect(outside(transfer({ fields: [field('a', { n: 7 })] })).map(({ at }) => at)).toContain(
      'claims.datasets[0]',
    )
  })

  test('is not within: whether a later instrument has replaced it', () => {
    const unsearched = instrument({}, { complete: false })

    expect(against(transfer(), { instrument: unsearched })).toEqual([
      'R06 UNKNOWN claims.instrument',
    ])
  })
})

test('a finding names the instrument or a place, and speaks in a sentence', () => {
  const hop = transfer({ purposes: [dpv('Marketing')], importer: THIRD })
  const found = outside(hop)

  expect(found.length).toBeGreaterThan(1)
  for (const { at, why, evidence } of found) {
    expect(why).not.toBe('')
    expect(at !== undefined || evidence?.includes(INSTRUMENT_ID) === true).toBe(true)
  }
})
