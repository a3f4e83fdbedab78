/**
 * `waybill sign FILE`: makes a statement from a draft and signs it, or adds a signature to one.
 *
 * `--dry-run` shows claims, bytes and id and signs nothing; with `--out` it keeps the unsigned
 * statement, so that exactly these bytes can be signed later.
 */
import type { Command } from 'commander'
import { bestCrypto, prepareDraft, signOpened } from '../../client/index.js'
import { missingRoles, type OpenedStatement } from '../../ledger/core/check.js'
import { factsOf } from '../../ledger/core/facts.js'
import { type Cli, type Job, wholeNumber, withKey, withSource } from '../command.js'
import { countersignFile } from '../countersigning.js'
import { at, readJson, writeResult } from '../files.js'
import { needSigner, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import { parseSignInput, type SignInput } from '../sign-input.js'
import { draftContext, originFor, payloadText, reviewLines, roleFor } from '../signing.js'
import { claimsJson, visibleJson } from '../statement-text.js'
import { statementText, writeSigned } from '../write-signed.js'

export function registerSign(program: Command, cli: Cli): void {
  withKey(withSource(program.command('sign')))
    .argument(
      '<file>',
      'a draft (JSON), an unsigned statement, or an envelope to countersign; - for stdin',
    )
    .option('--role <role>', 'role to sign in; found from the claims if left out')
    .option('--origin <name>', 'the ledger it is for; otherwise asked of --server or --dir')
    .option('--deadline <days>', 'days that the other side has to sign', wholeNumber(1, 90))
    .option('-o, --out <file>', 'where the envelope goes; stdout if left out')
    .option('--dry-run', 'show the claims, the bytes and the id; sign nothing')
    .option('-y, --yes', 'do not ask before countersigning')
    .option('--policy <file>', 'a policy with one log names the ledger, too')
    .description('make and sign a statement, or add a signature to one')
    .action(cli.action(sign))
}

const DAY_S = 86_400

type SignFlags = {
  readonly role?: string
  readonly origin?: string
  readonly deadline?: number
  readonly out?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
}

async function sign(job: Job<SignFlags>, file: string): Promise<ExitCode> {
  const value = await readJson(file, job.io)
  const input = at(file, () => parseSignInput(value, job.settings, bestCrypto()))
  const origin = await originFor(job, job.flags.origin)
  if (job.flags.dryRun === true) return dryRun(job, openedOf(job, input, origin))
  const signed = input.kind === 'statement' && input.opened.envelope.signatures.length > 0
  if (signed) return countersignFile(job, input.opened, origin)
  const signer = await needSigner(job)
  const opened = openedOf(job, input, origin)
  const role = job.flags.role ?? roleFor(opened, signer, partyOf(job.settings, signer))
  const envelope = await signOpened(opened, role, signer, draftContext(job, origin))
  return writeSigned(job, { ...opened, envelope }, role)
}

function openedOf(job: Job<SignFlags>, input: SignInput, origin: string): OpenedStatement {
  if (input.kind === 'statement') return input.opened
  const { deadline } = job.flags
  const draft =
    deadline === undefined
      ? input.draft
      : { ...input.draft, countersignBy: Math.floor(job.io.now() / 1000) + deadline * DAY_S }
  return prepareDraft(draft, draftContext(job, origin))
}

async function dryRun(job: Job<SignFlags>, opened: OpenedStatement): Promise<ExitCode> {
  const { out: path } = job.flags
  const missing = missingRoles(opened, factsOf(opened))
  if (path !== undefined) await writeResult(path, statementText(opened.envelope), job.io)
  job.out.result(
    {
      ...visibleJson(opened),
      claims: claimsJson(opened),
      roles: missing,
      payload: opened.envelope.payload,
    },
    () => [
      ...reviewLines(opened),
      'bytes that would be signed (UTF-8, each value behind its digest)',
      `  ${payloadText(opened)}`,
      `to sign: ${missing.join(', ')}`,
    ],
  )
  job.out.note(
    path === undefined
      ? 'Nothing was signed. Salts are new each time: keep these very bytes with --out FILE, then sign that file.'
      : `Nothing was signed. To sign exactly these bytes: waybill sign ${path}`,
  )
  return 0
}
