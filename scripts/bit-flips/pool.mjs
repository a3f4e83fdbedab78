/**
 * Tries damages in several processes. One that dies, or says nothing for long, is replaced; the trial
 * that it was at is what ended it.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {import('./damages.mjs').Damage} Damage
 * @typedef {import('./trial.mjs').Ground} Ground
 * @typedef {import('./worker.mjs').Task} Task
 * @typedef {{ readonly where: string, readonly why: string }} Verdict
 * @typedef {(damage: Damage, verdict: Verdict) => void} Take
 */

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))
/** Trials handed over at once. */
const TASKS_AT_ONCE = 16
/** A trial takes some milliseconds. */
const SILENCE_MAX_MS = 60_000
const LAST_WORDS_MS = 20

/**
 * @param {readonly Damage[]} damages
 * @param {Ground} ground `copy` is made one folder per process
 * @param {{ readonly processes: number, readonly take: Take, readonly until: number }} options `until`:
 * when to begin no more, milliseconds since 1970
 */
export async function tryAll(damages, ground, { processes, take, until }) {
  const queue = damages.map((damage, number) => ({ number, damage }))
  const next = () => (Date.now() < until ? queue.splice(0, TASKS_AT_ONCE) : [])
  const lanes = Array.from({ length: processes }, (_, lane) =>
    runLane({ ...ground, copy: `${ground.copy}-${lane}` }, next, take),
  )
  await Promise.all(lanes)
}

/** @param {Ground} ground @param {() => Task[]} next @param {Take} take */
async function runLane(ground, next, take) {
  /** @type {Task[]} */
  let left = next()
  while (left.length > 0) {
    left = await lifeOf(ground, { left, next, take })
  }
}

/**
 * One process from its start to its end; what is left to do after it.
 *
 * @param {Ground} ground
 * @param {{ left: Task[], next: () => Task[], take: Take }} work
 * @returns {Promise<Task[]>}
 */
function lifeOf(ground, work) {
  const { next, take } = work
  let { left } = work
  return new Promise((resolve) => {
    const child = fork(WORKER, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let words = ''
    let timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MAX_MS)
    child.stderr?.on('data', (chunk) => (words += chunk))
    child.on(
      'message',
      (/** @type {{ number: number, verdict: Verdict }} */ { number, verdict }) => {
        clearTimeout(timer)
        timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MAX_MS)
        const done = left.find((task) => task.number === number)
        left = left.filter((task) => task !== done)
        if (done !== undefined) take(done.damage, afterDeath(done, verdict))
        if (left.length > 0) return
        left = next()
        if (left.length > 0) child.send({ tasks: left })
        else child.disconnect()
      },
    )
    // `close` does not come after `disconnect`; so that its last words are read, not at once.
    child.on('exit', async (code, signal) => {
      clearTimeout(timer)
      await sleep(LAST_WORDS_MS)
      const rest = afterEnd(left, deathOf(ground, { code, signal, words }), take)
      resolve(rest.length > 0 ? rest : next())
    })
    child.send({ ground, tasks: left })
  })
}

/**
 * What is left to try when a process has ended. LevelDB may leave the copy as it was or half mended:
 * what the next opening meets is tried, too.
 *
 * @param {readonly Task[]} left @param {Verdict} death @param {Take} take @returns {Task[]}
 */
function afterEnd([fatal, ...rest], death, take) {
  if (fatal === undefined) return rest
  if (fatal.again === undefined && death.where === 'died')
    return [{ ...fatal, again: death.why }, ...rest]
  take(fatal.damage, death)
  return rest
}

/** @param {Task} task @param {Verdict} verdict @returns {Verdict} */
function afterDeath({ again }, verdict) {
  if (again === undefined || verdict.where === 'SILENT') return verdict
  return { where: 'died', why: `${again}, then ${verdict.where}` }
}

/**
 * LevelDB ends its process where its own claims break. That is a report, if a rough one: nothing was
 * signed, as the head shows.
 *
 * @param {Ground} ground
 * @param {{ code: number | null, signal: string | null, words: string }} end
 * @returns {Verdict}
 */
function deathOf({ copy, whole, recordings }, { code, signal, words }) {
  const why = `${signal ?? code} ${/Assertion `([^']*)'/.exec(words)?.[1] ?? words.slice(-300)}`
  const head = (/** @type {string} */ folder) => readFileSync(join(folder, 'checkpoint'), 'latin1')
  if (signal !== 'SIGABRT') return { where: 'SILENT', why: `the process ended: ${why}` }
  if (recordings.length === 1 && head(copy) !== head(whole))
    return { where: 'SILENT', why: `another head, and the process ended: ${why}` }
  return { where: 'died', why }
}
