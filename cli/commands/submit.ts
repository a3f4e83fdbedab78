/**
 * `waybill submit FILE…`: sends envelopes to a ledger; many in one call, in order.
 */
import type { Command } from 'commander'
import type { BulkOutcome, Validation } from '../../client/index.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { BULK_ITEMS_MAX } from '../../ledger/core/limits.js'
import { parsePayload } from '../../ledger/core/statement.js'
import { type Cli, type Job, withSource, withWait } from '../command.js'
import { envelopesIn, type Placed } from '../envelope-file.js'
import { issueText } from '../failure.js'
import { withPlace } from '../files.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import type { LedgerSource } from '../ledger-source.js'
import { outcomeJson, outcomeLine } from '../outcome-text.js'
import { clean } from '../output.js'
import { type Submitted, type WrittenReceipt, writeReceipts } from '../receipt-writer.js'
import { withLedger } from '../source.js'
import { statedJson, statedWords } from '../stated-rules.js'
import {
  followReceipts,
  notePending,
  upgradeJson,
  upgradeLines,
  upgradeVerdict,
  type WaitFlag,
} from '../upgrading.js'

export function registerSubmit(program: Command, cli: Cli): void {
  withWait(withSource(program.command('submit')))
    .argument('<files...>', 'envelopes: JSON (one or an array) or NDJSON; - for stdin')
    .option('--validate-only', 'list everything that is wrong; store nothing')
    .option('--receipts <folder>', 'keep the receipts there')
    .option('--policy <file>', 'the ledger and its witnesses, for --wait')
    .description('send signed statements to a ledger; sending twice is harmless')
    .action(cli.action(submit))
}

type Flags = WaitFlag & { readonly validateOnly?: boolean; readonly receipts?: string }

type Sent = Submitted & Placed

function submit(job: Job<Flags>, files: readonly string[]): Promise<ExitCode> {
  if (job.flags.wait !== undefined && job.flags.receipts === undefined) {
    throw new LedgerError('USAGE', { reason: '--wait is for receipts: give --receipts FOLDER' })
  }
  return withLedger(job, (source) =>
    job.flags.validateOnly === true ? validate(job, source, files) : send(job, source, files),
  )
}

async function send(
  job: Job<Flags>,
  source: LedgerSource,
  files: readonly string[],
): Promise<ExitCode> {
  const sent: Sent[] = []
  const written: WrittenReceipt[] = []
  for await (const batch of batches(envelopesIn(files, job.io))) {
    const outcomes = await sendBatch(source, batch)
    const done = batch.map((item, position) => ({
      ...item,
      outcome: outcomes[position] ?? missing(),
    }))
    if (job.flags.receipts !== undefined)
      written.push(...(await writeReceipts(job.flags.receipts, done, source)))
    // Receipts and statements are let go of: a file may hold more than memory does.
    sent.push(...done.map((item) => ({ ...item, outcome: slim(item.outcome) })))
    job.out.progress(`${sent.length} statements answered`)
  }
  if (sent.length === 0)
    throw new LedgerError('NOTHING_TO_VERIFY', { reason: 'the files hold no statement' })
  const upgraded = await followReceipts(job, source, written)
  job.out.result(
    {
      items: sent.map(sentJson),
      ...(upgraded.length === 0 ? {} : { receipts: upgraded.map(upgradeJson) }),
    },
    () => [...lines(sent), ...summary(sent), ...upgradeLines(upgraded, job)],
  )
  const { receipts } = job.flags
  if (receipts !== undefined)
    job.out.note(`Receipts are in ${receipts}; to check them: waybill verify ${receipts}`)
  if (sent.some(({ outcome }) => outcome.status === 'waiting')) {
    job.out.note(
      'What waits is stored: the other side finds it in its inbox. See waybill inbox --sent',
    )
  }
  if (receipts !== undefined) await notePending(job, source)
  const exit = exitOfAll(sent.map(({ outcome }) => outcome))
  return exit === 0 && upgraded.length > 0 ? exitOf(upgradeVerdict(upgraded)) : exit
}

