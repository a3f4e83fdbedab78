/**
 * What a server's answers mean: JSON in, core types out.
 *
 * A reader asks for what it needs and ignores members it does not know, so that a newer server may
 * say more. Anything missing or of another form is SERVER_ANSWER_INVALID. Nothing is verified here:
 * evidence is judged by verifyEvidence, proposals by proposal.ts.
 */
import { fromBase64, fromBase64url } from '../ledger/core/bytes.js'
import { type Envelope, parseEnvelope } from '../ledger/core/envelope.js'
import { isErrorCode, LedgerError } from '../ledger/core/errors.js'
import { type Evidence, parseBundle, parseStatementEvidence } from '../ledger/core/evidence.js'
import { type NodeHash, parseNodeHash, portableSha256 } from '../ledger/core/hash.js'
import { type Json, type JsonObject, parseJson } from '../ledger/core/json.js'
import type { KeyId } from '../ledger/core/jwk.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { parseReceipt } from '../ledger/core/receipt.js'
import { type StatementId, statementId } from '../ledger/core/statement.js'
import type { Facts } from '../ledger/rules/facts.js'
import { usageOfSums } from '../ledger/rules/sums.js'
import { errorOfProblem, refuseAnswer } from './http.js'
import {
  idAt,
  idsAt,
  invalid,
  listAt,
  objectAt,
  objectsAt,
  textAt,
  textsAt,
  wholeAt,
} from './members.js'
import type {
  BulkOutcome,
  InboxItem,
  InboxPage,
  LedgerInfo,
  PartyKey,
  PartyPage,
  PartyRecord,
  Readiness,
  StatementRecord,
  SubmitOutcome,
  Validation,
  ValidationIssue,
} from './model.js'
import { readStatedRules } from './rules.js'

/**
 * Refuses an answer about another statement than the one that was asked for, given by its id or the
 * beginning of it. Without this a server could answer any question with a true record of its choice.
 *
 * @throws LedgerError SERVER_ANSWER_INVALID
 */
function checkAbout(payloads: readonly Uint8Array[], id: string): void {
  const found = payloads.some((bytes) => statementId(bytes, portableSha256).startsWith(id))
  if (!found) throw new LedgerError('SERVER_ANSWER_INVALID', { reason: 'another statement' })
}

/** Reads the text of an answer as a JSON object. */
export function readObject(text: string): JsonObject {
  return refuseAnswer('answer', () => objectAt(parseJson(text), 'answer'))
}

export function readLedgerInfo(answer: JsonObject): LedgerInfo {
  const time = answer['time']
  return {
    origin: textAt(answer, 'origin'),
    vkey: textAt(answer, 'vkey'),
    registrar: textAt(answer, 'registrar') as PartyId,
    size: wholeAt(answer, 'size'),
    ...(typeof time === 'number' ? { time } : {}),
  }
}

/** What became of the statement `id`. */
export function readOutcome(answer: JsonObject, id: StatementId): SubmitOutcome {
  const { status, receipt } = answer
  if (idAt(answer, 'id') !== id) throw invalid('id')
  const proof = receipt === undefined ? {} : { receipt: readReceipt(receipt, id) }
  if (status === 'admitted')
    return { status, id, index: wholeAt(answer, 'index'), ...proof, ...readStatedRules(answer) }
  if (status === 'existing') {
    const envelopeDiffers = answer['envelope_differs'] === true
    return { status, id, index: wholeAt(answer, 'index'), envelopeDiffers, ...proof }
  }
  if (status !== 'waiting') throw invalid('status')
  return {
    status,
    id,
    missing: textsAt(answer, 'missing'),
    countersignBy: wholeAt(answer, 'countersign_by'),
  }
}

/** A receipt of the statement whose id begins with `id`. */
export function readReceipt(receipt: Json, id: string): Evidence {
  const evidence = refuseAnswer('receipt', () => parseReceipt(receipt))
  checkAbout(payloadsOf(evidence), id)
  return evidence
}

/** A bundle with the statement whose id begins with `id`. */
export function readBundle(bundle: Json, id: string): Evidence {
  const evidence = refuseAnswer('lineage', () => parseBundle(bundle))
  checkAbout(payloadsOf(evidence), id)
  return evidence
}

/** Sums over transfers: what was asked and answered. */
/** Says nothing of rules where a server of an earlier version does not. */
export function readReadiness(answer: JsonObject): Readiness {
  const size = wholeAt(answer, 'size')
  const isOld = answer['rules'] === undefined
  return {
    size,
    queue: wholeAt(answer, 'queue'),
    quorumMissing: textAt(answer, 'quorum_missing'),
    rules: answer['rules'] === 'building' ? 'building' : 'ready',
    rulesDone: isOld ? size : wholeAt(answer, 'rules_done'),
    notes: (isOld ? [] : objectsAt(answer, 'notes')).map((item) => ({
      code: textAt(item, 'code'),
      id: idAt(item, 'id'),
      index: wholeAt(item, 'index'),
      title: textAt(item, 'title'),
    })),
  }
}

