/** Addresses, queries and broken HTTP that test/api/hostile.test.ts leaves out. dangers 10 rows 15, 19. */
import { connect } from 'node:net'
import type { Reply } from '../crash/server-process.js'
import { ACME } from '../log/support/firms.js'
import { CANARY } from './forge.js'
import type { Row } from './rows.js'
import type { Site } from './site.js'

const QUIET_MS = 400
const GIVE_UP_MS = 4_000
const POST = 'POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n'

/** Bytes as they are; the first answer that comes back. Status 0: the connection was closed without one. */
const raw =
  (text: string, then: 'wait' | 'half-close' = 'wait') =>
  (site: Site): Promise<Reply> =>
    new Promise((resolve) => {
      let all = ''
      let quiet: NodeJS.Timeout | undefined
      const socket = connect(site.server.port, '127.0.0.1', () => {
        if (then === 'half-close') socket.end(text, 'latin1')
        else socket.write(text, 'latin1')
      })
      const timer = setTimeout(() => socket.destroy(), GIVE_UP_MS)
      socket.on('data', (chunk: Buffer) => {
        all += chunk.toString('latin1')
        clearTimeout(quiet)
        quiet = setTimeout(() => socket.destroy(), QUIET_MS)
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearTimeout(timer)
        clearTimeout(quiet)
        const [head = '', ...body] = all.split('\r\n\r\n')
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0)
        resolve({ status, text: body.join('\r\n\r\n') })
      })
    })

const get = (path: string) => (site: Site) => site.get(path)
const getAs = (path: (site: Site) => string) => (site: Site) => site.getAs(ACME, path(site))

const ADDRESSES: readonly Row[] = [
  ['..%2f to the configuration', 404, 'ROUTE_NOT_FOUND', get('/..%2f..%2fwaybill.json')],
  ['..%2f in an entry', 400, 'REQUEST_INVALID', get('/v1/entries/..%2f..%2fwaybill.json')],
  [
    '..%2f in a statement',
    400,
    'REQUEST_INVALID',
    getAs(() => '/v1/statements/..%2f..%2fkeys%2flog.pem'),
  ],
  ['%5c in a party', 400, 'REQUEST_INVALID', get('/v1/parties/..%5c..%5ckeys')],
  ['a NUL in a statement', 400, 'REQUEST_INVALID', getAs(() => '/v1/statements/abcdef01%00')],
  [
    'a NUL in a lineage',
    400,
    'REQUEST_INVALID',
    getAs(() => '/v1/lineage/%00%00%00%00%00%00%00%00'),
  ],
  [
    'an overlong dot in a lineage',
    400,
    'REQUEST_INVALID',
    getAs(() => '/v1/lineage/%c0%ae%c0%ae%2f'),
  ],
  ['half an escape', 400, 'REQUEST_INVALID', get('/v1/parties/%e0%a4%a')],
  [
    'an id of 4,000 digits',
    400,
    'REQUEST_INVALID',
    getAs(() => `/v1/statements/${'a'.repeat(4_000)}`),
  ],
  ['an address in small Greek letters', 404, 'ROUTE_NOT_FOUND', get('/%CE%B1')],
  ['a tile beside the grammar', 404, 'ROUTE_NOT_FOUND', get('/tile/0/x001/../../../waybill.json')],
  ['the key folder', 404, 'ROUTE_NOT_FOUND', get('/keys/log.pem')],
  ['a semicolon', 404, 'ROUTE_NOT_FOUND', get(`/v1/ledger;${CANARY}`)],
  ['an at sign', 404, 'ROUTE_NOT_FOUND', get(`/@${CANARY}/v1/ledger`)],
  [
    'an id that nobody has',
    404,
    'STATEMENT_NOT_FOUND',
    getAs(() => `/v1/statements/${'ab'.repeat(32)}`),
  ],
  [
    'a receipt of what waits',
    404,
    'STATEMENT_NOT_FOUND',
    getAs((site) => `/v1/statements/${site.known.waiting}/receipt`),
  ],
  [
    'a lineage of what was refused',
    404,
    'STATEMENT_NOT_FOUND',
    getAs((site) => `/v1/lineage/${site.known.refused}`),
  ],
  ['an entry past the end', 404, 'ENTRY_NOT_FOUND', get('/v1/entries/4000000000')],
  ['a party that is not enrolled', 404, 'PARTY_NOT_FOUND', get(`/v1/parties/${'A'.repeat(43)}`)],
]

