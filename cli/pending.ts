/**
 * Receipts that still stand under a commit checkpoint, kept until witnesses have cosigned a later one.
 *
 * `<state>/ledgers/<ledger>/pending/<statement id>.json`: where the person keeps the receipt, and the
 * receipt itself, so that it can be upgraded, or be evidence, even where that file is gone.
 */
import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readRemembered, replaceFile } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { encodeJcs, isObject, type Json, parseJson } from '../ledger/core/json.js'
import { parseReceipt, receiptJson } from '../ledger/core/receipt.js'
import type { Job } from './command.js'
import { at, fileError } from './files.js'
import { ledgerFolder } from './state-folder.js'

/** A receipt and the file that its owner keeps it in. */
export type KeptReceipt = { readonly id: string; readonly file: string; readonly receipt: Evidence }

const SUFFIX = '.json'

/** Remembers that a receipt is to be upgraded. Rejects with INPUT_IO. */
export async function keepPending(job: Job, origin: string, kept: KeptReceipt): Promise<void> {
  const { id, file, receipt } = kept
  const record = { file: resolve(file), receipt: receiptJson(receipt) }
  await replaceFile(pathOf(job, origin, id), encodeJcs(record))
}

/** Forgets it: the receipt is upgraded. */
export async function dropPending(job: Job, origin: string, id: string): Promise<void> {
  const path = pathOf(job, origin, id)
  await rm(path, { force: true }).catch((error: unknown) => {
    throw fileError(path, error)
  })
}

/** Everything that waits, by statement id. Rejects with CONFIG_INVALID for a record that is none. */
export async function pendingReceipts(job: Job, origin: string): Promise<readonly KeptReceipt[]> {
  const kept: KeptReceipt[] = []
  for (const id of await pendingIds(job, origin)) {
    const path = pathOf(job, origin, id)
    const text = await readRemembered(path)
    // Another command may have upgraded it meanwhile.
    if (text !== undefined) kept.push({ id, ...at(path, () => parseRecord(parseJson(text))) })
  }
  return kept
}

/** Statement ids of what waits. */
export async function pendingIds(job: Job, origin: string): Promise<readonly string[]> {
  const folder = pendingFolder(job, origin)
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .sort()
  } catch (error) {
    const mapped = fileError(folder, error)
    if (mapped instanceof LedgerError && mapped.code === 'INPUT_NOT_FOUND') return []
    throw mapped
  }
}

function parseRecord(value: Json): Pick<KeptReceipt, 'file' | 'receipt'> {
  if (!isObject(value) || typeof value['file'] !== 'string') throw new LedgerError('CONFIG_INVALID')
  return { file: value['file'], receipt: parseReceipt(value['receipt'] ?? null) }
}

function pathOf(job: Job, origin: string, id: string): string {
  return join(pendingFolder(job, origin), `${id}${SUFFIX}`)
}

function pendingFolder({ io }: Job, origin: string): string {
  return join(ledgerFolder(io.environment, origin), 'pending')
}
