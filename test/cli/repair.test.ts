/** `waybill repair` on a folder, from a mirror and from receipts. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** A key file with another key in it: one character of its base64 is another. */
function otherKey(bytes: Buffer): Buffer {
  const at = bytes.indexOf('\n') + 40
  return Buffer.from(bytes.map((byte, place) => (place === at ? (byte === 65 ? 66 : 65) : byte)))
}

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

  test.each(['published', 'checkpoint'])('a damaged %s: the ledger opens again', async (name) => {
    const folder = join(town.root, `flipped ${name}`)
    cpSync(town.folder, folder, { recursive: true })
    const bytes = readFileSync(join(folder, name))
    writeFileSync(
      join(folder, name),
      bytes.map((byte, at) => (at === 40 ? 255 - byte : byte)),
    )
    const ran = await town.operator.run(['repair', '--dir', folder, '--from', mirror])

    expect(ran.code).toBe(0)
    expect((await town.operator.run(['audit', '--dir', folder])).code).toBe(0)
    await town.serve(folder)
    await town.stop()
  })

  test.each<[string, string, (bytes: Buffer) => Buffer | undefined, string]>([
    ['lost', 'waybill.json', () => undefined, 'LEDGER_CONFIG_MISSING'],
    ['no JSON', 'waybill.json', (bytes) => bytes.subarray(1), 'CONFIG_INVALID'],
    [
      'of another log',
      'waybill.json',
      (bytes) => Buffer.from(bytes.toString().replace(/("origin": ".*)"/, '$1x"')),
      'the head is of another log',
    ],
    ['lost', 'keys/log.pem', () => undefined, 'put the file back from a backup'],
    ['no key', 'keys/log.pem', (bytes) => bytes.subarray(9), 'LOG_KEY_UNUSABLE'],
    ['another key', 'keys/log.pem', otherKey, 'it did not sign the head'],
  ])(
    '%s: %s, which no mirror has: said plainly, by doctor too',
    async (how, name, change, says) => {
      const folder = join(town.root, `${how} ${name.replace('/', ' ')}`)
      cpSync(town.folder, folder, { recursive: true })
      const changed = change(readFileSync(join(folder, name)))
      if (changed === undefined) rmSync(join(folder, name))
      else writeFileSync(join(folder, name), changed)
      const ran = await town.operator.run(['repair', '--dir', folder, '--from', mirror])
      const doctor = await town.operator.run(['doctor', '--dir', folder])

      expect([ran.code, doctor.code]).toEqual([78, 78])
      expect([ran.err, doctor.out].map((text) => text.includes(says))).toEqual([true, true])
    },
  )

  test('without the log’s key, a policy is enough to repair by', async () => {
    const folder = await damaged('entry and key lost', entryKey(1))
    writeFileSync(join(folder, 'keys', 'log.pem'), 'no key')
    const ran = await town.operator.run([
      ...['repair', '--dir', folder, '--from', mirror, '--policy', town.policy],
    ])

    expect([ran.code, ran.err]).toEqual([0, ''])
  })

  test('what nobody has: 3, named, and nothing is touched', async () => {
    const folder = await damaged('lost for good', bodyKey(LAST))
    const before = readdirSync(folder)
    const ran = await town.operator.run(['repair', '--dir', folder, '--from', mirror])

    expect(ran.code).toBe(3)
    expect(ran.err).toContain('entry 3: payload')
    expect(readdirSync(folder)).toEqual(before)
  })

  test('without a ledger: 64; with a source that is not there: 66', async () => {
    const missing = ['repair', '--dir', town.folder, '--from', join(town.root, 'nowhere')]

    expect((await town.operator.run(['repair'])).code).toBe(64)
    expect((await town.operator.run(missing)).code).toBe(66)
    rmSync(mirror, { recursive: true })
  })
})
