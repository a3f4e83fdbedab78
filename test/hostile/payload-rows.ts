/** Statements whose payload breaks a rule of DESIGN 4.1, well signed all the same. */
import type { Json } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { ACME } from '../log/support/firms.js'
import { collection, type Signing } from '../log/support/statements.js'
import { CANARY, forge, nested, nowS, type Tricks, withProto } from './forge.js'
import type { Row } from './rows.js'
import { bySides, HOUR_S, ridesTransfer, type Site } from './site.js'

const DAY_S = 86_400
const collector: readonly Signing[] = [['collector', ACME.signer]]

/** A collection of ACME's with tricks. */
const own = (tricks: Tricks) => async (site: Site) =>
  site.submit(await forge(collection(ACME, CANARY), collector, tricks))

/** A collection whose payload has these members besides, or instead. */
const put = (members: Readonly<Record<string, Json>>) =>
  own({ payload: (payload) => ({ ...payload, ...members }) })

/** A collection without a member of its payload. */
const without = (name: string) => own({ payload: ({ [name]: _, ...rest }) => rest })

/** A collection whose payload's text is changed. */
const text = (change: (text: string) => string) => own({ text: change })

/** A transfer whose payload has these members besides, or instead. */
const moved = (members: (site: Site) => Readonly<Record<string, Json>>) => async (site: Site) =>
  site.submit(
    await forge(ridesTransfer(site.known), bySides, {
      payload: (payload) => ({ ...payload, ...members(site) }),
    }),
  )

/** A collection with its claims changed as placeholders. */
const claims = (change: (claims: Record<string, Json>) => Json) =>
  own({
    payload: (payload) => ({ ...payload, claims: change({ ...(payload['claims'] as object) }) }),
  })

const list = (claims: Record<string, Json>, name: string) => claims[name] as readonly Json[]

const parent = (site: Site, n: Json = 0): Json => ({ id: site.known.rides, n })
const many = (count: number): Json =>
  Array.from({ length: count }, (_, n) => ({ id: 'ab'.repeat(32) as StatementId, n }))

