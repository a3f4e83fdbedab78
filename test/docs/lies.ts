/**
 * Logs of operators who cheat or err: what an honest ledger refuses to admit is in them, committed
 * and signed, so only a reader's own verification can tell. Each lie is one receipt or bundle.
 */
import { buildStatement, type StatementDraft } from '../../ledger/core/build.js'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import type { EnvelopeSignature } from '../../ledger/core/envelope.js'
import { bundleJson } from '../../ledger/core/evidence.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { receiptJson } from '../../ledger/core/receipt.js'
import type { StatementId } from '../../ledger/core/statement.js'
import {
  collectionDraft,
  draftOf,
  type ExampleKey,
  enrolment,
  exampleDigest,
  exampleRandom,
  KEYS,
  NOON,
  ORIGIN,
  outcomeDraft,
  signedBy,
  statement,
  transferDraft,
} from './worked-example.js'
import { WorkedLog } from './worked-log.js'

type Signers = Readonly<Record<string, ExampleKey>>
type Lie = () => Promise<JsonObject>

const { operator, operatorApi, exporter, exporterSecond, importer } = KEYS

/** A log with the operator, and the exporter where asked for. */
async function logOf(...parties: readonly ('exporter' | 'importer')[]): Promise<WorkedLog> {
  const log = new WorkedLog(ORIGIN, KEYS.log.seed)
  await admit(log, 'operator', enrolment('Example Ledger Ltd', 'IE', operator), {
    party: operator,
    registrar: operator,
  })
  for (const party of parties) {
    const draft = enrolment(party, 'DE', KEYS[party])
    await admit(log, party, draft, { party: KEYS[party], registrar: operator })
  }
  return log
}

async function admit(
  log: WorkedLog,
  label: string,
  draft: StatementDraft,
  signers: Signers,
): Promise<StatementId> {
  return log.append(await statement(label, draft, signers), NOON).id
}

async function receiptOf(log: WorkedLog, id: StatementId): Promise<JsonObject> {
  return receiptJson(await log.evidence([{ id }]))
}

async function bundleOf(log: WorkedLog, ...ids: readonly StatementId[]): Promise<JsonObject> {
  return bundleJson(await log.evidence(ids.map((id) => ({ id }))))
}

function withClaims(draft: StatementDraft, claims: StatementDraft['claims']): StatementDraft {
  return { ...draft, claims: { ...draft.claims, ...claims } }
}

/** A receipt of one collection of the exporter that says what it must not. */
function badCollection(
  change: Partial<StatementDraft>,
  signers: Signers = { collector: exporter },
): Lie {
  return async () => {
    const log = await logOf('exporter')
    return receiptOf(
      log,
      await admit(log, 'collection', { ...collectionDraft(), ...change }, signers),
    )
  }
}

const PROPOSED = transferDraft(exampleDigest('a collection') as StatementId)

/** A receipt of one transfer; its parent is in no log and a receipt does not ask. */
function badTransfer(signers: Signers, change: Partial<StatementDraft> = {}): Lie {
  return async () => {
    const log = await logOf('exporter', 'importer')
    return receiptOf(log, await admit(log, 'transfer', { ...PROPOSED, ...change }, signers))
  }
}

type KeyClaims = { readonly action: string } & Readonly<
  Record<string, JsonObject | string | number>
>

/** Key statements of the exporter, then a collection that its first key signs. */
function afterKeyStatement(claims: KeyClaims, signers: Signers): Lie {
  return async () => {
    const log = await logOf('exporter')
    await admit(log, 'key', keyDraft(claims), signers)
    return receiptOf(
      log,
      await admit(log, 'collection', collectionDraft(), { collector: exporter }),
    )
  }
}

function keyDraft(claims: KeyClaims): StatementDraft {
  return draftOf({
    type: 'key/1',
    countersignBy: NOON + 86_400,
    claims: { party: exporter.kid, key: exporter.jwk, ...claims },
  })
}

/** A second key of the exporter, which signs a collection. */
function secondKey(use: string, keySigners: Signers): Lie {
  return async () => {
    const log = await logOf('exporter')
    const add = withClaims(keyDraft({ action: 'add', key: exporterSecond.jwk }), { use: [use] })
    await admit(log, 'key', add, keySigners)
    const signed = { collector: exporterSecond }
    return receiptOf(log, await admit(log, 'collection', collectionDraft(), signed))
  }
}

