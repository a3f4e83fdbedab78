/**
 * What this person's Waybill remembers, per ledger: the first policy and the last checkpoint seen.
 *
 *     <XDG state>/waybill/ledgers/<SHA-256 of the origin>/policy.txt
 *                                                         checkpoint
 *                                                         <time>_<size>_<size>.split-view.json
 *                                                         pending/<statement id>.json
 *
 * Files are replaced whole, so that a crash leaves the old one. DESIGN 2, 7.1 "State".
 */
import { join } from 'node:path'
import { type CheckpointMemory, folderMemory, originFolder } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Environment } from './config.js'

/** The folder of one ledger. */
export function ledgerFolder(environment: Environment, origin: string): string {
  return originFolder(ledgersFolder(environment), origin)
}

/** The policy that is remembered for a ledger since its first use. */
export function policyPath(environment: Environment, origin: string): string {
  return join(ledgerFolder(environment, origin), 'policy.txt')
}

/** The checkpoints that this person has seen. */
export function personalMemory(environment: Environment): CheckpointMemory {
  return folderMemory(ledgersFolder(environment))
}

/** The last checkpoint that this person saw of a ledger; undefined also where the memory cannot be read. */
export async function lastSeen(
  environment: Environment,
  origin: string,
): Promise<string | undefined> {
  try {
    return await personalMemory(environment).recall(origin)
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

function ledgersFolder({ stateFolder }: Environment): string {
  return join(stateFolder, 'ledgers')
}
