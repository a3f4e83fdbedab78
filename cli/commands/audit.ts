/**
 * `waybill audit --dir FOLDER`: reads the whole log again and believes nothing. DESIGN 6, 7.1.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import { type AuditReport, auditLedgerFolder, readLedgerConfig } from '../../ledger/index.js'
import { type NotChecked, signatureLines, signaturesJson } from '../checkpoint-text.js'
import { type Cli, type Job, wholeNumber, withPolicy } from '../command.js'
import { setting } from '../config.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import { clean, type Output, span, utc } from '../output.js'
import {
  countOf,
  findingJson,
  findingLines,
  notCheckedJson,
  notCheckedLines,
  verdictJson,
  verdictLines,
} from '../report-text.js'
import { knownTrust, policyWords, type Trust } from '../trust.js'

export function registerAudit(program: Command, cli: Cli): void {
  withPolicy(program.command('audit'))
    .option('--dir <ledger>', "the ledger's folder; no server may be running on it")
    .option('--workers <number>', 'threads; one per core if left out', wholeNumber(0, 64))
    .description('verify a whole log again: every entry, signature, key, parent and record')
    .action(cli.action(audit))
}

type Flags = { readonly workers?: number }

async function audit(job: Job<Flags>): Promise<ExitCode> {
  const folder = setting(job.settings, 'dir')
  if (folder === undefined)
    throw new LedgerError('USAGE', { reason: 'which ledger? give --dir FOLDER' })
  const { origin } = await readLedgerConfig(folder)
  const trust = await knownTrust(origin, job)
  const started = job.io.now()
  const report = await auditLedgerFolder(folder, {
    ...(job.flags.workers === undefined ? {} : { workers: job.flags.workers }),
    ...(trust === undefined ? {} : { policy: trust.policy }),
    onProgress: ({ done, total }) =>
      job.out.progress(progressText(done, total, (job.io.now() - started) / 1000)),
  })
  const seconds = (job.io.now() - started) / 1000
  const items = notChecked(report, trust)
  job.out.result(reportJson(report, trust, { folder, seconds, items }), () => [
    `audit of ${clean(report.origin)} in ${clean(folder)}`,
    '',
    ...findingLines(report.findings, job.out),
    ...checkedLines(report, trust, seconds),
    '',
    ...notCheckedLines(items),
    ...verdictLines(report.verdict, job.out),
  ])
  return exitOf(report.verdict)
}

function progressText(done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? `, ${span((total - done) / rate)} left` : ''
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total)
  return `${done} of ${total} entries (${percent}%), ${Math.round(rate)} per second${left}`
}

function checkedLines(
  report: AuditReport,
  trust: Trust | undefined,
  seconds: number,
): readonly string[] {
  const { checked, checkpoint, headTime } = report
  const time = headTime === undefined ? '' : `, last entry ${utc(headTime)}`
  const rate = seconds > 0 ? ` (${Math.round(checked.entries / seconds)} per second)` : ''
  return [
    'Checked',
    ...(checkpoint === undefined
      ? ['  no checkpoint that can be trusted']
      : [`  checkpoint of ${clean(checkpoint.origin)} at tree size ${checkpoint.size}${time}`]),
    ...signatureLines(report),
    `    trusted by ${trustWords(trust)}`,
    `  ${countOf(checked.entries, 'entry')}${rate}: chain, tree, times, registry map, uniqueness, parents, custody, deadlines`,
    `  ${countOf(checked.signatures, 'signature')} of ${countOf(checked.parties, 'party')}, each with a key that was active at its entry`,
    `  ${countOf(checked.derivedRecords, 'derived record')} made again and compared; ${countOf(checked.proposals, 'waiting proposal')} against the signed inbox`,
  ]
}

function trustWords(trust: Trust | undefined): string {
  return trust === undefined
    ? "the folder's own log key: no policy was given"
    : clean(policyWords(trust))
}

function notChecked({ checkpoint }: AuditReport, trust: Trust | undefined): readonly NotChecked[] {
  if (checkpoint === undefined) return []
  return [
    ...(trust?.basis === 'given'
      ? []
      : [
          {
            what: "that the log's key is the operator's: it comes from the ledger itself",
            settle: 'the operator, by another way: then --policy FILE',
          },
        ]),
    {
      what: 'that everybody is shown this history: the folder could be one of two',
      settle: 'whoever holds a receipt or an older checkpoint: waybill verify FILE --dir FOLDER',
    },
    {
      what: 'claims that the ledger checked and did not keep (holder-kept)',
      settle: 'the parties that signed them',
    },
    {
      what: 'that the words are true: two sides can record a fiction together',
      settle: 'samples, volumes, third parties; no ledger can',
    },
    {
      what: 'the rules (purposes, limits, legal bases): this version judges the record only',
      settle: 'a later version of Waybill',
    },
  ]
}

function reportJson(
  report: AuditReport,
  trust: Trust | undefined,
  run: { readonly folder: string; readonly seconds: number; readonly items: readonly NotChecked[] },
): Parameters<Output['result']>[0] {
  const { checkpoint, headTime, checked, findings, origin, verdict } = report
  return {
    ...verdictJson(verdict),
    origin,
    folder: run.folder,
    seconds: run.seconds,
    checkpoint: checkpoint === undefined ? null : { size: checkpoint.size, time: headTime ?? null },
    ...signaturesJson(report),
    policy:
      trust === undefined
        ? { path: null, basis: 'own key' }
        : { path: trust.path, basis: trust.basis },
    checked: { ...checked },
    findings: findings.map(findingJson),
    not_checked: notCheckedJson(run.items),
  }
}
