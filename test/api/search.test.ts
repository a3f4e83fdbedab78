/** GET /v1/search: who finds what, form of the query, pages, and what an answer gives away. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { claimsOfRuleset } from '../../ledger/rules/ruleset-claims.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { exampleClaims, idOf, openWorld, REPORT_DIGEST, type Role, type World } from './world.js'

let world: World
const ids = {} as Record<
  'collection' | 'transfer' | 'outcome' | 'outsiders' | 'waiting',
  StatementId
>

beforeAll(async () => {
  world = await openWorld()
  ids.collection = await world.admit(await world.collection())
  ids.transfer = await world.admit(await world.transfer(ids.collection))
  ids.outsiders = await world.admit(await world.collection('outsider', 'rides'))
  world.nowS += 100
  ids.outcome = await world.admit(await world.outcome(ids.transfer))
  const waiting = await world.transfer(ids.collection, 'rides', ['exporter'])
  await world.ledger.submit(envelopeJson(waiting))
  ids.waiting = idOf(waiting)
})
afterAll(() => world.close())

type Page = {
  readonly items: readonly JsonObject[]
  readonly tree_size: number
  readonly cursor?: string
}

async function page(role: Role, query: string): Promise<Page> {
  const answer = await world.callAs(role, `/v1/search${query}`)
  expect(answer.status).toBe(200)
  return answer.json() as unknown as Page
}

async function found(role: Role, query: string): Promise<readonly unknown[]> {
  return (await page(role, query)).items.map(({ id }) => id)
}

describe('who finds what', () => {
  test('a party what it is involved in, an auditor everything', async () => {
    const { collection, transfer, outcome, outsiders } = ids

    expect((await found('auditor', '?limit=200')).length).toBe(world.ledger.size)
    for (const [role, own, others] of [
      ['exporter', [collection, transfer], [outcome, outsiders]],
      ['importer', [transfer, outcome], [collection, outsiders]],
      ['outsider', [outsiders], [collection, transfer, outcome]],
      ['analyst', [], [collection, transfer, outcome, outsiders]],
    ] as const) {
      const mine = await found(role, '?limit=200')
      for (const id of own) expect(mine).toContain(id)
      for (const id of others) expect(mine).not.toContain(id)
    }
  })

  test('nobody a proposal that waits', async () => {
    for (const role of ['exporter', 'importer', 'auditor'] as const)
      expect(await found(role, '?limit=200')).not.toContain(ids.waiting)
  })

  test('the registrar what it admitted, which is public', async () => {
    const types = (await page('registrar', '?limit=200')).items.map(({ type }) => type)

    expect(new Set(types)).toEqual(new Set(['party/1']))
  })

  test('a party cannot widen its view by naming another', async () => {
    const { exporter, outsider } = world.firms

    expect(await found('outsider', `?party=${exporter.party}`)).toEqual([])
    expect(await found('exporter', `?party=${outsider.party}`)).toEqual([])
    expect(await found('importer', `?party=${exporter.party}`)).toEqual([ids.transfer])
    expect(await found('auditor', `?party=${outsider.party}&type=collection/1`)).toEqual([
      ids.outsiders,
    ])
  })

  test('nobody without a token', async () => {
    const answer = await world.call('GET', '/v1/search')

    expect([answer.status, answer.json()['code']]).toEqual([401, 'AUTH_REQUIRED'])
  })
})

describe('what an answer gives away', () => {
  test('for a party the same whether others have such a statement or not', async () => {
    const there = await page('outsider', `?digest=${REPORT_DIGEST}`)
    const nowhere = await page('outsider', `?digest=${'ab'.repeat(32)}`)

    expect(there).toEqual(nowhere)
    expect(there).toEqual({ items: [], tree_size: world.ledger.size })
  })

  test('cursors that point at own statements only', async () => {
    const own = new Set((await page('importer', '?limit=200')).items.map(({ index }) => index))
    let next = ''
    const cursors: string[] = []
    for (;;) {
      const { cursor } = await page('importer', `?limit=1${next}`)
      if (cursor === undefined) break
      cursors.push(cursor)
      next = `&cursor=${cursor}`
    }
    const places = cursors.map((cursor) => {
      const [size, position] = Buffer.from(cursor, 'base64url').toString().split('.')
      return [Number(size), Number(position)] as const
    })

    expect(cursors.length).toBe(own.size - 1)
    for (const [size, position] of places) {
      expect(size).toBe(world.ledger.size)
      expect(own).toContain(position)
    }
  })

  test('a cursor made for another place shows no more', async () => {
    for (const position of [0, 3, 8]) {
      const cursor = Buffer.from(`${world.ledger.size}.${position}`).toString('base64url')
      for (const id of await found('outsider', `?limit=200&cursor=${cursor}`))
        expect(id).not.toBe(ids.transfer)
    }
  })
})

describe('an item', () => {
  test('says who, from where to where, for what and which data', async () => {
    const { items } = await page('importer', '?type=transfer/1')
    const { exporter, importer } = world.firms

    expect(items).toEqual([
      expect.objectContaining({
        id: ids.transfer,
        index: world.ledger.indexOf(ids.transfer),
        type: 'transfer/1',
        parties: { exporter: exporter.party, importer: importer.party },
        from: 'DE',
        to: 'IN',
        datasets: [expect.objectContaining({ n: 0, name: 'rides' })],
      }),
    ])
    const [{ time, purposes }] = items as [JsonObject]
    expect(time).toBe(world.nowS - 100)
    expect(purposes).not.toEqual([])
  })

  test('names the artefact of an outcome, the party of an enrolment', async () => {
    const [outcome] = (await page('importer', '?type=outcome/1')).items
    const [party] = (await page('auditor', `?type=party/1&party=${world.firms.analyst.party}`))
      .items

    expect(outcome).toMatchObject({ artefact: { name: 'report', digest: REPORT_DIGEST } })
    expect(party).toMatchObject({ name: 'analyst', country: 'DE', datasets: [], purposes: [] })
  })
})

describe('a query', () => {
  test.each([
    ['?type=collection/1', ['collection', 'outsiders']],
    ['?dataset=rides', ['collection', 'transfer', 'outsiders']],
    ['?from=DE&to=IN', ['transfer']],
    ['?from=IN', []],
    ['?country=IN&type=transfer/1', ['transfer']],
    [`?digest=${REPORT_DIGEST}`, ['outcome']],
    ['?since=1795000001', ['outcome']],
    ['?until=1795000000&dataset=rides&type=transfer/1', ['transfer']],
    ['?dataset=ride', []],
    ['?dataset=o%27brien%27s%20%26%20sons', []],
  ] as const)('%s', async (query, names) => {
    expect(await found('auditor', query)).toEqual(names.map((name) => ids[name]))
  })

  test('a purpose by its IRI or its short form', async () => {
    const { items } = await page('importer', '?type=transfer/1')
    const [iri] = (items[0]?.['purposes'] ?? []) as readonly string[]
    const short = (iri ?? '').replace('https://w3id.org/dpv#', 'dpv:')

    expect(short).toMatch(/^dpv:/)
    for (const text of [iri ?? '', short])
      expect(
        await found('importer', `?type=transfer/1&purpose=${encodeURIComponent(text)}`),
      ).toEqual([ids.transfer])
  })

  test.each([
    ['type', 'transport'],
    ['from', 'EU'],
    ['to', 'de'],
    ['country', 'XX'],
    ['purpose', 'marketing'],
    ['purpose', 'http://w3id.org/dpv%23Marketing'],
    ['party', 'acme'],
    ['digest', 'ABCD'],
    ['dataset', ''],
    ['dataset', '%20x'],
    ['dataset', 'a%00b'],
    ['since', '2026-11-22'],
    ['since', '-1'],
    ['until', '99999999999'],
    ['limit', '0'],
    ['limit', '201'],
    ['cursor', 'AAAA'],
    ['colour', 'red'],
  ])('%s=%s is refused without being repeated', async (name, value) => {
    const answer = await world.callAs('auditor', `/v1/search?${name}=${value}`)
    const { code, at } = answer.json()

    expect([answer.status, code]).toEqual([400, 'REQUEST_INVALID'])
    expect(String(at).startsWith('query')).toBe(true)
    if (value.length > 4) expect(answer.text).not.toContain(decodeURIComponent(value))
  })

  test('the same name twice is refused', async () => {
    const answer = await world.callAs('auditor', '/v1/search?from=DE&from=IN')

    expect([answer.status, answer.json()['code']]).toEqual([400, 'REQUEST_INVALID'])
  })
})

describe('pages', () => {
  test('fit together, as of the tree size of the first', async () => {
    const size = world.ledger.size
    const first = await page('auditor', '?limit=4')
    await world.admit(await world.collection('exporter', 'meanwhile'))
    const items = [...first.items]
    let { cursor } = first
    while (cursor !== undefined) {
      const next: Page = await page('auditor', `?limit=4&cursor=${cursor}`)
      expect(next.tree_size).toBe(size)
      items.push(...next.items)
      cursor = next.cursor
    }

    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: size }, (_, n) => n))
    expect((await page('auditor', '?dataset=meanwhile')).items).toHaveLength(1)
  })
})

describe('a purpose that there is not', () => {
  const LOCAL = 'https://kiez.example/terms#Nachbarschaft'
  const ask = (role: Role, purpose: string, more = '') =>
    world.callAs(role, `/v1/search?purpose=${encodeURIComponent(purpose)}${more}`)

  test.each(['auditor', 'outsider'] as const)('is refused to %s with the nearest', async (role) => {
    const answer = await ask(role, 'dpv:Marketting')
    expect([answer.status, answer.json()['code']]).toEqual([404, 'TERM_NOT_FOUND'])
    expect(answer.json()['reason']).toBe('spelt almost like it: dpv:Marketing')
    expect(answer.text).not.toContain('Marketting')
  })

  test('one of the vocabulary that nothing states is answered with nothing', async () => {
    const answer = await ask('auditor', 'dpv:Marketing')
    expect([answer.status, answer.json()['items']]).toEqual([200, []])
  })

  test('a local one is one where any ruleset in the log declares it', async () => {
    expect((await ask('importer', LOCAL)).status).toBe(404)
    const { party, signer } = world.firms.analyst
    const parents = ['https://w3id.org/dpv#ServiceProvision']
    const localTerms = [{ term: LOCAL, label: 'Nachbarschaft', parents }]
    const purposes = { ...SHIPPED.purposes, localTerms }
    const claims = claimsOfRuleset({ ...SHIPPED, name: 'kiez', purposes }, party)
    const draft = { type: 'ruleset/1', claims: claims as unknown as JsonObject } as const
    await world.admit(await world.sign(draft, [['issuer', signer]]))
    for (const role of ['importer', 'outsider', 'auditor'] as const)
      expect((await ask(role, LOCAL)).json()['items']).toEqual([])
    const near = await ask('importer', `${LOCAL}n`)
    expect(near.json()['reason']).toBe(`spelt almost like it: ${LOCAL}`)
  })

  test('one that nobody declares and a statement states is one, whatever else is asked', async () => {
    const stated = 'https://kiez.example/terms#Undeclared'
    const { party, signer } = world.firms.outsider
    const claims = { ...exampleClaims('collection'), collector: party, purposes: [stated] }
    const envelope = await world.sign({ type: 'collection/1', claims }, [['collector', signer]])
    const id = await world.admit(envelope)
    const mine = await ask('outsider', stated)
    expect((mine.json()['items'] as readonly JsonObject[]).map((item) => item['id'])).toEqual([id])
    const later = await ask('outsider', stated, '&since=4000000000')
    expect([later.status, later.json()['items']]).toEqual([200, []])
    // To others it is as if it had never been written.
    expect((await ask('importer', stated)).status).toBe(404)
  })
})