export function readSums(answer: JsonObject): Facts['usage'] {
  const usage = usageOfSums(objectsAt(answer, 'items'))
  if (usage === undefined) throw invalid('items')
  return usage
}

/** A bundle with the whole list of this party's registry statements. */
export function readPartyEvidence(bundle: Json, party: PartyId): Evidence {
  const evidence = refuseAnswer('evidence', () => parseBundle(bundle))
  if (!evidence.parties.some((item) => item.party === party))
    throw new LedgerError('SERVER_ANSWER_INVALID', { reason: 'another party' })
  return evidence
}

function payloadsOf({ statements }: Evidence): readonly Uint8Array[] {
  return statements.map(({ envelope }) => envelope.payloadBytes)
}

/** One outcome for each of the statements `ids`, in order. */
export function readBulk(answer: JsonObject, ids: readonly StatementId[]): readonly BulkOutcome[] {
  const items = objectsAt(answer, 'items')
  if (items.length !== ids.length) throw invalid('items')
  return ids.map((id, position) => {
    const item = items[position] ?? {}
    if (item['status'] !== 'rejected') return readOutcome(item, id)
    const error = errorOfProblem(item['problem'] ?? null)
    return { status: 'rejected', error: error ?? invalid('items.problem') }
  })
}

export function readValidation(answer: JsonObject): Validation {
  const { valid, id } = answer
  if (typeof valid !== 'boolean') throw invalid('valid')
  const issues = objectsAt(answer, 'issues').map((issue): ValidationIssue => {
    const code = textAt(issue, 'code')
    if (!isErrorCode(code)) throw invalid('issues.code')
    return { code, at: textAt(issue, 'at') }
  })
  const about = id === undefined ? {} : { id: idAt(answer, 'id') }
  return { valid, ...about, issues, ...readStatedRules(answer) }
}

export function readInbox(answer: JsonObject): InboxPage {
  const { cursor } = answer
  const items = objectsAt(answer, 'items').map((item): InboxItem => {
    const id = idAt(item, 'id')
    const envelope = envelopeAt(item['statement'], 'items.statement')
    checkAbout([envelope.payloadBytes], id)
    return {
      id,
      type: textAt(item, 'type'),
      roles: textsAt(item, 'roles'),
      received: wholeAt(item, 'received'),
      countersignBy: wholeAt(item, 'countersign_by'),
      envelope,
    }
  })
  return {
    items,
    version: wholeAt(answer, 'version'),
    ...(typeof cursor === 'string' ? { cursor } : {}),
  }
}

/** The statement whose id begins with `prefix`. */
export function readStatement(answer: JsonObject, prefix: string): StatementRecord {
  const { index, time, statement: shown } = answer
  const id = idAt(answer, 'id')
  const statement = refuseAnswer('statement', () => parseStatementEvidence(shown ?? null))
  checkAbout([statement.envelope.payloadBytes], id)
  if (!id.startsWith(prefix)) throw invalid('id')
  return {
    id,
    ...(typeof index === 'number' ? { index } : {}),
    ...(typeof time === 'number' ? { time } : {}),
    ...(answer['refused_by'] === undefined ? {} : { refusedBy: idAt(answer, 'refused_by') }),
    statement,
  }
}

export function readPartyPage(answer: JsonObject): PartyPage {
  const { cursor } = answer
  const items = objectsAt(answer, 'items').map((item) => ({
    party: textAt(item, 'party') as PartyId,
    keys: objectsAt(item, 'keys').map(readKey),
    statements: idsAt(item, 'statements'),
  }))
  return { items, ...(typeof cursor === 'string' ? { cursor } : {}) }
}

export function readParty(answer: JsonObject, party: PartyId): PartyRecord {
  if (textAt(answer, 'party') !== party) throw invalid('party')
  return {
    party,
    keys: objectsAt(answer, 'keys').map(readKey),
    statements: listAt(answer, 'statements').map((item) => envelopeAt(item, 'statements')),
  }
}

/** A consistency proof: base64 hashes. */
export function readHashes(answer: JsonObject, name: string): readonly NodeHash[] {
  return textsAt(answer, name).map((hash) =>
    refuseAnswer(name, () => parseNodeHash(fromBase64(hash))),
  )
}

/** The bytes of an entry. */
export function readEntry(answer: JsonObject): Uint8Array {
  return refuseAnswer('entry', () => fromBase64(textAt(answer, 'entry')))
}

function readKey(value: JsonObject): PartyKey {
  const kid = textAt(value, 'kid')
  refuseAnswer('keys.kid', () => fromBase64url(kid))
  return { kid: kid as KeyId, uses: textsAt(value, 'uses'), status: textAt(value, 'status') }
}

function envelopeAt(value: Json | undefined, at: string): Envelope {
  return refuseAnswer(at, () => parseEnvelope(value ?? null))
}
