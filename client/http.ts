/**
 * HTTP to a ledger's server: time-outs, harmless retries, and refusals as LedgerError. DESIGN 7.2.
 *
 * Every call of the API may be repeated (submitting twice answers with the existing receipt), so a
 * call that met a dead network or a busy server is tried again, with a new token each time. Problem
 * documents become the error of their code. What a good answer means is answer.ts.
 */
import { utf8Decode } from '../ledger/core/bytes.js'
import { isErrorCode, LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, parseJson } from '../ledger/core/json.js'

export type HttpCall = {
  readonly method: 'GET' | 'POST'
  /** Path and query as sent, beginning with a slash. */
  readonly path: string
  readonly body?: Uint8Array
  readonly contentType?: string
  /** The answer is bytes, not text. */
  readonly binary?: boolean
  /** Ends the call from outside: `send` then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Milliseconds for one attempt, where the server is asked to wait. */
  readonly timeoutMs?: number
}

/** `bytes` in place of a text where the call asked for bytes. */
export type HttpAnswer = {
  readonly status: number
  readonly text: string
  readonly bytes?: Uint8Array
}

export type HttpOptions = {
  /** Address of the server, such as `https://ledger.example`. */
  readonly server: string
  readonly fetch?: typeof fetch
  /** Milliseconds for one attempt; 30,000 when left out. */
  readonly timeoutMs?: number
  /** How often a call is tried again; 3 when left out. */
  readonly retries?: number
}

/** Makes the `Authorization` header of one attempt; a token is good for one call only. */
export type Authorize = (call: HttpCall) => Promise<string>

/** Sends one call. Rejects with LedgerError for every answer that is not 2xx. */
export type Send = (call: HttpCall, authorize?: Authorize) => Promise<HttpAnswer>

export const TIMEOUT_MS = 30_000
const RETRIES = 3
/** Largest answer that is read: a lineage of some ten thousand statements. */
const ANSWER_BYTES_MAX = 256 * 1_048_576
const BACKOFF_MS = 250
/** A server that asks for more patience than this is not waited for. */
const RETRY_AFTER_MAX_S = 30
/** Members of a problem that say more than its code; `title` and `detail` are the code's own words. */
const PROBLEM_WORDS = ['at', 'reason', 'expected'] as const
/** Answers of something between us and the ledger, or of a ledger that has no time now. */
const UNAVAILABLE: readonly number[] = [502, 503, 504]

/**
 * A sender for one server.
 *
 * `send` rejects with the code of the server's problem document; SERVER_UNAVAILABLE when no answer
 * came in time; SERVER_ANSWER_INVALID for an answer that is no problem document of a known code.
 *
 * @throws LedgerError CONFIG_INVALID when `server` is not an http or https address
 */
export function httpSender(options: HttpOptions): Send {
  const base = serverAddress(options.server)
  const retries = options.retries ?? RETRIES
  return async (call, authorize) => {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await tryOnce(call, { ...options, server: base }, authorize)
      if (!('failure' in outcome)) return outcome
      if (attempt >= retries || outcome.retryAfterMs === undefined) throw outcome.failure
      await sleep(Math.max(outcome.retryAfterMs, BACKOFF_MS * 2 ** attempt), call.signal)
    }
  }
}

/** An address without its last slash; what follows the host is kept, for servers behind a proxy. */
function serverAddress(server: string): string {
  let url: URL
  try {
    url = new URL(server)
  } catch {
    throw new LedgerError('CONFIG_INVALID', { at: 'server', expected: 'an http or https address' })
  }
  const plain = url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new LedgerError('CONFIG_INVALID', { at: 'server', expected: 'an http or https address' })
  }
  return url.href.replace(/\/+$/, '')
}

/** `retryAfterMs` is there when the same call may be tried again. */
type Failure = { readonly failure: LedgerError; readonly retryAfterMs?: number }

