/**
 * Hostile files at the command line. Each ends in the exit code of its kind, names its code, shows no
 * stack, and leaves the ledger as it was.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Desk, type FileRow } from './desk.js'
import { EVIDENCE_FILES } from './evidence-files.js'
import { FOLDER_FILES } from './folder-files.js'
import { SIGNING_FILES } from './signing-files.js'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.town.close())

const TABLES: readonly (readonly [name: string, rows: readonly FileRow[]])[] = [
  ['receipt, bundle or policy', EVIDENCE_FILES],
  ['key, draft or envelope', SIGNING_FILES],
  ['folder or word', FOLDER_FILES],
]

describe.each(TABLES)('a hostile %s', (_name, rows) => {
  test.each(rows)('%s: exit %i %s', async (_what, exit, code, run) => {
    const head = desk.head()

    const { code: exited, out, err } = await run(desk)

    expect([exited, `${out}${err}`]).toEqual([exit, expect.stringContaining(code)])
    expect(`${out}${err}`).not.toMatch(/^ +at /m)
    expect(desk.head()).toBe(head)
  })
})

test('the good receipt and the good bundle verify', async () => {
  expect((await desk.verify(desk.receipt)).code).toBe(0)
  expect((await desk.verify(desk.bundle)).code).toBe(0)
})

test('there are more than 150 hostile files and words, and no two of a name in a table', () => {
  const rows = TABLES.flatMap(([name, list]) => list.map(([what]) => `${name}: ${what}`))

  expect(rows.length).toBeGreaterThanOrEqual(150)
  expect(new Set(rows).size).toBe(rows.length)
})
