/** The log by tiles over HTTP: addresses, headers, compression, and what is not there. */
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiLedger } from '../../api/deps.js'
import { hashLeaf } from '../../ledger/core/hash.js'
import { decodeEntryBundle, decodeTile } from '../../ledger/core/tile.js'
import { SyntheticLog } from '../c2sp/synthetic-log.js'
import { openWorld, type World } from './world.js'

const PUBLISHED = 700
const FOR_EVER = 'public, max-age=31536000, immutable'
let world: World
let big: Awaited<ReturnType<World['build']>>
let log: SyntheticLog
beforeAll(async () => {
  world = await openWorld()
  log = (await new SyntheticLog().publish(PUBLISHED)).append(1_000)
  const { publicLog } = log
  const ledger = { publicLog, publishedCheckpoint: () => publicLog.checkpoint() }
  big = await world.build({}, { ledger: ledger as Partial<ApiLedger> as ApiLedger })
  await big.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => world.close())

/** A call to the server of the large log. */
const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  big.inject({ method: 'GET', url, headers })

/** A call whose path nobody tidies up on the way. */
async function getAsWritten(path: string) {
  const { port } = big.server.address() as AddressInfo
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, resolve).on('error', reject).end()
  })
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return { status: answer.statusCode, type: answer.headers['content-type'], text }
}

describe('what is there', () => {
  test('a real ledger serves what it has published, without a token', async () => {
    const server = await world.build()
    const size = world.ledger.size
    const published = (): number => Number(world.ledger.publishedCheckpoint().split('\n')[1])
    await expect.poll(published, { timeout: 5_000 }).toBe(size)
    const tile = await server.inject(`/tile/0/000.p/${size}`)
    const bundle = await server.inject(`/tile/entries/000.p/${size}`)
    const entries = decodeEntryBundle(bundle.rawPayload, size)

    expect(entries).toEqual(Array.from({ length: size }, (_, at) => world.ledger.entry(at)))
    expect(decodeTile(tile.rawPayload, size)).toEqual(entries.map((entry) => hashLeaf(entry)))
    expect((await server.inject(`/tile/0/000.p/${size + 1}`)).statusCode).toBe(404)
  })

  test.each([
    ['/tile/0/000', 0, 0, 256],
    ['/tile/0/002.p/188', 0, 2, 188],
    ['/tile/0/002.p/1', 0, 2, 1],
    ['/tile/0/000.p/255', 0, 0, 255],
    ['/tile/1/000.p/2', 1, 0, 2],
    ['/tile/1/000.p/1', 1, 0, 1],
  ] as const)('%s', async (url, level, index, width) => {
    const answer = await get(url, { 'accept-encoding': 'gzip' })

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/octet-stream')
    expect(answer.headers['cache-control']).toBe(FOR_EVER)
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.headers['content-length']).toBe(String(width * 32))
    expect(new Uint8Array(answer.rawPayload)).toEqual(log.publicLog.tile(level, index, width))
  })

  test.each([
    ['/tile/entries/000', 0, 256],
    ['/tile/entries/002.p/188', 2, 188],
    ['/tile/entries/001.p/3', 1, 3],
  ] as const)('%s', async (url, index, width) => {
    const answer = await get(url)

    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': FOR_EVER,
      vary: 'Accept-Encoding',
    })
    expect(new Uint8Array(answer.rawPayload)).toEqual(log.publicLog.entries(index, width))
  })

  test('the checkpoint, for a second', async () => {
    const answer = await get('/checkpoint')

    expect(answer.body).toBe(log.publicLog.checkpoint())
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('public, max-age=1, must-revalidate')
  })

  test('HEAD says what GET would, without the bytes', async () => {
    const answer = await big.inject({ method: 'HEAD', url: '/tile/0/000' })

    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-length': '8192', 'cache-control': FOR_EVER })
    expect(answer.rawPayload).toHaveLength(0)
  })
})

