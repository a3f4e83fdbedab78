/** Searching by the client: what is sent is what the token names, and answers are read with suspicion. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../api/query.js'
import { readSearchPage, searchPath } from '../../client/search.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { JsonObject } from '../../ledger/core/json.js'

test('every character of a query comes through, and an address is not rewritten on its way', () => {
  const dataset = `o'brien & søns +1%/?#"<>\\^\`{|}~()*! =;,`
  const path = searchPath({ dataset, limit: 5, since: 0 })
  const [, query = ''] = path.split('?')

  expect(parseQuery(query)).toEqual({ dataset, limit: '5', since: '0' })
  // A token names path and query as they are sent: URL must have nothing to escape.
  const { pathname, search } = new URL(path, 'http://ledger.example')
  expect(pathname + search).toBe(path)
})

test('no term is no query', () => {
  expect(searchPath({})).toBe('/v1/search')
})

const ITEM = {
  id: 'ab'.repeat(32),
  index: 7,
  time: 1_795_000_000,
  type: 'transfer/1',
  parties: { exporter: 'nMkrGiNF28mqPnSi_pNiXkDI6jrEX0uXVbhQKYdGpQE' },
  purposes: ['https://w3id.org/dpv#Marketing'],
  datasets: [{ n: 0, name: 'rides', digest: 'cd'.repeat(32) }],
}

test('an answer is read with what a newer server may add', () => {
  const answer = { items: [{ ...ITEM, from: 'DE', news: 1 }], tree_size: 9, cursor: 'x', news: 2 }

  expect(readSearchPage(answer)).toEqual({
    items: [{ ...ITEM, from: 'DE' }],
    size: 9,
    cursor: 'x',
  })
})

test.each<readonly [string, JsonObject]>([
  ['no items', { tree_size: 1 }],
  ['no tree size', { items: [] }],
  ['a cursor that is none', { items: [], tree_size: 1, cursor: 5 }],
  ['an id that is none', { items: [{ ...ITEM, id: 'x' }], tree_size: 1 }],
  ['a negative index', { items: [{ ...ITEM, index: -1 }], tree_size: 1 }],
  ['parties by name', { items: [{ ...ITEM, parties: { exporter: 'Acme' } }], tree_size: 1 }],
  ['parties as a list', { items: [{ ...ITEM, parties: [] }], tree_size: 1 }],
  ['datasets without names', { items: [{ ...ITEM, datasets: [{ n: 0 }] }], tree_size: 1 }],
  ['purposes that are none', { items: [{ ...ITEM, purposes: [1] }], tree_size: 1 }],
  ['an artefact that is none', { items: [{ ...ITEM, artefact: 'x' }], tree_size: 1 }],
])('an answer with %s is the server\u2019s fault', (_name, answer) => {
  let code: string | undefined
  try {
    readSearchPage(answer)
  } catch (error) {
    code = error instanceof LedgerError ? error.code : String(error)
  }

  expect(code).toBe('SERVER_ANSWER_INVALID')
})
