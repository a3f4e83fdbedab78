/**
 * What is audited: a ledger's folder, a mirror or published folder, or a server, whose log is mirrored
 * first. Runs the audit there and remembers what it found in order.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bestCrypto, compareWithMemory, memoryFindings } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { type Finding, type RecordVerdict, recordVerdict } from '../ledger/core/finding.js'
import {
  type AuditReport,
  auditLedgerFolder,
  auditMirror,
  CONFIG_FILE,
  isMirrorFolder,
  mirrorOrigin,
  openMirrorFolder,
  openPublishedFolder,
  readLedgerConfig,
  tileProofs,
} from '../ledger/index.js'
import { type AuditMemory, auditMemory } from './audit-state.js'
import type { Job } from './command.js'
import { firstOf } from './config.js'
import { memoryContext, splitWarning } from './judge.js'
import { mirrorInto } from './mirroring.js'
import { span } from './output.js'
import { ledgerFolder } from './state-folder.js'
import { knownTrust, type Trust } from './trust.js'

export type AuditFlags = {
  readonly workers?: number
  readonly mirror?: string
  readonly full?: boolean
}

export type Audited = {
  readonly report: AuditReport
  /** The report's, those of mirroring and those of this person's memory. */
  readonly findings: readonly Finding[]
  readonly verdict: RecordVerdict
  /** Undefined when only the folder's own log key vouches for it. */
  readonly trust: Trust | undefined
  readonly kind: 'ledger' | 'mirror' | 'server'
  /** The folder that was read. */
  readonly folder: string
  readonly seconds: number
}

/** Rejects with USAGE when no place is given; what is wrong with the log is in the report. */
export async function auditPlace(job: Job<AuditFlags>): Promise<Audited> {
  const started = job.io.now()
  const audited = await auditGiven(job)
  job.out.progressDone()
  return { ...audited, seconds: (job.io.now() - started) / 1000 }
}

type Given = Omit<Audited, 'seconds'>

function auditGiven(job: Job<AuditFlags>): Promise<Given> {
  const { mirror } = job.flags
  if (mirror !== undefined) return auditCopy(mirror, 'mirror', job)
  const given = firstOf(job.settings, ['server', 'dir'])
  if (given === undefined) {
    const reason = 'which ledger? give --dir FOLDER, --mirror FOLDER or --server URL'
    throw new LedgerError('USAGE', { reason })
  }
  if (given.name === 'server') return auditServer(given.value, job)
  const isCopy = !existsSync(join(given.value, CONFIG_FILE)) && isMirrorFolder(given.value)
  return isCopy ? auditCopy(given.value, 'mirror', job) : auditLedger(given.value, job)
}

async function auditLedger(folder: string, job: Job<AuditFlags>): Promise<Given> {
  const { origin } = await readLedgerConfig(folder)
  const trust = await knownTrust(origin, job)
  const memory = await auditMemory(origin, folder, job)
  const report = await auditLedgerFolder(folder, {
    ...(await optionsOf(memory, job)),
    ...(trust === undefined ? {} : { policy: trust.policy }),
  })
  await memory.remember(report)
  const { findings, verdict } = report
  return { report, findings, verdict, trust, kind: 'ledger', folder }
}

async function auditCopy(
  folder: string,
  kind: 'mirror' | 'server',
  job: Job<AuditFlags>,
): Promise<Given> {
  const origin = mirrorOrigin(folder)
  const trust = await knownTrust(origin, job)
  if (trust === undefined) throw new LedgerError('POLICY_MISSING')
  const memory = await auditMemory(origin, folder, job)
  const report = await auditMirror({
    path: folder,
    policy: trust.policy,
    indexFolder: memory.indexFolder,
    ...(await optionsOf(memory, job)),
  })
  const findings = [...(await rememberedFindings(report, folder, trust, job)), ...report.findings]
  const verdict = recordVerdict(findings, report.checked.entries + report.since)
  if (verdict === 'VERIFIED') await memory.remember(report)
  return { report, findings, verdict, trust, kind, folder }
}

async function auditServer(server: string, job: Job<AuditFlags>): Promise<Given> {
  const folderOf = (origin: string): string =>
    join(ledgerFolder(job.io.environment, origin), 'mirror')
  const mirrored = await mirrorInto({ server, folderOf, publicOnly: false }, job)
  if (openMirrorFolder(mirrored.folder).note() === undefined) {
    throw new LedgerError(mirrored.findings[0]?.code ?? 'NOTHING_TO_VERIFY')
  }
  const audited = await auditCopy(mirrored.folder, 'server', job)
  const findings = [...mirrored.findings, ...audited.findings]
  const verdict = recordVerdict(findings, audited.report.checked.entries + audited.report.since)
  return { ...audited, findings, verdict, trust: mirrored.trust }
}

/** A mirror is held against the last checkpoint that this person has seen, and is remembered itself. */
async function rememberedFindings(
  { checkpoint, verdict }: AuditReport,
  folder: string,
  trust: Trust,
  job: Job,
): Promise<readonly Finding[]> {
  if (checkpoint === undefined || verdict === 'FAILED') return []
  const log = openPublishedFolder(folder)
  const source = tileProofs(log, bestCrypto().sha256)
  const seen = { checkpoint, note: log.checkpoint() }
  const memory = await compareWithMemory(seen, memoryContext(trust, job, source))
  if (memory.kind === 'inconsistent') {
    for (const line of splitWarning(checkpoint.origin, memory.kept, memory.convincing)) {
      job.out.note(line)
    }
  }
  return memoryFindings(memory, checkpoint)
}

async function optionsOf(memory: AuditMemory, job: Job<AuditFlags>) {
  const { workers, full } = job.flags
  const since = full === true ? undefined : await memory.recall()
  const started = job.io.now()
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(since === undefined ? {} : { since }),
    onProgress: ({ done, total }: { readonly done: number; readonly total: number }) => {
      const seconds = (job.io.now() - started) / 1000
      job.out.progress(progressText(done - (since?.size ?? 0), total - (since?.size ?? 0), seconds))
    },
  }
}

function progressText(done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? `, ${span((total - done) / rate)} left` : ''
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total)
  return `${done} of ${total} entries (${percent}%), ${Math.round(rate)} per second${left}`
}
