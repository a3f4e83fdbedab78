import { setMaxListeners } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LongPolls, POLLS_PER_PARTY_MAX } from '../../api/long-poll.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { idOf, openWorld, type World } from './world.js'

let world: World
let parent: StatementId
beforeAll(async () => {
  world = await openWorld()
  parent = await world.admit(await world.collection())
})
afterAll(() => world.close())

/** Submits a proposal that waits for the importer. */
async function propose(): Promise<StatementId> {
  const envelope = await world.transfer(parent, 'rides', ['exporter'])
  await world.ledger.submit(envelopeJson(envelope))
  return idOf(envelope)
}

async function inboxOf(
  role: 'importer' | 'exporter' | 'outsider',
  query = '',
): Promise<JsonObject> {
  return (await world.callAs(role, `/v1/inbox${query}`)).json()
}

function idsIn(answer: JsonObject): unknown[] {
  return (answer['items'] as readonly JsonObject[]).map(({ id }) => id)
}

test('a proposal is shown in full to whom must sign it, with the roles that are left', async () => {
  const id = await propose()
  const { items } = await inboxOf('importer')
  const item = (items as readonly JsonObject[]).at(-1)
  const envelope = await world.ledger.proposal(id)

  expect(item).toEqual({
    id,
    type: 'transfer/1',
    roles: ['importer'],
    received: world.nowS,
    countersign_by: world.nowS + 86_400,
    statement: envelope === undefined ? null : envelopeJson(envelope.envelope),
  })
})

test('a page goes on where the last one ended, also when proposals left in between', async () => {
  for (let count = 0; count < 5; count += 1) await propose()
  const whole = idsIn(await inboxOf('importer'))
  const first = await inboxOf('importer', '?limit=2')
  const refusal = await world.refusal(idsIn(first)[0] as StatementId, 'exporter', 'withdrawn')
  await world.admit(refusal)
  const rest = await inboxOf('importer', `?cursor=${String(first['cursor'])}`)

  expect([...idsIn(first), ...idsIn(rest)]).toEqual(whole)
  expect(rest['cursor']).toBeUndefined()
})

describe('a long poll', () => {
  test('answers at once what already waits', async () => {
    await propose()
    const start = performance.now()
    const answer = await inboxOf('importer', '?wait=20')

    expect(idsIn(answer).length).toBeGreaterThan(0)
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('answers when something comes', async () => {
    const before = await inboxOf('importer')
    const waiting = inboxOf('importer', `?wait=20&after=${String(before['version'])}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const id = await propose()

    expect(idsIn(await waiting)).toContain(id)
  })

  test('is not ended by what concerns others, and ends with its time', async () => {
    const start = performance.now()
    const waiting = inboxOf('outsider', '?wait=1')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await propose()
    const answer = await waiting

    expect(answer).toEqual({ items: [], version: 0 })
    expect(performance.now() - start).toBeGreaterThan(900)
  })

  test('answers at once when the version is another', async () => {
    const { version } = await inboxOf('importer')
    await propose()
    const answer = await inboxOf('importer', `?wait=20&after=${String(version)}`)

    expect(answer['version']).not.toBe(version)
  })

  test('ends when the server closes, with an answer', async () => {
    const server = await world.build()
    const url = '/v1/inbox?wait=60'
    const authorization = `Bearer ${await world.token('outsider', 'GET', url)}`
    const waiting = server.inject({ method: 'GET', url, headers: { authorization } })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const start = performance.now()
    await server.close()
    const answer = await waiting

    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({ items: [], version: 0 })
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('ends when the client goes away', async () => {
    const server = await world.build()
    await server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = server.server.address() as AddressInfo
    const path = '/v1/inbox?wait=60'
    const authorization = `Bearer ${await world.token('outsider', 'GET', path)}`
    const call = request({ host: '127.0.0.1', port, path, headers: { authorization } })
    call.on('error', () => undefined)
    call.end()
    await expect.poll(() => pollsRunning(server)).toBe(1)

    const gone = new Promise((resolve) => call.on('close', resolve))
    call.destroy()
    await gone

    await expect.poll(() => pollsRunning(server)).toBe(0)
    await server.close()
  })

  test('is refused when too many of a party wait already', async () => {
    const polls = new LongPolls({
      inboxVersion: () => 0,
      waitInbox: (_after, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(0))),
    })
    const end = new AbortController()
    setMaxListeners(0, end.signal)
    const wait = { waitMs: 60_000, signal: end.signal }
    const enter = (party: string) =>
      polls.until(
        party,
        () => 'value',
        () => false,
        wait,
      )
    const waiting = Array.from({ length: POLLS_PER_PARTY_MAX }, () => enter('a'))

    await expect(enter('a')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    waiting.push(enter('b'))
    expect(polls.count).toBe(POLLS_PER_PARTY_MAX + 1)
    end.abort()
    await Promise.all(waiting)
    expect(polls.count).toBe(0)
    expect(await enter('a')).toBe('value')
  })
})

/** Requests being answered, as the metrics say. */
async function pollsRunning(server: Awaited<ReturnType<World['build']>>): Promise<number> {
  const { body } = await server.inject('/metrics')
  // The question itself is being answered too.
  return Number(/^waybill_http_running (\d+)$/m.exec(body)?.[1]) - 1
}
