import { describe, expect, test } from 'vitest'
import { readFacets } from '../../import/openlineage/facets.js'
import type { Json } from '../../ledger/core/json.js'

const from = (field: string, ...transformations: Json[]): Json => ({
  namespace: 'n',
  name: 'd',
  field,
  ...(transformations.length === 0 ? {} : { transformations }),
})
const DIRECT = { type: 'DIRECT', subtype: 'IDENTITY' }
const FILTER = { type: 'INDIRECT', subtype: 'FILTER' }

function column(inputFields: Json, more: Record<string, Json> = {}) {
  const { columns, unreadable } = readFacets({
    columnLineage: { fields: { c: { inputFields, ...more } } },
  })
  return { column: columns.get('c'), unreadable }
}

describe('facets', () => {
  test('without any say nothing', () => {
    expect(readFacets({})).toEqual({ fields: [], columns: new Map(), rows: [], unreadable: [] })
  })

  test('give fields with their types, nested ones by their whole name', () => {
    const schema = {
      fields: [
        { name: 'id', type: 'INTEGER', description: 'x', tags: [] },
        {
          name: 'address',
          type: 'STRUCT',
          fields: [{ name: 'city' }, { name: 'zip', type: 'TEXT' }],
        },
      ],
    }

    expect(readFacets({ schema }).fields).toEqual([
      { name: 'id', type: 'INTEGER' },
      { name: 'address', type: 'STRUCT' },
      { name: 'address.city', type: null },
      { name: 'address.zip', type: 'TEXT' },
    ])
  })

  test('give version and number of records', () => {
    const facets = { version: { datasetVersion: '7' }, outputStatistics: { rowCount: 12, size: 3 } }

    expect(readFacets(facets)).toMatchObject({ version: '7', records: 12 })
    expect(readFacets({ dataQualityMetrics: { rowCount: 0 } })).toMatchObject({ records: 0 })
  })

  test('that were taken back count as absent', () => {
    expect(readFacets({ schema: { _deleted: true }, version: { _deleted: true } })).toEqual(
      readFacets({}),
    )
  })

  test.each<[string, Record<string, Json>, string[]]>([
    ['a schema that is a list', { schema: [] }, ['schema']],
    ['fields that are a text', { schema: { fields: 'id' } }, ['schema']],
    ['a field without a name', { schema: { fields: [{ name: 'a' }, {}] } }, ['schema field 2']],
    ['a field twice', { schema: { fields: [{ name: 'a' }, { name: 'a' }] } }, ['schema field 2']],
    [
      'a nested field with a bell in it',
      { schema: { fields: [{ name: 'a', fields: [{ name: '\u0007' }] }] } },
      ['schema field within a field, 1'],
    ],
    ['a column lineage that is a text', { columnLineage: 'no' }, ['columnLineage']],
    [
      'a column that is a text',
      { columnLineage: { fields: { c: 'no' } } },
      ['columnLineage field 1'],
    ],
    [
      'sources without names',
      { columnLineage: { fields: { c: { inputFields: [{}] } } } },
      ['columnLineage field 1'],
    ],
    [
      'row sources that are a text',
      { columnLineage: { fields: {}, dataset: 'no' } },
      ['columnLineage dataset'],
    ],
    ['an empty version', { version: { datasetVersion: '' } }, ['version']],
    ['a count that is a text', { outputStatistics: { rowCount: '12' } }, ['outputStatistics']],
    ['a negative count', { outputStatistics: { rowCount: -1 } }, ['outputStatistics']],
  ])('name %s and read the rest', (_, facets, unreadable) => {
    expect(readFacets(facets).unreadable).toEqual(unreadable)
  })
})

describe('a column', () => {
  test('of one source without a word of what was done is unchanged', () => {
    const { column: read } = column([from('a')])

    expect(read).toEqual({ sources: [{ dataset: { namespace: 'n', name: 'd' }, field: 'a' }] })
  })

  test.each<[string, Json, Record<string, Json>, string | undefined]>([
    ['an identity', [from('a', DIRECT)], {}, undefined],
    ['two sources', [from('a'), from('b')], {}, 'derive'],
    ['one source and a filter', [from('a', DIRECT), from('b', FILTER)], {}, undefined],
    ['a transformation', [from('a', { type: 'DIRECT', subtype: 'TRANSFORMATION' })], {}, 'derive'],
    [
      'a direct subtype that is not known',
      [from('a', { type: 'DIRECT', subtype: 'HASH' })],
      {},
      'derive',
    ],
    ['an aggregation', [from('a', { type: 'DIRECT', subtype: 'AGGREGATION' })], {}, 'aggregate'],
    ['a mask', [from('a', { type: 'DIRECT', subtype: 'IDENTITY', masking: true })], {}, 'mask'],
    [
      'a mask beside an aggregation',
      [from('a', { type: 'DIRECT', subtype: 'AGGREGATION' }, { type: 'DIRECT', masking: true })],
      {},
      'mask',
    ],
    ['the older word for a mask', [from('a')], { transformationType: 'MASKED' }, 'mask'],
    ['the older word for an identity', [from('a')], { transformationType: 'IDENTITY' }, undefined],
    ['an older word that is not known', [from('a')], { transformationType: 'ROUNDED' }, 'derive'],
  ])('with %s is made so', (_, sources, more, kind) => {
    expect(column(sources, more).column?.kind).toBe(kind)
  })

  test('has each source once; a direct one says more than an indirect one', () => {
    const sources = [from('a', FILTER), from('a', DIRECT), from('b', FILTER)]

    expect(column(sources).column?.sources.map(({ field, via }) => [field, via])).toEqual([
      ['a', 'direct'],
      ['b', 'indirect'],
    ])
  })

  test('may be touched by what decides which rows there are', () => {
    const { rows } = readFacets({ columnLineage: { fields: {}, dataset: [from('day', FILTER)] } })

    expect(rows).toEqual([
      { dataset: { namespace: 'n', name: 'd' }, field: 'day', via: 'indirect' },
    ])
  })
})
