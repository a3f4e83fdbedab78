/** Judging for many over HTTP: one at a time, only so many in line, and nobody who has gone. */
import type { AddressInfo } from 'node:net'
import { setImmediate as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { openWorld, type World } from './world.js'

let world: World
let moved: StatementId
let url = ''

beforeAll(async () => {
  world = await openWorld()
  moved = await world.admit(await world.transfer(await world.admit(await world.collection())))
  await world.ledger.rules.prepare()
  const server = await world.build()
  world.server = server
  await server.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
})
afterAll(() => world.close())

/** Judging that goes on until it is told to end. */
function busy(): { readonly done: Promise<void>; readonly end: () => void } {
  let going = true
  function* run(): Generator<void, void, void> {
    while (going) yield
  }
  return {
    done: world.ledger.rules.run(run()),
    end: () => {
      going = false
    },
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause()
}

const counted = (name: string): number => world.ledger.counters()[name] ?? Number.NaN

async function ask(path: string, signal?: AbortSignal): Promise<Response> {
  const authorization = `Bearer ${await world.token('auditor', 'GET', path)}`
  return fetch(`${url}${path}`, {
    headers: { authorization },
    ...(signal === undefined ? {} : { signal }),
  })
}

test('whoever hangs up is not judged for, and the next one has its turn', async () => {
  const first = busy()
  const gone = new AbortController()
  const left = ask(`/v1/verdicts/${moved}`, gone.signal).catch(() => 'gone')
  await until(() => counted('judging_waiting') === 1)
  const stays = ask(`/v1/simulate?kind=drop-adequacy&value=IN`)
  await until(() => counted('judging_waiting') === 2)
  gone.abort()
  await until(() => counted('judging_waiting') === 1)
  expect([await left, counted('judging_stopped')]).toEqual(['gone', 1])
  first.end()
  expect((await stays).status).toBe(200)
  await first.done
})

test('too many at once are turned away with a time to try again', async () => {
  const first = busy()
  const line = Array.from({ length: 32 }, () => busy())
  for (const path of [`/v1/verdicts/${moved}`, `/v1/lineage/${moved}/sums`]) {
    const answer = await world.callAs('auditor', path)
    expect([answer.status, answer.json()['code']]).toEqual([503, 'JUDGING_FULL'])
    expect(answer.headers['retry-after']).toBe('2')
  }
  const metrics = await world.call('GET', '/metrics')
  expect(metrics.text).toContain('\nwaybill_ledger_judging_waiting 32\n')
  expect(metrics.text).toContain('\nwaybill_ledger_judging_shed 2\n')
  for (const work of [first, ...line]) work.end()
  await Promise.all([first, ...line].map(({ done }) => done))
  expect((await ask(`/v1/verdicts/${moved}`)).status).toBe(200)
})

test('a server that ends tells those who wait at once', async () => {
  const first = busy()
  const waiting = ask(`/v1/verdicts/${moved}`)
  await until(() => counted('judging_waiting') === 1)
  const closed = world.server?.close()
  const answer = await waiting
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await answer.json()).toMatchObject({ code: 'LEDGER_CLOSED' })
  await closed
  first.end()
  await first.done
})
