/**
 * From events and map to statements: who needs which, and what is said of everything else.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PlanItem } from '../../import/openlineage/plan-item.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { event, fileOf, ndjson, runId, type Said } from './events.js'
import { ANY, ANY_TRANSFER, DEFAULTS, partiesOf } from './maps.js'
import { type ImportWorld, openImportWorld, planInto } from './world.js'

let world: ImportWorld
beforeAll(async () => {
  world = await openImportWorld(['alpha', 'beta', 'gamma'])
})
afterAll(() => world.close())

/** Jobs and sources belong to the party whose name their namespace has. */
function mapOf(more: JsonObject = {}): JsonObject {
  const owners = ['alpha', 'beta', 'gamma'].map((party) => ({ namespace: party, name: '*', party }))
  return {
    format: 'waybill-openlineage-map/1',
    parties: partiesOf({ alpha: 'DE', beta: 'IN', gamma: 'JP' }),
    defaults: DEFAULTS,
    jobs: owners,
    sources: owners,
    transfers: [ANY_TRANSFER],
    ...more,
  }
}

const plan = async (said: readonly Said[], more: JsonObject = {}) =>
  (await planInto(world, { files: fileOf(...said), map: mapOf(more) })).plan

/** A planned statement by what its key holds. */
function itemOf(items: readonly PlanItem[], ...parts: readonly string[]): PlanItem {
  const found = items.filter(({ key }) => parts.every((part) => key.includes(part)))
  const [only] = found
  if (only === undefined || found.length !== 1)
    throw new Error(`${found.length} items for ${parts.join(', ')}`)
  return only
}

const keysOf = (items: readonly PlanItem[]): readonly string[] =>
  items.map(({ key, type }) => {
    const [kind, ...parts] = JSON.parse(key) as string[]
    const last =
      kind === 'run' ? (parts[0] ?? '').slice(0, 2) : parts.at(kind === 'transfer' ? -2 : -1)
    return `${type} ${kind} ${last}`
  })
const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

