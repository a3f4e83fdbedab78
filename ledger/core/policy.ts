/**
 * Policy files: whose word about a log is enough. c2sp.org/tlog-policy.
 *
 *     # comments and empty lines are free
 *     log example.com/log+8f3a01cc+AZ… https://example.com/log
 *     quorum none
 *
 * Until Waybill checks witnesses, a policy with witnesses, groups or another quorum than `none` is
 * refused as unsupported: accepting it would promise a check that nobody makes. Whether a checkpoint
 * satisfies a policy is for `checkpoint.ts`.
 */
import { equalBytes } from './bytes.js'
import { LedgerError } from './errors.js'
import { controlAt, encodingFault, formatVkey, type NoteKey, parseVkey, refuseAs } from './note.js'

/** Most logs of one policy. The specification asks for at least 32. */
export const POLICY_LOGS_MAX = 64
/** Longest policy file, in UTF-16 units. */
export const POLICY_CHARS_MAX = 1_048_576

/** A log whose checkpoints are accepted. Its key's name is its origin. */
export type PolicyLog = {
  readonly key: NoteKey
  /** Where to reach the log, as the file says; its meaning is the application's. */
  readonly url?: string
}

/** A checkpoint is accepted if any one of the logs signed it and the quorum of witnesses did. */
export type Policy = { readonly logs: readonly PolicyLog[]; readonly quorum: 'none' }

/**
 * Reads a policy file.
 *
 * Log keys of other types than Ed25519 are kept and never used: any one log is enough, so not
 * using one only makes the policy stricter. At least one must be usable.
 *
 * @throws LedgerError POLICY_MALFORMED or POLICY_UNSUPPORTED, with the `line` (1-based) and a
 * `reason`.
 */
export function parsePolicy(text: string): Policy {
  checkPolicyText(text)
  const logs: PolicyLog[] = []
  let quorums = 0
  for (const [position, content] of text.slice(0, -1).split('\n').entries()) {
    const line = position + 1
    // Space and tab only: a name may hold any other character, and no other white space at all.
    const [word, ...items] = content.split(/[ \t]+/).filter((item) => item !== '')
    if (word === undefined || word.startsWith('#')) continue
    if (word === 'log') logs.push(parseLog(items, line, logs))
    else if (word === 'quorum') quorums += parseQuorum(items, line, quorums)
    else throw refuseLine(word, line)
  }
  if (quorums === 0) throw malformed('no quorum line')
  checkLogs(logs)
  return { logs, quorum: 'none' }
}

/**
 * The text of a policy; `parsePolicy` gives back the same policy.
 *
 * @throws LedgerError POLICY_MALFORMED when the policy has no text form: no log or too many, logs
 * with the same key, a URL that is empty or holds white space, characters that no policy file may hold.
 */
export function formatPolicy(policy: Policy): string {
  const lines = policy.logs.map((log, position) => {
    checkDistinct(log.key, policy.logs.slice(0, position), position + 1)
    const vkey = formatVkey(log.key.name, log.key.type, log.key.key)
    if (log.url === undefined) return `log ${vkey}\n`
    if (log.url === '' || /[ \t\n]/.test(log.url)) throw malformed('url', position + 1)
    return `log ${vkey} ${log.url}\n`
  })
  checkLogs(policy.logs)
  const text = `${lines.join('')}quorum ${policy.quorum}\n`
  checkPolicyText(text)
  return text
}

function parseLog(items: readonly string[], line: number, before: readonly PolicyLog[]): PolicyLog {
  const [vkey, url, ...more] = items
  if (vkey === undefined || more.length > 0) throw malformed('not log <vkey> [url]', line)
  // Before the key is read: to check that a point is torsion-free takes milliseconds.
  if (before.length >= POLICY_LOGS_MAX) throw malformed('too many logs', line)
  const key = refuseAs('POLICY_MALFORMED', { reason: 'vkey', line }, () => parseVkey(vkey))
  checkDistinct(key, before, line)
  return url === undefined ? { key } : { key, url }
}

/** Answers 1, the number of quorum lines read; a policy has exactly one. */
function parseQuorum(items: readonly string[], line: number, before: number): 1 {
  if (before > 0) throw malformed('a second quorum line', line)
  if (items.length !== 1) throw malformed('not quorum <name>', line)
  if (items[0] !== 'none') throw unsupported('quorum other than none', line)
  return 1
}

function refuseLine(word: string, line: number): LedgerError {
  if (word === 'witness' || word === 'group') return unsupported(`${word} line`, line)
  return malformed('unknown first word', line)
}

/** No key twice, under whatever name; and no two keys that one signature line could mean. */
function checkDistinct(key: NoteKey, before: readonly PolicyLog[], line: number): void {
  for (const { key: other } of before) {
    if (equalBytes(other.key, key.key)) throw malformed('the same key twice', line)
    if (other.name === key.name && equalBytes(other.keyId, key.keyId)) {
      throw malformed('two keys share a name and a key id', line)
    }
  }
}

function checkLogs(logs: readonly PolicyLog[]): void {
  if (logs.length === 0) throw malformed('no log line')
  if (logs.length > POLICY_LOGS_MAX) throw malformed('too many logs')
  if (logs.every((log) => log.key.publicKey === undefined)) {
    throw unsupported('no log key of type Ed25519')
  }
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

function malformed(reason: string, line?: number): LedgerError {
  return new LedgerError('POLICY_MALFORMED', line === undefined ? { reason } : { reason, line })
}

function unsupported(reason: string, line?: number): LedgerError {
  return new LedgerError('POLICY_UNSUPPORTED', line === undefined ? { reason } : { reason, line })
}