async function tryOnce(
  call: HttpCall,
  options: HttpOptions,
  authorize: Authorize | undefined,
): Promise<HttpAnswer | Failure> {
  const authorization = authorize === undefined ? undefined : await authorize(call)
  const signal = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS)
  const ask = options.fetch ?? fetch
  try {
    const response = await ask(
      `${options.server}${call.path}`,
      requestOf(call, authorization, signal),
    )
    return answerOf(response, await readBytes(response), call)
  } catch (error) {
    if (error instanceof LedgerError) throw error
    if (call.signal?.aborted === true) throw call.signal.reason
    const reason = signal.aborted ? 'no answer in time' : networkReason(error)
    return { failure: new LedgerError('SERVER_UNAVAILABLE', { reason }, error), retryAfterMs: 0 }
  }
}

function answerOf(
  response: Response,
  bytes: Uint8Array,
  { binary }: HttpCall,
): HttpAnswer | Failure {
  const { ok, status } = response
  if (ok && binary === true) return { status, text: '', bytes }
  const text = refuseAnswer('not UTF-8', () => utf8Decode(bytes))
  return ok ? { status, text } : refusal(response, text)
}

function requestOf(
  call: HttpCall,
  authorization: string | undefined,
  signal: AbortSignal,
): RequestInit {
  return {
    method: call.method,
    headers: {
      accept:
        'application/json, application/problem+json, application/x-ndjson, application/octet-stream, text/plain',
      ...(authorization === undefined ? {} : { authorization }),
      ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
    },
    ...(call.body === undefined ? {} : { body: call.body as Uint8Array<ArrayBuffer> }),
    // A redirect would carry a token to an address it was not made for.
    redirect: 'manual',
    signal: call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]),
  }
}

async function readBytes(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length
    if (bytes > ANSWER_BYTES_MAX) {
      throw new LedgerError('SERVER_ANSWER_INVALID', {
        reason: 'too long',
        limit: ANSWER_BYTES_MAX,
      })
    }
    chunks.push(chunk as Uint8Array)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}

/** What an answer other than 2xx says. */
function refusal(response: Response, text: string): Failure {
  const { status } = response
  const failure = problemError(status, text)
  if (failure !== undefined) {
    return status === 503 ? { failure, ...retryAfter(response) } : { failure }
  }
  if (UNAVAILABLE.includes(status)) {
    return { failure: new LedgerError('SERVER_UNAVAILABLE', { status }), ...retryAfter(response) }
  }
  return { failure: new LedgerError('SERVER_ANSWER_INVALID', { status }) }
}

/** The error of a problem document; undefined when the text is none, or of a code not known here. */
function problemError(status: number, text: string): LedgerError | undefined {
  let problem: Json
  try {
    problem = parseJson(text)
  } catch {
    // Not JSON: an answer of something in between.
    return undefined
  }
  return errorOfProblem(problem, status)
}

/**
 * The error that a problem document stands for. RFC 9457; its `code` decides.
 *
 * Undefined when it has no code of this version's list.
 */
export function errorOfProblem(problem: Json, status?: number): LedgerError | undefined {
  const code = isObject(problem) ? problem['code'] : undefined
  if (!isObject(problem) || typeof code !== 'string' || !isErrorCode(code)) return undefined
  const { issues } = problem
  const words = PROBLEM_WORDS.flatMap((name) => {
    const word = problem[name]
    return typeof word === 'string' ? [[name, word] as const] : []
  })
  return new LedgerError(code, {
    ...Object.fromEntries(words),
    ...(Array.isArray(issues) ? { issues } : {}),
    ...(status === undefined ? {} : { status }),
  })
}

function retryAfter(response: Response): { readonly retryAfterMs?: number } {
  const seconds = Number(response.headers.get('retry-after') ?? '1')
  return seconds >= 0 && seconds <= RETRY_AFTER_MAX_S ? { retryAfterMs: seconds * 1000 } : {}
}

/** Errors of the network have their code one or two causes deep; its words may hold the address only. */
function networkReason(error: unknown): string {
  for (let next = error; next instanceof Error; next = next.cause) {
    if ('code' in next && typeof next.code === 'string') return next.code
  }
  return 'no connection'
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted === true) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

/**
 * Runs `read` on a part of an answer; what it refuses is the server's fault, not the caller's.
 *
 * @throws LedgerError SERVER_ANSWER_INVALID
 */
export function refuseAnswer<T>(at: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === 'SERVER_ANSWER_INVALID') throw error
    throw new LedgerError('SERVER_ANSWER_INVALID', { at, reason: error.code }, error)
  }
}
