import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BodyBudget, readBody } from '../../api/body.js'
import { listenConfig, packageVersion } from '../../api/config.js'
import type { ApiLedger } from '../../api/deps.js'
import { issueJson, placesOf, problemHeaders, problemOf, refusalOf } from '../../api/problems.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { type ErrorCode, invariant, LedgerError } from '../../ledger/core/errors.js'
import { openWorld, type World } from './world.js'

const SECRET = 'Geheimnis-4711'
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

/** The ledger with some of its parts replaced. */
function ledgerWith(parts: Partial<ApiLedger>): ApiLedger {
  return new Proxy(world.ledger as ApiLedger, {
    get: (ledger, name) => {
      const value: unknown = Reflect.get(parts, name) ?? Reflect.get(ledger, name, ledger)
      return typeof value === 'function' ? value.bind(ledger) : value
    },
  })
}

describe('health', () => {
  test('readiness shows the size and the age of the checkpoint', async () => {
    const answer = await world.call('GET', '/readyz')

    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({ ready: true, size: world.ledger.size, queue: 0 })
  })

  test('readiness is red when the ledger says so, and keeps the reason for the operator', async () => {
    const health = () => ({
      ready: false,
      reason: 'writing failed: STORE_FAILED',
      queue: 3,
      publishedAt: 0,
      publishedSize: undefined,
      quorum: { state: 'none' as const, witnesses: [] },
      unread: [],
    })
    const server = await world.build({}, { ledger: ledgerWith({ health }) })
    const answer = await server.inject('/readyz')

    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ code: 'NOT_READY' })
    expect(answer.headers['retry-after']).toBe('5')
    expect(answer.body).not.toContain('STORE_FAILED')
    expect(world.logged.at(-1)).toMatchObject({
      code: 'NOT_READY',
      note: expect.stringContaining('STORE_FAILED'),
    })
    expect((await server.inject('/livez')).statusCode).toBe(200)
  })

  test('readiness is red when the clock is behind the last entry', async () => {
    world.nowS -= 100
    const answer = await world.call('GET', '/readyz')
    world.nowS += 100

    expect(answer.json()['code']).toBe('NOT_READY')
  })

  test('metrics are in the Prometheus text format, by route and code, without parties', async () => {
    await world.call('GET', '/v1/ledger')
    await world.call('GET', `/v1/entries/999`)
    const { text, headers } = await world.call('GET', '/metrics')

    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toMatch(/^waybill_http_answers_total\{route="\/v1\/ledger",status="200"\} 1$/m)
    expect(text).toMatch(/^waybill_http_problems_total\{code="ENTRY_NOT_FOUND"\} 1$/m)
    expect(text).toMatch(/^waybill_ledger_entries \d+$/m)
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{[^}]*\})? -?[0-9.e+-]+)$/)
    }
  })
})

