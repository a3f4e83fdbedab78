/**
 * `waybill witness` and a ledger that asks witnesses, as people run them: processes from dist/, policy
 * files, /checkpoint, /readyz, /metrics, doctor.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { parsePolicy } from '../../ledger/core/policy.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { ServerProcess } from '../crash/server-process.js'
import { type Person, Town } from './harness.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const crypto = bestCrypto()
const town = new Town()
const witnesses: ChildProcess[] = []

afterAll(async () => {
  for (const child of witnesses) child.kill('SIGKILL')
  await town.close()
})

/** A regulator's witness as a process; answers its address. */
async function serve(folder: string, port = '0'): Promise<{ url: string; child: ChildProcess }> {
  const argv = ['dist/cli/main.js', 'witness', 'serve', '--dir', folder, '--port', port]
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  witnesses.push(child)
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Uint8Array) => {
      printed += new TextDecoder().decode(chunk)
      const found = /http:\/\/\S+:\d+/.exec(printed)
      if (found !== null) resolve(found[0])
    })
    child.once('close', () => reject(new Error(`ended: ${printed}`)))
  })
  return { url, child }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)))
}

/** Until the server says so, or some seconds have gone. */
async function until(server: ServerProcess, path: string, wanted: RegExp): Promise<string> {
  let text = ''
  for (let tries = 0; tries < 80; tries += 1) {
    text = (await server.call('GET', path)).text
    if (wanted.test(text)) return text
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${path} never said ${wanted}: ${text}`)
}

describe('witness', () => {
  let regulator: Person
  let folder = ''
  beforeAll(() => {
    regulator = town.person('regulator')
    folder = regulator.path('witness')
  })

  test('init makes two keys and shows them; a second time is refused', async () => {
    const made = await regulator.must([
      'witness',
      'init',
      folder,
      '--name',
      'witness.example/de',
      '--json',
    ])
    const { vkeys } = made.json()
    expect(vkeys).toHaveLength(2)
    const shown = await regulator.must(['witness', 'show', folder])
    expect(shown.out.match(/^vkey {5}witness\.example\/de\+/gm)).toHaveLength(2)
    expect((await regulator.run(['witness', 'init', folder, '--name', 'x'])).code).toBe(78)
    expect(
      (await regulator.run(['witness', 'init', regulator.path('other'), '--name', 'a b'])).code,
    ).toBe(65)
    expect(existsSync(regulator.path('other'))).toBe(false)
  })

  test('add-log takes a key once, from the command line or a file, and refuses what is none', async () => {
    const vkey = 'log.example+c7568e15+AZx'
    expect((await regulator.run(['witness', 'add-log', folder, vkey])).code).toBe(65)
    expect(
      (await regulator.run(['witness', 'add-log', regulator.path('nowhere'), vkey])).code,
    ).toBe(66)
    expect(
      (await regulator.run(['witness', 'serve', '--dir', regulator.path('nowhere')])).code,
    ).toBe(66)
    expect((await regulator.run(['witness', 'serve'])).code).toBe(64)
  })
})

describe('a ledger with two witnesses', () => {
  test('from init to a checkpoint that both cosigned; without them, nothing new is shown', async () => {
    await town.init()
    const vkey = /log ([^ \n]+)/.exec(readFileSync(town.policy, 'utf8'))?.[1] ?? ''
    const north = await stationed('north', vkey)
    const south = await stationed('south', vkey)
    const text = [
      `log ${vkey}`,
      `witness pq ${readFileSync(join(town.folder, 'log-ml-dsa.vkey'), 'utf8').trim()}`,
      ...north.vkeys.map((key, i) => `witness north${i} ${key} ${north.url}`),
      ...south.vkeys.map((key, i) => `witness south${i} ${key} ${south.url}`),
      'group everybody all pq north0 north1 south0 south1',
      'quorum everybody',
      '',
    ].join('\n')
    writeFileSync(join(town.folder, 'policy'), text)
    const policy = parsePolicy(text)

    const first = await ServerProcess.start(town.folder)
    expect((await first.call('GET', '/checkpoint')).status).toBe(503)
    await until(first, '/readyz', /"quorum":"met"/)
    const shown = await first.call('GET', '/checkpoint')
    const { quorum, cosigned, checkpoint } = openCheckpoint(shown.text, policy, crypto)
    expect([quorum.met, cosigned.length, checkpoint.size]).toEqual([true, 5, 2])
    expect(await until(first, '/metrics', /waybill_quorum_missing 0/)).toMatch(
      /waybill_witness_failures\{witness="north0 north1"\} 0/,
    )

    // One dies: ingest goes on, the checkpoint stays, and everybody can see why.
    south.child.kill('SIGKILL')
    await ended(south.child)
    const ada = town.person('ada')
    const key = ada.path('key.pem')
    await ada.must(['keygen', key])
    const who = ['--name', 'Ada Ltd', '--country', 'DE', '--yes']
    await ada.must(['party', 'enrol', '--server', first.url, '--key', key, ...who])
    await town.operator.must([
      'party',
      'admit',
      '--all',
      '--yes',
      '--server',
      first.url,
      '--operator',
      town.folder,
    ])
    const missing = JSON.parse(await until(first, '/readyz', /"quorum":"missing"/)) as Record<
      string,
      unknown
    >
    expect(missing).toMatchObject({ ready: true, size: 3, published_size: 2 })
    expect(missing['quorum_missing']).toContain('south0')
    expect(missing['quorum_missing_since']).toBeGreaterThan(0)
    const still = (await first.call('GET', '/checkpoint')).text
    expect(openCheckpoint(still, policy, crypto).checkpoint.size).toBe(2)

    // A restart shows what was published last, at once.
    await first.kill()
    const second = await ServerProcess.start(town.folder)
    expect((await second.call('GET', '/checkpoint')).text).toBe(still)
    const back = await serve(south.folder, new URL(south.url).port)
    await until(second, '/readyz', /"published_size":3/)
    expect(await second.stop()).toMatchObject({ code: 0 })

    const checked = await town.operator.must(['doctor', '--dir', town.folder])
    expect(checked.out).toMatch(/good +witnesses: asked at 2 URLs; 2 showed this ledger/)
    expect(checked.out).toMatch(/good +second key/)
    back.child.kill('SIGTERM')
    expect(await ended(back.child)).toBe(0)
  })
})

async function stationed(
  name: string,
  vkey: string,
): Promise<{ url: string; child: ChildProcess; folder: string; vkeys: readonly string[] }> {
  const person = town.person(name)
  const folder = person.path('witness')
  const made = await person.must([
    'witness',
    'init',
    folder,
    '--name',
    `witness.example/${name}`,
    '--json',
  ])
  await person.must(['witness', 'add-log', folder, vkey])
  return { ...(await serve(folder)), folder, vkeys: made.json()['vkeys'] as readonly string[] }
}
