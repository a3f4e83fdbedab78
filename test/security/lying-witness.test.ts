/**
 * Attack: a witness cosigns whatever an operator shows it. DESIGN 2, 4.7.
 *
 * One liar of three cannot make a quorum of two. Two can, and then each victim's memory, and anybody
 * who compares, has both checkpoints with the liars' names on them.
 */
import { afterAll, expect, test } from 'vitest'
import {
  cosign,
  evidenceFiles,
  fetchReceipt,
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
const [north, south, west] = WITNESSES

afterAll(() => stage.close())

test('one liar: the true history is VERIFIED without it, the false one INCOMPLETE with it', async () => {
  const [truth, fiction] = [await history('rides'), await history('fiction')]
  const alice = await stage.person('alice')
  const bob = await stage.person('bob')
  const honestNote = await cosign(await truth.checkpoint(), [north, west])
  const liarsNote = await cosign(await fiction.checkpoint(), [south])
  const good = writeReceipt(alice, 'good', await receiptOf(truth, 3, honestNote))
  const bad = writeReceipt(bob, 'bad', await receiptOf(fiction, 3, liarsNote))

  const verified = await alice.run(['verify', good, '--policy', policyFile(alice, TWO_OF_THREE)])
  const refused = await bob.run(['verify', bad, '--policy', policyFile(bob, TWO_OF_THREE)])

  expect(verified.code).toBe(0)
  expect(refused.code).toBe(3)
  expect(refused.out).toContain('cosigned by south')
})

test('two liars: a person with a memory is not fooled, and the evidence names them', async () => {
  const truth = await history('rides')
  const fiction = await history('fiction', 'and more')
  const operator = new Operator(truth)
  operator.note = async (log) =>
    cosign(await log.checkpoint(), log === truth ? [north, south] : [south, west])
  const url = await stage.serve(operator)
  const carol = await stage.person('carol')
  const policy = policyFile(carol, TWO_OF_THREE)
  const before = await fetchReceipt(carol, url, truth.envelope(3), policy)
  operator.log = fiction

  const after = await fetchReceipt(carol, url, fiction.envelope(3), policy)
  const [file = ''] = evidenceFiles(carol)
  const judge = await stage.person('judge')
  const judged = await judge.run([
    'verify',
    file,
    '--policy',
    policyFile(judge, TWO_OF_THREE),
    '--json',
  ])

  expect([before.code, after.code, judged.code]).toEqual([0, 5, 5])
  expect(judged.json()).toMatchObject({
    files: [
      {
        split_view: {
          checkpoints: [
            { size: 4, cosigned_by: [{ name: 'north' }, { name: 'south' }] },
            { size: 5, cosigned_by: [{ name: 'south' }, { name: 'west' }] },
          ],
        },
      },
    ],
  })
})
