/**
 * The words of an audit: what was checked, what was not, and the same as JSON.
 */
import type { JsonObject } from '../ledger/core/json.js'
import type { AuditReport } from '../ledger/index.js'
import type { Audited } from './audit-place.js'
import { type NotChecked, signatureLines, signaturesJson } from './checkpoint-text.js'
import { clean, type Output, utc } from './output.js'
import {
  countOf,
  findingJson,
  findingLines,
  notCheckedJson,
  notCheckedLines,
  verdictJson,
  verdictLines,
} from './report-text.js'
import { policyWords, type Trust } from './trust.js'

export function auditLines(audited: Audited, out: Output): readonly string[] {
  const { report, folder, findings, verdict } = audited
  return [
    `audit of ${clean(report.origin)} in ${clean(folder)}`,
    '',
    ...findingLines(findings, out),
    ...checkedLines(audited),
    '',
    ...notCheckedLines(notChecked(audited)),
    ...verdictLines(verdict, out),
  ]
}

function checkedLines({ report, trust, seconds, kind }: Audited): readonly string[] {
  const { checked, checkpoint, headTime, since } = report
  const time = headTime === undefined ? '' : `, last entry ${utc(headTime)}`
  const rate = seconds > 0 ? ` (${Math.round(checked.entries / seconds)} per second)` : ''
  const earlier = since === 0 ? '' : ` after the ${since} of an earlier audit`
  return [
    'Checked',
    ...(checkpoint === undefined
      ? ['  no checkpoint that can be trusted']
      : [`  checkpoint of ${clean(checkpoint.origin)} at tree size ${checkpoint.size}${time}`]),
    ...signatureLines(report),
    `    trusted by ${trustWords(trust)}`,
    `  ${countOf(checked.entries, 'entry')}${earlier}${rate}: chain, tree, times${judged(report) ? ', registry map, uniqueness, parents, custody, deadlines' : ''}`,
    ...(judged(report)
      ? [
          `  ${countOf(checked.signatures, 'signature')} of ${countOf(checked.parties, 'party')}, each with a key that was active at its entry`,
        ]
      : []),
    ...(kind === 'ledger' && since === 0
      ? [
          `  ${countOf(checked.derivedRecords, 'derived record')} made again and compared; ${countOf(checked.proposals, 'waiting proposal')} against the signed inbox`,
        ]
      : []),
  ]
}

/** Statements were there to be judged. */
function judged({ findings }: AuditReport): boolean {
  return !findings.some(({ code, at }) => code === 'EVIDENCE_MISSING' && at === 'statements')
}

function trustWords(trust: Trust | undefined): string {
  return trust === undefined
    ? "the folder's own log key: no policy was given"
    : clean(policyWords(trust))
}

function notChecked({ report, trust, kind }: Audited): readonly NotChecked[] {
  if (report.checkpoint === undefined) return []
  return [
    ...(trust?.basis === 'given'
      ? []
      : [
          {
            what: "that the log's key is the operator's: it comes from the ledger itself",
            settle: 'the operator, by another way: then --policy FILE',
          },
        ]),
    {
      what: 'that everybody is shown this history: the folder could be one of two',
      settle: 'whoever holds a receipt or an older checkpoint: waybill verify FILE --dir FOLDER',
    },
    ...(report.since === 0 ? [] : [earlierEntries(report.since)]),
    ...(kind === 'ledger' ? [] : [inboxOfOthers]),
    {
      what: 'claims that the ledger checked and did not keep (holder-kept)',
      settle: 'the parties that signed them',
    },
    {
      what: 'that the words are true: two sides can record a fiction together',
      settle: 'samples, volumes, third parties; no ledger can',
    },
    {
      what: 'the rules (purposes, limits, instruments, legal bases): an audit judges the record only',
      settle:
        'you: waybill lineage ID of what came out, or waybill sample -n N --seed SEED for a spot check',
    },
  ]
}

const inboxOfOthers: NotChecked = {
  what: "the ledger's own records beside the log: its inbox and indexes",
  settle: 'whoever has its folder: waybill audit --dir LEDGER',
}

function earlierEntries(size: number): NotChecked {
  return {
    what: `again, the first ${size} entries and their records: an earlier audit found them in order here, and the tree is still theirs`,
    settle: 'you: waybill audit --full',
  }
}

export function auditJson(audited: Audited): JsonObject {
  const { report, trust, folder, seconds, kind, findings, verdict } = audited
  const { checkpoint, headTime, checked, origin, since } = report
  return {
    ...verdictJson(verdict),
    origin,
    kind,
    folder,
    seconds,
    checkpoint: checkpoint === undefined ? null : { size: checkpoint.size, time: headTime ?? null },
    ...signaturesJson(report),
    policy:
      trust === undefined
        ? { path: null, basis: 'own key' }
        : { path: trust.path, basis: trust.basis },
    checked: { ...checked },
    since,
    findings: findings.map(findingJson),
    not_checked: notCheckedJson(notChecked(audited)),
  }
}
