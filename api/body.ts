/**
 * Request bodies: raw bytes under limits, never parsed here. dangers 9.3, 10 row 15.
 *
 * The content type is matched exactly against a short list, because checks that are keyed by a
 * lenient reading of it have been got around again and again. Nothing is decompressed. A bulk call
 * is told from a single one by its first character, so that the limit is known while bytes arrive.
 */
import type { Readable } from 'node:stream'
import { LedgerError } from '../ledger/core/errors.js'
import { BULK_BYTES_MAX } from '../ledger/core/limits.js'

/** What a body may be. `statements` also takes arrays and NDJSON, with the limits of a bulk call. */
export type BodyKind = 'single' | 'statements'

/** A body as received. `bulk`: an array, or NDJSON. */
export type Body = {
  readonly bytes: Uint8Array
  readonly format: 'json' | 'ndjson'
  readonly bulk: boolean
}

/** Largest body with one statement: an envelope's strings and room for the JSON around them. */
const SINGLE_BYTES_MAX = 512 * 1024
/** Most bytes of bulk bodies held at once: the promise of 400 MB rests on it. */
const BULK_HELD_BYTES_MAX = 96 * 1_048_576
/** Bytes read and thrown away past a limit, so that the sender can finish and read our answer. */
const DRAIN_BYTES_MAX = 1_048_576

const FORMATS: Readonly<Record<string, Body['format']>> = {
  'application/json': 'json',
  'application/json; charset=utf-8': 'json',
  'application/x-ndjson': 'ndjson',
  'application/x-ndjson; charset=utf-8': 'ndjson',
}

const BRACKET = 0x5b
/** JSON's white space: space, tab, line feed, carriage return. */
const WHITE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d]

/**
 * The format that a content type names: one of four spellings, letter for letter.
 *
 * @throws LedgerError MEDIA_TYPE_UNSUPPORTED, also for NDJSON where one statement is wanted
 */
export function bodyFormat(contentType: string | undefined, kind: BodyKind): Body['format'] {
  const known = contentType !== undefined && Object.hasOwn(FORMATS, contentType)
  const format = known ? FORMATS[contentType] : undefined
  if (format === undefined || (format === 'ndjson' && kind === 'single')) {
    throw new LedgerError('MEDIA_TYPE_UNSUPPORTED', { at: 'content-type' })
  }
  return format
}

/** Counts the bytes of bulk bodies that are held, over all requests of a server. */
export class BodyBudget {
  #held = 0
  readonly #limit: number

  constructor(limit: number = BULK_HELD_BYTES_MAX) {
    this.#limit = limit
  }

  get held(): number {
    return this.#held
  }

  /** @throws LedgerError QUEUE_FULL when too much is held already */
  take(bytes: number): void {
    if (this.#held + bytes > this.#limit)
      throw new LedgerError('QUEUE_FULL', { reason: 'bulk bodies' })
    this.#held += bytes
  }

  give(bytes: number): void {
    this.#held -= bytes
  }
}

export type BodyRequest = {
  readonly kind: BodyKind
  readonly format: Body['format']
  /** Declared length, where there is one. */
  readonly declared: number | undefined
  readonly budget: BodyBudget
}

/**
 * Reads a body to its end. The caller gives `held` bytes back to the budget when it is done with it.
 *
 * Rejects with BODY_TOO_LARGE, QUEUE_FULL, or REQUEST_INVALID when it ends early or is empty.
 */
export async function readBody(
  stream: Readable,
  { kind, format, declared, budget }: BodyRequest,
): Promise<{ readonly body: Body; readonly held: number }> {
  const most = kind === 'statements' ? BULK_BYTES_MAX : SINGLE_BYTES_MAX
  // Declared far too large: not one byte of it is waited for.
  if (declared !== undefined && declared > most + DRAIN_BYTES_MAX) throw tooLarge(most)
  const reading = new BodyReading(kind, format, budget)
  try {
    await readChunks(stream, (chunk) => reading.add(chunk))
    return { body: reading.end(), held: reading.held }
  } catch (error) {
    reading.drop()
    throw error
  }
}

/** Events and not `for await`: leaving such a loop early destroys the connection, and the answer with it. */
function readChunks(stream: Readable, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (finish: () => void): void => {
      stream.off('data', onData)
      stream.off('end', onEnd)
      stream.off('error', onCut)
      stream.off('close', onCut)
      // An error after this has nobody waiting for it, and must not end the process.
      stream.on('error', () => undefined)
      finish()
    }
    const onData = (chunk: Uint8Array): void => {
      try {
        take(chunk)
      } catch (error) {
        stop(() => reject(error))
      }
    }
    const onEnd = (): void => stop(resolve)
    const onCut = (): void =>
      stop(() => reject(new LedgerError('REQUEST_INVALID', { at: 'body', reason: 'ended early' })))
    stream.on('data', onData)
    stream.on('end', onEnd)
    stream.on('error', onCut)
    stream.on('close', onCut)
  })
}

class BodyReading {
  readonly #kind: BodyKind
  readonly #format: Body['format']
  readonly #budget: BodyBudget
  #chunks: Uint8Array[] = []
  #received = 0
  #bulk: boolean | undefined
  held = 0

  constructor(kind: BodyKind, format: Body['format'], budget: BodyBudget) {
    this.#kind = kind
    this.#format = format
    this.#budget = budget
    if (kind === 'single') this.#bulk = false
    if (format === 'ndjson') this.#bulk = true
  }

  add(chunk: Uint8Array): void {
    this.#received += chunk.length
    const limit = this.#limit()
    if (this.#received > limit) {
      this.drop()
      if (this.#received > limit + DRAIN_BYTES_MAX) throw tooLarge(limit)
      return
    }
    if (this.#bulk === undefined) this.#bulk = beginsArray(chunk)
    if (this.#bulk !== false) {
      this.#budget.take(chunk.length)
      this.held += chunk.length
    }
    this.#chunks.push(chunk)
  }

  end(): Body {
    const limit = this.#limit()
    if (this.#received > limit) throw tooLarge(limit)
    if (this.#received === 0)
      throw new LedgerError('REQUEST_INVALID', { at: 'body', reason: 'empty' })
    const [only] = this.#chunks
    const bytes =
      this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks)
    this.#chunks = []
    return { bytes, format: this.#format, bulk: this.#bulk === true }
  }

  /** Lets go of what was gathered. */
  drop(): void {
    this.#chunks = []
    this.#budget.give(this.held)
    this.held = 0
  }

  #limit(): number {
    const single = this.#kind === 'single' || this.#bulk === false
    return single ? SINGLE_BYTES_MAX : BULK_BYTES_MAX
  }
}

/** Whether the first character that is no white space opens an array; undefined when there is none. */
function beginsArray(bytes: Uint8Array): boolean | undefined {
  const first = bytes.find((byte) => !WHITE.includes(byte))
  return first === undefined ? undefined : first === BRACKET
}

function tooLarge(bytesMax: number): LedgerError {
  return new LedgerError('BODY_TOO_LARGE', { bytesMax })
}
