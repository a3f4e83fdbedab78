/** Rules over HTTP: what a submit is told, verdicts by role, sums for auditors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { idOf, openWorld, type World } from './world.js'

let world: World
let moved: StatementId
let report: StatementId

beforeAll(async () => {
  world = await openWorld()
  await world.ledger.rules.prepare()
  const source = await world.admit(await world.collection())
  moved = await world.admit(await world.transfer(source))
  report = await world.admit(await world.outcome(moved))
})
afterAll(() => world.close())

const hopsOf = (answer: JsonObject): readonly JsonObject[] => answer['hops'] as never
const findingsOf = (hop: JsonObject | undefined): readonly JsonObject[] =>
  hop?.['findings'] as never

describe('what a submit is told', () => {
  test('are the worst verdict, counts and the ruleset; all verdicts for who asks', async () => {
    const envelope = await world.transfer(await world.admit(await world.collection()))
    const answer = await world.call('POST', '/v1/statements?verdicts=all', envelopeJson(envelope))
    const rules = answer.json()['rules'] as JsonObject

    expect(answer.status).toBe(201)
    expect(rules).toMatchObject({ verdict: 'FAIL', ruleset: { name: 'waybill' } })
    const verdicts = rules['verdicts'] as readonly JsonObject[]
    expect(verdicts.length).toBeGreaterThan(20)
    // Whoever submits is known by signatures alone: reasons may quote claims of others.
    for (const verdict of verdicts) expect(verdict).not.toHaveProperty('why')
    const again = await world.transfer(await world.admit(await world.collection()))
    const short = await world.call('POST', '/v1/statements', envelopeJson(again))
    expect(short.json()['rules']).not.toHaveProperty('verdicts')
  })

  test('a check says them all and stores nothing', async () => {
    const envelope = await world.transfer(await world.admit(await world.collection()))
    const size = world.ledger.size
    const answer = await world.call('POST', '/v1/statements?validate=only', envelopeJson(envelope))

    expect(answer.json()).toMatchObject({ valid: true, id: idOf(envelope) })
    const { verdicts } = answer.json()['rules'] as { verdicts: readonly JsonObject[] }
    expect(verdicts.find(({ rule }) => rule === 'R05')).toMatchObject({ verdict: 'FAIL' })
    expect(world.ledger.size).toBe(size)
  })
})

describe('GET /v1/verdicts', () => {
  test('shows an auditor every hop with reasons', async () => {
    const answer = await world.callAs('auditor', `/v1/verdicts/${report}`)
    const hops = hopsOf(answer.json())

    expect(answer.status).toBe(200)
    expect(hops.map(({ type }) => type)).toEqual(['collection/1', 'transfer/1', 'outcome/1'])
    expect(answer.json()).toMatchObject({ id: report, verdict: 'FAIL' })
    const missing = findingsOf(hops[1]).find(({ rule }) => rule === 'R05')
    expect(missing).toMatchObject({ verdict: 'FAIL', why: expect.any(String) })
    // A path is never better than its worst hop.
    expect(hops[2]?.['path']).toBe('FAIL')
  })

  test('shows a party verdicts of ancestors, and reasons only where it may read all before', async () => {
    const answer = await world.callAs('importer', `/v1/verdicts/${report}`)
    const all = hopsOf((await world.callAs('auditor', `/v1/verdicts/${report}`)).json())

    expect(hopsOf(answer.json()).map(({ verdict }) => verdict)).toEqual(
      all.map(({ verdict }) => verdict),
    )
    // The collection is the exporter's: what is said of later hops may quote it.
    for (const hop of hopsOf(answer.json()))
      for (const finding of findingsOf(hop)) expect(finding).not.toHaveProperty('why')
    const own = await world.callAs('exporter', `/v1/verdicts/${moved}`)
    expect(findingsOf(hopsOf(own.json())[1])[0]).toHaveProperty('why')
  })

  test('says nothing to strangers, and nothing of what came later than it was asked for', async () => {
    expect((await world.callAs('outsider', `/v1/verdicts/${report}`)).status).toBe(404)
    expect((await world.call('GET', `/v1/verdicts/${report}`)).status).toBe(401)
    const index = world.ledger.indexOf(moved) ?? 0
    const then = await world.callAs('auditor', `/v1/verdicts/${moved}?as_of=${index}`)
    expect(then.json()).toMatchObject({ as_of: index, verdict: 'FAIL' })
    const before = await world.callAs('auditor', `/v1/verdicts/${report}?as_of=${index}`)
    expect(before.json()['code']).toBe('STATEMENT_NOT_FOUND')
  })
})

describe('GET /v1/usage', () => {
  const pair = (): string =>
    `/v1/usage?kind=pair&exporter=${world.firms.exporter.party}&importer=${world.firms.importer.party}`

  test('sums up transfers for an auditor, as of any entry', async () => {
    const now = await world.callAs('auditor', pair())
    const then = await world.callAs('auditor', `${pair()}&as_of=${world.ledger.indexOf(moved)}`)

    expect(now.json()['transfers']).toBeGreaterThan(1)
    expect(then.json()['transfers']).toBe(1)
  })

  test('is for auditors, and needs the parts of its key', async () => {
    expect((await world.callAs('exporter', pair())).json()['code']).toBe('AUTH_FORBIDDEN')
    const answer = await world.callAs('auditor', '/v1/usage?kind=pair')
    expect(answer.json()).toMatchObject({ code: 'REQUEST_INVALID', at: 'query.exporter' })
  })
})
