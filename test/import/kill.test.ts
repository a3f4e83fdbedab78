/**
 * An import in a process of its own, killed at random moments and started again: nothing is recorded
 * twice, nothing is missing. The stream is the example's; the ledger and its server stay alive.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { type Person, Town } from '../cli/harness.js'
import { EXAMPLES } from './world.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const KILLS = process.env['SLOW'] === '1' ? 60 : 3
const STATEMENTS = 189

const town = new Town()
let person: Person

beforeAll(async () => {
  await town.init()
  await town.serve()
  person = town.person('importer')
  cpSync(EXAMPLES, person.home, { recursive: true })
  mkdirSync(person.path('keys'))
  for (const name of ['cevennes', 'pennine', 'nilgiri', 'sagami']) {
    const key = person.path(`keys/${name}.pem`)
    await person.must(['keygen', key])
    await person.must([
      'party',
      'enrol',
      '--name',
      name,
      '--country',
      'FR',
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
}, 120_000)
afterAll(() => town.close())

async function size(): Promise<number> {
  const answer = (await (await fetch(`${town.url}/v1/ledger`)).json()) as { size: number }
  return answer.size
}

/** Runs the import; kills it after so many milliseconds. Resolves with what it printed, or nothing. */
function importOnce(state: string, killAfterMs?: number): Promise<JsonObject | undefined> {
  const words = [
    'import',
    'openlineage',
    person.path('stream.ndjson'),
    '--map',
    person.path('map.json'),
  ]
  const child = spawn(
    process.execPath,
    [MAIN, ...words, '--state', person.path(state), '--server', town.url, '--json'],
    {
      env: { ...person.environment, PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? (JSON.parse(out) as JsonObject) : undefined)
    })
  })
}

test('killed at random moments, an import in the end has recorded everything once', async () => {
  const before = await size()
  const began = performance.now()
  await importOnce('reference')
  const whole = performance.now() - began
  expect(await size()).toBe(before + STATEMENTS)

  for (let kill = 0; kill < KILLS; kill += 1) {
    // From the moment when the process has started to when it would be done.
    const after = whole * (0.3 + 0.7 * Math.random())
    await importOnce('killed', after)
  }
  const last = await importOnce('killed')
  const { admitted, already } = (last?.['statements'] ?? {}) as Record<string, number>

  expect((admitted ?? 0) + (already ?? 0)).toBe(STATEMENTS)
  expect(await size()).toBe(before + 2 * STATEMENTS)
}, 600_000)
