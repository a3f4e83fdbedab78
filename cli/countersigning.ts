/**
 * Countersigning: look, show, ask, sign, send. Used by `countersign`, `sign FILE` and `party admit`.
 */

import {
  type BulkOutcome,
  type CheckedProposal,
  checkProposal,
  type InboxItem,
  type Signer,
  signatureOf,
  signOpened,
} from '../client/index.js'
import { type OpenedStatement, openStatement } from '../ledger/core/check.js'
import { ERRORS } from '../ledger/core/error-table.js'
import type { ErrorCode } from '../ledger/core/errors.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import type { Job } from './command.js'
import { failureLine } from './failure.js'
import { needSigner, partyOf } from './identity.js'
import type { ExitCode } from './io.js'
import { exitOf } from './judge.js'
import type { LedgerSource } from './ledger-source.js'
import { outcomeJson, outcomeLine } from './outcome-text.js'
import { clean, shortId } from './output.js'
import { type WrittenReceipt, writeReceipts } from './receipt-writer.js'
import { confirm, draftContext, partyNames, reviewLines, roleFor } from './signing.js'
import { findSource } from './source.js'
import { statedWords } from './stated-rules.js'
import {
  followReceipts,
  notePending,
  upgradeJson,
  upgradeLines,
  upgradeVerdict,
  type WaitFlag,
} from './upgrading.js'
import { openDesk, type WithinAnswer, type WithinDesk } from './within.js'
import { leftJson, leftLines } from './within-text.js'
import { writeSigned } from './write-signed.js'

export type CountersignFlags = WaitFlag & {
  readonly all?: boolean
  readonly yes?: boolean
  readonly receipts?: string
  /** First digits of an instrument’s id: only what lies inside it is signed. */
  readonly within?: string
}

export type Countersigner = { readonly signer: Signer; readonly party: PartyId }

/** `left`: not signed, because it does not lie within the instrument that was given. */
type Left = { readonly status: 'left'; readonly answer: Exclude<WithinAnswer, 'inside'> }
type Done = { readonly item: InboxItem; readonly outcome: BulkOutcome | Left | 'declined' }

/** Countersigns what waits for this party: all of it, or the proposals whose ids begin so. */
export async function countersignInbox(
  job: Job<CountersignFlags>,
  source: LedgerSource,
  who: Countersigner,
  prefixes: readonly string[] | 'all',
): Promise<ExitCode> {
  const { items } = await source.inbox(who.party, {})
  const wanted = prefixes === 'all' ? items : prefixes.map((prefix) => pick(items, prefix))
  if (wanted.length === 0) {
    job.out.result({ items: [] }, () => ['nothing waits for your signature'])
    return 0
  }
  const { within } = job.flags
  const desk = within === undefined ? undefined : await openDesk(job, source, who.party, within)
  const done: Done[] = []
  const written: WrittenReceipt[] = []
  for (const item of wanted) {
    const { outcome, receipts = [] } = await one(job, source, { ...who, desk }, item)
    done.push({ item, outcome })
    written.push(...receipts)
  }
  const upgraded = await followReceipts(job, source, written)
  job.out.result(
    {
      items: done.map(doneJson),
      ...(upgraded.length === 0 ? {} : { receipts: upgraded.map(upgradeJson) }),
    },
    () => [...done.flatMap(doneLines), ...upgradeLines(upgraded, job)],
  )
  if (written.length > 0) await notePending(job, source)
  const exit = exitOfAll(done)
  return exit === 0 && upgraded.length > 0 ? exitOf(upgradeVerdict(upgraded)) : exit
}

function pick(items: readonly InboxItem[], prefix: string): InboxItem {
  const [item, ...others] = items.filter(({ id }) => id.startsWith(prefix))
  if (others.length > 0) throw new LedgerError('STATEMENT_ID_AMBIGUOUS')
  if (item === undefined) throw new LedgerError('PROPOSAL_NOT_FOUND', { id: prefix.slice(0, 12) })
  return item
}

