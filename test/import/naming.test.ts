import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseMap } from '../../import/openlineage/map-parse.js'
import {
  isLogical,
  labelOf,
  manifestDigest,
  runReferences,
  versionReferences,
} from '../../import/openlineage/naming.js'
import { ANY, partiesOf } from './maps.js'
import { crypto } from './world.js'

const MAP = parseMap({
  format: 'waybill-openlineage-map/1',
  parties: partiesOf({ alpha: 'DE' }),
  jobs: [{ ...ANY, party: 'alpha' }],
  names: [{ namespace: 's3://*', name: '*orders*', as: 'Orders' }],
})

describe('a name in statements', () => {
  test.each([
    ['public.orders', true],
    ['Orders of last week', true],
    ['注文', true],
    ['s3://bucket/orders', false],
    ['/var/data/orders.csv', false],
    ['C:\\orders', false],
    ['orders@db.internal', false],
    ['10.1.2.3', false],
    ['orders?user=me', false],
    [' orders', false],
    ['bell\u0007', false],
    ['x'.repeat(257), false],
  ])('%j is logical: %s', (name, expected) => {
    expect(isLogical(name)).toBe(expected)
  })

  test('is the map’s, else the dataset’s own, else a label that others cannot read', () => {
    const bucket = { namespace: 's3://bucket', name: '/raw/orders/2026' }
    const path = { namespace: 'file', name: '/home/me/secret.csv' }

    expect(labelOf(bucket, MAP, crypto.sha256)).toEqual({ text: 'Orders', replaced: false })
    expect(labelOf({ namespace: 'file', name: 'orders' }, MAP, crypto.sha256)).toEqual({
      text: 'orders',
      replaced: false,
    })
    const digest = createHash('sha256')
      .update(JSON.stringify(['file', path.name]))
      .digest('hex')
    expect(labelOf(path, MAP, crypto.sha256)).toEqual({
      text: `dataset-${digest.slice(0, 16)}`,
      replaced: true,
    })
  })

  test('of a job is referred to only where it shows no host', () => {
    const ids = (namespace: string) =>
      runReferences('r', { namespace, name: 'load' }).map((item) => JSON.stringify(item))

    expect(ids('shop')).toEqual([
      '{"kind":"openlineage-run","id":"r"}',
      '{"kind":"openlineage-job","id":"shop:load"}',
    ])
    expect(ids('postgres://db:5432')).toEqual(['{"kind":"openlineage-run","id":"r"}'])
    expect(versionReferences('Orders', '7')).toEqual([
      { kind: 'openlineage-dataset', id: 'Orders@7' },
    ])
    expect(versionReferences('Orders', undefined)).toEqual([])
    expect(versionReferences('Orders', 'v'.repeat(300))).toEqual([])
  })
})

describe('the manifest of a dataset version', () => {
  const fields = [
    { name: 'id', type: 'INTEGER' },
    { name: 'note', type: null },
  ]
  const whole = { namespace: 'shop', name: 'orders', run: 'r-1', facets: { fields, version: '7' } }

  test('has the digest that docs/import.md gives for it', () => {
    const text =
      '{"fields":[{"name":"id","type":"INTEGER"},{"name":"note","type":null}],"format":"waybill-openlineage-manifest/1","name":"orders","namespace":"shop","run":"r-1","version":"7"}'

    expect(manifestDigest(whole, crypto.sha256)).toBe(
      createHash('sha256').update(text).digest('hex'),
    )
  })

  test('differs with each of its parts', () => {
    const others = [
      whole,
      { ...whole, namespace: 'shop2' },
      { ...whole, name: 'orders2' },
      { ...whole, run: null },
      { ...whole, facets: { fields } },
      { ...whole, facets: { fields: [], version: '7' } },
    ]

    expect(new Set(others.map((manifest) => manifestDigest(manifest, crypto.sha256))).size).toBe(
      others.length,
    )
  })
})
