/**
 * A sample of scripts/repair-each.mjs: whichever record or file of a ledger is deleted or altered, its
 * repair from a mirror brings every answer back, byte for byte. The script itself tries them all.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../scripts/repair-each.mjs', import.meta.url))
const SLOW = process.env['SLOW'] === '1'
const seed = process.env['REPAIR_SEED'] ?? String(Date.now() % 1_000_000)

type Tried = {
  readonly done: number
  readonly wanted: number
  readonly totals: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly wrong: readonly unknown[]
}

function tryRepairs(...about: readonly string[]): Promise<Tried> {
  return new Promise((resolve, reject) => {
    const flags = ['--json', '--seed', seed, ...about]
    const child = spawn(process.execPath, [SCRIPT, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.on('close', () => {
      if (out === '') reject(new Error(err))
      else resolve(JSON.parse(out) as Tried)
    })
  })
}

const KINDS = [
  ...['meta', 'entry', 'body', 'disclosure', 'id', 'holder', 'refused', 'registry', 'edges'],
  ...['inbox', 'proposal', 'declined', 'search', 'rules', 'file'],
]

test(
  `a record of every kind, and files (seed ${seed})`,
  async () => {
    const { done, wanted, totals, wrong } = await tryRepairs(
      ...['--more', '0', '--sample', SLOW ? '5000' : '36'],
    )

    expect(wrong).toEqual([])
    expect(done).toBe(wanted)
    const tried = KINDS.flatMap((kind) => [`${kind}, delete`, `${kind}, flip`])
    expect(Object.keys(totals).sort()).toEqual(tried.sort())
  },
  SLOW ? 600_000 : 120_000,
)

test(`a tile (seed ${seed})`, async () => {
  const { totals, wrong } = await tryRepairs('--kind', 'tile')

  expect(wrong).toEqual([])
  expect(totals).toEqual({ 'tile, delete': { repaired: 1 }, 'tile, flip': { repaired: 1 } })
}, 120_000)
