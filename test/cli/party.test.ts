/**
 * Parties and keys from the command line: enrolment, admission, adding and ending keys.
 */
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

function admitAll() {
  return town.operator.must([
    'party',
    'admit',
    '--all',
    '--yes',
    '--server',
    town.url,
    '--operator',
    town.folder,
  ])
}

async function keysOf(): Promise<readonly JsonObject[]> {
  return (await firm.must(['party', 'show', firm.party, '--json'])).json()[
    'keys'
  ] as readonly JsonObject[]
}

describe('enrolment', () => {
  test('waits for the registrar, who sees the claims before admitting', async () => {
    const person = town.person('newcomer')
    await person.must(['keygen', person.path('key.pem')])
    const flags = ['--key', person.path('key.pem'), '--server', town.url]

    const enrolled = await person.must([
      'party',
      'enrol',
      '--name',
      'Seguros Guanabara SA',
      '--country',
      'BR',
      '--roles',
      'controller',
      '--email',
      'privacy@guanabara.example',
      '--yes',
      ...flags,
    ])
    const box = await town.operator.must([
      'inbox',
      '--server',
      town.url,
      '--key',
      `${town.folder}/keys/registrar.pem`,
      '--api-key',
      `${town.folder}/keys/api.pem`,
    ])
    const admitted = await town.operator.run(
      ['party', 'admit', '--all', '--server', town.url, '--operator', town.folder],
      { answer: 'y\n' },
    )

    expect(enrolled.out).toMatch(/party\/1 [0-9a-f]{12} {2}waits for registrar until/)
    expect(enrolled.err).toContain('waybill party admit')
    expect(box.out).toContain('party/1')
    expect(admitted.code).toBe(0)
    expect(admitted.err).toContain('Seguros Guanabara SA')
    expect(admitted.out).toContain('admitted as entry')
  })

  test('offline: the signed statement goes to a file', async () => {
    const person = town.person('offline')
    await person.must(['keygen', person.path('key.pem')])
    const out = person.path('enrolment.json')

    await person.must([
      'party',
      'enrol',
      '--name',
      'X',
      '--country',
      'FR',
      '--key',
      person.path('key.pem'),
      '--origin',
      'ledger.example/test',
      '--out',
      out,
      '--yes',
    ])

    expect((await person.must(['submit', out, '--server', town.url])).out).toContain(
      'waits for registrar',
    )
    await admitAll()
  })

  test('twice is refused', async () => {
    const ran = await firm.run(['party', 'enrol', '--name', 'Again', '--country', 'DE', '--yes'])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('code PARTY_EXISTS')
  })

  test('only the registrar admits', async () => {
    const person = town.person('hopeful')
    await person.must(['keygen', person.path('key.pem')])
    const flags = ['--server', town.url, '--key', person.path('key.pem')]
    await person.must(['party', 'enrol', '--name', 'Hopeful', '--country', 'FR', '--yes', ...flags])

    expect((await firm.run(['party', 'admit', '--all', '--yes'])).out).toContain('nothing waits')
    expect((await person.run(['party', 'admit', '--all', '--yes', ...flags])).code).toBe(4)
    await admitAll()
  })
})

