/**
 * Whom to believe: the policy with the log's keys, and the parties that were pinned. DESIGN 7.1.
 *
 * A policy that was given counts. Without one, the key that a ledger shows at first is remembered
 * and held against it from then on, and every report says so; a file alone shows no key, so then
 * there must be a policy.
 */
import { readRemembered, replaceFile } from '../client/index.js'
import { parseCheckpoint } from '../ledger/core/checkpoint.js'
import { LedgerError } from '../ledger/core/errors.js'
import { hasFormat } from '../ledger/core/formats.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { type NoteKey, parseNote, parseVkey } from '../ledger/core/note.js'
import { formatPolicy, type Policy, parsePolicy, policyOfLogs } from '../ledger/core/policy.js'
import type { Job } from './command.js'
import { setting } from './config.js'
import { at, readText } from './files.js'
import type { LedgerSource } from './ledger-source.js'
import { clean, utc } from './output.js'
import { givenPolicyFile } from './policy-file.js'
import { policyPath } from './state-folder.js'

/** `given` by the person; `remembered` from an earlier first use; `first use`: taken just now. */
export type TrustBasis = 'given' | 'remembered' | 'first use'

export type Trust = {
  readonly policy: Policy
  readonly basis: TrustBasis
  /** The policy file. */
  readonly path: string
  /** Parties whose id the person has from the parties themselves, with the name given to them. */
  readonly pins: ReadonlyMap<PartyId, string>
}

/** The trust for what a ledger shows. */
export async function trustIn(
  source: Pick<LedgerSource, 'flag' | 'info'>,
  job: Job,
): Promise<Trust> {
  const given = await givenPolicy(job)
  if (given !== undefined) return given
  const { origin, vkey } = await source.info()
  const remembered = await rememberedPolicy(origin, job)
  if (remembered !== undefined) return remembered
  const path = policyPath(job.io.environment, origin)
  const text = [
    `# ${clean(origin)}: key remembered by waybill on ${utc(Math.floor(job.io.now() / 1000))}, from ${clean(source.flag)}.`,
    '# Nobody but that source vouched for it: compare it with what the operator tells you.',
    '',
  ].join('\n')
  const policy = policyOfLogs(logKey(vkey, origin))
  await replaceFile(path, text + formatPolicy(policy))
  job.out.note(
    `waybill: no policy given; from now on the key that ${source.flag} shows today is trusted for ${clean(origin)}`,
  )
  job.out.note(`  ${clean(vkey)}`)
  job.out.note(
    `  It is remembered in ${path}. Compare it with the operator's, or give --policy FILE.`,
  )
  return { policy, basis: 'first use', path, pins: await readPins(job) }
}

/** The key that a ledger shows, as a key: it goes into a file that is trusted later. */
function logKey(vkey: string, origin: string): NoteKey {
  const key = parseVkey(vkey)
  if (key.name !== origin || key.publicKey === undefined) {
    throw new LedgerError('SERVER_ANSWER_INVALID', { at: 'vkey' })
  }
  return key
}

/** A policy that was given or is remembered for a ledger; nothing is asked and nothing remembered. */
export async function knownTrust(origin: string, job: Job): Promise<Trust | undefined> {
  return (await givenPolicy(job)) ?? (await rememberedPolicy(origin, job))
}

/** The trust for a file that says it comes from a ledger of this checkpoint. */
export async function trustInFile(checkpoint: string, job: Job): Promise<Trust> {
  const given = await givenPolicy(job)
  if (given !== undefined) return given
  const origin = originOf(checkpoint)
  const remembered = origin === undefined ? undefined : await rememberedPolicy(origin, job)
  if (remembered === undefined) throw new LedgerError('POLICY_MISSING')
  return remembered
}

/** How a report names its policy. */
export function policyWords({ basis, path }: Trust): string {
  if (basis === 'given') return `policy ${path}`
  if (basis === 'remembered')
    return `policy remembered from first use (${path}); nobody else vouched for it`
  return `key taken from the ledger itself just now, first use (${path}); nobody else vouched for it`
}

async function givenPolicy(job: Job): Promise<Trust | undefined> {
  const given = await givenPolicyFile(job)
  return given === undefined ? undefined : { ...given, basis: 'given', pins: await readPins(job) }
}

async function rememberedPolicy(origin: string, job: Job): Promise<Trust | undefined> {
  const path = policyPath(job.io.environment, origin)
  const text = await readRemembered(path)
  if (text === undefined) return undefined
  return {
    policy: at(path, () => parsePolicy(text)),
    basis: 'remembered',
    path,
    pins: await readPins(job),
  }
}

/** The origin that a checkpoint names: to look up a policy, not to be believed. */
export function originOf(checkpoint: string): string | undefined {
  try {
    return parseCheckpoint(parseNote(checkpoint).text).origin
  } catch {
    // Whatever is wrong with it, the verification will say.
    return undefined
  }
}

/** Parties that the person pinned with `--parties`. */
export async function readPins(job: Job): Promise<ReadonlyMap<PartyId, string>> {
  const path = setting(job.settings, 'parties')
  return path === undefined ? new Map() : parsePins(await readText(path, job.io), path)
}

/** Lines of `<party id> <name>`; `#` begins a comment. */
function parsePins(text: string, path: string): ReadonlyMap<PartyId, string> {
  const pins = new Map<PartyId, string>()
  for (const [position, content] of text.split('\n').entries()) {
    const line = content.trim()
    if (line === '' || line.startsWith('#')) continue
    const [id = '', ...name] = line.split(/\s+/)
    if (!hasFormat(id, 'party-id') || pins.has(id as PartyId)) {
      throw new LedgerError('CONFIG_INVALID', {
        file: path,
        line: position + 1,
        expected: 'a party id that no line before has, then a name',
      })
    }
    pins.set(id as PartyId, name.join(' '))
  }
  return pins
}
