/**
 * A witness's HTTP interface: c2sp.org/tlog-witness.
 *
 *     POST /add-checkpoint                    ask for a cosignature
 *     GET  /<hex sha256(origin)>/checkpoint   the newest checkpoint it cosigned, for monitors
 *     GET  /livez                             does the process answer?
 *
 * Submission and monitoring prefix are both the address it listens on; a proxy may put another in
 * front. Requests are authenticated by the log's own signature, nothing else. Answers to refusals are
 * one line of text, for the log's operator; what was sent is never repeated.
 */
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import { formatTlogSize, monitoringPath, TLOG_SIZE_TYPE } from '../ledger/core/add-checkpoint.js'
import { ERRORS } from '../ledger/core/error-table.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import type { AddOutcome, Witness } from './witness.js'

/** Largest request body: a proof takes 3 KB, a checkpoint with sixty post-quantum lines 220 KB. */
const BODY_BYTES_MAX = 262_144
const REQUEST_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 60_000
const CONNECTIONS_MAX = 1_024
const CONNECTIONS_CHECK_MS = 1_000
const TEXT_TYPE = 'text/plain; charset=utf-8'

type Answer = {
  readonly status: number
  readonly body: string
  readonly headers?: OutgoingHttpHeaders
}

/** Told of what went wrong inside, one code each; never of what was sent. */
export type WitnessLog = (event: { readonly code: ErrorCode; readonly error: unknown }) => void

/** A server that answers for a witness; it does not listen yet. */
export function witnessServer(witness: Witness, log: WitnessLog): Server {
  const paths = new Map<string, string>()
  for (const origin of witness.origins()) paths.set(`/${monitoringPath(origin)}`, origin)
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    },
    (request, response) => {
      void answer(request, { witness, paths, log }).then((given) => send(response, given))
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  return server
}

type Site = {
  readonly witness: Witness
  /** Origins by their path. */
  readonly paths: ReadonlyMap<string, string>
  readonly log: WitnessLog
}

async function answer(request: IncomingMessage, site: Site): Promise<Answer> {
  try {
    return await route(request, site)
  } catch (error) {
    const code = error instanceof LedgerError ? error.code : 'INTERNAL'
    const { http } = ERRORS[code]
    if (http >= 500) site.log({ code, error })
    // After a request that was not read to its end nothing on this connection can be trusted.
    const headers = code === 'BODY_TOO_LARGE' ? { connection: 'close' } : {}
    return { ...refusal(http, code), headers }
  }
}

async function route(request: IncomingMessage, site: Site): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?', 1)
  if (path === '/add-checkpoint') {
    if (request.method !== 'POST') return methodAnswer('POST')
    return outcomeAnswer(await site.witness.addCheckpoint(await bodyOf(request)))
  }
  const origin = site.paths.get(path)
  if (origin === undefined && path !== '/livez') return refusal(404, 'ROUTE_NOT_FOUND')
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodAnswer('GET, HEAD')
  if (origin === undefined) return { status: 200, body: 'ok\n' }
  const note = site.witness.latest(origin)
  // Known and never cosigned is not the same as unknown, but neither has a checkpoint to show.
  if (note === undefined) return refusal(404, 'WITNESS_ORIGIN_UNKNOWN')
  return { status: 200, body: note }
}

function outcomeAnswer(outcome: AddOutcome): Answer {
  switch (outcome.kind) {
    case 'cosigned':
      return { status: 200, body: outcome.lines }
    case 'conflict': {
      const headers = { 'content-type': TLOG_SIZE_TYPE }
      return { status: 409, body: formatTlogSize(outcome.size), headers }
    }
    case 'refused':
      return refusal(outcome.status, outcome.code)
  }
}

function methodAnswer(allow: string): Answer {
  return { ...refusal(405, 'METHOD_NOT_ALLOWED'), headers: { allow } }
}

function refusal(status: number, code: ErrorCode): Answer {
  return { status, body: `${code}: ${ERRORS[code].title}\n` }
}

/** @throws LedgerError BODY_TOO_LARGE, REQUEST_INVALID when the sender stopped half way */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    // The stream must outlive the loop: destroying it would take the answer's connection away.
    const stream = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
    for await (const chunk of stream) {
      length += chunk.length
      if (length > BODY_BYTES_MAX) throw new LedgerError('BODY_TOO_LARGE')
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof LedgerError) throw error
    throw new LedgerError('REQUEST_INVALID', {}, error)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, {
    'content-type': TEXT_TYPE,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
