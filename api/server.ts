/**
 * The HTTP server: routes, limits, refusals. Built here, listening elsewhere. DESIGN 7.2, dangers 9.
 *
 * Everything a client can send ends in a documented answer: what no route takes (unknown addresses
 * and methods, broken HTTP, half requests) is turned into problem documents here too. Nothing that
 * was sent is logged or echoed.
 */
import { setMaxListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { LedgerError } from '../ledger/core/errors.js'
import { addRoutes, whenDone } from './adapter.js'
import { Authenticator } from './auth.js'
import { BodyBudget } from './body.js'
import { answerClientError } from './client-error.js'
import type { ApiDeps } from './deps.js'
import { Metrics } from './metrics.js'
import { describeApi } from './openapi-plugin.js'
import { PROBLEM_MEDIA_TYPE, placesOf, problemHeaders, problemOf, refusalOf } from './problems.js'
import { parseQuery } from './query.js'
import { allRoutes } from './routes.js'
import { methodsOf, type Route } from './spec.js'

/** Milliseconds for a whole request to arrive, body and all. */
const REQUEST_TIMEOUT_MS = 15_000
/** Milliseconds for its headers. */
const HEADERS_TIMEOUT_MS = 10_000
/** Milliseconds without a byte in either direction: longer than any long poll. */
const IDLE_TIMEOUT_MS = 90_000
const CONNECTIONS_CHECK_MS = 1_000
const KEEP_ALIVE_MS = 30_000
const REQUESTS_PER_SOCKET_MAX = 1_000
const CONNECTIONS_MAX = 2_048
/** Ids have 64 characters, party ids 43. */
const PARAM_CHARS_MAX = 100

/** Headers of every answer that does not say otherwise. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** Limits that tests set lower. */
export type ServerLimits = {
  readonly requestTimeoutMs?: number
  readonly headersTimeoutMs?: number
}

/** A server that answers `inject` and can listen; it does not yet. */
export async function buildServer(
  deps: ApiDeps,
  limits: ServerLimits = {},
): Promise<FastifyInstance> {
  const metrics = new Metrics()
  const server = newServer(limits, { deps, metrics })
  const routes = allRoutes({
    openapi: () => JSON.stringify(server.swagger()),
    metrics: () => metrics.text(deps.ledger),
  })
  const closing = new AbortController()
  // Every request that is being answered listens to it.
  setMaxListeners(0, closing.signal)
  refuseUnknown(server, routes)
  keepCount(server, metrics)
  await describeApi(server)
  server.addHook('preClose', (done) => {
    closing.abort()
    done()
  })
  server.addHook('onClose', (_server, done) => {
    metrics.close()
    done()
  })
  refuseWhenClosing(server, closing.signal)
  addRoutes(server, routes, {
    deps,
    authenticator: new Authenticator(deps),
    budget: new BodyBudget(),
    closing: closing.signal,
  })
  return server
}

type Observed = { readonly deps: ApiDeps; readonly metrics: Metrics }

/** The bare server with its limits; whatever goes wrong in it becomes a problem document. */
function newServer(limits: ServerLimits, observed: Observed): FastifyInstance {
  const { metrics } = observed
  const server = fastify({
    logger: false,
    trustProxy: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: limits.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxRequestsPerSocket: REQUESTS_PER_SOCKET_MAX,
    http: {
      headersTimeout: limits.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    },
    routerOptions: { maxParamLength: PARAM_CHARS_MAX, querystringParser: parseQuery },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
      metrics.problem(answerClientError(error, socket)),
    frameworkErrors: (error, _request, reply) => {
      sendProblem(refusalOf(error), reply, '-', observed)
    },
  })
  server.server.maxConnections = CONNECTIONS_MAX
  // What a client expects of us besides `100-continue` is nothing we know.
  server.server.on('checkExpectation', (request: IncomingMessage, response) => {
    server.routing(request, response)
  })
  server.setErrorHandler((error, request, reply) =>
    sendProblem(refusalOf(error), reply, routeName(request), observed),
  )
  return server
}

function sendProblem(
  error: LedgerError,
  reply: FastifyReply,
  at: string,
  { deps, metrics }: Observed,
): FastifyReply {
  // Of whoever has gone nothing was refused.
  if (!reply.raw.destroyed) metrics.problem(error.code)
  if (error.code === 'INTERNAL') deps.log?.({ code: error.code, at, note: placesOf(error.cause) })
  const problem = problemOf(error)
  return (
    reply
      .code(Number(problem['status']))
      .headers({ ...ALWAYS, ...problemHeaders(error.code) })
      .type(PROBLEM_MEDIA_TYPE)
      // Bytes: the framework would add a charset, which this media type does not have.
      .send(Buffer.from(JSON.stringify(problem)))
  )
}

/** No such address, or not with this method. */
function refuseUnknown(server: FastifyInstance, routes: readonly Route[]): void {
  server.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(routes, pathOf(request.raw.url ?? ''))
    if (methods.length === 0) throw new LedgerError('ROUTE_NOT_FOUND')
    reply.header('allow', methods.join(', '))
    throw new LedgerError('METHOD_NOT_ALLOWED', { expected: methods.join(', ') })
  })
}

/** Requests that still come on open connections while the server ends: nothing of them is begun. */
function refuseWhenClosing(server: FastifyInstance, closing: AbortSignal): void {
  server.addHook('onRequest', (_request, _reply, done) => {
    done(closing.aborted ? new LedgerError('LEDGER_CLOSED') : undefined)
  })
  server.addHook('onSend', (_request, reply, _payload, done) => {
    for (const [name, value] of Object.entries(ALWAYS)) {
      if (reply.getHeader(name) === undefined) reply.header(name, value)
    }
    if (closing.aborted) reply.header('connection', 'close')
    done()
  })
}

function keepCount(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onRequest', (request, reply, done) => {
    metrics.begin()
    whenDone(reply, () => {
      metrics.end(request.routeOptions.url ?? '-', reply.statusCode, reply.elapsedTime / 1000)
    })
    done()
  })
}

function routeName(request: FastifyRequest): string {
  const { url } = request.routeOptions
  return url === undefined ? '-' : `${request.method} ${url}`
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
