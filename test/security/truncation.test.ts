/**
 * Attack: an operator cuts off the end of the log, so that what was recorded last never was.
 *
 * Caught by whoever saw the longer tree. Two true heads of one history, the smaller one shown later,
 * prove nothing to others, and the evidence says so: the ledger must still answer for the larger.
 */
import { afterAll, expect, test } from 'vitest'
import {
  copyOf,
  evidenceFiles,
  fetchReceipt,
  grow,
  history,
  Operator,
  policyFile,
  Stage,
} from './support/stage.js'

const stage = new Stage()

afterAll(() => stage.close())

test('a ledger that no longer has what it showed: exit 5, and both heads are kept', async () => {
  const long = await history('rides', 'fares', 'the entry that must go')
  const short = copyOf(long, 5)
  const operator = new Operator(long)
  const url = await stage.serve(operator)
  const alice = await stage.person('alice')
  const policy = policyFile(alice)
  expect((await fetchReceipt(alice, url, long.envelope(5), policy)).code).toBe(0)
  operator.log = short

  const after = await fetchReceipt(alice, url, short.envelope(3), policy)
  const [file = ''] = evidenceFiles(alice)
  const judge = await stage.person('judge')
  const judged = await judge.run(['verify', file, '--policy', policyFile(judge)])

  expect(after.code).toBe(5)
  expect(after.err).toContain('By itself it does not yet convince others')
  expect(judged.code).toBe(3)
  expect(judged.out).toContain('[SPLIT_VIEW_UNPROVEN]')
})

test('a ledger that was cut off and went on otherwise convinces everybody', async () => {
  const long = await history('rides', 'fares', 'the entry that must go')
  const other = copyOf(long, 5)
  await grow(other, 'another entry', 'and one more')
  const operator = new Operator(long)
  const url = await stage.serve(operator)
  const bob = await stage.person('bob')
  const policy = policyFile(bob)
  expect((await fetchReceipt(bob, url, long.envelope(5), policy)).code).toBe(0)
  operator.log = other

  const after = await fetchReceipt(bob, url, other.envelope(6), policy)
  const [file = ''] = evidenceFiles(bob)
  const judge = await stage.person('judge-2')

  expect(after.code).toBe(5)
  expect((await judge.run(['verify', file, '--policy', policyFile(judge)])).code).toBe(5)
})

test('a ledger that does not answer for what it showed is not VERIFIED: exit 3', async () => {
  const operator = new Operator(await history('rides', 'fares'))
  const url = await stage.serve(operator)
  const carol = await stage.person('carol')
  const policy = policyFile(carol)
  expect((await fetchReceipt(carol, url, operator.log.envelope(3), policy)).code).toBe(0)
  operator.log = copyOf(operator.log)
  await grow(operator.log, 'more')
  operator.silent = true

  const after = await fetchReceipt(carol, url, operator.log.envelope(3), policy)

  expect(after.code).toBe(3)
  expect(after.out).toContain('that it continues the ledger as you saw it before')
  expect(evidenceFiles(carol)).toEqual([])
})
