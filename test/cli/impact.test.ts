/** `waybill impact` and `waybill simulate`: by server as a party and as an auditor's folder. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, outcomeDraft, type Person, Town, transferDraft } from './harness.js'

const town = new Town()
let acme: Person & { readonly party: string }
let bolt: Person & { readonly party: string }
const ids: Record<string, string> = {}

beforeAll(async () => {
  await town.init()
  await town.serve()
  acme = await town.enrolled('acme', 'Acme Fahrten GmbH', 'DE')
  bolt = await town.enrolled('bolt', 'Bolt Analytics Pvt Ltd', 'IN')
  ids['collection'] = await log(acme, 'collection', collectionDraft(acme.party))
  const draft = transferDraft(acme.party, bolt.party, ids['collection'])
  ids['transfer'] = await log(acme, 'transfer', draft)
  await bolt.must(['countersign', ids['transfer'], '--yes'])
  ids['outcome'] = await log(bolt, 'outcome', outcomeDraft(bolt.party, ids['transfer']))
})
afterAll(() => town.close())

async function impact(person: Person, ...words: readonly string[]): Promise<JsonObject> {
  return (await person.run(['impact', ...words, '--json'])).json()
}

const idsOf = (list: unknown): readonly unknown[] =>
  (list as readonly JsonObject[]).map(({ id }) => id)

describe('impact through a server', () => {
  test('an importer sees its own part, from the collection of another it sees nothing', async () => {
    const seen = await impact(bolt, 'country', 'in')
    expect(idsOf(seen['steps'])).toEqual([ids['transfer'], ids['outcome']])
    expect(idsOf(seen['outcomes'])).toEqual([ids['outcome']])
    expect(seen['countries']).toContainEqual(expect.objectContaining({ country: 'IN' }))
    expect(await bolt.run(['impact', 'statement', ids['collection'] ?? ''])).toMatchObject({
      code: 66,
    })
  })

  test('an exporter is told beyond whom it cannot see, and that is exit 3', async () => {
    const ran = await acme.run(['impact', 'statement', (ids['collection'] ?? '').slice(0, 12)])
    expect(ran.code).toBe(3)
    expect(ran.out).toContain('Unknown beyond')
    expect(ran.out).toContain('what others did with it is not shown to you')
    expect(ran.out).not.toContain((ids['outcome'] ?? '').slice(0, 12))
  })

  test('every statement that is reached is listed, with who made it, outcomes too', async () => {
    const { out } = await bolt.run(['impact', 'country', 'IN'])
    const made = new RegExp(`${(ids['outcome'] ?? '').slice(0, 12)} {2}outcome/1 .*Bolt Analytics`)
    expect(out).toMatch(made)
    expect(out).toMatch(/transfer\/1 +entry \d+ /)
    expect(out).toMatch(/Z {2}by Bolt Analytics/)
  })

  test.each([
    ['country', 'India', 'in two letters'],
    ['country', 'UK', 'GB (not UK'],
    ['category', 'Location', 'waybill vocab categories WORD'],
    ['purpose', 'pd:Marketing', 'waybill vocab purposes WORD'],
  ])('%s %s is refused with what would be right', async (kind, value, words) => {
    const { code, err } = await bolt.run(['impact', kind, value])
    expect(code).toBe(64)
    expect(err).toContain(words)
  })

  test('as of an entry, what came later is not there', async () => {
    const whole = await impact(acme, 'party', acme.party)
    const last = Number((whole['steps'] as readonly JsonObject[]).at(-1)?.['index'])
    const before = await impact(acme, 'party', acme.party, '--as-of', String(last - 1))
    expect(idsOf(before['steps'])).toEqual([ids['collection']])
    expect(before['as_of']).toBe(last - 1)
    expect(await acme.run(['impact', 'party', acme.party, '--as-of', '99999'])).toMatchObject({
      code: 66,
    })
  })

  test('finds purposes by a wider one, and refuses what no statement can say', async () => {
    const wide = await impact(bolt, 'purpose', 'dpv:ServiceManagement')
    expect(idsOf(wide['outcomes'])).toEqual([ids['outcome']])
    expect((await acme.run(['impact', 'colour', 'red'])).code).toBe(64)
    expect((await acme.run(['impact', 'country', 'Germany'])).code).toBe(64)
    const none = await acme.run(['impact', 'country', 'BR'])
    expect([none.code, none.out]).toEqual([0, expect.stringContaining('Nothing in the ledger')])
  })
})

describe('what there is not', () => {
  const stranger = `${'A'.repeat(42)}E`

  test.each([
    ['a term that is misspelt', ['purpose', 'dpv:Marketting'], 'TERM_NOT_FOUND'],
    ['a category that is a purpose', ['category', 'dpv:Marketing'], 'TERM_NOT_FOUND'],
    ['a party that is not enrolled', ['party', stranger], 'PARTY_NOT_FOUND'],
  ])('%s is refused, not answered with nothing', async (_, words, code) => {
    const ran = await bolt.run(['impact', ...words])
    expect([ran.code, ran.out]).toEqual([66, ''])
    expect(ran.err).toContain(code)
  })

  test('an id of another statement is no instrument', async () => {
    const id = ids['outcome'] ?? ''
    for (const words of [
      ['impact', 'instrument', id],
      ['simulate', '--revoke', id],
    ]) {
      const ran = await bolt.run(words)
      expect([ran.code, ran.out]).toEqual([66, ''])
      expect(ran.err).toContain('INSTRUMENT_NOT_FOUND')
    }
    expect((await bolt.run(['simulate', '--suspend', stranger])).code).toBe(66)
  })

  test('a search for it is refused, too, and one for what may be is answered with nothing', async () => {
    expect((await bolt.run(['search', '--purpose', 'dpv:Marketting'])).code).toBe(66)
    expect((await bolt.run(['search', '--party', stranger])).code).toBe(66)
    const none = await bolt.run(['search', '--purpose', 'dpv:Marketing'])
    expect([none.code, none.out]).toEqual([0, 'nothing found\n'])
    const turned = ['search', '--since', '2030-01-01', '--until', '2026-01-01']
    expect((await bolt.run(turned)).code).toBe(64)
  })
})

describe('simulate through a server', () => {
  test('a suspended party takes down what it signed, and nothing is recorded', async () => {
    const before = (await impact(bolt, 'party', bolt.party))['tree_size']
    const ran = await bolt.run(['simulate', '--suspend', bolt.party, '--json'])
    expect(ran.code).toBe(2)
    const { broken, tree_size, findings } = ran.json()
    expect(idsOf(broken)).toEqual([ids['transfer'], ids['outcome']])
    expect((findings as readonly JsonObject[])[0]).toMatchObject({ rule: 'R34', verdict: 'FAIL' })
    expect(tree_size).toBe(before)
  })

  test('takes exactly one change, and says when nothing rests on it', async () => {
    expect((await acme.run(['simulate'])).code).toBe(64)
    expect(
      (await acme.run(['simulate', '--suspend', acme.party, '--drop-adequacy', 'US'])).code,
    ).toBe(64)
    const none = await acme.run(['simulate', '--drop-adequacy', 'BR'])
    expect([none.code, none.out]).toEqual([0, expect.stringContaining('Nothing in the ledger')])
    expect(none.out).toContain('nothing was recorded')
  })
})

describe('with the folder', () => {
  test('everything is seen: the whole way to the outcome, and where it ends', async () => {
    await town.stop()
    const operator = town.operator
    const ran = await operator.run([
      'impact',
      'statement',
      ids['collection'] ?? '',
      '--dir',
      town.folder,
    ])
    expect(ran.code).toBe(0)
    const way = ['collection', 'transfer', 'outcome'].map((name) => (ids[name] ?? '').slice(0, 12))
    expect(ran.out).toContain(way.join(' -> '))
    const what = await operator.run(['simulate', '--suspend', acme.party, '--dir', town.folder])
    expect(what.code).toBe(2)
    expect(what.out).toContain('What rests on these:')
  })
})
