/**
 * A sample of scripts/bit-flips.mjs: damage to any byte of a ledger's files is reported at opening, at
 * a read or by the audit, or changes no answer; and nothing is signed once it was noticed. DESIGN 9.
 *
 * The script itself tries every byte.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../scripts/bit-flips.mjs', import.meta.url))
const SLOW = process.env['SLOW'] === '1'
const seed = process.env['FLIPS_SEED'] ?? String(Date.now() % 1_000_000)

type Tried = {
  readonly done: number
  readonly wanted: number
  readonly sum: Readonly<Record<string, number>>
  readonly silent: readonly unknown[]
}

/** Runs the script; `about` as its flags say. */
function tryDamages(...about: readonly string[]): Promise<Tried> {
  return new Promise((resolve, reject) => {
    const flags = ['--json', '--seed', seed, ...about]
    const child = spawn(process.execPath, [SCRIPT, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
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

const SAMPLES: readonly (readonly [what: string, least: number, flags: readonly string[]])[] = [
  ['one flipped bit', 150, ['--sample', SLOW ? '5000' : '150']],
  [
    'cuts, cleared blocks, lost, strange and older files',
    100,
    ['--kind', 'other', '--sample', SLOW ? '1000' : '120'],
  ],
  [
    'one flipped bit after a crash',
    60,
    ['--tail', '--more', '0', '--sample', SLOW ? '2000' : '60'],
  ],
]

test.each(SAMPLES)(
  `%s never goes unnoticed (seed ${seed})`,
  async (_what, least, flags) => {
    const { done, wanted, sum, silent } = await tryDamages(...flags)

    expect(silent).toEqual([])
    expect(done).toBe(wanted)
    expect(done).toBeGreaterThanOrEqual(least)
    expect(sum['opening']).toBeGreaterThan(0)
    expect(sum['read']).toBeGreaterThan(0)
  },
  SLOW ? 600_000 : 60_000,
)
