/** A process that tries damages: LevelDB may end it, so the trials are not made where they are counted. */
import process from 'node:process'
import { trialsOn } from './trial.mjs'

/**
 * `again`: what ended the process that tried it before; its copy is opened as it was left.
 *
 * @typedef {object} Task
 * @property {number} number
 * @property {import('./damages.mjs').Damage} damage
 * @property {string} [again]
 */

/** @type {Promise<Awaited<ReturnType<typeof trialsOn>>> | undefined} */
let trials

/** @param {{ readonly ground?: import('./trial.mjs').Ground, readonly tasks?: readonly Task[] }} message */
async function work({ ground, tasks = [] }) {
  if (ground !== undefined) trials = trialsOn(ground)
  const trial = await trials
  for (const { number, damage, again } of tasks) {
    const verdict = await trial?.(damage, again !== undefined)
    process.send?.({ number, verdict })
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  work(/** @type {Parameters<typeof work>[0]} */ (message)).catch((error) => {
    process.stderr.write(`${String(error?.stack ?? error)}\n`)
    process.exit(70)
  })
})
