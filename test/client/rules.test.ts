/** What the client is told of the rules, of sums and of samples, by a real server over HTTP. */
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, openClient } from '../../client/index.js'
import { readSample, sampleCall } from '../../client/sample.js'
import { readVerdicts } from '../../client/verdicts.js'
import { formatCheckpoint, parseCheckpoint } from '../../ledger/core/checkpoint.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { parseNote } from '../../ledger/core/note.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { Drawing, type Drawn } from '../../ledger/rules/draw.js'
import { openWorld, type Role, type World } from '../api/world.js'

let world: World
let url = ''
const moved: StatementId[] = []
let report: StatementId

beforeAll(async () => {
  world = await openWorld()
  for (const name of ['one', 'two', 'three', 'four']) {
    const source = await world.admit(await world.collection('exporter', name))
    moved.push(await world.admit(await world.transfer(source, name)))
  }
  report = await world.admit(await world.outcome(moved[0] as StatementId))
  const server = await world.build()
  await server.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
})
afterAll(() => world.close())

function as(role: Role): Client {
  const { party, signer } = world.firms[role]
  return openClient({
    server: url,
    apiSigner: signer,
    party,
    now: () => world.nowS * 1_000,
    retries: 0,
  })
}

describe('verdicts', () => {
  test('are told hop by hop, with reasons to an auditor', async () => {
    const told = await as('auditor').verdicts(report.slice(0, 12))

    expect(told).toMatchObject({ id: report, verdict: 'FAIL', asOf: world.ledger.size - 1 })
    expect(told.hops.map(({ type }) => type)).toEqual(['collection/1', 'transfer/1', 'outcome/1'])
    const missing = told.hops[1]?.findings.find(({ rule }) => rule === 'R05')
    expect(missing).toMatchObject({ verdict: 'FAIL', why: expect.stringContaining(' ') })
    expect(told.counts.FAIL).toBeGreaterThan(0)
    expect(told.rulesets[0]?.name).toBe('waybill')
  })

  test('of what is not the caller’s are refused, and those of a party have no reasons of others', async () => {
    await expect(as('outsider').verdicts(report)).rejects.toMatchObject({
      code: 'STATEMENT_NOT_FOUND',
    })
    const told = await as('importer').verdicts(report)
    expect(told.hops[0]?.findings.every(({ why }) => why === undefined)).toBe(true)
  })

  test('about another statement are the server’s fault', async () => {
    const answer = (await world.callAs('auditor', `/v1/verdicts/${report}`)).json()
    expect(() => readVerdicts(answer, 'ab'.repeat(32))).toThrow('SERVER_ANSWER_INVALID')
    expect(() => readVerdicts({ ...answer, hops: [] }, report)).toThrow('SERVER_ANSWER_INVALID')
    expect(() => readVerdicts({ ...answer, verdict: 'FINE' }, report)).toThrow(
      'SERVER_ANSWER_INVALID',
    )
  })

  test('as of a time are those of then', async () => {
    const { index = 0 } = world.ledger.statement(moved[3] as StatementId) ?? {}
    const told = await as('auditor').verdicts(moved[0] as StatementId, { asOf: String(index) })
    expect(told.asOf).toBe(index)
  })
})

describe('sums', () => {
  test('are told to auditors, as of an entry', async () => {
    const { exporter, importer } = world.firms
    const key = { kind: 'pair', exporter: exporter.party, importer: importer.party } as const
    const whole = await as('auditor').usage(key)
    expect([whole.transfers, whole.uncounted]).toEqual([4, 4])
    const asOf = String(world.ledger.statement(moved[1] as StatementId)?.index)
    expect((await as('auditor').usage(key, { asOf })).transfers).toBe(2)
    expect((await as('auditor').usage(key, { since: world.nowS + 1 })).transfers).toBe(0)
    await expect(as('exporter').usage(key)).rejects.toMatchObject({ code: 'AUTH_FORBIDDEN' })
  })
})

describe('impact and simulation', () => {
  test('follow the data of a statement, and of a party that is suspended', async () => {
    const { importer } = world.firms
    const reached = await as('auditor').impact({ kind: 'statement', value: moved[0] ?? '' })
    expect(reached.outcomes.map(({ id }) => id)).toEqual([report])
    const { broken } = await as('auditor').simulate({ kind: 'suspend', party: importer.party })
    expect(broken.map(({ id }) => id)).toEqual([...moved, report])
  })
})