describe('a plan', () => {
  test('makes a run that reads nothing a collection and any other a processing', async () => {
    const { items } = await plan([
      { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
      { at: '10:00', run: 'b', job: 'alpha work', in: ['x'], out: ['y', 'z'] },
      { at: '11:00', run: 'c', job: 'alpha mail', in: ['z'] },
    ])

    expect(items.map(({ type }) => type)).toEqual(['collection/1', 'processing/1', 'processing/1'])
    expect(items[1]?.parents).toEqual([{ key: items[0]?.key, n: 1 }])
    expect(items[2]?.parents).toEqual([{ key: items[1]?.key, n: 2 }])
    expect(items[2]?.claims['datasets']).toEqual([])
    expect(items[0]?.claims['place']).toEqual({ jurisdiction: 'DE' })
  })

  test('moves a version to another party once, however many of its runs read it', async () => {
    const { items } = await plan([
      { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
      { at: '10:00', run: 'b', job: 'beta one', in: ['x'] },
      { at: '11:00', run: 'c', job: 'beta two', in: ['x'] },
      { at: '12:00', run: 'd', job: 'gamma three', in: ['x'] },
      { at: '13:00', run: 'e', job: 'alpha load', out: ['x'] },
      { at: '14:00', run: 'f', job: 'beta one', in: ['x'] },
    ])
    const transfers = items.filter(({ type }) => type === 'transfer/1')

    expect(
      transfers.map(({ roles }) => roles.map(({ party }) => world.aliasOf(party)).join('>')),
    ).toEqual(['alpha>beta', 'alpha>gamma', 'alpha>beta'])
    expect(itemOf(items, '"run"', runId('b')).parents).toEqual(
      itemOf(items, '"run"', runId('c')).parents,
    )
    const [first] = transfers
    const [copy] = listOf(first?.claims['datasets'])
    expect(copy?.['digest']).toBe(listOf(items[0]?.claims['datasets'])[0]?.['digest'])
    expect(first?.claims['route']).toEqual({ from: 'DE', to: 'IN', mode: 'copy' })
  })

  test('lets a run that updates a dataset in place read the version before', async () => {
    const { items } = await plan([
      { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
      { type: 'START', at: '10:00', run: 'b', job: 'alpha update', in: ['x'], out: ['x'] },
      { at: '10:10', run: 'b', job: 'alpha update' },
      { at: '11:00', run: 'c', job: 'alpha update', in: ['x'], out: ['x'] },
    ])

    expect(items.map(({ parents }) => parents.map(({ key }) => JSON.parse(key)[1]))).toEqual([
      [],
      [runId('a')],
      [runId('b')],
    ])
  })

  test('collects what no run made from the party that the map says holds it, once', async () => {
    const { items, notes } = await plan([
      { at: '09:00', run: 'a', job: 'alpha work', in: ['beta raw', 'alpha own'], out: ['y'] },
      { at: '10:00', run: 'b', job: 'alpha work', in: ['beta raw'], out: ['y'] },
    ])

    expect(keysOf(items)).toEqual([
      'collection/1 source own',
      'collection/1 source raw',
      'transfer/1 transfer raw',
      'processing/1 run 61',
      'processing/1 run 62',
    ])
    expect(items[1]?.claims['period']).toEqual({
      begin: '2026-11-20T09:00:00Z',
      end: '2026-11-20T09:00:00Z',
    })
    expect(notes).toEqual([])
  })

  test('tells versions from outside apart by the names that their producer gives them', async () => {
    const raw = (version: string) => ({
      namespace: 'alpha',
      name: 'raw',
      facets: { version: { datasetVersion: version } },
    })
    const { items } = await plan([
      { at: '09:00', run: 'a', job: 'alpha work', in: [raw('1')] },
      { at: '10:00', run: 'b', job: 'alpha work', in: [raw('2')] },
      { at: '11:00', run: 'c', job: 'alpha work', in: [raw('2')] },
    ])
    const sources = items.filter(({ type }) => type === 'collection/1')

    expect(sources).toHaveLength(2)
    expect(
      new Set(sources.map(({ claims }) => listOf(claims['datasets'])[0]?.['digest'])).size,
    ).toBe(2)
    expect(sources[0]?.claims['period']).toMatchObject({
      references: [{ kind: 'openlineage-dataset', id: 'raw@1' }],
    })
  })

  test('says so when a run reads what another is still writing, or what is written only later', async () => {
    const { items, notes } = await plan(
      [
        { type: 'START', at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
        { type: 'START', at: '09:00', run: 'b', job: 'alpha work', in: ['x', 'late'] },
        { at: '09:05', run: 'b', job: 'alpha work' },
        { at: '09:10', run: 'a', job: 'alpha load' },
        { at: '09:20', run: 'c', job: 'alpha load', out: ['late'] },
      ],
      { sources: [{ ...ANY, party: 'alpha' }] },
    )

    expect(itemOf(items, '"run"', runId('b')).parents.map(({ key }) => JSON.parse(key)[0])).toEqual(
      ['source', 'run'],
    )
    expect(notes.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
      `read-before-made: dataset acme late by run ${runId('b')}`,
      `read-while-written: dataset acme x by run ${runId('b')}`,
    ])
  })

  test('takes nothing from a run that failed, and says who read it', async () => {
    const { items, notes, events } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
        { type: 'FAIL', at: '10:00', run: 'b', job: 'alpha load', out: ['x', 'y'] },
        { at: '11:00', run: 'c', job: 'alpha work', in: ['x', 'y'] },
      ],
      { sources: [{ ...ANY, party: 'alpha' }] },
    )

    expect(
      itemOf(items, '"run"', runId('c')).parents.map(({ key }) => JSON.parse(key).slice(0, 2)),
    ).toEqual([
      ['run', runId('a')],
      ['source', 'acme'],
    ])
    expect(notes).toEqual([
      { kind: 'writer-not-recorded', what: `dataset acme y by run ${runId('c')}` },
    ])
    expect(events.counts).toMatchObject({ taken: 2, failed: 1 })
  })

  test('puts columns and their sources into fields, and categories by the map', async () => {
    const x = {
      namespace: 'acme',
      name: 'x',
      facets: { schema: { fields: [{ name: 'mail' }, { name: 'day' }] } },
    }
    const from = (name: string, field: string, masking = false) => ({
      namespace: 'acme',
      name,
      field,
      transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', masking }],
    })
    const y = {
      namespace: 'acme',
      name: 'y',
      facets: {
        schema: { fields: [{ name: 'who' }, { name: 'new' }] },
        columnLineage: {
          fields: { who: { inputFields: [from('x', 'mail', true), from('elsewhere', 'id')] } },
          dataset: [{ namespace: 'acme', name: 'x', field: 'day' }],
        },
      },
      outputFacets: { outputStatistics: { rowCount: 7 } },
    }
    const { items, notes } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha load', out: [x] },
        { at: '10:00', run: 'b', job: 'beta work', in: ['x'], out: [y] },
      ],
      {
        fields: [
          {
            ...ANY,
            field: 'mail',
            category: 'https://w3id.org/dpv/pd#EmailAddress',
            identifier: 'direct',
          },
        ],
      },
    )
    const [first] = items

    expect(listOf(itemOf(items, '"transfer"').claims['fields'])).toEqual([
      {
        n: 1,
        name: 'mail',
        category: 'https://w3id.org/dpv/pd#EmailAddress',
        identifier: 'direct',
      },
      { n: 1, name: 'day', category: 'https://w3id.org/dpv#UncategorisedData' },
    ])
    expect(listOf(itemOf(items, '"run"', runId('b')).claims['fields'])).toEqual([
      {
        n: 1,
        name: 'who',
        category: 'https://w3id.org/dpv#UncategorisedData',
        source: [
          { parent: 0, name: 'mail', via: 'direct' },
          { parent: 0, name: 'day', via: 'indirect' },
        ],
        transformation: { kind: 'mask', masking: true },
      },
      { n: 1, name: 'new', category: 'https://w3id.org/dpv#UncategorisedData' },
    ])
    expect(listOf(itemOf(items, '"run"', runId('b')).claims['datasets'])[0]).toMatchObject({
      records: 7,
      from: [0],
    })
    expect(first?.claims['fields']).toHaveLength(2)
    expect(notes.map(({ kind }) => kind).sort()).toEqual([
      'category-unknown',
      'category-unknown',
      'column-source-unknown',
    ])
  })

  test('makes outcomes of leaves that the map names, each version one; what a run reads is none', async () => {
    world.write('b.csv', 'newest')
    const outcomes = [
      { namespace: '*', name: 'x', artefact: 'manifest' },
      { namespace: '*', name: 'report', artefact: { file: '{run}.csv' } },
      { ...ANY, artefact: { file: 'b.csv', name: 'Counts', mediaType: 'text/csv' } },
    ]
    const { items, notes, problems } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
        { at: '10:00', run: 'b', job: 'alpha count', in: ['x'], out: ['counts'] },
        { at: '11:00', run: 'c', job: 'alpha count', in: ['x'], out: ['counts', 'report'] },
      ],
      { outcomes },
    )
    const artefacts = items
      .filter(({ type }) => type === 'outcome/1')
      .map(({ claims }) => claims['artefact'])
    const manifest = listOf(itemOf(items, '"run"', runId('b')).claims['datasets'])[0]?.['digest']

    expect(notes).toEqual([{ kind: 'outcome-is-read', what: 'dataset acme x' }])
    // A path that names one file stands for the newest version; the older one keeps its manifest.
    expect(artefacts).toEqual([
      { digest: manifest, name: 'Counts' },
      {
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        bytes: 6,
        name: 'Counts',
        mediaType: 'text/csv',
      },
    ])
    expect(problems).toEqual([
      {
        what: 'outcome acme report',
        rule: 'outcomes[1].artefact.file',
        issue: { code: 'INPUT_NOT_FOUND', at: 'outcomes[1].artefact.file' },
      },
    ])
  })

  test('never lets a name of the stream lead to another file', async () => {
    world.write('secret', 'not yours')
    const outcomes = [{ ...ANY, artefact: { file: '{name}' } }]
    const { problems } = await plan(
      [{ at: '09:00', run: 'a', job: 'alpha load', out: ['./secret', '../secret', 'secret'] }],
      { outcomes },
    )

    expect(problems.map(({ what }) => what)).toEqual([
      'outcome acme ../secret',
      'outcome acme ./secret',
    ])
  })

  test('makes an instrument of the map once, before the transfers that cite it', async () => {
    const claims = {
      kind: { code: 'Contract' },
      routes: [{ from: 'DE', to: 'IN' }],
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      categories: ['https://w3id.org/dpv#NonPersonalData'],
      subjects: ['https://w3id.org/dpv#Customer'],
      effective: { from: '2026-01-01' },
    }
    const { items, problems } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha load', out: ['x', 'y'] },
        { at: '10:00', run: 'b', job: 'beta work', in: ['x', 'y'] },
        { at: '11:00', run: 'c', job: 'gamma work', in: ['x'] },
      ],
      {
        instruments: {
          contract: { exporter: 'alpha', importer: 'beta', claims },
          signed: { id: 'a'.repeat(64) },
          unused: { exporter: 'alpha', importer: 'beta', claims },
        },
        transfers: [
          { ...ANY_TRANSFER, to: 'beta', instrument: 'contract' },
          { ...ANY_TRANSFER, instrument: 'signed' },
        ],
      },
    )

    expect(problems).toEqual([])
    expect(keysOf(items)).toEqual([
      'collection/1 run 61',
      'instrument/1 instrument contract',
      'transfer/1 transfer x',
      'transfer/1 transfer y',
      'processing/1 run 62',
      'transfer/1 transfer x',
      'processing/1 run 63',
    ])
    expect(
      items
        .filter(({ type }) => type === 'transfer/1')
        .map(({ instrument, claims: { instrument: id } }) => [instrument !== undefined, id]),
    ).toEqual([
      [true, null],
      [true, null],
      [false, 'a'.repeat(64)],
    ])
  })

  test('puts ids for the names of parties, anywhere in a claim', async () => {
    const terms = {
      exporter: { role: 'https://w3id.org/dpv#DataProcessor', onBehalfOf: 'party:gamma' },
      importer: { role: 'https://w3id.org/dpv#DataController' },
    }
    const { items } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
        { at: '10:00', run: 'b', job: 'beta work', in: ['x'] },
      ],
      { transfers: [{ ...ANY_TRANSFER, claims: { terms } }] },
    )

    expect(itemOf(items, '"transfer"').claims['terms']).toMatchObject({
      exporter: { onBehalfOf: world.partyId('gamma') },
    })
  })
})

