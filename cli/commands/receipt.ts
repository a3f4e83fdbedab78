/**
 * `waybill receipt ID -o FILE`: fetches a receipt (or a whole lineage as a bundle), verifies it and
 * writes the file. `waybill receipt --upgrade FILE…`: replaces commit checkpoints by cosigned ones.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import { bundleJson, type Evidence } from '../../ledger/core/evidence.js'
import { encodeJcs } from '../../ledger/core/json.js'
import { RECEIPT_SUFFIX, receiptJson } from '../../ledger/core/receipt.js'
import { type Cli, type Job, withKey, withPolicy, withSource, withWait } from '../command.js'
import { evidenceJson, evidenceLines } from '../evidence-text.js'
import { STDIO, writeResult } from '../files.js'
import { parseIdPrefix } from '../identity.js'
import type { ExitCode } from '../io.js'
import { exitOf, judge } from '../judge.js'
import { ID_DIGITS } from '../output.js'
import { pendingReceipts } from '../pending.js'
import { verdictJson, verdictLines } from '../report-text.js'
import { withLedger } from '../source.js'
import { trustIn } from '../trust.js'
import {
  keptReceipt,
  upgradeAll,
  upgradeJson,
  upgradeLines,
  upgradeVerdict,
  type WaitFlag,
} from '../upgrading.js'

export function registerReceipt(program: Command, cli: Cli): void {
  withWait(withPolicy(withKey(withSource(program.command('receipt')))))
    .argument(
      '[id-or-files...]',
      'statement id (8 or more digits); with --upgrade, receipts, or none for all that wait',
    )
    .option('--upgrade', 'put receipts under a checkpoint that witnesses have cosigned')
    .option(
      '-o, --out <file>',
      `where it goes; - for stdout; the id and ${RECEIPT_SUFFIX} if left out`,
    )
    .option('--lineage', 'the statement with everything before it, as one bundle')
    .description('fetch, verify and keep the receipt of a statement')
    .action(cli.action(receipt))
}

type Flags = WaitFlag & {
  readonly out?: string
  readonly lineage?: boolean
  readonly upgrade?: boolean
}

function receipt(job: Job<Flags>, names: readonly string[]): Promise<ExitCode> {
  const { out, lineage, upgrade = false, wait } = job.flags
  if (upgrade) {
    if (out === undefined && lineage !== true) return upgradeNamed(job, names)
    throw new LedgerError('USAGE', { reason: '--upgrade replaces the receipts where they are' })
  }
  const [text, ...others] = names
  if (text === undefined || others.length > 0) {
    throw new LedgerError('USAGE', { reason: 'one statement id; or --upgrade and receipts' })
  }
  if (wait !== undefined) throw new LedgerError('USAGE', { reason: '--wait is for --upgrade' })
  return fetchReceipt(job, text)
}

/** The receipts in these files; of none, those that the state folder has for this ledger. */
function upgradeNamed(job: Job<Flags>, files: readonly string[]): Promise<ExitCode> {
  return withLedger(job, async (source) => {
    const trust = await trustIn(source, job)
    const { origin } = await source.info()
    const kept =
      files.length === 0
        ? await pendingReceipts(job, origin)
        : await Promise.all(files.map((file) => keptReceipt(file, job)))
    if (kept.length === 0)
      throw new LedgerError('NOTHING_TO_VERIFY', { reason: 'no receipt waits for witnesses' })
    const items = await upgradeAll(job, source, kept, trust)
    const verdict = upgradeVerdict(items)
    job.out.result({ items: items.map(upgradeJson), ...verdictJson(verdict) }, () => [
      ...upgradeLines(items, job),
      ...verdictLines(verdict, job.out),
    ])
    return exitOf(verdict)
  })
}

async function fetchReceipt(job: Job<Flags>, text: string): Promise<ExitCode> {
  const id = parseIdPrefix(text)
  const { lineage = false, out: path = defaultName(id, lineage) } = job.flags
  const judgement = await withLedger(job, async (source) => {
    const trust = await trustIn(source, job)
    const evidence = await (lineage ? source.lineage(id) : source.receipt(id))
    await writeResult(path, fileText(evidence, lineage), job.io)
    return judge(evidence, trust, job, source)
  })
  const lines = (): readonly string[] => [
    ...evidenceLines(judgement, job),
    ...verdictLines(judgement.verdict, job.out),
  ]
  if (path === STDIO) for (const line of lines()) job.out.note(line)
  else {
    job.out.result(
      { file: path, ...evidenceJson(judgement, job), ...verdictJson(judgement.verdict) },
      () => [`written to ${path}`, ...lines()],
    )
  }
  return exitOf(judgement.verdict)
}

/** The bytes of a receipt or bundle file: JCS, so that the same evidence gives the same file. */
function fileText(evidence: Evidence, lineage: boolean): string {
  return encodeJcs(lineage ? bundleJson(evidence) : receiptJson(evidence))
}

function defaultName(id: string, lineage: boolean): string {
  return `${id.slice(0, ID_DIGITS)}${lineage ? '.bundle.json' : RECEIPT_SUFFIX}`
}
