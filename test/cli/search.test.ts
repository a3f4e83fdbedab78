/** `waybill search`: by server as a party, by folder as whoever has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { searchFolder } from '../../cli/folder-search.js'
import { searchTable } from '../../cli/search-text.js'
import type { SearchItem } from '../../client/index.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { openLedgerFolder } from '../../ledger/index.js'
import {
  collectionDraft,
  log,
  outcomeDraft,
  type Person,
  REPORT,
  sha256Hex,
  Town,
  transferDraft,
} from './harness.js'

const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'
/** What a name may hold and an address must escape. */
const ODD = "o'brien & søns +1%/?#"

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
  ids['odd'] = await log(acme, 'odd', collectionDraft(acme.party, ODD))
  ids['transfer'] = await log(
    acme,
    'transfer',
    transferDraft(acme.party, bolt.party, ids['collection']),
  )
  await bolt.must(['countersign', ids['transfer'], '--yes'])
  ids['outcome'] = await log(bolt, 'outcome', outcomeDraft(bolt.party, ids['transfer']))
  await log(acme, 'waiting', transferDraft(acme.party, bolt.party, ids['collection']))
})
afterAll(() => town.close())

async function found(person: Person, ...flags: readonly string[]): Promise<readonly string[]> {
  const { items } = (await person.must(['search', ...flags, '--json'])).json()
  return (items as readonly JsonObject[]).map(({ id }) => String(id))
}

describe('through a server', () => {
  test('finds what the party is involved in, by each term', async () => {
    const { collection, odd, transfer } = ids
    const day = new Date().toISOString().slice(0, 10)

    expect(await found(acme, '--type', 'collection')).toEqual([collection, odd])
    expect(await found(acme, '--type', 'transfer/1')).toEqual([transfer])
    expect(await found(acme, '--from', 'de', '--to', 'IN')).toEqual([transfer])
    expect(await found(acme, '--country', 'IN', '--party', bolt.party)).toEqual([transfer])
    expect(await found(acme, '--dataset', 'rides')).toEqual([collection, transfer])
    expect(await found(acme, '--digest', sha256Hex('rides').toUpperCase())).toEqual([
      collection,
      transfer,
    ])
    expect(await found(acme, '--purpose', 'dpv:ServiceOptimisation', '--type', 'transfer')).toEqual(
      [transfer],
    )
    expect(await found(acme, '--purpose', PURPOSE, '--type', 'transfer')).toEqual([transfer])
    expect(await found(acme, '--since', day, '--until', day, '--dataset', 'rides')).toHaveLength(2)
    expect(await found(acme, '--until', '2026-01-01T00:00:00Z')).toEqual([])
    expect(await found(acme, '--since', '4000000000')).toEqual([])
  })

  test('finds names that an address must escape', async () => {
    expect(await found(acme, '--dataset', ODD)).toEqual([ids['odd']])
  })

  test('finds nothing of others, and says whose it searches; that is no failure', async () => {
    const ran = await acme.must(['search', '--digest', sha256Hex(REPORT)])

    expect(ran.out).toBe('nothing found\n')
    expect(ran.err).toContain('what you are involved in')
    expect(await found(bolt, '--digest', sha256Hex(REPORT))).toEqual([ids['outcome']])
  })

  test('--party is what is looked for, not who asks; aliases of both kinds work', async () => {
    acme.configure({ server: town.url, key: acme.path('key.pem'), aliases: { bolt: bolt.party } })

    expect(await found(acme, '--party', 'bolt')).toEqual([ids['transfer']])
    expect((await found(acme)).length).toBeGreaterThan(3)
  })
})

