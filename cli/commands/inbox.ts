/**
 * `waybill inbox`: proposals that wait for this party's signature, or for others'.
 */
import type { Command } from 'commander'
import type { InboxItem, InboxPage } from '../../client/index.js'
import { openStatement } from '../../ledger/core/check.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { factsOf } from '../../ledger/core/facts.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { type Cli, type Job, wholeNumber, withKey, withSource } from '../command.js'
import { aliasOf, findApiSigner, findSigner, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import type { LedgerSource } from '../ledger-source.js'
import { clean, shortId, span, table, utc } from '../output.js'
import { withLedger } from '../source.js'

export function registerInbox(program: Command, cli: Cli): void {
  withKey(withSource(program.command('inbox')))
    .option('--sent', 'what you signed and others have yet to')
    .option(
      '--wait <seconds>',
      'wait for the first proposal, if none waits already',
      wholeNumber(1, 604_800),
    )
    .description('list the proposals that wait for your signature')
    .action(cli.action(inbox))
}

type Flags = { readonly sent?: boolean; readonly wait?: number }

/** Longest wait of one call that servers allow. */
const CALL_S = 60

async function inbox(job: Job<Flags>): Promise<ExitCode> {
  const party = partyOf(job.settings, (await findSigner(job)) ?? (await findApiSigner(job)))
  return withLedger<ExitCode>(job, async (source) => {
    const own = party ?? (source.flag.startsWith('--dir') ? await source.registrar() : undefined)
    if (own === undefined)
      throw new LedgerError('USAGE', { reason: 'whose inbox? give --key FILE' })
    const { items } = await read(job, source, own)
    print(job, items)
    return 0
  })
}

/** Asks again until something waits, the time is over, or the person has had enough. */
async function read(job: Job<Flags>, source: LedgerSource, party: PartyId): Promise<InboxPage> {
  const { sent = false, wait } = job.flags
  const box = sent ? 'sent' : 'inbox'
  const first = await source.inbox(party, { box })
  if (wait === undefined || first.items.length > 0) return first
  const end = job.io.now() + wait * 1000
  const signal = job.io.untilInterrupted()
  const ask = (left: number): Promise<InboxPage> => {
    job.out.progress(`waiting for a proposal, ${span(left)} left`)
    return source.inbox(party, { box, wait: Math.min(left, CALL_S), signal })
  }
  try {
    for (let left = wait; left > 0; left = Math.ceil((end - job.io.now()) / 1000)) {
      const page = await ask(left)
      if (page.items.length > 0) return page
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return first
}

function print(job: Job<Flags>, items: readonly InboxItem[]): void {
  const nowS = Math.floor(job.io.now() / 1000)
  job.out.result({ items: items.map(itemJson) }, () => {
    if (items.length === 0)
      return [
        job.flags.sent === true ? 'nothing waits for others' : 'nothing waits for your signature',
      ]
    const rows = items.map((item) => [
      shortId(item.id),
      clean(item.type),
      item.roles.map(clean).join(', '),
      partiesText(job, item),
      utc(item.received),
      item.countersignBy < nowS ? 'past its deadline' : `${span(item.countersignBy - nowS)} left`,
    ])
    return table([['id', 'type', 'to sign as', 'parties', 'received', 'deadline'], ...rows])
  })
  if (items.length > 0 && job.flags.sent !== true) {
    job.out.note('Next: waybill countersign ID, or waybill refuse ID --reason CODE')
  }
}

/** Parties that the claims name, by alias or the beginning of their id. */
function partiesText(job: Job, { envelope }: InboxItem): string {
  const { parties } = factsOf(openStatement(envelope, { sha256: portableSha256 }))
  const names = [...new Set(Object.values(parties))].map((party) =>
    clean(aliasOf(party, job.settings) ?? party.slice(0, 12)),
  )
  return names.join(' -> ')
}

function itemJson({ id, type, roles, received, countersignBy }: InboxItem): JsonObject {
  return { id, type, roles, received, countersign_by: countersignBy }
}
