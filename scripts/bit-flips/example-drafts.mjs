/**
 * Statements of the ledger that the bit flips are tried on: the smallest claims that each schema
 * takes, so that the store is small and every byte of it can be tried.
 */
import { createHash, randomBytes } from 'node:crypto'
import { waybill } from './waybill.mjs'

/**
 * @typedef {import('../../ledger/index.js').Envelope} Envelope
 * @typedef {import('../../ledger/index.js').Json} Json
 * @typedef {import('../../ledger/index.js').ParentRef} ParentRef
 * @typedef {import('../../ledger/index.js').Signer} Signer
 * @typedef {import('../../ledger/index.js').StatementDraft} StatementDraft
 * @typedef {import('../../ledger/index.js').StatementId} StatementId
 * @typedef {Omit<StatementDraft, 'origin' | 'iat'>} Draft
 * @typedef {Record<string, Json>} Claims
 */

export const ORIGIN = 'flips.example/log'
/** The one time of this ledger, in seconds since 1970: nothing in it ever expires. */
export const NOW_S = 1_795_000_000
const DEADLINE_S = NOW_S + 86_400

export const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'
const CONTROLLER = {
  role: 'https://w3id.org/dpv#DataController',
  legalBasis: [{ basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-f', regime: 'eu-gdpr' }],
}
const PERIOD = { begin: '2026-11-02T09:00:00Z' }

/** @param {string} name @returns {Signer} a key that follows from its name */
export function keyOf(name) {
  return waybill.signerFromSeed(digest(`bit flips key ${name}`))
}

/**
 * @param {Draft} draft
 * @param {readonly (readonly [role: string, key: Signer])[]} signings
 * @returns {Promise<Envelope>}
 */
export async function signed(draft, [first, ...rest]) {
  if (first === undefined) throw new TypeError('nobody signs')
  const built = waybill.buildStatement(
    { origin: ORIGIN, iat: NOW_S, ...draft },
    (count) => new Uint8Array(randomBytes(count)),
  )
  let envelope = await waybill.signStatement(built, ...first, NOW_S)
  for (const signing of rest)
    envelope = await waybill.countersignEnvelope(envelope, ...signing, NOW_S)
  return envelope
}

/** @param {Envelope} envelope @returns {StatementId} */
export function idOf(envelope) {
  return waybill.statementId(envelope.payloadBytes, waybill.portableSha256)
}

/** @param {Envelope} envelope @param {string} role @returns {Json} as countersigning sends it */
export function signatureOf(envelope, role) {
  const found = envelope.signatures.find(({ header }) => header.role === role)
  if (found === undefined) throw new TypeError('no such signature')
  return { protected: found.protected, signature: found.signature }
}

/** @param {Envelope} envelope @param {readonly string[]} roles @returns {Envelope} without the other signatures */
export function only(envelope, ...roles) {
  const signatures = envelope.signatures.filter(({ header }) => roles.includes(header.role))
  return { ...envelope, signatures }
}

/** @param {Signer} key @param {string} name @returns {Draft} */
export function enrolment(key, name) {
  const claims = {
    party: { key: waybill.jwkOf(key.publicKey), uses: ['api', 'statement'] },
    name,
    country: 'DE',
  }
  return { type: 'party/1', countersignBy: DEADLINE_S, claims }
}

/** @param {Signer} party @param {Signer} key @param {'add' | 'retire' | 'revoke'} action @returns {Draft} */
export function keyChange(party, key, action) {
  /** @type {Claims} */
  const claims = { party: party.kid, key: waybill.jwkOf(key.publicKey), action }
  if (action === 'add') claims['use'] = ['statement']
  return { type: 'key/1', countersignBy: DEADLINE_S, claims }
}

/** @param {Signer} exporter @param {Signer} importer @returns {Draft} */
export function instrument(exporter, importer) {
  const claims = {
    exporter: exporter.kid,
    importer: importer.kid,
    kind: { code: 'A46-2-c', module: 'C2P' },
    routes: [{ from: 'DE', to: 'IN' }],
    purposes: [PURPOSE],
    categories: ['https://w3id.org/dpv/pd#UID'],
    subjects: ['https://w3id.org/dpv#Customer'],
    effective: { from: '2026-03-01' },
  }
  return { type: 'instrument/1', countersignBy: DEADLINE_S, claims }
}

/** @param {Signer} collector @param {string} content @returns {Draft} */
export function collection(collector, content) {
  const claims = {
    collector: collector.kid,
    place: { jurisdiction: 'DE', subjectCountries: ['DE'] },
    purposes: [PURPOSE],
    datasets: [dataset(content, [])],
    period: PERIOD,
  }
  return { type: 'collection/1', claims }
}

/**
 * @param {readonly [exporter: Signer, importer: Signer]} sides
 * @param {StatementId} parent
 * @param {string} content what the parent holds
 * @param {Claims} more
 * @returns {Draft}
 */
export function transfer([exporter, importer], parent, content, more = {}) {
  const claims = {
    exporter: exporter.kid,
    importer: importer.kid,
    route: { from: 'DE', to: 'IN', storage: ['IN'], mode: 'copy' },
    purposes: [PURPOSE],
    datasets: [dataset(content, [0])],
    terms: { exporter: CONTROLLER, importer: CONTROLLER },
    period: PERIOD,
    ...more,
  }
  const parents = [{ id: parent, n: 0 }]
  return { type: 'transfer/1', countersignBy: DEADLINE_S, parents, claims }
}

/** @param {Signer} performer @param {readonly StatementId[]} parents @param {string} content @returns {Draft} */
export function processing(performer, parents, content) {
  const from = parents.map((_, position) => position)
  const claims = {
    performer: performer.kid,
    place: { jurisdiction: 'IN' },
    purposes: [PURPOSE],
    nature: ['https://w3id.org/dpv#Combine'],
    datasets: [dataset(content, from)],
    period: PERIOD,
  }
  return { type: 'processing/1', parents: parents.map((id) => ({ id, n: 0 })), claims }
}

/** @param {Signer} performer @param {StatementId} parent @param {string} content @returns {Draft} */
export function outcome(performer, parent, content) {
  const claims = {
    performer: performer.kid,
    kind: 'report',
    artefact: { digest: hexDigest(content), name: content },
    purposes: [PURPOSE],
    personalData: 'anonymous',
    period: PERIOD,
  }
  return { type: 'outcome/1', parents: [{ id: parent, n: 0 }], claims }
}

/** @param {StatementId} about @param {string} code @returns {Draft} */
export function refusal(about, code) {
  return { type: 'refusal/1', about, claims: { reason: { code } } }
}

/** @param {string} text @returns {string} */
export function hexDigest(text) {
  return waybill.toHex(digest(text))
}

/** @param {string} text @returns {Uint8Array} */
function digest(text) {
  return new Uint8Array(createHash('sha256').update(text).digest())
}

/** @param {string} content @param {readonly number[]} from @returns {Json} */
function dataset(content, from) {
  return { n: 0, name: content, digest: hexDigest(content), from }
}