async function sendBatch(
  source: LedgerSource,
  batch: readonly Placed[],
): Promise<readonly BulkOutcome[]> {
  const [only, ...others] = batch
  if (only === undefined || others.length > 0)
    return source.submitMany(batch.map(({ envelope }) => envelope))
  try {
    return [await source.submit(only.envelope)]
  } catch (error) {
    if (!(error instanceof LedgerError) || ERRORS[error.code].exit !== 65)
      throw withPlace(error, { file: only.file })
    return [{ status: 'rejected', error }]
  }
}

async function* batches(items: AsyncIterable<Placed>): AsyncGenerator<readonly Placed[]> {
  let batch: Placed[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < BULK_ITEMS_MAX) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function validate(
  job: Job<Flags>,
  source: LedgerSource,
  files: readonly string[],
): Promise<ExitCode> {
  const found: (Placed & { readonly validation: Validation })[] = []
  for await (const item of envelopesIn(files, job.io)) {
    found.push({ ...item, validation: await source.validate(item.envelope) })
    job.out.progress(`${found.length} statements validated`)
  }
  job.out.result(
    {
      items: found.map(({ file, line, validation }) => ({
        file,
        ...(line === undefined ? {} : { line }),
        valid: validation.valid,
        id: validation.id ?? null,
        issues: validation.issues.map(({ code, at }) => ({ code, at })),
        ...statedJson(validation.rules),
      })),
    },
    () =>
      found.flatMap((item) => [
        `${placeText(item)}: ${item.validation.valid ? 'valid' : 'not valid'}${rulesPart(item.validation)}`,
        ...item.validation.issues.map((issue) => `  - ${issueText({ ...issue })}`),
      ]),
  )
  job.out.note('Nothing was stored.')
  const [issue] = found.flatMap(({ validation }) => validation.issues)
  if (found.every(({ validation }) => validation.valid)) return found.length === 0 ? 3 : 0
  return issue === undefined ? 65 : ERRORS[issue.code].exit
}

/** Of one that would be refused the rules are in the JSON: what refuses it comes first. */
function rulesPart({ rules, valid }: Validation): string {
  return rules === undefined || !valid ? '' : `; ${statedWords(rules)}`
}

const LINES_MAX = 20

/** A few statements on a line each; of many, what was refused. */
function lines(sent: readonly Sent[]): readonly string[] {
  const shown =
    sent.length <= LINES_MAX ? sent : sent.filter(({ outcome }) => outcome.status === 'rejected')
  return shown.map((item) => `${placeText(item)}: ${outcomeLine(item.outcome, typeOf(item))}`)
}

function summary(sent: readonly Sent[]): readonly string[] {
  if (sent.length === 1) return []
  const counts = (['admitted', 'existing', 'waiting', 'rejected'] as const).map((status) => {
    const count = sent.filter(({ outcome }) => outcome.status === status).length
    return `${count} ${status === 'rejected' ? 'refused' : status}`
  })
  return [`${sent.length} statements: ${counts.join(', ')}`]
}

function sentJson(item: Sent) {
  const { file, line, outcome } = item
  return { file, ...(line === undefined ? {} : { line }), ...outcomeJson(outcome) }
}

function placeText({ file, line }: Placed): string {
  return `${clean(file)}${line === undefined ? '' : ` line ${line}`}`
}

function typeOf({ envelope }: Placed): string {
  try {
    return parsePayload(envelope.payloadBytes).type
  } catch {
    // Refused for that very reason.
    return 'statement'
  }
}

function slim(outcome: BulkOutcome): BulkOutcome {
  if (outcome.status !== 'admitted' && outcome.status !== 'existing') return outcome
  const { receipt: _, ...rest } = outcome
  return rest
}

function missing(): BulkOutcome {
  return { status: 'rejected', error: new LedgerError('SERVER_ANSWER_INVALID', { at: 'items' }) }
}

function exitOfAll(outcomes: readonly BulkOutcome[]): ExitCode {
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') return ERRORS[outcome.error.code].exit
  return 0
}
