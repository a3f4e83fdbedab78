/**
 * A folder of receipts and bundles, looked through for one lineage. Nothing is verified here.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type OpenedStatement, openStatement } from '../ledger/core/check.js'
import { parseCheckpoint } from '../ledger/core/checkpoint.js'
import { scalarClaim } from '../ledger/core/disclosure.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { isObject } from '../ledger/core/json.js'
import { parseNote } from '../ledger/core/note.js'
import { parseEvidence, RECEIPT_SUFFIX } from '../ledger/core/receipt.js'
import { SPLIT_VIEW_SUFFIX } from '../ledger/core/split-view.js'
import type { StatementId } from '../ledger/core/statement.js'
import { at, fileError, readJson } from './files.js'
import type { CliIo } from './io.js'

/** File name ending by which commands know a bundle. */
export const BUNDLE_SUFFIX = '.bundle.json'

export type ReceiptFolder = {
  /** A checkpoint of one of the files: to look up a policy, not to be believed. Empty without files. */
  readonly checkpoint: string
  readonly idsLike: (prefix: string) => readonly StatementId[]
  /** Outcomes whose artefact has this SHA-256, in lower-case hex. */
  readonly outcomesOf: (digest: string) => readonly StatementId[]
  /**
   * The evidence that a statement and its ancestors need, each file once. Of several files about the
   * same statement the best one that `isSound` counts: a damaged copy does not spoil a good one.
   */
  readonly lineage: (
    id: StatementId,
    isSound: (evidence: Evidence) => boolean,
  ) => readonly Evidence[]
}

type Found = {
  readonly opened: OpenedStatement
  readonly evidence: Evidence
  readonly size: number
}

/** Rejects with INPUT_NOT_FOUND, or with the code of a file that is no receipt, naming it. */
export async function receiptsIn(folder: string, io: CliIo): Promise<ReceiptFolder> {
  const found = new Map<StatementId, Found[]>()
  for (const name of await receiptNames(folder)) {
    const path = join(folder, name)
    const value = await readJson(path, io)
    for (const item of at(path, () => openAll(parseEvidence(value)))) {
      found.set(item.opened.id, [...(found.get(item.opened.id) ?? []), item])
    }
  }
  for (const items of found.values()) items.sort(bestFirst)
  return {
    checkpoint: [...found.values()][0]?.[0]?.evidence.checkpoint ?? '',
    idsLike: (prefix) => [...found.keys()].filter((id) => id.startsWith(prefix)),
    outcomesOf: (digest) =>
      [...found]
        .filter(([, items]) => items.some(({ opened }) => artefactDigest(opened) === digest))
        .map(([id]) => id),
    lineage: (id, isSound) => collect(id, found, isSound),
  }
}

/** The receipts and bundles of a folder, by name. */
function receiptNames(folder: string): Promise<readonly string[]> {
  return namesEnding(folder, [RECEIPT_SUFFIX, BUNDLE_SUFFIX])
}

/** Everything in a folder that can be verified, by name. */
export function evidenceNames(folder: string): Promise<readonly string[]> {
  return namesEnding(folder, [RECEIPT_SUFFIX, BUNDLE_SUFFIX, SPLIT_VIEW_SUFFIX])
}

async function namesEnding(folder: string, endings: readonly string[]): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => endings.some((ending) => name.endsWith(ending))).sort()
  } catch (error) {
    throw fileError(folder, error)
  }
}

/** More of the statement is better than less, then a newer checkpoint. */
function bestFirst(a: Found, b: Found): number {
  const shown = ({ opened }: Found): number =>
    opened.envelope.signatures.length * 10_000 + opened.envelope.disclosures.length
  return shown(b) - shown(a) || b.size - a.size
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

function choose(
  items: readonly Found[],
  isSound: (evidence: Evidence) => boolean,
): Found | undefined {
  const [first, ...others] = items
  if (others.length === 0) return first
  return items.find(({ evidence }) => isSound(evidence)) ?? first
}

/** By which the rules judge what was found so far: instruments, assessments and rulesets. */
function companions(
  found: ReadonlyMap<StatementId, readonly Found[]>,
  seen: ReadonlySet<StatementId>,
): readonly StatementId[] {
  const cited = new Set<unknown>()
  for (const id of seen) {
    const [item] = found.get(id) ?? []
    if (item?.opened.payload.type === 'transfer/1') {
      cited.add(scalarClaim(item.opened.open, 'instrument'))
    }
  }
  return [...found].flatMap(([id, [item]]) => {
    if (item === undefined) return []
    const { payload, open } = item.opened
    const { supersedes } = payload
    const replaces = supersedes !== undefined && seen.has(supersedes)
    const about = open.claims.get('scope')?.values ?? []
    const isBeside =
      payload.type === 'ruleset/1' ||
      (payload.type === 'instrument/1' && (cited.has(id) || replaces)) ||
      (payload.type === 'assessment/1' &&
        (replaces || about.some((one) => one === undefined || seen.has(one as StatementId))))
    return isBeside ? [id] : []
  })
}

function collect(
  root: StatementId,
  found: ReadonlyMap<StatementId, readonly Found[]>,
  isSound: (evidence: Evidence) => boolean,
): readonly Evidence[] {
  const seen = new Set<StatementId>([root])
  const evidence = new Map<Evidence, number>()
  const queue = [root]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const item = choose(found.get(id) ?? [], isSound)
    if (item === undefined) continue
    evidence.set(item.evidence, item.size)
    const parents = (item.opened.payload.parents ?? []).map((parent) => parent.id)
    queue.push(...new Set(parents.filter((parent) => !seen.has(parent))))
    for (const parent of parents) seen.add(parent)
    const beside = companions(found, seen).filter((companion) => !seen.has(companion))
    queue.push(...beside)
    for (const companion of beside) seen.add(companion)
  }
  // Newest checkpoint first: it is the one to remember, and the others must be its beginnings.
  return [...evidence.keys()].sort((a, b) => (evidence.get(b) ?? 0) - (evidence.get(a) ?? 0))
}
