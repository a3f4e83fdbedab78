/**
 * `waybill verify FILE…`: judges receipts, bundles, and the bundles inside reports, offline, with a
 * policy and nothing else.
 */
import type { Command } from 'commander'
import { equalBytes } from '../../ledger/core/bytes.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Finding, RecordVerdict } from '../../ledger/core/finding.js'
import { recordVerdict } from '../../ledger/core/finding.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { parseEvidence } from '../../ledger/core/receipt.js'
import { isSplitView } from '../../ledger/core/split-view.js'
import { type Cli, type Job, withPolicy, withSource } from '../command.js'
import { evidenceFiles, evidenceJsonIn, noteIgnored } from '../evidence-files.js'
import { evidenceJson, evidenceLines } from '../evidence-text.js'
import { failureJson, failureLine } from '../failure.js'
import { at, readText, STDIO } from '../files.js'
import type { ExitCode } from '../io.js'
import { exitOf, type Judgement, judge, worstVerdict } from '../judge.js'
import type { LedgerSource } from '../ledger-source.js'
import { clean } from '../output.js'
import type { PageCheck } from '../page-check.js'
import { isPage } from '../report/embedded.js'
import { checkPage } from '../report/made-again.js'
import { verdictJson, verdictLines } from '../report-text.js'
import { findAskedLedger } from '../source.js'
import {
  judgeSplitFile,
  keepSplit,
  splitViewLines,
  splitViewReportJson,
} from '../split-view-file.js'
import { trustInFile } from '../trust.js'

export function registerVerify(program: Command, cli: Cli): void {
  withPolicy(withSource(program.command('verify')))
    .argument(
      '[files...]',
      'receipts, bundles, reports, split-view evidence, or folders of them; - for stdin',
    )
    .description(
      'verify receipts, bundles and split-view evidence, offline unless a ledger is named by a flag',
    )
    .action(cli.action(verify))
}

/** One file that was read: what it is worth, and how to say so. */
type Judged = {
  readonly file: string
  readonly verdict: RecordVerdict
  readonly lines: () => readonly string[]
  readonly json: () => JsonObject
  /** Of a receipt or bundle. */
  readonly judgement?: Judgement
  /** Of a report. */
  readonly page?: PageCheck
}
type Unreadable = { readonly file: string; readonly error: LedgerError }

async function verify(job: Job, paths: readonly string[]): Promise<ExitCode> {
  const files = (await Promise.all(paths.map((path) => filesAt(path, job)))).flat()
  if (files.length === 0) throw new LedgerError('NOTHING_TO_VERIFY', { reason: nothingIn(paths) })
  const source = await findAskedLedger(job)
  const judged: Judged[] = []
  const unreadable: Unreadable[] = []
  try {
    for (const [position, file] of files.entries()) {
      job.out.progress(`${position} of ${files.length} files verified`)
      try {
        judged.push(await judgeFile(file, source, job))
      } catch (error) {
        if (files.length === 1 || !isAboutFile(error)) throw error
        unreadable.push({ file, error })
      }
    }
  } finally {
    await source?.close()
  }
  return print(await compareFiles(judged, job), unreadable, job)
}

async function judgeFile(
  file: string,
  source: LedgerSource | undefined,
  job: Job,
): Promise<Judged> {
  const text = await readText(file, job.io)
  const page = isPage(text) ? text : undefined
  const value = evidenceJsonIn(file, text)
  if (page === undefined && isSplitView(value)) return judgeSplit(file, value, source, job)
  const evidence = at(file, () => parseEvidence(value))
  const trust = await trustInFile(evidence.checkpoint, job)
  const judgement = await judge(evidence, trust, job, source)
  if (page === undefined) return receiptJudged(file, judgement, job)
  const checked = checkPage(page, evidence, trust, job)
  return receiptJudged(file, withFindings(judgement, checked.findings), job, checked)
}

