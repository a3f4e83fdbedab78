/**
 * What an import remembers of a statement, and the lines of the state file that say it. Format
 * `waybill-openlineage-state/1`, docs/import.md.
 *
 * Ids must not be guessable, so a statement cannot be made again from the events: the one that was
 * made is kept, with its salts and signatures, and sent again as often as needed.
 */
import { fromBase64url, utf8Decode } from '../../ledger/core/bytes.js'
import type { Crypto } from '../../ledger/core/ed25519.js'
import { type Envelope, parseSignature } from '../../ledger/core/envelope.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { isObject, type Json, type JsonObject, parseJson } from '../../ledger/core/json.js'
import { type StatementId, statementId } from '../../ledger/core/statement.js'
import { parseEventTime } from './event-time.js'
import type { Moment } from './run.js'
import type { Version } from './version.js'

export const STATE_FORMAT = 'waybill-openlineage-state/1'

/** A statement as it was built. */
export type Kept = {
  readonly key: string
  readonly what: string
  readonly id: StatementId
  /** Digest of what it was built from: another one means that events, map or parents changed. */
  readonly fingerprint: string
  /** With the signatures that could be made here; none when nobody could sign. Empty once settled. */
  readonly envelope: Envelope
  /** Who signs in which role. */
  readonly roles: readonly { readonly role: string; readonly party: string }[]
  readonly made: readonly Version[]
  readonly settled: boolean
}

/** A statement that is in the log: the log has its envelope, and many of them are a lot of memory. */
export function settledKept(kept: Kept): Kept {
  const { payloadBytes } = kept.envelope
  const envelope = {
    payload: '',
    payloadBytes: payloadBytes.slice(0, 0),
    signatures: [],
    disclosures: [],
  }
  return { ...kept, settled: true, envelope }
}

/** One line of the file. */
export type StateLine =
  | { readonly event: 'opened'; readonly format: string; readonly origin: string }
  | { readonly event: 'input'; readonly files: readonly string[] }
  | { readonly event: 'built'; readonly kept: Kept }
  /** It is in the log. */
  | { readonly event: 'settled'; readonly key: string }
  /** It can never be in the log; another may be built. */
  | { readonly event: 'dropped'; readonly key: string }

/** The line as JSON, without its end. */
export function formatLine(line: StateLine): string {
  return JSON.stringify(
    line.event === 'built' ? { event: line.event, ...keptJson(line.kept) } : line,
  )
}

/**
 * Reads one line.
 *
 * @throws LedgerError IMPORT_STATE_INVALID
 */
export function parseLine(
  bytes: Uint8Array,
  place: { readonly file: string; readonly line: number },
  crypto: Pick<Crypto, 'sha256'>,
): StateLine {
  try {
    const value = parseJson(utf8Decode(bytes))
    if (!isObject(value)) throw new TypeError('not an object')
    return readLine(value, crypto)
  } catch (error) {
    // Whatever does not fit: a state file is written by us alone, and this one was changed.
    throw new LedgerError('IMPORT_STATE_INVALID', place, error)
  }
}

function readLine(value: JsonObject, crypto: Pick<Crypto, 'sha256'>): StateLine {
  const { event } = value
  switch (event) {
    case 'opened':
      return { event, format: text(value['format']), origin: text(value['origin']) }
    case 'input':
      return { event, files: list(value['files']).map(text) }
    case 'built':
      return { event, kept: readKept(value, crypto) }
    case 'settled':
    case 'dropped':
      return { event, key: text(value['key']) }
    default:
      throw new TypeError('unknown event')
  }
}

function keptJson({ key, what, id, fingerprint, envelope, roles, made }: Kept): JsonObject {
  return {
    key,
    what,
    id,
    fingerprint,
    payload: envelope.payload,
    disclosures: [...envelope.disclosures],
    signatures: envelope.signatures.map((item) => ({
      protected: item.protected,
      signature: item.signature,
    })),
    roles: roles.map(({ role, party }) => ({ role, party })),
    made: made.map(versionJson),
  }
}

function readKept(value: JsonObject, crypto: Pick<Crypto, 'sha256'>): Kept {
  const payload = text(value['payload'])
  const envelope: Envelope = {
    payload,
    payloadBytes: fromBase64url(payload),
    disclosures: list(value['disclosures']).map(text),
    signatures: list(value['signatures']).map((item) => parseSignature(item, 1)),
  }
  const key = text(value['key'])
  const id = statementId(envelope.payloadBytes, crypto.sha256)
  if (id !== value['id']) throw new TypeError('another id')
  return {
    key,
    what: text(value['what']),
    id,
    fingerprint: text(value['fingerprint']),
    envelope,
    roles: list(value['roles']).map((item) => {
      const { role, party } = member(item)
      return { role: text(role), party: text(party) }
    }),
    made: list(value['made']).map((item) => readVersion(member(item), key)),
    settled: false,
  }
}

function versionJson({ key: _, began, ended, fields, ...version }: Version): JsonObject {
  return { ...version, fields: [...fields], began: began.time.utc, ended: ended.time.utc }
}

function readVersion(value: JsonObject, key: string): Version {
  const { n, version } = value
  if (typeof n !== 'number') throw new TypeError('no number')
  return {
    key,
    n,
    namespace: text(value['namespace']),
    name: text(value['name']),
    holder: text(value['holder']),
    label: text(value['label']),
    digest: text(value['digest']),
    fields: list(value['fields']).map(text),
    began: earlier(value['began']),
    ended: earlier(value['ended']),
    ...(version === undefined ? {} : { version: text(version) }),
  }
}

/** A moment of an earlier import: before every event of this one that has the same time. */
function earlier(value: Json | undefined): Moment {
  const time = parseEventTime(text(value))
  if (time === undefined) throw new TypeError('no time')
  return { time, order: -1 }
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError('no text')
  return value
}

function list(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError('no list')
  return value as readonly Json[]
}

function member(value: Json): JsonObject {
  if (!isObject(value)) throw new TypeError('no object')
  return value
}
