/**
 * Flips every byte of a small ledger, one at a time, and says where each was noticed:
 * node scripts/bit-flips.mjs [--sample N] [--kind bit|byte|other|all] [--tail] [--more N] [--seed S]
 * [--processes N] [--minutes N] [--json]. Needs the built dist/.
 *
 * `bit` flips one bit of a byte, `byte` all of them, `other` cuts, clears, loses and swaps files. With
 * `--tail` the ledger is one that crashed between the store's batch and the head. Exit 1 when any
 * damage was noticed nowhere, and when nothing was tried.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import * as damages from './bit-flips/damages.mjs'
import { makeExample } from './bit-flips/example-ledger.mjs'
import { tryAll } from './bit-flips/pool.mjs'
import { record } from './bit-flips/recording.mjs'

/**
 * @typedef {import('./bit-flips/damages.mjs').Damage} Damage
 * @typedef {import('./bit-flips/pool.mjs').Verdict} Verdict
 * @typedef {Record<string, Record<string, number>>} Totals trials by file and by where they were noticed
 */

/** The disk is not what is tried here: memory is quicker. */
const MEMORY = '/dev/shm'
const PROGRESS_MS = 5_000
/** A damage that is noticed nowhere is printed whole, up to so many. */
const SILENT_SHOWN = 20

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    kind: { type: 'string', default: 'bit' },
    tail: { type: 'boolean', default: false },
    more: { type: 'string', default: '14' },
    seed: { type: 'string', default: String(Date.now()) },
    processes: { type: 'string', default: String(availableParallelism()) },
    minutes: { type: 'string', default: '600' },
    json: { type: 'boolean', default: false },
  },
})

/** @param {string} folder @returns {Promise<import('./bit-flips/trial.mjs').Ground>} */
async function makeGround(folder) {
  const at = (/** @type {string} */ name) => join(folder, name)
  const { tail, more, seed } = values
  const known = await makeExample(at('whole'), { tail, more: Number(more), older: at('older') })
  const recordings = []
  for (const state of tail ? ['whole', 'older'] : ['whole']) {
    cpSync(at(state), at('read'), { recursive: true })
    recordings.push(await record(at('read'), known))
    rmSync(at('read'), { recursive: true })
  }
  return { whole: at('whole'), older: at('older'), copy: at('copy'), known, recordings, seed }
}

/** @param {import('./bit-flips/trial.mjs').Ground} ground @returns {readonly Damage[]} in the order of trial */
function chosen({ whole, older }) {
  const { kind, sample, seed } = values
  const all = [
    ...(kind === 'bit' || kind === 'all' ? damages.everyByte(whole, 'bit') : []),
    ...(kind === 'byte' || kind === 'all' ? damages.everyByte(whole, 'byte') : []),
    ...(kind === 'other' || kind === 'all' ? damages.otherDamages(whole, older) : []),
  ]
  return sample === undefined
    ? damages.shuffled(all, seed)
    : damages.sample(all, Number(sample), seed)
}

class Tally {
  /** @type {Totals} */
  totals = {}
  /** @type {Record<string, number>} */
  reasons = {}
  /** @type {(Damage & Verdict)[]} */
  silent = []
  done = 0

  /** @param {Damage} damage @param {Verdict} verdict */
  take(damage, { where, why }) {
    this.done += 1
    const row = this.totals[damage.file] ?? {}
    this.totals[damage.file] = { ...row, [where]: (row[where] ?? 0) + 1 }
    const reason = `${where}: ${why}`
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1
    if (where === 'SILENT') this.silent.push({ ...damage, where, why })
  }

  /** @returns {Record<string, number>} */
  sum() {
    /** @type {Record<string, number>} */
    const all = {}
    for (const row of Object.values(this.totals))
      for (const [where, count] of Object.entries(row)) all[where] = (all[where] ?? 0) + count
    return all
  }
}

/** @param {Tally} tally @param {number} wanted @param {number} tookMs */
function print(tally, wanted, tookMs) {
  console.table(tally.totals)
  console.table(tally.sum())
  for (const [reason, count] of Object.entries(tally.reasons)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 40))
    console.log(`${String(count).padStart(7)}  ${reason}`)
  console.log(
    `${tally.done} of ${wanted} damages tried in ${Math.round(tookMs / 1000)} s, seed ${values.seed}`,
  )
  for (const damage of tally.silent.slice(0, SILENT_SHOWN))
    console.log('SILENT', JSON.stringify(damage))
  console.log(
    tally.silent.length === 0 ? 'none went unnoticed' : `${tally.silent.length} WENT UNNOTICED`,
  )
}

const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'waybill-flips-'))
try {
  const ground = await makeGround(folder)
  const wanted = chosen(ground)
  const tally = new Tally()
  const began = Date.now()
  const progress = setInterval(() => {
    const rate = tally.done / ((Date.now() - began) / 1000)
    const left = Math.round((wanted.length - tally.done) / rate)
    process.stderr.write(
      `${tally.done} of ${wanted.length}, ${Math.round(rate)}/s, ${left} s left\n`,
    )
  }, PROGRESS_MS)
  await tryAll(wanted, ground, {
    processes: Number(values.processes),
    take: (damage, verdict) => tally.take(damage, verdict),
    until: began + Number(values.minutes) * 60_000,
  })
  clearInterval(progress)
  const tookMs = Date.now() - began
  const { totals, reasons, silent, done } = tally
  if (values.json)
    console.log(
      JSON.stringify({
        wanted: wanted.length,
        done,
        totals,
        sum: tally.sum(),
        reasons,
        silent,
        tookMs,
      }),
    )
  else print(tally, wanted.length, tookMs)
  process.exitCode = silent.length === 0 && done > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
