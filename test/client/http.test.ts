/**
 * What the client makes of servers that are busy, gone, strange or hostile.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type HttpOptions, httpSender } from '../../client/http.js'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server that answers each call with the next handler, the last one again and again. */
async function serverOf(
  ...handlers: readonly Handler[]
): Promise<{ url: string; calls: () => number }> {
  let calls = 0
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(calls, handlers.length - 1)]
    calls += 1
    handler?.(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls }
}

function answers(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Handler {
  return (_request, response) => response.writeHead(status, headers).end(body)
}

function problem(
  status: number,
  code: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): Handler {
  const type = { 'content-type': 'application/problem+json', ...headers }
  return answers(
    status,
    JSON.stringify({ type: `urn:waybill:error:${code}`, title: 'x', status, code, ...more }),
    type,
  )
}

function send(url: string, more: Partial<HttpOptions> = {}) {
  return httpSender({ server: url, timeoutMs: 2_000, ...more })
}

const GET = { method: 'GET', path: '/v1/ledger' } as const

describe('answers', () => {
  test('a good answer is given as it came', async () => {
    const { url } = await serverOf(answers(200, '{"a":1}'))

    expect(await send(url)(GET)).toEqual({ status: 200, text: '{"a":1}' })
  })

  test("a problem becomes the error of its code, with the server's place and words", async () => {
    const { url, calls } = await serverOf(
      problem(422, 'CLAIM_INVALID', {
        at: 'claims.route',
        reason: 'type',
        issues: [{ code: 'CLAIM_INVALID', at: 'claims.route' }],
      }),
    )

    await expect(send(url)(GET)).rejects.toMatchObject({
      code: 'CLAIM_INVALID',
      details: {
        at: 'claims.route',
        reason: 'type',
        status: 422,
        issues: [{ at: 'claims.route' }],
      },
    })
    expect(calls()).toBe(1)
  })

  test.each([
    ['a code this version does not know', problem(422, 'CODE_OF_TOMORROW')],
    ['a code that is a name every object has', problem(422, 'constructor')],
    ['a refusal that is no problem document', answers(404, '<html>no</html>')],
    ['a redirect', answers(302, '', { location: 'http://127.0.0.1:1/' })],
    [
      'bytes that are not UTF-8',
      (_request: IncomingMessage, response: ServerResponse) =>
        response.writeHead(200).end(Buffer.from([0xff, 0xfe])),
    ],
  ])('%s is SERVER_ANSWER_INVALID and not tried again', async (_name, handler) => {
    const { url, calls } = await serverOf(handler as Handler)

    await expect(send(url)(GET)).rejects.toMatchObject({ code: 'SERVER_ANSWER_INVALID' })
    expect(calls()).toBe(1)
  })
})

describe('trying again', () => {
  test('a busy ledger is asked again after Retry-After', async () => {
    const busy = problem(503, 'QUEUE_FULL', {}, { 'retry-after': '1' })
    const { url, calls } = await serverOf(busy, answers(200, '{}'))
    const started = Date.now()

    expect((await send(url)(GET)).status).toBe(200)
    expect(Date.now() - started).toBeGreaterThanOrEqual(990)
    expect(calls()).toBe(2)
  })

  test('a ledger that asks for more patience than half a minute is not waited for', async () => {
    const { url, calls } = await serverOf(problem(503, 'QUEUE_FULL', {}, { 'retry-after': '3600' }))

    await expect(send(url)(GET)).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    expect(calls()).toBe(1)
  })

  test('a connection that breaks is tried again, with a new token each time', async () => {
    const broken: Handler = (request) => request.socket.destroy()
    const { url, calls } = await serverOf(broken, broken, answers(200, '{}'))
    let tokens = 0

    const answer = await send(url)(GET, () => {
      tokens += 1
      return Promise.resolve(`Bearer ${tokens}`)
    })

    expect(answer.status).toBe(200)
    expect([calls(), tokens]).toEqual([3, 3])
  })

  test('after the last try the error says that nobody answers', async () => {
    const { url, calls } = await serverOf((request) => request.socket.destroy())

    await expect(send(url, { retries: 1 })(GET)).rejects.toMatchObject({
      code: 'SERVER_UNAVAILABLE',
    })
    expect(calls()).toBe(2)
  })

  test('a proxy without a ledger behind it is SERVER_UNAVAILABLE', async () => {
    const { url } = await serverOf(answers(502, 'bad gateway', { 'retry-after': '0' }))

    await expect(send(url, { retries: 1 })(GET)).rejects.toMatchObject({
      code: 'SERVER_UNAVAILABLE',
      details: { status: 502 },
    })
  })

  test('no answer in time is SERVER_UNAVAILABLE', async () => {
    const { url } = await serverOf(() => undefined)

    await expect(send(url, { timeoutMs: 50, retries: 0 })(GET)).rejects.toMatchObject({
      code: 'SERVER_UNAVAILABLE',
      details: { reason: 'no answer in time' },
    })
  })
})

describe('ending a call', () => {
  test('the caller can end a call that waits, and one between two tries', async () => {
    const { url } = await serverOf(() => undefined)
    const controller = new AbortController()
    const waiting = send(url, { timeoutMs: 10_000 })({ ...GET, signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 20)

    await expect(waiting).rejects.toThrow('enough')

    const busy = await serverOf(problem(503, 'QUEUE_FULL', {}, { 'retry-after': '20' }))
    const second = new AbortController()
    const between = send(busy.url)({ ...GET, signal: second.signal })
    setTimeout(() => second.abort(new Error('enough again')), 50)

    await expect(between).rejects.toThrow('enough again')
  })
})

describe('addresses', () => {
  test.each([
    'ledger.example',
    'ftp://ledger.example',
    'https://user:secret@ledger.example',
    'https://ledger.example/?a=1',
    '',
  ])('%s is refused as an address', (server) => {
    expect(() => httpSender({ server })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test('a path before the API is kept, for servers behind a proxy', async () => {
    let asked = ''
    const { url } = await serverOf((request, response) => {
      asked = request.url ?? ''
      response.writeHead(200).end('{}')
    })

    await send(`${url}/eu/`)(GET)

    expect(asked).toBe('/eu/v1/ledger')
  })
})