describe('samples', () => {
  const seed = "drawn in public: 4 8 15, o'clock & \n more"

  test('are what anybody draws of the same transfers', async () => {
    const { size } = world.ledger
    const drawing = new Drawing({ seed, count: 2, treeSize: size })
    for (const id of moved) drawing.take({ id, index: world.ledger.indexOf(id) ?? -1 })
    const told = await as('auditor').sample({ count: 2, seed })

    expect(told).toEqual({
      seed,
      treeSize: size,
      eligible: 4,
      population: 'all',
      drawn: drawing.drawn(),
    })
  })

  test('of a tree size stay the same, and one that is not there is refused', async () => {
    const treeSize = (world.ledger.indexOf(moved[2] as StatementId) ?? 0) + 1
    const told = await as('auditor').sample({ count: 9, seed, treeSize })
    expect([told.eligible, told.treeSize]).toEqual([3, treeSize])
    expect(new Set(told.drawn.map(({ id }) => id))).toEqual(new Set(moved.slice(0, 3)))
    await expect(
      as('auditor').sample({ count: 1, seed, treeSize: world.ledger.size + 1 }),
    ).rejects.toMatchObject({ code: 'TREE_TOO_SMALL' })
  })

  test('by a checkpoint go by its three lines and its size', async () => {
    const note = world.ledger.headCheckpoint()
    const told = await as('auditor').sample({ count: 4, checkpoint: note })
    const checkpoint = parseCheckpoint(parseNote(note).text)
    expect(told.seed).toBe(formatCheckpoint(checkpoint))
    expect(told.treeSize).toBe(checkpoint.size)
  })

  test('for a party are drawn from its own, and for others from nothing', async () => {
    const own = await as('importer').sample({ count: 9, seed })
    expect([own.population, own.eligible]).toEqual(['own', 4])
    const none = await as('outsider').sample({ count: 9, seed })
    expect([none.eligible, none.drawn]).toEqual([0, []])
  })

  test('keep to a corridor, a party and a time; a party that is not there is refused', async () => {
    const { auditor, exporter } = world.firms
    const eligible = async (query: object): Promise<number> =>
      (await as('auditor').sample({ count: 1, seed, ...query })).eligible
    expect(await eligible({ corridor: 'DE-BR' })).toBe(0)
    expect(await eligible({ party: exporter.party })).toBe(4)
    expect(await eligible({ party: auditor.party })).toBe(0)
    expect(await eligible({ period: '2026-01-01..2026-01-31' })).toBe(0)
    expect(await eligible({ period: `${world.nowS}..${world.nowS}` })).toBe(4)
    await expect(eligible({ party: `${'A'.repeat(42)}E` })).rejects.toMatchObject({
      code: 'PARTY_NOT_FOUND',
    })
    await expect(eligible({ period: '2026-02-01..2026-01-01' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
  })

  test('say how to repeat them, however the log has grown', async () => {
    const path = sampleCall({ count: 3, seed }).path
    const first = (await world.callAs('auditor', path)).json()
    const source = await world.admit(await world.collection('exporter', 'five'))
    moved.push(await world.admit(await world.transfer(source, 'five')))
    const again = (await world.callAs('auditor', String(first['repeat']))).json()
    expect(again).toEqual(first)
    expect((await world.callAs('auditor', path)).json()['eligible']).toBe(5)
  })

  test('that are not what the seed draws of what is told are the server’s fault', async () => {
    const call = sampleCall({ count: 3, seed })
    const answer = (await world.callAs('auditor', call.path)).json()
    const drawn = answer['drawn'] as unknown as readonly Drawn[]
    const read = (more: object) => () => readSample({ ...answer, ...more } as JsonObject, call)
    expect(read({})).not.toThrow()
    for (const lie of [
      drawn.toReversed(),
      drawn.slice(1),
      drawn.map((item) => ({ ...item, rank: '0'.repeat(64) })),
      drawn.map((item) => ({ ...item, index: 99_999 })),
      [drawn[0], drawn[0], drawn[1]],
    ])
      expect(read({ drawn: lie })).toThrow('SERVER_ANSWER_INVALID')
  })
})
