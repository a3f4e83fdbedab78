/**
 * Evidence that a log has signed two histories: `*.split-view.json`. docs/format.md, "Split view".
 *
 *     {"format":"waybill-split-view/1","notes":[NOTE,NOTE],"origin":ORIGIN,"proof":[HASH,…]}
 *
 * Two signed checkpoints of one size with different roots are enough. Of different sizes, `proof`
 * is a consistency proof that leads to the root of the larger tree and, on the way, to another root
 * than the one signed for the smaller: then the larger tree itself says that it began otherwise.
 * Nobody but who holds the log's key can make that, so it convinces a reader who was not there. A
 * proof that leads to neither root shows only that somebody gave a bad answer: it is not kept.
 *
 * Whether the operator lied, or somebody stole the key, is not decided here; neither can be relied on.
 */
import { equalBytes, fromBase64, toBase64 } from './bytes.js'
import { type OpenedCheckpoint, openCheckpoint } from './checkpoint.js'
import type { Crypto } from './ed25519.js'
import { type ErrorCode, LedgerError } from './errors.js'
import { exitCodeOf, type Finding, findingOf, type RecordVerdict } from './finding.js'
import { type NodeHash, parseNodeHash } from './hash.js'
import { isObject, type Json, type JsonObject } from './json.js'
import { type Policy, policyOfLogs } from './policy.js'
import { leftOfInclusionProof, rootsFromConsistencyProof } from './proof.js'

export const SPLIT_VIEW_FORMAT = 'waybill-split-view/1'
/** File name ending by which commands know such evidence. */
export const SPLIT_VIEW_SUFFIX = '.split-view.json'
/** A 53-bit tree has paths of at most 53 hashes, and one to begin with. */
const PROOF_MAX = 64

/** Two signed notes about one log, and what shows that they contradict each other. */
export type SplitView = {
  readonly origin: string
  /** Signed notes, as they were received. */
  readonly notes: readonly [string, string]
  /** A consistency proof with its first hash always there; absent for trees of one size. */
  readonly proof?: readonly NodeHash[]
}

export type SplitViewReport = {
  /**
   * `FAILED (split view)`: it convinces. `INCOMPLETE`: signed both, the contradiction is not shown.
   * `FAILED`: it is no evidence against this log.
   */
  readonly verdict: Exclude<RecordVerdict, 'VERIFIED'>
  /** The smaller tree first; absent unless a log key of the policy signed both. */
  readonly checkpoints?: readonly [OpenedCheckpoint, OpenedCheckpoint]
  /** Exactly one: why. */
  readonly finding: Finding
}

/** The JSON form. Its JCS bytes are the file. */
export function splitViewJson({ origin, notes, proof }: SplitView): JsonObject {
  return {
    format: SPLIT_VIEW_FORMAT,
    notes: [...notes],
    origin,
    ...(proof === undefined ? {} : { proof: proof.map(toBase64) }),
  }
}

/** True for a document that says to be split-view evidence; `parseSplitView` decides. */
export function isSplitView(value: Json): boolean {
  return isObject(value) && value['format'] === SPLIT_VIEW_FORMAT
}

/** @throws LedgerError SPLIT_VIEW_MALFORMED */
export function parseSplitView(value: Json): SplitView {
  if (!isObject(value)) throw malformed('document')
  const { format, notes, origin, proof, ...others } = value
  if (format !== SPLIT_VIEW_FORMAT) throw malformed('format')
  if (Object.keys(others).length > 0) throw malformed('members')
  if (typeof origin !== 'string') throw malformed('origin')
  const [first, second, ...more] = Array.isArray(notes) ? (notes as readonly Json[]) : []
  if (typeof first !== 'string' || typeof second !== 'string' || more.length > 0) {
    throw malformed('notes')
  }
  return {
    origin,
    notes: [first, second],
    ...(proof === undefined ? {} : { proof: parseProof(proof) }),
  }
}

/**
 * What the `proof` of evidence must be, from the answer that a log gave for the sizes of two
 * checkpoints. RFC 6962 leaves out the first hash where the older tree is one full subtree; then the
 * inclusion path of leaf `size1` in the larger tree has it. Undefined when it cannot be told.
 *
 * Requires 0 < size1 < size2. Nothing is verified: `judgeSplitView` does.
 */
