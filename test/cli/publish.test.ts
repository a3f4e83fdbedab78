/** `waybill publish`: a real ledger as static files, read by the client of test/c2sp. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LogClient } from '../c2sp/log-client.js'
import { SyntheticLog } from '../c2sp/synthetic-log.js'
import { collectionDraft, log, ORIGIN, Town } from './harness.js'

const town = new Town()
const out = join(town.root, 'public')
let firm: Awaited<ReturnType<Town['enrolled']>>
beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
})
afterAll(() => town.close())

async function readWhole(): Promise<number> {
  const [, vkey = ''] = /^log (\S+)/.exec(readFileSync(town.policy, 'utf8')) ?? []
  const client = new LogClient(vkey, (path) => Promise.resolve(readFileSync(join(out, path))))
  return (await client.readAll(await client.checkpoint())).length
}

test('while a server has the ledger: 69', async () => {
  const ran = await town.operator.run(['publish', '--dir', town.folder, out])

  expect(ran.err).toContain('LEDGER_LOCKED')
  expect(ran.code).toBe(69)
  expect(existsSync(out)).toBe(false)
})

test('publishes, and publishes what is new', async () => {
  await town.stop()
  const first = await town.operator.must(['publish', '--dir', town.folder, out])
  const size = await readWhole()

  expect(first.out).toContain(`published ${ORIGIN} at tree size ${size} in ${out}; nothing before`)
  firm.configure({ server: await town.serve(), key: firm.path('key.pem') })
  await log(firm, 'collection', collectionDraft(firm.party))
  await town.stop()
  const second = await town.operator.must(['publish', '--dir', town.folder, out, '--json'])

  expect(second.json()).toEqual({
    origin: ORIGIN,
    folder: out,
    previous: size,
    size: size + 1,
    written: 2,
    kept: 0,
  })
  expect(await readWhole()).toBe(size + 1)
})

test('nothing confidential is in it', async () => {
  const bundles = readFileSync(join(out, `tile/entries/000.p/${await readWhole()}`), 'latin1')

  for (const word of ['Lindenau', 'rides', 'Hafenamt', firm.party, 'w3id.org'])
    expect(bundles).not.toContain(word)
})

test('a policy that does not know the log: refused', async () => {
  const { vkey } = new SyntheticLog()
  const other = town.operator.write('other-policy.txt', `log ${vkey}\nquorum none\n`)
  const ran = await town.operator.run(['publish', '--dir', town.folder, out, '--policy', other])

  expect(ran.code).toBe(1)
  expect(ran.err).toContain('CHECKPOINT_UNTRUSTED')
})

test('a ledger is needed, and a place', async () => {
  expect((await town.operator.run(['publish', out])).code).toBe(64)
  expect((await town.operator.run(['publish', '--dir', town.folder])).code).toBe(64)
  expect((await town.operator.run(['publish', '--dir', town.folder, town.folder])).code).toBe(78)
})
