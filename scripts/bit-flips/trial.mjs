/**
 * One damage on a copy of a ledger, and where it was noticed. Exactly one of:
 *
 *     opening   the ledger does not open, nothing is signed, and the next opening refuses as well
 *     read      some answers report damage, all others are as before, and nothing is signed after
 *     audit     some answers are others than before, and the audit says so
 *     same      every answer is as before
 *     SILENT    none of that: a defect of ours; `why` says what
 *
 * And pool.mjs knows `died`: LevelDB ended the process while it opened, or soon after.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { questionsFor, reportsDamage } from './answers.mjs'
import { damaged, strangerFor } from './damages.mjs'
import { ORIGIN } from './example-drafts.mjs'
import { givesTheSame, logSigner, openOn } from './recording.mjs'
import { waybill } from './waybill.mjs'

/**
 * @typedef {import('../../ledger/index.js').Ledger} Ledger
 * @typedef {import('../../ledger/index.js').Signer} Signer
 * @typedef {import('../../ledger/index.js').Store} Store
 * @typedef {import('./damages.mjs').Damage} Damage
 * @typedef {import('./example-ledger.mjs').Knowledge} Knowledge
 * @typedef {import('./recording.mjs').Recording} Recording
 * @typedef {{ readonly where: 'opening' | 'read' | 'audit' | 'same' | 'SILENT', readonly why: string }} Verdict
 */

/**
 * What all trials on one ledger share.
 *
 * @typedef {object} Ground
 * @property {string} whole folder of the undamaged ledger, never opened
 * @property {string} older folder of an earlier state of it
 * @property {string} copy folder for the copies, one at a time
 * @property {Knowledge} known
 * @property {readonly Recording[]} recordings states that are right: more than one for a tail that nobody was promised
 * @property {string} seed
 */

/**
 * @param {Ground} ground
 * @returns {Promise<(damage: Damage, asLeft: boolean) => Promise<Verdict>>} `asLeft`: no new copy
 */
export async function trialsOn(ground) {
  const signer = await logSigner(ground.whole)
  return async (damage, asLeft) => {
    if (!asLeft) copyWith(ground, damage)
    const before = headOf(ground.copy)
    const first = await openAndAsk(ground, signer, before)
    if (first.where !== 'opening') return first
    if (headOf(ground.copy) !== before) return silent('a head was signed though the opening failed')
    const again = await openAndAsk(ground, signer, before)
    return again.where === 'opening' || again.where === 'same'
      ? first
      : silent(`then: ${again.why}`)
  }
}

/** Other files are links: LevelDB replaces files and never changes one that it finds. */
function copyWith(
  /** @type {Ground} */ { whole, older, copy, seed },
  /** @type {Damage} */ damage,
) {
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(join(copy, 'store'), { recursive: true })
  const names = readdirSync(join(whole, 'store')).map((name) => `store/${name}`)
  for (const file of ['checkpoint', ...names]) {
    if (file !== damage.file && file !== 'store/LOCK') linkSync(join(whole, file), join(copy, file))
  }
  const from = damage.kind === 'older' ? older : whole
  const content =
    damage.kind === 'extra'
      ? strangerFor(damage)
      : damaged(readFileSync(join(from, damage.file)), damage, seed)
  if (content !== undefined) writeFileSync(join(copy, damage.file), content)
}

/** @param {string} folder @returns {string | undefined} */
function headOf(folder) {
  try {
    return readFileSync(join(folder, 'checkpoint'), 'latin1')
  } catch {
    return undefined
  }
}

/** @param {Ground} ground @param {Signer} signer @param {string | undefined} before @returns {Promise<Verdict>} */
async function openAndAsk(ground, signer, before) {
  /** @type {Store | undefined} */
  let store
  try {
    store = await waybill.openLevelStore(join(ground.copy, 'store'))
    const ledger = await openOn(ground.copy, store, signer)
    const verdict = await judge(ground, { ledger, store, signer, before })
    await ledger.close()
    return verdict
  } catch (error) {
    if (error instanceof waybill.LedgerError && error.code !== 'INTERNAL')
      return { where: 'opening', why: error.code }
    return silent(`not a refusal: ${String(error)}`)
  } finally {
    await store?.close()
  }
}

