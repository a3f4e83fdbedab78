/**
 * What audits have found in order, so that the next one pays only for what is new. One file for each
 * audited place, in the state folder of the ledger:
 *
 *     <XDG state>/waybill/ledgers/<SHA-256 of the origin>/audits/<SHA-256 of the place>.json
 *     {"place":PATH,"root":HEX,"size":N,"version":WAYBILL}
 *
 * It counts for the same place, a log that still has this root at this size, and the same version of
 * Waybill: another one may judge what this one did not.
 */
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { readRemembered, replaceFile } from '../client/index.js'
import { fromHex, toHex, utf8Encode } from '../ledger/core/bytes.js'
import { parseRootHash, portableSha256 } from '../ledger/core/hash.js'
import { encodeJcs, isObject, type Json, parseJson } from '../ledger/core/json.js'
import type { AuditedTree, AuditReport } from '../ledger/index.js'
import type { Job } from './command.js'
import { ledgerFolder } from './state-folder.js'
import { VERSION } from './version.js'

export type AuditMemory = {
  /** Undefined when nothing counts. */
  readonly recall: () => Promise<AuditedTree | undefined>
  /** Remembers a report that found everything in order; any other changes nothing. */
  readonly remember: (report: AuditReport) => Promise<void>
  /** Folder for what the audit of a mirror must look up. */
  readonly indexFolder: string
}

/** Rejects with INPUT_IO when the state folder cannot be used. */
export async function auditMemory(origin: string, place: string, job: Job): Promise<AuditMemory> {
  const path = await realpath(place)
  const name = toHex(portableSha256(utf8Encode(path)))
  const file = join(ledgerFolder(job.io.environment, origin), 'audits', `${name}.json`)
  return {
    recall: async () => {
      const text = await readRemembered(file)
      return text === undefined ? undefined : readState(text, path)
    },
    remember: async ({ verdict, checkpoint }) => {
      if (verdict !== 'VERIFIED' || checkpoint === undefined) return
      const { size, root } = checkpoint
      await replaceFile(file, encodeJcs({ place: path, root: toHex(root), size, version: VERSION }))
    },
    indexFolder: file.replace(/\.json$/, '.index'),
  }
}

/** A file that is not as it was written counts for nothing: all is audited then. */
function readState(text: string, path: string): AuditedTree | undefined {
  try {
    const value: Json = parseJson(text)
    if (!isObject(value)) return undefined
    const { place, root, size, version } = value
    if (place !== path || version !== VERSION) return undefined
    if (typeof root !== 'string' || typeof size !== 'number' || !Number.isSafeInteger(size)) {
      return undefined
    }
    return { size, root: parseRootHash(fromHex(root, 32)) }
  } catch {
    return undefined
  }
}
