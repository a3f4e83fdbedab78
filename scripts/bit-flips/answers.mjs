/**
 * Everything that a ledger can answer, as a list of named texts: what a damaged copy is compared by.
 *
 * The questions come from what the whole ledger knows, never from the ledger that is asked, so that
 * what it lost shows as another answer.
 */
import { waybill } from './waybill.mjs'

/**
 * @typedef {import('../../ledger/index.js').Ledger} Ledger
 * @typedef {import('../../ledger/index.js').Proposal} Proposal
 * @typedef {import('../../ledger/index.js').StatementId} StatementId
 * @typedef {import('../../ledger/index.js').PartyId} PartyId
 * @typedef {import('../../ledger/index.js').KeyId} KeyId
 * @typedef {import('./example-ledger.mjs').Knowledge} Knowledge
 */

/**
 * One question. The answer is JSON; or the code of a refusal, after `!`; or, after `!!`, what else went
 * wrong, which is always a bug.
 *
 * @typedef {{ readonly name: string, readonly ask: () => Promise<string> }} Question
 */

/** Codes that say that the disk does not hold what was written; no sound answer has one in it. */
const DAMAGE =
  /\b(?:ENTRY_MISMATCH|INBOX_DAMAGED|LEDGER_DAMAGED|STORE_RECORD_MALFORMED|STORE_UNREADABLE)\b/

/** @param {string} answer @returns {boolean} true when it reports damage */
export function reportsDamage(answer) {
  return DAMAGE.test(answer)
}

/**
 * All questions, in the same order for every ledger that is asked.
 *
 * @param {Ledger} ledger @param {Knowledge} known @param {number} size entries to ask about
 * @returns {readonly Question[]}
 */
export function questionsFor(ledger, known, size) {
  return [
    ...aboutLog(ledger, size),
    ...aboutStatements(ledger, known),
    ...aboutParties(ledger, known),
  ].map(([name, ask]) => ({ name, ask: () => answerOf(ask) }))
}

/** @typedef {readonly [name: string, ask: () => unknown]} Asking */

/** @param {ReturnType<Ledger['search']>} page */
async function found(page) {
  const { found: list, next } = await page
  return { ids: list.map(({ id }) => id), next }
}

/** What is answered, as a text to compare. @param {() => unknown} ask @returns {Promise<string>} */
export async function answerOf(ask) {
  try {
    return JSON.stringify(await ask(), plain) ?? 'nothing'
  } catch (error) {
    return error instanceof waybill.LedgerError ? `!${error.code}` : `!!${String(error)}`
  }
}

/** @param {string} _name @param {unknown} value */
function plain(_name, value) {
  if (value instanceof Uint8Array) return waybill.toHex(value)
  if (value instanceof Map) return [...value]
  // The order of a set says nothing.
  if (value instanceof Set) return [...value].sort()
  return value
}

/** @param {Ledger} ledger @param {number} size @returns {Generator<Asking>} */
function* aboutLog(ledger, size) {
  yield ['head', () => [ledger.size, ledger.lastTime, ledger.headCheckpoint()]]
  yield ['published', () => ledger.publishedCheckpoint()]
  yield ['who', () => [ledger.origin, ledger.vkey, ledger.registrar, ledger.inboxVersion()]]
  for (let index = 0; index <= size; index += 1) {
    yield [`entry ${index}`, () => ledger.entry(index)]
    yield [`statement at ${index}`, () => shown(ledger.statementAt(index))]
    yield [`inclusion of ${index}`, () => ledger.inclusionProof(index, size)]
    yield [`consistency with ${index}`, () => ledger.consistencyProof(index, size)]
  }
  const middle = Math.ceil(size / 2)
  yield ['older inclusion', () => ledger.inclusionProof(middle - 1, middle)]
}

/** @param {Ledger} ledger @param {Knowledge} known @returns {Generator<Asking>} */
function* aboutStatements(ledger, { ids, deepest, digests, probes, searches }) {
  for (const id of ids) {
    yield [`index of ${id}`, () => ledger.indexOf(id)]
    yield [`short ${id}`, () => ledger.resolve(id.slice(0, 12))]
    yield [`statement ${id}`, () => shown(ledger.statement(id))]
    yield [`lineage of ${id}`, () => ledger.lineageIds(id)]
    yield [`receipt of ${id}`, () => waybill.receiptJson(ledger.evidence([id]))]
    yield [`proposal ${id}`, () => shownProposal(ledger.proposal(id))]
  }
  yield [
    'bundle',
    () => waybill.bundleJson(ledger.evidence(ledger.lineageIds(deepest), () => 'stub')),
  ]
  for (const digest of digests) yield [`outcomes of ${digest}`, () => ledger.outcomesOf(digest)]
  for (const query of searches) {
    const page = { after: 0, size: ledger.size, limit: 100 }
    yield [`search ${JSON.stringify(query)}`, () => found(ledger.search(query, page))]
  }
  for (const [position, probe] of probes.entries())
    yield [`probe ${position}`, () => ledger.validate(probe)]
}

/** @param {Ledger} ledger @param {Knowledge} known @returns {Generator<Asking>} */
function* aboutParties(ledger, { parties, kids }) {
  yield ['parties', () => ledger.parties()]
  for (const party of /** @type {PartyId[]} */ (parties)) {
    yield [`party ${party}`, () => ledger.party(party)]
    yield [`inbox of ${party}`, () => ledger.inbox(party).map(shownProposal)]
    yield [`sent by ${party}`, () => ledger.sent(party).map(shownProposal)]
  }
  for (const kid of /** @type {KeyId[]} */ (kids))
    yield [`owner of ${kid}`, () => ledger.ownerOf(kid)]
}

/** @param {import('../../ledger/index.js').StoredStatement | undefined} stored */
function shown(stored) {
  if (stored === undefined) return undefined
  const { id, index, time, entry, opened, facts } = stored
  return { id, index, time, entry, envelope: waybill.envelopeJson(opened.envelope), facts }
}

/** @param {Proposal | undefined} proposal */
function shownProposal(proposal) {
  if (proposal === undefined) return undefined
  const { envelope, opened, ...rest } = proposal
  return { ...rest, envelope: waybill.envelopeJson(envelope), claims: opened.open.claims }
}
