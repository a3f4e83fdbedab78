/**
 * The second half of the demo: the report is checked from outside, with the commands that everybody
 * has, and a damaged copy of the ledger is found out.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import type { Client } from '../../client/index.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { isErrorCode } from '../../ledger/core/errors.js'
import { encodeJcs, isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { RECEIPT_SUFFIX, receiptJson } from '../../ledger/core/receipt.js'
import { ID_DIGITS } from '../output.js'
import type { Folder } from './folder.js'
import { LEADS_FILE } from './leads.js'
import type { Played } from './play.js'
import type { Ran, Rerun } from './rerun.js'
import type { StageSet } from './stage-set.js'
import { copyLedger, type Flip, flipBitOf } from './tamper.js'
import { type Lineage, readLineage, rulesText } from './trail.js'

export type Checked = Lineage & {
  /** The word for record and rules together. */
  readonly verdict: string
  /** What the rules say, counted. */
  readonly rules: string
  readonly good: boolean
}

/** What files cannot show, the rules do not know: that nothing was replaced later, and sums. */
const SOUND_OFFLINE = ['PASS', 'WARN', 'UNKNOWN']
const SOUND = ['PASS', 'WARN']

/** What the rules say of a file, the worst first. */
export type Doubted = {
  readonly verdict: string
  readonly exit: number
  readonly findings: readonly { readonly rule: string; readonly why: string }[]
}

/** The lineage of the report's file, asked of the server as the auditor: record and rules. */
export async function checkOverHttp(set: StageSet, rerun: Rerun): Promise<Checked> {
  const { exit, result } = await askServer(set, 'report.csv', rerun)
  const good = exit === 0 && SOUND.includes(String(result['rules']))
  return { ...checkedOf(result), good }
}

/** What the rules find in the lineage of the other file. */
export async function checkLeads(set: StageSet, rerun: Rerun): Promise<Doubted> {
  const { exit, result } = await askServer(set, LEADS_FILE, rerun)
  const [lineage] = listIn(result['lineages'])
  const rules = isObject(lineage) ? lineage['rules'] : undefined
  const findings = listIn(isObject(rules) ? rules['findings'] : undefined).flatMap((finding) =>
    isObject(finding) && finding['verdict'] === 'FAIL'
      ? [{ rule: String(finding['rule']), why: String(finding['why']) }]
      : [],
  )
  return { verdict: String(result['overall']), exit, findings }
}

/** Writes the report to hand over. */
export async function writePage(
  { folder, server }: StageSet,
  rerun: Rerun,
): Promise<{ readonly verdict: string; readonly good: boolean }> {
  const page = ['report', folder.in('report.csv'), '--html', folder.in(PAGE_FILE)]
  const { exit, result } = await rerun([
    ...page,
    ...sourceOf(server.url, folder),
    ...policyOf(folder),
  ])
  return { verdict: String(result['overall']), good: exit === 0 }
}

/** Name of the report's page. */
export const PAGE_FILE = 'report.html'

function askServer({ folder, server }: StageSet, file: string, rerun: Rerun): Promise<Ran> {
  return rerun(['lineage', folder.in(file), ...sourceOf(server.url, folder), ...policyOf(folder)])
}

function sourceOf(url: string, folder: Folder): readonly string[] {
  return ['--server', url, '--key', folder.in('keys/auditor.pem')]
}

function policyOf(folder: Folder): readonly string[] {
  return ['--policy', folder.in('policy.txt')]
}

/** The same from files alone. */
export async function checkOffline(folder: Folder, rerun: Rerun): Promise<Checked> {
  const receipts = ['--receipts', folder.in('receipts')]
  const file = folder.in('report.csv')
  const { result } = await rerun(['lineage', file, ...receipts, ...policyOf(folder)])
  const good = result['record'] === 'VERIFIED' && SOUND_OFFLINE.includes(String(result['rules']))
  return { ...checkedOf(result), good }
}

function checkedOf(result: JsonObject): Omit<Checked, 'good'> {
  const verdict = String(result['overall'])
  return { ...readLineage(result), verdict, rules: rulesText(result) }
}

/** Fetches a receipt for each statement of a lineage and for those by which rules judge it. `onProgress` is told how many are there. */
export async function fetchReceipts(
  client: Client,
  { ids, companions }: Lineage,
  folder: Folder,
  onProgress: (done: number) => void,
): Promise<void> {
  await mkdir(folder.in('receipts'))
  for (const [done, id] of [...ids, ...companions].entries()) {
    onProgress(done)
    const receipt = await client.receipt(id)
    const name = `receipts/${id.slice(0, ID_DIGITS)}${RECEIPT_SUFFIX}`
    await writeFile(folder.in(name), encodeJcs(receiptJson(receipt)))
  }
}

export type Audited = {
  readonly verdict: string
  readonly entries: number
  readonly signatures: number
  /** Entries that its findings name, in order. */
  readonly named: readonly number[]
  /** What the first of these findings says. */
  readonly said: string
  readonly exit: number
}

/** Audits a ledger's folder with the policy. */
export async function audit(folder: Folder, name: string, rerun: Rerun): Promise<Audited> {
  const { exit, result } = await rerun([
    'audit',
    '--dir',
    folder.in(name),
    '--policy',
    folder.in('policy.txt'),
  ])
  const { checked, findings } = result
  const counts: JsonObject = isObject(checked) ? checked : {}
  const found = listIn(findings).flatMap((finding) =>
    isObject(finding) && typeof finding['index'] === 'number' ? [finding] : [],
  )
  const code = found[0]?.['code']
  return {
    // An audit is about the record, and its rules are not judged.
    verdict: String(result['record']),
    entries: Number(counts['entries']),
    signatures: Number(counts['signatures']),
    named: [...new Set(found.map((finding) => Number(finding['index'])))],
    said: typeof code === 'string' && isErrorCode(code) ? ERRORS[code].title : '',
    exit,
  }
}

/** Flips a bit of a statement in a copy of the ledger. */
export async function tamper(folder: Folder, victim: Played): Promise<Flip> {
  await copyLedger(folder.in('ledger'), folder.in('tampered'))
  return flipBitOf(folder.in('tampered'), victim.envelope)
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
