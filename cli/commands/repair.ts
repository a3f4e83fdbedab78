/**
 * `waybill repair --dir LEDGER --from MIRROR|RECEIPT|BUNDLE…`: puts back what a ledger has lost.
 * DESIGN 9; docs/operator.md.
 */
import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import { parseEvidence } from '../../ledger/core/receipt.js'
import { type RepairOutcome, repairLedgerFolder } from '../../ledger/index.js'
import { type Cli, type Job, wholeNumber } from '../command.js'
import { setting } from '../config.js'
import { at, readJson } from '../files.js'
import type { ExitCode } from '../io.js'
import { splitWarning } from '../judge.js'
import { clean, shortId } from '../output.js'
import { givenPolicyFile } from '../policy-file.js'
import { countOf, findingJson, findingLines, verdictJson, verdictLines } from '../report-text.js'
import { personalMemory } from '../state-folder.js'

export function registerRepair(program: Command, cli: Cli): void {
  program
    .command('repair')
    .option('--dir <ledger>', "the ledger's folder; no server may be running on it")
    .option(
      '--from <path...>',
      'mirrors (folders), receipts and bundles (files) to take parts from',
    )
    .option('--policy <file>', "the log's keys, for a copy without keys/")
    .option(
      '--workers <number>',
      'threads of the audit; one per core if left out',
      wholeNumber(0, 64),
    )
    .description('put back lost or damaged entries, statements and records, by their hashes')
    .action(cli.action(repair))
}

type Flags = { readonly from?: readonly string[]; readonly workers?: number }

async function repair(job: Job<Flags>): Promise<ExitCode> {
  const folder = setting(job.settings, 'dir')
  if (folder === undefined)
    throw new LedgerError('USAGE', { reason: 'which ledger? give --dir FOLDER' })
  const { from = [], workers } = job.flags
  const mirrors = from.filter(isFolder)
  const policy = (await givenPolicyFile(job))?.policy
  const outcome = await repairLedgerFolder({
    folder,
    mirrors,
    evidence: await readEvidence(
      from.filter((path) => !isFolder(path)),
      job,
    ),
    stamp: stampOf(job),
    ...(policy === undefined ? {} : { policy }),
    ...(workers === undefined ? {} : { workers }),
    onProgress: (step, { done, total }) => job.out.progress(`${step}: ${done} of ${total} entries`),
  })
  job.out.progressDone()
  return tell(outcome, folder, job)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    // Whatever it is, reading it as a file says what is wrong.
    return false
  }
}

function readEvidence(files: readonly string[], { io }: Job): Promise<readonly Evidence[]> {
  return Promise.all(
    files.map(async (path) => {
      const json = await readJson(path, io)
      return at(path, () => parseEvidence(json))
    }),
  )
}

function stampOf({ io }: Job): string {
  return new Date(io.now()).toISOString().replaceAll(/[:.]/g, '-')
}

function tell(outcome: RepairOutcome, folder: string, job: Job): ExitCode | Promise<ExitCode> {
  switch (outcome.kind) {
    case 'sound':
      job.out.result({ outcome: 'sound', folder, ...verdictJson(outcome.report.verdict) }, () => [
        'nothing to repair: the ledger passes the audit as it is, and no mirror has seen more',
        '',
        ...verdictLines(outcome.report.verdict, job.out),
      ])
      return 0
    case 'split':
      return tellSplit(outcome, folder, job)
    case 'failed':
      job.out.result(
        { outcome: 'failed', folder, findings: outcome.report.findings.map(findingJson) },
        () => [
          ...findingLines(outcome.report.findings, job.out),
          'NOT repaired: everything is as the log signed it, and the log itself is not in order',
        ],
      )
      return 1
    case 'repaired':
      job.out.result(repairedJson(outcome, folder), () => repairedLines(outcome, folder, job))
      return outcome.inbox.lost.length === 0 ? 0 : 3
  }
}

async function tellSplit(
  { evidence }: Extract<RepairOutcome, { readonly kind: 'split' }>,
  folder: string,
  job: Job,
): Promise<ExitCode> {
  const kept = await personalMemory(job.io.environment).keep(evidence, `${stampOf(job)}_repair`)
  for (const line of splitWarning(evidence.origin, kept, true)) job.out.note(line)
  job.out.result({ outcome: 'split', folder, evidence: kept }, () => [
    'NOT repaired: a mirror and the ledger hold two histories, both signed',
  ])
  return 5
}

type Repaired = Extract<RepairOutcome, { readonly kind: 'repaired' }>

function repairedLines(
  { restored, size, before, kept, inbox, foreign, report }: Repaired,
  folder: string,
  job: Job,
): readonly string[] {
  const { entries, statements, refused } = restored
  const head =
    before === size
      ? `tree size ${size}, as its head says`
      : `tree size ${size}; its head said ${before ?? 'nothing that can be read'}`
  return [
    `repaired ${clean(report.origin)} in ${clean(folder)}: ${head}`,
    `  put back: ${countOf(entries, 'entry')}, ${countOf(statements, 'statement')}, ${countOf(refused, 'refused proposal')}; all that is derived was made again`,
    ...(kept === undefined
      ? []
      : [`  the old store is kept in ${clean(kept)}: delete it once you are sure`]),
    ...inboxLines(inbox),
    ...(inbox.rewritten
      ? ['  the inbox was put together anew: its waiting proposals have other numbers']
      : []),
    ...inbox.lost.map(
      (id) => `  LOST: the proposal ${shortId(id)}, which waited: its party must submit it again`,
    ),
    ...foreign.map((id) => `  refused: the statement ${shortId(id)} was never in this log`),
    '',
    ...verdictLines(report.verdict, job.out),
  ]
}

function inboxLines({ restored: { events, proposals } }: Repaired['inbox']): readonly string[] {
  if (events + proposals === 0) return []
  return [
    `  of the inbox, from a mirror: ${countOf(events, 'event')}, ${countOf(proposals, 'proposal')} that wait`,
  ]
}

function repairedJson({ report, inbox, ...rest }: Repaired, folder: string) {
  const { kept, before, restored, size, foreign } = rest
  return {
    outcome: 'repaired',
    folder,
    origin: report.origin,
    size,
    before: before ?? null,
    restored: { ...restored },
    kept: kept ?? null,
    inbox: {
      lost: [...inbox.lost],
      restored: { ...inbox.restored },
      rewritten: inbox.rewritten,
    },
    refused: [...foreign],
    ...verdictJson(report.verdict),
  }
}
