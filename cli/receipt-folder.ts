/**
 * A folder of receipts, bundles and reports, looked through for one lineage. Nothing is verified here.
 */
import { toHex } from '../ledger/core/bytes.js'
import { type OpenedStatement, openStatement } from '../ledger/core/check.js'
import { parseCheckpoint } from '../ledger/core/checkpoint.js'
import { scalarClaim } from '../ledger/core/disclosure.js'
import type { Evidence } from '../ledger/core/evidence.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { isObject } from '../ledger/core/json.js'
import { parseNote } from '../ledger/core/note.js'
import { parseEvidence } from '../ledger/core/receipt.js'
import { isSplitView } from '../ledger/core/split-view.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { Job } from './command.js'
import { evidenceFiles, evidenceJsonIn, noteIgnored } from './evidence-files.js'
import { at, readText } from './files.js'

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

/**
 * @param path a folder, or one file
 *
 * Rejects with INPUT_NOT_FOUND, or with the code of a file that is no receipt, naming it.
 */
export async function receiptsIn(path: string, job: Job): Promise<ReceiptFolder> {
  const found = new Map<StatementId, Found[]>()
  const among = await evidenceFiles(path, job.io)
  noteIgnored(path, among, job)
  for (const file of among.files) {
    const value = evidenceJsonIn(file, await readText(file, job.io))
    // Evidence of a split view is about a ledger and not about statements.
    if (isSplitView(value)) continue
    for (const item of at(file, () => openAll(parseEvidence(value)))) {
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

/** More of the statement is better than less, then a newer checkpoint. */
function bestFirst(a: Found, b: Found): number {
  return shown(b.opened) - shown(a.opened) || b.size - a.size
}

function shown({ envelope }: Pick<OpenedStatement, 'envelope'>): number {
  return envelope.signatures.length * 10_000 + envelope.disclosures.length
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

/** The option of commands that work from files. */
export const RECEIPTS_FLAG = '--receipts <place>'
export const RECEIPTS_WORDS =
  'offline: from the receipts, bundles and reports in this folder, or from this file'

/**
 * The same evidence in as few pieces as there are trees: whoever gathers receipts one by one has each
 * party's registry statements and the same entries in all of them.
 */
export function gathered(pieces: readonly Evidence[]): readonly Evidence[] {
  const byTree = new Map<string, Evidence[]>()
  for (const piece of pieces) {
    const tree = parseNote(piece.checkpoint).text
    byTree.set(tree, [...(byTree.get(tree) ?? []), piece])
  }
  return [...byTree.values()].map((own) => ({
    checkpoint: mostSigned(own.map(({ checkpoint }) => checkpoint)),
    entries: eachOnce(
      own.flatMap(({ entries }) => entries),
      ({ index }) => String(index).padStart(16, '0'),
    ),
    statements: eachOnce(
      // Of several copies of a statement the one that shows most.
      own.flatMap(({ statements }) => statements).sort((a, b) => shown(b) - shown(a)),
      ({ envelope }) => envelope.payload,
    ),
    parties: eachOnce(
      own.flatMap(({ parties }) => parties),
      ({ party }) => party,
    ),
    registry: eachOnce(
      own.flatMap(({ registry }) => registry),
      ({ root, party }) => `${toHex(root)} ${party}`,
    ),
  }))
}

/**
 * The one piece that shows everything that all of them show: a bundle, with newer receipts of some of its
 * statements beside it. Undefined when there is none that `isSound`.
 */
export function underOneTree(
  pieces: readonly Evidence[],
  isSound: (evidence: Evidence) => boolean,
): Evidence | undefined {
  const most = new Map<string, number>()
  for (const { envelope } of pieces.flatMap(({ statements }) => statements)) {
    most.set(envelope.payload, Math.max(shown({ envelope }), most.get(envelope.payload) ?? 0))
  }
  return pieces.find((piece) => {
    const own = new Map(
      piece.statements.map(({ envelope }) => [envelope.payload, shown({ envelope })]),
    )
    return [...most].every(([payload, best]) => own.get(payload) === best) && isSound(piece)
  })
}

/** Of several notes about one tree. */
function mostSigned(notes: readonly string[]): string {
  const lines = (note: string): number => note.split('\n').length
  return notes.reduce((best, note) => (lines(note) > lines(best) ? note : best))
}

/** The first of each key, in order of the keys. */
function eachOnce<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const found = new Map<string, Item>()
  for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item)
  return [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item)
}
