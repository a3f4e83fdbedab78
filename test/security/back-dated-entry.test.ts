/**
 * Attack: an operator writes an entry with a time that has passed, to make a statement look older.
 *
 * Time never goes backwards in a log, the parties' own signatures say when they signed, and a tree
 * that witnesses have cosigned cannot be opened again.
 */
import { afterAll, expect, test } from 'vitest'
import { EXPORTER } from '../core/support/parties.js'
import { collection, collectionDraft, NOW, signed } from '../core/support/statements.js'
import {
  copyOf,
  cosign,
  history,
  Operator,
  policyFile,
  receiptOf,
  Stage,
  TWO_OF_THREE,
  WITNESSES,
  writeReceipt,
} from './support/stage.js'

const stage = new Stage()

afterAll(() => stage.close())

test('an entry older than the one before it: the chain is broken, exit 1', async () => {
  const log = await history('rides', 'fares')
  log.append(await collection(EXPORTER, ['back-dated']), { time: NOW - 86_400 })
  const alice = await stage.person('alice')
  const file = writeReceipt(alice, 'back-dated', await receiptOf(log, 5))

  const ran = await alice.run(['verify', file, '--policy', policyFile(alice)])

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('[ENTRY_CHAIN_BROKEN]')
})

test('an entry older than its own signatures: the statement is from its future, exit 1', async () => {
  const log = await history('rides')
  const late = await signed(
    { ...collectionDraft(EXPORTER, ['signed long after']), iat: NOW + 86_400 },
    { collector: EXPORTER },
  )
  log.append(late)
  const bob = await stage.person('bob')
  const file = writeReceipt(bob, 'late', await receiptOf(log, 4))

  const ran = await bob.run(['verify', file, '--policy', policyFile(bob)])

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('[STATEMENT_FROM_FUTURE]')
})

test('an entry put back among those that witnesses have cosigned: a split view, exit 5', async () => {
  const cosigned = await history('rides', 'fares')
  const rewritten = copyOf(cosigned, 4)
  rewritten.append(await collection(EXPORTER, ['put in between']))
  rewritten.append(cosigned.envelope(4))
  const carol = await stage.person('carol')
  const policy = policyFile(carol, TWO_OF_THREE)
  const note = await cosign(await cosigned.checkpoint(), WITNESSES)
  const first = writeReceipt(carol, 'first', await receiptOf(cosigned, 3, note))
  const second = writeReceipt(carol, 'second', await receiptOf(rewritten, 4))
  const url = await stage.serve(new Operator(rewritten))

  const before = await carol.run(['verify', first, '--policy', policy])
  const after = await carol.run(['verify', second, '--policy', policy, '--server', url])

  expect(before.code).toBe(0)
  expect(after.code).toBe(5)
})
