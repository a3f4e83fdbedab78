/** `countersign --all --within INSTRUMENT`: the importer’s desk. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { collectionDraft, log, Town, transferDraft } from './harness.js'

const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'
const IDENTIFYING = 'https://w3id.org/dpv/pd#Identifying'

const town = new Town()
let exporter: Awaited<ReturnType<Town['enrolled']>>
let importer: Awaited<ReturnType<Town['enrolled']>>
let collection = ''
let instrument = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
  collection = await log(exporter, 'collection', collectionDraft(exporter.party))
  instrument = await agree({ records: 1_000 })
})
afterAll(() => town.close())

/** A draft with some claims replaced. */
function changed(draft: JsonObject, claims: JsonObject): JsonObject {
  return { ...draft, claims: { ...(draft['claims'] as JsonObject), ...claims } }
}

/** What both sides agree on, with some claims more. */
function terms(claims: JsonObject): JsonObject {
  return {
    exporter: exporter.party,
    importer: importer.party,
    kind: { code: 'A46-2-c', module: 'C2P', version: '2021/914' },
    routes: [{ from: 'DE', to: 'IN' }],
    purposes: [PURPOSE],
    categories: [IDENTIFYING],
    subjects: ['https://w3id.org/dpv#Customer'],
    ...claims,
  }
}

/** An instrument that both sides have signed. */
async function agree(caps: JsonObject | null, claims: JsonObject = {}): Promise<string> {
  const id = await log(exporter, 'instrument', {
    type: 'instrument/1',
    claims: terms({
      caps,
      retention: { until: '2028-12-31' },
      effective: { from: '2026-01-01', until: '2029-12-31' },
      ...claims,
    }),
  })
  await importer.must(['countersign', id, '--yes'])
  return id
}

/** A proposal of a transfer under the instrument, with some claims replaced. */
function propose(claims: JsonObject = {}, records = 100): Promise<string> {
  const draft = transferDraft(exporter.party, importer.party, collection)
  const [dataset] = (draft['claims'] as JsonObject)['datasets'] as readonly JsonObject[]
  return log(
    exporter,
    'transfer',
    changed(draft, {
      instrument,
      retention: { until: '2027-12-31' },
      datasets: [{ ...dataset, records }],
      fields: [{ n: 0, name: 'rider', category: IDENTIFYING, special: [], necessary: [PURPOSE] }],
      ...claims,
    }),
  )
}

async function desk(...flags: readonly string[]) {
  const ran = await importer.run([
    'countersign',
    '--all',
    '--within',
    instrument.slice(0, 12),
    '--yes',
    '--json',
    ...flags,
  ])
  const items = (ran.json()['items'] ?? []) as readonly JsonObject[]
  return { ...ran, status: new Map(items.map((item) => [item['id'], item])) }
}

/** Whatever a test has left waiting is signed away. */
beforeEach(async () => {
  await importer.must(['countersign', '--all', '--yes'])
})

