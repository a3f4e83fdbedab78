/**
 * `waybill import openlineage` as a person uses it: words, files and exit codes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { type Person, Town } from '../cli/harness.js'
import { event, fileOf, ndjson, type Said } from './events.js'
import { ANY, ANY_TRANSFER, DEFAULTS } from './maps.js'

const STORY: readonly Said[] = [
  { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
  { at: '10:00', run: 'b', job: 'beta work', in: ['x'], out: ['y'] },
]

const town = new Town()
let alpha: Person & { readonly party: string }
let beta: Person & { readonly party: string }

beforeAll(async () => {
  await town.init()
  await town.serve()
  alpha = await town.enrolled('alpha', 'Alpha AG', 'DE')
  beta = await town.enrolled('beta', 'Beta KK', 'JP')
})
afterAll(() => town.close())

/** A folder for one import of alpha's, with events and a map in it. */
function desk(name: string, more: JsonObject = {}, said: readonly Said[] = STORY) {
  const person = town.person(name)
  person.configure({ server: town.url })
  const owners = ['alpha', 'beta'].map((party) => ({ namespace: party, name: '*', party }))
  const map: JsonObject = {
    format: 'waybill-openlineage-map/1',
    parties: {
      alpha: { key: alpha.path('key.pem'), country: 'DE' },
      beta: { key: beta.path('key.pem'), country: 'JP' },
    },
    defaults: DEFAULTS,
    jobs: owners,
    transfers: [ANY_TRANSFER],
    outcomes: [{ ...ANY, artefact: 'manifest' }],
    ...more,
  }
  const events = person.write('events.ndjson', fileOf(...said)[0]?.text ?? '')
  return {
    person,
    events,
    map: person.write('map.json', map),
    words: ['import', 'openlineage', events, '--map', person.path('map.json')],
  }
}

const PENDING = (): JsonObject => ({
  alpha: { key: alpha.path('key.pem'), country: 'DE' },
  beta: { id: beta.party, country: 'JP', pending: true },
})

