/**
 * The audit: reads the whole log again and believes nothing. DESIGN 6, 7.1, 9.
 *
 * Chain, tree against the signed checkpoint, registry map, every digest, claim and signature, key
 * state, uniqueness, parents, custody, deadlines; derived records are made again and compared. What
 * is wrong becomes a finding that names the entry; nothing is repaired. The walk is audit-run.ts.
 */
import { type Checkpoint, type OpenedCheckpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Cosignature } from '../core/cosignature.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import { type Finding, findingOf, type RecordVerdict, recordVerdict } from '../core/finding.js'
import type { NoteKey } from '../core/note.js'
import type { Policy } from '../core/policy.js'
import type { Quorum } from '../core/quorum.js'
import type { HeadFile } from '../store/head-file.js'
import type { PublishedFile } from '../store/published-file.js'
import type { Store } from '../store/store.js'
import { keyFindings } from './audit-keys.js'
import type { AuditProgress, AuditRunOptions } from './audit-options.js'
import { auditPublished, auditQuorum } from './audit-published.js'
import type { AuditedTree } from './audit-resume.js'
import { AuditRun } from './audit-run.js'
import { Auditor } from './auditor.js'
import { isDamage } from './damage.js'
import { Records } from './records.js'
import { readRulesMark } from './rules-mark.js'

export type AuditOptions = {
  readonly origin: string
  readonly store: Store
  readonly head: HeadFile
  /** Where the log keeps its published checkpoint; without it, witnesses are looked for on the head. */
  readonly published?: PublishedFile
  /** Whose checkpoint counts: the log key that the auditor expects. */
  readonly policy: Policy
  readonly crypto: Crypto
  /** Worker threads; 0 judges on the calling thread. */
  readonly workers: number
  readonly onProgress?: (progress: AuditProgress) => void
  /** What an earlier audit of the same log in the same place has found in order: only the rest is read. */
  readonly since?: AuditedTree
} & Pick<AuditRunOptions, 'derive' | 'afterChunk'>

export type AuditReport = {
  readonly verdict: RecordVerdict
  readonly origin: string
  readonly checkpoint?: Checkpoint
  readonly signedBy: readonly NoteKey[]
  /** The published checkpoint, where there is a good one; at most as large as the head. */
  readonly published?: Checkpoint
  /** Who cosigned the published checkpoint, or the head where there is none, and whether they are enough. */
  readonly cosigned: readonly Cosignature[]
  readonly quorum?: Quorum
  /** Time of the last entry, seconds since 1970. */
  readonly headTime?: number
  /** Entries that an earlier audit has found in order and this one has not read again. */
  readonly since: number
  /** What was read and judged. */
  readonly checked: {
    readonly entries: number
    readonly signatures: number
    readonly parties: number
    readonly derivedRecords: number
    readonly proposals: number
  }
  readonly findings: readonly Finding[]
}

/** Audits a log. Never rejects for a bad log, but with LEDGER_CLOSED for a store that was closed. */
export async function auditLog(options: AuditOptions): Promise<AuditReport> {
  const findings: Finding[] = []
  const head = openHead(options, findings)
  if (head === undefined) return report(options, findings)
  const rules = auditsRules(options)
  const auditor = new Auditor({ ...options, rules, derives: options.derive !== undefined })
  let run = new AuditRun(options, head.checkpoint, findings)
  let since = 0
  let published: OpenedCheckpoint | undefined
  try {
    since = await resumed(run, options, head.checkpoint, findings)
    // What was begun from another state is thrown away.
    if (since === 0) run = new AuditRun(options, head.checkpoint, findings)
    await run.begin(auditor)
    await run.walk(auditor)
    await run.finish(head.inbox)
    findings.push(...run.keys.notes(run.registry, since))
    findings.push(...keyFindings(run.registry, head.checkpoint, head.signedBy))
    published = publishedOf(options, head.checkpoint, findings)
  } catch (error) {
    // Something that is not of any one entry, such as a key that no record has.
    if (!isDamage(error)) throw error
    findings.push(findingOf(error, { at: 'store' }))
  } finally {
    await auditor.close()
  }
  findings.push(...auditQuorum(head, published))
  const opened = published === undefined ? head : { ...head, published }
  return report(options, findings, { head: opened, run, since })
}

