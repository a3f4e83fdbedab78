/** Search: finds what statements say and nothing else, page by page, for one party or for all. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { isObject, type Json } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import type { StoredStatement } from '../../ledger/log/reader.js'
import { SEARCH_PAGE_MAX } from '../../ledger/log/search.js'
import type { SearchQuery } from '../../ledger/log/search-terms.js'
import { bodyKey, encodeIndex, searchKey, searchRange } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Store } from '../../ledger/store/store.js'
import { ACME, BOLT, CORAL, FIRMS, firmOf, OPERATOR } from './support/firms.js'
import { buildTown, type Town } from './support/ledger-town.js'
import { admit, codeOf, Site } from './support/site.js'
import { collection, hexDigest, json, START_S, sign } from './support/statements.js'

const RUNS = process.env['SLOW'] === '1' ? 2_000 : 100
const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'
const MARK = searchKey(Uint8Array.of(3))

let town: Town
let ledger: Ledger
beforeAll(async () => {
  town = await buildTown()
  ledger = await town.site.open()
})

/** All pages of a search, as entry indexes. */
async function all(
  query: SearchQuery,
  limit = 7,
  from: Ledger = ledger,
): Promise<readonly number[]> {
  const found: number[] = []
  const { size } = from
  let after: number | undefined = 0
  while (after !== undefined) {
    const page = await from.search(query, { after, size, limit })
    expect(page.found.length).toBeLessThanOrEqual(limit)
    found.push(...page.found.map(({ index }) => index))
    expect(page.next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(found.at(-1) ?? -1)
    after = page.next
  }
  return found
}

function typesAt(indexes: readonly number[]): readonly string[] {
  return [...new Set(indexes.map((index) => ledger.statementAt(index).facts.type))].sort()
}

describe('a query', () => {
  test('without any term finds the whole log, in order', async () => {
    expect(await all({})).toEqual(Array.from({ length: town.size }, (_, index) => index))
  })

  test('finds by type', async () => {
    const found = await all({ type: 'outcome/1' })

    expect([found.length, typesAt(found)]).toEqual([10, ['outcome/1']])
  })

  test('finds a party in any role: named, signing, admitting, refused by others', async () => {
    expect(typesAt(await all({ party: CORAL.party }))).toEqual([
      'outcome/1',
      'party/1',
      'transfer/1',
    ])
    expect(typesAt(await all({ party: OPERATOR.party }))).toEqual(['key/1', 'party/1'])
    // Both sides of what was refused, whoever refused it.
    const refusals = await all({ type: 'refusal/1' })
    expect(await all({ type: 'refusal/1', party: ACME.party })).toEqual(refusals)
    expect(await all({ type: 'refusal/1', party: BOLT.party })).toEqual(refusals)
    expect(await all({ type: 'refusal/1', party: CORAL.party })).toEqual([])
  })

  test('finds by the countries of a route, together and alone; instruments have routes too', async () => {
    const pair = await all({ from: 'DE', to: 'IN' })

    expect(typesAt(pair)).toEqual(['instrument/1', 'transfer/1'])
    expect(await all({ from: 'DE' })).toEqual(pair)
    expect(await all({ to: 'IN' })).toEqual(pair)
    expect(await all({ from: 'IN', to: 'DE' })).toEqual([])
    expect(await all({ from: 'IN' })).toEqual([])
  })

  test('finds a country wherever a statement names it', async () => {
    expect(typesAt(await all({ country: 'IN' }))).toEqual([
      'instrument/1',
      'processing/1',
      'transfer/1',
    ])
    expect(typesAt(await all({ country: 'DE' }))).toEqual([
      'collection/1',
      'instrument/1',
      'party/1',
      'transfer/1',
    ])
    expect(await all({ country: 'FR' })).toEqual([])
  })

  test('finds by purpose, dataset and digest', async () => {
    const purposes = await all({ purpose: PURPOSE })
    expect(typesAt(purposes)).toEqual([
      'collection/1',
      'instrument/1',
      'outcome/1',
      'processing/1',
      'transfer/1',
    ])
    expect(await all({ purpose: 'https://w3id.org/dpv#Marketing' })).toEqual([])

    const named = await all({ dataset: 'ware 3' })
    expect(typesAt(named)).toEqual(['collection/1', 'transfer/1'])
    expect(await all({ digest: hexDigest('ware 3') })).toEqual(named)
    expect(await all({ dataset: 'ware' })).toEqual([])
    expect(typesAt(await all({ digest: hexDigest('report ware 3') }))).toEqual(['outcome/1'])
  })

  test('finds by entry time, both ends included', async () => {
    const first = await all({ until: START_S })
    const last = await all({ since: town.site.nowS })

    expect(first.at(-1)).toBe(((await all({ since: START_S + 1 }))[0] as number) - 1)
    expect(last.at(-1)).toBe(town.size - 1)
    expect(await all({ since: START_S + 60, until: START_S + 60 })).toHaveLength(5)
    expect(await all({ since: town.site.nowS + 1 })).toEqual([])
    expect(await all({ until: START_S - 1 })).toEqual([])
    expect(await all({ since: START_S + 2, until: START_S + 1 })).toEqual([])
  })

  test('must match in all it says', async () => {
    const query = { party: BOLT.party, type: 'transfer/1', dataset: 'ware 3', to: 'IN' } as const

    expect(await all(query)).toHaveLength(1)
    expect(await all({ ...query, party: firmOf('dock').party })).toEqual([])
  })

  test('does not find what waits', async () => {
    const found = await all({ party: BOLT.party })
    const ids = found.map((index) => ledger.statementAt(index).id)

    for (const id of town.ids.waiting) expect(ids).not.toContain(id)
  })
})

/** The same question asked of every statement, from its claims as they stand. */
function matches(stored: StoredStatement, query: SearchQuery): boolean {
  const { claims } = stored.opened.open
  const values = (name: string): readonly Json[] =>
    (claims.get(name)?.values ?? []).filter((value) => value !== undefined).flat() as Json[]
  const member = (value: Json, name: string): Json =>
    isObject(value) ? (value[name] ?? null) : null
  const routes = [...values('route'), ...values('routes')]
  const places = [...routes, ...values('place')]
  const countries = [
    ...values('country'),
    ...places.flatMap((place) =>
      ['from', 'to', 'jurisdiction', 'storage', 'access', 'subjectCountries'].flatMap((name) =>
        member(place, name),
      ),
    ),
  ]
  const parties = ledger.partiesOf(stored.facts)
  const { from, to } = query
  const tests: readonly boolean[] = [
    query.within === undefined || parties.includes(query.within),
    query.party === undefined || parties.includes(query.party),
    query.type === undefined || stored.opened.payload.type === query.type,
    (from === undefined && to === undefined) ||
      routes.some(
        (route) =>
          (from === undefined || member(route, 'from') === from) &&
          (to === undefined || member(route, 'to') === to),
      ),
    query.country === undefined || countries.includes(query.country),
    query.purpose === undefined || values('purposes').includes(query.purpose),
    query.dataset === undefined ||
      values('datasets').some((item) => member(item, 'name') === query.dataset),
    query.digest === undefined ||
      [...values('datasets'), ...values('artefact')].some(
        (item) => member(item, 'digest') === query.digest,
      ),
    query.since === undefined || stored.time >= query.since,
    query.until === undefined || stored.time <= query.until,
  ]
  return tests.every((is) => is)
}

test('any query finds what a look at every statement finds', async () => {
  const statements = Array.from({ length: town.size }, (_, index) => ledger.statementAt(index))
  const parties = [OPERATOR, ACME, BOLT, CORAL, firmOf('nobody')].map(({ party }) => party)
  const maybe = <T>(...values: readonly T[]) =>
    fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 })
  const times = fc.option(fc.integer({ min: START_S - 10, max: town.site.nowS + 10 }), {
    nil: undefined,
  })
  const queries = fc.record({
    within: maybe<PartyId>(...parties),
    party: maybe<PartyId>(...parties),
    type: maybe('transfer/1', 'collection/1', 'key/1', 'refusal/1', 'party/1'),
    from: maybe('DE', 'IN'),
    to: maybe('DE', 'IN'),
    country: maybe('DE', 'IN', 'FR'),
    purpose: maybe(PURPOSE),
    dataset: maybe('rides', 'ware 2', 'ware 2 summed', 'none'),
    digest: maybe(hexDigest('rides'), hexDigest('report rides')),
    since: times,
    until: times,
  })
  await fc.assert(
    fc.asyncProperty(queries, fc.integer({ min: 1, max: 70 }), async (made, limit) => {
      const query = Object.fromEntries(
        Object.entries(made).filter(([, value]) => value !== undefined),
      ) as SearchQuery
      const expected = statements.filter((stored) => matches(stored, query))
      expect(await all(query, limit)).toEqual(expected.map(({ index }) => index))
    }),
    { numRuns: RUNS },
  )
})

