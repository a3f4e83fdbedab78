/**
 * A small ledger with one of everything: parties, keys that came and went, two-sided transfers made
 * at once and by countersigning, refusals, waiting proposals, a lineage. Made in sittings, so that its
 * records lie in tables and in LevelDB's log.
 */
import { copyFileSync, cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as draft from './example-drafts.mjs'
import { waybill } from './waybill.mjs'

/**
 * @typedef {import('../../ledger/index.js').Envelope} Envelope
 * @typedef {import('../../ledger/index.js').Json} Json
 * @typedef {import('../../ledger/index.js').Ledger} Ledger
 * @typedef {import('../../ledger/index.js').Signer} Signer
 * @typedef {import('../../ledger/index.js').StatementId} StatementId
 * @typedef {Parameters<Ledger['search']>[0]} SearchQuery
 * @typedef {readonly (readonly [role: string, key: Signer])[]} Signings
 */

/**
 * What one must know to ask a ledger everything; JSON, so that other processes can.
 *
 * @typedef {object} Knowledge
 * @property {readonly StatementId[]} ids of all statements: admitted, waiting, refused
 * @property {StatementId} deepest the statement with the longest lineage
 * @property {readonly string[]} parties
 * @property {readonly string[]} kids
 * @property {readonly string[]} digests of artefacts
 * @property {readonly Json[]} probes envelopes that are validated, never stored
 * @property {readonly SearchQuery[]} searches
 * @property {Json} spare an envelope that the ledger has never seen and would admit
 */

/** @type {readonly SearchQuery[]} */
const SEARCHES = [
  { type: 'transfer/1' },
  { type: 'collection/1' },
  { country: 'IN' },
  { from: 'DE', to: 'IN' },
  { dataset: 'rides' },
  { purpose: draft.PURPOSE },
  { since: 0 },
]
const FIRMS = ['acme', 'bolt', 'coral']
const [ACME, BOLT, CORAL] = /** @type {[Signer, Signer, Signer]} */ (FIRMS.map(draft.keyOf))
const SECOND_KEY = draft.keyOf('acme, second')
const THIRD_KEY = draft.keyOf('acme, third')

/** Writes statements and remembers what to ask about them. */
class Scribe {
  /** @type {StatementId[]} */
  ids = []
  /** @type {Json[]} */
  probes = []
  /** @type {Ledger | undefined} */
  #ledger
  #folder

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder
  }

  /** @param {(ledger: Ledger) => Promise<void>} work */
  async sitting(work) {
    this.#ledger = await openAt(this.#folder)
    await work(this.#ledger)
    await this.#ledger.close()
  }

  /** @param {draft.Draft} what @param {Signings} signings @returns {Promise<StatementId>} */
  async write(what, signings) {
    return this.submit(await draft.signed(what, signings))
  }

  /** @param {Envelope} envelope @returns {Promise<StatementId>} */
  async submit(envelope) {
    this.note(envelope)
    const outcome = await this.#ledger?.submit(waybill.envelopeJson(envelope))
    if (outcome === undefined) throw new Error('no sitting')
    return outcome.id
  }

  /** @param {Envelope} envelope one that is, will be or was nearly in the ledger */
  note(envelope) {
    this.ids.push(draft.idOf(envelope))
    this.probes.push(waybill.envelopeJson(envelope))
  }

  /** @param {draft.Draft} what @param {Signings} signings something to ask about, not to write */
  async probe(what, signings) {
    this.probes.push(waybill.envelopeJson(await draft.signed(what, signings)))
  }
}

/** @param {string} folder @returns {Promise<Ledger>} */
export async function openAt(folder) {
  const { ledger } = await waybill.openLedgerFolder(folder, { workers: 0, now: () => draft.NOW_S })
  return ledger
}

/**
 * Makes the ledger. With `tail`, as a crash leaves it between the store's last batch and the head.
 *
 * @param {string} folder
 * @param {{ readonly tail?: boolean, readonly more?: number, readonly older?: string }} options `more`:
 * collections besides; `older`: where a copy of the state before the last sitting, or the tail, is kept
 * @returns {Promise<Knowledge>}
 */
export async function makeExample(folder, { tail = false, more = 0, older } = {}) {
  rmSync(folder, { recursive: true, force: true })
  const now = () => draft.NOW_S
  await waybill.initLedgerFolder(folder, { origin: draft.ORIGIN, name: 'Op', country: 'DE', now })
  const { registrar, api } = await waybill.operatorSigners(folder)
  const scribe = new Scribe(folder)
  await scribe.sitting(() => registry(scribe, registrar))
  const lineage = await written(scribe, more)
  const keepOlder = () => {
    if (older !== undefined) cpSync(folder, older, { recursive: true })
  }
  if (!tail) keepOlder()
  await scribe.sitting(async (ledger) => {
    await searchOnce(ledger)
    await twoSided(scribe, ledger, lineage)
    await searchOnce(ledger)
  })
  const known = [registrar, api, ACME, BOLT, CORAL, SECOND_KEY, THIRD_KEY, draft.keyOf('nobody')]
  const spare = await draft.signed(draft.collection(CORAL, 'spare'), [['collector', CORAL]])
  if (tail) {
    keepOlder()
    await leaveTail(scribe, folder, lineage)
  }
  await probe(scribe, lineage)
  const kids = known.map(({ kid }) => String(kid))
  return {
    ids: scribe.ids,
    deepest: lineage.report,
    parties: kids,
    kids,
    digests: ['report', 'nothing'].map(draft.hexDigest),
    probes: scribe.probes,
    // To search what is not indexed yet is to write, and a trial only reads.
    searches: tail ? [] : SEARCHES,
    spare: waybill.envelopeJson(spare),
  }
}

/** Somebody searches: what is there by now is indexed. */
async function searchOnce(/** @type {Ledger} */ ledger) {
  await ledger.search({ type: 'party/1' }, { after: 0, size: ledger.size, limit: 1 })
}

/** @param {Scribe} scribe @param {Signer} registrar */
async function registry(scribe, registrar) {
  for (const [position, key] of [ACME, BOLT, CORAL].entries()) {
    const enrolment = draft.enrolment(key, FIRMS[position] ?? '')
    await scribe.write(enrolment, [
      ['party', key],
      ['registrar', registrar],
    ])
  }
  for (const key of [SECOND_KEY, THIRD_KEY]) {
    await scribe.write(draft.keyChange(ACME, key, 'add'), [
      ['holder', ACME],
      ['registrar', registrar],
      ['subject', key],
    ])
  }
  await scribe.write(draft.keyChange(ACME, THIRD_KEY, 'revoke'), [['registrar', registrar]])
}

/**
 * What the movements made, by name; ids of their statements.
 *
 * @typedef {Readonly<Record<'rides' | 'trips' | 'copy' | 'mixed' | 'report', StatementId>>} Lineage
 */

/** @param {Scribe} scribe @param {number} more collections besides @returns {Promise<Lineage>} */
async function written(scribe, more) {
  /** @type {Lineage | undefined} */
  let lineage
  await scribe.sitting(async () => {
    lineage = await movements(scribe)
    for (let count = 0; count < more; count += 1)
      await scribe.write(draft.collection(CORAL, `more ${count}`), [['collector', CORAL]])
  })
  if (lineage === undefined) throw new Error('nothing was written')
  return lineage
}

/** @param {Scribe} scribe @returns {Promise<Lineage>} */
async function movements(scribe) {
  const contract = await scribe.write(draft.instrument(ACME, BOLT), bothSign(ACME, BOLT))
  const rides = await scribe.write(draft.collection(ACME, 'rides'), [['collector', ACME]])
  const trips = await scribe.write(draft.collection(BOLT, 'trips'), [['collector', BOLT]])
  const more = { instrument: contract }
  const movement = draft.transfer([ACME, BOLT], rides, 'rides', more)
  const copy = await scribe.write(movement, bothSign(ACME, BOLT))
  const mix = draft.processing(BOLT, [copy, trips], 'mixed')
  const mixed = await scribe.write(mix, [['performer', BOLT]])
  const report = await scribe.write(draft.outcome(BOLT, mixed, 'report'), [['performer', BOLT]])
  return { rides, trips, copy, mixed, report }
}

/**
 * Proposals: one countersigned, one declined, one withdrawn, three that wait.
 *
 * @param {Scribe} scribe @param {Ledger} ledger @param {Lineage} lineage
 */
async function twoSided(scribe, ledger, { rides, mixed }) {
  const propose = async (/** @type {StatementId} */ parent, /** @type {string} */ content) => {
    const sides =
      content === 'mixed'
        ? /** @type {const} */ ([BOLT, CORAL])
        : /** @type {const} */ ([ACME, CORAL])
    const envelope = await draft.signed(draft.transfer(sides, parent, content), bothSign(...sides))
    scribe.note(envelope)
    const { id } = await ledger.submit(waybill.envelopeJson(draft.only(envelope, 'exporter')))
    return { id, importer: draft.signatureOf(envelope, 'importer') }
  }
  const agreed = await propose(mixed, 'mixed')
  const declined = await propose(mixed, 'mixed')
  const withdrawn = await propose(rides, 'rides')
  await ledger.countersign(agreed.id, agreed.importer)
  await scribe.write(draft.refusal(declined.id, 'not-agreed'), [['importer', CORAL]])
  await scribe.write(draft.refusal(withdrawn.id, 'withdrawn'), [['exporter', ACME]])
  await propose(rides, 'rides')
  await propose(mixed, 'mixed')
  const late = draft.keyOf('latecomer')
  await scribe.write(draft.enrolment(late, 'latecomer'), [['party', late]])
  await scribe.write(draft.collection(CORAL, 'last'), [['collector', CORAL]])
}

/**
 * Questions whose answers show custody, key state and names that are taken.
 *
 * @param {Scribe} scribe @param {Lineage} lineage
 */
async function probe(scribe, { rides, trips, copy, mixed }) {
  for (const [key, parent] of /** @type {const} */ ([
    [ACME, rides],
    [BOLT, trips],
    [BOLT, copy],
    [BOLT, mixed],
    [CORAL, mixed],
  ])) {
    await scribe.probe(draft.processing(key, [parent], 'probe'), [['performer', key]])
  }
  for (const key of [SECOND_KEY, THIRD_KEY]) {
    await scribe.probe(draft.collection(ACME, 'probe'), [['collector', key]])
  }
}

/**
 * One commit of an entry, a countersigned proposal and a new proposal, without its head.
 *
 * @param {Scribe} scribe @param {string} folder @param {Lineage} lineage
 */
async function leaveTail(scribe, folder, { rides }) {
  const head = join(folder, 'checkpoint')
  const own = await draft.signed(draft.collection(ACME, 'tail'), [['collector', ACME]])
  const transfer = draft.transfer([ACME, BOLT], rides, 'rides')
  const proposal = await draft.signed(transfer, [['exporter', ACME]])
  await scribe.sitting(async (ledger) => {
    const [waiting] = ledger.sent(partyOf(ACME))
    if (waiting === undefined) throw new Error('no proposal waits')
    const agreed = await waybill.countersignEnvelope(
      waiting.envelope,
      'importer',
      CORAL,
      draft.NOW_S,
    )
    const lines = [own, agreed, proposal].map((item) => JSON.stringify(waybill.envelopeJson(item)))
    for (const envelope of [own, proposal]) scribe.note(envelope)
    copyFileSync(head, `${head}.before`)
    await ledger.submitBulk(waybill.utf8Encode(lines.join('\n')), 'ndjson')
  })
  copyFileSync(`${head}.before`, head)
  rmSync(`${head}.before`)
}

/** @param {Signer} exporter @param {Signer} importer @returns {Signings} */
function bothSign(exporter, importer) {
  return [
    ['exporter', exporter],
    ['importer', importer],
  ]
}

/** @param {Signer} key @returns {import('../../ledger/index.js').PartyId} */
function partyOf(key) {
  return /** @type {import('../../ledger/index.js').PartyId} */ (String(key.kid))
}
