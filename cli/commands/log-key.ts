/**
 * `waybill log-key show | rotate | finish`: the keys with which a ledger signs its checkpoints.
 * DESIGN 2, 5.
 */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { listClaim } from '../../ledger/core/disclosure.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { isObject, type JsonObject } from '../../ledger/core/json.js'
import { thumbprint } from '../../ledger/core/jwk.js'
import { ed25519NoteKey, formatVkey, parseVkey, TYPE_ED25519 } from '../../ledger/core/note.js'
import { formatPolicy, policyOfLogs } from '../../ledger/core/policy.js'
import { finishLogKeyRotation, type LogKeyChange, rotateLogKey } from '../../ledger/index.js'
import { type Cli, type Job, wholeNumber, withPolicy, withSource } from '../command.js'
import { setting } from '../config.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import { clean, table } from '../output.js'
import { keysOfParty, type PartyView, viewParty } from '../party-view.js'
import {
  checkpointLines,
  findingJson,
  findingLines,
  verdictJson,
  verdictLines,
} from '../report-text.js'
import { confirm } from '../signing.js'
import { withLedger } from '../source.js'

export function registerLogKey(program: Command, cli: Cli): void {
  const logKey = program.command('log-key').description("a ledger's keys for checkpoints")
  withPolicy(withSource(logKey.command('show')))
    .option('--policy-out <file>', 'write a policy file with the keys that sign now')
    .description("show the log's keys as the operator's verified statements name them")
    .action(cli.action(show))
  logKey
    .command('rotate')
    .option('--dir <ledger>', "the ledger's folder; no server may be running on it")
    .option('--policy-out <file>', 'write a policy file that accepts both keys')
    .option('-y, --yes', 'do not ask')
    .description('operator: add a new log key; both keys sign until finish')
    .action(cli.action(rotate))
  logKey
    .command('finish')
    .option('--dir <ledger>', "the ledger's folder; no server may be running on it")
    .option(
      '--compromised-since <entry>',
      'declare the old key compromised from this entry on, instead of retired',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--policy-out <file>', 'write a policy file with the new key alone')
    .option('-y, --yes', 'do not ask')
    .description('operator: end the old log key; the new one signs alone')
    .action(cli.action(finish))
}

type Flags = {
  readonly yes?: boolean
  readonly policyOut?: string
  readonly compromisedSince?: number
}

async function rotate(job: Job<Flags>): Promise<ExitCode> {
  const folder = folderOf(job)
  if (!(await agreed(job, 'Add a new log key to this ledger?'))) return 0
  const change = await rotateLogKey(folder, { now: clock(job) })
  await tell(job, change, [
    'Both keys sign from now on. Give readers the new policy; either key is enough for them.',
    'Next, when every reader has it: waybill log-key finish',
  ])
  return 0
}

async function finish(job: Job<Flags>): Promise<ExitCode> {
  const folder = folderOf(job)
  if (!(await agreed(job, 'End the old log key? Readers who know only that one must be told.')))
    return 0
  const { compromisedSince } = job.flags
  const change = await finishLogKeyRotation(folder, {
    now: clock(job),
    ...(compromisedSince === undefined ? {} : { compromisedSince }),
  })
  await tell(job, change, [
    `The old private key is in ${change.oldKeyFile ?? ''}. It is of no more use: destroy it.`,
  ])
  return 0
}

async function tell(
  job: Job<Flags>,
  change: LogKeyChange,
  notes: readonly string[],
): Promise<void> {
  const { origin, vkey, statements, policy, oldKeyFile } = change
  await writePolicy(job, policy)
  job.out.result(
    {
      origin,
      vkey,
      statements,
      policy,
      ...(oldKeyFile === undefined ? {} : { old_key_file: oldKeyFile }),
    },
    () => [
      `log key ${clean(vkey)}`,
      ...statements.map((id) => `  recorded by statement ${id}`),
      ...(statements.length === 0 ? ['  already recorded'] : []),
      ...policy
        .trimEnd()
        .split('\n')
        .map((line) => `  ${clean(line)}`),
    ],
  )
  for (const note of notes) job.out.note(note)
}

function show(job: Job<Flags>): Promise<ExitCode> {
  return withLedger<ExitCode>(job, async (source) => {
    const { origin } = await source.info()
    const view = await viewParty(job, source, await source.registrar())
    const { judgement } = view
    const { verdict, findings } = judgement
    const rows = logKeys(view, origin)
    const active = rows.filter(({ status }) => status === 'active' || status === 'declared')
    const keys = active.map(({ vkey }) => parseVkey(vkey))
    // Keys of a registry that does not verify are nobody's to recommend.
    const policy =
      exitOf(verdict) === 0 && keys.length > 0 ? formatPolicy(policyOfLogs(...keys)) : undefined
    if (policy !== undefined) await writePolicy(job, policy)
    job.out.result(
      {
        origin,
        ...verdictJson(verdict),
        keys: rows.map((row): JsonObject => ({ ...row })),
        policy: policy ?? null,
        findings: findings.map(findingJson),
      },
      () => [
        ...table(rows.map(({ vkey, status }) => [`  ${clean(vkey)}`, status])),
        '',
        ...findingLines(findings, job.out),
        'Checked',
        ...checkpointLines(judgement),
        '',
        ...verdictLines(verdict, job.out),
      ],
    )
    return exitOf(verdict)
  })
}

type Row = { readonly vkey: string; readonly status: string }

/** Keys for `log` in the operator's statements; else the key that its first statement declares. */
function logKeys({ verified }: PartyView, origin: string): readonly Row[] {
  const added = keysOfParty(verified)
    .filter(({ uses }) => uses.includes('log'))
    .map(({ key, status, since }) => ({
      vkey: formatVkey(origin, TYPE_ED25519, ed25519NoteKey(origin, key).key),
      status: since === undefined ? status : `${status} since entry ${since}`,
    }))
  const first = verified?.opened[0]
  const identifiers = first === undefined ? undefined : listClaim(first.open, 'identifiers')
  const declared = (identifiers ?? []).flatMap((item) => {
    const value = isObject(item) && item['scheme'] === 'log-vkey' ? item['value'] : undefined
    if (typeof value !== 'string') return []
    const { name, publicKey } = parseVkey(value)
    const known =
      publicKey === undefined ||
      keysOfParty(verified).some(({ kid }) => kid === thumbprint(publicKey))
    return known || name !== origin ? [] : [{ vkey: value, status: 'declared' }]
  })
  return [...declared, ...added]
}

async function writePolicy({ flags }: Job<Flags>, policy: string): Promise<void> {
  const path = flags.policyOut
  if (path === undefined) return
  try {
    await writeFile(path, policy)
  } catch (error) {
    throw new LedgerError('INPUT_IO', { file: path }, error)
  }
}

async function agreed(job: Job<Flags>, question: string): Promise<boolean> {
  if (job.flags.yes === true || (await confirm(job, question))) return true
  job.out.result({ status: 'declined' }, () => ['nothing was changed'])
  return false
}

function folderOf(job: Job): string {
  const folder = setting(job.settings, 'dir')
  if (folder === undefined)
    throw new LedgerError('USAGE', { reason: 'which ledger? give --dir FOLDER' })
  return folder
}

function clock({ io }: Job): () => number {
  return () => Math.floor(io.now() / 1000)
}
