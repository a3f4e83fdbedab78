/**
 * Running a ledger: init, serve, audit, doctor, keygen.
 */
import { chmodSync, cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, ORIGIN, Town } from './harness.js'

const town = new Town()
let logged = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  const firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  logged = await log(firm, 'collection', collectionDraft(firm.party))
  await town.stop()
})

afterAll(() => town.close())

describe('init', () => {
  test('makes keys that are closed to others and a policy that verifiers need', () => {
    for (const name of ['log.pem', 'registrar.pem', 'api.pem']) {
      expect(statSync(join(town.folder, 'keys', name)).mode % 0o1000).toBe(0o600)
    }
    expect(readFileSync(town.policy, 'utf8')).toMatch(
      /^log ledger\.example\/test\+[0-9a-f]{8}\+\S+\nquorum none\n$/,
    )
  })

  test('never overwrites: 78', async () => {
    const ran = await town.operator.run([
      'init',
      town.folder,
      '--origin',
      ORIGIN,
      '--name',
      'X',
      '--country',
      'DE',
    ])

    expect(ran.code).toBe(78)
    expect(ran.err).toContain('code LEDGER_EXISTS')
  })

  test('refuses an origin that cannot be a name in checkpoints', async () => {
    const ran = await town.operator.run([
      'init',
      join(town.root, 'x'),
      '--origin',
      'two words',
      '--name',
      'X',
      '--country',
      'DE',
    ])

    expect(ran.code).toBe(78)
  })
})

describe('keygen', () => {
  test('makes a key once, and shows it again', async () => {
    const person = town.person('keys')
    const path = person.path('key.pem')

    const made = (await person.must(['keygen', path, '--json'])).json()
    const again = await person.run(['keygen', path])
    const shown = (await person.must(['keygen', '--show', path, '--json'])).json()
    const jwk = person.write('key.jwk', shown['jwk'] ?? '')

    expect(again.code).toBe(74)
    expect(shown['kid']).toBe(made['kid'])
    expect((await person.must(['keygen', '--show', jwk, '--json'])).json()['kid']).toBe(made['kid'])
    expect((await person.run(['keygen'])).code).toBe(64)
  })
})

describe('serve', () => {
  test('answers until it is asked to stop, and stops in good order', async () => {
    const controller = new AbortController()
    const person = town.person('server')
    const running = person.run(['serve', '--dir', town.folder, '--port', '0', '--workers', '0'], {
      signal: controller.signal,
    })
    await new Promise((resolve) => setTimeout(resolve, 700))
    controller.abort()

    const ran = await running

    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/^ledger\.example\/test at http:\/\/127\.0\.0\.1:\d+, \d+ entries\n$/)
    expect(ran.err).toContain('Stopped')
  })

  test('says when there is no ledger', async () => {
    const ran = await town.operator.run(['serve', '--dir', join(town.root, 'nothing')])

    expect(ran.err).toContain('code LEDGER_NOT_FOUND')
    expect(ran.out).toBe('')
  })
})

