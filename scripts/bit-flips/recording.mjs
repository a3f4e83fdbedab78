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

/** Questions put to one ledger before it is opened anew. */
const GROUP = 16

/**
 * Opens a copy that nobody else needs, and records. A ledger remembers some of what it read, so a
 * question leans on the reads of those that the same ledger was asked before it, too: for each group
 * the ledger is opened anew.
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
  for (let first = 0; first < count; first += GROUP) {
    /** @type {Set<Read>} */
    const done = new Set()
    const ledger = await openOn(folder, recordingStore(real, reads, done), signer)
    for (const read of done) read.opening = true
    done.clear()
    ;[size, inbox] = [ledger.size, ledger.inboxVersion()]
    const questions = questionsFor(ledger, known, size)
    count = questions.length
    for (const [offset, { ask }] of questions.slice(first, first + GROUP).entries()) {
      answers.push(await ask())
      for (const read of done) read.questions.push(first + offset)
    }
    await ledger.close()
  }
  await real.close()
  return { reads: [...reads.values()], answers, size, inbox }
}

/**
 * @param {Store} store
 * @param {Map<string, Read>} reads all that were ever made
 * @param {Set<Read>} done those made since it was emptied
 * @returns {Store}
 */
function recordingStore(store, reads, done) {
  /** @param {string} name @param {Pick<Read, 'key' | 'range'>} what @param {string} gave */
  const note = (name, what, gave) => {
    const read = reads.get(name) ?? { ...what, gave, opening: false, questions: [] }
    if (read.gave !== gave) throw new Error('an undamaged store gave two answers')
    reads.set(name, read)
    done.add(read)
  }
  /** @param {Uint8Array} key */
  const get = (key) => {
    const value = store.get(key)
    note(`get ${waybill.toHex(key)}`, { key }, textOf(value))
    return value
  }
  /** @param {Range} range */
  const noteScan = async (range) => note(nameOf(range), { range }, await scanText(store, range))
  return {
    write: (batch, options) => store.write(batch, options),
    get,
    getMany: (keys) => keys.map(get),
    scan: async function* (range) {
      await noteScan(range)
      yield* store.scan(range)
    },
    scanTexts: async function* (range) {
      await noteScan(range)
      yield* store.scanTexts(range)
    },
    close: () => Promise.resolve(),
  }
}

/** @param {Range} range @returns {string} */
function nameOf({ from, to, reverse, limit }) {
  return `scan ${waybill.toHex(from)} ${waybill.toHex(to)} ${reverse} ${limit}`
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
    for (const [key, value] of chunk)
      text += `${key.length} ${value.length} ${textOf(key)}${textOf(value)}`
  return text
}
