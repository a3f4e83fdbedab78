/**
 * Policy files: whose word about a log is enough. c2sp.org/tlog-policy.
 *
 *     # comments and empty lines are free
 *     log example.com/log+8f3a01cc+AZ… https://example.com/log
 *     witness north north.example/w+0f3b9a2c+BM… https://north.example
 *     witness south south.example/w+77aa01fe+BP…
 *     group both all north south
 *     quorum both
 *
 * This file reads and writes the form. Which witnesses make a quorum is quorum.ts, whether a
 * checkpoint satisfies a policy is for `checkpoint.ts`.
 */
import { equalBytes } from './bytes.js'
import { LedgerError } from './errors.js'
import {
  controlAt,
  encodingFault,
  formatVkey,
  type NoteKey,
  parseVkey,
  refuseAs,
  sameNoteKey,
  TYPE_COSIGNATURE,
  TYPE_ED25519,
  TYPE_ML_DSA_44,
} from './note.js'
import { NO_QUORUM, type PolicyGroup, quorumOf } from './quorum.js'

/** Most logs of one policy, and most witnesses, and most groups. The specification asks for 32. */
export const POLICY_LOGS_MAX = 64
export const POLICY_WITNESSES_MAX = 64
export const POLICY_GROUPS_MAX = 64
/** Longest policy file, in UTF-16 units. */
export const POLICY_CHARS_MAX = 1_048_576

/** A log whose checkpoints are accepted. Its key's name is its origin. */
export type PolicyLog = {
  readonly key: NoteKey
  /** Where to reach the log, as the file says; its meaning is the application's. */
  readonly url?: string
}

/** Somebody who cosigns checkpoints. `name` is the policy's own; the key has another. */
export type PolicyWitness = {
  readonly name: string
  readonly key: NoteKey
  /** Where to ask for cosignatures: the submission prefix of c2sp.org/tlog-witness. */
  readonly url?: string
}

/** A checkpoint is accepted if any one of the logs signed it and the quorum of witnesses did. */
export type Policy = {
  readonly logs: readonly PolicyLog[]
  readonly witnesses: readonly PolicyWitness[]
  /** In an order in which members come before their group. */
  readonly groups: readonly PolicyGroup[]
  /** Name of a witness or a group, or `none`. */
  readonly quorum: string
}

/** The policy that takes any of these logs at its own word: no witness is asked for. */
export function policyOfLogs(...keys: readonly NoteKey[]): Policy {
  return { logs: keys.map((key) => ({ key })), witnesses: [], groups: [], quorum: NO_QUORUM }
}

/**
 * Reads a policy file.
 *
 * Keys of signature types that this version cannot verify are kept and never used: not using one
 * only makes the policy stricter. At least one log key must be usable, and witnesses enough for the
 * quorum.
 *
 * @throws LedgerError POLICY_MALFORMED or POLICY_UNSUPPORTED, with the `line` (1-based) and a
 * `reason`.
 */
export function parsePolicy(text: string): Policy {
  checkPolicyText(text)
  const draft: Draft = { logs: [], witnesses: [], groups: [], quorum: undefined }
  for (const [position, content] of text.slice(0, -1).split('\n').entries()) {
    // Space and tab only: a name may hold any other character, and no other white space at all.
    const [word, ...items] = content.split(/[ \t]+/).filter((item) => item !== '')
    if (word === undefined || word.startsWith('#')) continue
    const read = LINES.get(word)
    if (read === undefined) throw malformed('unknown first word', position + 1)
    read(items, position + 1, draft)
  }
  return finish(draft)
}

/**
 * The text of a policy; `parsePolicy` gives back the same policy.
 *
 * @throws LedgerError POLICY_MALFORMED when the policy has no text form: no log or too many, the same
 * key twice, a URL or name that is empty or holds white space, a member that is not defined before its
 * group, characters that no policy file may hold. POLICY_UNSUPPORTED as `parsePolicy`.
 */
export function formatPolicy(policy: Policy): string {
  const lines = [
    ...policy.logs.map(({ key, url }) => ['log', vkeyOf(key), ...optional(url)]),
    ...policy.witnesses.map(({ name, key, url }) => [
      'witness',
      name,
      vkeyOf(key),
      ...optional(url),
    ]),
    ...policy.groups.map(({ name, threshold, members }) => [
      'group',
      name,
      String(threshold),
      ...members,
    ]),
    ['quorum', policy.quorum],
  ]
  for (const [position, words] of lines.entries()) {
    if (words.some((word) => word === '' || /[ \t\n]/.test(word))) {
      throw malformed('a word that is empty or holds white space', position + 1)
    }
  }
  const text = lines.map((words) => `${words.join(' ')}\n`).join('')
  // Reading it back applies every rule of the format, in one place.
  parsePolicy(text)
  return text
}

type Draft = {
  readonly logs: PolicyLog[]
  readonly witnesses: PolicyWitness[]
  readonly groups: PolicyGroup[]
  quorum: string | undefined
}

type ReadLine = (items: readonly string[], line: number, draft: Draft) => void

const LINES: ReadonlyMap<string, ReadLine> = new Map([
  ['log', readLog],
  ['witness', readWitness],
  ['group', readGroup],
  ['quorum', readQuorum],
])

function readLog(items: readonly string[], line: number, { logs, witnesses }: Draft): void {
  const [vkey, url, ...more] = items
  if (vkey === undefined || more.length > 0) throw malformed('not log <vkey> [url]', line)
  // Before the key is read: to check that a point is torsion-free takes milliseconds.
  if (logs.length >= POLICY_LOGS_MAX) throw malformed('too many logs', line)
  const key = refuseAs('POLICY_MALFORMED', { reason: 'vkey', line }, () => parseVkey(vkey))
  checkDistinct(key, logs, witnesses, line)
  logs.push(url === undefined ? { key } : { key, url })
}

