/**
 * Records of the rules index: what judging looks up beside the statements of a lineage.
 *
 * All of it is derived from entries and statements. Nothing that is signed depends on it, so it is
 * built when somebody first asks, and then grows with every commit (docs/decisions/0035).
 *
 *     41 00                           mark: how far it goes, and a sum over what follows; of 05, keys only
 *     41 01 relation u8 id[16] index  the statement of this entry cites that statement (empty)
 *     41 02 index                     notable: an assessment, a ruleset, or what supersedes another
 *     41 03 key[16] position u48      a transfer that counts for a usage key, with the sum up to it
 *     41 04 key[16]                   head of a usage key: how long its series are, and its sum
 *     41 05 index                     what was judged at admission, and the limits of the datasets
 *     41 06 key[16] position u48      a transfer that a correction replaced under a usage key
 *     41 07 id[16]                    the first correction of a transfer that moved the same: its entry index
 *
 * Indexes are u48; ids and usage keys stand with the first 16 bytes of their hash. Values are JSON
 * (lists, texts, whole numbers) and end in a seal, as those of other derived records (docs/decisions/0005).
 */
import { concatBytes, equalBytes, fromHex, utf8Encode } from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import type { Sha256 } from '../core/hash.js'
import type { StatementId } from '../core/statement.js'
import type { RecordValue } from '../store/codec.js'
import { decodeIndex, encodeIndex, rulesKey, rulesRange } from '../store/layout.js'
import type { Put, Range } from '../store/store.js'

/** What damage of this index is called in the details of an error. */
const RECORD = 'rules index'
const SEAL_BYTES = 8
const HASH_BYTES = 16
const NOTHING = new Uint8Array(0)
const ADDITION = 3
const JUDGED = 5
/** Values are JSON: sums are written and read again all the time, and this is the fastest there is. */
const ENCODER = new TextEncoder()
const DECODER = new TextDecoder()

/** How a statement cites another. Numbers never change; more may be added. */
export type Relation = 'parent' | 'instrument' | 'supersedes' | 'scope'
const RELATIONS: Readonly<Record<Relation, number>> = {
  parent: 1,
  instrument: 2,
  supersedes: 3,
  scope: 4,
}

export const MARK_KEY = rulesKey(Uint8Array.of(0))

function citedBegin(relation: Relation, id: StatementId): Uint8Array {
  return concatBytes(Uint8Array.of(1, RELATIONS[relation]), fromHex(id).subarray(0, HASH_BYTES))
}

export function citedKey(relation: Relation, id: StatementId, index: number): Uint8Array {
  return rulesKey(concatBytes(citedBegin(relation, id), encodeIndex(index)))
}

/** Entries whose statements cite this one so, by rising index. */
export function citedRange(relation: Relation, id: StatementId): Range {
  return rulesRange(citedBegin(relation, id))
}

/** The entry index in which a key ends. */
export function indexOfKey(key: Uint8Array): number {
  return decodeIndex(key.subarray(-6))
}

export function notableKey(index: number): Uint8Array {
  return rulesKey(concatBytes(Uint8Array.of(2), encodeIndex(index)))
}

export const NOTABLE_RANGE: Range = rulesRange(Uint8Array.of(2))
export const ADDITION_RANGE: Range = rulesRange(Uint8Array.of(ADDITION))
export const USAGE_HEAD_RANGE: Range = rulesRange(Uint8Array.of(4))
export const CITED_RANGE: Range = rulesRange(Uint8Array.of(1))
export const JUDGED_RANGE: Range = rulesRange(Uint8Array.of(5))
export const REMOVAL_RANGE: Range = rulesRange(Uint8Array.of(6))
export const CORRECTED_RANGE: Range = rulesRange(Uint8Array.of(7))
/** Everything of the index. */
export const RULES_RANGE: Range = rulesRange(NOTHING)

