/**
 * The logs that a witness serves: the file `logs` in its folder.
 *
 *     # comments and empty lines are free
 *     log ledger.example/eu+8f3a01cc+AZ…
 *     log sum.example.org+a1b2c3d4+AZ… go.sum database tree
 *
 * One line for each key that may sign a log's checkpoints. The origin is the key's name, unless the
 * line goes on with another one (it may hold spaces). Several lines with one origin are several keys
 * of one log: any one of them is enough.
 */
import { equalBytes } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import {
  formatVkey,
  type NoteKey,
  parseVkey,
  TYPE_ED25519,
  TYPE_ML_DSA_44,
} from '../ledger/core/note.js'

/** Keys by origin. */
export type LogList = ReadonlyMap<string, readonly NoteKey[]>

/** Longest list, in characters: a thousand logs with post-quantum keys fit. */
const LIST_CHARS_MAX = 4_194_304
const USABLE_TYPES = [TYPE_ED25519, TYPE_ML_DSA_44]

/**
 * Reads a list.
 *
 * @throws LedgerError CONFIG_INVALID with the `line` (1-based)
 */
export function parseLogList(text: string): LogList {
  if (text.length > LIST_CHARS_MAX) throw invalid('too long')
  const logs = new Map<string, NoteKey[]>()
  for (const [position, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const { origin, key } = parseLine(line, position + 1)
    const keys = logs.get(origin) ?? []
    if (keys.some((other) => sameLabel(other, key))) throw invalid('a key twice', position + 1)
    logs.set(origin, [...keys, key])
  }
  return logs
}

/** A line of the list. @throws LedgerError VKEY_INVALID */
export function formatLogLine(vkey: string, origin?: string): string {
  const key = parseVkey(vkey)
  const text = formatVkey(key.name, key.type, key.key)
  const line = `log ${text}${origin === undefined || origin === key.name ? '' : ` ${origin}`}`
  parseLine(line, 1)
  return `${line}\n`
}

function parseLine(line: string, number: number): { origin: string; key: NoteKey } {
  const [word, vkey, ...origin] = line.split(' ')
  if (word !== 'log' || vkey === undefined) throw invalid('not log <vkey> [origin]', number)
  const key = keyOf(vkey, number)
  if (origin.length === 0) return { origin: key.name, key }
  const named = origin.join(' ')
  // A checkpoint's origin is one line without control characters; so is what is left of this one.
  if (named.trim() === '' || /\p{Cc}/u.test(named)) throw invalid('origin', number)
  return { origin: named, key }
}

function keyOf(vkey: string, number: number): NoteKey {
  let key: NoteKey
  try {
    key = parseVkey(vkey)
  } catch (error) {
    throw invalid('vkey', number, error)
  }
  // A key that could never verify would look like a log that is watched and is not.
  if (!USABLE_TYPES.includes(key.type)) throw invalid('a key of this type is not verified', number)
  return key
}

/** One signature line can mean one key only. */
function sameLabel(a: NoteKey, b: NoteKey): boolean {
  return a.name === b.name && equalBytes(a.keyId, b.keyId)
}

function invalid(reason: string, line?: number, cause?: unknown): LedgerError {
  const place = line === undefined ? {} : { line }
  return new LedgerError('CONFIG_INVALID', { at: 'logs', reason, ...place }, cause)
}
