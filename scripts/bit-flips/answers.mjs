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
 * Answers by question. A question that ended in a refusal has its code, after `!`; one that ended in
 * anything else than a refusal has `!!` and what it was.
 *
 * @typedef {ReadonlyMap<string, string>} Answers
 */

/** Refusals that say that the disk does not hold what was written. */
const DAMAGE = new Set([
  'ENTRY_MISMATCH',
  'INBOX_DAMAGED',
  'LEDGER_DAMAGED',
  'STORE_RECORD_MALFORMED',
  'STORE_UNREADABLE',
])

/** @param {string} answer @returns {boolean} true when it reports damage */
export function reportsDamage(answer) {
  return answer.startsWith('!') && DAMAGE.has(answer.slice(1))
}

/** @param {Ledger} ledger @param {Knowledge} known @param {number} size entries to ask for @returns {Promise<Answers>} */
export async function askEverything(ledger, known, size) {
  /** @type {Map<string, string>} */
  const answers = new Map()
  for (const [question, ask] of [
    ...aboutLog(ledger, size),
    ...aboutStatements(ledger, known),
    ...aboutParties(ledger, known),
  ]) {
    answers.set(question, await answerOf(ask))
  }
  return answers
}

/** @typedef {readonly [question: string, ask: () => unknown]} Question */

/** @param {() => unknown} ask @returns {Promise<string>} */
async function answerOf(ask) {
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
  return value
}

/** @param {Ledger} ledger @param {number} size @returns {Generator<Question>} */
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

/** @param {Ledger} ledger @param {Knowledge} known @returns {Generator<Question>} */
function* aboutStatements(ledger, { ids, digests, probes }) {
  for (const id of ids) {
    yield [`index of ${id}`, () => ledger.indexOf(id)]
    yield [`short ${id}`, () => ledger.resolve(id.slice(0, 12))]
    yield [`statement ${id}`, () => shown(ledger.statement(id))]
    yield [`lineage of ${id}`, () => ledger.lineageIds(id)]
    yield [`receipt of ${id}`, () => waybill.receiptJson(ledger.evidence([id]))]
    yield [`proposal ${id}`, () => shownProposal(ledger.proposal(id))]
  }
  const last = ids.findLast((id) => ledgerHas(ledger, id))
  if (last !== undefined)
    yield ['bundle', () => waybill.bundleJson(ledger.evidence(ledger.lineageIds(last), () => 'stub'))]
  for (const digest of digests) yield [`outcomes of ${digest}`, () => ledger.outcomesOf(digest)]
  for (const [position, probe] of probes.entries())
    yield [`probe ${position}`, () => ledger.validate(probe)]
}

/** @param {Ledger} ledger @param {StatementId} id */
function ledgerHas(ledger, id) {
  try {
    return ledger.indexOf(id) !== undefined
  } catch {
    return false
  }
}

/** @param {Ledger} ledger @param {Knowledge} known @returns {Generator<Question>} */
function* aboutParties(ledger, { parties, kids }) {
  yield ['parties', () => ledger.parties()]
  for (const party of /** @type {PartyId[]} */ (parties)) {
    yield [`party ${party}`, () => ledger.party(party)]
    yield [`inbox of ${party}`, () => ledger.inbox(party).map(shownProposal)]
    yield [`sent by ${party}`, () => ledger.sent(party).map(shownProposal)]
  }
  for (const kid of /** @type {KeyId[]} */ (kids)) yield [`owner of ${kid}`, () => ledger.ownerOf(kid)]
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
