/**
 * A mirror in the form that an audit reads: entries, bodies, disclosures and tiles come from its files;
 * derived records, which a mirror does not have, go into an index that the audit fills as it walks.
 *
 * Reading does not verify: the audit does. What cannot be read is not there, and the audit says so.
 */
import { compareBytes, concatBytes, fromBase64url, toHex, utf8Encode } from '../core/bytes.js'
import { parseEntry } from '../core/entry.js'
import { envelopeJson } from '../core/envelope.js'
import { LedgerError, orNone } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import { encodeJcs } from '../core/json.js'
import { schemaOf } from '../core/schemas.js'
import { parsePayload } from '../core/statement.js'
import type { StatementLine } from '../core/statement-line.js'
import { TILE_HASHES } from '../core/tile.js'
import { putDeclined } from '../log/records.js'
import { encodeBody } from '../store/codec.js'
import {
  bodyKey,
  disclosureKey,
  encodeMeta,
  entryKey,
  type KeyKind,
  PREFIX,
  parseKey,
  registryKey,
} from '../store/layout.js'
import {
  type Put,
  type Range,
  type Store,
  type StoreRecord,
  type TextRecord,
  textsOf,
  type WriteBatch,
} from '../store/store.js'
import type { MirrorFolder } from './mirror-folder.js'
import type { MirrorReader } from './mirror-reader.js'

export type MirrorStoreParts = {
  readonly origin: string
  readonly folder: MirrorFolder
  readonly reader: MirrorReader
  /** Keeps derived records, between audits too. */
  readonly index: Store
  readonly sha: Sha256
}

const NOTHING = new Uint8Array(0)
const ORDINAL_0 = new Uint8Array(2)
/** Kinds of derived records that admission asks for; the others only the ledger itself needs. */
const ASKED: readonly KeyKind[] = ['id', 'holder', 'refused']

export class MirrorStore implements Store {
  readonly #parts: MirrorStoreParts
  /** Derived records that are not in the index yet, by key in hex. */
  readonly #pending = new Map<string, Put>()
  /** Entry of the refusal of each proposal, by its id. */
  readonly #refusals = new Map<string, number>()

  constructor(parts: MirrorStoreParts) {
    this.#parts = parts
  }

  /** Takes a derived record; it can be read at once. */
  derive(put: Put): void {
    if (ASKED.includes(parseKey(put.key).kind)) this.#pending.set(toHex(put.key), put)
  }

  /** Writes what was derived. */
  async flush(sync = false): Promise<void> {
    const puts = [...this.#pending.values()]
    await this.#parts.index.write({ puts }, { sync })
    this.#pending.clear()
  }

  write(_batch: WriteBatch): Promise<void> {
    return Promise.reject(new LedgerError('LEDGER_READ_ONLY'))
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const parsed = parseKey(key)
    const { origin, reader, index, folder } = this.#parts
    switch (parsed.kind) {
      case 'meta':
        return encodeMeta(origin)
      case 'entry':
        return reader.entry(parsed.index)
      case 'body':
        return bodyOf(reader.line(parsed.index))
      case 'disclosure':
        return disclosuresOf(reader.line(parsed.index)).get(parsed.ordinal)
      case 'tile':
        return folder.tile({ level: parsed.level, index: parsed.number, width: TILE_HASHES })
      case 'declined':
        return this.#declined(parsed.id)
      default:
        return this.#pending.get(toHex(key))?.value ?? index.get(key)
    }
  }

  getMany(keys: readonly Uint8Array[]): (Uint8Array | undefined)[] {
    return keys.map((key) => this.get(key))
  }

  async *scan({ from, to, reverse = false }: Range): AsyncGenerator<StoreRecord[]> {
    const { size } = this.#parts.reader
    const start = startOf(from)
    if (start === undefined || size === 0) return
    if (reverse) {
      // Only asked for by whoever counts the entries.
      if (start.kind === 'entry') yield [[entryKey(size - 1), NOTHING]]
      return
    }
    for (let first = start.index; first < size; first += TILE_HASHES - (first % TILE_HASHES)) {
      const end = Math.min(size, first + TILE_HASHES - (first % TILE_HASHES))
      const records = this.#recordsOf(start.kind, first, end).filter(
        ([key]) => compareBytes(key, to) < 0,
      )
      if (records.length > 0) yield await Promise.resolve(records)
    }
  }

  scanTexts(range: Range): AsyncIterable<readonly TextRecord[]> {
    return textsOf(this.scan(range))
  }

  close(): Promise<void> {
    return this.#parts.index.close()
  }

