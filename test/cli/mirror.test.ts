/**
 * `waybill mirror`: over HTTP, with and without an auditor's key, and a ledger that shows two histories.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, type Person, Town } from './harness.js'

const town = new Town()
let firm: Person & { readonly party: string }
let auditor: Person & { readonly party: string }

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  auditor = await town.enrolled('auditor', 'Prüfwerk', 'AT')
  await log(firm, 'collection', collectionDraft(firm.party))
  await town.stop()
  const config = join(town.folder, 'waybill.json')
  const settings = JSON.parse(readFileSync(config, 'utf8')) as JsonObject
  writeFileSync(config, JSON.stringify({ ...settings, auditors: [auditor.party] }))
  await town.serve()
  // Otherwise a second run may find what was logged last.
  await town.published()
})

afterAll(() => town.close())

/** Until a server has published what was logged last: it does so once a second. */
async function published(url: string, size: number): Promise<void> {
  for (;;) {
    const note = await (await fetch(`${url}/checkpoint`)).text()
    if (Number(note.split('\n')[1]) >= size) return
    await sleep(50)
  }
}

async function sizeOf(url: string): Promise<number> {
  const ledger = (await (await fetch(`${url}/v1/ledger`)).json()) as JsonObject
  return Number(ledger['size'])
}

const flags = (): readonly string[] => ['--policy', town.policy, '--json']

describe('mirror', () => {
  test('an auditor gets entries and statements; the next run finds nothing new', async () => {
    const folder = auditor.path('mirror')
    const key = auditor.path('key.pem')
    const first = await auditor.must(['mirror', town.url, folder, '--key', key, ...flags()])
    const again = await auditor.must(['mirror', town.url, folder, '--key', key, ...flags()])
    const size = Number((first.json()['shown'] as JsonObject)['size'])

    expect(first.json()).toMatchObject({ outcome: 'followed', entries: size, statements: size })
    expect(again.json()).toMatchObject({ outcome: 'followed', entries: 0, statements: 0 })
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'inbox', 'statements', 'tile'])
  })

  test('without a key it copies what is public, and says so', async () => {
    const nobody = town.person('nobody')
    const ran = await nobody.must(['mirror', town.url, nobody.path('m'), '--policy', town.policy])

    expect(ran.out).toContain('statements were not asked for (no key)')
    expect(existsSync(nobody.path('m/statements'))).toBe(false)
  })

  test('a key that is no auditor’s is refused: 4', async () => {
    const ran = await firm.run(['mirror', town.url, firm.path('m'), ...flags()])

    expect([ran.code, existsSync(firm.path('m/checkpoint'))]).toEqual([4, false])
    expect(
      (await firm.must(['mirror', town.url, firm.path('m'), '--public', ...flags()])).code,
    ).toBe(0)
  })

  test('the first use of a ledger without a policy says whose word its key is', async () => {
    const newcomer = town.person('newcomer')
    const ran = await newcomer.must(['mirror', town.url, newcomer.path('m')])

    expect(ran.err).toContain('no policy given')
  })

  test('is audited as a ledger is; the next audit reads only what is new', async () => {
    const folder = auditor.path('mirror')
    const place = ['audit', '--mirror', folder, ...flags()]
    const first = await auditor.must(place)
    const again = await auditor.must(place)
    const full = await auditor.must([...place, '--full'])
    const size = Number((first.json()['checkpoint'] as JsonObject)['size'])

    expect(first.json()).toMatchObject({ record: 'VERIFIED', since: 0, checked: { entries: size } })
    expect(again.json()).toMatchObject({ record: 'VERIFIED', since: size, checked: { entries: 0 } })
    expect(full.json()).toMatchObject({ record: 'VERIFIED', since: 0, checked: { entries: size } })
  })

  test('of entries alone leaves an audit incomplete: 3', async () => {
    const nobody = town.person('nobody')
    const ran = await nobody.run(['audit', '--mirror', nobody.path('m'), '--policy', town.policy])

    expect(ran.code).toBe(3)
    expect(ran.out).toContain('this copy has the entries only')
  })

  test('without a policy there is nothing to audit it by: 78', async () => {
    const ran = await town.person('stranger').run(['audit', '--mirror', auditor.path('mirror')])

    expect(ran.err).toContain('POLICY_MISSING')
  })

  test('a server is audited with a key, and the signed audit is admitted to its log', async () => {
    const key = auditor.path('key.pem')
    const [report, out] = [auditor.path('report.json'), auditor.path('audit.signed.json')]
    const where = ['--server', town.url, '--key', key, '--policy', town.policy]
    await auditor.must(['audit', ...where, '--report', report, '--sign', key, '--out', out])
    const written = JSON.parse(readFileSync(report, 'utf8')) as JsonObject
    const submitted = await auditor.must(['submit', out, '--server', town.url, '--json'])
    const [item] = submitted.json()['items'] as readonly JsonObject[]
    const shown = await auditor.must(['show', String(item?.['id']), ...where.slice(0, 4)])

    expect(written).toMatchObject({ record: 'VERIFIED', kind: 'server' })
    expect(item?.['status']).toBe('admitted')
    expect(shown.out).toContain('audit/1')
    await published(town.url, await sizeOf(town.url))
    const next = (await auditor.must(['audit', ...where, '--json'])).json()

    expect([next['findings'], next['since']]).toEqual([
      [],
      (written['checkpoint'] as JsonObject)['size'],
    ])
  })

  test('two histories: 5, loud, with evidence that convinces whoever was not there', async () => {
    const watcher = town.person('watcher')
    await town.stop()
    const before = join(town.root, 'before')
    cpSync(town.folder, before, { recursive: true })
    firm.configure({ server: await town.serve(), key: firm.path('key.pem') })
    await log(firm, 'one', collectionDraft(firm.party, 'one history'))
    await published(town.url, await sizeOf(town.url))
    const folder = watcher.path('mirror')
    await watcher.must(['mirror', town.url, folder, '--policy', town.policy])
    await town.stop()
    const url = await town.serve(before)
    // The same key on a machine that remembers nothing: the firm's own would notice.
    const other = town.person('other')
    other.configure({ server: url, key: firm.path('key.pem') })
    await log(other, 'two', collectionDraft(firm.party, 'another'))
    await log(other, 'three', collectionDraft(firm.party, 'and more'))
    await published(url, await sizeOf(url))
    const held = readFileSync(join(folder, 'checkpoint'), 'utf8')
    const ran = await watcher.run(['mirror', url, folder, '--policy', town.policy])

    expect(ran.code).toBe(5)
    expect(ran.err).toContain('*** SPLIT VIEW ***')
    expect(ran.out).toContain('Stored: NOTHING')
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toBe(held)
    const evidence = /Evidence: (.*)/.exec(ran.err)?.[1] ?? ''
    const stranger = town.person('stranger')
    const judged = await stranger.run(['verify', evidence, '--policy', town.policy])
    expect(judged.code).toBe(5)
    rmSync(before, { recursive: true })
  })
})