describe('the desk', () => {
  test('signs what lies inside, and says by which instrument and ruleset', async () => {
    const id = await propose()
    const { code, err, status } = await desk()

    expect(code).toBe(0)
    expect(status.get(id)?.['status']).toBe('admitted')
    expect(err).toContain(`within instrument ${instrument.slice(0, 12)}, by ruleset waybill`)
  })

  test('leaves the rest with the reason and the place, and answers 2', async () => {
    const inside = await propose()
    const wide = await propose({ purposes: [PURPOSE, 'https://w3id.org/dpv#Marketing'] })
    const away = await propose({ route: { from: 'DE', to: 'IN', access: ['CN'], mode: 'copy' } })
    const { code, status } = await desk()
    const words = await importer.run(['countersign', '--all', '--within', instrument, '--yes'])

    expect(code).toBe(2)
    expect(status.get(inside)?.['status']).toBe('admitted')
    expect(status.get(wide)).toMatchObject({
      status: 'left',
      cites_instrument: true,
      reasons: [{ verdict: 'FAIL', at: 'claims.purposes[1]' }],
    })
    expect(status.get(away)?.['reasons']).toContainEqual(
      expect.objectContaining({ verdict: 'FAIL', at: 'claims.route.access[0]' }),
    )
    expect(words.code).toBe(2)
    expect(words.out).toContain(`transfer/1 ${wide.slice(0, 12)}  left: outside the instrument`)
    expect(words.out).toContain('outside: the instrument does not allow Marketing')
    // It still waits: nothing was refused, nothing signed.
    expect((await importer.must(['inbox'])).out).toContain(wide.slice(0, 12))
  })

  test('answers 3 where it cannot tell', async () => {
    const id = await propose({ fields: [] })
    const { code, status } = await desk()

    expect(code).toBe(3)
    expect(status.get(id)).toMatchObject({ status: 'left', reasons: [{ verdict: 'UNKNOWN' }] })
  })

  test('sums what it signs: a volume that is split over several is still too much', async () => {
    const fresh = await agree({ records: 250 })
    const halves = [
      await propose({ instrument: fresh }),
      await propose({ instrument: fresh }),
      await propose({ instrument: fresh }),
    ]
    const once = await importer.run(['countersign', '--all', '--within', fresh, '--yes', '--json'])
    const again = await importer.run(['countersign', '--all', '--within', fresh, '--yes', '--json'])
    const statuses = (ran: typeof once) =>
      (ran.json()['items'] as readonly JsonObject[])
        .filter(({ id }) => halves.includes(String(id)))
        .map(({ status }) => status)

    expect(statuses(once)).toEqual(['admitted', 'admitted', 'left'])
    expect(once.out).toContain('"rule": "R19"')
    expect(statuses(again)).toEqual(['left'])
    expect(once.code).toBe(2)
  })

  test('has no business with other instruments and other types; they are left and no failure', async () => {
    const other = await agree(null)
    const elsewhere = await propose({ instrument: other })
    const { code, status } = await desk()

    expect(code).toBe(0)
    expect(status.get(elsewhere)).toMatchObject({ status: 'left', cites_instrument: false })
  })

  test('signs nothing under an instrument that was replaced', async () => {
    const old = await agree(null)
    const id = await propose({ instrument: old })
    const draft = {
      type: 'instrument/1',
      supersedes: old,
      claims: terms({ effective: { from: '2026-01-01' } }),
    }
    const successor = await log(exporter, 'successor', draft)
    await importer.must(['countersign', successor, '--yes'])
    const ran = await importer.run(['countersign', '--all', '--within', old, '--yes', '--json'])

    const item = (ran.json()['items'] as readonly JsonObject[]).find((one) => one['id'] === id)
    expect(item?.['status']).toBe('left')
    expect(item?.['reasons']).toContainEqual(
      expect.objectContaining({ rule: 'R06', verdict: 'FAIL' }),
    )
    expect(ran.code).toBe(2)
  })

  test('works for one proposal, and asks where nobody said yes', async () => {
    const id = await propose()
    const flags = ['countersign', id, '--within', instrument]

    expect((await importer.run(flags, { answer: 'no\n' })).out).toContain('not signed')
    expect((await importer.run([...flags, '--yes'])).code).toBe(0)
  })
})

describe('an instrument', () => {
  test('must be one, in the ledger', async () => {
    const waiting = await propose()
    const notYet = await importer.run(['countersign', '--all', '--within', waiting, '--yes'])
    const none = await importer.run(['countersign', '--all', '--within', 'f'.repeat(64), '--yes'])
    const wrong = await importer.run(['countersign', '--all', '--within', collection, '--yes'])
    const short = await importer.run(['countersign', '--all', '--within', 'abc', '--yes'])

    expect(none.err).toContain('code STATEMENT_NOT_FOUND')
    // An importer does not see what its exporter collected.
    expect(wrong.err).toContain('code STATEMENT_NOT_FOUND')
    expect(notYet.code).toBe(64)
    expect(notYet.err).toContain('--within takes an instrument that is in the ledger')
    expect(short.err).toContain('code STATEMENT_ID_INVALID')
    expect((await importer.must(['inbox'])).out).not.toContain('nothing waits')
  })

  test('is for an inbox, not for a file', async () => {
    const file = importer.write('some.json', {})
    const ran = await importer.run(['countersign', file, '--within', instrument, '--yes'])

    expect(ran.code).toBe(64)
    expect(ran.err).toContain('--within is for proposals of your inbox')
  })
})
