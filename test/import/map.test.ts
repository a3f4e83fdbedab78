import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeTemplate } from '../../import/openlineage/importer.js'
import { firstMatch, transferRule } from '../../import/openlineage/map.js'
import { parseMap } from '../../import/openlineage/map-parse.js'
import { PLACEHOLDER } from '../../import/openlineage/map-reader.js'
import type { LedgerError } from '../../ledger/core/errors.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { bytesOf, event, ndjson } from './events.js'
import { ANY, ANY_TRANSFER, applesMap, DEFAULTS, foodMap, partiesOf } from './maps.js'
import { crypto, EXAMPLES } from './world.js'

const GOOD: JsonObject = {
  format: 'waybill-openlineage-map/1',
  parties: partiesOf({ alpha: 'DE', beta: 'IN' }),
  defaults: DEFAULTS,
  jobs: [{ ...ANY, party: 'alpha' }],
}
const ID = 'A'.repeat(43)

/** Places and codes of everything that is wrong. */
function issuesOf(map: Json): readonly string[] {
  try {
    parseMap(map)
    return []
  } catch (error) {
    const { issues } = (error as LedgerError).details
    return (issues as { code: string; at: string }[]).map(({ code, at }) => `${code} ${at}`)
  }
}

describe('a map', () => {
  test.each([
    ['the apples’', applesMap()],
    ['food delivery’s', foodMap()],
    ['the example’s', JSON.parse(readFileSync(join(EXAMPLES, 'map.json'), 'utf8')) as JsonObject],
    ['the smallest', GOOD],
  ])('such as %s is read', (_, map) => {
    expect(issuesOf(map)).toEqual([])
  })

  test('answers each question by the first rule that matches namespace and name', () => {
    const map = parseMap({
      ...GOOD,
      jobs: [
        { namespace: 'prod', name: 'etl_*', party: 'beta' },
        { namespace: 'prod', name: '*', party: 'alpha' },
        { namespace: '*', name: 'etl_*', ignore: 'a test bed' },
      ],
      transfers: [
        { ...ANY, from: 'alpha', to: 'beta', claims: { purposes: [] } },
        { ...ANY_TRANSFER },
      ],
    })

    expect(firstMatch(map.jobs, { namespace: 'prod', name: 'etl_x' })).toMatchObject({
      party: 'beta',
    })
    expect(firstMatch(map.jobs, { namespace: 'prod', name: 'other' })).toMatchObject({
      party: 'alpha',
    })
    expect(firstMatch(map.jobs, { namespace: 'test', name: 'etl_x' })).toMatchObject({
      ignore: 'a test bed',
    })
    expect(firstMatch(map.jobs, { namespace: 'test', name: 'other' })).toBeUndefined()
    expect(transferRule(map, ANY, { from: 'alpha', to: 'beta' })?.at).toBe('transfers[0]')
    expect(transferRule(map, ANY, { from: 'beta', to: 'alpha' })?.at).toBe('transfers[1]')
  })

  test.each<[string, Json, string[]]>([
    ['a text', 'map', ['map', 'format', 'parties']],
    ['another format', { ...GOOD, format: 'waybill-openlineage-map/2' }, ['format']],
    ['a member that is not known', { ...GOOD, rules: [] }, ['map.rules']],
    ['no parties', { ...GOOD, parties: {}, jobs: [] }, ['parties']],
    ['a party without a key', { ...GOOD, parties: { alpha: { id: ID } } }, ['parties.alpha']],
    [
      'a party that nobody can tell',
      { ...GOOD, parties: { alpha: { pending: true } } },
      ['parties.alpha.id'],
    ],
    [
      'a party with key and signer',
      { ...GOOD, parties: { alpha: { key: 'k', signer: 'exec:x', publicKey: ID } } },
      ['parties.alpha'],
    ],
    [
      'a signer that is no command',
      { ...GOOD, parties: { alpha: { signer: 'kms', publicKey: ID } } },
      ['parties.alpha.signer'],
    ],
    [
      'a signer without its public key',
      { ...GOOD, parties: { alpha: { signer: 'exec:x' } } },
      ['parties.alpha.publicKey'],
    ],
    [
      'a country that is none',
      { ...GOOD, parties: { alpha: { key: 'k', country: 'EU' } } },
      ['parties.alpha.country'],
    ],
    ['days out of range', { ...GOOD, countersignDays: 91 }, ['countersignDays']],
    ['rules that are an object', { ...GOOD, jobs: {} }, ['jobs']],
    [
      'a rule without a name',
      { ...GOOD, jobs: [{ namespace: '*', party: 'alpha' }] },
      ['jobs[0].name'],
    ],
    [
      'a rule with a word that is not known',
      { ...GOOD, jobs: [{ ...ANY, party: 'alpha', claims: {} }] },
      ['jobs[0].claims'],
    ],
    [
      'a party that is not of the map',
      { ...GOOD, jobs: [{ ...ANY, party: 'gamma' }] },
      ['jobs[0].party'],
    ],
    [
      'an instrument that is not of the map',
      { ...GOOD, transfers: [{ ...ANY_TRANSFER, instrument: 'scc' }] },
      ['transfers[0].instrument'],
    ],
    [
      'an instrument with id and claims',
      { ...GOOD, instruments: { scc: { id: 'a'.repeat(64), claims: {} } } },
      ['instruments.scc'],
    ],
    [
      'a claim of another type',
      { ...GOOD, jobs: [{ ...ANY, party: 'alpha', processing: { legalBasis: [] } }] },
      ['jobs[0].processing.legalBasis'],
    ],
    [
      'a claim that the import fills',
      { ...GOOD, defaults: { transfer: { exporter: ID } } },
      ['defaults.transfer.exporter'],
    ],
    [
      'a party in a claim that is not of the map',
      {
        ...GOOD,
        defaults: {
          transfer: { onward: { allowed: true, recipients: [{ party: 'party:gamma' }] } },
        },
      },
      ['defaults.transfer.onward.recipients[0].party'],
    ],
    ['an outcome without an artefact', { ...GOOD, outcomes: [ANY] }, ['outcomes[0].artefact']],
    [
      'an artefact without a file',
      { ...GOOD, outcomes: [{ ...ANY, artefact: { name: 'x' } }] },
      ['outcomes[0].artefact.file'],
    ],
    [
      'a field without a category',
      { ...GOOD, fields: [{ ...ANY, field: '*' }] },
      ['fields[0].category'],
    ],
    ['a name that is none', { ...GOOD, names: [{ ...ANY, as: ' x' }] }, ['names[0].as']],
    [
      'several things',
      { ...GOOD, countersignDays: 0, jobs: [{ ...ANY, party: 'gamma' }] },
      ['countersignDays', 'jobs[0].party'],
    ],
  ])('with %s is refused, with every place that is wrong', (_, map, places) => {
    expect(issuesOf(map)).toEqual(places.map((at) => `IMPORT_MAP_INVALID ${at}`))
  })
})

