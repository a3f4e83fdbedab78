/**
 * Attack: an operator drops an entry, computes chain and tree anew, and signs the result.
 *
 * Every hash of the new history is right. The holder of a receipt of the dropped entry has the proof.
 */
import { afterAll, expect, test } from 'vitest'
import { TinyLog } from '../core/support/tiny-log.js'
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

afterAll(() => stage.close())

/** The same statements but one, in a chain and a tree made anew. */
function without(log: TinyLog, dropped: number): TinyLog {
  const rest = new TinyLog()
  for (let index = 0; index < log.size; index += 1) {
    if (index !== dropped) rest.append(log.envelope(index))
  }
  return rest
}

test('the holder of its receipt, with no memory, asks for an upgrade: exit 5 and evidence', async () => {
  const full = await history('rides', 'the transfer nobody wants to know of', 'fares')
  const dropped = without(full, 4)
  await grow(dropped, 'later', 'later still')
  const operator = new Operator(dropped)
  const url = await stage.serve(operator)
  const alice = await stage.person('alice')
  const policy = policyFile(alice)
  const receipt = writeReceipt(alice, 'mine', await receiptOf(full, 4))
  const common = writeReceipt(alice, 'common', await receiptOf(full, 3))
  const key = ['--key', alice.path('key.pem')]

  const gone = await alice.run([
    'receipt',
    '--upgrade',
    receipt,
    ...key,
    '--server',
    url,
    '--policy',
    policy,
  ])
  const other = await alice.run([
    'receipt',
    '--upgrade',
    common,
    ...key,
    '--server',
    url,
    '--policy',
    policy,
  ])
  const [file = ''] = evidenceFiles(alice)
  const judge = await stage.person('judge')
  const judged = await judge.run(['verify', file, '--policy', policyFile(judge)])

  const asked = await (await stage.person('bare')).run([
    'verify',
    receipt,
    '--server',
    url,
    '--policy',
    policy,
  ])

  // By itself the receipt is true: it is the ledger that must stand by it.
  expect(asked.code).toBe(5)
  // The dropped statement is not there; any other receipt of that time contradicts the new tree.
  expect(gone.code).toBe(5)
  expect(other.code).toBe(5)
  expect(other.out).toContain('REFUSED')
  expect(judged.code).toBe(5)
})

test('whoever saw the tree before sees that it is not continued', async () => {
  const full = await history('rides', 'unwanted', 'fares')
  const operator = new Operator(full)
  const url = await stage.serve(operator)
  const bob = await stage.person('bob')
  const policy = policyFile(bob)
  expect((await fetchReceipt(bob, url, full.envelope(3), policy)).code).toBe(0)
  operator.log = without(full, 4)
  await grow(operator.log, 'x', 'y')

  expect((await fetchReceipt(bob, url, operator.log.envelope(3), policy)).code).toBe(5)
})