describe('what a plan cannot hold', () => {
  test('is said of all jobs, sources and transfers at once that no rule speaks of', async () => {
    const { problems } = await plan(
      [
        { at: '09:00', run: 'a', job: 'delta load', out: ['x'] },
        { at: '09:10', run: 'b', job: 'delta load', out: ['x'] },
        { at: '10:00', run: 'c', job: 'beta work', in: ['x', 'alpha raw', 'delta raw'] },
      ],
      { transfers: [{ ...ANY_TRANSFER, from: 'beta' }] },
    )

    expect(
      problems.map(
        ({ rule, what, place, issue }) => `${issue.code} ${rule}: ${what}, event ${place?.event}`,
      ),
    ).toEqual([
      'IMPORT_RULE_MISSING jobs: job delta load, event 1',
      'IMPORT_RULE_MISSING transfers: dataset alpha raw from alpha to beta, event 3',
      'IMPORT_RULE_MISSING sources: dataset delta raw, which no earlier run made, event 3',
    ])
  })

  test('is said of each rule whose claims do not suffice, once', async () => {
    const { problems } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
        { at: '10:00', run: 'b', job: 'alpha work', in: ['x'] },
        { at: '11:00', run: 'c', job: 'alpha work', in: ['x'] },
      ],
      { defaults: { collection: { purposes: ['no term'] }, processing: {} } },
    )

    expect(problems.map(({ rule, issue }) => `${issue.code} ${rule} ${issue.at}`)).toEqual([
      'CLAIM_INVALID jobs[0] claims.purposes[0]',
      'CLAIM_MISSING jobs[0] claims.purposes',
      'CLAIM_MISSING jobs[0] claims.nature',
    ])
  })

  test('may be left out by the map, or be too large, or say nothing: each event is accounted for', async () => {
    const many = Array.from({ length: 65 }, (_, at) => `d${at}`)
    const { events, problems } = await plan(
      [
        { at: '09:00', run: 'a', job: 'alpha test', out: ['x'] },
        { at: '09:01', run: 'b', job: 'alpha load', out: many },
        { at: '09:02', run: 'c', job: 'alpha load' },
        { type: 'START', at: '09:03', run: 'd', job: 'alpha load', out: ['x'] },
        { type: 'ABORT', at: '09:04', run: 'e', job: 'alpha load', out: ['x'] },
        { type: 'START', at: '09:05', run: 'f', job: 'alpha load', out: ['x'] },
        { at: '09:06', run: 'f', job: 'alpha other', out: ['x'] },
        { at: '09:07', run: 'g', job: 'alpha load', out: ['x'] },
        { type: 'OTHER', at: '09:08', run: 'g', job: 'alpha load', out: ['z'] },
      ],
      {
        jobs: [
          { namespace: 'alpha', name: 'test', ignore: 'a rehearsal' },
          { ...ANY, party: 'alpha' },
        ],
      },
    )

    expect(problems).toEqual([])
    expect(events.counts).toEqual({
      taken: 1,
      ignored: 1,
      'not-completed': 1,
      failed: 0,
      aborted: 1,
      conflicting: 2,
      'no-datasets': 1,
      'too-large': 1,
      'after-end': 1,
      duplicate: 0,
      'dataset-event': 0,
      'job-event': 0,
      malformed: 0,
    })
    expect(events.left.map(({ place, category }) => [place.line, category])).toEqual([
      [1, 'ignored'],
      [2, 'too-large'],
      [3, 'no-datasets'],
      [4, 'not-completed'],
      [5, 'aborted'],
      [6, 'conflicting'],
      [7, 'conflicting'],
      [9, 'after-end'],
    ])
  })

  test('is left out of a statement that would be too large for it, and that is said', async () => {
    const fields = Array.from({ length: 1_001 }, (_, at) => ({ name: `field-${at}` }))
    const { items, notes, problems } = await plan([
      {
        at: '09:00',
        run: 'a',
        job: 'alpha load',
        out: [{ namespace: 'acme', name: 'wide', facets: { schema: { fields } } }],
      },
    ])

    expect(problems).toEqual([])
    expect(items[0]?.claims['fields']).toEqual([])
    expect(notes.map(({ kind }) => kind)).toContain('fields-left-out')
  })
})