export const PAYLOAD_ROWS: readonly Row[] = [
  ['version 2', 422, 'STATEMENT_VERSION_UNKNOWN', put({ v: 2 })],
  ['version "1"', 422, 'STATEMENT_VERSION_UNKNOWN', put({ v: '1' })],
  ['no version', 422, 'STATEMENT_VERSION_UNKNOWN', without('v')],
  ['a later type', 422, 'STATEMENT_TYPE_UNKNOWN', put({ type: 'collection/2' })],
  ['a type of nobody', 422, 'STATEMENT_TYPE_UNKNOWN', put({ type: CANARY })],
  ['type __proto__', 422, 'STATEMENT_TYPE_UNKNOWN', put({ type: '__proto__' })],
  ['type toString', 422, 'STATEMENT_TYPE_UNKNOWN', put({ type: 'toString' })],
  ['a type that is a list', 422, 'STATEMENT_TYPE_UNKNOWN', put({ type: ['collection/1'] })],
  ['aud of another ledger', 422, 'AUDIENCE_WRONG', put({ aud: ['other.example/log'] })],
  [
    'aud of a ledger with a longer name',
    422,
    'AUDIENCE_WRONG',
    put({ aud: ['log.example/test2'] }),
  ],
  ['two ledgers in aud', 422, 'PAYLOAD_INVALID', put({ aud: ['log.example/test', 'b'] })],
  ['aud as a string', 422, 'PAYLOAD_INVALID', put({ aud: 'log.example/test' })],
  ['aud with a space', 422, 'PAYLOAD_INVALID', put({ aud: [`log ${CANARY}`] })],
  ['no nonce', 422, 'PAYLOAD_INVALID', without('nonce')],
  ['a nonce of 15 bytes', 422, 'PAYLOAD_INVALID', put({ nonce: 'A'.repeat(20) })],
  ['a nonce with trailing bits', 422, 'PAYLOAD_INVALID', put({ nonce: `${'A'.repeat(21)}B` })],
  ['a nonce with padding', 422, 'PAYLOAD_INVALID', put({ nonce: `${'A'.repeat(22)}==` })],
  ['an unknown member', 422, 'PAYLOAD_INVALID', put({ [CANARY]: 1 })],
  ['a member exp', 422, 'PAYLOAD_INVALID', put({ exp: 1 })],
  ['a member _sd', 422, 'PAYLOAD_INVALID', put({ _sd: [] })],
  [
    'a member __proto__',
    422,
    'PAYLOAD_INVALID',
    own({ payload: (p) => ({ ...p, ...withProto(CANARY), z: 1 }) }),
  ],
  ['SHA-512 disclosures', 422, 'PAYLOAD_INVALID', put({ _sd_alg: 'sha-512' })],
  ['no _sd_alg', 422, 'PAYLOAD_INVALID', without('_sd_alg')],
  ['a time with a fraction', 400, 'JSON_NOT_CANONICAL', put({ iat: 1.5 })],
  ['a time past 2^53', 400, 'JSON_NOT_CANONICAL', put({ iat: 2 ** 53 })],
  ['a time before 1970', 422, 'PAYLOAD_INVALID', put({ iat: -1 })],
  ['a time as text', 422, 'PAYLOAD_INVALID', put({ iat: String(nowS()) })],
  ['a time that is null', 422, 'PAYLOAD_INVALID', put({ iat: null })],
  ['an hour ahead of the clock', 422, 'STATEMENT_FROM_FUTURE', put({ iat: nowS() + HOUR_S })],
  ['a deadline where one side signs', 422, 'PAYLOAD_INVALID', put({ countersign_by: nowS() + 60 })],
  [
    'a deadline before it was made',
    422,
    'PAYLOAD_INVALID',
    moved(() => ({ countersign_by: nowS() - 9 })),
  ],
  [
    'a deadline after 91 days',
    422,
    'PAYLOAD_INVALID',
    moved(() => ({ countersign_by: nowS() + 91 * DAY_S })),
  ],
  [
    'a deadline that has passed',
    422,
    'STATEMENT_EXPIRED',
    moved(() => ({ iat: nowS() - 99, countersign_by: nowS() - 9 })),
  ],
  ['a deadline as text', 422, 'PAYLOAD_INVALID', moved(() => ({ countersign_by: 'tomorrow' }))],
  ['parents of a collection', 422, 'PAYLOAD_INVALID', put({ parents: [] })],
  ['no parents of a transfer', 422, 'PAYLOAD_INVALID', moved(() => ({ parents: [] }))],
  [
    'a parent twice',
    422,
    'PAYLOAD_INVALID',
    moved((site) => ({ parents: [parent(site), parent(site)] })),
  ],
  ['257 parents', 422, 'PAYLOAD_INVALID', moved(() => ({ parents: many(257) }))],
  [
    'a parent on another ledger',
    422,
    'PAYLOAD_INVALID',
    moved((site) => ({ parents: [{ ...(parent(site) as object), origin: 'b' }] })),
  ],
  [
    'a parent with a negative dataset',
    422,
    'PAYLOAD_INVALID',
    moved((site) => ({ parents: [parent(site, -1)] })),
  ],
  [
    'a parent with half a dataset',
    400,
    'JSON_NOT_CANONICAL',
    moved((site) => ({ parents: [parent(site, 0.5)] })),
  ],
  [
    'a parent id in capitals',
    422,
    'PAYLOAD_INVALID',
    moved(() => ({ parents: [{ id: 'AB'.repeat(32), n: 0 }] })),
  ],
  [
    'a prefix as a parent',
    422,
    'PAYLOAD_INVALID',
    moved((site) => ({ parents: [{ id: site.known.rides.slice(0, 12), n: 0 }] })),
  ],
  ['parents as an object', 422, 'PAYLOAD_INVALID', moved(() => ({ parents: { length: 1 } }))],
  ['about in a transfer', 422, 'PAYLOAD_INVALID', moved((site) => ({ about: site.known.rides }))],
  ['supersedes in a collection', 422, 'PAYLOAD_INVALID', put({ supersedes: 'ab'.repeat(32) })],
  ['a claim left out', 422, 'PAYLOAD_INVALID', claims(({ period: _, ...rest }) => rest)],
  [
    'a claim too many',
    422,
    'PAYLOAD_INVALID',
    claims((all) => ({ ...all, [CANARY]: all['ext'] ?? null })),
  ],
  [
    'a claim __proto__',
    422,
    'PAYLOAD_INVALID',
    claims(({ ext, ...rest }) => ({ ...rest, ...withProto(ext ?? null) })),
  ],
  ['claims as a list', 422, 'PAYLOAD_INVALID', claims((all) => Object.values(all))],
  [
    'two values of a single claim',
    422,
    'PAYLOAD_INVALID',
    claims((all) => ({ ...all, ext: [...list(all, 'ext'), { '...': 'A'.repeat(43) }] })),
  ],
  ['a claim without placeholders', 422, 'PAYLOAD_INVALID', claims((all) => ({ ...all, ext: [] }))],
  ['a value in the open', 422, 'PAYLOAD_INVALID', claims((all) => ({ ...all, ext: [CANARY] }))],
  [
    'a digest twice',
    422,
    'PAYLOAD_INVALID',
    claims((all) => ({ ...all, ext: list(all, 'period') })),
  ],
  [
    'a digest with trailing bits',
    422,
    'PAYLOAD_INVALID',
    claims((all) => ({ ...all, ext: [{ '...': `${'A'.repeat(42)}B` }] })),
  ],
  [
    'a placeholder with a second member',
    422,
    'PAYLOAD_INVALID',
    claims((all) => ({ ...all, ext: [{ '...': 'A'.repeat(43), _sd: [] }] })),
  ],
  [
    'a placeholder in a placeholder',
    422,
    'PAYLOAD_INVALID',
    claims((all) => ({ ...all, ext: [list(all, 'ext')] })),
  ],
  [
    '1,100 placeholders',
    413,
    'PAYLOAD_TOO_LARGE',
    claims((all) => ({ ...all, fields: placeholders(1_100) })),
  ],
  ['what is no JSON', 400, 'JSON_INVALID', text(() => CANARY)],
  ['a list', 422, 'PAYLOAD_INVALID', text(() => '[]')],
  ['an empty payload', 400, 'JSON_INVALID', text(() => '')],
  ['a space', 400, 'JSON_NOT_CANONICAL', text((json) => json.replace(':', ': '))],
  ['a line feed at the end', 400, 'JSON_NOT_CANONICAL', text((json) => `${json}\n`)],
  [
    'a name twice',
    400,
    'JSON_NOT_CANONICAL',
    text((json) => json.replace('"v":1}', '"v":1,"v":1}')),
  ],
  [
    'a name twice with another value',
    400,
    'JSON_NOT_CANONICAL',
    text((json) => json.replace('"aud":[', `"aud":["${CANARY}"],"aud":[`)),
  ],
  [
    'names out of order',
    400,
    'JSON_NOT_CANONICAL',
    text((json) => `{"v":1,${json.slice(1).replace(',"v":1', '')}`),
  ],
  [
    'an escape that need not be',
    400,
    'JSON_NOT_CANONICAL',
    text((json) => json.replace('sha-256', 'sh\\u0061-256')),
  ],
  ['minus zero', 400, 'JSON_NOT_CANONICAL', text((json) => json.replace(/"iat":\d+/, '"iat":-0'))],
  [
    'an exponent',
    400,
    'JSON_NOT_CANONICAL',
    text((json) => json.replace(/"iat":\d+/, '"iat":1e9')),
  ],
  [
    'a number of 400 digits',
    400,
    'JSON_NOT_CANONICAL',
    text((json) => json.replace(/"iat":\d+/, `"iat":${'9'.repeat(400)}`)),
  ],
  [
    'half a surrogate pair',
    400,
    'JSON_INVALID',
    text((json) => json.replace('sha-256', '\\ud800')),
  ],
  [
    '30,000 levels',
    400,
    'JSON_INVALID',
    text((json) => json.replace('"v":1', `"v":${nested(30_000)}`)),
  ],
  ['17 levels', 400, 'JSON_INVALID', text((json) => json.replace('"v":1', `"v":${nested(17)}`))],
  [
    'a byte order mark',
    400,
    'JSON_INVALID',
    own({ bytes: (bytes) => Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes) }),
  ],
  ['invalid UTF-8', 400, 'UTF8_INVALID', own({ bytes: (bytes) => bytes.with(2, 0xff) })],
  [
    'an overlong character',
    400,
    'UTF8_INVALID',
    own({ bytes: (bytes) => Uint8Array.of(...bytes, 0xc0, 0x80) }),
  ],
  ['65,537 bytes', 413, 'PAYLOAD_TOO_LARGE', text((json) => json.padEnd(65_537))],
]

function placeholders(count: number): Json {
  return Array.from({ length: count }, (_, n) => ({ '...': `${String(n).padStart(42, 'A')}A` }))
}