describe('the table', () => {
  test('has a line for each, with labels, cut ids and UTC times', async () => {
    const { out, err } = await acme.must(['search', '--dataset', 'rides'])
    const lines = out.trimEnd().split('\n')

    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^id +type +entry +recorded +parties +where +purposes +data$/)
    expect(lines[1]).toMatch(
      /^[0-9a-f]{12} {2}collection\/1 .* \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ .* Germany \(DE\) .* service optimisation +0: rides$/,
    )
    expect(lines[2]).toContain('Germany (DE) to India (IN)')
    expect(err).toBe('')
  })

  test('limits what it lists, and says that there is more', async () => {
    const ran = await acme.must(['search', '--limit', '2'])
    expect(ran.out.trimEnd().split('\n')).toHaveLength(3)
    expect(ran.err).toContain('--limit 4')
    const json = (await acme.must(['search', '--limit', '2', '--json'])).json()
    expect([(json['items'] as []).length, json['more']]).toEqual([2, true])
    expect((await acme.must(['search', '--json'])).json()['more']).toBe(false)
  })
})

describe('what no statement can say is usage, with what would be right', () => {
  test.each([
    ['--type', 'transport', 'transfer/1'],
    ['--from', 'EU', 'ISO 3166-1'],
    ['--country', 'Germany', 'ISO 3166-1'],
    ['--purpose', 'marketing', 'dpv:Marketing'],
    ['--digest', 'abc', 'SHA-256'],
    ['--dataset', ' x', 'a name'],
    ['--since', 'yesterday', '2026-11-22'],
    ['--since', '2026-02-30', '2026-11-22'],
    ['--party', 'nobody', 'alias'],
    ['--limit', '0', '1 to 100000'],
  ])('%s %s', async (flag, value, word) => {
    const ran = await acme.run(['search', flag, value])

    expect([ran.code, ran.out]).toEqual([64, ''])
    expect(ran.err).toContain(word)
  })

  test('and so is no ledger at all', async () => {
    expect((await town.person('nobody').run(['search'])).code).toBe(64)
  })
})

test('nothing that a server says can steer a terminal', () => {
  const evil = '\u001b[2J\u202e\r\nid\u0007 "x" \u200b'
  const item: SearchItem = {
    id: 'ab'.repeat(32) as StatementId,
    index: 7,
    time: 1_795_000_000,
    type: evil,
    parties: { exporter: acme.party as PartyId },
    from: evil,
    to: evil,
    purposes: [evil, evil, evil],
    datasets: [{ n: 0, name: evil, digest: evil }],
    name: evil,
  }
  const others: readonly SearchItem[] = [
    item,
    { ...item, artefact: { name: evil, digest: evil } },
    { ...item, about: item.id, country: evil },
  ]
  const lines = searchTable(others, { layers: [], aliases: new Map([[evil, acme.party]]) })

  expect(lines).toHaveLength(4)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202e]/)
  expect(lines[1]).toContain('and 1 more')
})

// Last: the server has to go before the folder can be opened.
describe('in a folder', () => {
  test('finds everything, page after page, as a server does', async () => {
    const server = (await acme.must(['search', '--dataset', 'rides', '--json'])).json()
    await town.stop()
    const flags = ['--dir', town.folder]
    const auditor = town.person('auditor')

    const folder = (await auditor.must(['search', ...flags, '--dataset', 'rides', '--json'])).json()
    expect(folder['items']).toEqual(server['items'])
    expect(await found(auditor, ...flags, '--digest', sha256Hex(REPORT))).toEqual([ids['outcome']])
    const all = (await auditor.must(['search', ...flags, '--limit', '500', '--json'])).json()
    expect((all['items'] as []).length).toBe(all['tree_size'])
    expect(all['more']).toBe(false)
  })

  test('pages of a folder fit together', async () => {
    const { ledger } = await openLedgerFolder(town.folder, { workers: 0 })
    const indexes: number[] = []
    let cursor: string | undefined
    do {
      const page = await searchFolder(ledger, {
        limit: 3,
        ...(cursor === undefined ? {} : { cursor }),
      })
      indexes.push(...page.items.map(({ index }) => index))
      cursor = page.cursor
    } while (cursor !== undefined)
    const { size } = ledger
    const bad = await searchFolder(ledger, { cursor: 'x' }).catch((error: unknown) => error)
    await ledger.close()

    expect(indexes).toEqual(Array.from({ length: size }, (_, index) => index))
    expect(bad).toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
