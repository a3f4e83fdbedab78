/**
 * Hostile calls to a server in a process of its own. Each is answered as documented, stores nothing,
 * tells nothing of what was sent, and leaves the server able to do its work.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACME } from '../log/support/firms.js'
import { collection } from '../log/support/statements.js'
import { BULK_ITEM_ROWS, BULK_ROWS } from './bulk-rows.js'
import { CLAIM_ROWS } from './claim-rows.js'
import { CANARY, forge } from './forge.js'
import { PAYLOAD_ROWS } from './payload-rows.js'
import { ROLE_ROWS } from './role-rows.js'
import type { Row } from './rows.js'
import { SIGNATURE_ROWS } from './signature-rows.js'
import { codeOf, Site } from './site.js'
import { STATE_ROWS } from './state-rows.js'
import { TOKEN_ROWS } from './token-rows.js'
import { WIRE_ROWS } from './wire-rows.js'

let site: Site
beforeAll(async () => {
  site = await Site.open()
})
afterAll(() => site.close())

const TABLES: readonly (readonly [name: string, rows: readonly Row[]])[] = [
  ['payload', PAYLOAD_ROWS],
  ['claim', CLAIM_ROWS],
  ['signature', SIGNATURE_ROWS],
  ['role or key', ROLE_ROWS],
  ['move', STATE_ROWS],
  ['bulk call', BULK_ROWS],
  ['item of a bulk call', BULK_ITEM_ROWS],
  ['token', TOKEN_ROWS],
  ['request', WIRE_ROWS],
]

describe.each(TABLES)('a hostile %s', (_name, rows) => {
  test.each(rows)('%s: %i %s', async (_what, status, code, send) => {
    const head = site.head()

    const reply = await send(site)

    expect([reply.status, reply.code ?? codeOf(reply)]).toEqual([status, code])
    expect(reply.text).not.toContain(CANARY)
    expect(site.head()).toBe(head)
    expect((await site.get('/livez')).status).toBe(200)
    expect(site.server.printed).not.toContain(CANARY)
  })

  test('afterwards a good statement is admitted', async () => {
    const good = await forge(collection(ACME, 'good'), [['collector', ACME.signer]])

    expect((await site.submit(good)).status).toBe(201)
  })
})

test('there are more than 150 hostile calls, and no two of a name in a table', () => {
  const rows = TABLES.flatMap(([name, list]) => list.map(([what]) => `${name}: ${what}`))

  expect(rows.length).toBeGreaterThanOrEqual(380)
  expect(new Set(rows).size).toBe(rows.length)
})
