/**
 * Submitting from files: one or many, JSON or NDJSON, with an outcome for each.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, outcomeDraft, Town, transferDraft } from './harness.js'

const town = new Town()
let exporter: Awaited<ReturnType<Town['enrolled']>>
let importer: Awaited<ReturnType<Town['enrolled']>>

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
})

afterAll(() => town.close())

async function signed(draft: JsonObject): Promise<JsonObject> {
  return (await exporter.must(['sign', exporter.write('draft.json', draft)])).json()
}

async function collections(count: number): Promise<readonly JsonObject[]> {
  const envelopes: JsonObject[] = []
  for (let n = 0; n < count; n += 1)
    envelopes.push(await signed(collectionDraft(exporter.party, `content ${n} ${Date.now()}`)))
  return envelopes
}

function items(out: JsonObject): readonly JsonObject[] {
  return out['items'] as readonly JsonObject[]
}

describe('how files are read', () => {
  test('NDJSON, an array, pretty-printed JSON and stdin all work, in one call', async () => {
    const [a, b, c, d, e] = await collections(5)
    const ndjson = exporter.write('a.ndjson', `${JSON.stringify(a)}\n\n${JSON.stringify(b)}\n`)
    const array = exporter.write('c.json', JSON.stringify([c]))
    const pretty = exporter.write('d.json', JSON.stringify(d, null, 2))

    const ran = await exporter.must(['submit', ndjson, array, pretty, '-', '--json'], {
      stdin: JSON.stringify(e),
    })

    expect(items(ran.json()).map(({ status }) => status)).toEqual(new Array(5).fill('admitted'))
    expect(items(ran.json()).map(({ line }) => line)).toEqual([
      undefined,
      3,
      1,
      undefined,
      undefined,
    ])
  })

  test('submitting again answers with what is there and exits with 0', async () => {
    const file = exporter.write('twice.json', JSON.stringify((await collections(1))[0]))

    await exporter.must(['submit', file])
    const again = await exporter.must(['submit', file])

    expect(again.out).toMatch(/is entry \d+ already/)
  })

  test.each([
    ['no JSON', 'hello', 65, 'JSON_INVALID'],
    [
      'a draft instead of an envelope',
      '{"type":"collection/1","claims":{}}',
      65,
      'ENVELOPE_INVALID',
    ],
    ['an empty file', '', 3, 'NOTHING_TO_VERIFY'],
  ] as const)('%s: %s', async (_name, content, code, word) => {
    const ran = await exporter.run(['submit', exporter.write('bad.json', content)])

    expect(ran.code).toBe(code)
    expect(ran.err).toContain(`code ${word}`)
  })

  test('a bad line is named by its number', async () => {
    const [good] = await collections(1)

    const ran = await exporter.run([
      'submit',
      exporter.write('bad.ndjson', `${JSON.stringify(good)}\n{"payload":1}\n`),
    ])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('line 2')
    expect(ran.err).toContain('bad.ndjson')
  })

  test('a file that is not there: 66', async () => {
    expect((await exporter.run(['submit', exporter.path('nowhere.json')])).code).toBe(66)
  })
})

describe('outcomes', () => {
  test('one refused statement does not stop the others, and decides the exit code', async () => {
    const [first, last] = await collections(2)
    const orphan = await signed(transferDraft(exporter.party, importer.party, 'f'.repeat(64)))
    const alien = await signed(outcomeDraft(exporter.party, 'e'.repeat(64)))
    const file = exporter.write(
      'mixed.ndjson',
      [first, alien, orphan, last].map((item) => JSON.stringify(item)).join('\n'),
    )

    const ran = await exporter.run(['submit', file])

    expect(ran.code).toBe(65)
    expect(ran.out).toMatch(/mixed\.ndjson: collection\/1 [0-9a-f]{12} {2}admitted as entry/)
    expect(ran.out).toMatch(
      /mixed\.ndjson line 2: outcome\/1 {2}refused: a parent is not in the log .*\[PARENT_NOT_FOUND\]/,
    )
    expect(ran.out).toMatch(/4 statements: 2 admitted, 0 existing, \d waiting, \d refused/)
  })

  test('receipts are kept by id, with every claim that we hold', async () => {
    const folder = exporter.path('kept')
    const file = exporter.write(
      'kept.ndjson',
      (await collections(3)).map((item) => JSON.stringify(item)).join('\n'),
    )

    const ran = await exporter.must(['submit', file, '--receipts', folder, '--json'])
    const ids = items(ran.json()).map(({ id }) => String(id))

    expect(readdirSync(folder).sort()).toEqual(ids.map((id) => `${id}.receipt.json`).sort())
    expect(
      (await town.person('auditor').run(['verify', folder, '--policy', town.policy])).code,
    ).toBe(0)
    expect(readFileSync(`${folder}/${ids[0]}.receipt.json`, 'utf8')).not.toContain('\n')
  })

  test('a claim that the ledger checks and does not keep is in our receipt all the same', async () => {
    const second = exporter.path('second.pem')
    const operator = ['--yes', '--server', town.url, '--operator', town.folder]
    const { jwk } = (await exporter.must(['keygen', second, '--json'])).json()
    await exporter.must(['party', 'add-key', second, '--yes'])
    await town.operator.must(['party', 'admit', '--all', ...operator])
    const claims = {
      party: exporter.party,
      key: jwk ?? {},
      action: 'retire',
      reason: { code: 'device-change' },
    }
    const id = await log(exporter, 'retire', { type: 'key/1', claims })
    const kept = town.operator.path('kept')

    await town.operator.must(['party', 'admit', '--all', '--receipts', kept, ...operator])
    await exporter.must([
      'receipt',
      id,
      '-o',
      exporter.path('server.receipt.json'),
      '--policy',
      town.policy,
    ])

    const ours = await exporter.must(['show', `${kept}/${id}.receipt.json`, '--json'])
    const theirs = await exporter.must(['show', exporter.path('server.receipt.json'), '--json'])
    expect(ours.json()['claims']).toMatchObject({ reason: { code: 'device-change' } })
    expect(theirs.json()['claims']).toMatchObject({ reason: { withheld: true } })
    expect((await exporter.run(['verify', kept, '--policy', town.policy])).code).toBe(0)
  })
})

describe('validate only', () => {
  test('lists everything at once and stores nothing', async () => {
    const good = exporter.write('good.json', JSON.stringify((await collections(1))[0]))
    const orphan = exporter.write(
      'orphan.json',
      JSON.stringify(await signed(outcomeDraft(exporter.party, 'f'.repeat(64)))),
    )

    const ran = await exporter.run(['submit', '--validate-only', good, orphan])

    expect(ran.code).toBe(65)
    expect(ran.out).toContain('good.json: valid')
    expect(ran.out).toMatch(
      /orphan\.json: not valid\n {2}- parents\[0\]: a parent is not in the log \[PARENT_NOT_FOUND\]/,
    )
    expect(ran.err).toContain('Nothing was stored.')
    expect((await exporter.must(['submit', good])).out).toContain('admitted')
    expect((await exporter.must(['submit', '--validate-only', good])).out).toContain('valid')
  })
})

describe('a folder without a server', () => {
  test('takes statements the same way', async () => {
    const [one] = await collections(1)
    await town.stop()
    const person = town.person('local')

    const ran = await person.must([
      'submit',
      person.write('x.json', JSON.stringify(one)),
      '--dir',
      town.folder,
      '--receipts',
      person.path('r'),
    ])
    const missing = await person.run([
      'submit',
      person.path('x.json'),
      '--dir',
      person.path('nowhere'),
    ])
    await town.serve()
    const locked = await person.run(['submit', person.path('x.json'), '--dir', town.folder])
    exporter.configure({ server: town.url, key: exporter.path('key.pem') })

    expect(ran.out).toContain('admitted')
    expect(existsSync(person.path('r'))).toBe(true)
    expect(missing.err).toContain('code LEDGER_NOT_FOUND')
    expect(locked.err).toContain('code LEDGER_LOCKED')
    expect(await log(exporter, 'after', collectionDraft(exporter.party, 'after'))).toMatch(
      /^[0-9a-f]{64}$/,
    )
  })
})
