/**
 * `waybill audit`: reads a whole log again and believes nothing. On a ledger's folder, a mirror or
 * published folder, or a server. DESIGN 6, 7.1.
 */
import type { Command } from 'commander'
import { type AuditFlags, auditPlace } from '../audit-place.js'
import { auditStatement } from '../audit-statement.js'
import { auditJson, auditLines } from '../audit-text.js'
import { type Cli, type Job, wholeNumber, withKey, withPolicy } from '../command.js'
import { writeOut } from '../files.js'
import { keyFileSigner } from '../identity.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'

export function registerAudit(program: Command, cli: Cli): void {
  withPolicy(withKey(program.command('audit')))
    .option('--dir <ledger>', "the ledger's folder; no server may be running on it")
    .option('--mirror <folder>', 'a mirror or a published folder')
    .option('--server <url>', 'a server: its log is mirrored into your state folder first')
    .option('--full', 'audit everything again, also what an earlier audit found in order')
    .option('--workers <number>', 'threads; one per core if left out', wholeNumber(0, 64))
    .option('--report <file>', 'write the report as JSON, too')
    .option('--sign <key>', 'sign what was found as an audit statement with this key file')
    .option('--out <file>', 'where the signed statement goes; audit.signed.json if left out')
    .description('verify a whole log again: every entry, signature, key, parent and record')
    .action(cli.action(audit))
}

type Flags = AuditFlags & {
  readonly report?: string
  readonly sign?: string
  readonly out?: string
}

const STATEMENT_FILE = 'audit.signed.json'

async function audit(job: Job<Flags>): Promise<ExitCode> {
  const { report: reportFile, sign, out = STATEMENT_FILE } = job.flags
  // A key that cannot be read is better known before hours of work.
  const signer = sign === undefined ? undefined : await keyFileSigner(sign)
  const audited = await auditPlace(job)
  const json = auditJson(audited)
  if (reportFile !== undefined) await writeOut(reportFile, `${JSON.stringify(json, null, 2)}\n`)
  if (signer !== undefined) {
    await writeOut(out, await auditStatement(audited, signer, job))
    job.out.note(`waybill: signed audit statement in ${out}; waybill submit ${out}`)
  }
  job.out.result(json, () => auditLines(audited, job.out))
  return exitOf(audited.verdict)
}
