/**
 * Envelopes from files: one as JSON, several as a JSON array or as NDJSON, read as a stream.
 *
 * A first line that is a whole JSON value makes a file NDJSON, so that a file larger than memory can
 * be submitted; anything else is read whole.
 */
import { createReadStream } from 'node:fs'
import { concatBytes, utf8Decode } from '../ledger/core/bytes.js'
import { type Envelope, parseEnvelope } from '../ledger/core/envelope.js'
import { LedgerError } from '../ledger/core/errors.js'
import { type Json, parseJson } from '../ledger/core/json.js'
import { fileError, STDIO, withPlace } from './files.js'
import type { CliIo } from './io.js'

/** An envelope and where it stands: line from 1 in NDJSON, position from 1 in an array. */
export type Placed = { readonly file: string; readonly line?: number; readonly envelope: Envelope }

const NEWLINE = 0x0a
/** Longest line, in bytes: an envelope's strings and room for the JSON around them. */
const LINE_BYTES_MAX = 1_048_576
/** Largest file that is read whole, in bytes. */
const WHOLE_BYTES_MAX = 256 * 1_048_576

/** Rejects with the code of what is wrong, naming file and line. */
export async function* envelopesIn(files: readonly string[], io: CliIo): AsyncGenerator<Placed> {
  for (const file of files) {
    try {
      yield* fileEnvelopes(file, io)
    } catch (error) {
      throw withPlace(fileError(file, error), { file })
    }
  }
}

async function* fileEnvelopes(file: string, io: CliIo): AsyncGenerator<Placed> {
  const lines = linesOf(file === STDIO ? io.stdin.bytes : createReadStream(file))
  const first = await lines.next()
  if (first.done === true) return
  const alone = tryParse(first.value)
  if (alone === undefined) {
    yield* wholeFile(file, await restOf(first.value, lines))
    return
  }
  yield* placed(file, alone, Array.isArray(alone) ? undefined : 1)
  let line = 1
  for await (const bytes of lines) {
    line += 1
    if (isBlank(bytes)) continue
    if (Array.isArray(alone))
      throw new LedgerError('JSON_INVALID', { reason: 'more after the array' })
    yield* placed(
      file,
      at(line, () => parseJson(utf8Decode(bytes))),
      line,
    )
  }
}

function* wholeFile(file: string, bytes: Uint8Array): Generator<Placed> {
  if (isBlank(bytes)) return
  yield* placed(file, parseJson(utf8Decode(bytes)), undefined)
}

function* placed(file: string, value: Json, line: number | undefined): Generator<Placed> {
  if (!Array.isArray(value)) {
    const envelope = at(line, () => parseEnvelope(value))
    yield { file, envelope, ...(line === undefined || line === 1 ? {} : { line }) }
    return
  }
  for (const [position, item] of value.entries()) {
    const envelope = at(position + 1, () => parseEnvelope(item as Json))
    yield { file, line: position + 1, envelope }
  }
}

function at<T>(line: number | undefined, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw line === undefined ? error : withPlace(error, { line })
  }
}

function tryParse(line: Uint8Array): Json | undefined {
  try {
    return parseJson(utf8Decode(line))
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

async function restOf(first: Uint8Array, lines: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts = [first]
  let bytes = first.length
  for await (const line of lines) {
    bytes += line.length + 1
    if (bytes > WHOLE_BYTES_MAX)
      throw new LedgerError('INPUT_IO', { reason: 'too large; use NDJSON', limit: WHOLE_BYTES_MAX })
    parts.push(Uint8Array.of(NEWLINE), line)
  }
  return concatBytes(...parts)
}

/** Lines without their newline. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      yield Uint8Array.from(concatBytes(...parts, chunk.subarray(from, to)))
      parts = []
      length = 0
      from = to + 1
    }
    const rest = chunk.subarray(from)
    parts.push(rest)
    length += rest.length
    // An array may stand on one line.
    if (length > WHOLE_BYTES_MAX)
      throw new LedgerError('INPUT_IO', { reason: 'a line is too long', limit: LINE_BYTES_MAX })
  }
  if (length > 0) yield concatBytes(...parts)
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE)
}
