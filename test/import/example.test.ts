/**
 * The example in examples/openlineage, through the command line and a server: the demo's story, told by
 * the firms' schedulers.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { type Person, type Ran, Town } from '../cli/harness.js'
import { EXAMPLES } from './world.js'

const FIRMS = { cevennes: 'FR', pennine: 'GB', nilgiri: 'IN', sagami: 'JP' }

const town = new Town()
let person: Person
let ran: Ran
const at = (name: string): string => person.path(name)
const words = (): string[] => [
  'import',
  'openlineage',
  at('stream.ndjson'),
  '--map',
  at('map.json'),
]
const command = (): string[] => [...words(), '--server', town.url]

beforeAll(async () => {
  await town.init()
  await town.serve()
  person = town.person('importer')
  cpSync(EXAMPLES, person.home, { recursive: true })
  mkdirSync(at('keys'))
  for (const [name, country] of Object.entries(FIRMS)) {
    const key = at(`keys/${name}.pem`)
    await person.must(['keygen', key])
    await person.must([
      'party',
      'enrol',
      '--name',
      name,
      '--country',
      country,
      '--yes',
      '--key',
      key,
      '--server',
      town.url,
    ])
  }
  await town.operator.must([
    'party',
    'admit',
    '--all',
    '--yes',
    '--server',
    town.url,
    '--operator',
    town.folder,
  ])
  ran = await person.run([...command(), '--json'])
}, 120_000)
afterAll(() => town.close())

describe('the example stream', () => {
  test('is what its program writes', () => {
    const made = spawnSync(process.execPath, [join(EXAMPLES, 'make-stream.mjs')], {
      encoding: 'utf8',
    })

    expect(made.stdout).toBe(readFileSync(join(EXAMPLES, 'stream.ndjson'), 'utf8'))
  })

  test('is recorded whole, but for the run that failed', () => {
    const report = ran.json()

    expect(ran.code).toBe(0)
    expect(report['events']).toMatchObject({ total: 238, taken: 236, failed: 2, malformed: 0 })
    expect(report['planned']).toEqual({
      'instrument/1': 5,
      // 14 days of telemetry and weather, 10 of visits, weather once more, a list of departments.
      'collection/1': 14 + 14 + 10 + 1 + 1,
      'transfer/1': 14 + 10 + 10 + 14 + 14 + 2,
      'processing/1': 14 + 10 + 10 + 14 + 14 + 14 + 2 + 1,
      'outcome/1': 1,
    })
    expect(report['statements']).toMatchObject({
      admitted: 189,
      refused: 0,
      blocked: 0,
      waiting: 0,
    })
    expect(report['notes']).toEqual([])
  })

  test('recorded twice adds nothing', async () => {
    const again = await person.must([...command(), '--json'])

    expect(again.json()['statements']).toMatchObject({ admitted: 0, already: 189 })
    expect(again.json()['planned']).toEqual(ran.json()['planned'])
    expect(again.json()['notes']).toEqual([])
  })

  test('lets the report be followed back to every collection behind it', async () => {
    await town.stop()
    const lineage = await person.must([
      'lineage',
      at('report.csv'),
      '--fail-on',
      'never',
      '--dir',
      town.folder,
      '--policy',
      town.policy,
      '--json',
    ])
    const [found] = lineage.json()['lineages'] as JsonObject[]
    const nodes = found?.['nodes'] as JsonObject[]
    const types = nodes.map(({ type }) => String(type))

    expect(found?.['record']).toBe('VERIFIED')
    // All but the five instruments, and the corrected weather that came too late for the join.
    expect(nodes).toHaveLength(189 - 5 - 1)
    expect(types.filter((type) => type === 'collection/1')).toHaveLength(39)
    // collect, reduce, to India, code, to Britain, join, prepare, to India, score, to Britain, week, to Japan, count
    expect(found?.['depth']).toBe(13)
  })

  test('is shown to people, too', async () => {
    const shown = await person.must([...words(), '--dir', town.folder])

    expect(shown.out).toContain('238 events')
    expect(shown.out).toContain('189  already: in the log already')
    expect(shown.out).toContain('failed: of runs that ended with FAIL')
    expect(shown.out).toMatch(
      /[0-9a-f]{12} {2}outcome sagami wear_by_department as of 2026-11-17T09:30:00Z/,
    )
  })
})
