/**
 * The one call of the witness protocol, as bytes: c2sp.org/tlog-witness, `add-checkpoint`.
 *
 *     old 20852014                                     size that the witness cosigned last
 *     PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=     consistency proof, old to new, 0 to 63 lines
 *
 *     example.com/log                                  the signed checkpoint, verbatim
 *     …
 *
 * Form only: who signed, whether the proof holds and what the witness has seen is judged by whoever
 * reads it. Log and witness both use this file, so that one of them cannot drift from the other.
 */
import { fromBase64, toBase64, toHex, utf8Encode } from './bytes.js'
import { parseDecimal } from './checkpoint.js'
import { invariant, LedgerError } from './errors.js'
import { type NodeHash, parseNodeHash, portableSha256 } from './hash.js'
import { NOTE_CHARS_MAX, refuseAs } from './note.js'
import { PATH_HASHES_MAX } from './tlog-proof.js'

/** Media type of the size in a 409 answer. c2sp.org/tlog-witness. */
export const TLOG_SIZE_TYPE = 'text/x.tlog.size'

const OLD = 'old '
/** Old size, a full proof and their newlines, in characters, rounded up. */
const HEAD_CHARS_MAX = 4_096

/** A request to cosign. Proves nothing by itself. */
export type AddCheckpoint = {
  /** Size of the tree that the proof starts from: what the witness is believed to hold. 0 to 2^53−1. */
  readonly old: number
  /** RFC 6962 §2.1.2, at most 63 hashes. */
  readonly proof: readonly NodeHash[]
  /** The signed checkpoint, byte for byte; not looked at. */
  readonly note: string
}

/**
 * Reads a request body. Accepts exactly what `formatAddCheckpoint` writes.
 *
 * @throws LedgerError ADD_CHECKPOINT_MALFORMED with a `reason` and, where there is one, the `line`
 */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const split = body.indexOf('\n\n')
  if (split < 0) throw malformed('no empty line before the checkpoint')
  if (split > HEAD_CHARS_MAX) throw malformed('too long before the checkpoint')
  const [first, ...lines] = body.slice(0, split).split('\n')
  const old = first?.startsWith(OLD) ? parseDecimal(first.slice(OLD.length)) : undefined
  if (old === undefined) throw malformed('old size', 1)
  if (lines.length > PATH_HASHES_MAX) throw malformed('more than 63 hashes')
  const proof = lines.map((line, position) =>
    refuseAs('ADD_CHECKPOINT_MALFORMED', { reason: 'hash', line: position + 2 }, () =>
      parseNodeHash(fromBase64(line)),
    ),
  )
  const note = body.slice(split + 2)
  checkNote(note)
  return { old, proof, note }
}

/**
 * The text of a request; `parseAddCheckpoint` gives back the same parts. Requires an old size from 0
 * to 2^53−1 and at most 63 hashes.
 *
 * @throws LedgerError ADD_CHECKPOINT_MALFORMED when the note cannot be one
 */
export function formatAddCheckpoint({ old, proof, note }: AddCheckpoint): string {
  invariant(Number.isSafeInteger(old) && old >= 0, 'a tree size is a safe integer')
  invariant(proof.length <= PATH_HASHES_MAX, 'a proof has at most 63 hashes')
  checkNote(note)
  return `${[`${OLD}${old}`, ...proof.map(toBase64)].join('\n')}\n\n${note}`
}

/** The body of a 409: the size that the witness holds. */
export function formatTlogSize(size: number): string {
  return `${size}\n`
}

/** The size of a 409 body; undefined for anything else. */
export function parseTlogSize(body: string): number | undefined {
  return body.endsWith('\n') ? parseDecimal(body.slice(0, -1)) : undefined
}

/** Where a witness shows the newest checkpoint of a log, under its monitoring prefix. */
export function monitoringPath(origin: string): string {
  return `${toHex(portableSha256(utf8Encode(origin)))}/checkpoint`
}

function checkNote(note: string): void {
  if (!note.endsWith('\n')) throw malformed('no checkpoint that ends in a newline')
  if (note.length > NOTE_CHARS_MAX) throw malformed('checkpoint too long')
}

function malformed(reason: string, line?: number): LedgerError {
  return new LedgerError(
    'ADD_CHECKPOINT_MALFORMED',
    line === undefined ? { reason } : { reason, line },
  )
}
