/**
 * Attack: a thief has the log's key, and witnesses do not know his history. DESIGN 2, 4.7.
 *
 * Under a quorum of two of three witnesses, what the thief signs alone is never VERIFIED.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TinyLog } from '../core/support/tiny-log.js'
import {
  cosign,
  evidenceFiles,
  fetchReceipt,
  history,
  NOW,
  Operator,
  policyFile,
  receiptOf,
  Stage,
  TWO_OF_THREE,
  WITNESSES,
  witness,
  writeReceipt,
} from './support/stage.js'

const stage = new Stage()
const [north, south, west] = WITNESSES
let honest: TinyLog
let forged: TinyLog

beforeAll(async () => {
  honest = await history('rides', 'fares')
  forged = await history('what the thief wants to have been recorded')
})

afterAll(() => stage.close())

test('a forged receipt under the real key: INCOMPLETE, exit 3, and who is missing', async () => {
  const alice = await stage.person('alice')
  const policy = policyFile(alice, TWO_OF_THREE)
  const file = writeReceipt(alice, 'forged', await receiptOf(forged, 3))

  const ran = await alice.run(['verify', file, '--policy', policy])

  expect(ran.code).toBe(3)
  expect(ran.out).toContain('[QUORUM_MISSING]')
  expect(ran.out).toContain('Record: INCOMPLETE')
})

test('one witness in his pay is one too few: exit 3', async () => {
  const bob = await stage.person('bob')
  const note = await cosign(await forged.checkpoint(), [north])
  const file = writeReceipt(bob, 'forged', await receiptOf(forged, 3, note))

  const ran = await bob.run(['verify', file, '--policy', policyFile(bob, TWO_OF_THREE)])

  expect(ran.code).toBe(3)
  expect(ran.out).toContain('cosigned by north')
})

test('a line in the name of a witness, by a key of his own: exit 1', async () => {
  const carol = await stage.person('carol')
  const posing = { ...south, signer: forged.logKey }
  const note = await cosign(await forged.checkpoint(), [north, posing])
  const file = writeReceipt(carol, 'forged', await receiptOf(forged, 3, note))

  const ran = await carol.run(['verify', file, '--policy', policyFile(carol, TWO_OF_THREE)])

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('[NOTE_SIGNATURE_INVALID]')
})

test('witnesses of his own, that no policy names, count for nothing: exit 3', async () => {
  const erin = await stage.person('erin')
  const [a, b] = [witness('his first'), witness('his second')]
  const note = await cosign(await forged.checkpoint(), [a, b, north])
  const file = writeReceipt(erin, 'forged', await receiptOf(forged, 3, note))

  const ran = await erin.run(['verify', file, '--policy', policyFile(erin, TWO_OF_THREE)])

  expect(ran.code).toBe(3)
  expect(ran.out).toContain('[QUORUM_MISSING]')
})

test('whoever has seen a cosigned tree has proof of two histories: exit 5', async () => {
  const operator = new Operator(honest)
  operator.note = async (log) =>
    log === honest ? cosign(await log.checkpoint(), [north, west], NOW + 60) : log.checkpoint()
  const url = await stage.serve(operator)
  const theft = await history('what the thief wants to have been recorded', 'a', 'b')
  const dave = await stage.person('dave')
  const policy = policyFile(dave, TWO_OF_THREE)
  const before = await fetchReceipt(dave, url, honest.envelope(3), policy)
  operator.log = theft

  const after = await fetchReceipt(dave, url, theft.envelope(3), policy)
  const [file = ''] = evidenceFiles(dave)
  const judge = await stage.person('judge')
  const judged = await judge.run(['verify', file, '--policy', policyFile(judge, TWO_OF_THREE)])

  expect(before.code).toBe(0)
  expect(after.code).toBe(5)
  expect(judged.code).toBe(5)
  expect(judged.out).toContain('cosigned by north')
  expect(judged.out).toContain('cosigned by no witness of your policy')
})
