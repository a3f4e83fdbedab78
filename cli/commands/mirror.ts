/**
 * `waybill mirror URL DIR`: follows a log into a folder, verifying all of it before it is stored.
 * DESIGN 2, 7.1; docs/auditor.md.
 */
import type { Command } from 'commander'
import { recordVerdict } from '../../ledger/core/finding.js'
import type { FollowOutcome } from '../../ledger/index.js'
import { signatureLines, signaturesJson } from '../checkpoint-text.js'
import { type Cli, type Job, withKey, withPolicy } from '../command.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import { type Mirroring, mirrorInto } from '../mirroring.js'
import { clean, type Output } from '../output.js'
import { countOf, findingJson, findingLines } from '../report-text.js'
import { policyWords } from '../trust.js'

export function registerMirror(program: Command, cli: Cli): void {
  withPolicy(withKey(program.command('mirror')))
    .argument('<url>', 'where the log is served: a ledger, or a published folder')
    .argument('<dir>', 'folder to mirror it into; made if it is not there')
    .option('--public', 'entries only, also where a key is set that might read the statements')
    .description(
      "copy a log and keep the copy up to date; with an auditor's key, its statements too",
    )
    .action(cli.action(mirror))
}

type Followed = Extract<FollowOutcome, { readonly kind: 'followed' }>
type Flags = { readonly public?: boolean }

async function mirror(job: Job<Flags>, server: string, folder: string): Promise<ExitCode> {
  const publicOnly = job.flags.public === true
  const mirrored = await mirrorInto({ server, folderOf: () => folder, publicOnly }, job)
  const { outcome, findings } = mirrored
  const { size } = outcome.shown.opened.checkpoint
  job.out.result(resultJson(mirrored, folder), () => [
    `mirror of ${clean(outcome.shown.opened.checkpoint.origin)} in ${clean(folder)}`,
    '',
    ...findingLines(findings, job.out),
    ...storedLines(mirrored, job.out),
  ])
  return exitOf(recordVerdict(findings, size))
}

function storedLines(
  { outcome, trust, withStatements }: Mirroring,
  out: Output,
): readonly string[] {
  const { shown, held } = outcome
  const heldSize = held?.opened.checkpoint.size
  const before = heldSize === undefined ? 'nothing before' : `${heldSize} before`
  const lines = [
    'Shown',
    `  checkpoint at tree size ${shown.opened.checkpoint.size}`,
    ...signatureLines(shown.opened),
    `    trusted by ${clean(policyWords(trust))}`,
    '',
  ]
  if (outcome.kind !== 'followed') {
    return [...lines, `Stored: ${out.paint('bad', 'NOTHING')}; the mirror holds ${before}`]
  }
  const what = withStatements
    ? `${countOf(outcome.entries, 'entry')} and ${countOf(outcome.statements, 'statement')} new`
    : `${countOf(outcome.entries, 'entry')} new; statements were not asked for (no key)`
  return [
    ...lines,
    `Stored: tree size ${shown.opened.checkpoint.size}, ${before}; ${what}`,
    ...waitingLines(outcome),
    '  Every entry hashes to the signed tree, every statement to its entry.',
    '  Chain, keys, signatures and custody are not judged by copying: waybill audit --mirror FOLDER',
  ]
}

function waitingLines({ proposals }: Followed): readonly string[] {
  if (proposals === undefined) return []
  return proposals === 'none'
    ? [
        '  What waits for signatures is not in this copy: the server is of a version that gives none',
      ]
    : [`  ${countOf(proposals, 'proposal')} that wait${proposals === 1 ? 's' : ''} for signatures`]
}

function resultJson({ outcome, findings, trust, withStatements }: Mirroring, folder: string) {
  const { shown, held } = outcome
  return {
    origin: shown.opened.checkpoint.origin,
    folder,
    outcome: outcome.kind,
    shown: { size: shown.opened.checkpoint.size, ...signaturesJson(shown.opened) },
    held: held === undefined ? null : { size: held.opened.checkpoint.size },
    with_statements: withStatements,
    ...newJson(outcome),
    policy: { path: trust.path, basis: trust.basis },
    findings: findings.map(findingJson),
  }
}

function newJson(outcome: FollowOutcome) {
  if (outcome.kind !== 'followed') return { entries: 0, statements: 0, proposals: null }
  const { entries, statements, proposals } = outcome
  return { entries, statements, proposals: typeof proposals === 'number' ? proposals : null }
}
