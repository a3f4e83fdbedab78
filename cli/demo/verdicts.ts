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
import type { Played } from './play.js'
import type { Rerun } from './rerun.js'
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

/** The lineage of the report's file, asked of the server as the auditor. */
export function checkOverHttp({ folder, server }: StageSet, rerun: Rerun): Promise<Checked> {
  const source = ['--server', server.url, '--key', folder.in('keys/auditor.pem')]
  return checkReport(folder, rerun, source, SOUND)
}

/** The same from files alone. */
export function checkOffline(folder: Folder, rerun: Rerun): Promise<Checked> {
  return checkReport(folder, rerun, ['--receipts', folder.in('receipts')], SOUND_OFFLINE)
}

async function checkReport(
  folder: Folder,
  rerun: Rerun,
  source: readonly string[],
  sound: readonly string[],
): Promise<Checked> {
  const policy = ['--policy', folder.in('policy.txt')]
  const { result } = await rerun(['lineage', folder.in('report.csv'), ...source, ...policy])
  const { record, rules, overall } = result
  return {
    ...readLineage(result),
    verdict: String(overall),
    rules: rulesText(result),
    good: record === 'VERIFIED' && sound.includes(String(rules)),
  }
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
  const found = (Array.isArray(findings) ? (findings as readonly Json[]) : []).flatMap((finding) =>
    isObject(finding) && typeof finding['index'] === 'number' ? [finding] : [],
  )
  const code = found[0]?.['code']
  return {
    verdict: String(result['overall']),
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
