/** `waybill repair` on a folder, from a mirror and from receipts. */
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyKey, entryKey } from '../../ledger/store/layout.js'
import { openLevelStore } from '../../ledger/store/level.js'
import { collectionDraft, log, type Person, Town } from './harness.js'

const town = new Town()
const mirror = join(town.root, 'mirror')
let firm: Person & { readonly party: string }

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  await log(firm, 'collection', collectionDraft(firm.party))
  await town.operator.must(['mirror', town.url, mirror, '--policy', town.policy])
  await town.stop()
})
afterAll(() => town.close())

/** A copy of the ledger that has lost records of its last entry. */
async function damaged(name: string, ...keys: readonly Uint8Array[]): Promise<string> {
  const folder = join(town.root, name)
  cpSync(town.folder, folder, { recursive: true })
  const store = await openLevelStore(join(folder, 'store'))
  await store.write({ puts: [], deletes: keys }, { sync: true })
  await store.close()
  return folder
}

const LAST = 3

describe('repair', () => {
  test('a ledger that is in order: 0, and nothing is touched', async () => {
    const ran = await town.operator.run(['repair', '--dir', town.folder, '--from', mirror])

    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toContain('nothing to repair')
  })

  test('an entry from a public mirror, which has no statements', async () => {
    const folder = await damaged('entry lost', entryKey(1))
    const ran = await town.operator.run(['repair', '--dir', folder, '--from', mirror, '--json'])

    expect(ran.code).toBe(0)
    expect(ran.json()).toMatchObject({
      outcome: 'repaired',
      restored: { entries: 1, statements: 0 },
    })
    expect((await town.operator.run(['audit', '--dir', folder])).code).toBe(0)
  })

  test('a statement from its receipt', async () => {
    const folder = await damaged('statement lost', bodyKey(LAST))
    const receipts = firm.path('receipts')
    const files = readdirSync(receipts).map((name) => join(receipts, name))
    const ran = await town.operator.run(['repair', '--dir', folder, '--from', ...files])

    expect(ran.code).toBe(0)
    expect(ran.out).toContain('put back: 0 entries, 1 statement')
    expect((await town.operator.run(['audit', '--dir', folder])).code).toBe(0)
  })

  test('what nobody has: 3, named, and nothing is touched', async () => {
    const folder = await damaged('lost for good', bodyKey(LAST))
    const ran = await town.operator.run(['repair', '--dir', folder, '--from', mirror])

    expect(ran.code).toBe(3)
    expect(ran.err).toContain('entry 3: payload')
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'keys', 'store', 'waybill.json'])
  })

  test('without a ledger: 64; with a source that is not there: 66', async () => {
    const missing = ['repair', '--dir', town.folder, '--from', join(town.root, 'nowhere')]

    expect((await town.operator.run(['repair'])).code).toBe(64)
    expect((await town.operator.run(missing)).code).toBe(66)
    rmSync(mirror, { recursive: true })
  })
})
