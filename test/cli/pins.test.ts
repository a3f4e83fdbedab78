/** Pinned parties: the form of the file that `--parties` names. */
import { afterAll, expect, test } from 'vitest'
import { EXPORTER, IMPORTER } from '../core/support/parties.js'
import { history, policyFile, receiptOf, Stage, writeReceipt } from '../security/support/stage.js'

const stage = new Stage()

afterAll(() => stage.close())

async function verify(name: string, pins: string) {
  const person = await stage.person(name)
  const file = writeReceipt(person, 'rides', await receiptOf(await history('rides'), 3))
  const flags = ['--policy', policyFile(person), '--parties', person.write('pins.txt', pins)]
  return person.run(['verify', file, ...flags])
}

test.each([
  [
    'comments, empty lines, tabs and names with spaces',
    `# x\n\n ${EXPORTER.id}\tLindenau Räder eG \n`,
  ],
  ['no name at all', `${EXPORTER.id}\n`],
  ['no newline at the end', `${IMPORTER.id} Kaveri\n${EXPORTER.id} Lindenau Räder eG`],
])('%s', async (name, pins) => {
  const ran = await verify(name, pins)

  expect(ran.code).toBe(0)
  expect(ran.out).toMatch(/Lindenau Räder eG, Germany \(DE\): pinned by you\n/)
  expect(ran.out).toContain("(registrar): on the registrar's word")
})

test.each([
  ['a line without an id', 'Lindenau Räder eG\n', 'line 1'],
  ['an id cut short', `# x\n${EXPORTER.id.slice(1)} Lindenau\n`, 'line 2'],
  ['an id twice', `${EXPORTER.id} One\n${EXPORTER.id} Two\n`, 'line 2'],
])('%s: exit 78 with the line', async (name, pins, line) => {
  const ran = await verify(name, pins)

  expect(ran.code).toBe(78)
  expect(ran.err).toContain(line)
  expect(ran.out).toBe('')
})
