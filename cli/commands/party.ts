/**
 * `waybill party …`: who is enrolled, and with which keys. DESIGN 5 "Parties".
 */
import type { Command } from 'commander'
import type { PartySummary } from '../../client/index.js'
import { openStatement } from '../../ledger/core/check.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { KeyState, PartyId } from '../../ledger/core/key-state.js'
import { bestCrypto, operatorSigners } from '../../ledger/index.js'
import { type Cli, type Job, withKey, withPolicy, withSource } from '../command.js'
import { firstOf } from '../config.js'
import { type Countersigner, type CountersignFlags, countersignInbox } from '../countersigning.js'
import { aliasOf, needSigner, parseIdPrefix, parseParty } from '../identity.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import type { LedgerSource } from '../ledger-source.js'
import { table } from '../output.js'
import { type PartyWords, partyJson, partyText, registryWords, trustText } from '../party-book.js'
import { keyJson, keysOfParty, registryStatementText, viewParty } from '../party-view.js'
import {
  checkpointLines,
  findingJson,
  findingLines,
  verdictJson,
  verdictLines,
} from '../report-text.js'
import { withLedger } from '../source.js'
import { readPins } from '../trust.js'
import { registerPartyKeys } from './party-keys.js'
import { registerPartyWatch } from './party-watch.js'

export function registerParty(program: Command, cli: Cli): void {
  const party = program.command('party').description('parties and their keys')
  withPolicy(withSource(party.command('list')))
    .description('list the enrolled parties')
    .action(cli.action(list))
  withPolicy(withSource(party.command('show')))
    .argument('<party>', 'party id, or an alias of yours')
    .description("show a party's registry statements and keys")
    .action(cli.action(show))
  withKey(withSource(party.command('admit')))
    .argument('[ids...]', 'enrolments or key statements of the inbox (8 or more digits each)')
    .option('--all', 'everything that waits for the registrar')
    .option('-y, --yes', 'do not ask')
    .option('--receipts <folder>', 'keep the receipts there')
    .option('--operator <ledger>', "take the registrar's and the API key from this ledger folder")
    .description('registrar: admit what parties have submitted, by signing it')
    .action(cli.action(admit))
  registerPartyKeys(party, cli)
  registerPartyWatch(party, cli)
}

function list(job: Job): Promise<ExitCode> {
  return withLedger<ExitCode>(job, async (source) => {
    const pins = await readPins(job)
    const parties = await source.parties()
    const rows: (PartySummary & { readonly words: PartyWords })[] = []
    for (const summary of parties) {
      job.out.progress(`${rows.length} of ${parties.length} parties read`)
      const { party } = summary
      const [first] = await source.registry(party)
      const words = {
        party,
        ...registryWords(first === undefined ? undefined : openStatement(first, bestCrypto())),
        pinned: pins.get(party),
        alias: aliasOf(party, job.settings),
      }
      rows.push({ ...summary, words })
    }
    job.out.result(
      rows.map(({ words, keys, statements }) => ({
        ...partyJson(words),
        keys: keys.map((key) => ({ ...key })),
        statements,
      })),
      () =>
        table(
          rows.map(({ words, keys }) => {
            const active = keys.filter(({ status }) => status === 'active').length
            return [
              words.party,
              partyText(words),
              words.alias ?? '',
              `${active} of ${keys.length} keys active`,
              trustText(words),
            ]
          }),
        ),
    )
    return 0
  })
}

function show(job: Job, text: string): Promise<ExitCode> {
  const party = parseParty(text, job.settings)
  return withLedger<ExitCode>(job, async (source) => {
    const view = await viewParty(job, source, party)
    const { judgement, words, listed } = view
    const { verdict, findings, report } = judgement
    const keys = keysOfParty(view.verified)
    job.out.result(
      {
        ...partyJson(words),
        ...verdictJson(verdict),
        keys: keys.map(keyJson),
        statements: listed.map((item) => ({
          id: item.id,
          type: item.payload.type,
          iat: item.payload.iat,
        })),
        findings: findings.map(findingJson),
        tree_size: report.checkpoint?.size ?? null,
      },
      () => [
        `${partyText(words)}: ${trustText(words)}`,
        `  id ${party}`,
        'keys',
        ...table(keys.map((key) => [`  ${key.kid}`, keyStatusText(key), key.uses.join(', ')])),
        'registry statements',
        ...listed.map((item) => `  ${registryStatementText(item)}`),
        '',
        ...findingLines(findings, job.out),
        'Checked',
        ...checkpointLines(judgement),
        '  each statement with its signatures, and that these are all, by the registry map of the last entry',
        '',
        ...verdictLines(verdict, job.out),
      ],
    )
    return exitOf(verdict)
  })
}

function keyStatusText({ status, since }: KeyState): string {
  return since === undefined ? status : `${status} since entry ${since}`
}

type AdmitFlags = CountersignFlags & { readonly operator?: string }

async function admit(job: Job<AdmitFlags>, names: readonly string[]): Promise<ExitCode> {
  const { all = false } = job.flags
  if (all === names.length > 0) {
    throw new LedgerError('USAGE', {
      reason: 'which enrolments? give their ids, or --all; waybill inbox lists them',
    })
  }
  const operator = job.flags.operator ?? ownFolder(job)
  const keys = operator === undefined ? undefined : await operatorSigners(operator)
  const caller =
    keys === undefined
      ? undefined
      : { apiSigner: keys.api, party: keys.registrar.kid as string as PartyId }
  const work = async (source: LedgerSource): Promise<ExitCode> => {
    const signer = keys?.registrar ?? (await needSigner(job))
    const who: Countersigner = { signer, party: await source.registrar() }
    return countersignInbox(job, source, who, all ? 'all' : names.map(parseIdPrefix))
  }
  return withLedger(job, work, caller)
}

/** With `--dir` and no key, the folder is the operator's own. */
function ownFolder({ settings }: Job): string | undefined {
  if (firstOf(settings, ['key', 'signer']) !== undefined) return undefined
  const source = firstOf(settings, ['server', 'dir'])
  return source?.name === 'dir' ? source.value : undefined
}
