/** A server that is asked to end, or is put to sleep, under load. DESIGN 7.2, 9; dangers 11. */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Campaign } from './campaign.js'
import type { ServerProcess } from './server-process.js'

const seed = Date.now() % 1_000_000
const campaign = new Campaign(seed)
const STOCK = 250
beforeAll(() => campaign.begin())
afterAll(() => campaign.close())

/** Load for a while, then a signal; resolves when the server is gone and every call has an end. */
async function endUnderLoad(server: ServerProcess, name: 'SIGTERM' | 'SIGINT') {
  const stop = new AbortController()
  const load = campaign.load(server, stop.signal)
  await sleep(100 + 200 * campaign.dice())
  server.signal(name)
  const ending = await server.ended
  stop.abort()
  return { ...ending, broken: await load }
}

describe(`under load, seed ${seed}`, () => {
  test.each(['SIGTERM', 'SIGTERM', 'SIGINT'] as const)(
    '%s ends the server with 0 and loses nothing that was acknowledged',
    async (name) => {
      await campaign.stockUp(STOCK)
      const server = await campaign.newLife()
      const before = campaign.model.indexes.size

      const { code, signal } = await endUnderLoad(server, name)

      expect([code, signal]).toEqual([0, null])
      expect(server.printed).toContain('everything that was taken is answered')
      expect(campaign.model.indexes.size).toBeGreaterThan(before)
      await (await campaign.newLife()).stop()
      await campaign.checkFolder()
    },
    60_000,
  )

  test('what came whole before SIGTERM is answered; what comes after it is not begun', async () => {
    await campaign.stockUp(20)
    const server = await campaign.newLife()
    const { size } = JSON.parse((await server.call('GET', '/v1/ledger')).text) as { size: number }
    const half = halfRequest(server.port)
    await sleep(50)

    server.signal('SIGTERM')
    await sleep(50)
    half.finish()

    expect(await half.reply).toMatch(/^$|^HTTP\/1\.1 503 /)
    expect((await server.ended).code).toBe(0)
    const next = await campaign.newLife()
    const after = JSON.parse((await next.call('GET', '/v1/ledger')).text) as { size: number }
    await next.stop()
    expect(after.size).toBe(size)
  }, 60_000)

  test('a server that was stopped and goes on has lost nothing and answers all', async () => {
    await campaign.stockUp(STOCK)
    const server = await campaign.newLife()
    const stop = new AbortController()
    const load = campaign.load(server, stop.signal)
    for (let count = 0; count < 4; count += 1) {
      await sleep(60)
      server.signal('SIGSTOP')
      await sleep(100 + 300 * campaign.dice())
      server.signal('SIGCONT')
    }
    await sleep(60)
    stop.abort()

    expect(await load).toBe(0)
    expect(campaign.model.unanswered).toEqual([])
    expect((await server.stop()).code).toBe(0)
    await campaign.checkFolder()
  }, 60_000)

  test('a server that is killed while it is stopped has lost nothing', async () => {
    await campaign.stockUp(STOCK)
    const server = await campaign.newLife()
    const stop = new AbortController()
    const load = campaign.load(server, stop.signal)
    await sleep(80)
    server.signal('SIGSTOP')
    await sleep(100)
    await server.kill()
    stop.abort()
    await load

    await (await campaign.newLife()).stop()
    await campaign.checkFolder()
  }, 60_000)
})

/** A request whose last line is missing until `finish`; all that comes back. */
function halfRequest(port: number): {
  readonly finish: () => void
  readonly reply: Promise<string>
} {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  socket.write('POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n')
  const reply = new Promise<string>((resolve) => {
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
  })
  return { finish: () => void socket.end('content-length: 2\r\n\r\n{}'), reply }
}
