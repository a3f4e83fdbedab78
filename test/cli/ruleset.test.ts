/** Rulesets on the command line: shown, checked, signed, and recorded by the operator. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { ORIGIN, Town } from './harness.js'

const town = new Town()
let firm: Awaited<ReturnType<Town['enrolled']>>

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
})

afterAll(() => town.close())

function own(version: string, from: string): Json {
  return { ...SHIPPED, name: 'kiez', version, effective: { from } } as unknown as Json
}

describe('waybill ruleset show', () => {
  test('says what the shipped one covers, and how old it is', async () => {
    const nowMs = () => Date.parse('2027-07-01T12:00:00Z')
    const ran = await town.person('reader').must(['ruleset', 'show'], { nowMs })

    expect(ran.out).toMatch(/^ruleset waybill 2026-11, in force from 2026-11-01$/m)
    expect(ran.out).toMatch(/2026-11-22 \(221 days ago: older than it allows itself\)/)
    expect(ran.out).toMatch(/eu-gdpr +GDPR chapter V \(EU and EEA\): 37 countries, 18 tools/)
    expect(ran.out).toMatch(/7 thresholds in 12 months, 8 countries of concern/)
  })

  test('gives all of it as JSON, and as a file to begin with', async () => {
    const person = town.person('writer')
    const path = person.path('own.json')
    const shown = await person.must(['ruleset', 'show', '2026-11', '--json'])
    await person.must(['ruleset', 'show', '--out', path])

    expect(shown.json()).toEqual(SHIPPED)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(SHIPPED)
    expect((await person.must(['ruleset', 'check', path])).out).toMatch(/^no fault$/m)
  })

  test('knows no ruleset of another version', async () => {
    const ran = await town.person('reader').run(['ruleset', 'show', '1999-12'])

    expect(ran.code).toBe(66)
    expect(ran.err).toContain('RULESET_NOT_FOUND')
  })
})

describe('waybill ruleset check', () => {
  test('names every fault by its place and ends with 65', async () => {
    const person = town.person('checker')
    const bad = person.write('bad.json', {
      ...(own('2027-01', '2027-01-01') as JsonObject),
      asOf: 'today',
      china: { ...SHIPPED.china, exemptBelow: 0 },
    } as unknown as Json)
    const ran = await person.run(['ruleset', 'check', bad])

    expect(ran.code).toBe(65)
    expect(ran.out).toMatch(/^asOf: format \(expected a calendar day/m)
    expect(ran.out).toMatch(/^china\.exemptBelow: range/m)
    expect(ran.err).toContain('2 faults [RULESET_INVALID]')
    const json = (await person.run(['ruleset', 'check', bad, '--json'])).json()
    expect(json['valid']).toBe(false)
    expect(json['faults']).toHaveLength(2)
  })

  test('refuses what is no JSON', async () => {
    const person = town.person('checker')

    expect((await person.run(['ruleset', 'check', person.write('x.json', '{')])).code).toBe(65)
  })
})

describe('a ruleset of anyone', () => {
  test('is signed and submitted like any statement, and judges nothing', async () => {
    const signed = firm.path('signed.json')
    await firm.must(['ruleset', 'sign', '--out', signed])
    const sent = await firm.must(['submit', signed, '--json'])
    const listed = await firm.must(['ruleset', 'list', '--server', town.url, '--json'])

    expect((sent.json()['items'] as readonly JsonObject[])[0]?.['status']).toBe('admitted')
    expect(listed.json()).toMatchObject([{ shipped: true, version: '2026-11', in_force: true }])
  })
})

describe('a ruleset of the operator', () => {
  test('is recorded with one command, once, and everybody can read it', async () => {
    const operator = town.person('operator')
    const file = operator.write('own.json', own('2026-10', '2026-10-01'))
    const record = ['ruleset', 'record', file, '--server', town.url, '--operator', town.folder]
    const recorded = await operator.must([...record, '--json'])
    const again = await operator.run(record)
    const listed = await firm.must(['ruleset', 'list', '--server', town.url, '--json'])
    const shown = await firm.must([
      ...['ruleset', 'show', '2026-10', '--server', town.url],
      '--json',
    ])

    expect(recorded.json()).toMatchObject({ status: 'admitted', name: 'kiez', version: '2026-10' })
    expect(again.code).toBe(64)
    expect(again.err).toContain('--supersedes')
    expect(listed.json()).toMatchObject([
      { id: recorded.json()['id'], name: 'kiez', in_force: true },
      { shipped: true, in_force: false },
    ])
    expect(shown.json()).toEqual(own('2026-10', '2026-10-01'))
  })

  test('in a version that a later one supersedes is not in force', async () => {
    const operator = town.person('operator')
    const place = ['--server', town.url, '--operator', town.folder]
    const list = async () =>
      (
        await firm.must(['ruleset', 'list', '--server', town.url, '--json'])
      ).json() as unknown as readonly JsonObject[]
    const first = (await list())[0]?.['id'] as string
    const file = operator.write('corrected.json', own('2026-10', '2026-09-01'))
    const corrected = await operator.must([
      ...['ruleset', 'record', file, ...place, '--supersedes', first],
      '--json',
    ])

    expect((await list()).map((row) => [row['id'] ?? 'shipped', row['in_force']])).toEqual([
      [first, false],
      [corrected.json()['id'], true],
      ['shipped', false],
    ])
  })

  test('is not signed by anybody else’s key', async () => {
    const ran = await firm.run(['ruleset', 'record', '--server', town.url])

    expect(ran.code).toBe(64)
    expect(ran.err).toContain('--operator LEDGER')
  })
})

test('nobody signs a ruleset without a key', async () => {
  const ran = await town.person('nobody').run(['ruleset', 'sign', '--origin', ORIGIN])

  expect(ran.code).toBe(64)
})