describe('list and show', () => {
  test('names are the registrar word unless pinned; aliases are yours', async () => {
    firm.configure({ server: town.url, key: firm.path('key.pem'), aliases: { us: firm.party } })
    const pins = firm.write('pins.txt', `${firm.party} Lindenau\n`)

    const list = await firm.must(['party', 'list', '--parties', pins])
    const show = await firm.must(['party', 'show', 'us'])

    expect(list.out).toMatch(
      /Lindenau Räder eG, Germany \(DE\) +us +1 of 1 keys active +pinned by you as Lindenau/,
    )
    expect(list.out).toMatch(/Hafenamt Ledger GmbH, Germany \(DE\) .*on the registrar's word/)
    expect(show.out).toContain("Lindenau Räder eG, Germany (DE): on the registrar's word")
    expect(show.out).toMatch(
      /party\/1 [0-9a-f]{12}, made 2026-[^:]+:[^:]+:\S+ key .* for statement, api/,
    )
    expect(show.out).toContain('that these are all')
    expect(show.out).toContain('Record: VERIFIED')
  })

  test('a party that is not there: 66; a name that is no alias: 64', async () => {
    expect((await firm.run(['party', 'show', 'A'.repeat(43)])).code).toBe(66)
    const ran = await firm.run(['party', 'show', 'nobody'])
    expect(ran.code).toBe(64)
    expect(ran.err).toContain('us')
  })
})

describe('keys', () => {
  test('a key is added by both keys and the registrar, signs, and is retired; what it signed stays good', async () => {
    const second = firm.path('second.pem')
    const { kid } = (await firm.must(['keygen', second, '--json'])).json()

    const added = await firm.must(['party', 'add-key', second, '--uses', 'statement', '--yes'])
    await admitAll()
    firm.configure({ server: town.url, key: firm.path('key.pem') })
    const draft = firm.write('draft.json', collectionDraft(firm.party, 'by the second key'))
    const signed = firm.path('second.signed.json')
    await firm.must(['sign', draft, '--key', second, '--role', 'collector', '--out', signed])
    const sent = await firm.must(['submit', signed, '--receipts', firm.path('second')])

    expect(added.out).toContain('waits for registrar')
    expect(sent.out).toContain('admitted')

    await firm.must(['party', 'retire-key', String(kid).slice(0, 10), '--yes'])
    await admitAll()
    expect((await keysOf()).map(({ status }) => status)).toEqual(['active', 'retired'])
    await firm.must([
      'sign',
      firm.write('late.json', collectionDraft(firm.party, 'too late')),
      '--key',
      second,
      '--role',
      'collector',
      '--out',
      signed,
    ])
    const late = await firm.run(['submit', signed])
    expect(late.code).toBe(65)
    expect(late.out).toContain('[KEY_NOT_ACTIVE]')
    expect((await firm.run(['verify', firm.path('second'), '--policy', town.policy])).code).toBe(0)
  })

  test('the registrar alone may revoke, and not retire', async () => {
    const other = await town.enrolled('other', 'Other', 'FR')
    const registrar = [
      '--key',
      `${town.folder}/keys/registrar.pem`,
      '--server',
      town.url,
      '--party',
      other.party,
      '--as-registrar',
      '--yes',
    ]

    const retired = await town.operator.run([
      'party',
      'retire-key',
      other.party.slice(0, 10),
      ...registrar,
    ])
    const revoked = await town.operator.must([
      'party',
      'revoke-key',
      other.party.slice(0, 10),
      ...registrar,
    ])

    expect(retired.code).toBe(64)
    expect(revoked.out).toContain('admitted as entry')
    expect((await other.run(['inbox'])).code).toBe(4)
  })

  test('an unknown key, or too few characters of one', async () => {
    expect((await firm.run(['party', 'retire-key', 'AAAAAAAAAA', '--yes'])).code).toBe(65)
    expect((await firm.run(['party', 'retire-key', 'AAA', '--yes'])).code).toBe(64)
  })

  test('a revoked key is reported by later receipts', async () => {
    const id = await log(firm, 'later', collectionDraft(firm.party, 'later'))
    const third = firm.path('third.pem')
    await firm.must(['keygen', third])
    await firm.must(['party', 'add-key', third, '--yes'])
    await admitAll()
    firm.configure({ server: town.url, key: third, party: firm.party })
    await firm.must(['party', 'revoke-key', firm.party.slice(0, 10), '--yes'])
    await admitAll()
    // A receipt is under the published checkpoint, which is up to a second old.
    await town.published()

    const ran = await firm.must([
      'receipt',
      id,
      '-o',
      firm.path('later.receipt.json'),
      '--policy',
      town.policy,
    ])

    expect(ran.out).toContain('the key is revoked now')
  })
})
