/**
 * Deletes or alters every single record, and every single file, of a ledger with everything in it, one at
 * a time, repairs it from a mirror, and compares every answer byte for byte and the audit's verdict:
 * node scripts/repair-each.mjs [--sample N] [--kind KIND] [--seed S] [--processes N] [--minutes N]
 * [--more N] [--json]. Needs the built dist/.
 *
 * KIND is a kind of record (ledger/store/layout.ts) or `file`. Of a record with a value one byte of the
 * value is altered, of one without one byte of the key. A sample has some of every kind. Exit 1 when any
 * answer is another afterwards, and when nothing was tried.
 */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { waybill } from './bit-flips/waybill.mjs'
import { EVERYTHING, filesIn, inStore, makeGround } from './repair-each/ground.mjs'

/**
 * @typedef {import('./repair-each/ground.mjs').Ground} Ground
 * @typedef {import('./repair-each/trial.mjs').Damage} Damage
 * @typedef {import('./repair-each/trial.mjs').Verdict} Verdict
 */

/** The disk is not what is tried here: memory is quicker. */
const MEMORY = '/dev/shm'
const WORKER = fileURLToPath(new URL('repair-each/worker.mjs', import.meta.url))
/** A trial takes less than a second. */
const SILENCE_MAX_MS = 120_000
const PROGRESS_MS = 10_000
const WRONG_SHOWN = 30
/** Collections besides: more than a tile has entries. */
const MORE = '236'
const KINDS = /** @type {const} */ ({
  0: 'meta',
  16: 'entry',
  17: 'body',
  18: 'disclosure',
  32: 'id',
  33: 'holder',
  34: 'refused',
  35: 'registry',
  36: 'tile',
  37: 'edges',
  48: 'inbox',
  49: 'proposal',
  50: 'declined',
  64: 'search',
  65: 'rules',
})

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    kind: { type: 'string' },
    seed: { type: 'string', default: String(Date.now()) },
    processes: { type: 'string', default: String(availableParallelism()) },
    minutes: { type: 'string', default: '600' },
    more: { type: 'string', default: MORE },
    json: { type: 'boolean', default: false },
  },
})

/** @param {Ground} ground @returns {Promise<readonly Damage[]>} */
async function everyDamage({ whole }) {
  /** @type {Damage[]} */
  const all = []
  await inStore(whole, async (store) => {
    for await (const chunk of store.scan(EVERYTHING))
      for (const [key] of chunk) {
        const prefix = /** @type {keyof typeof KINDS} */ (key[0] ?? 0)
        const kind = KINDS[prefix]
        for (const act of /** @type {const} */ (['delete', 'flip']))
          all.push({ kind, act, key: waybill.toHex(key) })
      }
  })
  for (const file of filesIn(whole))
    for (const act of /** @type {const} */ (['delete', 'flip']))
      all.push({ kind: 'file', act, file })
  return all
}

/** @param {readonly Damage[]} all @returns {Damage[]} in an order that follows from the seed; of a sample as many of each kind as there are, at most */
function chosen(all) {
  const { seed, kind, sample } = values
  const order = (/** @type {Damage} */ { act, key, file }) =>
    createHash('sha256').update(`${seed} ${act} ${key} ${file}`).digest('hex')
  const wanted = all
    .filter((damage) => kind === undefined || damage.kind === kind)
    .map((damage) => ({ damage, by: order(damage) }))
    .sort((a, b) => (a.by < b.by ? -1 : 1))
    .map(({ damage }) => damage)
  if (sample === undefined) return wanted
  return spread(wanted, Number(sample))
}

/** The same number of each kind and act in turn, until there are enough. @param {readonly Damage[]} list @param {number} count @returns {Damage[]} */
function spread(list, count) {
  /** @type {Map<string, Damage[]>} */
  const groups = new Map()
  for (const damage of list) {
    const name = `${damage.kind} ${damage.act}`
    groups.set(name, [...(groups.get(name) ?? []), damage])
  }
  /** @type {Damage[]} */
  const found = []
  for (let at = 0; found.length < Math.min(count, list.length); at += 1)
    for (const group of groups.values()) {
      const damage = group[at]
      if (damage !== undefined && found.length < count) found.push(damage)
    }
  return found
}

/**
 * One process after another, until nothing is left.
 *
 * @param {Ground} ground @param {string} copy @param {() => Damage | undefined} next @param {(damage: Damage, verdict: Verdict) => void} take
 */