/** One proposal; what is wrong with it is its own outcome, so that `--all` goes on. */
async function one(
  job: Job<CountersignFlags>,
  source: LedgerSource,
  who: Countersigner & { readonly desk: WithinDesk | undefined },
  item: InboxItem,
): Promise<Omit<Done, 'item'> & { readonly receipts?: readonly WrittenReceipt[] }> {
  try {
    const proposal = await check(job, source, who.party, item)
    const answer = who.desk?.judge(proposal) ?? 'inside'
    if (answer !== 'inside') return { outcome: { status: 'left', answer } }
    const names = await partyNames(proposal.checked, job.settings, source)
    for (const line of reviewLines(proposal.checked, names)) job.out.note(line)
    if (job.flags.yes !== true && !(await agreed(job, source, proposal)))
      return { outcome: 'declined' }
    const context = draftContext(job, proposal.checked.payload.origin)
    const envelope = await signOpened(proposal.checked, proposal.role, who.signer, context)
    const outcome = await source.sendSignature(item.id, signatureOf(envelope, proposal.role))
    who.desk?.count(proposal)
    const { receipts: folder } = job.flags
    if (folder === undefined) return { outcome }
    return { outcome, receipts: await writeReceipts(folder, [{ outcome, envelope }], source) }
  } catch (error) {
    if (!(error instanceof LedgerError) || STOPS.includes(error.code)) throw error
    return { outcome: { status: 'rejected', error } }
  }
}

/** Asks a person, who is told before signing what the rules would say of it. */
async function agreed(
  job: Job,
  source: LedgerSource,
  { checked, role }: CheckedProposal,
): Promise<boolean> {
  const { rules } = await source.validate(checked.envelope)
  if (rules !== undefined) job.out.note(`By the ledger’s word, ${statedWords(rules)}`)
  return confirm(job, `Sign ${shortId(checked.id)} as ${role}?`)
}

/** Refusals that would meet every other proposal as well. */
const STOPS: readonly ErrorCode[] = [
  'USAGE',
  'SERVER_UNAVAILABLE',
  'SIGNER_FAILED',
  'AUTH_REQUIRED',
  'AUTH_INVALID',
]

async function check(
  job: Job,
  source: LedgerSource,
  party: PartyId,
  { envelope, id }: Pick<InboxItem, 'envelope' | 'id'>,
): Promise<CheckedProposal> {
  const { origin } = await source.info()
  const context = draftContext(job, origin)
  const proposal = await checkProposal(envelope, { ...context, party, source })
  // What is shown and signed is what was asked for.
  if (proposal.checked.id !== id) throw new LedgerError('SERVER_ANSWER_INVALID', { at: 'id' })
  return proposal
}

/** Adds a signature to an envelope in a file. With a ledger at hand, everything on it is checked first. */
export async function countersignFile(
  job: Job<{ readonly role?: string; readonly yes?: boolean; readonly out?: string }>,
  opened: OpenedStatement,
  origin: string,
): Promise<ExitCode> {
  const signer = await needSigner(job)
  const party = partyOf(job.settings, signer)
  const source = await findSource(job)
  const context = draftContext(job, origin)
  let role = job.flags.role ?? roleFor(opened, signer, party)
  let names: Awaited<ReturnType<typeof partyNames>>
  try {
    names = await partyNames(opened, job.settings, source)
    if (source !== undefined && party !== undefined) {
      const proposal = await checkProposal(opened.envelope, { ...context, party, source })
      role = job.flags.role ?? proposal.role
    } else {
      job.out.note(
        'NOT checked: the signatures it carries, because no ledger was asked (--server URL or --dir FOLDER).',
      )
    }
  } finally {
    await source?.close()
  }
  for (const line of reviewLines(opened, names)) job.out.note(line)
  if (job.flags.yes !== true && !(await confirm(job, `Sign ${shortId(opened.id)} as ${role}?`))) {
    job.out.note('Not signed.')
    return 1
  }
  const envelope = await signOpened(opened, role, signer, context)
  return writeSigned(job, openStatement(envelope, context.crypto), role)
}

function doneLines({ item, outcome }: Done): readonly string[] {
  const name = `${clean(item.type)} ${shortId(item.id)}`
  if (outcome === 'declined') return [`${name}  not signed`]
  if (outcome.status === 'left') return leftLines(name, outcome.answer)
  return [
    outcome.status === 'rejected'
      ? `${name}  not signed: ${failureLine(outcome.error)}`
      : outcomeLine(outcome, item.type),
  ]
}

function doneJson({ item, outcome }: Done): JsonObject {
  if (outcome === 'declined') return { id: item.id, status: 'declined' }
  return outcome.status === 'left'
    ? { id: item.id, ...leftJson(outcome.answer) }
    : { ...outcomeJson(outcome), id: item.id }
}

/** What went wrong first; else what a rule says of those that were left. */
function exitOfAll(done: readonly Done[]): ExitCode {
  const verdicts = new Set<Verdict>()
  for (const { outcome } of done) {
    if (outcome === 'declined') continue
    if (outcome.status === 'rejected') return ERRORS[outcome.error.code].exit
    if (outcome.status !== 'left' || outcome.answer === 'elsewhere') continue
    for (const { verdict } of outcome.answer) verdicts.add(verdict)
  }
  if (verdicts.has('FAIL')) return 2
  return verdicts.size > 0 ? 3 : 0
}
