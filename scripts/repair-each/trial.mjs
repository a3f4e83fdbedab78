/**
 * One damage to a copy of the ledger, its repair from the mirror, and what came of it. Exactly one of:
 *
 *     repaired   the store was built anew; every answer is as before, and the audit says VERIFIED
 *     sound      nothing had to be repaired; likewise
 *     refused    a file that no mirror has, such as a key or the configuration; the code says which
 *     WRONG      anything else: a defect of ours; `why` says what
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waybill } from '../bit-flips/waybill.mjs'
import { answersOf, digestOf, inStore } from './ground.mjs'

/**
 * @typedef {'delete' | 'flip'} Act
 * @typedef {{ readonly kind: string, readonly act: Act, readonly key?: string, readonly file?: string }} Damage
 * `key`: of a record, in hex; `file`: path in the folder
 * @typedef {{ readonly outcome: 'repaired' | 'sound' | 'refused' | 'WRONG', readonly why: string }} Verdict
 * @typedef {import('./ground.mjs').Ground} Ground
 */

/** Files that no mirror has, and how their loss is refused. */
const OWN_FILES = /^(?:keys\/|waybill\.json$)/
const REFUSALS = ['CONFIG_INVALID', 'KEY_FILE_INVALID', 'LEDGER_CONFIG_MISSING', 'LOG_KEY_UNUSABLE']

/**
 * @param {Ground} ground @param {string} copy folder for the copies, one at a time
 * @returns {(damage: Damage) => Promise<Verdict>}
 */
export function trialsOn(ground, copy) {
  /** Verdicts by what the folder held after the repair: the same records give the same answers. @type {Map<string, string>} */
  const judged = new Map()
  return async (damage) => {
    try {
      rmSync(copy, { recursive: true, force: true })
      cpSync(ground.whole, copy, { recursive: true })
      if (damage.file === undefined) await damageRecord(ground, copy, damage)
      else damageFile(ground, join(copy, damage.file), damage)
      return await repairAndAsk(ground, copy, damage, judged)
    } catch (error) {
      const code = error instanceof waybill.LedgerError ? error.code : String(error)
      const own = damage.file !== undefined && OWN_FILES.test(damage.file)
      return own && REFUSALS.includes(code)
        ? { outcome: 'refused', why: code }
        : { outcome: 'WRONG', why: code }
    }
  }
}

/** @param {Ground} ground @param {string} copy @param {Damage} damage @param {Map<string, string>} judged @returns {Promise<Verdict>} */
async function repairAndAsk(ground, copy, damage, judged) {
  const outcome = await waybill.repairLedgerFolder({
    folder: copy,
    mirrors: [ground.mirror],
    evidence: [],
    workers: 0,
    stamp: 'trial',
  })
  if (outcome.kind !== 'repaired' && outcome.kind !== 'sound')
    return { outcome: 'WRONG', why: outcome.kind }
  if (outcome.kind === 'repaired' && outcome.inbox.rewritten)
    return { outcome: 'WRONG', why: 'the inbox was written anew' }
  const digest = await digestOf(copy)
  // A key may be damaged though nothing that is read is: then the answers are asked for.
  const isNew = damage.file !== undefined || !judged.has(digest)
  const wrong = isNew ? await wrongIn(ground, copy) : (judged.get(digest) ?? '')
  judged.set(digest, wrong)
  return wrong === '' ? { outcome: outcome.kind, why: '' } : { outcome: 'WRONG', why: wrong }
}

/** @param {Ground} ground @param {string} copy @returns {Promise<string>} what is not as it was; empty if nothing */
async function wrongIn(ground, copy) {
  const answers = await answersOf(copy, ground.known)
  const other = answers.findIndex(([, answer], at) => answer !== ground.answers[at]?.[1])
  if (answers.length !== ground.answers.length) return 'other questions'
  if (other >= 0)
    return `${answers[other]?.[0]}: ${differing(ground.answers[other]?.[1] ?? '', answers[other]?.[1] ?? '')}`
  const { verdict, findings } = await waybill.auditLedgerFolder(copy, { workers: 0 })
  return verdict === 'VERIFIED' ? '' : `audit: ${findings[0]?.code} ${findings[0]?.at}`
}

/** @param {string} before @param {string} now */
function differing(before, now) {
  let at = 0
  while (at < before.length && before[at] === now[at]) at += 1
  return `${before.slice(Math.max(0, at - 30), at + 60)} | ${now.slice(Math.max(0, at - 30), at + 60)}`
}

/** @param {Ground} ground @param {string} copy @param {Damage} damage */
function damageRecord({ seed }, copy, { key: name = '', act }) {
  const key = waybill.fromHex(name)
  return inStore(copy, (store) =>
    store.write(batchOf(store, key, { seed, name, act }), { sync: true }),
  )
}

/**
 * @param {import('../../ledger/index.js').Store} store @param {Uint8Array} key
 * @param {{ seed: string, name: string, act: Act }} how
 */
function batchOf(store, key, { seed, name, act }) {
  const value = store.get(key)
  if (value === undefined) throw new Error('no such record')
  if (act === 'delete') return { puts: [], deletes: [key] }
  return value.length > 0
    ? { puts: [{ key, value: flipped(value, seed, name) }] }
    : { puts: [{ key: flipped(key, seed, name), value }], deletes: [key] }
}

/** @param {Ground} ground @param {string} path @param {Damage} damage */
function damageFile({ seed }, path, { file = '', act }) {
  if (!existsSync(path)) throw new Error('no such file')
  if (act === 'delete') rmSync(path)
  else writeFileSync(path, flipped(readFileSync(path), seed, file))
}

/**
 * One bit of one byte is another; which, follows from the seed.
 *
 * @param {Uint8Array} bytes @param {string} seed @param {string} name
 */
function flipped(bytes, seed, name) {
  const digest = createHash('sha256').update(`${seed} ${name}`).digest()
  const at = digest.readUIntBE(0, 6) % Math.max(1, bytes.length)
  return Uint8Array.from(bytes, (byte, place) =>
    place === at ? (byte + 2 ** ((digest[6] ?? 0) % 8)) % 256 : byte,
  )
}