describe('waybill import openlineage', () => {
  test('records a stream and says what became of it, as words and as JSON', async () => {
    const { person, words } = desk('first')
    const shown = await person.run(words)
    const again = await person.run([...words, '--json'])

    expect(shown.code).toBe(0)
    expect(shown.out).toContain('2 events')
    expect(shown.out).toContain(
      '4 statements: 1 collection/1, 1 transfer/1, 1 processing/1, 1 outcome/1',
    )
    expect(shown.out).toContain('admitted: now in the log')
    expect(again.json()).toMatchObject({
      events: { total: 2, taken: 2, malformed: 0 },
      statements: { admitted: 0, already: 4 },
      problems: [],
      state: `${person.path('map.json')}.state`,
    })
  })

  test('reads events from stdin', async () => {
    const { person, words } = desk('stdin')
    const ran = await person.run(
      [...words.map((word) => (word.endsWith('.ndjson') ? '-' : word)), '--json'],
      {
        stdin: JSON.stringify(STORY.map(event)),
      },
    )

    expect(ran.code).toBe(0)
    expect(ran.json()['statements']).toMatchObject({ admitted: 4 })
  })

  test('takes the folder of a ledger as well', async () => {
    const { person, words } = desk('folder')
    await town.stop()
    const ran = await person.run([...words, '--dir', town.folder, '--json'])
    const again = await person.run([...words, '--dir', town.folder, '--json'])
    await town.serve()
    for (const one of [alpha, beta]) one.configure({ server: town.url, key: one.path('key.pem') })

    expect(ran.json()['statements']).toMatchObject({ admitted: 4 })
    expect(again.json()['statements']).toMatchObject({ already: 4 })
  })

  test('reports what is malformed by place and reason, records the rest, and exits with 65', async () => {
    const { person, words } = desk('malformed')
    const broken = [
      ndjson(STORY.map(event)),
      '{"eventTime": "yesterday", "producer": "secret"}',
      '{"broken',
      '',
    ]
    person.write('events.ndjson', broken.join('\n'))
    const ran = await person.run(words)

    expect(ran.code).toBe(65)
    expect(ran.out).toContain(
      'event 3, line 4: malformed, eventTime: expected an RFC 3339 time with an offset',
    )
    expect(ran.out).toContain('event 4, line 5: malformed, a string does not end')
    expect(ran.out).toContain('4  admitted')
    expect(ran.out).not.toContain('secret')
  })

  test('shows with --dry-run what it would record, without a ledger and without a trace', async () => {
    const { person, words } = desk('dry')
    person.configure({})
    const ran = await person.run([...words, '--dry-run'])

    expect(ran.code).toBe(0)
    expect(ran.out).toContain('4 statements')
    expect(ran.err).toContain('Nothing was signed')
    expect(readdirSync(person.home).filter((name) => name.includes('state'))).toEqual([])
  })

  test('names every rule that is missing or lacks something, signs nothing, and exits with 78', async () => {
    const { person, words } = desk('missing', {
      jobs: [{ namespace: 'beta', name: '*', party: 'beta' }],
      defaults: {},
      sources: [{ ...ANY, party: 'alpha' }],
    })
    const shown = await person.run(words)
    const json = (await person.run([...words, '--json'])).json()

    expect(shown.code).toBe(78)
    expect(shown.out).toContain('jobs: job alpha load; ')
    expect(shown.out).toContain('[IMPORT_RULE_MISSING]')
    expect(shown.err).toContain('Nothing was signed')
    expect((json['problems'] as JsonObject[])[0]).toMatchObject({
      rule: 'jobs',
      code: 'IMPORT_RULE_MISSING',
      place: { event: 1, line: 1 },
    })
    expect(existsSync(`${person.path('map.json')}.state`)).toBe(false)
  })

  test('writes a map to fill in, never over another, and refuses it while it is not', async () => {
    const { person, words, events } = desk('template')
    const made = await person.run([
      'import',
      'openlineage',
      events,
      '--write-map',
      person.path('new.json'),
    ])
    const over = await person.run([
      'import',
      'openlineage',
      events,
      '--write-map',
      person.path('new.json'),
    ])
    const shown = await person.run(['import', 'openlineage', events, '--write-map', '-'])
    const used = await person.run([...words.slice(0, 4), person.path('new.json')])

    expect([made.code, over.code, shown.code, used.code]).toEqual([0, 74, 0, 78])
    expect(shown.out).toBe(readFileSync(person.path('new.json'), 'utf8'))
    expect((JSON.parse(shown.out) as JsonObject)['jobs']).toHaveLength(2)
    expect(used.err).toContain('jobs[0].party: import map is not filled in')
  })

  test.each<[string, string[], number]>([
    ['no map', ['events.ndjson'], 64],
    ['no events', ['--map', 'map.json'], 64],
    ['events that are not there', ['nothing.ndjson', '--map', 'map.json'], 66],
    ['a map that is not there', ['events.ndjson', '--map', 'nothing.json'], 66],
    ['nothing to resume', ['--resume', '--map', 'map.json'], 66],
    ['a map that is no JSON', ['events.ndjson', '--map', 'events.ndjson'], 65],
    [
      'a state that is none',
      ['events.ndjson', '--map', 'map.json', '--state', 'events.ndjson'],
      65,
    ],
    ['a ledger that is not there', ['events.ndjson', '--map', 'map.json', '--dir', 'nowhere'], 66],
  ])('with %s exits as the table says', async (_, words, code) => {
    const { person } = desk('wrong')
    const paths = words.map((word) => (/\.|nowhere/.test(word) ? person.path(word) : word))

    expect((await person.run(['import', 'openlineage', ...paths])).code).toBe(code)
  })

  test('waits for a party that is pending; --resume goes on once it has signed', async () => {
    const { person, words } = desk('pending', {
      parties: { ...PENDING(), beta: { key: beta.path('key.pem'), country: 'JP', pending: true } },
    })
    const first = await person.run(words)
    const inbox = (await beta.must(['inbox', '--json'])).json()
    const [item] = inbox['items'] as JsonObject[]
    await beta.must(['countersign', String(item?.['id']), '--yes'])
    const after = await person.run([
      'import',
      'openlineage',
      '--resume',
      ...words.slice(3),
      '--json',
    ])

    expect(first.code).toBe(3)
    expect(first.out).toContain('waits for beta to countersign')
    expect(after.code).toBe(0)
    expect(after.json()['statements']).toMatchObject({
      already: 2,
      admitted: 2,
      waiting: 0,
      blocked: 0,
    })
  })

  test('writes what only a party without a key here can sign, and finds what it signed', async () => {
    const { person, words } = desk('handed', { parties: PENDING() })
    await person.run(words)
    const [item] = (await beta.must(['inbox', '--json'])).json()['items'] as JsonObject[]
    await beta.must(['countersign', String(item?.['id']), '--yes'])
    const second = await person.run([...words, '--json'])
    const files = (second.json()['items'] as JsonObject[]).flatMap(({ file }) =>
      file === undefined ? [] : [String(file)],
    )
    const signed = beta.path('signed.json')
    await beta.must(['sign', files[0] ?? '', '--out', signed])
    await beta.must(['submit', signed])
    const third = await person.run([...words, '--json'])

    expect(second.code).toBe(3)
    expect(files).toEqual([
      expect.stringMatching(/map\.json\.state\.to-sign\/beta\/[0-9a-f]{12}\.json$/),
    ])
    expect(third.json()['statements']).toMatchObject({ already: 3, 'handed-over': 1 })
  })

  test('exits with 1 when the ledger refuses something, and says what and why', async () => {
    const { person, words } = desk('refused', {
      instruments: { scc: { id: 'a'.repeat(64) } },
      transfers: [{ ...ANY_TRANSFER, instrument: 'scc' }],
    })
    const ran = await person.run(words)

    expect(ran.code).toBe(1)
    expect(ran.out).toContain('[INSTRUMENT_INVALID]')
    expect(ran.out).toContain('behind dataset acme x from alpha to beta')
  })

  test('shows no name that could move a cursor', async () => {
    const evil = '\u001b[2Jx\u202e'
    const { person, words } = desk('evil', {}, [
      { at: '09:00', run: 'a', job: 'alpha load', out: [{ namespace: 'acme', name: evil }] },
    ])
    const ran = await person.run(words)

    expect(ran.code).toBe(0)
    expect(ran.out).not.toContain('\u001b')
    expect(ran.out).not.toContain('\u202e')
  })
})