  #recordsOf(kind: KeyKind, from: number, to: number): StoreRecord[] {
    const indexes = Array.from({ length: to - from }, (_, at) => from + at)
    switch (kind) {
      case 'entry':
        return indexes.flatMap((index) => record(entryKey(index), this.#parts.reader.entry(index)))
      case 'body':
        return indexes.flatMap((index) => {
          const line = this.#parts.reader.line(index)
          if (line?.refused !== undefined) this.#noteRefusal(line)
          return record(bodyKey(index), bodyOf(line))
        })
      case 'disclosure':
        return indexes.flatMap((index) =>
          [...disclosuresOf(this.#parts.reader.line(index))].map(
            ([ordinal, value]) => [disclosureKey(index, ordinal), value] as const,
          ),
        )
      case 'registry':
        return indexes
          .filter((index) => this.#changesRegistry(index))
          .map((index) => [registryKey(index), NOTHING] as const)
      default:
        return []
    }
  }

  /** The registry root differs from the one before exactly where an entry is a registry statement. */
  #changesRegistry(index: number): boolean {
    const [before, here] = [this.#registryRoot(index - 1), this.#registryRoot(index)]
    return here !== undefined && here !== before
  }

  #registryRoot(index: number): string | undefined {
    const bytes = this.#parts.reader.entry(index)
    const entry = bytes === undefined ? undefined : orNone(() => parseEntry(bytes))
    return entry === undefined ? undefined : toHex(entry.registryRoot)
  }

  /** A refused proposal, from the line of the refusal that is being judged or was. */
  #declined(id: Uint8Array): Uint8Array | undefined {
    const line = this.#refusal(id)
    if (line?.refused === undefined) return undefined
    const { received, envelope } = line.refused
    const body = utf8Encode(encodeJcs(envelopeJson(envelope)))
    return putDeclined(
      toHex(id) as Parameters<typeof putDeclined>[0],
      received,
      body,
      this.#parts.sha,
    ).value
  }

  #refusal(id: Uint8Array): StatementLine | undefined {
    const name = toHex(id)
    const known = this.#refusals.get(name)
    return known === undefined ? undefined : this.#parts.reader.line(known)
  }

  /** A line of a refusal is read before it is judged: from then on its proposal can be asked for. */
  #noteRefusal(line: StatementLine): void {
    const about = aboutOf(line)
    if (about !== undefined) this.#refusals.set(about, line.index)
  }
}

function record(key: Uint8Array, value: Uint8Array | undefined): StoreRecord[] {
  return value === undefined ? [] : [[key, value]]
}

/** Where a range of numbered records begins; undefined for any other. */
function startOf(from: Uint8Array): { readonly kind: KeyKind; readonly index: number } | undefined {
  // The first key of a whole kind is its prefix alone.
  if (from.length === 1) return from[0] === PREFIX.entry ? { kind: 'entry', index: 0 } : undefined
  // Disclosures of an entry begin at its number, without an ordinal.
  const whole = from[0] === PREFIX.disclosure ? concatBytes(from, ORDINAL_0) : from
  const parsed = orNone(() => parseKey(whole))
  return parsed !== undefined && 'index' in parsed
    ? { kind: parsed.kind, index: parsed.index }
    : undefined
}

function aboutOf({ envelope }: StatementLine): string | undefined {
  return orNone(() => parsePayload(envelope.payloadBytes))?.about
}

function bodyOf(line: StatementLine | undefined): Uint8Array | undefined {
  if (line === undefined) return undefined
  const { payloadBytes, signatures } = line.envelope
  return encodeBody({
    payload: payloadBytes,
    signatures: signatures.map((item) => ({
      protected: fromBase64url(item.protected),
      signature: fromBase64url(item.signature),
    })),
  })
}

/** Disclosures by the position of the placeholder that each must belong to: a line has them in order. */
function disclosuresOf(line: StatementLine | undefined): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  if (line === undefined) return found
  const places = placesOf(line)
  for (const [at, text] of line.envelope.disclosures.entries()) {
    found.set(places[at] ?? places.length + at, fromBase64url(text))
  }
  return found
}

/** Positions of the placeholders whose claims a ledger keeps. */
function placesOf({ envelope }: StatementLine): readonly number[] {
  const payload = orNone(() => parsePayload(envelope.payloadBytes))
  if (payload === undefined) return []
  const schema = schemaOf(payload.type)
  const kept = [...payload.claims].flatMap(([name, digests]) =>
    digests.map(() => schema?.claims[name]?.holderKept !== true),
  )
  return kept.flatMap((isKept, ordinal) => (isKept ? [ordinal] : []))
}
