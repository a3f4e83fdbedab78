/**
 * `waybill refuse ID --reason CODE`: the importer declines a proposal, the exporter withdraws it or
 * records that its deadline lapsed. DESIGN 5 "Two-sided flow".
 */
import type { Command } from 'commander'
import { bestCrypto, prepareDraft, signOpened } from '../../client/index.js'
import { openStatement } from '../../ledger/core/check.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { factsOf } from '../../ledger/core/facts.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type Cli, type Job, withKey, withSource } from '../command.js'
import { needSigner, parseIdPrefix, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import type { LedgerSource } from '../ledger-source.js'
import { outcomeJson, outcomeLine } from '../outcome-text.js'
import { shortId } from '../output.js'
import { confirm, draftContext, reviewLines } from '../signing.js'
import { withLedger } from '../source.js'

export function registerRefuse(program: Command, cli: Cli): void {
  withKey(withSource(program.command('refuse')))
    .argument('<id>', 'the proposal, by 8 or more digits of its id')
    .requiredOption(
      '--reason <code>',
      'why: not-agreed, data-wrong, …; withdrawn, deadline-lapsed, …',
    )
    .option('--note <text>', 'why, in words that name no person')
    .option('-y, --yes', 'do not ask')
    .description('decline a proposal, or withdraw your own')
    .action(cli.action(refuse))
}

type Flags = { readonly reason: string; readonly note?: string; readonly yes?: boolean }

async function refuse(job: Job<Flags>, text: string): Promise<ExitCode> {
  const prefix = parseIdPrefix(text)
  const signer = await needSigner(job)
  const party = partyOf(job.settings, signer)
  if (party === undefined) throw new LedgerError('USAGE', { reason: 'give --party' })
  return withLedger<ExitCode>(job, async (source) => {
    const { id, role } = await find(source, party, prefix)
    const { reason, note, yes = false } = job.flags
    const context = draftContext(job, (await source.info()).origin)
    const claim = { code: reason, ...(note === undefined ? {} : { note }) }
    const opened = prepareDraft(
      { type: 'refusal/1', about: id, claims: { reason: claim } },
      context,
    )
    for (const line of reviewLines(opened)) job.out.note(line)
    if (
      !yes &&
      !(await confirm(job, `Refuse ${shortId(id)} as ${role}? It can then never be admitted.`))
    ) {
      job.out.result({ about: id, status: 'declined' }, () => ['not refused'])
      return 0
    }
    const outcome = await source.sendRefusal(id, await signOpened(opened, role, signer, context))
    job.out.result({ about: id, ...outcomeJson(outcome) }, () => [
      `${shortId(id)} is refused`,
      outcomeLine(outcome, 'refusal/1'),
    ])
    return 0
  })
}

type Found = { readonly id: StatementId; readonly role: 'exporter' | 'importer' }

/** The side of the proposal that this party is on. */
async function find(source: LedgerSource, party: PartyId, prefix: string): Promise<Found> {
  const [waiting, sent] = [
    await source.inbox(party, {}),
    await source.inbox(party, { box: 'sent' }),
  ]
  const items = [...waiting.items, ...sent.items].filter(({ id }) => id.startsWith(prefix))
  const ids = new Set(items.map(({ id }) => id))
  if (ids.size > 1) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
  const [item] = items
  if (item === undefined) throw new LedgerError('PROPOSAL_NOT_FOUND')
  const { parties } = factsOf(openStatement(item.envelope, bestCrypto()))
  const role = (['importer', 'exporter'] as const).find((name) => parties[name] === party)
  if (role === undefined)
    throw new LedgerError('REFUSAL_INVALID', { reason: 'only an importer or exporter refuses' })
  return { id: item.id, role }
}
