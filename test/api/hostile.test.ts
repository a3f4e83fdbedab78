import { type AddressInfo, connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { utf8Encode } from '../../ledger/core/bytes.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import { openWorld, ROLES, type World } from './world.js'

let world: World
let port: number
let size: number
beforeAll(async () => {
  world = await openWorld()
  await world.admit(await world.collection())
  const server = await world.build({ requestTimeoutMs: 1_500, headersTimeoutMs: 1_000 })
  world.server = server
  await server.listen({ host: '127.0.0.1', port: 0 })
  port = (server.server.address() as AddressInfo).port
})
afterAll(() => world.close())
beforeEach(() => {
  size = world.ledger.size
  world.logged.length = 0
})
afterEach(async () => {
  const alive = await world.call('GET', '/livez')
  expect(alive.status).toBe(200)
  expect(world.ledger.size).toBe(size)
  expect(world.logged).toEqual([])
})

const SECRET = 'Geheimnis-4711'
type Row = readonly [what: string, status: number, code: string, send: () => Promise<Reply>]
type Reply = { readonly status: number; readonly text: string; readonly headers: object }

function post(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  url = '/v1/statements',
) {
  const bytes = typeof body === 'string' ? utf8Encode(body) : body
  return world.send('POST', url, bytes, headers)
}

function get(url: string) {
  return world.call('GET', url)
}

const ID = 'ab'.repeat(32)
const BODIES: readonly Row[] = [
  [
    'no body and no content type',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => world.call('POST', '/v1/statements'),
  ],
  ['an empty body', 400, 'REQUEST_INVALID', () => post('')],
  ['white space', 400, 'JSON_INVALID', () => post('  \n ')],
  ['what is no JSON', 400, 'JSON_INVALID', () => post(SECRET)],
  ['JSON that ends early', 400, 'JSON_INVALID', () => post(`{"payload":"${SECRET}`)],
  [
    'a byte order mark',
    400,
    'JSON_INVALID',
    () => post(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)),
  ],
  ['invalid UTF-8', 400, 'UTF8_INVALID', () => post(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))],
  ['an overlong slash', 400, 'UTF8_INVALID', () => post(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))],
  ['UTF-16', 400, 'UTF8_INVALID', () => post(new Uint8Array(Buffer.from('\ufeff{}', 'utf16le')))],
  ['a NUL', 400, 'JSON_INVALID', () => post('{"payload":"a\0"}')],
  ['a name given twice', 400, 'JSON_INVALID', () => post('{"payload":"a","payload":"b"}')],
  ['half a surrogate pair', 400, 'JSON_INVALID', () => post('{"payload":"\\ud800"}')],
  ['30,000 levels of objects', 400, 'JSON_INVALID', () => post('{"a":'.repeat(30_000))],
  [
    '30,000 closed levels',
    400,
    'JSON_INVALID',
    () => post(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
  ],
  ['NaN', 400, 'JSON_INVALID', () => post('{"payload":NaN}')],
  ['a comment', 400, 'JSON_INVALID', () => post('{} // and more')],
  ['a number', 400, 'ENVELOPE_INVALID', () => post('1')],
  ['a string', 400, 'ENVELOPE_INVALID', () => post(`"${SECRET}"`)],
  ['null', 400, 'ENVELOPE_INVALID', () => post('null')],
  ['an empty object', 400, 'ENVELOPE_INVALID', () => post('{}')],
  [
    'a member __proto__',
    400,
    'ENVELOPE_INVALID',
    () => post(`{"__proto__":{"payload":"${SECRET}"}}`),
  ],
  ['a member constructor', 400, 'ENVELOPE_INVALID', () => post('{"constructor":{"prototype":{}}}')],
  [
    'a member too many',
    400,
    'ENVELOPE_INVALID',
    () => post(`{"payload":"","signatures":[],"${SECRET}":1}`),
  ],
  ['no signatures', 400, 'ENVELOPE_INVALID', () => post('{"payload":"e30","signatures":[]}')],
  [
    'a batch',
    422,
    'ENVELOPE_FORM_UNKNOWN',
    () => post('{"batch":{},"disclosures":[],"payload":""}'),
  ],
  ['20,000 members', 400, 'ENVELOPE_INVALID', () => post(manyMembers(20_000))],
  ['512 KiB and a byte', 413, 'BODY_TOO_LARGE', () => post(`{"a":"${'x'.repeat(524_281)}"}`)],
  ['3 MiB', 413, 'BODY_TOO_LARGE', () => post(`{"a":"${'x'.repeat(3_000_000)}"}`)],
]

function manyMembers(count: number): string {
  return `{${Array.from({ length: count }, (_, at) => `"m${at}":0`).join()}}`
}

