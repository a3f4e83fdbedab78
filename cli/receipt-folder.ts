/**
 * A folder of receipts and bundles, looked through for one lineage. Nothing is verified here.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCheckpoint } from '../ledger/core/checkpoint.js'
import { type OpenedStatement, openStatement } from '../ledger/core/check.js'
import { scalarClaim } from '../ledger/core/disclosure.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { isObject } from '../ledger/core/json.js'
import { parseNote } from '../ledger/core/note.js'
import { parseEvidence, RECEIPT_SUFFIX } from '../ledger/core/receipt.js'
import type { StatementId } from '../ledger/core/statement.js'
import { at, fileError, readJson } from './files.js'
import type { CliIo } from './io.js'

/** File name ending by which commands know a bundle. */
export const BUNDLE_SUFFIX = '.bundle.json'

export type ReceiptFolder = {
  readonly idsLike: (prefix: string) => readonly StatementId[]
  /** Outcomes whose artefact has this SHA-256, in lower-case hex. */
  readonly outcomesOf: (digest: string) => readonly StatementId[]
  /** The evidence that a statement and its ancestors need, each file once. */
  readonly lineage: (id: StatementId) => readonly Evidence[]
}

type Found = { readonly opened: OpenedStatement; readonly evidence: Evidence; readonly size: number }

/** Rejects with INPUT_NOT_FOUND, or with the code of a file that is no receipt, naming it. */
export async function receiptsIn(folder: string, io: CliIo): Promise<ReceiptFolder> {
  const found = new Map<StatementId, Found>()
  for (const name of await receiptNames(folder)) {
    const path = join(folder, name)
    const value = await readJson(path, io)
    for (const item of at(path, () => openAll(parseEvidence(value)))) {
      const known = found.get(item.opened.id)
      if (known === undefined || better(item, known)) found.set(item.opened.id, item)
    }
  }
  return {
    idsLike: (prefix) => [...found.keys()].filter((id) => id.startsWith(prefix)),
    outcomesOf: (digest) =>
      [...found.values()].filter(({ opened }) => artefactDigest(opened) === digest).map(({ opened }) => opened.id),
    lineage: (id) => collect(id, found),
  }
}

/** The receipts and bundles of a folder, by name. */
export async function receiptNames(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith(RECEIPT_SUFFIX) || name.endsWith(BUNDLE_SUFFIX)).sort()
  } catch (error) {
    throw fileError(folder, error)
  }
}

/** More of the statement is better than less, then a newer checkpoint. */
function better(a: Found, b: Found): boolean {
  const [shownA, shownB] = [a, b].map(({ opened }) => opened.envelope.signatures.length)
  if (shownA !== shownB) return (shownA ?? 0) > (shownB ?? 0)
  return a.size > b.size
}

function openAll(evidence: Evidence): readonly Found[] {
  const { size } = parseCheckpoint(parseNote(evidence.checkpoint).text)
  return evidence.statements.map(({ envelope }) => ({
    opened: openStatement(envelope, { sha256: portableSha256 }),
    evidence,
    size,
  }))
}

function artefactDigest({ payload, open }: OpenedStatement): unknown {
  const artefact = payload.type === 'outcome/1' ? scalarClaim(open, 'artefact') : undefined
  return isObject(artefact) ? artefact['digest'] : undefined
}

function collect(root: StatementId, found: ReadonlyMap<StatementId, Found>): readonly Evidence[] {
  const seen = new Set<StatementId>([root])
  const evidence = new Set<Evidence>()
  const queue = [root]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const item = found.get(id)
    if (item === undefined) continue
    evidence.add(item.evidence)
    for (const parent of item.opened.payload.parents ?? []) {
      if (seen.has(parent.id)) continue
      seen.add(parent.id)
      queue.push(parent.id)
    }
  }
  return [...evidence]
}