describe('compression of entries', () => {
  test.each([
    ['gzip', true],
    ['GZIP', true],
    ['gzip, identity', true],
    ['identity, gzip;q=0.5', true],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
    ['gzip;q=0.001', true],
    ['x-gzip', true],
    ['*', true],
    ['', false],
    ['identity', false],
    ['br, zstd, deflate', false],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['gzip;q=0, *', false],
    ['*;q=0', false],
    ['gzipped', false],
  ])('Accept-Encoding: %s', async (accepted, isZipped) => {
    const answer = await get('/tile/entries/001', { 'accept-encoding': accepted })
    const body = isZipped ? gunzipSync(answer.rawPayload) : answer.rawPayload

    expect(answer.headers['content-encoding']).toBe(isZipped ? 'gzip' : undefined)
    expect(answer.headers['vary']).toBe('Accept-Encoding')
    expect(new Uint8Array(body)).toEqual(log.publicLog.entries(1, 256))
    if (isZipped) expect(answer.rawPayload.length).toBeLessThan(body.length)
  })
})

describe('what is not there', () => {
  test.each([
    '/tile/0/002',
    '/tile/0/002.p/189',
    '/tile/0/003.p/1',
    '/tile/1/000.p/3',
    '/tile/2/000.p/1',
    '/tile/63/000.p/1',
    '/tile/0/x009/x007/x199/x254/x740/991',
    '/tile/0/x999/x999/x999/x999/x999/999',
    '/tile/0/x000/001',
    '/tile/0/000.p/256',
    '/tile/0/000.p/999',
    '/tile/entries/002',
    '/tile/entries/002.p/189',
    '/tile/entries/999',
    '/tile/entries/x000/000',
  ])('%s: 404, and nobody may remember it', async (url) => {
    const answer = await get(url)

    expect([answer.statusCode, answer.json()['code']]).toEqual([404, 'TILE_NOT_FOUND'])
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test.each([
    ['/tile/64/000', 400],
    ['/tile/00/000', 400],
    ['/tile/-1/000', 400],
    ['/tile/data/000', 400],
    ['/tile/Entries/000', 400],
    ['/tile/0/0', 400],
    ['/tile/0/0000', 400],
    ['/tile/0/000/', 400],
    ['/tile/0//000', 400],
    ['/tile/0/000.p/0', 400],
    ['/tile/0/000.p/01', 400],
    ['/tile/0/000.p/1000', 400],
    ['/tile/0/000.p/1/1', 400],
    ['/tile/0/..', 400],
    ['/tile/0/../../checkpoint', 400],
    ['/tile/0/%2e%2e/%2e%2e/waybill.json', 400],
    ['/tile/0/..%2f..%2fkeys%2flog.pem', 400],
    ['/tile/0/..%5c..%5ckeys', 400],
    ['/tile/0/000%00', 400],
    ['/tile/0/000%0a', 400],
    ['/tile/entries/..%2f..%2fstore', 400],
    ['/tile/entries//etc/passwd', 400],
    ['/tile/entries/', 400],
    [`/tile/0/${'x000/'.repeat(18)}000`, 400],
    ['/tile/0/000?x=1', 400],
    ['/tile/%65ntries/../0/000', 400],
    ['/tile/../waybill.json', 400],
    ['/tile/../../etc/passwd', 400],
    ['/tile/0', 404],
    ['/tile/', 404],
    ['/tile', 404],
    ['/tiles/0/000', 404],
  ])('%s: %i', async (url, status) => {
    const answer = await getAsWritten(url)

    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json'])
    expect(JSON.parse(answer.text)).toMatchObject({
      code: status === 400 ? 'REQUEST_INVALID' : 'ROUTE_NOT_FOUND',
    })
    expect(answer.text).not.toMatch(/passwd|keys|waybill\.json/)
  })

  test('nothing is written there', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      const answer = await big.inject({ method, url: '/tile/0/x001/000' })

      expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
    }
  })
})