/** A collection whose log says something else of the entry before. */
function brokenChain(atFirst: boolean): Lie {
  return async () => {
    const log = atFirst ? new WorkedLog(ORIGIN, KEYS.log.seed) : await logOf('exporter')
    const wrong = new Uint8Array(32).fill(7)
    if (atFirst) {
      const first = await statement('operator', enrolment('Example Ledger Ltd', 'IE', operator), {
        party: operator,
        registrar: operator,
      })
      return receiptOf(log, log.append(first, NOON, wrong).id)
    }
    const envelope = await statement('collection', collectionDraft(), { collector: exporter })
    const { id } = log.append(envelope, NOON, wrong)
    return bundleOf(log, log.logged[1]?.id ?? id, id)
  }
}

/** The log commits to a signature that is by the right key over another payload. */
async function signatureOfAnother(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const envelope = await statement('collection', collectionDraft(), { collector: exporter })
  const other = await statement('another', collectionDraft(), { collector: exporter })
  return receiptOf(log, log.append({ ...envelope, signatures: other.signatures }, NOON).id)
}

/** A payload of a type or with an algorithm that this version does not know. */
async function laterType(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const built = buildStatement(collectionDraft(), exampleRandom('collection'))
  const text = new TextDecoder().decode(built.payloadBytes).replace('collection/1', 'collection/2')
  const later = { ...built, payloadBytes: utf8Encode(text) }
  return receiptOf(log, log.append(await signedBy(later, { collector: exporter }, NOON), NOON).id)
}

async function laterAlgorithm(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const envelope = await statement('collection', collectionDraft(), { collector: exporter })
  const [signature] = envelope.signatures
  if (signature === undefined) throw new RangeError('nobody signed')
  const head = Buffer.from(signature.protected, 'base64url').toString()
  const later = toBase64url(utf8Encode(head.replace('"Ed25519"', '"ML-DSA-44"')))
  const signatures = [{ ...signature, protected: later } as EnvelopeSignature]
  return receiptOf(log, log.append({ ...envelope, signatures }, NOON).id)
}

/** A chain of custody: what the exporter collected, and an outcome that cites it. */
function outcomeOf(
  performer: 'exporter' | 'importer',
  parent: (collection: StatementId) => { readonly id: StatementId; readonly n: number },
): Lie {
  return async () => {
    const log = await logOf('exporter', 'importer')
    const collection = await admit(log, 'collection', collectionDraft(), { collector: exporter })
    const draft = { ...outcomeDraft(collection), iat: NOON, parents: [parent(collection)] }
    const own = withClaims(draft, { performer: KEYS[performer].kid })
    const outcome = await admit(log, 'outcome', own, { performer: KEYS[performer] })
    return bundleOf(log, collection, outcome)
  }
}

/** The outcome's parent stands behind it in the log. */
async function parentLater(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const collected = await statement('collection', collectionDraft(), { collector: exporter })
  const future = await (await logOf()).append(collected, NOON).id
  const draft = withClaims({ ...outcomeDraft(future), iat: NOON }, { performer: exporter.kid })
  const outcome = await admit(log, 'outcome', draft, { performer: exporter })
  log.append(collected, NOON)
  return bundleOf(log, future, outcome)
}

/** A copy with another digest, explained by a transformation or not. */
function changedCopy(claims: StatementDraft['claims']): Lie {
  return async () => {
    const log = await logOf('exporter', 'importer')
    const collection = await admit(log, 'collection', collectionDraft(), { collector: exporter })
    const dataset = { n: 0, name: 'rides', digest: exampleDigest('fewer rides'), from: [0] }
    const draft = withClaims(transferDraft(collection), { datasets: [dataset], ...claims })
    const transfer = await admit(log, 'transfer', draft, { exporter, importer })
    return bundleOf(log, collection, transfer)
  }
}

/** The importer's signature says that it is the exporter's. */
async function roleSwapped(): Promise<JsonObject> {
  const log = await logOf('exporter', 'importer')
  const built = buildStatement(PROPOSED, exampleRandom('transfer'))
  return receiptOf(
    log,
    log.append(await signedBy(built, { exporter: importer, importer: exporter }, NOON), NOON).id,
  )
}

const ADMITTED: Signers = { holder: exporter, registrar: operator }
const NEW_KEY: Signers = { ...ADMITTED, subject: exporterSecond }

/** A key statement that the registry does not hold, added to a list. */
async function listLonger(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const id = await admit(log, 'collection', collectionDraft(), { collector: exporter })
  const shown = await log.evidence([{ id }])
  await admit(log, 'key', keyDraft({ action: 'retire' }), ADMITTED)
  const later = await log.evidence([{ id }])
  return bundleJson({ ...shown, parties: later.parties })
}