const TYPES: readonly Row[] = [
  ['text/plain', 415, 'MEDIA_TYPE_UNSUPPORTED', () => post('{}', { 'content-type': 'text/plain' })],
  [
    'a tab after the type',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-type': 'application/json\t' }),
  ],
  [
    'a space before the semicolon',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-type': 'application/json ; charset=utf-8' }),
  ],
  [
    'another charset',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-type': 'application/json; charset=latin1' }),
  ],
  [
    'capital letters',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-type': 'Application/JSON' }),
  ],
  [
    'a parameter',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-type': 'application/json;a=b' }),
  ],
  [
    'a form',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
  ],
  [
    'a multipart',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('--a--', { 'content-type': 'multipart/form-data; boundary=a' }),
  ],
  ['nonsense', 415, 'MEDIA_TYPE_UNSUPPORTED', () => post('{}', { 'content-type': SECRET })],
  ['an empty type', 415, 'MEDIA_TYPE_UNSUPPORTED', () => post('{}', { 'content-type': '' })],
  [
    'gzip',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post(gzipSync(Buffer.alloc(1_000_000)), { 'content-encoding': 'gzip' }),
  ],
  [
    'identity, spelled out',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-encoding': 'identity' }),
  ],
  [
    'NDJSON where one is wanted',
    415,
    'MEDIA_TYPE_UNSUPPORTED',
    () => post('{}', { 'content-type': 'application/x-ndjson' }, `/v1/statements/${ID}/refusals`),
  ],
]

const ADDRESSES: readonly Row[] = [
  ['no such address', 404, 'ROUTE_NOT_FOUND', () => get(`/${SECRET}`)],
  ['the root', 404, 'ROUTE_NOT_FOUND', () => get('/')],
  ['a slash at the end', 404, 'ROUTE_NOT_FOUND', () => get('/v1/ledger/')],
  ['two slashes', 404, 'ROUTE_NOT_FOUND', () => get('//v1/ledger')],
  ['capital letters in a path', 404, 'ROUTE_NOT_FOUND', () => get('/V1/ledger')],
  ['dots', 404, 'ROUTE_NOT_FOUND', () => get('/v1/%2e%2e/%2e%2e/etc/passwd')],
  ['backslashes', 404, 'ROUTE_NOT_FOUND', () => get('/v1/..%5c..%5cwaybill.json')],
  ['a broken percent sign', 400, 'REQUEST_INVALID', () => get('/v1/entries/%zz')],
  ['an overlong dot', 400, 'REQUEST_INVALID', () => get('/v1/entries/%c0%ae%c0%ae')],
  ['a NUL in a path', 400, 'REQUEST_INVALID', () => get('/v1/entries/%00')],
  ['an index in hex', 400, 'REQUEST_INVALID', () => get('/v1/entries/0x10')],
  ['an index with a sign', 400, 'REQUEST_INVALID', () => get('/v1/entries/-1')],
  ['an index with leading zeros', 400, 'REQUEST_INVALID', () => get('/v1/entries/007')],
  ['an index with a fraction', 400, 'REQUEST_INVALID', () => get('/v1/entries/1.5')],
  ['an index with an exponent', 400, 'REQUEST_INVALID', () => get('/v1/entries/1e3')],
  ['an index past 2^53', 400, 'REQUEST_INVALID', () => get('/v1/entries/9007199254740992')],
  ['an index of 90 digits', 400, 'REQUEST_INVALID', () => get(`/v1/entries/${'9'.repeat(90)}`)],
  [
    'a parameter of 5,000 characters',
    400,
    'REQUEST_INVALID',
    () => get(`/v1/entries/${'9'.repeat(5_000)}`),
  ],
  ['a path in place of an index', 404, 'ROUTE_NOT_FOUND', () => get('/v1/entries/x001/067')],
  [
    'an id of 7 digits',
    400,
    'REQUEST_INVALID',
    () => world.callAs('exporter', '/v1/statements/0123456'),
  ],
  [
    'an id of 65 digits',
    400,
    'REQUEST_INVALID',
    () => world.callAs('exporter', `/v1/statements/${ID}0`),
  ],
  [
    'an id in capital letters',
    400,
    'REQUEST_INVALID',
    () => world.callAs('exporter', `/v1/statements/${ID.toUpperCase()}`),
  ],
  [
    'an id with a wildcard',
    400,
    'REQUEST_INVALID',
    () => world.callAs('exporter', '/v1/statements/********'),
  ],
  ['a party id that is none', 400, 'REQUEST_INVALID', () => get('/v1/parties/__proto__')],
  [
    'PUT',
    405,
    'METHOD_NOT_ALLOWED',
    () => world.send('PUT', '/v1/statements', utf8Encode('{}'), {}),
  ],
  [
    'PATCH',
    405,
    'METHOD_NOT_ALLOWED',
    () => world.send('PATCH', '/v1/ledger', utf8Encode('{}'), {}),
  ],
  [
    'DELETE of a statement',
    405,
    'METHOD_NOT_ALLOWED',
    () => world.send('DELETE', `/v1/statements/${ID}`, undefined, {}),
  ],
  ['OPTIONS', 405, 'METHOD_NOT_ALLOWED', () => world.send('OPTIONS', '/v1/parties', undefined, {})],
  [
    'GET where POST is wanted',
    405,
    'METHOD_NOT_ALLOWED',
    () => get(`/v1/statements/${ID}/refusals`),
  ],
  ['POST where GET is wanted', 405, 'METHOD_NOT_ALLOWED', () => post('{}', {}, '/v1/inbox')],
  [
    'a POST with a strange type to nowhere',
    404,
    'ROUTE_NOT_FOUND',
    () => post(SECRET, { 'content-type': 'a/b' }, '/nowhere'),
  ],
]