const QUERIES: readonly Row[] = [
  ['a cursor of nobody', 400, 'REQUEST_INVALID', get(`/v1/parties?cursor=${CANARY}`)],
  ['a cursor that is empty', 400, 'REQUEST_INVALID', get('/v1/parties?cursor=')],
  ['a cursor past the end', 400, 'REQUEST_INVALID', get('/v1/parties?cursor=999999-0')],
  [
    'a cursor of 10,000 characters',
    400,
    'REQUEST_INVALID',
    get(`/v1/parties?cursor=${'1'.repeat(10_000)}`),
  ],
  ['a cursor with a path', 400, 'REQUEST_INVALID', get('/v1/parties?cursor=..%2f..%2f')],
  [
    'a cursor of an inbox past 2^53',
    400,
    'REQUEST_INVALID',
    getAs(() => '/v1/inbox?cursor=9999999999999999'),
  ],
  ['a wait of -1', 400, 'REQUEST_INVALID', getAs(() => '/v1/inbox?wait=-1')],
  ['a wait that is no number', 400, 'REQUEST_INVALID', getAs(() => `/v1/inbox?wait=${CANARY}`)],
  ['a version with a fraction', 400, 'REQUEST_INVALID', getAs(() => '/v1/inbox?after=0.5')],
  [
    'both id and index',
    400,
    'REQUEST_INVALID',
    (site) => site.get(`/v1/proofs/inclusion?id=${site.known.rides}&index=1`),
  ],
  ['neither id nor index', 400, 'REQUEST_INVALID', get('/v1/proofs/inclusion')],
  [
    'a proof of what waits',
    404,
    'STATEMENT_NOT_FOUND',
    (site) => site.get(`/v1/proofs/inclusion?id=${site.known.waiting}`),
  ],
  [
    'a tree size past the end',
    400,
    'PROOF_INDEX_RANGE',
    get('/v1/proofs/inclusion?index=0&size=4000000000'),
  ],
  [
    'an index outside the tree',
    400,
    'PROOF_INDEX_RANGE',
    get('/v1/proofs/inclusion?index=5&size=3'),
  ],
  ['a tree of size 0', 400, 'REQUEST_INVALID', get('/v1/proofs/inclusion?index=0&size=0')],
  [
    'a consistency proof backwards',
    400,
    'PROOF_INDEX_RANGE',
    get('/v1/proofs/consistency?first=5&second=3'),
  ],
  [
    'a consistency proof past the end',
    400,
    'PROOF_INDEX_RANGE',
    get('/v1/proofs/consistency?first=1&second=4000000000'),
  ],
  ['a consistency proof of nothing', 400, 'REQUEST_INVALID', get('/v1/proofs/consistency')],
  [
    'a digest in capitals',
    400,
    'REQUEST_INVALID',
    getAs(() => `/v1/outcomes?digest=${'AB'.repeat(32)}`),
  ],
  [
    'a parameter twice in two spellings',
    400,
    'REQUEST_INVALID',
    get('/v1/parties?limit=1&li%6dit=2'),
  ],
  ['10,000 parameters', 400, 'REQUEST_INVALID', get(`/v1/ledger?${'a&'.repeat(5_000)}`)],
]

const BROKEN: readonly Row[] = [
  [
    'a body longer than it says',
    400,
    'REQUEST_INVALID',
    raw(`${POST}content-length: 1\r\nconnection: close\r\n\r\n{"${CANARY}":1}`),
  ],
  [
    'a body that ends before it should',
    400,
    'REQUEST_INVALID',
    raw(`${POST}content-length: 50\r\n\r\n{"${CANARY}"`, 'half-close'),
  ],
  [
    'a chunk that ends before it should',
    400,
    'REQUEST_INVALID',
    raw(`${POST}transfer-encoding: chunked\r\n\r\nff\r\n{"${CANARY}"`, 'half-close'),
  ],
  [
    'an encoding of transfer',
    400,
    'REQUEST_INVALID',
    raw(`${POST}transfer-encoding: gzip, chunked, x\r\n\r\n0\r\n\r\n`),
  ],
  [
    'two encodings of transfer',
    400,
    'REQUEST_INVALID',
    raw(`${POST}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n`),
  ],
  ['a length with a plus', 400, 'REQUEST_INVALID', raw(`${POST}content-length: +2\r\n\r\n{}`)],
  ['a length in hex', 400, 'REQUEST_INVALID', raw(`${POST}content-length: 0x2\r\n\r\n{}`)],
  [
    'a length of 30 digits',
    400,
    'REQUEST_INVALID',
    raw(`${POST}content-length: ${'9'.repeat(30)}\r\n\r\n{}`),
  ],
  [
    'a folded header',
    400,
    'REQUEST_INVALID',
    raw(`GET /livez HTTP/1.1\r\nhost: a\r\nx: a\r\n ${CANARY}\r\n\r\n`),
  ],
  [
    'a NUL in a header',
    400,
    'REQUEST_INVALID',
    raw('GET /livez HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n'),
  ],
  [
    'a space before a colon',
    400,
    'REQUEST_INVALID',
    raw('GET /livez HTTP/1.1\r\nhost : a\r\n\r\n'),
  ],
  ['a NUL in the address', 400, 'REQUEST_INVALID', raw('GET /v1/\0 HTTP/1.1\r\nhost: a\r\n\r\n')],
  [
    'an address of 20,000 characters',
    431,
    'HEADERS_TOO_LARGE',
    raw(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`),
  ],
  [
    '2,000 headers',
    431,
    'HEADERS_TOO_LARGE',
    raw(`GET /livez HTTP/1.1\r\nhost: a\r\n${'x-a: bbbbbbb\r\n'.repeat(2_000)}\r\n`),
  ],
  [
    'a chunk of 16 hex digits',
    413,
    'BODY_TOO_LARGE',
    raw(`${POST}transfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n${'x'.repeat(2_000_000)}`),
  ],
  [
    'a chunk of 17 hex digits',
    400,
    'REQUEST_INVALID',
    raw(`${POST}transfer-encoding: chunked\r\n\r\n${'f'.repeat(17)}\r\n`),
  ],
  ['HTTP/2 without asking', 400, 'REQUEST_INVALID', raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['HTTP/9.9', 400, 'REQUEST_INVALID', raw('GET /livez HTTP/9.9\r\nhost: a\r\n\r\n')],
  ['a CONNECT', 0, '', raw('CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n')],
]

export const WIRE_ROWS: readonly Row[] = [...ADDRESSES, ...QUERIES, ...BROKEN]
