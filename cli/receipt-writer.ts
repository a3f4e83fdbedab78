/**
 * Keeps receipts of what was submitted: one file per statement, named by its id.
 *
 * A receipt gets the disclosures that we hold, also those that the ledger checks and does not keep
 * (DESIGN 4.1 "holder-kept"): the file is then all that its holder needs.
 */
import { join } from 'node:path'
import { type BulkOutcome, withHeld } from '../client/index.js'
import type { Envelope } from '../ledger/core/envelope.js'
import { encodeJcs } from '../ledger/core/json.js'
import { RECEIPT_SUFFIX, receiptJson } from '../ledger/core/receipt.js'
import { makeFolder, writeOut } from './files.js'
import type { LedgerSource } from './ledger-source.js'

export type WrittenReceipt = { readonly id: string; readonly file: string }

export type Submitted = { readonly outcome: BulkOutcome; readonly envelope: Envelope }

/** Writes a receipt for each statement that is in the log; answers where each one is. */
export async function writeReceipts(
  folder: string,
  submitted: readonly Submitted[],
  source: LedgerSource,
): Promise<readonly WrittenReceipt[]> {
  await makeFolder(folder)
  const written: WrittenReceipt[] = []
  for (const { outcome, envelope } of submitted) {
    if (outcome.status !== 'admitted' && outcome.status !== 'existing') continue
    // Bulk answers carry none. Submitting again is harmless and answers with the receipt.
    const again = outcome.receipt === undefined ? await source.submit(envelope) : outcome
    const receipt = again.status === 'waiting' ? undefined : again.receipt
    if (receipt === undefined) continue
    const file = join(folder, `${outcome.id}${RECEIPT_SUFFIX}`)
    await writeOut(file, encodeJcs(receiptJson(withHeld(receipt, envelope))))
    written.push({ id: outcome.id, file })
  }
  return written
}