/** A refusal by the importer, which the log alone cannot tell from one by anybody else. */
async function refusal(): Promise<JsonObject> {
  const log = await logOf('exporter', 'importer')
  const about = exampleDigest('a proposal') as StatementId
  const draft = draftOf({ type: 'refusal/1', about, claims: { reason: { code: 'not-agreed' } } })
  const { id } = log.append(await statement('refusal', draft, { importer }), NOON)
  return receiptOf(log, id)
}

/** The same collection twice. */
async function admittedTwice(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const envelope = await statement('collection', collectionDraft(), { collector: exporter })
  const { id } = log.append(envelope, NOON)
  log.append(envelope, NOON)
  return bundleOf(log, id)
}

/** The entry between is not shown, so only times can tell. */
async function timeGoesBack(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const envelope = await statement('collection', collectionDraft(), { collector: exporter })
  await admit(log, 'between', collectionDraft(), { collector: exporter })
  return receiptOf(log, log.append(envelope, NOON - 1).id)
}

/** A second party brings the key of the first as its new one. */
async function keyOfAnother(): Promise<JsonObject> {
  const log = await logOf('exporter', 'importer')
  const claims = { party: importer.kid, key: exporter.jwk, action: 'add', use: ['statement'] }
  const draft = draftOf({ type: 'key/1', countersignBy: NOON + 86_400, claims })
  const signers = { holder: importer, registrar: operator, subject: exporter }
  await admit(log, 'key', draft, signers)
  return receiptOf(log, await admit(log, 'transfer', PROPOSED, { exporter, importer }))
}

/** The registrar's API key admits a party. */
async function registrarsApiKey(): Promise<JsonObject> {
  const log = await logOf()
  const claims = { party: operator.kid, key: operatorApi.jwk, action: 'add', use: ['api'] }
  const draft = draftOf({ type: 'key/1', countersignBy: NOON + 86_400, claims })
  await admit(log, 'key', draft, { holder: operator, registrar: operator, subject: operatorApi })
  const enrol = enrolment('exporter', 'DE', exporter)
  await admit(log, 'exporter', enrol, { party: exporter, registrar: operatorApi })
  return receiptOf(log, await admit(log, 'collection', collectionDraft(), { collector: exporter }))
}

/** A registry statement's own receipt: its effect is not there yet when it is signed. */
async function ownReceipt(name: 'operator' | 'key'): Promise<JsonObject> {
  const log = await logOf('exporter')
  const last = await admit(log, 'key', keyDraft({ action: 'retire' }), ADMITTED)
  return receiptOf(log, name === 'key' ? last : (log.logged[0]?.id ?? last))
}

/** An outcome whose parent is an outcome. */
async function outcomeOfOutcome(): Promise<JsonObject> {
  const log = await logOf('exporter')
  const collection = await admit(log, 'collection', collectionDraft(), { collector: exporter })
  const performed = { performer: exporter.kid }
  const draft = withClaims({ ...outcomeDraft(collection), iat: NOON }, performed)
  const outcome = await admit(log, 'outcome', draft, { performer: exporter })
  const next = withClaims({ ...outcomeDraft(outcome), iat: NOON }, performed)
  const second = await admit(log, 'second outcome', next, { performer: exporter })
  return bundleOf(log, collection, outcome, second)
}

