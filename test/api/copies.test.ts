import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { openStatementLine, parseStatementLine } from '../../ledger/core/statement-line.js'
import { parseInboxPage } from '../../ledger/log/inbox-lines.js'
import { crypto, openWorld, ROLES, type World } from './world.js'

let world: World
const ids: StatementId[] = []
beforeAll(async () => {
  world = await openWorld()
  const collected = await world.admit(await world.collection())
  ids.push(collected, await world.admit(await world.transfer(collected)))
  const proposal = await world.transfer(collected, 'rides', ['exporter'])
  await world.ledger.submit(envelopeJson(proposal))
})
afterAll(() => world.close())

const range = (from: number, to: number): string => `/v1/statements?from=${from}&to=${to}`

describe('statement lines', () => {
  test('an auditor gets one line for each entry, and each is what its entry commits to', async () => {
    const { size } = world.ledger
    const answer = await world.callAs('auditor', range(0, size))
    const lines = answer.text.split('\n')

    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    expect(lines.pop()).toBe('')
    expect(lines).toHaveLength(size)
    const opened = lines.map((text, index) => {
      const line = parseStatementLine(text)
      expect(line.index).toBe(index)
      return openStatementLine(line, world.ledger.entry(index), crypto).id
    })
    expect(opened.slice(-2)).toEqual(ids)
  })

  test.each(ROLES.filter((role) => role !== 'auditor'))('%s is refused', async (role) => {
    const answer = await world.callAs(role, range(0, 1))

    expect([answer.status, answer.json()['code']]).toEqual([403, 'AUTH_FORBIDDEN'])
  })

  test('nobody gets any without a token', async () => {
    const answer = await world.call('GET', range(0, 1))

    expect(answer.json()['code']).toBe('AUTH_REQUIRED')
  })

  test.each([
    ['the end is before the beginning', range(2, 1), 'REQUEST_INVALID'],
    ['nothing is asked for', range(1, 1), 'REQUEST_INVALID'],
    ['more than 256 are asked for', range(0, 257), 'REQUEST_INVALID'],
    ['a bound is missing', '/v1/statements?from=0', 'REQUEST_INVALID'],
  ])('refused where %s', async (_what, url, code) => {
    expect((await world.callAs('auditor', url)).json()['code']).toBe(code)
  })

  test('an entry that is not there yet is said not to be there', async () => {
    const { size } = world.ledger
    const answer = await world.callAs('auditor', range(size - 1, size + 1))

    expect([answer.status, answer.json()['code']]).toEqual([404, 'ENTRY_NOT_FOUND'])
  })
})

describe('inbox lines', () => {
  const URL = '/v1/inbox/events'

  test('an auditor gets the pin, every event and what waits', async () => {
    const answer = await world.callAs('auditor', URL)
    const { pin, lines } = parseInboxPage(answer.text)

    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    expect(lines).toHaveLength(pin.seq - pin.base)
    expect(lines.filter(({ statement }) => statement !== undefined)).toHaveLength(1)
  })

  test('from a number on; from one that is not there, the pin alone', async () => {
    const { pin } = parseInboxPage((await world.callAs('auditor', URL)).text)
    const last = parseInboxPage((await world.callAs('auditor', `${URL}?from=${pin.seq - 1}`)).text)
    const none = parseInboxPage((await world.callAs('auditor', `${URL}?from=${pin.seq + 9}`)).text)

    expect([last.lines.map(({ seq }) => seq), none.lines]).toEqual([[pin.seq - 1], []])
    expect([last.pin, none.pin]).toEqual([pin, pin])
  })

  test.each(ROLES.filter((role) => role !== 'auditor'))('%s is refused', async (role) => {
    const answer = await world.callAs(role, URL)

    expect([answer.status, answer.json()['code']]).toEqual([403, 'AUTH_FORBIDDEN'])
  })

  test('nobody gets any without a token', async () => {
    expect((await world.call('GET', URL)).json()['code']).toBe('AUTH_REQUIRED')
  })

  test.each(['-1', 'x', '1e3', ''])('refused for the number %j', async (from) => {
    const answer = await world.callAs('auditor', `${URL}?from=${from}`)

    expect(answer.json()['code']).toBe('REQUEST_INVALID')
  })
})