async function runLane(ground, copy, next, take) {
  for (let damage = next(); damage !== undefined; )
    damage = await lifeOf(ground, copy, { damage, next, take })
}

/**
 * @param {Ground} ground @param {string} copy
 * @param {{ damage: Damage, next: () => Damage | undefined, take: (damage: Damage, verdict: Verdict) => void }} work
 * @returns {Promise<Damage | undefined>} what to go on with when the process has ended
 */
function lifeOf(ground, copy, { damage, next, take }) {
  return new Promise((resolve) => {
    const child = fork(WORKER, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    /** @type {Damage | undefined} */
    let current = damage
    let words = ''
    let timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MAX_MS)
    child.stderr?.on('data', (chunk) => {
      words += chunk
    })
    child.on('message', (/** @type {{ verdict: Verdict }} */ { verdict }) => {
      clearTimeout(timer)
      if (current !== undefined) take(current, verdict)
      current = next()
      if (current === undefined) child.disconnect()
      else {
        timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MAX_MS)
        child.send({ damage: current })
      }
    })
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (current === undefined) return resolve(undefined)
      take(current, {
        outcome: 'WRONG',
        why: `the process ended: ${signal ?? code} ${words.slice(-200)}`,
      })
      resolve(next())
    })
    child.send({ ground, copy, damage })
  })
}

class Tally {
  /** @type {Record<string, Record<string, number>>} */
  totals = {}
  /** @type {Record<string, number>} */
  refused = {}
  /** @type {(Damage & Verdict)[]} */
  wrong = []
  done = 0

  /** @param {Damage} damage @param {Verdict} verdict */
  take(damage, { outcome, why }) {
    this.done += 1
    const name = `${damage.kind}, ${damage.act}`
    const row = this.totals[name] ?? {}
    this.totals[name] = { ...row, [outcome]: (row[outcome] ?? 0) + 1 }
    const what = `${damage.file} ${damage.act}: ${why}`
    if (outcome === 'refused') this.refused[what] = (this.refused[what] ?? 0) + 1
    if (outcome === 'WRONG') this.wrong.push({ ...damage, outcome, why })
  }

  /** @returns {Record<string, number>} */
  sum() {
    /** @type {Record<string, number>} */
    const all = {}
    for (const row of Object.values(this.totals))
      for (const [outcome, count] of Object.entries(row)) all[outcome] = (all[outcome] ?? 0) + count
    return all
  }
}

/** @param {Tally} tally @param {number} all @param {number} wanted @param {number} tookMs */
function print(tally, all, wanted, tookMs) {
  console.table(tally.totals)
  console.table(tally.sum())
  for (const what of Object.keys(tally.refused).sort()) console.log(`refused  ${what}`)
  console.log(
    `${tally.done} of ${wanted} wanted and ${all} possible tried in ${Math.round(tookMs / 1000)} s, seed ${values.seed}`,
  )
  for (const damage of tally.wrong.slice(0, WRONG_SHOWN))
    console.log('WRONG', JSON.stringify(damage))
  console.log(
    tally.wrong.length === 0
      ? 'every answer came back, and every audit says VERIFIED'
      : `${tally.wrong.length} DID NOT COME BACK`,
  )
}

const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'waybill-repair-each-'))
try {
  const ground = await makeGround(folder, { seed: values.seed, more: Number(values.more) })
  const all = await everyDamage(ground)
  const queue = chosen(all)
  const wanted = queue.length
  const tally = new Tally()
  const began = Date.now()
  const until = began + Number(values.minutes) * 60_000
  const progress = setInterval(() => {
    process.stderr.write(`${tally.done} of ${wanted}, ${tally.wrong.length} wrong\n`)
  }, PROGRESS_MS)
  const next = () => (Date.now() < until ? queue.shift() : undefined)
  await Promise.all(
    Array.from({ length: Number(values.processes) }, (_, lane) =>
      runLane(ground, join(folder, `copy-${lane}`), next, (damage, verdict) =>
        tally.take(damage, verdict),
      ),
    ),
  )
  clearInterval(progress)
  const tookMs = Date.now() - began
  const { totals, refused, wrong, done } = tally
  if (values.json)
    console.log(
      JSON.stringify({
        all: all.length,
        wanted,
        done,
        totals,
        sum: tally.sum(),
        refused,
        wrong,
        tookMs,
      }),
    )
  else print(tally, all.length, wanted, tookMs)
  process.exitCode = wrong.length === 0 && done > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