/** File name and what makes it. */
export const LIES: Readonly<Record<string, Lie>> = {
  // roles and signatures
  'one-side-only.receipt.json': badTransfer({ exporter }),
  'registrar-instead-of-both.receipt.json': badTransfer({ registrar: operator }),
  'second-role-made-up.receipt.json': badTransfer({ exporter, observer: operator }),
  'both-sides-one-party.receipt.json': badTransfer(
    { exporter, importer: exporter },
    { claims: { ...PROPOSED.claims, importer: exporter.kid } },
  ),
  'sides-swapped.receipt.json': roleSwapped,
  'signed-by-another-party.receipt.json': badTransfer({ exporter, importer: operator }),
  'signature-of-another-statement.receipt.json': signatureOfAnother,
  // key state
  'key-retired.receipt.json': afterKeyStatement({ action: 'retire' }, ADMITTED),
  'key-revoked-by-registrar.receipt.json': afterKeyStatement(
    { action: 'revoke' },
    { registrar: operator },
  ),
  'key-retired-by-registrar.receipt.json': afterKeyStatement(
    { action: 'retire' },
    { registrar: operator },
  ),
  'key-for-api.receipt.json': secondKey('api', NEW_KEY),
  'key-for-statements.receipt.json': secondKey('statement', NEW_KEY),
  'key-added-without-holder.receipt.json': secondKey('statement', {
    registrar: operator,
    subject: exporterSecond,
  }),
  'key-added-without-subject.receipt.json': secondKey('statement', ADMITTED),
  'key-added-by-another-subject.receipt.json': secondKey('statement', {
    ...ADMITTED,
    subject: operatorApi,
  }),
  'key-compromised-later.receipt.json': async () => {
    const log = await logOf('exporter')
    const collection = await admit(log, 'collection', collectionDraft(), { collector: exporter })
    await admit(log, 'key', keyDraft({ action: 'compromised', since: 2 }), ADMITTED)
    return receiptOf(log, collection)
  },
  'key-compromised-after.receipt.json': async () => {
    const log = await logOf('exporter')
    const collection = await admit(log, 'collection', collectionDraft(), { collector: exporter })
    await admit(log, 'key', keyDraft({ action: 'compromised', since: 3 }), ADMITTED)
    return receiptOf(log, collection)
  },
  'enrolled-by-another.receipt.json': async () => {
    const log = await logOf('importer')
    const draft = enrolment('exporter', 'DE', exporter)
    await admit(log, 'exporter', draft, { party: exporter, registrar: importer })
    return receiptOf(
      log,
      await admit(log, 'collection', collectionDraft(), { collector: exporter }),
    )
  },
  'enrolled-without-registrar.receipt.json': async () => {
    const log = await logOf()
    await admit(log, 'exporter', enrolment('exporter', 'DE', exporter), { party: exporter })
    return receiptOf(
      log,
      await admit(log, 'collection', collectionDraft(), { collector: exporter }),
    )
  },
  // the statement and its entry
  'ahead-300-seconds.receipt.json': badCollection({ iat: NOON + 300 }),
  'ahead-301-seconds.receipt.json': badCollection({ iat: NOON + 301 }),
  'deadline-passed.receipt.json': badTransfer(
    { exporter, importer },
    { iat: NOON - 10, countersignBy: NOON - 1 },
  ),
  'deadline-now.receipt.json': badTransfer(
    { exporter, importer },
    { iat: NOON - 10, countersignBy: NOON },
  ),
  'of-another-ledger.receipt.json': badCollection({ origin: 'other.example/log' }),
  'claim-of-wrong-form.receipt.json': badCollection(
    withClaims(collectionDraft(), { place: { jurisdiction: 'XX' } }),
  ),
  'claim-missing.receipt.json': badCollection(withClaims(collectionDraft(), { purposes: [] })),
  'claims-inconsistent.receipt.json': badCollection(
    withClaims(collectionDraft(), {
      period: { begin: '2026-11-02T00:00:00Z', end: '2026-11-01T00:00:00Z' },
    }),
  ),
  'registry-list-longer.bundle.json': listLonger,
  'refusal.receipt.json': refusal,
  'enrolment-of-operator.receipt.json': () => ownReceipt('operator'),
  'retirement.receipt.json': () => ownReceipt('key'),
  'key-of-another.receipt.json': keyOfAnother,
  'registrar-with-api-key.receipt.json': registrarsApiKey,
  'admitted-twice.bundle.json': admittedTwice,
  'time-goes-back.receipt.json': timeGoesBack,
  'first-link-wrong.receipt.json': brokenChain(true),
  'link-wrong.bundle.json': brokenChain(false),
  // unknown, not wrong
  'later-type.receipt.json': laterType,
  'later-algorithm.receipt.json': laterAlgorithm,
  // custody
  'parent-held-by-another.bundle.json': outcomeOf('importer', (id) => ({ id, n: 0 })),
  'parent-number-unknown.bundle.json': outcomeOf('exporter', (id) => ({ id, n: 1 })),
  'parent-later.bundle.json': parentLater,
  'parent-without-datasets.bundle.json': outcomeOfOutcome,
  'copy-changed.bundle.json': changedCopy({}),
  'copy-changed-and-explained.bundle.json': changedCopy({
    minimization: {
      droppedCount: 1,
      sourceFieldsCount: 4,
      transformations: [{ kind: 'filter', datasets: [0] }],
      claim: 'none',
    },
  }),
}
