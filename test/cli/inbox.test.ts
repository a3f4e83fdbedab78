/**
 * The two-sided flow: waiting, declining, withdrawing, and what cannot be signed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, Town, transferDraft } from './harness.js'

const town = new Town()
let exporter: Awaited<ReturnType<Town['enrolled']>>
let importer: Awaited<ReturnType<Town['enrolled']>>
let collection = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
  collection = await log(exporter, 'collection', collectionDraft(exporter.party))
})

afterAll(() => town.close())

function propose(): Promise<string> {
  return log(exporter, 'transfer', transferDraft(exporter.party, importer.party, collection))
}

describe('inbox', () => {
  test('says when nothing waits', async () => {
    expect((await importer.must(['inbox'])).out).toBe('nothing waits for your signature\n')
    expect((await exporter.must(['inbox', '--sent'])).out).toBe('nothing waits for others\n')
  })

  test('waits for the first proposal', async () => {
    const waiting = importer.must(['inbox', '--wait', '20'])
    await new Promise((resolve) => setTimeout(resolve, 150))
    const id = await propose()

    const ran = await waiting

    expect(ran.out).toContain(id.slice(0, 12))
    expect(ran.out).toMatch(/transfer\/1 {2}importer /)
    expect(ran.out).toMatch(/(29|30) days left/)
    await importer.must(['countersign', id.slice(0, 8), '--yes'])
  })

  test('ends in good order when the person has had enough', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)

    const ran = await importer.run(['inbox', '--wait', '600'], { signal: controller.signal })

    expect(ran.code).toBe(0)
    expect(ran.out).toBe('nothing waits for your signature\n')
  })

  test('needs to know whose it is, and an enrolled key', async () => {
    const nobody = town.person('nobody')
    await nobody.must(['keygen', nobody.path('key.pem')])

    expect((await nobody.run(['inbox', '--server', town.url])).code).toBe(64)
    const stranger = await nobody.run([
      'inbox',
      '--server',
      town.url,
      '--key',
      nobody.path('key.pem'),
    ])
    expect(stranger.code).toBe(4)
    expect(stranger.err).toContain('code AUTH_INVALID')
  })
})

describe('countersigning', () => {
  test('shows who the parties are, asks, and takes no for an answer', async () => {
    const id = await propose()

    const no = await importer.run(['countersign', id], { answer: 'no\n' })
    const silent = await importer.run(['countersign', id])

    expect(no.code).toBe(0)
    expect(no.out).toContain('not signed')
    expect(no.err).toContain("(Lindenau Räder eG, on the registrar's word)")
    expect(silent.code).toBe(64)
    expect((await importer.must(['inbox', '--json'])).json()['items']).toHaveLength(1)
  })

  test('--all signs everything and keeps the receipts', async () => {
    await propose()

    const ran = await importer.must([
      'countersign',
      '--all',
      '--yes',
      '--json',
      '--receipts',
      importer.path('receipts'),
    ])

    expect((ran.json()['items'] as readonly JsonObject[]).map(({ status }) => status)).toEqual([
      'admitted',
      'admitted',
    ])
    expect((await importer.must(['countersign', '--all', '--yes'])).out).toBe(
      'nothing waits for your signature\n',
    )
    expect(
      (await importer.run(['verify', importer.path('receipts'), '--policy', town.policy])).code,
    ).toBe(0)
  })

  test('an id that does not wait: 66; none and no --all: 64', async () => {
    expect((await importer.run(['countersign', 'abcdef0123', '--yes'])).code).toBe(66)
    expect((await importer.run(['countersign', '--yes'])).code).toBe(64)
    expect((await importer.run(['countersign', 'abcdef0123', '--all'])).code).toBe(64)
  })
})

describe('refusing', () => {
  test('the importer declines, and the exporter cannot bring it back', async () => {
    const id = await propose()

    const ran = await importer.must([
      'refuse',
      id.slice(0, 10),
      '--reason',
      'purpose-wrong',
      '--note',
      'marketing was not agreed',
      '--yes',
    ])
    const again = await exporter.run(['submit', exporter.path('transfer.signed.json')])

    expect(ran.out).toContain(`${id.slice(0, 12)} is refused`)
    expect(ran.out).toMatch(/refusal\/1 [0-9a-f]{12} {2}admitted as entry/)
    expect(ran.err).toContain('marketing was not agreed')
    expect(again.code).toBe(65)
    expect(again.out).toContain('[STATEMENT_REFUSED]')
  })

  test('the exporter withdraws', async () => {
    const id = await propose()

    const ran = await exporter.must(['refuse', id, '--reason', 'withdrawn', '--yes'])

    expect(ran.out).toContain('is refused')
    expect((await importer.must(['inbox'])).out).toBe('nothing waits for your signature\n')
  })

  test.each([
    ['a reason that is none', ['--reason', 'mood'], 65, 'CLAIM_INVALID'],
    ["the other side's reason", ['--reason', 'not-agreed'], 65, undefined],
  ] as const)('%s is not signed', async (_name, flags, code, word) => {
    const id = await propose()

    const ran = await exporter.run(['refuse', id, ...flags, '--yes'])

    expect(ran.code).toBe(code)
    if (word !== undefined) expect(ran.err).toContain(`code ${word}`)
    await exporter.must(['refuse', id, '--reason', 'withdrawn', '--yes'])
  })

  test('asks first, and says what it means', async () => {
    const id = await propose()

    const ran = await exporter.run(['refuse', id, '--reason', 'withdrawn'], { answer: '\n' })

    expect(ran.err).toContain('It can then never be admitted. [y/N]')
    expect(ran.out).toBe('not refused\n')
    expect(
      (await exporter.run(['refuse', 'abcdef01', '--reason', 'withdrawn', '--yes'])).code,
    ).toBe(66)
  })
})
