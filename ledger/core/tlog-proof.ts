/**
 * Proof files: one entry's place in the tree, with the checkpoint. c2sp.org/tlog-proof.
 *
 *     c2sp.org/tlog-proof@v1
 *     extra aGVsbG8=                                   optional, authenticated by nobody
 *     index 73894
 *     gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=     path, from the leaf's sibling upward
 *
 *     example.com/log                                  the signed checkpoint, verbatim
 *     …
 *
 * This file reads and writes the form only. The checkpoint stays unread text until `openCheckpoint`
 * finds a trusted signature on it; whether the path leads to its root is for `proof.ts`.
 */
import { fromBase64, toBase64 } from './bytes.js'
import { parseDecimal } from './checkpoint.js'
import { invariant, LedgerError } from './errors.js'
import { type NodeHash, parseNodeHash } from './hash.js'
import { NOTE_CHARS_MAX, refuseAs } from './note.js'

/** Most hashes of one proof: C2SP's limit, ten above what a tree below 2^53 leaves needs. */
export const PATH_HASHES_MAX = 63
/** Most extra data, in bytes. A limit of ours: nothing in Waybill writes any. */
export const EXTRA_BYTES_MAX = 65_536

const MAGIC = 'c2sp.org/tlog-proof@v1'
/** A full path, full extra data and the fixed words, in characters. */
const HEAD_CHARS_MAX = 92_160

/** A parsed proof file. Proves nothing by itself. */
export type TlogProof = {
  /** Opaque data, never empty. Not authenticated: never to be trusted. */
  readonly extra?: Uint8Array
  /** 0-based position of the entry, 0 to 2^53−1. */
  readonly index: number
  /** RFC 6962 §2.1.1 inclusion path, leaf upward. */
  readonly path: readonly NodeHash[]
  /** The signed checkpoint, byte for byte, ending in LF. */
  readonly checkpoint: string
}

/**
 * Reads a proof file. Accepts exactly what `formatTlogProof` writes.
 *
 * @throws LedgerError PROOF_MALFORMED with a `reason` and, where there is one, the `line` (1-based).
 */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n')
  if (split < 0) throw malformed('no empty line before the checkpoint')
  if (split > HEAD_CHARS_MAX) throw malformed('too long', { limit: HEAD_CHARS_MAX })
  const checkpoint = text.slice(split + 2)
  checkCheckpointText(checkpoint)
  const [magic, ...lines] = text.slice(0, split).split('\n')
  if (magic !== MAGIC) throw malformed('not the first line of a version 1 proof', { line: 1 })
  const extra = parseExtra(lines[0])
  // From here on, lines are counted from the index line: the second or third of the file.
  const indexLine = extra === undefined ? 2 : 3
  const [indexText, ...pathLines] = lines.slice(indexLine - 2)
  const index = parseDecimal(afterWord('index', indexText) ?? '')
  if (index === undefined) throw malformed('index', { line: indexLine })
  if (pathLines.length > PATH_HASHES_MAX) {
    throw malformed('too many hashes', { count: pathLines.length, limit: PATH_HASHES_MAX })
  }
  const path = pathLines.map((hash, position) => {
    const where = { reason: 'hash', line: indexLine + 1 + position }
    return refuseAs('PROOF_MALFORMED', where, () => parseNodeHash(fromBase64(hash)))
  })
  return extra === undefined ? { index, path, checkpoint } : { extra, index, path, checkpoint }
}

/**
 * The text of a proof file; `parseTlogProof` gives back the same parts.
 *
 * Requires an index from 0 to 2^53−1.
 *
 * @throws LedgerError PROOF_MALFORMED for extra data that is empty (leave it out instead) or too
 * long, too long a path, or a checkpoint that is empty, too long or without its last newline.
 */
export function formatTlogProof(proof: TlogProof): string {
  const { extra, index, path, checkpoint } = proof
  invariant(Number.isSafeInteger(index) && index >= 0, 'an index is a safe integer')
  if (path.length > PATH_HASHES_MAX) {
    throw malformed('too many hashes', { count: path.length, limit: PATH_HASHES_MAX })
  }
  checkCheckpointText(checkpoint)
  const lines = [MAGIC]
  if (extra !== undefined) {
    checkExtra(extra)
    lines.push(`extra ${toBase64(extra)}`)
  }
  lines.push(`index ${index}`, ...path.map(toBase64))
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** Undefined when the line is no extra line; it must then be the index line. */
function parseExtra(line: string | undefined): Uint8Array | undefined {
  const base64 = afterWord('extra', line)
  if (base64 === undefined) return undefined
  const extra = refuseAs('PROOF_MALFORMED', { reason: 'extra is not base64', line: 2 }, () =>
    fromBase64(base64),
  )
  checkExtra(extra)
  return extra
}

/** What follows a word and one space, or undefined where the line does not start with them. */
function afterWord(word: string, line: string | undefined): string | undefined {
  return line?.startsWith(`${word} `) ? line.slice(word.length + 1) : undefined
}

/** "If no extra data is present, this line is omitted": so there is no line with empty data. */
function checkExtra(extra: Uint8Array): void {
  if (extra.length === 0 || extra.length > EXTRA_BYTES_MAX) {
    throw malformed('extra length', { length: extra.length, limit: EXTRA_BYTES_MAX })
  }
}

function checkCheckpointText(checkpoint: string): void {
  if (!checkpoint.endsWith('\n')) throw malformed('no checkpoint that ends in a newline')
  if (checkpoint.length > NOTE_CHARS_MAX) throw malformed('too long', { limit: NOTE_CHARS_MAX })
}

function malformed(reason: string, details: Readonly<Record<string, number>> = {}): LedgerError {
  return new LedgerError('PROOF_MALFORMED', { reason, ...details })
}
