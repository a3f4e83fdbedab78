/** `waybill simulate --ruleset`: what would break if everything were judged by other tables. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { collectionDraft, log, type Person, Town, transferDraft } from './harness.js'

const town = new Town()
let acme: Person & { readonly party: string }
let bolt: Person & { readonly party: string }
let moved = ''
let ruleset = ''

/** Tables of the operator's own, which find India adequate. */
const LOOSE = {
  ...SHIPPED,
  name: 'kiez',
  version: '2026-10',
  effective: { from: '2026-10-01' },
  adequacy: [
    ...SHIPPED.adequacy,
    { regime: 'eu-gdpr', to: 'IN', from: '2026-01-01', source: 'a test', asOf: '2026-11-22' },
  ],
} as unknown as Json

beforeAll(async () => {
  await town.init()
  await town.serve()
  const file = town.operator.write('loose.json', LOOSE)
  const place = ['--server', town.url, '--operator', town.folder]
  const recorded = await town.operator.must(['ruleset', 'record', file, ...place, '--json'])
  ruleset = String(recorded.json()['id'])
  acme = await town.enrolled('acme', 'Acme Fahrten GmbH', 'DE')
  bolt = await town.enrolled('bolt', 'Bolt Analytics Pvt Ltd', 'IN')
  const source = await log(acme, 'collection', collectionDraft(acme.party))
  moved = await log(acme, 'transfer', transferDraft(acme.party, bolt.party, source))
  await bolt.must(['countersign', moved, '--yes'])
})
afterAll(() => town.close())

const rulesOf = (answer: JsonObject): readonly string[] => {
  const broken = answer['broken'] as readonly { id: string; rules: readonly string[] }[]
  return broken.find(({ id }) => id === moved)?.rules ?? []
}

test('the shipped one breaks what the operator’s own allows, and is named', async () => {
  const ran = await bolt.run(['simulate', '--ruleset', 'shipped'])
  expect(ran.code).toBe(2)
  expect(ran.out).toMatch(
    /^What if: every hop were judged by ruleset waybill 2026-11, shipped, sha256/,
  )
  expect(ran.out).toContain('judged by ruleset kiez 2026-10')
  expect(ran.out).toContain('nothing was recorded')
  const told = (await bolt.run(['simulate', '--ruleset', SHIPPED.version, '--json'])).json()
  expect(rulesOf(told)).toContain('R05')
  expect(told['change']).toMatchObject({ kind: 'ruleset', ruleset: { name: 'waybill' } })
})

test('the one in force breaks nothing, by its version or by its id', async () => {
  for (const name of ['2026-10', ruleset.slice(0, 12)]) {
    const ran = await bolt.run(['simulate', '--ruleset', name, '--json'])
    expect(rulesOf(ran.json())).toEqual([])
    expect(ran.json()['judged']).toBe(1)
  }
})

test('what there is not is refused, and so are two changes and a file for a server', async () => {
  const none = await bolt.run(['simulate', '--ruleset', '1999-01'])
  expect([none.code, none.err]).toEqual([66, expect.stringContaining('RULESET_NOT_FOUND')])
  expect((await bolt.run(['simulate', '--ruleset', 'missing.json'])).code).toBe(66)
  const two = ['simulate', '--ruleset', 'shipped', '--suspend', bolt.party]
  expect((await bolt.run(two)).code).toBe(64)
  const file = bolt.write('own.json', LOOSE)
  const sent = await bolt.run(['simulate', '--ruleset', file])
  expect([sent.code, sent.err]).toEqual([64, expect.stringContaining('a file with --dir LEDGER')])
})

test('with the folder a file is judged by, as of any entry', async () => {
  await town.stop()
  const strict = town.operator.write('strict.json', {
    ...(LOOSE as JsonObject),
    version: 'draft',
    adequacy: [],
  })
  const ask = ['simulate', '--ruleset', strict, '--dir', town.folder]
  const ran = await town.operator.run([...ask, '--json'])
  expect(ran.code).toBe(2)
  expect(rulesOf(ran.json())).toContain('R05')
  const words = await town.operator.run(ask)
  expect(words.out).toContain(`every hop were judged by ruleset kiez draft, from file ${strict}`)
  const before = await town.operator.run([...ask, '--as-of', '3', '--json'])
  expect(before.json()).toMatchObject({ as_of: 3, judged: 0, broken: [] })
})
