/**
 * `waybill receipt ID -o FILE`: fetches a receipt (or a whole lineage as a bundle), verifies it and
 * writes the file.
 */
import type { Command } from 'commander'
import { bundleJson, type Evidence } from '../../ledger/core/evidence.js'
import { encodeJcs } from '../../ledger/core/json.js'
import { RECEIPT_SUFFIX, receiptJson } from '../../ledger/core/receipt.js'
import { type Cli, type Job, withKey, withPolicy, withSource } from '../command.js'
import { evidenceJson, evidenceLines } from '../evidence-text.js'
import { STDIO, writeResult } from '../files.js'
import { parseIdPrefix } from '../identity.js'
import type { ExitCode } from '../io.js'
import { exitOf, judge } from '../judge.js'
import { ID_DIGITS } from '../output.js'
import { verdictJson, verdictLines } from '../report-text.js'
import { withLedger } from '../source.js'
import { trustIn } from '../trust.js'

export function registerReceipt(program: Command, cli: Cli): void {
  withPolicy(withKey(withSource(program.command('receipt'))))
    .argument('<id>', 'statement id, or its first 8 or more digits')
    .option(
      '-o, --out <file>',
      `where it goes; - for stdout; the id and ${RECEIPT_SUFFIX} if left out`,
    )
    .option('--lineage', 'the statement with everything before it, as one bundle')
    .description('fetch, verify and keep the receipt of a statement')
    .action(cli.action(receipt))
}

type Flags = { readonly out?: string; readonly lineage?: boolean }

async function receipt(job: Job<Flags>, text: string): Promise<ExitCode> {
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
