/**
 * What the repairs are tried on: a ledger with everything in it, its mirror, and what it answers.
 *
 * The example of the bit flips, made longer than a tile, with the types that it lacks, corrections, and
 * its search index and rules index built.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerOf, questionsFor } from '../bit-flips/answers.mjs'
import * as draft from '../bit-flips/example-drafts.mjs'
import { makeExample, openAt } from '../bit-flips/example-ledger.mjs'
import { waybill } from '../bit-flips/waybill.mjs'

/**
 * @typedef {import('../../ledger/index.js').Ledger} Ledger
 * @typedef {import('../../ledger/index.js').Json} Json
 * @typedef {import('../../ledger/index.js').Signer} Signer
 * @typedef {import('../../ledger/index.js').StatementId} StatementId
 * @typedef {import('../bit-flips/example-ledger.mjs').Knowledge} Knowledge
 * @typedef {readonly (readonly [name: string, answer: string])[]} Answers
 */

/**
 * What all trials share; JSON, so that other processes can have it.
 *
 * @typedef {object} Ground
 * @property {string} whole folder of the sound ledger, never opened
 * @property {string} mirror folder of its full mirror
 * @property {Knowledge} known
 * @property {Answers} answers
 * @property {string} seed
 */

const DIST = new URL('../../dist/ledger/', import.meta.url).href
/** @type {typeof import('../../ledger/rules/ruleset-claims.js')} */
const { claimsOfRuleset } = await import(`${DIST}rules/ruleset-claims.js`)
/** @type {typeof import('../../ledger/rules/shipped/ruleset.js')} */
const { SHIPPED } = await import(`${DIST}rules/shipped/ruleset.js`)

const PUBLISHED_MAX_MS = 20_000
const RULESET_VERDICTS_MAX = 1_000

/**
 * @param {string} folder where all of it is made @param {{ readonly seed: string, readonly more: number }} options
 * @returns {Promise<Ground>}
 */
export async function makeGround(folder, { seed, more }) {
  const [whole, mirror, read] = ['whole', 'mirror', 'read'].map((name) => join(folder, name))
  if (whole === undefined || mirror === undefined || read === undefined)
    throw new TypeError('names')
  const known = await makeExample(whole, { more })
  const added = await addRest(whole, known)
  const everything = { ...known, ids: [...known.ids, ...added] }
  const now = () => draft.NOW_S
  const { ledger } = await waybill.openLedgerFolder(whole, { workers: 0, now, publish: true })
  // A ledger keeps no process alive that waits for nothing else.
  const awake = setTimeout(() => undefined, PUBLISHED_MAX_MS)
  await ledger.waitPublished(ledger.size, AbortSignal.timeout(PUBLISHED_MAX_MS))
  clearTimeout(awake)
  await follow(ledger, mirror)
  await ledger.close()
  cpSync(whole, read, { recursive: true })
  const answers = await answersOf(read, everything)
  const open = answers.filter(([, answer]) => answer.startsWith('!!'))
  if (open.length > 0) throw new Error(`the sound ledger does not answer: ${open[0]}`)
  return { whole, mirror, known: everything, answers, seed }
}

/**
 * Types and records that the example lacks, then both indexes.
 *
 * @param {string} folder @param {Knowledge} known @returns {Promise<readonly StatementId[]>}
 */
async function addRest(folder, { deepest }) {
  const ledger = await openAt(folder)
  const [acme, bolt] = ['acme', 'bolt'].map((name) => draft.keyOf(name))
  const { registrar } = await waybill.operatorSigners(folder)
  if (acme === undefined || bolt === undefined) throw new TypeError('firms')
  /** @type {StatementId[]} */
  const ids = []
  /** @param {draft.Draft} what @param {readonly (readonly [string, Signer])[]} signings */
  const write = async (what, signings) => {
    const { id } = await ledger.submit(waybill.envelopeJson(await draft.signed(what, signings)))
    ids.push(id)
    return id
  }
  const rides = await write(draft.collection(acme, 'more rides'), [['collector', acme]])
  const both = /** @type {const} */ ([
    ['exporter', acme],
    ['importer', bolt],
  ])
  const wrong = await write(draft.transfer([acme, bolt], rides, 'more rides'), both)
  const right = draft.transfer([acme, bolt], rides, 'more rides')
  await write({ ...right, supersedes: wrong }, both)
  await write(assessment(acme, rides), [['assessor', acme]])
  await write(auditOf(ledger, acme), [['auditor', acme]])
  const claims = /** @type {Record<string, Json>} */ (
    /** @type {unknown} */ (claimsOfRuleset(SHIPPED, partyOf(acme)))
  )
  await write({ type: 'ruleset/1', claims }, [['issuer', acme]])
  await write(draft.keyChange(acme, draft.keyOf('acme, second'), 'retire'), [
    ['holder', acme],
    ['registrar', registrar],
  ])
  await ledger.rules.prepare()
  await ledger.search({ type: 'party/1' }, { after: 0, size: ledger.size, limit: 1 })
  await waybill.verdictsIn(ledger, deepest, { max: RULESET_VERDICTS_MAX })
  await ledger.close()
  return ids
}

