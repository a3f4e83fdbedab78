/**
 * Attack: a receipt is put together from true parts of two ledgers: the statement, the entry, the
 * proof or the key history of one under the checkpoint of the other. DESIGN 4.8.
 *
 * Both ledgers are real, have the same operator and the same parties, and are in the policy.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { policyOfLogs } from '../../ledger/core/policy.js'
import { receiptJson } from '../../ledger/core/receipt.js'
import type { Person } from '../cli/harness.js'
import { EXPORTER, IMPORTER, OPERATOR } from '../core/support/parties.js'
import { collectionDraft, partyDraft, signed } from '../core/support/statements.js'
import { TinyLog } from '../core/support/tiny-log.js'
import { history, policyFile, receiptOf, Stage } from './support/stage.js'

const stage = new Stage()
const ELSEWHERE = 'ledger.example/elsewhere'
let here: JsonObject
let there: JsonObject
let person: Person
let policy = ''

beforeAll(async () => {
  const first = await history('rides', 'fares')
  const second = await elsewhere()
  here = receiptJson(await receiptOf(first, 3))
  there = receiptJson(await receiptOf(second, 3))
  person = await stage.person('alice')
  const keys = [first, second].flatMap((log) => log.policy.logs.map(({ key }) => key))
  policy = policyFile(person, policyOfLogs(...keys))
})

/** As `history`, on another ledger: every statement is for it. */
async function elsewhere(): Promise<TinyLog> {
  const log = new TinyLog(ELSEWHERE)
  for (const party of [OPERATOR, IMPORTER, EXPORTER]) {
    const draft = { ...partyDraft(party), origin: ELSEWHERE }
    log.append(await signed(draft, { party, registrar: OPERATOR }))
  }
  for (const content of ['rides', 'fares']) {
    const draft = { ...collectionDraft(EXPORTER, [content]), origin: ELSEWHERE }
    log.append(await signed(draft, { collector: EXPORTER }))
  }
  return log
}

afterAll(() => stage.close())

function verify(name: string, receipt: JsonObject, by: Person = person) {
  const file = by.write(`${name}.receipt.json`, JSON.stringify(receipt))
  return by.run(['verify', file, '--policy', policy])
}

test('both receipts are VERIFIED as they are', async () => {
  expect((await verify('here', here)).code).toBe(0)
  expect((await verify('there', there)).code).toBe(0)
})

test.each([
  ['the statement', ['statement']],
  ['the entry', ['entry']],
  ['the proof, with its checkpoint', ['proof']],
  ['the key history', ['registry']],
  ['entry 0', ['genesis']],
  ['the last entry', ['head']],
  ['statement and entry', ['statement', 'entry']],
  ['statement, entry and key history', ['statement', 'entry', 'registry']],
  ['everything but the proof', ['statement', 'entry', 'registry', 'genesis', 'head']],
] as const)('%s of the other ledger: FAILED, exit 1', async (name, parts) => {
  const mixed = { ...here, ...Object.fromEntries(parts.map((part) => [part, there[part] ?? null])) }

  const ran = await verify(name.replaceAll(/[^a-z0-9]+/g, '-'), mixed)

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('Record: FAILED')
})

test('a statement for one ledger recorded in the other: FAILED, exit 1', async () => {
  const log = await history('rides')
  log.append(
    await signed(
      { ...collectionDraft(EXPORTER, ['x']), origin: ELSEWHERE },
      { collector: EXPORTER },
    ),
  )

  const ran = await verify(
    'smuggled',
    receiptJson(await receiptOf(log, 4)),
    await stage.person('bob'),
  )

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('[AUDIENCE_WRONG]')
})
