/** `waybill sample`: draws by a seed, verifies and judges what it drew, and says of how many. */

import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openClient, readKeyFile, signerFromPem } from '../../client/index.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { Drawing, type Drawn } from '../../ledger/rules/draw.js'
import { collectionDraft, log, type Person, Town, transferDraft } from './harness.js'

const town = new Town()
let acme: Person & { readonly party: string }
const transfers: StatementId[] = []

beforeAll(async () => {
  await town.init()
  await town.serve()
  acme = await town.enrolled('acme', 'Acme Fahrten GmbH', 'DE')
  const bolt = await town.enrolled('bolt', 'Bolt Analytics Pvt Ltd', 'IN')
  const source = await log(acme, 'collection', collectionDraft(acme.party))
  for (const name of ['one', 'two', 'three']) {
    const id = await log(acme, name, transferDraft(acme.party, bolt.party, source))
    await bolt.must(['countersign', id, '--yes'])
    transfers.push(id as StatementId)
  }
})
afterAll(() => town.close())

/** The transfers that a seed gives, as anybody computes it. */
function drawSample(ids: readonly StatementId[], seed: string, count: number): readonly unknown[] {
  const drawing = new Drawing({ seed, count, treeSize: Number.MAX_SAFE_INTEGER })
  for (const id of ids) drawing.take({ id, index: 0 })
  return drawing.drawn().map(({ id, rank }) => ({ id, rank }))
}

const withoutIndex = (drawn: unknown): readonly unknown[] =>
  (drawn as readonly Drawn[]).map(({ id, rank }) => ({ id, rank }))

const ask = (...flags: readonly string[]) => acme.run(['sample', ...flags, '--json'])

describe('a spot check', () => {
  test('draws what the seed gives, and verifies and judges each of it', async () => {
    const { code, json } = await ask('-n', '2', '--seed', 'drawn in public')
    const { drawn, population, lineages, record, rules } = json()

    expect(withoutIndex(drawn)).toEqual(drawSample(transfers, 'drawn in public', 2))
    expect([population, (lineages as readonly JsonObject[]).length]).toEqual([3, 2])
    expect(record).toBe('VERIFIED')
    // No instrument from Germany to India.
    expect([code, rules]).toEqual([2, 'FAIL'])
  })

  test('is pinned by a checkpoint, which counts by its three lines', async () => {
    await town.published()
    const note = await (await fetch(`${town.url}/checkpoint`)).text()
    const path = acme.path('seed.checkpoint')
    writeFileSync(path, note)
    const { json } = await ask('-n', '3', '--seed', path)
    const text = note.slice(0, note.indexOf('\n\n') + 1)

    expect(json()['seed']).toBe(text)
    expect(withoutIndex(json()['drawn'])).toEqual(drawSample(transfers, text, 3))
  })

  test('of a smaller tree is drawn again when the log has grown', async () => {
    const { json } = await ask('-n', '3', '--seed', 'x')
    const [first, , last] = (json()['drawn'] as readonly Drawn[]).toSorted(
      (a, b) => a.index - b.index,
    )
    const size = String(last?.index)
    const before = await ask('-n', '3', '--seed', 'x', '--tree-size', size)
    expect([before.json()['population'], before.json()['tree_size']]).toEqual([2, Number(size)])
    expect(before.json()['drawn']).toContainEqual(first)
    expect(before.json()['drawn']).not.toContainEqual(last)
    const more = await ask('-n', '3', '--seed', 'x', '--tree-size', '99999')
    expect([more.code, more.err]).toEqual([66, expect.stringContaining('TREE_TOO_SMALL')])
  })

  test('is what the server draws by the same seed, which the command does not ask', async () => {
    const theirs = await acme.run(['sample', '-n', '2', '--seed', "it's drawn", '--json'])
    expect(theirs.code).toBe(2)
    const signer = signerFromPem(await readKeyFile(acme.path('key.pem')))
    const client = openClient({ server: town.url, apiSigner: signer })
    const own = await client.sample({ count: 2, seed: "it's drawn" })
    expect(own.drawn).toEqual(theirs.json()['drawn'])
    expect([own.eligible, own.treeSize]).toEqual([
      theirs.json()['population'],
      theirs.json()['tree_size'],
    ])
  })

  test('of nothing is incomplete, never a success', async () => {
    const { code, json } = await ask('-n', '1', '--seed', 'x', '--corridor', 'DE-US')

    expect([code, json()['population'], json()['record']]).toEqual([3, 0, 'INCOMPLETE'])
    const said = await acme.run(['sample', '-n', '1', '--seed', 'x', '--corridor', 'DE-US'])
    expect(said.out).toMatch(
      /^No transfer matches, so nothing was drawn; tree size \d+\n\nRecord: /,
    )
  })

  test('of a party that is not enrolled is refused', async () => {
    const ran = await ask('-n', '1', '--seed', 'x', '--party', `${'A'.repeat(42)}E`)

    expect([ran.code, ran.err]).toEqual([66, expect.stringContaining('PARTY_NOT_FOUND')])
  })

  test('refuses a corridor and a period of another form', async () => {
    for (const flags of [
      ['--corridor', 'DE'],
      ['--period', '2026-01-01'],
      ['--corridor', 'XX-YY'],
      ['--period', '2030-01-01..2026-01-01'],
    ])
      expect((await ask('-n', '1', '--seed', 'x', ...flags)).code).toBe(64)
  })
})