function readWitness(items: readonly string[], line: number, draft: Draft): void {
  const { logs, witnesses } = draft
  const [name, vkey, url, ...more] = items
  if (name === undefined || vkey === undefined || more.length > 0) {
    throw malformed('not witness <name> <vkey> [url]', line)
  }
  if (witnesses.length >= POLICY_WITNESSES_MAX) throw malformed('too many witnesses', line)
  checkNewName(name, draft, line)
  const key = refuseAs('POLICY_MALFORMED', { reason: 'vkey', line }, () => parseVkey(vkey))
  // Types 1 to 3 and 5 have a meaning, and it is not that of a witness.
  if (key.type !== TYPE_COSIGNATURE && key.type < TYPE_ML_DSA_44) {
    throw malformed('the key of a witness is not of a cosignature type', line)
  }
  checkDistinct(key, witnesses, logs, line)
  witnesses.push(url === undefined ? { name, key } : { name, key, url })
}

function readGroup(items: readonly string[], line: number, draft: Draft): void {
  const [name, count, ...members] = items
  if (name === undefined || count === undefined || members.length === 0) {
    throw malformed('not group <name> all|any|<k> <member>...', line)
  }
  if (draft.groups.length >= POLICY_GROUPS_MAX) throw malformed('too many groups', line)
  checkNewName(name, draft, line)
  const taken = new Set(draft.groups.flatMap((group) => group.members))
  for (const member of members) {
    if (!isDefined(member, draft)) throw malformed('a member that is not defined before', line)
    // So that a witness counts in one way only.
    if (taken.has(member)) throw malformed('a member for the second time', line)
    taken.add(member)
  }
  draft.groups.push({ name, threshold: thresholdOf(count, members.length, line), members })
}

function readQuorum(items: readonly string[], line: number, draft: Draft): void {
  if (draft.quorum !== undefined) throw malformed('a second quorum line', line)
  const [name, ...more] = items
  if (name === undefined || more.length > 0) throw malformed('not quorum <name>', line)
  if (name !== NO_QUORUM && !isDefined(name, draft)) {
    throw malformed('a quorum that is not defined before', line)
  }
  draft.quorum = name
}

function thresholdOf(text: string, members: number, line: number): number {
  if (text === 'all') return members
  if (text === 'any') return 1
  const threshold = Number(text)
  if (!/^[1-9][0-9]*$/.test(text) || threshold > members) {
    throw malformed('a threshold from 1 to the number of members', line)
  }
  return threshold
}

function finish({ logs, witnesses, groups, quorum }: Draft): Policy {
  if (quorum === undefined) throw malformed('no quorum line')
  if (logs.length === 0) throw malformed('no log line')
  if (!logs.some(({ key }) => key.type === TYPE_ED25519 || isCosigner(key))) {
    throw unsupported('no log key of a known signature type')
  }
  const policy: Policy = { logs, witnesses, groups, quorum }
  const usable = witnesses.filter(({ key }) => isCosigner(key)).map(({ name }) => name)
  if (!quorumOf(policy, usable).met) {
    throw unsupported('a quorum of witness keys of unknown signature types')
  }
  return policy
}

function isCosigner({ type }: NoteKey): boolean {
  return type === TYPE_COSIGNATURE || type === TYPE_ML_DSA_44
}

function isDefined(name: string, { witnesses, groups }: Draft): boolean {
  return [...witnesses, ...groups].some((known) => known.name === name)
}

function checkNewName(name: string, draft: Draft, line: number): void {
  if (name === NO_QUORUM) throw malformed('the name none is taken', line)
  if (isDefined(name, draft)) throw malformed('a name for the second time', line)
}

type Keyed = { readonly key: NoteKey }

/**
 * No key twice among the logs, nor among the witnesses, under whatever name and type; and nowhere two
 * keys that one signature line could mean. A log's own key may be a witness: so a policy asks for
 * both its signatures.
 */
function checkDistinct(
  key: NoteKey,
  before: readonly Keyed[],
  others: readonly Keyed[],
  line: number,
): void {
  if (before.some((other) => equalBytes(other.key.key, key.key))) {
    throw malformed('the same key twice', line)
  }
  const alike = [...before, ...others].some(
    ({ key: other }) =>
      other.name === key.name && equalBytes(other.keyId, key.keyId) && !sameNoteKey(other, key),
  )
  if (alike) throw malformed('two keys share a name and a key id', line)
}

/** Tab, newline and anything but controls. c2sp.org/tlog-policy, "Character set". */
function checkPolicyText(text: string): void {
  if (text.length > POLICY_CHARS_MAX) throw malformed('too long')
  const fault = encodingFault(text)
  if (fault !== undefined) throw malformed(fault)
  const at = controlAt(text.replaceAll('\t', ' ').replaceAll('\u007f', '\u0000'))
  if (at >= 0) throw malformed('control character', text.slice(0, at).split('\n').length)
  if (!text.endsWith('\n')) throw malformed('the last line does not end in a newline')
}

function vkeyOf({ name, type, key }: NoteKey): string {
  return formatVkey(name, type, key)
}

function optional(word: string | undefined): readonly string[] {
  return word === undefined ? [] : [word]
}

function malformed(reason: string, line?: number): LedgerError {
  return new LedgerError('POLICY_MALFORMED', line === undefined ? { reason } : { reason, line })
}

function unsupported(reason: string, line?: number): LedgerError {
  return new LedgerError('POLICY_UNSUPPORTED', line === undefined ? { reason } : { reason, line })
}
