/**
 * What a server's answers mean: JSON in, core types out.
 *
 * A reader asks for what it needs and ignores members it does not know, so that a newer server may
 * say more. Anything missing or of another form is SERVER_ANSWER_INVALID. Nothing is verified here:
 * evidence is judged by verifyEvidence, proposals by proposal.ts.
 */
import { fromBase64, fromBase64url } from '../ledger/core/bytes.js'
import { type Envelope, parseEnvelope } from '../ledger/core/envelope.js'
import { type ErrorCode, isErrorCode, LedgerError } from '../ledger/core/errors.js'
import {
  type Evidence,
  parseStatementEvidence,
  type StatementEvidence,
} from '../ledger/core/evidence.js'
import { type NodeHash, parseNodeHash } from '../ledger/core/hash.js'
import { isObject, type Json, type JsonObject, parseJson } from '../ledger/core/json.js'
import type { KeyId } from '../ledger/core/jwk.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { parseReceipt } from '../ledger/core/receipt.js'
import { parseStatementId, type StatementId } from '../ledger/core/statement.js'
import { errorOfProblem, refuseAnswer } from './http.js'

/** Which ledger a server speaks for. All of it is the server's word. */
export type LedgerInfo = {
  readonly origin: string
  /** Verifier key of the log, as a policy's `log` line wants it. */
  readonly vkey: string
  readonly registrar: PartyId
  readonly size: number
  /** Time of the last entry, seconds since 1970. */
  readonly time?: number
}

/** What became of a submitted statement. */
export type SubmitOutcome =
  | {
      readonly status: 'admitted'
      readonly id: StatementId
      readonly index: number
      /** Single calls only. */
      readonly receipt?: Evidence
    }
  | {
      readonly status: 'existing'
      readonly id: StatementId
      readonly index: number
      /** The entry was made with other signatures than these. */
      readonly envelopeDiffers: boolean
      readonly receipt?: Evidence
    }
  | {
      readonly status: 'waiting'
      readonly id: StatementId
      /** Roles that have yet to sign. */
      readonly missing: readonly string[]
      /** Last entry time at which it may be admitted, seconds since 1970. */
      readonly countersignBy: number
    }

/** As SubmitOutcome; in a bulk call one item may be refused while others are not. */
export type BulkOutcome =
  | SubmitOutcome
  | { readonly status: 'rejected'; readonly error: LedgerError }

export type ValidationIssue = { readonly code: ErrorCode; readonly at: string }
export type Validation = {
  readonly valid: boolean
  readonly id?: StatementId
  readonly issues: readonly ValidationIssue[]
}

/** A proposal as a server shows it: not checked yet. */
export type InboxItem = {
  readonly id: StatementId
  readonly type: string
  /** Roles that the asking party has yet to sign; of `sent`, roles that others have. */
  readonly roles: readonly string[]
  /** Seconds since 1970. */
  readonly received: number
  readonly countersignBy: number
  readonly envelope: Envelope
}

export type InboxPage = {
  readonly items: readonly InboxItem[]
  /** Names the whole list; give it as `after` to be told of a change. */
  readonly version: number
  /** There is more: ask again with it. */
  readonly cursor?: string
}

export type PartyKey = {
  readonly kid: KeyId
  readonly uses: readonly string[]
  readonly status: string
}

export type PartySummary = {
  readonly party: PartyId
  readonly keys: readonly PartyKey[]
  readonly statements: readonly StatementId[]
}

export type PartyPage = { readonly items: readonly PartySummary[]; readonly cursor?: string }

/** A party with its registry statements, oldest first. */
export type PartyRecord = {
  readonly party: PartyId
  readonly keys: readonly PartyKey[]
  readonly statements: readonly Envelope[]
}

