/** Judges of these tests that share nothing with the writer: the audit, receipts, consistency. */
import { openCheckpoint } from '../../../ledger/core/checkpoint.js'
import { verifyConsistency } from '../../../ledger/core/proof.js'
import { auditLog } from '../../../ledger/log/audit.js'
import type { Ledger } from '../../../ledger/log/ledger.js'
import { openMemoryStore } from '../../../ledger/store/memory.js'
import type { Site } from './site.js'
import { POLICY } from './site.js'
import { crypto, ORIGIN } from './statements.js'

/** What an audit of a closed ledger says. */
export async function audited(
  site: Site,
): Promise<{ readonly verdict: string; readonly findings: readonly string[] }> {
  const store = openMemoryStore(site.disk)
  try {
    const { verdict, findings } = await auditLog({
      origin: ORIGIN,
      store,
      head: site.head,
      policy: POLICY,
      crypto,
      workers: 0,
    })
    return { verdict, findings: findings.map(({ code, at, detail }) => `${code} ${at}: ${detail}`) }
  } finally {
    await store.close()
  }
}

/** Fails unless the ledger's head grew out of this older checkpoint. */
export function checkConsistent(older: string, ledger: Ledger): void {
  const one = openCheckpoint(older, POLICY, crypto).checkpoint
  const two = openCheckpoint(ledger.headCheckpoint(), POLICY, crypto).checkpoint
  const path = one.size === 0 ? [] : ledger.consistencyProof(one.size, two.size)
  verifyConsistency(one.size, two.size, path, one.root, two.root)
}
