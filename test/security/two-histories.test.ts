/**
 * Attack: an operator with the real key shows one history to some and another to others. DESIGN 2.
 *
 * Caught by whoever sees both: the same person later, or two people who compare.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TinyLog } from '../core/support/tiny-log.js'
import {
  evidenceFiles,
  fetchReceipt,
  grow,
  history,
  Operator,
  policyFile,
  receiptOf,
  Stage,
  writeReceipt,
} from './support/stage.js'

const stage = new Stage()
let honest: TinyLog
let forged: TinyLog
let operator: Operator
let url = ''

beforeAll(async () => {
  honest = await history('rides', 'fares')
  forged = await history('rides of somebody else', 'fares')
  operator = new Operator(honest)
  url = await stage.serve(operator)
})

afterAll(() => stage.close())

test('whoever was shown one history before is shown no other: exit 5, loud, with evidence', async () => {
  const alice = await stage.person('alice')
  const policy = policyFile(alice)
  const before = await fetchReceipt(alice, url, honest.envelope(3), policy)
  operator.log = forged

  const after = await fetchReceipt(alice, url, forged.envelope(3), policy)

  expect(before.code).toBe(0)
  expect(before.out).toContain('first checkpoint of this ledger seen here')
  expect(after.code).toBe(5)
  expect(after.err).toContain('*** SPLIT VIEW ***')
  expect(after.out).toContain('Record: FAILED (split view)')
  expect(evidenceFiles(alice)).toHaveLength(1)
})

test.each([
  ['one entry later', 'larger', ['more']],
  ['several entries later', 'largest', ['more', 'and more', 'and more of it']],
])('also %s, and the evidence convinces somebody who was not there', async (_, name, more) => {
  operator.log = honest
  const alice = await stage.person(`alice-${name}`)
  const policy = policyFile(alice)
  expect((await fetchReceipt(alice, url, honest.envelope(3), policy)).code).toBe(0)
  const later = await history('rides of somebody else', 'fares')
  await grow(later, ...more)
  operator.log = later

  const after = await fetchReceipt(alice, url, later.envelope(3), policy)
  const [file = ''] = evidenceFiles(alice)
  const judge = await stage.person(`judge-${name}`)
  const judged = await judge.run(['verify', file, '--policy', policyFile(judge)])

  expect(after.code).toBe(5)
  expect(judged.code).toBe(5)
  expect(judged.out).toContain('Record: FAILED (split view)')
  expect(judged.out).toContain('began with another tree')
  expect(judged.out).toContain(`tree size ${honest.size}`)
})

test('two people who compare their receipts find out, and have the same evidence', async () => {
  const carol = await stage.person('carol')
  const files = [
    writeReceipt(carol, 'mine', await receiptOf(honest, 3)),
    writeReceipt(carol, 'theirs', await receiptOf(forged, 3)),
  ]

  const ran = await carol.run(['verify', ...files, '--policy', policyFile(carol)])
  const [file = ''] = evidenceFiles(carol)
  const dave = await stage.person('dave')
  const judged = await dave.run(['verify', file, '--policy', policyFile(dave)])

  expect([ran.code, judged.code]).toEqual([5, 5])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    format: 'waybill-split-view/1',
    origin: honest.origin,
  })
})

test('an honest ledger that grows is no split view', async () => {
  const growing = await history('rides')
  operator.log = growing
  const erin = await stage.person('erin')
  const policy = policyFile(erin)

  for (const content of ['b', 'c', 'd', 'e', 'f', 'g']) {
    expect((await fetchReceipt(erin, url, growing.envelope(3), policy)).code).toBe(0)
    await grow(growing, content)
  }
  expect(evidenceFiles(erin)).toEqual([])
})
