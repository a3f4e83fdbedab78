/**
 * Attack: cosignatures are real, and taken from somewhere else: another tree, another log, another
 * time, another witness. c2sp.org/tlog-cosignature.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseNote } from '../../ledger/core/note.js'
import type { TinyLog } from '../core/support/tiny-log.js'
import {
  copyOf,
  cosign,
  grow,
  history,
  NOW,
  policyFile,
  receiptOf,
  Stage,
  TWO_OF_THREE,
  WITNESSES,
  writeReceipt,
} from './support/stage.js'

const stage = new Stage()
const [north, south] = WITNESSES
let honest: TinyLog
let forged: TinyLog
/** The cosignature lines that the honest tree really has. */
let lines = ''

beforeAll(async () => {
  honest = await history('rides')
  forged = await history('fiction')
  const note = await honest.checkpoint()
  lines = (await cosign(note, [north, south])).slice(note.length)
})

afterAll(() => stage.close())

async function verdictOn(name: string, log: TinyLog, note: string) {
  const person = await stage.person(name)
  const file = writeReceipt(person, 'receipt', await receiptOf(log, 3, note))
  return person.run(['verify', file, '--policy', policyFile(person, TWO_OF_THREE)])
}

test('where they belong, they make the quorum', async () => {
  const ran = await verdictOn('alice', honest, (await honest.checkpoint()) + lines)

  expect(ran.code).toBe(0)
})

test('under another tree of the same size: the note is refused, exit 1', async () => {
  const ran = await verdictOn('bob', forged, (await forged.checkpoint()) + lines)

  expect(ran.code).toBe(1)
  expect(ran.out).toContain('[NOTE_SIGNATURE_INVALID]')
})

test('under a later tree of the same log: exit 1', async () => {
  const later = copyOf(honest)
  await grow(later, 'fares')

  const ran = await verdictOn('carol', later, (await later.checkpoint()) + lines)

  expect(ran.code).toBe(1)
})

test('with another time in front: exit 1', async () => {
  const note = await honest.checkpoint()
  const moved = lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const cut = line.lastIndexOf(' ') + 1
      const bytes = Buffer.from(line.slice(cut), 'base64')
      bytes.writeBigUInt64BE(BigInt(NOW + 1), 4)
      return `${line.slice(0, cut)}${bytes.toString('base64')}\n`
    })
    .join('')

  expect((await verdictOn('dave', honest, note + moved)).code).toBe(1)
})

test("one witness's line under another's name: exit 1", async () => {
  const note = await honest.checkpoint()
  const [first] = parseNote(note + lines).signatures.slice(1)
  const bytes = Buffer.concat([south.key.keyId, first?.signature ?? new Uint8Array(0)])
  const line = `\u2014 ${south.key.name} ${bytes.toString('base64')}\n`

  expect((await verdictOn('erin', honest, note + line)).code).toBe(1)
})

test('one witness twice is one witness: exit 3', async () => {
  const note = await honest.checkpoint()
  const twice = await cosign(await cosign(note, [north]), [north], NOW + 5)

  const ran = await verdictOn('frank', honest, twice)

  expect(ran.code).toBe(3)
  expect(ran.out).toContain('[QUORUM_MISSING]')
})
