/** Bulk calls: DESIGN 4.1 limits, 7.2. What is wrong with one item is that item's answer. */
import type { JsonObject } from '../../ledger/core/json.js'
import type { Reply } from '../crash/server-process.js'
import { ACME } from '../log/support/firms.js'
import { collection, type Signing } from '../log/support/statements.js'
import { CANARY, forge, nested } from './forge.js'
import type { Answer, Row } from './rows.js'
import type { Site } from './site.js'

const NDJSON = 'application/x-ndjson'
const collector: readonly Signing[] = [['collector', ACME.signer]]
const MIB = 1_048_576

const lines =
  (text: string | Uint8Array, query = '') =>
  (site: Site) =>
    site.server.post(`/v1/statements${query}`, text, NDJSON)
const array =
  (text: string, query = '') =>
  (site: Site) =>
    site.server.post(`/v1/statements${query}`, text)

/** An envelope for another ledger: each copy is refused by itself. */
const elsewhere = async (): Promise<string> =>
  JSON.stringify(
    await forge({ ...collection(ACME, CANARY), origin: 'other.example/log' }, collector),
  )

/** A call that is taken as a whole: 200, and each item is refused. Its code: how many, and theirs. */
const items =
  (send: (site: Site) => Promise<Reply>) =>
  async (site: Site): Promise<Answer> => {
    const reply = await send(site)
    if (reply.status !== 200) return reply
    const { items: list } = JSON.parse(reply.text) as { readonly items: readonly JsonObject[] }
    const codes = list.map(({ status, problem }) =>
      status === 'rejected' ? String((problem as JsonObject)['code']) : String(status),
    )
    return { ...reply, code: `${list.length} ${[...new Set(codes)].join()}` }
  }

export const BULK_ROWS: readonly Row[] = [
  ['1,001 items', 413, 'BODY_TOO_LARGE', array(`[${Array(1_001).fill('{}').join()}]`)],
  ['1,001 lines', 413, 'BODY_TOO_LARGE', lines('{}\n'.repeat(1_001))],
  ['100,000 commas', 413, 'BODY_TOO_LARGE', array(`[${','.repeat(100_000)}]`)],
  ['16 MiB and a byte', 413, 'BODY_TOO_LARGE', array(`["${'x'.repeat(16 * MIB - 3)}"]`)],
  ['16 MiB and a byte in lines', 413, 'BODY_TOO_LARGE', lines('x'.repeat(16 * MIB + 1))],
  ['an empty array', 400, 'REQUEST_INVALID', array('[]')],
  ['no lines', 400, 'REQUEST_INVALID', lines('\n \n\r\n')],
  ['an array that does not end', 400, 'JSON_INVALID', array(`[{},"${CANARY}"`)],
  ['a string that does not end', 400, 'JSON_INVALID', array(`["${CANARY}]`)],
  ['text after an array', 400, 'JSON_INVALID', array(`[{}] ${CANARY}`)],
  ['two arrays', 400, 'JSON_INVALID', array('[{}][{}]')],
  ['brackets that cross', 400, 'JSON_INVALID', array('[{]}]')],
  ['30,000 levels', 400, 'JSON_INVALID', array('['.repeat(30_000))],
  ['validation of an array', 400, 'REQUEST_INVALID', array('[{}]', '?validate=only')],
  ['validation of lines', 400, 'REQUEST_INVALID', lines('{}\n', '?validate=only')],
]

export const BULK_ITEM_ROWS: readonly Row[] = [
  ['garbage lines', 200, '3 JSON_INVALID', items(lines(`${CANARY}\n{"a":\n[\n`))],
  ['lines of other JSON', 200, '4 ENVELOPE_INVALID', items(lines('1\nnull\n"x"\n[]\n'))],
  ['an item of 30,000 levels', 200, '1 JSON_INVALID', items(array(`[${nested(30_000)}]`))],
  ['a line of 30,000 levels', 200, '1 JSON_INVALID', items(lines(nested(30_000)))],
  ['an item left out', 200, '2 ENVELOPE_INVALID,JSON_INVALID', items(array('[{},]'))],
  [
    'items with names twice',
    200,
    '2 JSON_INVALID',
    items(array('[{"payload":"a","payload":"b"},{"a":1,"a":1}]')),
  ],
  [
    '__proto__ items',
    200,
    '2 ENVELOPE_INVALID',
    items(array(`[{"__proto__":{"payload":"${CANARY}"}},{"constructor":1}]`)),
  ],
  [
    'a byte order mark before lines',
    200,
    '1 JSON_INVALID',
    items(lines(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))),
  ],
  [
    'lines of no UTF-8',
    200,
    '2 UTF8_INVALID',
    items(lines(Uint8Array.of(0x22, 0xff, 0x22, 0x0a, 0x22, 0xc0, 0xaf, 0x22))),
  ],
  [
    'a batch',
    200,
    '1 ENVELOPE_FORM_UNKNOWN',
    items(array('[{"batch":{},"disclosures":[],"payload":""}]')),
  ],
  [
    'a line too large',
    200,
    '1 ENVELOPE_TOO_LARGE',
    items(lines(JSON.stringify({ payload: 'x'.repeat(300_000), signatures: [{}] }))),
  ],
  [
    'a replay from another ledger, 20 times',
    200,
    '20 AUDIENCE_WRONG',
    items(async (site) => lines(`${await elsewhere()}\n`.repeat(20))(site)),
  ],
  [
    'one of another firm among garbage',
    200,
    '2 JSON_INVALID,AUDIENCE_WRONG',
    items(async (site) => lines(`${CANARY}\n${await elsewhere()}`)(site)),
  ],
]
