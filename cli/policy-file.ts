/**
 * Policy files, read with the file's name in every refusal.
 */
import { type Policy, parsePolicy } from '../ledger/core/policy.js'
import type { Job } from './command.js'
import { setting } from './config.js'
import { at, readText } from './files.js'

/** Rejects with POLICY_MALFORMED, POLICY_UNSUPPORTED, INPUT_NOT_FOUND. */
export async function readPolicyFile(path: string, { io }: Pick<Job, 'io'>): Promise<Policy> {
  const text = await readText(path, io)
  return at(path, () => parsePolicy(text))
}

/** The policy that is set, with its file; undefined where none is. */
export async function givenPolicyFile(
  job: Pick<Job, 'io' | 'settings'>,
): Promise<{ readonly policy: Policy; readonly path: string } | undefined> {
  const path = setting(job.settings, 'policy')
  return path === undefined ? undefined : { policy: await readPolicyFile(path, job), path }
}