function receiptJudged(file: string, judgement: Judgement, job: Job, page?: PageCheck): Judged {
  return {
    file,
    judgement,
    verdict: judgement.verdict,
    ...(page === undefined ? {} : { page }),
    lines: () => evidenceLines(judgement, job, page),
    json: () => evidenceJson(judgement, job, page),
  }
}

function withFindings(judgement: Judgement, more: readonly Finding[]): Judgement {
  const findings = [...more, ...judgement.findings]
  const verdict = recordVerdict(findings, judgement.report.statements.size)
  return { ...judgement, findings, verdict }
}

async function judgeSplit(
  file: string,
  value: Json,
  source: LedgerSource | undefined,
  job: Job,
): Promise<Judged> {
  const judged = await judgeSplitFile(file, value, source, job)
  return {
    file,
    verdict: judged.report.verdict,
    lines: () => splitViewLines(judged, job),
    json: () => splitViewReportJson(judged),
  }
}

/** Trust that is missing is missing for all; a damaged file is damaged alone. */
function isAboutFile(error: unknown): error is LedgerError {
  if (!(error instanceof LedgerError)) return false
  return ERRORS[error.code].exit !== 78
}

async function filesAt(path: string, job: Job): Promise<readonly string[]> {
  if (path === STDIO) return [path]
  const among = await evidenceFiles(path, job.io)
  noteIgnored(path, among, job)
  return among.files
}

function nothingIn(paths: readonly string[]): string {
  return paths.length === 0
    ? 'no file was given'
    : `no receipt, bundle or report in ${paths.map(clean).join(', ')}`
}

/** Two trusted checkpoints of one size with different roots are a split view, whichever came first. */
function compareFiles(judged: readonly Judged[], job: Job): Promise<readonly Judged[]> {
  const compared = judged.map(async (item): Promise<Judged> => {
    const { judgement } = item
    const other = judged.find((candidate) => contradicts(candidate.judgement, judgement))
    if (judgement === undefined || other?.judgement === undefined) return item
    const kept = await keepSplit([judgement.note, other.judgement.note], judgement, job)
    const finding: Finding = {
      severity: 'failed',
      code: 'CHECKPOINT_INCONSISTENT',
      at: 'checkpoint',
      detail: `${other.file} has another tree of the same size; both signed checkpoints are kept in ${kept}`,
      settle: 'the operator must explain; show that file to others who use this ledger',
    }
    return receiptJudged(item.file, withFindings(judgement, [finding]), job, item.page)
  })
  return Promise.all(compared)
}

function contradicts(a: Judgement | undefined, b: Judgement | undefined): boolean {
  const [one, two] = [a?.report.checkpoint, b?.report.checkpoint]
  if (one === undefined || two === undefined) return false
  return one.origin === two.origin && one.size === two.size && !equalBytes(one.root, two.root)
}

function print(judged: readonly Judged[], unreadable: readonly Unreadable[], job: Job): ExitCode {
  const verdict = worstVerdict([
    ...judged.map((item) => item.verdict),
    ...unreadable.map(() => 'FAILED' as const),
  ])
  job.out.result(
    {
      ...verdictJson(verdict),
      files: [
        ...judged.map(({ file, json }) => ({ file, ...json() })),
        ...unreadable.map(({ file, error }) => ({ file, ...failureJson(error) })),
      ],
    },
    () => [
      ...judged.flatMap(({ file, verdict: own, lines }) => [
        job.out.paint('strong', clean(file)),
        ...lines(),
        ...(judged.length + unreadable.length > 1 ? [`Record of this file: ${own}`, ''] : []),
      ]),
      ...unreadable.map(({ file, error }) => `${clean(file)}: ${failureLine(error)}`),
      ...verdictLines(verdict, job.out),
    ],
  )
  const [broken] = unreadable
  const onlyBroken = judged.every((item) => !item.verdict.startsWith('FAILED'))
  return broken !== undefined && onlyBroken ? ERRORS[broken.error.code].exit : exitOf(verdict)
}