/** @param {Signer} assessor @param {StatementId} about @returns {draft.Draft} */
function assessment(assessor, about) {
  const claims = {
    assessor: assessor.kid,
    kind: 'anonymisation',
    scope: [about],
    result: 'anonymous',
    effective: { from: '2026-03-01' },
  }
  return { type: 'assessment/1', claims }
}

/** @param {Ledger} ledger @param {Signer} auditor @returns {draft.Draft} */
function auditOf(ledger, auditor) {
  const { size } = ledger
  const claims = {
    auditor: auditor.kid,
    log: { origin: draft.ORIGIN, size, root: draft.hexDigest('a root') },
    place: 'mirror',
    verdict: 'verified',
    counts: { entries: size, since: 0, signatures: size, parties: 1, findings: 0 },
    tool: { name: 'waybill', version: '0' },
  }
  return { type: 'audit/1', claims }
}

/** @param {Signer} key @returns {import('../../ledger/index.js').PartyId} */
function partyOf(key) {
  return /** @type {import('../../ledger/index.js').PartyId} */ (String(key.kid))
}

/** @param {Ledger} ledger @param {string} folder */
async function follow(ledger, folder) {
  const { publicLog } = ledger
  const outcome = await waybill.followLog({
    source: {
      checkpoint: () => Promise.resolve(ledger.publishedCheckpoint()),
      tile: (path) => {
        const name = waybill.parseTilePath(path)
        if (name === undefined) throw new Error(path)
        const { level, index, width } = name
        const bytes =
          level === waybill.ENTRIES
            ? publicLog.entries(index, width)
            : publicLog.tile(level, index, width)
        return Promise.resolve(bytes)
      },
      statementLines: async (from, to) =>
        `${(await waybill.statementLines(ledger, from, to)).join('\n')}\n`,
      inboxLines: (from) => Promise.resolve(ledger.inboxPage(from)),
    },
    folder: waybill.openMirrorFolder(folder),
    policy: waybill.policyOfLogs(waybill.ed25519NoteKey(ledger.origin, ledger.logKey)),
    crypto: waybill.bestCrypto(),
  })
  if (outcome.kind !== 'followed') throw new Error(`not mirrored: ${outcome.kind}`)
}

/**
 * Every answer of a folder's ledger; asking builds the indexes that are missing.
 *
 * @param {string} folder @param {Knowledge} known @returns {Promise<Answers>}
 */
export async function answersOf(folder, known) {
  const ledger = await openAt(folder)
  try {
    /** @type {(readonly [string, string])[]} */
    const answers = []
    for (const { name, ask } of questionsFor(ledger, known, ledger.size))
      answers.push([name, await ask()])
    for (let index = 0; index < ledger.size; index += 1)
      answers.push([`recorded of ${index}`, await answerOf(() => ledger.rules.recorded(index))])
    for (const id of known.ids) {
      const judged = () => waybill.verdictsIn(ledger, id, { max: RULESET_VERDICTS_MAX })
      answers.push([`verdicts of ${id}`, await answerOf(judged)])
    }
    return answers
  } finally {
    await ledger.close()
  }
}

/** First and last key of a store, as a range. */
export const EVERYTHING = { from: Uint8Array.of(0), to: Uint8Array.of(0xff) }

/** Work on the store of a folder that nobody has open. @template T @param {string} folder @param {(store: import('../../ledger/index.js').Store) => Promise<T>} work */
export async function inStore(folder, work) {
  const store = await waybill.openLevelStore(join(folder, 'store'), { create: false })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/**
 * What a ledger answers follows from this: all records, the head and what was published.
 *
 * @param {string} folder @returns {Promise<string>}
 */
export async function digestOf(folder) {
  const hash = createHash('sha256')
  await inStore(folder, async (store) => {
    for await (const chunk of store.scan(EVERYTHING))
      for (const [key, value] of chunk)
        hash.update(`${key.length} ${value.length} `).update(key).update(value)
  })
  for (const name of ['checkpoint', 'published', 'waybill.json']) {
    const path = join(folder, name)
    hash.update(existsSync(path) ? readFileSync(path) : 'none').update(name)
  }
  return hash.digest('hex')
}

/** @param {string} folder @param {string} [under] @returns {string[]} its files, and those of its folders */
export function filesIn(folder, under = '') {
  return readdirSync(join(folder, under), { withFileTypes: true })
    .flatMap((item) => {
      const name = join(under, item.name)
      return item.isDirectory() ? filesIn(folder, name) : [name]
    })
    .filter((name) => name !== 'store/LOCK' && name !== 'store/LOG' && name !== 'store/LOG.old')
    .sort()
}
