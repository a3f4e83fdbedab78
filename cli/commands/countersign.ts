/**
 * `waybill countersign ID…|--all|FILE`: signs the other side's proposals, after looking at them.
 */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { bestCrypto } from '../../client/index.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { type Cli, type Job, withKey, withSource, withWait } from '../command.js'
import { type CountersignFlags, countersignFile, countersignInbox } from '../countersigning.js'
import { at, readJson } from '../files.js'
import { needSigner, parseIdPrefix, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import { parseSignInput } from '../sign-input.js'
import { originFor } from '../signing.js'
import { withLedger } from '../source.js'

export function registerCountersign(program: Command, cli: Cli): void {
  withWait(withKey(withSource(program.command('countersign'))))
    .argument('[ids...]', 'proposals of your inbox (8 or more digits each), or one envelope file')
    .option('--all', 'everything that waits for your signature')
    .option(
      '--within <instrument>',
      'sign only what lies within this instrument; say why not the rest',
    )
    .option('-y, --yes', 'do not ask')
    .option('--policy <file>', 'the ledger must be one that this policy names')
    .option('--receipts <folder>', 'keep the receipts there')
    .option('--role <role>', 'for a file: the role to sign in')
    .option('--origin <name>', 'for a file: the ledger it is for')
    .option('-o, --out <file>', 'for a file: where the envelope goes; stdout if left out')
    .description("check and sign the other side's proposals")
    .action(cli.action(countersign))
}

type Flags = CountersignFlags & {
  readonly role?: string
  readonly origin?: string
  readonly out?: string
}

async function countersign(job: Job<Flags>, names: readonly string[]): Promise<ExitCode> {
  if (job.flags.wait !== undefined && job.flags.receipts === undefined) {
    throw new LedgerError('USAGE', { reason: '--wait is for receipts: give --receipts FOLDER' })
  }
  const [file] = names
  if (file !== undefined && names.length === 1 && existsSync(file)) {
    if (job.flags.within === undefined) return fromFile(job, file)
    throw new LedgerError('USAGE', { reason: '--within is for proposals of your inbox' })
  }
  const { all = false } = job.flags
  if (all === names.length > 0) {
    throw new LedgerError('USAGE', {
      reason: 'which proposals? give their ids, or --all; waybill inbox lists them',
    })
  }
  const signer = await needSigner(job)
  const party = partyOf(job.settings, signer)
  if (party === undefined) throw new LedgerError('USAGE', { reason: 'give --party' })
  const wanted = all ? 'all' : names.map(parseIdPrefix)
  return withLedger(job, (source) => countersignInbox(job, source, { signer, party }, wanted))
}

async function fromFile(job: Job<Flags>, file: string): Promise<ExitCode> {
  const value = await readJson(file, job.io)
  const input = at(file, () => parseSignInput(value, job.settings, bestCrypto()))
  if (input.kind === 'draft' || input.opened.envelope.signatures.length === 0) {
    throw new LedgerError('SIGNATURE_MISSING', {
      file,
      reason: 'nobody has signed it yet: waybill sign',
    })
  }
  return countersignFile(job, input.opened, await originFor(job, job.flags.origin))
}
