/**
 * `waybill ruleset …`: the dated tables by which rules judge. docs/rulesets.md.
 *
 * A ruleset is a file until the operator of a ledger records it; from its first day on it judges what
 * is recorded after it. Nothing records one by itself.
 */
import type { Command } from 'commander'
import { prepareDraft, type Signer, signOpened } from '../../client/index.js'
import type { OpenedStatement } from '../../ledger/core/check.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { Json } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { operatorSigners } from '../../ledger/index.js'
import { lawOf } from '../../ledger/rules/law.js'
import type { Ruleset } from '../../ledger/rules/ruleset.js'
import { claimsOfRuleset } from '../../ledger/rules/ruleset-claims.js'
import { formatRuleset, rulesetFaults } from '../../ledger/rules/ruleset-file.js'
import { type RecordedRuleset, rulesetInForce } from '../../ledger/rules/ruleset-in-force.js'
import { SHIPPED } from '../../ledger/rules/shipped/ruleset.js'
import { type Cli, type Job, withKey, withSource } from '../command.js'
import { firstOf } from '../config.js'
import { readJson, writeResult } from '../files.js'
import { needSigner, parseIdPrefix, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import type { LedgerSource } from '../ledger-source.js'
import { outcomeJson, outcomeLine } from '../outcome-text.js'
import { shortId, table } from '../output.js'
import {
  findRuleset,
  type OperatorRulesets,
  readRuleset,
  recordedRulesets,
  unreadLine,
} from '../ruleset-input.js'
import { effectiveText, rulesetJson, rulesetLines, rulesetName } from '../ruleset-text.js'
import { draftContext, originFor } from '../signing.js'
import { findAskedLedger, withLedger } from '../source.js'
import { writeSigned } from '../write-signed.js'

export function registerRuleset(program: Command, cli: Cli): void {
  const ruleset = program
    .command('ruleset')
    .description('the dated tables by which the rules judge')
  withKey(withSource(ruleset.command('list')))
    .description('list the shipped ruleset and those that the operator of a ledger has recorded')
    .action(cli.action(list))
  withKey(withSource(ruleset.command('show')))
    .argument('[ruleset]', 'shipped, a file, a version or a statement id; shipped if left out')
    .option('-o, --out <file>', 'write it as a file, to begin your own with')
    .description('show a ruleset in words; all of it with --json or --out')
    .action(cli.action(show))
  ruleset
    .command('check')
    .argument('<file>', 'a ruleset; - for stdin')
    .description('name every fault of a ruleset file, by its place')
    .action(cli.action(check))
  withKey(withSource(ruleset.command('sign')))
    .argument('[file]', 'the ruleset; the shipped one if left out')
    .option('--origin <name>', 'the ledger it is for; otherwise asked of --server or --dir')
    .option('--supersedes <id>', 'id of the ruleset statement that it corrects')
    .option('-o, --out <file>', 'where the envelope goes; stdout if left out')
    .option('--policy <file>', 'a policy with one log names the ledger, too')
    .description('make the statement that records a ruleset, and sign it')
    .action(cli.action(sign))
  withSource(ruleset.command('record'))
    .argument('[file]', 'the ruleset; the shipped one if left out')
    .option('--operator <ledger>', 'take the keys from this ledger folder; with --dir, that one')
    .option('--supersedes <id>', 'id of the ruleset statement that it corrects')
    .description('operator: record a ruleset, so that it judges what is recorded after it')
    .action(cli.action(record))
}

const NO_RULESETS: OperatorRulesets = { recorded: [], unread: [] }

async function list(job: Job): Promise<ExitCode> {
  const source = await findAskedLedger(job)
  const { recorded, unread } =
    source === undefined ? NO_RULESETS : await closing(source, recordedRulesets)
  const now = { index: Number.MAX_SAFE_INTEGER, time: Math.floor(job.io.now() / 1_000) }
  const current = rulesetInForce(recorded, now)?.id
  const rows = [
    ...recorded.map(({ id, index, ruleset }) => ({ id, index, ruleset, now: id === current })),
    { id: undefined, index: undefined, ruleset: SHIPPED, now: current === undefined },
  ]
  job.out.result(
    rows.map(({ id, index, ruleset, now: inForce }) => ({
      ...(id === undefined ? { shipped: true } : { id, index: index ?? 0 }),
      ...rulesetJson(ruleset),
      in_force: inForce,
    })),
    () =>
      table(
        rows.map(({ id, index, ruleset, now: inForce }) => [
          rulesetName(ruleset),
          id === undefined ? 'shipped with this program' : `${shortId(id)} entry ${index}`,
          effectiveText(ruleset),
          `sha256 ${shortId(lawOf(ruleset).ref.digest)}`,
          inForce ? 'in force now' : '',
        ]),
      ),
  )
  for (const one of unread) job.out.note(unreadLine(one))
  if (recorded.length === 0)
    job.out.note('A ledger whose operator has recorded no ruleset is judged by the shipped one.')
  return 0
}

async function show(job: Job<{ readonly out?: string }>, text = 'shipped'): Promise<ExitCode> {
  const source = await findAskedLedger(job)
  const recorded =
    source === undefined ? undefined : (await closing(source, recordedRulesets)).recorded
  const found = await findRuleset(text, recorded, job.io)
  const { out: path } = job.flags
  if (path !== undefined) await writeResult(path, formatRuleset(found.ruleset), job.io)
  if (path !== undefined && !job.out.json) {
    job.out.note(`ruleset ${rulesetName(found.ruleset)} written to ${path}`)
    return 0
  }
  job.out.result(found.ruleset as unknown as Json, () => [
    ...rulesetLines(found.ruleset, job.io.now()),
    ...(found.recorded === undefined ? [] : [`recorded by statement ${shortId(found.recorded)}`]),
  ])
  return 0
}

async function check(job: Job, file: string): Promise<ExitCode> {
  const value = await readJson(file, job.io)
  const faults = rulesetFaults(value)
  const ruleset = faults.length === 0 ? (value as unknown as Ruleset) : undefined
  job.out.result(
    {
      valid: ruleset !== undefined,
      faults: faults.map((fault) => ({ ...fault })),
      ...(ruleset === undefined ? {} : rulesetJson(ruleset)),
    },
    () =>
      ruleset === undefined
        ? faults.map(
            ({ at, reason, expected }) =>
              `${at === '' ? 'the whole' : at}: ${reason}${expected === undefined ? '' : ` (expected ${expected})`}`,
          )
        : [...rulesetLines(ruleset, job.io.now()), 'no fault'],
  )
  if (ruleset !== undefined) return 0
  job.out.note(`${faults.length === 1 ? '1 fault' : `${faults.length} faults`} [RULESET_INVALID]`)
  return 65
}

type SignFlags = {
  readonly origin?: string
  readonly supersedes?: string
  readonly out?: string
}

async function sign(job: Job<SignFlags>, file?: string): Promise<ExitCode> {
  const ruleset = file === undefined ? SHIPPED : await readRuleset(file, job.io)
  const origin = await originFor(job, job.flags.origin)
  const signer = await needSigner(job)
  const issuer = partyOf(job.settings, signer) ?? (signer.kid as string as PartyId)
  const opened = await signedRuleset(job, { ruleset, origin, issuer, signer })
  return writeSigned(job, opened, 'issuer')
}

type RecordFlags = { readonly operator?: string; readonly supersedes?: string }

async function record(job: Job<RecordFlags>, file?: string): Promise<ExitCode> {
  const ruleset = file === undefined ? SHIPPED : await readRuleset(file, job.io)
  const folder = job.flags.operator ?? ownFolder(job)
  if (folder === undefined) {
    throw new LedgerError('USAGE', {
      reason: 'whose keys? give --operator LEDGER beside --server URL, or --dir LEDGER',
    })
  }
  const { registrar: signer, api } = await operatorSigners(folder)
  const party = signer.kid as string as PartyId
  return withLedger<ExitCode>(
    job,
    async (source) => {
      const issuer = await source.registrar()
      const { recorded } = await recordedRulesets(source)
      refuseKnown(ruleset, recorded, job.flags.supersedes)
      const { origin } = await source.info()
      const { envelope } = await signedRuleset(job, { ruleset, origin, issuer, signer })
      const outcome = await source.submit(envelope)
      job.out.result({ ...rulesetJson(ruleset), ...outcomeJson(outcome) }, () => [
        `ruleset ${rulesetName(ruleset)}, in force ${effectiveText(ruleset)}`,
        outcomeLine(outcome, 'ruleset/1'),
      ])
      return 0
    },
    { apiSigner: api, party },
  )
}

/** The same version twice would leave it open which of them a verdict names. */
function refuseKnown(
  { name, version }: Ruleset,
  known: readonly RecordedRuleset[],
  supersedes: string | undefined,
): void {
  const same = known.find(({ ruleset }) => ruleset.name === name && ruleset.version === version)
  if (same === undefined || supersedes !== undefined) return
  throw new LedgerError('USAGE', {
    reason: `this version is recorded already by ${shortId(same.id)}; give it a new version, or --supersedes that id`,
  })
}

type Signing = {
  readonly ruleset: Ruleset
  readonly origin: string
  readonly issuer: PartyId
  readonly signer: Signer
}

async function signedRuleset(
  job: Job<{ readonly supersedes?: string }>,
  { ruleset, origin, issuer, signer }: Signing,
): Promise<OpenedStatement> {
  const { supersedes } = job.flags
  const context = draftContext(job, origin)
  const claims = claimsOfRuleset(ruleset, issuer) as unknown as Readonly<Record<string, Json>>
  const opened = prepareDraft(
    {
      type: 'ruleset/1',
      claims,
      ...(supersedes === undefined ? {} : { supersedes: wholeId(supersedes) }),
    },
    context,
  )
  return { ...opened, envelope: await signOpened(opened, 'issuer', signer, context) }
}

function wholeId(text: string) {
  const id = parseIdPrefix(text)
  if (id.length !== 64) throw new LedgerError('STATEMENT_ID_INVALID')
  return id as Parameters<typeof prepareDraft>[0]['supersedes'] & string
}

/** With `--dir`, the folder is the operator's own. */
function ownFolder({ settings }: Job): string | undefined {
  const source = firstOf(settings, ['server', 'dir'])
  return source?.name === 'dir' ? source.value : undefined
}

async function closing<T>(
  source: LedgerSource,
  work: (source: LedgerSource) => Promise<T>,
): Promise<T> {
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}
