/**
 * A party watches its own name: first look, its own changes, the registrar's, a ledger that is away,
 * and a key that is declared compromised.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, Town } from './harness.js'

const town = new Town()
let firm: Awaited<ReturnType<Town['enrolled']>>

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
})

afterAll(() => town.close())

const flags = () => ['--server', town.url, '--policy', town.policy]

function watch(...more: readonly string[]) {
  return firm.run(['party', 'watch', firm.party, '--once', ...flags(), ...more])
}

function admitAll() {
  const more = ['--server', town.url, '--operator', town.folder]
  return town.operator.must(['party', 'admit', '--all', '--yes', ...more])
}

describe('party watch', () => {
  test('takes what is there at the first look as known, and says what it took', async () => {
    const first = await watch()

    expect(first.code).toBe(0)
    expect(first.out).toContain('first look')
    expect(first.out).toMatch(
      /party\/1 [0-9a-f]{12}.*: key \S+ for statement, api; signed by party/,
    )
    expect(first.out).toContain('VERIFIED')
    expect((await watch()).out).not.toContain('first look')
  })

  test('asks nothing about what was signed here', async () => {
    await firm.must(['keygen', firm.path('second.pem')])
    await firm.must(['party', 'add-key', firm.path('second.pem'), '--yes'])
    await admitAll()
    const ran = await watch('--json')

    expect(ran.code).toBe(0)
    expect(ran.json()).toMatchObject({ record: 'VERIFIED', alarms: [], first_look: false })
    expect(ran.json()['keys']).toHaveLength(2)
  })

  test('raises the alarm when the registrar revokes a key alone, until that is accepted', async () => {
    const { keys } = (await watch('--json')).json()
    const kid = String((keys as readonly JsonObject[])[1]?.['kid'])
    const registrar = ['--key', `${town.folder}/keys/registrar.pem`, '--as-registrar', '--yes']
    const revoked = await town.operator.must([
      ...['party', 'revoke-key', kid.slice(0, 12), '--party', firm.party, '--server', town.url],
      ...registrar,
      '--json',
    ])
    const id = String(revoked.json()['id'])
    const ran = await watch()

    expect(ran.code).toBe(5)
    expect(ran.out).toContain('*** ALARM ***')
    expect(ran.out).toContain(`unknown statement: key/1 revoke ${id.slice(0, 12)}`)
    expect((await watch('--accept', id)).code).toBe(0)
    expect((await watch()).code).toBe(0)
  })

  test('goes on until it is stopped, and does not take silence for an answer', async () => {
    const stop = new AbortController()
    let asked = 0
    const ran = await firm.run(['party', 'watch', firm.party, '--every', '1', ...flags()], {
      signal: stop.signal,
      // Every look asks what time it is.
      nowMs: () => {
        asked += 1
        if (asked > 2) stop.abort()
        return Date.now()
      },
    })

    expect(ran.code).toBe(0)
    expect(ran.out.split('\n').filter((line) => line.includes('VERIFIED')).length).toBeGreaterThan(
      1,
    )
    const gone = ['--server', 'http://127.0.0.1:9', '--policy', town.policy, '--once']
    expect((await firm.run(['party', 'watch', firm.party, ...gone])).code).toBe(69)
  })

  test('a policy that does not name the ledger is not verified against: 78', async () => {
    const policy = firm.write(
      'other.txt',
      readFileSync(town.policy, 'utf8').replaceAll('ledger.example/test', 'ledger.example/other'),
    )
    const ran = await firm.run([
      'party',
      'watch',
      firm.party,
      '--once',
      '--server',
      town.url,
      '--policy',
      policy,
    ])

    expect(ran.code).toBe(78)
  })

  test('a party that is not there: 66; one that was there before: the alarm', async () => {
    const nobody = 'A'.repeat(43)
    const look = ['party', 'watch', nobody, '--once', ...flags()]
    expect((await firm.run(look)).code).toBe(66)

    const ledgers = join(firm.home, 'state', 'waybill', 'ledgers')
    const [folder = ''] = readdirSync(ledgers)
    writeFileSync(join(ledgers, folder, `watch-${nobody}.json`), '{"known":[],"signed":[]}')
    const denied = await firm.run(look)
    expect(denied.code).toBe(5)
    expect(denied.out).toContain('no such party')
  })

  test('a memory that somebody else wrote is not believed: 78', async () => {
    const ledgers = join(firm.home, 'state', 'waybill', 'ledgers')
    const [folder = ''] = readdirSync(ledgers)
    for (const text of ['{"known":["x"],"signed":[]}', '[]', '{"known":[]}']) {
      writeFileSync(join(ledgers, folder, `watch-${'E'.repeat(43)}.json`), text)
      const ran = await firm.run(['party', 'watch', 'E'.repeat(43), '--once', ...flags()])
      expect(ran.code).toBe(78)
    }
  })

  test('too few characters of a key are no key', async () => {
    expect((await watch('--keys', 'abc')).code).toBe(64)
  })
})

describe('party compromised-key', () => {
  test('ends the key; receipts name who declared it and when', async () => {
    const id = await log(firm, 'doubted', collectionDraft(firm.party, 'doubted'))
    await firm.must(['keygen', firm.path('third.pem')])
    await firm.must(['party', 'add-key', firm.path('third.pem'), '--yes'])
    await admitAll()
    const third = ['--key', firm.path('third.pem'), '--party', firm.party]
    const short = firm.party.slice(0, 12)
    expect((await firm.run(['party', 'compromised-key', short, ...third, '--yes'])).code).toBe(64)
    await firm.must(['party', 'compromised-key', short, '--since', '2', ...third, '--yes'])
    await admitAll()

    const file = firm.path('doubted.receipt.json')
    const receipt = ['receipt', id, '-o', file, '--policy', town.policy]
    const ask = () => firm.must([...receipt, ...third, '--api-key', firm.path('third.pem')])
    // A receipt is under the published checkpoint, which is up to a second old.
    let ran = await ask()
    for (let tries = 0; tries < 20 && !ran.out.includes('KEY_COMPROMISED'); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      ran = await ask()
    }
    expect(ran.out).toContain('KEY_COMPROMISED')
    expect(ran.out).toMatch(
      /its signatures from entry 2 on, by party \S+ with its key \S+: statement [0-9a-f]{12}, entry \d+, 2026-/,
    )
    const shown = await firm.must(['party', 'show', firm.party, '--policy', town.policy])
    expect(shown.out).toContain('compromised since entry 2')
    const draft = firm.write('late.json', collectionDraft(firm.party, 'late'))
    await firm.must([
      'sign',
      draft,
      '--key',
      firm.path('key.pem'),
      '--role',
      'collector',
      '--out',
      firm.path('late.signed.json'),
    ])
    const late = await firm.run(['submit', firm.path('late.signed.json')])
    expect(late.code).toBe(65)
    expect(late.out).toContain('[KEY_NOT_ACTIVE]')
  })
})
