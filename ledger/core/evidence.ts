/**
 * Evidence: statements with all that proves them, under one checkpoint. DESIGN 4.8.
 *
 * A receipt file and a bundle file are two spellings of it; verify.ts judges it. Parts are shared:
 * one list of registry statements per party, one path per party and registry root. This file moves
 * evidence to and from JSON and checks nothing but form.
 */
import { fromBase64, toBase64 } from './bytes.js'
import { type Envelope, envelopeJson, parseEnvelope, parseStub } from './envelope.js'
import { type ErrorCode, LedgerError } from './errors.js'
import { hasFormat } from './formats.js'
import { type NodeHash, parseNodeHash } from './hash.js'
import { isObject, type Json, type JsonObject } from './json.js'
import type { PartyId } from './key-state.js'
import { REGISTRY_PATH_MAX } from './registry.js'

/** An entry's bytes with its inclusion path under the evidence's checkpoint. */
export type EntryEvidence = {
  readonly index: number
  readonly entry: Uint8Array
  readonly path: readonly NodeHash[]
}

/**
 * What a later version wrote and this one cannot read: why, and as it came. It leaves a verification
 * incomplete, never failed (DESIGN 4.10).
 */
export type Unread<Value extends Json> = { readonly code: ErrorCode; readonly json: Value }

/**
 * A statement in full, or its payload and some disclosures without signatures (DESIGN 4.1 "stub").
 * One whose signatures cannot be read is a stub with `unread`.
 */
export type StatementEvidence = {
  readonly form: 'envelope' | 'stub'
  readonly envelope: Envelope
  /** Where the evidence says its entry is; absent where it is to be found by its id. */
  readonly index?: number
  readonly unread?: Unread<JsonObject>
}

/**
 * The complete list of a party's registry statements at the checkpoint, oldest first. Empty and with
 * `unread` when one of them cannot be read.
 */
export type PartyEvidence = {
  readonly party: PartyId
  readonly statements: readonly Envelope[]
  readonly unread?: Unread<readonly Json[]>
}

/** Shows that the first `count` statements of a party are all there are under a registry root. */
export type RegistryEvidence = {
  readonly root: Uint8Array
  readonly party: PartyId
  readonly count: number
  readonly path: readonly Uint8Array[]
}

export type Evidence = {
  /** Signed note of the checkpoint that everything is proven under. */
  readonly checkpoint: string
  /** Always with entry 0 and the last entry, besides those of the statements. By index. */
  readonly entries: readonly EntryEvidence[]
  /** In order of index. */
  readonly statements: readonly StatementEvidence[]
  /** By party id. */
  readonly parties: readonly PartyEvidence[]
  /** By root, then party id. */
  readonly registry: readonly RegistryEvidence[]
}

export const BUNDLE_FORMAT = 'waybill-bundle/1'
/** A 53-bit tree has paths of at most 53 hashes; C2SP allows 63. */
const PATH_MAX = 63
/** What a later version may write. Everything else that cannot be read is malformed. */
const LATER: readonly ErrorCode[] = ['ENVELOPE_FORM_UNKNOWN', 'SIGNATURE_ALG_UNKNOWN']

/** The JSON form of a bundle. Its JCS bytes are the file: the same evidence gives the same bytes. */
export function bundleJson(evidence: Evidence): JsonObject {
  return {
    checkpoint: evidence.checkpoint,
    entries: evidence.entries.map(entryJson),
    format: BUNDLE_FORMAT,
    parties: evidence.parties.map((item) => ({
      party: item.party,
      statements: partyStatementsJson(item),
    })),
    registry: evidence.registry.map(({ root, party, count, path }) => ({
      count,
      party,
      path: path.map(toBase64),
      root: toBase64(root),
    })),
    statements: evidence.statements.map(statementJson),
  }
}

/**
 * Reads a bundle.
 *
 * @throws LedgerError RECEIPT_MALFORMED, or the code of the part that is malformed
 */
export function parseBundle(value: Json): Evidence {
  const bundle = members(
    value,
    ['checkpoint', 'entries', 'format', 'parties', 'registry', 'statements'],
    'bundle',
  )
  if (bundle['format'] !== BUNDLE_FORMAT) throw malformed('format')
  return {
    checkpoint: text(bundle['checkpoint'], 'checkpoint'),
    entries: items(bundle['entries'], 'entries').map(parseEntryEvidence),
    statements: items(bundle['statements'], 'statements').map(parseStatementEvidence),
    parties: items(bundle['parties'], 'parties').map(parsePartyEvidence),
    registry: items(bundle['registry'], 'registry').map(parseRegistryEvidence),
  }
}

