/**
 * What a ledger folder says about publishing. DESIGN 4.7.
 *
 *     keys/log-ml-dsa.pem   the log's post-quantum key; without it, checkpoints have no such line
 *     log-ml-dsa.vkey       its verifier key, for policies: too long to be typed
 *     policy                witnesses to ask and how many are enough (c2sp.org/tlog-policy); nobody is
 *                           asked without it
 *     published             the newest published checkpoint
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LedgerError } from '../core/errors.js'
import { formatVkey, mlDsaNoteKey, type NoteKey } from '../core/note.js'
import { type Policy, parsePolicy } from '../core/policy.js'
import { generateMlDsaPem } from '../crypto/ml-dsa.js'
import { writeKeyFile } from '../crypto/signer.js'
import { openPublishedFile } from '../store/published-file.js'
import type { PublishWhen } from './publisher.js'
import type { Publishing } from './publishing.js'
import { openSecondLine } from './second-line.js'

const POLICY_FILE = 'policy'
const SECOND_KEY = join('keys', 'log-ml-dsa.pem')
/** Name of the file with the post-quantum key's verifier key. */
export const SECOND_VKEY = 'log-ml-dsa.vkey'

/**
 * How the ledger of a folder publishes.
 *
 * @param how `readOnly`: there are no keys, and nothing will be signed
 * @throws LedgerError POLICY_MALFORMED, POLICY_UNSUPPORTED, KEY_FILE_INVALID, KEY_FILE_MODE
 */
export async function folderPublishing(
  folder: string,
  origin: string,
  how: { readonly readOnly: boolean; readonly repeat: boolean },
): Promise<Publishing> {
  const policy = await readPublishingPolicy(folder)
  const path = join(folder, SECOND_KEY)
  const second = how.readOnly || !existsSync(path) ? undefined : await openSecondLine(path, origin)
  return {
    file: openPublishedFile(folder),
    ...(policy === undefined ? {} : { policy }),
    ...(second === undefined ? {} : { second }),
    when: whenOf(how),
  }
}

/** Whether the ledger of a folder has a post-quantum key. */
export function hasSecondKey(folder: string): boolean {
  return existsSync(join(folder, SECOND_KEY))
}

/** A copy without keys shows what was published while it had them. */
function whenOf(how: { readonly readOnly: boolean; readonly repeat: boolean }): PublishWhen {
  if (how.readOnly) return 'never'
  return how.repeat ? 'repeatedly' : 'asked'
}

/**
 * The policy file of a ledger's folder; undefined when there is none.
 *
 * @throws LedgerError POLICY_MALFORMED, POLICY_UNSUPPORTED, INPUT_IO
 */
export async function readPublishingPolicy(folder: string): Promise<Policy | undefined> {
  let text: string
  try {
    text = await readFile(join(folder, POLICY_FILE), 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    // Unreadable is not absent: without the policy, nobody would be asked.
    throw new LedgerError('INPUT_IO', { path: POLICY_FILE }, cause)
  }
  return parsePolicy(text)
}

/**
 * Makes the post-quantum key of a ledger's folder, and answers its verifier key. A running server
 * signs with it when it is started again.
 *
 * @throws LedgerError KEY_FILE_EXISTS, KEY_FILE_IO
 */
export async function makeSecondKey(folder: string, origin: string): Promise<string> {
  const { pem, publicKey } = generateMlDsaPem()
  // The name first: a key for an origin that it cannot have must not be left behind.
  const key = mlDsaNoteKey(origin, publicKey)
  const vkey = vkeyOf(key)
  await writeKeyFile(join(folder, SECOND_KEY), pem)
  await writeFile(join(folder, SECOND_VKEY), `${vkey}\n`)
  return vkey
}

function vkeyOf({ name, type, key }: NoteKey): string {
  return formatVkey(name, type, key)
}
