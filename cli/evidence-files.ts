/**
 * Which files of a folder are evidence: by their names, and where somebody has renamed one or put it
 * into a page, by what is in them. Whatever is passed over is named, never skipped in silence.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LedgerError } from '../ledger/core/errors.js'
import { type Json, parseJson } from '../ledger/core/json.js'
import { RECEIPT_SUFFIX } from '../ledger/core/receipt.js'
import { SPLIT_VIEW_SUFFIX } from '../ledger/core/split-view.js'
import type { Job } from './command.js'
import { at, fileError, readText } from './files.js'
import type { CliIo } from './io.js'
import { clean } from './output.js'
import { bundleIn, hasBundle, isPage } from './report/embedded.js'

/** File name ending by which commands know a bundle. */
export const BUNDLE_SUFFIX = '.bundle.json'

const SUFFIXES = [RECEIPT_SUFFIX, BUNDLE_SUFFIX, SPLIT_VIEW_SUFFIX]
const FORMAT = /"format"\s*:\s*"waybill-(?:receipt|bundle|split-view)\//
/** Most files that are named as passed over. */
const NAMED_MAX = 5

export type EvidenceFiles = {
  /** Paths, by name. */
  readonly files: readonly string[]
  /** Names of the files that are no evidence. */
  readonly ignored: readonly string[]
}

/** The evidence at a path: the file itself, or the files of a folder. Rejects with INPUT_NOT_FOUND. */
export async function evidenceFiles(path: string, io: CliIo): Promise<EvidenceFiles> {
  try {
    if (!(await stat(path)).isDirectory()) return { files: [path], ignored: [] }
    const entries = await readdir(path, { withFileTypes: true })
    const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
    const files: string[] = []
    const ignored: string[] = []
    for (const name of names.sort()) {
      const file = join(path, name)
      if (await isEvidence(file, io)) files.push(file)
      else ignored.push(name)
    }
    return { files, ignored }
  } catch (error) {
    throw fileError(path, error)
  }
}

async function isEvidence(file: string, io: CliIo): Promise<boolean> {
  if (SUFFIXES.some((suffix) => file.endsWith(suffix))) return true
  if (!/\.(?:json|html?)$/i.test(file)) return false
  try {
    const text = await readText(file, io)
    return isPage(text) ? hasBundle(text) : FORMAT.test(text)
  } catch {
    // A file that cannot be read and has another name is not taken for evidence, and is named.
    return false
  }
}

/** The JSON of a file of evidence; of a page, the evidence inside. @throws LedgerError */
export function evidenceJsonIn(file: string, text: string): Json {
  return at(file, () => {
    if (isPage(text)) return parseJson(bundleIn(text))
    refuseOther(text)
    return parseJson(text)
  })
}

/** What is no JSON object is nothing that Waybill has written. @throws LedgerError NOT_EVIDENCE */
function refuseOther(text: string): void {
  if (!/^\s*\{/.test(text)) throw new LedgerError('NOT_EVIDENCE')
}

/** Says which files were passed over. */
export function noteIgnored(
  path: string,
  { ignored }: EvidenceFiles,
  { out }: Pick<Job, 'out'>,
): void {
  if (ignored.length === 0) return
  const more = ignored.length - NAMED_MAX
  const names = ignored.slice(0, NAMED_MAX).map(clean).join(', ')
  out.note(
    `waybill: no receipts, bundles or reports, so left out of ${clean(path)}: ${names}${more > 0 ? ` and ${more} more` : ''}`,
  )
}