export function entryJson({ index, entry, path }: EntryEvidence): JsonObject {
  return { entry: toBase64(entry), index, path: path.map(toBase64) }
}

export function statementJson({ form, envelope, unread }: StatementEvidence): JsonObject {
  if (unread !== undefined) return unread.json
  if (form === 'envelope') return envelopeJson(envelope)
  return { disclosures: [...envelope.disclosures], payload: envelope.payload }
}

export function partyStatementsJson({ statements, unread }: PartyEvidence): readonly Json[] {
  return unread === undefined ? statements.map(envelopeJson) : unread.json
}

export function parseEntryEvidence(value: Json): EntryEvidence {
  const item = members(value, ['entry', 'index', 'path'], 'entries')
  return {
    entry: fromBase64(text(item['entry'], 'entry')),
    index: whole(item['index'], 'index'),
    path: hashPath(item['path'], PATH_MAX),
  }
}

/** A stub is told from an envelope by having no signatures. */
export function parseStatementEvidence(value: Json): StatementEvidence {
  if (!isObject(value)) throw malformed('statement')
  if (value['signatures'] === undefined && value['batch'] === undefined) {
    return { form: 'stub', envelope: parseStub(value) }
  }
  const read = unlessLater(() => parseEnvelope(value))
  if ('envelope' in read) return { form: 'envelope', envelope: read.envelope }
  return {
    form: 'stub',
    envelope: parseStub({
      payload: value['payload'] ?? null,
      disclosures: value['disclosures'] ?? firstDisclosures(value['signatures']),
    }),
    unread: { code: read.code, json: value },
  }
}

export function parsePartyEvidence(value: Json): PartyEvidence {
  const item = members(value, ['party', 'statements'], 'parties')
  const party = partyId(item['party'])
  const json = items(item['statements'], 'statements')
  const statements: Envelope[] = []
  for (const statement of json) {
    const read = unlessLater(() => parseEnvelope(statement))
    if ('code' in read) return { party, statements: [], unread: { code: read.code, json } }
    statements.push(read.envelope)
  }
  return { party, statements }
}

function unlessLater(
  read: () => Envelope,
): { readonly envelope: Envelope } | { readonly code: ErrorCode } {
  try {
    return { envelope: read() }
  } catch (error) {
    if (!(error instanceof LedgerError) || !LATER.includes(error.code)) throw error
    return { code: error.code }
  }
}

/** Where RFC 9901 puts the disclosures, read without a look at the signatures. */
function firstDisclosures(signatures: Json | undefined): Json {
  const [first] = items(signatures, 'signatures')
  const header = isObject(first) ? first['header'] : undefined
  return (isObject(header) ? header['disclosures'] : undefined) ?? []
}

function parseRegistryEvidence(value: Json): RegistryEvidence {
  const item = members(value, ['count', 'party', 'path', 'root'], 'registry')
  return {
    root: parseNodeHash(fromBase64(text(item['root'], 'root'))),
    party: partyId(item['party']),
    count: whole(item['count'], 'count'),
    path: hashPath(item['path'], REGISTRY_PATH_MAX),
  }
}

/** Base64 hashes of 32 bytes each. */
export function hashPath(value: Json | undefined, max: number): readonly NodeHash[] {
  const list = items(value, 'path')
  if (list.length > max) throw malformed('path')
  return list.map((item) => parseNodeHash(fromBase64(text(item, 'path'))))
}

/** An object with exactly these members. */
export function members(value: Json | undefined, names: readonly string[], at: string): JsonObject {
  if (!isObject(value)) throw malformed(at)
  const own = Object.keys(value)
  if (own.length !== names.length || !names.every((name) => Object.hasOwn(value, name)))
    throw malformed(at)
  return value
}

export function items(value: Json | undefined, at: string): readonly Json[] {
  if (!Array.isArray(value)) throw malformed(at)
  return value as readonly Json[]
}

export function text(value: Json | undefined, at: string): string {
  if (typeof value !== 'string') throw malformed(at)
  return value
}

/** Findings name parties, so nothing but the form of a thumbprint gets that far. */
function partyId(value: Json | undefined): PartyId {
  const id = text(value, 'party')
  if (!hasFormat(id, 'party-id')) throw malformed('party')
  return id as PartyId
}

export function whole(value: Json | undefined, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(at)
  return value
}

function malformed(at: string): LedgerError {
  return new LedgerError('RECEIPT_MALFORMED', { at })
}
