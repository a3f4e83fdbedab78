/**
 * What an undamaged ledger reads and answers: the yardstick of the trials.
 *
 * An answer follows from what the store gives to the reads behind it. So a copy whose store gives the
 * same to every read answers the same, and where some reads give something else, only the questions
 * that lean on those need to be asked again. That makes a trial cheap enough for every byte.
 */
import { join } from 'node:path'
import { questionsFor } from './answers.mjs'
import { NOW_S, ORIGIN } from './example-drafts.mjs'
import { waybill } from './waybill.mjs'

/**
 * @typedef {import('../../ledger/index.js').Ledger} Ledger
 * @typedef {import('../../ledger/index.js').Signer} Signer
 * @typedef {import('../../ledger/index.js').Store} Store
 * @typedef {Parameters<Store['scan']>[0]} Range
 * @typedef {import('./example-ledger.mjs').Knowledge} Knowledge
 */

/**
 * One read of a store and what it gave. `questions`: positions of those that lean on it; `opening`:
 * the state of the open ledger does.
 *
 * @typedef {object} Read
 * @property {Uint8Array} [key]
 * @property {Range} [range]
 * @property {string} gave
 * @property {boolean} opening
 * @property {number[]} questions
 */

/** @typedef {{ readonly reads: readonly Read[], readonly answers: readonly string[], readonly size: number, readonly inbox: number }} Recording */

/** @param {string} folder @returns {Promise<Signer>} the log's key */
export async function logSigner(folder) {
  return waybill.signerFromPem(await waybill.readKeyFile(join(folder, 'keys', 'log.pem')))
}

/** @param {string} folder @param {Store} store @param {Signer} signer @returns {Promise<Ledger>} */
export function openOn(folder, store, signer) {
  return waybill.openLedger({
    origin: ORIGIN,
    store,
    head: waybill.openHeadFile(folder),
    signer,
    crypto: waybill.bestCrypto(),
    now: () => NOW_S,
    workers: 0,
  })
}

/**
 * Opens a copy that nobody else needs and records. Each question is put to a ledger just opened, so
 * that nothing it leans on is remembered from another.
 *
 * @param {string} folder @param {Knowledge} known @returns {Promise<Recording>}
 */
export async function record(folder, known) {
  const signer = await logSigner(folder)
  const real = await waybill.openLevelStore(join(folder, 'store'))
  /** @type {Map<string, Read>} */
  const reads = new Map()
  /** @type {string[]} */
  const answers = []
  let count = 1
  let [size, inbox] = [0, 0]
  for (let at = 0; at < count; at += 1) {
    const during = { question: -1 }
    const ledger = await openOn(folder, recordingStore(real, reads, during), signer)
    size = ledger.size
    inbox = ledger.inboxVersion()
    const questions = questionsFor(ledger, known, size)
    count = questions.length
    during.question = at
    answers.push((await questions[at]?.ask()) ?? '')
    await ledger.close()
  }
  await real.close()
  return { reads: [...reads.values()], answers, size, inbox }
}

/**
 * @param {Store} store
 * @param {Map<string, Read>} reads
 * @param {{ question: number }} during -1 while the ledger opens
 * @returns {Store}
 */
function recordingStore(store, reads, during) {
  const note = (/** @type {string} */ name, /** @type {Pick<Read, 'key' | 'range'>} */ what, /** @type {string} */ gave) => {
    const read = reads.get(name) ?? { ...what, gave, opening: false, questions: [] }
    reads.set(name, read)
    if (read.gave !== gave) throw new Error('an undamaged store gave two answers')
    if (during.question < 0) read.opening = true
    else if (read.questions.at(-1) !== during.question) read.questions.push(during.question)
  }
  const get = (/** @type {Uint8Array} */ key) => {
    const value = store.get(key)
    note(`get ${waybill.toHex(key)}`, { key }, textOf(value))
    return value
  }
  return {
    write: (batch, options) => store.write(batch, options),
    get,
    getMany: (keys) => keys.map(get),
    scan: async function* (range) {
      const name = `scan ${waybill.toHex(range.from)} ${waybill.toHex(range.to)} ${range.reverse} ${range.limit}`
      note(name, { range }, await scanText(store, range))
      yield* store.scan(range)
    },
    close: () => Promise.resolve(),
  }
}

/** @param {Store} store @param {Read} read @returns {Promise<boolean>} true when the store gives what it gave */
export async function givesTheSame(store, { key, range, gave }) {
  try {
    if (key !== undefined) return textOf(store.get(key)) === gave
    return range !== undefined && (await scanText(store, range)) === gave
  } catch (error) {
    if (error instanceof waybill.LedgerError) return false
    throw error
  }
}

/** @param {Uint8Array | undefined} value */
function textOf(value) {
  return value === undefined ? '-' : Buffer.from(value).toString('latin1')
}

/** @param {Store} store @param {Range} range */
async function scanText(store, range) {
  let text = ''
  for await (const chunk of store.scan(range))
    for (const [key, value] of chunk) text += `${key.length} ${value.length} ${textOf(key)}${textOf(value)}`
  return text
}