describe('a template', () => {
  const events = [
    event({ type: 'START', at: '09:00', run: 'a', job: 'shop load', in: ['crm people'] }),
    event({ at: '09:10', run: 'a', job: 'shop load', out: ['lake people'] }),
    event({ at: '09:20', run: 'b', job: 'shop count', in: ['lake people'], out: ['lake counts'] }),
    event({
      type: 'FAIL',
      at: '09:30',
      run: 'c',
      job: 'shop broken',
      in: ['crm other'],
      out: ['lake other'],
    }),
  ]
  const template = writeTemplate(
    [{ name: 'f', bytes: bytesOf(ndjson(events)) }],
    crypto.sha256,
  ) as JsonObject

  test('names every job, source and leaf of the runs that completed', () => {
    const pairs = (list: Json | undefined): Json[] =>
      (list as JsonObject[]).map(({ namespace, name }) => `${String(namespace)} ${String(name)}`)

    expect(pairs(template['jobs'])).toEqual(['shop load', 'shop count'])
    expect(pairs(template['sources'])).toEqual(['crm people'])
    expect(pairs(template['outcomes'])).toEqual(['lake counts'])
  })

  test('is refused with every place that is left', () => {
    const left = JSON.stringify(template).split(PLACEHOLDER).length - 1

    expect(() => parseMap(template)).toThrow(
      expect.objectContaining({
        code: 'IMPORT_MAP_UNFILLED',
        details: expect.objectContaining({ left }),
      }),
    )
    expect(issuesOf(template)).toContain('IMPORT_MAP_UNFILLED jobs[0].party')
    expect(issuesOf(template)).toContain(
      'IMPORT_MAP_UNFILLED defaults.transfer.terms.importer.role',
    )
  })

  test('is a map once it is filled in', () => {
    const words: Readonly<Record<string, string>> = {
      'party id': ID,
      country: 'DE',
      'its private': 'k.pem',
      'name of the party': 'first-party',
      'statement id': 'a'.repeat(64),
      'name of an instrument': 'first-instrument',
    }
    const fill = (text: string): string => {
      const word = Object.keys(words).find((begin) => text.startsWith(`${PLACEHOLDER}: ${begin}`))
      return text.startsWith(PLACEHOLDER)
        ? ((word && words[word]) ?? 'https://w3id.org/dpv#Filled')
        : text
    }
    const filled = JSON.parse(JSON.stringify(template), (_, value: Json) =>
      typeof value === 'string' ? fill(value) : value,
    ) as Json

    expect(issuesOf(filled)).toEqual([])
  })
})