describe('refusals', () => {
  test.each(Object.keys(ERRORS) as readonly ErrorCode[])(
    '%s has a document that repeats nothing',
    (code) => {
      const error = new LedgerError(code, {
        at: 'claims.x',
        reason: 'a word of ours',
        path: `/home/${SECRET}`,
        value: SECRET,
        bytesMax: 5,
        nested: { value: SECRET },
      })
      const problem = problemOf(error)

      expect(problem).toMatchObject({
        type: `urn:waybill:error:${code}`,
        status: ERRORS[code].http,
        code,
      })
      expect(JSON.stringify(problem)).not.toContain(SECRET)
      const status: number = ERRORS[code].http
      expect('retry-after' in problemHeaders(code)).toBe(status === 503)
      expect('www-authenticate' in problemHeaders(code)).toBe(status === 401)
      if (status >= 500) expect(problem).not.toHaveProperty('at')
    },
  )

  test('an issue keeps its place and what was expected', () => {
    const details = { reason: 'range', expected: '0 to 9', value: SECRET }

    expect(issueJson({ code: 'CLAIM_INVALID', at: 'claims.x', details })).toEqual({
      code: 'CLAIM_INVALID',
      at: 'claims.x',
      title: ERRORS.CLAIM_INVALID.title,
      reason: 'range',
      expected: '0 to 9',
    })
    expect(issueJson({ code: 'NONSENSE', at: '' })).toBeUndefined()
  })

  test('a bug is answered with INTERNAL and logged without its words', async () => {
    const entry = () => {
      throw new Error(`cannot read ${SECRET}`)
    }
    const server = await world.build({}, { ledger: ledgerWith({ entry }) })
    const answer = await server.inject('/v1/entries/0')
    const logged = JSON.stringify(world.logged.at(-1))

    expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL'])
    expect(answer.body + logged).not.toContain(SECRET)
    expect(logged).toContain('GET /v1/entries/:index')
    expect(logged).toContain('operation.test.ts')
    expect((await server.inject('/livez')).statusCode).toBe(200)
  })

  test('a broken invariant is logged with its claim, which is ours', () => {
    let broken: unknown
    try {
      invariant(1 + 1 === 3, 'one is two')
    } catch (error) {
      broken = error
    }

    expect(placesOf(broken)).toContain('invariant broken: one is two')
    expect(placesOf(SECRET)).toBe('string')
  })

  test('a busy ledger is a 503 that says when to come back', async () => {
    const submit = () => Promise.reject(new LedgerError('QUEUE_FULL'))
    const server = await world.build({}, { ledger: ledgerWith({ submit }) })
    const answer = await server.inject({ method: 'POST', url: '/v1/statements', payload: {} })

    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
      503,
      'QUEUE_FULL',
      '1',
    ])
  })

  test('what the framework refuses becomes one of our codes', () => {
    expect(refusalOf({ code: 'FST_ERR_BAD_URL', statusCode: 400 }).code).toBe('REQUEST_INVALID')
    expect(refusalOf({ code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }).code).toBe(
      'BODY_TOO_LARGE',
    )
    expect(refusalOf({ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }).code).toBe(
      'MEDIA_TYPE_UNSUPPORTED',
    )
    expect(refusalOf({ code: 'FST_ERR_SOMETHING', statusCode: 500 }).code).toBe('INTERNAL')
    expect(refusalOf(new TypeError(SECRET)).code).toBe('INTERNAL')
  })
})

describe('reading a body', () => {
  const bulk = { kind: 'statements', format: 'json', declared: undefined } as const

  function streamOf(...chunks: readonly string[]): PassThrough {
    const stream = new PassThrough()
    for (const chunk of chunks) stream.write(chunk)
    stream.end()
    return stream
  }

  test('the budget of bulk bodies is shared, and given back when one is refused', async () => {
    const budget = new BodyBudget(100)
    const first = await readBody(streamOf('[', ' '.repeat(79)), { ...bulk, budget })

    await expect(
      readBody(streamOf('[', ' '.repeat(40)), { ...bulk, budget }),
    ).rejects.toMatchObject({
      code: 'QUEUE_FULL',
    })
    expect(budget.held).toBe(80)
    budget.give(first.held)
    expect((await readBody(streamOf('[', ' '.repeat(40)), { ...bulk, budget })).held).toBe(41)
  })

  test('a single statement takes nothing of it', async () => {
    const budget = new BodyBudget(10)
    const { body, held } = await readBody(streamOf('{"a":', '"much more than ten"}'), {
      ...bulk,
      budget,
    })

    expect([body.bulk, held, budget.held]).toEqual([false, 0, 0])
  })

  test('a body that is cut off is refused and gives back what it held', async () => {
    const budget = new BodyBudget(100)
    const stream = new PassThrough()
    const reading = readBody(stream, { ...bulk, budget })
    stream.write('[1,2,')
    await new Promise((resolve) => setImmediate(resolve))
    stream.destroy()

    await expect(reading).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    expect(budget.held).toBe(0)
  })
})

describe('where to listen', () => {
  const file = { host: '127.0.0.1', port: 8080 }

  test('flag beats environment beats file', () => {
    const environment = { WAYBILL_HOST: '10.0.0.1', WAYBILL_PORT: '9000' }

    expect(listenConfig(file, {}, {})).toEqual(file)
    expect(listenConfig(file, {}, { WAYBILL_PORT: '', WAYBILL_HOST: '' })).toEqual(file)
    expect(listenConfig(file, {}, environment)).toEqual({ host: '10.0.0.1', port: 9000 })
    expect(listenConfig(file, { port: 0 }, environment)).toEqual({ host: '10.0.0.1', port: 0 })
    expect(listenConfig(file, { host: '::1' }, environment)).toEqual({ host: '::1', port: 9000 })
  })

  test.each(['70000', 'http', '-1', '1.5', ' 80'])('port %s is refused', (port) => {
    expect(() => listenConfig(file, {}, { WAYBILL_PORT: port })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test('a host with a path is refused', () => {
    expect(() => listenConfig(file, { host: 'http://a/b' }, {})).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test('the version is that of the package', () => {
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/)
  })
})
