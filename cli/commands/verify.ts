/**
 * `waybill verify FILE…`: judges receipts and bundles offline, with a policy and nothing else.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { equalBytes } from '../../ledger/core/bytes.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Finding } from '../../ledger/core/finding.js'
import { recordVerdict } from '../../ledger/core/finding.js'
import { parseEvidence } from '../../ledger/core/receipt.js'
import { type Cli, type Job, withPolicy, withSource } from '../command.js'
import { evidenceJson, evidenceLines } from '../evidence-text.js'
import { failureJson, failureLine } from '../failure.js'
import { at, fileError, readJson, STDIO } from '../files.js'
import type { ExitCode } from '../io.js'
import { exitOf, type Judgement, judge, worstVerdict } from '../judge.js'
import type { LedgerSource } from '../ledger-source.js'
import { clean } from '../output.js'
import { receiptNames } from '../receipt-folder.js'
import { verdictJson, verdictLines } from '../report-text.js'
import { findAskedLedger } from '../source.js'
import { trustInFile } from '../trust.js'

export function registerVerify(program: Command, cli: Cli): void {
  withPolicy(withSource(program.command('verify')))
    .argument('[files...]', 'receipts and bundles, or folders of them; - for stdin')
    .description('verify receipts and bundles, offline unless a ledger is named by a flag')
    .action(cli.action(verify))
}

type Judged = { readonly file: string; readonly judgement: Judgement }
type Unreadable = { readonly file: string; readonly error: LedgerError }

async function verify(job: Job, paths: readonly string[]): Promise<ExitCode> {
  const files = (await Promise.all(paths.map(filesAt))).flat()
  if (files.length === 0)
    throw new LedgerError('NOTHING_TO_VERIFY', { reason: 'no file was given' })
  const source = await findAskedLedger(job)
  const judged: Judged[] = []
  const unreadable: Unreadable[] = []
  try {
    for (const [position, file] of files.entries()) {
      job.out.progress(`${position} of ${files.length} files verified`)
      try {
        judged.push({ file, judgement: await judgeFile(file, source, job) })
      } catch (error) {
        if (files.length === 1 || !isAboutFile(error)) throw error
        unreadable.push({ file, error })
      }
    }
  } finally {
    await source?.close()
  }
  return print(compareFiles(judged), unreadable, job)
}

async function judgeFile(
  file: string,
  source: LedgerSource | undefined,
  job: Job,
): Promise<Judgement> {
  const value = await readJson(file, job.io)
  const evidence = at(file, () => parseEvidence(value))
  const trust = await trustInFile(evidence.checkpoint, job)
  return judge(evidence, trust, job, source?.consistencyProof)
}

/** Trust that is missing is missing for all; a damaged file is damaged alone. */
function isAboutFile(error: unknown): error is LedgerError {
  if (!(error instanceof LedgerError)) return false
  return ERRORS[error.code].exit !== 78
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (path === STDIO) return [path]
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    return (await receiptNames(path)).map((name) => join(path, name))
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Two trusted checkpoints of one size with different roots are a split view, whichever came first. */
function compareFiles(judged: readonly Judged[]): readonly Judged[] {
  return judged.map((item) => {
    const other = judged.find((candidate) => contradicts(candidate.judgement, item.judgement))
    if (other === undefined) return item
    const finding: Finding = {
      severity: 'failed',
      code: 'CHECKPOINT_INCONSISTENT',
      at: 'checkpoint',
      detail: `${other.file} has another tree of the same size`,
      settle: 'the operator must explain; keep both files',
    }
    const findings = [finding, ...item.judgement.findings]
    const verdict = recordVerdict(findings, item.judgement.report.statements.size)
    return { ...item, judgement: { ...item.judgement, findings, verdict } }
  })
}

function contradicts({ report: a }: Judgement, { report: b }: Judgement): boolean {
  const [one, two] = [a.checkpoint, b.checkpoint]
  if (one === undefined || two === undefined) return false
  return one.origin === two.origin && one.size === two.size && !equalBytes(one.root, two.root)
}

function print(judged: readonly Judged[], unreadable: readonly Unreadable[], job: Job): ExitCode {
  const verdict = worstVerdict([
    ...judged.map(({ judgement }) => judgement.verdict),
    ...unreadable.map(() => 'FAILED' as const),
  ])
  job.out.result(
    {
      ...verdictJson(verdict),
      files: [
        ...judged.map(({ file, judgement }) => ({ file, ...evidenceJson(judgement, job) })),
        ...unreadable.map(({ file, error }) => ({ file, ...failureJson(error) })),
      ],
    },
    () => [
      ...judged.flatMap(({ file, judgement }) => [
        job.out.paint('strong', clean(file)),
        ...evidenceLines(judgement, job),
        ...(judged.length + unreadable.length > 1
          ? [`Record of this file: ${judgement.verdict}`, '']
          : []),
      ]),
      ...unreadable.map(({ file, error }) => `${clean(file)}: ${failureLine(error)}`),
      ...verdictLines(verdict, job.out),
    ],
  )
  const [broken] = unreadable
  const onlyBroken = judged.every(({ judgement }) => !judgement.verdict.startsWith('FAILED'))
  return broken !== undefined && onlyBroken ? ERRORS[broken.error.code].exit : exitOf(verdict)
}