/** Hashes of usage keys: each transfer asks for its own ones in several rules, and then adds to them. */
const USAGE_HASHES = new Map<string, Uint8Array>()
const USAGE_HASHES_KEPT = 4_096

/** The 16 bytes under which a usage key stands; not to be changed. */
export function usageHash(name: string, sha: Sha256): Uint8Array {
  const known = USAGE_HASHES.get(name)
  if (known !== undefined) return known
  const hash = sha(utf8Encode(name)).slice(0, HASH_BYTES)
  if (USAGE_HASHES.size >= USAGE_HASHES_KEPT) USAGE_HASHES.clear()
  USAGE_HASHES.set(name, hash)
  return hash
}

export function additionKey(hash: Uint8Array, position: number): Uint8Array {
  return rulesKey(concatBytes(Uint8Array.of(ADDITION), hash, encodeIndex(position)))
}

/** By the name of an addition, the usage key that it counts for; undefined for another record. */
export function additionSeries(name: string): string | undefined {
  return name.charCodeAt(1) === ADDITION ? name.slice(0, 2 + HASH_BYTES) : undefined
}

export function removalKey(hash: Uint8Array, position: number): Uint8Array {
  return rulesKey(concatBytes(Uint8Array.of(6), hash, encodeIndex(position)))
}

export function usageHeadKey(hash: Uint8Array): Uint8Array {
  return rulesKey(concatBytes(Uint8Array.of(4), hash))
}

export function judgedKey(index: number): Uint8Array {
  return rulesKey(concatBytes(Uint8Array.of(JUDGED), encodeIndex(index)))
}

/** What was judged is read once, if ever, and may be long: nobody keeps it at hand. */
export function isJudgedKey(key: Uint8Array): boolean {
  return key[1] === JUDGED
}

export function correctedKey(id: StatementId): Uint8Array {
  return rulesKey(concatBytes(Uint8Array.of(7), fromHex(id).subarray(0, HASH_BYTES)))
}

/** Hash of a usage key, out of the key of an addition or a removal. */
export function hashOfKey(key: Uint8Array): Uint8Array {
  return key.subarray(2, 2 + HASH_BYTES)
}

/** A value as it is written. */
export function valueBytes(value: RecordValue): Uint8Array {
  return ENCODER.encode(JSON.stringify(value))
}

/** A record without a value. */
export function barePut(key: Uint8Array): Put {
  return { key, value: NOTHING }
}

export function recordPut(key: Uint8Array, value: RecordValue, sha: Sha256): Put {
  const bytes = valueBytes(value)
  return { key, value: concatBytes(bytes, sealOf(key, bytes, sha)) }
}

/** @throws LedgerError ENTRY_MISMATCH for a record that is not as it was written */
export function openRecordValue(key: Uint8Array, sealed: Uint8Array, sha: Sha256): RecordValue {
  const bytes = sealed.subarray(0, Math.max(0, sealed.length - SEAL_BYTES))
  if (!equalBytes(sealed.subarray(bytes.length), sealOf(key, bytes, sha))) throw damagedRules()
  try {
    return JSON.parse(DECODER.decode(bytes)) as RecordValue
  } catch (error) {
    throw new LedgerError('ENTRY_MISMATCH', { record: RECORD }, error)
  }
}

export function damagedRules(): LedgerError {
  return new LedgerError('ENTRY_MISMATCH', { record: RECORD })
}

/** Whether an error says that a record of the rules index, and nothing else, is not as it was written. */
export function isRulesDamage(error: unknown): boolean {
  return (
    error instanceof LedgerError &&
    error.code === 'ENTRY_MISMATCH' &&
    error.details['record'] === RECORD
  )
}

function sealOf(key: Uint8Array, bytes: Uint8Array, sha: Sha256): Uint8Array {
  return sha(concatBytes(key, bytes)).subarray(0, SEAL_BYTES)
}

/** A key as a name, for maps. */
export function recordName(key: Uint8Array): string {
  return String.fromCharCode(...key)
}