export function splitViewProof(
  size1: number,
  size2: number,
  consistency: readonly NodeHash[],
  inclusion?: readonly NodeHash[],
): readonly NodeHash[] | undefined {
  if (!isPowerOfTwo(size1)) return consistency
  if (inclusion === undefined) return undefined
  try {
    const [start, ...others] = leftOfInclusionProof(size1, size2, inclusion)
    return start === undefined || others.length > 0 ? undefined : [start, ...consistency]
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

/** True for 1, 2, 4, …: a tree that is one full subtree. Requires a safe integer above 0. */
export function isPowerOfTwo(size: number): boolean {
  let rest = size
  // No bit operators: sizes pass 2^31.
  while (rest > 1 && rest % 2 === 0) rest /= 2
  return rest === 1
}

/** Judges the evidence. Never throws for bad evidence. */
export function judgeSplitView(
  evidence: SplitView,
  { policy, crypto }: { readonly policy: Policy; readonly crypto: Crypto },
): SplitViewReport {
  const opened: OpenedCheckpoint[] = []
  for (const [position, note] of evidence.notes.entries()) {
    const at = `checkpoint ${position + 1} of 2`
    try {
      const one = openByLog(note, policy, crypto)
      if (one.checkpoint.origin !== evidence.origin) throw new LedgerError('CHECKPOINT_ORIGIN')
      opened.push(one)
    } catch (error) {
      return { verdict: 'FAILED', finding: findingOf(error, { at }) }
    }
  }
  const [first, second] = opened.sort((a, b) => a.checkpoint.size - b.checkpoint.size)
  if (first === undefined || second === undefined) throw new LedgerError('NOTHING_TO_VERIFY')
  return { ...judgePair(first, second, evidence.proof), checkpoints: [first, second] }
}

/** Exit code of a judged file. */
export function splitViewExit({ verdict }: SplitViewReport): 1 | 3 | 5 {
  return exitCodeOf(verdict) as 1 | 3 | 5
}

/**
 * A witness's line that fails must not save the log: the operator could add one to the note. What the
 * log's own lines say is then all there is.
 */
function openByLog(note: string, policy: Policy, crypto: Crypto): OpenedCheckpoint {
  try {
    return openCheckpoint(note, policy, crypto)
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'NOTE_SIGNATURE_INVALID') throw error
    return openCheckpoint(note, policyOfLogs(...policy.logs.map(({ key }) => key)), crypto)
  }
}

function judgePair(
  { checkpoint: older }: OpenedCheckpoint,
  { checkpoint: newer }: OpenedCheckpoint,
  proof: readonly NodeHash[] | undefined,
): SplitViewReport {
  const sizes = `tree sizes ${older.size} and ${newer.size}`
  if (older.size === newer.size) {
    return equalBytes(older.root, newer.root)
      ? refuted('the same tree twice')
      : convincing(`two trees of size ${older.size} with different roots, both signed`)
  }
  if (older.size === 0) return refuted('every tree begins with the empty one')
  if (proof === undefined) return unproven(`${sizes}, and no proof beside them`)
  let roots: ReturnType<typeof rootsFromConsistencyProof>
  try {
    roots = rootsFromConsistencyProof(older.size, newer.size, proof)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return unproven('the proof does not fit the sizes')
  }
  if (!equalBytes(roots.newer, newer.root)) {
    return unproven('the proof does not lead to the larger tree, and anybody can make such a proof')
  }
  if (equalBytes(roots.older, older.root)) {
    return refuted(`the smaller tree is the beginning of the larger one (${sizes})`)
  }
  return convincing(
    `the signed tree of size ${newer.size} began with another tree of size ${older.size} than the one signed`,
  )
}

function convincing(detail: string): SplitViewReport {
  return {
    verdict: 'FAILED (split view)',
    finding: {
      severity: 'failed',
      code: 'CHECKPOINT_INCONSISTENT',
      at: 'checkpoints',
      detail,
      settle: 'the operator must explain; show this file to others who use this ledger',
    },
  }
}

function unproven(detail: string): SplitViewReport {
  const settle = 'the ledger: it must prove that the larger tree continues the smaller'
  return {
    verdict: 'INCOMPLETE',
    finding: about('incomplete', 'SPLIT_VIEW_UNPROVEN', detail, settle),
  }
}

function refuted(detail: string): SplitViewReport {
  return { verdict: 'FAILED', finding: about('failed', 'SPLIT_VIEW_REFUTED', detail) }
}

function about(
  severity: Finding['severity'],
  code: ErrorCode,
  detail: string,
  settle?: string,
): Finding {
  return { severity, code, at: 'checkpoints', detail, ...(settle === undefined ? {} : { settle }) }
}

function parseProof(value: Json): readonly NodeHash[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > PROOF_MAX) {
    throw malformed('proof')
  }
  return value.map((item: Json) => {
    if (typeof item !== 'string') throw malformed('proof')
    try {
      return parseNodeHash(fromBase64(item))
    } catch (error) {
      throw error instanceof LedgerError ? malformed('proof') : error
    }
  })
}

function malformed(at: string): LedgerError {
  return new LedgerError('SPLIT_VIEW_MALFORMED', { at })
}