/**
 * @param {Ground} ground
 * @param {{ ledger: Ledger, store: Store, signer: Signer, before: string | undefined }} opened
 * @returns {Promise<Verdict>}
 */
async function judge(ground, opened) {
  const { ledger, before } = opened
  const sound = ground.recordings.find(
    ({ size, inbox }) => size === ledger.size && inbox === ledger.inboxVersion(),
  )
  const [first] = ground.recordings
  if (sound === undefined || first === undefined) return auditOf(ground, opened, 'size or inbox')
  const head = headOf(ground.copy)
  if (ground.recordings.length === 1 && head !== before)
    return silent('opening signed another head')
  const other = await otherAnswers(ground, opened, sound)
  if (headOf(ground.copy) !== head) return silent('reading signed another head')
  if (other.wrong.length > 0) return auditOf(ground, opened, other.wrong.slice(0, 3).join('; '))
  if (other.reported.size === 0) return { where: 'same', why: '' }
  if (await signsAfterwards(ground, ledger))
    return silent(`signed after damage was read: ${[...other.reported].slice(0, 3).join('; ')}`)
  return { where: 'read', why: [...new Set(other.reported.values())].sort().join() }
}

/**
 * Names of the questions whose answers are others, and codes of the damage that answers report.
 *
 * @param {Ground} ground
 * @param {{ ledger: Ledger, store: Store }} opened
 * @param {Recording} sound
 * @returns {Promise<{ wrong: readonly string[], reported: ReadonlyMap<string, string> }>}
 */
async function otherAnswers({ known }, { ledger, store }, { reads, answers, size }) {
  const leaning = await questionsOn(store, reads)
  /** @type {string[]} */
  const wrong = []
  /** @type {Map<string, string>} */
  const reported = new Map()
  for (const [position, { name, ask }] of questionsFor(ledger, known, size).entries()) {
    if (leaning !== 'all' && !leaning.has(position)) continue
    const answer = await ask()
    if (answer === answers[position]) continue
    if (reportsDamage(answer))
      reported.set(name, answer.startsWith('!') ? answer.slice(1) : 'in it')
    else wrong.push(name)
  }
  return { wrong, reported }
}

/**
 * Positions of the questions that lean on reads of which the store gives something else now.
 *
 * @param {Store} store @param {Recording['reads']} reads
 * @returns {Promise<ReadonlySet<number> | 'all'>}
 */
async function questionsOn(store, reads) {
  /** @type {Set<number>} */
  const leaning = new Set()
  for (const read of reads) {
    if (await givesTheSame(store, read)) continue
    // What the open ledger holds in memory may be another, and nobody says whose answers that changes.
    if (read.opening) return 'all'
    for (const question of read.questions) leaning.add(question)
  }
  return leaning
}

/** @param {Ground} ground @param {{ store: Store, signer: Signer }} opened @param {string} what is wrong @returns {Promise<Verdict>} */
async function auditOf({ copy }, { store, signer }, what) {
  const report = await waybill.auditLog({
    origin: ORIGIN,
    store,
    head: waybill.openHeadFile(copy),
    policy: waybill.policyOfLogs(waybill.ed25519NoteKey(ORIGIN, signer.publicKey)),
    crypto: waybill.bestCrypto(),
    workers: 0,
  })
  const [finding] = report.findings.filter(({ severity }) => severity !== 'note')
  if (report.verdict === 'VERIFIED' || finding === undefined)
    return silent(`wrong and verified: ${what}`)
  return { where: 'audit', why: finding.code }
}

/** @param {Ground} ground @param {Ledger} ledger @returns {Promise<boolean>} whether anything was signed after damage was seen */
async function signsAfterwards({ copy, known }, ledger) {
  const before = headOf(copy)
  try {
    await ledger.submit(known.spare)
    return true
  } catch (error) {
    if (!(error instanceof waybill.LedgerError)) throw error
    return headOf(copy) !== before
  }
}

/** @param {string} why @returns {Verdict} */
function silent(why) {
  return { where: 'SILENT', why }
}
