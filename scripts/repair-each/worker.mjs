/** A process that tries repairs: LevelDB may end it. */
import process from 'node:process'
import { trialsOn } from './trial.mjs'

/** @type {((damage: import('./trial.mjs').Damage) => Promise<import('./trial.mjs').Verdict>) | undefined} */
let trial

/** @param {{ readonly ground?: import('./ground.mjs').Ground, readonly copy?: string, readonly damage?: import('./trial.mjs').Damage }} message */
async function work({ ground, copy, damage }) {
  if (ground !== undefined && copy !== undefined) trial = trialsOn(ground, copy)
  if (damage !== undefined) process.send?.({ verdict: await trial?.(damage) })
}

process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  work(/** @type {Parameters<typeof work>[0]} */ (message)).catch((error) => {
    process.stderr.write(`${String(error?.stack ?? error)}\n`)
    process.exit(70)
  })
})