/** Whether the store has a rules index; a mirror has none. What cannot be read is found when it is. */
function auditsRules({ store, crypto, derive }: AuditOptions): boolean {
  try {
    return derive === undefined && readRulesMark(store, crypto.sha256).indexed > 0
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'STORE_UNREADABLE') throw error
    return false
  }
}

function publishedOf(
  { published: file, policy, crypto, store }: AuditOptions,
  head: Checkpoint,
  findings: Finding[],
): OpenedCheckpoint | undefined {
  if (file === undefined) return undefined
  const records = new Records(store, crypto.sha256)
  return auditPublished({ file, head, policy, crypto, records }, findings)
}

/** Up to where an earlier audit counts; 0 when all is to be read. */
async function resumed(
  run: AuditRun,
  { since }: AuditOptions,
  { size }: Checkpoint,
  findings: Finding[],
): Promise<number> {
  if (since === undefined || since.size === 0) return 0
  const at = 'earlier audit'
  const begun = { severity: 'note', code: 'AUDIT_BEGUN_ANEW', at } as const
  if (since.size > size) {
    findings.push({ ...begun, detail: `it has seen ${since.size} entries, there are ${size} now` })
    return 0
  }
  try {
    await run.resume(since)
    return since.size
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    findings.push({
      ...begun,
      detail: `its ${since.size} entries are not as they were (${error.code})`,
    })
    return 0
  }
}

type OpenedHead = {
  readonly checkpoint: Checkpoint
  readonly signedBy: readonly NoteKey[]
  readonly cosigned: readonly Cosignature[]
  readonly quorum: Quorum
  readonly published?: OpenedCheckpoint
  readonly inbox: { readonly base: number; readonly seq: number; readonly hash: string }
}

function openHead(
  { head, policy, crypto, origin }: AuditOptions,
  findings: Finding[],
): OpenedHead | undefined {
  const nothing = { severity: 'incomplete', code: 'NOTHING_TO_VERIFY', at: 'checkpoint' } as const
  try {
    const read = head.read()
    if (read === undefined) {
      findings.push({ ...nothing, detail: 'there is no signed head' })
      return undefined
    }
    const { checkpoint, signedBy, cosigned, quorum } = openCheckpoint(
      read.checkpoint,
      policy,
      crypto,
    )
    if (checkpoint.origin !== origin) throw new LedgerError('CHECKPOINT_ORIGIN')
    if (checkpoint.size === 0) findings.push({ ...nothing, detail: 'the log has no entry' })
    return { checkpoint, signedBy, cosigned, quorum, inbox: read.inbox }
  } catch (error) {
    findings.push(findingOf(error, { at: 'checkpoint' }))
    return undefined
  }
}

function report(
  options: AuditOptions,
  findings: readonly Finding[],
  done: { readonly head?: OpenedHead; readonly run?: AuditRun; readonly since?: number } = {},
): AuditReport {
  const { head, run, since = 0 } = done
  const time = run?.headTime
  const entries = run?.signedEntries ?? 0
  return {
    verdict: recordVerdict(findings, entries + since),
    origin: options.origin,
    ...(head === undefined ? {} : { checkpoint: head.checkpoint, ...witnessedBy(head) }),
    signedBy: head?.signedBy ?? [],
    cosigned: (head?.published ?? head)?.cosigned ?? [],
    ...(time === undefined ? {} : { headTime: time }),
    since,
    checked: {
      entries,
      signatures: run?.signatures ?? 0,
      parties: run?.registry.parties().length ?? 0,
      derivedRecords: run?.derived ?? 0,
      proposals: run?.proposals ?? 0,
    },
    findings,
  }
}

function witnessedBy({ quorum, published }: OpenedHead): Pick<AuditReport, 'quorum' | 'published'> {
  return published === undefined
    ? { quorum }
    : { quorum: published.quorum, published: published.checkpoint }
}