describe('within one party', () => {
  test('only its own is found, whatever else is asked', async () => {
    const own = await all({ party: CORAL.party })

    expect(await all({ within: CORAL.party })).toEqual(own)
    expect(await all({ within: CORAL.party, dataset: 'ware 3' })).toEqual([])
    expect((await all({ dataset: 'ware 3' })).length).toBeGreaterThan(0)
  })

  test('a page ends at one of its own statements, never at one of others', async () => {
    const own = await all({ within: CORAL.party })
    const page = { after: 0, size: town.size, limit: 1 }
    for (const query of [{}, { type: 'transfer/1' }, { purpose: PURPOSE }] as const) {
      const { next } = await ledger.search({ ...query, within: CORAL.party }, page)
      expect(own).toContain(next)
    }
    // The last of many: there is no next that would tell how many more others have.
    const { found, next } = await ledger.search({ within: CORAL.party, type: 'party/1' }, page)
    expect([found.length, next]).toEqual([1, undefined])
  })
})

describe('pages', () => {
  test('stay as of their tree size while the log grows', async () => {
    const site = await reopened()
    const size = site.ledger.size
    const first = await site.ledger.search({ party: ACME.party }, { after: 0, size, limit: 5 })
    await admit(site.ledger, collection(ACME, 'new'), [['collector', ACME.signer]])
    const after = first.next ?? 0
    const rest = await site.ledger.search(
      { party: ACME.party },
      { after, size, limit: SEARCH_PAGE_MAX },
    )

    expect([...first.found, ...rest.found].map(({ index }) => index)).toEqual(
      await all({ party: ACME.party }),
    )
    expect(rest.next).toBeUndefined()
    const now = await all({ party: ACME.party }, 50, site.ledger)
    expect(now.at(-1)).toBe(size)
    await site.ledger.close()
  })

  test('of a size that the log does not have yet show what there is', async () => {
    const { found } = await ledger.search({}, { after: town.size - 1, size: 10_000, limit: 9 })

    expect(found.map(({ index }) => index)).toEqual([town.size - 1])
  })
})