/** One statement of the log. A waiting proposal has no index yet. */
export type StatementRecord = {
  readonly id: StatementId
  readonly index?: number
  /** Entry time, seconds since 1970. */
  readonly time?: number
  readonly statement: StatementEvidence
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

export function readOutcome(answer: JsonObject): SubmitOutcome {
  const { status, receipt } = answer
  const id = idAt(answer, 'id')
  const proof =
    receipt === undefined ? {} : { receipt: refuseAnswer('receipt', () => parseReceipt(receipt)) }
  if (status === 'admitted') return { status, id, index: wholeAt(answer, 'index'), ...proof }
  if (status === 'existing') {
    const envelopeDiffers = answer['envelope_differs'] === true
    return { status, id, index: wholeAt(answer, 'index'), envelopeDiffers, ...proof }
  }
  if (status !== 'waiting') throw invalid('status')
  return { status, id, missing: textsAt(answer, 'missing'), countersignBy: wholeAt(answer, 'countersign_by') }
}

export function readBulk(answer: JsonObject, count: number): readonly BulkOutcome[] {
  const items = objectsAt(answer, 'items')
  if (items.length !== count) throw invalid('items')
  return items.map((item) => {
    if (item['status'] !== 'rejected') return readOutcome(item)
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
  return { valid, ...(id === undefined ? {} : { id: idAt(answer, 'id') }), issues }
}

export function readInbox(answer: JsonObject): InboxPage {
  const { cursor } = answer
  const items = objectsAt(answer, 'items').map((item): InboxItem => ({
    id: idAt(item, 'id'),
    type: textAt(item, 'type'),
    roles: textsAt(item, 'roles'),
    received: wholeAt(item, 'received'),
    countersignBy: wholeAt(item, 'countersign_by'),
    envelope: envelopeAt(item['statement'], 'items.statement'),
  }))
  return {
    items,
    version: wholeAt(answer, 'version'),
    ...(typeof cursor === 'string' ? { cursor } : {}),
  }
}

export function readStatement(answer: JsonObject): StatementRecord {
  const { index, time, statement } = answer
  return {
    id: idAt(answer, 'id'),
    ...(typeof index === 'number' ? { index } : {}),
    ...(typeof time === 'number' ? { time } : {}),
    statement: refuseAnswer('statement', () => parseStatementEvidence(statement ?? null)),
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

export function readParty(answer: JsonObject): PartyRecord {
  return {
    party: textAt(answer, 'party') as PartyId,
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

export function idsAt(value: JsonObject, name: string): readonly StatementId[] {
  return listAt(value, name).map((id) => refuseAnswer(name, () => parseStatementId(id)))
}

export function textAt(value: JsonObject, name: string): string {
  const text = value[name]
  if (typeof text !== 'string') throw invalid(name)
  return text
}

function readKey(value: JsonObject): PartyKey {
  const kid = textAt(value, 'kid')
  refuseAnswer('keys.kid', () => fromBase64url(kid))
  return { kid: kid as KeyId, uses: textsAt(value, 'uses'), status: textAt(value, 'status') }
}

function envelopeAt(value: Json | undefined, at: string): Envelope {
  return refuseAnswer(at, () => parseEnvelope(value ?? null))
}

function idAt(value: JsonObject, name: string): StatementId {
  return refuseAnswer(name, () => parseStatementId(value[name]))
}

function wholeAt(value: JsonObject, name: string): number {
  const number = value[name]
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw invalid(name)
  return number
}

function textsAt(value: JsonObject, name: string): readonly string[] {
  return listAt(value, name).map((item) => {
    if (typeof item !== 'string') throw invalid(name)
    return item
  })
}

function objectsAt(value: JsonObject, name: string): readonly JsonObject[] {
  return listAt(value, name).map((item) => objectAt(item, name))
}

function listAt(value: JsonObject, name: string): readonly Json[] {
  const list = value[name]
  if (!Array.isArray(list)) throw invalid(name)
  return list as readonly Json[]
}

function objectAt(value: Json, at: string): JsonObject {
  if (!isObject(value)) throw invalid(at)
  return value
}

function invalid(at: string): LedgerError {
  return new LedgerError('SERVER_ANSWER_INVALID', { at })
}
