/**
 * Upgrading receipts: those in files, those that wait in the state folder, those just written.
 * Used by `receipt --upgrade`, `submit` and `countersign`.
 */
import { bestCrypto, hasQuorum, type Upgrade, upgradeReceipt } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { findingOf, type RecordVerdict } from '../ledger/core/finding.js'
import { encodeJcs, type JsonObject } from '../ledger/core/json.js'
import { NO_QUORUM } from '../ledger/core/quorum.js'
import { parseReceipt, receiptJson } from '../ledger/core/receipt.js'
import { statementId } from '../ledger/core/statement.js'
import type { Job } from './command.js'
import { failureLine } from './failure.js'
import { at, readJson, replaceOut } from './files.js'
import { memoryContext, warnOfSplit, worstVerdict } from './judge.js'
import type { LedgerSource } from './ledger-source.js'
import { clean } from './output.js'
import { dropPending, type KeptReceipt, keepPending, pendingIds } from './pending.js'
import { countOf, findingJson, findingLines } from './report-text.js'
import { knownTrust, type Trust, trustIn } from './trust.js'

/** Flag of commands that keep receipts: `--wait`, or `--wait SECONDS`. */
export type WaitFlag = { readonly wait?: number | true }

/** What became of one receipt. */
export type Upgraded = KeptReceipt & {
  readonly outcome: Upgrade | { readonly kind: 'failed'; readonly error: LedgerError }
}

const WAIT_DEFAULT_S = 60
/** Published checkpoints come at most once a second. */
const ASK_EVERY_MS = 500

/** The receipt in a file. */
export async function keptReceipt(file: string, job: Job): Promise<KeptReceipt> {
  const value = await readJson(file, job.io)
  const receipt = at(file, () => parseReceipt(value))
  const [statement] = receipt.statements
  if (statement === undefined) throw new LedgerError('RECEIPT_MALFORMED', { file })
  const id = statementId(statement.envelope.payloadBytes, bestCrypto().sha256)
  return { id, file, receipt }
}

/**
 * Upgrades receipts in their files, waiting for the ledger and its witnesses as long as `wait` says.
 * What is not upgraded in time is kept in the state folder.
 */
export async function upgradeAll(
  job: Job<WaitFlag>,
  source: LedgerSource,
  receipts: readonly KeptReceipt[],
  trust: Trust,
): Promise<readonly Upgraded[]> {
  const deadline = Date.now() + waitMs(job.flags)
  const done = new Map<string, Upgraded>()
  let rest = receipts
  for (;;) {
    for (const kept of rest) {
      done.set(kept.file, { ...kept, outcome: await upgradeOne(job, source, kept, trust) })
      job.out.progress(`${done.size} of ${receipts.length} receipts looked at`)
    }
    rest = rest.filter(({ file }) => done.get(file)?.outcome.kind === 'waiting')
    if (rest.length === 0 || Date.now() >= deadline) break
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
  const { origin } = await source.info()
  for (const kept of rest) await keepPending(job, origin, kept)
  return [...done.values()]
}

/**
 * After receipts were written: those that witnesses have still to cosign are kept for later, or with
 * `--wait` upgraded now. Answers what was upgraded or not; nothing where nothing was to be done.
 */
export async function followReceipts(
  job: Job<WaitFlag>,
  source: LedgerSource,
  written: readonly { readonly id: string; readonly file: string }[],
): Promise<readonly Upgraded[]> {
  if (written.length === 0) return []
  const { origin } = await source.info()
  const wait = job.flags.wait !== undefined
  const trust = wait ? await trustIn(source, job) : await knownTrust(origin, job)
  if (trust === undefined || (!wait && trust.policy.quorum === NO_QUORUM)) return []
  const context = memoryContext(trust, job)
  const bare: KeptReceipt[] = []
  for (const { file } of written) {
    const kept = await keptReceipt(file, job)
    if (wait || !hasQuorum(kept.receipt.checkpoint, context)) bare.push(kept)
  }
  if (wait) return upgradeAll(job, source, bare, trust)
  for (const kept of bare) await keepPending(job, origin, kept)
  return []
}

/** Tells how many receipts wait, and how to go on. */
export async function notePending(job: Job, source: LedgerSource): Promise<void> {
  const { origin } = await source.info()
  const { length } = await pendingIds(job, origin)
  if (length === 0) return
  job.out.note(
    `${countOf(length, 'receipt')} still to be cosigned by witnesses: waybill receipt --upgrade`,
  )
}

/** One verdict for all; what waits is INCOMPLETE. */
export function upgradeVerdict(items: readonly Upgraded[]): RecordVerdict {
  return worstVerdict(
    items.map(({ outcome }): RecordVerdict => {
      if (outcome.kind === 'waiting') return 'INCOMPLETE'
      return outcome.kind === 'failed' ? 'FAILED' : outcome.judged.verdict
    }),
  )
}

export function upgradeLines(items: readonly Upgraded[], job: Job): readonly string[] {
  return items.flatMap(({ file, outcome }) => {
    const name = clean(file)
    if (outcome.kind === 'waiting') return [`${name}: not upgraded: ${clean(outcome.reason)}`]
    if (outcome.kind === 'failed') return [`${name}: not upgraded: ${failureLine(outcome.error)}`]
    const size = outcome.judged.report.checkpoint?.size
    if (outcome.kind === 'upgraded') return [`${name}: upgraded, now under tree size ${size}`]
    if (outcome.kind === 'current')
      return [`${name}: has the cosignatures that the policy asks for`]
    return [`${name}: REFUSED`, ...findingLines(outcome.judged.findings, job.out)]
  })
}

export function upgradeJson({ file, id, outcome }: Upgraded): JsonObject {
  const status = outcome.kind
  if (outcome.kind === 'waiting') return { file, id, status, reason: outcome.reason }
  if (outcome.kind === 'failed') {
    return { file, id, status, findings: [findingJson(findingOf(outcome.error, { at: 'file' }))] }
  }
  const { report, findings, verdict } = outcome.judged
  const size = report.checkpoint?.size ?? null
  return { file, id, status, record: verdict, size, findings: findings.map(findingJson) }
}

async function upgradeOne(
  job: Job,
  source: LedgerSource,
  { id, file, receipt }: KeptReceipt,
  trust: Trust,
): Promise<Upgraded['outcome']> {
  try {
    const outcome = await upgradeReceipt(receipt, { ...memoryContext(trust, job), source })
    if (outcome.kind === 'refused') warnOfSplit(outcome.judged, job)
    if (outcome.kind === 'upgraded') {
      await replaceOut(file, encodeJcs(receiptJson(outcome.evidence)))
    }
    const { origin } = await source.info()
    if (outcome.kind === 'upgraded' || outcome.kind === 'current')
      await dropPending(job, origin, id)
    return outcome
  } catch (error) {
    if (error instanceof LedgerError && isAboutReceipt(error)) return { kind: 'failed', error }
    throw error
  }
}

/** One receipt that cannot be had or written does not stand in the way of others; no ledger does. */
function isAboutReceipt({ code }: LedgerError): boolean {
  return (
    ['STATEMENT_NOT_FOUND', 'INPUT_NOT_FOUND', 'INPUT_IO', 'RECEIPT_MALFORMED'] as string[]
  ).includes(code)
}

function waitMs({ wait }: WaitFlag): number {
  if (wait === undefined) return 0
  return (wait === true ? WAIT_DEFAULT_S : wait) * 1000
}