describe('audit', () => {
  test('verifies everything and says what, against which key, and what not', async () => {
    const ran = await town.operator.run(['audit', '--dir', town.folder, '--policy', town.policy])

    expect(ran.code).toBe(0)
    expect(ran.out.trimEnd().split('\n').slice(-3)).toEqual([
      'Record: VERIFIED',
      'Rules: not judged',
      'Overall: VERIFIED (record only)',
    ])
    expect(ran.out).toMatch(/4 entries( \(\d+ per second\))?: chain, tree, times, registry map/)
    expect(ran.out).toContain('of 2 parties')
    expect(ran.out).toContain('NOT checked')
  })

  test('without a policy says that the key is the folder own', async () => {
    const ran = await town.person('visitor').run(['audit', '--dir', town.folder, '--json'])

    expect(ran.code).toBe(0)
    expect(ran.json()).toMatchObject({
      record: 'VERIFIED',
      policy: { basis: 'own key' },
      checked: { entries: 4 },
    })
  })

  test('one byte changed in a copy: FAILED', async () => {
    const copy = join(town.root, 'copy')
    cpSync(town.folder, copy, { recursive: true })
    const store = join(copy, 'store')
    const [name = ''] = readdirSync(store)
      .filter((file) => /\.(log|ldb)$/.test(file))
      .sort((a, b) => statSync(join(store, b)).size - statSync(join(store, a)).size)
    const bytes = readFileSync(join(store, name))
    // In what is committed of a statement: what the store has overwritten since may change and nothing is lost.
    const at = bytes.indexOf(Buffer.from(logged, 'hex'))
    expect(at).toBeGreaterThan(0)
    bytes[at] = ((bytes[at] ?? 0) + 1) % 256
    writeFileSync(join(store, name), bytes)

    const ran = await town.operator.run(['audit', '--dir', copy, '--policy', town.policy])

    expect([1, 74]).toContain(ran.code)
    expect(ran.out + ran.err).toMatch(/FAILED|damaged|cannot be read/)
  })

  test('another log than the policy expects: FAILED, 1', async () => {
    const other = town.person('other-log')
    await other.must([
      'init',
      other.path('ledger'),
      '--origin',
      ORIGIN,
      '--name',
      'X',
      '--country',
      'FR',
      '--policy-out',
      other.path('p.txt'),
    ])

    const ran = await town.operator.run([
      'audit',
      '--dir',
      town.folder,
      '--policy',
      other.path('p.txt'),
    ])

    expect(ran.code).toBe(1)
    expect(ran.out).toContain('[CHECKPOINT_UNTRUSTED]')
  })

  test('needs a folder', async () => {
    expect((await town.operator.run(['audit'])).code).toBe(64)
  })
})

describe('doctor', () => {
  function states(json: unknown): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      (json as readonly JsonObject[]).map(({ what, state }) => [String(what), state]),
    )
  }

  test('finds a sound machine and a sound ledger', async () => {
    const ran = await town.operator.run(['doctor', '--dir', town.folder, '--json'])

    expect(ran.code).toBe(0)
    expect(states(JSON.parse(ran.out))).toMatchObject({
      node: 'good',
      clock: 'good',
      memory: 'good',
      configuration: 'good',
      keys: 'good',
      ledger: 'good',
      'ledger time': 'good',
    })
  })

  test('names keys that others can read, and what to do', async () => {
    const path = join(town.folder, 'keys', 'api.pem')
    chmodSync(path, 0o644)

    const ran = await town.operator.run(['doctor', '--dir', town.folder])
    chmodSync(path, 0o600)

    expect(ran.code).toBe(78)
    expect(ran.out).toMatch(/bad {6}keys: keys\/api\.pem can be read by other users/)
    expect(ran.out).toContain('chmod go=')
  })

  test('sees a clock behind the last entry', async () => {
    const ran = await town.operator.run(['doctor', '--dir', town.folder], {
      nowMs: () => Date.now() - 3_600_000,
    })

    expect(ran.code).toBe(69)
    expect(ran.out).toContain('behind the last entry')
  })

  test('asks a server who it is and whether it knows us', async () => {
    await town.serve()
    const firm = town.person('firm')

    const known = await firm.run([
      'doctor',
      '--server',
      town.url,
      '--key',
      firm.path('key.pem'),
      '--policy',
      town.policy,
    ])
    const locked = await firm.run(['doctor', '--dir', town.folder, '--json'])
    await town.stop()
    const gone = await firm.run(['doctor', '--server', 'http://127.0.0.1:1'])

    expect(known.code).toBe(0)
    expect(known.out).toContain('signed in; 0 proposals waiting for you')
    expect(known.out).toMatch(/its checkpoint of tree size \d+ is signed by a key of/)
    expect(states(JSON.parse(locked.out))).toMatchObject({ ledger: 'warning' })
    expect(gone.code).toBe(69)
  })

  test('a missing key file and a bad policy are named', async () => {
    const person = town.person('careless')

    const ran = await person.run([
      'doctor',
      '--key',
      person.path('nowhere.pem'),
      '--policy',
      person.write('p.txt', 'x'),
    ])

    expect(ran.out).toMatch(/bad {6}key: no such input file/)
    expect(ran.out).toMatch(/bad {6}policy: /)
    expect(ran.code).toBe(66)
  })
})
