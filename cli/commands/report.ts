/**
 * `waybill report ID|FILE --html FILE`: a lineage judged, as a page to hand over; its findings as CSV
 * and SARIF. DESIGN 7.1.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import { type Cli, type Job, withKey, withPolicy, withSource } from '../command.js'
import { STDIO, writeResult } from '../files.js'
import type { ExitCode } from '../io.js'
import { judgeAlone } from '../judge.js'
import { judgeLineage, type LineageJudgement } from '../lineage-judge.js'
import { rulesVerdict } from '../lineage-text.js'
import { ID_DIGITS } from '../output.js'
import { exitOfBoth } from '../overall.js'
import {
  gathered,
  RECEIPTS_FLAG,
  RECEIPTS_WORDS,
  receiptsIn,
  underOneTree,
} from '../receipt-folder.js'
import { findingsCsv } from '../report/findings-csv.js'
import { pageOf } from '../report/page.js'
import type { ReportData } from '../report/report-data.js'
import { reportOf } from '../report/report-of.js'
import { sarifOf } from '../report/sarif.js'
import { verdictJson, verdictLines } from '../report-text.js'
import {
  failOnOf,
  type RulesAsked,
  type RulesFlags,
  rulesAsked,
  withRules,
} from '../rules-question.js'
import { withLedger } from '../source.js'
import { trustIn, trustInFile } from '../trust.js'
import { digestOf, nothingCarries, oneId, readWanted, type Wanted } from '../wanted.js'

export function registerReport(program: Command, cli: Cli): void {
  withRules(withPolicy(withKey(withSource(program.command('report')))))
    .argument(
      '<id-or-file>',
      'statement id (8 or more digits), or the file that came out; - for stdin',
    )
    .option(RECEIPTS_FLAG, RECEIPTS_WORDS)
    .option('--html <file>', 'one page that opens without a network and carries its evidence')
    .option('--csv <file>', 'the findings, for a spreadsheet')
    .option('--sarif <file>', 'the findings as SARIF 2.1.0, for machines')
    .description('judge a lineage and write a report to hand over')
    .action(cli.action(report))
}

type Flags = RulesFlags & {
  readonly receipts?: string
  readonly html?: string
  readonly csv?: string
  readonly sarif?: string
}

type Made = { readonly judged: LineageJudgement; readonly data: ReportData }

async function report(job: Job<Flags>, text: string): Promise<ExitCode> {
  const writers = writersOf(job.flags)
  const failOn = failOnOf(job.flags)
  const asked = await rulesAsked(job)
  const wanted = await readWanted(text, job)
  const { receipts } = job.flags
  const { judged, data } =
    receipts === undefined
      ? await fromLedger(wanted, asked, job)
      : await fromReceipts(receipts, wanted, { asked, job })
  job.out.progressDone()
  for (const { path, make } of writers) await writeResult(path, make(data), job.io)
  const { verdict } = judged
  const rules = rulesVerdict([judged])
  const written = writers.filter(({ path }) => path !== STDIO).map(({ path }) => path)
  if (written.length === writers.length) {
    job.out.result({ ...verdictJson(verdict, rules), written }, () => [
      ...written.map((path) => `written: ${path}`),
      ...verdictLines(verdict, job.out, rules),
    ])
  } else for (const line of verdictLines(verdict, job.out, rules)) job.out.note(line)
  return exitOfBoth(verdict, rules?.verdict, failOn)
}

function fromLedger(wanted: Wanted, asked: RulesAsked, job: Job): Promise<Made> {
  return withLedger(job, async (source) => {
    const trust = await trustIn(source, job)
    const id = await oneId(wanted, source)
    const evidence = await source.lineage(id)
    const context = { trust, job, source, digest: digestOf(wanted), asked }
    const judged = await judgeLineage([evidence], id, context)
    return { judged, data: reportOf(judged, evidence, job, digestOf(wanted)) }
  })
}

async function fromReceipts(
  place: string,
  wanted: Wanted,
  { asked, job }: { readonly asked: RulesAsked; readonly job: Job },
): Promise<Made> {
  const receipts = await receiptsIn(place, job)
  const ids = 'id' in wanted ? receipts.idsLike(wanted.id) : receipts.outcomesOf(wanted.digest)
  const [id, ...others] = ids
  if (id === undefined) throw nothingCarries(place)
  if (others.length > 0) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
  const trust = await trustInFile(receipts.checkpoint, job)
  const isSound = (evidence: Evidence): boolean => !judgeAlone(evidence, trust).startsWith('FAILED')
  const pieces = gathered(receipts.lineage(id, isSound))
  const [first, ...rest] = pieces
  if (first === undefined) throw nothingCarries(place)
  const evidence = rest.length === 0 ? first : underOneTree(pieces, isSound)
  if (evidence === undefined) {
    const bundle = `waybill receipt ${id.slice(0, ID_DIGITS)} --lineage -o FILE --server URL, then --receipts FILE`
    const reason = `these receipts stand under ${pieces.length} trees, and a report carries its evidence under one. Get all of it under one: ${bundle}; or give --server URL instead of --receipts. Where your policy asks for no witnesses, waybill receipt --upgrade FILES does it, too`
    throw new LedgerError('USAGE', { reason })
  }
  const context = { trust, job, source: undefined, digest: digestOf(wanted), asked }
  const judged = await judgeLineage([evidence], id, { ...context, searched: false })
  return { judged, data: reportOf(judged, evidence, job, digestOf(wanted)) }
}

type Writer = { readonly path: string; readonly make: (data: ReportData) => string }

/** @throws LedgerError USAGE when no form is asked for, or two for stdout */
function writersOf({ html, csv, sarif }: Flags): readonly Writer[] {
  const forms: readonly (readonly [string | undefined, Writer['make']])[] = [
    [html, pageOf],
    [csv, ({ findings }) => findingsCsv(findings)],
    [sarif, (data) => `${JSON.stringify(sarifOf(data), null, 2)}\n`],
  ]
  const writers = forms.flatMap(([path, make]) => (path === undefined ? [] : [{ path, make }]))
  if (writers.length === 0)
    throw new LedgerError('USAGE', { reason: 'one or more of --html, --csv and --sarif' })
  if (writers.filter(({ path }) => path === STDIO).length > 1)
    throw new LedgerError('USAGE', { reason: 'only one of them can go to stdout' })
  return writers
}
