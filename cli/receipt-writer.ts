/**
 * Keeps receipts of what was submitted: one file per statement, named by its id.
 *
 * A receipt gets the disclosures that we hold, also those that the ledger checks and does not keep
 * (DESIGN 4.1 "holder-kept"): the file is then all that its holder needs.
 */
import { join } from 'node:path'
import type { BulkOutcome } from '../client/index.js'
import type { Envelope } from '../ledger/core/envelope.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { encodeJcs } from '../ledger/core/json.js'
import { RECEIPT_SUFFIX, receiptJson } from '../ledger/core/receipt.js'
import { makeFolder, writeOut } from './files.js'
import type { LedgerSource } from './ledger-source.js'

export type Submitted = { readonly outcome: BulkOutcome; readonly envelope: Envelope }

/** Writes a receipt for each statement that is in the log; answers how many. */
export async function writeReceipts(
  folder: string,
  submitted: readonly Submitted[],
  source: LedgerSource,
): Promise<number> {
  await makeFolder(folder)
  let written = 0
  for (const { outcome, envelope } of submitted) {
    if (outcome.status !== 'admitted' && outcome.status !== 'existing') continue
    // Bulk answers carry none. Submitting again is harmless and answers with the receipt.
    const again = outcome.receipt === undefined ? await source.submit(envelope) : outcome
    const receipt = again.status === 'waiting' ? undefined : again.receipt
    if (receipt === undefined) continue
    await writeFileOf(join(folder, `${outcome.id}${RECEIPT_SUFFIX}`), withOurs(receipt, envelope))
    written += 1
  }
  return written
}

async function writeFileOf(path: string, evidence: Evidence): Promise<void> {
  await writeOut(path, encodeJcs(receiptJson(evidence)))
}

function withOurs(receipt: Evidence, { payload, disclosures }: Envelope): Evidence {
  const statements = receipt.statements.map((item) =>
    item.envelope.payload === payload
      ? { ...item, envelope: { ...item.envelope, disclosures } }
      : item,
  )
  return { ...receipt, statements }
}
