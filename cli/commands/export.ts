/**
 * `waybill export bundle ID|FILE -o FILE`: a whole lineage in one file that verifies offline.
 *
 * The file is the JCS form of the evidence: under one checkpoint, the same lineage gives the same bytes.
 */
import type { Command } from 'commander'
import { bundleJson } from '../../ledger/core/evidence.js'
import { encodeJcs } from '../../ledger/core/json.js'
import { type Cli, type Job, withKey, withPolicy, withSource } from '../command.js'
import { BUNDLE_SUFFIX } from '../evidence-files.js'
import { STDIO, writeResult } from '../files.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import { judgeLineage } from '../lineage-judge.js'
import { lineageJson, lineageLines, rulesVerdict } from '../lineage-text.js'
import { ID_DIGITS } from '../output.js'
import { verdictJson, verdictLines } from '../report-text.js'
import { withLedger } from '../source.js'
import { trustIn } from '../trust.js'
import { digestOf, oneId, readWanted } from '../wanted.js'

export function registerExport(program: Command, cli: Cli): void {
  const group = program
    .command('export')
    .description('take what a ledger holds along, in files that verify offline')
  withPolicy(withKey(withSource(group.command('bundle'))))
    .argument(
      '<id-or-file>',
      'statement id (8 or more digits), or the file that came out; - for stdin',
    )
    .option(
      '-o, --out <file>',
      `where it goes; - for stdout; the id and ${BUNDLE_SUFFIX} if left out`,
    )
    .description('a statement and everything before it, under one checkpoint')
    .action(cli.action(exportBundle))
}

type Flags = { readonly out?: string }

async function exportBundle(job: Job<Flags>, text: string): Promise<ExitCode> {
  const wanted = await readWanted(text, job)
  const { path, judgement } = await withLedger(job, async (source) => {
    const trust = await trustIn(source, job)
    const id = await oneId(wanted, source)
    const evidence = await source.lineage(id)
    const out = job.flags.out ?? `${id.slice(0, ID_DIGITS)}${BUNDLE_SUFFIX}`
    // Also where it does not verify: then the file is what shows it.
    await writeResult(out, encodeJcs(bundleJson(evidence)), job.io)
    const judged = await judgeLineage([evidence], id, {
      trust,
      job,
      source,
      digest: digestOf(wanted),
    })
    return { path: out, judgement: judged }
  })
  const { verdict } = judgement
  const rules = rulesVerdict([judgement])
  const lines = (): readonly string[] => [
    ...lineageLines(judgement, job),
    ...verdictLines(verdict, job.out, rules),
  ]
  if (path === STDIO) for (const line of lines()) job.out.note(line)
  else {
    job.out.result(
      { file: path, ...lineageJson(judgement, job), ...verdictJson(verdict, rules) },
      () => [`written to ${path}`, ...lines()],
    )
  }
  // The file is written and verifies: what rules say of what is in it is no fault of the export.
  return exitOf(verdict)
}