describe('any stream', () => {
  const names = fc.constantFrom('x', 'y', 'z', 'w')
  const said = fc.record({
    type: fc.constantFrom('START', 'RUNNING', 'COMPLETE', 'COMPLETE', 'COMPLETE', 'FAIL'),
    at: fc.constantFrom('09:00', '09:01', '09:02', '09:03', '09:04'),
    run: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    job: fc.constantFrom('alpha one', 'beta two', 'gamma three'),
    in: fc.uniqueArray(names, { maxLength: 3 }),
    out: fc.uniqueArray(names, { maxLength: 3 }),
  })

  test('ends with each event in one category and parents before children, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 24 }), fc.string(), async (all, noise) => {
        const job = new Map(all.map((one) => [one.run, one.job]))
        const text = `${ndjson(all.map((one) => event({ ...one, job: job.get(one.run) ?? one.job })))}!${noise.replaceAll(/\s/g, '')}\n`
        const { plan: made } = await planInto(world, {
          files: [{ name: 'f', text }],
          map: mapOf({ sources: [{ ...ANY, party: 'alpha' }] }),
        })
        const { total, counts } = made.events
        const before = new Set<string>()

        expect(made.problems).toEqual([])
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total)
        expect(total).toBe(all.length + 1)
        for (const { key, parents } of made.items) {
          for (const parent of parents) expect(before).toContain(parent.key)
          expect(before).not.toContain(key)
          before.add(key)
        }
      }),
      { numRuns: process.env['SLOW'] === '1' ? 1_000 : 60 },
    )
  })
})
