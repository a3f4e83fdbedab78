/**
 * The client of a ledger's server: build, sign, submit, countersign, fetch and verify.
 *
 * Ten lines log a transfer and keep the proof:
 *
 *     import { openClient, readKeyFile, signerFromPem } from 'waybill/client'
 *
 *     const signer = signerFromPem(await readKeyFile('acme.pem'))
 *     const client = openClient({ server: 'https://ledger.example', apiSigner: signer })
 *     const envelope = await client.buildAndSign(
 *       { type: 'transfer/1', parents: [{ id, n: 1 }], claims: { exporter, importer, route, … } },
 *       'exporter', signer)
 *     const { id } = await client.submit(envelope)            // waits for the importer
 *     // at the importer: for (const item of (await theirs.inbox()).items) await theirs.countersign(item, key)
 *     const receipt = await client.receipt(id)                // once both have signed
 *     const report = client.verify(receipt, parsePolicy(policyText))   // report.verdict === 'VERIFIED'
 *
 * A client holds no connection and no state but the origin it asked for; nothing needs closing.
 */
import type { Evidence } from '../ledger/core/evidence.js'
import type { Policy } from '../ledger/core/policy.js'
import { type EvidenceReport, verifyEvidence } from '../ledger/core/verify.js'
import { type ClientOptions, callsOf } from './calls.js'
import { type CheckpointMemory, judgeRemembered, type RememberedReport } from './memory.js'
import { type Reader, readerOf } from './reading.js'
import { type Writer, writerOf } from './writing.js'

export type Client = Reader &
  Writer & {
    /** Judges a receipt or lineage with your policy; never throws for bad evidence. */
    readonly verify: (evidence: Evidence, policy: Policy) => EvidenceReport
    /**
     * As `verify`; its checkpoint is also held against the last one seen of that ledger, and this
     * server must prove that one continues the other. Remembers it, or keeps evidence.
     */
    readonly verifyRemembered: (
      evidence: Evidence,
      policy: Policy,
      memory: CheckpointMemory,
    ) => Promise<RememberedReport>
  }

/**
 * A client for one server. Makes no call yet.
 *
 * Every method rejects with LedgerError: the server's own codes, SERVER_UNAVAILABLE when it does not
 * answer, SERVER_ANSWER_INVALID when the answer is not as documented.
 *
 * @throws LedgerError CONFIG_INVALID when the address is none
 */
export function openClient(options: ClientOptions): Client {
  const calls = callsOf(options)
  const reader = readerOf(calls)
  return {
    ...reader,
    ...writerOf(calls, reader),
    verify: (evidence, policy) => verifyEvidence(evidence, { policy, crypto: calls.crypto }),
    verifyRemembered: (evidence, policy, memory) =>
      judgeRemembered(evidence, {
        memory,
        policy,
        crypto: calls.crypto,
        now: calls.now,
        source: reader,
      }),
  }
}
