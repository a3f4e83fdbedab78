/** Reading roads: restart, audit, proofs, lineage. Each opens the ledger that ingest has filled. */
import {
  auditLedgerFolder,
  bestCrypto,
  ed25519NoteKey,
  type Ledger,
  lineageOf,
  openLedgerFolder,
  policyOfLogs,
  type StatementId,
  verifyEvidence,
} from '../ledger/index.js'
import { type Bench, makeChain, ORIGIN } from './fixtures.js'
import { startServer, stop } from './ingest.js'

/** Until the server of a filled ledger answers that it can be written to, process start included. */
export async function measureRestart(bench: Bench): Promise<{ readonly restart_ms: number }> {
  const start = performance.now()
  const server = await startServer(bench.folder)
  while (!(await fetch(`${server.url}/readyz`)).ok) await new Promise((wake) => setTimeout(wake, 5))
  const restart = performance.now() - start
  await stop(server.child)
  return { restart_ms: Math.round(restart) }
}

/** Full audit of the filled ledger, entries per second. */
export async function measureAudit(
  bench: Bench,
  cores: number,
): Promise<{ readonly audit_per_s: number }> {
  const start = performance.now()
  const report = await auditLedgerFolder(bench.folder, { workers: cores })
  if (report.verdict !== 'VERIFIED') {
    throw new Error(
      `the audit says ${report.verdict}: ${JSON.stringify(report.findings.slice(0, 5))}`,
    )
  }
  return { audit_per_s: Math.round((report.checked.entries / (performance.now() - start)) * 1_000) }
}

/** Inclusion proofs of random entries at the head, built per second. */
export function measureProofs(bench: Bench): Promise<{ readonly inclusion_per_s: number }> {
  return withLedger(bench, (ledger) => {
    const { size } = ledger
    const proofs = 20_000
    const start = performance.now()
    for (let count = 0; count < proofs; count += 1) {
      ledger.inclusionProof(Math.floor(Math.random() * size), size)
    }
    return { inclusion_per_s: perSecond(proofs, start) }
  })
}

const CHAIN = 2_000
const WALKS = 50

/** A chain of processings: the index walk alone, then the lineage fetched, verified and judged for custody. */
export function measureLineage(
  bench: Bench,
): Promise<{ readonly lineage_nodes_per_s: number; readonly lineage_verified_per_s: number }> {
  return withLedger(bench, async (ledger) => {
    const last = await makeChain(ledger, bench, CHAIN)
    const walkStart = performance.now()
    let nodes = 0
    for (let walk = 0; walk < WALKS; walk += 1) nodes += ledger.lineageIndexes(last).length
    const walked = perSecond(nodes, walkStart)
    const start = performance.now()
    const verified = verifyChain(ledger, last)
    return { lineage_nodes_per_s: walked, lineage_verified_per_s: perSecond(verified, start) }
  })
}

function verifyChain(ledger: Ledger, last: StatementId): number {
  const evidence = ledger.evidence(ledger.lineageIds(last))
  const policy = policyOfLogs(ed25519NoteKey(ORIGIN, ledger.logKey))
  const report = verifyEvidence(evidence, { policy, crypto: bestCrypto() })
  const root = report.statements.get(last)
  if (report.verdict !== 'VERIFIED' || root === undefined)
    throw new Error(`lineage: ${report.verdict}`)
  return lineageOf(root, (id) => report.statements.get(id)).nodes.size
}

async function withLedger<T>(bench: Bench, work: (ledger: Ledger) => T | Promise<T>): Promise<T> {
  const { ledger } = await openLedgerFolder(bench.folder, { workers: 0 })
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}

function perSecond(count: number, start: number): number {
  return Math.round((count / (performance.now() - start)) * 1_000)
}