const QUERIES: readonly Row[] = [
  ['an unknown parameter', 400, 'REQUEST_INVALID', () => get(`/v1/ledger?${SECRET}=1`)],
  ['an unknown parameter without a value', 400, 'REQUEST_INVALID', () => get(`/livez?${SECRET}`)],
  ['a parameter given twice', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit=1&limit=2')],
  ['a list', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit[]=1')],
  ['an object', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit[a]=1')],
  ['__proto__', 400, 'REQUEST_INVALID', () => get('/v1/parties?__proto__=1')],
  ['a name without letters', 400, 'REQUEST_INVALID', () => get('/v1/parties?=1')],
  ['a broken percent sign in a query', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit=%zz')],
  ['an overlong slash in a query', 400, 'REQUEST_INVALID', () => get('/v1/parties?cursor=%c0%af')],
  ['zero parties', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit=0')],
  ['too many parties', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit=1001')],
  ['an empty limit', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit=')],
  ['a limit with a space', 400, 'REQUEST_INVALID', () => get('/v1/parties?limit=+1')],
  ['a wait of 61 s', 400, 'REQUEST_INVALID', () => world.callAs('exporter', '/v1/inbox?wait=61')],
  [
    'an unknown box',
    400,
    'REQUEST_INVALID',
    () => world.callAs('exporter', `/v1/inbox?box=${SECRET}`),
  ],
  [
    'a digest of 63 digits',
    400,
    'REQUEST_INVALID',
    () => world.callAs('exporter', `/v1/outcomes?digest=${'0'.repeat(63)}`),
  ],
  ['no digest', 400, 'REQUEST_INVALID', () => world.callAs('exporter', '/v1/outcomes')],
  ['another validate', 400, 'REQUEST_INVALID', () => post('{}', {}, '/v1/statements?validate=all')],
  [
    'a body with GET',
    400,
    'REQUEST_INVALID',
    () => world.send('GET', '/v1/ledger', utf8Encode('{}'), {}),
  ],
]

const SIGNATURES: readonly Row[] = [
  [
    'a signature that is none',
    404,
    'PROPOSAL_NOT_FOUND',
    () => post('{}', {}, `/v1/statements/${ID}/countersignatures`),
  ],
  [
    'an array of signatures',
    404,
    'PROPOSAL_NOT_FOUND',
    () => post('[]', {}, `/v1/statements/${ID}/countersignatures`),
  ],
  [
    'a refusal that is none',
    400,
    'ENVELOPE_INVALID',
    () => post('{}', {}, `/v1/statements/${ID}/refusals`),
  ],
]

describe.each([
  ['body', BODIES],
  ['content type', TYPES],
  ['address', ADDRESSES],
  ['query', QUERIES],
  ['signature', SIGNATURES],
])('a bad %s', (_kind, rows) => {
  test.each(rows)('%s is refused with %i %s', async (_what, status, code, send) => {
    const reply = await send()

    expect([reply.status, JSON.parse(reply.text).code]).toEqual([status, code])
    expect(reply.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    })
    expect(reply.text).not.toContain(SECRET)
  })
})

test('405 says which methods there are', async () => {
  const answer = await world.send('DELETE', '/v1/parties', undefined, {})

  expect(answer.headers['allow']).toBe('GET, HEAD')
})

test('1,000 hostile requests at once leave the server as it was', async () => {
  const envelope = JSON.stringify(envelopeJson(await world.collection()))
  const sends = Array.from({ length: 1_000 }, (_, at) =>
    at % 2 === 0 ? post(envelope.slice(0, -1 - at)) : get(`/v1/entries/${'%'.repeat(at % 50)}`),
  )
  const statuses = (await Promise.all(sends)).map(({ status }) => status)

  expect(statuses.every((status) => status === 400 || status === 404)).toBe(true)
})

describe('broken HTTP', () => {
  test.concurrent.each([
    ['no HTTP at all', `${SECRET}\r\n\r\n`, 400, 'REQUEST_INVALID'],
    ['another protocol', 'GET / SPDY/3\r\n\r\n', 400, 'REQUEST_INVALID'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'REQUEST_INVALID'],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n', 400, ''],
    [
      'a header without a colon',
      `GET /livez HTTP/1.1\r\nhost: a\r\n${SECRET}\r\n\r\n`,
      400,
      'REQUEST_INVALID',
    ],
    [
      'two lengths',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
      400,
      'REQUEST_INVALID',
    ],
    [
      'a length and chunks',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'REQUEST_INVALID',
    ],
    [
      'chunks that are none',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      400,
      'REQUEST_INVALID',
    ],
    [
      'headers of 20 KiB',
      `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_480)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['half a header', 'GET /livez HTTP/1.1\r\nhost: a\r\nx-half', 408, 'REQUEST_TIMEOUT'],
    [
      'half a body',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"payload":',
      408,
      'REQUEST_TIMEOUT',
    ],
    [
      'a body that never comes',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n',
      408,
      'REQUEST_TIMEOUT',
    ],
    [
      'half a chunk',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"a"',
      408,
      'REQUEST_TIMEOUT',
    ],
    [
      'a length of 10 GB',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10000000000\r\n\r\n',
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'a negative length',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: -1\r\n\r\n',
      400,
      'REQUEST_INVALID',
    ],
    ['a method of nobody', 'BREW /livez HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'REQUEST_INVALID'],
    [
      'a method of somebody else',
      'PROPFIND /livez HTTP/1.1\r\nhost: a\r\n\r\n',
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'a whole address in the request line',
      'GET http://a/nowhere HTTP/1.1\r\nhost: a\r\n\r\n',
      404,
      'ROUTE_NOT_FOUND',
    ],
    [
      'an expectation of nobody',
      'GET /nowhere HTTP/1.1\r\nhost: a\r\nexpect: tea\r\n\r\n',
      404,
      'ROUTE_NOT_FOUND',
    ],
    [
      'two authorizations',
      'GET /v1/inbox HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a.b.c\r\nauthorization: Bearer a.b.c\r\n\r\n',
      401,
      'AUTH_INVALID',
    ],
    [
      'two content types',
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      'an upgrade',
      'GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      404,
      'ROUTE_NOT_FOUND',
    ],
  ])('%s', async (_what, text, status, code) => {
    const reply = await raw(text)

    expect(reply).toContain(`HTTP/1.1 ${status} `)
    if (code !== '') expect(reply).toContain(`"code":"${code}"`)
    expect(reply).not.toContain(SECRET)
  })

  test('a client that goes away half-way leaves nothing behind', async () => {
    const head =
      'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n'
    for (let count = 0; count < 50; count += 1) await raw(`${head}{"payload":`, 5)

    // The last of them may still be on its way out.
    await expect
      .poll(async () => (await get('/metrics')).text, { timeout: 10_000 })
      .toMatch(/^waybill_http_running 1$/m)
  })

  test('a second request on the same connection is answered after a refused one', async () => {
    const bad = 'GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n'
    const good = 'GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'
    const reply = await raw(bad + good)

    expect(reply).toContain('404 Not Found')
    expect(reply).toContain('200 OK')
  })
})

test('no route answers 500 to nonsense in any of its parameters', async () => {
  const words = [
    '0',
    '-1',
    '%00',
    'null',
    '[object Object]',
    '9'.repeat(64),
    '../..',
    '%F0%9F%92%A9',
  ]
  for (const role of ROLES.slice(0, 2)) {
    for (const word of words) {
      const encoded = encodeURIComponent(word)
      for (const url of [
        `/v1/statements/${encoded}`,
        `/v1/lineage/${encoded}`,
        `/v1/inbox?after=${encoded}&cursor=${encoded}`,
        `/v1/proofs/inclusion?id=${encoded}&size=${encoded}`,
        `/v1/proofs/consistency?first=${encoded}&second=${encoded}`,
      ]) {
        expect((await world.callAs(role, url)).status).toBeLessThan(500)
      }
    }
  }
})

/** Sends bytes as they are; all that comes back until the other side ends, or `giveUpMs` are over. */
function raw(text: string, giveUpMs = 5_000): Promise<string> {
  return new Promise((resolve) => {
    let reply = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    const timer = setTimeout(() => socket.destroy(), giveUpMs)
    let quiet: NodeJS.Timeout | undefined
    socket.on('data', (chunk) => {
      reply += chunk.toString()
      // A connection that is kept alive: the answer is complete when nothing more comes.
      clearTimeout(quiet)
      quiet = setTimeout(() => socket.destroy(), 300)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      clearTimeout(quiet)
      resolve(reply)
    })
  })
}