async function reopened(): Promise<{ readonly site: Site; readonly ledger: Ledger }> {
  await ledger.close()
  const site = await town.site.copy()
  ledger = await town.site.open()
  return { site, ledger: await site.open() }
}

/** A copy of the town that has been searched, changed on disk, and opened again. */
async function changed(change: (store: Store) => Promise<void>): Promise<Ledger> {
  const copy = await reopened()
  await all({ type: 'party/1' }, 9, copy.ledger)
  await copy.ledger.close()
  const store = openMemoryStore(copy.site.disk)
  await change(store)
  await store.close()
  return copy.site.open()
}

describe('the index', () => {
  test('is caught up with what was admitted since, and once by two searches at a time', async () => {
    const { ledger: copy } = await reopened()
    const before = await all({ type: 'collection/1' }, 9, copy)
    await admit(copy, collection(BOLT, 'x'), [['collector', BOLT.signer]])
    const [one, two] = await Promise.all([
      all({ type: 'collection/1' }, 9, copy),
      all({ type: 'collection/1' }, 9, copy),
    ])

    expect(one).toEqual([...before, town.size])
    expect(two).toEqual(one)
    await copy.close()
  })

  test('survives a power loss whole: a mark is never there without its terms', async () => {
    const copy = await reopened()
    const found = await all({ party: ACME.party }, 9, copy.ledger)
    copy.site.crash()
    const again = await copy.site.open()

    expect(await all({ party: ACME.party }, 9, again)).toEqual(found)
    await again.close()
  })

  test.each([
    ['lost', async (store: Store) => store.write({ puts: [], deletes: [MARK] }, { sync: true })],
    [
      'too high',
      async (store: Store) =>
        store.write({ puts: [{ key: MARK, value: encodeIndex(9_999) }] }, { sync: true }),
    ],
    [
      'flipped',
      async (store: Store) => {
        const value = store.get(MARK)?.slice() ?? new Uint8Array(0)
        value[5] = (value[5] ?? 0) + 1
        await store.write({ puts: [{ key: MARK, value }] }, { sync: true })
      },
    ],
  ])('with a mark that is %s is built again', async (_name, change) => {
    const copy = await changed(async (store) => {
      const deletes: Uint8Array[] = []
      for await (const chunk of store.scan(searchRange(Uint8Array.of(2))))
        deletes.push(...chunk.map(([key]) => key))
      await store.write({ puts: [], deletes }, { sync: true })
      await change(store)
    })

    expect(await all({ party: ACME.party }, 9, copy)).toEqual(await all({ party: ACME.party }))
    await copy.close()
  })

  test('that says of a statement what it does not say is damage, and ends writing', async () => {
    const copy = await changed(async (store) => {
      const puts = []
      for await (const chunk of store.scan(searchRange(Uint8Array.of(2))))
        for (const [key] of chunk) {
          const wrong = key.slice()
          wrong.set(encodeIndex(1), wrong.length - 6)
          puts.push({ key: wrong, value: new Uint8Array(0) })
        }
      await store.write({ puts }, { sync: true })
    })

    expect(await codeOf(() => all({ dataset: 'ware 3' }, 9, copy))).toBe('ENTRY_MISMATCH')
    const envelope = await sign(collection(ACME, 'x'), [['collector', ACME.signer]])
    expect(await codeOf(() => copy.submit(json(envelope)))).toBe('ENTRY_MISMATCH')
    await copy.close()
  })

  test('never passes over a statement that cannot be read', async () => {
    const copy = await changed(async (store) => {
      const deletes = [bodyKey(town.collectionAt), MARK]
      await store.write({ puts: [], deletes }, { sync: true })
    })

    expect(await codeOf(() => all({ type: 'party/1' }, 9, copy))).toBe('ENTRY_MISMATCH')
    await copy.close()
  })
})

test('a large log is indexed in pieces and found whole', async () => {
  const site = new Site()
  const large = await site.start(FIRMS)
  const drafts = Array.from({ length: 400 }, (_, n) => collection(ACME, `c${n % 4}`))
  const envelopes = await Promise.all(
    drafts.map((draft) => sign(draft, [['collector', ACME.signer]])),
  )
  await Promise.all(envelopes.map((envelope) => large.submit(json(envelope))))

  const found = await all({ dataset: 'c2' }, SEARCH_PAGE_MAX, large)
  expect(found).toHaveLength(100)
  const ids = new Set<StatementId>(found.map((index) => large.statementAt(index).id))
  expect(ids.size).toBe(100)
  await large.close()
})
